"""Normalisation: each indicator to one scale.

A method is two pure functions. ``fit`` learns what is needed from a column (bounds, mean,
reference ranks), ``apply`` maps a column with it. Columns come turned by direction (bads
times -1), as COINr does, so larger is always better. Gaps stay gaps.

Sources: OECD/JRC Handbook (2008), Table 3; COINr ``n_*``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Fitted = dict[str, Any]


@dataclass(frozen=True)
class Normaliser:
    """A normalisation: ``fit(x, options) -> parameters``, ``apply(x, parameters, options) -> y``."""

    name: str
    fit: Callable[[Column, Mapping[str, Any]], Fitted]
    apply: Callable[[Column, Fitted, Mapping[str, Any]], Column]
    affine: bool = False


def _range(x: Column, options: Mapping[str, Any]) -> Fitted:
    present = x[~np.isnan(x)]
    if present.size == 0:
        return {"minimum": np.nan, "maximum": np.nan}
    return {"minimum": float(present.min()), "maximum": float(present.max())}


def _over_range(x: Column, low: float, span: float) -> Column:
    if not span:
        return np.full(x.shape, np.nan)
    out: Column = (x - low) / span
    return out


def minmax(x: Column, minimum: float, maximum: float, low: float = 0.0, high: float = 100.0) -> Column:
    """(x - minimum) / (maximum - minimum) (high - low) + low; NaN throughout if the range is empty."""
    return _over_range(x, minimum, maximum - minimum) * (high - low) + low


def _apply_minmax(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, high = options.get("low", 0.0), options.get("high", 100.0)
    y = minmax(x, fitted["minimum"], fitted["maximum"], low, high)
    return np.clip(y, low, high) if options.get("clip") else y


def _fit_zscore(x: Column, options: Mapping[str, Any]) -> Fitted:
    present = x[~np.isnan(x)]
    sd = float(present.std(ddof=1)) if present.size > 1 else np.nan
    return {"mean": float(present.mean()) if present.size else np.nan, "sd": sd}


def _apply_zscore(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _over_range(x, fitted["mean"], fitted["sd"]) * options.get("sd", 1.0) + options.get("mean", 0.0)


def _fit_sorted(x: Column, options: Mapping[str, Any]) -> Fitted:
    return {"reference": np.sort(x[~np.isnan(x)])}


def _rank(x: Column, fitted: Fitted) -> Column:
    """Ascending rank among the reference values, ties sharing the smallest: 1 + how many are less."""
    out = np.full(x.shape, np.nan)
    there = ~np.isnan(x)
    out[there] = 1.0 + np.searchsorted(fitted["reference"], x[there], side="left")
    return out


def _apply_rank(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _rank(x, fitted)


def _apply_borda(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _rank(x, fitted) - 1.0


def _apply_percentile(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    n = fitted["reference"].size
    return _over_range(_rank(x, fitted), 1.0, n - 1.0) if n > 1 else np.full(x.shape, np.nan)


def _apply_distance_to_max(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, high = fitted["minimum"], fitted["maximum"]
    return 1.0 - _over_range(high - x, 0.0, high - low)


def _fit_reference(x: Column, options: Mapping[str, Any]) -> Fitted:
    return _range(x, options) | {"reference": float(options["reference"])}


def _apply_distance_to_reference(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, at = fitted["minimum"], fitted["reference"]
    y = 1.0 - _over_range(at - x, 0.0, at - low)
    return np.minimum(y, 1.0) if options.get("cap") else y


def _fit_target(x: Column, options: Mapping[str, Any]) -> Fitted:
    return _range(x, options) | {"target": float(options["target"])}


def _apply_distance_to_target(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, at = fitted["minimum"], fitted["target"]
    y = _over_range(x, low, at - low)
    return np.minimum(y, 1.0) if options.get("cap") else y


def _apply_fraction_of_max(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _over_range(x, 0.0, fitted["maximum"])


def _fit_point(x: Column, options: Mapping[str, Any]) -> Fitted:
    """The reference of the Handbook's ratios and differences: the mean, the best or the worst value."""
    present = x[~np.isnan(x)]
    if present.size == 0:
        return {"point": np.nan}
    points = {"mean": present.mean(), "best": present.max(), "worst": present.min()}
    return {"point": float(points[options.get("to", "mean")])}


def _apply_ratio(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _over_range(x, 0.0, fitted["point"])


def _apply_difference(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return _over_range(x, fitted["point"], abs(fitted["point"]))


def _apply_above_below(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    margin = options.get("margin", 0.2)
    ratio = _over_range(x, 0.0, fitted["point"])
    out = np.where(ratio > 1 + margin, 1.0, np.where(ratio < 1 - margin, -1.0, 0.0))
    return np.where(np.isnan(x), np.nan, out)


CATEGORIES = (
    (0.05, 0.0),
    (0.15, 20.0),
    (0.35, 40.0),
    (0.65, 50.0),
    (0.85, 60.0),
    (0.95, 80.0),
    (np.inf, 100.0),
)


def _apply_categorical(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    share = _rank(x, fitted) / max(1, fitted["reference"].size)
    out = np.full(x.shape, np.nan)
    for limit, points in reversed(CATEGORIES):
        out[share <= limit] = points
    return out


def _fit_none(x: Column, options: Mapping[str, Any]) -> Fitted:
    return {}


def _apply_scaled(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, high = options["lower"], options["upper"]
    return _over_range(x, low, high - low) * options.get("scale", 100.0)


def _apply_goalposts(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    low, high = options["lower"], options["upper"]
    y = _over_range(x, low, high - low)
    if options.get("truncate", True):
        y = np.clip(y, 0.0, 1.0)
    return y * options.get("scale", 100.0)


def _apply_none(x: Column, fitted: Fitted, options: Mapping[str, Any]) -> Column:
    return x.copy()


NORMALISERS: dict[str, Normaliser] = {
    n.name: n
    for n in (
        Normaliser("minmax", _range, _apply_minmax, affine=True),
        Normaliser("zscore", _fit_zscore, _apply_zscore, affine=True),
        Normaliser("rank", _fit_sorted, _apply_rank),
        Normaliser("borda", _fit_sorted, _apply_borda),
        Normaliser("percentile_rank", _fit_sorted, _apply_percentile),
        Normaliser("distance_to_max", _range, _apply_distance_to_max, affine=True),
        Normaliser("distance_to_reference", _fit_reference, _apply_distance_to_reference),
        Normaliser("distance_to_target", _fit_target, _apply_distance_to_target),
        Normaliser("fraction_of_max", _range, _apply_fraction_of_max, affine=True),
        Normaliser("ratio_to", _fit_point, _apply_ratio),
        Normaliser("difference_to", _fit_point, _apply_difference),
        Normaliser("above_below_mean", _fit_point, _apply_above_below),
        Normaliser("categorical", _fit_sorted, _apply_categorical),
        Normaliser("scaled", _fit_none, _apply_scaled, affine=True),
        Normaliser("goalposts", _fit_none, _apply_goalposts),
        Normaliser("none", _fit_none, _apply_none, affine=True),
    )
}


def normalise(x: Column, name: str = "minmax", *, direction: int = 1, **options: Any) -> Column:
    """Normalise one raw column by a method's name.

    Options that are values of the indicator (``reference, target, lower, upper, minimum,
    maximum``) are given in raw units and turned with the column when `direction` is -1.

    Raises
    ------
    KeyError
        If the name is unknown or an option that the method needs is not given.
    """
    method = NORMALISERS[name]
    turned = turn(options, direction)
    fitted = method.fit(x * direction, turned)
    return method.apply(x * direction, fitted | given_bounds(turned), turned)


def turn(options: Mapping[str, Any], direction: int) -> dict[str, Any]:
    """Turn option values of a bad indicator: posts (l, u) become (-u, -l), a target its negative."""
    out = dict(options)
    if direction > 0:
        return out
    for first, second in (("lower", "upper"), ("minimum", "maximum")):
        a, b = options.get(first), options.get(second)
        if a is not None or b is not None:
            out[first] = None if b is None else -b
            out[second] = None if a is None else -a
    for single in ("target", "reference"):
        if options.get(single) is not None:
            out[single] = -options[single]
    return out


def given_bounds(options: Mapping[str, Any]) -> Fitted:
    """Bounds set by the method itself, which then replace those of the sample."""
    return {k: float(options[k]) for k in ("minimum", "maximum") if options.get(k) is not None}
