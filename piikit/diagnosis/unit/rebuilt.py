"""Build again with cells of one unit changed: the exact answer behind every "what would it give"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...index.engine import compute

if TYPE_CHECKING:
    from ...index.index_result import IndexResult


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """Scores and ranks of the whole after a change.

    Attributes
    ----------
    score, rank : float
        Of the changed unit.
    scores, ranks : ndarray, shape (units,)
    own : ndarray, shape (codes,)
        All scores of the changed unit.
    """

    score: float
    rank: float
    scores: NDArray[np.float64]
    ranks: NDArray[np.float64]
    own: NDArray[np.float64]


def rebuild(result: IndexResult, unit: str, cells: Mapping[str, float]) -> Rebuilt:
    """Impute, treat, normalise, aggregate and rank again with raw cells of `unit` replaced.

    Parameters
    ----------
    result : IndexResult
    unit : str
        Name as in the dataset.
    cells : mapping
        Raw value by indicator, in the indicator's own unit; NaN makes a gap.
    """
    row = result.units.index(unit)
    x = result.dataset.values.to_numpy(float).copy()
    for code, value in cells.items():
        x[row, result.framework.indicators.index(code)] = value
    made = compute(result.plan, x)
    whole = made.scores[:, result.framework.codes.index(result.root)]
    ranks = result.method.ranking.of(whole)
    return Rebuilt(float(whole[row]), float(ranks[row]), whole, ranks, made.scores[row])
