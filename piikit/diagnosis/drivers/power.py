"""What the data could show at all: R² of pure noise, power, and false leaders at this very design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...base.random import Seed, generator
from .design import Design
from .least_squares import with_constant
from .place import place_of


@dataclass(frozen=True)
class NullR2:
    """R² that predictors unrelated to the outcome reach by chance.

    Attributes
    ----------
    n, p : int
    mean, high : float
        Mean and 95th percentile.
    observed : float
    p_value : float
        Chance of at least the observed R² (the F test of the whole model).
    """

    n: int
    p: int
    mean: float
    high: float
    observed: float
    p_value: float


def null_r2(n: int, p: int, observed: float = float("nan"), *, level: float = 0.95) -> NullR2:
    """Distribution of R² under no association: Beta(p/2, (n - p - 1)/2) for normal errors."""
    from scipy.stats import beta

    if p >= n - 1:
        return NullR2(n, p, 1.0, 1.0, observed, 1.0)
    law = beta(p / 2, (n - p - 1) / 2)
    chance = float(law.sf(observed)) if np.isfinite(observed) else float("nan")
    return NullR2(n, p, float(law.mean()), float(law.ppf(level)), observed, chance)


EFFECTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
BENCHMARK = 0.4
POWER_COLUMNS = ("term", "power", "detectable", "false_leader")


def power_table(design: Design, *, runs: int = 1000, level: float = 0.05, rng: Seed = None) -> pd.DataFrame:
    """Power of this design at the predictors observed, by simulation, with the p-value that decides.

    For each predictor in turn it alone is made to act with a standardised coefficient b, all
    else being noise, so that the outcome has variance 1. Least squares is linear in the
    outcome, so the noise is fitted once for all predictors and sizes of effect. Where places are
    known, likeness by place is allowed for as in the fit itself, though the noise has none.

    Parameters
    ----------
    design : Design
    runs : int
        Simulated outcomes for each predictor and size of effect.
    level : float
        Two-sided level of each test.
    rng : int, Generator or None

    Returns
    -------
    DataFrame
        ``term``, ``power`` (b = 0.4), ``detectable`` (smallest b found with 80% chance,
        interpolated; NaN if above 0.8), ``false_leader`` (share of runs with b = 0.4 in which
        another predictor has the largest coefficient), and ``power_0.1`` ... for the curve.
    """
    _, x = design.standardised
    source = generator(rng).standard_normal((design.n, runs))
    noise = place_of(design).fits(with_constant(x), source)
    beta = noise.beta[0, 1:]
    rest = {b: np.sqrt(1.0 - b**2) for b in EFFECTS}
    reached_by = {b: (noise.p_values(b / rest[b]) < level).mean(axis=1)[1:] for b in EFFECTS}
    rows = []
    for j, term in enumerate(design.X.columns):
        found = [float(reached_by[b][j]) for b in EFFECTS]
        reached = np.maximum.accumulate(found)
        detectable = float(np.interp(0.8, reached, EFFECTS)) if reached[-1] >= 0.8 else np.nan
        size = np.abs(rest[BENCHMARK] * beta)
        size[j] = np.abs(BENCHMARK + rest[BENCHMARK] * beta[j])
        misled = 1.0 - float((size.argmax(axis=0) == j).mean())
        rows.append([term, found[EFFECTS.index(BENCHMARK)], detectable, misled, *found])
    return pd.DataFrame(rows, columns=[*POWER_COLUMNS, *(f"power_{b}" for b in EFFECTS)])
