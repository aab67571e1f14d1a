"""Chance-constrained choice: the best package that reaches a rank as planned and in most futures.

Sample average approximation (Luedtke and Ahmed 2008): one set of futures with shared actions
and levels; a future counts if the rank is reached in it; enough futures must count. A choice
flatters the sample it was made on, so it is judged on fresh futures, and more futures of the
sample are asked for until the fresh ones confirm what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Flags, Places
from ...base.errors import MethodError
from ...base.random import Seed, generator
from ...base.results import Drawn
from ...base.watch import Watch
from ...data.dataset import Dataset
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from ..choose.attainable_levels import subset_levels
from ..choose.climb import climb, pruned
from ..choose.criteria import Aim
from ..choose.enumeration import AT_ONCE, Enumeration
from ..choose.levels import Subsets
from ..choose.package import Chance, Package
from ..choose.packaging import make_package
from ..choose.proof import prove
from ..choose.question import ask
from ..choose.search import Stage, last_package
from ..choose.solver import Answered, Solver
from ..effort.rivals import others_of
from .chance_search import MOST, OutOfTime, Race, cheapest
from .futures import COPULA, PAST, Drawing, Futures, draw_futures
from .odds import FEWEST, chance_in, outcomes

MOST_CELLS = 25_000_000


@dataclass(frozen=True, eq=False)
class SurePackage(Drawn):
    """The answer of :func:`optimise_sure`.

    Attributes
    ----------
    package : Package
        The chosen actions at the planned effects (with before and after); its ``proof`` names the
        whole question, futures included.
    sure : float
        What was asked.
    status : str
        ``proved`` (no package that reaches the rank as planned and in `needed` of the sample is
        better), ``not proved`` (with `bound` and `gap`), ``out of reach`` (proved on the sample that
        no package is that sure) or ``not confirmed`` (proved on the sample that no package does
        better in it, and fresh futures do not confirm `sure`). `package` is in the last two the
        surest that was found.
    reached : bool
        Whether fresh futures confirm what was asked: `low` is at least `sure`.
    cost, bound, gap : float
        Expected cost in billion VND; what nothing can beat, in the measure of the objective; the
        distance.
    needed : float
        Share of the sample that was asked for in the end, so that fresh futures confirm `sure`.
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
    needed: float
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
    target_rank: int | None,
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
    """Choose the best package that reaches a rank as planned and with probability `sure`.

    Parameters
    ----------
    result, unit, actions, target_rank, among
        As for :func:`piikit.optimise`.
    sure : float
        From 0 (the plain plan) to less than 1.
    scenarios, fresh : int
        Futures to choose on, and fresh ones to judge on.
    rivals, history, copula, widen
        See :class:`piikit.policy.chance.futures.Drawing`.
    seconds : float
        For everything; when it runs out, or on Ctrl-C, the answer is the best found, ``not proved``,
        with its gap.
    rng : seed or Generator
        None is seed 0.
    **options
        ``budget, budgets, include, exclude, kinds, edition, objective, at`` of
        :func:`piikit.optimise`; budgets hold for the planned costs.

    Returns
    -------
    SurePackage

    Raises
    ------
    MethodError
        If `sure` is not a probability, there is no target or it is no whole number from 1, or the
        method is not additive.

    Notes
    -----
    The package must reach the rank at the planned effects too, so that asking for certainty is
    never cheaper than the plain plan and dearer the surer. Up to 12 actions all packages are
    tabled over all futures; least cost up to 25 actions is a race by rising cost; beyond that (or
    where more than 12 actions meet on one indicator) packages of the plain programme are tried on
    the sample, and the answer may stay ``not proved``.

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
    >>> found.status, found.reached == (found.low >= 0.6), found.in_sample >= 0.6
    ('proved', True, True)
    """
    if not 0 <= sure < 1:
        raise MethodError("error.plan.sure", sure=sure)
    if target_rank is None:
        raise MethodError("error.plan.sure_target")
    random = generator(rng)
    with Watch(seconds) as watch:
        if isinstance(rivals, str) and rivals in PAST:  # read once for all draws
            history = others_of(result.dataset, history)
        how = Drawing(rivals, history, copula=copula, widen=widen)
        question = ask(result, unit, actions, target_rank=target_rank, among=among, **options)
        main = watch.part(0.8)
        solver = Solver.of(question, "programme", subset_levels, main)
        sample = draw_futures(question, solver.evaluator.levers, scenarios, how, random)
        choice, judge = _SampleChoice(solver, sample, main), _Judge(solver, fresh, how, random, watch)
        found = _confirmed(choice, judge, sure)
        flags = last_package(found.stages)
        assert flags is not None
        judged, inside = judge(flags), choice.count(flags)
        status = _status(found, judged.low >= sure)
        reached = bool(solver.evaluator.one(flags).group_rank <= choice.target)
        proof = replace(
            prove(question, found.stages, watch),
            proved=status in ("proved", "out of reach"), sure=found.need / scenarios,
            futures=scenarios, rivals=how.name,
        )  # fmt: skip
        package = make_package(solver, Answered(found.stages, reached), watch, proof)
    ended = replace(proof, stopped=watch.stopped)
    package = replace(package, status=status, chance=judged, proof=ended)
    return SurePackage(
        package=package,
        sure=sure,
        status=status,
        reached=judged.low >= sure,
        cost=package.cost,
        bound=float("inf") if status == "out of reach" else package.bound,
        gap=0.0 if proof.proved else package.gap,
        needed=found.need / scenarios,
        in_sample=inside / scenarios,
        chance=judged.share,
        low=judged.low,
        high=judged.high,
        sample=scenarios,
        fresh=judged.futures,
        seconds=watch.taken,
        rivals=how.name,
    )


class _Found(NamedTuple):
    """Criteria with their proof for `need` futures; the package of the last one that has one is shown.

    Where none is sure enough, ``possible`` is False and the last criterion holds the surest found.
    """

    stages: tuple[Stage, ...]
    need: int
    possible: bool


def _status(found: _Found, confirmed: bool) -> str:
    if not found.possible:
        return "out of reach" if found.stages[0].proved else "not proved"
    if not all(s.proved for s in found.stages):
        return "not proved"
    return "proved" if confirmed else "not confirmed"


class _Judge:
    """The share of fresh futures in which a package reaches the rank, the same ones for every package."""

    def __init__(
        self, solver: Solver, count: int, how: Drawing, random: np.random.Generator, watch: Watch
    ) -> None:
        self.solver, self.count, self.how, self.random, self.watch = solver, count, how, random, watch
        self._seen: dict[bytes, Chance] = {}

    def __call__(self, flags: Flags) -> Chance:
        if flags.tobytes() not in self._seen:
            question, evaluator = self.solver.question, self.solver.evaluator
            count = FEWEST if self.watch.over else self.count
            new = draw_futures(question, evaluator.levers, count, self.how, deepcopy(self.random), flags)
            made = outcomes(evaluator, new, flags, self.watch)
            self._seen[flags.tobytes()] = chance_in(made, question.target_rank or 1)
        return self._seen[flags.tobytes()]


def _confirmed(choice: _SampleChoice, judge: _Judge, sure: float) -> _Found:
    """Ask for more and more futures of the sample, until fresh ones confirm what was asked."""
    need = int(np.ceil(sure * choice.sample.count - 1e-9))
    found = choice.choose(need)
    while found.possible and (flags := last_package(found.stages)) is not None and judge(flags).low < sure:
        # the package is the best for every share up to its own
        raised = None if choice.watch.over else choice.choose(choice.count(flags) + 1)
        if raised is None or not raised.possible:
            surest = choice.surest()
            if choice.merit(surest)[0] and judge(surest).low >= sure:
                return choice.taken(surest, found)
            # where time ended it, a surer one may exist
            return found if raised and raised.stages[0].proved else choice.taken(flags, found)
        found = raised
    return found


class _SampleChoice:
    """The best package with the rank reached as planned and in enough futures of one sample."""

    def __init__(self, solver: Solver, sample: Futures, watch: Watch) -> None:
        self.solver, self.sample, self.watch = solver, sample, watch
        self.target, self.objective = solver.question.target_rank or 1, solver.question.objective
        self.aims = solver.aims(self.objective, self.target)
        self.last = _Found((Stage("sure", solver.limits.least, 0.0, 1.0, False),), 0, False)
        self._counted: dict[bytes, int] = {}
        self._bound = np.inf

    @cached_property
    def ladder(self) -> list[Flags]:
        """Packages of a quick climb towards most points, where the sure ones are."""
        watch, least = self.watch.part(0.3), self.solver.limits.least
        return [least, *climb(self.solver.evaluator, self.solver.limits, lambda: watch.over)]

    @cached_property
    def plain(self) -> Answered:
        """The plain question, whose optimum nothing sure can beat; where it is out of reach, what comes nearest."""
        return self.solver.answer(self.watch.part(0.5))

    @cached_property
    def race(self) -> Race | None:
        """Tables of all futures, where levels hold everything and are not too many."""
        levels, few = self.solver.levels, self.solver.limits.free.size <= MOST
        listed = all(isinstance(c, Subsets) or np.isnan(c.lever.base) for c in levels)
        cells = sum(c.normalised.size for c in levels) * self.sample.count
        # none where time was up before all was compiled, or the unit has no score
        one = len(self.solver.patterns) == 1 and self.solver.patterns[0].alive[self.solver.response.own]
        if not (few and listed and one) or cells > MOST_CELLS:
            return None
        try:
            return Race(self.solver, self.sample, self.target, self.watch)
        except OutOfTime:
            return None

    @cached_property
    def table(self) -> _Table | None:
        """Every package with its share, where actions are few."""
        few = self.solver.limits.free.size <= AT_ONCE
        try:
            return _Table(self.solver, self.race) if few and self.race is not None else None
        except OutOfTime:
            return None

    def count(self, flags: Flags) -> int:
        """Futures of the sample in which the rank is really reached."""
        key = flags.tobytes()
        if key not in self._counted:
            made = outcomes(self.solver.evaluator, self.sample, flags)
            self._counted[key] = int((made.ranks <= self.target).sum())
        return self._counted[key]

    def choose(self, need: int) -> _Found:
        """The best package that reaches the rank in `need` futures, or the surest there is."""
        plain, best = self.plain.stages, last_package(self.plain.stages)
        if self.plain.reached is False and plain[0].proved:
            self.last = _Found(plain, need, False)
            return self.last
        if self.plain.reached and best is not None and self.count(best) >= need:
            stages = plain
        elif need > self.sample.count:
            stages = (Stage(self.aims[0].kind, None, -np.inf, -np.inf, True),)
        elif self.table is not None:
            stages = self.table.best(self.aims, self.target, need, self.count)
        elif self.objective == "cost" and self.race is not None:
            stages = self._raced(self.race, need)
        else:
            # packages of the plain programme, tried on the sample one by one
            def enough(flags: Flags) -> bool:
                return self.count(flags) >= need

            ready = self.ladder[-1]
            stages = self.solver.run(self.aims, self.target, watch=self.watch.part(0.6), accept=enough)
            above = plain[0].bound if stages[0].kind == plain[0].kind else np.inf
            # what fewer futures do not allow, more do not either
            self._bound = min(stages[0].bound, above, self._bound)
            stages = (replace(stages[0], bound=self._bound), *stages[1:])
            if last_package(stages) is None and self.merit(ready) >= (True, need):
                if self.objective == "cost":
                    ready = pruned(ready, self.solver.limits, lambda flags: self._may_do(flags, need))
                self.last = self.taken(ready, _Found(stages, need, True))
                return self.last
        self.last = _Found(stages, need, last_package(stages) is not None)
        if not self.last.possible:
            surest = self.surest()
            share = self.count(surest) / self.sample.count
            self.last = _Found((stages[0], Stage("sure", surest, share, 1.0, False)), need, False)
        return self.last

    def taken(self, flags: Flags, found: _Found) -> _Found:
        """A package in place of one that was chosen, or of none; not proved to be the best."""
        value = self.solver.evaluator.value(self.aims[0], flags)
        first = replace(found.stages[0], package=flags, value=value, proved=False)
        return _Found((first,), found.need, True)

    def _may_do(self, flags: Flags, need: int) -> bool:
        allowed = not self.watch.over and bool(self.solver.limits.allows(flags)[0])
        return allowed and self.merit(flags) >= (True, need)

    def _raced(self, race: Race, need: int) -> tuple[Stage, ...]:
        """Least cost, packages by rising cost from the least of the plain question on."""
        refuted = set[bytes]()
        bound = -self.plain.stages[0].bound
        while True:
            made = cheapest(race, need, refuted, bound)
            bound = max(bound, -made.bound)
            if made.package is None:
                never = made.status == "infeasible"
                return (Stage("cost", None, -np.inf, -np.inf if never else -bound, never),)
            if self.count(made.package) >= need:
                return (Stage("cost", made.package, made.bound, made.bound, True),)
            refuted.add(made.package.tobytes())

    def surest(self) -> Flags:
        """The surest package of all, or of those on a quick climb."""
        if self.table is not None:
            return self.table.surest
        ladder, best = self.ladder, self.solver.limits.least
        known = [s.package for s in self.plain.stages if s.package is not None]
        for flags in (ladder[-1], *known, *ladder[:: max(1, len(ladder) // 20)]):
            best = max(best, flags, key=self.merit)
            if self.watch.over:
                break
        return best

    def merit(self, flags: Flags) -> tuple[bool, int]:
        """Whether the rank is reached as planned, then in how many futures."""
        return bool(self.solver.evaluator.one(flags).group_rank <= self.target), self.count(flags)


class _Table:
    """Every package that keeps the limits, with the number of futures in which it reaches the rank."""

    def __init__(self, solver: Solver, race: Race) -> None:
        self.every = Enumeration(solver.evaluator, solver.limits)
        packages = np.vstack([block.packages for block in self.every.blocks()])
        counts = race.counts(packages)
        self.counts = {p.tobytes(): int(c) for p, c in zip(packages, counts, strict=True)}
        worth = counts + race.as_planned(packages) * (len(race.scores) + 1)
        self.surest: Flags = packages[int(np.argmax(worth))] if len(packages) else solver.limits.least

    def best(
        self, aims: Sequence[Aim], target: int, need: int, count: Callable[[Flags], int]
    ) -> tuple[Stage, ...]:
        """The best of those that reach the rank as planned and in `need` futures."""
        while True:
            stages = self.every.best(aims, target, accept=lambda rows: self._of(rows) >= need)
            package = last_package(stages)
            if package is None or count(package) >= need:
                return stages
            self.counts[package.tobytes()] = count(package)

    def _of(self, rows: Flags) -> Places:
        return np.array([self.counts[p.tobytes()] for p in rows], dtype=np.intp)
