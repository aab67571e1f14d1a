"""Effort, rivals, least effort, perverse improvement and tornado: what they have to show."""

from __future__ import annotations

from functools import partial

import pandas as pd

from ...policy.choose.least_effort import LeastEffort
from ...policy.effort.rivals import AgainstRivals
from ...policy.effort.year_effort import Effort, ReferenceClass
from ...policy.response.perverse import Perverse
from ...policy.response.tornado import Tornado
from ..blocks.blocks import Frame, Joined, Named, Sentence
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity, fixed, given, ranked
from ..figures import what_if_figures

WORST, WIDEST = 10, 5


def _answer(table: pd.DataFrame) -> tuple[Frame, ...]:
    return Frame.several("whatif.sheet", {"answer": table})


def effort(e: Effort) -> Content:
    """Total effort and every change that is flagged or has no class."""
    known = e.table[e.table["basis"] == "reference class"]
    said = [Sentence("effort.head", {"total": fixed(e.total), "n": len(known)})] if len(known) else []
    for r in e.table.itertuples():
        which = {"code": r.code, "unit": r.unit}
        said += [Sentence("effort.beyond", which | {"p90": given(r.p90)})] if r.beyond else []
        said += [Sentence("effort.most", which)] if r.most else []
        said += [Sentence("effort.none", which | {"sd": fixed(r.sd, sign=True)})] if r.basis == "none" else []
    return Content(tuple(said), sheets=_answer(e.table), mark=invented(e.illustrative))


def reference_class(c: ReferenceClass) -> Content:
    """How many changes of how many indicators."""
    values = {"n": len(c.changes), "codes": c.changes["code"].nunique(), "names": c.names}
    return Content((Sentence("effort.class", values),), sheets=_answer(c.table))


def perverse(p: Perverse) -> Content:
    """How many intervals, and the worst of them."""
    found = {"n": len(p.table), "paths": p.paths}
    said = [Sentence("perverse.none", found)]
    if len(p.table):
        said = [Sentence("perverse.head", found | {"within": int(p.table["within"].sum())})]
    order = p.table.sort_values(["within", "loss"], ascending=False, kind="stable").head(WORST)
    said += [
        Sentence(
            f"perverse.{r.measure}",
            {"mover": r.mover, "unit": r.unit, "code": r.code, "start": given(r.start), "end": given(r.end)}
            | {"loss": fixed(r.loss, 2 if r.measure == "score" else 0)}
            | {"cause": Sentence(f"perverse.cause_{r.cause}")},
        )
        for r in order.itertuples()
    ]
    return Content(
        tuple(said),
        sheets=_answer(p.table),
        pictures={"path": partial(what_if_figures.perverse_path, p)},
        mark=invented(p.result.dataset.illustrative),
    )


def against_rivals(a: AgainstRivals) -> Content:
    """Ranks under one idea of what the others do."""
    ranks = a.table["rank"]
    over = {"best": ranks.min(), "worst": ranks.max(), "median": ranks.median()}
    values = {
        "unit": a.unit,
        "model": Sentence(f"rivals.{a.model}"),
        "before": Quantity("score", a.before["score"], a.unit),
        "rank_before": Quantity("rank", a.before["rank"], a.unit, spoken=False),
        "runs": len(ranks),
        **{k: ranked(v) for k, v in over.items()},
    }
    return Content((Sentence("rivals.head", values),), sheets=_answer(a.table), mark=invented(a.illustrative))


def least_effort(e: LeastEffort) -> Content:
    """Whether the rank is reached, and by what."""
    asked = {"unit": e.unit, "rank": e.rank}
    cells = tuple((str(r.code), float(r.after)) for r in e.table.itertuples())
    if e.reached:
        score = Quantity("score", e.score, e.unit, cells=cells)
        found = {"effort": fixed(e.effort), "n": len(e.table), "score": score}
        said = [Sentence("least.reached", asked | found)]
        said += [Sentence("least.proved")] if e.proved else []
    else:
        key = "least.not_reached" if e.proved else "least.not_found"
        said = [Sentence(key, asked | {"years": fixed(e.years, 1), "best": e.best_rank})]
    said += [
        Sentence(
            "least.line",
            {
                "code": r.code,
                "before": Quantity("value", r.before, e.unit, r.code, digits=4),
                "after": given(r.after),
                "effort": fixed(r.effort),
                "unit": Sentence(f"effort.{r.effort_unit}"),
            },
        )
        for r in e.table.itertuples()
    ]
    said += [] if e.proved else [Sentence("least.unproved")]
    said += [Sentence("plan.stopped")] if e.stopped else []
    return Content(tuple(said), sheets=_answer(e.table), mark=invented(e.illustrative))


def tornado(t: Tornado) -> Content:
    """The indicators that move the whole most."""
    name = partial(Named.of_code, t.result.framework)

    def change(code: str, value: float, points: float) -> Quantity:
        return Quantity("change", points, t.unit, t.result.root, cells=((code, value),), sign=True)

    said = [
        Joined(
            (
                name(r.code),
                ": ",
                change(r.code, r.value_down, r.down),
                " / ",
                change(r.code, r.value_up, r.up),
            ),
            between="",
        )
        for r in t.table.head(WIDEST).itertuples()
    ]
    return Content(
        tuple(said),
        sheets=_answer(t.table),
        pictures={"tornado": partial(what_if_figures.tornado, t)},
        mark=invented(t.result.dataset.illustrative),
        index=t.result,
    )
