"""Which actions belong to every good package: the core index of Robust Portfolio Modeling.

Liesiö, Mild and Salo (2007, 2008) call an action *core* if it is in all good (non-dominated)
packages, *exterior* if in none, *borderline* otherwise. Good packages are here the optima of
many futures: effects and costs drawn within their ranges, each future solved to proof.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...base.binomial import clopper_pearson
from ...base.random import Seed
from ...base.results import Drawn
from ...base.watch import Watch
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from ..choose.evaluator import Evaluator
from ..choose.question import Question, ask
from ..choose.search import last_package
from ..choose.solver import Solver, make_evaluator
from .futures import COPULA, Drawing, Futures, draw_futures

Chosen = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CoreIndex(Drawn):
    """The answer of :func:`core_index`.

    Attributes
    ----------
    question : Question
    table : DataFrame
        Index ``id``: ``share`` (of the distinct good packages), ``often`` (share of the futures
        whose optimum holds it) with its 95% Clopper-Pearson interval ``low, high``, and ``role``
        (``core``, ``borderline``, ``exterior``: in all, some, none of the packages found), surest first.
    packages : DataFrame
        Distinct good packages: ``chosen, futures`` (how many it is best in).
    futures : int
        Futures solved.
    failed : int
        Futures in which no package reaches the target.
    unproved : int
        Futures whose best package found is not proved to be the best.
    stopped : bool
        Whether Ctrl-C ended it before all futures were solved.
    """

    question: Question
    table: pd.DataFrame
    packages: pd.DataFrame
    futures: int
    failed: int
    unproved: int = 0
    stopped: bool = False

    def of(self, role: str) -> Chosen:
        """Ids of one role."""
        return tuple(str(i) for i in self.table.index[self.table["role"] == role])

    @property
    def unseen(self) -> float:
        """How often an exterior action may yet be in the best package: the upper end for none of these futures."""
        return clopper_pearson(0, self.futures - self.failed).high

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.question.illustrative


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
) -> CoreIndex:
    """Solve the same question in many futures and count which actions recur.

    Parameters
    ----------
    result, unit, actions
        As for :func:`piikit.optimise`.
    futures : int
        How many; fewer are solved if `seconds` run out. An action in none of 50 may be in 7% of all,
        in none of 200 in 2%: ask for 200 where somebody decides by it.
    copula, widen
        See :class:`piikit.policy.chance.futures.Drawing`.
    seconds : float
    rng : seed or Generator
        None is seed 0.
    **options
        Of :func:`piikit.optimise`: ``budget, target_rank, among, objective`` and so on.

    Returns
    -------
    CoreIndex

    Raises
    ------
    InputError, MethodError, UnknownNameError
        As :func:`piikit.optimise`.

    References
    ----------
    Liesiö, J., Mild, P. and Salo, A. (2007). Preference programming for robust portfolio modeling
    and project selection. *European Journal of Operational Research*, 181(3), 1488-1505.

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> found = pk.core_index(index, "Cần Thơ", "open-2022", budget=60, futures=4)
    >>> found.futures, found.failed, set(found.table["role"]) <= {"core", "borderline", "exterior"}
    (4, 0, True)
    """
    with Watch(seconds) as watch:
        question = ask(result, unit, actions, **options)
        evaluator = make_evaluator(question)
        how = Drawing(copula=copula, widen=widen)
        drawn = draw_futures(question, evaluator.levers, futures, how, rng)
        optima: list[Chosen | None] = []
        unproved = 0
        for s in range(futures):
            part = watch.part(2 / (futures - s + 1))
            limits = question.limits.with_costs(drawn.costs[s])
            solver = Solver(question, _in_future(evaluator, drawn, s), limits, watch=part)
            aims = solver.aims(question.objective, question.target_rank)
            stages = solver.run(aims, question.target_rank, watch=part)
            best, proved = last_package(stages), all(x.proved for x in stages)
            if not proved and (best is None or watch.over):
                break
            optima.append(None if best is None else question.chosen(best))
            unproved += not proved
        return _counted(question, optima, unproved, watch.stopped)


def _in_future(evaluator: Evaluator, drawn: Futures, s: int) -> Evaluator:
    """The evaluator of one future, without what is not delivered in it."""
    kept, amounts = [], []
    for lever, made, delivered in zip(evaluator.levers, drawn.amounts, drawn.delivered, strict=True):
        if (left := lever.in_future(delivered[s])) is not None:
            kept.append(left)
            amounts.append(made[s][delivered[s][: len(lever.effects)]])
    return replace(evaluator.at(amounts, drawn.costs[s]), levers=tuple(kept))


def _counted(question: Question, optima: list[Chosen | None], unproved: int, stopped: bool) -> CoreIndex:
    found = [p for p in optima if p is not None]
    counts, rows = Counter(found), []
    for name in question.actions.ids:
        share = float(np.mean([name in p for p in counts])) if found else 0.0
        holds = sum(name in p for p in found)
        role = "core" if share == 1 else "exterior" if share == 0 else "borderline"
        ends = clopper_pearson(holds, len(found))
        rows.append((name, share, holds / max(1, len(found)), *ends, role))
    table = pd.DataFrame(rows, columns=["id", "share", "often", "low", "high", "role"]).set_index("id")
    table = table.sort_values(["share", "often"], ascending=False, kind="stable")
    packages = pd.DataFrame(counts.most_common(), columns=["chosen", "futures"])
    return CoreIndex(question, table, packages, len(optima), len(optima) - len(found), unproved, stopped)
