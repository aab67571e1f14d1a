"""Real columns of the editions: official statistics that stand in for PII's own figures.

Which file and year feed an edition stands in ``data/raw/editions.csv``. Where a file counts other
units than the edition, the old provinces are merged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import open_statistics

from piikit.data.editions import printed_figures
from piikit.data.editions.edition_table import Edition
from piikit.data.provinces import listing

EXAM = "2.1.1"
_EXAM_SERIES = "thpt_exam_pooled_mean"
_EXAM_NOTE = (
    "điểm thi tháng 6 cùng năm, tính trên mọi bài thi | exam of June of the year, mean over all papers"
)
_BOUND_GIVEN = (
    "mốc đã in của PII đặt cho địa phương có số liệu mở thấp nhất hoặc cao nhất | "
    "PII's printed bound, given to the province lowest or highest in open data"
)
_STAND_IN = "số liệu thay thế: mối liên hệ với PII là suy đoán | stand-in: its tie to PII is inferred"
_MERGED = {
    "simple": "trung bình cộng các tỉnh cũ | simple mean of the old provinces",
    "population": "bình quân theo dân số các tỉnh cũ | population-weighted mean of the old provinces",
    "sum": "cộng các tỉnh cũ | sum of the old provinces",
}
# Code: the series it is made of, what is made of them, and how old provinces are merged.
_STAND_INS = {
    "4.3.3": (open_statistics.GRDP, "share", "sum"),
    "3.1.1": (("dti_digital_infrastructure",), "", "simple"),
    "3.1.2": (("papi_d8_e_governance",), "", "population"),
    "3.2.3": (("papi_d7_environmental_governance",), "", "population"),
    "6.3.1": (("newly_registered_enterprises", "population_avg"), "per head", "population"),
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
def open_columns(edition: Edition) -> dict[str, OpenColumn]:
    """The real columns of an edition by code; one without statistics of that year is left out.

    The exam is that of June of the edition's year (PII 2025 fits it); the Digital
    Transformation Index, PAPI and the share of national GDP are of the year before; newly
    registered enterprises end in 2022 and so feed the first edition only. FDI is left out
    because the open series contradicts print.
    """
    found = [_exam(edition), *(_stand_in(edition, code) for code in _STAND_INS)]
    return {c.code: c for c in found if c is not None}


def _exam(edition: Edition) -> OpenColumn | None:
    file, year = edition.exam_file, edition.exam_year
    values = open_statistics.values(_EXAM_SERIES, year, _units_of(file))
    if not values:
        return None
    if _units_of(file) != edition.units:
        values = merged(values, "population", year)
    table = printed_figures(edition.year)
    bounds = table[(table["code"] == EXAM) & table["kind"].isin(["minimum", "maximum"])]
    fixed = {
        pick(values, key=values.__getitem__): (float(bound), "derived", _BOUND_GIVEN)
        for kind, pick in (("minimum", min), ("maximum", max))
        for bound in bounds.loc[bounds["kind"] == kind, "value"]
    }
    return OpenColumn(EXAM, values, f"{file}: {_EXAM_SERIES} {year}", _EXAM_NOTE, fixed)


def _stand_in(edition: Edition, code: str) -> OpenColumn | None:
    series, form, rule = _STAND_INS[code]
    file, year = edition.statistics_file, edition.statistics_year
    size = _units_of(file)
    parts = [open_statistics.values(s, year, size) for s in series]
    if not all(parts):
        return None
    values, note = parts[0], _STAND_IN
    under = open_statistics.denominators(year, size)
    if form == "share":
        whole = math.fsum(under["grdp"].values())
        values = {u: 100 * v / whole for u, v in under["grdp"].items()}
    elif form == "per head":
        values = {u: v / under["population"][u] for u, v in values.items() if u in under["population"]}
    if size != edition.units:
        values, note = merged(values, rule, year), f"{_STAND_IN}; {_MERGED[rule]}"
    source = f"{file}: " + ", ".join(f"{s} {year}" for s in series)
    return OpenColumn(code, values, source, note, {})


def denominators_of(edition: Edition) -> dict[str, dict[str, float]]:
    """Population (thousand persons) and GRDP (billion VND) behind an edition, over its units."""
    year, size = edition.statistics_year, _units_of(edition.statistics_file)
    found = open_statistics.denominators(year, size)
    if size == edition.units:
        return found
    return {name: merged(column, "sum", year) for name, column in found.items()}


def merged(values: dict[str, float], rule: str, year: int) -> dict[str, float]:
    """Values of the 63 old provinces over the 34 units; a missing part leaves a gap."""
    people = open_statistics.denominators(year)["population"]
    made = {}
    for new in listing(34):
        if any(p not in values for p in new.parts):
            continue
        weights = [people[p] if rule == "population" else 1.0 for p in new.parts]
        total = math.fsum(w * values[p] for w, p in zip(weights, new.parts, strict=True))
        made[new.name] = total if rule == "sum" else total / math.fsum(weights)
    return made


def _units_of(file: str) -> int:
    return int(file.removeprefix("provinces"))
