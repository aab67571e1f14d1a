"""Do two rankings of the same units agree, when one of them was printed for a chosen few only?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Matrix
from ...base.errors import MethodError
from ...base.random import Seed, generator
from ...base.results import Drawn
from ...index.ranks import Ranking


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

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> found = pk.rank_agreement(result.ranks["OPEN"], pk.published_scores(2023)["rank"], runs=200)
    >>> found.n, found.total, round(found.spearman, 2), found.corrected < found.spearman
    (26, 63, 0.89, True)
    """
    random = generator(rng)
    ranks = ours if ours.min() == 1 else pd.Series(Ranking().of(ours.to_numpy(float)), ours.index)
    both = pd.DataFrame({"ours": ranks, "printed": printed}).dropna()
    if len(both) < 5:
        raise MethodError("error.agreement_few", n=len(both))
    total = total or int(ours.notna().sum())
    pair = both.to_numpy(float)
    seen = float(_spearman(*pair.T))
    resampled = pair[random.integers(0, len(both), (runs, len(both)))]
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = np.nanquantile(_spearman(resampled[..., 0], resampled[..., 1]), tails)
    corrected = _corrected(seen, both["printed"].to_numpy(int), total, tails, runs, random)
    table = both.sort_values("printed").rename_axis("unit").reset_index()
    table["difference"] = table["ours"] - table["printed"]
    return RankAgreement(
        table=table,
        spearman=seen,
        low=float(low),
        high=float(high),
        corrected=corrected[0.5],
        corrected_low=corrected[tails[1]],
        corrected_high=corrected[tails[0]],
        n=len(both),
        total=total,
        level=level,
    )


def _spearman(a: Matrix, b: Matrix) -> Matrix:
    """Correlation of the ranks along the last axis; NaN where all are equal."""
    from scipy.stats import rankdata

    x, y = rankdata(a, axis=-1), rankdata(b, axis=-1)
    x, y = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    spread = np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))
    out = np.full(spread.shape, np.nan)
    np.divide((x * y).sum(axis=-1), spread, out=out, where=spread > 0)
    return out


def _corrected(
    seen: float,
    printed: NDArray[np.int_],
    total: int,
    tails: tuple[float, float],
    runs: int,
    random: np.random.Generator,
) -> dict[float, float]:
    """Full-sample correlations for which the figure seen is the median, or the quantile of a tail."""
    grid = np.linspace(0.0, 0.995, 60)
    theirs, noise = random.normal(size=(2, runs, total))
    place = np.argsort(np.argsort(-theirs, axis=1), axis=1) + 1
    kept = np.isin(place, np.clip(printed, 1, total))  # each row keeps the same number of places
    theirs, noise = theirs[kept].reshape(runs, -1), noise[kept].reshape(runs, -1)
    found = [_spearman(theirs, r * theirs + np.sqrt(1 - r * r) * noise) for r in grid]
    levels = (tails[0], 0.5, tails[1])
    quantiles = np.quantile(np.array(found), levels, axis=1)
    full = 6 / np.pi * np.arcsin(grid / 2)
    return {
        k: float(np.interp(seen, np.maximum.accumulate(q), full))
        for k, q in zip(levels, quantiles, strict=True)
    }
