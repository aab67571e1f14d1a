"""Packages, odds, frontiers, core indices and action sets: what they have to show."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...data.plans import agency_name
from ..blocks.blocks import Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity, count, fixed, given, ranked, share
from ..figures import plan_figures
from ..figures.labels import chance_ends, counted, known

if TYPE_CHECKING:
    from ...policy.actions.action_set import ActionSet
    from ...policy.chance.core_index import CoreIndex
    from ...policy.chance.optimise_sure import SurePackage
    from ...policy.choose.frontier import Frontier
    from ...policy.choose.package import Package


def caution(question: Any) -> Any:
    """What is illustrative behind an answer; None if nothing is."""
    data, actions = question.result.illustrative, question.actions.illustrative
    what = Sentence(
        "plan.what_both" if data and actions else "plan.what_data" if data else "plan.what_actions"
    )
    said = invented(data or actions, "plan.illustrative", what=what)
    return said if data or said is None else Joined((said, Sentence("plan.real_indicators")))


def asked(p: Package) -> Any:
    """The question in one sentence."""
    q = p.question
    values = {"unit": q.unit, "group": Sentence(f"plan.{q.among}"), "n": len(q.rivals) + 1}
    values |= {"target": q.target_rank, "limits": Sentence("plan.proof_limits") if q.limits.names else ""}
    said = [Sentence(f"plan.asked_{q.objective}", values)]
    said += [Sentence("plan.asked_target", values)] if q.target_rank and q.objective != "cost" else []
    said += [Sentence("plan.asked_sure", _futures(p))] if p.proof.sure is not None else []
    return Joined(tuple(said))


def _futures(p: Package) -> dict[str, Any]:
    """The futures that a sure package had to hold in."""
    sure, rivals = counted(p.proof.sure or 0.0), Sentence(f"plan.rivals.{p.proof.rivals}")
    return {"sure": sure, "futures": count(p.proof.futures), "rivals": rivals}


def changed_cells(p: Package) -> tuple[tuple[str, float], ...]:
    """Raw cells of the unit with the package."""
    return tuple((str(c), float(r["raw_after"])) for c, r in p.indicators.iterrows())


def _answer(p: Package) -> Sentence:
    if not any(s.package is not None for s in p.stages):
        return Sentence("plan.none" if p.status == "none" else "plan.unknown")
    root, cells = p.question.result.root, changed_cells(p)
    values = {
        "actions": len(p.chosen),
        "cost": fixed(p.cost, 1),
        "before": Quantity("score", p.score_before, p.unit, root),
        "after": Quantity("score", p.score_after, p.unit, root, cells=cells),
        "gain": Quantity("change", p.score_after - p.score_before, p.unit, root, cells=cells, sign=True),
        "rank_before": ranked(p.rank_before),
        "rank_after": ranked(p.rank_after),
        "all_before": Quantity("rank", p.overall_before, p.unit, root, spoken=False),
        "all_after": Quantity("rank", p.overall_after, p.unit, root, cells=cells, spoken=False),
    }
    if p.reached is False and p.missing is not None:
        short = {"shortfall": fixed(p.shortfall), "rival": p.missing.attrs["rival"]}
        nearest = next(s for s in p.stages if s.package is not None)
        best = nearest.kind == "beaten" and nearest.proved
        key = "short_unproved" if not p.stages[0].proved else "short" if best else "short_found"
        return Sentence(f"plan.{key}", values | short)
    return Sentence("plan.reached" if p.reached and p.proof.sure is None else "plan.chosen", values)


def _proof(p: Package, mark: float | None) -> Joined:
    """What is proved, of which question, with bound, gap and residual; and how likely the promise is."""
    proof, limited = p.proof, Sentence("plan.proof_limits") if p.proof.limits else ""
    values: dict[str, Any] = {
        "n": count(proof.candidates),
        "at": Sentence(f"plan.at.{proof.at}"),
        "limits": limited,
        "futures": "" if proof.sure is None else Sentence("plan.proof_sure", _futures(p)),
        "bound": given(p.bound, 6),
        "gap": given(p.gap),
        "residual": f"{p.residual:.0e}",
    }
    key = {"proved": "plan.proved", "out of reach": "plan.proved_short"}.get(p.status, "plan.not_proved")
    if not proof.proved:
        key = "plan.proved_first" if proof.reason == "later" else key
        key = key if np.isfinite(p.gap) else "plan.not_found"
        key = key if np.isfinite(p.bound) else "plan.no_bound"
    said = [Sentence(key, values)]
    said += [Sentence("plan.stopped")] if proof.stopped else []
    if p.chance is not None:
        ends = chance_ends(p.chance.low, p.chance.high, mark)
        ends["share"] = known(p.chance.share, p.chance.low, p.chance.high, mark)
        ends |= {"rank": p.chance.rank, "runs": count(p.chance.futures)}
        said.append(Sentence("plan.chance", ends | {"rivals": Sentence(f"plan.rivals.{proof.rivals}")}))
    return Joined(tuple(said))


def package(p: Package, mark: float | None = None) -> Content:
    """Question, answer, proof, kinds; actions, agencies and indicators; standings and proof.

    `mark` is the chance that was asked for, which no rounding may cross.
    """
    said: list[Any] = [asked(p), _answer(p)]
    said += [Sentence("plan.passed", {"units": p.passed})] if p.passed else []
    said += [_proof(p, mark)] if p.status != "none" else []
    if p.chosen:
        score, rank = p.closed
        kinds = {k: fixed(p.kinds.at[k, "points"], sign=True) for k in p.kinds.index}
        said.append(Sentence("plan.kinds", {"score": fixed(score), "rank": ranked(rank), **kinds}))
    said += [Sentence("plan.late", {"n": len(p.late)})] if len(p.late) else []
    tables = [actions_table(p), agencies_table(p), indicators_table(p)] if p.chosen else []
    return Content(
        (*said, *p.notes),
        (*([missing_table(p)] if p.missing is not None else []), *tables),
        _sheets(p),
        {"standings": partial(plan_figures.package, p)},
        mark=caution(p.question),
        title=Sentence("plan.page_title", {"unit": p.unit}),
        index=p.question.result,
    )


def _sheets(p: Package) -> tuple[Frame, ...]:
    stages = [(s.kind, s.value, s.bound, s.gap, s.proved) for s in p.stages]
    proof = pd.DataFrame(stages, columns=["criterion", "value", "bound", "gap", "proved"])
    frames = {
        "indicators": p.indicators,
        "standings": p.standings,
        "kinds": p.kinds,
        "proof": proof.assign(residual=p.residual, status=p.status),
    }
    if p.missing is not None:
        frames["missing"] = p.missing
    return Frame.several("plan.sheet", frames)


def _agency(name: Any) -> Named:
    return Named.by(lambda lang: agency_name(str(name), lang))


def _action(actions: ActionSet, name: Any) -> Joined:
    return Joined((name, Named.by(actions[str(name)].text)), ". ")


def actions_table(p: Package, key: str = "plan.sheet.package") -> Table:
    """The chosen actions: agency, cost, what is lost without each."""
    rows = (
        {
            "action": _action(p.question.actions, i),
            "agency": _agency(r["agency"]),
            "cost": fixed(r["cost"], 1),
            "points": fixed(r["points_lost"]),
            "without": ranked(r["rank_without"]),
            "kinds": tuple(Sentence(f"plan.kind.{k}") for k in str(r["kinds"]).split(", ") if k),
        }
        for i, r in p.table.iterrows()
    )
    return Table.of(key, "plan.head", rows)


def agencies_table(p: Package, key: str = "plan.sheet.agencies") -> Table:
    """Who does what."""
    rows = (
        {
            "agency": _agency(a),
            "count": count(r["actions"]),
            "action": str(r["ids"]),
            "cost": fixed(r["cost"], 1),
            "points": fixed(r["points_lost"]),
        }
        for a, r in p.agencies.iterrows()
    )
    return Table.of(key, "plan.head", rows)


def indicators_table(p: Package, key: str = "") -> Table:
    """Moved indicators before and after."""
    cells, framework = changed_cells(p), p.question.result.framework
    rows = (
        {
            "indicator": Named.of_code(framework, code),
            "before": Quantity("value", r["raw_before"], p.unit, code, digits=4),
            "after": given(r["raw_after"]),
            "score_before": Quantity("score", r["score_before"], p.unit, code, digits=1),
            "score_after": Quantity("score", r["score_after"], p.unit, code, cells=cells, digits=1),
        }
        for code, r in ((str(c), r) for c, r in p.indicators.iterrows())
    )
    return Table.of(key, "plan.head", rows)


def missing_table(p: Package, key: str = "") -> Table:
    """What is missing to the target, by pillar."""
    assert p.missing is not None
    rows = (
        {
            "pillar": Named.of_code(p.question.result.framework, code),
            **{column: fixed(r[column]) for column in ("own", "rival", "gap")},
            "alone": fixed(r["alone"], 1, sign=True) if r["possible"] else "> 100",
        }
        for code, r in p.missing.iterrows()
    )
    table = Table.of(key, "plan.head", rows)
    rival = Sentence("plan.head.rival", {"rival": p.missing.attrs["rival"]})
    return replace(table, columns=(*table.columns[:2], rival, *table.columns[3:]))


def sure(s: SurePackage) -> Content:
    """Certainty asked for, in the sample and on fresh futures; then the package with its proof."""
    values = chance_ends(s.low, s.high, s.sure) | {"chance": known(s.chance, s.low, s.high, s.sure)}
    values |= {"sure": counted(s.sure), "needed": counted(s.needed), "inside": counted(s.in_sample)}
    values |= {"fresh": count(s.fresh), "sample": count(s.sample)}
    values |= {"actions": len(s.package.chosen), "cost": fixed(s.cost, 1)}
    held = s.in_sample >= s.sure - 1e-9
    short = "plan.unsure" if s.status == "out of reach" else "plan.unsure_unproved"
    key = "plan.sure" if s.reached and held else "plan.unconfirmed" if held else short
    found = package(s.package, s.sure)
    return replace(found, summary=(Sentence(key, values), *found.summary))


def core(c: CoreIndex) -> Content:
    """Core, borderline and exterior actions."""
    roles = {r: Joined(c.of(r), ", ", "–") for r in ("core", "borderline", "exterior")}
    basis = {
        "packages": len(c.packages),
        "futures": c.futures,
        "failed": c.failed,
        "unseen": share(c.unseen, 0),
        "unproved": c.unproved,
    }
    said = [Sentence("plan.core", roles)] if len(c.packages) else []
    said.append(Sentence("plan.core_basis" if len(c.packages) else "plan.core_none", basis))
    said += [Sentence("plan.core_failed", basis)] if c.failed and len(c.packages) else []
    said += [Sentence("plan.core_unproved", basis)] if c.unproved else []
    said += [Sentence("plan.stopped")] if c.stopped else []
    return Content(
        tuple(said),
        sheets=Frame.several("plan.sheet", {"core": c.table}),
        pictures={"shares": partial(plan_figures.core, c)},
        mark=caution(c.question),
        title=Sentence("plan.core_title"),
    )


def frontier(f: Frontier) -> Content:
    """Least cost of every rank."""
    prices = tuple(_price(int(str(rank)), row["cost"], row["proved"]) for rank, row in f.ranks.iterrows())
    tables = {"ranks": f.ranks, "scores": f.scores}
    stopped = [Sentence("plan.stopped")] if f.stopped else []
    named = {name: t.assign(chosen=t["chosen"].map(", ".join)) for name, t in tables.items()}
    return Content(
        (Sentence("plan.frontier", {"ranks": Joined(prices, "; ")}), *stopped),
        sheets=Frame.several("plan.sheet", named),
        pictures={
            "rank": partial(plan_figures.frontier_of_ranks, f),
            "score": partial(plan_figures.frontier_of_scores, f),
        },
        mark=caution(f.question),
        title=Sentence("plan.figure.frontier_rank"),
    )


def _price(rank: int, cost: float, proved: bool) -> Sentence:
    """What one rank costs at least; what is not proved is said."""
    if pd.isna(cost):
        return Sentence("plan.rank_out" if proved else "plan.rank_open", {"rank": rank})
    return Sentence("plan.rank_price" if proved else "plan.rank_most", {"rank": rank, "cost": fixed(cost, 1)})


def action_set(a: ActionSet) -> Content:
    """What a set holds; its workbook is the one in which to replace costs and effects."""
    effects, title = a.effects_table, Named.by(a.title)
    held = {"n": len(a), "effects": len(effects), "codes": effects["code"].nunique()}
    rows = (
        {"action": _action(a, x.id), "agency": _agency(x.agency), "cost": fixed(x.cost.likely, 1)}
        for x in a.actions
    )
    return Content(
        (Sentence("plan.set", {"title": title, **held}), Named(a.note_vi, a.note_en)),
        (Table.of("plan.sheet.actions", "plan.head", rows),),
        mark=invented(a.illustrative, "plan.illustrative", what=Sentence("plan.what_actions")),
        title=title,
    )
