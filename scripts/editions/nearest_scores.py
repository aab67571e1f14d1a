"""The nearest scores that meet what is asked: one small quadratic programme a unit.

For every unit: least squares from the start, each cell between its bounds, each asked node (a
mean of cells, with the gaps' weights given to their siblings) inside its interval. Solved by
coordinate ascent on the dual with exact line searches, all units at once: plain arithmetic
without a solver, so that every machine finds the same panel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from piikit.data.framework import Framework

Matrix = NDArray[np.float64]
Node = dict[str, Matrix]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Asked:
    """What is asked of one unit: targets that hold exactly, and intervals, by code."""

    targets: dict[str, float]
    intervals: dict[str, tuple[float, float]]


def coefficients(framework: Framework, present: NDArray[np.bool_]) -> Node:
    """Share of every cell in every code for every unit: plain means over what is present."""
    n, cells = present.shape
    out: Node = {}
    for j, code in enumerate(framework.indicators):
        out[code] = np.zeros((n, cells))
        out[code][:, j] = present[:, j]
    for code in framework.aggregates:
        kids = framework.children(code)
        there = np.column_stack([out[k].any(axis=1) for k in kids]).astype(float)
        there /= np.maximum(there.sum(axis=1, keepdims=True), 1.0)
        out[code] = sum((there[:, [i]] * out[k] for i, k in enumerate(kids)), np.zeros((n, cells)))
    return out


def project(
    start: Matrix, low: Matrix, high: Matrix, node: Node, framework: Framework, asked: list[Asked]
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Move `start` as little as possible.

    Parameters
    ----------
    start, low, high : arrays, units x indicators
    node : coefficients of every code
    asked : list, one a unit

    Returns
    -------
    scores : array, units x indicators
    failed : array of bool, by unit
        Where no scores between the bounds meet what is asked.
    """
    rows, bottom, top = _rows(node, framework, asked, low, high)
    weight = np.maximum(node[framework.root], 1e-4)
    dual = np.zeros(bottom.shape)
    loose = start.copy()
    for _ in range(400):
        moved = 0.0
        for k in range(len(rows)):
            r = rows[k]
            base = loose - dual[k][:, None] * r / weight
            value = (r * np.clip(base, low, high)).sum(axis=1)
            goal = np.where(value < bottom[k], bottom[k], np.where(value > top[k], top[k], np.nan))
            new = np.zeros(len(start))
            some = ~np.isnan(goal)
            if some.any():
                new[some] = _line(base[some], r[some], weight[some], low[some], high[some], goal[some])
            moved = max(moved, float(np.abs(new - dual[k]).max(initial=0.0)))
            loose = base + new[:, None] * r / weight
            dual[k] = new
        if moved < 1e-12:
            break
    scores = np.clip(loose, low, high)
    values = np.array([(r * scores).sum(axis=1) for r in rows])
    off = np.maximum(bottom - values, values - top).max(axis=0, initial=0.0)
    return scores, off > 1e-7


def _line(y: Matrix, r: Matrix, w: Matrix, low: Matrix, high: Matrix, goal: Matrix) -> Matrix:
    """The multiplier at which ``sum r clip(y + x r / w, low, high)`` reaches `goal`; r >= 0."""
    used = r > 0
    rate = np.where(used, r / w, 1.0)
    first = np.where(used, (low - y) / rate, 0.0)
    last = np.where(used, (high - y) / rate, 0.0)
    slope = np.where(used, r * rate, 0.0)
    points = np.concatenate([first, last], axis=1)
    order = np.argsort(points, axis=1, kind="stable")
    points = np.take_along_axis(points, order, axis=1)
    slopes = np.cumsum(np.take_along_axis(np.concatenate([slope, -slope], axis=1), order, axis=1), axis=1)
    steps = slopes[:, :-1] * np.diff(points, axis=1)
    values = (r * low).sum(axis=1, keepdims=True) + np.concatenate(
        [np.zeros((len(y), 1)), np.cumsum(steps, axis=1)], axis=1
    )
    at = np.minimum((values < goal[:, None]).sum(axis=1), points.shape[1] - 1)
    i = np.arange(len(y))
    behind = np.maximum(slopes[i, np.maximum(at - 1, 0)], 1e-15)
    back = np.where((values[i, at] > goal) & (at > 0), (values[i, at] - goal) / behind, 0.0)
    return points[i, at] - back


@dataclass(frozen=True)
class _Row:
    """One row of the programme: ``bottom <= coefficients @ scores <= top``."""

    coefficients: Matrix
    bottom: float
    top: float


def _rows(
    node: Node, framework: Framework, asked: list[Asked], low: Matrix, high: Matrix
) -> tuple[list[Matrix], Matrix, Matrix]:
    """Rows of all units side by side: the k-th row of each, with its lower and upper limits."""
    n, cells = node[framework.root].shape
    each = [_rows_of_unit(u, ask, node, framework, low[u], high[u]) for u, ask in enumerate(asked)]
    most = max(len(m) for m in each)
    rows = [np.zeros((n, cells)) for _ in range(most)]
    bottom, top = np.full((most, n), -np.inf), np.full((most, n), np.inf)
    for u, mine in enumerate(each):
        for k, row in enumerate(mine):
            rows[k][u], bottom[k, u], top[k, u] = row.coefficients, row.bottom, row.top
    return rows, bottom, top


def _rows_of_unit(
    u: int, ask: Asked, node: Node, framework: Framework, low: Matrix, high: Matrix
) -> list[_Row]:
    """Targets freed of the targets below them, then intervals.

    A target that its parts determine already is no row: its printed value is their mean rounded.
    """
    found: list[_Row] = []
    done: list[tuple[str, float]] = []
    for code in [c for c in framework.aggregates if c in ask.targets]:
        row, goal = node[code][u].copy(), ask.targets[code]
        below = set(framework.leaves(code))
        inside = [(c, v) for c, v in done if set(framework.leaves(c)) <= below]
        done = [d for d in done if d not in inside]
        for c, v in inside:
            part = node[c][u]
            at = int(np.argmax(part))
            share = row[at] / part[at]
            row, goal = row - share * part, goal - share * v
        row[np.abs(row) < 1e-12] = 0.0
        if row[low != high].any():
            done.append((code, ask.targets[code]))
            found.append(_Row(row, goal, goal))
        else:
            done.append((code, ask.targets[code] - goal + float(row @ low)))
    return found + [_Row(node[code][u], a, b) for code, (a, b) in ask.intervals.items()]
