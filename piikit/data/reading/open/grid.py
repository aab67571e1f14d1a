"""A sheet as cells with their places, whatever kind of file it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ....base.errors import Problem
from ....base.formats import LocalNumber
from .safety import MAX_CELLS, Refused

At = tuple[int, int]


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
    """

    name: str | None
    rows: list[list[Any]]
    row_at: list[int]
    col_at: list[int]
    percent: frozenset[At] = frozenset()
    uncached: Mapping[At, str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False

    def place(self, row: int, column: int) -> str:
        """Name of a cell of `rows` in the file, such as "C7"."""
        at = self.col_at[column] if column < len(self.col_at) else 1
        return f"{letters(at)}{self.row_at[row]}"

    def places(self) -> list[list[str]]:
        """Names of all cells."""
        heads = [letters(c) for c in self.col_at]
        return [[f"{h}{r}" for h in heads] for r in self.row_at]

    def is_percent(self, row: int, column: int) -> bool:
        """Whether the file shows the cell as a percentage."""
        return (self.row_at[row], self.col_at[column]) in self.percent


@dataclass(frozen=True)
class Grids:
    """All sheets of a file, and what is to be said of it."""

    file: str
    kind: str
    sheets: tuple[Grid, ...]
    warnings: tuple[Problem, ...] = ()


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


def from_cells(name: str | None, cells: Mapping[At, Any], *, merged: Any = (), **rest: Any) -> Grid:
    """Make a grid of the cells that hold something.

    Parameters
    ----------
    cells : mapping of (row, column) from 1 to value
    merged : ranges
        The value of a merged range stands in its first cell; it is repeated along the range
        where that is one row high or wide and short, so that merged headings read as they look.

    Raises
    ------
    Refused
        If the rows and columns in use make more cells than may be read.
    """
    held = {at: v for at, v in cells.items() if v is not None and v != ""}
    ranges = tuple(m for m in merged if m[0] <= m[2] and m[1] <= m[3])
    rows = sorted({r for r, _ in held} | {r for r, _ in rest.get("uncached", {})})
    cols = sorted({c for _, c in held} | {c for _, c in rest.get("uncached", {})})
    if len(rows) * len(cols) > 3 * MAX_CELLS:
        raise Refused("cells", sheet=name, limit=LocalNumber(MAX_CELLS))
    for top, left, bottom, right in ranges:
        value = held.get((top, left))
        if value is None or (bottom - top + 1) * (right - left + 1) > 2_000:
            continue
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                held.setdefault((r, c), value)
    col_of = {c: i for i, c in enumerate(cols)}
    table: list[list[Any]] = [[None] * len(cols) for _ in rows]
    row_of = {r: i for i, r in enumerate(rows)}
    for (r, c), value in held.items():
        if r in row_of and c in col_of:
            table[row_of[r]][col_of[c]] = value
    return Grid(name, table, rows, cols, merged=ranges, **rest)


def from_rows(name: str | None, table: list[list[Any]]) -> Grid:
    """Make a grid of plain rows that begin at A1."""
    cells = {(r, c): v for r, row in enumerate(table, 1) for c, v in enumerate(row, 1) if v not in (None, "")}
    return from_cells(name, cells)
