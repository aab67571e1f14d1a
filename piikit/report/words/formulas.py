"""Formulae with their figures, for text and LaTeX: how a score was made from what stands below it."""

from __future__ import annotations

import math

from ...base.formats import number, significant
from ...base.language import language, text
from ...index.explanation import Cell, Part
from ...index.page.page_explanation import PagePart


def score_formula(part: Part, lang: str | None, digits: int, *, latex: bool = False) -> str:
    """The figures that make `part`'s score, without the result itself."""
    if isinstance(part, PagePart):
        from .page_words import part_formula

        made = _made_formula(part, lang, digits, latex)
        return made if latex and part.children else part_formula(part, lang, digits, made)
    return _made_formula(part, lang, digits, latex)


def _made_formula(part: Part, lang: str | None, digits: int, latex: bool) -> str:
    if part.cell is not None:
        return cell_formula(part.cell, lang, latex=latex)
    kids = [k for k in part.children if not math.isnan(k.score) and k.weight > 0]
    if not kids:
        return text("explain.no_children", lang)
    weighted = len({round(k.weight, 12) for k in kids}) > 1
    times = r" \times " if latex else " × "
    write = _latex_number if latex else number
    if part.rule == "arithmetic":
        if weighted:
            return " + ".join(
                f"{write(k.weight, 4, lang=lang)}{times}{write(k.score, digits, lang=lang)}" for k in kids
            )
        inside = " + ".join(write(k.score, digits, lang=lang) for k in kids)
        if len(kids) == 1:
            return inside
        return rf"\frac{{{inside}}}{{{len(kids)}}}" if latex else f"({inside}) / {len(kids)}"
    parts = "; ".join(f"{write(k.score, digits, lang=lang)} ({write(k.weight, 4, lang=lang)})" for k in kids)
    rule = text(f"explain.rule.{part.rule}", lang) if part.rule in _RULES else part.rule
    return rf"\text{{{rule}}}({parts})" if latex else f"{rule}({parts})"


_RULES = {"arithmetic", "geometric", "harmonic", "generalised", "copeland"}


def cell_formula(cell: Cell, lang: str | None, *, latex: bool = False) -> str:
    """How a treated value became a score: the normalisation with its figures in raw units."""
    if math.isnan(cell.treated):
        return text("explain.missing", lang)

    def s(value: float) -> str:
        shown = significant(value, 6, lang=lang)
        return shown.replace("−", "-").replace(",", "{,}") if latex else shown

    frac = (lambda a, b: rf"\frac{{{a}}}{{{b}}}") if latex else (lambda a, b: f"({a}) / ({b})")
    times = r" \times " if latex else " × "
    minus = " - " if latex else " − "
    d = cell.direction
    x = cell.treated
    low, high = cell.fitted.get("minimum"), cell.fitted.get("maximum")
    if cell.method in {"minmax", "distance_to_max"} and low is not None and high is not None:
        bottom, top = cell.options.get("low", 0.0), cell.options.get("high", 100.0)
        if cell.method == "distance_to_max":
            bottom, top = 0.0, 1.0
        first, last = (low * d, high * d) if d > 0 else (high * d, low * d)
        over = f"{s(x)}{minus}{s(first)}" if d > 0 else f"{s(last)}{minus}{s(x)}"
        core = frac(over, f"{s(last)}{minus}{s(first)}")
        scaled = core if top - bottom == 1 else f"{s(top - bottom)}{times}{core}"
        return f"{scaled} + {s(bottom)}" if bottom else scaled
    if cell.method == "zscore":
        mean, sd = cell.fitted["mean"], cell.fitted["sd"]
        core = frac(f"{s(x * d)}{minus}{s(mean)}", s(sd))
        scale, shift = cell.options.get("sd", 1.0), cell.options.get("mean", 0.0)
        core = core if scale == 1 else f"{s(scale)}{times}{core}"
        return f"{core} + {s(shift)}" if shift else core
    if cell.method in {"goalposts", "scaled"}:
        low, high = cell.options["lower"], cell.options["upper"]
        core = frac(f"{s(x * d)}{minus}{s(low)}", f"{s(high)}{minus}{s(low)}")
        return f"{s(cell.options.get('scale', 100.0))}{times}{core}"
    if cell.method == "fraction_of_max" and high is not None:
        return frac(s(x * d), s(high))
    known = ", ".join(f"{k} = {significant(v, 6, lang=lang)}" for k, v in cell.fitted.items())
    name = text(f"explain.normaliser.{cell.method}", lang)
    return f"{name}({s(x)}{'; ' + known if known else ''})"


def _latex_number(value: float, digits: int = 2, *, lang: str | None = None) -> str:
    shown = number(value, digits, lang=lang).replace("−", "-")
    return shown.replace(",", "{,}") if language(lang) == "vi" else shown
