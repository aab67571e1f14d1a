"""A table of units, as researchers and COINr write it: one row a unit, one column a code, in any kind of file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..base.errors import Problem, raise_if, suggest
from .dataset import UNIT_COLUMNS, Dataset
from .framework import Framework
from .reading.office_numbers import read_number
from .reading.open.grid import Cell, Grid, Grids
from .reading.open.keyed import Keyed, text_of
from .reading.open.open_file import open_grids
from .reading.table.collected import Collected, SheetAccount
from .reading.table.indicator_values import AMOUNT, Measure, read_figures
from .reading.table.ledger import Ledger, whole

_OTHER, _MOST_SHOWN = ("uName", "Time"), 20


class UnitsTable(NamedTuple):
    """What was read, with all problems; groups and denominators by unit."""

    found: Collected
    groups: pd.DataFrame
    denominators: pd.DataFrame
    year: int | None

    def dataset(self, framework: Framework, path: Path) -> Dataset:
        """The dataset; indicators without a column are an error here."""
        raise_if(self.found.problems)
        cells = {at: kept.value for at, kept in self.found.cells.items()}
        values = pd.Series(cells, dtype=float).unstack().reindex(index=list(self.found.units))
        return Dataset.from_frame(
            values[[c for c in framework.indicators if c in self.found.codes]],
            framework=framework,
            year=self.year,
            groups=self.groups,
            denominators=self.denominators,
            name=path.stem,
            file=path.name,
        )


def read_units(path: str | Path, framework: Framework, *, year: int | None = None) -> Dataset:
    """Read a CSV, Excel or ods table with a unit column, indicator columns and perhaps groupings.

    The unit column is ``unit``, ``province`` or ``uCode``. Columns ending in ``_group`` are
    groupings and those starting with ``Denom`` denominators, as in COINr's ``iData``, and so are
    those that an ``iMeta`` calls Group and Denominator; names and what it calls Other are left
    aside, and ``Time`` chooses by `year`. Any other column that is no indicator is an error.

    Raises
    ------
    InputError
        With every problem at its cell: no unit column, unknown or missing codes, text, repeated
        units, cells beside the table.
    """
    return units_table(open_grids(path), framework, year).dataset(framework, Path(path))


def is_units_table(grids: Grids) -> bool:
    """Whether a sheet is headed as COINr's ``iData`` is."""
    return any("uCode" in row for grid in grids.shown for row in grid.rows[:3])


def units_table(grids: Grids, framework: Framework, year: int | None = None) -> UnitsTable:
    """Read the sheet that names most codes; never raises for what stands in it."""
    found, by_unit = Collected(problems=list(grids.warnings)), pd.DataFrame()
    forms = [Keyed(grid, (*UNIT_COLUMNS, *framework.indicators)) for grid in grids.shown]
    form = max(forms, key=lambda f: (bool(f.columns.keys() & set(UNIT_COLUMNS)), f.found), default=None)
    column = next((c for c in UNIT_COLUMNS if form is not None and c in form.columns), None)
    if form is None or column is None:
        said = {"known": ", ".join(UNIT_COLUMNS)}
        found.problems.append(Problem("problem.units.column", said, file=grids.file))
        return UnitsTable(found, by_unit, by_unit, year)
    found.problems += [*form.problems(), *_undivided(framework, grids.file)]
    dated = {i: text_of(form.raw(i, "Time")) for i in form.rows}
    times = {time: form.cell(i, "Time") for i, time in dated.items() if time}
    if len(times) > 1 and year is None:
        said = {"years": ", ".join(sorted(times)[:_MOST_SHOWN])}
        found.problems.append(list(times.values())[1].problem("table.years", said))
    chosen = [i for i in form.rows if len(times) < 2 or dated[i] in ("", str(year))]
    units = [form.cell(i, column) for i in chosen]
    found.problems += _units_once(units)
    found.units = {text_of(cell.raw): (cell.sheet, cell.place) for cell in units}
    groups, scales = _columns(form, column, chosen, framework, found)
    found.problems += _other_sheets(grids, form.grid)
    found.accounts = [
        _account(form, column, chosen, found)
        if g is form.grid
        else whole(g, "hidden" if g.hidden else "unread")
        for g in grids.sheets
    ]
    stated = next(iter(times), "")
    return UnitsTable(found, groups, scales, int(stated) if year is None and stated.isdigit() else year)


def _columns(
    form: Keyed, column: str, rows: list[int], framework: Framework, found: Collected
) -> tuple[pd.DataFrame, ...]:
    """Keep the figures of indicators; the tables of groups and of denominators are returned."""
    index, mark = pd.Index([text_of(form.raw(i, column)) for i in rows]), _mark(form)
    tables: dict[str, dict[str, pd.Series]] = {"group": {}, "denominator": {}}
    for name in (n for n in form.columns if n != column):
        kind, at = _kind(name, framework), form.columns[name]
        cells = [form.grid.cell(i, at, unit) for i, unit in zip(rows, index, strict=True)]
        if kind == "group":
            words = ["" if c.raw == "NA" else text_of(c.raw) for c in cells]
            tables[kind][name] = pd.Series(words, index=index)
        elif kind in ("indicator", "denominator"):
            code = name if kind == "indicator" else None
            measure = Measure.of(framework, name) if code else AMOUNT
            values, problems = read_figures(cells, measure, code=code, mark=mark, typed=False)
            found.problems += problems
            if code:
                found.keep_all(cells, code, values)
            else:
                tables[kind][name] = pd.Series(values, index=index)
        elif kind != "other":
            key = "dataset.inner" if kind == "inner" else "dataset.column"
            near = suggest(name, framework.indicators)
            head = form.grid.cell(form.head, at)
            found.problems.append(head.problem(key, code=name, suggestion=near))
    return tuple(pd.DataFrame(t, index=index)[~index.duplicated()] for t in tables.values())


def _kind(name: str, framework: Framework) -> str:
    """What a column holds: indicator, inner (an aggregate), group, denominator, other, or "column": nothing known."""
    if name in framework:
        return "indicator" if name in framework.indicators else "inner"
    if name in framework.outside:
        return framework.outside[name]
    started = "denominator" if name.startswith("Denom") else "other" if name in _OTHER else "column"
    return "group" if name.endswith("_group") else started


def _mark(form: Keyed) -> str:
    """The decimal mark that the figures of the whole table prove, if they agree."""
    cells = (c for i in form.rows for c in form.grid.rows[i] if isinstance(c, str) and len(c) < 30)
    marks = {read_number(c).mark for c in cells} - {""}
    return marks.pop() if len(marks) == 1 else ""


def _other_sheets(grids: Grids, read: Grid) -> Iterator[Problem]:
    for grid in (g for g in grids.shown if g is not read and g.rows):
        yield grid.cell(0, 0).problem("form.stranger", value=None, severity="warning")


def _account(form: Keyed, column: str, chosen: list[int], found: Collected) -> SheetAccount:
    """What became of every cell of the sheet."""
    ledger, grid, every = Ledger(form.grid), form.grid, range(len(form.names))
    places = {kept.cell: kept.value for kept in found.cells.values()}
    for i in range(len(grid.rows)):
        for j in every if i in chosen else ():
            if (place := grid.place(i, j)) in places:
                ledger.claim(grid, i, [j], "gap" if math.isnan(places[place]) else "read")
        if i in chosen:
            ledger.claim(grid, i, [form.columns[column]], "name")
        ledger.claim(grid, i, every, "title" if i < form.head else "heading" if i == form.head else "aside")
    ledger.refuse(found.problems)
    return ledger.account()


def _units_once(units: list[Cell]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for cell in units:
        name = text_of(cell.raw)
        if not name:
            yield cell.problem("dataset.no_unit")
        elif name in first:
            yield cell.problem("form.repeated", {"first": first[name]}, unit=name)
        first.setdefault(name, cell.place)


def _undivided(framework: Framework, file: str) -> Iterator[Problem]:
    """Indicators that an iMeta gives a denominator: COINr divides by it in a step of its own."""
    named = framework.table.get("Denominator", {})
    codes = [str(c) for c, held in dict(named).items() if held]
    if codes:
        said = {"codes": ", ".join(codes[:_MOST_SHOWN])}
        yield Problem("problem.units.undivided", said, file=file, severity="warning")
