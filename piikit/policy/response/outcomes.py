"""What many what-ifs come to, and what own scores are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.errors import Problem
from ...base.results import Result
from .careful import MISSING

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]


class OwnTerms(NamedTuple):
    """What own scores are made of: ``start + sum of weights x (score - mine)`` over changed columns.

    Filling a gap moves weight between siblings, so there is one row of weights for every set of
    gaps that can be filled; ``gaps`` are the places of those columns.
    """

    gaps: NDArray[np.intp]
    weights: Matrix
    start: Column
    mine: Column

    def pattern(self, values: Matrix) -> NDArray[np.int64]:
        """Row of `weights` for every scenario; empty where only one is possible."""
        if self.gaps.size == 0:
            return np.zeros(0, dtype=np.int64)
        bits = np.int64(1) << np.arange(self.gaps.size)
        filled = ~(np.isnan(values[:, self.gaps]) | (values[:, self.gaps] == MISSING))
        made: NDArray[np.int64] = (filled * bits).sum(axis=1)
        return made


class Home(NamedTuple):
    """How a column stands in the baseline, if its table says so."""

    lo: float
    hi: float
    kappa: float
    kind: int
    clipped: bool
    mirrored: bool


@dataclass(frozen=True, eq=False)
class Outcomes(Result):
    """Scores and ranks of many what-ifs.

    Attributes
    ----------
    unit : str
    scores : ndarray, shape (scenarios,)
        Own score of the whole.
    ranks : ndarray, shape (scenarios,)
        Own rank among all units (1 = highest); NaN without a score.
    group_ranks : dict
        Own rank within each group asked for, shape (scenarios,) each.
    unit_scores : ndarray, shape (scenarios, units) or None
    nodes : ndarray or None
        Own scores of every code, shape (scenarios, codes); with ``every_unit`` of every unit,
        shape (scenarios, units, codes).
    units, codes : tuple of str
        Labels of the axes above.
    rebuilt : int
        Scenarios that were done with care rather than by the fast path.
    notes : tuple of Problem
        What the reader must know of how the figures were made.
    """

    unit: str
    scores: Column
    ranks: Column
    group_ranks: dict[str, Column]
    unit_scores: Matrix | None
    nodes: Matrix | None
    units: tuple[str, ...]
    codes: tuple[str, ...]
    rebuilt: int
    notes: tuple[Problem, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a scenario: ``score, rank`` and the rank in each group."""
        import pandas as pd

        return pd.DataFrame({"score": self.scores, "rank": self.ranks, **self.group_ranks})
