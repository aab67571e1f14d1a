"""Patterns of missing scores: weights are spread over what is there, so each pattern has its own.

A newly reported value changes the weight of its siblings, and a treatment can make a score
vanish: within a pattern the score is linear, and patterns are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ...base.arrays import Flags, Matrix
from ...base.errors import MethodError
from ...index.engine import Computed, aggregate, effective_weights
from ..response.unit_response import Response
from .levels import Levels

MOST_PATTERNS = 64


@dataclass(frozen=True, eq=False)
class Pattern:
    """Weights under one pattern of missing scores.

    Attributes
    ----------
    weights : ndarray, shape (units, indicators)
        Effective weights; own ones change when a value is newly reported.
    alive : ndarray of bool, shape (units,)
        Units that have a score.
    open_levels : tuple of ndarray of bool
        By column, the levels that belong to the pattern.
    """

    weights: Matrix
    alive: Flags
    open_levels: tuple[Flags, ...]


def patterns(response: Response, levels: tuple[Levels, ...]) -> tuple[Pattern, ...]:
    """All patterns of missing scores that the levels allow; one if nobody's gaps come or go.

    Raises
    ------
    MethodError
        If there are more than :data:`MOST_PATTERNS`.
    """
    choices = []
    for column in levels:
        kinds, at = np.unique(np.isnan(column.normalised), axis=0, return_inverse=True)
        choices.append([(kind, at.ravel() == k) for k, kind in enumerate(kinds)])
    count = int(np.prod([len(c) for c in choices])) if choices else 1
    if count > MOST_PATTERNS:
        raise MethodError("error.plan.patterns", count=count, most=MOST_PATTERNS)
    found = []
    for combination in product(*choices):
        gaps = np.isnan(response.base_normalised)
        for column, (kind, _) in zip(levels, combination, strict=True):
            gaps[:, column.lever.at] = kind
        found.append(pattern_of(response, gaps, tuple(flags for _, flags in combination)))
    return tuple(found)


def pattern_of(response: Response, gaps: Flags, open_levels: tuple[Flags, ...] = ()) -> Pattern:
    """Effective weights (0 for gaps) and who has a score, for given gaps (units x indicators)."""
    # ones, which every mean can take
    scores, used, _ = aggregate(response.plan, np.where(gaps, np.nan, 1.0))
    made = effective_weights(response.plan, Computed(scores, (), scores, used, ()))
    weights = np.nan_to_num(made[:, response.plan.indicator_at])
    return Pattern(weights, ~np.isnan(scores[:, response.root_at]), open_levels)
