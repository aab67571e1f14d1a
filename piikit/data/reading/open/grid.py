"""A sheet as cells with their places, whatever kind of file it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import Any, Literal

from ....base.errors import Problem
from .safety import Budget

At = tuple[int, int]
Range = tuple[int, int, int, int]
REPEATED = 2_000
_TEN = re.compile(r"(?<![\d.,])10$")


class Displayed(str):
    """A figure that the file holds as a number, with the words that its format shows beside it."""


@dataclass(frozen=True)
class Cell:
    """What a cell holds and where it stands, with the province of its row once that is known."""

    raw: Any
    sheet: str | None = None
    place: str = ""
    file: str | None = None
    percent: bool = False
    uncached: bool = False
    unit: str | None = None

    def problem(self, key: str, values: dict[str, Any] | None = None, **more: Any) -> Problem:
        """A problem at this cell, with what stands in it."""
        at: dict[str, Any] = {
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.place,
            "unit": self.unit,
            "value": None if self.raw is None else str(self.raw)[:80],
        }
        return Problem(f"problem.{key}", values or {}, **(at | more))


@dataclass(frozen=True)
class Grid:
    """One sheet; blank rows and columns are left out, places stay those of the file.

    Attributes
    ----------
    name : str or None
        None for a file without sheets.
    rows : list of list
        Cells: None, str, float, int, bool, date or datetime; a formula error is its text.
    row_at, col_at : list of int
        Row and column of the file (from 1) of each row and column here.
    percent : frozenset of (row, column)
        Cells of the file shown as percentages.
    uncached : mapping of (row, column) to formula
        Formulae whose value the file does not hold.
    merged : tuple of (row, column, last row, last column)
    hidden : bool
    hidden_rows, hidden_columns : frozenset of int
        Rows and columns of the file that are hidden or filtered out; they are read like the others.
    file : str
        Name of the file.
    across : bool
        Whether rows here are the columns of the file, see :meth:`turned`.
    year : int or None
        The year that tells the sheet from others named alike, as "PAPI 2011" and "PAPI 2012".
    """

    name: str | None
    rows: list[list[Any]]
    row_at: list[int]
    col_at: list[int]
    percent: frozenset[At] = frozenset()
    uncached: Mapping[At, str] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    file: str = ""
    across: bool = False
    year: int | None = None

    def turned(self) -> Grid:
        """The same cells with rows and columns changed over; their places stay."""
        rows = [list(cells) for cells in zip(*self.rows, strict=True)]
        return replace(self, rows=rows, row_at=self.col_at, col_at=self.row_at, across=not self.across)

    def _at(self, row: int, column: int) -> At:
        at = self.row_at[row], self.col_at[column] if column < len(self.col_at) else 1
        return (at[1], at[0]) if self.across else at

    def place(self, row: int, column: int) -> str:
        """Name of a cell of `rows` in the file, such as "C7"."""
        at_row, at_column = self._at(row, column)
        return f"{letters(at_column)}{at_row}"

    def places(self) -> list[list[str]]:
        """Names of all cells."""
        return [[self.place(i, j) for j in range(len(self.col_at))] for i in range(len(self.row_at))]

    def cell(self, row: int, column: int, unit: str | None = None) -> Cell:
        """A cell with all that is to be known of it."""
        at = self._at(row, column)
        return Cell(
            raw=self.rows[row][column],
            sheet=self.name,
            place=self.place(row, column),
            file=self.file,
            percent=at in self.percent,
            uncached=at in self.uncached,
            unit=unit,
        )

    def problem(self, key: str, row: int, column: int, values: Any = None, **more: Any) -> Problem:
        """A problem at a cell whose content is not to be shown."""
        return Cell(None, self.name, self.place(row, column), self.file).problem(key, values, **more)


@dataclass(frozen=True)
class Grids:
    """All sheets of a file, and what is to be said of it."""

    file: str
    kind: str
    sheets: tuple[Grid, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def shown(self) -> list[Grid]:
        """Sheets that hold something and are not hidden."""
        return [g for g in self.sheets if not g.hidden and g.rows]


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """Letters of a column counted from 1: 1 is A, 28 is AB."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


@lru_cache(maxsize=20_000)
def column_number(name: str) -> int:
    """Column counted from 1 of letters such as "AB"; 0 for anything else."""
    number = 0
    for char in name.upper():
        if not "A" <= char <= "Z" or number > 20_000:
            return 0
        number = number * 26 + ord(char) - 64
    return number


def from_cells(
    name: str | None,
    cells: Mapping[At, Any],
    budget: Budget | None = None,
    *,
    merged: Iterable[Range] = (),
    **rest: Any,
) -> Grid:
    """Make a grid of the cells that hold something.

    Parameters
    ----------
    cells : mapping of (row, column) from 1 to value
    budget : Budget, optional
        What the whole file may still take.
    merged : ranges
        The value of a merged range stands in its first cell; it is repeated along the range
        where that is short, so that merged headings read as they look.

    Raises
    ------
    Refused
        If the cells, or the rows and columns in use, or their texts are more than may be read.
    """
    held = {at: v for at, v in cells.items() if v is not None and (not isinstance(v, str) or v.strip())}
    budget = Budget() if budget is None else budget
    used = held.keys() | rest.get("uncached", {}).keys()
    rows, columns = sorted({r for r, _ in used}), sorted({c for _, c in used})
    ranges = tuple(m for m in merged if m[0] <= m[2] and m[1] <= m[3])
    budget.take("cells", len(used), name)
    budget.take("slots", len(rows) * len(columns) + len(ranges), name)
    budget.take("characters", sum(len(v) for v in held.values() if isinstance(v, str)), name)
    _repeat(held, ranges, budget)
    table = [[held.get((r, c)) for c in columns] for r in rows]
    return Grid(name, table, rows, columns, merged=ranges, **rest)


@dataclass
class Filled:
    """A sheet as it is filled; a grid when it is whole."""

    name: str | None
    budget: Budget
    hidden: bool = False
    cells: dict[At, Any] = field(default_factory=dict)
    uncached: dict[At, str] = field(default_factory=dict)
    percent: set[At] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def take(self, n: int = 1) -> None:
        """Take so many places of the budget."""
        self.budget.take("slots", n, self.name)

    def hide(self, kind: Literal["hidden_rows", "hidden_columns"], first: int, last: int) -> None:
        """Mark rows or columns as hidden."""
        self.take(max(last - first + 1, 0))
        getattr(self, kind).update(range(first, last + 1))

    def put(self, at: At, value: Any, *, percent: bool = False, formula: str | None = None) -> None:
        """Put a value, or the formula of a cell whose value is not stored."""
        if value is None and formula:
            self.uncached[at] = formula
        elif value not in (None, ""):
            self.cells[at] = value
            if percent and isinstance(value, int | float):
                self.percent.add(at)

    def grid(self) -> Grid:
        """What the sheet holds."""
        seen = {k: frozenset(getattr(self, k)) for k in ("percent", "hidden_rows", "hidden_columns")}
        more: dict[str, Any] = {"merged": self.merged, "uncached": self.uncached, "hidden": self.hidden}
        return from_cells(self.name, self.cells, self.budget, **more, **seen)


def _repeat(held: dict[At, Any], ranges: Iterable[Range], budget: Budget) -> None:
    """Put the value of the first cell of every short range into its empty cells."""
    for top, left, bottom, right in ranges:
        size = (bottom - top + 1) * (right - left + 1)
        if (top, left) in held and size <= REPEATED:
            budget.take("slots", size)
            for at in product(range(top, bottom + 1), range(left, right + 1)):
                held.setdefault(at, held[top, left])


def from_rows(name: str | None, table: Sequence[Sequence[Any]], budget: Budget | None = None) -> Grid:
    """Make a grid of plain rows that begin at A1."""
    cells = {(r, c): v for r, row in enumerate(table, 1) for c, v in enumerate(row, 1)}
    return from_cells(name, cells, budget)


def raised_mark(raised: str, before: str) -> str:
    """A raised sign as plain text: a footnote's mark in brackets, a power of ten, or the 2 of km2."""
    raised, before = " ".join(raised.split()).strip("[]() "), before.rstrip()
    if not raised or (raised in ("2", "3") and before[-1:] == "m"):
        return raised
    return f"^{raised}" if _TEN.search(before[-4:]) else f"({raised})"
