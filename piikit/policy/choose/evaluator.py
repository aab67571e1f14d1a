"""What packages really give: raw values, then the true index, for one package or a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags, Matrix
from ...index.ranks import Ranking
from ..actions.effects import Lever
from ..response.outcomes import Outcomes
from ..response.unit_response import Response
from .criteria import Aim


class Exact(NamedTuple):
    """One package evaluated: every unit's score, and the own rank in the group."""

    scores: Column
    group_rank: float


@dataclass(eq=False)
class Evaluator:
    """Packages to scores and ranks, through the response (equal to building again).

    Attributes
    ----------
    response : Response
    levers : tuple of Lever
    amounts : sequence of ndarray
        Amount of each lever's effects.
    rivals : tuple of int
        Rows of the rivals that count for the rank.
    costs : ndarray, shape (actions,)
    """

    response: Response
    levers: tuple[Lever, ...]
    amounts: Sequence[Column]
    rivals: tuple[int, ...]
    costs: Column
    _seen: dict[bytes, Exact] = field(default_factory=dict)

    def at(self, amounts: Sequence[Column], costs: Column) -> Evaluator:
        """The same with other amounts and costs."""
        return replace(self, amounts=amounts, costs=costs, _seen={})

    @property
    def own(self) -> int:
        """Row of the unit."""
        return self.response.own

    @property
    def ranking(self) -> Ranking:
        """How scores become ranks."""
        return self.response.plan.method.ranking

    @property
    def codes(self) -> list[str]:
        """Indicators that can move."""
        return [v.code for v in self.levers]

    @cached_property
    def group(self) -> dict[str, list[str]]:
        """The rivals as a group for :meth:`Response.evaluate`."""
        return {"group": [self.response.plan.units[i] for i in self.rivals]}

    def values(self, packages: Flags) -> Matrix:
        """Own raw values, packages x moved indicators; NaN where nothing is known, as before."""
        packages = np.atleast_2d(packages)
        made = [v.values(packages[:, v.members], a) for v, a in zip(self.levers, self.amounts, strict=True)]
        return np.column_stack(made) if made else np.zeros((len(packages), 0))

    def outcomes(self, values: Matrix, *, every_unit: bool = False) -> Outcomes:
        """Scores and ranks at own raw values, scenarios x moved indicators."""
        engine = engine_for(len(values))
        return self.response.evaluate(
            values, self.codes, groups=self.group, every_unit=every_unit, engine=engine
        )

    def one(self, package: Flags) -> Exact:
        """Everything about one package; remembered."""
        key = np.asarray(package, dtype=bool).tobytes()
        if key not in self._seen:
            made = self.outcomes(self.values(package), every_unit=True)
            assert made.unit_scores is not None
            self._seen[key] = Exact(made.unit_scores[0], float(made.group_ranks["group"][0]))
        return self._seen[key]

    def value(self, aim: Aim, package: Flags) -> float:
        """The true value of a criterion for one package, larger is better."""
        scores = self.one(package).scores[None]
        return float(self.measure(aim, package[None], scores[:, self.own], scores)[0])

    def measure(self, aim: Aim, packages: Flags, own: Column, scores: Matrix | None) -> Column:
        """The true value of a criterion for rows of packages, larger is better.

        Parameters
        ----------
        own : ndarray, shape (packages,)
            Own scores.
        scores : ndarray, shape (packages, units), or None
            Every unit's, which only comparisons need.
        """
        if aim.kind == "cost":
            return -(packages @ self.costs)
        if aim.kind == "count":
            return -packages.sum(axis=1).astype(float)
        if aim.kind == "score":
            return np.where(np.isnan(own), -np.inf, own)
        assert scores is not None
        if aim.kind == "margin":
            return self.margin(scores, aim.place)
        among = np.isin(np.arange(scores.shape[1]), aim.rivals)
        # who is passed is no longer ahead, whatever rank ties share
        ranking = self.ranking if aim.kind == "beaten" else replace(self.ranking, ties="min")
        return np.asarray(len(aim.rivals) + 1 - ranking.own(scores, self.own, among))

    def ahead(self, scores: Column) -> tuple[int, ...]:
        """Rivals of the group that are ahead, on rounded scores."""
        flags = self.ranking.ahead(scores, self.own)
        return tuple(i for i in sorted(self.rivals) if flags[i])

    def margin(self, scores: Matrix, place: int) -> Column:
        """Lead over the rival whose place is aimed at, shape (...); 0 if there are fewer rivals."""
        theirs = -np.sort(-scores[..., list(self.rivals)], axis=-1)
        if place > len(self.rivals):
            return np.zeros(scores.shape[:-1])
        at_place = theirs[..., place - 1]
        return np.where(np.isnan(at_place), 0.0, scores[..., self.own] - at_place)

    def group_rank(self, scores: Matrix) -> Column:
        """Own rank in the group for given scores of all units, shape (..., units)."""
        among = np.isin(np.arange(scores.shape[-1]), self.rivals)
        return self.ranking.own(scores, self.own, among)


def engine_for(rows: int) -> str:
    """Compiling takes seconds and pays from some hundred thousand rows on."""
    return "auto" if rows >= 200_000 else "numpy"
