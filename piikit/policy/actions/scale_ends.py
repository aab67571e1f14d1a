"""The least and the greatest value that the scale of an indicator allows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...data.framework import Framework


class ScaleEnds(NamedTuple):
    """Ends of a scale in raw units; infinite where the framework names none."""

    low: float
    high: float

    def hold(self, value: float) -> bool:
        """Whether the scale allows a value; it has nothing against NaN."""
        return not (value < self.low or value > self.high)


def scale_ends(framework: Framework, code: str) -> ScaleEnds:
    """Ends of one indicator's scale."""
    low, high = framework.limits.loc[code]
    return ScaleEnds(-np.inf if np.isnan(low) else float(low), np.inf if np.isnan(high) else float(high))
