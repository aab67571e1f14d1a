"""What rounding hides: intervals of scores from printed figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

FIGURES = ("value", "minimum", "maximum")
Interval = tuple[float, float]


def minmax_score(figures: Sequence[Any], direction: Any = 1) -> Any:
    """Min-max score 0-100 of (value, minimum, maximum); NaN where one is missing or the range is empty."""
    value, minimum, maximum = figures
    span = np.subtract(maximum, minimum)
    score = 100.0 * np.subtract(value, minimum) / np.where(span > 0, span, np.nan)
    return np.where(np.greater(direction, 0), score, 100.0 - score)


def corners(figures: Sequence[Any], halves: Sequence[Any]) -> Iterator[list[Any]]:
    """Value, minimum and maximum at each end of what their last digits allow."""
    for signs in product((-1.0, 1.0), repeat=3):
        yield [f + s * h for f, s, h in zip(figures, signs, halves, strict=True)]


def score_interval(figures: Sequence[Any], halves: Sequence[Any], direction: Any = 1) -> tuple[Any, Any]:
    """Least and most score when each printed figure may be off by half of its last digit.

    The score is monotone in each of value, minimum and maximum, so the ends lie at corners.

    Parameters
    ----------
    figures, halves : (value, minimum, maximum)
        Raw units; numbers or arrays of them.
    """
    ends = np.array([minmax_score(there, direction) for there in corners(figures, halves)])
    inside = minmax_score(figures, direction)
    open_ended = np.isnan(ends).any(axis=0)
    low = np.where(open_ended, 0.0, np.minimum(np.maximum(ends.min(axis=0), 0.0), inside))
    high = np.where(open_ended, 100.0, np.maximum(np.minimum(ends.max(axis=0), 100.0), inside))
    return low, high
