"""Where improving makes you fall: every interval of an own value, and why.

Under plain min-max an own score never falls when a value improves. Where outliers are treated
by a rule that looks at skewness and kurtosis it can: the treatment of the whole column switches
as the value moves. The response knows every switch, so intervals are found, not sampled; inside
an interval ranks change where scores cross, which is found by bisection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Column, Matrix
from ...base.results import Drawn
from ...index.index_result import IndexResult
from .column_table import ColumnTable
from .unit_response import Response, respond

_TINY = {"score": 1e-7, "rank": 0.5}
_COLUMNS = ["unit", "mover", "code", "measure", "start", "end", "worst", "loss", "cause", "within"]


class Improvement(NamedTuple):
    """Raw values of a mover from today's on, and score and rank of the unit watched at each, shape (k,)."""

    values: Column
    scores: Column
    ranks: Column


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
    found : mapping of (mover, code, unit) to Improvement
        What every interval lies on.
    """

    table: pd.DataFrame
    paths: int
    reach: float
    result: IndexResult
    found: Mapping[tuple[str, str, str], Improvement]

    def path(self, mover: str, code: str, unit: str | None = None) -> Improvement:
        """Raw values of `mover` on `code` as it improves, with the score and rank of `unit` at each.

        The points are those that the search looked at: both sides of every switch and `steps`
        in every stretch between them. Only paths with a perverse interval are kept.

        Raises
        ------
        KeyError
            If there is no perverse interval on this path.
        """
        dataset = self.result.dataset
        return self.found[dataset.unit(mover), self.result.framework.check(code), dataset.unit(unit or mover)]

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
        ``table`` has one row an interval.

    Raises
    ------
    ValueError
        If the method mixes columns or its means are not arithmetic.
    UnknownNameError
        For an unknown unit or indicator.

    Notes
    -----
    Switches of the treatment are roots of polynomials in the improved value and found exactly;
    where scores cross between them is bracketed to 1e-10 of the value.

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"), "gii")
    >>> found = pk.perverse(result, "Hà Giang", codes=["2.1", "7.1"])
    >>> found.paths, list(found.table["measure"].unique())
    (2, ['rank'])
    """
    chosen = result.units if units is None else (units,) if isinstance(units, str) else tuple(units)
    watched = [result.dataset.unit(u) for u in chosen]
    movers = watched if rival is None else [result.dataset.unit(rival)]
    looked_at = result.framework.indicators if codes is None else codes
    rows: list[tuple[Any, ...]] = []
    found: dict[tuple[str, str, str], Improvement] = {}
    paths = 0
    for path in _paths(result, movers, looked_at, reach, steps):
        paths += 1
        mover = path.response.unit
        for unit in [mover] if rival is None else [w for w in watched if w != mover]:
            at = result.units.index(unit)
            if made := list(path.intervals(at)):
                rows += made
                found[mover, path.table.code, unit] = path.improvement(at)
    table = pd.DataFrame(rows, columns=_COLUMNS).astype({"within": bool})
    return Perverse(table, paths, reach, result, found)


@dataclass(frozen=True, eq=False)
class _Path:
    """One indicator of one unit as it improves from today's value on; values turned, larger is better."""

    response: Response
    table: ColumnTable
    values: Column
    switches: Column
    today: float
    gap: float

    @cached_property
    def scores(self) -> Matrix:
        """Scores of the whole for every unit, values x units."""
        return self._scores(self.values)

    def _scores(self, values: Column) -> Matrix:
        response, table = self.response, self.table
        change = response.weights[:, table.at] * (table.normalised(values * table.direction) - table.base)
        return response.base_scores + np.nan_to_num(change)

    def _ranks(self, scores: Matrix, unit: int) -> Column:
        """Rank of a unit with everybody but, for a rival's change, the mover."""
        among = np.ones(scores.shape[1], dtype=bool)
        among[self.response.own] = unit == self.response.own
        return self.response.plan.method.ranking.own(scores, unit, among)

    def _level(self, scores: Matrix, unit: int, measure: str) -> Column:
        """What improvement should lower: the rank, or the score with its sign changed."""
        return -scores[:, unit] if measure == "score" else self._ranks(scores, unit)

    def improvement(self, unit: int) -> Improvement:
        """Score and rank of a unit on the way, by raw values."""
        values = self.values * self.table.direction
        return Improvement(values, self.scores[:, unit], self._ranks(self.scores, unit))

    def intervals(self, unit: int) -> Iterator[tuple[Any, ...]]:
        """Perverse intervals for one unit's score (the mover's own only) and rank."""
        for measure in ("score", "rank") if unit == self.response.own else ("rank",):
            level = self._level(self.scores, unit, measure)
            if not np.isnan(level).any():
                yield from self._worse(unit, measure, level)

    def _worse(self, unit: int, measure: str, level: Column) -> Iterator[tuple[Any, ...]]:
        """Rows of :attr:`Perverse.table`: runs in which `level` lies above its best so far."""
        best = np.minimum.accumulate(level)
        limit = best + _TINY[measure]
        name, turn = self.response.plan.units[unit], self.table.direction
        turns = np.flatnonzero(np.diff(level > limit, append=False))
        for last_good, last_bad in turns.reshape(-1, 2):
            first = last_good + 1
            worst = first + int(np.argmax(level[first : last_bad + 1]))
            start, end = self._edge(unit, measure, last_good, limit), self.values[-1]
            if last_bad + 1 < level.size:
                end = self._edge(unit, measure, last_bad, limit)
            cause = self._cause(self.values[last_good], self.values[first])
            points = start * turn, end * turn, float(self.values[worst]) * turn
            loss, within = float(level[worst] - best[worst]), bool(start <= self.today)
            yield name, self.response.unit, self.table.code, measure, *points, loss, cause, within

    def _edge(self, unit: int, measure: str, at: int, limits: Column) -> float:
        """Value between two points at which the level passes the limit; a bracket cut in 17 at a time."""
        low, high = self.values[at : at + 2].tolist()
        switch = self.switches[(self.switches > low) & (self.switches < high)]
        if switch.size and high - low <= 3 * self.gap:
            return float(switch[0])
        rising: bool | None = None
        for _ in range(10):
            if high - low <= 1e-10 * max(1.0, abs(high)):
                break
            points = np.linspace(low, high, 18)
            above = self._level(self._scores(points), unit, measure) > limits[at]
            rising = not above[0] if rising is None else rising
            passed = int(np.argmax(np.append(above[1:-1] == rising, True)))
            low, high = float(points[passed]), float(points[passed + 1])
        return 0.5 * (low + high)

    def _cause(self, a: float, b: float) -> str:
        """Why the level rose between two values."""
        switched = ((self.switches >= a - self.gap) & (self.switches <= b + self.gap)).any()
        best_rival = self.table.scale.least + self.table.scale.span
        return "treatment" if switched else "maximum" if b > best_rival else "scale"


def _paths(
    result: IndexResult, movers: Sequence[str], codes: Sequence[str], reach: float, steps: int
) -> Iterator[_Path]:
    for mover in movers:
        response = respond(result, mover)
        if not response.additive:
            raise ValueError("perverse() needs separate columns and arithmetic means")
        for code in codes:
            if path := _path(response, response.place(code), reach, steps):
                yield path


def _path(response: Response, at: int, reach: float, steps: int) -> _Path | None:
    """Both sides of every switch and `steps` points between them; None where there is nothing to follow."""
    table = response.table(at)
    known = table.raw[~np.isnan(table.raw)] * table.direction
    start = table.base_value * table.direction
    if np.isnan(start) or known.size < 3 or table.reason == "constant":
        return None
    today, least, best_rival = float(known.max()), table.scale.least, table.scale.least + table.scale.span
    end = today + reach * float(np.ptp(known) or abs(today) or 1.0)
    switches = table.breaks[(table.breaks > start) & (table.breaks < end)]
    kinks = [k for k in (least, best_rival) if start < k < end]
    marks = np.unique(np.concatenate([[start], switches, kinks, [end]]))
    gap = 2e-9 * max(float(np.ptp(known)), abs(end)) + 4 * float(table.widths.max(initial=0.0))
    points = [
        np.linspace(a + min(gap, (b - a) / 4), b - min(gap, (b - a) / 4), steps) for a, b in pairwise(marks)
    ]
    values = np.unique(np.concatenate([[start], *points]))
    return _Path(response, table, values, switches, today, gap)
