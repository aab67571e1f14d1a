"""The specification curve: one association under every defensible choice, not under one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from ...base.random import Seed, generator
from .design import Design
from .least_squares import Fit, fit, with_constant
from .place import place_of

SAMPLES = ("all", "without_cities", "without_leverage")
SCALES = ("as_written", "ranks")
MOST_CONTROLS = 8


@dataclass(frozen=True, eq=False)
class Specifications:
    """Every specification of one term, and what outcomes shuffled would give.

    Attributes
    ----------
    term : str
    table : DataFrame
        One row a specification, sorted by ``beta``: ``beta, low, high`` (standardised, HC3),
        ``p_value, n, r2, controls`` (of ``", "``), ``sample`` and ``scale``.
    median : float
        Median standardised coefficient.
    same_sign, significant : float
        Shares of specifications with the median's sign, and also with p < 0.05.
    p_value : float
        Chance of a median at least as far from 0 when outcomes are shuffled, those that lie
        together staying as alike as they are. The p-values of single specifications are HC3's.
    """

    term: str
    table: pd.DataFrame
    median: float
    same_sign: float
    significant: float
    p_value: float


def specification_curves(design: Design, *, rng: int | None = None) -> dict[str, Specifications]:
    """The curve of each term with one column, all with the same seed."""
    alone = [term for term, columns in design.terms.items() if len(columns) == 1]
    return {term: specification_curve(design, term, rng=rng) for term in alone}


def specification_curve(
    design: Design, term: str, *, permutations: int = 500, rng: Seed = None
) -> Specifications:
    """Fit every combination of the other terms, samples and scales for one term of interest.

    Parameters
    ----------
    design : Design
    term : str
        A term of the formula with one column.
    permutations : int
        Outcomes shuffled for the joint test.
    rng : int, Generator or None

    Returns
    -------
    Specifications

    Notes
    -----
    Samples: all; without the cities run by the centre (where the data say which they are);
    without units of leverage above twice the mean. Scales: as written; ranks of outcome and
    predictors. Simonsohn, Simmons and Nelson (2020), doi:10.1038/s41562-020-0912-z.
    """
    others = [t for t in design.terms if t != term][:MOST_CONTROLS]
    chosen = [c for size in range(len(others) + 1) for c in combinations(others, size)]
    y = design.y.to_numpy(float)
    many = np.column_stack([y, place_of(design).shuffled(y, permutations, rng=generator(rng))])
    rows, drawn = [], []
    for (name, keep), scale in product(_samples(design).items(), SCALES):
        x, y = _scaled(design.X.to_numpy(float)[keep], scale), np.nan_to_num(_scaled(many[keep], scale))
        for controls in chosen:
            columns = [c for t in (term, *controls) for c in design.terms[t]]
            own = x[:, design.X.columns.get_indexer(columns)]
            if len(own) >= len(columns) + 5 and np.isfinite(own).all():
                made = fit(with_constant(own), y[:, 0])
                choice = {"controls": ", ".join(controls), "sample": name, "scale": scale}
                rows.append(_row(made, y[:, 0]) | choice)
                drawn.append(made.projector[1] @ y[:, 1:])
    table = pd.DataFrame(rows).sort_values("beta", kind="stable").reset_index(drop=True)
    median = float(table["beta"].median())
    null = np.median(np.array(drawn), axis=0)
    chance = (1 + (np.abs(null) >= abs(median)).sum()) / (1 + permutations)
    same = np.sign(table["beta"]) == np.sign(median)
    both = same & (table["p_value"] < 0.05)
    return Specifications(term, table, median, float(same.mean()), float(both.mean()), float(chance))


def _samples(design: Design) -> dict[str, np.ndarray]:
    made = {"all": np.ones(design.n, bool)}
    frame = design.variables.frame
    if "central_city" in frame:
        cities = frame.loc[design.y.index, "central_city"].astype(str).isin(["True", "true", "1", "1.0"])
        if cities.any():
            made["without_cities"] = ~cities.to_numpy()
    leverage = fit(design.even.with_constant.to_numpy(float), design.y.to_numpy(float)).leverage
    high = leverage > 2 * (design.p + 1) / design.n
    if high.any():
        made["without_leverage"] = ~high
    return made


def _scaled(x: np.ndarray, scale: str) -> np.ndarray:
    """Columns, or their ranks, with mean 0 and standard deviation 1; NaN in those that do not vary."""
    from scipy.stats import rankdata

    x = rankdata(x, axis=0) if scale == "ranks" else x
    spread = x.std(axis=0)
    still = spread <= 1e-12 * np.abs(x).max(axis=0)
    made: np.ndarray = (x - x.mean(axis=0)) / np.where(still, np.nan, spread)
    return made


def _row(made: Fit, y: np.ndarray) -> dict[str, object]:
    """What is shown of one specification."""
    from scipy.stats import t as student

    k, n = made.projector.shape
    b, error = float(made.beta[1, 0]), float(made.hc3[1, 0])
    reach = student.ppf(0.975, n - k) * error
    return {
        "beta": b,
        "low": b - reach,
        "high": b + reach,
        "p_value": float(2 * student.sf(abs(b) / error, n - k)) if error > 0 else 0.0,
        "n": n,
        "r2": 1.0 - float((made.residuals**2).sum() / (y**2).sum()),
    }
