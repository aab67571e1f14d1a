"""Quantile regression: whether the low and the high provinces move alike."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...base.formats import MISSING_MARK
from ...base.random import Seed, generator
from .coefficient_table import finish, with_adjusted
from .design import Design
from .diagnostics import leave_one_out_range
from .estimate import Asked, Estimate
from .ols import with_place

MOST_DRAWS = 400


def estimate_quantiles(asked: Asked) -> Estimate:
    """Coefficients at each quantile; the range leaving one province out at the one nearest the median."""
    made, quantiles = asked.design, asked.quantiles
    wrong = [q for q in quantiles if not 0 < q < 1]
    if wrong or not len(quantiles):
        raise MethodError("error.drivers.quantile", q=", ".join(map(str, wrong)) or MISSING_MARK)
    fitted = fit_quantiles(made, quantiles)
    draws = min(asked.bootstrap, MOST_DRAWS)
    table = quantile_table(made, fitted, confidence=asked.confidence, bootstrap=draws, rng=asked.seed)
    middle = min(fitted, key=lambda q: abs(q - 0.5))
    table = with_place(table, made)
    loo, central = left_out(made, middle), table["quantile"] == middle
    moved = leave_one_out_range(loo, table.loc[central, "estimate"].to_numpy(float))
    for column in moved:
        table.loc[central, column] = moved[column]
    return Estimate(
        design=made,
        fitted=fitted,
        coefficients=table,
        measures={f"pseudo_r2_{q}": float(m.prsquared) for q, m in fitted.items()},
        options={"quantiles": list(fitted)},
        loo=loo,
    )


def fit_quantiles(design: Design, quantiles: Sequence[float]) -> dict[float, Any]:
    """Statsmodels' ``QuantReg`` at each quantile; its own results by quantile."""
    from statsmodels.regression.quantile_regression import QuantReg
    from statsmodels.tools.sm_exceptions import IterationLimitWarning

    model = QuantReg(design.y, design.with_constant)
    with warnings.catch_warnings():
        # between two equally good vertices it wanders; the linear programme below settles which
        warnings.simplefilter("ignore", IterationLimitWarning)
        return {float(q): model.fit(q=float(q), max_iter=5000, p_tol=1e-8) for q in quantiles}


def solve_quantile(x: np.ndarray, y: np.ndarray, q: float) -> np.ndarray:
    """Exact coefficients through the dual linear programme (Koenker and Bassett 1978).

    maximise y'd subject to X'd = (1 - q) X'1, 0 <= d <= 1; the coefficients are its multipliers.

    Parameters
    ----------
    x : ndarray, n x k
        With the constant.
    y : ndarray, n
    q : float
        Between 0 and 1.
    """
    from scipy.optimize import linprog

    scale = np.abs(x).max(axis=0)
    size = np.abs(y).max() or 1.0
    found = linprog(
        -y / size,
        A_eq=(x / scale).T,
        b_eq=(1 - q) * (x / scale).sum(axis=0),
        bounds=(0, 1),
        method="highs-ds",
    )
    return np.asarray(-found.eqlin.marginals * size / scale)


def quantile_table(
    design: Design, fitted: dict[float, Any], *, confidence: float, bootstrap: int, rng: Seed
) -> pd.DataFrame:
    """Coefficients at each quantile with bootstrap intervals.

    Returns
    -------
    DataFrame
        Index ``term``; ``quantile`` and the columns of
        :func:`~piikit.diagnosis.drivers.coefficient_table.coefficient_table`. ``std_error`` is the bootstrap's;
        p-value and interval compare estimate and error with the normal law, so that they agree.
    """
    from scipy.stats import norm

    x, y = design.with_constant.to_numpy(float), design.y.to_numpy(float)
    rows = generator(rng).integers(0, design.n, size=(bootstrap, design.n))
    tables = []
    for q, model in fitted.items():
        drawn = np.array([solve_quantile(x[r], y[r], q) for r in rows if _full(x[r])])[:, 1:]
        error = drawn.std(axis=0, ddof=1)
        reach = norm.ppf(0.5 + confidence / 2) * error
        estimate = model.params.loc[list(design.X.columns)].to_numpy(float)
        z = estimate / error
        table = pd.DataFrame(
            {
                "quantile": q,
                "estimate": estimate,
                "std_error": error,
                "statistic": z,
                "p_value": 2 * norm.sf(np.abs(z)),
                "low": estimate - reach,
                "high": estimate + reach,
            },
            index=design.X.columns,
        )
        tables.append(finish(design, table))
    return with_adjusted(pd.concat(tables))


def _full(x: np.ndarray) -> bool:
    return bool(np.linalg.matrix_rank(x) == x.shape[1])


def left_out(design: Design, q: float) -> pd.DataFrame:
    """Coefficients at one quantile without each unit in turn, units x columns."""
    x, y = design.with_constant.to_numpy(float), design.y.to_numpy(float)
    keep = ~np.eye(design.n, dtype=bool)
    made = np.array([solve_quantile(x[k], y[k], q)[1:] for k in keep])
    return pd.DataFrame(made, index=pd.Index(design.units, name="unit"), columns=design.X.columns)
