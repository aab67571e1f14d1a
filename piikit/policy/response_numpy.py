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

from .response_exact import MISSING
from .response_table import ColumnTable

if TYPE_CHECKING:
    from .response import Response

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
Block = Callable[[Matrix], tuple[Column, Matrix, Flags]]


def make_block(response: Response, at: NDArray[np.intp], members: list[Flags]) -> Block:
    """A function from a block of scenarios to own scores, own ranks and rows left to be done with care."""
    tables = [response.table(int(j)) for j in at]
    terms = response.own_terms(at)
    plain = [c for c, t in enumerate(tables) if t.plain]
    treated = [c for c, t in enumerate(tables) if not t.plain]
    straight = _Plain(response, at, plain) if plain else None

    def block(values: Matrix) -> tuple[Column, Matrix, Flags]:
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
        for c in treated:
            column = np.ascontiguousarray(values[:, c])
            deltas[1 + c] = _treated(response, tables[c], column, weights[c], terms.mine[c], scores, careful)
        own = deltas[0]
        for delta in deltas[
            1:
        ]:  # in this order whatever the size of the block; a reduction of one column is not
            own += delta
        ahead = scores > own - shift + response.reach
        above = _count(ahead)
        careful |= above != _count(scores > own - shift - response.reach)
        ranks = np.column_stack([1.0 + (above if m.all() else _count(ahead[m])) for m in members])
        ranks[np.isnan(own)] = np.nan
        return own, ranks, careful

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
    careful: Flags,
) -> Column:
    """Change of the own score through one treated column; adds rivals' changes to `scores`."""
    rest = np.isnan(column)
    bad = rest | (column == MISSING)
    turned = np.where(bad, table.least, column * table.direction)
    piece, doubtful = table.piece(turned)
    careful |= (bad & ~rest) | (doubtful & ~rest)
    lo, hi, kappa = table.ends(turned, piece)
    with np.errstate(all="ignore"):
        y = table.finish((turned - lo) / (hi - lo), piece, kappa)
        delta = weight * (y - mine)
    moved = np.flatnonzero(~bad & ~doubtful & _moved(response, table.at, piece, lo, hi, kappa))
    for rows in np.array_split(moved, 1 + moved.size // 512) if moved.size else ():
        scores[:, rows] += _rivals(response, table, piece[rows], lo[rows], hi[rows], kappa[rows])
    return np.where(rest, 0.0, delta)


def _moved(
    response: Response, j: int, piece: NDArray[np.intp], lo: Column, hi: Column, kappa: Column
) -> Flags:
    """Whether rivals' scores on indicator `j` differ from the baseline's."""
    table = response.table(j)
    home = response.home(j)
    if home is None:
        return np.ones(piece.shape, dtype=bool)
    same = (lo == home.lo) & (hi == home.hi) & (kappa == home.kappa)
    same &= (table.kinds[piece] == home.kind) & (table.mirrored[piece] == home.mirrored)
    return ~(same & (table.clipped[piece] == home.clipped))


def _rivals(
    response: Response, table: ColumnTable, piece: NDArray[np.intp], lo: Column, hi: Column, kappa: Column
) -> Matrix:
    """Change of every rival's score, units x values."""
    with np.errstate(all="ignore"):
        inverse = hi - lo
        s = table.shape[:, None] * (table.span / inverse) + (table.least - lo) / inverse
        y = table.finish(s, piece, kappa)
    weights, base = response.rival_terms(table.at)
    out: Matrix = weights[:, None] * (y - base[:, None])
    return out


def _count(flags: Flags) -> NDArray[np.unsignedinteger]:
    kind = np.uint8 if len(flags) < 256 else np.uint32
    total: NDArray[np.unsignedinteger] = np.add.reduce(flags.view(np.uint8), axis=0, dtype=kind)
    return total
