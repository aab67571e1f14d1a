"""All packages one by one: the answer where no programme is exact or packages are few, and the check elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags, Matrix
from ...base.errors import MethodError
from ...base.watch import Watch
from .criteria import Aim
from .evaluator import Evaluator
from .limits import Limits
from .search import Stage, bound_of

MOST = 20
MOST_REBUILT = 12
AT_ONCE = 12
_BLOCK = 16384

Filter = Callable[[Flags], Flags]


class _Block(NamedTuple):
    """Packages with what they give: own scores, every unit's, and the rank in the group."""

    packages: Flags
    own: Column
    scores: Matrix
    ranks: Column


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


class Enumeration:
    """Every package that keeps the limits; up to :data:`AT_ONCE` actions they are evaluated once for all questions."""

    def __init__(self, evaluator: Evaluator, limits: Limits) -> None:
        check_size(evaluator, limits)
        self.evaluator, self.limits = evaluator, limits
        self.kept: list[_Block] | None = None
        self.so_far: Callable[[], tuple[Stage, ...]] = tuple

    def blocks(self) -> Iterator[_Block]:
        """What all packages give, in blocks."""
        if self.kept is not None:
            yield from self.kept
            return
        made, count = [], 2**self.limits.free.size
        size = 64 if self.evaluator.response.mixes else _BLOCK
        for first in range(0, count, size):
            block = self._block(np.arange(first, min(count, first + size)))
            if count <= 2**AT_ONCE:
                made.append(block)
            yield block
        self.kept = made if count <= 2**AT_ONCE else None

    def _block(self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> _Block:
        packages = self.limits.numbered(numbers)
        packages = packages[self.limits.allows(packages)]
        made = self.evaluator.outcomes(self.evaluator.values(packages), every_unit=True)
        assert made.unit_scores is not None
        return _Block(packages, made.scores, made.unit_scores, made.group_ranks["group"])

    def best(
        self,
        aims: Sequence[Aim],
        target: int | None = None,
        limits: Limits | None = None,
        *,
        watch: Watch | None = None,
        accept: Filter | None = None,
    ) -> tuple[Stage, ...]:
        """Lexicographic optimum over all packages, by evaluating every one.

        Parameters
        ----------
        aims : sequence of Aim
            First to last; each decides among those that tie (to 1e-9) before.
        target : int, optional
            Group rank to be reached.
        limits : Limits, optional
            Tighter ones than those of the table.
        accept : callable, optional
            Which rows of flags are accepted; asked of the rest only after everything cheaper to ask.

        Returns
        -------
        tuple of Stage
            One an aim, all proved unless time ran out; without a package if none is allowed.
        """
        found, whole = _Found(None, [-np.inf] * len(aims)), False

        def now() -> tuple[Stage, ...]:
            pairs = zip(aims, found.value, strict=True)
            return tuple(
                Stage(a.kind, found.package, v, v if whole else max(v, bound_of(a, self.limits)), whole)
                for a, v in pairs
            )

        self.so_far = now
        for k, block in enumerate(self.blocks()):
            if k and self.kept is None and watch is not None and watch.over:
                return now()
            better = self._first(block, aims, target, limits, accept)
            if better is not None and (found.package is None or _better(better.value, found.value)):
                found = better
        whole = True
        return now()

    def _first(
        self,
        block: _Block,
        aims: Sequence[Aim],
        target: int | None,
        limits: Limits | None,
        accept: Filter | None,
    ) -> _Found | None:
        """The best package of a block."""
        left = np.flatnonzero(block.ranks <= (np.inf if target is None else target))
        for filtered in (limits.allows if limits is not None else None, accept):
            left = left[filtered(block.packages[left])] if filtered is not None and left.size else left
        if left.size == 0:
            return None
        value = []
        for aim in aims:
            values = self.evaluator.measure(aim, block.packages[left], block.own[left], block.scores[left])
            value.append(float(values.max()))
            left = left[values >= value[-1] - 1e-9 * max(1.0, abs(value[-1]))]
        return _Found(block.packages[left[0]], value)


class _Found(NamedTuple):
    package: Flags | None
    value: list[float]


def _better(a: Sequence[float], b: Sequence[float]) -> bool:
    for x, y in zip(a, b, strict=True):
        if abs(x - y) > 1e-9 * max(1.0, abs(x), abs(y) if np.isfinite(y) else 0.0):
            return x > y
    return False
