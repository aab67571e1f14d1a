"""What-ifs with NumPy alone: own scores added column by column, rivals through one matrix product.

Over an untreated column every rival moves by ``shape x stretch + shift``: how much the scale is
stretched and shifted depends on the scenario, the shape does not, so all such columns together
are one product. The rivals of treated columns are added one column after the other.

The product only decides comparisons that are not close. Rows in which a rival comes within a
rounding unit of the own score are marked, and :mod:`.careful` adds them in a fixed order; so
ranks have the same bits in blocks of any size although BLAS does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Matrix
from .changed_columns import ChangedColumns, OwnWeights
from .scenario_input import MISSING

_CELLS = 70_000  # rivals x scenarios worked on at a time, so that they stay in the processor's cache


class Block(NamedTuple):
    """Where a path puts own scores (k,), rivals clearly ahead in each group (groups, k; NaN without a
    score) and which rows must be done with care (k,).
    """

    scores: Column
    ahead: Matrix
    careful: Flags


Path = Callable[[Matrix, Block], None]


def by_product(changed: ChangedColumns, own: OwnWeights, groups: Sequence[Flags]) -> Path:
    """A function that evaluates a block of scenarios of the same columns."""
    members = [g[changed.rivals] for g in groups]
    plain = [c for c, table in enumerate(changed.tables) if table.plain]
    move_untreated = _untreated(changed, plain)
    moves = [_treated(changed, c) for c, table in enumerate(changed.tables) if not table.plain]
    step = max(64, _CELLS // max(1, changed.rivals.size))

    def tile(values: Matrix) -> Block:
        columns = np.ascontiguousarray(values.T)
        given = columns > MISSING
        careful = (columns == MISSING).any(axis=0) if not given.all() else np.zeros(len(values), dtype=bool)
        pattern = own.pattern(values)
        weights = own.weights.T if own.start.size == 1 else own.weights[pattern].T
        scores = own.start[pattern]
        theirs, shift = move_untreated(columns, given, weights, scores)
        for move in moves:
            move(columns, given, weights, scores, theirs, careful)
        ahead = theirs > scores - shift + changed.reach
        above = _count(ahead)
        careful |= above != _count(theirs > scores - shift - changed.reach)
        counts = np.array([above if m.all() else _count(ahead[m]) for m in members], dtype=float)
        counts[:, np.isnan(scores)] = np.nan
        return Block(scores, counts, careful)

    def path(values: Matrix, out: Block) -> None:
        with np.errstate(all="ignore"):
            for first in range(0, len(values), step):
                made = tile(values[first : first + step])
                rows = slice(first, first + len(made.scores))
                out.scores[rows], out.ahead[:, rows], out.careful[rows] = made

    return path


def _untreated(changed: ChangedColumns, places: list[int]) -> Callable[..., tuple[Matrix, Column]]:
    """A function that moves all untreated columns at once.

    It adds own changes to `scores` and gives rivals' scores less a common shift, and the shift.
    Constants are (columns, 1), vectors (rivals, columns).
    """
    tables, terms = [changed.tables[c] for c in places], changed.rival_terms
    start = (terms.scores - terms.before.sum(axis=0))[:, None]
    direction, least, span, gain, offset = np.array([t.scale for t in tables]).reshape(-1, 5).T[:, :, None]
    a, b, c, d = np.hstack([np.zeros((4, 0)), *(t.pieces.ends for t in tables)])[:, :, None]
    home = np.array([t.home_value for t in tables])[:, None]
    offset = offset - np.nan_to_num(changed.base[changed.own, changed.at[places]])[:, None]
    flat = terms.scaled[places].T
    spread = flat * terms.shape[places].T
    even = bool((flat == flat[:1]).all())  # the shift is the same for all
    vectors = np.hstack([spread, *([] if even else [flat]), start])
    some: Any = slice(None) if len(places) == len(changed.tables) else places

    def move(columns: Matrix, given: Flags, weights: Matrix, scores: Column) -> tuple[Matrix, Column]:
        given, weights = given[some], weights[some]
        v = columns[some] * direction
        if not given.all():
            v = np.where(given, v, home)
        low = np.minimum(np.maximum(v, a), b)
        inverse = np.minimum(np.maximum(v, c), d)
        inverse -= low
        np.divide(1.0, inverse, out=inverse)
        v -= low
        v *= inverse
        v *= weights * gain
        v += weights * offset
        if not given.all():
            v *= given
        for delta in v:  # one after the other, which fixes the bits whatever the size of the block
            scores += delta
        factors = np.empty((vectors.shape[1], len(scores)))
        shift = low if even else factors[len(v) : -1]
        np.multiply(np.subtract(least, low, out=low), inverse, out=shift)
        np.multiply(span, inverse, out=factors[: len(v)])
        factors[-1] = 1.0
        return vectors @ factors, flat[0] @ shift if even else np.zeros(1)

    return move


def _treated(changed: ChangedColumns, place: int) -> Callable[..., None]:
    """A function that adds own changes on a treated column to `scores` and rivals' scores to `theirs`."""
    table, terms, rivals = changed.tables[place], changed.rival_terms, changed.rivals
    scaled, before = terms.scaled[place][:, None], terms.before[place][:, None]
    mine = float(np.nan_to_num(table.base[table.own]))

    def move(
        columns: Matrix, given: Flags, weights: Matrix, scores: Column, theirs: Matrix, careful: Flags
    ) -> None:
        there = given[place]
        turned = np.where(there, columns[place] * table.direction, table.scale.least)
        where = table.find(turned)
        np.logical_or(careful, where.doubtful & there, out=careful)
        scores += np.where(there, weights[place] * (table.own_scores(turned, where) - mine), 0.0)
        forms = table.rival_forms(where, rivals)
        forms *= scaled
        if not there.all():
            forms[:, ~there] = before
        theirs += forms

    return move


def _count(flags: Flags) -> NDArray[np.unsignedinteger]:
    """How many in each column; small integers are added many at a time."""
    kind = np.uint8 if len(flags) < 256 else np.uint32
    counted: NDArray[np.unsignedinteger] = np.add.reduce(flags.view(np.uint8), axis=0, dtype=kind)
    return counted
