"""Totals of all units in hundredths, between the printed ones, by a small integer programme.

Print fixes some totals, some ranks, some bands of ranks and the regions' simple means. Ranked
units split the scale into bands that hold a known number of the others; which unit goes into
which band is an assignment that must leave every region the right sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from piikit.data.editions import printed_figures
from piikit.data.editions.edition_table import Edition

GAP = 2
BEST_TOTAL, WORST_TOTAL = 10000, 500
_EXACT = {"mip_rel_gap": 0.0}
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PrintedTotals:
    """What print says of the totals, in hundredths and ranks."""

    score: dict[str, int] = field(default_factory=dict)
    rank: dict[str, int] = field(default_factory=dict)
    band: dict[str, tuple[int, int]] = field(default_factory=dict)
    interval: dict[str, tuple[int, int]] = field(default_factory=dict)
    region_mean: dict[str, float] = field(default_factory=dict)
    region_rank: list[tuple[str, int, str]] = field(default_factory=list)

    def least(self, unit: str) -> int:
        """The lowest total that print allows a unit by itself."""
        return self.score.get(unit, self.interval.get(unit, (0, 0))[0])

    def most(self, unit: str) -> int:
        """The highest total that print allows a unit by itself."""
        return self.score.get(unit, self.interval.get(unit, (0, 10000))[1])


def printed_totals(edition: Edition) -> PrintedTotals:
    """Collect the printed figures of the whole."""
    known = PrintedTotals()
    table = printed_figures(edition.year)
    for r in table[table["code"] == "PII"].to_dict("records"):
        kind, unit = r["kind"], str(r["unit"])
        if kind == "score":
            known.score[unit] = round(100 * float(r["value"]))
        elif kind == "rank":
            known.rank[unit] = int(r["low"])
        elif kind == "rank_band":
            known.band[unit] = (int(r["low"]), int(r["high"]))
        elif kind == "derived_score":
            known.interval[unit] = (int(np.ceil(100 * r["low"])), int(np.floor(100 * r["high"])))
        elif kind == "region_mean":
            known.region_mean[unit] = float(r["value"])
        elif kind == "region_rank":
            known.region_rank.append((unit, int(r["low"]), str(r["among"])))
    return known


@dataclass(frozen=True)
class Contest:
    """Who is to get a total: units with their regions, what print says, and a guess in points."""

    units: tuple[str, ...]
    regions: Mapping[str, str]
    known: PrintedTotals
    guess: Mapping[str, float]

    @property
    def unranked(self) -> list[str]:
        """Units without a printed rank."""
        return [u for u in self.units if u not in self.known.rank]

    def of_region(self, region: str) -> list[str]:
        """Units of a region."""
        return [u for u in self.units if self.regions[u] == region]


class Band(NamedTuple):
    """Ranks that lie between two ranked units, and the totals that are left for them."""

    first: int
    last: int
    low: int
    high: int


@dataclass(frozen=True)
class Bands:
    """Totals of the ranked units, and the bands between them."""

    fixed: dict[str, int]
    between: tuple[Band, ...]


def totals(contest: Contest, rng: np.random.Generator) -> Integers:
    """Totals of all units in hundredths that meet every printed total, rank, band and regional mean.

    They stay as near to the guess as print allows.

    Raises
    ------
    RuntimeError
        If no assignment was found in twenty attempts; print would contradict itself.
    """
    for _ in range(20):
        bands = _bands(contest, rng)
        chosen = _assign(contest, bands)
        if chosen is not None:
            return _settle(contest, bands, chosen)
    raise RuntimeError("no totals between the printed ones")


def _bands(contest: Contest, rng: np.random.Generator) -> Bands:
    """Totals for ranked units without a printed one, and cuts where a rank band begins or ends."""
    known, n = contest.known, len(contest.units)
    at = {float(known.rank[u]): known.score[u] for u in known.rank if u in known.score}
    cuts = {c for a, b in known.band.values() for c in (a - 0.5, b + 0.5)}
    marks = sorted({float(r) for r in known.rank.values()} | cuts)
    order = -np.sort(-np.array([contest.guess[u] for u in contest.units], float))
    for start, end in _runs(marks, at):
        run = marks[start:end]
        before, high = (marks[start - 1], at[marks[start - 1]]) if start else (0.0, BEST_TOTAL)
        if end < len(marks):
            after, low = marks[end], at[marks[end]]
        else:
            last = 100 * float(np.interp(run[-1] - 1, np.arange(n), order))
            after, low = n + 1.0, max(WORST_TOTAL, round(min(last, high) - 400))
        at |= _spread(run, (before, high), (after, low), rng)
    fixed = {u: at[float(r)] for u, r in known.rank.items()}
    edges = [(0.0, BEST_TOTAL), *((m, at[m]) for m in marks), (n + 1.0, WORST_TOTAL)]
    between = [
        Band(int(np.floor(m + 1)), int(np.ceil(m2 - 1)), low + GAP, high - GAP)
        for (m, high), (m2, low) in pairwise(edges)
    ]
    return Bands(fixed, tuple(b for b in between if b.last >= b.first))


def _spread(
    marks: list[float], above: tuple[float, int], below: tuple[float, int], rng: np.random.Generator
) -> dict[float, int]:
    """Totals of `marks` between two known ones (rank and total): nearly even, and a little by chance."""
    (before, high), (after, low) = above, below
    even = [high - (high - low) * (m - before) / (after - before) for m in marks]
    noise = rng.uniform(-0.3, 0.3, len(marks)) * (high - low) / (after - before)
    return {m: round(e + (0.5 if m % 1 else 1.0) * x) for m, e, x in zip(marks, even, noise, strict=True)}


def _runs(marks: list[float], at: Mapping[float, int]) -> list[tuple[int, int]]:
    """Neighbouring marks without a total, as slices."""
    found: list[tuple[int, int]] = []
    for k, mark in enumerate(marks):
        if mark in at:
            continue
        if found and found[-1][1] == k:
            found[-1] = (found[-1][0], k + 1)
        else:
            found.append((k, k + 1))
    return found


class _Line(NamedTuple):
    """``low <= sum of coefficient x variable <= high``."""

    coefficients: dict[int, float]
    low: float
    high: float


@dataclass(frozen=True)
class _Places:
    """Numbers of the programme's variables: unit i in band j first, then the total of unit i."""

    units: list[str]
    bands: int

    def seat(self, i: int, j: int) -> int:
        return i * self.bands + j

    def total(self, i: int) -> int:
        return len(self.units) * self.bands + i

    @property
    def size(self) -> int:
        return len(self.units) * (self.bands + 1)


def _assign(contest: Contest, bands: Bands) -> dict[str, int] | None:
    """Put every unranked unit into a band: least total move from the guess, regional sums possible."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix

    places = _Places(contest.unranked, len(bands.between))
    cost, upper = _costs(contest, bands, places)
    lines = [
        *_unit_lines(contest, bands, places),
        *_band_lines(bands, places),
        *_region_lines(contest, bands, places),
        *_region_rank_lines(contest, bands, places),
    ]
    matrix = lil_matrix((len(lines), places.size))
    for i, line in enumerate(lines):
        for column, value in line.coefficients.items():
            matrix[i, column] = value
    limits = LinearConstraint(matrix.tocsr(), [x.low for x in lines], [x.high for x in lines])
    whole = np.zeros(places.size)
    whole[: places.total(0)] = 1
    bounds = Bounds(np.zeros(places.size), upper)
    found = milp(cost, constraints=limits, integrality=whole, bounds=bounds, options=_EXACT)
    if found.x is None:
        return None
    return {
        u: int(np.argmax(found.x[places.seat(i, 0) : places.seat(i + 1, 0)]))
        for i, u in enumerate(places.units)
    }


def _costs(contest: Contest, bands: Bands, places: _Places) -> tuple[NDArray, NDArray]:
    """Cost of every seat, and upper bounds: none for a seat that print forbids."""
    cost, upper = np.zeros(places.size), np.ones(places.size)
    upper[places.total(0) :] = BEST_TOTAL
    for i, u in enumerate(places.units):
        near = 100 * contest.guess[u]
        for j, band in enumerate(bands.between):
            off = max(band.low - near, near - band.high, 0.0)
            cost[places.seat(i, j)] = off + 0.01 * abs(near - 0.5 * (band.low + band.high))  # breaks ties
            if not _fits(contest.known, u, band):
                upper[places.seat(i, j)] = 0
    return cost, upper


def _fits(known: PrintedTotals, unit: str, band: Band) -> bool:
    best, worst = known.band.get(unit, (1, 10**6))
    inside = best <= band.first and band.last <= worst
    return inside and max(band.low, known.least(unit)) <= min(band.high, known.most(unit))


def _unit_lines(contest: Contest, bands: Bands, places: _Places) -> Iterator[_Line]:
    """Every unit sits in one band, and its total lies inside."""
    known = contest.known
    for i, u in enumerate(places.units):
        seats = range(places.seat(i, 0), places.seat(i + 1, 0))
        own = {places.total(i): 1.0}
        lows = [float(max(band.low, known.least(u))) for band in bands.between]
        highs = [float(min(band.high, known.most(u))) for band in bands.between]
        yield _Line(dict.fromkeys(seats, 1.0), 1, 1)
        yield _Line(own | {s: -v for s, v in zip(seats, lows, strict=True)}, 0, np.inf)
        yield _Line(own | {s: -v for s, v in zip(seats, highs, strict=True)}, -np.inf, 0)


def _band_lines(bands: Bands, places: _Places) -> Iterator[_Line]:
    """Every band holds as many units as it has ranks."""
    for j, band in enumerate(bands.between):
        size = band.last - band.first + 1
        yield _Line({places.seat(i, j): 1.0 for i in range(len(places.units))}, size, size)


def _region_lines(contest: Contest, bands: Bands, places: _Places) -> Iterator[_Line]:
    """Every region has its printed mean."""
    for region, mean in contest.known.region_mean.items():
        inside = contest.of_region(region)
        rest = _sum_of(mean, len(inside)) - sum(bands.fixed.get(u, 0) for u in inside)
        row = {places.total(places.units.index(u)): 1.0 for u in inside if u in places.units}
        yield _Line(row, rest, rest)


def _region_rank_lines(contest: Contest, bands: Bands, places: _Places) -> Iterator[_Line]:
    """As many units of the group stand above a unit as its printed rank in it says."""
    rank = contest.known.rank
    for unit, place, among in contest.known.region_rank:
        group = contest.of_region(contest.regions[unit]) if among == "region" else among.split("; ")
        better = sum(1 for u in group if u in rank and rank[u] < rank[unit])
        above = [j for j, band in enumerate(bands.between) if band.last < rank[unit]]
        free = [places.units.index(u) for u in group if u in places.units]
        yield _Line(
            {places.seat(i, j): 1.0 for i in free for j in above}, place - 1 - better, place - 1 - better
        )


def _sum_of(mean: float, size: int) -> int:
    """The regional sum in hundredths that lies nearest to the printed mean."""
    return round(100 * mean * size)


def _settle(contest: Contest, bands: Bands, chosen: Mapping[str, int]) -> Integers:
    """Shift the guesses of each region alike inside their bands until its sum is right, in whole hundredths."""
    known, out = contest.known, dict(bands.fixed)
    for region in dict.fromkeys(contest.regions[u] for u in contest.units):
        inside = contest.of_region(region)
        free = [u for u in inside if u in chosen]
        if not free:
            continue
        low = np.array([max(bands.between[chosen[u]].low, known.least(u)) for u in free])
        high = np.array([min(bands.between[chosen[u]].high, known.most(u)) for u in free])
        start = 100 * np.array([contest.guess[u] for u in free])
        made = np.rint(_soft(start, low, high)).astype(np.int64)
        if region in known.region_mean:
            fixed = sum(bands.fixed.get(u, 0) for u in inside)
            made = _shift(start, low, high, _sum_of(known.region_mean[region], len(inside)) - fixed)
        out |= {u: int(v) for u, v in zip(free, made, strict=True)}
    return np.array([out[u] for u in contest.units], dtype=np.int64)


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
