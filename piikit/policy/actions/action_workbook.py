"""Actions from a workbook: three sheets, or the flat one of the data template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...base.errors import InputError, Problem, suggest
from ...base.folding import fold
from ...base.language import catalogue, text
from ...data.reading.office_numbers import read_number
from ...data.reading.open.grid import Cell, Grid
from ...data.reading.open.keyed import Keyed
from ...data.reading.open.open_file import MARKER, open_grids
from ...data.reading.table.indicator_values import MILLIONS
from ...data.reading.template.action_form import SHEETS
from .action import Action
from .action_reading import Cells, Read, read_action, read_effect
from .distributions import Estimate

_FLAT = (*SHEETS["effects"], "effect", "cost", "agency", "start")  # one row an effect, million VND


def from_workbook(path: Path) -> Read:
    """Read the sheets; what is wrong with single cells is remembered.

    Raises
    ------
    InputError
        If there is no sheet of actions.
    """
    read = Read(path.name, about={"name": path.stem})
    grids: dict[str, Grid] = {}
    every = [g for g in open_grids(path).sheets if g.rows]
    for grid in every:
        role = _role(grid.name or "")
        if role in SHEETS and role in grids:
            said = {"first": grids[role].name}
            read.problems.append(Problem("problem.form.repeated", said, file=path.name, sheet=grid.name))
        grids.setdefault(role, grid)
    read.problems += _strangers(every, grids, path.name)
    if "actions" not in grids:
        says = {"name": text("plan.sheet.actions")}
        raise InputError([Problem("problem.action.sheet", says, file=path.name), *read.problems])
    if Keyed(grids["actions"], ("action", "effect", "cost")).found == len(("action", "effect", "cost")):
        _flat(read, _rows(read, grids["actions"], _FLAT))
        return read
    rows = {role: _rows(read, grids[role], SHEETS[role]) if role in grids else [] for role in SHEETS}
    _three(read, rows["actions"], rows["effects"])
    for row in rows["links"]:
        read.add_link(row)
    return read


def _strangers(every: list[Grid], grids: Mapping[str, Grid], file: str) -> Iterator[Problem]:
    """Sheets that bear a name like that of one which is missing, or the columns of the form, and would be lost."""
    absent = [n for r in SHEETS if r not in grids for n in catalogue()[f"plan.sheet.{r}"].values()]
    for grid in every:
        name = grid.name or ""
        if _role(name) in (*SHEETS, "other") or name.startswith(MARKER):
            continue
        near = suggest(name, absent, cutoff=65.0)
        if near or max(Keyed(grid, columns).found for columns in SHEETS.values()) >= len(SHEETS["links"]):
            yield Problem("problem.form.stranger", file=file, sheet=name, suggestion=near)


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
    """The role of a sheet by its name: one of the form, "other" for one that stands beside it, else the name."""
    for role in SHEETS:
        older = catalogue()["template.older.actions"].values() if role == "actions" else ()
        if fold(name) in (role, *map(fold, (*catalogue()[f"plan.sheet.{role}"].values(), *older))):
            return role
    beside = [k for k in catalogue() if k.startswith("template.sheet.") or k == "plan.sheet.help"]
    return "other" if any(fold(name) in map(fold, catalogue()[k].values()) for k in beside) else name


class _Row(Cells):
    """A row of a sheet."""

    def __init__(self, read: Read, form: Keyed, row: int) -> None:
        super().__init__(read)
        self.form, self.row = form, row

    def raw(self, name: str) -> Any:
        return self.form.raw(self.row, name)

    def cell(self, name: str) -> Cell:
        return self.form.cell(self.row, name)

    def place(self, name: str) -> dict[str, Any]:
        return self.form.place(self.row, name)

    def estimate(self, name: str) -> Estimate:
        prefix = "cost_" if name == "cost" else ""
        points = (f"{prefix}{end}" for end in ("low", "likely", "high"))
        return self.three_points(self.measure(name), *points, prefix=prefix)


def _rows(read: Read, grid: Grid, keys: Sequence[str]) -> list[_Row]:
    """Rows of a sheet below the row of keys, without the row of headings in words."""
    form = Keyed(grid, keys)
    read.problems += form.problems(keys)
    if keys[0] not in form.columns:
        says = {"name": keys[0]}
        read.problems.append(Problem("problem.action.column", says, file=read.file, sheet=grid.name))
    return [_Row(read, form, i) for i in form.rows if i != form.head + 1 or not _in_words(grid.rows[i])]


def _in_words(row: list[Any]) -> bool:
    """Whether a row is that of headings: a word in every column, no number or date."""
    return all(isinstance(cell, str) and read_number(cell).kind == "text" for cell in row)


def _flat(read: Read, rows: list[_Row]) -> None:
    """The sheet that templates had before: one row an effect, actions by their words, million VND."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if name := row.text("action"):
            found[name].append(row)
        else:
            row.wrong("no_id", "action")
    for name, several in found.items():
        effects = [_FlatEffect(read, row.form, row.row) for row in several if row.text("code")]
        costs = {row.number("cost", MILLIONS): row for row in several if row.raw("cost") is not None}
        if len(costs) != 1:
            next(iter(list(costs.values())[1:]), several[0]).wrong("one_cost", "cost")
        words = (name, name, name, several[0].text("agency"))
        cost, start = Estimate.of((next(iter(costs), None) or 0.0) / 1000), several[0].date("start")
        moved = tuple(read_effect(e) for e in effects)
        made = Action(*words, cost=cost, start=start, effects=moved)
        read.add(several[0], made, effects)


class _FlatEffect(_Row):
    """An effect in that sheet."""

    def estimate(self, name: str) -> Estimate:
        return self.three_points(self.measure(name), "low", "effect", "high")
