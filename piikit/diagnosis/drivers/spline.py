"""Restricted cubic splines at Harrell's knots, and what each unit is expected to reach by the others."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np

from .least_squares import fit

# laws of errors: Student's degrees, and growth of the spread per standard deviation of x
DEGREES, GROWTH = (v.ravel() for v in np.meshgrid((3.0, 4.0, 6.0, 12.0, 60.0), np.arange(-0.5, 1.0, 0.25)))
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
    With H the hat matrix and e the residuals, the gap to what the others predict is
    e_i / (1 - h_i), with variance s_i² / (1 - h_i): where few units are near, h_i is large and the
    interval wide. s_i may grow or fall with `x` and errors follow Student's law of some degrees: of
    all such laws those count which the other units allow (log-likelihood within 1 of the best). The
    interval is the likeliest law's, the p-value n times the largest tail.
    """
    from scipy.stats import t as student

    at = knots_for(x, knots)
    basis = restricted_cubic(x, at)
    made = fit(basis, y)
    e, free, n = made.residuals[:, 0], 1.0 - made.leverage, len(y)
    missed, hat = e / free, basis @ made.projector
    alone = np.maximum(
        free - hat**2 / free[:, None], 1e-9
    )  # 1 - leverage of each, without the one of the row
    others = ~np.eye(n, dtype=bool)
    left = ((e + hat * missed[:, None]) / np.sqrt(alone))[others].reshape(n, n - 1)
    own = (x - x.mean()) / x.std()
    scale, logs = _laws(left, np.broadcast_to(own, (n, n))[others].reshape(n, n - 1))
    error = np.maximum(scale * np.exp(GROWTH[:, None] * own) / np.sqrt(free), 1e-300)
    tails = np.where(
        logs >= logs.max(axis=0) - 1.0, student.sf(np.abs(missed) / error, DEGREES[:, None]), 0.0
    )
    p, likeliest = np.minimum(1.0, 2 * n * tails.max(axis=0)), logs.argmax(axis=0)
    expected = y - missed
    reach = student.ppf(0.5 + level / 2, DEGREES[likeliest]) * error[likeliest, np.arange(n)]
    curve_x = np.linspace(x.min(), x.max(), points)
    curve_y = restricted_cubic(curve_x, at) @ made.beta[:, 0]
    r2 = 1.0 - float((missed**2).sum() / ((y - y.mean()) ** 2).sum())
    ends = expected - reach, expected + reach
    return Band(expected, *ends, p, float(np.sqrt((missed**2).mean())), r2, curve_x, curve_y, at)


def _laws(left: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale and log-likelihood of each law of errors, laws x n, from the residuals of the others (n x (n - 1)).

    Scales by iterated weights (Lange, Little and Taylor 1989, doi:10.2307/2290063).
    """
    from scipy.stats import t as student

    degrees, growth = DEGREES[:, None, None], GROWTH[:, None, None]
    even = left / np.exp(growth * own)
    square = (even**2).mean(axis=2, keepdims=True)
    for _ in range(12):
        weight = (degrees + 1) / (degrees + even**2 / np.maximum(square, 1e-300))
        square = (weight * even**2).mean(axis=2, keepdims=True)
    scale = np.sqrt(np.maximum(square, 1e-300))
    logs = (student.logpdf(even / scale, degrees) - np.log(scale) - growth * own).sum(axis=2)
    return scale[..., 0], logs
