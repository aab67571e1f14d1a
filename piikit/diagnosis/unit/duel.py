"""Two units face to face: which indicators make the gap between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    """

    result: IndexResult
    unit: str
    rival: str

    @property
    def gap(self) -> float:
        """Own score of the whole less the rival's."""
        scores = self.result.scores[self.result.root]
        return float(scores[self.unit] - scores[self.rival])

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a code, in the framework's order.

        Index ``code``; ``level, own_score, their_score, own_value, their_value`` (raw, for
        indicators), ``own_weight, their_weight`` (effective; a gap's weight passes to its
        siblings, so the two may differ), ``own_part, their_part`` (effective weight times
        normalised score, summed over the indicators below) and ``difference`` (own part less
        theirs): points of the gap that stand to this code.
        """
        result, framework = self.result, self.result.framework
        columns: dict[str, Any] = {"level": framework.table["level"]}
        for side, unit in (("own", self.unit), ("their", self.rival)):
            part = {str(c): float(v) for c, v in result.contributions.loc[unit].items()}
            for node in framework.aggregates:
                part[node] = sum(part[kid] for kid in framework.children(node))
            columns[f"{side}_score"] = result.scores.loc[unit]
            columns[f"{side}_value"] = result.imputed.loc[unit].reindex(list(framework.codes))
            columns[f"{side}_weight"] = result.effective_weights.loc[unit]
            columns[f"{side}_part"] = pd.Series(part)
        table = pd.DataFrame(columns).reindex(list(framework.codes))
        table["difference"] = table["own_part"] - table["their_part"]
        table.index.name = "code"
        order = [
            f"{side}_{what}" for what in ("score", "value", "weight", "part") for side in ("own", "their")
        ]
        return table[["level", *order, "difference"]]

    @property
    def indicators(self) -> pd.DataFrame:
        """The indicators' rows of :attr:`table`."""
        return self.table.loc[list(self.result.framework.indicators)]

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

    Raises
    ------
    UnknownNameError
        If a unit is not known.
    MethodError
        If both are the same, or one has no score.
    """
    own, theirs = result.dataset.unit(unit), result.dataset.unit(rival)
    scores = result.scores[result.root]
    if own == theirs:
        raise MethodError("error.duel_self", unit=own)
    for name in (own, theirs):
        if np.isnan(scores[name]):
            raise MethodError("error.no_whole_score", unit=name)
    return Duel(result, own, theirs)
