"""Actions from a workbook: three sheets, or the flat one of the data template."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from ...base.errors import InputError, Problem, suggest
from ...base.language import catalogue, text
from ...data.reading.open.grid import Cell, Grid
from ...data.reading.open.open_file import open_grids
from ...data.reading.table.indicator_values import MILLIONS
from .action import ACTIONS, EFFECTS, Action
from .action_reading import LINKS, Cells, Read, read_action, read_effect
from .distributions import Estimate

SHEETS = {"actions": ACTIONS, "effects": EFFECTS, "links": LINKS}
_FLAT = {"action", "effect", "cost"}


def from_workbook(path: Path) -> Read:
    """Read the sheets; what is wrong with single cells is remembered.

    Raises
    ------
    InputError
        If there is no sheet of actions.
    """
    read = Read(path.name, about={"name": path.stem})
    grids = {_role(g.name or ""): g for g in open_grids(path).sheets if g.rows}
    if "actions" not in grids:
        says = {"name": text("plan.sheet.actions")}
        raise InputError([Problem("problem.action.sheet", says, file=path.name)])
    rows = {role: _rows(read, grids[role], role) if role in grids else [] for role in SHEETS}
    if any(row.columns.keys() >= {"action", "effect"} for row in rows["actions"]):
        _flat(read, rows["actions"])
        return read
    _three(read, rows["actions"], rows["effects"])
    for row in rows["links"]:
        read.add_link(row)
    return read


def _three(read: Read, actions: list[_Row], effects: list[_Row]) -> None:
    """Actions with their effects, which stand in a sheet of their own."""
    owned = [(row.text("action"), row, read_effect(row)) for row in effects]
    for row in actions:
        mine = [(cells, effect) for owner, cells, effect in owned if owner == row.text("id")]
        read.add(row, read_action(row, [effect for _, effect in mine]), [cells for cells, _ in mine])
    ids = sorted({a.id for a in read.actions})
    for owner, row, _ in owned:
        if owner not in ids:
            row.wrong("orphan_effect", "action", value=owner, suggestion=suggest(owner, ids))


def _role(name: str) -> str:
    for role in SHEETS:
        if name in (role, *catalogue()[f"plan.sheet.{role}"].values()):
            return role
    return "actions" if name in catalogue()["template.sheet.actions"].values() else name


class _Row(Cells):
    """A row of a sheet."""

    def __init__(self, read: Read, grid: Grid, columns: dict[str, int], row: int) -> None:
        super().__init__(read)
        self.grid, self.columns, self.row = grid, columns, row

    def raw(self, name: str) -> Any:
        value = self.grid.rows[self.row][self.columns[name]] if name in self.columns else None
        return None if value == "" else value

    def cell(self, name: str) -> Cell:
        return self.grid.cell(self.row, self.columns[name]) if name in self.columns else Cell(None)

    def place(self, name: str) -> dict[str, Any]:
        column = self.columns.get(name, next(iter(self.columns.values()), 0))
        cell = self.grid.place(self.row, column)
        return {"file": self.read.file, "sheet": self.grid.name, "cell": cell}

    def estimate(self, name: str) -> Estimate:
        start = "cost_" if name == "cost" else ""
        return self.three_points(self.measure(name), f"{start}low", f"{start}likely", f"{start}high")


def _rows(read: Read, grid: Grid, role: str) -> list[_Row]:
    """Rows of a sheet below the row of keys, without the row of headings in words."""
    keys = {*SHEETS[role], *_FLAT}
    head = max(range(min(8, len(grid.rows))), key=lambda i: len(keys & {str(c) for c in grid.rows[i]}))
    columns = {str(c): j for j, c in enumerate(grid.rows[head]) if c is not None}
    first = SHEETS[role][0]
    if not columns.keys() & {first, "action"}:
        says = {"name": first}
        read.problems.append(Problem("problem.action.column", says, file=read.file, sheet=grid.name))
    heads = _Row(read, grid, columns, head)
    for name in (c for c in columns if c not in keys):
        heads.wrong("unknown_column", name, value=name, severity="warning")
    words = {
        said
        for key, entry in catalogue().items()
        if key.startswith(("plan.column.", "template.column."))
        for said in entry.values()
    }
    below = range(head + 1, len(grid.rows))
    filled = {i: {str(c) for c in grid.rows[i] if c not in (None, "")} for i in below}
    return [_Row(read, grid, columns, i) for i in below if filled[i] - words]


def _flat(read: Read, rows: list[_Row]) -> None:
    """The sheet of the data template: one row an effect, actions by their words, million VND."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if name := row.text("action"):
            found[name].append(row)
        else:
            row.wrong("no_id", "action")
    for name, several in found.items():
        first, moving = several[0], [row for row in several if row.text("code")]
        effects = [_FlatEffect(read, r.grid, r.columns, r.row) for r in moving]
        made = Action(
            name,
            name,
            name,
            first.text("agency"),
            cost=Estimate.of((first.number("cost", MILLIONS) or 0.0) / 1000),
            start=first.date("start"),
            effects=tuple(read_effect(e) for e in effects),
        )
        read.add(first, made, effects)


class _FlatEffect(_Row):
    """An effect in the sheet of the data template."""

    def estimate(self, name: str) -> Estimate:
        return self.three_points(self.measure(name), "low", "effect", "high")
