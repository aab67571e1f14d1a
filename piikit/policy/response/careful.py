"""The careful ways to a what-if: column by column, through the tree, or by building everything again.

They stand behind the fast paths: for near-ties, for gaps that come or go, for methods whose
means are not arithmetic, and for methods that mix columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags, Matrix, Places
from ...index.engine import aggregate, compute
from .changed_columns import ChangedColumns
from .scenario_input import MISSING

_NOISE = 5e-13
_CELLS = 4_000_000


class Answers(NamedTuple):
    """Scores (scenarios, units or the own one), own ranks (scenarios, groups), and scores of codes if asked for.

    The last are (scenarios, codes) for the own unit, (scenarios, units, codes) for every one.
    """

    scores: Matrix
    ranks: Matrix
    nodes: Matrix | None

    def put(self, rows: Places, made: Answers) -> None:
        """Take over the answers to some scenarios."""
        for mine, theirs in zip(self, made, strict=True):
            if mine is not None:
                mine[rows] = theirs


def evaluate_carefully(
    changed: ChangedColumns, values: Matrix, groups: Iterable[Flags], *, every_unit: bool, nodes: bool
) -> Answers:
    """Scores and ranks of scenarios (k, columns) with every doubt removed; groups as flags (units,)."""
    tree = tree_scores(changed, values) if not changed.additive or (every_unit and nodes) else None
    scores = added_scores(changed, values) if tree is None else tree[:, :, changed.root_at]
    ranks = own_ranks(changed, values, scores, groups)
    if nodes and tree is None:
        tree = tree_scores(changed, values, own_only=True)[:, 0]
    elif tree is not None and not every_unit:
        tree = tree[:, changed.own]
    return Answers(scores if every_unit else scores[:, [changed.own]], ranks, tree if nodes else None)


def added_scores(changed: ChangedColumns, values: Matrix) -> Matrix:
    """Scores of the whole for every unit, scenarios x units, by adding changed columns in table order.

    The additions for one scenario do not depend on the others, so neither do the bits. Where
    gaps come or go beyond the table of own weights the tree is climbed.
    """
    own, terms = changed.own, changed.own_weights
    scores = np.repeat(changed.scores[None, :], len(values), axis=0)
    regrouped = (values == MISSING).any(axis=1)
    odd = np.zeros(len(values), dtype=bool)
    if terms is None:
        odd[:] = True
    else:
        pattern = terms.pattern(values)
        scores[:, own] = terms.start[pattern]
        for place, table in enumerate(changed.tables):
            rows = np.flatnonzero(~np.isnan(values[:, place]))
            y = table.normalised(values[rows, place])
            gone = np.isnan(y) != np.isnan(table.base)
            gone[:, own] = np.isnan(y[:, own]) & (values[rows, place] != MISSING)
            odd[rows] |= gone.any(axis=1)
            delta = changed.weights[:, place] * (y - table.base)
            delta[:, own] = terms.weights[pattern[rows], place] * (y[:, own] - terms.mine[place])
            scores[rows] += np.where(np.isnan(delta), 0.0, delta)
    if (regrouped := regrouped & ~odd).any():
        scores[regrouped, own] = tree_scores(changed, values[regrouped], own_only=True)[:, 0, changed.root_at]
    if odd.any():
        scores[odd] = tree_scores(changed, values[odd])[:, :, changed.root_at]
    return scores


def tree_scores(changed: ChangedColumns, values: Matrix, *, own_only: bool = False) -> Matrix:
    """Scores of every code, scenarios x units (one or all) x codes.

    Columns come from their tables; the tree is climbed by the engine's own aggregation.
    Methods that mix columns are built again from raw values.
    """
    units = [changed.own] if own_only else list(range(len(changed.base)))
    out = np.empty((len(values), len(units), changed.plan.size))
    if changed.mixes:
        for row, one in enumerate(values):
            out[row] = rebuild(changed, one)[units]
        return out
    for rows in _chunks(changed, np.arange(len(values))):
        block = np.repeat(changed.base[None, units], rows.size, axis=0)
        for j, table, column in zip(changed.at, changed.tables, values[rows].T, strict=True):
            there = np.flatnonzero(~np.isnan(column))
            block[there, :, j] = table.normalised(column[there])[:, units]
        # one row more: a single one may be summed in another order
        lines = block.reshape(-1, block.shape[2])
        scores = aggregate(changed.plan, np.vstack([lines, lines[-1:]])).scores
        out[rows] = scores[:-1].reshape(rows.size, len(units), -1)
    return out


def rebuild(changed: ChangedColumns, one: Column) -> Matrix:
    """Build the index on the changed data: units x codes."""
    x = changed.raw.copy()
    given = ~np.isnan(one)
    x[changed.own, changed.at[given]] = np.where(one[given] == MISSING, np.nan, one[given])
    return compute(changed.plan, x).scores


def _chunks(changed: ChangedColumns, rows: Places) -> Iterator[Places]:
    cells = changed.base.shape[0] * (changed.plan.size + changed.base.shape[1])
    step = max(1, _CELLS // cells)
    return (rows[i : i + step] for i in range(0, rows.size, step))


def own_ranks(changed: ChangedColumns, values: Matrix, scores: Matrix, groups: Iterable[Flags]) -> Matrix:
    """Own rank in each group, scenarios x groups, as ``build_index`` ranks.

    `scores` is scenarios x units. Scores are rounded to the method's decimals first. Where
    noise in the last bits could round a neighbour the other way, the scenario is built again.
    """
    ranking, own = changed.plan.method.ranking, changed.own
    unit = 10.0**-ranking.decimals
    noise = _NOISE * max(1.0, float(np.nanmax(np.abs(scores), initial=1.0)) / 100.0)
    with np.errstate(invalid="ignore"):
        close = np.abs(scores - scores[:, [own]]) <= 2 * unit + noise
        tied = np.flatnonzero(close.sum(axis=1) > 1)
        part = scores[tied] / unit
        edge = np.abs(part - np.floor(part) - 0.5) <= noise / unit
    exact = scores.copy()
    for row in tied[(close[tied] & edge).any(axis=1)]:
        exact[row] = rebuild(changed, values[row])[:, changed.root_at]
    return np.column_stack([ranking.own(exact, own, among) for among in groups])
