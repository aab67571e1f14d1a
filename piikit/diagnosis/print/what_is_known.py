"""What print determines of a province's PII, node by node, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.results import Drawn
from ...data.dataset import Dataset
from ...data.framework import Framework
from ...index.index_result import IndexResult
from ...index.known_marks import BOUNDED_WIDTH, figures, printed_intervals
from .known_totals import total_interval

Matrix = NDArray[np.float64]
PRINTED_SHOWN = 1e-7


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
    (which ranks are left for whom, with every region's mean); linear programmes over the unit's
    52 indicators, where counts of first places enter too (each is a score of 100). Printed
    strengths and weaknesses confine ranks, not scores, and do not enter. Every panel that
    meets the printed figures lies inside; an interval can be wider than the best possible.
    """
    dataset = _dataset(edition)
    name = dataset.unit(unit)
    framework, units = dataset.framework, dataset.units
    row = units.index(name)
    low, high, said = _frame(dataset, open_data)
    low, high = low.copy(), high.copy()
    at = {c: j for j, c in enumerate(framework.codes)}
    best, worst, bottom, top = total_interval(dataset, name)
    root = at[framework.root]
    low[row, root], high[row, root] = max(low[row, root], bottom), min(high[row, root], top)
    low[row], high[row] = _programmes(framework, dataset, name, low[row], high[row])
    table = framework.table[["name_vi", "name_en", "level"]].copy()
    table["low"], table["high"] = low[row], high[row]
    table["width"] = table["high"] - table["low"]
    others = np.delete(np.arange(len(units)), row)
    table["rank_best"] = 1 + (low[others] > high[row] + PRINTED_SHOWN).sum(axis=0)
    table["rank_worst"] = len(units) - (high[others] < low[row] - PRINTED_SHOWN).sum(axis=0)
    for code, (first, last) in _ranks(dataset, name).items():
        table.loc[code, ["rank_best", "rank_worst"]] = [first, last]
    table.loc[framework.root, ["rank_best", "rank_worst"]] = [best, worst]
    words = _printed_words(dataset, name)
    table["printed"] = [words.get(c, "") for c in table.index]
    table["mark"] = _marks(table, said[row], _real(dataset, name) if open_data else set())
    return Known(
        unit=name,
        edition=dataset.name,
        open_data=open_data,
        table=table,
        units=len(units),
        title_vi=f"PII {dataset.year}",
        title_en=f"PII {dataset.year}",
    )


def _dataset(edition: str | Dataset | IndexResult) -> Dataset:
    from ...base.errors import MethodError
    from ...data.library import load_dataset

    if isinstance(edition, IndexResult):
        edition = edition.dataset
    dataset = load_dataset(edition) if isinstance(edition, str) else edition
    if dataset.printed is None:
        raise MethodError("editions.no_printed", name=dataset.name or repr(dataset))
    return dataset


def _frame(dataset: Dataset, open_data: bool) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
    return _frame_of(_Key(dataset, open_data))


class _Key:
    """Datasets are not hashable by content cheaply; by printed figures and name they are enough."""

    def __init__(self, dataset: Dataset, open_data: bool) -> None:
        self.dataset, self.open_data = dataset, open_data

    def __hash__(self) -> int:
        return hash((self.dataset.fingerprint, self.open_data))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and hash(self) == hash(other)


@lru_cache(maxsize=32)
def _frame_of(key: _Key) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
    """Interval arithmetic for all units; cells that are known enter as printed scores."""
    dataset = key.dataset
    printed = dataset.printed
    assert printed is not None
    regions: dict[str, list[int]] = {}
    if "region" in dataset.groups:
        for i, region in enumerate(dataset.groups["region"]):
            regions.setdefault(str(region), []).append(i)
    known = [_cell_scores(dataset)]
    if key.open_data:
        known.append(_open_scores(dataset))
    table = pd.concat([printed, *known], ignore_index=True)
    low, high, _ = printed_intervals(dataset.framework, dataset.units, table, regions)
    said = printed_intervals(dataset.framework, dataset.units, printed)[2]
    return low, high, said


def _cell_scores(dataset: Dataset) -> pd.DataFrame:
    """Scores that follow from a printed value with printed national bounds, as intervals."""
    printed = dataset.printed
    assert printed is not None
    low = {f.code: f for f in figures(printed, "minimum")}
    high = {f.code: f for f in figures(printed, "maximum")}
    rows = []
    for v in figures(printed, "value"):
        if v.code not in low or v.code not in high:
            continue
        ends = [
            100.0 * (x - a) / (b - a)
            for x in (v.low, v.high)
            for a in (low[v.code].low, low[v.code].high)
            for b in (high[v.code].low, high[v.code].high)
        ]
        rows.append({"unit": v.unit, "code": v.code, "kind": "score", "low": min(ends), "high": max(ends)})
    return pd.DataFrame(rows, columns=["unit", "code", "kind", "low", "high"])


def _real(dataset: Dataset, unit: str) -> set[str]:
    marks = dataset.provenance.loc[unit]
    whole = (dataset.provenance != "illustrative").all()
    return {c for c in dataset.codes if whole[c] and marks[c] in {"open", "derived"}}


def _open_scores(dataset: Dataset) -> pd.DataFrame:
    """Min-max scores of the columns that hold real cells only."""
    rows = []
    whole = (dataset.provenance != "illustrative").all()
    for code in [c for c in dataset.codes if whole[c]]:
        column = dataset.values[code]
        scores = 100.0 * (column - column.min()) / (column.max() - column.min())
        for unit, score in scores.dropna().items():
            if dataset.provenance.at[unit, code] != "published":
                rows.append(
                    {"unit": unit, "code": code, "kind": "score", "low": score - 1e-9, "high": score + 1e-9}
                )
    return pd.DataFrame(rows, columns=["unit", "code", "kind", "low", "high"])


def _programmes(
    framework: Framework, dataset: Dataset, unit: str, low: Matrix, high: Matrix
) -> tuple[Matrix, Matrix]:
    """Least and greatest score of every node of one unit, by linear programmes over its indicators.

    Columns: every code's score, then for every indicator the share of a first place.
    """
    from scipy.optimize import linprog

    codes, n = list(framework.codes), len(framework.codes)
    at = {c: j for j, c in enumerate(codes)}
    leaves = [at[c] for c in framework.indicators]
    assert dataset.printed is not None
    leads = [f for f in figures(dataset.printed, "leads") if f.unit == unit]
    size = n + (len(leaves) if leads else 0)
    weight = framework.table["weight"].to_numpy(float)
    equal, right = [], []
    for code in framework.aggregates:
        row = np.zeros(size)
        kids = [at[k] for k in framework.children(code)]
        row[kids] = weight[kids] / weight[kids].sum()
        row[at[code]] = -1.0
        equal.append(row)
        right.append(0.0)
    less, limit = [], []
    if leads:
        row = np.zeros(size)
        row[n:] = 1.0
        equal.append(row)
        right.append(leads[0].low)
        for k, j in enumerate(leaves):
            first = np.zeros(size)
            first[n + k], first[j] = 100.0, -1.0
            less.append(first)
            limit.append(0.0)
    bounds = [*zip(low, high, strict=True), *([(0.0, 1.0)] * (size - n))]
    out_low, out_high = low.copy(), high.copy()
    for j in range(n):
        if high[j] - low[j] < 1e-6:
            continue
        for sign in (1.0, -1.0):
            cost = np.zeros(size)
            cost[j] = sign
            found = linprog(
                cost,
                A_ub=np.array(less) if less else None,
                b_ub=np.array(limit) if less else None,
                A_eq=np.array(equal),
                b_eq=np.array(right),
                bounds=bounds,
                method="highs",
            )
            if found.status != 0:
                continue  # the interval of the arithmetic stands, which is sound
            # Rounded outwards by the solver's own feasibility tolerance.
            if sign > 0:
                out_low[j] = max(low[j], found.fun - 1e-6)
            else:
                out_high[j] = min(high[j], -found.fun + 1e-6)
    return out_low, out_high


def _ranks(dataset: Dataset, unit: str) -> dict[str, tuple[int, int]]:
    assert dataset.printed is not None
    return {f.code: (int(f.low), int(f.high)) for f in figures(dataset.printed, "rank") if f.unit == unit}


def _printed_words(dataset: Dataset, unit: str) -> dict[str, str]:
    printed = dataset.printed
    assert printed is not None
    own = printed[(printed["unit"] == unit) & (printed["kind"] == "score")]
    return dict(zip(own["code"].astype(str), own["value"].astype(str), strict=True))


def _marks(table: pd.DataFrame, said: NDArray[np.bool_], real: set[str]) -> list[Any]:
    made = []
    for code, width, printed in zip(table.index, table["width"], said, strict=True):
        if printed:
            made.append("printed")
        elif code in real:
            made.append("open")
        else:
            made.append("bounded" if width <= BOUNDED_WIDTH else "illustrative")
    return made
