"""Filling gaps, units x indicators -> the same without (some of) its gaps.

Definitions are COINr's (``i_mean``, ``i_median``, ``i_mean_grp``, ``i_median_grp``,
``Impute(impute_by="row")``, ``impute_panel``); the iterative imputer is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Matrix


def column_statistic(x: Matrix, by: Callable[[Matrix], Matrix]) -> Matrix:
    """Each gap takes a statistic of its indicator over the units that have it; a column without any stays."""
    out = x.copy()
    for column in out.T:
        present = column[~np.isnan(column)]
        if present.size:
            column[np.isnan(column)] = by(present)
    return out


def group_statistic(x: Matrix, labels: list[str], by: Callable[[Matrix], Matrix]) -> Matrix:
    """Each gap takes a statistic of its indicator over the units with the same label.

    A unit without a label, or whose group has no value, keeps its gap: the mean of others
    would be a silent guess.
    """
    out = x.copy()
    for label in sorted(set(labels) - {""}):
        rows = np.array([at for at, own in enumerate(labels) if own == label])
        out[rows] = column_statistic(x[rows], by)
    return out


def row_statistic(
    x: Matrix, directions: NDArray[np.int_], blocks: list[NDArray[np.int_]], by: Callable[..., Matrix]
) -> Matrix:
    """Each gap takes its unit's own mean (or median) over the other indicators of the block.

    Columns are turned by direction and put on 0-1 first, and the filled value is mapped back
    to raw units; a unit without any value in the block keeps its gaps.
    """
    turned = x * directions
    low, high = np.nanmin(turned, axis=0), np.nanmax(turned, axis=0)
    span = np.where(high > low, high - low, np.nan)
    unit = (turned - low) / span
    for block in blocks:
        part = unit[:, block]
        known = (~np.isnan(part)).any(axis=1)
        fill = np.full(len(x), np.nan)
        fill[known] = by(part[known], axis=1)
        unit[:, block] = np.where(np.isnan(part), fill[:, None], part)
    back = (unit * span + low) * directions
    return np.where(np.isnan(x), back, x)


def iterative(x: Matrix, seed: int = 0) -> Matrix:
    """scikit-learn's IterativeImputer with Bayesian ridge regressions; columns without data stay."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    there = ~np.isnan(x).all(axis=0)
    imputer = IterativeImputer(random_state=seed, max_iter=50, n_nearest_features=10, tol=1e-2)
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Early stopping criterion.*")
        out = x.copy()
        out[:, there] = imputer.fit_transform(x[:, there])
    return out


def fill_panel(values: pd.DataFrame, *, rule: str = "latest", max_steps: int | None = None) -> pd.DataFrame:
    """Fill the gaps of one indicator over years, unit by unit.

    Parameters
    ----------
    values : DataFrame, units x years
        Years ascending.
    rule : {"latest", "constant", "linear"}
        ``latest`` carries the last known value forward; ``constant`` forward, then backward;
        ``linear`` interpolates between known years and stays flat outside them (a unit with
        one value is constant).
    max_steps : int, optional
        For ``latest``: at most so many years old.

    Raises
    ------
    ValueError
        If the rule is unknown or the years are not ascending.
    """
    if not values.columns.is_monotonic_increasing:
        raise ValueError("years must ascend from left to right")
    if rule == "latest":
        return values.ffill(axis=1, limit=max_steps)
    if rule == "constant":
        return values.ffill(axis=1).bfill(axis=1)
    if rule == "linear":
        return values.T.interpolate("index", limit_direction="both").T
    raise ValueError(f"rule must be latest, constant or linear, not {rule!r}")
