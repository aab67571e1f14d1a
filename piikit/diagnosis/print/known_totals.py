"""The interval of a province's total and rank: who can stand where, with every region's mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column
from ...data.dataset import Dataset
from ...index.known_marks import figures
from .mixed_programme import Line, Programme


class TotalInterval(NamedTuple):
    """Best and worst rank of the whole, and its least and greatest score."""

    best: int
    worst: int
    low: float
    high: float


class Band(NamedTuple):
    """Neighbouring ranks that print leaves open, and how many steps stand above them."""

    first: int
    last: int
    above: int


@dataclass(frozen=True, eq=False)
class RankOrder:
    """Printed ranks as steps from the top down, with the bands of free ranks between them.

    The programme's columns are the totals of all units, the totals at the steps, and for every
    unit without a printed rank its place: one of the bands.

    Attributes
    ----------
    units : tuple of str
    ranks : dict
        Printed rank by unit.
    steps : tuple of str
        From the top down: the unit that holds a printed rank, or "" for the edge of a band of
        ranks that print names.
    bands : tuple of Band
    free : tuple of str
        Units without a printed rank.
    """

    units: tuple[str, ...]
    ranks: dict[str, float]
    steps: tuple[str, ...]
    bands: tuple[Band, ...]
    free: tuple[str, ...]

    def total(self, unit: str) -> int:
        """Column of a unit's total."""
        return self.units.index(unit)

    def step(self, at: int) -> int:
        """Column of the total at a step."""
        return len(self.units) + at

    def place(self, unit: str, band: int) -> int:
        """Column that is 1 if a free unit stands in a band."""
        return self.step(len(self.steps)) + self.free.index(unit) * len(self.bands) + band

    @property
    def sizes(self) -> tuple[int, int]:
        """How many columns are totals, and how many are places."""
        return self.step(len(self.steps)), len(self.free) * len(self.bands)


def total_interval(dataset: Dataset, unit: str) -> TotalInterval:
    """What print allows of a unit's total and of its rank on the whole.

    A mixed-integer programme over all units: printed totals as intervals, printed ranks as an
    order, rank bands, regional means and ranks within a region. Bounds proved by the solver.
    """
    order = _order(dataset)
    programme = _programme(dataset, order)
    at, bands = order.total(unit), list(enumerate(order.bands))
    if unit in order.ranks:
        rank = int(order.ranks[unit])
        least, most = programme.least(at), programme.most(at)
        return TotalInterval(rank, rank, least.value if least else 0.0, most.value if most else 100.0)
    # A higher band holds higher totals, so the ends lie in the outermost bands that are possible.
    tops = ((b.first, programme.most(at, given=order.place(unit, j))) for j, b in bands)
    bottoms = ((b.last, programme.least(at, given=order.place(unit, j))) for j, b in reversed(bands))
    best, high = next(((first, end.value) for first, end in tops if end), (1, 100.0))
    worst, low = next(((last, end.value) for last, end in bottoms if end), (len(order.units), 0.0))
    return TotalInterval(best, worst, low, high)


def _order(dataset: Dataset) -> RankOrder:
    units = dataset.units
    ranks = {f.unit: f.low for f in figures(dataset.printed, "rank") if f.code == dataset.framework.root}
    cuts = {x for f in figures(dataset.printed, "rank_band") for x in (f.low - 0.5, f.high + 0.5)}
    steps = sorted([(r, u) for u, r in ranks.items()] + [(c, "") for c in cuts])
    edges = [0.0, *(position for position, _ in steps), len(units) + 1.0]
    bands = [
        Band(int(np.floor(edges[k] + 1)), int(np.ceil(edges[k + 1] - 1)), k) for k in range(len(edges) - 1)
    ]
    return RankOrder(
        units=units,
        ranks=ranks,
        steps=tuple(name for _, name in steps),
        bands=tuple(b for b in bands if b.last >= b.first),
        free=tuple(u for u in units if u not in ranks),
    )


def _programme(dataset: Dataset, order: RankOrder) -> Programme:
    totals, places = order.sizes
    low, high = _bounds(dataset, order)
    lines = [*_falling(order), *_placed(dataset, order, low, high), *_regional(dataset, order)]
    return Programme(lines, low, high, whole=np.repeat([0, 1], [totals, places]))


def _bounds(dataset: Dataset, order: RankOrder) -> tuple[Column, Column]:
    """Lower and upper bounds of all columns: printed totals, and steps between their neighbours' ends."""
    totals, places = order.sizes
    low, high = np.zeros(totals + places), np.repeat([100.0, 1.0], [totals, places])
    for f in [*figures(dataset.printed, "score"), *figures(dataset.printed, "derived_score")]:
        if f.code == dataset.framework.root:
            low[order.total(f.unit)], high[order.total(f.unit)] = max(0.0, f.low), f.high
    for i, name in enumerate(order.steps):
        if name:
            low[order.step(i)], high[order.step(i)] = low[order.total(name)], high[order.total(name)]
    steps = slice(order.step(0), totals)
    high[steps] = np.minimum.accumulate(high[steps])
    low[steps] = np.maximum.accumulate(low[steps][::-1])[::-1]
    return low, high


def _falling(order: RankOrder) -> list[Line]:
    """Totals fall from step to step, and a named step is its unit's total."""
    lines = []
    for i, name in enumerate(order.steps):
        if name:
            lines.append(Line({order.step(i): 1.0, order.total(name): -1.0}, 0.0, 0.0))
        if i:
            lines.append(Line({order.step(i - 1): 1.0, order.step(i): -1.0}, 0.0, np.inf))
    return lines


def _placed(dataset: Dataset, order: RankOrder, low: Column, high: Column) -> list[Line]:
    """Every free unit stands in one band that it may be in, and bands are full.

    Narrows `low` and `high` of free units to the bands that are left to them.
    """
    said = {f.unit: (f.low, f.high) for f in figures(dataset.printed, "rank_band")}
    lines = []
    for unit in order.free:
        first, last = said.get(unit, (1.0, float(len(order.units))))
        possible = [b.first >= first and b.last <= last for b in order.bands]
        places = [order.place(unit, j) for j in range(len(order.bands))]
        high[places] = possible
        lines.append(Line(dict.fromkeys(places, 1.0), 1.0, 1.0))
        lines += _between_steps(order, unit, np.flatnonzero(possible).tolist(), low, high)
    for j, band in enumerate(order.bands):
        size = band.last - band.first + 1.0
        lines.append(Line({order.place(u, j): 1.0 for u in order.free}, size, size))
    return lines


def _between_steps(order: RankOrder, unit: str, possible: list[int], low: Column, high: Column) -> list[Line]:
    """The total of a free unit lies between the steps around its band."""
    at, above, below = order.total(unit), order.bands[possible[0]].above, order.bands[possible[-1]].above
    if above > 0:
        high[at] = min(high[at], high[order.step(above - 1)])
    if below < len(order.steps):
        low[at] = max(low[at], low[order.step(below)])
    lines = []
    for j in possible:
        place, above = order.place(unit, j), order.bands[j].above
        if above > 0:
            lines.append(_not_above(at, order.step(above - 1), place, low, high))
        if above < len(order.steps):
            lines.append(_not_above(order.step(above), at, place, low, high))
    return lines


def _not_above(lower: int, upper: int, place: int, low: Column, high: Column) -> Line:
    """Column `lower` is at most column `upper` if `place` is 1."""
    most = max(0.0, high[lower] - low[upper])
    return Line({lower: 1.0, upper: -1.0, place: most}, -np.inf, most)


def _regional(dataset: Dataset, order: RankOrder) -> list[Line]:
    """Sums of regions, and ranks within a region where the unit's national rank is printed."""
    printed, region = dataset.printed, dataset.groups.get("region")
    assert printed is not None
    lines = []
    for f in figures(printed, "region_mean"):
        assert region is not None
        inside = [u for u in order.units if region[u] == f.unit]
        total = {order.total(u): 1.0 for u in inside}
        lines.append(Line(total, len(inside) * f.low, len(inside) * f.high))
    rows = printed[printed["kind"] == "region_rank"]
    for unit, want, among in zip(rows["unit"], rows["low"], rows["among"], strict=True):
        group = group_of_rank(dataset, str(unit), str(among))
        own = order.ranks[str(unit)]
        better = sum(1 for u in group if u in order.ranks and order.ranks[u] < own)
        above = [j for j, band in enumerate(order.bands) if band.last < own]
        ahead = {order.place(u, j): 1.0 for u in order.free if u in group for j in above}
        lines.append(Line(ahead, float(want) - 1 - better, float(want) - 1 - better))
    return lines


def group_of_rank(dataset: Dataset, unit: str, among: str) -> list[str]:
    """Units that a printed rank "in the region" is among: the unit's region, or those named."""
    if among != "region":
        return among.split("; ")
    region = dataset.groups["region"]
    return [u for u in dataset.units if region[u] == region[unit]]
