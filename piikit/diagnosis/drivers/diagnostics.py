"""Checks of a least squares fit: residuals, leverage, and leaving each province out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from .design import Design
from .least_squares import fit


def residual_checks(residuals: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """Shapiro-Wilk's test of normality and Breusch-Pagan's (studentised) of equal variances.

    Parameters
    ----------
    residuals : ndarray, n
    x : ndarray, n x k
        With the constant.

    Returns
    -------
    dict
        ``shapiro_w, shapiro_p, breusch_pagan, breusch_pagan_p``.
    """
    from scipy.stats import shapiro
    from statsmodels.stats.diagnostic import het_breuschpagan

    w, p = shapiro(residuals)
    lagrange, chance, *_ = het_breuschpagan(residuals, x)
    names = ("shapiro_w", "shapiro_p", "breusch_pagan", "breusch_pagan_p")
    return {name: float(v) for name, v in zip(names, (w, p, lagrange, chance), strict=True)}


def influence(design: Design) -> pd.DataFrame:
    """Leverage, deleted residual (in the outcome's unit) and Cook's distance of each row, by statsmodels.

    Returns
    -------
    DataFrame
        Index as the design's; ``leverage, residual, deleted_residual, cook, high`` (leverage
        above twice its mean).
    """
    from statsmodels.regression.linear_model import OLS

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a net may have as many columns as rows: no residual is left
        found = OLS(design.y, design.even.with_constant).fit().get_influence()
        return pd.DataFrame(
            {
                "leverage": found.hat_matrix_diag,
                "residual": found.resid,
                "deleted_residual": found.resid_press,
                "cook": found.cooks_distance[0],
                "high": found.hat_matrix_diag > 2 * (design.p + 1) / design.n,
            },
            index=design.y.index,
        )


def leave_one_out(design: Design) -> pd.DataFrame:
    """Least squares coefficients without each province in turn, units x columns of the model."""
    made = fit(design.with_constant.to_numpy(float), design.y.to_numpy(float)).left_out
    return pd.DataFrame(made[:, 1:], index=pd.Index(design.units, name="unit"), columns=design.X.columns)


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
    for name in dict.fromkeys(n for c in design.X.columns for n in design.uses[c]):
        if there.all() or design.variables.known[name].kind == "group":
            continue
        x = frame[name].astype(float)
        used, rest, sd = x[there].dropna(), x[~there].dropna(), x.std()
        if len(rest) and sd > 0 and len(used) > 1:
            gap = (used.mean() - rest.mean()) / sd
            rows.append([name, used.mean(), rest.mean(), gap, used.std() / sd])
    return pd.DataFrame(rows, columns=["variable", "used", "left_out", "difference", "spread"])
