"""Who holds what print says that somebody holds: national bounds of nodes, 100 and 0 of each column."""

from __future__ import annotations

import numpy as np

from piikit.data.paths import raw, rows

from .demands import Given, Wanted
from .open_columns import EXAM
from .shapes import shapes

POOR_EXAM = 25


def hold_node_bounds(want: Wanted, given: Given, rng: np.random.Generator) -> None:
    """Printed national minima and maxima of nodes: somebody holds each, nobody passes it.

    Who does stands in ``illustrative/bound_holders.csv``.

    Raises
    ------
    RuntimeError
        If a printed bound has no row there.
    """
    bound = {
        (r["code"], r["kind"]): float(r["value"])
        for r in given.printed("minimum", "maximum")
        if r["code"] in given.framework.aggregates
    }
    if not bound:
        return
    for u in range(len(given.units)):
        for code in sorted({c for c, _ in bound}):
            want.within(u, code, bound[code, "minimum"] + 0.1, bound[code, "maximum"] - 0.1)
    table = _holders(given, set(bound))
    leaders = _node_leaders(given)
    candidates = _candidates(want, given, {leaders[r["code"]] for r in table if r["holder"] == "leader"}, rng)
    for r in table:
        who = leaders[r["code"]] if r["holder"] == "leader" else candidates[r["holder"]]
        if r["part"] == "mean":
            want.intervals[who][r["code"]] = (0.0, 100.0)
        else:
            _hold(want, who, r["code"], bound[r["code"], r["kind"]] + float(r["nudge"] or 0.0))


def _holders(given: Given, bounds: set[tuple[str, str]]) -> list[dict[str, str]]:
    table = [
        r for r in rows(raw("illustrative", "bound_holders.csv")) if r["edition"] == str(given.edition.year)
    ]
    if missing := bounds - {(r["code"], r["kind"]) for r in table}:
        raise RuntimeError(f"{given.edition.name}: bound_holders.csv says nobody for {sorted(missing)}")
    return table


def _hold(want: Wanted, who: int, code: str, score: float) -> None:
    """A unit gets the score of a node exactly, and room below it to reach it."""
    want.targets[who][code] = score
    want.careful.add(who)
    for j, shape in enumerate(shapes()):
        if shape.code.startswith(f"{code}.") and want.free(who, j):
            want.low[who, j], want.high[who, j] = 0.5, 97.0


def _node_leaders(given: Given) -> dict[str, int]:
    """Units printed as first on a node."""
    return {r["code"]: given.row[r["unit"]] for r in given.printed("rank") if r["low"] == 1}


def _candidates(want: Wanted, given: Given, leaders: set[int], rng: np.random.Generator) -> dict[str, int]:
    """Units for the words of ``bound_holders.csv``, among those of which no page was printed."""
    pages = want.pages | set(want.late)
    strongest = int(np.argmax(given.totals))
    weak = [u for u in np.argsort(given.totals, kind="stable")[:10] if u not in pages]
    order = [int(u) for u in rng.permutation(weak)]
    poor = [u for u in order if want.high[u, given.column[EXAM]] < POOR_EXAM]
    lowest = next(u for u in order if u not in poor)
    second = next(u for u in order if u not in {lowest, *poor[:2]})
    strong = [u for u in given.by_total[:11] if u not in pages | {strongest, *leaders}]
    strong = [int(u) for u in rng.permutation(strong)]
    named = {"weak at school": poor, "weak": [lowest, second], "strong": strong}
    found = {f"{word} {k}": u for word, units in named.items() for k, u in enumerate(units, start=1)}
    return {"strongest": strongest, **found}


def hold_columns(want: Wanted, given: Given) -> None:
    """Somebody holds 100 and somebody 0 in every column; each unit as many first places as print counts."""
    opened = {given.column[c] for c in given.opened}
    for j in opened:
        want.leader[j] = int(np.nanargmax(np.nan_to_num(want.high[:, j], nan=-1.0)))
    counts = {given.row[r["unit"]]: int(r["low"]) for r in given.printed("leads")}
    for own, count in counts.items():
        _printed_leads(want, given, own, count)
    _other_leads(want, given, set(counts))
    for j, own in want.leader.items():
        want.fix(own, j, 100.0)
    want.careful.update(counts)
    _hold_zeros(want, given, opened)


def _printed_leads(want: Wanted, given: Given, own: int, count: int) -> None:
    """Give a unit its printed number of first places, in the columns where the start is nearest to it."""
    others = np.delete(given.start, own, axis=0).max(axis=0)
    firsts = {c for c, u in _all_firsts(given) if u == own}
    liking = given.start[own] - others + 15.0 * np.array([s.code[0] in firsts for s in shapes()])
    room = _room(want, given, own)
    # Units may tie in a real column; each of them then ranks first.
    tied = {given.column[c] for c in given.opened if want.low[own, given.column[c]] >= 100 - 1e-9}
    need = count - len(tied | {j for j, u in want.leader.items() if u == own})
    for j in np.argsort(-liking, kind="stable"):
        group = shapes()[j].group
        if need and want.free(own, j) and int(j) not in want.leader and room[group] > 0:
            want.leader[int(j)] = own
            room[group] -= 1
            need -= 1
    if need:
        raise RuntimeError(f"{given.edition.name}: no room for the first places of {given.units[own]}")


def _all_firsts(given: Given) -> set[tuple[str, int]]:
    """First places on nodes: code and unit."""
    return {(r["code"], given.row[r["unit"]]) for r in given.printed("rank") if r["low"] == 1}


def _room(want: Wanted, given: Given, own: int) -> dict[str, int]:
    """How many first places a unit may still take in every group.

    Half a group where another unit is first of the pillar, and none where a real column leaves
    that unit little room.
    """
    foreign = {c[0] for c, u in _all_firsts(given) if u != own}
    size: dict[str, int] = {}
    for shape in shapes():
        size[shape.group] = size.get(shape.group, 0) + 1
    room = {g: n // 2 if g[0] in foreign | {"1", "2"} else (n + 1) // 2 for g, n in size.items()}
    room |= {c.rsplit(".", 1)[0]: 0 for c in given.opened if c[0] in foreign}
    for j, u in want.leader.items():
        room[shapes()[j].group] -= u == own
    return room


def _other_leads(want: Wanted, given: Given, counted: set[int]) -> None:
    """First places nobody was printed for: the start's best, not twice in a group, seldom twice at all."""
    taken = np.zeros(len(given.units), dtype=int)
    led: set[tuple[int, str]] = set()
    banned = [*counted, *want.late, *want.pages]
    for j, shape in enumerate(shapes()):
        if j in want.leader:
            continue
        guess = given.start[:, j] - 12.0 * np.maximum(taken - 1, 0)
        guess[[*banned, *(u for u, group in led if group == shape.group)]] = -1.0
        own = int(np.argmax(guess))
        led.add((own, shape.group))
        want.leader[j] = own
        taken[own] += 1


def _hold_zeros(want: Wanted, given: Given, opened: set[int]) -> None:
    """Somebody holds the zero of every column: the start's lowest that print does not speak of."""
    strong = set(given.by_total[:12])
    held: set[tuple[int, str]] = set()
    for j, shape in enumerate(shapes()):
        if j in opened or (want.high[:, j] == 0).any():
            continue
        guess = given.start[:, j].copy()
        guess[[*strong, *want.careful, *(u for u, group in held if group == shape.group)]] = 1e6
        own = int(np.argmin(guess))
        want.fix(own, j, 0.0)
        held.add((own, shape.group))
