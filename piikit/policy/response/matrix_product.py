"""What-ifs with NumPy alone: scores added column by column, rivals compared through one product.

The product only decides comparisons that are not close. Rows in which a rival comes within a
rounding unit of the own score go back to :mod:`response_exact`, which adds in a fixed order;
so ranks have the same bits in blocks of any size although BLAS does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .careful import MISSING
from .column_table import LINEAR, ColumnTable

if TYPE_CHECKING:
    from .unit_response import Response

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
_CELLS = 70_000  # units x scenarios worked on at a time, so that they stay in the processor's cache
Block = Callable[[Matrix, Column, Matrix], Flags]


def make_block(response: Response, at: NDArray[np.intp], members: list[Flags]) -> Block:
    """A function that fills own scores and ranks of a block of scenarios and marks rows left to be done with care."""
    tables = [response.table(int(j)) for j in at]
    terms = response.own_terms(at)
    plain = [c for c, t in enumerate(tables) if t.plain]
    treated = [c for c, t in enumerate(tables) if not t.plain]
    straight = _Plain(response, at, plain) if plain else None
    before = np.zeros(len(response.plan.units))
    for c in treated:
        weights, base = response.rival_terms(tables[c].at)
        before += weights * (base - tables[c].offset)

    step = max(64, _CELLS // len(response.plan.units))

    def part_of(values: Matrix, out: Column, ranks: Matrix) -> Flags:
        count = len(values)
        pattern = terms.pattern(values)
        weights = terms.weights[pattern].T if pattern.size else terms.weights.T
        deltas = np.empty((1 + len(tables), count))
        deltas[0] = terms.start[pattern] if pattern.size else terms.start[0]
        careful = np.zeros(count, dtype=bool)
        if straight is not None:
            deltas[1 + straight.places] = straight.own(values, weights, terms.mine, careful)
            scores, shift = straight.rivals()
        else:
            scores, shift = np.repeat(response.rival_scores[:, None], count, axis=1), np.zeros(count)
        if treated:
            scores -= before[:, None]
            room = np.empty_like(scores)
        for c in treated:
            column = np.ascontiguousarray(values[:, c])
            deltas[1 + c] = _treated(
                response, tables[c], column, weights[c], terms.mine[c], scores, room, careful
            )
        own = deltas[0]
        for delta in deltas[
            1:
        ]:  # in this order whatever the size of the block; a reduction of one column is not
            own += delta
        ahead = scores > own - shift + response.reach
        above = _count(ahead)
        careful |= above != _count(scores > own - shift - response.reach)
        ranks[:] = np.column_stack([1.0 + (above if m.all() else _count(ahead[m])) for m in members])
        ranks[np.isnan(own)] = np.nan
        out[:] = own
        return careful

    def block(values: Matrix, out: Column, ranks: Matrix) -> Flags:
        careful = np.empty(len(values), dtype=bool)
        for first in range(0, len(values), step):
            rows = slice(first, first + step)
            careful[rows] = part_of(values[rows], out[rows], ranks[rows])
        return careful

    return block


class _Plain:
    """Untreated columns of one set of codes: all of them at once, columns x scenarios."""

    def __init__(self, response: Response, at: NDArray[np.intp], places: list[int]) -> None:
        tables = [response.table(int(at[c])) for c in places]
        self.places = np.array(places)
        numbers = [[t.direction, t.least, t.span, t.scale, t.offset, *t.clamps[0]] for t in tables]
        self.direction, self.least, self.span, self.scale, self.offset, *self.ends = np.array(
            numbers, dtype=float
        ).T[:, :, None]
        parts = [response.plain_terms(t.at) for t in tables]
        self.slopes, self.shifts = (np.array([[p[k]] for p in parts]) for k in (0, 1))
        there = np.isfinite(response.rival_scores)
        flat = np.column_stack([p[3] for p in parts])
        self.even = bool(there.any() and (flat[there] == flat[there][:1]).all())
        self.level = flat[there][0] if self.even else np.zeros(len(tables))
        vectors = [np.column_stack([p[2] for p in parts]), response.rival_scores[:, None]]
        self.vectors = np.hstack([vectors[0], *([] if self.even else [flat]), vectors[1]])
        self.vectors = np.maximum(self.vectors, -1e300)
        self.columns = places == list(range(at.size))

    def own(self, values: Matrix, weights: Matrix, mine: Column, careful: Flags) -> Matrix:
        """Changes of the own score, columns x scenarios; keeps what :meth:`rivals` needs."""
        v = np.array(values.T if self.columns else values[:, self.places].T, order="C")
        rest, gone = np.isnan(v), v == MISSING
        if gone.any():
            careful |= gone.any(axis=0)
            rest |= gone
        still = bool(rest.any())
        v *= self.direction
        if still:
            v[rest] = np.broadcast_to(self.least, v.shape)[rest]
        a, b, c, d = self.ends
        lo, hi = np.minimum(np.maximum(v, a), b), np.minimum(np.maximum(v, c), d)
        hi -= lo
        v -= lo
        v /= hi
        v *= self.scale
        v += self.offset
        v -= mine[self.places][:, None]
        v *= weights[self.places] if not self.columns else weights
        k, count = v.shape
        self.factors = np.empty((k * (1 if self.even else 2) + 1, count))
        rho, sigma = self.factors[:k], np.subtract(self.least, lo, out=lo)
        np.divide(self.span, hi, out=rho)
        rho -= self.slopes
        sigma /= hi
        sigma -= self.shifts
        if still:
            v[rest] = rho[rest] = sigma[rest] = 0.0
        self.factors[-1] = 1.0
        if self.even:
            sigma *= self.level[:, None]
            self.shift = np.add.reduce(sigma, axis=0)
        else:
            self.factors[k : 2 * k] = sigma
            self.shift = np.zeros(count)
        return v

    def rivals(self) -> tuple[Matrix, Column]:
        """Rivals' scores less a common shift, units x scenarios, and the shift."""
        return self.vectors @ self.factors, self.shift


def _treated(
    response: Response,
    table: ColumnTable,
    column: Column,
    weight: Column,
    mine: float,
    scores: Matrix,
    room: Matrix,
    careful: Flags,
) -> Column:
    """Change of the own score through one treated column; adds rivals' scores on it to `scores`.

    Rivals are worked out for all scenarios at once, moved or not: the figures only tell who is
    clearly ahead. `room` is a units x scenarios array to work in.
    """
    rest = np.isnan(column)
    bad = rest | (column == MISSING)
    turned = np.where(bad, table.least, column * table.direction)
    piece, doubtful = table.piece(turned)
    careful |= (doubtful | bad) & ~rest
    lo, hi, kappa = table.ends(turned, piece)
    weights, base = response.rival_terms(table.at)
    with np.errstate(all="ignore"):
        width = hi - lo
        delta = weight * (table.finish((turned - lo) / width, piece, kappa) - mine)
        slope, shift = table.span / width, (table.least - lo) / width
        flat = weights * table.scale
        np.multiply((flat * table.shape)[:, None], slope, out=room)
        level = flat.max(initial=0.0)
        if (flat[flat != 0] == level).all():  # nobody's weight differs: add the shift where it counts
            room += level * shift
            room[flat == 0] = 0.0
        else:
            room += flat[:, None] * shift
        if table.clipped[piece].any():
            top = np.where(table.clipped[piece], 0.0, np.inf)
            np.minimum(room, flat[:, None] + top, out=room)
            np.maximum(room, -top, out=room)
        if table.curved:
            curved = np.flatnonzero(table.kinds[piece] != LINEAR)
            s = table.shape[:, None] * slope[curved] + shift[curved]
            y = table.finish(s, piece[curved], kappa[curved])
            room[:, curved] = weights[:, None] * (y - table.offset)
    if rest.any():
        room[:, rest] = (weights * (base - table.offset))[:, None]
    if careful.any():
        room[:, careful] = 0.0
    scores += room
    return np.where(rest, 0.0, delta)


def _count(flags: Flags) -> NDArray[np.unsignedinteger]:
    kind = np.uint8 if len(flags) < 256 else np.uint32
    total: NDArray[np.unsignedinteger] = np.add.reduce(flags.view(np.uint8), axis=0, dtype=kind)
    return total
