"""The exact mixed-integer programme: levels of indicators as columns, packages as 0/1 choices.

For unit 0 and rivals i, with z the chosen level of each indicator (METHOD, section 4.4)::

    S_i = const_i + sum_j w_ij sum_b v_ijb z_jb          scores are linear in z
    sum_b z_jb = 1,  sum_{b holds k} z_jb = y_k          or a unit flow through the value network
    S_0 - S_i >= m_i + (theta - m_i) beat_i              m_i the least possible difference

Since y decides z, only y and beat are integer. Comparisons are relaxed by ``theta < 0`` (two
roundings and the solver's tolerance); what the solver proposes is checked exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .levels import Levels, Pattern
from .limits import Limits
from .solver import Rows, Solved, solve_rows

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

TOLERANCE = 1e-6
_SCALE = {"score": 100.0, "margin": 100.0, "cost": 1.0, "count": 1.0, "beaten": 1.0}


@dataclass(frozen=True)
class Aim:
    """A linear criterion to be made as large as possible.

    Attributes
    ----------
    kind : str
        ``score``, ``margin`` (over the rival at place `place`), ``cost`` (its negative),
        ``count`` (of actions, its negative) or ``beaten`` (rivals of `rivals` not ahead).
    rivals : tuple of int
    place : int
        For ``margin``: the rank aimed at, so that `place` - 1 rivals may be ahead.
    """

    kind: str
    rivals: tuple[int, ...] = ()
    place: int = 0


@dataclass(frozen=True)
class Lock:
    """A criterion that must reach `least`."""

    aim: Aim
    least: float


class Programme:
    """The programme of one pattern of missing scores.

    Parameters
    ----------
    levels : tuple of Levels
    pattern : Pattern
    base : ndarray, shape (units, indicators)
        Normalised scores now.
    own : int
    limits : Limits
    unit : float
        Unit of the rounding on which ranks are made.
    """

    def __init__(
        self,
        levels: tuple[Levels, ...],
        pattern: Pattern,
        base: Matrix,
        own: int,
        limits: Limits,
        unit: float,
    ) -> None:
        self.levels, self.pattern, self.own, self.limits = levels, pattern, own, limits
        self.theta = -(unit + TOLERANCE)
        self.actions = limits.costs.size
        self._place_columns()
        self._score_columns(base)
        self._bounds()
        self._frame()

    def _place_columns(self) -> None:
        """Number the variables: y, then for each indicator its levels or arcs."""
        at, self.starts, self.finals = self.actions, [], []
        for column in self.levels:
            self.starts.append(at)
            if column.slopes is not None:
                self.finals.append(np.zeros(0, dtype=np.intp))
            elif column.arcs is None:
                self.finals.append(np.arange(at, at + len(column.values)))
                at += len(column.values)
            else:
                first = column.nodes - len(column.values)
                into = column.arcs[:, 1] - first
                self.finals.append(np.where(into >= 0, into, -1))
                at += len(column.arcs)
        self.width = at

    def _score_columns(self, base: Matrix) -> None:
        """Constants and coefficients of every unit's score."""
        weights = self.pattern.weights
        touched = [c.lever.at for c in self.levels]
        rest = np.setdiff1d(np.arange(base.shape[1]), touched)
        self.const = (weights[:, rest] * np.nan_to_num(base[:, rest])).sum(axis=1)
        self.parts = [
            np.nan_to_num(c.normalised) * weights[:, c.lever.at] for c in self.levels
        ]  # levels x units
        self.straight = np.zeros(self.actions)
        for column, part in zip(self.levels, self.parts, strict=True):
            if column.slopes is not None:
                self.const = self.const + part[0]
                np.add.at(
                    self.straight, column.lever.members, weights[self.own, column.lever.at] * column.slopes
                )

    def _bounds(self) -> None:
        """Least and greatest difference to each unit, column by column."""
        difference = self.const[self.own] - self.const
        self.least, self.most = difference.copy(), difference.copy()
        self.least[np.arange(self.least.size) != self.own] += np.minimum(self.straight, 0).sum()
        self.most[np.arange(self.most.size) != self.own] += np.maximum(self.straight, 0).sum()
        for column, part, flags in zip(self.levels, self.parts, self.pattern.open_levels, strict=True):
            if column.slopes is not None:
                continue
            gaps = part[flags][:, [self.own]] - part[flags]
            self.least += gaps.min(axis=0)
            self.most += gaps.max(axis=0)

    @cached_property
    def above(self) -> Flags:
        """Whether unit j scores at least as much as unit k under every package, shape (units, units)."""
        n = self.const.size
        least = self.const[:, None] - self.const[None, :]
        for column, part, flags in zip(self.levels, self.parts, self.pattern.open_levels, strict=True):
            if column.slopes is None:
                part = part[flags]
                for j in range(n):
                    least[j] += (part[:, [j]] - part).min(axis=0)
        made: Flags = (least >= 0) & self.pattern.alive[:, None] & self.pattern.alive[None, :]
        np.fill_diagonal(made, False)
        return made

    def must_fall(self, rivals: Sequence[int], spared: int) -> set[int]:
        """Rivals that cannot be among the `spared` ones left ahead, as too many always stand above them."""
        there = [i for i in rivals if self.pattern.alive[i]]
        return {k for k in there if self.above[there, k].sum() >= spared}

    def _frame(self) -> None:
        """Rows that every stage shares: levels follow actions, limits are kept."""
        rows = Rows()
        self.whole: list[int] = []
        self.upper = np.ones(self.width)
        self.lower = np.zeros(self.width)
        fixed = self.limits.fixed
        self.lower[: self.actions][fixed == 1] = 1.0
        self.upper[: self.actions][fixed == 0] = 0.0
        for column, start, flags in zip(self.levels, self.starts, self.pattern.open_levels, strict=True):
            members = column.lever.members
            if column.slopes is not None:
                continue
            if column.bits is not None:
                places = start + np.arange(len(column.values))
                self.upper[places[~flags]] = 0.0
                rows.add(places, 1.0, 1.0, 1.0)
                for k, action in enumerate(members):
                    inside = places[column.bits[:, k]]
                    cells = np.append(np.ones(inside.size), -1.0)
                    rows.add(np.append(inside, action), cells, 0.0, 0.0)
            elif column.steps is not None:
                self._sum(rows, column, start)
            else:
                self._flow(rows, column, start)
        for row, high in zip(self.limits.rows, self.limits.highs, strict=True):
            places = np.flatnonzero(row)
            rows.add(places, row[places], -np.inf, high)
        self.rows = rows

    def _sum(self, rows: Rows, column: Levels, start: int) -> None:
        """One level, and it is the one that holds what the actions' steps add up to."""
        steps, tops = column.steps, column.tops
        assert steps is not None
        assert tops is not None
        places = start + np.arange(len(column.values))
        self.whole.extend(places.tolist())
        rows.add(places, 1.0, 1.0, 1.0)
        size = float(np.abs(steps).max()) or 1.0
        both = np.concatenate([places, column.lever.members])
        base = column.lever.base
        rows.add(both, np.append((column.values - base) / size, -steps / size), -np.inf, 1e-7)
        rows.add(both, np.append((tops - base) / size, -steps / size), -1e-7, np.inf)

    def _flow(self, rows: Rows, column: Levels, start: int) -> None:
        """One unit of flow from the value now to a final value; an action's arcs carry its y."""
        arcs = column.arcs
        assert arcs is not None
        places = start + np.arange(len(arcs))
        first_final = column.nodes - len(column.values)
        by_from = np.argsort(arcs[:, 0], kind="stable")
        by_to = np.argsort(arcs[:, 1], kind="stable")
        outs = np.split(places[by_from], np.searchsorted(arcs[by_from, 0], np.arange(1, column.nodes)))
        ins = np.split(places[by_to], np.searchsorted(arcs[by_to, 1], np.arange(1, column.nodes)))
        rows.add(outs[0], 1.0, 1.0, 1.0)
        for node in range(1, first_final):
            both = np.concatenate([outs[node], ins[node]])
            cells = np.concatenate([np.ones(outs[node].size), -np.ones(ins[node].size)])
            rows.add(both, cells, 0.0, 0.0)
        for k, action in enumerate(column.lever.members):
            taken = places[arcs[:, 2] == k]
            rows.add(np.append(taken, action), np.append(np.ones(taken.size), -1.0), 0.0, 0.0)

    def score_terms(self, own: float, rival: int | None = None) -> tuple[Places, Column, float]:
        """Variables, coefficients and constant of ``own x S_0 - S_rival`` (no rival: S_0 alone)."""
        lines = np.flatnonzero(self.straight)
        columns, cells = [lines], [own * self.straight[lines]]
        parts = zip(self.levels, self.parts, self.starts, self.finals, strict=True)
        for column, part, start, final in parts:
            value = own * part[:, self.own] - (0.0 if rival is None else part[:, rival])
            if column.slopes is not None:
                continue
            if column.arcs is None:
                columns.append(final)
                cells.append(value)
            else:
                ends = np.flatnonzero(final >= 0)
                columns.append(start + ends)
                cells.append(value[final[ends]])
        const = own * self.const[self.own] - (0.0 if rival is None else self.const[rival])
        return np.concatenate(columns), np.concatenate(cells), float(const)

    def solve(
        self, aim: Aim, locks: Sequence[Lock], cuts: Sequence[tuple[Places, Flags]], seconds: float
    ) -> Solved:
        """Maximise `aim` under locks and no-good cuts.

        Parameters
        ----------
        cuts : sequence of (places, flags)
            Packages that agree with `flags` on all of `places` are excluded.
        seconds : float
            Time limit; the bound is then the best one proved so far.
        """
        stage = _Stage(self)
        cost, const = stage.criterion(aim)
        for lock in locks:
            stage.lock(lock)
        for places, flags in cuts:
            stage.rows.add(places, np.where(flags, -1.0, 1.0), 1.0 - flags.sum(), np.inf)
        if stage.impossible:
            return Solved(None, -np.inf, "infeasible")
        return solve_rows(
            self, stage.rows, stage.lower, stage.upper, stage.binaries, cost, const, _SCALE[aim.kind], seconds
        )


class _Stage:
    """Variables and rows that one stage adds to the frame."""

    def __init__(self, programme: Programme) -> None:
        self.of = programme
        self.rows = programme.rows.copy()
        self.width = programme.width
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.binaries: list[int] = []
        self.impossible = False
        self._beats: dict[int, int] = {}

    def _new(self, low: float, high: float, binary: bool = False) -> int:
        self.lower.append(low)
        self.upper.append(high)
        if binary:
            self.binaries.append(self.width)
        self.width += 1
        return self.width - 1

    def criterion(self, aim: Aim) -> tuple[tuple[Any, Any], float]:
        """Columns, coefficients and constant of an aim, adding what it needs."""
        programme = self.of
        y = np.arange(programme.actions)
        if aim.kind == "score":
            columns, cells, const = programme.score_terms(1.0)
            return (columns, cells), const
        if aim.kind == "cost":
            return (y, -programme.limits.costs), 0.0
        if aim.kind == "count":
            return (y, -np.ones(y.size)), 0.0
        if aim.kind == "beaten":
            return self._beaten(aim.rivals)
        return self._margin(aim)

    def lock(self, lock: Lock) -> None:
        """Add ``aim >= least``."""
        if lock.aim.kind == "beaten":
            self._reach(lock.aim.rivals, len(lock.aim.rivals) - int(np.ceil(lock.least - TOLERANCE)))
            return
        (columns, cells), const = self.criterion(lock.aim)
        if len(columns) == 0:
            self.impossible |= const < lock.least - TOLERANCE
            return
        self.rows.add(columns, cells, lock.least - const, np.inf)

    def _reach(self, rivals: tuple[int, ...], spared: int) -> None:
        """At most `spared` rivals stay ahead; those that always stand below others need no binary."""
        programme = self.of
        must = programme.must_fall(rivals, spared)
        open_, stuck = [], 0
        for i in rivals:
            if not programme.pattern.alive[i] or programme.least[i] >= programme.theta:
                continue
            if programme.most[i] < programme.theta:
                stuck += 1
                self.impossible |= i in must
            elif i not in must:
                open_.append(self._beat(i))
            elif not any(programme.above[j, i] and not programme.above[i, j] for j in must):
                columns, cells, const = programme.score_terms(1.0, i)
                self.rows.add(columns, cells, programme.theta - const, np.inf)
        need = len(open_) + stuck - spared
        if need > len(open_):
            self.impossible = True
        elif need > 0:
            self.rows.add(np.array(open_), 1.0, float(need), np.inf)

    def _beaten(self, rivals: tuple[int, ...]) -> tuple[tuple[Any, Any], float]:
        programme, sure, open_ = self.of, 0, []
        ranked: list[int] = []
        for i in rivals:
            if not programme.pattern.alive[i] or programme.least[i] >= programme.theta:
                sure += 1
            elif programme.most[i] >= programme.theta:
                open_.append(self._beat(i))
                ranked.append(i)
        for j in ranked:
            for k in ranked:
                if programme.above[j, k]:
                    self.rows.add(
                        np.array([self._beat(k), self._beat(j)]), np.array([1.0, -1.0]), 0.0, np.inf
                    )
        return (np.array(open_, dtype=np.intp), np.ones(len(open_))), float(sure)

    def _beat(self, i: int) -> int:
        """The binary that may be 1 only if rival `i` is not ahead."""
        if i not in self._beats:
            programme = self.of
            at = self._new(0.0, 1.0, binary=True)
            columns, cells, const = programme.score_terms(1.0, i)
            least = programme.least[i] - TOLERANCE
            self.rows.add(
                np.append(columns, at), np.append(cells, -(programme.theta - least)), least - const, np.inf
            )
            self._beats[i] = at
        return self._beats[i]

    def _margin(self, aim: Aim) -> tuple[tuple[Any, Any], float]:
        """A variable that cannot exceed the lead over the rival at the place aimed at."""
        programme = self.of
        there = [i for i in aim.rivals if programme.pattern.alive[i]]
        if aim.place > len(there):
            t = self._new(0.0, 0.0)
            return (np.array([t]), np.ones(1)), 0.0
        top = float(np.sort(programme.most[there])[aim.place - 1]) + TOLERANCE
        low = float(np.sort(programme.least[there])[aim.place - 1]) - TOLERANCE
        t = self._new(min(low, top) - 1.0, top + 1.0)  # tight ends make HiGHS stumble
        binaries = []
        must = programme.must_fall(there, aim.place - 1)
        for i in there:
            if programme.least[i] >= top:
                continue
            if i in must:
                if not any(programme.above[j, i] and not programme.above[i, j] for j in must):
                    columns, cells, const = programme.score_terms(1.0, i)
                    self.rows.add(np.append(columns, t), np.append(cells, -1.0), -const, np.inf)
                continue
            g = self._new(0.0, 1.0, binary=True)
            columns, cells, const = programme.score_terms(1.0, i)
            room = top - (programme.least[i] - TOLERANCE)
            self.rows.add(
                np.concatenate([columns, [t, g]]),
                np.concatenate([cells, [-1.0, -room]]),
                -room - const,
                np.inf,
            )
            binaries.append(g)
        need = len(binaries) - (aim.place - 1)
        if need > 0:
            self.rows.add(np.array(binaries), 1.0, float(need), np.inf)
        return (np.array([t]), np.ones(1)), 0.0
