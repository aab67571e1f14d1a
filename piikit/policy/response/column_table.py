"""One indicator as a function of one unit's own value: the whole normalised column at once.

For a fixed unit and everything else unchanged, treatment and normalisation of a column depend
on the own value v alone. A :class:`ColumnTable` holds that function in pieces. On a piece the
score of every unit is, with values turned so that larger is better,

    s = (x - lo(v)) / (hi(v) - lo(v)),   y = offset + gain g(s)

where ``lo`` and ``hi`` are v itself between two limits (``min(max(v, a), b)``), s stays within
0 and 1 where the column is treated or clipped, and g is the identity or the curve
``((1 + k s)^p - 1) / ((1 + k)^p - 1)``: Box-Cox after min-max, for p = 0 the logarithm
``ln(1 + k s) / ln(1 + k)``. Near a break and wherever no such form exists the column is built
by :func:`piikit.index.engine.build_column`. The forms are found in :mod:`.column_forms`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Matrix, Places
from ...index.engine import BuiltColumn, Plan, build_column, impute
from .scenario_input import MISSING

LINEAR, CURVED, EXACT = 0, 1, 2
_REMEMBERED = 4096


class Pieces(NamedTuple):
    """The forms of a column along the own value, arrays over pieces.

    ``kinds`` is :data:`LINEAR`, :data:`CURVED` or :data:`EXACT` (to be built); ``mirrored``
    curves run from the other end; ``ends`` (4, pieces) are a, b of ``lo`` and c, d of ``hi``.
    """

    kinds: NDArray[np.int64]
    mirrored: Flags
    ends: Matrix


class Curve(NamedTuple):
    """Its power, 0 for the logarithm, and k as ``k0 + k1 lo + k2 hi``."""

    power: float = 0.0
    k0: float = 0.0
    k1: float = 0.0
    k2: float = 0.0


STRAIGHT = Curve()


class Scale(NamedTuple):
    """Turned values to scores: the worst rival and the distance to the best, ``offset + gain x share``."""

    direction: float
    least: float
    span: float
    gain: float
    offset: float


class Where(NamedTuple):
    """Where own values fall: their pieces, both ends and k there, and whether each must be built instead."""

    piece: Places
    low: Column
    high: Column
    k: Column
    doubtful: Flags


@dataclass(frozen=True, eq=False)
class ColumnTable:
    """The normalised column of one indicator for every own value.

    Attributes
    ----------
    at, own : int
        Place of the indicator, row of the unit.
    raw, base : ndarray, shape (units,)
        Raw values before imputation, and the normalised column of the baseline.
    shape : ndarray, shape (units,)
        Rivals' positions between the worst and the best rival, 0 to 1 (0 for gaps and the unit).
    bounded : bool
        Whether shares are kept within 0 and 1.
    curve : Curve
        Of the curved pieces.
    breaks, widths : ndarray, shape (pieces - 1,)
        Turned own values at which the piece changes, and the distance within which the
        column is built rather than read.
    reason : str
        Why a column has no closed form ("" where it has).
    """

    plan: Plan
    at: int
    own: int
    raw: Column
    base: Column
    scale: Scale
    shape: Column
    pieces: Pieces
    bounded: bool = True
    curve: Curve = STRAIGHT
    breaks: Column = field(default_factory=lambda: np.zeros(0))
    widths: Column = field(default_factory=lambda: np.zeros(0))
    reason: str = ""
    _built: dict[float, BuiltColumn] = field(default_factory=dict, repr=False)

    @property
    def code(self) -> str:
        """The indicator."""
        return self.plan.columns[self.at].code

    @property
    def direction(self) -> int:
        """1 where larger is better, else -1."""
        return self.plan.columns[self.at].direction

    @property
    def base_value(self) -> float:
        """Own raw value in the baseline, NaN if not reported."""
        return float(self.raw[self.own])

    @property
    def plain(self) -> bool:
        """One straight line without limits: no treatment and no closed form missing."""
        return not self.bounded and not self.reason

    @cached_property
    def curved(self) -> bool:
        """Whether any piece is a curve."""
        return bool((self.pieces.kinds == CURVED).any())

    @cached_property
    def certain(self) -> tuple[Column, Column]:
        """Between which values each piece can be read."""
        exact = self.pieces.kinds == EXACT
        first = np.where(exact, np.inf, [-np.inf, *(self.breaks + self.widths)])
        return first, np.where(exact, -np.inf, [*(self.breaks - self.widths), np.inf])

    @property
    def home_value(self) -> float:
        """Turned own value of the baseline; the worst rival's for a gap, which moves no end either."""
        value = self.base_value * self.direction
        return self.scale.least if np.isnan(value) else value

    @cached_property
    def home(self) -> Where:
        """Where the own value of the baseline falls, as one row."""
        return self.find(np.array([self.home_value]))

    @cached_property
    def as_at_home(self) -> Flags:
        """Pieces of the same form as the baseline's; rivals stand as they do there where the ends do."""
        kinds, mirrored, _ = self.pieces
        at = self.home.piece[0]
        known = ~self.home.doubtful[0] & ~np.isnan(self.base_value)
        return known & (kinds == kinds[at]) & (mirrored == mirrored[at])

    def build(self, value: float) -> BuiltColumn:
        """The column built by the engine for raw own `value` (NaN for not reported); remembered."""
        key = float(value) if value == value else MISSING
        if key not in self._built:
            if len(self._built) >= _REMEMBERED:
                self._built.clear()
            x = self.raw.copy()
            x[self.own] = value
            if np.isnan(x).any() and self.plan.method.imputation.rule != "none":
                x = impute(self.plan, x[:, None])[:, 0]
            self._built[key] = build_column(self.plan, self.at, x)
        return self._built[key]

    def find(self, turned: Column) -> Where:
        """Pieces and ends of turned own values, shape (k,)."""
        at = np.searchsorted(self.breaks, turned)
        first, last = self.certain
        chosen = at if self.breaks.size else slice(None)
        a, b, c, d = self.pieces.ends[:, chosen]
        low, high = np.minimum(np.maximum(turned, a), b), np.minimum(np.maximum(turned, c), d)
        k = self.curve.k0 + self.curve.k1 * low + self.curve.k2 * high if self.curved else low
        return Where(at, low, high, k, (turned <= first[chosen]) | (turned >= last[chosen]))

    def form(self, shares: Matrix, where: Where) -> Matrix:
        """Apply g to shares, shape (..., k), by the form of each value's piece; `shares` may be overwritten."""
        if self.bounded:
            np.clip(shares, 0.0, 1.0, out=shares)
        if not self.curved:
            return shares
        chosen = np.flatnonzero(self.pieces.kinds[where.piece] == CURVED)
        mirror = self.pieces.mirrored[where.piece[chosen]]
        part, k = shares[..., chosen], where.k[chosen]
        part = np.where(mirror, 1.0 - part, part)
        power = self.curve.power
        if power == 0:
            part = np.log(1.0 + k * part) / np.log(1.0 + k)
        else:
            part = ((1.0 + k * part) ** power - 1.0) / ((1.0 + k) ** power - 1.0)
        shares[..., chosen] = np.where(mirror, 1.0 - part, part)
        return shares

    def own_scores(self, turned: Column, where: Where) -> Column:
        """Own normalised score at turned own values that are certain."""
        shares = (turned - where.low) / (where.high - where.low)
        return self.scale.offset + self.scale.gain * self.form(shares, where)

    def rival_forms(self, where: Where, rivals: Places | slice) -> Matrix:
        """The rivals' shares after g, rivals x values."""
        width = where.high - where.low
        shares = np.multiply.outer(self.shape[rivals], self.scale.span / width)
        shares += (self.scale.least - where.low) / width
        return self.form(shares, where)

    def normalised(self, values: Column) -> Matrix:
        """Normalised scores of every unit at raw own `values`, k values -> (k, n).

        NaN and :data:`~.scenario_input.MISSING` stand for not reported.
        """
        values = np.where(values == MISSING, np.nan, values)
        gap = np.isnan(values)
        turned = np.where(gap, self.scale.least, values * self.direction)
        where = self.find(turned)
        with np.errstate(all="ignore"):
            y = self.scale.offset + self.scale.gain * self.rival_forms(where, slice(None))
            y[self.own] = self.own_scores(turned, where)
        out = np.ascontiguousarray(y.T)
        out[:, self._gaps] = np.nan
        built = gap | where.doubtful
        for value in np.unique(values[built]) if built.any() else ():
            out[built & ((values == value) | (gap & np.isnan(value)))] = self.build(float(value)).normalised
        return out

    @cached_property
    def _gaps(self) -> Flags:
        gaps = np.isnan(self.raw)
        gaps[self.own] = False
        return gaps
