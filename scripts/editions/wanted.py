"""What print asks of single cells and nodes: pages, ranks of nodes, and who holds what."""

from __future__ import annotations

from typing import Any

import numpy as np

from .demands import Given, Wanted
from .holders import hold_columns, hold_node_bounds
from .shapes import shapes

MARGIN_OF_RANK = 0.2
CEILING = 95.0
# Cells lie between this share of the start (less after failed attempts) and that share of the way up to 100.
_FLOOR, _LOOSER, _ROOF = 0.35, 0.6, 0.75
# How high the best unit of a node stands, where only its first place is printed.
_BEST_SCORE = {"1": 70, "2": 63, "3": 73, "6": 59, "7": 65, "IN": 59.5, "OUT": 59.5}


def wanted(given: Given, rng: np.random.Generator, looseness: int = 0) -> Wanted:
    """Turn the printed figures of an edition into bounds and targets of scores.

    Where print leaves open who leads a column or holds a bound, the start decides.
    """
    start = given.start
    want = Wanted(
        low=start * _FLOOR * _LOOSER**looseness,
        high=np.minimum(CEILING, start + (100 - start) * _ROOF),
        targets=[{"PII": t} for t in given.totals],
        intervals=[{} for _ in given.units],
    )
    _zeros(want, given)
    for code, data in given.opened.items():
        j = given.column[code]
        want.low[:, j] = want.high[:, j] = given.scale[j].score(data.filled(given.units))
    _pages(want, given)
    for r in given.printed("strength", "weakness"):
        who = given.row[r["unit"]]
        marked = want.late.setdefault(who, {"strength": [], "weakness": []})
        marked[r["kind"]].append(given.column[r["code"]])
        want.careful.add(who)
    hold_node_bounds(want, given, rng)
    _node_ranks(want, given, rng)
    hold_columns(want, given)
    return want


def _zeros(want: Wanted, given: Given) -> None:
    """Zeros of the start stay zeros, but for units whose ranks were printed."""
    ranked = sorted({given.row[r["unit"]] for r in given.printed("strength", "weakness")})
    others = ~np.isin(np.arange(len(given.units)), ranked)
    for j, shape in enumerate(shapes()):
        if shape.kind == "zeros":
            zero = (given.start[:, j] == 0) & others
            want.low[zero, j] = want.high[zero, j] = 0.0


def _pages(want: Wanted, given: Given) -> None:
    """Printed nodes and cells of single units."""
    for r in given.printed("score", "value"):
        u = given.row[r["unit"]]
        if r["kind"] == "score":
            _printed_score(want, given, u, r)
        else:
            j = given.column[r["code"]]
            want.low[u, j] = float(given.scale[j].score(r["low"] + 0.0004))
            want.high[u, j] = float(given.scale[j].score(r["high"] - 0.0004))
            want.careful.add(u)
    for u in want.pages:
        wide = want.high[u] - want.low[u] > 1.0
        want.low[u, wide] *= 0.15
        _off_the_edge(want.targets[u])


def _printed_score(want: Wanted, given: Given, u: int, r: dict[str, Any]) -> None:
    """A printed 100 makes a leader, a printed 0 pins the cells below, any other score is a target."""
    code, value = r["code"], 0.5 * (r["low"] + r["high"])
    if code in given.column and value > 99.9:
        want.leader[given.column[code]] = u
    elif value == 0.0:
        for j, shape in enumerate(shapes()):
            if code in {shape.code, shape.group}:
                want.fix(u, j, 0.0)
        want.careful.add(u)
    elif code != "PII":
        want.targets[u][code] = value
        want.careful.add(u)


def _off_the_edge(targets: dict[str, float]) -> None:
    """Move input and output a little where their mean lies at the very edge of the printed total's rounding.

    51.50 and 47.23 give 49.365, printed as 49.37.
    """
    if not {"IN", "OUT"} <= set(targets):
        return
    short = 2 * targets["PII"] - targets["IN"] - targets["OUT"]
    if abs(short) > 0.008:
        targets["IN"] += 0.003 * np.sign(short)
        targets["OUT"] += 0.003 * np.sign(short)


def _node_ranks(want: Wanted, given: Given, rng: np.random.Generator) -> None:
    """First places on a node, and a printed rank further down."""
    for r in given.printed("rank"):
        own, code = given.row[r["unit"]], r["code"]
        if code == "PII":
            continue
        want.careful.add(own)
        if r["low"] > 1:
            _place(want, given, own, code, int(r["low"]))
            continue
        guess = _BEST_SCORE.get(code, 60) + rng.uniform(-0.5, 0.5) + 0.4
        cap = want.targets[own].get(code, guess) - 0.4
        for u in range(len(given.units)):
            if u != own:
                want.within(u, code, 0.0, cap)
        want.within(own, code, cap + 0.3, 100.0)


def _place(want: Wanted, given: Given, own: int, code: str, rank: int) -> None:
    """A printed rank on a node with a printed score: the start's order, bent towards the totals', decides.

    A strong unit cannot stand at the bottom of a pillar that carries a quarter of the whole.
    """
    leaves = [given.framework.indicators.index(c) for c in given.framework.leaves(code)]
    totals = given.totals
    guess = given.start[:, leaves].mean(axis=1) + 20.0 * (totals > np.median(totals) + 2.0)
    others = [u for u in np.argsort(-guess, kind="stable") if u != own]
    own_score = want.targets[own][code]
    for place, u in enumerate(others, start=1):
        if place < rank:
            want.within(int(u), code, own_score + MARGIN_OF_RANK, 100.0)
        else:
            want.within(int(u), code, 0.0, own_score - MARGIN_OF_RANK)
