"""Normalisation: each indicator to one scale.

A method that learns from a column is two pure functions: ``fit(x, options)`` learns what is
needed (bounds, mean, reference ranks), ``apply(x, fitted, options)`` maps a column with it.
Columns come turned by direction (bads times -1), as COINr does, so larger is always better.
Gaps stay gaps. Each block below says what a method learns and how it maps; ``normalisation.toml``
holds its title in two languages, its formula, and its options with their meaning and limits.

Sources: OECD/JRC Handbook (2008), Table 3; COINr ``n_*``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...base.arrays import Column
from ...base.errors import MethodError
from .registered import register, step

Fitted = dict[str, Any]
Options = Mapping[str, Any]
Fit = Callable[[Column, Options], Fitted]
Apply = Callable[[Column, Fitted, Options], Column]
_ABOUT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_OPTIONS: dict[str, Any] = _ABOUT.pop("option")


class FitApply(NamedTuple):
    """What a normalisation learns from a column, and how it maps one with that."""

    fit: Fit
    apply: Apply


def normalisation(name: str, fit: Fit) -> Callable[[Apply], Apply]:
    """Register an ``apply`` under `name` with its `fit`; titles, formula and options stand in the table."""
    about = _ABOUT[name]
    options = {option: _OPTIONS[option] for option in about.get("options", ())}

    def keep(apply: Apply) -> Apply:
        decorate = register("normalisation", name, options=options, title=about, formula=about["formula"])
        decorate(FitApply(fit, apply))
        return apply

    return keep


def _nothing(x: Column, options: Options) -> Fitted:
    return {}


def _range(x: Column, options: Options) -> Fitted:
    present = x[~np.isnan(x)]
    if present.size == 0:
        return {"minimum": np.nan, "maximum": np.nan}
    return {"minimum": float(present.min()), "maximum": float(present.max())}


def _moments(x: Column, options: Options) -> Fitted:
    present = x[~np.isnan(x)]
    sd = float(present.std(ddof=1)) if present.size > 1 else np.nan
    return {"mean": float(present.mean()) if present.size else np.nan, "sd": sd}


def _sorted(x: Column, options: Options) -> Fitted:
    return {"reference": np.sort(x[~np.isnan(x)])}


def _point(x: Column, options: Options) -> Fitted:
    """The reference of the Handbook's ratios and differences: the mean, the best or the worst value."""
    present = x[~np.isnan(x)]
    if present.size == 0:
        return {"point": np.nan}
    points = {"mean": present.mean(), "best": present.max(), "worst": present.min()}
    return {"point": float(points[options["to"]])}


def _with_reference(x: Column, options: Options) -> Fitted:
    return _range(x, options) | {"reference": float(options["reference"])}


def _with_target(x: Column, options: Options) -> Fitted:
    return _range(x, options) | {"target": float(options["target"])}


def _above(value: float, least: float, method: str, what: str) -> float:
    """`value`, if it lies above the least that keeps the order of the units, or nothing is known."""
    if value <= least:
        raise MethodError("error.reversed", method=method, what=what, value=value, least=least)
    return value


def _over_range(x: Column, low: float, span: float, factor: float = 1.0, shift: float = 0.0) -> Column:
    """`factor` times (x - low) / span, plus `shift`; NaN where there is no range."""
    if not span:
        return np.full(x.shape, np.nan)
    return np.asarray((x - low) / span * factor + shift)


def _ratio(x: Column, point: float, method: str, what: str) -> Column:
    """Value over a positive point; its inverse where all is negative, as where lower is better, so that order stays."""
    if point < 0 and np.fmax.reduce(x, initial=np.nan) < 0:
        return point / x
    return x / _above(point, 0.0, method, what)


def _inside(y: Column, low: float, high: float, wanted: bool) -> Column:
    return np.asarray(np.clip(y, low, high) if wanted else y)


def _rank(x: Column, fitted: Fitted) -> Column:
    """Ascending rank among the reference values, ties sharing the smallest: 1 + how many are less."""
    out = np.full(x.shape, np.nan)
    there = ~np.isnan(x)
    out[there] = 1.0 + np.searchsorted(fitted["reference"], x[there], side="left")
    return out


@normalisation("minmax", _range)
def minmax(x: Column, fitted: Fitted, options: Options) -> Column:
    low, high, least = options["low"], options["high"], fitted["minimum"]
    y = _over_range(x, least, fitted["maximum"] - least, high - low, low)
    return _inside(y, low, high, options["clip"])


@normalisation("zscore", _moments)
def zscore(x: Column, fitted: Fitted, options: Options) -> Column:
    return _over_range(x, fitted["mean"], fitted["sd"], options["sd"], options["mean"])


@normalisation("rank", _sorted)
def ascending_rank(x: Column, fitted: Fitted, options: Options) -> Column:
    return _rank(x, fitted)


@normalisation("borda", _sorted)
def borda(x: Column, fitted: Fitted, options: Options) -> Column:
    return _rank(x, fitted) - 1.0


@normalisation("percentile_rank", _sorted)
def percentile_rank(x: Column, fitted: Fitted, options: Options) -> Column:
    n = fitted["reference"].size
    return _over_range(_rank(x, fitted), 1.0, n - 1.0) if n > 1 else np.full(x.shape, np.nan)


@normalisation("distance_to_max", _range)
def distance_to_max(x: Column, fitted: Fitted, options: Options) -> Column:
    low, high = fitted["minimum"], fitted["maximum"]
    return 1.0 - _over_range(high - x, 0.0, high - low)


@normalisation("distance_to_reference", _with_reference)
def distance_to_reference(x: Column, fitted: Fitted, options: Options) -> Column:
    low = fitted["minimum"]
    at = _above(fitted["reference"], low, "distance_to_reference", "reference")
    y = 1.0 - _over_range(at - x, 0.0, at - low)
    return np.minimum(y, 1.0) if options["cap"] else y


@normalisation("distance_to_target", _with_target)
def distance_to_target(x: Column, fitted: Fitted, options: Options) -> Column:
    low = fitted["minimum"]
    at = _above(fitted["target"], low, "distance_to_target", "target")
    y = _over_range(x, low, at - low)
    return np.minimum(y, 1.0) if options["cap"] else y


@normalisation("fraction_of_max", _range)
def fraction_of_max(x: Column, fitted: Fitted, options: Options) -> Column:
    return _ratio(x, fitted["maximum"], "fraction_of_max", "maximum")


@normalisation("ratio_to", _point)
def ratio_to(x: Column, fitted: Fitted, options: Options) -> Column:
    return _ratio(x, fitted["point"], "ratio_to", options["to"])


@normalisation("difference_to", _point)
def difference_to(x: Column, fitted: Fitted, options: Options) -> Column:
    return _over_range(x, fitted["point"], abs(fitted["point"]))


@normalisation("above_below_mean", _point)
def above_below_mean(x: Column, fitted: Fitted, options: Options) -> Column:
    away, margin = x - fitted["point"], options["margin"] * abs(fitted["point"])
    out = np.sign(away) * (np.abs(away) > margin)
    return np.where(np.isnan(x), np.nan, out)


BOUNDS = ("minimum", "maximum")
RAW_OPTIONS = (*BOUNDS, "lower", "upper", "target", "reference")
"""Options that are values of the indicator, in its unit."""
LIMITS = np.array([0.05, 0.15, 0.35, 0.65, 0.85, 0.95])
POINTS = np.array([0.0, 20.0, 40.0, 50.0, 60.0, 80.0, 100.0, np.nan])


@normalisation("categorical", _sorted)
def categorical(x: Column, fitted: Fitted, options: Options) -> Column:
    share = _rank(x, fitted) / max(1, fitted["reference"].size)
    return np.asarray(POINTS[np.where(np.isnan(share), -1, np.searchsorted(LIMITS, share))])


@normalisation("scaled", _nothing)
def scaled(x: Column, fitted: Fitted, options: Options) -> Column:
    low, high = options["lower"], options["upper"]
    return _over_range(x, low, high - low, options["scale"])


@normalisation("goalposts", _nothing)
def goalposts(x: Column, fitted: Fitted, options: Options) -> Column:
    low, high = options["lower"], options["upper"]
    y = _inside(_over_range(x, low, high - low), 0.0, 1.0, options["truncate"])
    return _over_range(y, 0.0, 1.0, options["scale"])


@normalisation("none", _nothing)
def unchanged(x: Column, fitted: Fitted, options: Options) -> Column:
    return x.copy()


@dataclass(frozen=True)
class Scaling:
    """One column's normalisation: the function by name, with all options, turned by direction."""

    name: str
    function: Any
    direction: int
    options: Options

    @property
    def learns(self) -> bool:
        """Whether it learns from one column what it maps another with."""
        return hasattr(self.function, "fit")

    def given(self, **options: Any) -> Scaling:
        """The same with other values of options."""
        return replace(self, options={**self.options, **options})

    def fit(self, x: Column) -> Fitted:
        """What it learns from a turned column; bounds that the method gives replace the sample's."""
        if not self.learns:
            return {}
        fixed = {k: float(self.options[k]) for k in BOUNDS if self.options.get(k) is not None}
        learned: Fitted = self.function.fit(x, self.options) | fixed
        return learned

    def apply(self, x: Column, fitted: Fitted) -> Column:
        """The scores of a turned column."""
        if self.learns:
            y = self.function.apply(x, fitted, self.options)
        else:
            y = self.function(x * self.direction, self.direction, **self.options)
        made = np.asarray(y, dtype=float)
        if made.shape != x.shape:
            raise MethodError("error.function_shape", name=self.name, made=made.shape, wanted=x.shape)
        return made


def scaling(name: str, options: Options, direction: int = 1) -> Scaling:
    """Make a normalisation ready for a column of a direction.

    Options that are values of the indicator (``reference, target, lower, upper, minimum,
    maximum``) come in raw units; a method that learns sees them turned with the column, a plain
    function sees them and the column as they are.
    """
    found = step("normalisation", name)
    ready = Scaling(name, found.function, direction, found.complete(options))
    return replace(ready, options=turn(ready.options, direction)) if ready.learns else ready


def normalise(x: Column, name: str = "minmax", *, direction: int = 1, **options: Any) -> Column:
    """Normalise one raw column by a method's name; see :func:`scaling` for the options.

    Raises
    ------
    UnknownNameError
        If there is no such method, or it has no such option.
    """
    step("normalisation", name).check(options)
    made = scaling(name, options, direction)
    return made.apply(x * direction, made.fit(x * direction))


def turn(options: Options, direction: int) -> dict[str, Any]:
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
