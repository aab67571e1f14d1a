"""Do two rankings of the same units agree, when one of them was printed for a chosen few only?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import MethodError
from ...base.random import Seed, generator
from ...base.results import Drawn
from ...index.ranks import Ranking

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RankAgreement(Drawn):
    """Spearman correlation of a full ranking with a partly printed one.

    Attributes
    ----------
    table : DataFrame
        ``unit, ours, printed, difference`` for the units printed; ours among all units.
    spearman, low, high : float
        Correlation over the printed units and its percentile bootstrap interval.
    corrected, corrected_low, corrected_high : float
        The correlation over all units that makes what was seen likely, given which ranks were
        printed: the median-unbiased estimate and its interval. Printing mostly the top and
        the bottom stretches the range and raises the correlation that is seen.
    n, total : int
        Printed units and all units.
    level : float
    """

    table: pd.DataFrame
    spearman: float
    low: float
    high: float
    corrected: float
    corrected_low: float
    corrected_high: float
    n: int
    total: int
    level: float


def rank_agreement(
    ours: pd.Series,
    printed: pd.Series,
    *,
    total: int | None = None,
    level: float = 0.95,
    runs: int = 2000,
    rng: Seed = None,
) -> RankAgreement:
    """Compare a ranking of all units with ranks printed for some of them.

    Parameters
    ----------
    ours : Series
        Scores or ranks by unit for all units; ranks if the smallest is 1, else scores.
    printed : Series
        Printed national ranks by unit, missing where none was printed.
    total : int, optional
        Units in the printed ranking; the length of `ours` if not given.
    level : float
        Of the intervals.
    runs : int
        Bootstrap resamples, and simulated pairs of rankings for each correlation on the grid.
    rng : int or Generator, optional

    Returns
    -------
    RankAgreement

    Raises
    ------
    MethodError
        With fewer than five units in common.

    Notes
    -----
    For the correction, pairs of rankings of `total` units are drawn from a bivariate normal
    with correlation r; units standing at the printed ranks of the second are kept, and the
    Spearman correlation over them is recorded. The estimate is the full-sample Spearman
    correlation of the r whose median equals the figure seen, the interval that of the r for
    which the figure seen is a tail quantile (test inversion).
    """
    random = generator(rng)
    ranks = ours if ours.min() == 1 else pd.Series(Ranking().of(ours.to_numpy(float)), ours.index)
    both = pd.DataFrame({"ours": ranks, "printed": printed}).dropna()
    if len(both) < 5:
        raise MethodError("error.agreement_few", n=len(both))
    total = total or int(ours.notna().sum())
    seen = _spearman(both["ours"].to_numpy(float), both["printed"].to_numpy(float))
    picks = random.integers(0, len(both), (runs, len(both)))
    draws = np.array([_spearman(*both.to_numpy(float)[p].T) for p in picks])
    tail = (1 - level) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail])
    corrected = _invert(seen, both["printed"].to_numpy(int), total, tail, runs, random)
    table = both.sort_values("printed").rename_axis("unit").reset_index()
    table["difference"] = table["ours"] - table["printed"]
    return RankAgreement(
        table, seen, float(low), float(high), *corrected, n=len(both), total=total, level=level
    )


def _spearman(a: Array, b: Array) -> float:
    from scipy.stats import rankdata

    x, y = rankdata(a), rankdata(b)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def _invert(
    seen: float, positions: NDArray[np.int_], total: int, tail: float, runs: int, random: np.random.Generator
) -> tuple[float, float, float]:
    grid = np.linspace(0.0, 0.995, 60)
    first, noise = random.normal(size=(2, runs, total))
    second_order = np.argsort(np.argsort(-first, axis=1), axis=1) + 1
    keep = np.isin(second_order, np.clip(positions, 1, total))
    columns = np.nonzero(keep)[1].reshape(runs, -1)  # each row keeps the same number of positions
    chosen = np.take_along_axis(second_order, columns, axis=1)
    found = []
    for r in grid:
        other = r * first + np.sqrt(1 - r * r) * noise
        other_rank = np.argsort(np.argsort(-other, axis=1), axis=1) + 1
        found.append(_row_spearman(chosen, np.take_along_axis(other_rank, columns, axis=1)))
    quantiles = np.quantile(np.array(found), [tail, 0.5, 1 - tail], axis=1)
    full = 6 / np.pi * np.arcsin(grid / 2)
    # the figure seen is the upper quantile of the smallest correlation that still allows it
    middle, low, high = (float(np.interp(seen, np.maximum.accumulate(quantiles[k]), full)) for k in (1, 2, 0))
    return middle, low, high


def _row_spearman(a: NDArray[np.int_], b: NDArray[np.int_]) -> Array:
    x = np.argsort(np.argsort(a, axis=1), axis=1).astype(float)
    y = np.argsort(np.argsort(b, axis=1), axis=1).astype(float)
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    out: Array = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return out
