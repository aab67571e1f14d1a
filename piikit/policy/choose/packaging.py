"""From a solved question to a package: built again from raw data, and taken apart by action, agency, kind and pillar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Column, Flags, Matrix
from ...base.watch import Watch
from ...data.reading.template.action_form import KINDS
from ...index.build import build_index
from ...index.engine import compute
from .evaluator import Evaluator
from .package import Package
from .patterns import pattern_of
from .programme import Programme
from .proof import Proof, prove
from .question import Question
from .search import Stage, last_package
from .solver import Answered, Solver

_TABLE = (
    "agency", "co_agencies", "cost", "source", "start", "end", "points_alone", "points_lost",
    "rank_without", "indicators", "kinds", "illustrative",
)  # fmt: skip


def make_package(solver: Solver, answer: Answered, watch: Watch, proof: Proof | None = None) -> Package:
    """Build the chosen package again and say everything that is to be known of it; `proof` if not a plain one."""
    question, evaluator = solver.question, solver.evaluator
    last = last_package(answer.stages)
    flags = np.zeros(len(question.actions), dtype=bool) if last is None else last
    asked = (s for s in answer.stages if s.package is not None and s.kind != "sure")
    first = next(asked, answer.stages[0])
    built, now = rebuild(question, evaluator, flags), evaluator.response.base_scores
    parts = _Parts(question, evaluator, flags, float(now[evaluator.own]), float(built.scores[evaluator.own]))
    table = parts.actions()
    short = answer.reached is False
    return Package(
        question=question,
        chosen=parts.chosen,
        status=_status(answer, last is not None),
        reached=answer.reached,
        value=_told(first, first.value, question),
        bound=_told(first, first.bound, question),
        gap=first.gap,
        residual=_residual(solver, flags, built.scores),
        stages=answer.stages,
        proof=proof or prove(question, answer.stages, watch),
        cost=solver.limits.cost(flags),
        solves=solver.solves,
        seconds=watch.taken,
        score_before=parts.before,
        score_after=parts.after,
        rank_before=float(evaluator.group_rank(now)),
        rank_after=float(evaluator.group_rank(built.scores)),
        overall_before=float(evaluator.ranking.own(now, evaluator.own)),
        overall_after=float(evaluator.ranking.own(built.scores, evaluator.own)),
        shortfall=-float(evaluator.margin(built.scores, question.target_rank or 1)) if short else 0.0,
        closed=parts.closed,
        evaluator=evaluator,
        scores_before=now,
        scores_after=built.scores,
        table=table,
        agencies=parts.agencies(table),
        indicators=_indicators(question, evaluator, flags, built.nodes),
        standings=_standings(question, evaluator, now, built.scores),
        kinds=parts.kinds(),
        late=_late(question, parts.chosen),
        missing=_missing(question, evaluator, flags, built.scores) if short else None,
        notes=solver.notes,
    )


def _status(answer: Answered, found: bool) -> str:
    if not all(s.proved for s in answer.stages):
        return "not proved"
    if not found:
        return "none"
    return "out of reach" if answer.reached is False else "proved"


def _told(stage: Stage, x: float, question: Question) -> float:
    """A criterion as it is spoken of: a cost, points, rivals passed, or a rank."""
    if stage.kind == "beaten":
        return len(question.rivals) + 1 - x
    return -x if stage.kind == "cost" else x


class Rebuilt(NamedTuple):
    """Every unit's score and the unit's own score of every code."""

    scores: Column
    nodes: Column


def rebuild(question: Question, evaluator: Evaluator, flags: Flags) -> Rebuilt:
    """The index with a package, from raw data by ``build_index``."""
    result, response = question.result, evaluator.response
    values = evaluator.values(flags)[0]
    cells = {c: float(v) for c, v in zip(evaluator.codes, values, strict=True) if not np.isnan(v)}
    changed = result.dataset.with_values({question.unit: cells})
    if result.method.normalisation.bounds == "pooled":
        scores = compute(result.plan, changed.values.to_numpy(float)).scores
    else:
        scores = build_index(changed, result.method).computed.scores
    return Rebuilt(scores[:, response.root_at], scores[response.own])


def _residual(solver: Solver, flags: Flags, built: Column) -> float:
    """Largest difference between what the choice rested on and the index built again."""
    modelled = [solver.evaluator.one(flags).scores]
    if solver.levels and all(c.exact for c in solver.levels):
        modelled.append(_modelled(solver, flags))
    return max(float(np.nanmax(np.abs(m - built), initial=0.0)) for m in modelled)


def _modelled(solver: Solver, flags: Flags) -> Column:
    """Every unit's score as the programme adds it up."""
    pairs = zip(solver.levels, solver.evaluator.amounts, strict=True)
    places = [int(c.place(flags[c.lever.members][None], a)[0]) for c, a in pairs]
    for pattern in solver.patterns:
        if all(f[p] for f, p in zip(pattern.open_levels, places, strict=True)):
            return Programme(solver.levels, pattern, solver.response, solver.limits).scores(flags, places)
    raise AssertionError("no pattern holds the package")


class _Parts:
    """What each action, agency and kind of effect brings: all variants of the package in one evaluation.

    `before` and `after` are the own scores now and with the package.
    """

    def __init__(
        self, question: Question, evaluator: Evaluator, flags: Flags, before: float, after: float
    ) -> None:
        self.question, self.evaluator, self.flags = question, evaluator, flags
        self.before, self.after = before, after
        self.taken = [a for a, f in zip(question.actions.actions, flags, strict=True) if f]
        self.chosen = question.chosen(flags)
        agencies = dict.fromkeys(a.agency for a in self.taken)
        one = np.eye(flags.size, dtype=bool)[flags]
        led = [[a.agency == name for a in question.actions.actions] for name in agencies]
        variants = np.vstack([one, flags & ~one, flags & ~np.array(led, dtype=bool).reshape(-1, flags.size)])
        subsets = [s for n in range(len(KINDS) + 1) for s in combinations(KINDS, n)]
        rows = [evaluator.values(variants), *(self._with_kinds(s) for s in subsets)]
        made = evaluator.outcomes(np.vstack(rows))
        cuts = np.cumsum([len(one), len(one), len(led)])
        self._alone, self._without, self._led, by_kinds = np.split(made.scores, cuts)
        ranks = made.group_ranks["group"]
        self._rank_without = ranks[cuts[0] : cuts[1]]
        self._by_kinds = dict(zip(map(frozenset, subsets), by_kinds.tolist(), strict=True))
        real = subsets.index(("real",))
        self.closed = float(by_kinds[real]), float(ranks[cuts[2] + real])

    def _with_kinds(self, kinds: Sequence[str]) -> Matrix:
        """Raw values if only effects of these kinds come about."""
        values = []
        for lever, amounts in zip(self.evaluator.levers, self.evaluator.amounts, strict=True):
            comes = [e.kind in kinds for e in lever.effects]
            delivered = np.array([*comes, *np.ones(lever.members.size, dtype=bool)])[None]
            values.append(lever.values(self.flags[lever.members][None], amounts, delivered))
        return np.column_stack(values) if values else np.zeros((1, 0))

    def actions(self) -> pd.DataFrame:
        kinds = [[k for k in KINDS if any(e.kind == k for e in a.effects)] for a in self.taken]
        table = self.question.actions.table.loc[list(self.chosen)].assign(
            cost=self.question.limits.costs[self.flags],
            points_alone=self._alone - self.before,
            points_lost=self.after - self._without,
            rank_without=self._rank_without,
            kinds=[", ".join(k) for k in kinds],
        )
        return table[list(_TABLE)]

    def agencies(self, table: pd.DataFrame) -> pd.DataFrame:
        by_agency = table.reset_index().groupby("agency", sort=False)
        made = by_agency.agg(actions=("id", "size"), ids=("id", ", ".join), cost=("cost", "sum"))
        return made.assign(points_lost=self.after - self._led)

    def kinds(self) -> pd.DataFrame:
        gains = {s: score - self.before for s, score in self._by_kinds.items()}
        shares = [
            sum(
                factorial(len(s)) * factorial(2 - len(s)) / 6 * (gains[s | {kind}] - gains[s])
                for s in gains
                if kind not in s
            )
            for kind in KINDS
        ]
        alone = [gains[frozenset({kind})] for kind in KINDS]
        return pd.DataFrame({"points": shares, "alone": alone}, index=pd.Index(KINDS, name="kind"))


def _indicators(question: Question, evaluator: Evaluator, flags: Flags, nodes: Column) -> pd.DataFrame:
    result, ids = question.result, np.array(question.actions.ids)
    base, values = np.array([v.base for v in evaluator.levers]), evaluator.values(flags)[0]
    moved = np.flatnonzero((values != base) & ~np.isnan(values))
    found = [evaluator.levers[k] for k in moved]
    places = [result.framework.codes.index(v.code) for v in found]
    return pd.DataFrame(
        {
            "raw_before": base[moved],
            "raw_after": values[moved],
            "score_before": result.computed.scores[evaluator.own, places],
            "score_after": nodes[places],
            "actions": [", ".join(ids[v.members][flags[v.members]]) for v in found],
        },
        index=pd.Index([v.code for v in found], name="code"),
    )


def _standings(question: Question, evaluator: Evaluator, now: Column, then: Column) -> pd.DataFrame:
    kept, rank = sorted([*evaluator.rivals, evaluator.own]), evaluator.ranking.of
    passed = set(evaluator.ahead(now)) - set(evaluator.ahead(then))
    table = pd.DataFrame(
        {
            "score_before": now[kept],
            "score_after": then[kept],
            "rank_before": rank(now[kept]),
            "rank_after": rank(then[kept]),
            "passed": [i in passed for i in kept],
        },
        index=pd.Index([question.result.units[i] for i in kept], name="unit"),
    )
    return table.sort_values("rank_after", kind="stable")


def _late(question: Question, chosen: Sequence[str]) -> pd.DataFrame:
    calendar = question.calendar
    rows = [
        (a.id, e.code, calendar.first_edition(a, e))
        for a in question.actions.actions
        if calendar is not None and a.id in chosen
        for e in a.effects
        if not calendar.counts(a, e)
    ]
    return pd.DataFrame(rows, columns=["action", "code", "edition"])


def _missing(question: Question, evaluator: Evaluator, flags: Flags, scores: Column) -> pd.DataFrame | None:
    """The distance to the unit at the target's place, taken apart by pillar."""
    framework, response, own = question.result.framework, evaluator.response, evaluator.own
    rivals = sorted((i for i in evaluator.rivals if not np.isnan(scores[i])), key=lambda i: -scores[i])
    place = question.target_rank or 1
    if place > len(rivals):
        return None
    rival = rivals[place - 1]
    distance = float(scores[rival] - scores[own])
    made = response.evaluate(evaluator.values(flags), evaluator.codes, every_unit=True, nodes=True)
    assert made.nodes is not None
    nodes, pillars = made.nodes[0], _pillars(question)
    normalised = nodes[:, response.plan.indicator_at]
    weights = pattern_of(response, np.isnan(normalised)).weights
    gaps = (np.nan_to_num(normalised) * weights)[[rival, own]]
    inside = np.array([[c in framework.leaves(p) for c in framework.indicators] for p in pillars])
    weight = inside @ weights[own]
    mine = nodes[own, [framework.codes.index(p) for p in pillars]]
    alone = np.divide(distance, weight, out=np.full(weight.size, np.nan), where=weight > 0)
    parts = inside @ (gaps[0] - gaps[1])
    if not question.result.additive:
        parts, alone = np.full((2, weight.size), np.nan)
    table = pd.DataFrame(
        {
            "own": mine,
            "rival": nodes[rival, [framework.codes.index(p) for p in pillars]],
            "gap": parts,
            "alone": alone,
            "possible": ~(mine + alone > 100),
        },
        index=pd.Index(pillars, name="code"),
    )
    table.attrs["rival"], table.attrs["distance"] = question.result.units[rival], distance
    return table


def _pillars(question: Question) -> Sequence[str]:
    framework = question.result.framework
    top = max(framework.level(c) for c in framework.codes)
    return framework.at_level(top - 2) if top > 3 else framework.children(framework.root)
