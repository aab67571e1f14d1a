"""Chance-constrained choice by racing all packages, cheapest first.

The mixed-integer programme of many futures has a weak bound (every future may be met in part).
Up to :data:`MOST` actions it is faster to take packages by rising cost, add their leads up from
the futures' level tables and drop a package at the failure that is one too many: hardest
futures first, most fall after a few. The first success is the optimum, and the cost reached is
a proved bound at any time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Flags, Matrix, Places
from ..choose.criteria import Aim
from ..choose.programme import Programme, Proposal
from .chance_programme import ChanceProgramme

MOST = 25
_BLOCK = 200_000


class _Leads(NamedTuple):
    """Parts of the lead over each rival in one future: a constant, and by column levels x rivals."""

    const: NDArray[np.float64]
    tables: list[Matrix]
    theta: float


class Race:
    """Level tables of all futures, ready to judge packages.

    Parameters
    ----------
    programme : ChanceProgramme
        Every column enumerated by subset, or followed with one shared table.
    """

    def __init__(self, programme: ChanceProgramme) -> None:
        self.of = programme
        leads = [self._leads(f) for f in programme.frames]
        ease = [float(np.mean([t.mean() for t in x.tables])) + float(x.const.mean()) for x in leads]
        self.leads = [leads[s] for s in np.argsort(ease)]

    def _leads(self, frame: Programme) -> _Leads:
        rivals = [i for i in self.of.rivals if frame.pattern.alive[i]]
        const = frame.const[frame.own] - frame.const[rivals]
        theta = frame.theta(frame.clear(Aim("beaten")))
        return _Leads(const, [p[:, [frame.own]] - p[:, rivals] for p in frame.parts], theta)

    def places(self, packages: Flags) -> list[Places]:
        """Level of every column under each package."""
        columns = zip(self.of.solver.levels, self.of.solver.evaluator.amounts, strict=True)
        return [c.place(packages[:, c.lever.members], amounts) for c, amounts in columns]

    def successes(self, packages: Flags, need: int) -> Places:
        """Rows of the packages that reach the rank in at least `need` futures."""
        places = self.places(packages)
        alive = np.arange(len(packages))
        failures = np.zeros(len(packages), dtype=np.int32)
        allowed = len(self.leads) - need
        for const, tables, theta in self.leads:
            if alive.size == 0:
                break
            ahead = np.zeros(alive.size, dtype=np.int32)
            for r in range(const.size):
                lead = np.full(alive.size, const[r])
                for table, place in zip(tables, places, strict=True):
                    lead += table[place[alive], r]
                ahead += lead < theta
            failures[alive] += ahead >= self.of.target
            alive = alive[failures[alive] <= allowed]
        return alive


def cheapest(programme: ChanceProgramme, need: int, refuted: set[bytes], seconds: float) -> Proposal:
    """Least cost with at least `need` futures reached, packages by rising cost.

    Parameters
    ----------
    refuted : set of bytes
        Packages that exact evaluation has refuted (near-ties).
    """
    end = time.perf_counter() + seconds
    race, limits = Race(programme), programme.limits
    total = np.full(1, limits.cost(limits.least))
    for c in limits.costs[limits.free]:
        total = np.concatenate([total, total + c])
    done, bound = -np.inf, float(total.min())
    while time.perf_counter() < end:
        left = total[total > done]
        if left.size == 0:
            return Proposal(None, -np.inf, "infeasible")
        bound = float(left.min())
        top = left.max() if left.size <= _BLOCK else np.partition(left, _BLOCK - 1)[_BLOCK - 1]
        block = np.flatnonzero((total > done) & (total <= top))
        successes = [p for p in _successes(race, block, need) if p.tobytes() not in refuted]
        if successes:
            best = min(successes, key=limits.cost)
            return Proposal(best, -limits.cost(best), "optimal")
        done = float(top)
    return Proposal(None, -bound, "time")


def _successes(race: Race, numbers: Places, need: int) -> Iterator[Flags]:
    limits = race.of.limits
    for first in range(0, numbers.size, _BLOCK):
        packages = limits.numbered(numbers[first : first + _BLOCK])
        packages = packages[limits.allows(packages)]
        yield from packages[race.successes(packages, need)]
