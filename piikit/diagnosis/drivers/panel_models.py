"""Panels: fixed effects, first differences and random effects, as linearmodels fits them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from .design import INTERCEPT, Design

COVARIANCES = ("clustered", "robust", "unadjusted", "kernel")


def fit_panel(design: Design, model: str, *, covariance: str = "clustered", time_effects: bool = True) -> Any:
    """Fit one of the panel models; what comes back is linearmodels' own results object.

    Parameters
    ----------
    design : Design
        Index (unit, year).
    model : {"panel-fe", "first-differences", "panel-re"}
    covariance : {"clustered", "robust", "unadjusted", "kernel"}
        Clustered is by unit.
    time_effects : bool
        What changed for all units alike from year to year is taken out.

    Raises
    ------
    MethodError
        If the data are not a panel, or a predictor never changes within units.
    """
    from linearmodels.panel import FirstDifferenceOLS, PanelOLS, RandomEffects

    if not isinstance(design.y.index, pd.MultiIndex):
        raise MethodError("error.drivers.panel", model=model)
    y, x = _two_years(design)
    _must_vary(design, x, model)
    options: dict[str, Any] = {"cov_type": covariance}
    if covariance == "clustered":
        options["cluster_entity"] = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas, inside linearmodels
        if model == "panel-fe":
            return PanelOLS(y, x, entity_effects=True, time_effects=time_effects).fit(**options)
        both = pd.concat([x, _year_dummies(y.index)], axis=1) if time_effects else x
        if model == "first-differences":
            return FirstDifferenceOLS(y, both).fit(**options)
        return RandomEffects(y, both.assign(**{INTERCEPT: 1.0})).fit(**options)


def _two_years(design: Design) -> tuple[pd.Series, pd.DataFrame]:
    units = design.y.index.get_level_values("unit")
    counts = units.value_counts()
    if (counts > 1).sum() < 3:
        raise MethodError("error.drivers.short_panel", n=int((counts > 1).sum()))
    keep = units.isin(counts.index[counts > 1])
    return design.y[keep], design.X[keep]


def _must_vary(design: Design, x: pd.DataFrame, model: str) -> None:
    if model == "panel-re":
        return
    within = x - x.groupby(level="unit").transform("mean")
    spread = within.abs().max() / x.abs().max().clip(lower=1e-300)
    still = [str(c) for c in x.columns if spread[c] < 1e-12]
    if still:
        raise MethodError("error.drivers.still", names=", ".join(still))


def _year_dummies(index: pd.Index) -> pd.DataFrame:
    years = index.get_level_values("year")
    made = {f"year_{y}": (years == y).astype(float) for y in sorted(set(years))[1:]}
    return pd.DataFrame(made, index=index)


def transformed(
    design: Design, model: str, time_effects: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Design]:
    """Outcome and predictors as least squares sees them, for leverage and leaving units out.

    Returns
    -------
    x, y : ndarray
        Within units, or differenced; year dummies stand after the predictors, so that plain
        least squares on them equals the panel model.
    units : ndarray
        Unit of each row.
    kept : Design
        Only units with two years or more.
    """
    y, x = _two_years(design)
    keep = design.y.index.isin(y.index)
    kept = design.replace_rows(keep)
    whole = x if not time_effects else pd.concat([x, _year_dummies(y.index)], axis=1)
    units = np.asarray(y.index.get_level_values("unit"), dtype=object)
    if model == "first-differences":
        order = pd.concat([y.rename("__y"), whole], axis=1).sort_index()
        years = order.index.get_level_values("year")
        at = pd.Series(np.searchsorted(np.unique(years), years), index=order.index)
        next_year = at.groupby(level="unit").diff() == 1  # as linearmodels: a skipped year gives no step
        steps = order.groupby(level="unit").diff()[next_year]
        units = np.asarray(steps.index.get_level_values("unit"), dtype=object)
        return steps.iloc[:, 1:].to_numpy(float), steps.iloc[:, 0].to_numpy(float), units, kept
    inside = whole - whole.groupby(level="unit").transform("mean")
    own = y - y.groupby(level="unit").transform("mean")
    return inside.to_numpy(float), own.to_numpy(float), units, kept


def left_out(design: Design, fitted_like: str, *, time_effects: bool) -> pd.DataFrame:
    """Random effects without each unit in turn, fitted again, units x columns."""
    rows = {}
    units = np.asarray(design.y.index.get_level_values("unit"), dtype=object)
    for unit in design.units:
        kept = design.replace_rows(units != unit)
        rows[unit] = fit_panel(kept, fitted_like, covariance="unadjusted", time_effects=time_effects).params
    made = pd.DataFrame.from_dict(rows, orient="index")[list(design.X.columns)]
    made.index.name = "unit"
    return made


def explained(x: np.ndarray, y: np.ndarray, p: int) -> float:
    """Share of what years leave of `y` that the first `p` columns of `x` explain."""
    whole = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    rest = x[:, p:]
    base = y if not rest.shape[1] else y - rest @ np.linalg.lstsq(rest, y, rcond=None)[0]
    return float(1.0 - (whole**2).sum() / (base**2).sum())


def free_rows(design: Design, model: str, time_effects: bool) -> int:
    """Rows that remain to learn from once the effects are taken out."""
    y, _ = _two_years(design)
    years = len(set(y.index.get_level_values("year")))
    units = len(set(y.index.get_level_values("unit")))
    taken = 0 if model == "panel-re" else units
    return len(y) - taken - (years - 1 if time_effects else 0)


def within_between(design: Design) -> pd.DataFrame:
    """Coefficients within units over time and between units' means, side by side.

    Returns
    -------
    DataFrame
        Index ``term``; ``within, within_low, within_high, between, between_low, between_high``
        (95%). Where they differ, differences among provinces do not say what follows a change
        (Mundlak 1978, doi:10.2307/1913646).
    """
    from statsmodels.regression.linear_model import OLS

    inside = fit_panel(design, "panel-fe", covariance="clustered", time_effects=True)
    means = pd.concat([design.y.rename("__y"), design.X], axis=1).groupby(level="unit", sort=False).mean()
    x = means.drop(columns="__y")
    x.insert(0, INTERCEPT, 1.0)
    across = OLS(means["__y"], x).fit(cov_type="HC3", use_t=True)
    at = list(design.X.columns)
    limits, others = inside.conf_int().loc[at], across.conf_int().loc[at]
    table = pd.DataFrame(
        {
            "within": inside.params[at],
            "within_low": limits.iloc[:, 0],
            "within_high": limits.iloc[:, 1],
            "between": across.params[at],
            "between_low": others.iloc[:, 0],
            "between_high": others.iloc[:, 1],
        }
    )
    table.index.name = "term"
    return table
