"""Ordinary least squares with HC3, as statsmodels fits it, and the columns of a paper's table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .design import Design
from .multiplicity import benjamini_hochberg, holm

COVARIANCES = ("HC3", "HC2", "HC1", "HC0", "nonrobust")


def fit_ols(design: Design, covariance: str = "HC3") -> Any:
    """Fit with statsmodels; the object that comes back is its own (``RegressionResults``)."""
    from statsmodels.regression.linear_model import OLS

    model = OLS(design.y, design.with_constant)
    return model.fit(cov_type=covariance, use_t=True)


def coefficient_table(
    design: Design, fitted: Any, *, confidence: float = 0.95, scale: pd.Series | None = None
) -> pd.DataFrame:
    """Coefficients of statsmodels or linearmodels results as one tidy table.

    Returns
    -------
    DataFrame
        Index: the design's columns. ``estimate, std_error, statistic, p_value, low, high``
        in the outcome's unit per unit of the predictor; ``beta, beta_low, beta_high`` per
        standard deviations of both; ``p_holm, p_bh`` adjusted over the rows shown.
    """
    at = list(design.X.columns)
    errors = fitted.std_errors if hasattr(fitted, "std_errors") else fitted.bse
    statistic = fitted.tstats if hasattr(fitted, "tstats") else fitted.tvalues
    interval = (
        fitted.conf_int(confidence)
        if hasattr(fitted, "std_errors")
        else fitted.conf_int(alpha=1 - confidence)
    )
    interval.columns = ["low", "high"]
    table = pd.DataFrame(
        {
            "estimate": fitted.params,
            "std_error": errors,
            "statistic": statistic,
            "p_value": fitted.pvalues,
            "low": interval["low"],
            "high": interval["high"],
        }
    ).loc[at]
    return finish(design, table, scale)


def finish(design: Design, table: pd.DataFrame, scale: pd.Series | None = None) -> pd.DataFrame:
    """Add standardised coefficients and p-values adjusted for their number.

    `scale` is the ratio of standard deviations, predictor over outcome; by default over the
    design's rows. For effects within units it is that of the deviations from units' means.
    """
    if scale is None:
        scale = design.X.std(ddof=1) / design.y.std(ddof=1)
    for new, old in (("beta", "estimate"), ("beta_low", "low"), ("beta_high", "high")):
        table[new] = table[old] * scale.reindex(table.index).to_numpy(float)
    p = table["p_value"].to_numpy(float)
    table["p_holm"], table["p_bh"] = holm(p), benjamini_hochberg(p)
    table.index.name = "term"
    return table


def fit_measures(design: Design, fitted: Any, deleted: np.ndarray) -> dict[str, float]:
    """R², adjusted R², R² of predicting each unit from the others (PRESS), residual standard error."""
    y = design.y.to_numpy(float)
    whole = ((y - y.mean()) ** 2).sum()
    return {
        "r2": float(fitted.rsquared),
        "r2_adjusted": float(fitted.rsquared_adj),
        "r2_left_out": float(1.0 - (deleted**2).sum() / whole),
        "residual_error": float(np.sqrt(fitted.mse_resid)),
        "aic": float(fitted.aic),
        "bic": float(fitted.bic),
    }
