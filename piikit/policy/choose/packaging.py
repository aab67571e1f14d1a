"""From a solved question to a package: built again from raw data, and taken apart by action, agency, kind and pillar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...index.build import build_index
from ...index.engine import compute
from ..actions.action import KINDS, Action
from ..actions.effects import levers
from .evaluator import Column, Evaluator, Exact, Flags, Matrix, exact
from .package import Package, Standing
from .patterns import pattern_of
from .programme import Programme
from .question import Question
from .search import Stage
from .solver import Answered, Solver


def make_package(solver: Solver, answer: Answered, seconds: float) -> Package:
    """Build the chosen package again and say everything that is to be known of it."""
    question, evaluator = solver.question, solver.evaluator
    found = [s for s in answer.stages if s.package is not None]
    flags = found[-1].package if found else None
    if flags is None:
        flags = np.zeros(len(question.actions), dtype=bool)
    first = found[0] if found else answer.stages[0]
    built = rebuild(question, evaluator, flags)
    parts = _Parts(question, evaluator, flags, built.scores)
    target = question.target_rank
    short = answer.reached is False and target is not None
    return Package(
        question=question,
        chosen=parts.chosen,
        status=_status(answer, bool(found)),
        reached=answer.reached,
        value=_told(first, first.value, question),
        bound=_told(first, first.bound, question),
        gap=first.gap,
        residual=_residual(solver, flags, built.scores),
        stages=answer.stages,
        cost=solver.limits.cost(flags),
        solves=solver.solves,
        seconds=seconds,
        before=parts.before,
        after=parts.after,
        shortfall=-float(evaluator.margin(built.scores, target or 1)) if short else 0.0,
        closed=parts.closed,
        evaluator=evaluator,
        scores_before=parts.scores_before,
        scores_after=built.scores,
        table=parts.actions(),
        agencies=parts.agencies(),
        indicators=parts.indicators(built.nodes),
        standings=parts.standings(),
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
    """What each action, agency and kind of effect brings: all variants of the package in one evaluation."""

    def __init__(self, question: Question, evaluator: Evaluator, flags: Flags, built: Column) -> None:
        self.question, self.evaluator, self.flags = question, evaluator, flags
        self.places = np.flatnonzero(flags)
        self.taken = [question.actions.actions[k] for k in self.places]
        self.chosen = tuple(a.id for a in self.taken)
        self.by_agency: dict[str, list[Action]] = {}
        for action in self.taken:
            self.by_agency.setdefault(action.agency, []).append(action)
        self.scores_before = evaluator.response.base_scores
        self.scores_after = built
        self.before, self.after = (self._standing(s) for s in (self.scores_before, built))
        self._evaluate()

    def _standing(self, scores: Column) -> Standing:
        own, ranking = self.evaluator.own, self.evaluator.ranking
        group = float(self.evaluator.group_rank(scores))
        return Standing(float(scores[own]), group, float(ranking.own(scores, own)))

    def _evaluate(self) -> None:
        one = np.eye(self.flags.size, dtype=bool)
        alone = [one[k] for k in self.places]
        without = [self.flags & ~one[k] for k in self.places]
        others = [
            self.flags & ~np.isin(self.question.actions.ids, [a.id for a in part])
            for part in self.by_agency.values()
        ]
        packages = np.array([*alone, *without, *others], dtype=bool).reshape(-1, self.flags.size)
        subsets = [s for n in range(len(KINDS) + 1) for s in combinations(KINDS, n)]
        rows = [self.evaluator.values(packages), *(self._with_kinds(s) for s in subsets)]
        made = exact(self.evaluator.outcomes(np.vstack(rows), every_unit=True))
        k, n = len(alone), len(packages)
        self._alone, self._without, self._others = made[:k], made[k : 2 * k], made[2 * k : n]
        self._by_kinds = {frozenset(s): e for s, e in zip(subsets, made[n:], strict=True)}
        self.closed = (
            self._score(self._by_kinds[frozenset({"real"})]),
            self._by_kinds[frozenset({"real"})].group_rank,
        )

    def _with_kinds(self, kinds: Sequence[str]) -> Matrix:
        """Raw values if only effects of these kinds come about; NaN where nothing moves."""
        q, found = self.question, np.full((1, len(self.evaluator.levers)), np.nan)
        kept = q.actions.only([k for k in kinds if k in q.kinds])
        for lever in levers(q.result, q.unit, kept, q.calendar):
            value = lever.values(self.flags[lever.members][None], lever.amounts(q.at))
            found[0, self.evaluator.codes.index(lever.code)] = value[0]
        return found

    def _score(self, made: Exact) -> float:
        return float(made.scores[self.evaluator.own])

    def actions(self) -> pd.DataFrame:
        rows = []
        for at, action, alone, without in zip(
            self.places, self.taken, self._alone, self._without, strict=True
        ):
            rows.append(
                {
                    "id": action.id,
                    "agency": action.agency,
                    "co_agencies": "; ".join(action.co_agencies),
                    "cost": float(self.question.limits.costs[at]),
                    "source": action.source,
                    "start": action.start.isoformat() if action.start else "",
                    "end": action.end.isoformat() if action.end else "",
                    "points_alone": self._score(alone) - self.before.score,
                    "points_lost": self.after.score - self._score(without),
                    "rank_without": without.group_rank,
                    "indicators": ", ".join(dict.fromkeys(e.code for e in action.effects)),
                    "kinds": ", ".join(k for k in KINDS if any(e.kind == k for e in action.effects)),
                    "illustrative": action.assumed,
                }
            )
        names = ["id", "agency", "co_agencies", "cost", "source", "start", "end", "points_alone"]
        names += ["points_lost", "rank_without", "indicators", "kinds", "illustrative"]
        return pd.DataFrame(rows, columns=names).set_index("id")

    def agencies(self) -> pd.DataFrame:
        costs = dict(zip(self.chosen, self.question.limits.costs[self.places], strict=True))
        rows = [
            {
                "agency": agency,
                "actions": len(part),
                "ids": ", ".join(a.id for a in part),
                "cost": float(sum(costs[a.id] for a in part)),
                "points_lost": self.after.score - self._score(without),
            }
            for (agency, part), without in zip(self.by_agency.items(), self._others, strict=True)
        ]
        columns = ["agency", "actions", "ids", "cost", "points_lost"]
        return pd.DataFrame(rows, columns=columns).set_index("agency")

    def kinds(self) -> pd.DataFrame:
        gains = {s: self._score(e) - self.before.score for s, e in self._by_kinds.items()}
        rows = []
        for kind in KINDS:
            share = sum(
                factorial(len(s)) * factorial(2 - len(s)) / 6 * (gains[s | {kind}] - gains[s])
                for s in gains
                if kind not in s
            )
            rows.append({"kind": kind, "points": share, "alone": gains[frozenset({kind})]})
        return pd.DataFrame(rows).set_index("kind")

    def indicators(self, nodes: Column) -> pd.DataFrame:
        result, own, rows = self.question.result, self.evaluator.own, []
        values = self.evaluator.values(self.flags)[0]
        for lever, value in zip(self.evaluator.levers, values, strict=True):
            if value == lever.base or np.isnan(value):
                continue
            place = result.framework.codes.index(lever.code)
            movers = [self.question.actions.ids[k] for k in lever.members if self.flags[k]]
            rows.append(
                {
                    "code": lever.code,
                    "raw_before": lever.base,
                    "raw_after": float(value),
                    "score_before": float(result.computed.scores[own, place]),
                    "score_after": float(nodes[place]),
                    "actions": ", ".join(movers),
                }
            )
        columns = ["code", "raw_before", "raw_after", "score_before", "score_after", "actions"]
        return pd.DataFrame(rows, columns=columns).set_index("code")

    def standings(self) -> pd.DataFrame:
        kept = sorted([*self.evaluator.rivals, self.evaluator.own])
        rank = self.evaluator.ranking.of
        ahead = [set(self.evaluator.ahead(s)) for s in (self.scores_before, self.scores_after)]
        table = pd.DataFrame(
            {
                "score_before": self.scores_before[kept],
                "score_after": self.scores_after[kept],
                "rank_before": rank(self.scores_before[kept]),
                "rank_after": rank(self.scores_after[kept]),
                "passed": [i in ahead[0] - ahead[1] for i in kept],
            },
            index=pd.Index([self.question.result.units[i] for i in kept], name="unit"),
        )
        return table.sort_values("rank_after", kind="stable")


def _late(question: Question, chosen: Sequence[str]) -> pd.DataFrame:
    calendar = question.calendar
    rows = [
        {"action": a.id, "code": e.code, "edition": calendar.first_edition(a, e)}
        for a in question.actions.actions
        if calendar is not None and a.id in chosen
        for e in a.effects
        if not calendar.counts(a, e)
    ]
    return pd.DataFrame(rows, columns=["action", "code", "edition"])


def _missing(question: Question, evaluator: Evaluator, flags: Flags, scores: Column) -> pd.DataFrame | None:
    """The distance to the unit at the target's place, taken apart by pillar."""
    result, response, own = question.result, evaluator.response, evaluator.own
    rivals = [i for i in evaluator.rivals if not np.isnan(scores[i])]
    assert question.target_rank is not None
    if question.target_rank > len(rivals):
        return None
    rival = sorted(rivals, key=lambda i: -scores[i])[question.target_rank - 1]
    distance = float(scores[rival] - scores[own])
    made = response.evaluate(evaluator.values(flags), evaluator.codes, every_unit=True, nodes=True)
    assert made.nodes is not None
    nodes, framework = made.nodes[0], result.framework
    normalised = nodes[:, result.plan.indicator_at]
    weights = pattern_of(response, np.isnan(normalised)).weights
    parts = np.nan_to_num(normalised) * weights
    rows: list[dict[str, Any]] = []
    for code in _pillars(question):
        leaves = [framework.indicators.index(c) for c in framework.leaves(code)]
        place, weight = framework.codes.index(code), float(weights[own, leaves].sum())
        alone = distance / weight if weight > 0 else float("nan")
        mine = float(nodes[own, place])
        rows.append(
            {
                "code": code,
                "own": mine,
                "rival": float(nodes[rival, place]),
                "gap": float(parts[rival, leaves].sum() - parts[own, leaves].sum()),
                "alone": alone,
                "possible": bool(mine + alone <= 100),
            }
        )
    table = pd.DataFrame(rows).set_index("code")
    table.attrs["rival"], table.attrs["distance"] = result.units[rival], distance
    return table


def _pillars(question: Question) -> Sequence[str]:
    framework = question.result.framework
    top = max(framework.level(c) for c in framework.codes)
    return framework.at_level(top - 2) if top > 3 else framework.children(framework.root)
