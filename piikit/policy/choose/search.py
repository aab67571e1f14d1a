"""Proved optima: the programme proposes, the exact evaluation disposes, cuts exclude what was refuted.

The programme relaxes comparisons by a hair (and merged levels by their width), so its bound is
a bound of the truth. A proposal is evaluated exactly; if it falls short of what the programme
promised, it is remembered, excluded and the programme asked again. When nothing left could be
better than what was found, that is proved; when time runs out, it is not, and the gap is told.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ...base.arrays import Flags
from .comparisons import Held, solve
from .criteria import Aim, Lock, holds, lock
from .evaluator import Evaluator
from .limits import Limits
from .programme import Cut, Programme

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
        Whether `value` is the optimum (to :data:`piikit.policy.choose.criteria.TOLERANCE`), or with
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


def last_package(stages: Sequence[Stage]) -> Flags | None:
    """The package of the last criterion that has one."""
    return next((s.package for s in reversed(stages) if s.package is not None), None)


class _Best(NamedTuple):
    """The best package so far, and the value of its criterion."""

    package: Flags | None
    value: float


@dataclass(eq=False)
class Search:
    """Criteria one after the other, each held before the next.

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
    _found: list[tuple[Aim, float]] = field(default_factory=list)

    def left(self) -> float:
        """Seconds left."""
        return self.seconds - (time.perf_counter() - self._start)

    def keeps(self, package: Flags) -> bool:
        """Whether a package really keeps limits, target and every criterion before."""
        if not self.limits.allows(package)[0]:
            return False
        rank = self.evaluator.one(package).group_rank
        if np.isnan(rank) or (self.target is not None and rank > self.target):
            return False
        return all(holds(aim, self.evaluator.value(aim, package), found) for aim, found in self._found)

    def _locks(self) -> list[Lock]:
        """The target and all criteria before, as the programme holds them."""
        rivals = self.evaluator.rivals
        need = 0 if self.target is None else len(rivals) - (self.target - 1)
        target = [Lock(Aim("beaten", rivals), need)] if need > 0 else []
        return [*target, *(lock(aim, found) for aim, found in self._found)]

    def run(self, aim: Aim, start: Flags | None = None) -> Stage:
        """Maximise one criterion, then hold it for those that follow."""
        best = self._better(aim, _Best(None, -np.inf), start)
        held, bounds = Held(self._locks()), [np.inf] * len(self.programmes)
        for _ in range(MOST_TURNS):
            if max(bounds, default=-np.inf) <= best.value + aim.tolerance or self.left() <= 0:
                break
            at = int(np.argmax(bounds))
            proposed = solve(self.programmes[at], aim, held, self.left())
            self.solves += 1
            bounds[at] = min(bounds[at], proposed.bound)
            best = self._better(aim, best, proposed.package)
            if proposed.status == "time" or (proposed.package is None and proposed.status != "infeasible"):
                break
            if proposed.package is not None and max(bounds) > best.value + aim.tolerance:
                # refuted or merged: nothing else can have the scores of this one
                held.cuts.append(self._cut(proposed.package))
                held.rounded |= self.programmes[at].coarse
        return self._conclude(aim, best, max(bounds, default=-np.inf))

    def _better(self, aim: Aim, best: _Best, package: Flags | None) -> _Best:
        """The better of two, if the new one keeps everything."""
        if package is None or not self.keeps(package):
            return best
        value = self.evaluator.value(aim, package)
        return _Best(package, value) if best.package is None or value > best.value + 1e-12 else best

    def _cut(self, package: Flags) -> Cut:
        """Exclude all packages with these scores: the actions that move something identify them."""
        touched = [v.members for v in self.evaluator.levers]
        places = np.unique(np.concatenate(touched)) if touched else np.arange(package.size)
        return Cut(places.astype(np.intp), package[places])

    def _conclude(self, aim: Aim, best: _Best, bound: float) -> Stage:
        found = best.package is not None
        proved = bound <= best.value + aim.tolerance if found else bound == -np.inf
        stage = Stage(aim.kind, best.package, best.value, max(bound, best.value), proved)
        self.stages.append(stage)
        if found:
            self._found.append((aim, best.value))
        return stage
