"""Comparisons with rivals, as a programme's columns and rows.

``S_0 - S_i >= m_i + (theta - m_i) beat_i`` with m_i the least possible difference: the binary
may be 1 only if rival i is not ahead. Comparisons that bounds decide need none, nor does a
rival that always stands below as many others as may stay ahead: it has to be passed.

Ranks are made on rounded scores, so theta is relaxed by the unit of rounding. Where that unit
is coarse and the relaxation was refuted, rounded scores become integer columns r of their own:
``-unit / 2 <= S_i - unit r_i <= unit / 2``, and ``r_0 >= r_i`` (``r_i + 1`` where a tie takes
the worse rank) for a rival that is not ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

import numpy as np

from .criteria import TOLERANCE, Aim, Lock
from .highs import Linear, Model
from .programme import Cut, Programme, Proposal

_NEVER = Linear(np.zeros(0, dtype=np.intp), np.zeros(0))


@dataclass
class Held:
    """What a programme must keep: criteria, packages that were refuted, and ranks on rounded scores if need be."""

    locks: Sequence[Lock]
    cuts: list[Cut] = field(default_factory=list)
    rounded: bool = False


def solve(programme: Programme, aim: Aim, held: Held, seconds: float) -> Proposal:
    """Maximise `aim` under what is held, within a time limit."""
    asked = Comparisons(programme, programme.model.copy(), held.rounded)
    term = asked.criterion(aim)
    for lock in held.locks:
        asked.hold(lock)
    if asked.impossible:
        return Proposal(None, -np.inf, "infeasible")
    return programme.propose(asked.model, term, held.cuts, aim.scale, seconds)


class Sorted(NamedTuple):
    """Rivals by what the bounds say: how many are never ahead, who may or may not be, who always is."""

    sure: int
    open: list[int]
    stuck: list[int]


class Comparisons:
    """What one question to a programme adds to its frame.

    Parameters
    ----------
    programme : Programme
    model : Model
        A copy of the frame; columns and rows are added to it.
    rounded : bool
        Whether scores are compared as they are rounded.
    """

    def __init__(self, programme: Programme, model: Model, rounded: bool = False) -> None:
        self.of, self.model, self.rounded = programme, model, rounded
        self.impossible = False
        self._beats: dict[tuple[int, bool], int] = {}
        self._steps: dict[int, int] = {}

    def sort(self, rivals: Sequence[int], clear: bool) -> Sorted:
        """Sort rivals by the bounds of their differences; `clear` if a tie is not enough."""
        of, found = self.of, Sorted(0, [], [])
        theta = of.theta(clear)
        enough = clear * of.unit if self.rounded else theta
        for i in rivals:
            if of.pattern.alive[i] and of.least[i] < enough:
                (found.open if of.most[i] >= theta else found.stuck).append(i)
        return found._replace(sure=len(rivals) - len(found.open) - len(found.stuck))

    def criterion(self, aim: Aim) -> Linear:
        """An aim as a linear term, adding what it needs."""
        actions, limits = np.arange(self.of.actions), self.of.limits
        if aim.kind == "score":
            return self.of.score(self.of.own)
        if aim.kind == "cost":
            return Linear(actions, -limits.costs)
        if aim.kind == "count":
            return Linear(actions, -np.ones(actions.size))
        if aim.kind == "margin":
            return self._margin(aim)
        if self._shared(aim):
            # half a place for who is not ahead, the other half for who is behind
            both = [self._beaten(aim.rivals, clear) for clear in (False, True)]
            columns, cells = (np.concatenate([b[k] for b in both]) for k in (0, 1))
            return Linear(columns, 0.5 * cells, 0.5 * sum(b.const for b in both))
        return self._beaten(aim.rivals, self.of.clear(aim))

    def _shared(self, aim: Aim) -> bool:
        """Whether units that tie share the mean of their places."""
        return aim.kind == "beaten" and self.of.ranking.ties == "average"

    def hold(self, lock: Lock) -> None:
        """Add ``aim >= least``."""
        if lock.aim.kind in ("beaten", "passed") and not self._shared(lock.aim):
            spared = len(lock.aim.rivals) - int(np.ceil(lock.least - TOLERANCE))
            self._reach(lock.aim.rivals, spared, self.of.clear(lock.aim))
            return
        term, limits = self.criterion(lock.aim), self.of.limits
        if lock.aim.kind == "cost":
            self.model.row(term.columns, limits.costs, -np.inf, limits.safe(limits.costs, -lock.least))
        elif term.columns.size:
            self.model.at_least(term, lock.least)
        else:
            self.impossible |= term.const < lock.least - TOLERANCE

    def beat(self, i: int, clear: bool, by: int | None = None) -> int:
        """The binary that may be 1 only if rival `i` is not ahead (a new one, or the column `by`)."""
        if (i, clear) not in self._beats:
            at = self.model.column(whole=True) if by is None else by
            least = self.of.least[i] - TOLERANCE
            self.model.at_least(self.of.difference(i), least, (at, least - self.of.theta(clear)))
            if self.rounded:
                ours, theirs = self._step(self.of.own), self._step(i)
                room = self.model.lower[ours] - self.model.upper[theirs]
                self.model.row([ours, theirs, at], [1.0, -1.0, room - clear], room, np.inf)
            self._beats[i, clear] = at
        return self._beats[i, clear]

    def _fall(self, i: int, clear: bool) -> None:
        """Rival `i` is not ahead."""
        self.model.at_least(self.of.difference(i), self.of.theta(clear))
        if self.rounded:
            self.model.row([self._step(self.of.own), self._step(i)], [1.0, -1.0], float(clear), np.inf)

    def _step(self, i: int) -> int:
        """The column that holds a unit's rounded score, in units of rounding."""
        if i not in self._steps:
            term, unit = self.of.score(i), self.of.unit
            low, high = (np.round(x / unit) for x in (self.of.lowest[i], self.of.highest[i]))
            at = self.model.column(float(low - 1), float(high + 1), whole=True)
            columns, cells = np.append(term.columns, at), np.append(term.cells, -unit)
            half = 0.5 * unit + TOLERANCE
            self.model.row(columns, cells, -half - term.const, half - term.const)
            self._steps[i] = at
        return self._steps[i]

    def _reach(self, rivals: tuple[int, ...], spared: int, clear: bool) -> None:
        """At most `spared` rivals stay ahead; those that always stand below others need no binary."""
        must, found = self._must_fall(rivals, spared), self.sort(rivals, clear)
        self.impossible |= bool(must.intersection(found.stuck))
        beats = []
        for i in found.open:
            if i not in must:
                beats.append(self.beat(i, clear))
            elif not self._follows(i, must):
                self._fall(i, clear)
        need = len(beats) + len(found.stuck) - spared
        self.impossible |= need > len(beats)
        if 0 < need <= len(beats):
            self.model.row(beats, 1.0, float(need), np.inf)

    def _beaten(self, rivals: tuple[int, ...], clear: bool) -> Linear:
        found = self.sort(rivals, clear)
        beats = {i: self.beat(i, clear) for i in found.open}
        for j, k in product(found.open, repeat=2):
            if self.of.above[j, k]:
                self.model.row([beats[k], beats[j]], [1.0, -1.0], 0.0, np.inf)
        columns = np.array(list(beats.values()), dtype=np.intp)
        return Linear(columns, np.ones(columns.size), float(found.sure))

    def _margin(self, aim: Aim) -> Linear:
        """A variable that cannot exceed the lead over the rival at the place aimed at."""
        of = self.of
        there = [i for i in aim.rivals if of.pattern.alive[i]]
        if aim.place > len(there):
            return _NEVER
        top = float(np.sort(of.most[there])[aim.place - 1]) + TOLERANCE
        low = float(np.sort(of.least[there])[aim.place - 1]) - TOLERANCE
        lead = self.model.column(min(low, top) - 1.0, top + 1.0)  # tight ends make HiGHS stumble
        must, passed = self._must_fall(there, aim.place - 1), []
        for i in there:
            if of.least[i] >= top or (i in must and self._follows(i, must)):
                continue
            if i in must:
                self.model.at_least(of.difference(i), 0.0, (lead, -1.0))
                continue
            passed.append(self.model.column(whole=True))
            room = top - (of.least[i] - TOLERANCE)
            self.model.at_least(of.difference(i), -room, (lead, -1.0), (passed[-1], -room))
        need = len(passed) - (aim.place - 1)
        if need > 0:
            self.model.row(passed, 1.0, float(need), np.inf)
        return Linear(np.array([lead]), np.ones(1))

    def _must_fall(self, rivals: Sequence[int], spared: int) -> set[int]:
        """Rivals that cannot be among the `spared` ones left ahead, as too many always stand above them."""
        there = [i for i in rivals if self.of.pattern.alive[i]]
        return {k for k in there if self.of.above[there, k].sum() >= spared}

    def _follows(self, i: int, must: set[int]) -> bool:
        """Whether rival `i` always stands below another that must fall."""
        above = self.of.above
        return any(above[j, i] and not above[i, j] for j in must)
