"""All packages one by one: the answer where no programme is exact, and the check where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...base.arrays import Flags
from ...base.errors import MethodError
from .criteria import Aim
from .evaluator import Evaluator
from .limits import Limits
from .search import Stage

MOST = 20
MOST_REBUILT = 12


def packages(limits: Limits, *, block: int = 65536) -> Iterator[Flags]:
    """Packages that keep the limits, in blocks of rows of flags."""
    count = 2**limits.free.size
    for first in range(0, count, block):
        rows = limits.numbered(np.arange(first, min(count, first + block)))
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
    most = MOST_REBUILT if evaluator.response.mixes else MOST
    if limits.free.size > most:
        raise MethodError("error.plan.enumerate", k=limits.free.size, most=most)


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
    compared = any(a.kind in ("margin", "beaten", "passed") for a in aims)
    champion: Flags | None = None
    value = [-np.inf] * len(aims)
    for block in packages(limits):
        made = evaluator.outcomes(evaluator.values(block), every_unit=compared)
        left = np.flatnonzero(made.group_ranks["group"] <= (np.inf if target is None else target))
        if left.size == 0:
            continue
        found = []
        for aim in aims:
            values = evaluator.measure(aim, block, made.scores, made.unit_scores)
            top = float(values[left].max())
            found.append(top)
            left = left[values[left] >= top - 1e-9 * max(1.0, abs(top))]
        if champion is None or _better(found, value):
            champion, value = block[left[0]], found
    return tuple(
        Stage(aim.kind, champion, v, v if champion is not None else -np.inf, True)
        for aim, v in zip(aims, value, strict=True)
    )


def _better(a: Sequence[float], b: Sequence[float]) -> bool:
    for x, y in zip(a, b, strict=True):
        if abs(x - y) > 1e-9 * max(1.0, abs(x), abs(y) if np.isfinite(y) else 0.0):
            return x > y
    return False
