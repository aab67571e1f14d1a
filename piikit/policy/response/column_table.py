"""One indicator as a function of one unit's own value: the whole normalised column at once.

For a fixed unit and everything else unchanged, treatment and normalisation of a column depend
on the own value v alone. A :class:`ColumnTable` holds that function in pieces. On a piece the
score of every unit is, with values turned so that larger is better,

    s = (x - lo(v)) / (hi(v) - lo(v)),   y = offset + scale g(s)

where ``lo`` and ``hi`` are v itself between two limits (``min(max(v, a), b)``), x is clipped
to them where points were winsorised, and g is the identity, ``ln(1 + k s) / ln(1 + k)`` (all
logarithms of the treatment, after min-max) or the square-root of Box-Cox. Near a break and
wherever no such form exists the column is built by :func:`piikit.index.engine.build_column`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...index.engine import BuiltColumn, Plan, build_column, impute
from ...index.method import Treatment
from .treatment_breaks import Stretch, find_breaks, order_bounds

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]

LINEAR, LOG, ROOT, EXACT = 0, 1, 2, 3
_TRANSFORMS = {"log_ct", "log_ct_plus", "log_ct_orig", "log_gii", "boxcox"}
_SEPARABLE_FILLS = {"none", "mean", "median", "group_mean", "group_median"}


@dataclass(frozen=True, eq=False)
class ColumnTable:
    """The normalised column of one indicator for every own value.

    Attributes
    ----------
    code, at : str, int
        Indicator and its place among the indicators.
    own : int
        Row of the unit.
    base_value : float
        Own raw value in the baseline, NaN if not reported.
    base : ndarray, shape (n,)
        Normalised column in the baseline.
    shape : ndarray, shape (n,)
        Rivals' positions between the worst and the best rival, 0 to 1 (0 for gaps and the unit).
    least, span : float
        The worst rival's turned value and the distance to the best.
    breaks, widths : ndarray, shape (p - 1,)
        Turned own values at which the piece changes, and the distance within which the
        column is built rather than read.
    kinds, clipped, mirrored : ndarray, shape (p,)
        Form of each piece.
    clamps : ndarray, shape (p, 4)
        a, b of ``lo`` and c, d of ``hi``.
    kappas : ndarray, shape (p, 3)
        k as ``k0 + k1 lo + k2 hi``.
    reason : str
        Why a column has no closed form ("" where it has).
    """

    plan: Plan
    code: str
    at: int
    own: int
    raw: Column
    base_value: float
    base: Column
    direction: int
    shape: Column
    least: float
    span: float
    scale: float
    offset: float
    breaks: Column
    widths: Column
    kinds: NDArray[np.int64]
    clipped: NDArray[np.bool_]
    mirrored: NDArray[np.bool_]
    clamps: Matrix
    kappas: Matrix
    reason: str = ""
    stretches: tuple[Stretch, ...] = ()
    _built: dict[float, BuiltColumn] = field(default_factory=dict, repr=False)

    @property
    def plain(self) -> bool:
        """One linear piece: no treatment and no closed form missing."""
        return self.kinds.size == 1 and self.kinds[0] == LINEAR and not self.clipped[0]

    def build(self, value: float) -> BuiltColumn:
        """The column built by the engine for raw own `value` (NaN for not reported); remembered."""
        key = float(value) if value == value else -np.inf
        if key not in self._built:
            if len(self._built) >= 4096:
                self._built.clear()
            x = self.raw.copy()
            x[self.own] = value
            if np.isnan(x).any() and self.plan.method.imputation.rule != "none":
                x = impute(self.plan, x[:, None])[:, 0]
            self._built[key] = build_column(self.plan, self.at, x)
        return self._built[key]

    @cached_property
    def _parts(self) -> tuple[Column, ...]:
        """Columns of clamps and kappas, and the values at which each piece starts and stops to be certain."""
        reach = (
            np.array([-np.inf, *(self.breaks + self.widths)]),
            np.array([*(self.breaks - self.widths), np.inf]),
        )
        exact = self.kinds == EXACT
        first, last = np.where(exact, np.inf, reach[0]), np.where(exact, -np.inf, reach[1])
        return (*np.ascontiguousarray(self.clamps.T), *np.ascontiguousarray(self.kappas.T), first, last)

    def piece(self, turned: Column) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Piece of each turned value, and whether it must be built instead."""
        at = np.searchsorted(self.breaks, turned)
        first, last = self._parts[7:]
        return at, (turned <= first[at]) | (turned >= last[at])

    def ends(self, turned: Column, at: NDArray[np.intp]) -> tuple[Column, Column, Column]:
        """``lo``, ``hi`` and k of each turned value."""
        a, b, c, d, k0, k1, k2 = (x[at] for x in self._parts[:7])
        lo, hi = np.minimum(np.maximum(turned, a), b), np.minimum(np.maximum(turned, c), d)
        if not self.curved:
            return lo, hi, k0
        return lo, hi, k0 + k1 * lo + k2 * hi

    @cached_property
    def curved(self) -> bool:
        """Whether any piece is a logarithm or a root."""
        return bool(((self.kinds == LOG) | (self.kinds == ROOT)).any())

    def finish(self, s: Matrix, at: NDArray[np.intp], kappa: Column) -> Matrix:
        """Scores from shares `s`, shape (..., k), by the form of each value's piece; `s` may be overwritten."""
        clip = self.clipped[at]
        if clip.any():
            s = np.where(clip, np.minimum(np.maximum(s, 0.0), 1.0), s)
        kinds = self.kinds[at] if self.curved else at
        for kind in (LOG, ROOT) if self.curved else ():
            chosen = np.flatnonzero(kinds == kind)
            if chosen.size == 0:
                continue
            part, k = np.minimum(np.maximum(s[..., chosen], 0.0), 1.0), kappa[chosen]
            turn = self.mirrored[at[chosen]]
            part = np.where(turn, 1.0 - part, part)
            if kind == LOG:
                part = np.log(1.0 + k * part) / np.log(1.0 + k)
            else:
                part = (np.sqrt(1.0 + k * part) - 1.0) / (np.sqrt(1.0 + k) - 1.0)
            s[..., chosen] = np.where(turn, 1.0 - part, part)
        return self.offset + self.scale * s

    def own_scores(self, values: Column) -> Column:
        """Own normalised score at raw `values`, shape (k,); NaN stands for not reported."""
        turned = values * self.direction
        gap = np.isnan(turned)
        at, doubtful = self.piece(np.where(gap, 0.0, turned))
        doubtful |= gap
        with np.errstate(all="ignore"):
            lo, hi, kappa = self.ends(turned, at)
            y = self.finish((turned - lo) / (hi - lo), at, kappa)
        for row in np.flatnonzero(doubtful):
            y[row] = self.build(float(values[row])).normalised[self.own]
        return y

    def normalised(self, values: Column) -> Matrix:
        """Normalised scores of every unit at raw own `values`, k values -> (k, n)."""
        turned = values * self.direction
        gap = np.isnan(turned)
        at, doubtful = self.piece(np.where(gap, 0.0, turned))
        doubtful |= gap
        with np.errstate(all="ignore"):
            lo, hi, kappa = self.ends(turned, at)
            width = hi - lo
            s = self.shape[:, None] * (self.span / width) + (self.least - lo) / width
            s[self.own] = (turned - lo) / width
            y = np.ascontiguousarray(self.finish(s, at, kappa).T)
        y[:, self._gaps] = np.nan
        for value in np.unique(values[doubtful]) if doubtful.any() else ():
            rows = doubtful & ((values == value) | (gap & np.isnan(value)))
            y[rows] = self.build(float(value)).normalised
        return y

    @property
    def _gaps(self) -> NDArray[np.bool_]:
        gaps = np.isnan(self.raw)
        gaps[self.own] = False
        return gaps

    def break_values(self) -> Column:
        """Own raw values at which the treatment switches, ascending."""
        return np.sort(self.breaks * self.direction)


def make_table(plan: Plan, at: int, raw: Column, own: int, base: Column) -> ColumnTable:
    """Tabulate one column for the unit in row `own`.

    Parameters
    ----------
    plan : Plan
        Its method must not mix columns.
    at : int
        Place of the indicator.
    raw : ndarray, shape (n,)
        Raw values before imputation.
    base : ndarray, shape (n,)
        The normalised column of the baseline.
    """
    spec = plan.columns[at]
    common: dict[str, Any] = {
        "plan": plan,
        "code": spec.code,
        "at": at,
        "own": own,
        "raw": raw,
        "base_value": float(raw[own]),
        "base": base,
        "direction": spec.direction,
    }
    others = np.delete(raw, own)
    present = np.sort(others[~np.isnan(others)])
    linear = _linear(plan, at, present * spec.direction)
    if isinstance(linear, str):
        return _exact(common, linear, raw.size)
    if reason := _no_form(plan, at, others, present):
        return _exact(common, reason, raw.size)
    low, high, scale, offset, clip = linear
    least, span = _extent(present * spec.direction)
    shape = np.where(np.isnan(raw), 0.0, (np.nan_to_num(raw) * spec.direction - least) / span)
    shape[own] = 0.0
    common |= {"shape": shape, "least": least, "span": span, "scale": scale, "offset": offset}
    if not spec.treated or plan.method.treatment is None or present.size < 3:
        forms: list[_Form] = [(LINEAR, clip, False, (*low, *high), (0.0, 0.0, 0.0))]
        return _table(common, np.array([]), np.array([]), forms, ())
    assert plan.method.treatment is not None
    treatment = plan.method.treatment
    found = find_breaks(present, treatment, raw.size, more=_powers(treatment, present))
    points, widths, stretches = found.points, found.widths, found.stretches
    if spec.direction < 0:
        points, widths, stretches = -points[::-1], widths[::-1], stretches[::-1]
    forms = [_form(s, treatment, present, spec.direction) for s in stretches]
    return _table(common, points, widths, forms, stretches)


_Ends = tuple[float, float]
_Form = tuple[int, bool, bool, tuple[float, float, float, float], tuple[float, float, float]]


def _table(
    common: dict[str, Any], points: Column, widths: Column, forms: list[_Form], stretches: tuple[Stretch, ...]
) -> ColumnTable:
    kinds, clipped, mirrored, clamps, kappas = zip(*forms, strict=True)
    return ColumnTable(
        **common,
        breaks=points,
        widths=widths,
        kinds=np.array(kinds, dtype=np.int64),
        clipped=np.array(clipped),
        mirrored=np.array(mirrored),
        clamps=np.array(clamps, dtype=float),
        kappas=np.array(kappas, dtype=float),
        stretches=stretches,
    )


def _exact(common: dict[str, Any], reason: str, n: int) -> ColumnTable:
    common |= {"shape": np.zeros(n), "least": 0.0, "span": 1.0, "scale": 1.0, "offset": 0.0, "reason": reason}
    form: _Form = (EXACT, False, False, (0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    return _table(common, np.array([]), np.array([]), [form], ())


def _linear(plan: Plan, at: int, turned: Column) -> tuple[_Ends, _Ends, float, float, bool] | str:
    """Clamps of both ends, scale, offset and clipping of an untreated column, or why there are none."""
    spec = plan.columns[at]
    name, options = spec.normaliser.name, spec.options
    if turned.size < 2 or turned.max() == turned.min():
        return "constant"
    if name == "minmax":
        ends = turned.min(), turned.max()
        if spec.pooled is not None and spec.pooled.size and not np.isnan(spec.pooled).all():
            ends = min(ends[0], np.nanmin(spec.pooled)), max(ends[1], np.nanmax(spec.pooled))
        low, high = (-np.inf, float(ends[0])), (float(ends[1]), np.inf)
        fixed = [options.get("minimum"), options.get("maximum")]
        if fixed[0] is not None:
            low = (float(fixed[0]), float(fixed[0]))
        if fixed[1] is not None:
            high = (float(fixed[1]), float(fixed[1]))
        if low[1] >= high[0]:
            return "bounds"
        y0, y1 = float(options.get("low", 0.0)), float(options.get("high", 100.0))
        if options.get("clip") and y1 <= y0:
            return "options"
        return low, high, y1 - y0, y0, bool(options.get("clip"))
    if name in {"scaled", "goalposts"}:
        a, b = float(options["lower"]), float(options["upper"])
        if a >= b:
            return "bounds"
        cap = name == "goalposts" and bool(options.get("truncate", True))
        return (a, a), (b, b), float(options.get("scale", 100.0)), 0.0, cap
    if name == "none":
        return (0.0, 0.0), (1.0, 1.0), 1.0, 0.0, False
    return name


def _no_form(plan: Plan, at: int, others: Column, present: Column) -> str:
    """Why a column with a linear normalisation still has to be built value by value."""
    spec, method = plan.columns[at], plan.method
    if method.imputation.rule != "none" and (
        present.size < others.size or method.imputation.rule not in _SEPARABLE_FILLS
    ):
        return "imputation"
    if not spec.treated or method.treatment is None:
        return ""
    plain = spec.normaliser.name == "minmax" and spec.pooled is None
    if not plain or any(spec.options.get(k) is not None for k in ("minimum", "maximum")):
        return "treated bounds"
    if method.treatment.transform not in _TRANSFORMS | {"none"}:
        return "transform"
    return ""


def _extent(turned: Column) -> tuple[float, float]:
    """Turned value of the worst rival and the distance to the best."""
    return float(turned.min()), float(turned.max() - turned.min())


def _powers(treatment: Treatment, present: Column) -> Any:
    """Where the factor in the GII's logarithm jumps: where the largest value passes a power of ten."""
    if treatment.transform != "log_gii":
        return None

    def more(s: Stretch) -> list[float]:
        _, _, c, d = order_bounds(present, s.lowered, s.raised)
        low, high = max(s.start, c), min(s.end, d)
        if low > 1:
            return []
        if low >= high or low <= 0:
            return [p for p in (0.0, 1.0, c, d) if np.isfinite(p)]
        return [10.0**-k for k in range(int(np.ceil(-np.log10(low))) + 1)] + [c]

    return more


def _form(s: Stretch, treatment: Treatment, present: Column, direction: int) -> _Form:
    """A stretch of the raw own value as a piece of the turned one."""
    a, b, c, d = order_bounds(present, s.lowered, s.raised)
    clamps = (a, b, c, d) if direction > 0 else (-d, -c, -b, -a)
    clipped = bool(s.lowered or s.raised)
    if not s.transformed:
        # constant after winsorising: every score is missing, which the engine says itself
        kind = EXACT if b >= c and clipped and a == b == c == d else LINEAR
        return kind, clipped, False, clamps, (0.0, 0.0, 0.0)
    name, good = treatment.transform, direction > 0
    if name == "log_ct":
        return LOG, clipped, not good, clamps, (100.0, 0.0, 0.0)
    if name == "log_ct_plus":
        return LOG, clipped, good == (s.skewed < 0), clamps, (100.0, 0.0, 0.0)
    if name in {"log_ct_orig", "boxcox"}:
        return (LOG if name == "log_ct_orig" else ROOT), clipped, not good, clamps, (0.0, -1.0, 1.0)
    return _gii_form(s, clipped, clamps, (c, d), good)


def _gii_form(
    s: Stretch, clipped: bool, clamps: tuple[float, float, float, float], ends: _Ends, good: bool
) -> _Form:
    inside = s.end - 1 if np.isinf(s.start) else s.start + 1 if np.isinf(s.end) else 0.5 * (s.start + s.end)
    high = min(max(inside, ends[0]), ends[1])
    lowest = min(max(s.start, ends[0]), ends[1])
    if lowest <= 0 < min(max(s.end, ends[0]), ends[1]):
        return EXACT, clipped, False, clamps, (0.0, 0.0, 0.0)
    if high <= 0:
        return LINEAR, clipped, False, clamps, (0.0, 0.0, 0.0)
    factor = 10.0 ** max(0, int(np.floor(-np.log10(high))) + 1) if high <= 1 else 1.0
    return LOG, clipped, False, clamps, ((-1.0, 0.0, factor) if good else (-1.0, -factor, 0.0))
