"""Ranks: 1 is the highest score; made on rounded scores; a missing score has none and counts for nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..base.arrays import Flags, Matrix


@dataclass(frozen=True)
class Ranking:
    """How scores become ranks: the only place in the house that says so (``Method.ranking``).

    Attributes
    ----------
    decimals : int
        Scores are rounded so before they are compared (half to even, as NumPy does).
    ties : {"min", "max", "average", "dense"}
        ``min`` lets ties share the better rank, as UNDP and COINr do.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([50.0, 40.0, 50.0, np.nan, 30.0])
    >>> Ranking().of(scores)
    array([ 1.,  3.,  1., nan,  4.])
    >>> Ranking(ties="max").own(scores, 0)
    array(2.)
    """

    decimals: int = 10
    ties: str = "min"

    def of(self, scores: Matrix) -> Matrix:
        """Ranks of all units: of a vector, or of every column of a units x codes table."""
        ranks: Matrix = self.table(pd.DataFrame(scores)).to_numpy(float)
        return ranks.reshape(scores.shape)

    def table(self, scores: pd.DataFrame) -> pd.DataFrame:
        """:meth:`of` for a labelled units x codes table."""
        ties: Any = self.ties
        return scores.round(self.decimals).rank(method=ties, ascending=False)

    def own(self, scores: Matrix, at: int, among: Flags | None = None) -> Matrix:
        """Ranks of one unit in many scenarios, as :meth:`of` gives them for each.

        Parameters
        ----------
        scores : ndarray, shape (..., units)
        at : int
            The unit's place.
        among : ndarray of bool, shape (units,), optional
            Whom to rank it with; everybody if not given. Its own place is not looked at.

        Returns
        -------
        ndarray, shape (...)
            NaN where the unit has no score.
        """
        rounded = np.round(scores, self.decimals)
        mine = rounded[..., at]
        rivals = np.ones(rounded.shape[-1], dtype=bool) if among is None else among.copy()
        rivals[at] = False
        theirs, own = rounded[..., rivals], mine[..., None]
        tied = (theirs == own).sum(axis=-1)
        return np.where(np.isnan(mine), np.nan, self.place(self._above(theirs, own), tied))

    def ahead(self, scores: Matrix, at: int) -> Flags:
        """Which units are ahead of one, on rounded scores; shape of `scores` (..., units)."""
        rounded = np.round(scores, self.decimals)
        return rounded > rounded[..., [at]]

    def place(self, ahead: Any, tied: Any = 0) -> Any:
        """Rank of a unit from how many are `ahead` of it and how many others are `tied` with it.

        With ``dense`` ties `ahead` counts different scores.
        """
        shift = {"max": tied, "average": tied / 2}.get(self.ties, 0)
        return 1.0 + ahead + shift

    def _above(self, theirs: Matrix, own: Matrix) -> Any:
        ahead = theirs > own
        if self.ties != "dense":
            return ahead.sum(axis=-1)
        ordered = np.sort(np.where(ahead, theirs, own), axis=-1)
        return (np.diff(ordered, axis=-1, prepend=own) > 0).sum(axis=-1)
