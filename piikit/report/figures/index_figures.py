"""Figures of an index, an explanation and a page: bars by rank, parts of a score, values on their national range."""

from __future__ import annotations

from typing import Any

from ...base.formats import number
from ...base.language import pick, text
from ...index.explanation import Explanation
from ...index.index_result import IndexResult
from ...index.page.page_result import PageResult
from ..blocks.quantity import SIGNS
from .theme import BLUE, GREY, RED, new_axes, note_source, shortened


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
    table = result.scores[code].dropna().rename("score").to_frame().assign(rank=result.ranks[code])
    table = table.sort_values("rank", kind="stable").reset_index(names="unit")
    ax = new_axes(ax, width=7.5, height=1.2 + 0.19 * len(table))
    own = result.dataset.unit(unit) if unit else None
    colours = [RED if u == own else BLUE for u in table["unit"]]
    ax.barh(range(len(table)), table["score"], color=colours, height=0.7, **options)
    ax.set_yticks(
        range(len(table)), [f"{int(r)}. {u}" for r, u in zip(table["rank"], table["unit"], strict=True)]
    )
    ax.tick_params(axis="y", labelsize=7.5, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    for at, score in enumerate(table["score"]):
        sign = SIGNS.get(result.marks.at[table.at[at, "unit"], code], "")
        ax.text(score, at, f" {number(score, 1, lang=lang)}{sign}", va="center", fontsize=7, color=GREY)
    ax.set_title(result.framework.title(code, lang), loc="left")
    ax.set_xlabel(text("explain.axis", lang))
    note_source(ax, result.title(lang), lang=lang, illustrative=result.illustrative)
    return ax


def bars_of_parts(e: Explanation, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Bars of the direct children: score, with the parent's score as a line."""
    kids = e.part.children or (e.part,)
    ax = new_axes(ax, height=0.9 + 0.42 * len(kids))
    places = range(len(kids))
    scores = [0.0 if k.score != k.score else k.score for k in kids]
    ax.barh(list(places), scores, color=BLUE, height=0.62, **options)
    for at, kid in enumerate(kids):
        ax.text(scores[at] + 1, at, number(kid.score, 1, lang=lang), va="center", fontsize=9)
    ax.margins(x=0.12)
    ax.set_yticks(list(places), [shortened(f"{k.code} {k.title(lang)}") for k in kids])
    ax.invert_yaxis()
    if e.score == e.score:
        ax.axvline(e.score, color=RED, lw=1.6, ls="--")
        ax.set_title(f"{e.unit}: {e.part.title(lang)} = {number(e.score, 2, lang=lang)}", loc="left")
    ax.set_xlabel(text("explain.axis", lang))
    note_source(ax, pick(e.title_vi, e.title_en, lang), lang=lang, illustrative=e.illustrative > 0)
    return ax


def national_ranges(result: PageResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Every covered indicator on its national range, 0 the lowest province and 100 the highest."""
    codes = list(result.covered)
    ax = new_axes(ax, height=1.2 + 0.36 * max(1, len(codes)))
    for at, code in enumerate(codes):
        row = result.table.loc[code]
        ax.plot([0, 100], [at, at], color="#DDDDDD", lw=5, solid_capstyle="round", zorder=1)
        ax.plot([row["score_low"], row["score_high"]], [at, at], color=BLUE, lw=5, alpha=0.35, zorder=2)
        ax.plot(row["score"], at, "o", color=BLUE, ms=7, zorder=3, **options)
        ax.text(row["score"], at - 0.28, number(row["score"], 1, lang=lang), ha="center", fontsize=8)
        ax.text(
            103,
            at,
            f"{number(row['minimum'], 2, lang=lang)} – {number(row['maximum'], 2, lang=lang)}",
            fontsize=7.5,
            va="center",
        )
    ax.set_yticks(range(len(codes)), [shortened(f"{c} {result.framework.title(c, lang)}") for c in codes])
    ax.set_ylim(len(codes) - 0.4, -0.7)
    ax.set_xlim(-3, 128)
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.set_xlabel(text("page.axis", lang))
    ax.set_title(f"{result.unit} {result.year or ''}".strip(), loc="left")
    note_source(ax, result.page.source, lang=lang)
    return ax
