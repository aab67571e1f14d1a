"""Least and greatest value of a column under linear constraints, proved by the solver and rounded outwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column

STEP = 1e-6  # the solver's own tolerance
SECONDS = 10.0


class Line(NamedTuple):
    """A constraint: `low` <= sum of coefficients times columns <= `high`."""

    parts: dict[int, float]
    low: float
    high: float


class End(NamedTuple):
    """Least or greatest value of a score, and values of all columns that give it."""

    value: float
    columns: Column


class Programme:
    """Linear constraints on scores (0 to 100) and on whole columns (0 or 1).

    Parameters
    ----------
    lines : sequence of Line
    low, high : ndarray, shape (columns,)
    whole : ndarray, shape (columns,)
        1 for columns that must be whole.
    """

    def __init__(self, lines: Sequence[Line], low: Column, high: Column, *, whole: NDArray[np.int_]) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import coo_matrix

        rows = np.repeat(np.arange(len(lines)), [len(line.parts) for line in lines])
        columns = [c for line in lines for c in line.parts]
        data = [v for line in lines for v in line.parts.values()]
        matrix = coo_matrix((data, (rows, columns)), shape=(len(lines), len(low))).tocsr()
        self._lines = LinearConstraint(matrix, [x.low for x in lines], [x.high for x in lines])
        self._low, self._high, self._whole = low, high, whole

    def least(self, column: int, *, given: int | None = None) -> End | None:
        """Least value of a score, with the whole column `given` at 1; None if nothing fits.

        The proved bound, so never too high even when time runs out.
        """
        found = self._lowest(column, 1.0, given)
        return found and End(max(0.0, found.value - STEP), found.columns)

    def most(self, column: int, *, given: int | None = None) -> End | None:
        """Greatest value of a score; see :meth:`least`."""
        found = self._lowest(column, -1.0, given)
        return found and End(min(100.0, STEP - found.value), found.columns)

    def _lowest(self, column: int, sign: float, given: int | None) -> End | None:
        """Proved bound of `sign` times a column."""
        from scipy.optimize import Bounds, milp

        low, cost = self._low.copy(), np.zeros(len(self._low))
        cost[column] = sign
        if given is not None:
            if self._high[given] < 1:
                return None
            low[given] = 1.0
        found = milp(
            cost,
            constraints=self._lines,
            integrality=self._whole,
            bounds=Bounds(low, self._high),
            options={"time_limit": SECONDS},
        )
        if found.status == 2:
            return None
        unknown = np.full(len(low), np.nan)
        bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
        return End(bound, unknown if found.x is None else found.x)
