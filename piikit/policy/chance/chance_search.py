"""Chance-constrained choice by racing all packages, cheapest first.

The mixed-integer programme of many futures has a weak bound (every future may be met in part).
Up to :data:`MOST` actions it is faster to take packages by rising cost, add their leads up from
the futures' level tables and drop a package at the failure that is one too many: hardest
futures first, most fall after a few. The first success is the optimum, and the cost reached is
a proved bound at any time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..choose.programme import Programme
from ..choose.solver import Solved

if TYPE_CHECKING:
    from .chance_programme import ChanceProgramme

Flags = NDArray[np.bool_]
Matrix = NDArray[np.float64]

MOST = 25
_BLOCK = 200_000


class Race:
    """Level tables of all futures, ready to judge packages by number.

    Parameters
    ----------
    programme : ChanceProgramme
        Every column enumerated by subset, or followed with one shared table.
    """

    def __init__(self, programme: ChanceProgramme) -> None:
        self.of = programme
        self.fixed = programme.limits.fixed
        self.free = np.flatnonzero(np.isnan(self.fixed))
        self.tables = [self._leads(f) for f in programme.frames]
        ease = [
            float(np.mean([t.mean() for t in tables])) + float(const.mean()) for const, tables in self.tables
        ]
        self.order = np.argsort(ease)

    def _leads(self, frame: Programme) -> tuple[Matrix, list[Matrix]]:
        """Constant and, by column, levels x rivals: parts of the lead over each rival."""
        rivals = [i for i in self.of.rivals if frame.pattern.alive[i]]
        own = frame.own
        const = frame.const[own] - frame.const[rivals]
        return const, [p[:, [own]] - p[:, rivals] for p in frame.parts]

    def packages(self, numbers: NDArray[np.int64]) -> Flags:
        """Packages by number over the free actions."""
        out = np.broadcast_to(self.fixed == 1, (numbers.size, self.fixed.size)).copy()
        out[:, self.free] = ((numbers[:, None] >> np.arange(self.free.size)) & 1).astype(bool)
        return out

    def places(self, packages: Flags) -> list[NDArray[np.intp]]:
        """Level of every column under each package."""
        found = []
        evaluator = self.of.solver.evaluator
        for k, column in enumerate(self.of.solver.levels):
            chosen = packages[:, column.lever.members]
            if column.slopes is not None:
                found.append(np.zeros(len(packages), dtype=np.intp))
            elif column.bits is not None:
                found.append(chosen @ (2 ** np.arange(column.lever.members.size)))
            else:
                values = column.lever.values(chosen, evaluator.amounts[k])
                order = np.argsort(column.values)
                middle = 0.5 * (column.values[order][1:] + column.values[order][:-1])
                found.append(order[np.searchsorted(middle, values)])
        return found

    def successes(self, packages: Flags, need: int) -> NDArray[np.intp]:
        """Rows of the packages that reach the rank in at least `need` futures."""
        places = self.places(packages)
        alive = np.arange(len(packages))
        failures = np.zeros(len(packages), dtype=np.int32)
        allowed = len(self.tables) - need
        for s in self.order:
            if alive.size == 0:
                break
            const, tables = self.tables[s]
            theta = self.of.frames[s].theta
            ahead = np.zeros(alive.size, dtype=np.int32)
            for r in range(const.size):
                lead = np.full(alive.size, const[r])
                for table, place in zip(tables, places, strict=True):
                    lead += table[place[alive], r]
                ahead += lead < theta
            failures[alive] += ahead >= self.of.target
            alive = alive[failures[alive] <= allowed]
        return alive


def cheapest(programme: ChanceProgramme, need: int, refuted: set[bytes], seconds: float) -> Solved:
    """Least cost with at least `need` futures reached, packages by rising cost.

    Parameters
    ----------
    refuted : set of bytes
        Packages that exact evaluation has refuted (near-ties).
    """
    end = time.perf_counter() + seconds
    race = Race(programme)
    limits = programme.limits
    costs = limits.costs[race.free]
    total = np.full(1, float(limits.costs[limits.fixed == 1].sum()))
    for c in costs:
        total = np.concatenate([total, total + c])
    done, bound = -np.inf, float(total.min())
    while time.perf_counter() < end:
        left = total[total > done]
        if left.size == 0:
            return Solved(None, -np.inf, "infeasible")
        bound = float(left.min())
        top = left.max() if left.size <= _BLOCK else np.partition(left, _BLOCK - 1)[_BLOCK - 1]
        numbers = np.flatnonzero((total > done) & (total <= top))
        best: Flags | None = None
        for first in range(0, numbers.size, _BLOCK):
            packages = race.packages(numbers[first : first + _BLOCK])
            packages = packages[limits.allows(packages)]
            for row in race.successes(packages, need):
                package = packages[row]
                cost = float(limits.costs[package].sum())
                if package.tobytes() not in refuted and (
                    best is None or cost < float(limits.costs[best].sum()) - 1e-12
                ):
                    best = package
        if best is not None:
            return Solved(best, -float(limits.costs[best].sum()), "optimal")
        done = float(top)
    return Solved(None, -bound, "time")
