"""Many coefficients at once: Holm (1979) and Benjamini and Hochberg (1995), by statsmodels."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """P-values adjusted so that the chance of any false finding is bounded; NaN stays NaN."""
    return _adjusted(p, "holm")


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """P-values adjusted so that the expected share of false findings is bounded; NaN stays NaN."""
    return _adjusted(p, "fdr_bh")


def _adjusted(p: np.ndarray, method: str) -> np.ndarray:
    from statsmodels.stats.multitest import multipletests

    out = np.array(p, float)
    there = ~np.isnan(out)
    if there.any():
        out[there] = multipletests(out[there], method=method)[1]
    return out
