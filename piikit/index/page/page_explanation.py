"""A page's score taken apart down to the printed figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..explanation import Cell, Explanation, Part
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
    tree = _part(result, code, 1.0, 1.0, shares(result.framework))
    leaves = [p for _, p in tree.walk() if p.cell is not None]
    residual = tree.score - sum(p.contribution for p in leaves)
    additive = not any(np.isnan(p.score) for p in leaves) and abs(residual) < 1e-9
    year = result.year or ""
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
        title_vi=result.page.title or f"Trang PII của {result.unit} {year}".strip(),
        title_en=result.page.title or f"PII page of {result.unit} {year}".strip(),
        interval=result.rank(code) if result.is_published(code) else None,
    )


def _part(
    result: PageTables, code: str, weight: float, effective: float, parts: dict[str, dict[str, float]]
) -> PagePart:
    row, names = result.table.loc[code], result.framework.table.loc[code]
    kids = tuple(_part(result, k, w, effective * w, parts) for k, w in parts.get(code, {}).items())
    status, score = str(row["status"]), float(result.known[code])
    exact = status == "exact"
    return PagePart(
        code=code,
        name_vi=str(names["name_vi"]),
        name_en=str(names["name_en"]),
        level=int(names["level"]),
        score=score,
        rank=float(result.ranks.at[result.unit, code]),
        weight=weight,
        effective_weight=effective,
        contribution=0.0 if np.isnan(score) else effective * score,
        rule="arithmetic" if kids else "",
        mark=str(result.marks.at[result.unit, code]),
        children=kids,
        cell=None if kids else _cell(result, code),
        made=float(row["score"]) if exact else _NAN,
        made_low=float(row["score_low"]) if exact else _NAN,
        made_high=float(row["score_high"]) if exact else _NAN,
        low=float(row["low"]),
        high=float(row["high"]),
        status=status,
    )


def _cell(result: PageTables, code: str) -> Cell:
    row, names = result.table.loc[code], result.framework.table.loc[code]
    direction = int(names["direction"])
    value, ends = float(row["value"]), [float(row["minimum"]) * direction, float(row["maximum"]) * direction]
    edition = f"PII {result.year or ''}".strip()
    full = not np.isnan(ends).any()
    return Cell(
        raw=value,
        value=value,
        treated=value if full else _NAN,
        treatment="",
        direction=direction,
        method="minmax",
        fitted={"minimum": min(ends), "maximum": max(ends)} if full else {},
        options={},
        minimum_units=edition,
        maximum_units=edition,
        measure_vi=str(names.get("unit_vi", "")),
        measure_en=str(names["unit"]),
        provenance="" if np.isnan(value) else "published",
        source=result.page.source,
        note=str(result.page.figures["place"].get(code, "")),
    )
