"""Chances: what is known of them, what they rest on and how such a range did in years that are known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..blocks.blocks import Bullets, Frame, Sentence
from ..blocks.content import Content
from ..blocks.quantity import count, fixed, share
from ..figures import plan_figures
from ..figures.labels import chance_ends, known
from .plan_words import caution

if TYPE_CHECKING:
    from ...policy.chance.odds import Odds

_ENDS = (("low", "p5"), ("high", "p95"))


def chances(o: Odds) -> dict[str, Any]:
    """Of the chosen package and of nothing, with the Monte Carlo error."""
    made = {name: known(*o.table.loc[name, ["chance", "low", "high"]]) for name in ("chosen", "nothing")}
    ends = chance_ends(*o.interval)
    return {"chance": made["chosen"], "nothing": made["nothing"], "runs": count(o.futures), **ends}


def _assumed(o: Odds, chance: float) -> Sentence:
    """Which assumption gives a chance."""
    for r in o.assumptions.itertuples():
        if r.chance == chance != o.chance:
            value = Sentence(f"plan.rivals.{r.value}") if r.assumption == "rivals" else fixed(r.value, 1)
            return Sentence(f"plan.assumed.{r.assumption}", {"value": value})
    return Sentence("plan.assumed.own")


def basis(o: Odds) -> tuple[Sentence, ...]:
    """The range over assumptions, what moves, and the back-test."""
    ends = {"low": o.range.low, "high": o.range.high}
    values = {end: known(p, max(0.0, p - 0.05), min(1.0, p + 0.05)) for end, p in ends.items()}
    values |= {f"by_{end}": _assumed(o, p) for end, p in ends.items()}
    said = [Sentence("plan.odds_range", values)] if len(o.assumptions) else []
    if o.rivals not in ("frozen", "given"):
        said.append(Sentence("plan.odds_own"))
    if o.back is None:
        asked = len(o.assumptions) and not o.stopped and o.rivals != "given"
        return (*said, *([Sentence("plan.odds_untested")] if asked else []))
    table = o.back.table
    tested: dict[str, Any] = {name: o.back.of(name) for name in ("earlier", "other", "same")}
    tested |= {
        "first": str(table["before"].min()),
        "last": str(table["after"].max()),
        "share": share(o.back.share, 0),
        "cases": count(o.back.cases),
        "moved": fixed(table["moved"].mean(), 1),
    }
    return (*said, Sentence("plan.odds_still" if o.rivals == "frozen" else "plan.odds_tested", tested))


def odds(o: Odds) -> Content:
    """Chance with its error and its assumptions, and intervals of score and cost."""
    row, p = o.table.loc["chosen"], o.package
    values = chances(o) | {"rank": o.target_rank, "rivals": Sentence(f"plan.rivals.{o.rivals}")}
    money = {f"score_{end}": fixed(row[f"score_{p5}"]) for end, p5 in _ENDS}
    money |= {f"cost_{end}": fixed(row[f"cost_{p5}"], 0) for end, p5 in _ENDS}
    sheets = {"odds": o.table, "assumptions": o.assumptions}
    said = (
        Sentence("plan.odds", values),
        *basis(o),
        Sentence("plan.odds_money", money),
        *([Sentence("plan.stopped")] if o.stopped else []),
    )
    return Content(
        said,
        sheets=(
            Bullets(said, key="plan.sheet.odds_said"),
            *Frame.several("plan.sheet", sheets if o.back is None else sheets | {"back_test": o.back.table}),
        ),
        pictures={"ranks": partial(plan_figures.odds, o)},
        mark=caution(p.question),
        title=Sentence("plan.page_title", {"unit": p.unit}),
    )
