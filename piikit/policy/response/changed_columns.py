"""The columns that a set of scenarios changes: plain data, all that any way to an answer needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Matrix, Places
from ...index.engine import Computed, Plan, aggregate, effective_weights
from .column_table import ColumnTable
from .scenario_input import MISSING

_MOST_GAPS = 12


class OwnWeights(NamedTuple):
    """What own scores are made of: ``start + sum of weights x (score - mine)`` over changed columns.

    Filling a gap moves weight between siblings, so there is one row of weights for every set of
    gaps that can be filled; ``gaps`` are the places of those columns.
    """

    gaps: Places
    weights: Matrix
    start: Column
    mine: Column

    def pattern(self, values: Matrix) -> NDArray[np.int64]:
        """Row of `weights` for every scenario."""
        if self.gaps.size == 0:
            return np.zeros(len(values), dtype=np.int64)
        filled = values[:, self.gaps] > MISSING  # neither NaN nor taken away
        made: NDArray[np.int64] = (filled << np.arange(self.gaps.size)).sum(axis=1)
        return made


class RivalTerms(NamedTuple):
    """What rivals' scores are made of, arrays (columns, rivals) but for their ``scores``, shape (rivals,).

    On a column a rival with ``shape`` s between the worst and the best gets ``scaled`` times the
    form of its share; in the baseline it has ``before``. All are 0 for gaps.
    """

    scores: Column
    shape: Matrix
    scaled: Matrix
    before: Matrix


@dataclass(frozen=True, eq=False)
class ChangedColumns:
    """A baseline, and the columns of it that scenarios change.

    Attributes
    ----------
    plan : Plan
    own : int
        Row of the unit.
    raw, base : ndarray, shape (units, indicators)
        Raw values before imputation, and normalised scores, of the baseline.
    scores : ndarray, shape (units,)
        Of the whole, in the baseline.
    at : ndarray of int
        Places of the columns.
    tables : tuple of ColumnTable
        One a column; none if the method mixes columns.
    weights : ndarray, shape (units, columns)
        Effective weights, 0 where a score is missing.
    additive, mixes : bool
        Whether the whole is a weighted sum of columns; whether columns depend on each other.
    """

    plan: Plan
    own: int
    raw: Matrix
    base: Matrix
    scores: Column
    at: Places
    tables: tuple[ColumnTable, ...]
    weights: Matrix
    additive: bool
    mixes: bool

    @property
    def root_at(self) -> int:
        """Place of the whole among all codes."""
        return root_of(self.plan)

    @cached_property
    def rivals(self) -> Places:
        """Rows of the other units with a score."""
        there = ~np.isnan(self.scores)
        there[self.own] = False
        return np.flatnonzero(there)

    @cached_property
    def rival_terms(self) -> RivalTerms:
        """What the scores of :attr:`rivals` are made of."""
        gain, offset = np.array([(t.scale.gain, t.scale.offset) for t in self.tables]).T[:, :, None]
        weights, base = self.weights[self.rivals].T, self.base[np.ix_(self.rivals, self.at)].T
        before = np.where(np.isnan(base), 0.0, weights * (base - offset))
        shape = np.array([t.shape for t in self.tables])[:, self.rivals]
        return RivalTerms(self.scores[self.rivals], shape, weights * gain, before)

    @property
    def reach(self) -> float:
        """A rival nearer than this to the own score is compared with care."""
        return 2.0 * 10.0**-self.plan.method.rank_decimals + 1e-11

    @cached_property
    def own_weights(self) -> OwnWeights | None:
        """Own weights for every set of gaps that a what-if can fill; None if they are too many."""
        mine = self.base[self.own, self.at]
        gaps = np.flatnonzero(np.isnan(mine))
        if not self.additive or gaps.size > _MOST_GAPS:
            return None
        weights, start = self.weights[[self.own]], self.scores[[self.own]]
        if gaps.size:
            filled = np.arange(2**gaps.size)[:, None] >> np.arange(gaps.size) & 1 == 1
            rows = np.repeat(self.base[[self.own]], len(filled), axis=0)
            rows[:, self.at[gaps]] = np.where(filled, 0.0, np.nan)
            scores, used, _ = aggregate(self.plan, rows)
            made = effective_weights(self.plan, Computed(rows, (), scores, used, ()))
            weights = np.ascontiguousarray(np.nan_to_num(made[:, self.plan.indicator_at[self.at]]))
            start = scores[:, self.root_at].copy()
        return OwnWeights(gaps, weights, start, np.nan_to_num(mine))


def root_of(plan: Plan) -> int:
    """Place of the whole among all codes."""
    return plan.nodes[-1].at if plan.nodes else 0
