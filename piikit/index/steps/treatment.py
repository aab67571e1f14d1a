"""Outlier treatment: winsorise a few points, else a logarithm or Box-Cox, by skewness and kurtosis.

The functions take one column of raw values (not turned by direction) with NaN for gaps and
return a new array. Definitions are COINr's (``winsorise``, ``check_SkewKurt``, ``Treat``);
the GII's logarithm is written as the GII defines it, which COINr's ``log_GII`` computes but
does not return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .registered import register

Column = NDArray[np.float64]


def skewness(x: Column) -> float:
    """Bias-corrected (type 2) skewness, Excel's SKEW; NaN below three values or without spread."""
    x = x[~np.isnan(x)]
    n = x.size
    if n < 3:
        return float("nan")
    d = x - x.mean()
    s2 = float((d * d).sum())
    if s2 == 0:
        return float("nan")
    g1 = float(np.sqrt(n) * (d**3).sum() / s2**1.5)
    return float(np.sqrt(n * (n - 1)) / (n - 2) * g1)


def kurtosis(x: Column) -> float:
    """Bias-corrected (type 2) excess kurtosis, Excel's KURT; NaN below four values or without spread."""
    x = x[~np.isnan(x)]
    n = x.size
    if n < 4:
        return float("nan")
    d2 = (x - x.mean()) ** 2
    s2 = float(d2.sum())
    if s2 == 0:
        return float("nan")
    r = float(n * (d2 * d2).sum() / s2**2)
    return float(((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


def passes(x: Column, max_skewness: float = 2.0, max_kurtosis: float = 3.5) -> bool:
    """Whether |skewness| or kurtosis lies below its limit; too few values to tell also pass.

    A column fails only when both are too large: |skewness| > 2 and kurtosis > 3.5
    (OECD/JRC pocket guide; the GII uses 2.25 for skewness).
    """
    skew, kurt = skewness(x), kurtosis(x)
    if np.isnan(skew) or np.isnan(kurt):
        return True
    return bool(abs(skew) < max_skewness or kurt < max_kurtosis)


def winsorise(
    x: Column, max_points: int = 5, max_skewness: float = 2.0, max_kurtosis: float = 3.5
) -> tuple[Column, NDArray[np.int8]]:
    """Pull one extreme after the other to the next value until the column passes.

    With positive skewness the largest value (with its ties) is set to the next largest, else
    the smallest to the next smallest; it stops as soon as the column passes or `max_points`
    cells were changed. As in COINr the count is looked at before each step, so ties can
    exceed it.

    Returns
    -------
    values : ndarray
    marks : ndarray of int8
        1 where a value was lowered, -1 where one was raised, 0 elsewhere.
    """
    y = x.copy()
    marks = np.zeros(x.shape, dtype=np.int8)
    high = low = 0
    while high + low < max_points and not passes(y, max_skewness, max_kurtosis):
        if skewness(y) >= 0:
            at = y == np.nanmax(y)
            y[at] = np.nanmax(y[~at])
            marks[at] = 1
            high = int(at.sum())
        else:
            at = y == np.nanmin(y)
            y[at] = np.nanmin(y[~at])
            marks[at] = -1
            low = int(at.sum())
    return y, marks


@register("transform", "log_ct")
def log_ct(x: Column, direction: int = 1) -> Column:
    """The COIN Tool's logarithm, ln(x - min + 0.01 (max - min)); made for positive skewness."""
    low, high = np.nanmin(x), np.nanmax(x)
    out: Column = np.log(x - low + 0.01 * (high - low))
    return out


@register("transform", "log_ct_plus")
def log_ct_plus(x: Column, direction: int = 1) -> Column:
    """:func:`log_ct` for positive skewness and its mirror image for negative."""
    if skewness(x) > 0:
        return log_ct(x)
    low, high = np.nanmin(x), np.nanmax(x)
    out: Column = -np.log(high + 0.01 * (high - low) - x)
    return out


@register("transform", "log_ct_orig")
def log_ct_orig(x: Column, direction: int = 1) -> Column:
    """The first COIN Tool's logarithm, ln(x - min + 1); depends on the unit of measurement."""
    out: Column = np.log(x - np.nanmin(x) + 1)
    return out


@register("transform", "log_gii")
def log_gii(x: Column, direction: int = 1) -> Column:
    """The GII's logarithm: goods ln[(max f - 1)(x - min)/(max - min) + 1], bads with max - x.

    `f` is the least power of ten that makes max f > 1; without it the transform turns the
    order round where max < 1. Bads come back with their order kept (the negative of the
    GII's figure), so that direction is applied once, later, as for every other column.
    The GII transforms positive amounts; where the largest value is not positive the column
    is returned as it is.
    """
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    if high <= 0:
        return x.copy()
    factor = 10.0 ** max(0, int(np.floor(-np.log10(high))) + 1) if high <= 1 else 1.0
    share = (x - low) / (high - low) if direction > 0 else (high - x) / (high - low)
    out: Column = np.log((high * factor - 1) * share + 1)
    return out if direction > 0 else -out


@register("transform", "boxcox")
def boxcox(x: Column, direction: int = 1, power: float = 0.5) -> Column:
    """Box-Cox of x - min + 1 with a given power; 0 is the logarithm."""
    shifted = x - np.nanmin(x) + 1
    out: Column = np.log(shifted) if power == 0 else (shifted**power - 1) / power
    return out


@dataclass(frozen=True)
class Treated:
    """A treated column and what was done to it.

    ``points`` holds a mark a cell: "" (as it was), "winhi", "winlo", a transform's name, or
    both joined by "+".
    """

    values: Column
    points: NDArray[np.str_]
    log: dict[str, object] = field(default_factory=dict)


def treat(
    x: Column,
    *,
    direction: int = 1,
    max_points: int | None = 5,
    transform: Callable[..., Column] | None = log_ct,
    transform_name: str = "log_ct",
    max_skewness: float = 2.0,
    max_kurtosis: float = 3.5,
    combine: bool = False,
) -> Treated:
    """Treat one column: nothing if it passes, else winsorise, else transform.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Raw values, NaN for gaps (they stay gaps).
    direction : {1, -1}
        Only the GII's logarithm looks at it.
    max_points : int or None
        Cells that winsorising may change; 0 skips it, None sets no limit.
    transform : callable or None
        Applied when winsorising was not enough: to the column as it was, or to the
        winsorised one with `combine`. Its result is kept even if it fails, and the log says so.
    """
    log: dict[str, object] = {
        "treatment": "none",
        "passes_before": passes(x, max_skewness, max_kurtosis),
        "skewness_before": skewness(x),
        "kurtosis_before": kurtosis(x),
        "points": 0,
        "passes_winsorised": None,
        "skewness_winsorised": float("nan"),
        "kurtosis_winsorised": float("nan"),
        "passes_after": None,
        "skewness_after": float("nan"),
        "kurtosis_after": float("nan"),
    }
    words = np.full(x.shape, "", dtype="<U32")
    if log["passes_before"]:
        return Treated(x, words, log)
    limit = int(max_points) if max_points is not None else x.size
    y, marks = winsorise(x, limit, max_skewness, max_kurtosis)
    done = passes(y, max_skewness, max_kurtosis)
    words[marks == 1] = "winhi"
    words[marks == -1] = "winlo"
    log |= {
        "treatment": "winsorised",
        "points": int(np.count_nonzero(marks)),
        "passes_winsorised": done,
        "skewness_winsorised": skewness(y),
        "kurtosis_winsorised": kurtosis(y),
    }
    if not done and transform is not None:
        y = transform(y if combine else x, direction)
        done = passes(y, max_skewness, max_kurtosis)
        if not combine:
            words[:] = ""
        words[~np.isnan(x)] = [f"{w}+{transform_name}" if w else transform_name for w in words[~np.isnan(x)]]
        log["treatment"] = f"winsorised+{transform_name}" if combine else transform_name
        if not combine:
            log["points"] = 0
    log |= {"passes_after": done, "skewness_after": skewness(y), "kurtosis_after": kurtosis(y)}
    return Treated(y, words, log)
