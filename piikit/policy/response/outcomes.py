"""What many what-ifs come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...base.arrays import Column, Matrix
from ...base.errors import Problem
from ...base.results import Result

if TYPE_CHECKING:
    import pandas as pd


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
