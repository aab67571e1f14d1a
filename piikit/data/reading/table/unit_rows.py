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
from .row_roles import Role
from .unit_matcher import UnitMatcher


class Wanted(NamedTuple):
    """What is looked for in a table: provinces, indicators or headings, and the year that chooses among several."""

    units: UnitMatcher
    framework: Framework
    year: int | None = None
    heads: frozenset[str] = frozenset()


class UnitColumn(NamedTuple):
    """Where the provinces stand: their column, their first row, how many are known, further columns of names."""

    at: int
    first: int
    known: int
    also: tuple[int, ...] = ()

    @property
    def every(self) -> tuple[int, ...]:
        """All columns of names."""
        return (self.at, *self.also)


class UnitRow(NamedTuple):
    """A row of a table that holds a province."""

    row: int
    unit: str


class Sorted(NamedTuple):
    """Rows of provinces, and what every row below the headings is."""

    rows: list[UnitRow]
    roles: dict[int, str]


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
    return sort_rows(grid, column, figures_at, matcher, out, once=once).rows


def sort_rows(
    grid: Grid,
    column: UnitColumn,
    figures_at: Sequence[int] | None,
    matcher: UnitMatcher,
    out: Collected,
    *,
    once: bool = True,
) -> Sorted:
    """As :func:`unit_rows`, and what every other row is."""
    seen: dict[str, str] = {}
    found, roles = [], {}
    heads = {fold(str(c)) for row in grid.rows[: column.first] for c in row if isinstance(c, str)}
    known = [_names(row, column, matcher) for row in grid.rows]
    last = max((i for i, names in enumerate(known) if names), default=0)
    for i in range(column.first, len(grid.rows)):
        names = known[i]
        at = next((c for c in column.every if matcher.read(grid.rows[i][c]).role != "empty"), column.at)
        cell = grid.cell(i, at)
        role = matcher.read(cell.raw).role
        if len(names) > 1:
            said = {"first": names[0], "other": names[1]}
            out.problems.append(cell.problem("table.two_units", said))
            roles[i] = "refused"
        elif names:
            unit = names[0]
            if once and unit in seen:
                again = {"first": seen[unit]}
                out.problems.append(
                    cell.problem("table.repeated", again, unit=unit, value=None, severity="warning")
                )
            seen.setdefault(unit, cell.place)
            out.units.setdefault(unit, (grid.name, cell.place))
            found.append(UnitRow(i, unit))
            roles[i] = "unit"
        elif fold(str(cell.raw)) in heads and role == "unknown":
            roles[i] = "heading"
        else:
            problems = list(_no_unit(cell, role, matcher, figures_at, grid.rows[i], i < last))
            roles[i] = "refused" if any(p.severity == "error" for p in problems) else role
            out.problems += problems
    return Sorted(found, roles)


def _names(row: list[Any], column: UnitColumn, matcher: UnitMatcher) -> list[str]:
    """The provinces that the columns of names hold; several if they disagree."""
    read = (matcher.read(row[c]) for c in column.every)
    return list(dict.fromkeys(n.name for n in read if n.role == "unit"))


def _no_unit(
    cell: Cell,
    role: Role,
    matcher: UnitMatcher,
    figures_at: Sequence[int] | None,
    row: list[Any],
    within: bool,
) -> Iterator[Problem]:
    """What is to be said of a row that is not that of a province; `within` if provinces follow."""
    if role == "total":
        yield cell.problem("table.total", value=str(cell.raw), severity="warning")
    elif role == "empty" and holds_figures(row, figures_at or ()):
        yield cell.problem("table.no_unit", value=None)
    elif role in ("unknown", "note") and _counts(cell, role, matcher, figures_at, row, within):
        yield matcher.ask(cell)


def _counts(
    cell: Cell,
    role: Role,
    matcher: UnitMatcher,
    figures_at: Sequence[int] | None,
    row: list[Any],
    within: bool,
) -> bool:
    """Whether a row without a known name must be that of a province: figures, or words where figures stand.

    Below the last province stand signatures and notes: words there need a name that is like a province's.
    """
    if figures_at is None:
        return role == "unknown"
    if holds_figures(row, figures_at):
        return True
    words = any(row[c] not in (None, "", cell.raw) for c in figures_at)
    return role == "unknown" and words and (within or matcher.hint(cell.raw) is not None)


def holds_figures(row: list[Any], at: Sequence[int]) -> bool:
    """Whether a number stands in one of the columns."""
    return any(row[c] not in (None, "") and read_number(row[c]).kind == "number" for c in at)
