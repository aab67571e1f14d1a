"""Every level that a package can give one indicator, with the whole normalised column at each.

Up to :data:`MOST_SUBSETS` actions on one indicator are enumerated by subset. Where more meet
(plan 116 has 23 tasks on one indicator) subsets are merged by attainable value: effects are
followed one after the other through a layered network whose nodes are values, so that equal
sums meet in one node (where effects simply add up, the last layer and one equation suffice). Integral actions force an integral path, so nothing is lost by it. Where
effects simply add up and the unit stays between the worst and the best rival of an untreated
min-max column, its score is a straight line and nobody else's moves: no levels are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...base.errors import MethodError
from ...index.engine import Computed, aggregate, effective_weights
from ..actions.effects import Lever

if TYPE_CHECKING:
    from ..response.unit_response import Response

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

MOST_SUBSETS = 12
MOST_NODES = 600
MOST_SUMS = 1500
MOST_PATTERNS = 64
_FEW = 6


@dataclass(frozen=True, eq=False)
class Levels:
    """Attainable levels of one indicator.

    Attributes
    ----------
    lever : Lever
    values : ndarray, shape (levels,)
        Own raw value.
    normalised : ndarray, shape (levels, units)
        Scores of all units at that value; where values were merged, the best end for the unit
        itself and the worst for each rival, so that a programme on them is a relaxation.
    bits : ndarray of bool, shape (levels, members), or None
        Which actions make the level, if enumerated by subset.
    arcs : ndarray of int, shape (arcs, 3), or None
        From node, to node and member taken (-1 none), if followed by value; nodes are numbered
        through all layers, the first is 0, the last ``len(values)`` are the levels.
    nodes : int
    steps, tops : ndarray, or None
        Where effects simply add up: what each member adds to the raw value, and the upper ends
        of the levels (``values`` are the lower ones; they differ where levels were merged).
    exact : bool
        Whether every level is one value (to rounding).
    """

    lever: Lever
    values: Column
    normalised: Matrix
    bits: Flags | None = None
    arcs: Places | None = None
    nodes: int = 0
    slopes: Column | None = None
    steps: Column | None = None
    tops: Column | None = None
    exact: bool = True

    @property
    def masks(self) -> Flags:
        """Missing scores by level and unit."""
        return np.isnan(self.normalised)


def every_subset(k: int) -> Flags:
    """All subsets of k things as rows of flags; row number = binary number, first thing lowest."""
    return ((np.arange(2**k)[:, None] >> np.arange(k)) & 1).astype(bool)


def make_levels(response: Response, lever: Lever, amounts: Column, *, straight: bool = True) -> Levels:
    """Enumerate or follow what `lever` can do at given amounts of its effects.

    Parameters
    ----------
    straight : bool
        Whether a straight line may stand for its levels.

    Raises
    ------
    MethodError
        If more than :data:`MOST_SUBSETS` actions meet and cannot be followed one by one
        (synergies, substitutes, newly reported values, two effects of one action).
    """
    k = lever.members.size
    if np.isnan(lever.base) and all(e.way != "set" for e in lever.effects):
        # nothing can be added to a value that nobody knows
        base = response.base_normalised[:, [lever.at]].T
        return Levels(lever, np.array([np.nan]), base, slopes=np.zeros(k))
    if straight and (line := _line(response, lever, amounts)) is not None:
        return line
    followed = lever.in_steps and not np.isnan(lever.base) and all(e.way != "set" for e in lever.effects)
    if k > _FEW and followed:
        steps = _steps(lever, amounts)
        network = _network(lever, amounts, MOST_NODES if steps is None else MOST_SUMS)
        size = network.nodes if steps is None else network.low.size
        if k > MOST_SUBSETS or (network.exact and size < 2**k):
            return _scored(response, network, steps)
    if k > MOST_SUBSETS:
        raise MethodError("error.plan.too_many", code=lever.code, k=k, most=MOST_SUBSETS)
    bits = every_subset(k)
    values = lever.values(bits, amounts)
    normalised = response.column(lever.code, values) if values.size else np.zeros((0, 0))
    if np.isnan(lever.base):
        normalised[np.isnan(values)] = response.base_normalised[:, lever.at]
    return Levels(lever, values, normalised, bits=bits)


def _line(response: Response, lever: Lever, amounts: Column) -> Levels | None:
    """The column as a straight line in the actions, None where it is not one everywhere it can go."""
    ways = {e.way for e in lever.effects}
    if lever.synergy or lever.substitutes or np.isnan(lever.base) or not ways <= {"add", "numerator"}:
        return None
    table = response.table(lever.at)
    if not table.plain or table.reason:
        return None
    steps = amounts * lever.per_unit
    low = lever.base + steps[steps < 0].sum()
    high = lever.base + steps[steps > 0].sum()
    for effect, step in zip(lever.effects, steps, strict=True):
        if effect.cap is not None and (effect.cap < high if step > 0 else effect.cap > low):
            return None
    rivals = np.delete(table.raw, table.own)
    inside = np.nanmin(rivals) <= low and high <= np.nanmax(rivals)
    if not inside or low < lever.low or high > lever.high or high == low:
        return None
    ends = response.column(lever.code, np.array([low, high]))[:, response.own]
    per = float(ends[1] - ends[0]) / (high - low)
    slopes = np.zeros(lever.members.size)
    np.add.at(slopes, lever.owner, per * steps)
    base = response.base_normalised[:, [lever.at]].T
    return Levels(lever, np.array([lever.base]), base, slopes=slopes)


@dataclass(frozen=True, eq=False)
class _Network:
    lever: Lever
    low: Column
    high: Column
    arcs: Places
    nodes: int
    exact: bool


def _network(lever: Lever, amounts: Column, most: int) -> _Network:
    low = high = np.array([lever.base])
    first, exact, arcs = 0, True, []
    for k in range(len(lever.effects)):
        step = np.broadcast_to(amounts[k], low.shape)
        ends_low = np.concatenate([low, lever._step(k, low, step)])
        ends_high = np.concatenate([high, lever._step(k, high, step)])
        if k + 1 == len(lever.effects):
            ends_low, ends_high = (np.clip(e, lever.low, lever.high) for e in (ends_low, ends_high))
        scale = max(1e-12, float(np.abs(ends_low).max()) * 1e-11)
        groups, at = np.unique(np.round(0.5 * (ends_low + ends_high) / scale), return_inverse=True)
        if groups.size > most:
            exact = False
            width = (ends_high.max() - ends_low.min()) / most
            groups, at = np.unique(np.floor((ends_low - ends_low.min()) / width), return_inverse=True)
        at = at.ravel()
        size, after = low.size, first + low.size
        low, high = np.full(groups.size, np.inf), np.full(groups.size, -np.inf)
        np.minimum.at(low, at, ends_low)
        np.maximum.at(high, at, ends_high)
        taken = np.repeat([-1, lever.owner[k]], size)
        arcs.append(np.column_stack([np.tile(np.arange(first, after), 2), after + at, taken]))
        first = after
    return _Network(lever, low, high, np.vstack(arcs).astype(np.intp), first + low.size, exact)


def _steps(lever: Lever, amounts: Column) -> Column | None:
    """What each member adds to the raw value, where effects simply add up; None where they do not."""
    made = amounts * lever.per_unit
    plain = all(e.way in ("add", "numerator") and e.cap is None for e in lever.effects)
    low, high = lever.base + made[made < 0].sum(), lever.base + made[made > 0].sum()
    if not plain or low < lever.low or high > lever.high:
        return None
    steps = np.zeros(lever.members.size)
    np.add.at(steps, lever.owner, made)
    return steps


def _scored(response: Response, network: _Network, steps: Column | None) -> Levels:
    lever = network.lever
    at_low = response.column(lever.code, network.low)
    normalised = at_low
    if not network.exact:
        at_high = response.column(lever.code, network.high)
        normalised = np.fmin(at_low, at_high)
        normalised[:, response.own] = np.fmax(at_low, at_high)[:, response.own]
    if steps is not None:
        tops = network.high
        return Levels(lever, network.low, normalised, steps=steps, tops=tops, exact=network.exact)
    return Levels(lever, network.low, normalised, arcs=network.arcs, nodes=network.nodes, exact=network.exact)


@dataclass(frozen=True, eq=False)
class Pattern:
    """Weights under one pattern of missing scores.

    Attributes
    ----------
    weights : ndarray, shape (units, indicators)
        Effective weights; own ones change when a value is newly reported.
    alive : ndarray of bool, shape (units,)
        Units that have a score.
    open_levels : tuple of ndarray of bool
        By column, the levels that belong to the pattern.
    """

    weights: Matrix
    alive: Flags
    open_levels: tuple[Flags, ...]


def patterns(response: Response, levels: tuple[Levels, ...]) -> tuple[Pattern, ...]:
    """All patterns of missing scores that the levels allow; one if nobody's gaps come or go.

    Weights are spread anew over what is there, so a newly reported value changes the weight of
    its siblings: within a pattern the score is linear, and patterns are few.

    Raises
    ------
    MethodError
        If there are more than :data:`MOST_PATTERNS`.
    """
    choices = []
    for column in levels:
        masks = column.masks
        kinds, at = np.unique(masks, axis=0, return_inverse=True)
        choices.append([(kind, at.ravel() == k) for k, kind in enumerate(kinds)])
    count = int(np.prod([len(c) for c in choices])) if choices else 1
    if count > MOST_PATTERNS:
        raise MethodError("error.plan.patterns", count=count, most=MOST_PATTERNS)
    found = []
    for combination in product(*choices):
        mask = np.isnan(response.base_normalised)
        for column, (kind, _) in zip(levels, combination, strict=True):
            mask[:, column.lever.at] = kind
        weights, alive = weights_of(response, mask)
        found.append(Pattern(weights, alive, tuple(flags for _, flags in combination)))
    return tuple(found)


def weights_of(response: Response, mask: Flags) -> tuple[Matrix, Flags]:
    """Effective weights (units x indicators, 0 for gaps) and who has a score, for given gaps."""
    scores, used = aggregate(response.plan, np.where(mask, np.nan, 0.0))
    made = effective_weights(response.plan, Computed(scores, (), scores, used, ()))
    return np.nan_to_num(made[:, response.plan.indicator_at]), ~np.isnan(scores[:, response.root_at])
