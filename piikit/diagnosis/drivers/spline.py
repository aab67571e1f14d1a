"""Restricted cubic splines at Harrell's knots, and jackknife+ bands around them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
        Prediction for each unit without it, and its jackknife+ interval.
    p_value : ndarray, n
        Share of units (itself included) at least as far from their expectation.
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


class Interval(NamedTuple):
    """Prediction of each unit without it, and its jackknife+ interval."""

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray


def jackknife_plus(basis: np.ndarray, y: np.ndarray, level: float) -> Interval:
    """Each unit's prediction and interval from the others, by leaving out two at a time.

    For unit i the others are the sample; from it each j is left out in turn, which gives the
    prediction for i and the error at j. Barber, Candes, Ramdas and Tibshirani (2021),
    doi:10.1214/20-AOS1965: coverage is at least 1 - 2 (1 - level) whatever the truth, and
    close to the level in practice.

    Parameters
    ----------
    basis : ndarray, n x k
        With the constant among what it spans.
    y : ndarray, n
    level : float

    Returns
    -------
    Interval

    Notes
    -----
    With H the hat matrix and e the residuals, leaving {i, j} out gives errors that solve
    [[1 - h_ii, -h_ij], [-h_ij, 1 - h_jj]] d = (e_i, e_j): exact, without refitting.
    """
    hat = basis @ np.linalg.pinv(basis)
    e, h, n = y - hat @ y, np.diag(hat), len(y)
    determinant = np.outer(1 - h, 1 - h) - hat**2
    np.fill_diagonal(determinant, 1.0)
    error_i = ((1 - h)[None, :] * e[:, None] + hat * e[None, :]) / determinant  # [i, j]: at i without both
    error_j = ((1 - h)[:, None] * e[None, :] + hat * e[:, None]) / determinant  # [i, j]: at j without both
    at_i = y[:, None] - error_i
    off = ~np.eye(n, dtype=bool)
    m = n - 1
    below = np.floor((1 - level) * (m + 1) + 1e-9)  # 0.2 * 25 is just below 5 in doubles
    above = np.ceil(level * (m + 1) - 1e-9)
    low, high = np.full(n, -np.inf), np.full(n, np.inf)
    for i in range(n):
        centre, reach = at_i[i, off[i]], np.abs(error_j[i, off[i]])
        if below >= 1:
            low[i] = np.sort(centre - reach)[int(below) - 1]
        if above <= m:
            high[i] = np.sort(centre + reach)[int(above) - 1]
    return Interval(y - e / (1 - h), low, high)


def band(x: np.ndarray, y: np.ndarray, *, level: float, knots: int | None = None, points: int = 200) -> Band:
    """Spline of `y` on `x` with jackknife+ bands.

    Parameters
    ----------
    x, y : ndarray, n
    level : float
        Share of units that intervals should hold, over both sides.
    knots : {3, 4, 5}, optional
    points : int
        Of the curve drawn.
    """
    at = knots_for(x, knots)
    basis = restricted_cubic(x, at)
    expected, low, high = jackknife_plus(basis, y, level)
    missed = y - expected
    p = np.array([(np.abs(missed) >= abs(m) - 1e-12).mean() for m in missed])
    curve_x = np.linspace(x.min(), x.max(), points)
    curve_y = restricted_cubic(curve_x, at) @ np.linalg.lstsq(basis, y, rcond=None)[0]
    r2 = 1.0 - float((missed**2).sum() / ((y - y.mean()) ** 2).sum())
    return Band(expected, low, high, p, float(np.sqrt((missed**2).mean())), r2, curve_x, curve_y, at)
