"""Figures of what-ifs: dumbbell, waterfall, tornado, draws, and what improving does."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np

from ...policy.response.perverse import Perverse
from ...policy.response.tornado import Tornado
from ...policy.what_if.what_ifs import WhatIf, WhatIfDraws, WhatIfs
from .canvas import DARK, Canvas
from .theme import BLUE, GREEN, GREY, ORANGE, RED, shortened

_STILL = 5e-10


def _colour(change: float) -> str:
    return GREEN if change > _STILL else RED if change < -_STILL else GREY


def _before_and_after(c: Canvas, at: int, row: Any, change: float, *, bold: bool = False) -> None:
    """One row: scores before and after, the change and the ranks beside them."""
    before, after = row["score_before"], row["score_after"]
    c.moved(at, before, after, _colour(change), thick=3 if bold else 2)
    ranks = " → ".join(c.number(row[f"rank_{when}"], 0) for when in ("before", "after"))
    said = f" {c.number(change, sign=True)} ({c.text('whatif.rank').lower()} {ranks})"
    weight = "bold" if bold else "normal"
    c.say(np.nanmax([before, after]), at, said, 8.5, color=DARK, fontweight=weight)


def dumbbell(w: WhatIf, ax: Any = None, lang: str | None = None, *, level: int | None = None) -> Any:
    """Score before and after of the whole and the nodes of one level (pillars by default)."""
    framework, table = w.before.framework, w.table.set_index("code")
    chosen = level if level is not None else max(1, int(table["level"].max()) - 2)
    below = [c for c in framework.codes if table.at[c, "level"] == chosen and c != framework.root]
    rows = table.loc[[framework.root, *below]]
    c = Canvas.new(ax, lang, height=1.6 + 0.42 * len(rows))
    for at, (code, row) in enumerate(rows.iterrows()):
        _before_and_after(c, at, row, row["change"], bold=code == framework.root)
    return _sided(c, [f"{code} {framework.title(str(code), lang)}" for code in rows.index], 0.32, w)


def _sided(c: Canvas, names: Sequence[str], room: float, w: WhatIf) -> Any:
    """A figure of befores and afters with its names, room for words, title and axis."""
    c.rows([shortened(name) for name in names])
    c.room(room)
    c.numbers()
    title = c.text("whatif.title_dumbbell", unit=w.unit)
    return c.done(title, c.text("whatif.axis_score"), of=w.before)


def several(ws: WhatIfs, ax: Any = None, lang: str | None = None) -> Any:
    """Scenarios side by side: score and rank before and after."""
    c = Canvas.new(ax, lang, height=1.6 + 0.5 * len(ws.scenarios))
    for at, w in enumerate(ws.scenarios):
        _before_and_after(c, at, w.answer, w.answer["score_change"])
    return _sided(c, [w.name for w in ws.scenarios], 0.35, ws.scenarios[0])


def _parts(w: WhatIf, c: Canvas, most: int) -> list[tuple[str, float]]:
    """The indicators that change the own score most, and the rest as one."""
    framework = w.before.framework
    rows = w.table[w.table["code"].isin(framework.indicators) & (w.table["contribution"].abs() > _STILL)]
    rows = rows.sort_values("contribution", key=abs, ascending=False).head(most)
    parts = [
        (shortened(f"{r.code} {framework.title(r.code, c.lang)}"), float(r.contribution))
        for r in rows.itertuples()
    ]
    rest = w.answer["score_change"] - sum(part for _, part in parts)
    return [*parts, (c.text("whatif.other"), rest)] if abs(rest) > _STILL else parts


def waterfall(w: WhatIf, ax: Any = None, lang: str | None = None, *, most: int = 8) -> Any:
    """The own score from before to after, an indicator at a time, by its part of the change."""
    c = Canvas(ax, lang)
    parts, answer = _parts(w, c, most), w.answer
    c = Canvas.new(ax, lang, height=1.8 + 0.45 * (len(parts) + 2))
    looks = [{"color": _colour(part)} for _, part in parts]
    levels = c.steps([part for _, part in parts], looks, answer["score_before"], at=1)
    last = len(parts) + 1
    for at, when, colour in ((0, "before", GREY), (last, "after", BLUE)):
        score = answer[f"score_{when}"]
        c.ax.barh(at, score, color=colour, height=0.6)
        rank = c.text("whatif.rank_is", rank=c.number(answer[f"rank_{when}"], 0))
        c.say(score, at, f"{c.number(score)} ({rank})", 9, fontweight="bold")
    c.rows([c.text("whatif.before"), *(name for name, _ in parts), c.text("whatif.after")])
    span = np.ptp(levels)
    c.ax.set_xlim(levels.min() - max(0.6 * span, 0.2), levels.max() + max(0.45 * span, 0.2))
    c.numbers()
    scores = {when: c.number(answer[f"score_{when}"]) for when in ("before", "after")}
    title = c.text("whatif.title_waterfall", unit=w.unit, **scores)
    return c.done(title, c.text("whatif.axis_score"), of=w.before)


def draws(d: WhatIfDraws, ax: Any = None, lang: str | None = None) -> Any:
    """Rank before and after in every draw."""
    c = Canvas.new(ax, lang, height=4.2)
    for r in d.table.itertuples():
        colour = _colour(r.rank_before - r.rank_after)
        c.ax.plot([r.draw, r.draw], [r.rank_before, r.rank_after], color=colour, lw=2, zorder=1)
        c.ax.scatter(r.draw, r.rank_before, s=42, facecolor="white", edgecolor=GREY, zorder=2)
        c.ax.scatter(r.draw, r.rank_after, s=48, color=colour, zorder=3)
    c.ax.invert_yaxis()
    for axis in (c.ax.xaxis, c.ax.yaxis):
        axis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    c.ax.grid(axis="y")
    title = c.text("whatif.title_draws", unit=d.unit)
    return c.done(title, c.text("whatif.axis_draw"), c.text("whatif.rank"), of=d.first.before)


def tornado(t: Tornado, ax: Any = None, lang: str | None = None, *, most: int = 15) -> Any:
    """Change of the whole score for each indicator moved down and up, largest first."""
    rows, framework = t.table.head(most), t.result.framework
    c = Canvas.new(ax, lang, height=1.6 + 0.36 * len(rows))
    for at, r in enumerate(rows.itertuples()):
        for value, rank, colour in ((r.down, r.rank_down, ORANGE), (r.up, r.rank_up, BLUE)):
            c.ax.barh(at, value, color=colour, height=0.62)
            if rank != t.rank:
                said = c.text("whatif.rank_is", rank=c.rank(rank))
                c.say(value, at, f"{said} ", 7.5, ha="left" if value >= 0 else "right", color=DARK)
    c.ax.axvline(0, color=DARK, lw=0.8)
    c.rows([shortened(f"{code} {framework.title(code, lang)}") for code in rows["code"]])
    c.ax.margins(x=0.16)
    c.numbers()
    step = c.text("whatif.step_sd") if t.step == "sd" else f"±{c.number(100 * float(t.step), 0)}%"
    title = c.text("whatif.title_tornado", unit=t.unit, step=step)
    return c.done(title, c.text("whatif.axis_change"), of=t.result)


def perverse_path(p: Perverse, ax: Any = None, lang: str | None = None, *, at: int = 0) -> Any:
    """The score or rank of one unit as one indicator improves, perverse intervals shaded."""
    c = Canvas.new(ax, lang, height=4.4)
    if p.table.empty:
        c.ax.set_axis_off()
        return c.done(fill(c.text("perverse.none", paths=p.paths), 70), of=p.result)
    row = p.table.iloc[at]
    values, scores, ranks = p.path(str(row["mover"]), str(row["code"]), str(row["unit"]))
    score, same = row["measure"] == "score", ["mover", "code", "unit", "measure"]
    c.ax.plot(values, scores if score else ranks, color=BLUE, lw=1.8)
    for r in p.table[(p.table[same] == row[same]).all(axis=1)].itertuples():
        c.ax.axvspan(min(r.start, r.end), max(r.start, r.end), color=RED, alpha=0.15, lw=0)
    if not score:
        c.ax.invert_yaxis()
    framework = p.result.framework
    if framework.table.loc[row["code"], "direction"] < 0:
        c.ax.invert_xaxis()
    c.numbers("x")
    c.numbers("y")
    c.ax.grid(axis="y")
    code = f"{row['code']} {shortened(framework.title(row['code'], lang), 40)}"
    return c.done(
        c.text("perverse.title", unit=row["unit"], code=code),
        c.text("perverse.axis", unit=row["mover"], code=row["code"]),
        c.text("whatif.points" if score else "whatif.rank"),
        of=p.result,
    )
