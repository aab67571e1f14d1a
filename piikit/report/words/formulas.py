"""How a score was made from what stands below it: the formula with its figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ...index.explanation import Cell, Part
from ...index.own_functions import BUILT_IN
from ...index.page.page_explanation import PagePart
from ...index.steps.registered import described
from ..blocks.blocks import Joined, Named, Sentence
from ..blocks.formula import Formula
from ..blocks.quantity import fixed, given

_FIGURES = 6


def score_formula(part: Part, digits: int) -> Any:
    """What makes the score of `part`, without the score itself."""
    made = _of_cell(part.cell) if part.cell is not None else _of_children(part, digits)
    return _of_page(part, digits, made) if isinstance(part, PagePart) else made


def _of_page(part: PagePart, digits: int, made: Any) -> Any:
    """How a node of a page came about; `made` is the formula over its children where they suffice."""
    if math.isnan(part.made):
        if part.status == "printed":
            return Sentence("page.as_printed")
        return Sentence("page.between", {"low": fixed(part.low, digits), "high": fixed(part.high, digits)})
    if part.mark != "printed" or not part.children:
        return made
    values = {"made": part.made, "low": part.made_low, "high": part.made_high}
    return Sentence("page.recomputed", {"formula": made, **{k: fixed(v, digits) for k, v in values.items()}})


def _of_children(part: Part, digits: int) -> Any:
    kids = [k for k in part.children if not math.isnan(k.score) and k.weight > 0]
    if not kids:
        return Sentence("explain.no_children")
    scores = tuple(fixed(k.score, digits) for k in kids)
    weights = tuple(fixed(k.weight, 4) for k in kids)
    pairs = tuple(zip(weights, scores, strict=True))
    if part.rule != "arithmetic":
        rule = Named.by(described("aggregation", part.rule).title)
        return Formula(rule, tuple(Formula("weighted", (score, weight)) for weight, score in pairs))
    if len({round(k.weight, 12) for k in kids}) > 1:
        return Formula("plus", tuple(Formula("times", pair) for pair in pairs))
    return scores[0] if len(kids) == 1 else Formula("over", (Formula("plus", scores), str(len(kids))))


def _of_cell(cell: Cell) -> Any:
    """How a treated value became a score: the normalisation with its figures in raw units."""
    if math.isnan(cell.treated):
        return Sentence("explain.missing")
    write = _WRITERS.get(cell.method)
    made = write(cell) if write else None
    return made if made is not None else _named(cell)


def _named(cell: Cell) -> Any:
    """Its name and what went in; of one that a user registered the options and the formula too."""
    own, known_as = cell.method not in BUILT_IN["normalisation"], described("normalisation", cell.method)
    figures = {**cell.fitted, **(cell.options if own else {})}
    known = tuple(Joined((name, _plain(value)), " = ") for name, value in figures.items())
    inside = (given(cell.treated, _FIGURES), *((Joined(known, ", "),) if known else ()))
    made = Formula(Named.by(known_as.title), inside)
    return Joined((made, known_as.formula), " = ") if own and known_as.formula else made


def _plain(value: Any) -> Any:
    return given(value, _FIGURES) if type(value) in {int, float} else str(value)


def _difference(a: float, b: float) -> Formula:
    return Formula("minus", (given(a, _FIGURES), given(b, _FIGURES)))


def _scaled(core: Any, factor: float, shift: float) -> Any:
    """`factor` times `core` plus `shift`, each left out where it does nothing."""
    if factor != 1:
        core = Formula("times", (given(factor, _FIGURES), core))
    return Formula("plus", (core, given(shift, _FIGURES))) if shift else core


def _between_bounds(cell: Cell, bottom: float, top: float) -> Any:
    low, high = cell.fitted.get("minimum"), cell.fitted.get("maximum")
    if low is None or high is None:
        return None
    x = cell.treated
    if cell.direction > 0:
        return _scaled(Formula("over", (_difference(x, low), _difference(high, low))), top - bottom, bottom)
    # turned: the greatest raw value is the worst
    worst, best = -low, -high
    return _scaled(Formula("over", (_difference(worst, x), _difference(worst, best))), top - bottom, bottom)


def _zscore(cell: Cell) -> Any:
    over = _difference(cell.treated * cell.direction, cell.fitted["mean"])
    core = Formula("over", (over, given(cell.fitted["sd"], _FIGURES)))
    return _scaled(core, cell.options.get("sd", 1.0), cell.options.get("mean", 0.0))


def _goalposts(cell: Cell) -> Any:
    low, high = cell.options["lower"], cell.options["upper"]
    core = Formula("over", (_difference(cell.treated * cell.direction, low), _difference(high, low)))
    return Formula("times", (given(cell.options.get("scale", 100.0), _FIGURES), core))


def _of_maximum(cell: Cell) -> Any:
    high = cell.fitted.get("maximum")
    if high is None:
        return None
    return Formula("over", (given(cell.treated * cell.direction, _FIGURES), given(high, _FIGURES)))


_WRITERS: Mapping[str, Callable[[Cell], Any]] = {
    "minmax": lambda cell: _between_bounds(
        cell, cell.options.get("low", 0.0), cell.options.get("high", 100.0)
    ),
    "distance_to_max": lambda cell: _between_bounds(cell, 0.0, 1.0),
    "zscore": _zscore,
    "goalposts": _goalposts,
    "scaled": _goalposts,
    "fraction_of_max": _of_maximum,
}
