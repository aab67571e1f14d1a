"""How sure: the chance that a package reaches a rank, with its Monte Carlo error and what assumptions leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Column, Flags
from ...base.binomial import Interval, clopper_pearson
from ...base.random import Seed, generator
from ...base.results import Drawn
from ...base.watch import Watch
from ...data.dataset import Dataset
from ...index.engine import compute
from ..choose.evaluator import Evaluator
from ..choose.package import Chance, Package
from ..choose.question import promised, whole_rank
from ..effort.rivals import others_of
from .back_test import BackTest, back_test
from .futures import COPULA, OVERRUNS, RIVALS, Drawing, Futures, draw_futures

FEWER = 200  # futures for each other assumption under which every one is a whole build
FEWEST = 20  # futures that are judged even when time is up


@dataclass(frozen=True, eq=False)
class Odds(Drawn):
    """The answer of :func:`odds`.

    Attributes
    ----------
    package : Package
    target_rank : int
    table : DataFrame
        One row a package (index ``package``; ``chosen``, ``nothing`` and those asked for):
        ``chance, low, high`` (of the rank or better, 95% Clopper-Pearson interval of the Monte
        Carlo error alone), ``score_p5, score_p50, score_p95, rank_p5, rank_p50, rank_p95,
        cost_p5, cost_p50, cost_p95, within_budget`` (share of futures; NaN without a budget).
    ranks : DataFrame
        Share of futures by group rank (rows) and package (columns).
    futures : int
        Fewer than asked for after Ctrl-C.
    rivals : str
    assumptions : DataFrame
        Chance of the chosen package where one assumption is another: ``assumption`` (``copula``,
        ``widen`` or ``rivals``), ``value``, ``chance``; fewer futures, the same random numbers.
    back : BackTest or None
        How often the range of ranks held what came in years that are known, nobody acting; None
        without two real years in a row.
    stopped : bool
        Whether Ctrl-C ended it: what is missing then was not asked.
    """

    package: Package
    target_rank: int
    table: pd.DataFrame
    ranks: pd.DataFrame
    futures: int
    rivals: str
    assumptions: pd.DataFrame
    back: BackTest | None = None
    stopped: bool = False

    @property
    def chance(self) -> float:
        """Chance of the chosen package."""
        return float(self.table.at["chosen", "chance"])

    @property
    def interval(self) -> tuple[float, float]:
        """95% interval of the Monte Carlo error of :attr:`chance`."""
        row = self.table.loc["chosen"]
        return float(row["low"]), float(row["high"])

    @property
    def range(self) -> Interval:
        """Least and greatest chance of the chosen package over :attr:`assumptions`, its own included."""
        every = [self.chance, *self.assumptions["chance"]]
        return Interval(min(every), max(every))

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.package.illustrative


def odds(
    package: Package,
    *,
    target_rank: int | None = None,
    runs: int = 1000,
    also: Mapping[str, Sequence[str]] | None = None,
    rivals: str | NDArray[np.float64] = "frozen",
    history: Sequence[Dataset] | None = None,
    years: float = 1.0,
    copula: float = COPULA,
    widen: float = 1.0,
    overruns: float = OVERRUNS,
    assumptions: bool = True,
    rng: Seed = None,
) -> Odds:
    """Draw effects, costs, delivery and rivals together and count how often the rank is reached.

    Parameters
    ----------
    package : Package
        From :func:`piikit.optimise`.
    target_rank : int, optional
        The package's own target if not given; else the rank that it promises.
    runs : int
        Futures.
    also : mapping, optional
        Further packages by name, as ids, judged on the same futures.
    rivals, history, years, copula, widen, overruns
        See :class:`piikit.policy.chance.futures.Drawing`.
    assumptions : bool
        Whether to ask again under other assumptions and to back-test the range; takes seconds.
    rng : seed or Generator
        None is seed 0.

    Returns
    -------
    Odds

    Raises
    ------
    MethodError
        If the target is no whole number from 1, or panels of rivals have another shape.
    UnknownNameError
        For unknown ids in `also`, or an unknown word for `rivals`.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. *Biometrika*, 26(4), 404-413.

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> best = pk.optimise(index, "Cần Thơ", "open-2022", target_rank=4, among="central-cities")
    >>> found = pk.odds(best, runs=200, rng=1)
    >>> found.interval[0] <= found.chance <= found.interval[1], int(found.ranks["chosen"].sum() + 0.5)
    (True, 1)
    """
    question = package.question
    random = generator(rng)
    again = deepcopy(random)
    target = question.target_rank
    if target_rank is not None:
        target = whole_rank(target_rank, len(question.rivals) + 1)
    target = promised(package.rank_after) if target is None else target
    named: dict[str, Sequence[str]] = {"chosen": package.chosen, "nothing": (), **(also or {})}
    places = {name: [question.actions.place(i) for i in ids] for name, ids in named.items()}
    rows, ranks, chances, n = [], {}, list[float](), runs
    with Watch() as watch:
        past = others_of(question.result.dataset, history)
        how = Drawing(rivals, past, years, copula, widen, overruns)
        futures = draw_futures(question, package.evaluator.levers, runs, how, random)
        for name, taken in places.items():
            flags = np.isin(np.arange(len(question.actions)), taken)
            made = outcomes(package.evaluator, futures, flags, watch)
            n = min(n, made.ranks.size)
            costs = futures.costs[: made.ranks.size, flags].sum(axis=1)
            rows.append({"package": name, **_row(made, costs, target, question.budget)})
            ranks[name] = pd.Series(made.ranks).value_counts(normalize=True)
        shares = pd.DataFrame(ranks).fillna(0.0).sort_index()
        # ties may share 3.5
        whole = (shares.index % 1 == 0).all()
        shares.index = pd.Index(shares.index.astype(int if whole else float), name="rank")
        table = pd.DataFrame(rows).set_index("package")
        others, back = _others(how, bool(past)) if assumptions else [], None
        try:
            watch.breaks = True  # what follows is known in whole or not at all
            for k, v in others if not watch.stopped else []:
                chances.append(_chance(package, replace(how, **{k: v}), target, runs, again))
            if assumptions and how.name in RIVALS and not watch.stopped:
                back = back_test([question.result.dataset, *past], how.name, question.result.method)
        except KeyboardInterrupt:
            watch.stop()
    assumed = pd.DataFrame(others[: len(chances)], columns=["assumption", "value"]).assign(chance=chances)
    return Odds(package, target, table, shares, n, how.name, assumed, back, watch.stopped)


def _others(how: Drawing, past: bool) -> list[tuple[str, Any]]:
    """Other assumptions, one changed at a time; without a past nobody can repeat it."""
    rivals = [r for r in RIVALS if past or r in ("frozen", "drift")] if how.name in RIVALS else []
    every = {"copula": (0.0, 0.9), "widen": (1.0, 2.0), "rivals": rivals}
    return [(name, v) for name, values in every.items() for v in values if v != getattr(how, name)]


def _chance(package: Package, how: Drawing, target: int, runs: int, random: np.random.Generator) -> float:
    """Chance of the package on futures drawn with the same random numbers."""
    runs = runs if how.name == "frozen" else min(runs, FEWER)
    futures = draw_futures(package.question, package.evaluator.levers, runs, how, deepcopy(random))
    return float((outcomes(package.evaluator, futures, package.flags).ranks <= target).mean())


class InFutures(NamedTuple):
    """Own score and rank in the group in every future."""

    scores: Column
    ranks: Column


def _row(made: InFutures, costs: Column, target: int, budget: float | None) -> dict[str, float]:
    found = chance_in(made, target)
    row: dict[str, float] = {"chance": found.share, "low": found.low, "high": found.high}
    for label, x in (("score", made.scores), ("rank", made.ranks), ("cost", costs)):
        row |= {f"{label}_p{q}": float(np.percentile(x, q)) for q in (5, 50, 95)}
    row["within_budget"] = float("nan") if budget is None else float((costs <= budget + 1e-9).mean())
    return row


def chance_of(package: Package, runs: int, watch: Watch) -> Chance | None:
    """How often a package reaches its target, or the rank that it promises; None without a rank."""
    rank = package.question.target_rank or package.rank_after
    if np.isnan(rank):
        return None
    flags, runs = package.flags, FEWEST if watch.over else runs
    futures = draw_futures(package.question, package.evaluator.levers, runs, only=flags)
    return chance_in(outcomes(package.evaluator, futures, flags, watch), promised(rank))


def chance_in(made: InFutures, rank: int) -> Chance:
    """How often a rank is reached."""
    hits, n = int((made.ranks <= rank).sum()), made.ranks.size
    interval = clopper_pearson(hits, n)
    return Chance(rank, hits / n, interval.low, interval.high, n)


def outcomes(evaluator: Evaluator, futures: Futures, flags: Flags, watch: Watch | None = None) -> InFutures:
    """One package in every future, or in the first :data:`FEWEST` and those for which there is time."""
    values: list[Any] = []
    own = None if futures.panels is None else futures.panels[:, evaluator.own]
    for lever, amounts, delivered in zip(evaluator.levers, futures.amounts, futures.delivered, strict=True):
        chosen = np.broadcast_to(flags[lever.members], (futures.count, lever.members.size))
        base = None if own is None else own[:, lever.at]
        values.append(lever.values(chosen, amounts, delivered, base))
    made = np.column_stack(values) if values else np.zeros((futures.count, 0))
    if futures.panels is None:
        done = evaluator.outcomes(made)
        return InFutures(done.scores, done.group_ranks["group"])
    response, places = evaluator.response, [v.at for v in evaluator.levers]
    whole = []
    for s, panel in enumerate(futures.panels):
        if s >= FEWEST and watch is not None and watch.over:
            break
        x = panel.copy()
        x[response.own, places] = np.where(np.isnan(made[s]), x[response.own, places], made[s])
        whole.append(compute(response.plan, x).scores[:, response.root_at])
    scores = np.array(whole)
    return InFutures(scores[:, response.own], evaluator.group_rank(scores))
