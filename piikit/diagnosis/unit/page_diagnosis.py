"""Diagnosis of a province's own page: what its printed figures allow, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.plans import Plan, load_plan
from ...index.page.page_result import PageResult, published_for, score_page
from . import agencies as by_agency
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
    """

    result: PageResult
    count: int
    plan: Plan | None

    @property
    def unit(self) -> str:
        """Official name of the province."""
        return self.result.unit

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The covered indicators, in the framework's order.

        Index ``code``; ``value, minimum, maximum`` as printed, ``score, score_low,
        score_high`` (rounding), ``weight`` (of the whole, working tree), ``gap_best`` (points
        of the indicator to the national maximum), ``points_best`` (points of the whole,
        while the maximum stays), ``points_per_unit``, ``step``, ``points_per_step``,
        ``headroom`` (raw units to the maximum) and ``points_median`` (NaN: no peers).
        """
        table = self.result.table.loc[list(self.result.covered)]
        made = table[["value", "minimum", "maximum", "score", "score_low", "score_high", "weight"]].copy()
        direction = self.result.framework.table.loc[made.index, "direction"].to_numpy(int)
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

    @property
    def matters(self) -> pd.DataFrame:
        """The covered indicators with most points to the national maximum."""
        return self.gaps.sort_values("points_best", ascending=False, kind="stable").head(self.count)

    @property
    def weak(self) -> pd.DataFrame:
        """The covered indicators in the lower half of the national range, lowest first."""
        return self.gaps[self.gaps["score"] < 50].sort_values("score", kind="stable")

    @property
    def strong(self) -> pd.DataFrame:
        """The covered indicators in the upper half of the national range, highest first."""
        return self.gaps[self.gaps["score"] >= 50].sort_values("score", ascending=False, kind="stable")

    @property
    def nodes(self) -> pd.DataFrame:
        """Groups, pillars and above that the page fixes: ``score, printed, minimum, maximum, status, weight``."""
        codes = [c for c in self.result.framework.aggregates if self.result.table.at[c, "status"] != "gap"]
        known = self.result.table.loc[codes, ["score", "printed", "minimum", "maximum", "status", "weight"]]
        return known[known["score"].notna()]

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Indicators of the framework that the page does not print."""
        return tuple(c for c in self.result.framework.indicators if c not in self.result.covered)

    @property
    def covered_weight(self) -> float:
        """Share of the whole that the covered indicators carry in the working tree."""
        return float(self.gaps["weight"].sum())

    @cached_property
    def agencies(self) -> by_agency.Agencies:
        """Points to the national maximum by agency, covered indicators only."""
        return by_agency.agencies(self.result.framework, self.gaps, list(self.weak.index), self.plan)

    @property
    def table(self) -> pd.DataFrame:
        """:attr:`gaps` with ``agency`` and ``status``."""
        return self.gaps.join(self.agencies.of_indicator)


def diagnose_page(source: Any, unit: str | None = None, *, count: int = 5) -> PageDiagnosis:
    """Diagnose a page; see :func:`piikit.diagnose`.

    Raises
    ------
    MethodError
        If `source` is neither a page nor a built index, or the page is of another province.
    """
    from ...data.reading.page.own_page import Page

    if isinstance(source, Page):
        source = score_page(source, published_for(source))
    if not isinstance(source, PageResult):
        raise MethodError("error.not_diagnosable", kind=type(source).__name__)
    if unit is not None:
        from ...data.provinces import match_province

        if match_province(unit) != source.unit:
            raise MethodError("error.other_page", unit=unit, page=source.unit)
    plan = load_plan()
    return PageDiagnosis(source, count, plan if plan.unit == source.unit else None)
