"""Figures of packages: before and after, the price of each rank, the odds, the core index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .canvas import Canvas
from .theme import BLUE, GREY, ORANGE, RED, shortened

if TYPE_CHECKING:
    from ...policy.chance.core_index import CoreIndex
    from ...policy.chance.odds import Odds
    from ...policy.choose.frontier import Frontier
    from ...policy.choose.package import Package

_HATCHES, _COLOURS = ("", "//", "..", "xx"), (BLUE, ORANGE, GREY, RED)


def _behind(question: Any, lang: str | None, illustrative: bool) -> dict[str, Any]:
    source = f"{question.result.title(lang)}; {question.actions.title(lang)}"
    return {"source": source, "illustrative": illustrative}


def package(p: Package, ax: Any = None, lang: str | None = None, *, most: int = 12) -> Any:
    """Scores of the group before (hollow) and after (full); our own in red."""
    table = p.standings
    first = max(0, min(table.index.get_loc(p.unit) - most // 2, len(table) - most))
    table = table.iloc[first : first + most]
    c = Canvas.new(ax, lang, 7.0, 1.6 + 0.36 * len(table))
    for at, (unit, row) in enumerate(table.iterrows()):
        before, after, own = row["score_before"], row["score_after"], unit == p.unit
        c.moved(at, before, after, RED if own else BLUE, thick=1.6)
        c.say(max(before, after), at, f" {c.number(before)} → {c.number(after)}", color=RED if own else GREY)
    c.rows([f"{c.rank(rank)}. {unit}" for unit, rank in table["rank_after"].items()])
    c.ax.margins(x=0.22)
    axis = f"{c.text('plan.figure.score')} (○ → ●)"
    return c.done(c.text("plan.figure.package"), axis, **_behind(p.question, lang, p.illustrative))


def frontier_of_scores(f: Frontier, ax: Any = None, lang: str | None = None) -> Any:
    """Points against cost, a step where a further billion buys something."""
    c = Canvas.new(ax, lang, 7.0, 4.2)
    c.ax.step(f.scores["cost"], f.scores["score"], where="post", color=BLUE)
    c.ax.plot(f.scores["cost"], f.scores["score"], "o", color=BLUE, markersize=4)
    c.numbers("x")
    c.numbers("y")
    axes = c.text("plan.head.cost"), c.text("plan.figure.score")
    return c.done(c.text("plan.figure.frontier_score"), *axes, **_behind(f.question, lang, f.illustrative))


def frontier_of_ranks(f: Frontier, ax: Any = None, lang: str | None = None) -> Any:
    """Least cost of each rank; what is out of reach is said."""
    c = Canvas.new(ax, lang, 7.0, 4.2)
    costs = f.ranks["cost"].to_numpy(float)
    said = []
    for cost, sure in zip(costs, f.ranks["proved"], strict=True):
        word = c.text("plan.status.out of reach" if sure else "plan.status.not proved")
        said.append(word if np.isnan(cost) else c.number(cost, 1) + ("" if sure else f" ({word})"))
    c.bars(np.nan_to_num(costs), said, [c.rank(rank) for rank in f.ranks.index], size=9)
    c.ax.margins(x=0.18)
    c.numbers()
    axes = c.text("plan.head.cost"), c.text("plan.head.rank")
    return c.done(c.text("plan.figure.frontier_rank"), *axes, **_behind(f.question, lang, f.illustrative))


def odds(o: Odds, ax: Any = None, lang: str | None = None) -> Any:
    """Share of futures by rank, with the package and with nothing; the target's side marked."""
    c = Canvas.new(ax, lang, 7.0, 4.0)
    table = o.ranks
    width = 0.8 / len(table.columns)
    for k, name in enumerate(table.columns):
        label = c.text(f"plan.figure.{name}") if name in ("chosen", "nothing") else name
        x = np.arange(len(table)) + (k - (len(table.columns) - 1) / 2) * width
        look = {"color": _COLOURS[k % 4], "hatch": _HATCHES[k % 4], "edgecolor": "white"}
        c.ax.bar(x, table[name], width, label=label, **look)
        for at, share in zip(x, table[name], strict=True):
            if share > 0:
                c.ax.annotate(c.percent(share), (at, share), ha="center", va="bottom", fontsize=8)
    reached = int((table.index <= o.target_rank).sum())
    if 0 < reached < len(table):
        c.ax.axvline(reached - 0.5, color=RED, linestyle="--", linewidth=1.2)
    c.ax.set_xticks(range(len(table)), [c.rank(rank) for rank in table.index])
    c.numbers("y")
    c.ax.set_ylim(0, min(1.15, float(table.to_numpy().max()) * 1.2 + 0.02))
    c.ax.legend(frameon=False)
    title = c.text("plan.figure.odds", runs=c.number(o.futures, 0))
    axes = c.text("plan.head.rank"), c.text("plan.head.chance")
    return c.done(title, *axes, **_behind(o.package.question, lang, o.illustrative))


def core(core_index: CoreIndex, ax: Any = None, lang: str | None = None, *, most: int = 20) -> Any:
    """Core index of each action, exterior ones left out."""
    table = core_index.table[core_index.table["share"] > 0].head(most)
    c = Canvas.new(ax, lang, 7.5, 1.4 + 0.3 * max(3, len(table)))
    colours = [BLUE if role == "core" else ORANGE for role in table["role"]]
    pairs = zip(table["share"], table["role"], strict=True)
    said = (f"{c.percent(share)} {c.text(f'plan.role.{role}')}" for share, role in pairs)
    question = core_index.question
    names = [shortened(f"{i}: {question.actions[str(i)].text(lang)}", 58) for i in table.index]
    c.bars(table["share"], said, names, color=colours)
    c.ax.set_xlim(0, 1.3)
    c.ax.set_xticks([0, 0.5, 1], [c.percent(x) for x in (0, 0.5, 1)])
    behind = _behind(question, lang, core_index.illustrative)
    return c.done(c.text("plan.core_title"), c.text("plan.head.share"), **behind)
