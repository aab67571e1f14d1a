"""What print asks of single cells and nodes: leaders, bounds, pages, ranks of nodes, gaps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..framework import Framework
from .cells import Scale
from .fit import Asked
from .open_columns import OpenColumn
from .printed_figures import printed_figures
from .start import shapes

Matrix = NDArray[np.float64]
MARGIN = 0.0035
CEILING = 95.0


@dataclass
class Wanted:
    """The growing list of demands: bounds of cells, and targets and intervals of nodes by unit."""

    units: tuple[str, ...]
    low: Matrix
    high: Matrix
    targets: list[dict[str, float]]
    intervals: list[dict[str, tuple[float, float]]]
    careful: set[int] = field(default_factory=set)
    late: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    leader: dict[int, int] = field(default_factory=dict)

    def fix(self, unit: int, column: int, score: float) -> None:
        """Pin a cell."""
        self.low[unit, column] = self.high[unit, column] = score

    def within(self, unit: int, code: str, low: float, high: float) -> None:
        """Confine a node further."""
        a, b = self.intervals[unit].get(code, (0.0, 100.0))
        self.intervals[unit][code] = (max(a, low), min(b, high))

    def asked(self) -> list[Asked]:
        """Demands on nodes, as the fit takes them; an exact target needs no interval."""
        return [
            Asked(t, {c: v for c, v in i.items() if c not in t})
            for t, i in zip(self.targets, self.intervals, strict=True)
        ]


def wanted(
    year: int,
    units: tuple[str, ...],
    totals: Matrix,
    start: Matrix,
    scale: list[Scale],
    opened: dict[str, OpenColumn],
    framework: Framework,
    rng: np.random.Generator,
    looseness: int = 0,
) -> Wanted:
    """Turn the printed figures of an edition into bounds and targets of scores.

    Where print leaves open who leads a column or holds a bound, the start decides.
    """
    floor = start * 0.35 * 0.6**looseness
    roof = np.minimum(CEILING, start + (100 - start) * 0.75)
    want = Wanted(units, floor, roof, [{"PII": t} for t in totals], [{} for _ in units])
    table = printed_figures(year)
    at = {u: i for i, u in enumerate(units)}
    column = {s.code: j for j, s in enumerate(shapes())}
    ranked = {at[r["unit"]] for r in table.to_dict("records") if r["kind"] in {"strength", "weakness"}}
    for j, shape in enumerate(shapes()):
        if shape.kind == "zeros":
            zero = (start[:, j] == 0) & ~np.isin(np.arange(len(units)), sorted(ranked))
            want.low[zero, j] = want.high[zero, j] = 0.0
    for code, data in opened.items():
        values = scale[column[code]].score(data.filled(units))
        want.low[:, column[code]] = want.high[:, column[code]] = values
    records = table.to_dict("records")
    _page(want, records, at, column, scale)
    for r in records:
        if r["kind"] in {"strength", "weakness"}:
            who = want.late.setdefault(at[r["unit"]], {"strength": [], "weakness": []})
            who[r["kind"]].append(column[r["code"]])
            want.careful.add(at[r["unit"]])
    _node_bounds(want, records, start, opened, framework, rng)
    _node_ranks(want, records, start, at, framework, rng)
    _leaders(want, records, start, at, column, set(opened), year)
    _last(want, start, {column[c] for c in opened})
    return want


def _page(
    want: Wanted, records: list[dict], at: dict[str, int], column: dict[str, int], scale: list[Scale]
) -> None:
    """Printed nodes and cells of single units."""
    for r in records:
        if r["kind"] == "score":
            u = at[r["unit"]]
            value = 0.5 * (r["low"] + r["high"])
            if r["code"] in column and value > 99.9:
                want.leader[column[r["code"]]] = u
            elif value == 0.0:
                for j, shape in enumerate(shapes()):
                    if shape.code == r["code"] or shape.group == r["code"]:
                        want.fix(u, j, 0.0)
                want.careful.add(u)
            elif r["code"] != "PII":
                want.targets[u][r["code"]] = value
                want.careful.add(u)
        elif r["kind"] == "value":
            u, j = at[r["unit"]], column[r["code"]]
            want.low[u, j] = float(scale[j].score(r["low"] + 0.0004))
            want.high[u, j] = float(scale[j].score(r["high"] - 0.0004))
            want.careful.add(u)
    for u, targets in enumerate(want.targets):
        if len(targets) > 1:
            loose = want.low[u] < want.high[u]
            wide = loose & (want.high[u] - want.low[u] > 1.0)
            want.low[u, wide] *= 0.15
    for targets in want.targets:
        if {"IN", "OUT"} <= set(targets) and abs(targets["IN"] + targets["OUT"] - 2 * targets["PII"]) > 0.008:
            # 51.50 and 47.23 give 49.365, the very edge of the printed 49.37
            sign = np.sign(2 * targets["PII"] - targets["IN"] - targets["OUT"])
            targets["IN"] += 0.003 * sign
            targets["OUT"] += 0.003 * sign


def _node_bounds(
    want: Wanted,
    records: list[dict],
    start: Matrix,
    opened: dict[str, OpenColumn],
    framework: Framework,
    rng: np.random.Generator,
) -> None:
    """Printed national minima and maxima of nodes: somebody holds each, nobody passes it."""
    inner = set(framework.aggregates)
    bound = {
        (r["code"], r["kind"]): float(r["value"]) for r in records if r["code"] in inner and not r["unit"]
    }
    if not bound:
        return
    totals = np.array([t["PII"] for t in want.targets])
    codes = sorted({c for c, _ in bound})
    for u in range(len(want.units)):
        for code in codes:
            want.within(u, code, bound[code, "minimum"] + 0.1, bound[code, "maximum"] - 0.1)
    pages = {u for u, t in enumerate(want.targets) if len(t) > 1} | set(want.late)

    def hold(u: int, code: str, kind: str, nudge: float = 0.0) -> None:
        want.targets[u][code] = bound[code, kind] + nudge
        want.careful.add(u)
        for j, shape in enumerate(shapes()):
            if shape.code.startswith(f"{code}.") and want.low[u, j] < want.high[u, j]:
                want.low[u, j], want.high[u, j] = (0.5, 97.0)

    # 85.27 is the mean of the maxima 94.29 and 76.24, and 19.21 of the minima 13.68 and 24.73,
    # to the last digit: one unit must hold all three.
    top = int(np.argmax(totals))
    hold(top, "2.1", "maximum", 0.002)
    hold(top, "2.2", "maximum", 0.002)
    want.intervals[top]["2"] = (0.0, 100.0)
    weak = [u for u in np.argsort(totals, kind="stable")[:10] if u not in pages]
    order = [int(u) for u in rng.permutation(weak)]
    exam = next(j for j, s in enumerate(shapes()) if s.code == "2.1.1")
    poor = [u for u in order if want.high[u, exam] < 25]
    lowest = next(u for u in order if u not in poor)
    hold(lowest, "1.1", "minimum", 0.0025)
    hold(lowest, "1.2", "minimum", 0.0025)
    want.intervals[lowest]["1"] = (0.0, 100.0)
    hold(poor[0], "2.1", "minimum")
    hold(poor[1], "2", "minimum")
    hold(next(u for u in order if u not in {lowest, *poor[:2]}), "2.2", "minimum")
    leading = next(r["unit"] for r in records if r["kind"] == "rank" and r["code"] == "1")
    first = want.units.index(leading)
    hold(first, "1", "maximum")
    strong = [u for u in np.argsort(-totals, kind="stable")[:11] if u not in pages | {top, first}]
    for code, u in zip(("1.1", "1.2"), rng.permutation(strong)[:2], strict=True):
        hold(int(u), code, "maximum")


def _node_ranks(
    want: Wanted,
    records: list[dict],
    start: Matrix,
    at: dict[str, int],
    framework: Framework,
    rng: np.random.Generator,
) -> None:
    """First places on a node, and a printed rank further down."""
    level = {"1": 70, "2": 63, "3": 73, "6": 59, "7": 65, "IN": 59.5, "OUT": 59.5}
    for r in records:
        if r["kind"] != "rank" or r["code"] == "PII":
            continue
        own, code = at[r["unit"]], r["code"]
        want.careful.add(own)
        if r["low"] > 1:
            _place(want, own, code, int(r["low"]), start, framework)
            continue
        cap = want.targets[own].get(code, level.get(code, 60) + rng.uniform(-0.5, 0.5) + 0.4) - 0.4
        for u in range(len(want.units)):
            if u != own:
                want.within(u, code, 0.0, cap)
        want.within(own, code, cap + 0.3, 100.0)


def _place(want: Wanted, own: int, code: str, rank: int, start: Matrix, framework: Framework) -> None:
    """A printed rank on a node with a printed score: the start's order, bent towards the totals', decides.

    A strong unit cannot stand at the bottom of a pillar that carries a quarter of the whole.
    """
    leaves = [framework.indicators.index(c) for c in framework.leaves(code)]
    totals = np.array([t["PII"] for t in want.targets])
    guess = start[:, leaves].mean(axis=1) + 20.0 * (totals > np.median(totals) + 2.0)
    others = [u for u in np.argsort(-guess, kind="stable") if u != own]
    own_score = want.targets[own][code]
    for place, u in enumerate(others, start=1):
        if place < rank:
            want.within(int(u), code, own_score + 0.2, 100.0)
        else:
            want.within(int(u), code, 0.0, own_score - 0.2)


def _leaders(
    want: Wanted,
    records: list[dict],
    start: Matrix,
    at: dict[str, int],
    column: dict[str, int],
    opened: set[str],
    year: int,
) -> None:
    """One leader a column, as many for each unit as print counts."""
    for code in opened:
        want.leader[column[code]] = int(np.nanargmax(np.nan_to_num(want.high[:, column[code]], nan=-1.0)))
    counts = {at[r["unit"]]: int(r["low"]) for r in records if r["kind"] == "leads"}
    firsts = {(at[r["unit"]], r["code"]) for r in records if r["kind"] == "rank" and r["low"] == 1}
    size: dict[str, int] = {}
    for shape in shapes():
        size[shape.group] = size.get(shape.group, 0) + 1
    for own, count in counts.items():
        others = np.delete(start, own, axis=0).max(axis=0)
        liking = start[own] - others + 15.0 * np.array([(own, s.code[0]) in firsts for s in shapes()])
        foreign = {c[0] for u, c in firsts if u != own}
        room = {g: n // 2 if g[0] in foreign | {"1", "2"} else (n + 1) // 2 for g, n in size.items()}
        # Real columns leave little room below another unit's first place on the pillar.
        room |= {c.rsplit(".", 1)[0]: 0 for c in opened if c[0] in foreign}
        for j, u in want.leader.items():
            room[shapes()[j].group] -= u == own
        # Units may tie in a real column; each of them then ranks first.
        tied = [j for c, j in column.items() if c in opened and want.low[own, j] >= 100 - 1e-9]
        need = count - len({*tied, *(j for j, u in want.leader.items() if u == own)})
        for j in np.argsort(-liking, kind="stable"):
            free = want.low[own, j] < want.high[own, j]
            if need and free and int(j) not in want.leader and room[shapes()[j].group] > 0:
                want.leader[int(j)] = own
                room[shapes()[j].group] -= 1
                need -= 1
        assert need == 0, (year, want.units[own])
    taken = np.zeros(len(want.units), dtype=int)
    led: set[tuple[int, str]] = set()
    banned = [*counts, *want.late, *(u for u, t in enumerate(want.targets) if len(t) > 1)]
    for j in range(len(shapes())):
        if j in want.leader:
            continue
        guess = start[:, j] - 12.0 * np.maximum(taken - 1, 0)
        guess[[*banned, *(u for u, group in led if group == shapes()[j].group)]] = -1.0
        own = int(np.argmax(guess))
        led.add((own, shapes()[j].group))
        want.leader[j] = own
        taken[own] += 1
    for j, own in want.leader.items():
        want.fix(own, j, 100.0)
    want.careful.update(counts)


def _last(want: Wanted, start: Matrix, opened: set[int]) -> None:
    """Somebody holds the zero of every column."""
    totals = np.array([t["PII"] for t in want.targets])
    strong = {int(u) for u in np.argsort(-totals, kind="stable")[:12]}
    held: set[tuple[int, str]] = set()
    for j, shape in enumerate(shapes()):
        if j in opened or (want.high[:, j] == 0).any():
            continue
        guess = start[:, j].copy()
        guess[[*strong, *want.careful, *(u for u, group in held if group == shape.group)]] = 1e6
        own = int(np.argmin(guess))
        want.fix(own, j, 0.0)
        held.add((own, shape.group))
