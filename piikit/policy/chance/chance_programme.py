"""The mixed-integer programme over many futures with shared actions and levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...index.index_result import IndexResult
from ..choose.levels import patterns
from ..choose.programme import TOLERANCE, Programme
from ..choose.solver import Solved, solve_rows
from ..response.unit_response import Response, respond
from .futures import Futures

if TYPE_CHECKING:
    from ..choose.optimise import Solver

Flags = NDArray[np.bool_]


class ChanceProgramme:
    """``u_s`` may be 1 only if the rank is reached in future s; enough of them must be 1.

    Comparisons that the bounds of a future decide are settled beforehand; futures that are
    reached by every package or by none carry no variables.
    """

    def __init__(self, solver: Solver, futures: Futures, target: int) -> None:
        self.solver, self.target = solver, target
        self.limits = solver.limits
        self.frames = [self._frame(futures, s) for s in range(futures.count)]
        self.frame = self.frames[0]
        self.rivals = solver.evaluator.rivals

    def _frame(self, futures: Futures, s: int) -> Programme:
        """The programme of one future: the same levels with that future's scores."""
        solver = self.solver
        response = solver.response if futures.panels is None else _moved(solver.response, futures.panels[s])
        levels = []
        for column, amounts, delivered in zip(solver.levels, futures.amounts, futures.delivered, strict=True):
            lever = column.lever
            if column.slopes is not None:
                levels.append(column)
                continue
            if column.bits is not None:
                rows = len(column.bits)
                values = lever.values(
                    column.bits, amounts[[s]], np.broadcast_to(delivered[[s]], (rows, len(lever.effects)))
                )
            else:
                values = column.values
            normalised = response.column(lever.code, values)
            levels.append(replace(column, values=values, normalised=normalised))
        made = tuple(levels)
        pattern = patterns(response, made)[0] if futures.panels is not None else solver.patterns[0]
        pattern = replace(pattern, open_levels=tuple(np.ones(len(c.values), dtype=bool) for c in made))
        unit = 10.0**-solver.question.result.method.rank_decimals
        return Programme(made, pattern, response.base_normalised, response.own, self.limits, unit)

    def _counting(self, rows: Any, width: int) -> tuple[list[int], list[float], list[float], int]:
        """Add the futures' variables and rows; places of u, bounds of new variables, futures always reached."""
        low: list[float] = []
        high: list[float] = []
        indicators: list[int] = []
        sure = 0
        for frame in self.frames:
            ahead_allowed = self.target - 1
            beaten, open_ = 0, []
            for i in self.rivals:
                if not frame.pattern.alive[i] or frame.least[i] >= frame.theta:
                    beaten += 1
                elif frame.most[i] >= frame.theta:
                    open_.append(i)
            need = len(self.rivals) - ahead_allowed - beaten
            if need <= 0:
                sure += 1
                continue
            if need > len(open_):
                continue
            u = width + len(low)
            low.append(0.0)
            high.append(1.0)
            indicators.append(u)
            places = []
            for i in open_:
                if need == len(open_):
                    at = u
                else:
                    at = width + len(low)
                    low.append(0.0)
                    high.append(1.0)
                places.append(at)
                columns, cells, const = frame.score_terms(1.0, i)
                least = frame.least[i] - TOLERANCE
                rows.add(
                    np.append(columns, at), np.append(cells, -(frame.theta - least)), least - const, np.inf
                )
            if need < len(open_):
                rows.add(np.append(places, u), np.append(np.ones(len(places)), -float(need)), 0.0, np.inf)
        return indicators, low, high, sure

    def cheapest(self, need: int, cuts: Sequence[Flags], seconds: float) -> Solved:
        """Least cost with at least `need` futures reached."""
        frame = self.frame
        rows = frame.rows.copy()
        indicators, low, high, sure = self._counting(rows, frame.width)
        if need > sure + len(indicators):
            return Solved(None, -np.inf, "infeasible")
        if need > sure:
            rows.add(np.array(indicators), 1.0, float(need - sure), np.inf)
        every = np.arange(frame.actions)
        for flags in cuts:
            rows.add(every, np.where(flags, -1.0, 1.0), 1.0 - flags.sum(), np.inf)
        cost = (every, -self.limits.costs)
        return solve_rows(
            frame, rows, low, high, list(range(frame.width, frame.width + len(low))), cost, 0.0, 1.0, seconds
        )

    def surest(self, seconds: float) -> Flags:
        """A package that reaches the rank in most futures (nothing at all if none reaches it in any)."""
        frame = self.frame
        rows = frame.rows.copy()
        indicators, low, high, sure = self._counting(rows, frame.width)
        if not indicators:
            return np.nan_to_num(self.limits.fixed, nan=0.0).astype(bool)
        most = 1.0 / (1.0 + float(self.limits.costs.sum()))
        every = np.arange(frame.actions)
        aim = (
            np.append(indicators, every),
            np.append(np.ones(len(indicators)), -0.5 * most * self.limits.costs),
        )
        binaries = list(range(frame.width, frame.width + len(low)))
        solved = solve_rows(frame, rows, low, high, binaries, aim, float(sure), 1.0, seconds)
        if solved.package is None:
            return np.nan_to_num(self.limits.fixed, nan=0.0).astype(bool)
        return solved.package


def _moved(response: Response, panel: NDArray[np.float64]) -> Response:
    """The response of the same index with other raw values of the rivals."""
    from ...index.engine import compute

    result = response.result
    values = result.dataset.values.copy()
    values.loc[:, :] = panel
    dataset = result.dataset.replace(values=values)
    moved = IndexResult(
        dataset=dataset, method=result.method, plan=result.plan, computed=compute(result.plan, panel)
    )
    return respond(moved, response.unit)
