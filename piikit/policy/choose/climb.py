"""Packages from a quick climb: what there is to show before the solver has something better."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...base.arrays import Flags
from .evaluator import Evaluator
from .limits import Limits


def climb(evaluator: Evaluator, limits: Limits, enough: Callable[[], bool]) -> Iterator[Flags]:
    """Add, one after the other, the allowed action with most points for its money; yield each package.

    An action comes with all that it requires. Nothing if what is fixed cannot be kept; ends when
    `enough` says so.
    """
    needs = _needs(limits)
    current = _with_needs(limits.least, needs)
    if not limits.allows(current)[0]:
        return
    score = float(evaluator.outcomes(evaluator.values(current)).scores[0])
    yield current
    while not enough():
        tries = np.array(
            [_with_needs(current | (np.arange(current.size) == k), needs) for k in np.flatnonzero(~current)]
        )
        tries = tries[limits.allows(tries)] if len(tries) else tries
        if not len(tries):
            return
        gains = evaluator.outcomes(evaluator.values(tries)).scores - score
        if not (gains > 1e-12).any():
            return
        price = (tries & ~current) @ limits.costs + 1e-9
        worth = int(np.argmax(np.where(gains > 1e-12, gains / price, -np.inf)))
        current, score = tries[worth], score + float(gains[worth])
        yield current


def pruned(package: Flags, limits: Limits, keeps: Callable[[Flags], bool]) -> Flags:
    """The package without what it can do without, the dearest first."""
    for k in np.argsort(-limits.costs):
        fewer = package & (np.arange(package.size) != k)
        if package[k] and keeps(fewer):
            package = fewer
    return package


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
