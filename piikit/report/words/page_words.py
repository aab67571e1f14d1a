"""A province's own page as a summary, a table, a figure, a workbook, and in explanations."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, ordinal
from ...base.language import text
from ...index.page.page_explanation import PageExplanation, PagePart
from ...index.page.page_ranks import RankInterval
from ...index.page.page_result import PageResult
from ..figures.theme import new_axes, note_source


def rank_words(rank: RankInterval, lang: str | None = None) -> str:
    """Write a rank, "thứ 9", or an interval, "trong khoảng từ thứ 6 đến thứ 9"."""
    if rank.exact:
        return ordinal(rank.best, lang=lang)
    return text(
        "page.rank_range", lang, best=ordinal(rank.best, lang=lang), worst=ordinal(rank.worst, lang=lang)
    )


def summary(result: PageResult, lang: str | None = None) -> str:
    """Score and rank, what the page covers, whether printed nodes are met, and every warning."""
    root, status = result.root, result.table["status"]
    score, rank = result.known[root], result.rank()
    said = []
    if not math.isnan(score):
        said.append(
            text(
                "page.score",
                lang,
                unit=result.unit,
                name=result.framework.title(root, lang),
                score=number(score, 2, lang=lang),
                rank=rank_words(rank, lang),
                units=rank.units,
            )
        )
    own = status[list(result.framework.indicators)]
    said.append(
        text(
            "page.covered",
            lang,
            exact=len(result.covered),
            of=len(own),
            gaps=int(own.isin(["gap", "bounded"]).sum()),
        )
    )
    agree = result.differences
    if len(agree):
        said.append(text("page.met", lang, met=int(agree["agrees"].sum()), of=len(agree)))
    said += [p.sentence(lang) for p in result.problems]
    return "\n".join(said)


def shown_table(result: PageResult, lang: str | None = None) -> pd.DataFrame:
    """The rows that the page says something of, with headings in `lang`."""
    rows = result.table[(result.table["status"] != "gap") | result.table["value"].notna()]
    names = [result.framework.title(str(c), lang) for c in rows.index]
    table = rows.drop(columns=["name", "level", "parent"]).assign(
        status=[text(f"page.status.{s}", lang) for s in rows["status"]]
    )
    table.insert(0, "name", names)
    table = table.reset_index()
    return table.rename(columns={c: text(f"page.column.{c}", lang) for c in table.columns})


def to_html(result: PageResult, lang: str | None = None) -> str:
    """Summary and the table, every text escaped."""
    table = shown_table(result, lang)
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class=n>{number(v, 2, lang=lang)}</td>"
            if isinstance(v, float)
            else f"<td>{escape(str(v))}</td>"
            for v in row
        )
        + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    said = "<br>".join(escape(line) for line in summary(result, lang).split("\n"))
    return f"<p>{said}</p><div class=wide><table><tr>{head}</tr>{body}</table></div>"


def plot(result: PageResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Every covered indicator on its national range, 0 the lowest province and 100 the highest."""
    codes = [c for c in result.covered]
    ax = new_axes(ax, height=1.2 + 0.36 * max(1, len(codes)))
    for at, code in enumerate(codes):
        row = result.table.loc[code]
        ax.plot([0, 100], [at, at], color="#DDDDDD", lw=5, solid_capstyle="round", zorder=1)
        ax.plot([row["score_low"], row["score_high"]], [at, at], color="#0072B2", lw=5, alpha=0.35, zorder=2)
        ax.plot(row["score"], at, "o", color="#0072B2", ms=7, zorder=3, **options)
        ax.text(row["score"], at - 0.28, number(row["score"], 1, lang=lang), ha="center", fontsize=8)
        ax.text(
            103,
            at,
            f"{number(row['minimum'], 2, lang=lang)} – {number(row['maximum'], 2, lang=lang)}",
            fontsize=7.5,
            va="center",
        )
    ax.set_yticks(range(len(codes)), [_short(f"{c} {result.framework.title(c, lang)}") for c in codes])
    ax.set_ylim(len(codes) - 0.4, -0.7)
    ax.set_xlim(-3, 128)
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.set_xlabel(text("page.axis", lang))
    ax.set_title(f"{result.unit} {result.year or ''}".strip(), loc="left")
    note_source(ax, result.page.source, lang=lang)
    return ax


def _short(title: str, width: int = 46) -> str:
    return title if len(title) <= width else title[: width - 1] + "…"


def to_excel(result: PageResult, path: Any, lang: str | None = None) -> Path:
    """The table, the differences and the warnings as sheets."""
    warnings = pd.DataFrame(
        {"": [p.sentence(lang) for p in result.problems] or [text("page.no_warning", lang)]},
    )
    differences = result.differences.reset_index()
    differences = differences.rename(columns={c: text(f"page.column.{c}", lang) for c in differences.columns})
    return write_tables(
        Path(path),
        {
            text("page.sheet.table", lang): shown_table(result, lang),
            text("page.sheet.differences", lang): differences,
            text("page.sheet.warnings", lang): warnings,
        },
    )


def explanation_summary(explanation: PageExplanation, lang: str | None = None) -> str:
    """Score, and rank where the published scores allow one."""
    e = explanation
    name = e.part.title(lang)
    if math.isnan(e.score):
        return text("explain.no_score", lang, unit=e.unit, name=name)
    score = number(e.score, 2, lang=lang)
    if e.interval is None or (e.interval.best == 1 and e.interval.worst == e.interval.units):
        return text("page.score_only", lang, unit=e.unit, name=name, score=score)
    return text(
        "page.score",
        lang,
        unit=e.unit,
        name=name,
        score=score,
        rank=rank_words(e.interval, lang),
        units=e.units,
    )


def part_formula(part: PagePart, lang: str | None, digits: int, made: str) -> str:
    """How a node of a page came about; `made` is the formula over its children where they suffice."""
    if math.isnan(part.made):
        if part.status == "printed":
            return text("page.as_printed", lang)
        low, high = number(part.low, digits, lang=lang), number(part.high, digits, lang=lang)
        return text("page.between", lang, low=low, high=high)
    if part.mark != "printed" or not part.children:
        return made
    return text(
        "page.recomputed",
        lang,
        formula=made,
        made=number(part.made, digits, lang=lang),
        low=number(part.made_low, digits, lang=lang),
        high=number(part.made_high, digits, lang=lang),
    )
