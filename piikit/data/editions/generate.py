"""One draw of an edition: a panel of 52 indicators that meets every printed figure.

Totals first (:mod:`.totals`), then scores: a believable start (:mod:`.start`), what print asks of
cells and nodes (:mod:`.anchors`), the nearest scores that obey (:mod:`.fit`), last the units whose
strengths and weaknesses were printed as ranks; then raw values (:mod:`.cells`). The arithmetic
is that of ``Method.pii()``: min-max on the edition's own range and plain means up the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..framework import Framework
from ..library import load_framework
from ..provinces import listing, unit_names
from .anchors import Wanted, wanted
from .cells import Scale, diffuse, scales
from .fit import coefficients, project
from .open_columns import OpenColumn, open_columns
from .edition_table import edition_of, editions
from .start import prior_totals, shapes, start_scores, stream
from .totals import anchors_of, totals

Matrix = NDArray[np.float64]
GAPS = 0.02
ATTEMPTS = 12


@dataclass(frozen=True)
class Panel:
    """Raw values of one draw and which of them are invention.

    ``values`` and ``illustrative`` are units x indicators; a gap is NaN.
    """

    units: tuple[str, ...]
    values: Matrix
    illustrative: NDArray[np.bool_]
    totals: Matrix


@lru_cache(maxsize=256)
def draw_totals(year: int, draw: int) -> tuple[int, ...]:
    """Totals of all units in hundredths; those of a year follow those of the year before."""
    before = None if year == editions()[0].year else np.array(draw_totals(year - 1, draw)) / 100.0
    prior = prior_totals(year, draw, before, anchors_of(year).region_mean)
    regions = {p.name: p.region_vi for p in listing(edition_of(year).units)}
    rng = stream("totals", draw, year, 1)
    return tuple(int(t) for t in totals(year, unit_names(edition_of(year).units), regions, prior, rng))


def generate(year: int, draw: int) -> Panel:
    """Make draw `draw` of an edition; the same on every call.

    Raises
    ------
    RuntimeError
        If no panel was found; print would contradict itself.
    """
    units, whole = unit_names(edition_of(year).units), np.array(draw_totals(year, draw)) / 100.0
    framework = load_framework(f"pii-{year}")
    opened = open_columns(year)
    scale = _scales(year, draw, units, opened)
    start = start_scores(year, draw, whole)
    for attempt in range(ATTEMPTS):
        rng = stream("anchors", draw, year, attempt)
        want = wanted(year, units, whole, start, scale, opened, framework, rng, looseness=attempt // 3)
        present = ~np.isnan(want.low)
        present &= ~_gaps(want, present, stream("gaps", draw, year, attempt))
        for table in (want.low, want.high):
            table[~present] = 0.0
        node = coefficients(framework, present)
        narrow = (want.high > want.low) & (want.high - want.low < 1.5)
        first = np.where(narrow, 0.5 * (want.low + want.high), np.where(present, start, 0.0))
        scores, failed = project(first, want.low, want.high, node, framework, want.asked())
        failed[list(want.late)] = False
        if failed.any():
            continue
        scores, late_ok = _late(want, first, scores, present, node, framework, opened)
        if late_ok:
            return _panel(units, whole, scores, present, scale, node, want, opened, framework)
    raise RuntimeError(f"pii-{year}, draw {draw}: no panel meets the printed figures")


def _scales(year: int, draw: int, units: tuple[str, ...], opened: dict[str, OpenColumn]) -> list[Scale]:
    found = scales(year, draw)
    for code, data in opened.items():
        values = data.filled(units)
        found[code] = Scale(float(np.nanmin(values)), float(np.nanmax(values)), 6)
    return [found[s.code] for s in shapes()]


def _gaps(want: Wanted, present: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Two cells in a hundred, never one that print touches, at most one in a group."""
    out = np.zeros_like(present)
    chance = rng.random(present.shape)
    loose = present & (want.low < want.high)
    loose[sorted(want.careful)] = False
    groups: dict[str, list[int]] = {}
    for j, shape in enumerate(shapes()):
        groups.setdefault(shape.group, []).append(j)
    cells = sorted(zip(*np.nonzero(loose), strict=True), key=lambda at: chance[at])
    left = round(GAPS * present.size)
    for u, j in cells:
        if (
            left
            and present[u, groups[shapes()[j].group]].all()
            and not out[u, groups[shapes()[j].group]].any()
        ):
            out[u, j] = True
            left -= 1
    return out


def _late(
    want: Wanted,
    start: Matrix,
    scores: Matrix,
    present: NDArray[np.bool_],
    node: dict[str, Matrix],
    framework: Framework,
    opened: dict[str, OpenColumn],
) -> tuple[Matrix, bool]:
    """Units whose five best and five worst ranks were printed go last, between the others' scores."""
    scores = scores.copy()
    codes = [s.code for s in shapes()]
    real = {codes.index(c) for c in opened}
    for own, marked in want.late.items():
        others = np.delete(np.where(present, scores, np.nan), own, axis=0)
        ranks = 1 + (others > scores[own]).sum(axis=0)
        fixed = [j for j in range(len(codes)) if want.low[own, j] == want.high[own, j] and present[own, j]]
        loose = [j for j in fixed if j not in marked["strength"] + marked["weakness"]]
        worst_strength = max([ranks[j] for j in marked["strength"] if j in real], default=1)
        best = min([int(ranks[j]) for j in loose], default=9)
        first = max(worst_strength, min(5, best - 2))
        last = max([int(ranks[j]) for j in loose], default=1)
        ordered = -np.sort(-others, axis=0)
        for j in range(len(codes)):
            if j in fixed:
                continue
            column = ordered[~np.isnan(ordered[:, j]), j]
            size = len(column)
            if j in marked["strength"]:
                low, high = column[min(4, first - 1)] + 0.3, 98.0
            elif j in marked["weakness"]:
                low, high = 0.2, column[min(size - 4, max(size - 8, last + 2))] - 0.3
            else:
                low = column[size - 13] + 0.3 if marked["weakness"] else 0.5
                high = column[first + 1] - 0.3
            want.low[own, j], want.high[own, j] = min(low, high - 0.01), max(high, 0.02)
        begin = np.clip(start, want.low, want.high)
        made, failed = project(begin, want.low, want.high, node, framework, want.asked())
        if failed[own]:
            return scores, False
        scores[own] = made[own]
    return scores, True


def _panel(
    units: tuple[str, ...],
    whole: Matrix,
    scores: Matrix,
    present: NDArray[np.bool_],
    scale: list[Scale],
    node: dict[str, Matrix],
    want: Wanted,
    opened: dict[str, OpenColumn],
    framework: Framework,
) -> Panel:
    """Raw values: real columns as they are, the rest mapped and rounded."""
    codes = [s.code for s in shapes()]
    values = np.full(scores.shape, np.nan)
    invented = present.copy()
    for code, data in opened.items():
        values[:, codes.index(code)] = data.filled(units)
        invented[:, codes.index(code)] = (want.low < want.high)[:, codes.index(code)]  # a printed cell
    for u in range(len(units)):
        movable = invented[u]
        exact = set(want.targets[u]) - {"PII"}
        fine = [Scale(s.low, s.high, s.decimals + (2 if exact else 0)) for s in scale]
        blocks = _blocks(framework, exact)
        raw = diffuse(scores[u], node["PII"][u], fine, movable, blocks)
        values[u, movable] = raw[movable]
    return Panel(units, values, invented, whole)


@lru_cache(maxsize=64)
def _blocks_of(framework_name: str, exact: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    framework = load_framework(framework_name)
    at = {c: j for j, c in enumerate(framework.indicators)}
    left = list(framework.indicators)
    found = []
    for code in framework.aggregates:
        mine = [c for c in framework.leaves(code) if c in left]
        if mine and (code in exact or code == framework.root):
            found.append(tuple(at[c] for c in mine))
            left = [c for c in left if c not in mine]
    return tuple(found)


def _blocks(framework: Framework, exact: set[str]) -> list[list[int]]:
    """Cells by the smallest node with a target that holds them; the rest of the whole last."""
    return [list(b) for b in _blocks_of(framework.name, tuple(sorted(exact)))]
