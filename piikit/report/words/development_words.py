"""Performance against development level: words, figure, tables."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, ordinal, percent
from ...base.language import pick, text
from ...diagnosis.drivers.development import DevelopmentResult
from ..figures.theme import BLUE, GREEN, GREY, RED, new_axes, note_source

_MARKS = {"above": (GREEN, "^"), "within": (BLUE, "o"), "below": (RED, "v")}


def title(result: DevelopmentResult, lang: str | None = None) -> str:
    """Name of what was scored."""
    return str(pick(result.title_vi, result.title_en, lang) or result.code)


def sentence(result: DevelopmentResult, unit: str | None = None, lang: str | None = None) -> str:
    """What may safely be quoted, of one unit or of the whole."""
    said = [text("development.illustrative", lang)] if result.illustrative else []
    if unit is None:
        said += [_names("above", result, lang), _names("below", result, lang)]
        expected = number(result.by_chance, 0, lang=lang)
        said.append(text("development.chance", lang, n=result.outside, expected=expected))
    else:
        row = result.unit(unit)
        near = result.peers(str(row.name))
        numbers = {k: number(row[k], 1, lang=lang) for k in ("score", "expected", "low", "high")}
        said.append(text(f"development.unit_{row['verdict']}", lang, unit=row.name, **numbers))
        rank = ordinal(near["rank"].iloc[0], lang=lang)
        said.append(text("development.unit_peers", lang, k=len(near) - 1, unit=row.name, rank=rank))
    said.append(text("development.not_policy", lang))
    if result.shared > 0:
        said.append(text("development.shared", lang, share=percent(result.shared, 0, lang=lang)))
    return " ".join(said)


def _names(verdict: str, result: DevelopmentResult, lang: str | None) -> str:
    units = result.above if verdict == "above" else result.below
    shown = "; ".join(f"{u} ({number(result.table.at[u, 'gap'], 1, lang=lang, sign=True)})" for u in units)
    return text(f"development.{verdict}", lang, units=shown or text("development.nobody", lang))


def summary(result: DevelopmentResult, lang: str | None = None) -> str:
    """What was done, who is outside the bands, how many chance would put there, and how good the curve is."""
    built = text(
        "development.built",
        lang,
        title=title(result, lang),
        n=len(result.table),
        knots=len(result.band.knots),
        level=percent(result.confidence, 0, lang=lang),
    )
    error, r2 = number(result.band.error, 1, lang=lang), number(result.band.r2, 2, lang=lang)
    return "\n".join([built, sentence(result, lang=lang), text("development.fit", lang, error=error, r2=r2)])


def plot(
    result: DevelopmentResult,
    ax: Any = None,
    lang: str | None = None,
    *,
    unit: str | None = None,
    **options: Any,
) -> Any:
    """Scores against GRDP per head with each unit's own band; those outside and `unit` are named."""
    ax = new_axes(ax, width=8.5, height=5.6)
    table = result.table.sort_values("level")
    own = str(result.unit(unit).name) if unit else None
    ax.vlines(table["level"], table["low"], table["high"], color="#DDDDDD", lw=3, zorder=1)
    ax.plot(np.exp(result.band.curve_x), result.band.curve_y, color=GREY, lw=1.8, zorder=2)
    for verdict, (colour, shape) in _MARKS.items():
        some = table[table["verdict"] == verdict]
        ax.scatter(some["level"], some["score"], s=34, color=colour, marker=shape, zorder=3, **options)
        if verdict != "within":
            for name, row in some.iterrows():
                _name(ax, str(name), row, bold=False)
    if own is not None:
        row = table.loc[own]
        ax.scatter(row["level"], row["score"], s=130, facecolor="none", edgecolor="black", lw=1.6, zorder=4)
        if row["verdict"] == "within":
            _name(ax, own, row, bold=True)
    ax.set_xscale("log")
    low, high = table["level"].min(), table["level"].max()
    ticks = [t for t in (20, 30, 50, 70, 100, 150, 200, 300, 500) if 0.9 * low <= t <= 1.1 * high]
    if len(ticks) >= 3:
        ax.set_xticks(ticks, [number(t, 0, lang=lang) for t in ticks])
        ax.set_xticks([], minor=True)
    measure = pick(" (triệu đồng)", " (million VND)", lang) if result.level_unit else ""
    ax.set_xlabel(text("development.axis", lang, unit=measure))
    ax.set_ylabel(title(result, lang))
    ax.set_title(text("development.title", lang), loc="left")
    ax.grid(visible=True)
    _legend(ax, result, lang)
    note_source(
        ax, str(pick(result.data_vi, result.data_en, lang)), lang=lang, illustrative=result.illustrative
    )
    return ax


def _name(ax: Any, name: str, row: Any, *, bold: bool) -> None:
    ax.annotate(
        name,
        (row["level"], row["score"]),
        xytext=(7, 5 if row["verdict"] != "below" else -11),
        textcoords="offset points",
        fontsize=8.5,
        fontweight="bold" if bold else "normal",
        zorder=5,
    )


def _legend(ax: Any, result: DevelopmentResult, lang: str | None) -> None:
    handles = [
        ax.scatter([], [], color=c, marker=m, s=34, label=text(f"development.legend_{v}", lang))
        for v, (c, m) in _MARKS.items()
    ]
    handles.append(ax.plot([], [], color=GREY, lw=1.8, label=text("development.legend_curve", lang))[0])
    label = text("development.legend_band", lang, level=percent(result.confidence, 0, lang=lang))
    handles.append(ax.plot([], [], color="#DDDDDD", lw=3, label=label)[0])
    ax.legend(handles=handles, fontsize=8, frameon=False, loc="best")


def shown_table(table: pd.DataFrame, lang: str | None = None) -> pd.DataFrame:
    """Text cells with headings in words, unit as the first column."""
    made = pd.DataFrame({"unit": table.index.astype(str)})
    digits = {"level": 1, "score": 1, "expected": 1, "gap": 1, "low": 1, "high": 1, "p_value": 2, "rank": 0}
    for column in table.columns:
        if column == "verdict":
            made[column] = [text(f"development.legend_{v}", lang) for v in table[column]]
        else:
            sign = column == "gap"
            made[column] = [number(v, digits[column], lang=lang, sign=sign) for v in table[column]]
    return made.rename(columns={c: text(f"development.column.{c}", lang) for c in made.columns})


def to_html(result: DevelopmentResult, lang: str | None = None) -> str:
    """Mark, summary and table, furthest above first."""
    stamp = f'<p class="stamp">{escape(text("mark.stamp", lang))}</p>' if result.illustrative else ""
    table = shown_table(result.table.sort_values("gap", ascending=False), lang)
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in r) + "</tr>" for r in table.to_numpy()
    )
    said = "<br>".join(escape(line) for line in summary(result, lang).split("\n"))
    return f"{stamp}<p>{said}</p><div class=wide><table><tr>{head}</tr>{rows}</table></div>"


def to_excel(result: DevelopmentResult, path: Any, lang: str | None = None) -> Path:
    """Summary and table."""
    name = text("development.title", lang)
    sheets = {
        name: pd.DataFrame({name: summary(result, lang).split("\n")}),
        "data": result.table.reset_index(),
    }
    if result.illustrative:
        stamp = text("mark.stamp", lang)
        sheets = {stamp: pd.DataFrame({stamp: [text("development.illustrative", lang)]}), **sheets}
    return write_tables(Path(path), sheets)
