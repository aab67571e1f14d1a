"""The mixed-integer programme over many futures with shared actions and levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Flags
from ...index.engine import compute
from ...index.index_result import IndexResult
from ..choose.comparisons import Comparisons
from ..choose.criteria import Aim
from ..choose.highs import Linear, Model
from ..choose.patterns import patterns
from ..choose.programme import Cut, Programme, Proposal
from ..choose.solver import Solver
from ..response.unit_response import Response, respond
from .futures import Futures


class _Counted(NamedTuple):
    """A model with a binary for each future that is open, and how many are always reached."""

    model: Model
    reached: list[int]
    sure: int


class ChanceProgramme:
    """``u_s`` may be 1 only if the rank is reached in future s; enough of them must be 1.

    Comparisons that the bounds of a future decide are settled beforehand; futures that are
    reached by every package or by none carry no variables.
    """

    def __init__(self, solver: Solver, futures: Futures, target: int) -> None:
        self.solver, self.target = solver, target
        self.limits, self.rivals = solver.limits, solver.evaluator.rivals
        self.frames = [self._frame(futures, s) for s in range(futures.count)]
        self.frame = self.frames[0]

    def _frame(self, futures: Futures, s: int) -> Programme:
        """The programme of one future: the same levels with that future's scores."""
        response, pattern, columns = self.solver.response, self.solver.patterns[0], self.solver.levels
        if futures.panels is not None:
            response, own = _moved(response, futures.panels[s]), futures.panels[s, response.own]
            columns = tuple(replace(c, lever=replace(c.lever, base=own[c.lever.at])) for c in columns)
        drawn = zip(columns, futures.amounts, futures.delivered, strict=True)
        levels = tuple(column.in_future(response, a[s], d[s]) for column, a, d in drawn)
        if futures.panels is not None:
            pattern = patterns(response, levels)[0]
        every = tuple(np.ones(c.values.size, dtype=bool) for c in levels)
        return Programme(levels, replace(pattern, open_levels=every), response, self.limits)

    def _count(self) -> _Counted:
        model, reached, sure = self.frame.model.copy(), [], 0
        clear = self.frame.clear(Aim("beaten"))
        for frame in self.frames:
            versus = Comparisons(frame, model)
            found = versus.sort(self.rivals, clear)
            need = len(self.rivals) - (self.target - 1) - found.sure
            sure += need <= 0
            if not 0 < need <= len(found.open):
                continue
            reached.append(model.column(whole=True))
            if need == len(found.open):
                for i in found.open:
                    versus.beat(i, clear, by=reached[-1])
            else:
                beats = [versus.beat(i, clear) for i in found.open]
                model.row([*beats, reached[-1]], [*np.ones(len(beats)), -float(need)], 0.0, np.inf)
        return _Counted(model, reached, sure)

    def cheapest(self, need: int, refuted: Sequence[Flags], seconds: float) -> Proposal:
        """Least cost with at least `need` futures reached."""
        model, reached, sure = self._count()
        if need > sure + len(reached):
            return Proposal(None, -np.inf, "infeasible")
        if need > sure:
            model.row(reached, 1.0, float(need - sure), np.inf)
        every = np.arange(self.frame.actions)
        cuts = [Cut(every, flags) for flags in refuted]
        return self.frame.propose(model, Linear(every, -self.limits.costs), cuts, 1.0, seconds)

    def surest(self, seconds: float) -> Flags:
        """A package that reaches the rank in most futures (nothing at all if none reaches it in any)."""
        model, reached, sure = self._count()
        if not reached:
            return self.limits.least
        costs = self.limits.costs
        columns = np.append(reached, np.arange(costs.size))
        cells = np.append(np.ones(len(reached)), -0.5 * costs / (1.0 + costs.sum()))
        proposed = self.frame.propose(model, Linear(columns, cells, float(sure)), (), 1.0, seconds)
        return self.limits.least if proposed.package is None else proposed.package


def _moved(response: Response, panel: NDArray[np.float64]) -> Response:
    """The response of the same index with other raw values of the rivals."""
    result = response.result
    values = result.dataset.values.copy()
    values.loc[:, :] = panel
    moved = IndexResult(
        dataset=result.dataset.replace(values=values),
        method=result.method,
        plan=result.plan,
        computed=compute(result.plan, panel),
    )
    return respond(moved, response.unit)
