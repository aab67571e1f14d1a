"""Ordinary least squares with HC3, as statsmodels fits it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .coefficient_table import coefficient_table, with_adjusted
from .design import Design
from .diagnostics import leave_one_out
from .estimate import Asked, Estimate, with_left_out
from .least_squares import vif
from .place import WAYS, place_of
from .power import null_r2
from .regions import wild_cluster_p

COVARIANCES = ("HC3", "HC2", "HC1", "HC0", "nonrobust")


def fit_ols(design: Design, covariance: str = "HC3") -> Any:
    """Fit with statsmodels; the object that comes back is its own (``RegressionResults``)."""
    from statsmodels.regression.linear_model import OLS

    model = OLS(design.y, design.with_constant)
    return model.fit(cov_type=covariance, use_t=True)


def estimate_ols(asked: Asked) -> Estimate:
    """Coefficients with robust errors, VIF, p-values by region and neighbours, and the range leaving one province out."""
    made, covariance = asked.design, asked.covariance_of(COVARIANCES)
    fitted = fit_ols(made, covariance)
    loo = leave_one_out(made)
    table = coefficient_table(made, fitted, confidence=asked.confidence)
    table["vif"] = vif(made.X.to_numpy(float))
    table = with_place(table, made, asked.seed)
    return Estimate(
        design=made,
        fitted=fitted,
        coefficients=with_left_out(table, loo),
        measures=fit_measures(fitted),
        options={"covariance": covariance},
        null=null_r2(made.n, made.p, float(fitted.rsquared)),
        loo=loo,
    )


def with_place(table: pd.DataFrame, made: Design, seed: int) -> pd.DataFrame:
    """P-values with units that lie together alike, the largest of all, and Holm and BH over the largest.

    ``p_region`` and ``p_spatial`` where regions and neighbours are known, ``p_wild`` (wild
    cluster bootstrap by region), ``p_largest`` of them and ``p_value``.
    """
    x, y = made.with_constant.to_numpy(float), made.y.to_numpy(float)
    place = place_of(made)
    found = place.p_values(x, y)
    if place.regions is not None:
        found["p_wild"] = wild_cluster_p(x, y, place.regions, rng=seed)
    joined = table.join(pd.DataFrame(found, index=made.X.columns))
    largest = joined.filter(items=("p_value", *WAYS, "p_wild")).max(axis=1)
    return with_adjusted(joined.assign(p_largest=largest))


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
