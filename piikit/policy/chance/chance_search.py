"""Chance-constrained choice by racing all packages, cheapest first.

The mixed-integer programme of many futures has a weak bound (every future may be met in part).
Up to :data:`MOST` actions it is faster to take packages by rising cost, add all scores up from
the futures' level tables and drop a package at the failure that is one too many: hardest
futures first, most fall after a few. The first success is the optimum, and the cost reached is
a proved bound at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Matrix, Places
from ...base.watch import Watch
from ...index.engine import compute
from ...index.index_result import IndexResult
from ..choose.patterns import patterns
from ..choose.programme import Programme, Proposal
from ..choose.solver import Solver
from ..response.unit_response import Response, respond
from .futures import Futures

MOST = 25
_BLOCK, _CHUNK = 400_000, 10_000
_CENT = 1e-9


class _Scores(NamedTuple):
    """Scores of the own unit (first) and its rivals in one future: a constant, and by column levels x units."""

    const: Column
    tables: list[Matrix]


class OutOfTime(Exception):
    """Time was up before the futures were all tabled."""


class Race:
    """Level tables of all futures, ready to judge packages.

    Parameters
    ----------
    solver : Solver
        Every column enumerated by subset, and one pattern of missing scores.
    futures : Futures
    target : int
        Rank to be reached in the group.

    Raises
    ------
    OutOfTime
        If `watch` ends before the tables are made.
    """

    def __init__(self, solver: Solver, futures: Futures, target: int, watch: Watch) -> None:
        self.solver, self.target, self.limits = solver, target, solver.limits
        self.ranking, self.rivals, self.watch = solver.evaluator.ranking, solver.evaluator.rivals, watch
        self.planned, made = self._scores(solver.programmes(solver.limits)[0]), []
        for s in range(futures.count):
            if watch.over:
                raise OutOfTime
            made.append(self._scores(_frame(solver, futures, s)))
        ease = [x.const[0] - x.const[1:].mean() + sum(float(t[:, 0].mean()) for t in x.tables) for x in made]
        self.scores = [made[s] for s in np.argsort(ease)]

    def _scores(self, frame: Programme) -> _Scores:
        units = [frame.own, *self.rivals]
        const = np.where(frame.pattern.alive, frame.const, np.nan)
        return _Scores(const[units], [p[:, units] for p in frame.parts])

    def places(self, packages: Flags) -> list[Places]:
        """Level of every column under each package."""
        columns = zip(self.solver.levels, self.solver.evaluator.amounts, strict=True)
        return [c.place(packages[:, c.lever.members], amounts) for c, amounts in columns]

    def _reached(self, scores: _Scores, places: list[Places], rows: Places) -> Flags:
        total = np.broadcast_to(scores.const, (rows.size, scores.const.size)).copy()
        for table, place in zip(scores.tables, places, strict=True):
            total += table[place[rows]]
        return np.asarray(self.ranking.own(total, 0) <= self.target)

    def successes(self, packages: Flags, need: int) -> Places:
        """Rows of the packages that reach the rank as planned and in at least `need` futures, or :class:`OutOfTime`."""
        places, rows = self.places(packages), np.arange(len(packages))
        rows = rows[self._reached(self.planned, places, rows)]
        failures = np.zeros(len(packages), dtype=np.int32)
        for scores in self.scores:
            if rows.size == 0:
                break
            if self.watch.over:
                raise OutOfTime
            failures[rows] += ~self._reached(scores, places, rows)
            rows = rows[failures[rows] <= len(self.scores) - need]
        return rows

    def as_planned(self, packages: Flags) -> Flags:
        """Whether each package reaches the rank at the planned effects."""
        return self._reached(self.planned, self.places(packages), np.arange(len(packages)))

    def counts(self, packages: Flags) -> Places:
        """In how many futures each package reaches the rank; raises :class:`OutOfTime`."""
        places, rows = self.places(packages), np.arange(len(packages))
        total = np.zeros(len(packages), dtype=np.intp)
        for scores in self.scores:
            if self.watch.over:
                raise OutOfTime
            total += self._reached(scores, places, rows)
        return total


def _frame(solver: Solver, futures: Futures, s: int) -> Programme:
    """The programme of one future: the same levels with that future's scores."""
    response, pattern, columns = solver.response, solver.patterns[0], solver.levels
    if futures.panels is not None:
        response, own = _moved(response, futures.panels[s]), futures.panels[s, response.own]
        columns = tuple(replace(c, lever=replace(c.lever, base=own[c.lever.at])) for c in columns)
    drawn = zip(columns, futures.amounts, futures.delivered, strict=True)
    levels = tuple(column.in_future(response, a[s], d[s]) for column, a, d in drawn)
    if futures.panels is not None:
        pattern = patterns(response, levels)[0]
    every = tuple(np.ones(c.values.size, dtype=bool) for c in levels)
    return Programme(levels, replace(pattern, open_levels=every), response, solver.limits)


def _moved(response: Response, panel: NDArray[np.float64]) -> Response:
    """The response of the same index with other raw values of the rivals."""
    result = response.result
    values = result.dataset.values.copy()
    values.loc[:, :] = panel
    moved = IndexResult(
        dataset=result.dataset.replace(values=values),
        method=result.method,
        plan=result.plan,
        computed=compute(result.plan, panel),
    )
    return respond(moved, response.unit)


def cheapest(race: Race, need: int, refuted: set[bytes], above: float = -np.inf) -> Proposal:
    """Least cost with the rank reached as planned and in at least `need` futures, packages by rising cost.

    Parameters
    ----------
    refuted : set of bytes
        Packages that building again has refuted (near-ties).
    above : float
        Cost below which no package can do it.
    """
    limits = race.limits
    total = np.full(1, limits.cost(limits.least))
    for c in limits.costs[limits.free]:
        total = np.concatenate([total, total + c])
    done = above - _CENT * max(1.0, abs(above)) if np.isfinite(above) else -np.inf
    while True:
        left = total[total > done]
        if left.size == 0:
            return Proposal(None, -np.inf, "infeasible")
        if race.watch.over:
            return Proposal(None, -float(left.min()), "time")
        top = left.max() if left.size <= _BLOCK else np.partition(left, _BLOCK - 1)[_BLOCK - 1]
        numbers = np.flatnonzero((total > done) & (total <= top))
        try:
            found = _first(race, numbers[np.argsort(total[numbers], kind="stable")], need, refuted)
        except OutOfTime:
            continue
        if found is not None:
            return Proposal(found, -limits.cost(found), "optimal")
        done = float(top)


def _first(race: Race, numbers: Places, need: int, refuted: set[bytes]) -> Flags | None:
    """The cheapest success of a block that stands by rising cost; of equally cheap ones the surest."""
    limits, best = race.limits, np.inf
    good: list[Flags] = []
    for first in range(0, numbers.size, _CHUNK):
        packages = limits.numbered(numbers[first : first + _CHUNK])
        if limits.cost(packages[0]) > best + _CENT * max(1.0, best):
            break
        packages = packages[limits.allows(packages)]
        good += [p for p in packages[race.successes(packages, need)] if p.tobytes() not in refuted]
        best = min((limits.cost(p) for p in good), default=np.inf)
    if not good:
        return None
    ties = np.array([p for p in good if limits.cost(p) <= best + _CENT * max(1.0, best)])
    # so that asking for more never ends cheaper
    counts = race.counts(ties) if len(ties) > 1 and not race.watch.over else np.zeros(len(ties))
    return np.asarray(ties[np.lexsort((ties.sum(axis=1), -counts))[0]])
