"""Everything that can be wrong about actions and links, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...base.errors import Problem, nearest
from .distributions import Estimate

if TYPE_CHECKING:
    from ...data.framework import Framework
    from .action import Action, Effect, Link

WAYS = ("add", "percent", "numerator", "close", "set")
KINDS = ("real", "reporting", "definition")
LINKS = ("requires", "excludes", "synergy", "substitutes")
GRADES = ("", "A", "B", "C", "D")
Place = Callable[[str, int, str], dict[str, Any]]


def _nowhere(kind: str, at: int, name: str) -> dict[str, Any]:
    return {"cell": f"{kind} #{at + 1}.{name}"}


def check(
    actions: Sequence[Action],
    links: Sequence[Link],
    framework: Framework | None = None,
    place: Place | None = None,
) -> Iterator[Problem]:
    """Everything that is wrong with actions and links, each with its place.

    Parameters
    ----------
    place : callable, optional
        ``place(kind, at, field)`` with kind ``action``, ``effect`` (counted over all actions)
        or ``link`` gives ``file``, ``sheet`` and ``cell`` of a field.
    """
    place = place or _nowhere
    seen: set[str] = set()
    count = 0
    for at, action in enumerate(actions):
        if not action.id:
            yield Problem("problem.action.no_id", **place("action", at, "id"))
        elif action.id in seen:
            yield Problem("problem.action.repeated", {"id": action.id}, **place("action", at, "id"))
        seen.add(action.id)
        yield from _money(action, at, place)
        for effect in action.effects:
            yield from _effect(action, effect, count, framework, place)
            count += 1
    if not actions:
        yield Problem("problem.action.none")
    yield from _links(links, tuple(seen), framework, place)


def _money(action: Action, at: int, place: Place) -> Iterator[Problem]:
    about = {"id": action.id}
    for key in action.cost.problems():
        yield Problem(key, about, value=_points(action.cost), **place("action", at, "cost_likely"))
    if action.cost.low < 0:
        yield Problem("problem.action.cost", about, value=action.cost.low, **place("action", at, "cost_low"))
    if action.start and action.end and action.end < action.start:
        where = place("action", at, "end")
        yield Problem("problem.action.dates", {**about, "start": action.start}, value=action.end, **where)


def _points(estimate: Estimate) -> str:
    return f"{estimate.low:g} / {estimate.likely:g} / {estimate.high:g}"


def _effect(
    action: Action, effect: Effect, at: int, framework: Framework | None, place: Place
) -> Iterator[Problem]:
    about = {"id": action.id}

    def wrong(key: str, name: str, value: Any, **more: Any) -> Problem:
        return Problem(key, about | more.pop("says", {}), value=value, **place("effect", at, name), **more)

    if framework is not None and effect.code not in framework.indicators:
        hint = next(iter(nearest(effect.code, framework.indicators)), None)
        yield wrong("problem.action.code", "code", effect.code, suggestion=hint)
    for name, value, known in (
        ("way", effect.way, WAYS),
        ("kind", effect.kind, KINDS),
        ("grade", effect.grade, GRADES),
    ):
        if value not in known:
            says = {"known": ", ".join(k for k in known if k)}
            yield wrong("problem.action.word", name, value, says=says)
    for key in effect.amount.problems():
        yield wrong(key, "likely", _points(effect.amount))
    if not 0 <= effect.p_deliver <= 1:
        yield wrong("problem.action.probability", "p_deliver", effect.p_deliver)
    if not effect.lead_months >= 0 or effect.lead_months == float("inf"):
        yield wrong("problem.action.lead", "lead_months", effect.lead_months)
    if effect.way == "percent" and effect.amount.low < -100:
        yield wrong("problem.action.percent", "low", effect.amount.low)
    if effect.way == "close":
        if not (effect.amount.low >= 0 and effect.amount.high <= 1):
            yield wrong("problem.action.share", "high", _points(effect.amount))
        if effect.cap is None:
            yield wrong("problem.action.no_cap", "cap", "")
    if effect.cap is not None and effect.cap != effect.cap:
        yield wrong("problem.action.number", "cap", effect.cap)
    if framework is not None and effect.code in framework.indicators:
        yield from _possible(effect, framework, wrong)


def _possible(effect: Effect, framework: Framework, wrong: Callable[..., Problem]) -> Iterator[Problem]:
    """Numbers outside what the indicator's scale allows, and numerators without a denominator."""
    row = framework.table.loc[effect.code]
    ends = [
        float(row[c]) if c in row and row[c] == row[c] and row[c] != "" else None
        for c in ("scale_min", "scale_max")
    ]
    says = {
        "low": "−∞" if ends[0] is None else f"{ends[0]:g}",
        "high": "∞" if ends[1] is None else f"{ends[1]:g}",
    }

    def outside(value: float) -> bool:
        return (ends[0] is not None and value < ends[0]) or (ends[1] is not None and value > ends[1])

    if effect.way == "set" and (outside(effect.amount.low) or outside(effect.amount.high)):
        yield wrong("problem.action.outside", "likely", _points(effect.amount), says=says)
    if effect.cap is not None and outside(effect.cap):
        yield wrong("problem.action.outside", "cap", effect.cap, says=says)
    if effect.way == "numerator" and not str(row.get("denominator", "") or ""):
        yield wrong("problem.action.no_denominator", "way", effect.way)
    if effect.way == "add" and None not in ends:
        width = float(ends[1]) - float(ends[0])  # type: ignore[arg-type]
        if max(abs(effect.amount.low), abs(effect.amount.high)) > width:
            yield wrong("problem.action.too_much", "high", _points(effect.amount), says=says)


def _links(
    links: Sequence[Link], ids: tuple[str, ...], framework: Framework | None, place: Place
) -> Iterator[Problem]:
    needs: dict[str, list[tuple[str, int]]] = {}
    pairs: dict[tuple[str, str, str], int] = {}
    for at, link in enumerate(links):
        if link.kind not in LINKS:
            says = {"id": link.a, "known": ", ".join(LINKS)}
            yield Problem("problem.action.word", says, value=link.kind, **place("link", at, "kind"))
        for name in ("a", "b"):
            said = getattr(link, name)
            if said not in ids:
                hint = next(iter(nearest(said, ids)), None)
                yield Problem("problem.action.link", value=said, suggestion=hint, **place("link", at, name))
        if link.a == link.b:
            yield Problem("problem.action.self", {"id": link.a}, **place("link", at, "b"))
        if link.code and framework is not None and link.code not in framework.indicators:
            hint = next(iter(nearest(link.code, framework.indicators)), None)
            where = place("link", at, "code")
            yield Problem("problem.action.code", {"id": link.a}, value=link.code, suggestion=hint, **where)
        wide = link.kind == "synergy" and not -1 <= link.value < float("inf")
        if wide or (link.kind == "substitutes" and not 0 <= link.value <= 1):
            yield Problem(
                "problem.action.value", {"kind": link.kind}, value=link.value, **place("link", at, "value")
            )
        pairs[(link.kind, *sorted((link.a, link.b)))] = at  # type: ignore[index]
        if link.kind == "requires":
            needs.setdefault(link.a, []).append((link.b, at))
    for (kind, a, b), at in pairs.items():
        if kind == "excludes" and ("requires", a, b) in pairs:
            yield Problem("problem.action.contradiction", {"a": a, "b": b}, **place("link", at, "kind"))
    yield from _cycles(needs, place)


def _cycles(needs: dict[str, list[tuple[str, int]]], place: Place) -> Iterator[Problem]:
    told: set[frozenset[str]] = set()
    for start in needs:
        path: list[tuple[str, int]] = [(start, -1)]
        stack = [iter(needs.get(start, []))]
        seen = {start}
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                path.pop()
                continue
            name, at = step
            if name == start:
                names = [p for p, _ in path]
                if frozenset(names) not in told and len(names) > 1:
                    told.add(frozenset(names))
                    shown = " → ".join([*names, start])
                    yield Problem("problem.action.cycle", {"path": shown}, **place("link", at, "b"))
            elif name not in seen:
                seen.add(name)
                path.append((name, at))
                stack.append(iter(needs.get(name, [])))
