"""What rounding hides: intervals of scores from printed figures, and what they say of the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from ...data.framework import Framework

Interval = tuple[float, float]
WHOLE: Interval = (0.0, 100.0)


def minmax_score(value: float, minimum: float, maximum: float, direction: int = 1) -> float:
    """Min-max score 0-100 of raw figures; NaN where a figure is missing or the range is empty."""
    with np.errstate(invalid="ignore"):
        span = maximum - minimum
        if not span > 0 or np.isnan(value):
            return float("nan")
        score = 100.0 * (value - minimum) / span
    return score if direction > 0 else 100.0 - score


def score_interval(
    figures: tuple[float, float, float], halves: tuple[float, float, float], direction: int = 1
) -> Interval:
    """Least and most score when each printed figure may be off by half of its last digit.

    The score is monotone in each of value, minimum and maximum, so the ends lie at corners.

    Parameters
    ----------
    figures, halves : (value, minimum, maximum)
        Raw units.
    """
    corners = []
    for signs in product((-1.0, 1.0), repeat=3):
        value, minimum, maximum = (f + s * h for f, s, h in zip(figures, signs, halves, strict=True))
        corners.append(minmax_score(value, minimum, maximum, direction))
    if np.isnan(corners).any():
        return WHOLE
    inside = minmax_score(*figures, direction)
    return min(max(min(corners), 0.0), inside), max(min(max(corners), 100.0), inside)


def shares(framework: Framework) -> dict[str, dict[str, float]]:
    """For every aggregate its children with their shares of its mean (the given weights)."""
    out: dict[str, dict[str, float]] = {}
    for node in framework.aggregates:
        kids = list(framework.children(node))
        weights = framework.table.loc[kids, "weight"].to_numpy(float)
        out[node] = dict(zip(kids, (weights / weights.sum()).tolist(), strict=True))
    return out


def propagate(
    framework: Framework, known: Mapping[str, Interval], *, sweeps: int = 60
) -> tuple[dict[str, Interval], tuple[str, ...]]:
    """Tighten the interval of every code by "a parent is the weighted mean of its children".

    Parameters
    ----------
    framework : Framework
    known : mapping of code to (low, high)
        Codes that are absent lie in 0-100.

    Returns
    -------
    intervals : dict
        Every code; a true panel without missing values that fits all of `known` lies inside.
    conflicts : tuple of str
        Aggregates whose own interval and children cannot both hold; their own is kept.

    Notes
    -----
    Assumes that no indicator of the province is missing: a gap would pass its weight to its
    siblings.
    """
    at: dict[str, Interval] = {c: known.get(c, WHOLE) for c in framework}
    parts, conflicts = shares(framework), set()
    for _ in range(sweeps):
        before = dict(at)
        for node, kids in parts.items():
            if node in conflicts:
                continue
            low = sum(w * at[k][0] for k, w in kids.items())
            high = sum(w * at[k][1] for k, w in kids.items())
            met = _meet(at[node], (low, high))
            if met is None:
                conflicts.add(node)
                continue
            at[node] = met
            for kid, w in kids.items():
                if w <= 0:
                    continue
                rest_low, rest_high = low - w * at[kid][0], high - w * at[kid][1]
                inner = _meet(at[kid], ((met[0] - rest_high) / w, (met[1] - rest_low) / w))
                if inner is not None:
                    at[kid] = inner
        if all(abs(a - b) < 1e-12 for c in at for a, b in zip(at[c], before[c], strict=True)):
            break
    return at, tuple(c for c in framework.aggregates if c in conflicts)


def _meet(a: Interval, b: Interval) -> Interval | None:
    """Intersection; a gap of floating-point size still meets."""
    low, high = max(a[0], b[0]), min(a[1], b[1])
    if low <= high:
        return low, high
    return (high, high) if low - high < 1e-9 else None
