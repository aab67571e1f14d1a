"""Least squares on arrays, for one outcome or many at once: HC3, leverage, leave-one-out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Fit:
    """Least squares of outcomes ``Y`` (n x m) on ``X`` (n x k, the constant included).

    Attributes
    ----------
    beta : ndarray, k x m
    residuals : ndarray, n x m
    projector : ndarray, k x n
        (X'X)^-1 X', so that beta = projector @ Y.
    leverage : ndarray, n
    """

    beta: np.ndarray
    residuals: np.ndarray
    projector: np.ndarray
    leverage: np.ndarray

    @property
    def hc3(self) -> np.ndarray:
        """Standard errors robust to unequal variances (MacKinnon and White 1985, HC3), k x m."""
        scaled = (self.residuals / (1.0 - self.leverage)[:, None]) ** 2
        return np.sqrt(self.projector**2 @ scaled)

    @property
    def classical(self) -> np.ndarray:
        """Standard errors under equal variances, k x m."""
        n, k = self.projector.shape[1], self.projector.shape[0]
        variance = (self.residuals**2).sum(axis=0) / (n - k)
        return np.sqrt((self.projector**2).sum(axis=1)[:, None] * variance)

    @property
    def left_out(self) -> np.ndarray:
        """Coefficients without each row in turn, n x k (one outcome): beta - P_i e_i / (1 - h_i)."""
        step = self.projector.T * (self.residuals[:, 0] / (1.0 - self.leverage))[:, None]
        return self.beta[:, 0] - step


def fit(x: np.ndarray, y: np.ndarray) -> Fit:
    """Fit all outcomes at once through the singular value decomposition of `x`.

    Parameters
    ----------
    x : ndarray, n x k
        With the constant.
    y : ndarray, n or n x m
    """
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1.0
    projector = np.linalg.pinv(x / size) / size[:, None]  # columns of any scale count alike
    many = y.reshape(len(x), -1)
    beta = projector @ many
    leverage = np.einsum("nk,kn->n", x, projector)
    return Fit(beta, many - x @ beta, projector, np.minimum(leverage, 1.0 - 1e-12))


def freedom(x: np.ndarray, made: Fit) -> np.ndarray:
    """Degrees of freedom of each robust error, k: n - k where all rows weigh alike, few where a few rows decide.

    Bell and McCaffrey (2002), Survey Methodology 28(2): of the scaled chi squared with the mean and
    variance of HC2's square, were the outcome's errors equal. Used with HC3, which is larger.
    """
    rest = np.eye(len(x)) - x @ made.projector
    weight = made.projector**2 / (1.0 - made.leverage)
    mean, spread = weight @ np.diag(rest), np.einsum("kn,nm,km->k", weight, rest**2, weight)
    return np.asarray(np.maximum(1.0, mean**2 / np.maximum(spread, 1e-300)))


def with_constant(x: np.ndarray) -> np.ndarray:
    """A column of ones in front of `x` (..., n, p)."""
    return np.concatenate([np.ones((*x.shape[:-1], 1)), x], axis=-1)


def clusters_left_out(x: np.ndarray, y: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Coefficients without each group of rows in turn, groups x k, in order of first appearance.

    Exact: beta_(g) = beta - (X'X)^-1 X_g' (I - H_gg)^-1 e_g. A group without which the
    coefficients are not defined gives NaN.
    """
    whole = fit(x, y)
    inverse = whole.projector @ whole.projector.T
    labels = list(dict.fromkeys(groups.tolist()))
    out = np.full((len(labels), x.shape[1]), np.nan)
    for at, label in enumerate(labels):
        rows = groups == label
        own = x[rows]
        rest = np.eye(int(rows.sum())) - own @ inverse @ own.T
        if np.linalg.cond(rest) < 1e12:
            out[at] = whole.beta[:, 0] - inverse @ own.T @ np.linalg.solve(rest, whole.residuals[rows, 0])
    return out


def vif(x: np.ndarray) -> np.ndarray:
    """Variance inflation factors of predictors (n x p, no constant): diagonal of the inverse correlations."""
    if x.shape[1] == 1:
        return np.ones(1)
    return np.diag(np.linalg.pinv(np.corrcoef(x, rowvar=False))).copy()
