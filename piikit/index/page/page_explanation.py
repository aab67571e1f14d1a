"""A page's score taken apart down to the printed figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np

from ..explanation import Cell, Explanation, Part, Tree
from ..intervals import shares
from .page_ranks import RankInterval
from .page_tables import PageTables

_NAN = float("nan")


@dataclass(frozen=True)
class PagePart(Part):
    """A node of a page: ``score`` is the printed figure where there is one.

    Attributes
    ----------
    made, made_low, made_high : float
        What its children make, and the interval that rounding leaves; NaN where they do not
        suffice.
    low, high : float
        All that the page allows.
    status : str
        As in :attr:`PageResult.table`.
    """

    made: float = _NAN
    made_low: float = _NAN
    made_high: float = _NAN
    low: float = _NAN
    high: float = _NAN
    status: str = ""


@dataclass(frozen=True, eq=False)
class PageExplanation(Explanation):
    """An explanation of a page's score; its rank is an interval where others were not published."""

    interval: RankInterval | None = None


def explain_page(result: PageTables, code: str) -> PageExplanation:
    """Explain one code of a scored page; see :meth:`PageResult.explain`."""
    parts = shares(result.framework)
    rules = dict.fromkeys(parts, "arithmetic")
    tree = _PageTree(result, result.marks, result.unit, parts, rules, partial(_cell, result)).part(code)
    leaves = [p for _, p in tree.walk() if p.cell is not None]
    residual = tree.score - sum(p.contribution for p in leaves)
    additive = not any(np.isnan(p.score) for p in leaves) and abs(residual) < 1e-9
    return PageExplanation(
        unit=result.unit,
        code=code,
        part=tree,
        ahead=None,
        behind=None,
        units=result.ranked_units,
        additive=additive,
        residual=residual if additive else _NAN,
        illustrative=0.0,
        fingerprint=result.fingerprint,
        title_vi=result.page.title or result.title_vi,
        title_en=result.page.title or result.title_en,
        interval=result.rank(code) if result.is_published(code) else None,
    )


class _PageTree(Tree):
    """Parts with what the page says of each besides its score."""

    def make(self, **common: Any) -> PagePart:
        row = cast(PageTables, self.result).table.loc[common["code"]].to_dict()
        ends = ("", "_low", "_high") if row["status"] == "exact" else ()
        made: dict[str, Any] = {f"made{end}": float(row[f"score{end}"]) for end in ends}
        return PagePart(**common, **made, low=row["low"], high=row["high"], status=row["status"])


def _cell(result: PageTables, code: str) -> Cell:
    row, names = result.table.loc[code].to_dict(), result.framework.table.loc[code].to_dict()
    direction = int(names["direction"])
    value, ends = float(row["value"]), [float(row["minimum"]) * direction, float(row["maximum"]) * direction]
    edition = f"PII {result.year or ''}".strip()
    full = not np.isnan(ends).any()
    return Cell(
        raw=value,
        value=value,
        treated=value if full else _NAN,
        direction=direction,
        method="minmax",
        fitted={"minimum": min(ends), "maximum": max(ends)} if full else {},
        minimum_units=edition,
        maximum_units=edition,
        measure_vi=str(names.get("unit_vi", "")),
        measure_en=str(names["unit"]),
        provenance="" if np.isnan(value) else "published",
        source=result.page.source,
        note=str(result.page.figures["place"].get(code, "")),
    )
