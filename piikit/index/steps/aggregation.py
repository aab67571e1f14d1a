"""Aggregation of children to their parent, units x children -> units.

Gaps are left out and the remaining weights rescaled; a unit without any child value gets
none. With COINr 1.1.14: arithmetic, geometric and harmonic means agree everywhere; its
generalised mean returns NA as soon as one child is missing and its Copeland scores depend on
the order of the rows when values are missing; both are written correctly here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.arrays import Column, Matrix
from ...base.errors import MethodError
from .registered import register


def _weights(x: Matrix, weights: Column) -> tuple[Matrix, Matrix]:
    there = ~np.isnan(x)
    w = np.where(there, weights, 0.0)
    return np.where(there, x, 0.0), w


def _ratio(over: Column, under: Column) -> Column:
    out = np.full(under.shape, np.nan)
    np.divide(over, under, out=out, where=under > 0)
    return out


@register("aggregation", "arithmetic", title={"vi": "trung bình cộng", "en": "arithmetic mean"})
def arithmetic(x: Matrix, weights: Column, **_: Any) -> Column:
    """Weighted arithmetic mean of the rows."""
    values, w = _weights(x, weights)
    return _ratio((values * w).sum(axis=1), w.sum(axis=1))


@register("aggregation", "geometric", title={"vi": "trung bình nhân", "en": "geometric mean"})
def geometric(x: Matrix, weights: Column, **_: Any) -> Column:
    """Weighted geometric mean, exp(sum w ln x / sum w); every counted value must be above zero."""
    counted = np.where(weights > 0, x, np.nan)
    if np.nanmin(counted, initial=np.inf) <= 0:
        raise MethodError("error.geometric_zero")
    values, w = _weights(x, weights)
    logs = np.log(np.where(w > 0, values, 1.0))
    total = _ratio((logs * w).sum(axis=1), w.sum(axis=1))
    return np.asarray(np.exp(total))


@register("aggregation", "harmonic", title={"vi": "trung bình điều hòa", "en": "harmonic mean"})
def harmonic(x: Matrix, weights: Column, **_: Any) -> Column:
    """Weighted harmonic mean, sum w / sum (w / x); no counted value may be zero."""
    counted = np.where(weights > 0, x, np.nan)
    if np.any(counted == 0):
        raise MethodError("error.harmonic_zero")
    values, w = _weights(x, weights)
    inverse = np.where(w > 0, w / np.where(values == 0, 1.0, values), 0.0).sum(axis=1)
    out = np.full(len(x), np.nan)
    np.divide(w.sum(axis=1), inverse, out=out, where=(w.sum(axis=1) > 0) & (inverse != 0))
    return out


@register("aggregation", "generalised", title={"vi": "trung bình lũy thừa", "en": "power mean"})
def generalised(x: Matrix, weights: Column, *, power: float = 1.0, **_: Any) -> Column:
    """Weighted power mean (sum w x^p / sum w)^(1/p); p = 0 is the geometric mean."""
    if power == 0:
        return geometric(x, weights)
    if np.nanmin(np.where(weights > 0, x, np.nan), initial=np.inf) <= 0:
        raise MethodError("error.geometric_zero")
    values, w = _weights(x, weights)
    powered = np.where(w > 0, values, 1.0) ** power
    mean = _ratio((powered * w).sum(axis=1), w.sum(axis=1))
    return np.asarray(mean ** (1.0 / power))


def outranking(x: Matrix, weights: Column) -> Matrix:
    """Share of weight on which unit i beats unit j (half for ties), over children both have.

    Returns
    -------
    ndarray, shape (n, n)
        NaN where two units share no child; the diagonal is zero (OECD/JRC Handbook, p. 110).
    """
    n = len(x)
    over, total = np.zeros((n, n)), np.zeros((n, n))
    for column, weight in zip(x.T, weights, strict=True):
        both = ~(np.isnan(column)[:, None] | np.isnan(column)[None, :])
        beats = (column[:, None] > column[None, :]) + 0.5 * (column[:, None] == column[None, :])
        over += weight * np.where(both, beats, 0.0)
        total += weight * both
    out = np.full((n, n), np.nan)
    np.divide(over, total, out=out, where=total > 0)
    np.fill_diagonal(out, 0.0)
    return out


@register("aggregation", "copeland", title={"vi": "điểm Copeland", "en": "Copeland score"})
def copeland(x: Matrix, weights: Column, **_: Any) -> Column:
    """Copeland score: units beaten less units lost to, by :func:`outranking` against one half.

    Compared under a tolerance of 1e-12, since sums of unequal weights that should tie differ
    in their last bits.
    """
    margin = outranking(x, weights) - 0.5
    np.fill_diagonal(margin, 0.0)
    wins = np.nansum(margin > 1e-12, axis=1)
    losses = np.nansum(margin < -1e-12, axis=1)
    out: Column = (wins - losses).astype(float)
    out[np.isnan(np.where(weights > 0, x, np.nan)).all(axis=1)] = np.nan
    return out
