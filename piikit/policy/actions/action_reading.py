"""What readers of action files share: how named cells become actions, effects and links, and where each stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ...base.errors import InputError, Problem
from ...base.formats import LocalNumber
from ...data.reading.open.grid import Cell
from ...data.reading.table.indicator_values import BILLIONS, PLAIN, Measure, read_amount
from ...data.reading.template.action_form import LINKS, MEANT, SHAPES, code_of
from .action import Action, Effect, Link
from .distributions import Estimate

# In which unit a figure is wanted, by its name or by the way of its effect; elsewhere a bare number.
_SHARE = Measure("fraction")
_MOST_DONG = 1e14  # 100,000 billion VND: more than any province spends in a year
_MEASURES = {"cost": BILLIONS, "p_deliver": _SHARE, "close": _SHARE, "percent": Measure("percent")}
_KINDS = {"": "real", "denominator": "definition"}
_YES = {"x", "yes", "true", "1", "co", "có", "1.0"}
_NO = {"", "no", "false", "0", "khong", "không", "0.0"}
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass
class Read:
    """What was read, and where each part stands."""

    file: str
    actions: list[Action] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[tuple[str, int], Cells] = field(default_factory=dict)
    effects: int = 0

    def place(self, kind: str, at: int, name: str) -> dict[str, Any]:
        """File, sheet and cell of a field."""
        if (kind, at) in self.cells:
            return self.cells[kind, at].place(name)
        return {"file": self.file, "cell": f"{kind}[{at}].{name}"}

    def add(self, cells: Cells, action: Action, effects: Sequence[Cells]) -> None:
        """One more action, with the cells that its effects stand in."""
        self.cells["action", len(self.actions)] = cells
        self.actions.append(action)
        for one in effects:
            self.cells["effect", self.effects] = one
            self.effects += 1

    def add_link(self, cells: Cells) -> None:
        """One more link."""
        self.cells["link", len(self.links)] = cells
        words = {name: code_of(cells.text(name)) for name in LINKS if name != "value"}
        self.links.append(Link(value=cells.number("value") or 0.0, **words))


class Cells:
    """Named cells of one action, effect or link, in a sheet or a TOML table."""

    def __init__(self, read: Read) -> None:
        self.read = read

    def raw(self, name: str) -> Any:
        """Content, None if empty or absent."""
        raise NotImplementedError

    def place(self, name: str) -> dict[str, Any]:
        """File, sheet and cell."""
        raise NotImplementedError

    def cell(self, name: str) -> Cell:
        """Content with what is to be known of how it is shown."""
        return Cell(self.raw(name))

    def estimate(self, name: str) -> Estimate:
        """The estimate ``cost`` or ``amount``."""
        raise NotImplementedError

    def wrong(self, key: str, name: str, **more: Any) -> None:
        """Remember a problem with a cell."""
        self.read.problems.append(Problem(f"problem.action.{key}", **more, **self.place(name)))

    def text(self, name: str, empty: str = "") -> str:
        """A cell as text; 2.0 reads "2"."""
        value = self.raw(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return (str(value).strip() if value is not None else "") or empty

    def names(self, name: str) -> tuple[str, ...]:
        """A cell as names: a list, or text with semicolons."""
        value = self.raw(name)
        parts = value if isinstance(value, list) else self.text(name).split(";")
        return tuple(part for p in parts if (part := str(p).strip()))

    def number(self, name: str, measure: Measure | None = None) -> float | None:
        """A cell as a number in the unit that is wanted; None if empty, or if it is none and a problem."""
        cell = self.cell(name)
        if cell.raw in (None, "") and not cell.uncached:
            return None
        return self.figure(name, cell, measure or _MEASURES.get(name, PLAIN))

    def figure(self, name: str, given: Any, measure: Measure) -> float | None:
        """What is given as a number in the unit that is wanted; what is to be said of it is remembered."""
        value, problems = read_amount(given, measure)
        self.read.problems += [replace(p, **self.place(name)) for p in problems]
        if measure.kind == "money" and value * measure.money > _MOST_DONG:
            said = {
                "read": LocalNumber(value),
                "unit": measure.unit,
                "dong": LocalNumber(value / measure.money),
            }
            self.wrong("dong", name, values=said)
            return None
        return None if math.isnan(value) else value

    def point(self, name: str, given: Any) -> float:
        """One number of the estimate ``cost`` or ``amount``; InputError, its problems remembered, if it is none."""
        read = self.figure(name, given, self.measure(name))
        if read is None:
            raise InputError(())
        return read

    def measure(self, name: str) -> Measure:
        """In which unit the estimate ``cost`` or ``amount`` is wanted."""
        return _MEASURES.get(name if name == "cost" else self.text("way"), PLAIN)

    def date(self, name: str) -> date | None:
        """A cell as a date; text that is none is a problem."""
        value = self.raw(name)
        found = as_date(value)
        if value is not None and found is None:
            self.wrong("date", name, value=value)
        return found

    def word(self, name: str, known: Sequence[str], empty: str) -> str:
        """One of some words; another is a problem."""
        value = self.text(name, empty)
        if value not in known:
            says = {"id": self.text("action"), "known": ", ".join(known)}
            self.wrong("word", name, values=says, value=value)
            return empty
        return value

    def yes(self, name: str, empty: bool = False) -> bool:
        """Whether a mark stands in the cell; a word that is neither yes nor no is a problem."""
        word = self.text(name).casefold()
        if word not in (*_YES, *_NO):
            self.wrong("word", name, values={"id": self.text("id"), "known": "x"}, value=word)
        return word in _YES if word else empty

    def three_points(self, measure: Measure, *cells: str, prefix: str = "") -> Estimate:
        """An estimate from three cells, least, most likely and greatest: all, or the middle one; nothing is no zero."""
        before = len(self.read.problems)
        low, middle, high = (self.number(name, measure) for name in cells)
        if len(self.read.problems) == before and (middle is None or (low is None) != (high is None)):
            self.wrong("points", cells[1])
        shape = self.word(f"{prefix}shape", SHAPES, "pert")
        meaning = self.word(f"{prefix}meaning", MEANT, "limits")
        likely = next((x for x in (middle, low, high) if x is not None), 0.0)
        first, last = (likely if x is None else x for x in (low, high))
        return Estimate(first, likely, last, shape, meaning)


def read_action(cells: Cells, effects: Sequence[Effect], *, marked: bool = False, **known: Any) -> Action:
    """An action from its cells; `known` is taken from elsewhere."""
    words = ("id", "text_vi", "text_en", "agency", "source", "legal_basis", "note")
    made: dict[str, Any] = {name: cells.text(name) for name in words}
    made["co_agencies"] = cells.names("co_agencies")
    return Action(
        **(made | known),
        cost=cells.estimate("cost"),
        start=cells.date("start"),
        end=cells.date("end"),
        effects=tuple(effects),
        illustrative=cells.yes("illustrative", marked),
    )


def read_effect(cells: Cells, *, marked: bool = False) -> Effect:
    """An effect from its cells."""
    lead, chance, kind = cells.number("lead_months"), cells.number("p_deliver"), cells.text("kind")
    return Effect(
        code=code_of(cells.text("code")),
        amount=cells.estimate("amount"),
        way=cells.text("way", "add"),
        kind=_KINDS.get(kind, kind),
        lead_months=0.0 if lead is None else lead,
        cap=cells.number("cap"),
        p_deliver=1.0 if chance is None else chance,
        grade=cells.text("grade"),
        note=cells.text("note"),
        illustrative=cells.yes("illustrative", marked),
    )


def as_date(value: Any) -> date | None:
    """A date from a date or from text as offices write it; None for anything else."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    for form in _FORMS:
        try:
            return datetime.strptime(str(value).strip(), form).date()
        except ValueError:
            continue
    return None
