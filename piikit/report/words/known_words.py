"""What print tells of a province, in words, as a table, a figure and a workbook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number
from ...base.language import language, pick, text
from ...diagnosis.print.what_is_known import Known
from ..figures.theme import BLUE, GREY, ORANGE, SKY, new_axes, note_source
from .mark_words import mark_word

COLOURS = {"printed": BLUE, "bounded": SKY, "open": ORANGE, "illustrative": "#D0D0D0"}


def summary(known: Known, lang: str | None = None) -> str:
    """Total and rank, how many nodes print determines, and what stays open."""
    table = known.table
    root = table.index[table["level"].argmax()]
    count = table["mark"].value_counts()
    said = [
        text(
            "known.total",
            lang,
            unit=known.unit,
            title=pick(known.title_vi, known.title_en, lang),
            score=interval_word(known, root, lang),
            rank=rank_word(known, root, lang),
            units=known.units,
        ),
        text(
            "known.count",
            lang,
            nodes=len(table),
            printed=int(count.get("printed", 0)),
            bounded=int(count.get("bounded", 0)),
            open=int(count.get("open", 0)),
            unknown=int(count.get("illustrative", 0)),
        ),
    ]
    free = table[(table["level"] == 1) & (table["width"] > 99.9)]
    if len(free):
        said.append(text("known.free", lang, free=len(free), indicators=int((table["level"] == 1).sum())))
    said.append(text("known.with_open" if known.open_data else "known.print_only", lang))
    return "\n".join(said)


def interval_word(known: Known, code: str, lang: str | None = None) -> str:
    """The score as printed, or the interval it lies in."""
    row = known.table.loc[code]
    if row["printed"] and known.table.at[code, "width"] < 0.011:
        return number(float(row["printed"]), 2, lang=lang)
    return text(
        "known.between", lang, low=number(row["low"], 2, lang=lang), high=number(row["high"], 2, lang=lang)
    )


def rank_word(known: Known, code: str, lang: str | None = None) -> str:
    """The rank, or the ranks it may have."""
    first, last = known.table.loc[code, ["rank_best", "rank_worst"]]
    if first == last:
        return number(first, 0, lang=lang)
    return text("known.ranks", lang, first=number(first, 0, lang=lang), last=number(last, 0, lang=lang))


def shown(known: Known, lang: str | None = None) -> pd.DataFrame:
    """The table with headings and words in `lang`."""
    rows = []
    for code, row in known.table.iterrows():
        rows.append(
            {
                text("known.code", lang): code,
                text("known.name", lang): pick(row["name_vi"], row["name_en"], lang),
                text("known.printed", lang): row["printed"],
                text("known.low", lang): round(row["low"], 4),
                text("known.high", lang): round(row["high"], 4),
                text("known.rank_best", lang): row["rank_best"],
                text("known.rank_worst", lang): row["rank_worst"],
                text("known.mark", lang): _word(row["mark"], lang),
            }
        )
    return pd.DataFrame(rows)


def _word(mark: str, lang: str | None) -> str:
    """An interval shows no invention: where print says next to nothing, the word is unknown."""
    return text("known.unknown", lang) if mark == "illustrative" else mark_word(mark, lang)


def to_html(known: Known, lang: str | None = None) -> str:
    """Summary and table of intervals."""
    table = shown(known, lang)
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class=n>{number(v, 2 if isinstance(v, float) else 0, lang=lang)}</td>"
            if isinstance(v, int | float)
            else f"<td>{escape(str(v))}</td>"
            for v in row
        )
        + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    said = "<br>".join(escape(line) for line in summary(known, lang).split("\n"))
    return (
        f'<div lang="{language(lang)}"><p>{said}</p>'
        f"<div class=wide><table><tr>{head}</tr>{body}</table></div></div>"
    )


def plot(known: Known, ax: Any = None, lang: str | None = None, *, level: int = 2, **options: Any) -> Any:
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
    ax.set_yticks(list(places), [n if len(n) <= 44 else n[:43] + "…" for n in names])
    ax.tick_params(axis="y", labelsize=8, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(-1, 108)
    for at, (code, row) in enumerate(table.iterrows()):
        if row["mark"] in {"printed", "bounded"}:
            ax.text(
                row["high"] + 1,
                at,
                interval_word(known, str(code), lang),
                va="center",
                fontsize=7.5,
                color=GREY,
            )
    handles = [m for m in COLOURS if m in set(table["mark"])]
    import matplotlib.patches as patches

    ax.legend(
        [patches.Patch(color=COLOURS[m]) for m in handles],
        [_word(m, lang) for m in handles],
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


def to_excel(known: Known, path: Any, lang: str | None = None) -> Path:
    """The table of intervals and the summary."""
    said = pd.DataFrame({text("known.sheet_summary", lang): summary(known, lang).split("\n")})
    return write_tables(
        Path(path), {text("known.sheet", lang): shown(known, lang), text("known.sheet_summary", lang): said}
    )
