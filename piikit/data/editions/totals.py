"""Totals of all units in hundredths, between the printed ones, by a small integer programme.

Print fixes some totals, some ranks, some bands of ranks and the regions' simple means. Ranked
units split the scale into bands that hold a known number of the others; which unit goes into
which band is an assignment that must leave every region the right sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .printed_figures import printed_figures

GAP = 2
_EXACT = {"mip_rel_gap": 0.0}
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Anchors:
    """What print says of the totals, in hundredths and ranks."""

    score: dict[str, int]
    rank: dict[str, int]
    band: dict[str, tuple[int, int]]
    interval: dict[str, tuple[int, int]]
    region_mean: dict[str, float]
    region_rank: tuple[tuple[str, int, str], ...]


def anchors_of(year: int) -> Anchors:
    """Collect the printed figures of the whole."""
    score: dict[str, int] = {}
    rank: dict[str, int] = {}
    band: dict[str, tuple[int, int]] = {}
    interval: dict[str, tuple[int, int]] = {}
    mean: dict[str, float] = {}
    among: list[tuple[str, int, str]] = []
    for r in printed_figures(year).to_dict("records"):
        if r["code"] != "PII":
            continue
        kind, unit = r["kind"], str(r["unit"])
        if kind == "score":
            score[unit] = round(100 * float(r["value"]))
        elif kind == "rank":
            rank[unit] = int(r["low"])
        elif kind == "rank_band":
            band[unit] = (int(r["low"]), int(r["high"]))
        elif kind == "derived_score":
            interval[unit] = (int(np.ceil(100 * r["low"])), int(np.floor(100 * r["high"])))
        elif kind == "region_mean":
            mean[unit] = float(r["value"])
        elif kind == "region_rank":
            among.append((unit, int(r["low"]), str(r["among"])))
    return Anchors(score, rank, band, interval, mean, tuple(among))


def totals(
    year: int,
    units: tuple[str, ...],
    regions: Mapping[str, str],
    prior: NDArray[np.float64],
    rng: np.random.Generator,
) -> Integers:
    """Totals of all units in hundredths that meet every printed total, rank, band and regional mean.

    Parameters
    ----------
    regions : mapping of unit to region
    prior : array
        What one would guess, in points; the result stays as near as print allows.

    Raises
    ------
    RuntimeError
        If no assignment was found in twenty attempts; print would contradict itself.
    """
    known = anchors_of(year)
    for _ in range(20):
        ladder = _ladder(known, units, prior, rng)
        chosen = _assign(known, units, regions, prior, ladder)
        if chosen is not None:
            return _settle(known, units, regions, prior, ladder, chosen)
    raise RuntimeError(f"pii-{year}: no totals between the printed anchors")


@dataclass(frozen=True)
class Ladder:
    """Totals of the ranked units and the bands between them: (best rank, worst rank, low, high)."""

    fixed: dict[str, int]
    bands: tuple[tuple[int, int, int, int], ...]


def _ladder(known: Anchors, units: tuple[str, ...], prior: NDArray, rng: np.random.Generator) -> Ladder:
    """Totals for ranked units without a printed one, and cuts where a rank band begins or ends."""
    n = len(units)
    at: dict[float, int] = {float(known.rank[u]): known.score[u] for u in known.rank if u in known.score}
    cuts = {c for a, b in known.band.values() for c in (a - 0.5, b + 0.5)}
    marks = sorted({float(r) for r in known.rank.values()} | cuts)
    order = -np.sort(-np.asarray(prior, float))
    guess = {m: 100 * float(np.interp(m - 1, np.arange(n), order)) for m in marks}
    start = 0
    while start < len(marks):
        if marks[start] in at:
            start += 1
            continue
        end = start
        while end < len(marks) and marks[end] not in at:
            end += 1
        run = marks[start:end]
        high = at[marks[start - 1]] if start else 10000
        low = at[marks[end]] if end < len(marks) else max(500, round(min(guess[run[-1]], high) - 400))
        before = marks[start - 1] if start else 0.0
        after = marks[end] if end < len(marks) else n + 1.0
        even = [high - (high - low) * (m - before) / (after - before) for m in run]
        noise = rng.uniform(-0.3, 0.3, len(run)) * (high - low) / (after - before)
        for m, e, x in zip(run, even, noise, strict=True):
            room = 0.5 if m % 1 else 1.0
            at[m] = round(e + room * x)
        start = end
    fixed = {u: at[float(r)] for u, r in known.rank.items()}
    edges = [(0.0, 10000), *((m, at[m]) for m in marks), (n + 1.0, 500)]
    bands = []
    for (m, high), (m2, low) in pairwise(edges):
        first, last = int(np.floor(m + 1)), int(np.ceil(m2 - 1))
        if last >= first:
            bands.append((first, last, low + GAP, high - GAP))
    return Ladder(fixed, tuple(bands))


def _sum_of(mean: float, size: int) -> int:
    """The regional sum in hundredths that lies nearest to the printed mean."""
    return round(100 * mean * size)


def _assign(
    known: Anchors, units: tuple[str, ...], regions: Mapping[str, str], prior: NDArray, ladder: Ladder
) -> dict[str, int] | None:
    """Put every unranked unit into a band: least total move from the prior, regional sums possible."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix

    free = [u for u in units if u not in known.rank]
    bands = ladder.bands
    k, b = len(free), len(bands)
    near = {u: float(100 * prior[units.index(u)]) for u in free}
    size = k * b + k
    cost, upper = np.zeros(size), np.ones(size)
    upper[k * b :] = 10000
    for i, u in enumerate(free):
        for j, (first, last, low, high) in enumerate(bands):
            off = max(low - near[u], near[u] - high, 0.0)
            cost[i * b + j] = off + 0.01 * abs(near[u] - 0.5 * (low + high))  # the second part breaks ties
            if not _fits(known, u, first, last, low, high):
                upper[i * b + j] = 0
    lines: list[tuple[dict[int, float], float, float]] = []
    for i, u in enumerate(free):
        lines.append(({i * b + j: 1.0 for j in range(b)}, 1, 1))
        lows = {i * b + j: float(max(bands[j][2], _least(known, u))) for j in range(b)}
        highs = {i * b + j: float(min(bands[j][3], _most(known, u))) for j in range(b)}
        lines.append(({k * b + i: 1.0} | {c: -v for c, v in lows.items()}, 0, np.inf))
        lines.append(({k * b + i: 1.0} | {c: -v for c, v in highs.items()}, -np.inf, 0))
    for j, (first, last, _, _) in enumerate(bands):
        lines.append(({i * b + j: 1.0 for i in range(k)}, last - first + 1, last - first + 1))
    for region, mean in known.region_mean.items():
        inside = [u for u in units if regions[u] == region]
        rest = _sum_of(mean, len(inside)) - sum(ladder.fixed[u] for u in inside if u in ladder.fixed)
        lines.append(({k * b + free.index(u): 1.0 for u in inside if u in free}, rest, rest))
    for unit, place, among in known.region_rank:
        group = _group(unit, among, units, regions)
        better = sum(1 for u in group if u in known.rank and known.rank[u] < known.rank[unit])
        above = [j for j, band in enumerate(bands) if band[1] < known.rank[unit]]
        row = {free.index(u) * b + j: 1.0 for u in group if u in free for j in above}
        lines.append((row, place - 1 - better, place - 1 - better))
    matrix = lil_matrix((len(lines), size))
    for i, (row, _, _) in enumerate(lines):
        for column, value in row.items():
            matrix[i, column] = value
    limits = LinearConstraint(matrix.tocsr(), [x[1] for x in lines], [x[2] for x in lines])
    whole = np.concatenate([np.ones(k * b), np.zeros(k)])
    found = milp(
        cost, constraints=limits, integrality=whole, bounds=Bounds(np.zeros(size), upper), options=_EXACT
    )
    if found.x is None:
        return None
    return {u: int(np.argmax(found.x[i * b : (i + 1) * b])) for i, u in enumerate(free)}


def _group(unit: str, among: str, units: tuple[str, ...], regions: Mapping[str, str]) -> list[str]:
    if among == "region":
        return [u for u in units if regions[u] == regions[unit]]
    return among.split("; ")


def _least(known: Anchors, unit: str) -> int:
    return known.score.get(unit, known.interval.get(unit, (0, 0))[0])


def _most(known: Anchors, unit: str) -> int:
    return known.score.get(unit, known.interval.get(unit, (0, 10000))[1])


def _fits(known: Anchors, unit: str, first: int, last: int, low: int, high: int) -> bool:
    best, worst = known.band.get(unit, (1, 10**6))
    return best <= first and last <= worst and max(low, _least(known, unit)) <= min(high, _most(known, unit))


def _settle(
    known: Anchors,
    units: tuple[str, ...],
    regions: Mapping[str, str],
    prior: NDArray,
    ladder: Ladder,
    chosen: Mapping[str, int],
) -> Integers:
    """Shift the priors of each region alike inside their bands until its sum is right, in whole hundredths."""
    out = dict(ladder.fixed)
    for region in dict.fromkeys(regions[u] for u in units):
        inside = [u for u in units if regions[u] == region]
        free = [u for u in inside if u in chosen]
        if not free:
            continue
        low = np.array([max(ladder.bands[chosen[u]][2], _least(known, u)) for u in free])
        high = np.array([min(ladder.bands[chosen[u]][3], _most(known, u)) for u in free])
        start = 100 * np.array([prior[units.index(u)] for u in free])
        made = np.rint(_soft(start, low, high)).astype(np.int64)
        if region in known.region_mean:
            fixed = sum(ladder.fixed[u] for u in inside if u in ladder.fixed)
            made = _shift(start, low, high, _sum_of(known.region_mean[region], len(inside)) - fixed)
        out |= {u: int(v) for u, v in zip(free, made, strict=True)}
    return np.array([out[u] for u in units], dtype=np.int64)


def _shift(start: NDArray, low: NDArray, high: NDArray, total: int) -> Integers:
    """``soft(start + d)`` between `low` and `high`, in whole numbers with the sum `total`."""
    left, right = -20000.0, 20000.0
    for _ in range(80):
        middle = 0.5 * (left + right)
        if _soft(start + middle, low, high).sum() < total:
            left = middle
        else:
            right = middle
    exact = _soft(start + right, low, high)
    made = np.clip(np.floor(exact + 1e-9), low, high).astype(np.int64)
    order = np.argsort(made - exact, kind="stable")
    while made.sum() < total and (made < high).any():
        for i in order:
            if made.sum() < total and made[i] < high[i]:
                made[i] += 1
    if made.sum() != total:
        raise RuntimeError("a regional sum cannot be met in hundredths")
    return made


def _soft(x: NDArray, low: NDArray, high: NDArray) -> NDArray:
    """Bend `x` between the bounds without heaping units up at them."""
    width = np.maximum(np.minimum(150.0, (high - low) / 5.0), 1e-3)
    bent = np.logaddexp(0.0, (x - low) / width) - np.logaddexp(0.0, (x - high) / width)
    return np.clip(low + width * bent, low, high)
