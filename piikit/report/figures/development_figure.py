"""The figure of performance against development level."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.language import pick
from ...diagnosis.drivers.development import DevelopmentResult
from .canvas import PALE, Canvas
from .labels import scored_name
from .theme import BLUE, GREEN, GREY, RED

_MARKS = {"above": (GREEN, "^"), "within": (BLUE, "o"), "unclear": (BLUE, "D"), "below": (RED, "v")}
_TICKS = (20, 30, 50, 70, 100, 150, 200, 300, 500)


def scores_against_level(
    result: DevelopmentResult,
    ax: Any = None,
    lang: str | None = None,
    *,
    unit: str | None = None,
    **options: Any,
) -> Any:
    """Scores against GRDP per head with each unit's own band; those that stand out beyond chance and `unit` are named."""
    c = Canvas.new(ax, lang, 8.5, 5.6)
    table = result.table.sort_values("level")
    c.ax.vlines(table["level"], table["low"], table["high"], color=PALE, lw=3, zorder=1)
    c.ax.plot(np.exp(result.band.curve_x), result.band.curve_y, color=GREY, lw=1.8, zorder=2)
    for verdict, (colour, shape) in _MARKS.items():
        some = table[table["verdict"] == verdict]
        c.ax.scatter(some["level"], some["score"], s=34, color=colour, marker=shape, zorder=3, **options)
    own = str(result.unit(unit).name) if unit else ""
    for name, row in table[table["verdict"].isin(["above", "below"]) | (table.index == own)].iterrows():
        bold = "bold" if name == own and row["verdict"] in ("within", "unclear") else "normal"
        up = -11 if row["verdict"] == "below" else 5
        c.name(row["level"], row["score"], str(name), up=up, fontsize=8.5, fontweight=bold, zorder=5)
    if own:
        place = table.loc[own, ["level", "score"]]
        c.ax.scatter(*place, s=130, facecolor="none", edgecolor="black", lw=1.6, zorder=4)
    c.ax.set_xscale("log")
    low, high = table["level"].min(), table["level"].max()
    ticks = [t for t in _TICKS if 0.9 * low <= t <= 1.1 * high]
    if len(ticks) >= 3:
        c.ax.set_xticks(ticks, [c.number(t, 0) for t in ticks])
        c.ax.set_xticks([], minor=True)
    c.ax.grid(visible=True)
    _legend(c, result)
    measure = pick(" (triệu đồng)", " (million VND)", lang) if result.level_unit else ""
    return c.done(
        c.text("development.title"),
        c.text("development.axis", unit=measure),
        scored_name(result).text(lang),
        source=pick(result.data_vi, result.data_en, lang),
        illustrative=result.illustrative,
    )


def _legend(c: Canvas, result: DevelopmentResult) -> None:
    for verdict, (colour, shape) in _MARKS.items():
        label = c.text(f"development.legend_{verdict}")
        c.ax.scatter([], [], color=colour, marker=shape, s=34, label=label)
    c.ax.plot([], [], color=GREY, lw=1.8, label=c.text("development.legend_curve"))
    level = c.percent(result.confidence)
    c.ax.plot([], [], color=PALE, lw=3, label=c.text("development.legend_band", level=level))
    c.ax.legend(fontsize=8, frameon=False, loc="best")
