"""The closed forms of a column: which scale it has, which curve, and where one piece ends.

Untreated columns on min-max or given bounds are one straight piece; treated ones change with
the own value at the breaks of :mod:`.treatment_breaks`. Everything else has no form here and
is built by the engine, value by value, with the reason said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...index.engine import ColumnSpec, Plan
from ...index.method import Method
from ...index.steps.treatment import Treatment
from .column_table import CURVED, EXACT, LINEAR, ColumnTable, Pieces, Scale
from .treatment_breaks import Ends, Stretch, find_breaks, number_line, order_bounds

Column = NDArray[np.float64]
_TRANSFORMS = ("none", "log_ct", "log_ct_plus", "log_ct_orig", "log_gii", "boxcox")


class _Posts(NamedTuple):
    """An untreated column's ends (turned), and what their shares become."""

    ends: Ends
    gain: float
    offset: float
    bounded: bool


def _minmax(spec: ColumnSpec, turned: Column) -> _Posts | str:
    options = spec.options
    ends = [turned.min(), turned.max()]
    if spec.pooled is not None and not np.isnan(spec.pooled).all():
        ends = [min(ends[0], np.nanmin(spec.pooled)), max(ends[1], np.nanmax(spec.pooled))]
    a, b, c, d = -np.inf, float(ends[0]), float(ends[1]), np.inf
    if options.get("minimum") is not None:
        a = b = float(options["minimum"])
    if options.get("maximum") is not None:
        c = d = float(options["maximum"])
    worst, best = float(options.get("low", 0.0)), float(options.get("high", 100.0))
    clip = bool(options.get("clip"))
    if clip and best <= worst:
        return "options"
    return _Posts(Ends(a, b, c, d), best - worst, worst, clip)


def _goalposts(spec: ColumnSpec, turned: Column) -> _Posts | str:
    a, b = float(spec.options["lower"]), float(spec.options["upper"])
    cap = spec.normaliser.name == "goalposts" and bool(spec.options.get("truncate", True))
    return _Posts(Ends(a, a, b, b), float(spec.options.get("scale", 100.0)), 0.0, cap)


def _as_it_is(spec: ColumnSpec, turned: Column) -> _Posts | str:
    return _Posts(Ends(0.0, 0.0, 1.0, 1.0), 1.0, 0.0, False)


_SCALES: dict[str, Callable[[ColumnSpec, Column], _Posts | str]] = {
    "minmax": _minmax,
    "goalposts": _goalposts,
    "scaled": _goalposts,
    "none": _as_it_is,
}


def _posts(spec: ColumnSpec, turned: Column) -> _Posts | str:
    """Ends and scale of an untreated column, or why there are none; `turned` are the rivals' values."""
    name = spec.normaliser.name
    if turned.size < 2 or turned.max() == turned.min():
        return "constant"
    if name not in _SCALES:
        return name
    posts = _SCALES[name](spec, turned)
    return "bounds" if not isinstance(posts, str) and posts.ends.b >= posts.ends.c else posts


def _no_form(spec: ColumnSpec, method: Method, gaps: bool) -> str:
    """Why a column with a straight scale still has to be built value by value ("" if it has not)."""
    if method.imputation.rule != "none" and gaps:
        return "imputation"
    if not spec.treated or method.treatment is None:
        return ""
    if spec.normaliser.name != "minmax" or spec.pooled is not None:
        return "treated bounds"
    if any(spec.options.get(end) is not None for end in ("minimum", "maximum")):
        return "treated bounds"
    return "" if method.treatment.transform in _TRANSFORMS else "transform"


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
        unknown = _pieces([_Form(EXACT, Ends(0.0, 0.0, 1.0, 1.0))])
        return ColumnTable(plan, at, own, raw, base, scale, np.zeros(raw.size), unknown, reason=reason)
    least, span = float(turned.min()), float(turned.max() - turned.min())
    shape = np.nan_to_num((raw * spec.direction - least) / span)
    shape[own] = 0.0
    scale = Scale(spec.direction, least, span, posts.gain, posts.offset)
    treatment = method.treatment if spec.treated and present.size >= 3 else None
    if treatment is None:
        straight = _pieces([_Form(LINEAR, posts.ends)])
        return ColumnTable(plan, at, own, raw, base, scale, shape, straight, bounded=posts.bounded)
    line = number_line(present)
    found = find_breaks(present, treatment, raw.size)
    forms = [
        _form(s, treatment, order_bounds(line, s.lowered, s.raised), spec.direction) for s in found.stretches
    ]
    points, widths = found.points * spec.direction, found.widths
    if spec.direction < 0:
        forms, points, widths = forms[::-1], points[::-1], widths[::-1]
    power = treatment.power if treatment.transform == "boxcox" else 0.0
    return ColumnTable(
        plan, at, own, raw, base, scale, shape, _pieces(forms), power=power, breaks=points, widths=widths
    )


class _Form(NamedTuple):
    """One piece: its kind, its ends (turned), k as ``k0 + k1 lo + k2 hi``, and which way the curve runs."""

    kind: int
    ends: Ends
    bend: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mirrored: bool = False


def _pieces(forms: list[_Form]) -> Pieces:
    kinds, ends, bends, mirrored = zip(*forms, strict=True)
    return Pieces(
        np.array(kinds, dtype=np.int64),
        np.array(mirrored, dtype=bool),
        np.ascontiguousarray(np.array(ends, dtype=float).T),
        np.ascontiguousarray(np.array(bends, dtype=float).T),
    )


def _form(s: Stretch, treatment: Treatment, raw_ends: Ends, direction: int) -> _Form:
    """A stretch of the raw own value as a piece of the turned one."""
    a, b, c, d = raw_ends
    good = direction > 0
    ends = raw_ends if good else Ends(-d, -c, -b, -a)
    if not s.transformed:
        # constant after winsorising: every score is missing, which the engine says itself
        constant = bool(s.lowered or s.raised) and a == b == c == d
        return _Form(EXACT if constant else LINEAR, ends)
    if treatment.transform == "log_gii":  # the largest value is 1 + k; up to 1 a power of ten comes in
        large = min(max(s.start, c), d) > 1
        return _Form(CURVED if large else EXACT, ends, (-1.0, 0.0, 1.0) if good else (-1.0, -1.0, 0.0))
    percent = treatment.transform in {"log_ct", "log_ct_plus"}
    flipped = treatment.transform == "log_ct_plus" and s.skewed < 0
    return _Form(CURVED, ends, (100.0, 0.0, 0.0) if percent else (0.0, -1.0, 1.0), good == flipped)
