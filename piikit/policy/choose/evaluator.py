"""What packages really give: raw values, then the true index, for one package or a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...index.ranks import rank
from ..actions.effects import Lever

if TYPE_CHECKING:
    from ..response.unit_response import Response

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Exact(NamedTuple):
    """One package evaluated: every unit's score, own rank overall and in the group."""

    scores: Column
    rank: float
    group_rank: float


@dataclass(eq=False)
class Evaluator:
    """Packages to scores and ranks, through the response (equal to building again).

    Attributes
    ----------
    response : Response
    levers : tuple of Lever
    amounts : list of ndarray
        Amount of each lever's effects.
    rivals : tuple of int
        Rows of the rivals that count for the rank.
    """

    response: Response
    levers: tuple[Lever, ...]
    amounts: Sequence[Column]
    rivals: tuple[int, ...]
    _seen: dict[bytes, Exact] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """Indicators that can move."""
        return [v.code for v in self.levers]

    def values(self, packages: Flags) -> Matrix:
        """Own raw values, packages x moved indicators; NaN where nothing is known, as before."""
        packages = np.atleast_2d(packages)
        made = [v.values(packages[:, v.members], a) for v, a in zip(self.levers, self.amounts, strict=True)]
        return np.column_stack(made) if made else np.zeros((len(packages), 0))

    def _members(self) -> dict[str, list[str]]:
        return {"group": [self.response.plan.units[i] for i in self.rivals]}

    def many(self, packages: Flags, *, block: int = 8192) -> tuple[Column, Column]:
        """Own score and rank in the group of many packages."""
        made = self.response.evaluate(
            self.values(packages),
            self.codes,
            groups=self._members(),
            block=block,
            engine=engine_for(len(packages)),
        )
        return made.scores, made.group_ranks["group"]

    def one(self, package: Flags) -> Exact:
        """Everything about one package; remembered."""
        key = np.asarray(package, dtype=bool).tobytes()
        if key not in self._seen:
            made = self.response.evaluate(
                self.values(package), self.codes, groups=self._members(), every_unit=True
            )
            assert made.unit_scores is not None
            own = made.group_ranks["group"]
            self._seen[key] = Exact(made.unit_scores[0], float(made.ranks[0]), float(own[0]))
        return self._seen[key]

    def ahead(self, scores: Column) -> frozenset[int]:
        """Rivals of the group that are ahead, on rounded scores."""
        decimals = self.response.plan.method.rank_decimals
        with np.errstate(invalid="ignore"):
            above = np.round(scores, decimals) > np.round(scores[self.response.own], decimals)
        return frozenset(i for i in self.rivals if above[i])

    def margin(self, scores: Column, place: int) -> float:
        """Lead over the rival whose place is aimed at; 0 if there are fewer rivals."""
        theirs = np.sort(scores[list(self.rivals)])[::-1]
        theirs = theirs[~np.isnan(theirs)]
        return float(scores[self.response.own] - theirs[place - 1]) if place <= theirs.size else 0.0

    def rank_of(self, scores: Column) -> float:
        """Own rank in the group for given scores of all units."""
        kept = [*self.rivals, self.response.own]
        method = self.response.plan.method
        return float(rank(scores[kept], decimals=method.rank_decimals, ties=method.rank_ties)[-1])


def engine_for(rows: int) -> str:
    """Compiling takes seconds and pays from some hundred thousand rows on."""
    return "auto" if rows >= 200_000 else "numpy"
