"""Proved optima: the programme proposes, the exact evaluation disposes, cuts exclude what was refuted.

The programme relaxes comparisons by a hair (and merged levels by their width), so its bound is
a bound of the truth. A proposal is evaluated exactly; if it falls short of what the programme
promised, it is remembered, excluded and the programme asked again. When nothing left could be
better than what was found, that is proved; when time runs out, it is not, and the gap is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .evaluator import Evaluator
from .limits import Limits
from .programme import TOLERANCE, Aim, Lock, Programme

Flags = NDArray[np.bool_]
MOST_TURNS = 400


@dataclass(frozen=True, eq=False)
class Stage:
    """Outcome of one criterion.

    Attributes
    ----------
    kind : str
    package : ndarray of bool or None
        None if no package keeps the limits and locks (or none was found in time).
    value, bound : float
        Of the criterion, larger is better; what was found and what nothing can exceed.
    proved : bool
        Whether `value` is the optimum (to :data:`piikit.policy.choose.programme.TOLERANCE`), or with
        no package, whether there is proof that none exists.
    """

    kind: str
    package: Flags | None
    value: float
    bound: float
    proved: bool

    @property
    def gap(self) -> float:
        """Distance between bound and value; 0 when proved."""
        return 0.0 if self.proved else max(0.0, self.bound - self.value)


@dataclass(eq=False)
class Search:
    """Criteria one after the other, each locked before the next.

    Attributes
    ----------
    programmes : tuple of Programme
        One for each pattern of missing scores.
    evaluator : Evaluator
    limits : Limits
    seconds : float
        For everything together.
    target : int or None
        Group rank that must be reached.
    """

    programmes: tuple[Programme, ...]
    evaluator: Evaluator
    limits: Limits
    seconds: float
    target: int | None = None
    stages: list[Stage] = field(default_factory=list)
    solves: int = 0
    _start: float = field(default_factory=time.perf_counter)
    _locks: list[Lock] = field(default_factory=list)
    _keeps: list[Callable[[Flags], bool]] = field(default_factory=list)

    def left(self) -> float:
        """Seconds left."""
        return self.seconds - (time.perf_counter() - self._start)

    def value(self, aim: Aim, package: Flags) -> float:
        """The criterion's true value for a package, larger is better."""
        if aim.kind == "cost":
            return -float(self.limits.costs[package].sum())
        if aim.kind == "count":
            return -float(package.sum())
        scores = self.evaluator.one(package).scores
        if aim.kind == "score":
            own = float(scores[self.evaluator.response.own])
            return own if own == own else -np.inf
        if aim.kind == "margin":
            return self.evaluator.margin(scores, aim.place)
        ahead = self.evaluator.ahead(scores)
        return float(sum(i not in ahead for i in aim.rivals))

    def keeps(self, package: Flags) -> bool:
        """Whether a package really keeps limits, target and every criterion locked before."""
        if not self.limits.allows(package)[0]:
            return False
        done = self.evaluator.one(package)
        if np.isnan(done.rank):
            return False
        if self.target is not None and not done.group_rank <= self.target:
            return False
        return all(keep(package) for keep in self._keeps)

    def _relaxed_target(self) -> list[Lock]:
        if self.target is None:
            return []
        rivals = self.evaluator.rivals
        need = len(rivals) - (self.target - 1)
        return [Lock(Aim("beaten", rivals), need)] if need > 0 else []

    def run(self, aim: Aim, start: Flags | None = None) -> Stage:
        """Maximise one criterion, then lock it for those that follow."""
        incumbent = start if start is not None and self.keeps(start) else None
        value = self.value(aim, incumbent) if incumbent is not None else -np.inf
        cuts: list[tuple[NDArray[np.intp], Flags]] = []
        locks = [*self._relaxed_target(), *self._locks]
        bounds: list[float] = [np.inf] * len(self.programmes)
        tolerance = TOLERANCE if aim.kind in ("score", "margin", "cost") else 0.5
        for _ in range(MOST_TURNS):
            at = int(np.argmax(bounds)) if bounds else 0
            if not bounds or max(bounds) <= value + tolerance or self.left() <= 0:
                break
            solved = self.programmes[at].solve(aim, locks, cuts, self.left())
            self.solves += 1
            bounds[at] = min(bounds[at], solved.bound)
            if solved.package is None:
                if solved.status != "infeasible":
                    break
                continue
            if self.keeps(solved.package):
                found = self.value(aim, solved.package)
                if found > value + (1e-12 if incumbent is not None else 0):
                    incumbent, value = solved.package, found
            if solved.status == "time":
                break
            if max(bounds) > value + tolerance:
                # refuted or merged: nothing else can have the scores of this one
                cuts.append(self._cut(solved.package))
        bound = max(bounds) if bounds else -np.inf
        proved = bound <= value + tolerance if incumbent is not None else bound == -np.inf
        stage = Stage(aim.kind, incumbent, value, max(bound, value), proved)
        self.stages.append(stage)
        if incumbent is not None:
            self._lock(aim, value, tolerance)
        return stage

    def _cut(self, package: Flags) -> tuple[NDArray[np.intp], Flags]:
        """Exclude all packages with these scores: the actions that move something identify them."""
        touched = [v.members for v in self.evaluator.levers]
        places = np.unique(np.concatenate(touched)) if touched else np.arange(package.size)
        return places.astype(np.intp), package[places]

    def _lock(self, aim: Aim, value: float, tolerance: float) -> None:
        slack = {"score": 1e-7, "margin": 1e-7, "cost": 1e-7}.get(aim.kind, 0.25)
        hold = {"score": 1e-9, "margin": 1e-9, "cost": 1e-9}.get(aim.kind, 0.25)
        self._locks.append(Lock(aim, value - slack))
        self._keeps.append(lambda package: self.value(aim, package) >= value - hold * max(1.0, abs(value)))
