"""What a variable is made of, so that an identity is not mistaken for a finding."""

from __future__ import annotations

from functools import cache
from typing import Any

# series of data/raw/open -> (short name, numerator's ingredients, denominators beyond the framework's column)
_SERIES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "thpt_exam_pooled_mean": ("exam", ("exam",), ()),
    "population_urban_avg": ("urban_share", ("population_urban",), ()),
    "pci_total": ("pci", ("PCI",), ()),
    "papi_total": ("papi", ("PAPI", "papi_d7_environmental_governance", "papi_d8_e_governance"), ()),
    "papi_d8_e_governance": ("e_governance", ("papi_d8_e_governance",), ()),
    "papi_d7_environmental_governance": ("environment", ("papi_d7_environmental_governance",), ()),
    "dti_digital_infrastructure": ("dti_infrastructure", ("dti_digital_infrastructure",), ()),
    "dti_digital_economy_activity": ("dti_economy", ("dti_digital_economy_activity",), ()),
    "dti_digital_society_activity": ("dti_society", ("dti_digital_society_activity",), ()),
    "dti_digital_government_activity": ("dti_government", ("dti_digital_government_activity",), ()),
    "grdp": ("gdp_share", ("grdp", "grdp_share"), ()),
    "grdp_share": ("gdp_share", ("grdp", "grdp_share"), ()),
    "newly_registered_enterprises": ("new_enterprises", ("newly_registered_enterprises",), ()),
    "new_enterprises_per_1000": ("new_enterprises", ("newly_registered_enterprises",), ("population",)),
    "fdi_registered": ("fdi_grdp", ("fdi_registered",), ()),
    "fdi_over_grdp": ("fdi_grdp", ("fdi_registered",), ("grdp",)),
    "grdp_per_capita_current": ("grdp_per_head", ("grdp", "grdp_per_head"), ("population",)),
}
_DTI = tuple(s for s in _SERIES if s.startswith("dti_"))
# the indices that PII itself draws on: the word at the start of the framework's source column
_FEEDERS = {"PCI", "PAPI", "PAR", "DTI"}
# column names of a plain table that are known to be composites
_COMPOSITES: dict[str, tuple[str, ...]] = {
    "pci": ("PCI",),
    "pci_total": ("PCI",),
    "par": ("PAR",),
    "par_index": ("PAR",),
    "papi": _SERIES["papi_total"][1],
    "papi_total": _SERIES["papi_total"][1],
    "dti": ("DTI", *_DTI),
    "dti_total": ("DTI", *_DTI),
}


# PCI, PAR, PAPI and DTI as a whole: an index that holds any of their parts holds a part of them
WHOLE_INDICES = frozenset(frozenset(parts) for parts in _COMPOSITES.values())


def short_name(row: Any) -> str:
    """Friendly short name of an indicator, by the statistic behind it; "" where there is none."""
    series = str(row.get("open_series", "") or "")
    if series == "grdp_per_capita_current" and str(row.get("transform", "") or "") == "growth":
        return "grdp_growth"
    return _SERIES[series][0] if series in _SERIES else ""


def ingredients_of(framework: Any, code: str) -> tuple[frozenset[str], frozenset[str]]:
    """Numerators' ingredients and denominators of an indicator, or of all below an aggregate.

    Statistics count by series, so that the same statistic is recognised in another
    framework; an indicator without one counts as itself, and by the index (PCI, PAPI, PAR,
    DTI) that the framework names as its source.
    """
    table = framework.table
    parts: set[str] = set()
    below: set[str] = set()
    for leaf in framework.leaves(code):
        row = table.loc[leaf]
        series = str(row.get("open_series", "") or "")
        if series in _SERIES:
            growth = short_name(row) == "grdp_growth"
            parts.update(("grdp", "grdp_growth") if growth else _SERIES[series][1])
            below.update(_SERIES[series][2])
        elif series:
            parts.add(series)
        else:
            parts.add(f"{framework.root}:{row['name_vi'] or leaf}")
            parts |= _FEEDERS & {str(row["source"]).split(" ")[0]}
        denominator = row.get("denominator", "")
        if isinstance(denominator, str) and denominator:
            below.add(denominator)
    return frozenset(parts), frozenset(below)


@cache
def known_composite(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Ingredients of a plain column whose name says what it is: ``pii``, ``pci``, ``papi``, ``p1`` ...

    The printed scores of PII come without a framework, so that of the latest edition stands in.
    """
    if name in _COMPOSITES:
        return frozenset(_COMPOSITES[name]), frozenset()
    for series, (short, parts, below) in _SERIES.items():
        if name in (series, short):
            return frozenset(parts), frozenset(below)
    if name in {"pii", "pii_score"}:
        from ...data.editions.edition_table import newest
        from ...data.library import load_framework

        framework = load_framework(newest().name)
        return ingredients_of(framework, framework.root)
    return frozenset({name}), frozenset()
