"""The careful ways to a what-if: column by column, through the tree, or by building everything again.

They stand behind the fast paths: for near-ties, for gaps that come or go, for methods whose
means are not arithmetic, and for methods that mix columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...index.engine import aggregate, compute
from ...index.ranks import rank

if TYPE_CHECKING:
    from .unit_response import Response

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

MISSING = float("-inf")
_NOISE = 5e-13
_CELLS = 4_000_000


def all_scores(response: Response, values: Matrix, at: NDArray[np.intp]) -> Matrix:
    """Scores of the whole for every unit, scenarios x units.

    Additive methods sum changed columns one after the other in the order of `at`; the
    additions for one scenario do not depend on the others, so neither do the bits.
    """
    if not response.additive:
        return tree_scores(response, values, at)[:, :, response.root_at]
    scores = np.repeat(response.base_scores[None, :], len(values), axis=0)
    odd = np.zeros(len(values), dtype=bool)
    regrouped = (values == MISSING).any(axis=1)
    own = np.arange(len(response.plan.units)) == response.own
    tabled = response.can_fill(at)
    if tabled:
        terms = response.own_terms(at)
        pattern = terms.pattern(values)
        pattern = pattern if pattern.size else np.zeros(len(values), dtype=np.int64)
        scores[:, response.own] = terms.start[pattern]
    for place, j in enumerate(at):
        table = response.table(j)
        column = values[:, place]
        rows = np.flatnonzero(~np.isnan(column))
        if rows.size == 0:
            continue
        chosen = np.where(column[rows] == MISSING, np.nan, column[rows])
        y = table.normalised(chosen)
        changed = np.isnan(y) != np.isnan(table.base)
        regrouped[rows] |= changed[:, response.own] & (not tabled)
        odd[rows] |= (changed & ~own).any(axis=1) | (np.isnan(y[:, response.own]) & ~np.isnan(chosen))
        delta = response.weights[:, j] * (y - table.base)
        if tabled:
            mine = y[:, response.own] - terms.mine[place]
            delta[:, response.own] = terms.weights[pattern[rows], place] * mine
        scores[rows] += np.where(np.isnan(delta), 0.0, delta)
    own_rows = np.flatnonzero(regrouped & ~odd)
    if own_rows.size:
        nodes = own_nodes(response, values[own_rows], at)
        scores[own_rows, response.own] = nodes[:, response.root_at]
    for rows in _chunks(np.flatnonzero(odd), response):
        scores[rows] = tree_scores(response, values[rows], at)[:, :, response.root_at]
    return scores


def own_nodes(response: Response, values: Matrix, at: NDArray[np.intp]) -> Matrix:
    """Scores of every code for the unit itself, scenarios x codes; separable methods only."""
    own = np.repeat(response.base_normalised[response.own][None, :], len(values), axis=0)
    for place, j in enumerate(at):
        column = values[:, place]
        rows = np.flatnonzero(~np.isnan(column))
        chosen = np.where(column[rows] == MISSING, np.nan, column[rows])
        own[rows, j] = response.table(j).own_scores(chosen)
    # two rows at least: a single row may be summed in another order
    nodes, _ = aggregate(response.plan, np.vstack([own, own[-1:]]))
    return nodes[:-1]


def tree_scores(response: Response, values: Matrix, at: NDArray[np.intp]) -> Matrix:
    """Scores of every code for every unit, scenarios x units x codes.

    Columns come from their tables; the tree is climbed by the engine's own aggregation.
    Methods that mix columns are built again from raw values.
    """
    n, size = len(response.plan.units), response.plan.size
    out = np.empty((len(values), n, size))
    if response.mixes:
        for row, one in enumerate(values):
            out[row] = rebuild(response, one, at)
        return out
    for rows in _chunks(np.arange(len(values)), response):
        block = np.repeat(response.base_normalised[None], rows.size, axis=0)
        for place, j in enumerate(at):
            column = values[rows, place]
            there = np.flatnonzero(~np.isnan(column))
            if there.size:
                chosen = np.where(column[there] == MISSING, np.nan, column[there])
                block[there, :, j] = response.table(j).normalised(chosen)
        scores, _ = aggregate(response.plan, block.reshape(-1, block.shape[2]))
        out[rows] = scores.reshape(rows.size, n, size)
    return out


def rebuild(response: Response, one: Column, at: NDArray[np.intp]) -> Matrix:
    """Build the index on the changed data: units x codes."""
    return compute(response.plan, changed_values(response, one, at)).scores


def changed_values(response: Response, one: Column, at: NDArray[np.intp]) -> Matrix:
    """Raw values with one scenario's own cells set."""
    x = response.raw.copy()
    for value, j in zip(one, at, strict=True):
        if not np.isnan(value):
            x[response.own, j] = np.nan if value == MISSING else value
    return x


def _chunks(rows: NDArray[np.intp], response: Response) -> list[NDArray[np.intp]]:
    cells = len(response.plan.units) * (response.plan.size + len(response.plan.columns))
    step = max(1, _CELLS // cells)
    return [rows[i : i + step] for i in range(0, rows.size, step)]


def own_ranks(
    response: Response, values: Matrix, at: NDArray[np.intp], scores: Matrix, members: list[Flags]
) -> Matrix:
    """Own rank among all and among each group, scenarios x (1 + groups), as ``build_index`` ranks.

    `scores` is scenarios x units. Scores are rounded to the method's decimals first. Where
    noise in the last bits could round a neighbour the other way, the scenario is built again.
    """
    method = response.plan.method
    unit = 10.0**-method.rank_decimals
    own = scores[:, [response.own]]
    noise = _NOISE * max(1.0, float(np.nanmax(np.abs(scores), initial=1.0)) / 100.0)
    with np.errstate(invalid="ignore"):
        doubtful = np.zeros(len(scores), dtype=bool)
        close = np.abs(scores - own) <= 2 * unit + noise
        close[:, response.own] = False
        tied = np.flatnonzero(close.any(axis=1))
        if tied.size:
            part = scores[tied] / unit
            edge = np.abs(part - np.floor(part) - 0.5) <= noise / unit
            doubtful[tied] = ((close[tied] | (np.arange(scores.shape[1]) == response.own)) & edge).any(axis=1)
    rounded = np.round(scores, method.rank_decimals)
    out = np.column_stack([_rank_own(rounded, response.own, m, method.rank_ties) for m in members])
    for row in np.flatnonzero(doubtful):
        exact = rebuild(response, values[row], at)[:, response.root_at]
        for place, m in enumerate(members):
            chosen = np.where(m | (np.arange(m.size) == response.own), exact, np.nan)
            out[row, place] = rank(chosen, decimals=method.rank_decimals, ties=method.rank_ties)[response.own]
    return out


def _rank_own(rounded: Matrix, own: int, members: Flags, ties: str) -> Column:
    mine = rounded[:, [own]]
    others = rounded[:, members & (np.arange(members.size) != own)]
    above = (others > mine).sum(axis=1)
    same = 1 + (others == mine).sum(axis=1)
    if ties == "dense":
        ordered = np.sort(np.where(others > mine, others, -np.inf), axis=1)
        first = ordered[:, :1] > -np.inf if ordered.shape[1] else np.zeros((len(rounded), 0), dtype=bool)
        steps = ordered[:, 1:] > ordered[:, :-1]
        out = 1.0 + first.sum(axis=1) + steps.sum(axis=1)
    else:
        shift = {"min": np.ones(same.shape), "max": same, "average": (same + 1) / 2}[ties]
        out = above + shift
    return np.where(np.isnan(mine[:, 0]), np.nan, out)
