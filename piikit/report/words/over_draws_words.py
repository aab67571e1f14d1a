"""What holds over illustrative draws, in words, as a table, a figure and a workbook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, significant
from ...base.language import pick, text
from ...diagnosis.print.over_draws import DrawsResult
from ..figures.theme import BLUE, GREY, new_axes, note_source
from .mark_words import stamp, stamp_html


def summary(result: DrawsResult, lang: str | None = None, *, most: int = 8) -> str:
    """How often findings hold and how far figures range; always with the mark."""
    said = [
        f"{text('mark.stamp', lang)}: "
        + text(
            "draws.head",
            lang,
            title=pick(result.title_vi, result.title_en, lang),
            draws=result.draws,
            method=result.method,
        )
    ]
    for row in result.findings.head(most).itertuples():
        said.append(f"- {row.name}: {often(row.holds, row.draws, lang)}")
    rest = len(result.findings) - most
    if rest > 0:
        said.append(text("draws.rest", lang, rest=rest))
    for row in result.figures.head(most).itertuples():
        said.append(
            "- "
            + text(
                "draws.figure",
                lang,
                name=row.name,
                low=significant(row.min, 4, lang=lang),
                median=significant(row.median, 4, lang=lang),
                high=significant(row.max, 4, lang=lang),
            )
        )
    more = len(result.figures) - most
    if more > 0:
        said.append(text("draws.more", lang, rest=more))
    return "\n".join(said)


def often(holds: Any, draws: Any, lang: str | None = None) -> str:
    """Say 17 of 20 in words."""
    return text("draws.of", lang, holds=int(holds), draws=int(draws))


def shown(result: DrawsResult, lang: str | None = None) -> pd.DataFrame:
    """The table with headings in `lang`."""
    rows = []
    for r in result.table.to_dict("records"):
        rows.append(
            {
                text("draws.name", lang): r["name"],
                text("draws.holds", lang): often(r["holds"], r["draws"], lang),
                text("draws.min", lang): r["min"],
                text("draws.median", lang): r["median"],
                text("draws.max", lang): r["max"],
            }
        )
    return pd.DataFrame(rows)


def to_html(result: DrawsResult, lang: str | None = None) -> str:
    """Stamp, heading and the whole table."""
    table = shown(result, lang)
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class=n>{escape(significant(v, 4, lang=lang))}</td>"
            if isinstance(v, float)
            else f"<td>{escape(str(v))}</td>"
            for v in row
        )
        + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    first = escape(summary(result, lang, most=0).split("\n")[0])
    return f"{stamp_html(True, lang)}<p>{first}</p><div class=wide><table><tr>{head}</tr>{body}</table></div>"


def plot(
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
            ax.text(
                holds,
                at,
                " " + often(holds, result.draws, lang),
                va="center",
                fontsize=8,
                color=GREY,
            )
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
    ax.set_yticks(places, [n if len(n) <= 52 else n[:51] + "…" for n in names])
    ax.tick_params(axis="y", labelsize=8, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_title(text("draws.title", lang, draws=result.draws), loc="left")
    note_source(ax, pick(result.title_vi, result.title_en, lang), lang=lang)
    stamp(ax, True)
    return ax


def to_excel(result: DrawsResult, path: Any, lang: str | None = None) -> Path:
    """The mark first, then the table."""
    mark = pd.DataFrame({text("mark.stamp", lang): summary(result, lang, most=0).split("\n")[:1]})
    return write_tables(
        Path(path), {text("mark.stamp", lang): mark, text("draws.sheet", lang): shown(result, lang)}
    )
