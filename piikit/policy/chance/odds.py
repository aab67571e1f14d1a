"""How sure: the chance that a package reaches a rank, with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Column, Flags
from ...base.random import Seed
from ...base.results import Drawn
from ...data.dataset import Dataset
from ...index.engine import compute
from ..choose.evaluator import Evaluator
from ..choose.package import Package
from ..choose.question import whole_rank
from .futures import COPULA, Drawing, Futures, draw_futures


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
    rivals : str
    """

    package: Package
    target_rank: int
    table: pd.DataFrame
    ranks: pd.DataFrame
    futures: int
    rivals: str

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
    rivals, history, years, copula, widen
        See :class:`piikit.policy.chance.futures.Drawing`.
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
    question, how = package.question, Drawing(rivals, history, years, copula, widen)
    target = question.target_rank if target_rank is None else whole_rank(target_rank)
    target = int(package.rank_after) if target is None else target
    named: dict[str, Sequence[str]] = {"chosen": package.chosen, "nothing": (), **(also or {})}
    places = {name: [question.actions.place(i) for i in ids] for name, ids in named.items()}
    futures = draw_futures(question, package.evaluator.levers, runs, how, rng)
    rows, ranks = [], {}
    for name, taken in places.items():
        flags = np.isin(np.arange(len(question.actions)), taken)
        made = outcomes(package.evaluator, futures, flags)
        rows.append(
            {"package": name, **_row(made, futures.costs[:, flags].sum(axis=1), target, question.budget)}
        )
        ranks[name] = pd.Series(made.ranks).value_counts(normalize=True)
    shares = pd.DataFrame(ranks).fillna(0.0).sort_index()
    shares.index = pd.Index(shares.index.astype(int), name="rank")
    return Odds(package, target, pd.DataFrame(rows).set_index("package"), shares, runs, how.name)


class InFutures(NamedTuple):
    """Own score and rank in the group in every future."""

    scores: Column
    ranks: Column


class Interval(NamedTuple):
    """Ends of an interval."""

    low: float
    high: float


def _row(made: InFutures, costs: Column, target: int, budget: float | None) -> dict[str, float]:
    hits = int((made.ranks <= target).sum())
    interval = clopper_pearson(hits, costs.size)
    row: dict[str, float] = {"chance": hits / costs.size, "low": interval.low, "high": interval.high}
    for label, x in (("score", made.scores), ("rank", made.ranks), ("cost", costs)):
        row |= {f"{label}_p{q}": float(np.percentile(x, q)) for q in (5, 50, 95)}
    row["within_budget"] = float("nan") if budget is None else float((costs <= budget + 1e-9).mean())
    return row


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> Interval:
    """Exact interval of a share: `hits` of `n` (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(level, method="exact")
    return Interval(float(found.low), float(found.high))


def outcomes(evaluator: Evaluator, futures: Futures, flags: Flags) -> InFutures:
    """One package in every future."""
    values: list[Any] = []
    for lever, amounts, delivered in zip(evaluator.levers, futures.amounts, futures.delivered, strict=True):
        chosen = np.broadcast_to(flags[lever.members], (futures.count, lever.members.size))
        values.append(lever.values(chosen, amounts, delivered))
    made = np.column_stack(values) if values else np.zeros((futures.count, 0))
    if futures.panels is None:
        done = evaluator.outcomes(made)
        return InFutures(done.scores, done.group_ranks["group"])
    response, places = evaluator.response, [v.at for v in evaluator.levers]
    whole = np.empty((futures.count, len(response.plan.units)))
    for s, panel in enumerate(futures.panels):
        x = panel.copy()
        x[response.own, places] = np.where(np.isnan(made[s]), x[response.own, places], made[s])
        whole[s] = compute(response.plan, x).scores[:, response.root_at]
    return InFutures(whole[:, response.own], evaluator.group_rank(whole))
