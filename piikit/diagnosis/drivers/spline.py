"""Restricted cubic splines at Harrell's knots, and what each unit is expected to reach by the others."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np

from .least_squares import fit

KNOTS = {3: (0.10, 0.50, 0.90), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.50, 0.725, 0.95)}


def knots_for(x: np.ndarray, number: int | None = None) -> np.ndarray:
    """Knots at Harrell's percentiles: three below 40 units, five from 40 on.

    Parameters
    ----------
    x : ndarray
    number : {3, 4, 5}, optional

    Notes
    -----
    Harrell (2015), Regression Modeling Strategies, 2nd ed., table 2.3.
    """
    chosen = number or (3 if len(x) < 40 else 5)
    return np.quantile(x, KNOTS[chosen])


def restricted_cubic(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Basis of a cubic spline that is linear beyond the outer knots, n x knots, by patsy's ``cr``.

    Its columns sum to 1, so that it holds the constant. With the constant, R's ``rms::rcs``
    spans the same curves.
    """
    cr = importlib.import_module("patsy").cr
    return np.asarray(cr(x, knots=knots[1:-1], lower_bound=knots[0], upper_bound=knots[-1]), float)


@dataclass(frozen=True, eq=False)
class Band:
    """A curve and what each unit was expected to reach, judged from the other units only.

    Attributes
    ----------
    expected, low, high : ndarray, n
        Prediction for each unit without it, and its interval at its own place.
    p_value : ndarray, n
        Chance that the largest gap of all n, where nobody differs, is as large as this one.
    error : float
        Root mean square error of predicting a left-out unit.
    r2 : float
        Of the same predictions; below 0 the mean does better.
    curve_x, curve_y : ndarray
        The curve through all units, for drawing.
    knots : ndarray
    """

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    error: float
    r2: float
    curve_x: np.ndarray
    curve_y: np.ndarray
    knots: np.ndarray


def band(x: np.ndarray, y: np.ndarray, *, level: float, knots: int | None = None, points: int = 200) -> Band:
    """Spline of `y` on `x`; each unit against what the others let expect at its `x`.

    Parameters
    ----------
    x, y : ndarray, n
    level : float
        Share of units that intervals should hold, each at its own place.
    knots : {3, 4, 5}, optional
    points : int
        Of the curve drawn.

    Notes
    -----
    With H the hat matrix, e the residuals and s_i the others' standard error, the gap to what the
    others predict is e_i / (1 - h_i), and t_i = e_i / (s_i sqrt(1 - h_i)) follows Student's law:
    where few units are near, h_i is large and the interval wide. The largest of n such t is held
    against n times its own tail (Cook and Weisberg 1982, Residuals and Influence, 2.2).
    """
    from scipy.stats import t as student

    at = knots_for(x, knots)
    basis = restricted_cubic(x, at)
    made = fit(basis, y)
    e, free = made.residuals[:, 0], 1.0 - made.leverage
    others = len(y) - basis.shape[1] - 1
    error = np.sqrt(np.maximum((e**2).sum() - e**2 / free, 0.0) / others / free)
    missed = e / free
    expected, reach = y - missed, student.ppf(0.5 + level / 2, others) * error
    p = np.minimum(1.0, 2 * len(y) * student.sf(np.abs(missed) / np.maximum(error, 1e-300), others))
    curve_x = np.linspace(x.min(), x.max(), points)
    curve_y = restricted_cubic(curve_x, at) @ made.beta[:, 0]
    r2 = 1.0 - float((missed**2).sum() / ((y - y.mean()) ** 2).sum())
    ends = expected - reach, expected + reach
    return Band(expected, *ends, p, float(np.sqrt((missed**2).mean())), r2, curve_x, curve_y, at)
