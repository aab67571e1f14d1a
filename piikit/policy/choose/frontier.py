"""The whole frontier: what each further billion buys, and what each rank costs at least.

Cost against rank: least cost to every rank that can be reached. Cost against score: the
Pareto set by the epsilon-constraint method, from the dearest package down: most points, then
least cost at those points, then a budget a hair below that cost, and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Flags
from ...base.results import Drawn
from ...base.watch import Watch
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from .criteria import Aim
from .question import Question, ask, promised
from .search import last_package
from .solver import Solver

MOST_POINTS = 60


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
        False if time, Ctrl-C or :data:`MOST_POINTS` ended the search before the cheapest end, or a
        point is not proved.
    stopped : bool
        Whether Ctrl-C ended it.
    """

    question: Question
    scores: pd.DataFrame
    ranks: pd.DataFrame
    complete: bool
    stopped: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """The cost-rank frontier (:attr:`ranks`)."""
        return self.ranks

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.question.illustrative


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

    Raises
    ------
    InputError, MethodError, UnknownNameError
        As :func:`piikit.optimise`.

    Notes
    -----
    The epsilon-constraint method: Haimes, Lasdon and Wismer (1971).

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> prices = pk.frontier(index, "Cần Thơ", "open-2022", among="central-cities", points=3)
    >>> float(prices.ranks.loc[5, "cost"]), bool(prices.ranks.loc[4, "cost"] > 0)
    (0.0, True)
    >>> prices.scores["cost"].is_monotonic_increasing
    True
    """
    with Watch(seconds) as watch:
        question = ask(result, unit, actions, among=among, **options)
        solver = Solver.of(question, watch=watch)
        ranks = _by_rank(solver, watch)
        scores = _by_score(solver, points, watch)
        return Frontier(question, scores.table, ranks, scores.complete, watch.stopped)


def _row(solver: Solver, flags: Flags, proved: bool) -> dict[str, Any]:
    done, own = solver.evaluator.one(flags), solver.response.own
    score = float(done.scores[own])
    return {
        "cost": solver.limits.cost(flags),
        "score": score,
        "gain": score - float(solver.base.scores[own]),
        "rank": done.group_rank,
        "chosen": solver.question.chosen(flags),
        "proved": proved,
    }


def _by_rank(solver: Solver, watch: Watch) -> pd.DataFrame:
    """From the present rank up; once one is out of reach, so are all better ones."""
    base = solver.base.group_rank
    now = len(solver.evaluator.rivals) + 1 if np.isnan(base) else promised(base)
    rows: list[dict[str, Any]] = []
    impossible = False
    for place in range(now, 0, -1):
        row = {"cost": np.nan, "score": np.nan, "chosen": (), "proved": impossible}
        if not impossible and not watch.over:
            stages = solver.run(solver.aims("cost", place)[:2], place, watch=watch)
            package, row["proved"] = last_package(stages), stages[0].proved
            impossible = package is None and stages[0].proved
            if package is not None:
                row = _row(solver, package, stages[0].proved)
        rows.append(row | {"rank": place})
    return pd.DataFrame(rows, columns=["rank", "cost", "score", "chosen", "proved"]).set_index("rank")


class _Scores(NamedTuple):
    table: pd.DataFrame
    complete: bool


def _by_score(solver: Solver, points: int, watch: Watch) -> _Scores:
    rows: list[dict[str, Any]] = []
    limits, complete = solver.limits, False
    while len(rows) < points and not watch.over:
        stages = solver.run([Aim("score"), Aim("cost")], None, limits, watch=watch)
        package = last_package(stages)
        if package is None:
            complete = stages[0].proved
            break
        row = _row(solver, package, all(s.proved for s in stages))
        rows.append(row)
        limits = solver.limits.cheaper(row["cost"])
    columns = ["cost", "score", "gain", "rank", "chosen", "proved"]
    return _Scores(pd.DataFrame(rows[::-1], columns=columns), complete and all(r["proved"] for r in rows))
