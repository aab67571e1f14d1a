"""Sheets and columns that a mapping names: by letter, by heading, with the year above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold
from ..open.grid import Cell, Grid, Grids, column_number
from ..open.heading_words import TABLE_WORDS
from ..table.columns import Series
from ..table.headings import find_headings, only_year, wrapped, year_in
from ..table.layout import Layout, cells_above, headings_above
from ..table.one_province import Form
from ..table.stated_units import Line, units_of_rows
from ..table.unit_matcher import UnitMatcher


@dataclass(frozen=True)
class Sheet:
    """A sheet that feeds an indicator, and its tables."""

    grids: Grids
    grid: Grid
    layouts: list[Layout]
    matcher: UnitMatcher
    forms: Sequence[Form] = ()

    def problem(self, key: str, values: dict[str, str], **more: Any) -> Problem:
        return Problem(f"problem.{key}", values, file=self.grid.file, sheet=self.grid.name, **more)


class Column(NamedTuple):
    """A column of one of the tables of a sheet."""

    sheet: Sheet
    layout: Layout
    at: int

    @property
    def codes_at(self) -> int | None:
        """The column of codes beside it, in a table with one value a row."""
        rows = self.layout.grid.rows[: self.layout.units.first]
        long = find_headings(rows, TABLE_WORDS, ("unit", "code", "value"))
        return None if long is None or long.columns["value"] != self.at else long.columns["code"]

    @property
    def heads(self) -> tuple[str, ...]:
        """Its headings; over nothing but a year those of the column on its left hold too."""
        own, units = headings_above(self.layout.grid, self.layout.units, self.at), self.layout.units.every
        if not own or not all(map(only_year, own)) or self.at - 1 in (-1, *units):
            return own
        return (*(h for h in self._replace(at=self.at - 1).heads if not only_year(h)), *own)

    @property
    def wrapped(self) -> list[str]:
        """What its headings say together."""
        grid = self.layout.grid
        return wrapped(cells_above(grid, self.layout.units, self.at, grid.rows))

    @property
    def year(self) -> int | None:
        """The year that its headings name, else its table."""
        return year_in(self.heads) or self.layout.year

    def by_unit(self, cells: Sequence[Cell]) -> list[tuple[Line | None, list[Cell]]]:
        """Cells of the column together that have one unit stated in their rows."""
        units = units_of_rows(self.layout, self.at)
        own = {self.layout.grid.place(i, self.at): line for i, line in units.items()}
        alike: dict[str, tuple[Line | None, list[Cell]]] = {}
        for cell in cells:
            line = own.get(cell.place)
            alike.setdefault("" if line is None else line.unit, (line, []))[1].append(cell)
        return list(alike.values())

    def problem(self, key: str, values: object, **more: Any) -> Problem:
        return self.layout.grid.problem(key, self.layout.head_row, self.at, values, **more)

    @property
    def place(self) -> str:
        return self.layout.grid.place(self.layout.head_row, self.at)


def lettered(columns: list[Column], letter: str) -> list[Column]:
    """Columns of the file with this letter."""
    at = column_number(letter) if re.fullmatch("[A-Z]{1,3}", letter) else 0
    return [c for c in columns if not c.layout.grid.across and c.layout.grid.col_at[c.at] == at]


def headed(columns: list[Column], heading: str) -> list[Column]:
    """Columns of figures with this heading, whole or wrapped over rows; those where one cell says it before others."""
    named = [c for c in columns if c.at not in c.layout.units.every]
    whole = [c for c in named if fold(heading) in map(fold, (*c.heads, " ".join(c.heads)))]
    return whole or [c for c in named if fold(heading) in map(fold, c.wrapped)]


def of_forms(forms: Sequence[Form], code: str, column: str) -> list[tuple[Form, Series]]:
    """Figures of an indicator in forms of one province, in the column of this heading or letter."""
    named = [(form, s) for form in forms for s in form.series if s.code == code]
    letters = {id(s): s.layout.grid.place(0, s.column).rstrip("0123456789") for _, s in named}
    return [(form, s) for form, s in named if fold(column) in map(fold, (*s.heads, letters[id(s)]))]
