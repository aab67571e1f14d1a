"""Chance-constrained choice: the cheapest package that reaches a rank in most futures.

Sample average approximation (Luedtke and Ahmed 2008): one set of futures with shared actions
and levels; a future counts if the rank is reached in it; enough futures must count. What was
chosen on one sample is judged on fresh futures, since a choice always flatters its own sample.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Flags
from ...base.binomial import clopper_pearson
from ...base.errors import MethodError
from ...base.random import Seed, generator
from ...base.results import Drawn
from ...data.dataset import Dataset
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from ..choose.attainable_levels import make_levels
from ..choose.levels import Subsets
from ..choose.package import Package
from ..choose.packaging import make_package
from ..choose.question import Question, ask
from ..choose.solver import Solver
from . import chance_search
from .chance_programme import ChanceProgramme
from .futures import COPULA, Drawing, Futures, draw_futures
from .odds import outcomes

MOST_TURNS = 50


@dataclass(frozen=True, eq=False)
class SurePackage(Drawn):
    """The answer of :func:`optimise_sure`.

    Attributes
    ----------
    package : Package
        The chosen actions, on the likely estimates (with before and after).
    sure : float
        What was asked.
    status : str
        ``proved``, ``not proved`` (with `bound` and `gap`) or ``out of reach`` (no package is
        that sure: `package` is then the surest that was found).
    reached : bool
        Whether the sample's share is at least `sure`.
    cost, bound, gap : float
        Expected cost in billion VND; its lower bound; the distance.
    in_sample : float
        Share of the sample's futures in which the rank is reached.
    chance, low, high : float
        Share of fresh futures, and its 95% interval.
    sample, fresh : int
        Futures of each.
    seconds : float
    rivals : str
        What rivals do.
    """

    package: Package
    sure: float
    status: str
    reached: bool
    cost: float
    bound: float
    gap: float
    in_sample: float
    chance: float
    low: float
    high: float
    sample: int
    fresh: int
    seconds: float
    rivals: str

    @property
    def table(self) -> pd.DataFrame:
        """The chosen actions; see :attr:`Package.table`."""
        return self.package.table

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.package.illustrative


def optimise_sure(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    target_rank: int,
    among: str | Sequence[str] | None = "all",
    sure: float = 0.8,
    scenarios: int = 100,
    fresh: int = 2000,
    rivals: str | NDArray[np.float64] = "frozen",
    history: Sequence[Dataset] | None = None,
    copula: float = COPULA,
    widen: float = 1.0,
    seconds: float = 120.0,
    rng: Seed = None,
    **options: Any,
) -> SurePackage:
    """Least expected cost to reach a rank with probability `sure`.

    Parameters
    ----------
    result, unit, actions, target_rank, among
        As for :func:`piikit.optimise`.
    sure : float
        Between 0 and 1.
    scenarios, fresh : int
        Futures to choose on, and fresh ones to judge on.
    rivals, history, copula, widen
        See :class:`piikit.policy.chance.futures.Drawing`.
    seconds : float
        For the search; then the answer is ``not proved`` with its gap.
    rng : seed or Generator
        None is seed 0.
    **options
        ``budget, budgets, include, exclude, kinds, edition`` of :func:`piikit.optimise`;
        budgets hold for expected costs.

    Returns
    -------
    SurePackage

    Raises
    ------
    MethodError
        If `sure` is not a probability, the target no whole number from 1, or the method is not
        additive.

    Notes
    -----
    An indicator on which more than 12 actions meet is held at its expected effects within the
    choice; the check on fresh futures draws it like all others.

    References
    ----------
    Luedtke, J. and Ahmed, S. (2008). A sample approximation approach for optimization with
    probabilistic constraints. *SIAM Journal on Optimization*, 19(2), 674-699.

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> few = pk.load_actions("open-2022").subset(["broadband", "teaching", "fdi", "productivity"])
    >>> asked = {"target_rank": 5, "among": "central-cities", "scenarios": 20, "fresh": 50}
    >>> found = pk.optimise_sure(index, "Cần Thơ", few, sure=0.6, **asked)
    >>> found.status, found.reached, found.in_sample >= 0.6
    ('proved', True, True)
    """
    if not 0 < sure < 1:
        raise MethodError("error.plan.sure", sure=sure)
    begun, random = time.perf_counter(), generator(rng)
    how = Drawing(rivals, history, copula=copula, widen=widen)
    question = ask(result, unit, actions, target_rank=target_rank, among=among, at="mean", **options)
    solver = Solver.of(question, "programme", partial(make_levels, straight=False))
    if len(solver.patterns) > 1:
        raise MethodError("error.plan.patterns", count=len(solver.patterns), most=1)
    levers = solver.evaluator.levers
    sample = _held(solver, draw_futures(question, levers, scenarios, how, random))
    need = int(np.ceil(sure * scenarios - 1e-9))
    race = _SampleChoice(solver, sample, need)
    found = race.choose(0.8 * seconds - (time.perf_counter() - begun))
    flags = race.programme.surest(max(5.0, 0.2 * seconds)) if found.package is None else found.package
    judged = outcomes(solver.evaluator, draw_futures(question, levers, fresh, how, random), flags)
    hits = int((judged.ranks <= target_rank).sum())
    inside, interval = race.reached(flags), clopper_pearson(hits, fresh)
    cost = question.limits.cost(flags)
    return SurePackage(
        package=_fixed(question, flags),
        sure=sure,
        status=found.status,
        reached=inside >= need,
        cost=cost,
        bound=found.bound,
        gap=0.0 if found.status == "proved" else max(0.0, cost - found.bound),
        in_sample=inside / scenarios,
        chance=hits / fresh,
        low=interval.low,
        high=interval.high,
        sample=scenarios,
        fresh=fresh,
        seconds=time.perf_counter() - begun,
        rivals=how.name,
    )


def _held(solver: Solver, drawn: Futures) -> Futures:
    """Followed columns (too many actions to enumerate) at their expected effects, from the value now."""
    amounts, delivered = list(drawn.amounts), list(drawn.delivered)
    panels, own = None if drawn.panels is None else drawn.panels.copy(), solver.evaluator.own
    for k, column in enumerate(solver.levels):
        if not isinstance(column, Subsets):
            amounts[k] = np.broadcast_to(column.lever.amounts("mean"), amounts[k].shape)
            delivered[k] = np.ones_like(delivered[k])
            if panels is not None:
                panels[:, own, column.lever.at] = column.lever.base
    return replace(drawn, amounts=tuple(amounts), delivered=tuple(delivered), panels=panels)


class _Chosen(NamedTuple):
    """A package (or None), what is known of it, and a cost below which nothing is sure enough."""

    package: Flags | None
    status: str
    bound: float


class _SampleChoice:
    """Least cost with enough futures of one sample reached."""

    def __init__(self, solver: Solver, sample: Futures, need: int) -> None:
        self.solver, self.sample, self.need = solver, sample, need
        self.target = solver.question.target_rank or 1
        self.programme = ChanceProgramme(solver, sample, self.target)

    def reached(self, flags: Flags) -> int:
        """Futures of the sample in which the rank is really reached."""
        return int((outcomes(self.solver.evaluator, self.sample, flags).ranks <= self.target).sum())

    def choose(self, seconds: float) -> _Chosen:
        """Propose and check; near-ties that the check refutes are excluded."""
        end, bound = time.perf_counter() + seconds, 0.0
        refuted: list[Flags] = []
        races = self.solver.limits.free.size <= chance_search.MOST
        for _ in range(MOST_TURNS):
            left = end - time.perf_counter()
            if races:
                found = chance_search.cheapest(
                    self.programme, self.need, {c.tobytes() for c in refuted}, left
                )
            else:
                found = self.programme.cheapest(self.need, refuted, left)
            bound = max(bound, -found.bound) if np.isfinite(found.bound) else bound
            if found.status == "infeasible":
                return _Chosen(None, "out of reach", float("inf"))
            if found.package is None:
                break
            if self.reached(found.package) >= self.need:
                proved = found.status == "optimal" or bound >= self.solver.limits.cost(found.package) - 1e-6
                return _Chosen(found.package, "proved" if proved else "not proved", bound)
            refuted.append(found.package)
            if found.status != "optimal":
                break
        return _Chosen(None, "not proved", bound)


def _fixed(question: Question, flags: Flags) -> Package:
    """The chosen actions as a package on the likely estimates."""
    ids = np.array(question.actions.ids)
    settled = replace(
        question,
        include=ids[flags].tolist(),
        exclude=ids[~flags].tolist(),
        at="likely",
        budget=None,
        budgets=None,
    )
    begun = time.perf_counter()
    solver = Solver.of(settled)
    return make_package(solver, solver.answer(60.0), time.perf_counter() - begun)
