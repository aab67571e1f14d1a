"""Coefficients as a paper's table shows them: errors, intervals, standardised, and p-values of many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .design import Design

LEVEL = 0.05


def adjusted(p: np.ndarray, method: str) -> np.ndarray:
    """P-values of many tests together, by statsmodels; NaN stays NaN.

    Parameters
    ----------
    p : ndarray
    method : str
        ``"holm"`` (Holm 1979) bounds the chance of any false finding, ``"fdr_bh"`` (Benjamini
        and Hochberg 1995) the expected share of false findings.
    """
    from statsmodels.stats.multitest import multipletests

    out = np.array(p, float)
    there = ~np.isnan(out)
    if there.any():
        out[there] = multipletests(out[there], method=method)[1]
    return out


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
    if hasattr(fitted, "std_errors"):  # linearmodels
        errors, statistic, interval = fitted.std_errors, fitted.tstats, fitted.conf_int(confidence)
    else:
        errors, statistic, interval = fitted.bse, fitted.tvalues, fitted.conf_int(alpha=1 - confidence)
    parts = [fitted.params, errors, statistic, fitted.pvalues, interval]
    table = pd.concat(parts, axis=1).loc[list(design.X.columns)]
    table.columns = pd.Index(["estimate", "std_error", "statistic", "p_value", "low", "high"])
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
    table.index.name = "term"
    return with_adjusted(table)


def with_adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """P-values adjusted over all rows, ``p_holm`` and ``p_bh``, and ``shrunk``, of ``p_place`` where it is there."""
    p = table["p_place" if "p_place" in table else "p_value"].to_numpy(float)
    holm = adjusted(p, "holm")
    less = np.where(holm < LEVEL, shrinkage(p), np.nan) * table["estimate"]
    return table.assign(p_holm=holm, p_bh=adjusted(p, "fdr_bh"), shrunk=less)


def shrinkage(p: np.ndarray) -> np.ndarray:
    """What is left of estimates that pass Holm's test, for having passed; of no meaning for others.

    Mean of the true size over the estimate, given that it passed at its own level and nothing
    else: conditional likelihood with a flat prior (Ghosh, Zou and Wright 2008,
    doi:10.1016/j.ajhg.2008.03.002, their second estimate).
    """
    from scipy.stats import norm

    level = LEVEL / (len(p) - np.argsort(np.argsort(p)))
    z, least = norm.isf(np.clip(p, 1e-300, 1 - 1e-9) / 2), norm.isf(level / 2)
    size = z + np.linspace(-9, 9, 1801)[:, None]
    weight = norm.pdf(z - size) / (norm.sf(least - size) + norm.cdf(-least - size))
    kept = (size * weight).sum(axis=0) / weight.sum(axis=0) / z
    return np.asarray(kept)
