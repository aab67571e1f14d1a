"""The coverage matrix: which agency answers for, or can move, which indicator."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from ...base.language import text
from ...data.plans import agency_name
from .diagnosis_figures import _foot, label_of
from .theme import BLUE, ORANGE, RED, new_axes, themed

if TYPE_CHECKING:
    from ...diagnosis.unit.diagnosis import Diagnosis

# how: (marker, face, size)
SIGNS = {
    "lead": ("s", "#C9DDEC", 150),
    "named": ("o", BLUE, 52),
    "inferred": ("o", "white", 52),
    "co": ("^", ORANGE, 40),
}
UNCOVERED = " ✕"


def coverage_matrix(
    diagnosis: Diagnosis | Any, ax: Any = None, lang: str | None = None, *, title: bool = True
) -> Any:
    """Indicators by agencies; weak indicators in bold, those that no task covers marked in red.

    Form tells the kinds apart, not colour alone: a square leads the indicator, a full circle
    has a task that the plan names, a ring one that is inferred, a triangle works with the lead.
    """
    found = diagnosis.agencies
    matrix = found.matrix.loc[:, (found.matrix != "").any()]
    codes, names = list(matrix.index), list(matrix.columns)
    weak = set(diagnosis.weak.index)
    with themed():
        ax = new_axes(ax, width=6.4, height=2.6 + 0.27 * len(codes))
        for kind, (marker, face, size) in SIGNS.items():
            points = [
                (x, y)
                for y, c in enumerate(codes)
                for x, a in enumerate(names)
                if kind in matrix.at[c, a].split("+")
            ]
            ax.scatter(
                [p[0] for p in points],
                [p[1] for p in points],
                marker=marker,
                s=size,
                facecolor=face,
                edgecolor="black",
                linewidths=0.8,
                label=text(f"diagnosis.sign.{kind}", lang) if points else None,
                zorder=2 if kind == "lead" else 3,
            )
        labels = [fill(agency_name(a, lang), 24) for a in names]
        ax.set_xticks(range(len(names)), labels, fontsize=7, rotation=90)
        ax.tick_params(axis="x", top=True, bottom=False, labeltop=True, labelbottom=False, length=0)
        framework = diagnosis.result.framework
        marked = [UNCOVERED if c in found.uncovered else "" for c in codes]
        ax.set_yticks(
            range(len(codes)),
            [label_of(framework, c, lang, 44, 1) + m for c, m in zip(codes, marked, strict=True)],
        )
        for code, label in zip(codes, ax.get_yticklabels(), strict=True):
            label.set_fontsize(7.5)
            label.set_fontweight("bold" if code in weak else "normal")
            label.set_color(RED if code in found.uncovered else "black")
        ax.set_xlim(-0.6, len(names) - 0.4)
        ax.set_ylim(len(codes) - 0.4, -0.6)
        ax.grid(True, axis="both")
        ax.tick_params(axis="y", length=0)
        if found.uncovered:
            ax.plot([], [], " ", label=text("diagnosis.sign.uncovered", lang))
        ax.legend(loc="upper right", bbox_to_anchor=(1, -0.01), ncols=1, fontsize=7.5, frameon=False)
        if title:
            ax.set_title(text("diagnosis.coverage_title", lang, unit=diagnosis.unit), loc="left")
        _foot(ax, diagnosis, lang)
    return ax
