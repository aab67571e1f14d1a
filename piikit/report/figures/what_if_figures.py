"""Figures of what-ifs: dumbbell, waterfall and tornado."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.formats import number
from ...base.language import pick, text
from ...policy.response.perverse import Perverse
from ...policy.response.tornado import Tornado
from ...policy.what_if.what_ifs import WhatIf, WhatIfDraws, WhatIfs
from .theme import BLUE, GREEN, GREY, ORANGE, RED, new_axes, note_source, shortened, stamp, write_numbers


def dumbbell(w: WhatIf, ax: Any = None, lang: str | None = None, *, level: int | None = None) -> Any:
    """Score before and after of the whole and the nodes of one level (pillars by default)."""
    framework = w.before.framework
    levels = w.table.set_index("code")["level"]
    top = int(levels.max())
    chosen = level if level is not None else max(1, top - 2)
    codes = [framework.root, *[c for c in framework.codes if levels[c] == chosen and c != framework.root]]
    rows = w.table.set_index("code").loc[codes]
    ax = new_axes(ax, width=8.0, height=1.6 + 0.42 * len(rows))
    for at, (code, r) in enumerate(rows.iterrows()):
        bold = code == framework.root
        colour = GREEN if r["change"] > 5e-10 else RED if r["change"] < -5e-10 else GREY
        ax.plot([r["score_before"], r["score_after"]], [at, at], color=colour, lw=3 if bold else 2, zorder=1)
        ax.scatter(r["score_before"], at, s=55, facecolor="white", edgecolor=GREY, zorder=2)
        ax.scatter(r["score_after"], at, s=62, color=colour, zorder=3)
        said = number(r["change"], 2, lang=lang, sign=True)
        ranks = f"{number(r['rank_before'], 0, lang=lang)} → {number(r['rank_after'], 0, lang=lang)}"
        right = np.nanmax([r["score_before"], r["score_after"]])
        label = f"  {said} ({text('whatif.rank', lang).lower()} {ranks})"
        ax.text(
            right, at, label, va="center", fontsize=8.5, color="#333333", fontweight="bold" if bold else None
        )
    titles = [shortened(f"{c} {framework.title(str(c), lang)}") for c in rows.index]
    ax.set_yticks(range(len(rows)), titles)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + 0.32 * (high - low))
    ax.set_xlabel(text("whatif.axis_score", lang))
    write_numbers(ax.xaxis, lang)
    ax.set_title(text("whatif.title_dumbbell", lang, unit=w.unit), loc="left")
    return _source(ax, w, lang)


def waterfall(w: WhatIf, ax: Any = None, lang: str | None = None, *, most: int = 8) -> Any:
    """The own score from before to after, an indicator at a time, by its part of the change."""
    framework = w.before.framework
    rows = w.table[w.table["code"].isin(framework.indicators)]
    rows = rows[rows["contribution"].abs() > 5e-10].sort_values("contribution", key=abs, ascending=False)
    parts = [
        (f"{r.code} {framework.title(r.code, lang)}", float(r.contribution))
        for r in rows.head(most).itertuples()
    ]
    before, after = w.answer["score_before"], w.answer["score_after"]
    rest = after - before - sum(p for _, p in parts)
    if abs(rest) > 5e-10:
        parts.append((text("whatif.other", lang), rest))
    ax = new_axes(ax, width=8.0, height=1.8 + 0.45 * (len(parts) + 2))
    level, at = before, 1
    ends = [before, after]
    ax.barh(0, before, color=GREY, height=0.6)
    for _, part in parts:
        ax.barh(at, part, left=level, color=GREEN if part > 0 else RED, height=0.6)
        said = number(part, 2, lang=lang, sign=True)
        ax.text(max(level, level + part), at, " " + said, va="center", fontsize=9)
        ax.plot([level + part] * 2, [at - 0.3, at + 1.3], color=GREY, lw=0.8, zorder=0)
        level += part
        ends.append(level)
        at += 1
    ax.barh(at, after, color=BLUE, height=0.6)
    for y, value, place in ((0, before, "rank_before"), (at, after, "rank_after")):
        rank = text("whatif.rank_is", lang, rank=number(w.answer[place], 0, lang=lang))
        ax.text(
            value, y, f" {number(value, 2, lang=lang)} ({rank})", va="center", fontsize=9, fontweight="bold"
        )
    names = [text("whatif.before", lang), *[shortened(n) for n, _ in parts], text("whatif.after", lang)]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    span = max(ends) - min(ends)
    ax.set_xlim(min(ends) - max(0.6 * span, 0.2), max(ends) + max(0.45 * span, 0.2))
    ax.set_xlabel(text("whatif.axis_score", lang))
    write_numbers(ax.xaxis, lang)
    scores = {k: number(w.answer[f"score_{k}"], 2, lang=lang) for k in ("before", "after")}
    ax.set_title(text("whatif.title_waterfall", lang, unit=w.unit, **scores), loc="left")
    return _source(ax, w, lang)


def several(ws: WhatIfs, ax: Any = None, lang: str | None = None) -> Any:
    """Scenarios side by side: score and rank before and after."""
    ax = new_axes(ax, width=8.0, height=1.6 + 0.5 * len(ws.scenarios))
    for at, w in enumerate(ws.scenarios):
        a = w.answer
        colour = GREEN if a["score_change"] > 0 else RED if a["score_change"] < 0 else GREY
        ax.plot([a["score_before"], a["score_after"]], [at, at], color=colour, lw=2.5, zorder=1)
        ax.scatter(a["score_before"], at, s=55, facecolor="white", edgecolor=GREY, zorder=2)
        ax.scatter(a["score_after"], at, s=62, color=colour, zorder=3)
        ranks = f"{number(a['rank_before'], 0, lang=lang)} → {number(a['rank_after'], 0, lang=lang)}"
        label = f"  {number(a['score_change'], 2, lang=lang, sign=True)} ({text('whatif.rank', lang).lower()} {ranks})"
        ax.text(max(a["score_before"], a["score_after"]), at, label, va="center", fontsize=9)
    ax.set_yticks(range(len(ws.scenarios)), [shortened(w.name) for w in ws.scenarios])
    ax.set_ylim(len(ws.scenarios) - 0.5, -0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + 0.35 * (high - low))
    ax.set_xlabel(text("whatif.axis_score", lang))
    write_numbers(ax.xaxis, lang)
    ax.set_title(text("whatif.title_dumbbell", lang, unit=ws.unit), loc="left")
    return _source(ax, ws.scenarios[0], lang)


def draws(d: WhatIfDraws, ax: Any = None, lang: str | None = None) -> Any:
    """Rank before and after in every draw."""
    ax = new_axes(ax, width=8.0, height=4.2)
    for r in d.table.itertuples():
        colour = GREEN if r.rank_after < r.rank_before else RED if r.rank_after > r.rank_before else GREY
        ax.plot([r.draw, r.draw], [r.rank_before, r.rank_after], color=colour, lw=2, zorder=1)
        ax.scatter(r.draw, r.rank_before, s=42, facecolor="white", edgecolor=GREY, zorder=2)
        ax.scatter(r.draw, r.rank_after, s=48, color=colour, zorder=3)
    ax.invert_yaxis()
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_major_locator().set_params(integer=True)
    ax.set_xlabel(text("whatif.axis_draw", lang))
    ax.set_ylabel(text("whatif.rank", lang))
    ax.grid(axis="y")
    ax.set_title(text("whatif.title_draws", lang, unit=d.unit), loc="left")
    return _source(ax, d.first, lang)


def tornado(t: Tornado, ax: Any = None, lang: str | None = None, *, most: int = 15) -> Any:
    """Change of the whole score for each indicator moved down and up, largest first."""
    rows = t.table.head(most)
    framework = t.result.framework
    ax = new_axes(ax, width=8.0, height=1.6 + 0.36 * len(rows))
    for at, r in enumerate(rows.itertuples()):
        ax.barh(at, r.down, color=ORANGE, height=0.62)
        ax.barh(at, r.up, color=BLUE, height=0.62)
        for value, rank in ((r.down, r.rank_down), (r.up, r.rank_up)):
            if rank != t.rank:
                said = text("whatif.rank_is", lang, rank=number(rank, 0, lang=lang))
                side = "left" if value >= 0 else "right"
                ax.text(value, at, f" {said} ", va="center", ha=side, fontsize=7.5, color="#333333")
    ax.axvline(0, color="#333333", lw=0.8)
    ax.set_yticks(
        range(len(rows)), [shortened(f"{r.code} {framework.title(r.code, lang)}") for r in rows.itertuples()]
    )
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.16)
    ax.set_xlabel(text("whatif.axis_change", lang))
    write_numbers(ax.xaxis, lang)
    step = (
        text("whatif.step_sd", lang) if t.step == "sd" else f"±{number(100 * float(t.step), 0, lang=lang)}%"
    )
    ax.set_title(text("whatif.title_tornado", lang, unit=t.unit, step=step), loc="left")
    dataset = t.result.dataset
    note_source(ax, pick(dataset.title_vi, dataset.title_en, lang), lang=lang)
    if dataset.illustrative:
        stamp(ax)
    return ax


def perverse_path(p: Perverse, ax: Any = None, lang: str | None = None, *, at: int = 0) -> Any:
    """The score of one unit as one indicator improves, perverse intervals shaded."""
    if p.table.empty:
        raise ValueError("there is no perverse interval to draw")
    row = p.table.iloc[at]
    values, scores, ranks = p.path(str(row["mover"]), str(row["code"]), str(row["unit"]))
    ax = new_axes(ax, width=8.0, height=4.4)
    drawn = scores if row["measure"] == "score" else ranks
    ax.plot(values, drawn, color=BLUE, lw=1.8)
    same = p.table[
        (p.table[["mover", "code", "unit", "measure"]] == row[["mover", "code", "unit", "measure"]]).all(
            axis=1
        )
    ]
    for r in same.itertuples():
        ax.axvspan(min(r.start, r.end), max(r.start, r.end), color=RED, alpha=0.15, lw=0)
    if row["measure"] == "rank":
        ax.invert_yaxis()
    if p.result.framework.table.loc[row["code"], "direction"] < 0:
        ax.invert_xaxis()
    write_numbers(ax.xaxis, lang)
    write_numbers(ax.yaxis, lang)
    ax.set_xlabel(text("perverse.axis", lang, unit=row["mover"], code=row["code"]))
    ax.set_ylabel(text("whatif.points" if row["measure"] == "score" else "whatif.rank", lang))
    ax.grid(axis="y")
    code = f"{row['code']} {shortened(p.result.framework.title(row['code'], lang), 40)}"
    ax.set_title(text("perverse.title", lang, unit=row["unit"], code=code), loc="left")
    dataset = p.result.dataset
    note_source(ax, pick(dataset.title_vi, dataset.title_en, lang), lang=lang)
    if dataset.illustrative:
        stamp(ax)
    return ax


def _source(ax: Any, w: WhatIf, lang: str | None) -> Any:
    dataset = w.before.dataset
    title = pick(dataset.title_vi, dataset.title_en, lang)
    note_source(ax, title, lang=lang, illustrative=dataset.illustrative)
    return ax
