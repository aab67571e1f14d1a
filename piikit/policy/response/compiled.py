"""What-ifs compiled by numba (extra ``piikit[fast]``): tiles of scenarios, nothing kept in between.

Own scores take the steps of the NumPy path in the same order and agree with it to 1e-12 (a
product and a sum may be rounded once, a division be a product with the inverse). Ranks agree,
since close comparisons go back to :mod:`response_exact` on both paths. Untreated columns go through without a branch, so
that the compiler can take eight scenarios at once; rivals of a treated column that has not
moved cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .unit_response import Response

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
Block = Callable[[Matrix, Column, Matrix], Flags]


def compile_block(response: Response, at: NDArray[np.intp], members: list[Flags]) -> Block:
    """A function that fills own scores and ranks of a block of scenarios and marks rows left to be done with care."""
    tables = [response.table(int(j)) for j in at]
    rivals = np.flatnonzero(np.isfinite(response.rival_scores))
    padded = -(-max(1, len(tables)) // 8) * 8
    spread, flat = np.zeros((rivals.size, padded)), np.zeros((rivals.size, padded))
    shapes = np.zeros((3, len(tables), rivals.size))
    slopes = np.zeros((len(tables), 2))
    plain = np.array([t.plain for t in tables], dtype=np.bool_)
    for c, t in enumerate(tables):
        weights, before = response.rival_terms(t.at)
        shapes[:, c] = (
            t.shape[rivals],
            weights[rivals] * t.scale,
            weights[rivals] * (before - t.offset)[rivals],
        )
        if t.plain:
            *slopes[c], one, other = response.plain_terms(t.at)
            spread[:, c], flat[:, c] = one[rivals], other[rivals]
    even = rivals.size > 0 and bool((flat == flat[:1]).all())
    level = flat[0].copy() if even else np.zeros(padded)
    common = np.array([[t.direction, t.least, t.span, t.scale, t.offset] for t in tables]).reshape(-1, 5)
    groups = np.array([m[rivals] for m in members[1:]], dtype=np.bool_).reshape(len(members) - 1, rivals.size)
    fill = response.own_terms(at)
    packed = _pack(response, tables)
    base = response.rival_scores[rivals]
    from .compiled_kernel import kernel

    def block(part: Matrix, scores: Column, ranks: Matrix) -> Flags:
        pattern = fill.pattern(part)
        odd = np.empty(len(part), dtype=np.bool_)
        kernel(
            part, pattern, fill.weights, fill.start, fill.mine, common, plain, slopes, level, even, spread, flat,
            shapes, *packed, base, groups, response.reach, scores, ranks, odd,
        )  # fmt: skip
        return odd

    return block


def _pack(response: Response, tables: list[Any]) -> tuple[Any, ...]:
    """Pieces and breaks of all columns end to end, and how each column stands in the baseline."""
    starts = np.cumsum([[0, 0], *([t.kinds.size, t.breaks.size] for t in tables)], axis=0)
    forms = np.vstack([np.column_stack([t.kinds, t.clipped, t.mirrored]).astype(np.int64) for t in tables])
    numbers = np.vstack([np.hstack([t.clamps, t.kappas]) for t in tables])
    breaks = np.concatenate([t.breaks for t in tables])
    widths = np.concatenate([t.widths for t in tables])
    homes = np.full((len(tables), 6), np.nan)
    for c, t in enumerate(tables):
        home = response.home(t.at)
        if home is not None:
            homes[c] = home
    return starts, forms, numbers, breaks, widths, homes
