"""A chosen package and everything that is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Column, Flags
from ...base.errors import Problem
from ...base.record import fingerprint, versions
from ...base.results import Drawn
from .evaluator import Evaluator
from .proof import Proof
from .question import Question
from .search import Stage


class Chance(NamedTuple):
    """Share of `futures` in which `rank` or better is reached, with its 95% Monte Carlo interval."""

    rank: int
    share: float
    low: float
    high: float
    futures: int


@dataclass(frozen=True, eq=False)
class Package(Drawn):
    """The answer of :func:`piikit.optimise`.

    Attributes
    ----------
    question : Question
    chosen : tuple of str
        Ids of the actions taken.
    status : str
        ``proved`` (nothing better exists), ``not proved`` (time ran out), ``out of reach``
        (proved that no package reaches the target; `chosen` is then the best reachable rank
        with the fewest missing points) or ``none`` (no package keeps the limits).
    reached : bool or None
        Whether the target rank is reached; None without a target.
    value, bound, gap : float
        Of the first criterion, in its own measure (points; billion VND; rivals): found, proved
        to be impossible to beat, and the distance. A cost's bound lies below it.
    residual : float
        Largest difference between the scores that the choice rested on and those of
        ``build_index`` on the changed raw values.
    stages : tuple
        Each criterion with value, bound and proof.
    proof : Proof
        The question that was answered and whether the answer is proved.
    chance : Chance or None
        How often futures drawn around the estimates (rivals standing still) give the target rank,
        or without one the rank that is promised; :func:`piikit.odds` says more.
    cost : float
        Billion VND at the estimate that was asked for.
    solves, seconds : int, float
    score_before, score_after, rank_before, rank_after, overall_before, overall_after : float
        Own score, rank in the group and rank among all units, now and with the package.
    scores_before, scores_after : ndarray, shape (units,)
    table : DataFrame
        One row a chosen action (index ``id``), in the order of the set. Columns ``agency,
        co_agencies, cost, source, start, end``; ``points_alone`` (score gained by it alone),
        ``points_lost`` and ``rank_without`` (if only it is dropped), ``indicators, kinds,
        illustrative``.
    agencies : DataFrame
        Who does what: one row an agency with ``actions, ids, cost, points_lost`` (if all of its
        actions are dropped).
    indicators : DataFrame
        One row a moved indicator (index ``code``): ``raw_before, raw_after, score_before,
        score_after, actions``.
    standings : DataFrame
        The group before and after (index ``unit``): ``score_before, score_after, rank_before,
        rank_after, passed``.
    kinds : DataFrame
        Points by kind of effect (index ``kind``): ``points`` (Shapley over kinds, summing to the
        gain), ``alone`` (the gain if only effects of this kind come about).
    closed : (float, float)
        Score and group rank left if the publisher closes reporting and definition effects.
    late : DataFrame
        Effects of chosen actions that this edition cannot show: ``action, code, edition`` (the
        first that can).
    shortfall : float
        Points missing to the score at the target's place; 0 if reached.
    missing : DataFrame or None
        What is missing to the target; None if it is reached or none was asked. One row a pillar:
        ``own, rival`` (scores), ``gap`` (contribution to the distance in points of the whole,
        summing to it; negative where we lead), ``alone`` (points of this pillar that would close
        all of it by itself) and ``possible`` (whether 100 allows it); NaN where means are not
        arithmetic, so that no distance is a sum. The rival is the one at the target's place.
    notes : tuple of Problem
    """

    question: Question
    chosen: tuple[str, ...]
    status: str
    reached: bool | None
    value: float
    bound: float
    gap: float
    residual: float
    stages: tuple[Stage, ...]
    proof: Proof
    cost: float
    solves: int
    seconds: float
    score_before: float
    score_after: float
    rank_before: float
    rank_after: float
    overall_before: float
    overall_after: float
    shortfall: float
    closed: tuple[float, float]
    evaluator: Evaluator = field(repr=False)
    scores_before: Column = field(repr=False)
    scores_after: Column = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    agencies: pd.DataFrame = field(repr=False)
    indicators: pd.DataFrame = field(repr=False)
    standings: pd.DataFrame = field(repr=False)
    kinds: pd.DataFrame = field(repr=False)
    late: pd.DataFrame = field(repr=False)
    missing: pd.DataFrame | None = field(repr=False)
    notes: tuple[Problem, ...] = ()
    chance: Chance | None = None

    def __repr__(self) -> str:
        return (
            f"<Package {self.unit}: {len(self.chosen)} actions, {self.cost:g} billion VND, "
            f"score {self.score_before:.2f} -> {self.score_after:.2f}, {self.status}>"
        )

    @property
    def unit(self) -> str:
        """The province."""
        return self.question.unit

    @property
    def flags(self) -> Flags:
        """Taken or not, by action in the order of the set."""
        return np.isin(self.question.actions.ids, self.chosen)

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects behind the answer are illustrative."""
        return self.question.illustrative

    @property
    def passed(self) -> tuple[str, ...]:
        """Rivals of the group that were ahead and are no longer."""
        return tuple(str(u) for u in self.standings.index[self.standings["passed"]])

    @property
    def record(self) -> dict[str, Any]:
        """What went in, with which versions, and the proof."""
        q = self.question
        return {
            "fingerprint": fingerprint(
                data=q.result.dataset.fingerprint,
                method=q.result.method.fingerprint,
                actions=q.actions.fingerprint,
                asked=[q.unit, q.rivals, q.objective, q.target_rank, q.asked],
            ),
            "status": self.status,
            "bound": self.bound,
            "gap": self.gap,
            "residual": self.residual,
            "versions": versions(),
        }
