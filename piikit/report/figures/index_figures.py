"""Figures of an index, an explanation and a page: bars by rank, parts of a score, values on their national range."""

from __future__ import annotations

import math
from typing import Any

from ...base.language import pick
from ...index.explanation import Explanation
from ...index.index_result import IndexResult
from ...index.page.page_result import PageResult
from ..blocks.quantity import SIGNS
from .canvas import PALE, Canvas
from .theme import BLUE, RED, shortened


def ranked_bars(
    result: IndexResult,
    ax: Any = None,
    lang: str | None = None,
    *,
    code: str | None = None,
    unit: str | None = None,
    **options: Any,
) -> Any:
    """Bars of all units' scores on one code, `unit` set off."""
    code = result.framework.check(code or result.root)
    own = result.dataset.unit(unit) if unit else None
    ranks = result.ranks[code].dropna().sort_values(kind="stable")
    scores, marks = result.scores.loc[ranks.index, code], result.marks[code]
    c = Canvas.new(ax, lang, 7.5, 1.2 + 0.19 * len(ranks))
    colours = [RED if u == own else BLUE for u in ranks.index]
    said = (c.number(score, 1) + SIGNS.get(marks[u], "") for u, score in scores.items())
    names = [f"{c.rank(rank)}. {u}" for u, rank in ranks.items()]
    c.bars(scores, said, names, size=7.5, color=colours, **options)
    return c.done(result.framework.title(code, lang), c.text("explain.axis"), of=result)


def bars_of_parts(e: Explanation, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Bars of the direct children: score, with the parent's score as a line."""
    kids = e.part.children or (e.part,)
    c = Canvas.new(ax, lang, height=0.9 + 0.42 * len(kids))
    scores = [0.0 if math.isnan(kid.score) else kid.score for kid in kids]
    names = [shortened(f"{kid.code} {kid.title(lang)}") for kid in kids]
    c.bars(scores, (c.number(kid.score, 1) for kid in kids), names, size=9, **options)
    c.ax.margins(x=0.12)
    title = f"{e.unit}: {e.part.title(lang)}"
    if not math.isnan(e.score):
        c.ax.axvline(e.score, color=RED, lw=1.6, ls="--")
        title = f"{title} = {c.number(e.score)}"
    source = pick(e.title_vi, e.title_en, lang)
    return c.done(title, c.text("explain.axis"), source=source, illustrative=e.illustrative > 0)


def national_ranges(result: PageResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Every covered indicator on its national range, 0 the lowest province and 100 the highest."""
    rows = result.table.loc[list(result.covered)]
    c = Canvas.new(ax, lang, height=1.2 + 0.36 * max(1, len(rows)))
    for at, row in enumerate(rows.itertuples()):
        c.ax.plot([0, 100], [at, at], color=PALE, lw=5, solid_capstyle="round", zorder=1)
        c.ax.plot([row.score_low, row.score_high], [at, at], color=BLUE, lw=5, alpha=0.35, zorder=2)
        c.ax.plot(row.score, at, "o", color=BLUE, ms=7, zorder=3, **options)
        c.ax.text(row.score, at - 0.28, c.number(row.score, 1), ha="center", fontsize=8)
        c.say(102, at, f"{c.number(row.minimum)} – {c.number(row.maximum)}", 7.5)
    c.rows([shortened(f"{code} {result.framework.title(code, lang)}") for code in rows.index])
    c.ax.set_xlim(-3, 128)
    c.ax.set_xticks([0, 25, 50, 75, 100])
    title = f"{result.unit} {result.year or ''}".strip()
    return c.done(title, c.text("page.axis"), source=result.page.source)
