"""The least total effort that reaches a rank, as a mixed-integer programme on tabulated columns.

Every level of an indicator brings its whole normalised column (own score and all rivals), so a
new maximum, winsorising and logarithms are linear in the choice of levels (METHOD 4.4). The
optimum is exact for the levels offered; a second round offers finer ones around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import UnknownNameError
from ...base.results import Result
from ...data.library import open_index_names
from ...data.peers import group_of
from ...index.index_result import IndexResult
from ..effort.year_effort import ReferenceClass, effort_unit, reference_class
from ..response.unit_response import Response, respond

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
_MARGIN = 1e-6


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
        From the index built again with these values; ``rank_after`` within the group.
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
        Limit of the solver in each round.

    Raises
    ------
    ValueError
        If columns are not separate or means not arithmetic.
    UnknownNameError
        For unknown names.
    """
    response = respond(result, unit)
    if not response.additive:
        raise ValueError("least_effort() needs separate columns and arithmetic means")
    dataset = result.dataset
    rivals_named = group_of(dataset, response.unit, "all" if among is None else among).units
    group = (*rivals_named, response.unit)
    if not 1 <= rank <= len(group):
        raise UnknownNameError("option", rank, [str(k) for k in range(1, len(group) + 1)])
    if reference is None and dataset.name in open_index_names():
        reference = reference_class()
    at = [response.place(c) for c in (codes or dataset.codes)]
    at = [
        j
        for j in at
        if not np.isnan(response.raw[response.own, j]) and response.table(j).reason != "constant"
    ]
    ladders = [_Ladder(response, j, reference, years, levels) for j in at]
    rivals = np.array([k for k, u in enumerate(result.units) if u in group and k != response.own], dtype=int)
    rivals = rivals[np.isfinite(response.base_scores[rivals])]
    need = rivals.size + 1 - rank
    best, proved = _solve(response, ladders, rivals, None, seconds)
    most = int(best[1]) if best is not None else 0
    target = min(need, most)
    chosen = best[0] if best is not None else np.zeros(len(ladders), dtype=int)
    for turn in range(rounds):
        found, proved = _solve(response, ladders, rivals, target, seconds)
        if found is None:
            break
        chosen = found[0]
        if turn + 1 < rounds:
            for ladder, level in zip(ladders, chosen, strict=True):
                ladder.refine(int(level), levels)
            chosen = np.array([ladder.again for ladder in ladders])
    return _report(
        response,
        result,
        ladders,
        chosen,
        group,
        rank,
        target >= need,
        proved,
        years,
        1 + rivals.size - most,
        str(among or ""),
    )


class _Ladder:
    """Levels of one indicator from today's value up, with their effort and columns."""

    def __init__(
        self, response: Response, at: int, reference: ReferenceClass | None, years: float, levels: int
    ) -> None:
        self.response, self.at = response, at
        self.code = response.codes[at]
        dataset = response.result.dataset
        self.unit_size, self.unit = effort_unit(dataset, self.code, reference)
        table = response.table(at)
        self.turn, self.start = table.direction, table.base_value
        fast = reference.limit(self.code) if reference is not None else float("nan")
        reach = years * (fast if fast > 0 else self.unit_size if np.isnan(fast) else 0.0)
        scale = dataset.framework.table
        name = "scale_max" if self.turn > 0 else "scale_min"
        limit = pd.to_numeric(scale.loc[self.code, name], errors="coerce") if name in scale else np.nan
        if not np.isnan(limit):
            reach = min(reach, max(0.0, (float(limit) - self.start) * self.turn))
        self.reach = reach
        self.again = 0
        self._offer(np.linspace(0.0, reach, levels) if reach > 0 else np.zeros(1))

    def _offer(self, gains: Column) -> None:
        self.gains = np.unique(gains)
        self.values = self.start + self.turn * self.gains
        self.values[self.gains == 0] = self.start
        columns = self.response.column(self.code, self.values)
        base = self.response.table(self.at).base
        self.deltas = np.nan_to_num(self.response.weights[:, self.at] * (columns - base))
        self.efforts = self.gains / self.unit_size

    def refine(self, level: int, levels: int) -> None:
        """Offer finer levels around the one chosen, it and no change included."""
        gain = float(self.gains[level])
        low = float(self.gains[max(0, level - 1)])
        high = float(self.gains[min(self.gains.size - 1, level + 1)])
        self._offer(np.concatenate([[0.0, gain, self.gains[-1]], np.linspace(low, high, levels)]))
        self.again = int(np.flatnonzero(self.gains == gain)[0])


def _solve(
    response: Response, ladders: list[_Ladder], rivals: NDArray[np.intp], target: int | None, seconds: float
) -> tuple[tuple[NDArray[np.intp], float] | None, bool]:
    """Least effort that beats `target` rivals; with None the most rivals that can be beaten."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack, vstack

    own = response.own
    sizes = [x.gains.size for x in ladders]
    total, m = sum(sizes), rivals.size
    if total == 0 or m == 0:
        return (np.zeros(len(ladders), dtype=int), float(m)), True
    gap0 = response.base_scores[own] - response.base_scores[rivals]
    leads = np.hstack([(x.deltas[:, [own]] - x.deltas[:, rivals]).T for x in ladders])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    spans = [slice(a, b) for a, b in pairwise(starts)]
    least = gap0 + sum(leads[:, s].min(axis=1) for s in spans)
    rows = [
        csr_array((np.ones(b - a), (np.zeros(b - a, int), np.arange(a, b))), shape=(1, total))
        for a, b in pairwise(starts)
    ]
    choose = hstack([vstack(rows), csr_array((len(ladders), m))])
    # own - rival >= margin if beaten, else >= the least it can be
    room = np.minimum(least, _MARGIN) - 1e-9
    beat = hstack([csr_array(leads), csr_array(np.diag(room - _MARGIN))])
    constraints = [
        LinearConstraint(choose, 1.0, 1.0),
        LinearConstraint(beat, room - gap0, np.inf),
    ]
    efforts = np.concatenate([x.efforts for x in ladders])
    if target is None:
        cost = np.concatenate([np.zeros(total), -np.ones(m)])
    else:
        cost = np.concatenate([efforts, np.zeros(m)])
        count = csr_array(np.concatenate([np.zeros(total), np.ones(m)])[None, :])
        constraints.append(LinearConstraint(count, float(target), np.inf))
    solved = milp(
        cost, integrality=np.ones(total + m), bounds=Bounds(0, 1), constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )  # fmt: skip
    if solved.x is None:
        return None, bool(solved.status == 2)
    picked = np.array([int(np.argmax(solved.x[s])) for s in spans])
    return (picked, float(np.round(solved.x[total:]).sum())), bool(solved.status == 0)


def _report(
    response: Response,
    result: IndexResult,
    ladders: list[_Ladder],
    chosen: NDArray[np.intp],
    group: tuple[str, ...],
    rank: int,
    reached: bool,
    proved: bool,
    years: float,
    best_rank: int,
    name: str,
) -> LeastEffort:
    from ...index.build import build_index

    rows, cells = [], {}
    for ladder, level in zip(ladders, chosen, strict=True):
        if ladder.gains[level] <= 0:
            continue
        value = float(ladder.values[level])
        cells[ladder.code] = value
        rows.append(
            (
                ladder.code,
                ladder.start,
                value,
                float(ladder.gains[level]),
                float(ladder.efforts[level]),
                ladder.unit,
            )
        )
    table = pd.DataFrame(rows, columns=["code", "before", "after", "gain", "effort", "effort_unit"])
    after = build_index(result.dataset.with_values({response.unit: cells}), result.method)
    scores = after.scores[result.root]
    own = float(scores[response.unit])
    others = scores[[u for u in group if u != response.unit]].round(result.method.rank_decimals)
    place = 1.0 + float((others > round(own, result.method.rank_decimals)).sum())
    step = max(
        (_near(x.efforts, int(k)) for x, k in zip(ladders, chosen, strict=True) if x.gains[k] > 0),
        default=0.0,
    )
    return LeastEffort(
        response.unit, name, rank, bool(reached and place <= rank), table.sort_values("effort", ascending=False, ignore_index=True),
        float(table["effort"].sum()), own, place, best_rank, years, proved, step,
        result.dataset.illustrative,
    )  # fmt: skip


def _near(efforts: Column, at: int) -> float:
    """Distance from a level to its neighbour below."""
    return float(efforts[at] - efforts[at - 1]) if at else 0.0
