"""What-ifs compiled by numba (extra ``piikit[fast]``): tiles of scenarios, nothing kept in between.

Imported only where numba is installed. Own scores take the steps of :mod:`.matrix_product` and
agree with it to 1e-12 (a product and a sum may be rounded once). Ranks agree, since close
comparisons go back to :mod:`.careful` on both paths. Untreated columns go through without a
branch, so that the compiler can take eight scenarios at once; rivals of a treated column that
has not moved cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Matrix
from .changed_columns import ChangedColumns, OwnWeights, RivalTerms
from .column_table import CURVED, EXACT, LINEAR, ColumnTable
from .matrix_product import Block, Path
from .scenario_input import MISSING

TILE = 128
_SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


class _Tables(NamedTuple):
    """Tables of changed columns end to end; ``starts`` are each one's first piece and first break."""

    plain: Flags
    scale: Matrix
    curve: Matrix
    home: Matrix
    starts: NDArray[np.int64]
    kinds: NDArray[np.int64]
    mirrored: Flags
    ends: Matrix
    alike: Flags
    breaks: Column
    widths: Column


def compiled(changed: ChangedColumns, own: OwnWeights, groups: Sequence[Flags]) -> Path:
    """A function that evaluates a block of scenarios of the same columns."""
    tables, rivals = _end_to_end(changed.tables), RivalTerms(*map(np.ascontiguousarray, changed.rival_terms))
    members = np.array([g[changed.rivals] for g in groups])

    def path(values: Matrix, out: Block) -> None:
        values = values.view()
        values.setflags(write=False)  # as a frame's are: one form of the arguments, one compilation
        kernel(values, own.pattern(values), own, tables, rivals, members, changed.reach, out)

    return path


def _end_to_end(tables: Sequence[ColumnTable]) -> _Tables:
    sizes = [(0, 0), *((t.pieces.kinds.size, t.breaks.size) for t in tables)]
    joined = [(*t.pieces, t.as_at_home, t.breaks, t.widths) for t in tables]
    return _Tables(
        np.array([t.plain for t in tables]),
        np.array([t.scale for t in tables], dtype=float),
        np.array([t.curve for t in tables], dtype=float),
        np.array([[t.home.low[0], t.home.high[0]] for t in tables]),
        np.cumsum(np.array(sizes, dtype=np.int64), axis=0),
        *(np.concatenate(parts, axis=-1) for parts in zip(*joined, strict=True)),
    )


def _jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile, remembering the machine code on disk where a folder for it can be written."""
    try:
        made: Callable[..., Any] = numba.njit(cache=True, **_SETTINGS)(function)
    except RuntimeError:  # an installation that cannot be written to, and no folder of the user's
        made = numba.njit(**_SETTINGS)(function)
    return made


def _inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile into the caller, where the compiler knows that arrays do not overlap."""
    made: Callable[..., Any] = numba.njit(inline="always", **_SETTINGS)(function)
    return made


@_inline
def _untreated(v, weight, mine, scale, ends, home, level, score, shift, rho, sigma):  # type: ignore[no-untyped-def]
    """One untreated column for a tile: own scores, and what rivals' shapes are multiplied by."""
    direction, least, span, gain, offset = scale
    a, b, c, d = ends[0], ends[1], ends[2], ends[3]
    slope, first = span / (home[1] - home[0]), (least - home[0]) / (home[1] - home[0])
    for s in range(v.shape[0]):
        given = v[s] > MISSING
        x = v[s] * direction if given else least
        low, high = min(max(x, a), b), min(max(x, c), d)
        inverse = 1.0 / (high - low)
        delta = weight[s] * ((offset + gain * ((x - low) * inverse)) - mine)
        score[s] += delta if given else 0.0
        rho[s] = span * inverse - slope if given else 0.0
        g = (least - low) * inverse - first if given else 0.0
        sigma[s] = g
        shift[s] += g * level


@_inline
def _find(v, direction, breaks, widths, turned, place, careful):  # type: ignore[no-untyped-def]
    """Turned values of a tile, the piece of each, and whether one is too near a break."""
    for s in range(v.shape[0]):
        turned[s] = v[s] * direction
        place[s] = 0
    for k in range(breaks.shape[0]):
        at, width = breaks[k], widths[k]
        for s in range(v.shape[0]):
            place[s] += turned[s] > at
            careful[s] |= abs(turned[s] - at) <= width


@_jit
def _curve(s, k, power, mirrored):  # type: ignore[no-untyped-def]
    """A curved piece, as :meth:`ColumnTable.form`."""
    s = min(max(s, 0.0), 1.0)
    s = 1.0 - s if mirrored else s
    if power == 0.0:
        s = math.log(1.0 + k * s) / math.log(1.0 + k)
    else:
        s = ((1.0 + k * s) ** power - 1.0) / ((1.0 + k) ** power - 1.0)
    return 1.0 - s if mirrored else s


@_inline
def _eight(acc, rows, by):  # type: ignore[no-untyped-def]
    """Add eight rows, each times its factor, to `acc`."""
    a, b, c, d, e, f, g, h = by[0], by[1], by[2], by[3], by[4], by[5], by[6], by[7]
    ra, rb, rc, rd, re, rf, rg, rh = rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7]
    for s in range(acc.shape[0]):
        first, second = (a * ra[s] + b * rb[s]) + (c * rc[s] + d * rd[s]), (e * re[s] + f * rf[s])
        acc[s] += first + (second + (g * rg[s] + h * rh[s]))


@_jit
def _vectors(plain, rivals):  # type: ignore[no-untyped-def]
    """What the stretch and the shift of untreated columns are multiplied by; whether no weights differ.

    Both (rivals, columns padded to eights).
    """
    _, shape, scaled, _ = rivals
    columns, count = shape.shape
    spread, flat, even = (
        np.zeros((count, -(-columns // 8) * 8)),
        np.zeros((count, -(-columns // 8) * 8)),
        count > 0,
    )
    for c in range(columns):
        if plain[c]:
            for i in range(count):
                spread[i, c], flat[i, c] = scaled[c, i] * shape[c, i], scaled[c, i]
                even &= scaled[c, i] == scaled[c, 0]
    return spread, flat, even


@_jit
def kernel(values, pattern, own, tables, rivals, groups, reach, block):  # type: ignore[no-untyped-def]
    """Fill `block` with own scores, counts of rivals ahead in each group and rows to be done with care."""
    _, weights, start, own_base = own
    plain, scales, curves, homes, starts, kinds, mirrored, ends, alike, breaks, widths = tables
    rival_scores, shapes, scaled_shapes, befores = rivals
    spread, flat, even = _vectors(plain, rivals)
    patterned, size = weights.shape[0] > 1, rival_scores.size
    rho, sigma = np.zeros((spread.shape[1], TILE)), np.zeros((spread.shape[1], TILE))
    score, shift, v, weight = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    turned, theirs, up, down = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    near, place, careful = np.empty(TILE, np.int64), np.empty(TILE, np.int64), np.empty(TILE, np.bool_)
    ahead, extra = np.empty((len(groups), TILE), np.int64), np.zeros((TILE, size))
    above = ahead[0]
    for first in range(0, values.shape[0], TILE):
        count = min(TILE, values.shape[0] - first)
        moved = False
        ahead[:] = 0
        for s in range(TILE):
            score[s], shift[s], near[s], careful[s], v[s] = start[0], 0.0, 0, False, np.nan
        if patterned:
            for s in range(count):
                score[s] = start[pattern[first + s]]
        for c in range(values.shape[1]):
            for s in range(TILE):
                weight[s] = weights[0, c]
            for s in range(count):
                v[s] = values[first + s, c]
                careful[s] |= v[s] == MISSING
            if patterned:
                for s in range(count):
                    weight[s] = weights[pattern[first + s], c]
            piece, at, last = starts[c, 0], starts[c, 1], starts[c + 1, 1]
            scale, mine = scales[c], own_base[c]
            if plain[c]:
                level = flat[0, c] if even else 0.0
                _untreated(
                    v, weight, mine, scale, ends[:, piece], homes[c], level, score, shift, rho[c], sigma[c]
                )
                continue
            direction, least, span, gain, offset = scale
            _find(v, direction, breaks[at:last], widths[at:last], turned, place, careful)
            shape, scaled, before = shapes[c], scaled_shapes[c], befores[c]
            (power, k0, k1, k2), (home_low, home_high) = curves[c], homes[c]
            for s in range(count):
                if careful[s] or v[s] != v[s]:
                    continue
                p, x = piece + place[s], turned[s]
                kind, mirror = kinds[p], mirrored[p]
                low, high = min(max(x, ends[0, p]), ends[1, p]), min(max(x, ends[2, p]), ends[3, p])
                width, k = high - low, k0 + k1 * low + k2 * high
                if kind == EXACT:
                    careful[s] = True
                    continue
                y = min(max((x - low) / width, 0.0), 1.0)
                y = _curve(y, k, power, mirror) if kind == CURVED else y
                score[s] += weight[s] * ((offset + gain * y) - mine)
                if alike[p] and low == home_low and high == home_high:
                    continue
                if not moved:
                    extra[:] = 0.0
                    moved = True
                to, r, g = extra[s], span / width, (least - low) / width
                if kind == LINEAR:
                    for i in range(size):
                        to[i] += scaled[i] * min(max(r * shape[i] + g, 0.0), 1.0) - before[i]
                else:
                    for i in range(size):
                        to[i] += scaled[i] * _curve(r * shape[i] + g, k, power, mirror) - before[i]
        for s in range(TILE):
            x = score[s] - shift[s]
            up[s], down[s] = x + reach, x - reach
        for i in range(size):
            for s in range(TILE):
                theirs[s] = rival_scores[i]
            if moved:
                for s in range(TILE):
                    theirs[s] += extra[s, i]
            for c in range(0, spread.shape[1], 8):
                _eight(theirs, rho[c : c + 8], spread[i, c : c + 8])
                if not even:
                    _eight(theirs, sigma[c : c + 8], flat[i, c : c + 8])
            for s in range(TILE):
                above[s] += theirs[s] > up[s]
                near[s] += theirs[s] > down[s]
            for m in range(1, len(groups)):
                if groups[m, i]:
                    for s in range(TILE):
                        ahead[m, s] += theirs[s] > up[s]
        for s in range(count):
            block.scores[first + s], block.careful[first + s] = score[s], careful[s] or above[s] != near[s]
            for m in range(len(groups)):
                block.ahead[m, first + s] = ahead[m, s] if score[s] == score[s] else np.nan
