"""Treatment and normalisation as scikit-learn transformers, to stand in a ``Pipeline``.

What is learned in ``fit`` (bounds, caps, reference ranks) is applied to new rows unchanged.
Gaps pass through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from .steps.normalisation import scaling
from .steps.registered import step
from .steps.treatment import passes, winsorise


class _Columnwise(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Shared checks: two-dimensional floats, gaps allowed."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _matrix(self, X: Any, *, reset: bool) -> np.ndarray:
        rules = {"dtype": np.float64, "ensure_all_finite": "allow-nan", "copy": True}
        checked: np.ndarray = validate_data(self, X, reset=reset, **rules)
        return checked


class Normaliser(_Columnwise):
    """Normalise columns with bounds, means or reference ranks learned in ``fit``.

    Parameters
    ----------
    method : str
        A name of :mod:`piikit.index.steps.normalisation`, or a registered one; a plain function
        that was registered learns nothing and is applied to the rows that are given.
    directions : sequence of {1, -1}, optional
        By column; all 1 if not given.
    options : dict, optional
        Options of the method, such as ``{"low": 1, "high": 100}``.

    Attributes
    ----------
    fitted_ : list of tuple
        By column the scaling and what it learned, turned by direction.
    """

    def __init__(
        self, method: str = "minmax", directions: Any = None, options: dict[str, Any] | None = None
    ) -> None:
        self.method = method
        self.directions = directions
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Normaliser:
        """Learn the scale of each column of `X` (n samples x p columns)."""
        matrix = self._matrix(X, reset=True)
        self.directions_ = (
            np.ones(matrix.shape[1]) if self.directions is None else np.asarray(self.directions, float)
        )
        if self.directions_.shape != (matrix.shape[1],) or not np.isin(self.directions_, (1, -1)).all():
            raise ValueError("directions must hold 1 or -1 for each column")
        options = self.options or {}
        step("normalisation", self.method).check(options)
        self.fitted_ = []
        for column, direction in zip(matrix.T, self.directions_, strict=True):
            ready = scaling(self.method, options, int(direction))
            self.fitted_.append((ready, ready.fit(column * direction)))
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Apply the learned scale; values outside the learned range go beyond the ends."""
        check_is_fitted(self)
        matrix = self._matrix(X, reset=False)
        pairs = zip(matrix.T, self.fitted_, strict=True)
        return np.column_stack([made.apply(x * made.direction, learned) for x, (made, learned) in pairs])


class OutlierTreatment(_Columnwise):
    """Winsorise, else take a logarithm, with caps and ends learned in ``fit``.

    A column that passes in ``fit`` is left alone; a winsorised one is clipped at the learned
    caps; a transformed one is transformed with the learned minimum and maximum, new values
    being clipped to that range first, since the logarithm is not defined far below it. On the
    rows it was fitted to, it gives what :func:`piikit.index.steps.treatment.treat` gives.

    Parameters
    ----------
    max_points : int or None
        Cells that winsorising may change in a column.
    then : {"log_ct", "log_ct_orig", "none"}
        What follows when winsorising was not enough.
    skewness, kurtosis : float
        A column fails when both are exceeded.

    Attributes
    ----------
    rules_ : list of tuple
        ``(rule, low, high)`` by column; rule is "none", "winsorised" or the transform.
    """

    def __init__(
        self, max_points: int | None = 5, then: str = "log_ct", skewness: float = 2.0, kurtosis: float = 3.5
    ) -> None:
        self.max_points = max_points
        self.then = then
        self.skewness = skewness
        self.kurtosis = kurtosis

    def fit(self, X: Any, y: Any = None) -> OutlierTreatment:
        """Learn from each column of `X` whether to treat it, and the caps or ends."""
        if self.then not in {"none", *_LEARNED}:
            raise ValueError(f"then must be one of none, {', '.join(_LEARNED)}, not {self.then!r}")
        matrix = self._matrix(X, reset=True)
        self.rules_ = [self._learn(column) for column in matrix.T]
        return self

    def _learn(self, x: np.ndarray) -> tuple[str, float, float]:
        limits = (self.skewness, self.kurtosis)
        if passes(x, *limits):
            return ("none", -np.inf, np.inf)
        capped, _ = winsorise(x, x.size if self.max_points is None else self.max_points, *limits)
        if passes(capped, *limits) or self.then == "none":
            return ("winsorised", float(np.nanmin(capped)), float(np.nanmax(capped)))
        return (self.then, float(np.nanmin(x)), float(np.nanmax(x)))

    def transform(self, X: Any) -> np.ndarray:
        """Apply what was learned to the columns of `X`."""
        check_is_fitted(self)
        matrix = self._matrix(X, reset=False)
        for at, (rule, low, high) in enumerate(self.rules_):
            column = np.clip(matrix[:, at], low, high)
            matrix[:, at] = _LEARNED[rule](column, low, high) if rule in _LEARNED else column
        return matrix


_LEARNED: dict[str, Callable[[np.ndarray, float, float], np.ndarray]] = {
    "log_ct": lambda x, low, high: np.log(x - low + 0.01 * (high - low)),
    "log_ct_orig": lambda x, low, high: np.log(x - low + 1),
}
