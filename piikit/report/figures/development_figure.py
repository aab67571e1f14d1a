"""The figure of performance against development level."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.formats import number, percent
from ...base.language import pick, text
from ...diagnosis.drivers.development import DevelopmentResult
from .labels import scored_name
from .theme import BLUE, GREEN, GREY, RED, new_axes, note_source

_MARKS = {"above": (GREEN, "^"), "within": (BLUE, "o"), "below": (RED, "v")}


def scores_against_level(
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
    ax.set_ylabel(scored_name(result).text(lang))
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
