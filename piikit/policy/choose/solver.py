"""Rows, and what HiGHS says of them: scipy's ``milp`` made quiet, retried and honest about bounds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .programme import Programme

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Solved:
    """What the solver said: a package (or None), an upper bound of the aim, and its status."""

    package: Flags | None
    bound: float
    status: str


@dataclass(eq=False)
class Rows:
    """Sparse rows under construction: ``low <= cells @ columns <= high``."""

    at: list[Any] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, columns: Any, cells: Any, low: float, high: float) -> None:
        """One more row."""
        columns = np.asarray(columns, dtype=np.intp)
        cells = np.broadcast_to(np.asarray(cells, dtype=float), columns.shape)
        self.at.append(np.full(columns.size, len(self.low)))
        self.columns.append(columns)
        self.cells.append(cells)
        self.low.append(low)
        self.high.append(high)

    def matrix(self, shape: tuple[int, int]) -> Any:
        """The rows as a sparse matrix."""
        from scipy.sparse import csc_array

        if not self.low:
            return csc_array(shape)
        places = (np.concatenate(self.at), np.concatenate(self.columns))
        return csc_array((np.concatenate(self.cells), places), shape=shape)

    def copy(self) -> Rows:
        """The same rows, to be added to."""
        return Rows(list(self.at), list(self.columns), list(self.cells), list(self.low), list(self.high))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the solver's own remarks, which it writes past Python, off the user's screen."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output at all, as under a windowed interpreter
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def solve_rows(
    frame: Programme,
    rows: Rows,
    lower: Sequence[float],
    upper: Sequence[float],
    binaries: Sequence[int],
    aim: tuple[Any, Any],
    const: float,
    scale: float,
    seconds: float,
) -> Solved:
    """Maximise ``aim + const`` over the frame's variables and further ones with HiGHS.

    Parameters
    ----------
    lower, upper, binaries
        Bounds of the further variables, and which of them are integer.
    aim : (columns, coefficients)
    scale : float
        The aim is multiplied by it, since the solver's absolute gap is fixed.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    width = frame.width + len(lower)
    matrix, c = rows.matrix((len(rows.low), width)), np.zeros(width)
    integrality = np.zeros(width)
    integrality[: frame.actions] = 1
    integrality[[*frame.whole, *binaries]] = 1
    bounds = Bounds(np.concatenate([frame.lower, lower]), np.concatenate([frame.upper, upper]))
    np.add.at(c, aim[0], -scale * aim[1])
    options = {"mip_rel_gap": 0.0, "time_limit": max(0.05, seconds)}
    # HiGHS now and then ends in a numerical error; asked in another way it answers
    for attempt in range(3):
        if attempt:
            matrix.data = np.round(matrix.data, 10 - attempt)
            integrality[: frame.width] = 1
        constraint = LinearConstraint(matrix, rows.low, rows.high)
        with _quiet():
            done = milp(c, integrality=integrality, bounds=bounds, constraints=constraint, options=options)
        status = {0: "optimal", 1: "time", 2: "infeasible"}.get(done.status, "other")
        if status != "other":
            break
    if status == "infeasible":
        return Solved(None, -np.inf, status)
    package = None if done.x is None else np.round(done.x[: frame.actions]).astype(bool)
    dual = done.mip_dual_bound
    bound = np.inf if dual is None or not np.isfinite(dual) else -float(dual) / scale + const
    return Solved(package, bound, status)
