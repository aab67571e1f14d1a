"""Real columns of the editions: official statistics that stand in for PII's own figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..open_index import denominators, statistics
from ..paths import raw, rows
from ..provinces import listing, unit_names
from .edition_table import edition_of
from .printed_figures import printed_figures

_EXAM = "thpt_exam_pooled_mean"
_EXAM_NOTE = (
    "điểm thi tháng 6 cùng năm, tính trên mọi bài thi | exam of June of the year, mean over all papers"
)
_STAND_IN = "số liệu thay thế: mối liên hệ với PII là suy đoán | stand-in: its tie to PII is inferred"
_MERGED = {
    "simple": "trung bình cộng các tỉnh cũ | simple mean of the old provinces",
    "population": "bình quân theo dân số các tỉnh cũ | population-weighted mean of the old provinces",
    "sum": "cộng các tỉnh cũ | sum of the old provinces",
}
_SERIES = {
    "3.1.1": ("dti_digital_infrastructure", "simple"),
    "3.1.2": ("papi_d8_e_governance", "population"),
    "3.2.3": ("papi_d7_environmental_governance", "population"),
}


@dataclass(frozen=True)
class OpenColumn:
    """One real column: values by unit (absent where the source has a real gap), source, notes.

    ``fixed`` holds cells that print overrules: ``{unit: (value, provenance, note)}``.
    """

    code: str
    values: dict[str, float]
    source: str
    note: str
    fixed: dict[str, tuple[float, str, str]]

    def filled(self, units: tuple[str, ...]) -> np.ndarray:
        """Raw values in the order of `units`, NaN for a real gap."""
        made = {**self.values, **{u: v for u, (v, _, _) in self.fixed.items()}}
        return np.array([made.get(u, np.nan) for u in units])


@cache
def open_columns(year: int) -> dict[str, OpenColumn]:
    """The real columns of an edition by code.

    The exam is that of June of the edition's year (PII 2025 fits it); the Digital
    Transformation Index, PAPI and the share of national GDP are of the year before; newly
    registered enterprises end in 2022 and so feed pii-2023 only. FDI is left out because the
    open series contradicts print. For 2025 the old provinces are merged.
    """
    found = [_exam(year), _share(year)]
    for code, (series, rule) in _SERIES.items():
        values = {u: v for u, (v, _) in statistics()[series, year - 1].items()}
        note = _STAND_IN
        if edition_of(year).units == 34:
            values, note = _merge(values, rule, year - 1), f"{_STAND_IN}; {_MERGED[rule]}"
        found.append(OpenColumn(code, values, f"provinces63: {series} {year - 1}", note, {}))
    if ("newly_registered_enterprises", year - 1) in statistics():
        made = statistics()["newly_registered_enterprises", year - 1]
        people = denominators(year - 1)["population"]
        values = {u: v / people[u] for u, (v, _) in made.items() if u in people}
        source = f"provinces63: newly_registered_enterprises {year - 1}, population_avg {year - 1}"
        found.append(OpenColumn("6.3.1", values, source, _STAND_IN, {}))
    return {c.code: c for c in found}


def _exam(year: int) -> OpenColumn:
    if edition_of(year).units == 63:
        values = {u: v for u, (v, _) in statistics()[_EXAM, year].items()}
        return OpenColumn("2.1.1", values, f"provinces63: {_EXAM} {year}", _EXAM_NOTE, {})
    table = rows(raw("open", "provinces34.csv"))
    values = {
        r["province"]: float(r["value"]) for r in table if r["series"] == _EXAM and r["year"] == str(year)
    }
    fixed = {}
    for end, pick in (("minimum", min), ("maximum", max)):
        who = pick(values, key=values.__getitem__)
        said = (
            "mốc đã in của PII đặt cho địa phương có số liệu mở thấp nhất hoặc cao nhất | "
            "PII's printed bound, given to the province lowest or highest in open data"
        )
        fixed[who] = (_bound(year, "2.1.1", end), "derived", said)
    return OpenColumn("2.1.1", values, f"provinces34: {_EXAM} {year}", _EXAM_NOTE, fixed)


def _bound(year: int, code: str, kind: str) -> float:
    table = printed_figures(year)
    return float(table.loc[(table["code"] == code) & (table["kind"] == kind), "value"].iloc[0])


def _share(year: int) -> OpenColumn:
    grdp = denominators(year - 1)["grdp"]
    whole = math.fsum(grdp.values())
    values, note = {u: 100 * v / whole for u, v in grdp.items()}, _STAND_IN
    if edition_of(year).units == 34:
        values, note = _merge(values, "sum", year - 1), f"{_STAND_IN}; {_MERGED['sum']}"
    source = f"provinces63: grdp_per_capita_current {year - 1}, population_avg {year - 1}"
    return OpenColumn("4.3.3", values, source, note, {})


def _merge(values: dict[str, float], rule: str, year: int) -> dict[str, float]:
    """Old provinces' values over the 34 units; a missing part leaves a gap."""
    people = denominators(year)["population"]
    merged = {}
    for new in listing(34):
        if any(p not in values for p in new.parts):
            continue
        weights = [people[p] if rule == "population" else 1.0 for p in new.parts]
        total = math.fsum(w * values[p] for w, p in zip(weights, new.parts, strict=True))
        merged[new.name] = total if rule == "sum" else total / math.fsum(weights)
    return merged


def denominators_of(year: int) -> dict[str, dict[str, float]]:
    """Population (thousand persons) and GRDP (billion VND) of the year before, over the edition's units."""
    old = denominators(year - 1)
    if edition_of(year).units == 63:
        return {name: {u: column[u] for u in unit_names(63) if u in column} for name, column in old.items()}
    return {name: _merge(column, "sum", year - 1) for name, column in old.items()}
