"""Figures of what print tells: two rankings against each other, intervals of scores, what holds over draws."""

from __future__ import annotations

from typing import Any

from ...base.language import pick
from ...diagnosis.print.over_draws import DrawsResult
from ...diagnosis.print.rank_agreement import RankAgreement
from ...diagnosis.print.what_is_known import Known
from .canvas import Canvas
from .labels import known_interval, known_mark, often
from .theme import BLUE, GREY, ORANGE, SKY, shortened

COLOURS = {"printed": BLUE, "bounded": SKY, "open": ORANGE, "illustrative": "#D0D0D0"}
NAMED = 8


def ranks_against_ranks(a: RankAgreement, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Printed rank against ours, the diagonal as a guide, units that differ most named."""
    c = Canvas.new(ax, lang, 6.5, 6.0)
    c.ax.plot([1, a.total], [1, a.total], color=GREY, lw=1, ls=":")
    c.ax.scatter(a.table["printed"], a.table["ours"], s=26, color=BLUE, **options)
    apart = a.table["difference"].abs().sort_values(ascending=False).index[:NAMED]
    for row in a.table.loc[apart].itertuples():
        c.name(row.printed, row.ours, str(row.unit), left=row.printed > a.total * 0.8)
    c.ax.set_xlim(0, a.total + 1)
    c.ax.set_ylim(a.total + 1, 0)
    title = c.text("agreement.title", seen=c.number(a.spearman), n=a.n)
    return c.done(title, c.text("agreement.printed"), c.text("agreement.ours"))


def known_bars(
    known: Known, ax: Any = None, lang: str | None = None, *, level: int = 2, **options: Any
) -> Any:
    """Bars from the least to the greatest score of every node at `level` or above."""
    from matplotlib.patches import Patch

    table = known.table[known.table["level"] >= level]
    c = Canvas.new(ax, lang, 8.0, 1.3 + 0.25 * len(table))
    width = table["width"].clip(lower=0.6)
    start = table["low"] - (width - table["width"]) / 2
    colours = [COLOURS[m] for m in table["mark"]]
    c.ax.barh(range(len(table)), width, left=start, height=0.66, color=colours, **options)
    for at, (code, row) in enumerate(table.iterrows()):
        if row["mark"] in {"printed", "bounded"}:
            c.say(row["high"], at, f" {known_interval(known, str(code)).text(lang)}", 7.5, color=GREY)
    names = (f"{code} {pick(row['name_vi'], row['name_en'], lang)}" for code, row in table.iterrows())
    c.rows([shortened(name, 44) for name in names], 8)
    c.ax.set_xlim(-1, 108)
    shown = [m for m in COLOURS if m in set(table["mark"])]
    handles = [Patch(color=COLOURS[m], label=known_mark(m).text(lang)) for m in shown]
    place = {"loc": "lower center", "bbox_to_anchor": (0.4, 1.0), "ncols": len(shown)}
    c.ax.legend(handles=handles, fontsize=8, frameon=False, **place)
    edition = pick(known.title_vi, known.title_en, lang)
    title = c.text("known.title", unit=known.unit, edition=edition) + "\n"  # the legend stands below it
    return c.done(title, c.text("explain.axis"), source=c.text("known.source"))


def draws_bars(
    result: DrawsResult, ax: Any = None, lang: str | None = None, *, most: int = 20, **options: Any
) -> Any:
    """In how many draws findings hold; without findings, the ranges of figures."""
    findings = result.findings.head(most)
    table = findings if len(findings) else result.figures.head(most)
    c = Canvas.new(ax, lang, 7.5, 1.3 + 0.3 * max(len(table), 3))
    names = [shortened(str(name), 52) for name in table["name"]]
    if len(findings):
        said = (often(holds, result.draws).text(lang) for holds in table["holds"])
        c.bars(table["holds"], said, names, **options)
        c.ax.set_xlim(0, result.draws * 1.18)
    else:
        places = range(len(table))
        c.ax.hlines(places, table["min"], table["max"], color=BLUE, lw=5, alpha=0.45, **options)
        c.ax.plot(table["median"], places, "o", color=BLUE, ms=5)
        for at, row in enumerate(table.itertuples()):
            c.say(row.max, at, f"{c.number(row.min, 1)} – {c.number(row.max, 1)}", color=GREY)
        c.ax.margins(x=0.15)
        c.rows(names, 8)
    return c.done(
        c.text("draws.title", draws=result.draws),
        c.text("draws.axis", draws=result.draws) if len(findings) else c.text("draws.range"),
        source=pick(result.title_vi, result.title_en, lang),
        illustrative=True,
    )
