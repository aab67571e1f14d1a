"""The specification curve: one association under every defensible choice, not under one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ...base.random import Seed, generator
from .design import Design
from .least_squares import fit, with_constant

SAMPLES = ("all", "without_cities", "without_leverage")
SCALES = ("as_written", "ranks")
MOST_CONTROLS = 8


@dataclass(frozen=True, eq=False)
class Specifications:
    """Every specification of one term, and what outcomes shuffled among provinces would give.

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
        Chance of a median at least as far from 0 when outcomes are shuffled.
    """

    term: str
    table: pd.DataFrame
    median: float
    same_sign: float
    significant: float
    p_value: float


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
    (column,) = design.terms[term]
    others = [t for t in design.terms if t != term][:MOST_CONTROLS]
    source = generator(rng)
    order = np.column_stack(
        [np.arange(design.n), *(source.permutation(design.n) for _ in range(permutations))]
    )
    rows, drawn = [], []
    for name, keep in _samples(design).items():
        for scale in SCALES:
            for size in range(len(others) + 1):
                for controls in combinations(others, size):
                    columns = [column, *(c for t in controls for c in design.terms[t])]
                    x, y = design.X[columns].to_numpy(float), design.y.to_numpy(float)
                    made = _fit(x, y, order, keep, scale)
                    if made is None:
                        continue
                    row, shuffled = made
                    rows.append(row | {"controls": ", ".join(controls), "sample": name, "scale": scale})
                    drawn.append(shuffled)
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
    leverage = fit(design.with_constant.to_numpy(float), design.y.to_numpy(float)).leverage
    high = leverage > 2 * (design.p + 1) / design.n
    if high.any():
        made["without_leverage"] = ~high
    return made


def _fit(
    x: np.ndarray, y: np.ndarray, order: np.ndarray, keep: np.ndarray, scale: str
) -> tuple[dict[str, object], np.ndarray] | None:
    from scipy.stats import rankdata
    from scipy.stats import t as student

    x, many = x[keep], y[order][keep]
    if scale == "ranks":
        x, many = rankdata(x, axis=0), rankdata(many, axis=0)
    n, p = x.shape
    spread = x.std(axis=0)
    if n < p + 5 or (spread <= 1e-12 * np.abs(x).max(axis=0)).any():
        return None
    x = (x - x.mean(axis=0)) / spread
    size = many.std(axis=0)
    many = (many - many.mean(axis=0)) / np.where(size > 0, size, 1.0)
    made = fit(with_constant(x), many)
    first = fit(with_constant(x), many[:, 0])
    b, se = float(first.beta[1, 0]), float(first.hc3[1, 0])
    reach = student.ppf(0.975, n - p - 1) * se
    row: dict[str, object] = {
        "beta": b,
        "low": b - reach,
        "high": b + reach,
        "p_value": float(2 * student.sf(abs(b) / se, n - p - 1)) if se > 0 else 0.0,
        "n": n,
        "r2": 1.0 - float((first.residuals[:, 0] ** 2).sum() / (many[:, 0] ** 2).sum()),
    }
    return row, made.beta[1, 1:]
