"""Tables of the frameworks that ship: made from the typed tables of ``data/raw``."""

from __future__ import annotations

import open_index

from piikit.data.editions.edition_table import Edition, editions
from piikit.data.paths import raw, rows

COLUMNS = [
    "code",
    "parent",
    "direction",
    "weight",
    "name_vi",
    "name_en",
    "unit",
    "unit_vi",
    "agency",
    "agency_en",
    "source",
    "status",
    "place_status",
    "agency_status",
    "kind",
    "open_series",
    "transform",
    "denominator",
    "scale",
    "scale_min",
    "scale_max",
    "goalpost_min",
    "goalpost_max",
    "merge_rule",
    "merge_status",
    "note_vi",
    "note_en",
]
_ALWAYS = set(
    ["code", "parent", "direction", "weight", "name_vi", "name_en", "unit", "agency", "source", "status"]
)
_NEW_AGENCIES = {
    "Sở Nông nghiệp và Môi trường": "Department of Agriculture and Environment",
    "Ngân hàng Nhà nước chi nhánh Khu vực": "State Bank of Vietnam, regional branch",
}
Row = dict[str, str]


def tables() -> dict[str, list[Row]]:
    """Rows of every framework that ships, by name."""
    made = {f"open-{year}": open_index.tree(year) for year in open_index.YEARS}
    made |= {edition.name: pii_rows(edition) for edition in editions()}
    made["tai-23"] = rows(raw("frameworks", "tai.csv"))
    made["classroom"] = rows(raw("frameworks", "classroom.csv"))
    return made


def columns_of(table: list[Row]) -> list[str]:
    """Columns of `table` that hold anything, in the house's order."""
    return [c for c in COLUMNS if c in _ALWAYS or any(r.get(c) for r in table)]


def pii_rows(edition: Edition) -> list[Row]:
    """Working tree of PII's 52 indicators in an edition.

    Codes are the order of ``framework_52.csv``, not official ones. ``status`` says whether the
    name was printed; ``place_status`` and ``agency_status`` the same for place and agency.
    Editions differ only as ``pii_editions.csv`` declares.
    """
    extras = {r["code"]: r for r in rows(raw("frameworks", "pii_extras.csv"))}
    successors = {r["agency_2024"]: r["successor_2025"] for r in rows(raw("published", "agencies.csv"))}
    english = _english_agencies()
    changes = rows(raw("frameworks", "pii_editions.csv"))
    changes = [r for r in changes if r["edition"] == edition.framework_changes]
    table = []
    for fact in rows(raw("published", "framework_52.csv")):
        row = _as_framework(fact) | {k: v for k, v in extras.get(fact["code"], {}).items() if k != "code"}
        for change in changes:
            if change["code"] == row["code"]:
                row[change["column"]] = change["value"]
            elif change["code"] == "*" and change["value"] == "successor" and row["agency"]:
                row["agency"] = successors[row["agency"]]
                row["agency_status"] += "; successor unchecked"
        row["agency_en"] = english[row["agency"]] if row["agency"] else ""
        table.append(row)
    return table


def _as_framework(fact: Row) -> Row:
    """A row of ``framework_52.csv`` under the names that a framework uses."""
    same = ("code", "parent", "direction", "name_vi", "name_en", "unit", "place_status", "agency_status")
    renamed = {
        "agency": fact["lead_agency"],
        "source": fact["data_source"],
        "status": fact["name_status"],
        "open_series": fact["open_series"],
        "note_en": fact["note"],
    }
    return {"weight": "1"} | {c: fact[c] for c in same} | renamed


def _english_agencies() -> dict[str, str]:
    """English names of the agencies of 2024 and of those that took over; the former win."""
    agencies = rows(raw("published", "agencies.csv"))
    after = {r["successor_2025"]: r["english"] for r in reversed(agencies)}
    return after | {r["agency_2024"]: r["english"] for r in agencies} | _NEW_AGENCIES
