"""The open index: real statistics only, arranged by PII's pillars. A research index, not PII."""

from __future__ import annotations

import math

from open_statistics import GRDP, Series, denominators, statistics

from piikit.data.paths import raw, rows
from piikit.data.provinces import unit_names

YEARS = (2022, 2023, 2024)
TITLE_VI = "Chỉ số nghiên cứu từ dữ liệu mở {year} (63 địa phương; không phải PII)"
TITLE_EN = "Research index from open data {year} (63 provinces; not PII)"
_NEEDS = {"grdp": GRDP, "population": ("population_avg",)}

Cell = dict[str, str]


def tree(year: int) -> list[dict[str, str]]:
    """Tree of the open index with the indicators whose series have values in `year`.

    Nodes left without indicators are left out too: one year has no pillar 5.
    """
    table = rows(raw("frameworks", "open_index.csv"))
    kept = [r for r in table if not r["open_series"] or all(series_of(r, year).values())]
    while True:
        parents = {r["parent"] for r in kept}
        full = [r for r in kept if r["open_series"] or r["code"] in parents]
        if len(full) == len(kept):
            return kept
        kept = full


def series_of(indicator: dict[str, str], year: int) -> dict[tuple[str, int], Series]:
    """The statistics that an indicator of the open index needs for `year`; empty where there are none."""
    needed = [(s, year) for s in _NEEDS.get(indicator["open_series"], (indicator["open_series"],))]
    if indicator["transform"] == "growth":
        needed.append((indicator["open_series"], year - 1))
    needed += [(s, year) for s in _NEEDS.get(indicator["denominator"], ())]
    return {key: statistics().get(key, {}) for key in dict.fromkeys(needed)}


def value(indicator: dict[str, str], unit: str, year: int) -> float | None:
    """One cell: x, x / (d / scale), share of the national sum, or growth on the year before.

    Returns None where any part is missing; a national sum needs every province.
    """
    parts = series_of(indicator, year)
    if any(unit not in s for s in parts.values()):
        return None
    of = denominators(year)
    name, transform = indicator["open_series"], indicator["transform"]
    x = of[name][unit] if name in of else parts[name, year][unit][0]
    if transform == "share":
        whole = of[name]
        return 100.0 * x / math.fsum(whole.values()) if len(whole) == 63 else None
    if transform == "growth":
        return (x / parts[name, year - 1][unit][0] - 1.0) * 100.0
    if indicator["denominator"]:
        return x / (of[indicator["denominator"]][unit] / float(indicator["scale"]))
    return x


def cells(year: int) -> list[Cell]:
    """Every present cell with its provenance, source and caution; gaps are left out, not filled.

    ``open`` is a figure as its issuer gives it, ``derived`` one computed here from such
    figures. The source names file, series and years; a caution stands in both languages.
    """
    cautions = {
        r["series"]: f"{r['note_vi']} | {r['note_en']}" for r in rows(raw("frameworks", "caution_notes.csv"))
    }
    indicators = [r for r in tree(year) if r["open_series"]]
    found = []
    for unit in unit_names(63):
        for indicator in indicators:
            x = value(indicator, unit, year)
            if x is None:
                continue
            parts = series_of(indicator, year)
            plain = not (indicator["transform"] or indicator["denominator"]) and len(parts) == 1
            doubtful = {s for (s, _), data in parts.items() if data[unit][1] == "caution"}
            found.append(
                {
                    "unit": unit,
                    "code": indicator["code"],
                    "value": repr(x),
                    "provenance": "open" if plain else "derived",
                    "source": "provinces63: " + ", ".join(f"{s} {y}" for s, y in parts),
                    "note": " ".join(cautions[s] for s in sorted(doubtful)),
                }
            )
    return found
