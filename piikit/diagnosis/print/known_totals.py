"""The interval of a province's total and rank: who can stand where, with every region's mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.dataset import Dataset
from ...index.known_marks import PrintedFigure, figures

STEP = 1e-6


@dataclass(frozen=True)
class Ladder:
    """Units with a printed rank from the top, bands of free ranks between them, and cuts inside."""

    steps: tuple[tuple[float, str], ...]
    bands: tuple[tuple[int, int, int], ...]
    free: tuple[str, ...]


def total_interval(dataset: Dataset, unit: str) -> tuple[int, int, float, float]:
    """Best and worst rank of the whole, and its least and greatest score, that print allows.

    A mixed-integer programme over all units: printed totals as intervals, printed ranks as an
    order, rank bands, regional means and ranks within a region. Bounds proved by the solver.
    """
    printed = dataset.printed
    assert printed is not None
    root = dataset.framework.root
    ladder = _ladder(dataset)
    rank = {f.unit: int(f.low) for f in figures(printed, "rank") if f.code == root}
    if unit in rank:
        least, most = (_extreme(dataset, ladder, unit, None, end) for end in ("least", "most"))
        return rank[unit], rank[unit], _or(least, 0.0), _or(most, 100.0)
    best, worst, low, high = 1, len(dataset.units), 0.0, 100.0
    # A higher band holds higher totals, so the ends lie in the outermost bands that are possible.
    for b, (first, _, _) in enumerate(ladder.bands):
        if (most := _extreme(dataset, ladder, unit, b, "most")) is not None:
            best, high = first, most
            break
    for b in reversed(range(len(ladder.bands))):
        if (least := _extreme(dataset, ladder, unit, b, "least")) is not None:
            worst, low = ladder.bands[b][1], least
            break
    return best, worst, low, high


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _ladder(dataset: Dataset) -> Ladder:
    printed = dataset.printed
    assert printed is not None
    root, n = dataset.framework.root, len(dataset.units)
    rank = {f.unit: f.low for f in figures(printed, "rank") if f.code == root}
    cuts = {x for f in figures(printed, "rank_band") for x in (f.low - 0.5, f.high + 0.5)}
    steps = sorted([(r, u) for u, r in rank.items()] + [(c, "") for c in cuts])
    edges = [0.0, *(m for m, _ in steps), n + 1.0]
    bands = []
    for k in range(len(edges) - 1):
        first, last = int(np.floor(edges[k] + 1)), int(np.ceil(edges[k + 1] - 1))
        if last >= first:
            bands.append((first, last, k))
    return Ladder(tuple(steps), tuple(bands), tuple(u for u in dataset.units if u not in rank))


def _extreme(dataset: Dataset, ladder: Ladder, unit: str, band: int | None, end: str) -> float | None:
    """Least or greatest total of `unit` (in `band` if it has no rank); None if that is impossible.

    The solver's proved bound, so the end is never too near even when time runs out.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_matrix

    lines, low, high, whole, column = _lines(dataset, ladder)
    if band is not None:
        place = len(dataset.units) + len(ladder.steps) + ladder.free.index(unit) * len(ladder.bands) + band
        if high[place] < 1:
            return None
        low[place] = 1.0
    rows = [i for i, (line, _, _) in enumerate(lines) for _ in line]
    columns = [c for line, _, _ in lines for c in line]
    data = [v for line, _, _ in lines for v in line.values()]
    matrix = coo_matrix((data, (rows, columns)), shape=(len(lines), len(low))).tocsr()
    limits = LinearConstraint(matrix, [x[1] for x in lines], [x[2] for x in lines])
    sign = 1.0 if end == "least" else -1.0
    cost = np.zeros(len(low))
    cost[column[unit]] = sign
    found = milp(
        cost,
        constraints=limits,
        integrality=whole,
        bounds=Bounds(low, high),
        options={"time_limit": 10.0},
    )
    if found.status == 2:
        return None
    if found.mip_dual_bound is None:
        return 0.0 if end == "least" else 100.0
    bound = sign * float(found.mip_dual_bound)
    return max(0.0, bound - STEP) if end == "least" else min(100.0, bound + STEP)


def _lines(
    dataset: Dataset, ladder: Ladder
) -> tuple[list[tuple[dict[int, float], float, float]], np.ndarray, np.ndarray, np.ndarray, dict[str, int]]:
    """Constraints and bounds: totals of units, totals at the steps, then places of unranked units."""
    printed = dataset.printed
    assert printed is not None
    root, units = dataset.framework.root, list(dataset.units)
    column = {u: i for i, u in enumerate(units)}
    start, k, b = len(units), len(ladder.free), len(ladder.bands)
    place = start + len(ladder.steps)
    size = place + k * b
    low, high = np.zeros(size), np.full(size, 100.0)
    high[place:] = 1.0
    for f in [*figures(printed, "score"), *figures(printed, "derived_score")]:
        if f.code == root:
            low[column[f.unit]], high[column[f.unit]] = max(0.0, f.low), f.high
    lines: list[tuple[dict[int, float], float, float]] = []
    for i, (_, name) in enumerate(ladder.steps):
        if name:
            lines.append(({start + i: 1.0, column[name]: -1.0}, 0.0, 0.0))
        if i:
            lines.append(({start + i - 1: 1.0, start + i: -1.0}, 0.0, np.inf))
    for i, (_, name) in enumerate(ladder.steps):
        if name:
            low[start + i], high[start + i] = low[column[name]], high[column[name]]
    # Steps fall, so each lies between its neighbours' ends: small numbers, tight programmes.
    high[start:place] = np.minimum.accumulate(high[start:place])
    low[start:place] = np.maximum.accumulate(low[start:place][::-1])[::-1]
    limit = {f.unit: (f.low, f.high) for f in figures(printed, "rank_band")}
    for i, u in enumerate(ladder.free):
        lines.append(({place + i * b + j: 1.0 for j in range(b)}, 1.0, 1.0))
        first, last = limit.get(u, (1.0, float(len(units))))
        possible = [j for j, (a, z, _) in enumerate(ladder.bands) if a >= first and z <= last]
        above, below = ladder.bands[possible[0]][2], ladder.bands[possible[-1]][2]
        if above > 0:
            high[column[u]] = min(high[column[u]], high[start + above - 1])
        if below < len(ladder.steps):
            low[column[u]] = max(low[column[u]], low[start + below])
        for j, (a, z, edge) in enumerate(ladder.bands):
            at = place + i * b + j
            if a < first or z > last:
                high[at] = 0.0
            if edge > 0:  # not above the step over the band
                big = max(0.0, high[column[u]] - low[start + edge - 1])
                lines.append(({column[u]: 1.0, start + edge - 1: -1.0, at: big}, -np.inf, big))
            if edge < len(ladder.steps):
                big = max(0.0, high[start + edge] - low[column[u]])
                lines.append(({start + edge: 1.0, column[u]: -1.0, at: big}, -np.inf, big))
    for j, (a, z, _) in enumerate(ladder.bands):
        lines.append(({place + i * b + j: 1.0 for i in range(k)}, z - a + 1.0, z - a + 1.0))
    lines += _regional(dataset, ladder, printed_means(dataset), column, place)
    whole = np.concatenate([np.zeros(place), np.ones(k * b)])
    return lines, low, high, whole, column


def printed_means(dataset: Dataset) -> list[PrintedFigure]:
    """Printed means of regions."""
    assert dataset.printed is not None
    return figures(dataset.printed, "region_mean")


def _regional(
    dataset: Dataset, ladder: Ladder, means: list[PrintedFigure], column: dict[str, int], place: int
) -> list[tuple[dict[int, float], float, float]]:
    """Sums of regions, and ranks within a region where the unit's national rank is printed."""
    printed = dataset.printed
    assert printed is not None
    region, b = dataset.groups["region"], len(ladder.bands)
    lines: list[tuple[dict[int, float], float, float]] = []
    for f in means:
        inside = [u for u in dataset.units if region[u] == f.unit]
        lines.append(({column[u]: 1.0 for u in inside}, len(inside) * f.low, len(inside) * f.high))
    rank = {f.unit: f.low for f in figures(printed, "rank") if f.code == dataset.framework.root}
    rows = printed[printed["kind"] == "region_rank"]
    for unit, want, among in zip(rows["unit"], rows["low"], rows["among"], strict=True):
        home = region[str(unit)]
        group = (
            [u for u in dataset.units if region[u] == home] if among == "region" else str(among).split("; ")
        )
        own = rank[str(unit)]
        better = sum(1 for u in group if u in rank and rank[u] < own)
        above = [j for j, band in enumerate(ladder.bands) if band[1] < own]
        row = {place + i * b + j: 1.0 for i, u in enumerate(ladder.free) if u in group for j in above}
        lines.append((row, float(want) - 1 - better, float(want) - 1 - better))
    return lines
