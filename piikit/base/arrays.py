"""Names for arrays of NumPy: a column or a matrix of numbers, flags, places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
