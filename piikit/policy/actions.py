"""Actions: who does what, at what cost, and what it moves; with everything that can be wrong about them.

An effect is stated on the raw indicator or its numerator, never in points: points are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..base.errors import Problem, UnknownNameError, nearest, raise_if
from ..base.faces import Shown
from ..base.language import pick
from ..base.record import sha256
from .distributions import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from ..data.framework import Framework

WAYS = ("add", "percent", "numerator", "close", "set")
KINDS = ("real", "reporting", "definition")
LINKS = ("requires", "excludes", "synergy", "substitutes")
GRADES = ("", "A", "B", "C", "D")
Place = Callable[[str, int, str], dict[str, Any]]


@dataclass(frozen=True)
class Effect:
    """What an action does to one indicator.

    Parameters
    ----------
    code : str
        Indicator.
    amount : Estimate
        In the unit that `way` says.
    way : str
        ``add`` (to the raw value, in its own unit), ``percent`` (of the raw value), ``numerator``
        (counts or money, divided by the indicator's denominator), ``close`` (share 0-1 of the
        distance to `cap`: diminishing returns) or ``set`` (report this value, where there is none).
    kind : str
        ``real`` (things change), ``reporting`` (the same things counted better) or
        ``definition`` (denominator or scope).
    lead_months : float
        From the action's end until the statistic shows it.
    cap : float, optional
        Raw value beyond which this effect cannot take the indicator.
    p_deliver : float
        Probability that it comes about at all.
    grade : str
        Evidence, A (evaluated here) to D (opinion); "" unknown.
    note : str
        Where the amount comes from.
    illustrative : bool
        The amount is the author's assumption.
    """

    code: str
    amount: Estimate
    way: str = "add"
    kind: str = "real"
    lead_months: float = 0.0
    cap: float | None = None
    p_deliver: float = 1.0
    grade: str = ""
    note: str = ""
    illustrative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", Estimate.of(self.amount))


@dataclass(frozen=True)
class Action:
    """Something that an agency can do.

    Parameters
    ----------
    id : str
    text_vi, text_en : str
    agency : str
        Who leads.
    co_agencies : tuple of str
    cost : Estimate or number
        Billion VND in all.
    source : str
        Who pays.
    start, end : date, optional
    legal_basis : str
    effects : tuple of Effect
    note : str
    illustrative : bool
        The cost is the author's assumption.
    """

    id: str
    text_vi: str = ""
    text_en: str = ""
    agency: str = ""
    co_agencies: tuple[str, ...] = ()
    cost: Estimate = field(default_factory=lambda: Estimate(0.0, 0.0, 0.0))
    source: str = ""
    start: date | None = None
    end: date | None = None
    legal_basis: str = ""
    effects: tuple[Effect, ...] = ()
    note: str = ""
    illustrative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", Estimate.of(self.cost))
        object.__setattr__(self, "effects", tuple(self.effects))
        object.__setattr__(self, "co_agencies", tuple(self.co_agencies))

    def text(self, lang: str | None = None) -> str:
        """What is to be done, in `lang`, falling back to the other language."""
        return str(pick(self.text_vi, self.text_en, lang) or self.text_vi or self.text_en or self.id)

    def cost_by_year(self, cost: float | None = None) -> dict[int, float]:
        """Cost spread evenly over the days from start to end; year 0 where no dates are given."""
        total = self.cost.likely if cost is None else cost
        first, last = self.start or self.end, self.end or self.start
        if first is None or last is None:
            return {0: total}
        days = (last - first).days + 1
        years = range(first.year, last.year + 1)
        inside = {
            y: (min(last, date(y, 12, 31)) - max(first, date(y, 1, 1))).days + 1 for y in years
        }
        return {y: total * d / days for y, d in inside.items()}


@dataclass(frozen=True)
class Link:
    """How two actions hang together.

    ``requires``: `a` only with `b`. ``excludes``: not both. ``synergy``: with both, effects of
    either on `code` (on all their indicators without one) grow by the share `value`.
    ``substitutes``: with both, the smaller effect on a shared indicator shrinks by the share
    `value` (1: only the larger counts).
    """

    kind: str
    a: str
    b: str
    value: float = 0.0
    code: str = ""


@dataclass(frozen=True, eq=False)
class ActionSet(Shown):
    """Actions with their links, checked; make one with :meth:`of`, ``load_actions`` or ``read_actions``.

    Attributes
    ----------
    actions : tuple of Action
    links : tuple of Link
    name, title_vi, title_en, note_vi, note_en : str
    dataset : str
        Dataset that the indicator codes belong to, if the set says so.
    unit : str
        Province that the set was written for, if any.
    """

    actions: tuple[Action, ...]
    links: tuple[Link, ...] = ()
    name: str = ""
    title_vi: str = ""
    title_en: str = ""
    note_vi: str = ""
    note_en: str = ""
    dataset: str = ""
    unit: str = ""

    @classmethod
    def of(
        cls,
        actions: Iterable[Action],
        links: Iterable[Link] = (),
        *,
        framework: Framework | None = None,
        place: Place | None = None,
        **about: str,
    ) -> ActionSet:
        """Check actions and links and hold them together.

        Raises
        ------
        InputError
            With every problem and its place: repeated or unknown ids, unknown indicators,
            cycles of requirements, contradictory links, impossible numbers and dates.
        """
        made = cls(tuple(actions), tuple(links), **about)
        raise_if(check(made.actions, made.links, framework, place))
        return made

    def title(self, lang: str | None = None) -> str:
        """Name of the set in `lang`."""
        return str(pick(self.title_vi, self.title_en, lang) or self.title_vi or self.title_en or self.name)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in the order given."""
        return tuple(a.id for a in self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    def __getitem__(self, name: str) -> Action:
        return self.actions[self.place(name)]

    def place(self, name: str) -> int:
        """Place of an action by id.

        Raises
        ------
        UnknownNameError
            With the nearest ids.
        """
        if name not in self._at:
            raise UnknownNameError("action", name, self.ids)
        return self._at[name]

    @cached_property
    def _at(self) -> dict[str, int]:
        return {a.id: i for i, a in enumerate(self.actions)}

    @property
    def illustrative(self) -> bool:
        """Whether any cost or effect is the author's assumption."""
        return any(a.illustrative or any(e.illustrative for e in a.effects) for a in self.actions)

    def subset(self, ids: Sequence[str]) -> ActionSet:
        """Only these actions, with the links among them."""
        kept = {self.actions[self.place(i)].id for i in ids}
        return replace(
            self,
            actions=tuple(a for a in self.actions if a.id in kept),
            links=tuple(k for k in self.links if k.a in kept and k.b in kept),
        )

    def only(self, kinds: Sequence[str]) -> ActionSet:
        """The same actions with only effects of these kinds."""
        for kind in kinds:
            if kind not in KINDS:
                raise UnknownNameError("option", kind, KINDS)
        kept = [replace(a, effects=tuple(e for e in a.effects if e.kind in kinds)) for a in self.actions]
        return replace(self, actions=tuple(kept))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an action (index ``id``).

        Columns ``text_vi, text_en, agency, co_agencies, cost_low, cost_likely, cost_high``
        (billion VND), ``source, start, end, legal_basis, indicators, illustrative, note``.
        """
        import pandas as pd

        rows = [
            {
                "id": a.id,
                "text_vi": a.text_vi,
                "text_en": a.text_en,
                "agency": a.agency,
                "co_agencies": "; ".join(a.co_agencies),
                "cost_low": a.cost.low,
                "cost_likely": a.cost.likely,
                "cost_high": a.cost.high,
                "source": a.source,
                "start": a.start.isoformat() if a.start else "",
                "end": a.end.isoformat() if a.end else "",
                "legal_basis": a.legal_basis,
                "indicators": ", ".join(dict.fromkeys(e.code for e in a.effects)),
                "illustrative": a.illustrative or any(e.illustrative for e in a.effects),
                "note": a.note,
            }
            for a in self.actions
        ]
        return pd.DataFrame(rows).set_index("id")

    @cached_property
    def effects_table(self) -> pd.DataFrame:
        """One row an effect: ``action, code, low, likely, high, way, kind, lead_months, cap, p_deliver, ...``."""
        import pandas as pd

        rows = [
            {
                "action": a.id,
                "code": e.code,
                "low": e.amount.low,
                "likely": e.amount.likely,
                "high": e.amount.high,
                "way": e.way,
                "kind": e.kind,
                "lead_months": e.lead_months,
                "cap": float("nan") if e.cap is None else e.cap,
                "p_deliver": e.p_deliver,
                "grade": e.grade,
                "illustrative": e.illustrative,
                "note": e.note,
            }
            for a in self.actions
            for e in a.effects
        ]
        columns = ["action", "code", "low", "likely", "high", "way", "kind", "lead_months", "cap"]
        return pd.DataFrame(rows, columns=[*columns, "p_deliver", "grade", "illustrative", "note"])

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all actions and links, whatever their order."""
        return sha256([sorted(map(sha256, self.actions)), sorted(map(sha256, self.links))])


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
    for name, value, known in (("way", effect.way, WAYS), ("kind", effect.kind, KINDS), ("grade", effect.grade, GRADES)):
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
        if not (0 <= effect.amount.low and effect.amount.high <= 1):
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
    ends = [float(row[c]) if c in row and row[c] == row[c] and row[c] != "" else None for c in ("scale_min", "scale_max")]
    says = {"low": "−∞" if ends[0] is None else f"{ends[0]:g}", "high": "∞" if ends[1] is None else f"{ends[1]:g}"}

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
            yield Problem("problem.action.value", {"kind": link.kind}, value=link.value, **place("link", at, "value"))
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
