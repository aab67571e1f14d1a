"""A package from a quick climb, for when time ran out before the solver had one."""

from __future__ import annotations

import numpy as np

from ...base.arrays import Flags
from .evaluator import Evaluator
from .limits import Limits


def climb(evaluator: Evaluator, limits: Limits) -> Flags | None:
    """Add, one after the other, the allowed action with most points for its money.

    An action comes with all that it requires. None if what is fixed cannot be kept.
    """
    needs = _needs(limits)
    current = _with_needs(limits.least, needs)
    if not limits.allows(current)[0]:
        return None
    score = float(evaluator.outcomes(evaluator.values(current)).scores[0])
    while True:
        tries = np.array(
            [_with_needs(current | (np.arange(current.size) == k), needs) for k in np.flatnonzero(~current)]
        )
        tries = tries[limits.allows(tries)] if len(tries) else tries
        if not len(tries):
            return current
        gains = evaluator.outcomes(evaluator.values(tries)).scores - score
        if not (gains > 1e-12).any():
            return current
        price = (tries & ~current) @ limits.costs + 1e-9
        worth = int(np.argmax(np.where(gains > 1e-12, gains / price, -np.inf)))
        current, score = tries[worth], score + float(gains[worth])


def _needs(limits: Limits) -> Flags:
    """Whether an action (row) requires another (column)."""
    needs = np.zeros((limits.costs.size, limits.costs.size), dtype=bool)
    for row, (scope, _) in zip(limits.rows, limits.names, strict=True):
        if scope == "requires":
            needs[np.ix_(row > 0, row < 0)] = True
    return needs


def _with_needs(flags: Flags, needs: Flags) -> Flags:
    """A package with everything that its actions require."""
    while (more := flags | needs[flags].any(axis=0)).sum() > flags.sum():
        flags = more
    return flags
