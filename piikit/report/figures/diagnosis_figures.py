"""Figures of a diagnosis: what there is to gain, the heat map against peers, the strip of all units."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...base.formats import number
from ...base.language import pick, text
from .theme import BLUE, GREY, ORANGE, RED, SKY, new_axes, note_source, themed

if TYPE_CHECKING:
    from ...diagnosis.unit.diagnosis import Diagnosis
    from ...index.index_result import IndexResult

LABEL = 28
MOST = 20


def label_of(framework: Any, code: str, lang: str | None, width: int = LABEL, lines: int = 2) -> str:
    """Code and name, broken into lines and cut with an ellipsis where even those do not suffice."""
    whole = f"{code}  {framework.title(code, lang)}"
    broken = fill(whole, width).split("\n")
    if len(broken) > lines:
        broken = broken[:lines]
        broken[-1] = broken[-1].rstrip(" ,;") + "…"
    return "\n".join(broken)


def source_of(result: Any, lang: str | None) -> str:
    """Name of the data for the line under a figure."""
    dataset = result.dataset
    return str(pick(dataset.title_vi, dataset.title_en, lang) or dataset.name or "piikit")


def say_decimals(axis: Any, lang: str | None, digits: int = 0) -> None:
    """Write the numbers along an axis as `lang` does."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda v, _: number(v, digits, lang=lang)))


def gap_bars(
    diagnosis: Diagnosis | Any,
    ax: Any = None,
    lang: str | None = None,
    *,
    title: bool = True,
    most: int = MOST,
) -> Any:
    """Bars of the points to gain, by indicator: to the peers' median, and from there to the best.

    At most `most` indicators, those with most to gain; a page has no peers, so one bar.
    """
    gaps = diagnosis.gaps.dropna(subset=["points_best"])
    key = gaps["points_median"].fillna(0.0) + 1e-6 * gaps["points_best"]
    table = gaps.loc[key.sort_values(ascending=False, kind="stable").index].head(most)
    table = table[table["points_best"] > 0]
    peers = bool(table["points_median"].notna().any())
    with themed():
        ax = new_axes(ax, width=6.4, height=1.3 + 0.36 * len(table))
        at = list(range(len(table)))
        ax.barh(
            at,
            table["points_best"],
            height=0.66,
            color="#C9DDEC",
            edgecolor=BLUE,
            linewidth=0.7,
            label=text("diagnosis.to_best", lang),
        )
        if peers:
            ax.barh(
                at, table["points_median"], height=0.66, color=BLUE, label=text("diagnosis.to_median", lang)
            )
        for y, row in enumerate(table.itertuples()):
            said = [row.points_median, row.points_best] if peers else [row.points_best]
            words = " / ".join(number(v, 2, lang=lang) for v in said)
            ax.text(row.points_best, y, " " + words, va="center", fontsize=8)
        framework = diagnosis.result.framework
        ax.set_yticks(at, [label_of(framework, str(c), lang) for c in table.index], fontsize=8)
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(0, float(table["points_best"].max()) * 1.22 if len(table) else 1)
        ax.set_xlabel(text("diagnosis.points_axis", lang), fontsize=9)
        say_decimals(ax.xaxis, lang, 0 if len(table) and table["points_best"].max() > 4 else 1)
        ax.legend(loc="lower right", fontsize=8, frameon=True)
        if title:
            ax.set_title(text("diagnosis.gap_title", lang, unit=diagnosis.unit), loc="left")
        _foot(ax, diagnosis, lang)
    return ax


def heat_map(
    diagnosis: Diagnosis, ax: Any = None, lang: str | None = None, *, title: bool = True, most: int = 14
) -> Any:
    """Scores of the unit and its peers by indicator, dark is low; the unit's column is framed."""
    result = diagnosis.result
    peers = result.scores[result.root].reindex(list(diagnosis.peers.units)).sort_values(ascending=False)
    columns = [diagnosis.unit, *map(str, peers.head(most - 1).index)]
    codes = list(result.framework.indicators)
    scores = result.normalised.loc[columns, codes].T
    with themed():
        ax = new_axes(ax, width=6.4, height=1.6 + 0.27 * len(codes))
        ax.grid(False)
        mesh = ax.imshow(scores.to_numpy(float), aspect="auto", cmap="cividis", vmin=0, vmax=100)
        for y in range(len(codes)):
            for x in range(len(columns)):
                value = scores.iat[y, x]
                shown = "–" if math.isnan(value) else number(value, 0, lang=lang)
                colour = "black" if math.isnan(value) or value > 55 else "white"
                ax.text(x, y, shown, ha="center", va="center", fontsize=7.5, color=colour)
        ax.set_xticks(range(len(columns)), [fill(c, 12) for c in columns], fontsize=7.5)
        ax.tick_params(axis="x", top=True, bottom=False, labeltop=True, labelbottom=False, length=0)
        if len(columns) > 7:
            ax.set_xticks(range(len(columns)), columns, fontsize=7.5, rotation=60, ha="left")
        ax.set_yticks(
            range(len(codes)), [label_of(result.framework, c, lang, 44, 1) for c in codes], fontsize=7.5
        )
        ax.tick_params(axis="y", length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        from matplotlib.patches import Rectangle

        ax.add_patch(
            Rectangle((-0.5, -0.5), 1, len(codes), fill=False, edgecolor=RED, linewidth=2, clip_on=False)
        )
        bar = ax.figure.colorbar(mesh, ax=ax, orientation="horizontal", fraction=0.04, pad=0.03, aspect=40)
        bar.set_label(text("diagnosis.score_axis", lang), fontsize=8)
        bar.ax.tick_params(labelsize=7.5)
        if title:
            ax.set_title(text("diagnosis.heat_title", lang, unit=diagnosis.unit), loc="left")
        _foot(ax, diagnosis, lang)
    return ax


def rank_strip(
    result: IndexResult,
    unit: str,
    peers: tuple[str, ...] = (),
    ax: Any = None,
    lang: str | None = None,
    *,
    code: str | None = None,
    title: bool = True,
) -> Any:
    """All units along one line by score; the unit and its peers are named, nobody else."""
    code = code or result.root
    scores = result.scores[code].dropna().sort_values()
    named = [u for u in scores.index if u == unit or u in peers]
    with themed():
        ax = new_axes(ax, width=6.4, height=2.3)
        ax.scatter(scores, [0] * len(scores), marker="|", s=160, color=GREY, linewidths=1)
        rest = scores.reindex([u for u in named if u != unit])
        ax.scatter(rest, [0] * len(rest), s=42, color=SKY, edgecolor="black", linewidths=0.6, zorder=3)
        if unit in scores:
            ax.scatter([scores[unit]], [0], s=90, marker="D", color=RED, edgecolor="black", zorder=4)
        _name_points(ax, scores.reindex(named), unit, result.ranks[code], lang)
        ax.set_ylim(-1.5, 1.5)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(fill(text("diagnosis.strip_axis", lang, n=len(scores)), 90), fontsize=7.5)
        say_decimals(ax.xaxis, lang)
        if title:
            ax.set_title(result.framework.title(code, lang), loc="left")
        note_source(ax, source_of(result, lang), lang=lang, illustrative=result.dataset.illustrative)
    return ax


def _name_points(ax: Any, scores: pd.Series, unit: str, ranks: pd.Series, lang: str | None) -> None:
    """Labels above and below the line in turn, on as many steps as keep them apart."""
    low, high = ax.get_xlim()
    reach = {level: -math.inf for level in (0.35, -0.5, 0.8, -0.95, 1.2, -1.35)}
    for name, score in scores.items():
        label = f"{name} ({number(ranks[name], 0, lang=lang)})"
        half = 0.0085 * (high - low) * len(label)
        level = next((v for v in reach if score - half > reach[v]), 1.2)
        reach[level] = score + half
        own = name == unit
        ax.annotate(
            label,
            xy=(score, 0),
            xytext=(score, level),
            ha="center",
            va="center",
            fontsize=8.5 if own else 7.5,
            fontweight="bold" if own else "normal",
            color="black",
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.6},
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            zorder=5,
        )


def _foot(ax: Any, diagnosis: Any, lang: str | None) -> None:
    result = diagnosis.result
    if hasattr(result, "dataset"):
        note_source(ax, source_of(result, lang), lang=lang, illustrative=result.dataset.illustrative)
        return
    page = text("diagnosis.page_source", lang, unit=result.unit, year=result.year or "")
    note_source(ax, page, lang=lang)


def next_duel(diagnosis: Diagnosis, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """The duel with the unit next ahead, or with the next behind for the leader."""
    near = diagnosis.ahead if len(diagnosis.ahead) else diagnosis.behind
    return duel_bars(diagnosis.contributions_to(str(near.index[0])), ax, lang, **options)


def duel_bars(
    duel: Any, ax: Any = None, lang: str | None = None, *, title: bool = True, most: int = 16
) -> Any:
    """Waterfall of the gap: each indicator's part, the smallest summed as one, and the gap itself.

    Parts in favour are plain, parts against are hatched, so that grey print tells them apart.
    """
    table = duel.indicators
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    kept, rest = list(order[:most]), list(order[most:])
    kept.sort(key=lambda c: -float(table.at[c, "difference"]))
    framework = duel.result.framework
    steps = [(label_of(framework, c, lang), float(table.at[c, "difference"])) for c in kept]
    if rest:
        others = text("diagnosis.others", lang, n=len(rest))
        steps.append((others, float(table.loc[rest, "difference"].sum())))
    with themed():
        ax = new_axes(ax, width=6.4, height=1.5 + 0.36 * (len(steps) + 1))
        sums = [0.0]
        for _, part in steps:
            sums.append(sums[-1] + part)
        reach = max(map(abs, sums)) or 1.0
        for y, (_, part) in enumerate(steps):
            ax.barh(
                y,
                part,
                left=sums[y],
                height=0.64,
                color=BLUE if part >= 0 else ORANGE,
                hatch="" if part >= 0 else "///",
                edgecolor="white" if part >= 0 else "#7A5200",
                linewidth=0.5,
            )
            edge = max(sums[y], sums[y + 1])
            ax.text(edge + reach * 0.015, y, number(part, 2, lang=lang, sign=True), va="center", fontsize=8)
            ax.plot([sums[y + 1]] * 2, [y - 0.32, y + 1.32], color=GREY, lw=0.6)
        last = len(steps)
        ax.barh(last, duel.gap, height=0.64, color="#333333")
        ax.text(
            max(0.0, duel.gap) + reach * 0.015,
            last,
            number(duel.gap, 2, lang=lang, sign=True),
            va="center",
            fontsize=8.5,
            fontweight="bold",
        )
        ax.axvline(0, color="black", lw=0.8)
        ax.set_yticks(
            range(last + 1), [*(label for label, _ in steps), text("diagnosis.gap_bar", lang)], fontsize=8
        )
        ax.set_ylim(last + 0.6, -0.6)
        low, high = min(sums), max(sums)
        ax.set_xlim(low - 0.06 * (high - low), high + 0.2 * (high - low or 1.0))
        words = text("diagnosis.duel_axis", lang, unit=duel.unit, rival=duel.rival)
        ax.set_xlabel(fill(words, 52), fontsize=9)
        say_decimals(ax.xaxis, lang)
        if title:
            ax.set_title(text("diagnosis.duel_title", lang, unit=duel.unit, rival=duel.rival), loc="left")
        note_source(
            ax, source_of(duel.result, lang), lang=lang, illustrative=duel.result.dataset.illustrative
        )
    return ax
