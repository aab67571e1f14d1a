"""One question compiled: levels, programmes and exact evaluation, for any target and budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column
from ...base.errors import MethodError, Problem
from ..actions.effects import Lever, levers
from ..response.unit_response import Response, respond
from . import enumeration
from .attainable_levels import make_levels
from .climb import climb
from .criteria import Aim
from .evaluator import Evaluator
from .levels import Levels
from .limits import Limits
from .patterns import Pattern, patterns
from .programme import Programme
from .question import Question
from .search import Search, Stage

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
    make : callable
        Levels of one lever: ``make(response, lever, amounts)``.
    """

    def __init__(
        self,
        question: Question,
        evaluator: Evaluator,
        limits: Limits,
        engine: str = "auto",
        make: LevelMaker = make_levels,
    ) -> None:
        self.question, self.evaluator, self.limits = question, evaluator, limits
        self.response = evaluator.response
        exact = self.response.additive and question.result.method.rank_ties != "dense"
        if engine == "programme" and not exact:
            raise MethodError("error.plan.not_linear")
        self.enumerates = engine == "enumerate" or not exact
        self.solves = 0
        self.levels: tuple[Levels, ...] = ()
        self.patterns: tuple[Pattern, ...] = ()
        if self.enumerates:
            enumeration.check_size(evaluator, limits)
        else:
            pairs = zip(evaluator.levers, evaluator.amounts, strict=True)
            self.levels = tuple(make(self.response, lever, amounts) for lever, amounts in pairs)
            self.patterns = patterns(self.response, self.levels)
        self.base = evaluator.one(np.zeros(len(question.actions), dtype=bool))

    @classmethod
    def of(cls, question: Question, engine: str = "auto", make: LevelMaker = make_levels) -> Solver:
        """Compile a question as it stands."""
        return cls(question, make_evaluator(question), question.limits, engine, make)

    def programmes(self, limits: Limits) -> tuple[Programme, ...]:
        """One programme for each pattern in which the unit has a score."""
        alive = [p for p in self.patterns if p.alive[self.response.own]]
        return tuple(Programme(self.levels, p, self.response, limits) for p in alive)

    def run(
        self, aims: Sequence[Aim], target: int | None, limits: Limits | None = None, *, seconds: float = 60.0
    ) -> tuple[Stage, ...]:
        """Optimise the aims one after the other."""
        limits = limits or self.limits
        if self.enumerates:
            return enumeration.best(self.evaluator, limits, aims, target)
        search = Search(self.programmes(limits), self.evaluator, limits, seconds, target)
        start = limits.least
        for aim in aims:
            stage = search.run(aim, start)
            if stage.package is None:
                if not stage.proved:
                    search.stages[-1] = self._hurried(search, aim, stage)
                break
            start = stage.package
        self.solves += search.solves
        return tuple(search.stages)

    def _hurried(self, search: Search, aim: Aim, stage: Stage) -> Stage:
        """A package from a quick climb, for when time ran out before the solver had one."""
        package = climb(self.evaluator, search.limits)
        if package is None or not search.keeps(package):
            return stage
        return Stage(aim.kind, package, self.evaluator.value(aim, package), stage.bound, False)

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

    def answer(self, seconds: float) -> Answered:
        """Solve the question; where the target is out of reach, come as near as can be."""
        target = self.question.target_rank
        stages = self.run(self.aims(self.question.objective, target), target, seconds=seconds)
        if target is None:
            return Answered(stages, None)
        if stages[0].package is not None:
            return Answered(stages, True)
        rivals = self.evaluator.rivals
        aims = [Aim("beaten", rivals), Aim("margin", rivals, target), Aim("cost")]
        return Answered((stages[0], *self.run(aims, None, seconds=seconds)), False)

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
        said += [Problem("note.plan.enumerated", severity="warning")] if self.enumerates else []
        return tuple(said)


def make_evaluator(question: Question, response: Response | None = None) -> Evaluator:
    """Exact evaluation of a question's packages; `response` if it is there already."""
    result, unit = question.result, question.unit
    made = levers(result, unit, question.actions.only(question.kinds), question.calendar)
    rivals = tuple(result.units.index(u) for u in question.rivals)
    amounts, costs = [v.amounts(question.at) for v in made], question.limits.costs
    return Evaluator(response or respond(result, unit), made, amounts, rivals, costs)
