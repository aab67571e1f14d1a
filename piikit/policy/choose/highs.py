"""A mixed-integer programme under construction, and HiGHS made quiet, retried and honest about bounds."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread, current_thread
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np

from ...base.arrays import Column, Places
from ...base.watch import Watch


class Linear(NamedTuple):
    """``cells @ x[columns] + const``."""

    columns: Places
    cells: Column
    const: float = 0.0


class Answer(NamedTuple):
    """What the solver said: a point (or None), an upper bound of the aim, and its status.

    ``optimal``, ``time`` (the bound is the best one proved so far), ``infeasible`` or ``other``.
    """

    x: Column | None
    bound: float
    status: str


NOTHING = Answer(None, -np.inf, "infeasible")


@dataclass(eq=False)
class Model:
    """Columns with bounds, and sparse rows ``low <= cells @ x[columns] <= high``."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    _at: list[Places] = field(default_factory=list)
    _columns: list[Places] = field(default_factory=list)
    _cells: list[Column] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.lower)

    def column(self, low: float = 0.0, high: float = 1.0, *, whole: bool = False) -> int:
        """Add a column; return its place."""
        self.lower.append(low)
        self.upper.append(high)
        self.whole.append(whole)
        return self.width - 1

    def row(self, columns: Any, cells: Any, low: float, high: float) -> None:
        """Add a row; one cell may stand for all."""
        columns = np.asarray(columns, dtype=np.intp)
        self._at.append(np.full(columns.size, len(self.low)))
        self._columns.append(columns)
        self._cells.append(np.broadcast_to(np.asarray(cells, dtype=float), columns.shape))
        self.low.append(low)
        self.high.append(high)

    def rows(self, at: Places, columns: Places, cells: Column, values: Column) -> None:
        """Add ``len(values)`` equations at once; `at` numbers them from 0."""
        self._at.append(at + len(self.low))
        self._columns.append(columns)
        self._cells.append(cells)
        self.low += values.tolist()
        self.high += values.tolist()

    def at_least(self, term: Linear, low: float, *more: tuple[int, float]) -> None:
        """Add ``term + sum of cell x[column] >= low`` for further (column, cell)."""
        columns = np.append(term.columns, [c for c, _ in more])
        self.row(columns, np.append(term.cells, [v for _, v in more]), low - term.const, np.inf)

    def copy(self) -> Model:
        """The same programme, to be added to."""
        return Model(*(list(part) for part in vars(self).values()))

    def maximise(self, aim: Linear, scale: float, seconds: float) -> Answer:
        """Solve.

        Parameters
        ----------
        scale : float
            The aim is multiplied by it, since the solver's absolute gap is fixed.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        matrix, c = self._matrix(), np.zeros(self.width)
        np.add.at(c, aim.columns, -scale * aim.cells)
        integrality = np.array(self.whole, dtype=int)
        bounds = Bounds(np.array(self.lower), np.array(self.upper))
        options = {"mip_rel_gap": 0.0, "time_limit": max(0.05, seconds)}
        # HiGHS now and then ends in a numerical error; asked in another way it answers
        for attempt in range(3):
            if attempt:
                matrix.data = np.round(matrix.data, 10 - attempt)
                integrality[(bounds.lb >= 0) & (bounds.ub <= 1)] = 1
            constraint = LinearConstraint(matrix, self.low, self.high)
            with _quiet():
                done = milp(
                    c, integrality=integrality, bounds=bounds, constraints=constraint, options=options
                )
            status = {0: "optimal", 1: "time", 2: "infeasible"}.get(done.status, "other")
            if status != "other":
                break
        if status == "infeasible":
            return NOTHING
        dual = done.mip_dual_bound
        known = dual is not None and np.isfinite(dual)
        return Answer(done.x, -float(dual) / scale + aim.const if known else np.inf, status)

    def _matrix(self) -> Any:
        from scipy.sparse import csc_array

        shape = (len(self.low), self.width)
        if not self.low:
            return csc_array(shape)
        places = (np.concatenate(self._at), np.concatenate(self._columns))
        return csc_array((np.concatenate(self._cells), places), shape=shape)


GRACE = 0.5

_kept: list[int] = []  # the real standard output while the solver writes to nowhere
_left = WeakSet[Thread]()
_turn = Lock()


class Left(Exception):
    """Nobody waits any longer for what this thread would solve."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the solver's own remarks, which it writes past Python, off the user's screen."""
    sys.stdout.flush()
    with _turn:
        if current_thread() in _left:
            raise Left
        try:
            kept = os.dup(1)
        except OSError:  # no standard output at all, as under a windowed interpreter
            kept = -1
        else:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
            _kept.append(kept)
    try:
        yield
    finally:
        with _turn:
            if kept in _kept:  # else it has been given back
                os.dup2(kept, 1)
                _kept.remove(kept)
                os.close(kept)


def attend(work: Callable[[], object], watch: Watch) -> None:
    """Do `work` in a thread and wait for it no longer than the watch says.

    The solver looks at its clock only now and then and at the keyboard never.
    """
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # it is raised where somebody waits
            raised.append(error)

    thread = Thread(target=guarded, daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not watch.over:
            thread.join(min(0.1, watch.left))
        thread.join(GRACE)
    except KeyboardInterrupt:  # where the watch does not handle it
        watch.stop()
    if thread.is_alive():
        _leave(thread)
    elif raised:
        raise raised[0]


def _leave(thread: Thread) -> None:
    """Wait no longer for a thread: give standard output back if its solver has it, and let it take it no more."""
    with _turn:
        _left.add(thread)
        while _kept:
            kept = _kept.pop()
            os.dup2(kept, 1)
            os.close(kept)


def left() -> bool:
    """Whether a solver is at work for which nobody waits."""
    return any(thread.is_alive() for thread in tuple(_left))


@atexit.register
def _wait() -> None:
    """A solver that comes back while the interpreter ends aborts it: most come back soon after their time."""
    end = Watch(2.0)
    for thread in tuple(_left):
        thread.join(end.left)
