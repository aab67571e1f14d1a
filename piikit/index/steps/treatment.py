"""Outlier treatment: winsorise a few points, else a logarithm or Box-Cox, by skewness and kurtosis.

The functions take one column of raw values (not turned by direction) with NaN for gaps and
return a new array. Definitions are COINr's (``winsorise``, ``check_SkewKurt``, ``Treat``);
the GII's logarithm is written as the GII defines it, which COINr's ``log_GII`` computes but
does not return.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column
from ...base.errors import MethodError
from .registered import function_of, register
from .spread import is_level


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


class Winsorised(NamedTuple):
    """A column and its marks: 1 where a value was lowered, -1 where one was raised, 0 elsewhere."""

    values: Column
    marks: NDArray[np.int8]


def winsorise(
    x: Column, max_points: int = 5, max_skewness: float = 2.0, max_kurtosis: float = 3.5
) -> Winsorised:
    """Pull one extreme after the other to the next value until the column passes.

    With positive skewness the largest value (with its ties) is set to the next largest, else
    the smallest to the next smallest; it stops as soon as the column passes or `max_points`
    cells were changed. As in COINr the count is looked at before each step, so ties can
    exceed it.

    """
    y = x.copy()
    marks = np.zeros(x.shape, dtype=np.int8)
    changed = {1: 0, -1: 0}
    while sum(changed.values()) < max_points and not passes(y, max_skewness, max_kurtosis):
        end = 1 if skewness(y) >= 0 else -1
        turned = y * end
        at = turned == np.nanmax(turned)
        y[at] = np.nanmax(turned[~at]) * end
        marks[at] = end
        changed[end] = int(at.sum())
    return Winsorised(y, marks)


@register("transform", "log_ct")
def log_ct(x: Column, direction: int = 1) -> Column:
    """The COIN Tool's logarithm, ln(x - min + 0.01 (max - min)); made for positive skewness."""
    low, high = np.nanmin(x), np.nanmax(x)
    return np.asarray(np.log(x - low + 0.01 * (high - low)))


@register("transform", "log_ct_plus")
def log_ct_plus(x: Column, direction: int = 1) -> Column:
    """:func:`log_ct` for positive skewness and its mirror image for negative."""
    if skewness(x) > 0:
        return log_ct(x)
    low, high = np.nanmin(x), np.nanmax(x)
    return np.asarray(-np.log(high + 0.01 * (high - low) - x))


@register("transform", "log_ct_orig")
def log_ct_orig(x: Column, direction: int = 1) -> Column:
    """The first COIN Tool's logarithm, ln(x - min + 1); depends on the unit of measurement."""
    return np.asarray(np.log(x - np.nanmin(x) + 1))


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
    return np.asarray(np.log(shifted) if power == 0 else (shifted**power - 1) / power)


@dataclass(frozen=True)
class Treatment:
    """Outlier treatment; see :func:`treat`.

    Parameters
    ----------
    max_points : int or None
        Cells that winsorising may change in a column; 0 none, None without limit.
    transform : str
        Then: ``none``, ``log_ct``, ``log_ct_plus``, ``log_ct_orig``, ``log_gii``, ``boxcox``
        or a registered one.
    skewness, kurtosis : float
        A column fails when both are too large.
    combine : bool
        Transform the winsorised column, not the one before.
    power : float
        Of the Box-Cox transform; 0 is the logarithm.
    kinds : tuple of str
        Treat only indicators whose ``kind`` in the framework is one of these (the GII treats
        hard data only); empty treats all. An indicator without a kind is treated.
    skip : tuple of str
        Codes left untreated.
    """

    max_points: int | None = 5
    transform: str = "log_ct"
    skewness: float = 2.0
    kurtosis: float = 3.5
    combine: bool = False
    power: float = 0.5
    kinds: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def passes(self, x: Column) -> bool:
        """Whether a column lies within the limits."""
        return passes(x, self.skewness, self.kurtosis)

    def transformed(self, x: Column, direction: int) -> Column:
        """A column by the transform."""
        options = {"power": self.power} if self.transform == "boxcox" else {}
        made: Column = np.asarray(function_of("transform", self.transform)(x, direction, **options), float)
        if made.shape != x.shape or not np.array_equal(np.isfinite(made), np.isfinite(x)):
            raise MethodError("error.function_values", name=self.transform)
        return made


@dataclass(frozen=True)
class Treated:
    """A treated column and what was done to it.

    ``points`` holds a mark a cell: "" (as it was), "winhi", "winlo", a transform's name, or
    both joined by "+".
    """

    values: Column
    points: NDArray[np.str_]
    log: dict[str, object] = field(default_factory=dict)


def untreated(x: Column, log: dict[str, object] | None = None) -> Treated:
    """A column as it is."""
    return Treated(x, np.full(x.shape, "", dtype="<U32"), log or {"treatment": "none"})


def treat(x: Column, spec: Treatment, direction: int = 1) -> Treated:
    """Treat one column: nothing if it passes, else winsorise, else transform.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Raw values, NaN for gaps (they stay gaps).
    spec : Treatment
        The transform is applied when winsorising was not enough; its result is kept even if it
        fails, and the log says so. A column that would lose every difference stays as it is.
    direction : {1, -1}
        Only the GII's logarithm looks at it.
    """
    log = {
        "treatment": "none",
        **_judged("before", x, spec),
        "points": 0,
        **_judged("winsorised", None, spec),
        **_judged("after", None, spec),
    }
    words = np.full(x.shape, "", dtype="<U32")
    if log["passes_before"]:
        return Treated(x, words, log)
    limit = x.size if spec.max_points is None else int(spec.max_points)
    y, marks = winsorise(x, limit, spec.skewness, spec.kurtosis)
    words[marks == 1], words[marks == -1] = "winhi", "winlo"
    log |= {
        "treatment": "winsorised",
        "points": int(np.count_nonzero(marks)),
        **_judged("winsorised", y, spec),
    }
    if not log["passes_winsorised"] and spec.transform != "none":
        y = spec.transformed(y if spec.combine else x, direction)
        log["treatment"] = f"winsorised+{spec.transform}"
        if not spec.combine:
            words[:] = ""
            log |= {"treatment": spec.transform, "points": 0}
        there = ~np.isnan(x)
        words[there] = [f"{w}+{spec.transform}" if w else spec.transform for w in words[there]]
    if is_level(y) and not is_level(x):
        return untreated(x, log | {"treatment": "none", "points": 0} | _judged("after", x, spec))
    return Treated(y, words, log | _judged("after", y, spec))


def _judged(stage: str, x: Column | None, spec: Treatment) -> dict[str, object]:
    """Whether a column passes at a stage, and by which figures; nothing where it was not reached."""
    found = (None, np.nan, np.nan) if x is None else (spec.passes(x), skewness(x), kurtosis(x))
    names = (f"passes_{stage}", f"skewness_{stage}", f"kurtosis_{stage}")
    return dict(zip(names, found, strict=True))
