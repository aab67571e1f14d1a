"""The compiled loop behind :mod:`response_numba`; imported only where numba is installed.

Kinds of pieces are those of :mod:`response_table`: 0 linear, 1 logarithm, 2 square root,
3 to be built by the engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

TILE = 128
_SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


def _jit(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Compile, remembering the machine code on disk where a folder for it can be written."""
    try:
        made: Callable[..., Any] = numba.njit(cache=True, **_SETTINGS, **options)(function)
    except RuntimeError:  # an installation that cannot be written to, and no folder of the user's
        made = numba.njit(**_SETTINGS, **options)(function)
    return made


def _inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile into the caller, where the compiler knows that arrays do not overlap."""
    made: Callable[..., Any] = numba.njit(inline="always", **_SETTINGS)(function)
    return made


@_inline
def _untreated(v, weight, mine, common, ends, slopes, level, score, shift, rho, sigma):  # type: ignore[no-untyped-def]
    """One untreated column for a tile: own scores, and what rivals' shapes are multiplied by."""
    direction, least, span, scale, offset = common
    a, b, c, d = ends[0], ends[1], ends[2], ends[3]
    slope, first = slopes[0], slopes[1]
    for s in range(v.shape[0]):
        given = v[s] > -np.inf
        x = v[s] * direction if given else least
        lo, hi = min(max(x, a), b), min(max(x, c), d)
        inverse = 1.0 / (hi - lo)
        delta = weight[s] * ((offset + scale * ((x - lo) * inverse)) - mine)
        score[s] += delta if given else 0.0
        rho[s] = span * inverse - slope if given else 0.0
        g = (least - lo) * inverse - first if given else 0.0
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
def _form(s, kind, mirror, kappa):  # type: ignore[no-untyped-def]
    """The curved shapes of a piece, as :meth:`ColumnTable.finish` without offset and scale."""
    s = min(max(s, 0.0), 1.0)
    if mirror:
        s = 1.0 - s
    if kind == 1:
        s = math.log(1.0 + kappa * s) / math.log(1.0 + kappa)
    else:
        s = (math.sqrt(1.0 + kappa * s) - 1.0) / (math.sqrt(1.0 + kappa) - 1.0)
    return 1.0 - s if mirror else s


@_inline
def _eight(acc, rows, by):  # type: ignore[no-untyped-def]
    """Add eight rows, each times its factor, to `acc`."""
    a, b, c, d, e, f, g, h = by[0], by[1], by[2], by[3], by[4], by[5], by[6], by[7]
    ra, rb, rc, rd, re, rf, rg, rh = rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7]
    for s in range(acc.shape[0]):
        acc[s] += ((a * ra[s] + b * rb[s]) + (c * rc[s] + d * rd[s])) + (
            (e * re[s] + f * rf[s]) + (g * rg[s] + h * rh[s])
        )


# fmt: off
@_jit
def kernel(  # type: ignore[no-untyped-def]
    values, pattern, weights, start, mine, common, plain, slopes, level, even, spread, flat, shapes, starts,
    forms, numbers, breaks, widths, homes, base, groups, reach, scores, ranks, odd,
):
    # fmt: on
    tile = TILE
    rows, columns = values.shape
    rivals, patterned = base.shape[0], pattern.shape[0] > 0
    rho, sigma = np.zeros((spread.shape[1], tile)), np.zeros((spread.shape[1], tile))
    score, shift, v, weight = np.empty(tile), np.empty(tile), np.empty(tile), np.empty(tile)
    acc, up, down, extra = np.empty(tile), np.empty(tile), np.empty(tile), np.zeros((tile, rivals))
    above, near = np.empty(tile, np.int64), np.empty(tile, np.int64)
    inside = np.empty((groups.shape[0], tile), np.int64)
    careful = np.empty(tile, np.bool_)
    turned, place = np.empty(tile), np.empty(tile, np.int64)
    for first in range(0, rows, tile):
        count = min(tile, rows - first)
        moved = False
        for s in range(tile):
            score[s], shift[s], above[s], near[s], careful[s], v[s] = start[0], 0.0, 0, 0, False, np.nan
        if patterned:
            for s in range(count):
                score[s] = start[pattern[first + s]]
        inside[:] = 0
        for c in range(columns):
            for s in range(tile):
                weight[s] = weights[0, c]
            for s in range(count):
                v[s] = values[first + s, c]
                careful[s] |= v[s] == -np.inf
            if patterned:
                for s in range(count):
                    weight[s] = weights[pattern[first + s], c]
            if plain[c]:
                _untreated(
                    v, weight, mine[c], common[c], numbers[starts[c, 0]], slopes[c], level[c], score, shift,
                    rho[c], sigma[c],
                )  # fmt: skip
                continue
            _find(v, common[c, 0], breaks[starts[c, 1] : starts[c + 1, 1]],
                 widths[starts[c, 1] : starts[c + 1, 1]], turned, place, careful)  # fmt: skip
            _, least, span, scale, offset = common[c]
            h0, h1, h2, h3, h4, h5 = homes[c]
            shape, scaled, before, own = shapes[0, c], shapes[1, c], shapes[2, c], mine[c]
            for s in range(count):
                if careful[s] or v[s] != v[s]:
                    continue
                piece = starts[c, 0] + place[s]
                kind, clip, mirror = forms[piece, 0], forms[piece, 1], forms[piece, 2]
                if kind == 3:
                    careful[s] = True
                    continue
                x = turned[s]
                lo = min(max(x, numbers[piece, 0]), numbers[piece, 1])
                hi = min(max(x, numbers[piece, 2]), numbers[piece, 3])
                kappa = numbers[piece, 4] + numbers[piece, 5] * lo + numbers[piece, 6] * hi
                width = hi - lo
                y = (x - lo) / width
                if clip:
                    y = min(max(y, 0.0), 1.0)
                if kind != 0:
                    y = _form(y, kind, mirror, kappa)
                score[s] += weight[s] * ((offset + scale * y) - own)
                if lo == h0 and hi == h1 and kappa == h2 and kind == h3 and clip == h4 and mirror == h5:
                    continue
                if not moved:
                    extra[:] = 0.0
                    moved = True
                to, r, g = extra[s], span / width, (least - lo) / width
                if kind == 0 and clip:
                    for i in range(rivals):
                        to[i] += scaled[i] * min(max(r * shape[i] + g, 0.0), 1.0) - before[i]
                elif kind == 0:
                    for i in range(rivals):
                        to[i] += scaled[i] * (r * shape[i] + g) - before[i]
                else:
                    for i in range(rivals):
                        to[i] += scaled[i] * _form(r * shape[i] + g, kind, mirror, kappa) - before[i]
        for s in range(tile):
            x = score[s] - (shift[s] if even else 0.0)
            up[s], down[s] = x + reach, x - reach
        for i in range(rivals):
            for s in range(tile):
                acc[s] = base[i]
            if moved:
                for s in range(tile):
                    acc[s] += extra[s, i]
            for c in range(0, spread.shape[1], 8):
                _eight(acc, rho[c : c + 8], spread[i, c : c + 8])
                if not even:
                    _eight(acc, sigma[c : c + 8], flat[i, c : c + 8])
            for s in range(tile):
                above[s] += acc[s] > up[s]
                near[s] += acc[s] > down[s]
            for k in range(groups.shape[0]):
                if groups[k, i]:
                    for s in range(tile):
                        inside[k, s] += acc[s] > up[s]
        for s in range(count):
            scores[first + s] = score[s]
            ranks[first + s, 0] = 1.0 + above[s]
            for k in range(groups.shape[0]):
                ranks[first + s, k + 1] = 1.0 + inside[k, s]
            odd[first + s] = careful[s] or above[s] != near[s]
            if score[s] != score[s]:
                ranks[first + s, :] = np.nan
