"""Which levels an indicator can take, and in which form the programme gets them.

Up to :data:`MOST_SUBSETS` actions on one indicator are enumerated by subset. Where more meet
(plan 116 has 23 tasks on one indicator) subsets are merged by attainable value: effects are
followed one after the other through a layered network whose nodes are values, so that equal
sums meet in one node (where effects simply add up, the last layer and one equation suffice).
Integral actions force an integral path, so nothing is lost by it. Where effects simply add up
and the unit stays between the worst and the best rival of an untreated min-max column, its
score is a straight line and nobody else's moves: no levels are needed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags, Matrix, Places
from ...base.errors import MethodError
from ..actions.effects import Lever
from ..response.unit_response import Response
from .levels import Levels, Network, StraightLine, Subsets, Sums

MOST_SUBSETS = 12
MOST_NODES = 600
MOST_SUMS = 1500
MOST_ARCS = 60_000
_FEW = 6


def every_subset(k: int) -> Flags:
    """All subsets of k things as rows of flags; row number = binary number, first thing lowest."""
    return ((np.arange(2**k)[:, None] >> np.arange(k)) & 1).astype(bool)


def make_levels(
    response: Response, lever: Lever, amounts: Column, *, straight: bool = True, arcs: int = MOST_ARCS
) -> Levels:
    """Enumerate or follow what `lever` can do at given amounts of its effects.

    Parameters
    ----------
    straight : bool
        Whether a straight line may stand for its levels.
    arcs : int
        Most arcs of a network; the fewer, the more values are merged.

    Raises
    ------
    MethodError
        If more than :data:`MOST_SUBSETS` actions meet and cannot be followed one by one
        (synergies, substitutes, newly reported values, two effects of one action).
    """
    k, reports = lever.members.size, any(e.way == "set" for e in lever.effects)
    if np.isnan(lever.base) and not reports:
        # nothing can be added to a value that nobody knows
        return _no_levels(response, lever, np.zeros(k))
    if straight and (slopes := _slopes(response, lever, amounts)) is not None:
        return _no_levels(response, lever, slopes)
    if k > _FEW and lever.in_steps and not reports:
        followed = _followed(response, lever, amounts, arcs)
        if followed is not None:
            return followed
    if k > MOST_SUBSETS:
        raise MethodError("error.plan.too_many", code=lever.code, k=k, most=MOST_SUBSETS)
    return by_subset(response, lever, amounts, every_subset(k))


def by_subset(response: Response, lever: Lever, amounts: Column, bits: Flags) -> Levels:
    """A level for each of the subsets `bits` of the lever's members."""
    values = lever.values(bits, amounts)
    normalised = response.column(lever.code, values)
    if np.isnan(lever.base):
        normalised[np.isnan(values)] = response.base_normalised[:, lever.at]
    return Subsets(lever, values, normalised, bits=bits)


def subset_levels(response: Response, lever: Lever, amounts: Column) -> Levels:
    """Levels by subset wherever that many can be listed, since each draw of the effects moves them apart."""
    known = not np.isnan(lever.base) or any(e.way == "set" for e in lever.effects)
    if lever.members.size > MOST_SUBSETS or not known:
        return make_levels(response, lever, amounts)
    return by_subset(response, lever, amounts, every_subset(lever.members.size))


def _no_levels(response: Response, lever: Lever, slopes: Column) -> Levels:
    base = response.base_normalised[:, [lever.at]].T
    return StraightLine(lever, np.array([lever.base]), base, slopes=slopes)


class _Reach(NamedTuple):
    """What each effect adds to the raw value where effects add up, and how far all of them can take it."""

    steps: Column
    low: float
    high: float
    inside: bool  # what the scale and every cap allow

    def of_members(self, lever: Lever, per: float = 1.0) -> Column:
        out = np.zeros(lever.members.size)
        np.add.at(out, lever.owner, per * self.steps)
        return out


def _reach(lever: Lever, amounts: Column) -> _Reach | None:
    if not {e.way for e in lever.effects} <= {"add", "numerator"}:
        return None
    steps = amounts * lever.per_unit
    low, high = lever.base + steps[steps < 0].sum(), lever.base + steps[steps > 0].sum()
    capped = any(
        e.cap is not None and (e.cap < high if step > 0 else e.cap > low)
        for e, step in zip(lever.effects, steps, strict=True)
    )
    return _Reach(steps, low, high, low >= lever.low and high <= lever.high and not capped)


def _slopes(response: Response, lever: Lever, amounts: Column) -> Column | None:
    """What each action adds to the own score, where that is a straight line everywhere it can go."""
    if lever.synergy or lever.substitutes or np.isnan(lever.base):
        return None
    reach, table = _reach(lever, amounts), response.table(lever.at)
    if reach is None or not reach.inside or not table.plain or table.reason:
        return None
    low, high = reach.low, reach.high
    rivals = np.delete(table.raw, table.own)
    if low < np.nanmin(rivals) or high > np.nanmax(rivals) or high == low:
        return None
    ends = response.column(lever.code, np.array([low, high]))[:, response.own]
    return reach.of_members(lever, float(ends[1] - ends[0]) / (high - low))


class _Values(NamedTuple):
    """Values that can be reached one effect after the other: ends of the last layer, and the arcs to it."""

    low: Column
    high: Column
    arcs: Places
    nodes: int

    @property
    def exact(self) -> bool:
        """Whether nothing but equal values met."""
        return bool((self.high - self.low <= 100 * _rounding(self.low)).all())


def _followed(response: Response, lever: Lever, amounts: Column, arcs: int) -> Levels | None:
    """Levels merged by value; None where the subsets are fewer."""
    uncapped = all(e.cap is None for e in lever.effects)
    reach = _reach(lever, amounts) if uncapped else None
    adds_up = reach is not None and reach.inside
    narrow = max(20, min(MOST_NODES, arcs // (2 * len(lever.effects))))
    made = _follow(lever, amounts, MOST_SUMS if adds_up else narrow)
    size = made.low.size if adds_up else made.nodes
    k = lever.members.size
    if k <= MOST_SUBSETS and not (made.exact and size < 2**k):
        return None
    normalised = _envelope(response, lever, made)
    if adds_up:
        assert reach is not None
        return Sums(lever, made.low, normalised, made.exact, steps=reach.of_members(lever), tops=made.high)
    return Network(lever, made.low, normalised, made.exact, arcs=made.arcs, nodes=made.nodes)


def _follow(lever: Lever, amounts: Column, most: int) -> _Values:
    low = high = np.array([lever.base])
    first, arcs = 0, []
    for k in range(len(lever.effects)):
        step = np.broadcast_to(amounts[k], low.shape)
        ends_low = np.concatenate([low, lever.step(k, low, step)])
        ends_high = np.concatenate([high, lever.step(k, high, step)])
        if k + 1 == len(lever.effects):
            ends_low, ends_high = (np.clip(e, lever.low, lever.high) for e in (ends_low, ends_high))
        at = _meet(ends_low, ends_high, most)
        size, after = low.size, first + low.size
        low, high = np.full(at.max() + 1, np.inf), np.full(at.max() + 1, -np.inf)
        np.minimum.at(low, at, ends_low)
        np.maximum.at(high, at, ends_high)
        taken = np.repeat([-1, lever.owner[k]], size)
        arcs.append(np.column_stack([np.tile(np.arange(first, after), 2), after + at, taken]))
        first = after
    return _Values(low, high, np.vstack(arcs).astype(np.intp), first + low.size)


def _rounding(values: Column) -> float:
    """Differences in values that come of adding in another order."""
    return max(1e-12, float(np.abs(values).max()) * 1e-11)


def _meet(low: Column, high: Column, most: int) -> Places:
    """Number the nodes in which equal values meet; beyond `most` of them values that are near."""
    groups, at = np.unique(np.round(0.5 * (low + high) / _rounding(low)), return_inverse=True)
    if groups.size > most:
        width = (high.max() - low.min()) / most
        _, at = np.unique(np.floor((low - low.min()) / width), return_inverse=True)
    return at.ravel()


def _envelope(response: Response, lever: Lever, made: _Values) -> Matrix:
    """Scores at each level; where values were merged, the best end for the unit and the worst for rivals."""
    at_low = response.column(lever.code, made.low)
    if made.exact:
        return at_low
    at_high = response.column(lever.code, made.high)
    normalised = np.fmin(at_low, at_high)
    normalised[:, response.own] = np.fmax(at_low, at_high)[:, response.own]
    return normalised
