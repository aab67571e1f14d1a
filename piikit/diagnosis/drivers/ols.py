"""Ordinary least squares with HC3, as statsmodels fits it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .coefficient_table import coefficient_table, finish
from .design import Design
from .diagnostics import leave_one_out
from .estimate import Asked, Estimate, with_left_out
from .least_squares import fit, vif
from .place import place_of
from .power import null_r2

COVARIANCES = ("HC3", "HC2", "HC1", "HC0", "nonrobust")


def fit_ols(design: Design, covariance: str = "HC3") -> Any:
    """Fit with statsmodels; the object that comes back is its own (``RegressionResults``)."""
    from statsmodels.regression.linear_model import OLS

    model = OLS(design.y, design.with_constant)
    return model.fit(cov_type=covariance, use_t=True)


def estimate_ols(asked: Asked) -> Estimate:
    """Coefficients with robust errors, VIF, what likeness by place leaves, and the range leaving one province out."""
    made, covariance = asked.design, asked.covariance_of(COVARIANCES)
    loo = leave_one_out(made)
    inner = made.even
    fitted = fit_ols(inner, covariance)
    table = coefficient_table(inner, fitted, confidence=asked.confidence)
    table["vif"] = vif(inner.X.to_numpy(float))
    if covariance in ("HC3", "HC2"):
        table.loc[_rests_on_one(inner), ["std_error", "statistic", "p_value", "low", "high"]] = np.nan
        table = finish(inner, table)
    table = with_place(table, inner, asked.confidence)
    if inner is not made:
        raw = ["estimate", "std_error", "low", "high", "shrunk"]
        table[raw] = table[raw].div(made.X.std().reindex(table.index), axis=0)
    return Estimate(
        design=made,
        fitted=fitted,
        coefficients=with_left_out(table, loo),
        measures=fit_measures(fitted),
        options={"covariance": covariance},
        null=null_r2(made.n, made.p, float(fitted.rsquared)),
        loo=loo,
    )


def _rests_on_one(made: Design) -> list[str]:
    """Terms whose estimate hangs on a row of leverage 1, such as a dummy of one unit.

    That row has no residual whatever its outcome, so an error that divides by 1 - leverage is 0 / 0 there.
    """
    found = fit(made.with_constant.to_numpy(float), made.y.to_numpy(float))
    weight = np.abs(found.projector[1:, found.leverage > 1 - 1e-9]).max(axis=1, initial=0.0)
    least = 1e-9 * np.abs(found.projector[1:]).max(axis=1)
    return [str(c) for c, heavy in zip(made.X.columns, weight > least, strict=True) if heavy]


def with_place(table: pd.DataFrame, made: Design, confidence: float | None = None) -> pd.DataFrame:
    """``p_place``, the largest p-value of all likenesses of units that lie together, and Holm and BH over it.

    With a `confidence`, intervals become the widest of all likenesses: they hold 0 exactly
    when ``p_place`` says so. Where places are not known the table stays as it is.
    """
    place = place_of(made)
    if not place.known:
        return table
    found = place.fits(made.with_constant.to_numpy(float), made.y.to_numpy(float))
    p = pd.Series(found.p_values()[1:, 0], made.X.columns).reindex(table.index)
    joined = table.assign(p_place=np.maximum(p.to_numpy(), table["p_value"]))
    if confidence is not None:
        low, high = (end[1:, 0] for end in found.ends(confidence))
        joined["low"], joined["high"] = np.minimum(low, table["low"]), np.maximum(high, table["high"])
    return finish(made, joined)


def fit_measures(fitted: Any) -> dict[str, float]:
    """R², adjusted R², R² of predicting each unit from the others (PRESS), residual standard error."""
    missed = (fitted.get_influence().resid_press ** 2).sum()
    return {
        "r2": float(fitted.rsquared),
        "r2_adjusted": float(fitted.rsquared_adj),
        "r2_left_out": float(1.0 - missed / fitted.centered_tss),
        "residual_error": float(np.sqrt(fitted.mse_resid)),
        "aic": float(fitted.aic),
        "bic": float(fitted.bic),
    }
