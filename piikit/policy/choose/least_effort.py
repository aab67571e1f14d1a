"""The least total effort that reaches a rank, asked of the same programme as packages of actions.

What an indicator may gain is offered in steps; each step is an action whose cost is its effort,
at most one on an indicator. The optimum is exact for the steps offered; a second round offers
finer ones around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...base.arrays import Column
from ...base.errors import MethodError
from ...base.results import Result
from ...base.watch import Watch
from ...data.library import open_index_names
from ...data.peers import PeerGroup, group_of
from ...index.index_result import IndexResult
from ..actions.action import Action, Effect
from ..actions.action_set import ActionSet
from ..actions.distributions import Estimate
from ..actions.effects import Lever
from ..actions.scale_ends import scale_ends
from ..effort.year_effort import ReferenceClass, effort_unit, reference_class
from ..response.unit_response import Response, respond
from .attainable_levels import by_subset
from .criteria import Aim
from .levels import Levels
from .packaging import rebuild
from .question import Question, whole_rank
from .search import Stage
from .solver import Solver, make_evaluator


@dataclass(frozen=True, eq=False)
class LeastEffort(Result):
    """The cheapest set of improvements that reaches a rank.

    Attributes
    ----------
    unit, group : str
    rank : int
        Asked for, within the group.
    reached : bool
        Whether any choice of the levels offered reaches it; if not, ``table`` holds what
        brings the unit ahead of most rivals at the least effort.
    table : DataFrame
        One row an indicator that moves: ``code, before, after, gain`` (raw, positive is
        better), ``effort``, ``effort_unit`` (``year`` of typical progress or ``sd``).
    effort : float
        In all.
    score, rank_after : float
        From the index built again with these values; ``rank_after`` within the group, by the
        method's ties and on its rounded scores.
    best_rank : int
        Best rank in the group that the levels offered can reach.
    years : float
        Limit of every indicator's improvement, in fast years (the 90th percentile).
    proved : bool
        Whether the solver proved the optimum for the levels of the last round.
    step : float
        Coarsest step of the last round below a chosen level, in units of effort.
    illustrative : bool
        Whether the data behind it are.
    stopped : bool
        Whether Ctrl-C ended the search.
    """

    unit: str
    group: str
    rank: int
    reached: bool
    table: pd.DataFrame
    effort: float
    score: float
    rank_after: float
    best_rank: int
    years: float
    proved: bool
    step: float
    illustrative: bool = False
    stopped: bool = False


def least_effort(
    result: IndexResult,
    unit: str,
    rank: int,
    *,
    among: str | Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
    years: float = 3.0,
    levels: int = 9,
    rounds: int = 3,
    reference: ReferenceClass | None = None,
    seconds: float = 30.0,
) -> LeastEffort:
    """Find the least total effort by which `unit` reaches `rank`.

    Parameters
    ----------
    result : IndexResult
        By a method with separate columns and arithmetic means.
    unit : str
    rank : int
        Wanted, within the group.
    among : str or sequence of str, optional
        The group, in the words of :func:`piikit.diagnose`; everybody by default.
    codes : sequence of str, optional
        Indicators that may move; all with an own value by default.
    years : float
        No indicator may gain more than this many fast years (90th percentile of the reference
        class), or standard deviations where there is no class.
    levels, rounds : int
        Levels offered an indicator, and rounds of refining them.
    reference : ReferenceClass, optional
        The open chain's for one of its members.
    seconds : float
        Time for the search; when it runs out, or on Ctrl-C, the answer is the best found, not proved.

    Returns
    -------
    LeastEffort

    Raises
    ------
    MethodError
        If columns are not separate, means not arithmetic or ties dense, or if `rank` is no
        whole number from 1.
    UnknownNameError
        For unknown names, and for a rank that the group does not have.

    Notes
    -----
    Every level brings its whole normalised column (own score and all rivals), so a new maximum,
    winsorising and logarithms are linear in the choice of levels (docs/interventions.md).

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> found = pk.least_effort(index, "Cần Thơ", 7, codes=["2.1", "6.2", "7.1"], levels=5, rounds=1)
    >>> found.reached, found.rank_after, found.proved
    (True, 7.0, True)
    """
    response = respond(result, unit)
    if not response.additive or result.method.rank_ties == "dense":
        raise MethodError("error.plan.least_effort")
    group = group_of(result.dataset, response.unit, among or "all")
    size = len(group.units) + 1
    wanted = whole_rank(rank, size)
    with Watch(seconds) as watch:
        last = _Round(response, group, _offers(response, codes, reference, years, levels), watch)
        best = last.solve(Aim("beaten", last.evaluator.rivals), None)
        best_rank = size - int(np.floor(max(0.0, best.value)))
        for turn in range(rounds):
            finer = last.finer(levels) if turn else last
            if finer.solve(Aim("cost"), max(wanted, best_rank)).package is None:
                last.proved = finer.proved
                break
            last = finer
    built = rebuild(last.question, last.evaluator, last.flags)
    place = float(last.evaluator.group_rank(built.scores))
    table = last.table
    return LeastEffort(
        unit=response.unit,
        group=str(among or ""),
        rank=wanted,
        reached=place <= wanted,
        table=table,
        effort=float(table["effort"].sum()),
        score=float(built.scores[response.own]),
        rank_after=place,
        best_rank=best_rank,
        years=years,
        proved=last.proved and (best.proved or best_rank <= wanted),
        step=last.step,
        illustrative=result.dataset.illustrative,
        stopped=watch.stopped,
    )


@dataclass(frozen=True, eq=False)
class _Offer:
    """Gains of one indicator on offer, from none up; positive is better."""

    code: str
    start: float
    turn: int
    size: float  # of one unit of effort, in raw units
    unit: str
    gains: Column

    @property
    def actions(self) -> list[Action]:
        """One action a gain."""
        return [
            Action(
                f"{self.code}:{k}",
                cost=Estimate.of(g / self.size),
                effects=(Effect(self.code, self.turn * g),),
            )
            for k, g in enumerate(self.gains[1:].tolist())
        ]

    def finer(self, gain: float, levels: int) -> _Offer:
        """Finer steps around a gain; it, nothing and everything are still on offer."""
        at = int(np.flatnonzero(self.gains == gain)[0])
        low, high = self.gains[max(0, at - 1)], self.gains[min(self.gains.size - 1, at + 1)]
        kept = [0.0, gain, self.gains[-1]]
        return replace(self, gains=np.unique(np.concatenate([kept, np.linspace(low, high, levels)])))


class _Round:
    """What is on offer in one round, as a question to the programme, and what was chosen of it."""

    def __init__(self, response: Response, group: PeerGroup, offers: list[_Offer], watch: Watch) -> None:
        self.offers, self.watch = offers, watch
        actions = ActionSet(tuple(a for o in offers for a in o.actions))
        self.question = Question(response.result, response.unit, actions, group)
        self.evaluator, limits = make_evaluator(self.question, response), self.question.limits
        for lever in self.evaluator.levers:
            limits = limits.one_of(lever.members, lever.code)
        self.solver = Solver(self.question, self.evaluator, limits, "programme", _one_step, watch)
        self.flags, self.proved = np.zeros(len(actions), dtype=bool), True

    def solve(self, aim: Aim, target: int | None) -> Stage:
        """Choose the best steps for one criterion, and to a rank if one is given."""
        stage = self.solver.run([aim], target, watch=self.watch)[0]
        self.flags = self.flags if stage.package is None else stage.package
        self.proved = stage.proved
        return stage

    @property
    def gains(self) -> list[float]:
        """Chosen gain of each indicator on offer."""
        ends = np.cumsum([o.gains.size - 1 for o in self.offers])
        parts = np.split(self.flags, ends[:-1]) if self.offers else []
        return [float(o.gains[1:][p].sum()) for o, p in zip(self.offers, parts, strict=True)]

    def finer(self, levels: int) -> _Round:
        """Finer steps around what was chosen."""
        offers = [o.finer(g, levels) for o, g in zip(self.offers, self.gains, strict=True)]
        return _Round(self.evaluator.response, self.question.group, offers, self.watch)

    @property
    def table(self) -> pd.DataFrame:
        """See :class:`LeastEffort`."""
        rows = [
            (o.code, o.start, o.start + o.turn * gain, gain, gain / o.size, o.unit)
            for o, gain in zip(self.offers, self.gains, strict=True)
            if gain > 0
        ]
        table = pd.DataFrame(rows, columns=["code", "before", "after", "gain", "effort", "effort_unit"])
        return table.sort_values("effort", ascending=False, ignore_index=True)

    @property
    def step(self) -> float:
        """Widest step below a chosen gain, in units of effort."""
        pairs = zip(self.offers, self.gains, strict=True)
        below = [(gain - o.gains[o.gains < gain].max()) / o.size for o, gain in pairs if gain > 0]
        return float(max(below, default=0.0))


def _one_step(response: Response, lever: Lever, amounts: Column) -> Levels:
    """No step, or one of those on offer."""
    one = np.eye(lever.members.size, dtype=bool)
    return by_subset(response, lever, amounts, np.vstack([one[:1] & False, one]))


def _offers(
    response: Response,
    codes: Sequence[str] | None,
    reference: ReferenceClass | None,
    years: float,
    levels: int,
) -> list[_Offer]:
    """What each indicator may gain: of those asked for, the reported ones in which rivals differ."""
    if reference is None and response.result.dataset.name in open_index_names():
        reference = reference_class()
    places = [response.place(c) for c in (codes or response.codes)]
    reported = [j for j in places if not np.isnan(response.raw[response.own, j])]
    movable = [j for j in reported if response.table(j).reason != "constant"]
    return [_offer(response, j, reference, years, levels) for j in movable]


def _offer(
    response: Response, at: int, reference: ReferenceClass | None, years: float, levels: int
) -> _Offer:
    """Evenly spaced gains of one indicator, as far as fast years and its scale allow."""
    dataset, code, table = response.result.dataset, response.codes[at], response.table(at)
    size, unit = effort_unit(dataset, code, reference)
    fast = reference.limit(code) if reference is not None else float("nan")
    reach = years * (size if np.isnan(fast) else max(0.0, fast))
    ends = scale_ends(dataset.framework, code)
    room = ends.high - table.base_value if table.direction > 0 else table.base_value - ends.low
    reach = min(reach, max(0.0, room))
    gains = np.linspace(0.0, reach, levels) if reach > 0 else np.zeros(1)
    return _Offer(code, table.base_value, table.direction, size, unit, gains)
