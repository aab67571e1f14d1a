"""Ranks: 1 is the highest score; made on rounded scores; a missing score has none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


def rank(scores: Column, *, decimals: int = 10, ties: str = "min") -> Column:
    """Descending ranks of one column.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        NaN keeps NaN and counts for nobody.
    decimals : int
        Scores are rounded so before they are compared (half to even, as NumPy does).
    ties : {"min", "max", "average", "dense"}
        ``min`` lets ties share the better rank, as UNDP and COINr do.
    """
    out = np.full(scores.shape, np.nan)
    there = ~np.isnan(scores)
    rounded = np.round(scores[there], decimals)
    if ties == "dense":
        distinct = np.unique(rounded)
        out[there] = distinct.size - np.searchsorted(distinct, rounded)
        return out
    order = np.sort(rounded)
    above = rounded.size - np.searchsorted(order, rounded, side="right")
    same = np.searchsorted(order, rounded, side="right") - np.searchsorted(order, rounded, side="left")
    shift = {"min": np.ones(same.shape), "max": same, "average": (same + 1) / 2}[ties]
    out[there] = above + shift
    return out


def rank_columns(
    scores: NDArray[np.float64], *, decimals: int = 10, ties: str = "min"
) -> NDArray[np.float64]:
    """:func:`rank` of every column of a units x codes array."""
    return np.column_stack([rank(c, decimals=decimals, ties=ties) for c in scores.T])
