"""How much of a score is known: printed, bounded by print, open data, or only illustrative.

PII prints totals and little below them. An edition of PII made to fit the printed figures
therefore holds scores that somebody printed, scores that print confines, and scores that are
one invention among many. This module says which is which, for every node of every unit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.arrays import Flags, Matrix
from ..data.dataset import Dataset
from ..data.framework import Framework
from .index_tables import IndexTables
from .intervals import tighten
from .method import Method

BOUNDED_WIDTH = 25.0
SLACK = 1e-9


def marks(result: IndexTables) -> pd.DataFrame:
    """Mark every score of every unit by what is known of it.

    Parameters
    ----------
    result : IndexResult

    Returns
    -------
    DataFrame, units x codes
        ``printed``: the publisher printed this score (or this raw value) and the score built
        lies inside the rounding interval. ``bounded``: not printed, but printed figures
        confine it to an interval at most :data:`BOUNDED_WIDTH` points wide, and it lies
        inside. ``open``: made of official statistics only. ``real``: made of other real
        values (derived, entered by the user). ``illustrative``: invention that fits the
        printed figures; another draw gives another value. Empty where there is no score, and
        everywhere if the dataset holds no illustrative cell.

    Notes
    -----
    Printed figures speak of PII's own arithmetic: under any other method no inner node that
    rests on an illustrative cell is printed or bounded. A narrow interval is asked for because
    a score "known to lie between 0 and 92" is still invention.
    """
    framework, dataset = result.framework, result.dataset
    out = pd.DataFrame("", index=result.scores.index, columns=result.scores.columns, dtype="str")
    if not dataset.illustrative:
        return out
    scores = result.scores.to_numpy(float)
    share = result.share_of("illustrative").to_numpy(float)
    there = ~np.isnan(scores)
    words = np.where(there, "illustrative", "").astype(object)
    words[there & (share == 0)] = "real"
    opened = result.share_of("open").to_numpy(float)
    words[there & (opened >= 1 - SLACK)] = "open"
    at = [framework.position[c] for c in dataset.codes]
    known = (dataset.provenance.to_numpy() == "published") & there[:, at]
    words[:, at] = np.where(known, "printed", words[:, at])
    if dataset.printed is not None and result.method.fingerprint == Method.pii().fingerprint:
        low, high, said = printed_intervals(framework, result.units, dataset.printed, regions_of(dataset))
        inside = there & (scores >= low - SLACK) & (scores <= high + SLACK)
        words[inside & (share > 0) & (high - low <= BOUNDED_WIDTH)] = "bounded"
        words[inside & said] = "printed"
    return pd.DataFrame(words, index=out.index, columns=out.columns).astype("str")


class PrintedFigure(NamedTuple):
    """One printed figure as an interval."""

    unit: str
    code: str
    low: float
    high: float


class PrintedIntervals(NamedTuple):
    """What print says of every score, units x codes.

    Attributes
    ----------
    low, high : ndarray
        Sound for :meth:`Method.pii`: every panel that meets the printed figures lies inside.
    said : ndarray of bool
        Where the score itself is printed.
    """

    low: Matrix
    high: Matrix
    said: Flags


def figures(printed: pd.DataFrame | None, kind: str) -> list[PrintedFigure]:
    """The printed figures of one kind; none of a dataset that has none."""
    if printed is None:
        return []
    rows = printed[printed["kind"] == kind]
    return [
        PrintedFigure(str(u), str(c), float(a), float(b))
        for u, c, a, b in zip(rows["unit"], rows["code"], rows["low"], rows["high"], strict=True)
    ]


def regions_of(dataset: Dataset) -> dict[str, list[int]]:
    """Rows of the units of every region of the dataset; empty where it has no regions."""
    found: dict[str, list[int]] = {}
    for row, region in enumerate(dataset.groups.get("region", ())):
        found.setdefault(str(region), []).append(row)
    return found


def printed_intervals(
    framework: Framework,
    units: tuple[str, ...],
    printed: pd.DataFrame,
    regions: dict[str, list[int]] | None = None,
) -> PrintedIntervals:
    """Intervals that printed figures allow, by interval arithmetic up and down the tree.

    Parameters
    ----------
    printed : DataFrame
        ``unit, code, kind, value, low, high`` as :func:`piikit.data.editions.printed_figures`.
    regions : dict, optional
        Rows of each region's units, for printed regional means.

    """
    n, codes = len(units), list(framework.codes)
    row, at = {u: i for i, u in enumerate(units)}, {c: j for j, c in enumerate(codes)}
    low, high = np.zeros((n, len(codes))), np.full((n, len(codes)), 100.0)
    said = np.zeros(low.shape, dtype=bool)
    for r in figures(printed, "score"):
        if r.unit in row and r.code in at:
            i, j = row[r.unit], at[r.code]
            low[i, j], high[i, j], said[i, j] = max(0.0, r.low), min(100.0, r.high), True
    inner = set(framework.aggregates)
    for r in figures(printed, "minimum"):
        if r.code in inner:
            low[:, at[r.code]] = np.maximum(low[:, at[r.code]], r.low)
    for r in figures(printed, "maximum"):
        if r.code in inner:
            high[:, at[r.code]] = np.minimum(high[:, at[r.code]], r.high)
    for _ in range(3):
        _by_rank(low, high, row, at, printed)
        _by_region(low, high, at[framework.root], printed, regions or {})
        tight = tighten(framework, low, high)
        low, high = tight.low, tight.high
    return PrintedIntervals(low, high, said)


def _by_rank(
    low: Matrix, high: Matrix, row: dict[str, int], at: dict[str, int], printed: pd.DataFrame
) -> None:
    """Better ranks have higher scores; a unit without a printed rank holds one of the free ranks."""
    ranks = figures(printed, "rank")
    for code in dict.fromkeys(r.code for r in ranks):
        j = at[code]
        first, last = np.full(len(low), 1.0), np.full(len(low), float(len(low)))
        for r in ranks:
            if r.code == code:
                first[row[r.unit]], last[row[r.unit]] = r.low, r.high
        fixed = first == last
        free = np.setdiff1d(np.arange(1, len(low) + 1), first[fixed])
        if len(free):
            first[~fixed] = np.maximum(first[~fixed], free.min())
            last[~fixed] = np.minimum(last[~fixed], free.max())
        for i in range(len(low)):
            above, below = last < first[i], first > last[i]
            if above.any():
                high[i, j] = min(high[i, j], high[above, j].min())
            if below.any():
                low[i, j] = max(low[i, j], low[below, j].max())


def _by_region(
    low: Matrix, high: Matrix, j: int, printed: pd.DataFrame, regions: dict[str, list[int]]
) -> None:
    """A region's mean leaves each unit what the others cannot take."""
    for r in figures(printed, "region_mean"):
        rows = np.array(regions.get(r.unit, []), dtype=int)
        if not len(rows):
            continue
        least, most = len(rows) * r.low, len(rows) * r.high
        lows, highs = low[rows, j], high[rows, j]
        high[rows, j] = np.minimum(highs, most - (lows.sum() - lows))
        low[rows, j] = np.maximum(lows, least - (highs.sum() - highs))
