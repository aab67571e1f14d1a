"""Everything that can be wrong about actions and links, each with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from ...base.errors import Problem, suggest
from ...data.framework import Framework
from ...data.reading.template.action_form import GRADES, KINDS, LINKED, WAYS
from .action import Action, Effect, Link
from .distributions import Estimate
from .scale_ends import scale_ends

Place = Callable[[str, int, str], dict[str, Any]]


class Wrong(NamedTuple):
    """What is wrong with one field."""

    key: str
    name: str
    value: Any = None
    says: dict[str, Any] | None = None
    suggestion: str | None = None


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

    def told(kind: str, at: int, owner: str, found: Iterator[Wrong]) -> Iterator[Problem]:
        for wrong in found:
            where = (place or _nowhere)(kind, at, wrong.name)
            says = {"id": owner} | (wrong.says or {})
            yield Problem(
                f"problem.action.{wrong.key}", says, value=wrong.value, suggestion=wrong.suggestion, **where
            )

    seen: set[str] = set()
    effects = [(a.id, e) for a in actions for e in a.effects]
    for at, action in enumerate(actions):
        yield from told("action", at, action.id, _action(action, seen))
        seen.add(action.id)
    for at, (owner, effect) in enumerate(effects):
        yield from told("effect", at, owner, _effect(effect, framework))
    if not actions:
        yield Problem("problem.action.none")
    for at, link in enumerate(links):
        yield from told("link", at, link.a, _link(link, seen, framework))
    for at, wrong in (*_contradictions(links), *_cycles(links)):
        yield from told("link", at, links[at].a, iter([wrong]))


def _nowhere(kind: str, at: int, name: str) -> dict[str, Any]:
    return {"cell": f"{kind} #{at + 1}.{name}"}


def _points(estimate: Estimate) -> str:
    return f"{estimate.low:g} / {estimate.likely:g} / {estimate.high:g}"


def _estimate(estimate: Estimate, name: str) -> Iterator[Wrong]:
    for key in estimate.problems():
        says = {"shape": estimate.shape, "fit": _points(estimate.fit)} if key.endswith("misfit") else None
        yield Wrong(key.removeprefix("problem.action."), name, _points(estimate), says)


def _action(action: Action, seen: set[str]) -> Iterator[Wrong]:
    if not action.id:
        yield Wrong("no_id", "id")
    elif action.id in seen:
        yield Wrong("repeated", "id")
    yield from _estimate(action.cost, "cost_likely")
    if action.cost.low < 0:
        yield Wrong("cost", "cost_low", action.cost.low)
    if action.start and action.end and action.end < action.start:
        yield Wrong("dates", "end", action.end, {"start": action.start})


def _effect(effect: Effect, framework: Framework | None) -> Iterator[Wrong]:
    yield from _words(effect)
    yield from _numbers(effect)
    if framework is None:
        return
    if effect.code in framework.indicators:
        yield from _on_scale(effect, framework)
    else:
        yield Wrong("code", "code", effect.code, suggestion=suggest(effect.code, framework.indicators))


def _words(effect: Effect) -> Iterator[Wrong]:
    for name, known in (("way", WAYS), ("kind", KINDS), ("grade", GRADES)):
        if getattr(effect, name) not in known:
            yield Wrong("word", name, getattr(effect, name), {"known": ", ".join(k for k in known if k)})


def _numbers(effect: Effect) -> Iterator[Wrong]:
    amount, cap = effect.amount, effect.cap
    yield from _estimate(amount, "likely")
    close = effect.way == "close"
    yield from _found(
        (not 0 <= effect.p_deliver <= 1, Wrong("probability", "p_deliver", effect.p_deliver)),
        (not 0 <= effect.lead_months < math.inf, Wrong("lead", "lead_months", effect.lead_months)),
        (effect.way == "percent" and amount.low < -100, Wrong("percent", "low", amount.low)),
        (close and not (amount.low >= 0 and amount.high <= 1), Wrong("share", "high", _points(amount))),
        (close and cap is None, Wrong("no_cap", "cap", "")),
        (cap is not None and cap != cap, Wrong("number", "cap", cap)),
    )


def _found(*rules: tuple[bool, Wrong]) -> Iterator[Wrong]:
    """What is wrong by rules: whether it is, and what."""
    return (wrong for broken, wrong in rules if broken)


def _on_scale(effect: Effect, framework: Framework) -> Iterator[Wrong]:
    """Numbers outside what the indicator's scale allows, and numerators without a denominator."""
    ends, amount = scale_ends(framework, effect.code), effect.amount
    says = {
        "low": "−∞" if ends.low == -math.inf else f"{ends.low:g}",
        "high": "∞" if ends.high == math.inf else f"{ends.high:g}",
    }
    way, points, cap = effect.way, _points(amount), effect.cap
    unlike = way == "set" and not (ends.hold(amount.low) and ends.hold(amount.high))
    divided = bool(framework.table.loc[effect.code].get("denominator"))
    too_much = way == "add" and max(abs(amount.low), abs(amount.high)) > ends.high - ends.low
    yield from _found(
        (unlike, Wrong("outside", "likely", points, says)),
        (cap is not None and not ends.hold(cap), Wrong("outside", "cap", cap, says)),
        (way == "numerator" and not divided, Wrong("no_denominator", "way", way)),
        (too_much, Wrong("too_much", "high", points, says)),
    )


def _link(link: Link, ids: set[str], framework: Framework | None) -> Iterator[Wrong]:
    if link.kind not in LINKED:
        yield Wrong("word", "kind", link.kind, {"known": ", ".join(LINKED)})
    for name in ("a", "b"):
        said = getattr(link, name)
        if said not in ids:
            yield Wrong("link", name, said, suggestion=suggest(said, sorted(ids)))
    if link.a == link.b:
        yield Wrong("self", "b")
    if link.code and framework is not None and link.code not in framework.indicators:
        yield Wrong("code", "code", link.code, suggestion=suggest(link.code, framework.indicators))
    allowed = {"synergy": -1 <= link.value < math.inf, "substitutes": 0 <= link.value <= 1}
    if not allowed.get(link.kind, True):
        yield Wrong("value", "value", link.value, {"kind": link.kind})


def _contradictions(links: Sequence[Link]) -> Iterator[tuple[int, Wrong]]:
    required = {frozenset((k.a, k.b)) for k in links if k.kind == "requires"}
    excluded = {frozenset((k.a, k.b)): at for at, k in enumerate(links) if k.kind == "excludes"}
    for pair, at in excluded.items():
        if pair in required:
            a, b = sorted((links[at].a, links[at].b))
            yield at, Wrong("contradiction", "kind", says={"a": a, "b": b})


def _cycles(links: Sequence[Link]) -> Iterator[tuple[int, Wrong]]:
    """Each circle of requirements, at the link that closes it."""
    needs = {(k.a, k.b): at for at, k in enumerate(links) if k.kind == "requires" and k.a != k.b}
    while True:
        graph: dict[str, set[str]] = {}
        for a, b in needs:
            graph.setdefault(a, set()).add(b)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            path = error.args[1][::-1]
            at = needs.pop((path[-2], path[-1]))
            yield at, Wrong("cycle", "b", says={"path": " → ".join(path)})
        else:
            return
