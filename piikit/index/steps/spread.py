"""Whether a column has any differences: those that rounding made count as none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 16 * np.finfo(float).eps


def is_level(x: NDArray[np.float64]) -> bool:
    """Whether all present values are one value but for rounding noise; so is a column without values.

    Examples
    --------
    >>> import numpy as np
    >>> is_level(np.array([0.3, 0.1 + 0.2, np.nan])), is_level(np.array([0.3, 0.31]))
    (True, False)
    """
    low, high = float(np.fmin.reduce(x, initial=np.nan)), float(np.fmax.reduce(x, initial=np.nan))
    return not high - low > _ROUNDING * max(abs(low), abs(high))
