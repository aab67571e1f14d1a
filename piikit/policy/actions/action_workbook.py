"""Actions from a workbook: three sheets, or the flat one of the data template."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...base.errors import InputError, Problem, nearest
from ...base.language import catalogue, text
from .action import Action, Effect, Link
from .action_reading import KIND_WORDS, SHEETS, Read, as_date, estimate
from .distributions import MEANINGS, SHAPES, Estimate

if TYPE_CHECKING:
    from ...data.reading.open.grid import Grid

_YES = {"x", "yes", "true", "1", "co", "có", "1.0"}


def from_workbook(path: Path) -> Read:
    from ...data.reading.open.open_file import open_grids

    read = Read(path.name, about={"name": path.stem})
    grids = {_role(g.name or ""): g for g in open_grids(path).sheets if g.rows}
    if "actions" not in grids:
        raise InputError(
            [Problem("problem.action.sheet", {"name": text("plan.sheet.actions")}, file=path.name)]
        )
    table = _Table(read, grids["actions"], "actions")
    if "effect" in table.columns and "action" in table.columns:
        _flat(read, table)
        return read
    effects: dict[str, list[Effect]] = {}
    rows = []
    for name in ("effects", "links"):
        if name in grids:
            other = _Table(read, grids[name], name)
            if name == "effects":
                for row in other.rows:
                    rows.append((row, other))
                    effects.setdefault(other.text(row, "action"), []).append(_effect(other, row))
            else:
                for at, row in enumerate(other.rows):
                    read.places["link", at] = other.placer(row)
                    value = other.number(row, "value")
                    words = {k: other.text(row, k) for k in ("kind", "a", "b", "code")}
                    read.links.append(Link(value=0.0 if value is None else value, **words))
    count = 0
    for at, row in enumerate(table.rows):
        name = table.text(row, "id")
        read.places["action", at] = table.placer(row)
        read.actions.append(_action(table, row, tuple(effects.get(name, ()))))
        for where, other in [(r, t) for r, t in rows if t.text(r, "action") == name]:
            read.places["effect", count] = other.placer(where)
            count += 1
    ids = {a.id for a in read.actions}
    for row, other in rows:
        given = other.text(row, "action")
        if given not in ids:
            hint = next(iter(nearest(given, sorted(ids))), None)
            read.problems.append(
                Problem(
                    "problem.action.orphan_effect",
                    value=given,
                    suggestion=hint,
                    **other.placer(row)("action"),
                )
            )
    return read


def _role(name: str) -> str:
    for role in SHEETS:
        entry = catalogue()[f"plan.sheet.{role}"]
        if name in (role, entry["vi"], entry["en"]):
            return role
    return "actions" if name in catalogue()["template.sheet.actions"].values() else name


class _Table:
    """Rows of a sheet below the row of keys, with the place of every cell."""

    def __init__(self, read: Read, grid: Grid, role: str) -> None:
        self.read, self.grid = read, grid
        keys = set(SHEETS[role]) | {"action", "effect", "cost"}
        head = max(range(min(8, len(grid.rows))), key=lambda i: len(keys & {str(c) for c in grid.rows[i]}))
        self.columns = {str(c): j for j, c in enumerate(grid.rows[head]) if c is not None}
        first = SHEETS[role][0]
        if first not in self.columns and "action" not in self.columns:
            read.problems.append(
                Problem("problem.action.column", {"name": first}, file=read.file, sheet=grid.name)
            )
        for name, j in self.columns.items():
            if name not in keys:
                where: dict[str, Any] = {"file": read.file, "sheet": grid.name, "cell": grid.place(head, j)}
                read.problems.append(
                    Problem("problem.action.unknown_column", value=name, severity="warning", **where)
                )
        self.rows = [i for i in range(head + 1, len(grid.rows)) if self._holds(i, role)]

    def _holds(self, i: int, role: str) -> bool:
        """Whether a row is data and not the row of headings in words."""
        cells = [c for c in self.grid.rows[i] if c not in (None, "")]
        words = {
            v
            for k, e in catalogue().items()
            if k.startswith(("plan.column.", "template.column."))
            for v in e.values()
        }
        return bool(cells) and not all(str(c) in words for c in cells)

    def placer(self, row: int) -> Any:
        """Place of a field of this row."""
        grid, file = self.grid, self.read.file

        def place(name: str) -> dict[str, Any]:
            column = self.columns.get(name, next(iter(self.columns.values()), 0))
            return {"file": file, "sheet": grid.name, "cell": grid.place(row, column)}

        return place

    def cell(self, row: int, name: str) -> Any:
        """Content of a cell, None if empty or without column."""
        value = self.grid.rows[row][self.columns[name]] if name in self.columns else None
        return None if value == "" else value

    def text(self, row: int, name: str) -> str:
        """A cell as text; 2.0 reads "2"."""
        value = self.cell(row, name)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    def number(self, row: int, name: str) -> float | None:
        """A cell as a number; None if empty; text is a problem."""
        from ...data.reading.table.office_numbers import read_number

        value = self.cell(row, name)
        if value is None:
            return None
        reading = read_number(value)
        if reading.kind == "number" and math.isfinite(reading.value):
            return reading.value / 100 if reading.percent and name == "p_deliver" else reading.value
        self.read.problems.append(
            Problem("problem.action.text_number", value=value, **self.placer(row)(name))
        )
        return None

    def date(self, row: int, name: str) -> date | None:
        """A cell as a date."""
        value = self.cell(row, name)
        found = as_date(value)
        if value is not None and found is None:
            self.read.problems.append(Problem("problem.action.date", value=value, **self.placer(row)(name)))
        return found

    def word(self, row: int, name: str, known: Sequence[str], empty: str) -> str:
        """One of some words; another is a problem."""
        value = self.text(row, name) or empty
        if value not in known:
            says = {"id": self.text(row, "action"), "known": ", ".join(known)}
            self.read.problems.append(
                Problem("problem.action.word", says, value=value, **self.placer(row)(name))
            )
            return empty
        return value

    def yes(self, row: int, name: str) -> bool:
        """Whether a mark stands in the cell."""
        return self.text(row, name).casefold() in _YES


def _action(table: _Table, row: int, effects: tuple[Effect, ...]) -> Action:
    low, likely, high = (table.number(row, f"cost_{k}") for k in ("low", "likely", "high"))
    return Action(
        **{
            k: table.text(row, k)
            for k in ("id", "text_vi", "text_en", "agency", "source", "legal_basis", "note")
        },
        co_agencies=tuple(x.strip() for x in table.text(row, "co_agencies").split(";") if x.strip()),
        cost=estimate(low, likely, high),
        start=table.date(row, "start"),
        end=table.date(row, "end"),
        effects=effects,
        illustrative=table.yes(row, "illustrative"),
    )


def _effect(table: _Table, row: int) -> Effect:
    low, likely, high = (table.number(row, k) for k in ("low", "likely", "high"))
    shape = table.word(row, "shape", SHAPES, "pert")
    meaning = table.word(row, "meaning", tuple(MEANINGS), "limits")
    lead, chance = table.number(row, "lead_months"), table.number(row, "p_deliver")
    kind = table.text(row, "kind") or "real"
    return Effect(
        code=table.text(row, "code"),
        amount=estimate(low, likely, high, shape, meaning),
        way=table.text(row, "way") or "add",
        kind=KIND_WORDS.get(kind, kind),
        lead_months=0.0 if lead is None else lead,
        cap=table.number(row, "cap"),
        p_deliver=1.0 if chance is None else chance,
        grade=table.text(row, "grade"),
        note=table.text(row, "note"),
        illustrative=table.yes(row, "illustrative"),
    )


def _flat(read: Read, table: _Table) -> None:
    """The sheet of the data template: one row an effect, actions by their words, million VND."""
    found: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        name = table.text(row, "action")
        if not name:
            read.problems.append(Problem("problem.action.no_id", **table.placer(row)("action")))
            continue
        item = found.setdefault(name, {"row": row, "effects": [], "rows": []})
        low, likely, high = (table.number(row, k) for k in ("low", "effect", "high"))
        kind = table.text(row, "kind") or "real"
        if table.text(row, "code"):
            effect = Effect(
                table.text(row, "code"),
                estimate(low, likely, high),
                kind=KIND_WORDS.get(kind, kind),
                note=table.text(row, "note"),
            )
            item["effects"].append(effect)
            item["rows"].append(row)
    count = 0
    for at, (name, item) in enumerate(found.items()):
        row = item["row"]
        cost = table.number(row, "cost")
        money = 0.0 if cost is None else cost / 1000
        start = table.date(row, "start")
        made = Action(
            name,
            name,
            name,
            table.text(row, "agency"),
            cost=Estimate.of(money),
            start=start,
            effects=tuple(item["effects"]),
        )
        read.places["action", at] = table.placer(row)
        for where in item["rows"]:
            read.places["effect", count] = table.placer(where)
            count += 1
        read.actions.append(made)
