"""Chance-constrained choice: the cheapest package that reaches a rank in most futures.

Sample average approximation (Luedtke and Ahmed 2008): one set of futures with shared actions
and levels; a future counts if the rank is reached in it; enough futures must count. What was
chosen on one sample is judged on fresh futures, since a choice always flatters its own sample.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import MethodError
from ...base.random import Seed, generator
from ...base.results import Drawn
from ..actions.action import ActionSet
from ..choose.optimise import Solver, make_question
from ..choose.package import Package
from . import chance_search
from .chance_programme import ChanceProgramme
from .futures import COPULA, Futures, draw_futures
from .odds import clopper_pearson, outcomes

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ...index.index_result import IndexResult

Flags = NDArray[np.bool_]
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
        that sure: `package` is then the surest, if `proved_best` says so).
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
    surer : float
        Largest share of the sample that any package reaches, where `reached` is False.
    seconds : float
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
        See :func:`piikit.policy.chance.futures.draw_futures`.
    seconds : float
        For the search; then the answer is ``not proved`` with its gap.
    **options
        ``budget, budgets, include, exclude, kinds, edition`` of :func:`piikit.optimise`;
        budgets hold for expected costs.

    Returns
    -------
    SurePackage

    Raises
    ------
    MethodError
        If `sure` is not a probability or the method is not additive.

    Notes
    -----
    An indicator on which more than 12 actions meet is held at its expected effects within the
    choice; the check on fresh futures draws it like all others.
    """
    if not 0 < sure < 1:
        raise MethodError("error.plan.sure", sure=sure)
    begun, random = time.perf_counter(), generator(rng)
    question, limits = make_question(
        result, unit, actions, target_rank=target_rank, among=among, at="mean", seconds=seconds, **options
    )
    solver = Solver(question, limits, seconds, "programme", straight=False)
    if len(solver.patterns) > 1:
        raise MethodError("error.plan.patterns", count=len(solver.patterns), most=1)
    drawing: dict[str, Any] = {"rivals": rivals, "history": history, "copula": copula, "widen": widen}
    levers = solver.evaluator.levers
    drawn = draw_futures(result, question.unit, question.actions, levers, scenarios, rng=random, **drawing)
    sample = _held(solver, drawn)
    need = int(np.ceil(sure * scenarios - 1e-9))
    programme = ChanceProgramme(solver, sample, target_rank)
    flags, status, bound = _choose(
        solver, programme, sample, need, target_rank, 0.8 * seconds - (time.perf_counter() - begun)
    )
    if flags is None:
        flags = programme.surest(max(5.0, 0.2 * seconds))
    share = _share(solver, sample, flags, target_rank)
    judged = draw_futures(result, question.unit, question.actions, levers, fresh, rng=random, **drawing)
    _, places = outcomes(solver.evaluator, judged, flags)
    hits = int((places <= target_rank).sum())
    cost = float(limits.costs[flags].sum())
    return SurePackage(
        package=_fixed(question, flags),
        sure=sure,
        status=status,
        reached=round(share * scenarios) >= need,
        cost=cost,
        bound=bound,
        gap=0.0 if status == "proved" else max(0.0, cost - bound),
        in_sample=share,
        chance=hits / fresh,
        low=clopper_pearson(hits, fresh)[0],
        high=clopper_pearson(hits, fresh)[1],
        sample=scenarios,
        fresh=fresh,
        seconds=time.perf_counter() - begun,
        rivals=rivals if isinstance(rivals, str) else "given",
    )


def _held(solver: Solver, drawn: Futures) -> Futures:
    """Followed columns (too many actions to enumerate) at their expected effects."""
    amounts, delivered = list(drawn.amounts), list(drawn.delivered)
    for k, column in enumerate(solver.levels):
        if column.bits is None:
            mean = column.lever.amounts("mean")
            amounts[k] = np.broadcast_to(mean, amounts[k].shape)
            delivered[k] = np.ones_like(delivered[k])
    return Futures(drawn.count, tuple(amounts), tuple(delivered), drawn.costs, drawn.panels)


def _share(solver: Solver, sample: Futures, flags: Flags, target: int) -> float:
    _, places = outcomes(solver.evaluator, sample, flags)
    return float((places <= target).mean())


def _choose(
    solver: Solver, programme: ChanceProgramme, sample: Futures, need: int, target: int, seconds: float
) -> tuple[Flags | None, str, float]:
    """Least cost with exact check of the sample; near-ties that were refuted are excluded."""
    end, bound = time.perf_counter() + seconds, 0.0
    cuts: list[Flags] = []
    races = int(np.isnan(solver.limits.fixed).sum()) <= chance_search.MOST
    for _ in range(MOST_TURNS):
        left = end - time.perf_counter()
        if races:
            solved = chance_search.cheapest(programme, need, {c.tobytes() for c in cuts}, left)
        else:
            solved = programme.cheapest(need, cuts, left)
        bound = max(bound, -solved.bound) if np.isfinite(solved.bound) else bound
        if solved.status == "infeasible":
            return None, "out of reach", float("inf")
        if solved.package is None:
            return None, "not proved", bound
        if round(_share(solver, sample, solved.package, target) * sample.count) >= need:
            cost = float(solver.limits.costs[solved.package].sum())
            done = solved.status == "optimal" or bound >= cost - 1e-6
            return solved.package, "proved" if done else "not proved", bound
        cuts.append(solved.package)
        if solved.status != "optimal":
            break
    return None, "not proved", bound


def _fixed(question: Any, flags: Flags) -> Package:
    """The chosen actions as a package on the likely estimates."""
    from ..choose.optimise import optimise

    ids = question.actions.ids
    chosen = [i for i, f in zip(ids, flags, strict=True) if f]
    others = [i for i, f in zip(ids, flags, strict=True) if not f]
    return optimise(
        question.result,
        question.unit,
        question.actions,
        among=question.rivals,
        target_rank=question.target_rank,
        include=chosen,
        exclude=others,
        kinds=question.options["kinds"],
        edition=question.options["calendar"],
    )
