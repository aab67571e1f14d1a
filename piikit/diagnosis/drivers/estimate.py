"""What a model is asked, and what every model answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import UnknownNameError
from .design import Design
from .diagnostics import leave_one_out_range
from .power import NullR2


@dataclass(frozen=True, eq=False)
class Asked:
    """A regression that is wanted; the options are those of :func:`piikit.drivers`."""

    model: str
    design: Design
    covariance: str | None
    time_effects: bool
    quantiles: Sequence[float]
    folds: int
    permutations: int
    bootstrap: int
    confidence: float
    seed: int

    def covariance_of(self, known: tuple[str, ...]) -> str:
        """The kind of standard errors, the first of those the model knows by default."""
        if self.covariance is not None and self.covariance not in known:
            raise UnknownNameError("option", self.covariance, known)
        return self.covariance or known[0]


@dataclass(frozen=True, eq=False)
class NetTest:
    """How well the net predicts provinces that it has not seen.

    Attributes
    ----------
    r2 : float
        Out of sample, nested cross-validation, mean over the repeats; below 0 the mean
        predicts better.
    r2_repeats : ndarray
        One a repeat of the split into folds.
    null : ndarray
        The same for outcomes shuffled in the way that gives the largest p-value.
    p_value : float
        The larger of both ways of shuffling.
    p_place : float or None
        With the likeness of those that lie together kept; None where places are not known.
    """

    r2: float
    r2_repeats: np.ndarray
    null: np.ndarray
    p_value: float
    p_place: float | None


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a model found; the attributes are those of :class:`.drivers_result.DriversResult`."""

    design: Design
    fitted: Any
    coefficients: pd.DataFrame
    measures: dict[str, float]
    options: dict[str, Any]
    null: NullR2 | None = None
    net: NetTest | None = None
    loo: pd.DataFrame | None = None


def with_left_out(table: pd.DataFrame, loo: pd.DataFrame) -> pd.DataFrame:
    """A table of coefficients with their range when one province is left out."""
    return table.join(leave_one_out_range(loo, table["estimate"].to_numpy(float)))
