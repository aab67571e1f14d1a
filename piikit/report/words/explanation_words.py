"""Explanations: what made a score, down to the raw cells."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from ...base.language import LANGUAGES
from ...index.explanation import Cell, Explanation, Part
from ...index.page.page_explanation import PageExplanation
from ...index.steps.registered import described
from ..blocks.blocks import Branch, Frame, Joined, Named, Sentence
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity, fixed, given, share
from ..figures.index_figures import bars_of_parts
from .formulas import score_formula
from .page_words import rank_words


def content(e: Explanation, digits: int = 2) -> Content:
    """Score, rank, neighbours and basis; the whole tree with its formulae and cells."""
    foot = [Sentence("explain.sum", {"residual": fixed(abs(e.residual), 9)}, "note")] if e.additive else []
    foot.append(Sentence("explain.fingerprint", {"fingerprint": e.fingerprint}, "note"))
    title = Named.by(e.part.title)
    return Content(
        (_page_summary(e, title) if isinstance(e, PageExplanation) else _summary(e, title),),
        (_branch(e, e.part, digits), *foot),
        (Frame("explain.sheet", e.table),),
        {"parts": partial(bars_of_parts, e)},
        mark=invented(e.illustrative, "explain.illustrative", share=share(e.illustrative)),
        title=Joined((e.unit, title), ": "),
        source=Named(e.title_vi, e.title_en),
    )


def _score(e: Explanation, name: Named) -> dict[str, Any]:
    return {
        "unit": e.unit,
        "name": name,
        "score": Quantity("score", e.score, e.unit, e.code),
        "units": e.units,
    }


def _summary(e: Explanation, name: Named) -> Any:
    if math.isnan(e.score):
        return Sentence("explain.no_score", {"unit": e.unit, "name": name})
    said = [Sentence("explain.score", _score(e, name) | {"rank": Quantity("rank", e.rank, e.unit, e.code)})]
    for key, other in (("ahead", e.ahead), ("behind", e.behind)):
        if other is not None:
            better, worse = (other.unit, e.unit) if key == "ahead" else (e.unit, other.unit)
            gap = Quantity("gap", abs(other.gap), better, e.code, (worse,))
            score = Quantity("score", other.score, other.unit, e.code)
            said.append(Sentence(f"explain.{key}", {"unit": other.unit, "score": score, "gap": gap}))
    return Joined(tuple(said))


def _page_summary(e: PageExplanation, name: Named) -> Sentence:
    """Score, and rank where the published scores allow one."""
    values = _score(e, name)
    if math.isnan(e.score):
        return Sentence("explain.no_score", values)
    if e.interval is None or (e.interval.best == 1 and e.interval.worst == e.interval.units):
        return Sentence("page.score_only", values)
    return Sentence("page.score", values | {"rank": rank_words(e.interval)})


def _branch(e: Explanation, part: Part, digits: int) -> Branch:
    return Branch(
        part.code,
        Named.by(part.title),
        Quantity("score", part.score, e.unit, part.code, digits=digits),
        part.mark,
        Quantity("rank", part.rank, e.unit, part.code),
        score_formula(part, digits),
        _notes(e.unit, part, part.cell) if part.cell is not None else (),
        tuple(_branch(e, kid, digits) for kid in part.children),
    )


def _notes(unit: str, part: Part, cell: Cell) -> tuple[Sentence, ...]:
    """What is to be said of a raw cell."""
    said = [Sentence("explain.gap")] if math.isnan(cell.value) else _figures(unit, part, cell)
    kind = (Sentence(f"provenance.{cell.provenance}"),) if cell.provenance else ()
    where = (*kind, *(Named.split(w) for w in (cell.source, cell.note) if w))
    return (*said, Sentence("explain.source", {"source": Joined(where, "; ")})) if where else tuple(said)


def _figures(unit: str, part: Part, cell: Cell) -> list[Sentence]:
    raw = Quantity("value", cell.value, unit, part.code, digits=6)
    measure = Named(*(cell.measure(lang) or "–" for lang in LANGUAGES))
    said = [Sentence("explain.cell", {"raw": raw, "measure": measure})]
    said += [Sentence("explain.imputed")] if math.isnan(cell.raw) else []
    if cell.treatment:
        how = Named.by(
            lambda lang: "+".join(described("transform", w).title(lang) for w in cell.treatment.split("+"))
        )
        said.append(Sentence("explain.treated", {"to": given(cell.treated, 6), "how": how}))
    for end in ("minimum", "maximum"):
        if end in cell.fitted:
            who = getattr(cell, f"{end}_units") or Sentence("explain.bound_given")
            bound = given(cell.fitted[end] * cell.direction, 6)
            said.append(Sentence(f"explain.{end}", {"bound": bound, "who": who}))
    weight = Quantity("weight", part.effective_weight, unit, part.code)
    said.append(Sentence("explain.weight", {"weight": weight, "points": fixed(part.contribution, 3)}))
    return said
