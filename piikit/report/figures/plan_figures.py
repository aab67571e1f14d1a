"""Figures of packages: before and after, the price of each rank, the odds, the core index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.formats import number, percent
from ...base.language import pick, text
from .theme import BLUE, GREY, ORANGE, RED, new_axes, note_source, shortened

if TYPE_CHECKING:
    from ...policy.chance.core_index import CoreIndex
    from ...policy.chance.odds import Odds
    from ...policy.choose.frontier import Frontier
    from ...policy.choose.package import Package


def _finish(ax: Any, question: Any, illustrative: bool, lang: str | None) -> Any:
    dataset = question.result.dataset
    source = f"{pick(dataset.title_vi, dataset.title_en, lang)}; {question.actions.title(lang)}"
    note_source(ax, source, lang=lang, illustrative=illustrative)
    return ax


def package(p: Package, ax: Any = None, lang: str | None = None, *, most: int = 12) -> Any:
    """Scores of the group before (hollow) and after (full); our own in red."""
    table = p.standings
    own = table.index.get_loc(p.unit)
    if len(table) > most:
        first = max(0, min(own - most // 2, len(table) - most))
        table = table.iloc[first : first + most]
    ax = new_axes(ax, width=7.0, height=1.6 + 0.36 * len(table))
    for at, (unit, row) in enumerate(table.iterrows()):
        colour = RED if unit == p.unit else BLUE
        ax.plot([row["score_before"], row["score_after"]], [at, at], color=colour, linewidth=1.6, alpha=0.6)
        ax.plot(row["score_before"], at, "o", mfc="white", mec=colour, markersize=7)
        ax.plot(row["score_after"], at, "o", color=colour, markersize=7)
        end = max(row["score_before"], row["score_after"])
        shown = f"  {number(row['score_before'], 2, lang=lang)} → {number(row['score_after'], 2, lang=lang)}"
        ax.text(end, at, shown, va="center", fontsize=8, color=colour if unit == p.unit else GREY)
    ranks = [f"{number(r, 0, lang=lang)}. {u}" for u, r in table["rank_after"].items()]
    ax.set_yticks(range(len(table)), ranks)
    ax.invert_yaxis()
    ax.margins(x=0.22)
    ax.set_xlabel(text("plan.figure.score", lang) + " (○ → ●)")
    ax.set_title(text("plan.figure.package", lang), loc="left")
    return _finish(ax, p.question, p.illustrative, lang)


def frontier_of_scores(f: Frontier, ax: Any = None, lang: str | None = None) -> Any:
    """Points against cost, a step where a further billion buys something."""
    ax = new_axes(ax, width=7.0, height=4.2)
    ax.step(f.scores["cost"], f.scores["score"], where="post", color=BLUE)
    ax.plot(f.scores["cost"], f.scores["score"], "o", color=BLUE, markersize=4)
    ax.set_xlabel(text("plan.head.cost", lang))
    ax.set_ylabel(text("plan.figure.score", lang))
    ax.set_title(text("plan.figure.frontier_score", lang), loc="left")
    return _finish(ax, f.question, f.illustrative, lang)


def frontier_of_ranks(f: Frontier, ax: Any = None, lang: str | None = None) -> Any:
    """Least cost of each rank; what is out of reach is said."""
    ax = new_axes(ax, width=7.0, height=4.2)
    table = f.ranks
    costs = table["cost"].to_numpy(float)
    ax.barh(range(len(table)), np.nan_to_num(costs), color=BLUE, height=0.6)
    for at, (cost, sure) in enumerate(zip(costs, table["proved"], strict=True)):
        word = text("plan.status.out of reach" if sure else "plan.status.not proved", lang)
        shown = word if np.isnan(cost) else number(cost, 1, lang=lang) + ("" if sure else f" ({word})")
        ax.text(np.nan_to_num(cost), at, "  " + shown, va="center", fontsize=9)
    ax.set_yticks(range(len(table)), [number(r, 0, lang=lang) for r in table.index])
    ax.invert_yaxis()
    ax.set_ylabel(text("plan.head.rank", lang))
    ax.set_xlabel(text("plan.head.cost", lang))
    ax.margins(x=0.18)
    ax.set_title(text("plan.figure.frontier_rank", lang), loc="left")
    return _finish(ax, f.question, f.illustrative, lang)


def odds(o: Odds, ax: Any = None, lang: str | None = None) -> Any:
    """Share of futures by rank, with the package and with nothing; the target's side marked."""
    ax = new_axes(ax, width=7.0, height=4.0)
    table = o.ranks
    width = 0.8 / len(table.columns)
    hatches = ("", "//", "..", "xx")
    colours = (BLUE, ORANGE, GREY, RED)
    for k, name in enumerate(table.columns):
        label = text(f"plan.figure.{name}", lang) if name in ("chosen", "nothing") else name
        x = np.arange(len(table)) + (k - (len(table.columns) - 1) / 2) * width
        bars = ax.bar(
            x, table[name], width, label=label, color=colours[k % 4], hatch=hatches[k % 4], edgecolor="white"
        )
        for bar, share in zip(bars, table[name], strict=True):
            if share > 0:
                at = (bar.get_x() + bar.get_width() / 2, share)
                ax.annotate(percent(share, 0, lang=lang), at, ha="center", va="bottom", fontsize=8)
    reached = int((table.index <= o.target_rank).sum())
    if 0 < reached < len(table):
        ax.axvline(reached - 0.5, color=RED, linestyle="--", linewidth=1.2)
    ax.set_xticks(range(len(table)), [number(r, 0, lang=lang) for r in table.index])
    ax.set_xlabel(text("plan.head.rank", lang))
    ax.set_ylabel(text("plan.head.chance", lang))
    ax.set_ylim(0, min(1.15, float(table.to_numpy().max()) * 1.2 + 0.02))
    ax.legend(frameon=False)
    ax.set_title(text("plan.figure.odds", lang, runs=number(o.futures, 0, lang=lang)), loc="left")
    return _finish(ax, o.package.question, o.illustrative, lang)


def core(c: CoreIndex, ax: Any = None, lang: str | None = None, *, most: int = 20) -> Any:
    """Core index of each action, exterior ones left out."""
    table = c.table[c.table["share"] > 0].head(most)
    ax = new_axes(ax, width=7.5, height=1.4 + 0.3 * max(3, len(table)))
    colours = [BLUE if r == "core" else ORANGE for r in table["role"]]
    ax.barh(range(len(table)), table["share"], color=colours, height=0.65)
    for at, (share, role) in enumerate(zip(table["share"], table["role"], strict=True)):
        ax.text(
            share,
            at,
            f" {percent(share, 0, lang=lang)} {text(f'plan.role.{role}', lang)}",
            va="center",
            fontsize=8,
        )
    names = [shortened(f"{i}: {c.question.actions[str(i)].text(lang)}", 58) for i in table.index]
    ax.set_yticks(range(len(table)), names, fontsize=8)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.3)
    ax.set_xticks([0, 0.5, 1], [percent(x, 0, lang=lang) for x in (0, 0.5, 1)])
    ax.set_xlabel(text("plan.head.share", lang))
    ax.set_title(text("plan.core_title", lang), loc="left")
    return _finish(ax, c.question, c.illustrative, lang)
