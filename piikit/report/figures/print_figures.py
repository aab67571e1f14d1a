"""Figures of what print tells: two rankings against each other, intervals of scores, what holds over draws."""

from __future__ import annotations

from typing import Any

from ...base.formats import number
from ...base.language import pick, text
from ...diagnosis.print.over_draws import DrawsResult
from ...diagnosis.print.rank_agreement import RankAgreement
from ...diagnosis.print.what_is_known import Known
from .labels import known_interval, known_mark, often
from .theme import BLUE, GREY, ORANGE, SKY, new_axes, note_source, shortened, stamp

COLOURS = {"printed": BLUE, "bounded": SKY, "open": ORANGE, "illustrative": "#D0D0D0"}


def ranks_against_ranks(a: RankAgreement, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Printed rank against ours, the diagonal as a guide, units that differ most named."""
    ax = new_axes(ax, width=6.5, height=6.0)
    ax.plot([1, a.total], [1, a.total], color=GREY, lw=1, ls=":")
    ax.scatter(a.table["printed"], a.table["ours"], s=26, color=BLUE, **options)
    named = a.table.reindex(a.table["difference"].abs().sort_values(ascending=False).index[:8])
    for row in named.itertuples():
        left = row.printed > a.total * 0.8
        ax.annotate(
            str(row.unit),
            (row.printed, row.ours),
            xytext=(-5 if left else 5, 2),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=8,
        )
    ax.set_xlim(0, a.total + 1)
    ax.set_ylim(a.total + 1, 0)
    ax.set_xlabel(text("agreement.printed", lang))
    ax.set_ylabel(text("agreement.ours", lang))
    ax.set_title(
        text("agreement.title", lang, seen=number(a.spearman, 2, lang=lang), n=a.n), loc="left", fontsize=10
    )
    return ax


def known_bars(
    known: Known, ax: Any = None, lang: str | None = None, *, level: int = 2, **options: Any
) -> Any:
    """Bars from the least to the greatest score of every node at `level` or above."""
    table = known.table[known.table["level"] >= level]
    ax = new_axes(ax, width=8.0, height=1.3 + 0.25 * len(table))
    places = range(len(table))
    width = table["width"].clip(lower=0.6)
    start = table["low"] - (width - table["width"]) / 2
    ax.barh(
        list(places), width, left=start, height=0.66, color=[COLOURS[m] for m in table["mark"]], **options
    )
    names = [f"{c} {pick(r['name_vi'], r['name_en'], lang)}" for c, r in table.iterrows()]
    ax.set_yticks(list(places), [shortened(n, 44) for n in names])
    ax.tick_params(axis="y", labelsize=8, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(-1, 108)
    for at, (code, row) in enumerate(table.iterrows()):
        if row["mark"] in {"printed", "bounded"}:
            said = known_interval(known, str(code)).text(lang)
            ax.text(row["high"] + 1, at, said, va="center", fontsize=7.5, color=GREY)
    handles = [m for m in COLOURS if m in set(table["mark"])]
    import matplotlib.patches as patches

    ax.legend(
        [patches.Patch(color=COLOURS[m]) for m in handles],
        [known_mark(m).text(lang) for m in handles],
        fontsize=8,
        loc="lower center",
        bbox_to_anchor=(0.4, 1.0),
        ncols=len(handles),
        frameon=False,
    )
    edition = pick(known.title_vi, known.title_en, lang)
    ax.set_title(text("known.title", lang, unit=known.unit, edition=edition), loc="left", pad=24)
    ax.set_xlabel(text("explain.axis", lang))
    note_source(ax, text("known.source", lang), lang=lang)
    return ax


def draws_bars(
    result: DrawsResult, ax: Any = None, lang: str | None = None, *, most: int = 20, **options: Any
) -> Any:
    """Share of draws in which findings hold; without findings, the ranges of figures."""
    findings = result.findings.head(most)
    table = findings if len(findings) else result.figures.head(most)
    ax = new_axes(ax, width=7.5, height=1.3 + 0.3 * max(len(table), 3))
    places = list(range(len(table)))
    if len(findings):
        ax.barh(places, table["holds"], height=0.66, color=BLUE, **options)
        for at, holds in enumerate(table["holds"]):
            said = often(holds, result.draws).text(lang)
            ax.text(holds, at, f" {said}", va="center", fontsize=8, color=GREY)
        ax.set_xlim(0, result.draws * 1.18)
        ax.set_xlabel(text("draws.axis", lang, draws=result.draws))
    else:
        ax.hlines(places, table["min"], table["max"], color=BLUE, lw=5, alpha=0.45, **options)
        ax.plot(table["median"], places, "o", color=BLUE, ms=5)
        for at, row in enumerate(table.itertuples()):
            span = f" {number(row.min, 1, lang=lang)} – {number(row.max, 1, lang=lang)}"
            ax.text(row.max, at, span, va="center", fontsize=8, color=GREY)
        ax.margins(x=0.15)
        ax.set_xlabel(text("draws.range", lang))
    names = [str(n) for n in table["name"]]
    ax.set_yticks(places, [shortened(n, 52) for n in names])
    ax.tick_params(axis="y", labelsize=8, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_title(text("draws.title", lang, draws=result.draws), loc="left")
    note_source(ax, pick(result.title_vi, result.title_en, lang), lang=lang)
    stamp(ax)
    return ax
