"""What provinces do in a year, as the past shows it: expected from where they stand, the rest drawn.

Whoever stands high gains less in the next year (part of a high value is luck), so a move is what is
expected at the level, plus what some province's year lay beside it, all indicators of that year
together. Of `T` years known the spread of a new one is wider by ``sqrt(1 + 1/T)``, as in any
prediction from a fitted mean. What all provinces have in common moves nobody's rank and is not drawn.
An indicator without a past drifts as far, against its spread over provinces, as open statistics do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Matrix
from ...data.library import load_dataset, open_index_names
from .year_effort import reference_class

Panels = NDArray[np.float64]


class ShrunkenTrend(NamedTuple):
    """Yearly changes, units x indicators, and the share kept of a unit's own deviation, by indicator."""

    trend: Matrix
    kept: Column


def shrunken_trend(changes: NDArray[np.float64]) -> ShrunkenTrend:
    """Yearly change of every unit, drawn towards the common one.

    With two or three changes a unit's own mean is mostly noise. The share kept is the
    empirical-Bayes one, ``between / (between + within / T)`` with variances by the method of
    moments (Efron and Morris 1975), an indicator at a time.

    Parameters
    ----------
    changes : ndarray, shape (pairs, units, indicators)

    Returns
    -------
    trend : ndarray, shape (units, indicators)
        A unit without any change gets the common one; an indicator without any gets 0.
    kept : ndarray, shape (indicators,)
        Share of a unit's own deviation that was kept.
    """
    _, units, indicators = changes.shape
    trend, kept = np.zeros((units, indicators)), np.zeros(indicators)
    for j in range(indicators):
        block = changes[:, :, j]
        count = (~np.isnan(block)).sum(axis=0)
        has = count > 0
        if not has.any():
            continue
        sums = np.where(np.isnan(block), 0.0, block).sum(axis=0)
        mean = np.divide(sums, count, out=np.zeros(units), where=has)
        common = float(mean[has].mean())
        twice = count >= 2
        if twice.sum() >= 2:
            apart = np.where(np.isnan(block), 0.0, block - mean)[:, twice]
            within = float((apart**2).sum() / (count[twice] - 1).sum())
            periods = float(count[has].mean())
            total = float(mean[has].var(ddof=1))
            between = max(0.0, total - within / periods)
            kept[j] = between / total if total > 0 else 0.0
        trend[:, j] = np.where(has, common + kept[j] * (mean - common), common)
    return ShrunkenTrend(trend, kept)


@dataclass(frozen=True, eq=False)
class PastMoves:
    """Yearly moves of all units of a history.

    Attributes
    ----------
    common : ndarray, shape (indicators,)
        Mean yearly change; 0 without a history.
    slopes : ndarray, shape (indicators,)
        Change for one more of the level, years apart.
    left : ndarray, shape (pairs, units, indicators)
        What is left of each change beside both; NaN where it is not known.
    trend : ndarray, shape (units, indicators)
        Each unit's own part of what is left, shrunken (:func:`shrunken_trend`).
    wider : ndarray, shape (indicators,)
        ``sqrt(1 + 1/T)``.
    kept : ndarray, shape (indicators,)
        Share kept of a unit's own deviation.
    blind : ndarray of bool, shape (indicators,)
        No change is known.
    """

    common: Column
    slopes: Column
    left: Panels
    trend: Matrix
    wider: Column
    kept: Column
    blind: Flags

    @classmethod
    def of(cls, starts: Panels, changes: Panels) -> PastMoves:
        """Fit what is expected, and keep what is left; both of shape (pairs, units, indicators)."""
        beside, level = _beside(changes, changes), _beside(starts, changes)
        across = np.nansum(level**2, axis=(0, 1))
        slopes = np.divide(np.nansum(level * beside, axis=(0, 1)), across, out=0.0 * across, where=across > 0)
        left = beside - slopes * level
        trend, kept = shrunken_trend(left)
        years = (~np.isnan(changes)).any(axis=1).sum(axis=0)
        least = np.maximum(years, 1)
        common = _mean(changes).sum(axis=0) / least
        return cls(common, slopes, left, trend, np.sqrt(1 + 1 / least), kept, years == 0)

    def draw(self, model: str, now: Matrix, years: float, count: int, random: np.random.Generator) -> Panels:
        """Values of all units after some years, shape (count, units, indicators); gaps stay.

        Parameters
        ----------
        model : {"trend", "repeat", "drift"}
            Whether each unit's own trend is kept, or any province's year may be anyone's, or the past
            is not looked at.
        """
        size = np.nanstd(now, axis=0) * restlessness() * np.sqrt(years)
        drift = random.standard_normal((count, *now.shape)) * size
        if model == "drift":
            return np.asarray(now + drift)
        own = self.trend if model == "trend" else 0.0 * self.trend
        rest = np.nan_to_num((self.left - own) * self.wider)
        pairs, units, _ = rest.shape
        whole = max(1, round(years))
        x = np.broadcast_to(now, (count, *now.shape))
        for _ in range(whole):
            drawn = rest[
                random.integers(pairs, size=(count, units)), random.integers(units, size=(count, units))
            ]
            beside = x - _mean(x)[:, None]
            x = x + (self.common + self.slopes * beside + own + drawn) * (years / whole)
        return np.where(self.blind, now + drift, x)


@cache
def restlessness() -> float:
    """Standard deviation of one-year changes over that of levels, median of the open indicators."""
    levels = load_dataset(open_index_names()[0]).values.std()
    changes = reference_class().changes.groupby("code")["change"].std()
    return float((changes / levels.reindex(changes.index)).dropna().median())


def _mean(x: Panels) -> Matrix:
    """Mean over units of what is known, 0 of nothing."""
    known = ~np.isnan(x)
    return np.asarray(np.nansum(x, axis=1) / np.maximum(known.sum(axis=1), 1))


def _beside(x: Panels, changes: Panels) -> Panels:
    """Distance from the year's mean, over the units whose change is known."""
    x = np.where(np.isnan(changes), np.nan, x)
    return np.asarray(x - _mean(x)[:, None])
