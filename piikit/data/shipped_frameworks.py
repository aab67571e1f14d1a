"""The frameworks that ship: made from the typed tables of ``data/raw``."""

from __future__ import annotations

from collections.abc import Callable

from .open_index import series_of
from .paths import raw, rows

OPEN_YEARS = (2022, 2023, 2024)
PII_YEARS = (2023, 2024, 2025)
COLUMNS = (
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
)
NUMERIC = ("scale", "scale_min", "scale_max", "goalpost_min", "goalpost_max")
Row = dict[str, str]


def makers() -> dict[str, Callable[[], list[Row]]]:
    """Every framework that ships by name, with the function that makes its rows."""
    made: dict[str, Callable[[], list[Row]]] = {}
    for year in OPEN_YEARS:
        made[f"open-{year}"] = lambda year=year: open_rows(year)  # type: ignore[misc]
    for year in PII_YEARS:
        made[f"pii-{year}"] = lambda year=year: pii_rows(year)  # type: ignore[misc]
    made["tai-23"] = lambda: rows(raw("frameworks", "tai.csv"))
    made["classroom"] = lambda: rows(raw("frameworks", "classroom.csv"))
    return made


def columns_of(table: list[Row]) -> list[str]:
    """Columns of `table` that hold anything, in the house's order."""
    always = {
        "code",
        "parent",
        "direction",
        "weight",
        "name_vi",
        "name_en",
        "unit",
        "agency",
        "source",
        "status",
    }
    return [c for c in COLUMNS if c in always or any(r.get(c) for r in table)]


def open_rows(year: int) -> list[Row]:
    """Tree of the open index with the indicators whose series have values in `year`.

    Nodes left without indicators are left out too; the open index of 2023 has no pillar 5.
    """
    table = rows(raw("frameworks", "open_index.csv"))
    kept = [r for r in table if not r["open_series"] or all(series_of(r, year).values())]
    while True:
        parents = {r["parent"] for r in kept}
        full = [r for r in kept if r["open_series"] or r["code"] in parents]
        if len(full) == len(kept):
            return kept
        kept = full


def pii_rows(year: int) -> list[Row]:
    """Working tree of PII's 52 indicators in the edition `year`.

    Codes are the order of ``framework_52.csv``, not official ones. ``status`` says whether the
    name was printed; ``place_status`` and ``agency_status`` the same for place and agency.
    Editions differ only as ``pii_editions.csv`` declares.
    """
    extras = {r["code"]: r for r in rows(raw("frameworks", "pii_extras.csv"))}
    agencies = {r["agency_2024"]: r for r in rows(raw("published", "agencies.csv"))}
    english = {r["successor_2025"]: r["english"] for r in reversed(list(agencies.values()))}
    english |= {name: r["english"] for name, r in agencies.items()}
    english |= _NEW_AGENCIES
    changes = [r for r in rows(raw("frameworks", "pii_editions.csv")) if r["edition"] == str(year)]
    table = []
    for fact in rows(raw("published", "framework_52.csv")):
        row: Row = {
            "code": fact["code"],
            "parent": fact["parent"],
            "direction": fact["direction"],
            "weight": "1",
            "name_vi": fact["name_vi"],
            "name_en": fact["name_en"],
            "unit": fact["unit"],
            "agency": fact["lead_agency"],
            "source": fact["data_source"],
            "status": fact["name_status"],
            "place_status": fact["place_status"],
            "agency_status": fact["agency_status"],
            "open_series": fact["open_series"],
            "note_en": fact["note"],
        }
        row |= {k: v for k, v in extras.get(fact["code"], {}).items() if k != "code"}
        for change in changes:
            if change["code"] == row["code"]:
                row[change["column"]] = change["value"]
            elif change["code"] == "*" and change["value"] == "successor" and row["agency"]:
                row["agency"] = agencies[row["agency"]]["successor_2025"]
                row["agency_status"] = f"{fact['agency_status']}; successor unchecked"
        row["agency_en"] = english[row["agency"]] if row["agency"] else ""
        table.append(row)
    return table


_NEW_AGENCIES = {
    "Sở Nông nghiệp và Môi trường": "Department of Agriculture and Environment",
    "Ngân hàng Nhà nước chi nhánh Khu vực": "State Bank of Vietnam, regional branch",
}
