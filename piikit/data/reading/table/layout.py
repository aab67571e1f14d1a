"""How a sheet is laid out: provinces down and indicators across, the other way, or one value a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ....base.folding import nfc
from ...framework import Framework
from ..office_numbers import read_number
from ..open.grid import Grid
from .headings import HEAD_ROWS, TABLE_WORDS, find_headings, heading_code, year_in
from .unit_rows import UnitColumn, Wanted, unit_column

_WIDEST = 3_000
_MARKED_ROWS, _MARKED_LENGTH = 400, 30


@dataclass(frozen=True)
class Column:
    """A column of figures: what its headings say."""

    at: int
    heads: tuple[str, ...]
    code: str | None = None
    year: int | None = None
    other: str | None = None


class LongColumns(NamedTuple):
    """Columns of a table with one value a row."""

    code: int
    value: int
    year: int | None


@dataclass(frozen=True)
class Layout:
    """Where things stand in a sheet, after turning it if provinces run across.

    Attributes
    ----------
    grid : Grid
        Provinces down.
    units : UnitColumn
    columns : tuple of Column
        Of figures, for a wide table.
    long : LongColumns or None
        For a table with one value a row.
    """

    grid: Grid
    units: UnitColumn
    columns: tuple[Column, ...] = ()
    long: LongColumns | None = None

    @property
    def figures_at(self) -> list[int]:
        """Columns that hold figures of indicators."""
        return [self.long.value] if self.long else [c.at for c in self.columns if c.code]

    @property
    def head_row(self) -> int:
        """The row of headings next to the provinces."""
        return max(self.units.first - 1, 0)

    @property
    def explained(self) -> int:
        """How much it explains: provinces times indicators."""
        return self.units.known * len(self.figures_at)

    def heads(self) -> list[Any]:
        """Cells above the first province, row by row."""
        return [c for row in self.grid.rows[: self.units.first] for c in row]

    def proved_mark(self) -> str:
        """Decimal mark that the sheet's text figures prove, if they agree."""
        body = self.grid.rows[self.units.first : self.units.first + _MARKED_ROWS]
        texts = [c for row in body for c in row if isinstance(c, str) and len(c) < _MARKED_LENGTH]
        marks = {read_number(c).mark for c in texts if c[:1] in tuple("0123456789-+(")} - {""}
        return marks.pop() if len(marks) == 1 else ""


def find_layout(grid: Grid, wanted: Wanted) -> Layout | None:
    """Recognise the layout of a sheet by its content; None if no provinces or no indicators are found."""
    if not grid.rows:
        return None
    if (long := _long(grid)) is not None:
        return long
    across = _wide(grid, wanted)
    turns = len(grid.col_at) > 1 and len(grid.rows) <= _WIDEST
    down = _wide(grid.turned(), wanted) if turns else None
    found = [layout for layout in (across, down) if layout is not None]
    return max(found, key=lambda layout: layout.explained, default=None)


def _long(grid: Grid) -> Layout | None:
    found = find_headings(grid.rows, TABLE_WORDS, ("unit", "code", "value"))
    if found is None:
        return None
    at = found.columns
    units = UnitColumn(at["unit"], found.row + 1, len(grid.rows) - found.row - 1)
    return Layout(grid, units, long=LongColumns(at["code"], at["value"], at.get("year")))


def _wide(grid: Grid, wanted: Wanted) -> Layout | None:
    if len(grid.rows[0]) > _WIDEST:
        return None
    units = unit_column(grid, wanted)
    if units is None:
        return None
    others = [at for at in range(len(grid.rows[0])) if at != units.at]
    columns = tuple(_column(grid, units.first, at, wanted.framework) for at in others)
    return Layout(grid, units, columns) if any(c.code for c in columns) else None


def headings_above(grid: Grid, first: int, at: int) -> tuple[str, ...]:
    """All headings of a column above the first province."""
    cells = [grid.rows[i][at] for i in range(max(0, first - HEAD_ROWS), first)]
    return tuple(dict.fromkeys(nfc(str(c)) for c in cells if c not in (None, "") and not isinstance(c, bool)))


def _column(grid: Grid, first: int, at: int, framework: Framework) -> Column:
    """Read all headings of a column; codes win over names, lower ones over upper ones.

    A bare number such as "2" is no heading of an aggregate: offices number their columns so.
    """
    heads = headings_above(grid, first, at)
    meant = {h: heading_code(h, framework) for h in heads}
    named = list(dict.fromkeys(c for c in meant.values() if c in framework.indicators))
    spelt = [h for h in heads if h in named]
    code = next(reversed(spelt or named), None)
    other = next((c for c in named if c != code), None)
    aggregates = [c for c in meant.values() if c is not None and c not in framework.indicators]
    if code is None and aggregates and aggregates[-1] in heads and not aggregates[-1].isdigit():
        other = aggregates[-1]
    return Column(at, heads, code, year_in(heads), other)
