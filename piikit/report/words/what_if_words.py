"""What-ifs: one, several side by side, over draws, on a page, and many at once."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pandas as pd

from ...policy.response.outcomes import Outcomes
from ...policy.what_if.page_what_if import PageWhatIf
from ...policy.what_if.what_ifs import WhatIf, WhatIfDraws, WhatIfs
from ..blocks.blocks import Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity, count, fixed, given, ranked, share
from ..figures import what_if_figures


def what_if(w: WhatIf) -> Content:
    """Scores and ranks before and after, whose part, who was passed, who is next, and marks."""
    s = w.scenario
    said = []
    if s is not None:
        values = {"title": Named.by(s.title), "author": s.author, "source": s.source}
        said.append(Sentence("whatif.scenario", values))
    answer = pd.DataFrame([w.figures])
    return Content(
        (*said, _head(w), *_why(w), *_frozen(w)),
        (_changed(w), _moved(w)),
        Frame.several(
            "whatif.sheet", {"answer": answer, "changes": w.changes, "nodes": w.table, "units": w.units}
        ),
        {
            "dumbbell": partial(what_if_figures.dumbbell, w),
            "waterfall": partial(what_if_figures.waterfall, w),
        },
        mark=_mark(w),
        title=Sentence("whatif.title_dumbbell", {"unit": w.unit}),
        index=w.before,
    )


def _mark(w: WhatIf) -> Sentence | None:
    return invented(w.before.dataset.illustrative, "whatif.illustrative", share=share(w.illustrative))


def _cells(w: WhatIf) -> tuple[tuple[str, str, float], ...]:
    return tuple((str(r.unit), str(r.code), float(r.after)) for r in w.changes.itertuples())


def _before_and_after(w: WhatIf, row: Any, code: str) -> dict[str, Quantity]:
    """Score, rank and change of one node, before and after."""
    after: dict[str, Any] = {"unit": w.unit, "code": code, "cells": _cells(w)}
    return {
        "before": Quantity("score", row["score_before"], w.unit, code),
        "after": Quantity("score", row["score_after"], **after),
        "points": Quantity("change", row["change"], **after, sign=True),
        "rank_before": Quantity("rank", row["rank_before"], w.unit, code, spoken=False),
        "rank_after": Quantity("rank", row["rank_after"], **after, spoken=False),
    }


def _head(w: WhatIf) -> Sentence:
    values: dict[str, Any] = {**_before_and_after(w, w.units.loc[w.unit], w.root)}
    values |= {"unit": w.unit, "units": len(w.before.units), "change": values["points"]}
    return Sentence("whatif.head", values)


def _why(w: WhatIf) -> list[Sentence]:
    """Whose part it is, and who stands where."""
    a = w.answer
    parts = {
        "own": fixed(a["own_part"], 0, sign=True),
        "rivals": fixed(a["rivals_part"], 0, sign=True),
        "points": fixed(a["rivals_change"], 3, sign=True),
    }
    said = [Sentence("whatif.parts", parts)]
    kept = tuple(str(c.code) for c in w.changes.itertuples() if c.before == c.after)
    said += [Sentence("whatif.kept", {"codes": kept})] if kept else []
    said += [Sentence("whatif.passed", {"units": w.passed})] if w.passed else []
    said += [Sentence("whatif.passed_by", {"units": w.passed_by})] if w.passed_by else []
    if w.next is not None:
        unit, gap = w.next
        quantity = Quantity("gap", gap, unit, w.root, (w.unit,), _cells(w))
        said.append(Sentence("whatif.next", {"unit": unit, "gap": quantity}))
    return said


def _frozen(w: WhatIf) -> list[Sentence]:
    """What a simulator with frozen bounds would say, where that is something else."""
    score, rank, right = w.frozen["score"], w.frozen["rank"], w.answer
    same = rank == right["rank_after"] and abs(score - right["score_after"]) <= 0.005
    if math.isnan(score) or same:
        return []
    return [Sentence("whatif.naive", {"score": fixed(score), "rank": ranked(rank)})]


def _changed(w: WhatIf) -> Table:
    name = partial(Named.of_code, w.before.framework)
    rows = (
        {
            "unit": r.unit,
            "code": r.code,
            "name": name(r.code, coded=False),
            "change": r.change,
            "before": Quantity("value", r.before, r.unit, r.code, digits=4),
            "after": given(r.after),
        }
        for r in w.changes.itertuples()
    )
    return Table.of("", "whatif", rows)


def _moved(w: WhatIf) -> Table:
    """The nodes that moved, the whole first."""
    moved = w.table[w.table["change"].abs() > 5e-10].sort_values("level", ascending=False, kind="stable")
    name = partial(Named.of_code, w.before.framework)
    rows = (
        {"code": code, "name": name(code, coded=False), **_before_and_after(w, row, code)}
        for code, row in moved.set_index("code").iterrows()
    )
    return Table.of("", "whatif", rows)


def what_ifs(ws: WhatIfs) -> Content:
    """One line and one row a scenario."""
    first = ws.scenarios[0]
    said = [Sentence("whatif.scenarios", {"unit": ws.unit, "n": len(ws.scenarios)})]
    rows = ({"name": w.name, **_before_and_after(w, w.units.loc[w.unit], w.root)} for w in ws.scenarios)
    changes = pd.concat([w.changes.assign(scenario=w.name) for w in ws.scenarios], ignore_index=True)
    return Content(
        (*said, *(Joined((w.name, _head(w)), ": ") for w in ws.scenarios)),
        (Table.of("", "whatif", rows),),
        Frame.several("whatif.sheet", {"answer": ws.table, "changes": changes}),
        {"scenarios": partial(what_if_figures.several, ws)},
        mark=_mark(max(ws.scenarios, key=lambda w: w.illustrative)),
        title=Sentence("whatif.title_dumbbell", {"unit": ws.unit}),
        index=first.before,
    )


def what_if_draws(d: WhatIfDraws) -> Content:
    """What holds over the draws."""
    n, span = len(d.table), d.span
    values = {
        "unit": d.unit,
        "n": n,
        "low": fixed(span["score_change"][0], sign=True),
        "high": fixed(span["score_change"][1], sign=True),
        "best": ranked(span["rank_after"][0]),
        "worst": ranked(span["rank_after"][1]),
        "up": int((d.table["rank_after"] < d.table["rank_before"]).sum()),
    }
    passed = (Sentence("whatif.draws_passed", {"unit": u, "k": int(k), "n": n}) for u, k in d.passed.items())
    return Content(
        (Sentence("whatif.draws", values), *passed),
        sheets=Frame.several("whatif.sheet", {"answer": d.table}),
        pictures={"draws": partial(what_if_figures.draws, d)},
        mark=_mark(d.first),
        title=Sentence("whatif.title_draws", {"unit": d.unit}),
    )


def page_what_if(p: PageWhatIf) -> Content:
    """What the page and the published scores allow, and what figure is needed for more."""
    rank = p.rank_after
    values = {"unit": p.unit, "before": _span(p.before), "after": _span(p.after)}
    said = [
        Sentence("pagewhatif.head", values | {"best": rank.best, "worst": rank.worst, "units": rank.units})
    ]
    said += [Sentence("pagewhatif.exact")] if p.exact else []
    said += [_limit(r) for r in p.table.itertuples() if r.needs or not r.minimum <= r.after <= r.maximum]
    return Content(tuple(said), sheets=Frame.several("whatif.sheet", {"answer": p.table}))


def _limit(r: Any) -> Sentence:
    """What a value beyond the printed bounds does to the others, or what must be known to say it."""
    if r.needs:
        ends = {"end": Sentence(f"pagewhatif.end_{r.needs}"), "what": Sentence(f"pagewhatif.what_{r.needs}")}
        return Sentence("pagewhatif.holds", {"code": r.code, **ends})
    high, lose = r.after > r.maximum, r.rivals_lose > 0
    key = ("new_maximum" if lose else "above_bad") if high else ("below_good" if lose else "new_minimum")
    values = {
        "maximum": given(r.maximum),
        "minimum": given(r.minimum),
        "loss": fixed(r.rivals_lose, 3),
        "gain": fixed(r.rivals_gain, 3),
    }
    return Sentence(f"pagewhatif.{key}", {"code": r.code, **values})


def _span(interval: tuple[float, float]) -> Any:
    low, high = (fixed(x) for x in interval)
    return low if low.text() == high.text() else Joined((low, high), "–")


def outcomes(o: Outcomes) -> Content:
    """Range of scores and ranks over all scenarios."""
    scores, ranks = o.table["score"], o.table["rank"]
    values = {
        "unit": o.unit,
        "n": count(o.scores.size),
        "low": fixed(scores.min()),
        "high": fixed(scores.max()),
        "best": ranked(ranks.min()),
        "worst": ranked(ranks.max()),
        "rebuilt": count(o.rebuilt),
    }
    return Content(
        (Sentence("whatif.outcomes", values), *o.notes),
        sheets=Frame.several("whatif.sheet", {"answer": o.table}),
    )
