"""The exact interval of a share that was counted."""

from __future__ import annotations

from typing import NamedTuple


class Interval(NamedTuple):
    """Ends of an interval."""

    low: float
    high: float


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> Interval:
    """Exact interval of a share: `hits` of `n` (Clopper and Pearson 1934); everything for no trial."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = betaincinv(hits, n - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, n - hits, 1 - tail) if hits < n else 1.0
    return Interval(float(low), float(high))
