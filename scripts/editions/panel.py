"""One draw of an edition: a panel of 52 indicators that meets every printed figure.

Totals first (:mod:`.totals`), then scores: a believable start (:mod:`.start`), what print asks of
cells and nodes (:mod:`.wanted`), the nearest scores that obey (:mod:`.nearest_scores`), last the
units whose strengths and weaknesses were printed as ranks; then raw values (:mod:`.raw_values`).
The arithmetic is that of ``Method.pii()``: min-max on the edition's own range and plain means up
the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from piikit.data.editions.edition_table import Edition
from piikit.data.framework import Framework
from piikit.data.library import load_framework
from piikit.data.provinces import listing, unit_names

from .demands import Given, Wanted
from .nearest_scores import coefficients, project
from .open_columns import OpenColumn, open_columns
from .raw_values import Scale, diffuse, scales
from .shapes import shapes, stream
from .start import edition_before, prior_totals, start_scores
from .totals import Contest, printed_totals, totals
from .wanted import wanted

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
GAPS = 0.02
ATTEMPTS = 12


@dataclass(frozen=True)
class Panel:
    """Raw values of one draw and which of them are invention.

    ``values`` and ``illustrative`` are units x indicators; a gap is NaN.
    """

    units: tuple[str, ...]
    values: Matrix
    illustrative: Mask


@dataclass(frozen=True, eq=False)
class Attempt:
    """One try: demands, which cells are present, their share in every code, where to begin."""

    want: Wanted
    present: Mask
    node: dict[str, Matrix]
    begin: Matrix


@lru_cache(maxsize=256)
def draw_totals(edition: Edition, draw: int) -> tuple[int, ...]:
    """Totals of all units in hundredths; those of an edition follow those of the edition before."""
    before = edition_before(edition)
    earlier = None if before is None else np.array(draw_totals(before, draw)) / 100.0
    units, known = unit_names(edition.units), printed_totals(edition)
    guess = prior_totals(edition, draw, earlier, known.region_mean)
    regions = {p.name: p.region_vi for p in listing(edition.units)}
    contest = Contest(units, regions, known, dict(zip(units, guess, strict=True)))
    return tuple(int(t) for t in totals(contest, stream("totals", draw, edition.year, 1)))


def generate(edition: Edition, draw: int) -> Panel:
    """Make draw `draw` of an edition; the same on every call.

    Raises
    ------
    RuntimeError
        If no panel was found; print would contradict itself.
    """
    given = _given(edition, draw)
    for attempt in range(ATTEMPTS):
        tried = _attempt(given, draw, attempt)
        want = tried.want
        scores, failed = project(tried.begin, want.low, want.high, tried.node, given.framework, want.asked())
        failed[list(want.late)] = False
        if failed.any():
            continue
        made = _late(given, tried, scores)
        if made is not None:
            return _panel(given, tried, made)
    raise RuntimeError(f"{edition.name}, draw {draw}: no panel meets the printed figures")


def _given(edition: Edition, draw: int) -> Given:
    units, whole = unit_names(edition.units), np.array(draw_totals(edition, draw)) / 100.0
    opened = open_columns(edition)
    return Given(
        edition=edition,
        framework=load_framework(edition.name),
        units=units,
        totals=whole,
        start=start_scores(edition, draw, whole),
        scale=_scales(edition, draw, units, opened),
        opened=opened,
    )


def _scales(
    edition: Edition, draw: int, units: tuple[str, ...], opened: dict[str, OpenColumn]
) -> list[Scale]:
    found = scales(edition, draw)
    for code, data in opened.items():
        values = data.filled(units)
        found[code] = Scale(float(np.nanmin(values)), float(np.nanmax(values)), 6)
    return [found[s.code] for s in shapes()]


def _attempt(given: Given, draw: int, attempt: int) -> Attempt:
    """Demands on the scores, looser after every third failure, and the gaps."""
    year = given.edition.year
    want = wanted(given, stream("anchors", draw, year, attempt), looseness=attempt // 3)
    present = ~np.isnan(want.low)
    present &= ~_gaps(want, present, stream("gaps", draw, year, attempt))
    for table in (want.low, want.high):
        table[~present] = 0.0
    narrow = (want.high > want.low) & (want.high - want.low < 1.5)
    begin = np.where(narrow, 0.5 * (want.low + want.high), np.where(present, given.start, 0.0))
    return Attempt(want, present, coefficients(given.framework, present), begin)


def _gaps(want: Wanted, present: Mask, rng: np.random.Generator) -> Mask:
    """Two cells in a hundred, never one that print touches, at most one in a group."""
    out = np.zeros_like(present)
    chance = rng.random(present.shape)
    loose = present & (want.low < want.high)
    loose[sorted(want.careful)] = False
    groups: dict[str, list[int]] = {}
    for j, shape in enumerate(shapes()):
        groups.setdefault(shape.group, []).append(j)
    left = round(GAPS * present.size)
    for u, j in sorted(zip(*np.nonzero(loose), strict=True), key=lambda at: chance[at]):
        group = groups[shapes()[j].group]
        if left and present[u, group].all() and not out[u, group].any():
            out[u, j] = True
            left -= 1
    return out


def _late(given: Given, tried: Attempt, scores: Matrix) -> Matrix | None:
    """Units whose five best and five worst ranks were printed go last, between the others' scores.

    None if one of them does not fit.
    """
    scores, want = scores.copy(), tried.want
    for own in want.late:
        _between_others(given, tried, scores, own)
        begin = np.clip(tried.begin, want.low, want.high)
        made, failed = project(begin, want.low, want.high, tried.node, given.framework, want.asked())
        if failed[own]:
            return None
        scores[own] = made[own]
    return scores


def _between_others(given: Given, tried: Attempt, scores: Matrix, own: int) -> None:
    """Bounds of a unit's cells that make its printed strengths and weaknesses its best and worst ranks."""
    want, marked = tried.want, tried.want.late[own]
    strengths, weaknesses = marked["strength"], marked["weakness"]
    others = np.delete(np.where(tried.present, scores, np.nan), own, axis=0)
    ranks = 1 + (others > scores[own]).sum(axis=0)
    fixed = [int(j) for j in np.flatnonzero(tried.present[own] & (want.low[own] == want.high[own]))]
    loose = [int(ranks[j]) for j in fixed if j not in strengths + weaknesses]
    real = {given.column[c] for c in given.opened}
    worst_strength = max([ranks[j] for j in strengths if j in real], default=1)
    first = max(worst_strength, min(5, min(loose, default=9) - 2))
    last = max(loose, default=1)
    ordered = -np.sort(-others, axis=0)
    for j in set(range(len(shapes()))) - set(fixed):
        column = ordered[~np.isnan(ordered[:, j]), j]
        size = len(column)
        if j in strengths:
            low, high = column[min(4, first - 1)] + 0.3, 98.0
        elif j in weaknesses:
            low, high = 0.2, column[min(size - 4, max(size - 8, last + 2))] - 0.3
        else:
            low = column[size - 13] + 0.3 if weaknesses else 0.5
            high = column[first + 1] - 0.3
        want.low[own, j], want.high[own, j] = min(low, high - 0.01), max(high, 0.02)


def _panel(given: Given, tried: Attempt, scores: Matrix) -> Panel:
    """Raw values: real columns as they are, the rest mapped and rounded."""
    want = tried.want
    values = np.full(scores.shape, np.nan)
    invented = tried.present.copy()
    for code, data in given.opened.items():
        j = given.column[code]
        values[:, j] = data.filled(given.units)
        invented[:, j] = want.low[:, j] < want.high[:, j]  # a printed cell
    for u, movable in enumerate(invented):
        exact = frozenset(want.targets[u]) - {"PII"}
        fine = [Scale(s.low, s.high, s.decimals + (2 if exact else 0)) for s in given.scale]
        raw = diffuse(scores[u], tried.node["PII"][u], fine, movable, _blocks(given.framework, exact))
        values[u, movable] = raw[movable]
    return Panel(given.units, values, invented)


@lru_cache(maxsize=256)
def _blocks(framework: Framework, exact: frozenset[str]) -> list[list[int]]:
    """Cells by the smallest node with a target that holds them; the rest of the whole last."""
    left = dict.fromkeys(framework.indicators)
    found = []
    for code in framework.aggregates:
        mine = [c for c in framework.leaves(code) if c in left]
        if mine and (code in exact or code == framework.root):
            found.append([framework.indicators.index(c) for c in mine])
            left = {c: None for c in left if c not in mine}
    return found
