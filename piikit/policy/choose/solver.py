"""One question compiled: levels, programmes and exact evaluation, for any target and budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags
from ...base.errors import MethodError, Problem
from ..actions.effects import Lever, levers
from ..response.unit_response import Response, respond
from .attainable_levels import MOST_ARCS, MOST_SUBSETS, make_levels
from .criteria import Aim
from .enumeration import AT_ONCE, Enumeration, Filter
from .evaluator import Evaluator
from .levels import Levels
from .limits import Limits
from .patterns import Pattern, patterns
from .programme import Programme
from .question import Question
from .search import Search, Stage
from .watch import Watch

LevelMaker = Callable[[Response, Lever, Column], Levels]


class Answered(NamedTuple):
    """Every criterion with its proof, whether the target is reached (None without one), and whether it was stopped."""

    stages: tuple[Stage, ...]
    reached: bool | None
    stopped: bool = False


class Stopped(KeyboardInterrupt):
    """Ctrl-C in a search, with what was found so far."""

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        super().__init__()
        self.stages = stages


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
    """

    def __init__(
        self,
        question: Question,
        evaluator: Evaluator,
        limits: Limits,
        engine: str = "auto",
        make: LevelMaker | None = None,
    ) -> None:
        self.question, self.evaluator, self.limits = question, evaluator, limits
        self.response = evaluator.response
        self.linear = self.response.additive and question.result.method.rank_ties != "dense"
        if engine == "programme" and not self.linear:
            raise MethodError("error.plan.not_linear")
        self.table = None if self.linear and engine != "enumerate" else Enumeration(evaluator, limits)
        self.solves = 0
        self.levels: tuple[Levels, ...] = ()
        self.patterns: tuple[Pattern, ...] = ()
        if self.table is None:
            wide = sum(v.members.size > MOST_SUBSETS for v in evaluator.levers)
            make = make or partial(make_levels, arcs=MOST_ARCS // max(1, wide))
            pairs = zip(evaluator.levers, evaluator.amounts, strict=True)
            self.levels = tuple(make(self.response, lever, amounts) for lever, amounts in pairs)
            self.patterns = patterns(self.response, self.levels)
        self.base = evaluator.one(np.zeros(len(question.actions), dtype=bool))

    @classmethod
    def of(cls, question: Question, engine: str = "auto", make: LevelMaker | None = None) -> Solver:
        """Compile a question as it stands; few actions are enumerated unless levels are asked for."""
        few = question.limits.free.size <= AT_ONCE and make is None
        evaluator = make_evaluator(question)
        few &= not evaluator.response.mixes
        return cls(
            question, evaluator, question.limits, "enumerate" if few and engine == "auto" else engine, make
        )

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
        seconds: float | Watch = 60.0,
        accept: Callable[[Flags], bool] | None = None,
    ) -> tuple[Stage, ...]:
        """Optimise the aims one after the other.

        Parameters
        ----------
        seconds : float or Watch
        accept : callable, optional
            What a package must keep beside limits and target.

        Raises
        ------
        Stopped
            On Ctrl-C, with what was found so far.
        """
        watch = seconds if isinstance(seconds, Watch) else Watch(seconds)
        if self.table is not None:
            table, rows = self.table, None if accept is None else _by_row(accept)
            work = partial(table.best, aims, target, limits, watch=watch, accept=rows)
            return self._watched(watch, work, lambda: table.so_far())
        search = Search(self.programmes(limits or self.limits), self.evaluator, limits or self.limits, watch)
        search.target, search.accept = target, accept
        stages = self._watched(watch, partial(search.run, aims), search.so_far)
        self.solves += search.solves
        return stages

    def _watched(
        self, watch: Watch, work: Callable[[], object], so_far: Callable[[], tuple[Stage, ...]]
    ) -> tuple[Stage, ...]:
        try:
            watch.run(work)
        except KeyboardInterrupt:
            raise Stopped(so_far()) from None
        return so_far()

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

    def answer(self, seconds: float | Watch) -> Answered:
        """Solve the question; where the target is out of reach, come as near as can be."""
        watch = seconds if isinstance(seconds, Watch) else Watch(seconds)
        target, rivals = self.question.target_rank, self.evaluator.rivals
        nearest = [Aim("beaten", rivals), Aim("margin", rivals, target or 1), Aim("cost")]
        first: tuple[Stage, ...] = ()
        try:
            first = self.run(self.aims(self.question.objective, target), target, seconds=watch)
            if target is None or first[0].package is not None:
                return Answered(first, None if target is None else True)
            return Answered((first[0], *self.run(nearest, None, seconds=watch)), False)
        except Stopped as stop:
            done = (*first[:1], *stop.stages)
            return Answered(done, None if target is None else not first and done[0].package is not None, True)

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
