"""How sure: the chance that a package reaches a rank, with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.random import Seed
from ...base.results import Drawn
from ...index.engine import compute
from ..choose.evaluator import Evaluator, engine_for
from .futures import COPULA, Futures, draw_futures

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ..choose.package import Package

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    rivals, history, years, copula, widen, rng
        See :func:`piikit.policy.chance.futures.draw_futures`.

    Returns
    -------
    Odds
    """
    question = package.question
    target = target_rank or question.target_rank or int(package.rank_after)
    futures = draw_futures(
        question.result,
        question.unit,
        question.actions,
        package.evaluator.levers,
        runs,
        rivals=rivals,
        history=history,
        years=years,
        copula=copula,
        widen=widen,
        rng=rng,
    )
    ids = question.actions.ids
    named = {"chosen": package.chosen, "nothing": (), **(also or {})}
    for wanted in named.values():
        for name in wanted:
            question.actions.place(name)
    budget = question.options.get("budget")
    rows, ranks = [], {}
    for name, wanted in named.items():
        flags = np.array([i in set(wanted) for i in ids], dtype=bool)
        scores, places = outcomes(package.evaluator, futures, flags)
        costs = futures.costs[:, flags].sum(axis=1)
        rows.append(_row(name, scores, places, costs, target, budget))
        ranks[name] = pd.Series(places).value_counts(normalize=True)
    table = pd.DataFrame(rows).set_index("package")
    shares = pd.DataFrame(ranks).fillna(0.0).sort_index()
    shares.index = pd.Index(shares.index.astype(int), name="rank")
    said = rivals if isinstance(rivals, str) else "given"
    return Odds(package, int(target), table, shares, runs, said)


def _row(
    name: str, scores: Column, places: Column, costs: Column, target: int, budget: float | None
) -> dict[str, Any]:
    hits = int((places <= target).sum())
    low, high = clopper_pearson(hits, places.size)
    row: dict[str, Any] = {"package": name, "chance": hits / places.size, "low": low, "high": high}
    for label, x in (("score", scores), ("rank", places), ("cost", costs)):
        for q in (5, 50, 95):
            row[f"{label}_p{q}"] = float(np.percentile(x, q))
    row["within_budget"] = float("nan") if budget is None else float((costs <= budget + 1e-9).mean())
    return row


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share: `hits` of `n` (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return low, high


def outcomes(evaluator: Evaluator, futures: Futures, flags: Flags) -> tuple[Column, Column]:
    """Own score and group rank of one package in every future."""
    values = []
    for lever, amounts, delivered in zip(evaluator.levers, futures.amounts, futures.delivered, strict=True):
        chosen = np.broadcast_to(flags[lever.members], (futures.count, lever.members.size))
        values.append(lever.values(chosen, amounts, delivered))
    made = np.column_stack(values) if values else np.zeros((futures.count, 0))
    if futures.panels is None:
        done = evaluator.response.evaluate(
            made, evaluator.codes, groups=evaluator._members(), engine=engine_for(len(made))
        )
        return done.scores, done.group_ranks["group"]
    response = evaluator.response
    places = [v.at for v in evaluator.levers]
    scores, ranks = np.empty(futures.count), np.empty(futures.count)
    for s, panel in enumerate(futures.panels):
        x = panel.copy()
        x[response.own, places] = np.where(np.isnan(made[s]), x[response.own, places], made[s])
        whole = compute(response.plan, x).scores[:, response.root_at]
        scores[s], ranks[s] = whole[response.own], evaluator.rank_of(whole)
    return scores, ranks
