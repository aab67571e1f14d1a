"""One question compiled: levels, programmes and exact evaluation, for any target and budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags
from ...base.errors import MethodError, Problem
from ...base.watch import Watch
from ..actions.effects import Lever, levers
from ..response.unit_response import Response, respond
from .attainable_levels import MOST_ARCS, MOST_SUBSETS, make_levels
from .criteria import Aim
from .enumeration import AT_ONCE, Enumeration, Filter
from .evaluator import Evaluator
from .highs import attend
from .levels import Levels
from .limits import Limits
from .patterns import Pattern, patterns
from .programme import Programme
from .question import Question
from .search import Search, Stage, last_package

LevelMaker = Callable[[Response, Lever, Column], Levels]


class Answered(NamedTuple):
    """Every criterion with its proof, and whether the target is reached (None without one)."""

    stages: tuple[Stage, ...]
    reached: bool | None


class Solver:
    """A question ready to be solved.

    Parameters
    ----------
    question : Question
    evaluator : Evaluator
    limits : Limits
        The question's, or others.
    engine : {"auto", "programme", "enumerate"}
    make : callable, optional
        Levels of one lever: ``make(response, lever, amounts)``.
    watch : Watch, optional
        If it ends before everything is compiled, there are no levels and nothing is solved.
    """

    def __init__(
        self,
        question: Question,
        evaluator: Evaluator,
        limits: Limits,
        engine: str = "auto",
        make: LevelMaker | None = None,
        watch: Watch | None = None,
    ) -> None:
        watch = watch or Watch()
        self.question, self.evaluator, self.limits = question, evaluator, limits
        self.response = evaluator.response
        self.linear = self.response.additive and question.result.method.rank_ties != "dense"
        if engine == "programme" and not self.linear:
            why = "columns" if self.response.mixes else "ties" if self.response.additive else "means"
            raise MethodError(f"error.plan.not_linear_{why}")
        self.table = None if self.linear and engine != "enumerate" else Enumeration(evaluator, limits)
        self.solves = 0
        self.levels: tuple[Levels, ...] = ()
        self.patterns: tuple[Pattern, ...] = ()
        if self.table is None:
            wide = sum(v.members.size > MOST_SUBSETS for v in evaluator.levers)
            make = make or partial(make_levels, arcs=MOST_ARCS // max(1, wide))
            pairs = zip(evaluator.levers, evaluator.amounts, strict=True)
            made = tuple(make(self.response, lever, amounts) for lever, amounts in pairs if not watch.over)
            if len(made) == len(evaluator.levers) and not watch.over:
                self.levels, self.patterns = made, patterns(self.response, made)
        self.base = evaluator.one(np.zeros(len(question.actions), dtype=bool))

    @classmethod
    def of(
        cls,
        question: Question,
        engine: str = "auto",
        make: LevelMaker | None = None,
        watch: Watch | None = None,
    ) -> Solver:
        """Compile a question as it stands; few actions are enumerated unless levels are asked for."""
        few = question.limits.free.size <= AT_ONCE and make is None
        evaluator = make_evaluator(question)
        few &= not evaluator.response.mixes
        engine = "enumerate" if few and engine == "auto" else engine
        return cls(question, evaluator, question.limits, engine, make, watch)

    def programmes(self, limits: Limits) -> tuple[Programme, ...]:
        """One programme for each pattern in which the unit has a score."""
        alive = [p for p in self.patterns if p.alive[self.response.own]]
        return tuple(Programme(self.levels, p, self.response, limits) for p in alive)

    def run(
        self,
        aims: Sequence[Aim],
        target: int | None,
        limits: Limits | None = None,
        *,
        watch: Watch,
        accept: Callable[[Flags], bool] | None = None,
    ) -> tuple[Stage, ...]:
        """Optimise the aims one after the other, as far as the watch allows.

        Parameters
        ----------
        watch : Watch
        accept : callable, optional
            What a package must keep beside limits and target.
        """
        limits = limits or self.limits
        search = Search(partial(self.programmes, limits), self.evaluator, limits, watch)
        search.target, search.accept = target, accept
        start = search.untouched(aims[0])
        if watch.over:
            return (start,)
        if self.table is not None:
            # one of its own, as a search before that was left behind may still write to its table
            self.table = table = copy(self.table)
            table.so_far, rows = tuple, None if accept is None else _by_row(accept)
            attend(partial(table.best, aims, target, limits, watch=watch, accept=rows), watch)
            return table.so_far() or (start,)
        attend(partial(search.run, aims), watch)
        self.solves += search.solves
        return search.so_far() or (start,)

    def aims(self, objective: str, target: int | None) -> list[Aim]:
        """Criteria of an objective, first to last."""
        rivals = self.evaluator.rivals
        ahead = self.evaluator.ahead(self.base.scores)
        first = {
            "cost": [Aim("cost"), Aim("margin", rivals, target or 1), Aim("count")],
            "score": [Aim("score"), Aim("cost"), Aim("count")],
            "rank": [Aim("beaten", rivals), Aim("cost"), Aim("count")],
            "passed": [Aim("passed", ahead), Aim("cost"), Aim("count")],
        }
        return first[objective]

    def answer(self, watch: Watch) -> Answered:
        """Solve the question; where the target is out of reach, come as near as can be."""
        target, rivals = self.question.target_rank, self.evaluator.rivals
        nearest = [Aim("beaten", rivals), Aim("margin", rivals, target or 1), Aim("cost")]
        first = self.run(self.aims(self.question.objective, target), target, watch=watch)
        if target is None or first[0].package is not None:
            return Answered(first, None if target is None else True)
        near = self.run(nearest, None, watch=watch)
        best = last_package(near)
        if best is not None and self.evaluator.one(best).group_rank <= target:
            # not seen by the search that had to reach it
            found = self.evaluator.value(self.aims(self.question.objective, target)[0], best)
            return Answered((replace(first[0], package=best, value=found),), True)
        if near[0].proved:
            first = (replace(first[0], bound=-np.inf, proved=True),)
        return Answered((first[0], *near), False)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What must be known of the answer."""
        merged = [c.lever.code for c in self.levels if not c.exact]
        unknown = [
            v.code
            for v in self.evaluator.levers
            if np.isnan(v.base) and all(e.way != "set" for e in v.effects)
        ]
        said = [Problem("note.plan.merged", code=c, severity="warning") for c in merged]
        said += [Problem("note.plan.no_value", code=c, severity="warning") for c in unknown]
        said += [Problem("note.plan.enumerated", severity="warning")] if not self.linear else []
        return tuple(said)


def make_evaluator(question: Question, response: Response | None = None) -> Evaluator:
    """Exact evaluation of a question's packages; `response` if it is there already."""
    result, unit = question.result, question.unit
    made = levers(result, unit, question.actions.only(question.kinds), question.calendar)
    rivals = tuple(result.units.index(u) for u in question.rivals)
    amounts, costs = [v.amounts(question.at) for v in made], question.limits.costs
    return Evaluator(response or respond(result, unit), made, amounts, rivals, costs)


def _by_row(accept: Callable[[Flags], bool]) -> Filter:
    return lambda packages: np.array([accept(p) for p in packages], dtype=bool)
