"""Relative importance: R² shared out among correlated predictors (LMG, Shapley), with intervals."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...base.random import Seed, generator
from .design import Design

MOST_TERMS = 12
IMPORTANCE_COLUMNS = ("term", "r2", "share", "low", "high", "leads")


def shapley_r2(correlations: np.ndarray, groups: list[list[int]]) -> np.ndarray:
    """Share R² among groups of predictors by averaging over all orders.

    Parameters
    ----------
    correlations : ndarray, (..., k, k)
        Of outcome (first) and predictors.
    groups : list of lists of int
        Columns (1 = first predictor) of each term.

    Returns
    -------
    ndarray, (..., terms)
        Sums to R² exactly.

    Notes
    -----
    Lindeman, Merenda and Gold (1980), p. 119; the Shapley value of R². R package relaimpo
    (Grömping 2006, doi:10.18637/jss.v017.i01) calls it ``lmg``.
    """
    k = len(groups)
    if k > MOST_TERMS:
        raise MethodError("error.drivers.importance", n=k, most=MOST_TERMS)
    r2: dict[frozenset[int], np.ndarray] = {frozenset(): np.zeros(correlations.shape[:-2])}
    for size in range(1, k + 1):
        for chosen in combinations(range(k), size):
            at = [c for g in chosen for c in groups[g]]
            inner = correlations[..., at, :][..., :, at]
            toward = correlations[..., at, 0]
            solved = np.linalg.solve(inner, toward[..., None])[..., 0]
            r2[frozenset(chosen)] = (toward * solved).sum(axis=-1)
    out = np.zeros((*correlations.shape[:-2], k))
    for g in range(k):
        others = [o for o in range(k) if o != g]
        for size in range(k):
            weight = 1.0 / (k * comb(k - 1, size))
            for chosen in combinations(others, size):
                out[..., g] += weight * (r2[frozenset({*chosen, g})] - r2[frozenset(chosen)])
    return out


def importance(
    design: Design, *, bootstrap: int = 1000, confidence: float = 0.95, rng: Seed = None
) -> pd.DataFrame:
    """Relative importance of each term with bootstrap intervals.

    Parameters
    ----------
    design : Design
    bootstrap : int
        Resamples of units.
    confidence : float
    rng : int, Generator or None

    Returns
    -------
    DataFrame
        ``term, r2`` (points of R²), ``share`` (of R²), ``low, high`` (of the share),
        ``leads`` (share of resamples in which the term is the largest).

    Notes
    -----
    Resamples add noise of their own, so that percentiles hold the true share in .68 to .97 of
    samples, and never a share of nothing. An interval here reaches from the lowest to the highest of
    percentiles ten times as far out and the same distances to the other side (the basic bootstrap):
    .90 or more of samples in each design tried, at 95% (docs/drivers.md).
    """
    x, y = design.X.to_numpy(float), design.y.to_numpy(float)
    both = np.column_stack([y, x])
    column = {c: i + 1 for i, c in enumerate(design.X.columns)}
    groups = [[column[c] for c in columns] for columns in design.terms.values()]
    whole = shapley_r2(np.corrcoef(both, rowvar=False), groups)
    rows = generator(rng).integers(0, design.n, size=(bootstrap, design.n))
    near = 1e-9 * np.eye(both.shape[1])  # a resample may repeat a column exactly
    drawn = shapley_r2(correlations_of(both, rows) + near, groups)
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    low, high = shares_between(whole / whole.sum(), shares, confidence)
    leads = np.bincount(shares.argmax(axis=1), minlength=len(groups)) / len(shares)
    columns = (list(design.terms), whole, whole / whole.sum(), low, high, leads)
    return pd.DataFrame(dict(zip(IMPORTANCE_COLUMNS, columns, strict=True)))


def shares_between(seen: np.ndarray, drawn: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of each share from resamples (times x terms) of what was `seen`."""
    tail = 50 * (1 - confidence)
    far_low, low, high, far_high = np.percentile(
        drawn, [tail / 10, tail, 100 - tail, 100 - tail / 10], axis=0
    )
    return np.clip(np.minimum(far_low, 2 * seen - high), 0, 1), np.clip(
        np.maximum(far_high, 2 * seen - low), 0, 1
    )


def correlations_of(both: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Correlation matrices of resamples (times, k, k); a resample without variation is drawn as zero correlation."""
    drawn = both[rows]
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    scale = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    scaled = np.divide(centred, scale, out=np.zeros_like(centred), where=scale > 0)
    made = np.einsum("tni,tnj->tij", scaled, scaled)
    diagonal = np.arange(both.shape[1])
    made[:, diagonal, diagonal] = 1.0
    return made
