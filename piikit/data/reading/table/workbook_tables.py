"""The smaller sheets of a template: denominators, groups, sources, printed figures, actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from ....base.errors import suggest
from ...dataset import PROVENANCE
from ...storage import plain, typed
from ..open.grid import Cell, Grid
from .collected import Collected
from .indicator_values import AMOUNT, read_figures
from .unit_rows import UnitColumn, Wanted, sort_rows

Reader = Callable[[Grid, Wanted, Collected], pd.DataFrame]


class _Keyed:
    """A sheet below the row of keys: the row whose cells hold `key`."""

    def __init__(self, grid: Grid, key: str) -> None:
        self.grid = grid
        at = next((i for i, row in enumerate(grid.rows) if key in row), None)
        names = [] if at is None else [plain(c) for c in grid.rows[at]]
        self.columns = {name: j for j, name in enumerate(names) if name}
        self.rows = range(len(grid.rows) if at is None else at + 1, len(grid.rows))

    def cell(self, row: int, name: str) -> Cell:
        """A cell of a row by its key."""
        if name not in self.columns:
            return Cell(None, self.grid.name, file=self.grid.file)
        return self.grid.cell(row, self.columns[name])

    def table(self) -> pd.DataFrame:
        """All rows as they stand."""
        body = [[self.grid.rows[i][j] for j in self.columns.values()] for i in self.rows]
        return pd.DataFrame(body, columns=list(self.columns), dtype=object)


def _by_unit(grid: Grid, wanted: Wanted, out: Collected, *, numbers: bool) -> pd.DataFrame:
    keyed = _Keyed(grid, "unit")
    columns = {name: at for name, at in keyed.columns.items() if name != "unit"}
    if not keyed.rows:
        return pd.DataFrame(columns=list(columns))
    place = UnitColumn(keyed.columns["unit"], keyed.rows.start, len(keyed.rows))
    found = Collected()
    rows = sort_rows(grid, place, None, wanted.units, found).rows
    out.problems += found.problems
    made: dict[str, list[Any]] = {}
    for name, at in columns.items():
        cells = [grid.cell(r.row, at, r.unit) for r in rows]
        made[name] = [c.raw for c in cells]
        if numbers:
            made[name], problems = read_figures(cells, AMOUNT)
            out.problems += problems
    kind = float if numbers else object
    table = pd.DataFrame(made, index=[r.unit for r in rows], columns=list(columns), dtype=kind)
    return table[~table.index.duplicated(keep="last")]


def _rows(grid: Grid, wanted: Wanted, out: Collected) -> pd.DataFrame:
    return _Keyed(grid, "code").table()


def _sources(grid: Grid, wanted: Wanted, out: Collected) -> pd.DataFrame:
    """Rows ``code, unit, provenance, source, note``; an empty unit means every province."""
    keyed = _Keyed(grid, "code")
    for i in keyed.rows:
        code, word, unit = (keyed.cell(i, name) for name in ("code", "provenance", "unit"))
        if code.raw is not None and plain(code.raw) not in wanted.framework.indicators:
            near = suggest(plain(code.raw), wanted.framework.indicators)
            out.problems.append(code.problem("table.code", suggestion=near))
        if word.raw is not None and plain(word.raw) not in PROVENANCE:
            near, said = suggest(word.raw, PROVENANCE), {"known": ", ".join(PROVENANCE)}
            out.problems.append(word.problem("table.provenance", said, suggestion=near))
        if wanted.units.read(unit.raw).role not in ("unit", "empty"):
            out.problems.append(wanted.units.ask(unit))
    return keyed.table()


TABLES: dict[str, Reader] = {
    "denominators": partial(_by_unit, numbers=True),
    "groups": partial(_by_unit, numbers=False),
    "sources": _sources,
    "printed": _rows,
    "actions": _rows,
}


def unless_empty(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """A table, unless it was left empty."""
    return None if table is None or table.empty or table.shape[1] == 0 else table


def of_kinds(table: pd.DataFrame | None, kinds: Mapping[str, str]) -> pd.DataFrame | None:
    """Columns of the kinds that the template tells; None if there is nothing."""
    if table is None or (table.empty and not kinds):
        return None
    made = {name: typed(table[name], kinds.get(str(name), "text")) for name in table.columns}
    return pd.DataFrame(made, index=table.index, columns=list(table.columns))
