"""Which rows of an office's table are provinces, and which are totals, regions or footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold
from ...framework import Framework
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from .collected import Collected
from .headings import HEAD_ROWS, NO_PROVINCE, TABLE_WORDS
from .row_roles import Role
from .unit_matcher import UnitMatcher

_SAMPLE, _COLUMNS = 3_000, 60


class Wanted(NamedTuple):
    """What is looked for in a table: provinces, indicators, and the year that chooses among several."""

    units: UnitMatcher
    framework: Framework
    year: int | None = None


class UnitColumn(NamedTuple):
    """Where the provinces stand: their column, their first row, and how many are known."""

    at: int
    first: int
    known: int


class UnitRow(NamedTuple):
    """A row of a table that holds a province."""

    row: int
    unit: str


def unit_column(grid: Grid, wanted: Wanted) -> UnitColumn | None:
    """The column with most provinces; without any, the one whose heading says so, if rows follow."""
    rows, matcher = grid.rows, wanted.units
    counts = {
        at: sum(matcher.read(row[at]).role == "unit" for row in rows[:_SAMPLE])
        for at in range(min(len(rows[0]), _COLUMNS))
    }
    at = max(counts, key=lambda c: (counts[c], -c), default=0)
    if counts.get(at):
        known = [i for i, row in enumerate(rows) if matcher.read(row[at]).role == "unit"]
        return UnitColumn(at, _first_row(rows, at, known[0], wanted.framework), len(known))
    for i, row in enumerate(rows[:HEAD_ROWS]):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and fold(cell) in TABLE_WORDS["unit"] and len(rows) > i + 1:
                return UnitColumn(at, i + 1, len(rows) - i - 1)
    return None


def _first_row(rows: list[list[Any]], unit_at: int, known: int, framework: Framework) -> int:
    """Where the provinces begin: above the first known one may stand a misspelt one with figures.

    A row of headings has a heading word, a short mark or nothing where provinces stand, or codes
    among its cells; a numbering row ("A, 1, 2, 3") is no province either.
    """
    first = known
    while first > 0 and _misspelt(rows[first - 1], unit_at, framework):
        first -= 1
    return first


def _misspelt(row: list[Any], unit_at: int, framework: Framework) -> bool:
    """Whether a row looks like that of a province although its name is not known."""
    key = fold(row[unit_at]) if isinstance(row[unit_at], str) else ""
    others = [c for j, c in enumerate(row) if j != unit_at and c not in (None, "")]
    if len(key) <= 2 or key in NO_PROVINCE or any(str(c) in framework for c in others):
        return False
    return any(read_number(c).kind == "number" for c in others)


def unit_rows(
    grid: Grid,
    column: UnitColumn,
    figures_at: Sequence[int] | None,
    matcher: UnitMatcher,
    out: Collected,
    *,
    once: bool = True,
) -> list[UnitRow]:
    """Rows of provinces; everything else is either plainly no province or reported in `out`.

    Parameters
    ----------
    figures_at : sequence of int or None
        Columns of figures: a row without any is passed over if its name is not known. None reports
        every name that is not known.
    once : bool
        Whether a province has one row, so that a second one is worth a word.
    """
    seen: dict[str, str] = {}
    found = []
    heads = {fold(str(c)) for row in grid.rows[: column.first] for c in row if isinstance(c, str)}
    for i in range(column.first, len(grid.rows)):
        cell = grid.cell(i, column.at)
        role, unit = matcher.read(cell.raw)
        if role == "unit":
            if once and unit in seen:
                said = {"first": seen[unit]}
                out.problems.append(
                    cell.problem("table.repeated", said, unit=unit, value=None, severity="warning")
                )
            seen.setdefault(unit, cell.place)
            out.units.setdefault(unit, (grid.name, cell.place))
            found.append(UnitRow(i, unit))
        elif fold(str(cell.raw)) not in heads or role != "unknown":
            out.problems += _no_unit(cell, role, matcher, figures_at, grid.rows[i])
    return found


def _no_unit(
    cell: Cell, role: Role, matcher: UnitMatcher, figures_at: Sequence[int] | None, row: list[Any]
) -> Iterator[Problem]:
    """What is to be said of a row that is not that of a province."""
    if role == "total":
        yield cell.problem("table.total", value=str(cell.raw), severity="warning")
    elif role == "empty" and _figures(row, figures_at or ()):
        yield cell.problem("table.no_unit", value=None)
    elif role == "unknown" and (figures_at is None or _figures(row, figures_at)):
        yield cell.problem("table.unit", suggestion=matcher.hint(cell.raw))


def _figures(row: list[Any], at: Sequence[int]) -> bool:
    return any(row[c] not in (None, "") and read_number(row[c]).kind == "number" for c in at)
