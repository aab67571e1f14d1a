"""Where improving makes you fall: every interval of an own value, and why.

Under plain min-max an own score never falls when a value improves. Where outliers are treated
by a rule that looks at skewness and kurtosis it can: the treatment of the whole column switches
as the value moves. The response knows every switch, so intervals are found, not sampled; inside
an interval ranks change where scores cross, which is found by bisection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.results import Drawn
from ...index.index_result import IndexResult
from .unit_response import Response, respond

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
_TINY = 1e-7


@dataclass(frozen=True, eq=False)
class Perverse(Drawn):
    """Intervals in which improving one indicator hurts.

    Attributes
    ----------
    table : DataFrame
        One row an interval: ``unit`` (whose score or rank suffers), ``mover`` (whose value
        improves), ``code``, ``measure`` (``score`` or ``rank``), ``start, end`` (raw values
        of the mover between which the unit is worse off than it was at a less good value),
        ``worst`` (the worst raw value found), ``loss`` (points, or places),
        ``cause`` (``treatment`` switched, ``maximum``: a new best value moved the scale,
        ``scale``: another bound) and ``within`` (starts inside what provinces have today).
    paths : int
        Indicators of units that were looked at.
    reach : float
        How far beyond today's best, in ranges.
    result : IndexResult
    steps : int
    """

    table: pd.DataFrame
    paths: int
    reach: float
    result: IndexResult
    steps: int = 12

    def path(self, mover: str, code: str, unit: str | None = None) -> tuple[Column, Column, Column]:
        """Raw values of `mover` on `code` as it improves, with the score and rank of `unit` at each.

        The points are those that the search looked at: both sides of every switch and `steps`
        in every stretch between them.
        """
        response = respond(self.result, mover)
        path = _Path(response, response.place(code), self.reach, max(self.steps, 40))
        at = self.result.units.index(self.result.dataset.unit(unit or mover))
        scores = path.scores(path.values)
        return path.values, scores[:, at], path._ranks(scores, at)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Share of paths with a perverse interval, by measure and whether it starts within today's range."""
        out = {}
        for measure in ("score", "rank"):
            rows = self.table[self.table["measure"] == measure]
            for name, part in (("anywhere", rows), ("within", rows[rows["within"]])):
                hit = part[["mover", "code"]].drop_duplicates()
                out[f"{measure}_{name}"] = len(hit) / self.paths if self.paths else float("nan")
        return out


def perverse(
    result: IndexResult,
    units: str | Sequence[str] | None = None,
    *,
    codes: Sequence[str] | None = None,
    rival: str | None = None,
    reach: float = 1.5,
    steps: int = 12,
) -> Perverse:
    """Find where improving one indicator lowers a score or a rank.

    Parameters
    ----------
    result : IndexResult
        By any method whose columns are separate.
    units : str or sequence of str, optional
        Whose values improve; all by default. With `rival`, whose score and rank are watched.
    codes : sequence of str, optional
        Indicators; all by default.
    rival : str, optional
        Improve this unit's values instead, and watch `units`: their rank falls where the
        rival's improvement moves the scale or switches a treatment (their being passed by the
        rival itself does not count).
    reach : float
        How far beyond today's best value to look, in today's ranges.
    steps : int
        Points looked at inside each stretch between switches, for ranks.

    Returns
    -------
    Perverse

    Raises
    ------
    ValueError
        If the method mixes columns or its means are not arithmetic.
    """
    chosen = result.units if units is None else (units,) if isinstance(units, str) else tuple(units)
    watched = [result.dataset.unit(u) for u in chosen]
    places = range(len(result.framework.indicators)) if codes is None else None
    rows: list[dict[str, Any]] = []
    paths = 0
    movers = watched if rival is None else [result.dataset.unit(rival)]
    for mover in movers:
        response = respond(result, mover)
        if not response.additive:
            raise ValueError("perverse() needs separate columns and arithmetic means")
        at = [response.place(c) for c in codes] if codes is not None else list(places or ())
        eyes = [mover] if rival is None else [w for w in watched if w != mover]
        for j in at:
            path = _Path(response, j, reach, steps)
            if path.values.size == 0:
                continue
            paths += 1
            for unit in eyes:
                rows += path.intervals(result.units.index(unit))
    columns = ["unit", "mover", "code", "measure", "start", "end", "worst", "loss", "cause", "within"]
    return Perverse(pd.DataFrame(rows, columns=columns).astype({"within": bool}), paths, reach, result, steps)


class _Path:
    """One indicator of one unit as it improves from today's value on."""

    def __init__(self, response: Response, at: int, reach: float, steps: int) -> None:
        self.response, self.table = response, response.table(at)
        turn = self.table.direction
        known = self.table.raw[~np.isnan(self.table.raw)] * turn
        start = self.table.base_value * turn
        self.values = np.array([])
        if np.isnan(start) or known.size < 3 or self.table.reason == "constant":
            return
        best = float(known.max())
        self.best_rival = self.table.least + self.table.span
        end = best + reach * float(np.ptp(known) or abs(best) or 1.0)
        inner = self.table.breaks[(self.table.breaks > start) & (self.table.breaks < end)]
        kinks = [k for k in (self.table.least, self.best_rival) if start < k < end]
        marks = np.unique(np.concatenate([[start], inner, kinks, [end]]))
        gap = 2e-9 * max(float(np.ptp(known)), abs(end)) + 4 * float(self.table.widths.max(initial=0.0))
        points = []
        for a, b in pairwise(marks):
            points.append(np.linspace(a + min(gap, (b - a) / 4), b - min(gap, (b - a) / 4), steps))
        turned = np.unique(np.concatenate([[start], *points]))
        self.turned, self.values = turned, turned * turn
        self.switches, self.top = inner, best
        self.gap = gap

    def scores(self, values: Column) -> Matrix:
        """Scores of the whole for every unit, values x units."""
        response, at = self.response, self.table.at
        delta = response.weights[:, at] * (self.table.normalised(values) - self.table.base)
        return response.base_scores + np.nan_to_num(delta)

    @cached_property
    def _scores(self) -> Matrix:
        return self.scores(self.values)

    def _ranks(self, scores: Matrix, unit: int) -> Column:
        """Rank of a unit with everybody but, for a rival's change, the mover."""
        mine = scores[:, [unit]]
        counted = np.ones(scores.shape[1], dtype=bool)
        counted[unit] = False
        if unit != self.response.own:
            counted[self.response.own] = False
        ahead = np.round(scores[:, counted], self.response.plan.method.rank_decimals) > np.round(
            mine, self.response.plan.method.rank_decimals
        )
        return 1.0 + ahead.sum(axis=1)

    def intervals(self, unit: int) -> list[dict[str, Any]]:
        """Perverse intervals for one unit's score (the mover's own only) and rank."""
        found = []
        if unit == self.response.own:
            level = -self._scores[:, unit]
            found += self._worse(unit, "score", level, _TINY)
        found += self._worse(unit, "rank", self._ranks(self._scores, unit), 0.5)
        return found

    def _worse(self, unit: int, measure: str, level: Column, tiny: float) -> list[dict[str, Any]]:
        """Runs in which `level` (lower is better) lies above its best so far."""
        if np.isnan(level).any():
            return []
        best = np.minimum.accumulate(level)
        bad = level > best + tiny
        out, at = [], 0
        while at < bad.size:
            if not bad[at]:
                at += 1
                continue
            first = at
            while at < bad.size and bad[at]:
                at += 1
            last = at - 1
            worst = first + int(np.argmax(level[first : last + 1]))
            start = self._edge(unit, measure, first - 1, first, best[first - 1] + tiny)
            end = self._edge(unit, measure, last, at, best[last] + tiny) if at < bad.size else self.turned[-1]
            turn = self.table.direction
            out.append(
                {
                    "unit": self.response.plan.units[unit],
                    "mover": self.response.unit,
                    "code": self.table.code,
                    "measure": measure,
                    "start": start * turn,
                    "end": end * turn,
                    "worst": float(self.values[worst]),
                    "loss": float(level[worst] - best[worst]),
                    "cause": self._cause(self.turned[first - 1], self.turned[first]),
                    "within": bool(start <= self.top),
                }
            )
        return out

    def _edge(self, unit: int, measure: str, a: int, b: int, limit: float) -> float:
        """Turned value between two points at which the level passes `limit`, by bisection."""
        low, high = float(self.turned[a]), float(self.turned[b])
        switch = self.switches[(self.switches > low) & (self.switches < high)]
        if switch.size and high - low <= 3 * self.gap:
            return float(switch[0])
        rising = None
        for _ in range(40):
            if high - low <= 1e-10 * max(1.0, abs(high)):
                break
            middle = 0.5 * (low + high)
            scores = self.scores(np.array([middle * self.table.direction]))
            level = -scores[0, unit] if measure == "score" else self._ranks(scores, unit)[0]
            if rising is None:
                first = self.scores(np.array([low * self.table.direction]))
                at_low = -first[0, unit] if measure == "score" else self._ranks(first, unit)[0]
                rising = at_low <= limit
            if (level > limit) == rising:
                high = middle
            else:
                low = middle
        return 0.5 * (low + high)

    def _cause(self, a: float, b: float) -> str:
        switched = ((self.switches >= a - self.gap) & (self.switches <= b + self.gap)).any()
        return "treatment" if switched else "maximum" if b > self.best_rival else "scale"
