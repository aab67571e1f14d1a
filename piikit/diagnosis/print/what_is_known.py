"""What print determines of a province's PII, node by node, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from ...base.arrays import Column
from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.dataset import Dataset
from ...data.framework import Framework
from ...data.library import load_dataset
from ...index.index_result import IndexResult
from ...index.intervals import shares, tighten
from ...index.known_marks import (
    BOUNDED_WIDTH,
    SLACK,
    PrintedIntervals,
    figures,
    printed_intervals,
    regions_of,
)
from .known_totals import total_interval
from .mixed_programme import STEP, Line, Programme

MEETING = 1e-7  # intervals of two units that overlap by less may be in either order


@dataclass(frozen=True, eq=False)
class Known(Drawn):
    """Intervals of every node of one unit that printed figures allow; made by :func:`what_is_known`.

    Attributes
    ----------
    unit, edition : str
    open_data : bool
        Whether official statistics that stand in for PII's figures were taken as known too.
    table : DataFrame
        Index ``code``: ``name_vi, name_en, level, low, high, width, rank_best, rank_worst``,
        ``printed`` (the score as printed or ""), ``mark`` (``printed``, ``bounded`` for an
        interval of at most 25 points, ``open`` for a real cell, else ``illustrative``).
    units : int
    """

    unit: str
    edition: str
    open_data: bool
    table: pd.DataFrame
    units: int
    title_vi: str = ""
    title_en: str = ""

    def interval(self, code: str) -> tuple[float, float]:
        """Lowest and highest score of `code` that the printed figures allow."""
        return float(self.table.at[code, "low"]), float(self.table.at[code, "high"])

    def contains(self, result: IndexResult, slack: float = 1e-6) -> pd.Series:
        """By code, whether a built score of the unit lies inside the interval (a gap does)."""
        scores = result.scores.loc[self.unit]
        inside = (scores >= self.table["low"] - slack) & (scores <= self.table["high"] + slack)
        return (inside | scores.isna()).rename("inside")


def what_is_known(
    unit: str, edition: str | Dataset | IndexResult = "pii-2024", *, open_data: bool = False
) -> Known:
    """Intervals of every score of a province that the printed figures allow.

    Parameters
    ----------
    unit : str
        As people write it.
    edition : str, Dataset or IndexResult
        An edition of PII; of a dataset or result only its printed figures count.
    open_data : bool
        Take the official statistics of the open columns as PII's own figures. Their tie to PII
        is inferred, so print alone is the default.

    Returns
    -------
    Known
        ``.table`` (index ``code``: ``low, high, rank_best, rank_worst, mark`` and more),
        ``.interval(code)``, ``.contains(result)``.

    Raises
    ------
    UnknownNameError
        If unit or edition is not known.
    MethodError
        If the dataset carries no printed figures.

    Notes
    -----
    Three steps, each sound: interval arithmetic over all units (printed scores, national bounds
    of nodes, ranks, regional means, the tree's means); a mixed-integer programme for the total
    (which ranks are left for whom, with every region's mean); and what the unit's own counts of
    first places leave (each is a score of 100). Printed strengths and weaknesses confine ranks,
    not scores, and do not enter. Every panel that meets the printed figures lies inside. Within
    the unit's own tree the ends are reached; over all units together they can be wider than the
    best possible.

    Examples
    --------
    >>> import piikit as pk
    >>> known = pk.what_is_known("can tho", "pii-2024")
    >>> [round(end, 2) for end in known.interval("IN")]
    [0.0, 92.03]
    >>> known.table.at["PII", "printed"], known.table.at["PII", "mark"], known.table.at["IN", "mark"]
    ('46.01', 'printed', 'illustrative')
    """
    dataset = _edition(edition)
    name = dataset.unit(unit)
    row, framework = dataset.units.index(name), dataset.framework
    frame = _everybody(dataset, open_data)
    total = total_interval(dataset, name)
    low, high = frame.low.copy(), frame.high.copy()
    root = framework.codes.index(framework.root)
    low[row, root], high[row, root] = max(low[row, root], total.low), min(high[row, root], total.high)
    own = tighten(framework, low[[row]], high[[row]])
    low[row], high[row] = own.low[0], own.high[0]
    for f in figures(dataset.printed, "leads"):
        if f.unit == name:
            low[row], high[row] = with_first_places(framework, low[row], high[row], f.code, f.low)
    table = framework.table[["name_vi", "name_en", "level"]].copy()
    table["low"], table["high"] = low[row], high[row]
    table["width"] = table["high"] - table["low"]
    others = np.delete(np.arange(len(low)), row)
    table["rank_best"] = 1 + (low[others] > high[row] + MEETING).sum(axis=0)
    table["rank_worst"] = len(low) - (high[others] < low[row] - MEETING).sum(axis=0)
    for f in figures(dataset.printed, "rank"):
        if f.unit == name:
            table.loc[f.code, ["rank_best", "rank_worst"]] = [int(f.low), int(f.high)]
    table.loc[framework.root, ["rank_best", "rank_worst"]] = [total.best, total.worst]
    table["printed"] = _as_printed(dataset, name).reindex(table.index).fillna("")
    own = dataset.provenance.loc[name, _real_columns(dataset)]
    real = own.index[own.isin(["open", "derived"])] if open_data else []
    table["mark"] = np.select(
        [table["printed"] != "", table.index.isin(real), table["width"] <= BOUNDED_WIDTH],
        ["printed", "open", "bounded"],
        "illustrative",
    )
    title = f"PII {dataset.year}"
    return Known(name, dataset.name, open_data, table, len(low), title_vi=title, title_en=title)


def _edition(edition: str | Dataset | IndexResult) -> Dataset:
    if isinstance(edition, IndexResult):
        edition = edition.dataset
    dataset = load_dataset(edition) if isinstance(edition, str) else edition
    if dataset.printed is None:
        raise MethodError("editions.no_printed", name=dataset.name or repr(dataset))
    return dataset


def _everybody(dataset: Dataset, open_data: bool) -> PrintedIntervals:
    """Interval arithmetic for all units; cells that are known enter as printed scores."""
    known = [dataset.printed, _cell_scores(dataset), *([_open_scores(dataset)] if open_data else [])]
    table = pd.concat(known, ignore_index=True)
    return printed_intervals(dataset.framework, dataset.units, table, regions_of(dataset))


def _cell_scores(dataset: Dataset) -> pd.DataFrame:
    """Scores that follow from a printed value with printed national bounds, as intervals."""
    least = {f.code: f for f in figures(dataset.printed, "minimum")}
    most = {f.code: f for f in figures(dataset.printed, "maximum")}
    rows = []
    for v in figures(dataset.printed, "value"):
        if v.code in least and v.code in most:
            corners = product((v.low, v.high), least[v.code][2:], most[v.code][2:])
            ends = [100.0 * (x - a) / (b - a) for x, a, b in corners]
            rows.append((v.unit, v.code, "score", min(ends), max(ends)))
    return pd.DataFrame(rows, columns=["unit", "code", "kind", "low", "high"])


def _real_columns(dataset: Dataset) -> list[str]:
    """Indicators without an illustrative cell."""
    whole = (dataset.provenance != "illustrative").all()
    return [c for c in dataset.codes if whole[c]]


def _open_scores(dataset: Dataset) -> pd.DataFrame:
    """Min-max scores of the columns that hold real cells only."""
    columns = dataset.values[_real_columns(dataset)]
    scores = 100.0 * (columns - columns.min()) / (columns.max() - columns.min())
    known = scores.where(dataset.provenance[scores.columns] != "published").stack().dropna()
    known = known.rename_axis(["unit", "code"])
    return pd.DataFrame({"kind": "score", "low": known - SLACK, "high": known + SLACK}).reset_index()


def with_first_places(
    framework: Framework, low: Column, high: Column, node: str, count: float
) -> tuple[Column, Column]:
    """Least and greatest score of every code of a unit that leads on `count` indicators below `node`.

    Parameters
    ----------
    framework : Framework
    low, high : ndarray, shape (codes,)
        Known of each code without the first places; must leave some panel.
    count : float
        Indicators on which the unit is first; a first place is a score of 100.

    Returns
    -------
    low, high : ndarray, shape (codes,)
        Both ends of each are reached (to the solver's 1e-6, outwards), by a mixed-integer
        programme over the codes' scores and, for every indicator, whether it is a first place.
    """
    n, position = len(framework), {c: j for j, c in enumerate(framework.codes)}
    leaves = framework.leaves(node)
    lines = [
        Line({position[parent]: -1.0, **{position[k]: share for k, share in kids.items()}}, 0.0, 0.0)
        for parent, kids in shares(framework).items()
    ]
    lines += [Line({position[leaf]: 1.0, n + k: -100.0}, 0.0, np.inf) for k, leaf in enumerate(leaves)]
    lines.append(Line({n + k: 1.0 for k in range(len(leaves))}, count, count))
    programme = Programme(
        lines,
        np.concatenate([low, np.zeros(len(leaves))]),
        np.concatenate([high, np.ones(len(leaves))]),
        whole=np.repeat([0, 1], [n, len(leaves)]),
    )
    ends = np.array([low, high])
    reached = np.array([high - low <= STEP] * 2)
    for j in range(n):
        for side, solve in enumerate((programme.least, programme.most)):
            if reached[side, j]:
                continue
            found = solve(j)
            if found is None:  # print contradicts itself: what it says without first places stands
                return low, high
            ends[side, j] = min(max(found.value, low[j]), high[j])
            # what gives one end gives many: nothing is left to solve for those
            reached |= np.abs(found.columns[:n] - ends) <= STEP
    return ends[0], ends[1]


def _as_printed(dataset: Dataset, unit: str) -> pd.Series:
    """Printed scores of a unit by code, as they are written."""
    printed = dataset.printed
    assert printed is not None
    own = printed[(printed["unit"] == unit) & (printed["kind"] == "score")]
    return own.set_index("code")["value"].astype(str)
