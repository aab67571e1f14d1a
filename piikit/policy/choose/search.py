"""Proved optima: the programme proposes, the exact evaluation disposes, cuts exclude what was refuted.

The programme relaxes comparisons by a hair (and merged levels by their width), so its bound is
a bound of the truth. A proposal is evaluated exactly; if it falls short of what the programme
promised, it is remembered, excluded and the programme asked again. When nothing left could be
better than what was found, that is proved; when time runs out, it is not, and the gap is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ...base.arrays import Flags
from ...base.watch import Watch
from .climb import climb, pruned
from .comparisons import Held, solve
from .criteria import Aim, Lock, holds, lock
from .evaluator import Evaluator
from .limits import Limits
from .programme import Cut, Programme

MOST_TURNS = 400
MOST_UNCLIMBED = 16


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
    make : callable
        Makes one programme for each pattern of missing scores.
    evaluator : Evaluator
    limits : Limits
    watch : Watch
        For everything together.
    target : int or None
        Group rank that must be reached.
    accept : callable or None
        What else a package must keep, asked last.
    """

    make: Callable[[], tuple[Programme, ...]]
    evaluator: Evaluator
    limits: Limits
    watch: Watch
    target: int | None = None
    accept: Callable[[Flags], bool] | None = None
    stages: list[Stage] = field(default_factory=list)
    solves: int = 0
    programmes: tuple[Programme, ...] = ()
    _found: list[tuple[Aim, float]] = field(default_factory=list)
    _now: Callable[[], Stage] | None = None

    def keeps(self, package: Flags) -> bool:
        """Whether a package really keeps limits, target and every criterion before."""
        if not self.limits.allows(package)[0]:
            return False
        rank = self.evaluator.one(package).group_rank
        if np.isnan(rank) or (self.target is not None and rank > self.target):
            return False
        held = all(holds(aim, self.evaluator.value(aim, package), found) for aim, found in self._found)
        return held and (self.accept is None or self.accept(package))

    def _locks(self) -> list[Lock]:
        """The target and all criteria before, as the programme holds them."""
        rivals = self.evaluator.rivals
        need = 0 if self.target is None else len(rivals) - (self.target - 1)
        target = [Lock(Aim("beaten", rivals), need)] if need > 0 else []
        return [*target, *(lock(aim, found) for aim, found in self._found)]

    def run(self, aims: Sequence[Aim]) -> None:
        """Maximise one criterion after the other until one has no package; fills :attr:`stages`."""
        self.programmes = self.make()
        start: Flags | None = self.limits.least
        for aim in aims:
            stage = self._maximise(aim, start)
            if stage.package is None:
                break
            start = stage.package

    def untouched(self, aim: Aim) -> Stage:
        """What is known of a criterion before anything is tried: what has to be taken, and nothing else."""
        best = self._better(aim, _Best(None, -np.inf), self.limits.least)
        return _stage(aim, best, bound_of(aim, self.limits))

    def so_far(self) -> tuple[Stage, ...]:
        """What is known at this moment, the criterion under way included."""
        done, now = tuple(self.stages), self._now
        last = None if now is None else now()
        return done if last is None or last.kind in [s.kind for s in done] else (*done, last)

    def _maximise(self, aim: Aim, start: Flags | None) -> Stage:
        """Maximise one criterion, then hold it for those that follow."""
        best = self._better(aim, _Best(None, -np.inf), start)
        held, bounds = Held(self._locks()), [p.limit(aim) for p in self.programmes]

        def now() -> Stage:
            return _stage(aim, best, max(bounds, default=-np.inf))

        self._now = now
        if not self.stages and self.limits.free.size > MOST_UNCLIMBED:
            for package in climb(self.evaluator, self.limits, self._hurry(aim)):
                best = self._better(aim, best, package)
                if best.package is not None and aim.kind == "cost":
                    fewer = pruned(best.package, self.limits, self.keeps)
                    best = self._better(aim, best, fewer)
                    break
        for _ in range(MOST_TURNS):
            if max(bounds, default=-np.inf) <= best.value + aim.tolerance or self.watch.over:
                break
            at = int(np.argmax(bounds))
            proposed = solve(self.programmes[at], aim, held, self.watch.left)
            self.solves += 1
            bounds[at] = min(bounds[at], proposed.bound)
            best = self._better(aim, best, proposed.package)
            if proposed.status == "time" or (proposed.package is None and proposed.status != "infeasible"):
                break
            if proposed.package is not None and max(bounds) > best.value + aim.tolerance:
                # refuted or merged: nothing else can have the scores of this one
                held.cuts.append(self._cut(proposed.package))
                held.rounded |= self.programmes[at].coarse
        stage = now()
        self.stages.append(stage)
        self._now = None
        if stage.package is not None:
            self._found.append((aim, best.value))
        return stage

    def _hurry(self, aim: Aim) -> Callable[[], bool]:
        """Whether the quick climb has had its share of the time."""
        least = 0.7 * self.watch.left
        return lambda: self.watch.left <= least

    def _better(self, aim: Aim, best: _Best, package: Flags | None) -> _Best:
        """The better of two, if the new one keeps everything."""
        if package is None or not self.keeps(package):
            return best
        value = self.evaluator.value(aim, package)
        return _Best(package, value) if best.package is None or value > best.value + 1e-12 else best

    def _cut(self, package: Flags) -> Cut:
        """Exclude all packages with these scores: the actions that move something identify them."""
        touched = [v.members for v in self.evaluator.levers]
        if not self.limits.allows(package)[0]:
            touched = [np.arange(package.size)]
        places = np.unique(np.concatenate(touched)) if touched else np.arange(package.size)
        return Cut(places.astype(np.intp), package[places])


def bound_of(aim: Aim, limits: Limits) -> float:
    """What no package can exceed, known without looking at any."""
    if aim.kind in ("cost", "count"):
        sizes = limits.costs if aim.kind == "cost" else np.ones(limits.costs.size)
        return -float(sizes[limits.least].sum())
    return float(len(aim.rivals)) if aim.counts else np.inf


def _stage(aim: Aim, best: _Best, bound: float) -> Stage:
    found = best.package is not None
    proved = bound <= best.value + aim.tolerance if found else bound == -np.inf
    return Stage(aim.kind, best.package, best.value, max(bound, best.value), proved)
