"""Figures of a diagnosis: what there is to gain, the heat map against peers, the strip of all units, the duel."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .canvas import DARK, Canvas
from .theme import BLUE, GREY, ORANGE, RED, SKY

if TYPE_CHECKING:
    from ...diagnosis.unit.diagnosis import Diagnosis
    from ...index.index_result import IndexResult

LABEL, MOST, WIDTH = 28, 20, 6.4
_LEVELS = (0.35, -0.5, 0.8, -0.95, 1.2, -1.35)


def label_of(framework: Any, code: str, lang: str | None, width: int = LABEL, lines: int = 2) -> str:
    """Code and name, broken into lines and cut with an ellipsis where even those do not suffice."""
    broken = fill(f"{code}  {framework.title(code, lang)}", width).split("\n")
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1].rstrip(" ,;") + "…"]
    return "\n".join(broken)


def gap_bars(diagnosis: Any, ax: Any = None, lang: str | None = None, *, most: int = MOST) -> Any:
    """Bars of the points to gain, by indicator: to the peers' median, and from there to the best.

    At most `most` indicators, those with most to gain; a page has no peers, so one bar.
    """
    gaps = diagnosis.gaps.dropna(subset=["points_best"])
    key = gaps["points_median"].fillna(0.0) + 1e-6 * gaps["points_best"]
    table = gaps.loc[key.sort_values(ascending=False, kind="stable").index].head(most)
    table = table[table["points_best"] > 0]
    best, median = table["points_best"], table["points_median"]
    peers = bool(median.notna().any())
    c = Canvas.new(ax, lang, WIDTH, 1.3 + 0.36 * len(table))
    at = range(len(table))
    look = {"color": "#C9DDEC", "edgecolor": BLUE, "linewidth": 0.7}
    c.ax.barh(at, best, height=0.66, label=c.text("diagnosis.to_best"), **look)
    if peers:
        c.ax.barh(at, median, height=0.66, color=BLUE, label=c.text("diagnosis.to_median"))
    for y, row in enumerate(table.itertuples()):
        said = [row.points_median, row.points_best] if peers else [row.points_best]
        c.say(row.points_best, y, " / ".join(map(c.number, said)))
    framework = diagnosis.result.framework
    c.rows([label_of(framework, str(code), lang) for code in table.index], 8)
    highest = float(best.max()) if len(table) else 1 / 1.22
    c.ax.set_xlim(0, highest * 1.22)
    c.numbers()
    c.ax.legend(loc="lower right", fontsize=8, frameon=True)
    title = c.text("diagnosis.gap_title", unit=diagnosis.unit)
    return c.done(title, c.text("diagnosis.points_axis"), of=diagnosis.result)


def heat_map(diagnosis: Diagnosis, ax: Any = None, lang: str | None = None, *, most: int = 14) -> Any:
    """Scores of the unit and its peers by indicator, dark is low; the unit's column is framed."""
    from matplotlib.patches import Rectangle

    result = diagnosis.result
    peers = result.scores[result.root].reindex(list(diagnosis.peers.units)).sort_values(ascending=False)
    columns = [diagnosis.unit, *map(str, peers.head(most - 1).index)]
    codes = list(result.framework.indicators)
    scores = result.normalised.loc[columns, codes].to_numpy(float).T
    c = Canvas.new(ax, lang, WIDTH, 1.6 + 0.27 * len(codes))
    c.ax.grid(False)
    mesh = c.ax.imshow(scores, aspect="auto", cmap="cividis", vmin=0, vmax=100)
    for (y, x), value in np.ndenumerate(scores):
        colour = "black" if math.isnan(value) or value > 55 else "white"
        c.ax.text(x, y, c.number(value, 0), ha="center", va="center", fontsize=7.5, color=colour)
    if len(columns) > 7:
        c.columns(columns, rotation=60, ha="left")
    else:
        c.columns([fill(name, 12) for name in columns])
    c.rows([label_of(result.framework, code, lang, 44, 1) for code in codes], 7.5)
    c.ax.set_ylim(len(codes) - 0.5, -0.5)
    c.ax.spines[:].set_visible(False)
    frame: dict[str, Any] = {"fill": False, "edgecolor": RED, "linewidth": 2, "clip_on": False}
    c.ax.add_patch(Rectangle((-0.5, -0.5), 1, len(codes), **frame))
    scale(c, mesh, c.text("diagnosis.score_axis"), 0.04)
    return c.done(c.text("diagnosis.heat_title", unit=diagnosis.unit), of=result)


def scale(c: Canvas, mesh: Any, label: str, share: float) -> None:
    """The bar of colours, below."""
    place = {"orientation": "horizontal", "fraction": share, "pad": share * 2 / 3, "aspect": 40}
    bar = c.ax.figure.colorbar(mesh, ax=c.ax, **place)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7.5)


def rank_strip(
    result: IndexResult,
    unit: str,
    peers: tuple[str, ...] = (),
    ax: Any = None,
    lang: str | None = None,
    *,
    code: str | None = None,
) -> Any:
    """All units along one line by score; the unit and its peers are named, nobody else."""
    code = code or result.root
    scores = result.scores[code].dropna().sort_values()
    named = scores[[u == unit or u in peers for u in scores.index]]
    c = Canvas.new(ax, lang, WIDTH, 2.3)
    c.ax.scatter(scores, [0] * len(scores), marker="|", s=160, color=GREY, linewidths=1)
    rest, own = named.drop(unit, errors="ignore"), named[named.index == unit]
    c.ax.scatter(rest, [0] * len(rest), s=42, color=SKY, edgecolor="black", linewidths=0.6, zorder=3)
    c.ax.scatter(own, [0] * len(own), s=90, marker="D", color=RED, edgecolor="black", zorder=4)
    _name_points(c, named, unit, result.ranks[code])
    c.ax.set_ylim(-1.5, 1.5)
    c.ax.set_yticks([])
    c.ax.spines["left"].set_visible(False)
    c.numbers()
    c.done(result.framework.title(code, lang), of=result)
    c.ax.set_xlabel(fill(c.text("diagnosis.strip_axis", n=len(scores)), 90), fontsize=7.5)
    return c.ax


def _name_points(c: Canvas, scores: pd.Series, unit: str, ranks: pd.Series) -> None:
    """Labels above and below the line in turn, on as many steps as keep them apart."""
    low, high = c.ax.get_xlim()
    reach = dict.fromkeys(_LEVELS, -math.inf)
    look = {"ha": "center", "va": "center", "color": "black", "zorder": 5}
    look["arrowprops"] = {"arrowstyle": "-", "color": GREY, "lw": 0.6}
    look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
    for name, score in scores.items():
        label = f"{name} ({c.rank(ranks[name])})"
        half = 0.0085 * (high - low) * len(label)
        level = next((v for v in reach if score - half > reach[v]), 1.2)
        reach[level] = score + half
        size, weight = (8.5, "bold") if name == unit else (7.5, "normal")
        c.ax.annotate(label, (score, 0), (score, level), fontsize=size, fontweight=weight, **look)


def duel_bars(duel: Any, ax: Any = None, lang: str | None = None, *, most: int = 16) -> Any:
    """Waterfall of the gap: each indicator's part, the smallest summed as one, and the gap itself.

    Parts in favour are plain, parts against are hatched, so that grey print tells them apart.
    """
    parts = duel.indicators["difference"].astype(float)
    order = parts.abs().sort_values(ascending=False, kind="stable").index
    kept, rest = parts[order[:most]].sort_values(ascending=False, kind="stable"), parts[order[most:]]
    steps = [*kept, float(rest.sum())] if len(rest) else list(kept)
    c = Canvas.new(ax, lang, WIDTH, 1.5 + 0.36 * (len(steps) + 1))
    against = {"color": ORANGE, "hatch": "///", "edgecolor": "#7A5200", "linewidth": 0.5}
    sums = c.steps(steps, [against if part < 0 else {"color": BLUE} for part in steps])
    c.ax.barh(len(steps), duel.gap, height=0.64, color=DARK)
    c.say(max(0.0, duel.gap), len(steps), c.number(duel.gap, sign=True), 8.5, fontweight="bold")
    c.ax.axvline(0, color="black", lw=0.8)
    names = [label_of(duel.result.framework, str(code), lang) for code in kept.index]
    others = [c.text("diagnosis.others", n=len(rest))] if len(rest) else []
    c.rows([*names, *others, c.text("diagnosis.gap_bar")], 8)
    span = float(np.ptp(sums)) or 1.0
    c.ax.set_xlim(sums.min() - 0.06 * span, sums.max() + 0.2 * span)
    c.numbers()
    both = {"unit": duel.unit, "rival": duel.rival}
    axis = fill(c.text("diagnosis.duel_axis", **both), 52)
    if duel.one_sided:
        axis += "\n" + fill(c.text("diagnosis.duel_axis_gaps", n=len(duel.one_sided)), 52)
    return c.done(c.text("diagnosis.duel_title", **both), axis, of=duel.result)
