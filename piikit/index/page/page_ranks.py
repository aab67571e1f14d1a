"""Ranks that published scores of some provinces allow: an interval, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

HALF = 0.005
_TINY = 1e-9
_COLUMNS = {"pii": "PII", "input": "IN", "output": "OUT", **{f"p{k}": str(k) for k in range(1, 8)}}


@dataclass(frozen=True)
class RankInterval:
    """Best and worst rank that the published figures allow.

    Attributes
    ----------
    best, worst : int
    units : int
        How many provinces are ranked.
    ahead, behind : int
        Published provinces that are surely ahead or behind.
    """

    best: int
    worst: int
    units: int
    ahead: int
    behind: int

    @property
    def exact(self) -> bool:
        """Whether only one rank is possible."""
        return self.best == self.worst


def usable(published: pd.DataFrame) -> pd.DataFrame:
    """Published scores as units x codes with ``rank``, without rows marked as derived or contradictory.

    Parameters
    ----------
    published : DataFrame
        As :func:`piikit.data.library.published_scores` gives it.
    """
    note = (
        published["note"].astype("str").fillna("") if "note" in published else pd.Series("", published.index)
    )
    kept = published[~note.str.contains("CONTRADICTION|DERIVED", regex=True)]
    renamed = kept.rename(columns=_COLUMNS)
    return renamed[[c for c in ("rank", *_COLUMNS.values()) if c in renamed]].astype(float)


def rank_interval(
    own: tuple[float, float],
    rivals: pd.Series,
    *,
    units: int,
    printed_ranks: Mapping[str, float] | None = None,
    unit: str | None = None,
    printed_own: float | None = None,
    half: float = HALF,
) -> RankInterval:
    """Rank of a score among provinces of which only some are published.

    Parameters
    ----------
    own : (low, high)
        Interval of the own score.
    rivals : Series
        Published scores by province, NaN where not printed; `unit` itself is passed over.
    units : int
        Number of provinces ranked.
    printed_ranks : mapping of province to rank, optional
        A printed rank says how many stand above that province, published or not.
    unit : str, optional
        The own province, whose printed score and rank hold for the day of printing.
    printed_own : float, optional
        Its printed score.
    half : float
        Half of the last printed digit of the rivals' scores.

    Notes
    -----
    The rivals are taken as they were printed: how a change of the own raw values moves their
    scores is not seen here.
    """
    low, high = own
    ranks = pd.Series(printed_ranks or {}, dtype=float).dropna()
    others = rivals.drop(index=[unit], errors="ignore").dropna()
    ahead, behind = others - half > high + _TINY, others + half < low - _TINY
    best, worst = 1 + int(ahead.sum()), units - int(behind.sum())
    # A printed rank counts all above that province; whether the own one is among them, the scores say.
    own_score = np.nan if printed_own is None else printed_own
    above = ranks.reindex(others.index) - 1
    fewest, most = above - ~(others > own_score), above - (others < own_score)
    best = int(max(best, fewest[ahead].max() + 2 if fewest[ahead].notna().any() else 1))
    worst = int(min(worst, most[behind].min() + 1 if most[behind].notna().any() else units))
    own_rank = ranks.get(unit)
    if own_rank is not None and printed_own is not None:
        if low >= printed_own - half - _TINY and high >= printed_own + half - _TINY:
            worst = min(worst, int(own_rank))
        if low <= printed_own - half + _TINY and high <= printed_own + half + _TINY:
            best = max(best, int(own_rank))
    best = min(best, units)
    return RankInterval(best, max(worst, best), units, int(ahead.sum()), int(behind.sum()))
