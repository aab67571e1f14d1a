"""What the data could show at all: R² of pure noise, power, and false leaders at this very design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...base.random import Seed, generator
from .design import Design
from .least_squares import fit, with_constant


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


def power_table(design: Design, *, runs: int = 2000, level: float = 0.05, rng: Seed = None) -> pd.DataFrame:
    """Power of this design with HC3 at the predictors observed, by simulation.

    For each predictor in turn it alone is made to act with a standardised coefficient b, all
    else being noise, so that the outcome has variance 1.

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
    n, p = x.shape
    noise = generator(rng).standard_normal((n, runs))
    rows = []
    for j in range(p):
        row: dict[str, object] = {"term": design.X.columns[j]}
        for b in EFFECTS:
            won, led = _one(x, j, b, noise, level)
            row[f"power_{b}"] = won
            if b == BENCHMARK:
                row["power"], row["false_leader"] = won, 1.0 - led
        curve = np.array([row[f"power_{b}"] for b in EFFECTS], float)
        reached = np.maximum.accumulate(curve)
        row["detectable"] = float(np.interp(0.8, reached, EFFECTS)) if reached[-1] >= 0.8 else np.nan
        rows.append(row)
    first = ["term", "power", "detectable", "false_leader"]
    table = pd.DataFrame(rows)
    return table[[*first, *(c for c in table.columns if c not in first)]]


def _one(x: np.ndarray, j: int, b: float, noise: np.ndarray, level: float) -> tuple[float, float]:
    from scipy.stats import t as student

    n, p = x.shape
    y = b * x[:, [j]] + np.sqrt(1.0 - b**2) * noise
    made = fit(with_constant(x), y)
    z = np.abs(made.beta[1:] / made.hc3[1:])
    limit = student.ppf(1 - level / 2, n - p - 1)
    return float((z[j] > limit).mean()), float((np.abs(made.beta[1:]).argmax(axis=0) == j).mean())
