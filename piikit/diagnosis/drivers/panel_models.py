"""Panels: fixed effects, first differences and random effects, as linearmodels fits them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from .coefficient_table import coefficient_table
from .design import INTERCEPT, Design
from .estimate import Asked, Estimate, with_left_out
from .least_squares import clusters_left_out

PANELS = ("panel-fe", "first-differences", "panel-re")
COVARIANCES = ("clustered", "robust", "unadjusted", "kernel")


def estimate_panel(asked: Asked) -> Estimate:
    """Coefficients with errors by unit, and their range leaving one province (all its years) out."""
    made, covariance = asked.design, asked.covariance_of(COVARIANCES)
    fitted = fit_panel(made, asked.model, covariance=covariance, time_effects=asked.time_effects)
    if asked.model == "panel-re":
        scale, r2 = None, float(fitted.rsquared)
        loo = left_out(made, asked.model, time_effects=asked.time_effects)
    else:
        rows = transformed(made, asked.model, asked.time_effects)
        made, p = rows.kept, made.p
        scale = pd.Series(rows.x[:, :p].std(axis=0) / rows.y.std(), index=made.X.columns)
        r2 = explained(rows.x, rows.y, p)
        labels = pd.Index(list(dict.fromkeys(rows.units.tolist())), name="unit")
        moved = clusters_left_out(rows.x, rows.y, rows.units)[:, :p]
        loo = pd.DataFrame(moved, index=labels, columns=made.X.columns)
    table = coefficient_table(made, fitted, confidence=asked.confidence, scale=scale)
    return Estimate(
        design=made,
        fitted=fitted,
        coefficients=with_left_out(table, loo),
        measures={
            "r2": r2,
            "r2_within": float(getattr(fitted, "rsquared_within", np.nan)),
            "r2_between": float(getattr(fitted, "rsquared_between", np.nan)),
            "units": float(len(made.units)),
        },
        options={"covariance": covariance, "time_effects": asked.time_effects},
        loo=loo,
    )


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
    _must_vary(x, model)
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


def _must_vary(x: pd.DataFrame, model: str) -> None:
    still = _still(x)
    if still and model != "panel-re":
        raise MethodError("error.drivers.still", names=", ".join(still))


def _still(x: pd.DataFrame) -> list[str]:
    """Predictors that never change within a unit."""
    within = x - x.groupby(level="unit").transform("mean")
    spread = within.abs().max() / x.abs().max().clip(lower=1e-300)
    return [str(c) for c in x.columns if spread[c] < 1e-12]


def _year_dummies(index: pd.Index) -> pd.DataFrame:
    years = index.get_level_values("year")
    made = {f"year_{y}": (years == y).astype(float) for y in sorted(set(years))[1:]}
    return pd.DataFrame(made, index=index)


@dataclass(frozen=True, eq=False)
class Rows:
    """Outcome and predictors as least squares sees them, for leverage and leaving units out.

    Attributes
    ----------
    x, y : ndarray
        Within units, or differenced; year dummies stand after the predictors, so that plain
        least squares on them equals the panel model.
    units : ndarray
        Unit of each row.
    kept : Design
        Only units with two years or more.
    """

    x: np.ndarray
    y: np.ndarray
    units: np.ndarray
    kept: Design


def transformed(design: Design, model: str, time_effects: bool) -> Rows:
    """Take units' means out, or differences from the year before."""
    y, x = _two_years(design)
    kept = design.replace_rows(design.y.index.isin(y.index))
    parts = [y.rename("__y"), x, *([_year_dummies(y.index)] if time_effects else [])]
    whole = pd.concat(parts, axis=1)
    if model == "first-differences":
        whole = whole.sort_index()
        years = whole.index.get_level_values("year")
        at = pd.Series(np.searchsorted(np.unique(years), years), index=whole.index)
        next_year = at.groupby(level="unit").diff() == 1  # as linearmodels: a skipped year gives no step
        made = whole.groupby(level="unit").diff()[next_year]
    else:
        made = whole - whole.groupby(level="unit").transform("mean")
    units = np.asarray(made.index.get_level_values("unit"), dtype=object)
    return Rows(made.iloc[:, 1:].to_numpy(float), made["__y"].to_numpy(float), units, kept)


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
        (95%); NaN within for what never changes. Where they differ, differences among provinces do not say what follows a change
        (Mundlak 1978, doi:10.2307/1913646).
    """
    from statsmodels.regression.linear_model import OLS

    means = pd.concat([design.y.rename("__y"), design.X], axis=1).groupby(level="unit", sort=False).mean()
    x = means.drop(columns="__y")
    x.insert(0, INTERCEPT, 1.0)
    across = OLS(means["__y"], x).fit(cov_type="HC3", use_t=True)
    parts = [across.params, across.conf_int()]
    moving = design.X.drop(columns=_still(design.X))
    if moving.shape[1]:
        inside = fit_panel(replace(design, X=moving), "panel-fe")
        parts = [inside.params, inside.conf_int(), *parts]
    else:
        parts = [pd.DataFrame(np.nan, index=design.X.columns, columns=range(3)), *parts]
    table = pd.concat([part.reindex(design.X.columns) for part in parts], axis=1)
    table.columns = pd.Index(
        [f"{side}{end}" for side in ("within", "between") for end in ("", "_low", "_high")]
    )
    table.index.name = "term"
    return table
