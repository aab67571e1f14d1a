"""The closed forms of a column: which scale it has, which curve, and where one piece ends.

Untreated columns on min-max or given bounds are one straight piece; treated ones change with
the own value at the breaks of :mod:`.treatment_breaks`. Everything else has no form here and
is built by the engine, value by value, with the reason said.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...base.arrays import Column
from ...index.engine import ColumnSpec, Plan
from ...index.method import Method
from ...index.steps.spread import is_level
from ...index.steps.treatment import Treatment
from .column_table import CURVED, EXACT, LINEAR, ColumnTable, Curve, Pieces, Scale
from .treatment_breaks import Ends, Stretch, find_breaks, number_line, order_bounds

_TRANSFORMS = ("none", "log_ct", "log_ct_plus", "log_ct_orig", "log_gii", "boxcox")


class _Posts(NamedTuple):
    """An untreated column's ends (turned), and what their shares become."""

    ends: Ends
    gain: float
    offset: float
    bounded: bool


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
    spec, method = plan.columns[at], plan.method
    others = np.delete(raw, own)
    present = np.sort(others[~np.isnan(others)])
    turned = present * spec.direction
    posts = _posts(spec, turned)
    reason = posts if isinstance(posts, str) else _no_form(spec, method, present.size < others.size)
    if reason or isinstance(posts, str):
        scale = Scale(spec.direction, 0.0, 1.0, 1.0, 0.0)
        unknown = _pieces(EXACT, Ends(0.0, 0.0, 1.0, 1.0))
        return ColumnTable(plan, at, own, raw, base, scale, np.zeros(raw.size), unknown, reason=reason)
    scale = Scale(spec.direction, turned.min(), turned.max() - turned.min(), posts.gain, posts.offset)
    shape = np.nan_to_num((raw * spec.direction - scale.least) / scale.span)
    shape[own] = 0.0
    treatment = method.treatment if spec.treated and present.size >= 3 else None
    if treatment is None:
        straight = _pieces(LINEAR, posts.ends)
        return ColumnTable(plan, at, own, raw, base, scale, shape, straight, bounded=posts.bounded)
    found = find_breaks(present, treatment, raw.size)
    pieces = _treated_pieces(found.stretches, treatment, present, spec.direction)
    back = slice(None, None, spec.direction)
    points, widths = found.points[back] * spec.direction, found.widths[back]
    curve = _curve(treatment, spec.direction)
    return ColumnTable(
        plan, at, own, raw, base, scale, shape, pieces, curve=curve, breaks=points, widths=widths
    )


def _posts(spec: ColumnSpec, turned: Column) -> _Posts | str:
    """Ends and scale of an untreated column, or why there are none; `turned` are the rivals' values."""
    name, options = spec.normaliser.name, spec.options
    if turned.size < 2 or is_level(turned):
        return "constant"
    if name == "minmax":
        posts = _minmax(spec, turned)
    elif name in ("goalposts", "scaled"):
        low, high = options["lower"], options["upper"]
        cap = name == "goalposts" and options["truncate"]
        posts = _Posts(Ends(low, low, high, high), options["scale"], 0.0, cap)
    elif name == "none":
        posts = _Posts(Ends(0.0, 0.0, 1.0, 1.0), 1.0, 0.0, False)
    else:
        return name
    return posts if posts.ends.b < posts.ends.c else "bounds"


def _minmax(spec: ColumnSpec, turned: Column) -> _Posts:
    """An end is the least or largest of rivals, of further editions and of the own value, or fixed."""
    options = spec.options
    fitted = spec.normaliser.fit(turned if spec.pooled is None else np.append(turned, spec.pooled))
    low, high = fitted["minimum"], fitted["maximum"]
    free = options["minimum"] is None, options["maximum"] is None
    ends = Ends(-np.inf if free[0] else low, low, high, np.inf if free[1] else high)
    return _Posts(ends, options["high"] - options["low"], options["low"], options["clip"])


def _no_form(spec: ColumnSpec, method: Method, gaps: bool) -> str:
    """Why a column with a straight scale still has to be built value by value ("" if it has not)."""
    if method.imputation.rule != "none" and gaps:
        return "imputation"
    if not spec.treated or method.treatment is None:
        return ""
    if spec.normaliser.name != "minmax" or spec.pooled is not None:
        return "treated bounds"
    if any(spec.options[end] is not None for end in ("minimum", "maximum")):
        return "treated bounds"
    return "" if method.treatment.transform in _TRANSFORMS else "transform"


def _pieces(kind: int, ends: Ends) -> Pieces:
    return Pieces(np.array([kind]), np.array([False]), np.array(ends, dtype=float)[:, None])


def _treated_pieces(
    stretches: tuple[Stretch, ...], treatment: Treatment, present: Column, direction: int
) -> Pieces:
    """Stretches of the raw own value as pieces of the turned one."""
    line = number_line(present)
    ends = np.array([order_bounds(line, s.lowered, s.raised) for s in stretches]).T
    curved = np.array([s.transformed for s in stretches])
    # the base of the GII's logarithm hangs on the power of ten where the largest value is up to 1
    largest = np.clip([s.start for s in stretches], ends[2], ends[3])
    unknown = curved & (largest <= 1) & (treatment.transform == "log_gii")
    flipped = np.array([treatment.transform == "log_ct_plus" and s.skewed < 0 for s in stretches])
    mirrored = curved & (flipped == (direction > 0)) & (treatment.transform != "log_gii")
    back = slice(None, None, direction)
    ends = np.ascontiguousarray((ends * direction)[back, back])
    return Pieces(np.where(unknown, EXACT, np.where(curved, CURVED, LINEAR))[back], mirrored[back], ends)


def _curve(treatment: Treatment, direction: int) -> Curve:
    """The curve after min-max: see :mod:`.column_table`."""
    if treatment.transform in ("log_ct", "log_ct_plus"):
        return Curve(0.0, 100.0, 0.0, 0.0)
    if treatment.transform == "log_gii":  # the largest value is 1 + k
        return Curve(0.0, -1.0, 0.0, 1.0) if direction > 0 else Curve(0.0, -1.0, -1.0, 0.0)
    return Curve(treatment.power if treatment.transform == "boxcox" else 0.0, 0.0, -1.0, 1.0)
