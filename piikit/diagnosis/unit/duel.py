"""Two units face to face: which indicators make the gap between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn

if TYPE_CHECKING:
    from ...index.index_result import IndexResult


@dataclass(frozen=True, eq=False)
class Duel(Drawn):
    """The gap between two units on the whole, taken apart; made by :func:`duel`.

    Attributes
    ----------
    result : IndexResult
    unit, rival : str
    gap : float
        Own score of the whole less the rival's.
    table : DataFrame
        One row a code, in the framework's order. Index ``code``; ``level, own_score,
        their_score, own_value, their_value`` (raw, for indicators), ``own_weight,
        their_weight`` (effective; a gap's weight passes to its siblings, so the two may
        differ), ``own_part, their_part`` (effective weight times normalised score, summed over
        the indicators below) and ``difference`` (own part less theirs): points of the gap that
        stand to this code.
    """

    result: IndexResult
    unit: str
    rival: str
    gap: float
    table: pd.DataFrame

    @property
    def indicators(self) -> pd.DataFrame:
        """The indicators' rows of ``table``."""
        return self.table.loc[list(self.result.framework.indicators)]

    @property
    def one_sided(self) -> tuple[str, ...]:
        """Indicators that only one of the two has a score on: their weights went to siblings on the other side."""
        there = self.indicators[["own_score", "their_score"]].notna()
        return tuple(map(str, there.index[there.sum(axis=1) == 1]))

    @property
    def residual(self) -> float:
        """Gap less the sum of the indicators' differences: below 1e-9 for arithmetic means.

        Other aggregations do not add up, and this says by how much.
        """
        return self.gap - float(self.indicators["difference"].sum())


def duel(result: IndexResult, unit: str, rival: str) -> Duel:
    """Take apart the gap between two units.

    Parameters
    ----------
    result : IndexResult
    unit, rival : str
        As people write them.

    Returns
    -------
    Duel
        ``.gap``, ``.table`` (every code's part of it), ``.indicators``, ``.residual``.

    Raises
    ------
    UnknownNameError
        If a unit is not known.
    MethodError
        If both are the same, or one has no score.

    Notes
    -----
    With arithmetic means a score is the sum over indicators of effective weight times
    normalised score, so the gap is the sum of the differences of these products.

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> found = pk.duel(result, "can tho", "Bắc Ninh")
    >>> round(found.gap, 2)
    -2.25
    >>> bool(abs(found.indicators["difference"].sum() - found.gap) < 1e-9)
    True
    """
    own, theirs = result.dataset.unit(unit), result.dataset.unit(rival)
    scores = result.scores[result.root]
    if own == theirs:
        raise MethodError("error.duel_self", unit=own)
    for name in (own, theirs):
        if np.isnan(scores[name]):
            raise MethodError("error.no_whole_score", unit=name)
    return Duel(result, own, theirs, float(scores[own] - scores[theirs]), _parts(result, own, theirs))


def _parts(result: IndexResult, own: str, theirs: str) -> pd.DataFrame:
    framework = result.framework
    sides: dict[str, dict[str, Any]] = {}
    for side, unit in (("own", own), ("their", theirs)):
        part = result.contributions.loc[unit].reindex(list(framework.codes))
        for node in framework.aggregates:
            part[node] = part[list(framework.children(node))].sum()
        sides[side] = {
            "score": result.scores.loc[unit],
            "value": result.imputed.loc[unit],
            "weight": result.effective_weights.loc[unit],
            "part": part,
        }
    columns = {
        f"{side}_{what}": sides[side][what]
        for what in ("score", "value", "weight", "part")
        for side in ("own", "their")
    }
    table = pd.DataFrame({"level": framework.table["level"], **columns}).reindex(list(framework.codes))
    table["difference"] = table["own_part"] - table["their_part"]
    return table.rename_axis("code")
