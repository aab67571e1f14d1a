"""The whole frontier: what each further billion buys, and what each rank costs at least.

Cost against rank: least cost to every rank that can be reached. Cost against score: the
Pareto set by the epsilon-constraint method, from the dearest package down: most points, then
least cost at those points, then a budget a hair below that cost, and again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.results import Drawn
from ..actions.action import ActionSet
from .limits import Limits
from .optimise import Solver, make_question
from .programme import Aim

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from .package import Question

MOST_POINTS = 60
_HAIR = 1e-6


@dataclass(frozen=True, eq=False)
class Frontier(Drawn):
    """Cost against score and against rank.

    Attributes
    ----------
    question : Question
    scores : DataFrame
        Pareto set, cheapest first: ``cost, score, gain, rank, chosen, proved``.
    ranks : DataFrame
        Index ``rank`` (of the group), from the present one up: ``cost, score, chosen, proved``;
        NaN cost where the rank is out of reach.
    complete : bool
        False if time or :data:`MOST_POINTS` ended the search before the cheapest end.
    """

    question: Question
    scores: pd.DataFrame
    ranks: pd.DataFrame
    complete: bool

    @property
    def table(self) -> pd.DataFrame:
        """The cost-rank frontier (:attr:`ranks`)."""
        return self.ranks

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.question.result.dataset.illustrative or self.question.actions.illustrative


def frontier(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    among: str | Sequence[str] | None = "all",
    points: int = MOST_POINTS,
    seconds: float = 120.0,
    **options: Any,
) -> Frontier:
    """Solve the cost-score and the cost-rank frontier.

    Parameters
    ----------
    result, unit, actions, among, seconds
        As for :func:`piikit.optimise`.
    points : int
        Most points of the cost-score frontier, from the dearest down; 0 for ranks only.
    **options
        ``budgets, include, exclude, kinds, edition, at`` of :func:`piikit.optimise`.

    Returns
    -------
    Frontier
    """
    begun = time.perf_counter()
    question, limits = make_question(result, unit, actions, among=among, seconds=seconds, **options)
    solver = Solver(question, limits, seconds)

    def left() -> float:
        return seconds - (time.perf_counter() - begun)

    ranks = _by_rank(solver, left)
    scores, complete = _by_score(solver, points, left)
    return Frontier(question, scores, ranks, complete)


def _row(solver: Solver, flags: np.ndarray, proved: bool) -> dict[str, Any]:
    done = solver.evaluator.one(flags)
    own = solver.response.own
    score = float(done.scores[own])
    return {
        "cost": float(solver.limits.costs[flags].sum()),
        "score": score,
        "gain": score - float(solver.base.scores[own]),
        "rank": done.group_rank,
        "chosen": tuple(i for i, f in zip(solver.question.actions.ids, flags, strict=True) if f),
        "proved": proved,
    }


def _by_rank(solver: Solver, left: Any) -> pd.DataFrame:
    """From the present rank up; once one is out of reach, so are all better ones."""
    rows: list[dict[str, Any]] = []
    now = (
        int(solver.base.group_rank)
        if not np.isnan(solver.base.group_rank)
        else len(solver.evaluator.rivals) + 1
    )
    impossible = False
    for place in range(now, 0, -1):
        missing = {"rank": place, "cost": np.nan, "score": np.nan, "chosen": (), "proved": impossible}
        if impossible or left() <= 0:
            rows.append(missing)
            continue
        aims = solver.aims("cost", place)
        stages = solver.run(aims[:2], place, seconds=left())
        found = [s.package for s in stages if s.package is not None]
        if not found:
            impossible = stages[0].proved
            rows.append(missing | {"proved": impossible})
            continue
        row = _row(solver, found[-1], stages[0].proved)
        rows.append({k: row[k] for k in ("cost", "score", "chosen", "proved")} | {"rank": place})
    return pd.DataFrame(rows, columns=["rank", "cost", "score", "chosen", "proved"]).set_index("rank")


def _by_score(solver: Solver, points: int, left: Any) -> tuple[pd.DataFrame, bool]:
    rows: list[dict[str, Any]] = []
    limits, complete = solver.limits, False
    while len(rows) < points and left() > 0:
        stages = solver.run([Aim("score"), Aim("cost")], None, limits, seconds=left())
        found = [s.package for s in stages if s.package is not None]
        if not found:
            complete = stages[0].proved
            break
        row = _row(solver, found[-1], all(s.proved for s in stages))
        rows.append(row)
        if row["cost"] <= _HAIR:
            complete = True
            break
        limits = _cheaper(solver.limits, row["cost"] - _HAIR)
    columns = ["cost", "score", "gain", "rank", "chosen", "proved"]
    return pd.DataFrame(rows[::-1], columns=columns), complete


def _cheaper(limits: Limits, most: float) -> Limits:
    """The same limits with the whole cost below `most`."""
    return Limits(
        limits.costs,
        np.vstack([limits.rows, limits.costs]),
        np.append(limits.highs, most),
        (*limits.names, ("total", "")),
        limits.fixed,
    )
