"""Diagnoses, duels and briefs: what they have to show."""

from __future__ import annotations

from functools import partial

import pandas as pd

from ...diagnosis.unit.diagnosis import Diagnosis
from ...diagnosis.unit.duel import Duel
from ...diagnosis.unit.page_diagnosis import PageDiagnosis
from ..blocks.blocks import Brief, Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity
from ..figures.agency_figures import coverage_matrix
from ..figures.diagnosis_figures import duel_bars, gap_bars, heat_map, rank_strip
from .main_findings import findings_of
from .subject import Subject


def diagnosis(d: Diagnosis) -> Content:
    """The three main findings, what matters, and every indicator, agency, risk and empty cell."""
    frames = _frames(d) | {"risk": d.at_risk, "missing": d.missing, "natural": d.per_natural_unit}
    if d.draws is not None:
        frames["draws"] = d.draws.table
    return Content(
        findings_of(d),
        (_matters(d),),
        Frame.several("diagnosis.sheet", frames),
        {
            "gaps": partial(gap_bars, d),
            "heat": partial(heat_map, d),
            "strip": partial(rank_strip, d.result, d.unit, d.peers.units),
            **({} if d.nearest is None else {"duel": partial(duel_bars, d.nearest)}),
            "coverage": partial(coverage_matrix, d),
        },
        mark=invented(d.illustrative, "brief.illustrative"),
        title=Sentence("diagnosis.gap_title", {"unit": d.unit}),
        index=d.result,
    )


def page_diagnosis(d: PageDiagnosis) -> Content:
    """The same of a province's own page, which knows no peers and no other's indicators."""
    return Content(
        findings_of(d),
        (_matters(d),),
        Frame.several("diagnosis.sheet", _frames(d)),
        {"gaps": partial(gap_bars, d), "coverage": partial(coverage_matrix, d)},
        title=Sentence("diagnosis.gap_title", {"unit": d.unit}),
    )


def _frames(d: Diagnosis | PageDiagnosis) -> dict[str, pd.DataFrame]:
    return {"all": d.table, "agencies": d.agencies.table, "coverage": d.agencies.matrix}


def _matters(d: Diagnosis | PageDiagnosis) -> Table:
    """What there is to gain on the indicators that offer most."""
    subject = Subject(d)
    targets = ("median", "best") if isinstance(d, Diagnosis) else ("best",)
    rows = (
        {
            "indicator": subject.name(code),
            "score": subject.score(str(code)),
            "weight": subject.weight(code),
            **{f"points_{target}": subject.points(code, target) for target in targets},
        }
        for code in d.matters.index
    )
    return Table.of("", "brief.col", rows)


def duel(d: Duel) -> Content:
    """The gap, the indicators that make most of it, and the parts of groups and pillars."""
    order = d.indicators["difference"].sort_values(kind="stable")
    ahead = (d.indicators["own_score"] - d.indicators["their_score"]).to_dict()  # NaN where one side has none
    values = {
        "unit": d.unit,
        "rival": d.rival,
        "gap": Quantity("gap", d.gap, d.unit, d.result.root, (d.rival,), sign=True),
        "best": _parts(d, [c for c in order.index[::-1] if order[c] > 0 and ahead[c] > 0][:3]),
        "worst": _parts(d, [c for c in order.index if order[c] < 0 and ahead[c] < 0][:3]),
    }
    said = [Sentence("diagnosis.duel_summary", values), *one_sided(d)]
    if abs(d.residual) > 1e-9:
        residual = Quantity("number", d.residual, sign=True)
        said.append(Sentence("diagnosis.duel_residual", {"residual": residual}))
    name = partial(Named.of_code, d.result.framework)
    above = ({"pillar": name(c), "part": _part(d, c)} for c in d.table.index[d.table["level"] > 1])
    return Content(
        (Joined(tuple(said)),),
        (Table.of("", "brief.col", above),),
        Frame.several("diagnosis.sheet", {"duel": d.table}),
        {"duel": partial(duel_bars, d)},
        mark=invented(d.result.illustrative),
        title=Sentence("diagnosis.duel_title", {"unit": d.unit, "rival": d.rival}),
        index=d.result,
    )


def one_sided(d: Duel) -> list[Sentence]:
    """What must be said where one side has a gap."""
    return [Sentence("diagnosis.duel_gaps", {"codes": ", ".join(d.one_sided)}, "note")] if d.one_sided else []


def _part(d: Duel, code: str) -> Quantity:
    return Quantity("part", d.table.at[code, "difference"], d.unit, code, (d.rival,), sign=True)


def _parts(d: Duel, codes: list[str]) -> Joined:
    name = partial(Named.of_code, d.result.framework)
    parts = (Joined((name(c, coded=False), " (", _part(d, c), ")"), "") for c in codes)
    return Joined(tuple(parts), "; ", "–")


def brief(b: Brief) -> Content:
    """The main findings; its own page and workbook have the chapters."""
    return Content(b.findings, mark=invented(b.illustrative), title=b.title, source=b.source)
