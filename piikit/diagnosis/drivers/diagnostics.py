"""Checks of a least squares fit: residuals, leverage, and leaving each province out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .design import Design
from .least_squares import Fit, clusters_left_out, fit, vif


def residual_checks(fitted: Fit, x: np.ndarray) -> dict[str, float]:
    """Shapiro-Wilk's test of normality and Breusch-Pagan's (studentised) of equal variances.

    Parameters
    ----------
    fitted : Fit
    x : ndarray, n x k
        With the constant.

    Returns
    -------
    dict
        ``shapiro_w, shapiro_p, breusch_pagan, breusch_pagan_p``.
    """
    from scipy.stats import shapiro
    from statsmodels.stats.diagnostic import het_breuschpagan

    e = fitted.residuals[:, 0]
    w, p = shapiro(e)
    lagrange, chance, *_ = het_breuschpagan(e, x)
    return {
        "shapiro_w": float(w),
        "shapiro_p": float(p),
        "breusch_pagan": float(lagrange),
        "breusch_pagan_p": float(chance),
    }


def influence(design: Design, fitted: Fit) -> pd.DataFrame:
    """Leverage, deleted residual (in the outcome's unit) and Cook's distance of each row.

    Returns
    -------
    DataFrame
        Index as the design's; ``leverage, residual, deleted_residual, cook, high`` (leverage
        above twice its mean).
    """
    k = fitted.projector.shape[0]
    e, h = fitted.residuals[:, 0], fitted.leverage
    variance = (e**2).sum() / (len(e) - k)
    cook = e**2 * h / (k * variance * (1 - h) ** 2)
    return pd.DataFrame(
        {
            "leverage": h,
            "residual": e,
            "deleted_residual": e / (1 - h),
            "cook": cook,
            "high": h > 2 * k / len(e),
        },
        index=design.y.index,
    )


def leave_one_out(design: Design, x: np.ndarray | None = None, y: np.ndarray | None = None) -> pd.DataFrame:
    """Coefficients without each province in turn (all its years), units x columns of the model.

    Parameters
    ----------
    design : Design
    x, y : ndarray, optional
        Transformed predictors (with what stands in for the constant) and outcome, as in a
        panel; the last columns of `x` beyond the design's are not reported.
    """
    if x is None or y is None:
        x, y = design.with_constant.to_numpy(float), design.y.to_numpy(float)
        first = 1
    else:
        first = 0
    units = np.asarray(design.y.index.get_level_values("unit"), dtype=object)
    if len(set(units)) == len(units):
        made = fit(x, y).left_out
    else:
        made = clusters_left_out(x, y, units)
    return pd.DataFrame(
        made[:, first : first + design.p],
        index=pd.Index(list(dict.fromkeys(units.tolist())), name="unit"),
        columns=design.X.columns,
    )


def leave_one_out_range(loo: pd.DataFrame, estimates: np.ndarray) -> pd.DataFrame:
    """Lowest and highest coefficient without one province, and which province that is.

    Returns
    -------
    DataFrame
        Index as the columns of `loo`; ``loo_low, loo_low_unit, loo_high, loo_high_unit``,
        ``loo_unit`` (without it the coefficient moves most) and ``sign_holds``.
    """
    rows: dict[str, dict[str, Any]] = {}
    for column, b in zip(loo.columns, estimates, strict=True):
        values = loo[column].dropna()
        rows[str(column)] = {
            "loo_low": values.min(),
            "loo_low_unit": values.idxmin(),
            "loo_high": values.max(),
            "loo_high_unit": values.idxmax(),
            "loo_unit": (values - b).abs().idxmax(),
            "sign_holds": bool((np.sign(values) == np.sign(b)).all()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def vif_table(design: Design) -> pd.Series:
    """Variance inflation factor of each column."""
    return pd.Series(vif(design.X.to_numpy(float)), index=design.X.columns, name="vif")


def partial_residuals(design: Design, beta: np.ndarray) -> pd.DataFrame:
    """Residual plus each predictor's own part, b_j (x_j - mean): what a partial-residual plot shows."""
    x = design.X.to_numpy(float)
    e = design.y.to_numpy(float) - beta[0] - x @ beta[1:]
    return pd.DataFrame(
        e[:, None] + beta[1:] * (x - x.mean(axis=0)), index=design.y.index, columns=design.X.columns
    )


def selection(design: Design) -> pd.DataFrame:
    """How units that are used differ from those left out, for each predictor that both have.

    Returns
    -------
    DataFrame
        ``variable, used, left_out`` (means), ``difference`` (in standard deviations of all)
        and ``spread`` (ratio of standard deviations, used over all: above 1 says that the
        extremes were chosen). Empty if no unit was left out.
    """
    frame = design.variables.frame
    there = frame.index.isin(design.y.index)
    rows = []
    if not there.all():
        for name in dict.fromkeys(n for c in design.X.columns for n in design.uses[c]):
            if design.variables.known[name].kind == "group":
                continue
            x = frame[name].astype(float)
            used, rest, sd = x[there].dropna(), x[~there].dropna(), x.std()
            if len(rest) and sd > 0 and len(used) > 1:
                gap = (used.mean() - rest.mean()) / sd
                rows.append([name, used.mean(), rest.mean(), gap, used.std() / sd])
    return pd.DataFrame(rows, columns=["variable", "used", "left_out", "difference", "spread"])
