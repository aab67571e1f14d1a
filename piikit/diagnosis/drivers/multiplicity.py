"""Many coefficients at once: Holm (1979) and Benjamini and Hochberg (1995)."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """P-values adjusted so that the chance of any false finding is bounded; NaN stays NaN."""
    return _stepwise(np.asarray(p, float), lambda q: np.maximum.accumulate(q * np.arange(len(q), 0, -1)))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """P-values adjusted so that the expected share of false findings is bounded; NaN stays NaN."""

    def adjust(q: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = q * len(q) / np.arange(1, len(q) + 1)
        return np.minimum.accumulate(scaled[::-1])[::-1]

    return _stepwise(np.asarray(p, float), adjust)


def _stepwise(p: np.ndarray, adjust: object) -> np.ndarray:
    out = np.full(p.shape, np.nan)
    there = np.flatnonzero(~np.isnan(p))
    order = there[np.argsort(p[there], kind="stable")]
    if len(order):
        out[order] = np.minimum(adjust(p[order]), 1.0)  # type: ignore[operator]
    return out
