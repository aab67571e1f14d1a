"""The account of a sheet: every cell that holds something ends in exactly one fate, and they sum to all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

from ....base.errors import Problem
from ....base.folding import nfc
from ...provinces import known_province
from ..office_numbers import read_number
from ..open.grid import REPEATED, At, Grid, Range, column_number, letters
from .collected import FATES, Listed, SheetAccount
from .headings import only_year, states_unit
from .layout import Layout

_LISTED = {"title", "heading", "note", "total", "region", "unclaimed"}
_MOST_LISTED = 200
_WORDS = ("title", "heading", "note")  # what no figure is


@dataclass
class Ledger:
    """Fates of the cells of one sheet, while it is read."""

    grid: Grid
    fates: dict[At, str] = field(default_factory=dict)
    aside: list[Listed] = field(default_factory=list)

    def claim(self, grid: Grid, row: int, columns: Iterable[int], fate: str) -> None:
        """Give cells of a table their fate; the first one stays."""
        for column in columns:
            at = place_of(grid, row, column)
            if grid.rows[row][column] not in (None, "") or at in grid.uncached:
                self.fates.setdefault(at, fate)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Cells with an error are refused, whatever they were taken for."""
        for p in problems:
            if p.severity == "error" and p.sheet == self.grid.name and p.cell:
                word = p.cell.rstrip("0123456789")
                at = int(p.cell[len(word) :] or 0), column_number(word)
                if at in self.fates:
                    self.fates[at] = "refused"

    def lost(self) -> Iterator[Problem]:
        """Figures beside or below a province's name that were taken for words about a table: asked about, row by row."""
        held = _held(self.grid)
        loose = {at: value for at, value in held.items() if self.fates.get(at) in _WORDS}
        names = {at: name for at, value in loose.items() if (name := _province(value))}
        rows: dict[int, list[At]] = {}
        named: dict[int, str] = {}
        for at in sorted(at for at, value in loose.items() if _figure(value)):
            row, column = at
            beside = next((names[row, c] for c in range(column - 1, 0, -1) if (row, c) in names), "")
            above = ((r, column) for r in range(row - 1, 0, -1) if _text(held.get((r, column))))
            if name := beside or names.get(next(above, at), ""):
                named.setdefault(row, name)
                rows.setdefault(row, []).append(at)
        # numbers that only count the columns are no figures
        counted = {r for r, cells in rows.items() if _counts([held[at] for at in cells]) and len(cells) > 1}
        rows = {r: cells for r, cells in rows.items() if r not in counted}
        for row, cells in rows.items():
            places = [f"{letters(c)}{r}" for r, c in cells]
            said = {"cells": ", ".join(places[:10]) + ("…" if len(places) > 10 else "")}
            where: dict[str, Any] = {"file": self.grid.file, "sheet": self.grid.name, "cell": places[0]}
            yield Problem("problem.table.lost", said, unit=named[row], value=held[cells[0]], **where)

    def account(self, file: str | None = None) -> SheetAccount:
        """Sum up; what nobody claimed is a fate too. The sheet is named with its file if that is given."""
        held = _held(self.grid)
        fates = {at: self.fates.get(at, "unclaimed") for at in held}
        listed = [
            Listed(fate, f"{letters(at[1])}{at[0]}", nfc(str(held[at]))[:80])
            for at, fate in fates.items()
            if fate in _LISTED and (isinstance(held[at], str) or fate == "unclaimed")
        ]
        beside = {one.cell for one in self.aside}
        listed = [one for one in listed if one.cell not in beside]
        ranked = sorted([*self.aside, *listed], key=lambda one: FATES.index(one.fate))
        name = self.grid.name if file is None else "!".join(filter(None, (file, self.grid.name)))
        return SheetAccount(name, len(fates), Counter(fates.values()), tuple(ranked[:_MOST_LISTED]))


def _text(value: Any) -> bool:
    return isinstance(value, str) and not _figure(value)


def _figure(value: Any) -> bool:
    """Whether a cell holds figures, one a line, and no year."""
    if isinstance(value, str):
        return all(
            read_number(line).kind == "number" and only_year(line) is None for line in value.splitlines()
        )
    return isinstance(value, int | float) and not isinstance(value, bool) and only_year(value) is None


def _counts(values: list[Any]) -> bool:
    """Whether numbers go up by one."""
    read = [read_number(v).value for v in values]
    return all(b - a == 1 for a, b in pairwise(read))


def _province(value: Any) -> str:
    """The first province that a cell names, one a line; "" if it names none."""
    lines = value.splitlines() if isinstance(value, str) and len(value) < 200 else ()
    return next((name for line in lines if (name := known_province(line.strip()))), "")


def whole(grid: Grid, fate: str = "unread") -> SheetAccount:
    """A sheet that was not read at all."""
    n = len(_held(grid))
    return SheetAccount(grid.name, n, {"hidden" if grid.hidden else fate: n} if n else {})


def of_rows(
    grid: Grid,
    heads: int,
    problems: Iterable[Problem],
    columns: Collection[int] | None = None,
    fate: str = "read",
) -> SheetAccount:
    """A sheet of a form: so many rows of headings, and below them rows of `columns`, or of all."""
    ledger, every = Ledger(grid), range(len(grid.col_at))
    for i in range(len(grid.rows)):
        ledger.claim(
            grid, i, every if i < heads or columns is None else columns, "heading" if i < heads else fate
        )
        ledger.claim(grid, i, every, "aside")
    ledger.refuse(problems)
    return ledger.account()


def place_of(grid: Grid, row: int, column: int) -> At:
    """Row and column of the file, from 1, of a cell of a grid that may be turned."""
    at = grid.row_at[row], grid.col_at[column]
    return (at[1], at[0]) if grid.across else at


def spans(grid: Grid) -> dict[At, Range]:
    """Merged cells: every place that one covers, with its range."""
    wide = (m for m in grid.merged if m[:2] != m[2:] and (m[2] - m[0] + 1) * (m[3] - m[1] + 1) <= REPEATED)
    return {at: m for m in wide for at in product(range(m[0], m[2] + 1), range(m[1], m[3] + 1))}


def _held(grid: Grid) -> dict[At, Any]:
    """What every cell of the file holds, a formula without a value too; a merged one counts once."""
    over = spans(grid)
    held: dict[At, Any] = {at: f"={formula.removeprefix('=')}" for at, formula in grid.uncached.items()}
    held |= {
        (r, c): value
        for r, row in zip(grid.row_at, grid.rows, strict=True)
        for c, value in zip(grid.col_at, row, strict=True)
        if value is not None and value != ""
    }
    return {
        at: v for at, v in held.items() if at not in over or over[at][:2] == at or held.get(over[at][:2]) != v
    }


def claim_table(ledger: Ledger, layout: Layout, roles: Mapping[int, str], fates: Mapping[int, str]) -> None:
    """Give every cell of a table its fate.

    Parameters
    ----------
    roles : mapping of row to role
        What each row below the headings is; rows of provinces are "unit".
    fates : mapping of column to fate
        Of the columns in rows of provinces, where it is not that of figures.
    """
    for i, row in enumerate(layout.above.rows):
        filled = {c for c in row if c not in (None, "")}
        title = (
            len(filled) == 1 and not states_unit(next(iter(filled))) and only_year(next(iter(filled))) is None
        )
        ledger.claim(layout.above, i, range(len(row)), "title" if title else "heading")
    for beside in layout.beside:
        for i, row in enumerate(beside.rows):
            ledger.claim(beside, i, range(len(row)), "aside")
    grid, every = layout.grid, range(len(layout.grid.col_at))
    for i in range(layout.units.first):
        ledger.claim(grid, i, every, "heading")
    for i, role in roles.items():
        if role != "unit":
            words = all(isinstance(c, str) for c in grid.rows[i] if c is not None)
            spoken = {"unknown": "note", "empty": "note" if words else "aside"}
            ledger.claim(grid, i, every, spoken.get(role, role))
            continue
        ledger.claim(grid, i, layout.units.every, "name")
        ledger.claim(grid, i, [c for c in every if states_unit(grid.rows[i][c])], "heading")
        for column, fate in fates.items():
            ledger.claim(grid, i, [column], fate)
