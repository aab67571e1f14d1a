"""A form: a sheet whose columns are known by a row of keys, read so that nothing on it is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ....base.errors import Problem, suggest
from ....base.folding import nfc
from .grid import Cell, Grid

_HEAD_ROWS = 40


def text_of(cell: Any) -> str:
    """A cell as a name or code: "" for a gap, "2" for a number 2.0."""
    if cell is None or cell != cell:
        return ""
    whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15
    return nfc(str(int(cell) if whole else cell)).strip()


class Keyed:
    """The rows of a sheet below its row of keys, the last one that names most of `keys`.

    Attributes
    ----------
    columns : dict of key to column
        The first of its name; :meth:`problems` tells of others.
    rows : list of int
        Rows below that hold anything.
    """

    def __init__(self, grid: Grid, keys: Collection[str]) -> None:
        self.grid = grid
        counts = [len({text_of(c) for c in row} & set(keys)) for row in grid.rows[:_HEAD_ROWS]]
        self.found = max(counts, default=0)
        self.head = max((i for i, n in enumerate(counts) if n == self.found > 0), default=len(grid.rows) - 1)
        self.names = [text_of(c) for c in grid.rows[self.head]] if self.found else []
        self.columns: dict[str, int] = {}
        for j, name in enumerate(self.names):
            if name:
                self.columns.setdefault(name, j)
        below = range(self.head + 1, len(grid.rows))
        self.rows = [i for i in below if any(c not in (None, "") for c in grid.rows[i]) or self._formulae(i)]

    def _formulae(self, row: int) -> bool:
        return any(self.grid.cell(row, j).uncached for j in self.columns.values())

    def _numbers(self, column: int) -> bool:
        """Whether a column without a key only numbers the rows from 0 or 1, as R and pandas write it."""
        held = [text_of(self.grid.rows[i][column]) for i in self.rows]
        return held in ([str(i + first) for i in range(len(held))] for first in (0, 1))

    def raw(self, row: int, key: str) -> Any:
        """What stands in a row under a key; None if empty or if there is no such column."""
        value = self.grid.rows[row][self.columns[key]] if key in self.columns else None
        return None if value == "" else value

    def cell(self, row: int, key: str) -> Cell:
        """The cell of a row under a key."""
        if key not in self.columns:
            return Cell(None, self.grid.name, file=self.grid.file)
        return self.grid.cell(row, self.columns[key])

    def place(self, row: int, key: str) -> dict[str, Any]:
        """File, sheet and cell of a row under a key; the first column stands for one that is not there."""
        at = self.columns.get(key, next(iter(self.columns.values()), 0))
        return {"file": self.grid.file, "sheet": self.grid.name, "cell": self.grid.place(row, at)}

    def problems(self, known: Collection[str] | None = None) -> Iterator[Problem]:
        """Keys that stand twice or mean nothing, cells beside the columns, formulae without a result.

        Parameters
        ----------
        known : collection of str, optional
            The keys that mean something; any may stand there if not given.
        """
        for j, name in enumerate(self.names):
            head = self.grid.cell(self.head, j)
            if name and self.columns[name] != j:
                yield head.problem("form.twice", {"first": self.grid.place(self.head, self.columns[name])})
            elif name and known is not None and name not in known:
                near = suggest(name, [k for k in known if k not in self.columns])
                yield head.problem("form.column", {"known": ", ".join(known)}, suggestion=near)
        blank = [j for j, name in enumerate(self.names) if not name and not self._numbers(j)]
        for i in self.rows:
            beside = next(
                (self.grid.cell(i, j) for j in blank if self.grid.rows[i][j] not in (None, "")), None
            )
            if beside is not None:
                yield beside.problem("form.beside")
            for j in self.columns.values():
                if (cell := self.grid.cell(i, j)).uncached:
                    yield cell.problem("value.uncached")
