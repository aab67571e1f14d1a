"""Which actions belong to every good package: the core index of Robust Portfolio Modeling.

Liesiö, Mild and Salo (2007, 2008) call an action *core* if it is in all good (non-dominated)
packages, *exterior* if in none, *borderline* otherwise. Good packages are here the optima of
many futures: effects and costs drawn within their ranges, each future solved to proof.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.random import Seed
from ...base.results import Drawn
from ..actions.action import ActionSet
from ..choose.evaluator import Evaluator
from ..choose.limits import Limits
from ..choose.optimise import Solver, make_question
from .futures import COPULA, draw_futures

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from ..choose.package import Question


@dataclass(frozen=True, eq=False)
class Core(Drawn):
    """The answer of :func:`core_index`.

    Attributes
    ----------
    question : Question
    table : DataFrame
        Index ``id``: ``share`` (of the distinct good packages), ``often`` (share of the futures
        whose optimum holds it) and ``role`` (``core``, ``borderline``, ``exterior``), surest first.
    packages : DataFrame
        Distinct good packages: ``chosen, futures`` (how many it is best in).
    futures : int
        Futures solved.
    failed : int
        Futures in which no package reaches the target.
    """

    question: Question
    table: pd.DataFrame
    packages: pd.DataFrame
    futures: int
    failed: int

    def of(self, role: str) -> tuple[str, ...]:
        """Ids of one role."""
        return tuple(str(i) for i in self.table.index[self.table["role"] == role])

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.question.result.dataset.illustrative or self.question.actions.illustrative


def core_index(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    futures: int = 50,
    copula: float = COPULA,
    widen: float = 1.0,
    seconds: float = 120.0,
    rng: Seed = None,
    **options: Any,
) -> Core:
    """Solve the same question in many futures and count which actions recur.

    Parameters
    ----------
    futures : int
        How many; fewer are solved if `seconds` run out.
    **options
        Of :func:`piikit.optimise`: ``budget, target_rank, among, objective`` and so on.

    Returns
    -------
    Core
    """
    begun = time.perf_counter()
    question, limits = make_question(result, unit, actions, seconds=seconds, **options)
    solver = Solver(question, limits, seconds)
    levers = solver.evaluator.levers
    drawn = draw_futures(
        result, question.unit, question.actions, levers, futures, copula=copula, widen=widen, rng=rng
    )
    aims = solver.aims(question.objective, question.target_rank)
    found: list[tuple[str, ...]] = []
    failed = done = 0
    for s in range(futures):
        left = seconds - (time.perf_counter() - begun)
        if left <= 0:
            break
        amounts = [a[s] * d[s] for a, d in zip(drawn.amounts, drawn.delivered, strict=True)]
        made = _with(solver, amounts, drawn.costs[s])
        stages = made.run(aims, question.target_rank, made.limits, seconds=left)
        kept = [x.package for x in stages if x.package is not None]
        done += 1
        if kept:
            ids = question.actions.ids
            found.append(tuple(i for i, f in zip(ids, kept[-1], strict=True) if f))
        else:
            failed += 1
    return _counted(question, found, done, failed)


def _with(solver: Solver, amounts: Sequence[np.ndarray], costs: np.ndarray) -> Solver:
    """The same question with other amounts and costs."""
    from ..choose.levels import make_levels, patterns

    made = object.__new__(Solver)
    made.__dict__.update(solver.__dict__)
    made.evaluator = Evaluator(solver.response, solver.evaluator.levers, amounts, solver.evaluator.rivals)
    rows = solver.limits.rows.copy()
    for k, (scope, _) in enumerate(solver.limits.names):
        if scope in ("total", "agency", "source", "year"):
            share = np.divide(
                rows[k], solver.limits.costs, out=np.zeros_like(rows[k]), where=solver.limits.costs > 0
            )
            rows[k] = share * costs
    made.limits = Limits(costs, rows, solver.limits.highs, solver.limits.names, solver.limits.fixed)
    if not solver.enumerates:
        levers = solver.evaluator.levers
        made.levels = tuple(make_levels(solver.response, v, a) for v, a in zip(levers, amounts, strict=True))
        made.patterns = patterns(solver.response, made.levels)
    return made


def _counted(question: Question, found: list[tuple[str, ...]], done: int, failed: int) -> Core:
    counts = pd.Series(found, dtype=object).value_counts()
    distinct = list(counts.index)
    rows = []
    for name in question.actions.ids:
        share = float(np.mean([name in p for p in distinct])) if distinct else 0.0
        often = float(np.mean([name in p for p in found])) if found else 0.0
        role = "core" if share == 1 else "exterior" if share == 0 else "borderline"
        rows.append({"id": name, "share": share, "often": often, "role": role})
    table = pd.DataFrame(rows).set_index("id").sort_values(["share", "often"], ascending=False, kind="stable")
    packages = pd.DataFrame({"chosen": distinct, "futures": counts.to_numpy() if distinct else []})
    return Core(question, table, packages, done, failed)
