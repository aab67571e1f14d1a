"""The coverage matrix: which agency answers for, or can move, which indicator."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd

from ...data.plans import agency_name
from .canvas import Canvas
from .diagnosis_figures import WIDTH, label_of
from .theme import BLUE, ORANGE, RED

# how: (marker, face, size)
SIGNS = {
    "lead": ("s", "#C9DDEC", 150),
    "named": ("o", BLUE, 52),
    "inferred": ("o", "white", 52),
    "co": ("^", ORANGE, 40),
}
UNCOVERED = " ✕"


def coverage_matrix(diagnosis: Any, ax: Any = None, lang: str | None = None) -> Any:
    """Indicators by agencies; weak indicators in bold, those that no task covers marked in red.

    Form tells the kinds apart, not colour alone: a square leads the indicator, a full circle
    has a task that the plan names, a ring one that is inferred, a triangle works with the lead.
    """
    found = diagnosis.agencies
    matrix = found.matrix.loc[:, (found.matrix != "").any()]
    c = Canvas.new(ax, lang, WIDTH, 2.6 + 0.27 * len(matrix))
    for kind in SIGNS:
        _signs(c, matrix, kind)
    c.columns([fill(agency_name(a, lang), 24) for a in matrix.columns], 7, rotation=90)
    _indicators(c, diagnosis, list(matrix.index))
    c.ax.set_xlim(-0.6, matrix.shape[1] - 0.4)
    c.ax.grid(True, axis="both")
    if found.uncovered:
        c.ax.plot([], [], " ", label=c.text("diagnosis.sign.uncovered"))
    c.ax.legend(loc="upper right", bbox_to_anchor=(1, -0.01), ncols=1, fontsize=7.5, frameon=False)
    return c.done(c.text("diagnosis.coverage_title", unit=diagnosis.unit), of=diagnosis.result)


def _signs(c: Canvas, matrix: pd.DataFrame, kind: str) -> None:
    """One kind of sign wherever it stands."""
    marker, face, size = SIGNS[kind]
    places = [
        (x, y)
        for y, row in enumerate(matrix.to_numpy())
        for x, kinds in enumerate(row)
        if kind in kinds.split("+")
    ]
    if places:
        look = {"facecolor": face, "edgecolor": "black", "linewidths": 0.8}
        label = c.text(f"diagnosis.sign.{kind}")
        c.ax.scatter(*zip(*places, strict=True), marker=marker, s=size, label=label, zorder=3, **look)


def _indicators(c: Canvas, diagnosis: Any, codes: list[str]) -> None:
    weak, uncovered = set(diagnosis.weak.index), set(diagnosis.agencies.uncovered)
    framework = diagnosis.result.framework
    marks = [UNCOVERED if code in uncovered else "" for code in codes]
    names = [label_of(framework, code, c.lang, 44, 1) for code in codes]
    c.rows([name + mark for name, mark in zip(names, marks, strict=True)], 7.5)
    for code, label in zip(codes, c.ax.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if code in weak else "normal")
        label.set_color(RED if code in uncovered else "black")
