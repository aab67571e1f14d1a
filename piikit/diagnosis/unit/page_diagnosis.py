"""Diagnosis of a province's own page: what its printed figures allow, and no more."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...base.results import Drawn
from ...data.plans import Plan, load_plan
from ...index.page.page_result import PageResult
from .agencies import Agencies, agencies
from .natural_units import round_step


@dataclass(frozen=True, eq=False)
class PageDiagnosis(Drawn):
    """What a page of printed figures says of one province; made by :func:`piikit.diagnose`.

    No other province's indicators are printed on it, so there are no ranks by indicator, no
    peers and no duel; there are the gaps to the national minimum and maximum, the weight of
    each indicator in the working tree, and what is not covered.

    Attributes
    ----------
    result : PageResult
    count : int
        How many that matter.
    plan : Plan or None
    gaps : DataFrame
        The covered indicators, in the framework's order. Index ``code``; ``value, minimum,
        maximum`` as printed, ``score, score_low, score_high`` (rounding), ``weight`` (of the
        whole, working tree), ``gap_best`` (points of the indicator to the national maximum),
        ``points_best`` (points of the whole, while the maximum stays), ``points_per_unit``,
        ``step``, ``points_per_step``, ``headroom`` (raw units to the maximum) and
        ``points_median`` (NaN: no peers).
    matters : DataFrame
        Those with most points to the national maximum.
    weak, strong : DataFrame
        Those in the lower half of the national range, lowest first, and in the upper half,
        highest first.
    nodes : DataFrame
        Groups, pillars and above that the page fixes: ``score, printed, minimum, maximum,
        status, weight``.
    uncovered : tuple of str
        Indicators of the framework that the page does not print.
    covered_weight : float
        Share of the whole that the covered indicators carry in the working tree.
    agencies : Agencies
        Points to the national maximum by agency, covered indicators only.
    table : DataFrame
        ``gaps`` with ``agency`` and ``status``.
    """

    result: PageResult
    count: int
    plan: Plan | None
    gaps: pd.DataFrame
    matters: pd.DataFrame
    weak: pd.DataFrame
    strong: pd.DataFrame
    nodes: pd.DataFrame
    uncovered: tuple[str, ...]
    covered_weight: float
    agencies: Agencies
    table: pd.DataFrame

    @property
    def unit(self) -> str:
        """Official name of the province."""
        return self.result.unit


def diagnose_page(source: PageResult, *, count: int = 5) -> PageDiagnosis:
    """Diagnose a scored page; see :func:`piikit.diagnose`."""
    framework, table = source.framework, source.table
    own = load_plan()
    plan = own if own.unit == source.unit else None
    gaps = _gaps(source)
    by_score = gaps.sort_values("score", kind="stable")
    weak = by_score[by_score["score"] < 50]
    known = [c for c in framework.aggregates if table.at[c, "status"] != "gap"]
    nodes = table.loc[known, ["score", "printed", "minimum", "maximum", "status", "weight"]]
    who = agencies(framework, gaps, list(weak.index), plan)
    return PageDiagnosis(
        result=source,
        count=count,
        plan=plan,
        gaps=gaps,
        matters=gaps.sort_values("points_best", ascending=False, kind="stable").head(count),
        weak=weak,
        strong=gaps[gaps["score"] >= 50].sort_values("score", ascending=False, kind="stable"),
        nodes=nodes[nodes["score"].notna()],
        uncovered=tuple(c for c in framework.indicators if c not in source.covered),
        covered_weight=float(gaps["weight"].sum()),
        agencies=who,
        table=gaps.join(who.of_indicator),
    )


def _gaps(page: PageResult) -> pd.DataFrame:
    table = page.table.loc[list(page.covered)]
    made = table[["value", "minimum", "maximum", "score", "score_low", "score_high", "weight"]].copy()
    direction = page.framework.table.loc[made.index, "direction"].to_numpy(int)
    span = made["maximum"] - made["minimum"]
    made["gap_best"] = 100.0 - made["score"]
    made["points_best"] = made["gap_best"].clip(lower=0) * made["weight"]
    made["points_per_unit"] = made["weight"] * 100.0 / span
    made["step"] = [round_step(float(s)) for s in span]
    made["points_per_step"] = made["points_per_unit"] * made["step"]
    best = made["maximum"].where(direction > 0, made["minimum"])
    made["headroom"] = ((best - made["value"]) * direction).clip(lower=0)
    made["points_median"] = float("nan")
    return made
