"""Open statistics of the provinces as they stand in ``data/raw/open``, by series and year."""

from __future__ import annotations

from functools import cache

from piikit.data.paths import raw, rows

GRDP = ("grdp_per_capita_current", "population_avg")

Series = dict[str, tuple[float, str]]


@cache
def statistics(units: int = 63) -> dict[tuple[str, int], Series]:
    """Every series and year of ``provinces<units>.csv``: ``{(series, year): {unit: (value, quality)}}``.

    Population is in thousand persons; the file of the 34 counts persons.
    """
    found: dict[tuple[str, int], Series] = {}
    for r in rows(raw("open", f"provinces{units}.csv")):
        at = found.setdefault((r["series"], int(r["year"])), {})
        persons = units == 34 and r["series"] == "population_avg"
        at[r["province"]] = (float(r["value"]) / (1000.0 if persons else 1.0), r.get("quality", ""))
    return found


def values(series: str, year: int, units: int = 63) -> dict[str, float]:
    """Values of one series and year by unit; empty where there are none."""
    return {u: v for u, (v, _) in statistics(units).get((series, year), {}).items()}


@cache
def denominators(year: int, units: int = 63) -> dict[str, dict[str, float]]:
    """Population (thousand persons) and GRDP (billion VND, current prices) by unit.

    GRDP is GRDP per head times mean population, the only form that exists for all units from
    2022 on; for 2022 it equals the printed GRDP wherever that is printed.
    """
    people, heads = values("population_avg", year, units), values("grdp_per_capita_current", year, units)
    return {"population": people, "grdp": {u: heads[u] * people[u] for u in heads if u in people}}
