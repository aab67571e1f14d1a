"""Every printed figure of an edition of PII as an interval, and the readings chosen where print disagrees."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ...base.errors import UnknownNameError
from ..paths import raw, rows
from ..provinces import unit_names

if TYPE_CHECKING:
    import pandas as pd

YEARS = (2023, 2024, 2025)
UNITS = {2023: 63, 2024: 63, 2025: 34}
HALF = 0.005
COLUMNS = ("unit", "code", "kind", "value", "low", "high", "among", "source", "note")
_NODES = {"pii": "PII", "input": "IN", "output": "OUT"} | {f"p{k}": str(k) for k in range(1, 8)}
# Contradicted by other pages; see contradictions.csv for each.
_DROPPED = {(2024, "Lai Châu", "pii"), (2023, "Long An", "pii")}
_THAI_NGUYEN = {
    "vốn sản xuất kinh doanh bình quân hàng năm của doanh nghiệp": "4.2.1",
    "đầu tư trực tiếp của nước ngoài (trụ cột trình độ phát triển doanh nghiệp)": "5.4.1",
    "giá trị xuất khẩu": "7.1.3",
}
_STRENGTHS = {
    ("Vĩnh Long", "strength"): ("1.1.1", "1.2.4", "6.2.3", "1.1.3", "7.1.2"),
    ("Long An", "strength"): ("1.2.2", "5.4.2", "6.2.1", "6.2.2", "5.4.1"),
    ("Long An", "weakness"): ("2.2.4", "4.3.1", "5.1.1", "5.1.2", "7.2.1"),
    ("Nghệ An", "strength"): ("1.1.3", "2.1.1", "4.3.3", "5.2.1", "5.2.2"),
}


def year_of(edition: str | int) -> int:
    """Year of an edition written as ``"pii-2024"``, ``"2024"`` or ``2024``.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    """
    word = str(edition).removeprefix("pii-")
    if word not in {str(y) for y in YEARS}:
        raise UnknownNameError("dataset", edition, [f"pii-{y}" for y in YEARS])
    return int(word)


def printed_figures(edition: str | int) -> pd.DataFrame:
    """All printed figures of an edition as intervals.

    Parameters
    ----------
    edition : str or int
        ``"pii-2023"``, ``"pii-2024"`` or ``"pii-2025"``.

    Returns
    -------
    DataFrame
        ``unit`` (a region's name for its mean, "" for a national bound), ``code``, ``kind``,
        ``value`` as printed, ``low`` and ``high`` (the rounding interval, ends included, or the
        band), ``among`` (the group of a regional rank), ``source``, ``note``. Kinds:

        - ``score``: of a node, 0-100; ``derived_score`` follows from two printed figures;
        - ``rank`` on a code among all units; ``rank_band``; ``region_rank`` among a group;
        - ``region_mean``: simple mean of the whole over a region's units;
        - ``leads``: number of indicators on which the unit ranks first;
        - ``value``: raw value of an indicator; ``minimum`` and ``maximum``: national ones, raw
          for an indicator and scores for a node;
        - ``strength``, ``weakness``: one of the unit's five best or worst national ranks.

    Notes
    -----
    Where print contradicts itself only the reading chosen stands here; see :func:`choices`.
    """
    import pandas as pd

    table = pd.DataFrame(_figures(year_of(edition)), columns=list(COLUMNS))
    return table.astype({"low": float, "high": float, "value": str})


def choices(edition: str | int | None = None) -> pd.DataFrame:
    """Where print contradicts itself, and the reading chosen.

    Returns
    -------
    DataFrame
        ``edition, unit, code, printed, chosen_vi, chosen_en, why_vi, why_en, source_url``.
    """
    import pandas as pd

    table = pd.DataFrame(rows(raw("published", "contradictions.csv")))
    table["edition"] = table["edition"].astype(int)
    return table if edition is None else table[table["edition"] == year_of(edition)].reset_index(drop=True)


@cache
def _figures(year: int) -> tuple[dict[str, Any], ...]:
    found = [*_scores(year), *_values(year), *_notes(year), *_marked(year)]
    known = set(unit_names(UNITS[year]))
    for r in found:
        assert r["unit"] in known or r["kind"] in {"region_mean", "minimum", "maximum"}, r
    return tuple(found)


def _row(unit: str, code: str, kind: str, value: str, source: str, **more: Any) -> dict[str, Any]:
    half = 0.0 if kind in {"rank", "rank_band", "region_rank", "leads", "strength", "weakness"} else HALF
    ends = {} if "low" in more else {"low": float(value) - half, "high": float(value) + half}
    return {
        "unit": unit,
        "code": code,
        "kind": kind,
        "value": value,
        "among": "",
        "source": source,
        "note": "",
    } | (ends | more)


def _scores(year: int) -> list[dict[str, Any]]:
    found = []
    for r in rows(raw("published", f"scores_{year}.csv")):
        for column, code in _NODES.items():
            if r[column] and (year, r["province"], column) not in _DROPPED:
                found.append(_row(r["province"], code, "score", r[column], r["source_url"]))
        if r["rank"]:
            found.append(_row(r["province"], "PII", "rank", r["rank"], r["source_url"]))
    return found


def _values(year: int) -> list[dict[str, Any]]:
    """Cells, nodes and national bounds of the pages of Khánh Hòa, Quảng Trị and Thái Nguyên."""
    have = {(r["unit"], r["code"], r["kind"]) for r in _scores(year)}
    found = []
    for r in rows(raw("published", "indicator_values.csv")):
        if int(r["year"]) != year:
            continue
        unit, source = r["province"], r["source_url"]
        code = r["code"].rstrip("*") or _THAI_NGUYEN[r["name"]]
        if r["kind"].startswith("score") and (unit, code, "score") not in have and r["score"]:
            found.append(_row(unit, code, "score", r["score"], source))
        if r["value"]:
            found.append(_row(unit, code, "value", r["value"], source))
        if r["rank"]:
            found.append(_row(unit, code, "rank", r["rank"], source))
        for end in ("minimum", "maximum"):
            bound = r[f"national_{end[:3]}"]
            if bound.startswith("("):
                note = "the page is cut after 64.0"
                found.append(_row("", code, end, "64.0?", source, low=63.995, high=64.095, note=note))
            elif bound:
                found.append(_row("", code, end, bound, source))
    return found


def _notes(year: int) -> list[dict[str, Any]]:
    found = []
    for r in rows(raw("published", "printed_notes.csv")):
        if int(r["edition"]) != year:
            continue
        ends = {"low": float(r["low"]), "high": float(r["high"])} if r["low"] else {}
        found.append(
            _row(
                r["unit"],
                r["code"],
                r["kind"],
                r["value"],
                r["source_url"],
                **ends,
                among=r["among"],
                note=r["note"],
            )
        )
    return found


def _marked(year: int) -> list[dict[str, Any]]:
    """Printed strengths and weaknesses; the page's order is kept as the value."""
    found = []
    for r in rows(raw("published", "strengths_weaknesses.csv")):
        if int(r["year"]) == year:
            code = _STRENGTHS[r["province"], r["kind"]][int(r["n"]) - 1]
            note = r["indicator_as_printed"]
            found.append(_row(r["province"], code, r["kind"], r["n"], r["source_url"], note=note))
    return found
