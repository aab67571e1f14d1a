"""All packages one by one: the answer where no programme is exact, and the check where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...base.errors import MethodError
from .evaluator import Evaluator
from .limits import Limits
from .programme import Aim
from .search import Stage

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 20
MOST_REBUILT = 12


def packages(limits: Limits, *, block: int = 65536) -> Iterator[Flags]:
    """Packages that keep the limits, in blocks of rows of flags."""
    free = np.flatnonzero(np.isnan(limits.fixed))
    for first in range(0, 2**free.size, block):
        numbers = np.arange(first, min(2**free.size, first + block))
        rows = np.broadcast_to(limits.fixed == 1, (numbers.size, limits.fixed.size)).copy()
        rows[:, free] = ((numbers[:, None] >> np.arange(free.size)) & 1).astype(bool)
        kept = rows[limits.allows(rows)]
        if len(kept):
            yield kept


def check_size(evaluator: Evaluator, limits: Limits) -> None:
    """Refuse what would take too long.

    Raises
    ------
    MethodError
        For more than :data:`MOST` free actions, or :data:`MOST_REBUILT` where every package is
        a whole build.
    """
    free = int(np.isnan(limits.fixed).sum())
    most = MOST_REBUILT if evaluator.response.mixes else MOST
    if free > most:
        raise MethodError("error.plan.enumerate", k=free, most=most)


def best(
    evaluator: Evaluator, limits: Limits, aims: Sequence[Aim], target: int | None = None
) -> tuple[Stage, ...]:
    """Lexicographic optimum over all packages, by evaluating every one.

    Parameters
    ----------
    aims : sequence of Aim
        First to last; each decides among those that tie (to 1e-9) before.
    target : int, optional
        Group rank to be reached.

    Returns
    -------
    tuple of Stage
        One an aim, all proved; without a package if none is allowed.
    """
    check_size(evaluator, limits)
    champion: Flags | None = None
    value = tuple(-np.inf for _ in aims)
    for block in packages(limits):
        scores, ranks, margins = _measure(evaluator, block, aims)
        allowed = ~np.isnan(ranks)
        if target is not None:
            allowed &= ranks <= target
        if not allowed.any():
            continue
        left = np.flatnonzero(allowed)
        found = []
        for aim in aims:
            values = _values(aim, evaluator, limits, block[left], scores[left], margins, left)
            top = float(values.max())
            found.append(top)
            left = left[values >= top - 1e-9 * max(1.0, abs(top))]
        if champion is None or _better(tuple(found), value):
            champion, value = block[left[0]], tuple(found)
    return tuple(
        Stage(aim.kind, champion, v, v if champion is not None else -np.inf, True)
        for aim, v in zip(aims, value, strict=True)
    )


def _better(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    for x, y in zip(a, b, strict=True):
        if abs(x - y) > 1e-9 * max(1.0, abs(x), abs(y) if np.isfinite(y) else 0.0):
            return x > y
    return False


def _measure(
    evaluator: Evaluator, block: Flags, aims: Sequence[Aim]
) -> tuple[Column, Column, NDArray[np.float64] | None]:
    """Own scores, group ranks and, where an aim needs them, every unit's scores."""
    if not any(a.kind in ("margin", "beaten") for a in aims):
        scores, ranks = evaluator.many(block)
        return scores, ranks, None
    made = evaluator.response.evaluate(
        evaluator.values(block), evaluator.codes, groups=evaluator._members(), every_unit=True
    )
    return made.scores, made.group_ranks["group"], made.unit_scores


def _values(
    aim: Aim,
    evaluator: Evaluator,
    limits: Limits,
    block: Flags,
    scores: Column,
    every: NDArray[np.float64] | None,
    left: NDArray[np.intp],
) -> Column:
    if aim.kind == "cost":
        return -(block.astype(float) @ limits.costs)
    if aim.kind == "count":
        return -block.sum(axis=1).astype(float)
    if aim.kind == "score":
        return scores
    assert every is not None
    rows = every[left]
    if aim.kind == "margin":
        return np.array([evaluator.margin(r, aim.place) for r in rows])
    ahead = [evaluator.ahead(r) for r in rows]
    return np.array([float(sum(i not in a for i in aim.rivals)) for a in ahead])
