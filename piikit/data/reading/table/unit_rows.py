"""Which rows of an office's table are provinces, and which are totals, regions or footnotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold, nfc
from ...framework import Framework
from ...provinces import VALID
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from .collected import Collected
from .headings import IGNORED, only_year
from .row_roles import Role
from .unit_matcher import UnitMatcher

_SIGNATURES = 3
_GROUP = re.compile(r"(?:[IVX]{1,5}|[A-H])\s*[.)]?")


# Rows that are a plan, a rank or a part of a province and not the indicator itself.
_OTHER = re.compile(
    r"(?:[ivx\d]+\s*[.)/-]\s*|(?:số liệu|phần|theo|giá trị)\s+)*(?:kế hoạch|ke hoach|dự báo|du bao|mục tiêu|muc tieu|chỉ tiêu giao"
    r"|(?:xếp |thứ )?hạng|(?:xep|thu) hang|nam|nữ|thành thị|nông thôn|thanh thi|nong thon|plan(?:ned)?|targets?|forecast"
    r"|rank(?:ing)?|(?:fe)?male|urban|rural)(?:\s+(?:giao|năm \d{4}|\d{4}))?\s*:?",
    re.IGNORECASE,
)


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


def sort_rows(
    grid: Grid,
    column: UnitColumn,
    figures_at: Sequence[int] | None,
    matcher: UnitMatcher,
    out: Collected,
    *,
    once: bool = True,
    beside: Sequence[int | None] = (),
    told: Collection[int] = (),
) -> Sorted:
    """Rows of provinces, and what every other row is; what is not plainly no province is reported in `out`.

    Parameters
    ----------
    figures_at : sequence of int or None
        Columns of figures: a row without any is passed over if its name is not known. None reports
        every name that is not known.
    once : bool
        Whether a province has one row, so that a second one is worth a word.
    beside : sequence of int
        Columns of years or codes: a row that has one of them and no name goes on with the province above.
    told : collection of int
        Rows of the file that are totals or regions of the table on the left.
    """
    heads = {fold(str(c)) for row in grid.rows[: column.first] for c in row if isinstance(c, str)}
    known = [_names(row, column, matcher) for row in grid.rows]
    last = max((i for i, names in enumerate(known) if names), default=0)
    sorting = _Sorting(grid, figures_at, matcher, out, once)
    places = {i for i, names in enumerate(known) if names}
    signs = frozenset() if figures_at is None else signed(grid, column.every, places, matcher)
    start, sums = len(out.problems), _sums(grid, column, known, told)
    sorting.look_above(column)
    sorting.kinds = sorted({*range(len(grid.col_at))} - {*column.every, *sorting.passed(column)})
    for i in range(column.first, len(grid.rows)):
        row, names = grid.rows[i], known[i]
        cell = grid.cell(i, next((c for c in column.every if row[c] not in (None, "")), column.at))
        role = _role(cell.raw, row, column, matcher)
        sorting.parts(row, role, within=i < last)
        role = "total" if (role, i) in sums else role
        if i in signs:
            sorting.other(i, "note", [cell.problem("table.signed", severity="warning")])
        elif len(names) > 1:
            said = {"first": names[0], "other": names[1]}
            sorting.other(i, "refused", [cell.problem("table.two_units", said)])
        elif names:
            sorting.named(i, cell, names[0])
        elif sorting.above and sorting.belongs(row, cell, beside):
            sorting.go_on(i, cell)
        elif fold(str(cell.raw)) in heads and role == "unknown":
            sorting.roles[i] = "heading"
        else:
            sorting.other(i, role, list(sorting.no_unit(cell, role, row, within=i < last)))
    sorting.tell_others()
    sorting.bare(figures_at, column)
    out.fewer(start, "repeated")
    return Sorted(sorting.found, sorting.roles)


def signed(grid: Grid, names: Sequence[int], known: Collection[int], matcher: UnitMatcher) -> frozenset[int]:
    """Rows below the last figures that name a person or place called like a province, as below "GIÁM ĐỐC".

    An empty line or words part them from the provinces; a province that has no figures follows another one,
    or a region. More than a few are a list of provinces.
    """
    figures = [i for i, row in enumerate(grid.rows) if any(map(_figure, _without(row, names)))]
    found: set[int] = set()
    apart = False
    for i in range(max(figures) + 1, len(grid.rows)) if figures else ():
        if i in known:
            apart = apart or grid.row_at[i] - grid.row_at[i - 1] > 1
            found |= {i} if apart else set()
        else:
            apart = not {matcher.read(grid.rows[i][c]).role for c in names} & {"region", "total"}
    return frozenset(found) if len(found) <= _SIGNATURES else frozenset()


def _without(row: Sequence[Any], columns: Sequence[int]) -> Iterator[Any]:
    return (c for j, c in enumerate(row) if j not in columns and c not in (None, ""))


def _figure(cell: Any) -> bool:
    return read_number(cell).kind in ("number", "missing", "error")


@dataclass
class _Sorting:
    """The rows of a table while they are sorted; `above` is the province that a row without a name goes on with."""

    grid: Grid
    figures_at: Sequence[int] | None
    matcher: UnitMatcher
    out: Collected
    once: bool
    seen: dict[str, str] = field(default_factory=dict)
    found: list[UnitRow] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    above: str = ""
    told: bool = False
    part: str = ""
    kinds: Sequence[int] = ()
    others: dict[str, list[Cell]] = field(default_factory=dict)

    def passed(self, column: UnitColumn) -> set[int]:
        """Columns that say nothing of what the figures of a row are: of figures, remarks and the like."""
        heads = {
            j: [fold(str(r[j])) for r in self.grid.rows[: column.first]] for j in range(len(self.grid.col_at))
        }
        return {j for j, said in heads.items() if IGNORED.intersection(said)} | {*(self.figures_at or heads)}

    def parts(self, row: list[Any], role: str, *, within: bool) -> None:
        """A line of words among the rows says what the figures below it are, until the next one."""
        words = [c for c in row if c not in (None, "")]
        if within and len(set(words)) == 1 and (role == "unknown" or is_other(words[0])):
            self.part = str(words[0]) if is_other(words[0]) else ""

    def tell_others(self) -> None:
        """Say once of each kind of such rows that they are not read; an error where a province has no other row."""
        for word, cells in self.others.items():
            lost = [c for c in cells if c.unit not in self.seen]
            severity = "error" if lost else "warning"
            said = {"word": word, "n": len(cells)}
            self.out.problems.append((lost or cells)[0].problem("table.other_rows", said, severity=severity))

    def look_above(self, column: UnitColumn) -> None:
        """Names among the headings that are one slip away from a province."""
        above = [self.grid.cell(i, column.at) for i in range(column.first)]
        told = {p.cell for p in self.out.problems if (p.sheet, p.file) == (self.grid.name, self.grid.file)}
        near = (c for c in above if self.matcher.near(c.raw) and c.place not in told)
        self.out.problems += [replace(self.matcher.ask(c), severity="warning") for c in near]

    def named(self, i: int, cell: Cell, unit: str) -> None:
        """A row that names a province, of the indicator itself or of another kind."""
        word = next((c for c in (self.grid.rows[i][k] for k in self.kinds) if is_other(c)), self.part)
        if word:
            self.others.setdefault(str(word), []).append(replace(cell, unit=unit))
            self.roles[i], self.above = "aside", ""
            return
        if self.once and unit in self.seen:
            self.say(cell, "table.repeated", {"first": self.seen[unit]}, unit=unit, value=None)
        self.keep(i, cell, unit)

    def say(self, cell: Cell, key: str, *values: Any, **more: Any) -> None:
        self.out.problems.append(cell.problem(key, *values, severity="warning", **more))

    def keep(self, i: int, cell: Cell, unit: str) -> None:
        self.seen.setdefault(unit, cell.place)
        self.out.units.setdefault(unit, (self.grid.name, cell.place))
        self.found.append(UnitRow(i, unit))
        self.roles[i], self.above = "unit", unit

    def belongs(self, row: list[Any], cell: Cell, beside: Sequence[int | None]) -> bool:
        """Whether a row is of the province above: no name but a year or code, or a year in place of a name."""
        if cell.raw in (None, ""):
            return any(c is not None and row[c] not in (None, "") for c in beside)
        return only_year(cell.raw) is not None and bool(self.filled(row))

    def go_on(self, i: int, cell: Cell) -> None:
        """A row of the province above: without a name, which is said once, or with a year in its place."""
        if cell.raw is None and not self.told:
            self.say(cell, "table.goes_on", unit=self.above)
            self.told = True
        elif cell.raw is not None and not self.filled(self.grid.rows[self.found[-1].row]):
            self.found.pop()
        self.keep(i, cell, self.above)

    def filled(self, row: list[Any]) -> list[Any]:
        """What stands in the columns of figures."""
        return [row[c] for c in self.figures_at or () if row[c] not in (None, "")]

    def bare(self, figures_at: Sequence[int] | None, column: UnitColumn) -> None:
        """Say of the last names, if nothing stands beside them, that they may be of persons who sign; no whole list has such."""
        if figures_at is None or self.matcher.known or len(self.seen) in VALID:
            return
        held = [any(True for _ in _without(self.grid.rows[r.row], column.every)) for r in self.found]
        last = max((at for at, has in enumerate(held) if has), default=len(held))
        rows = self.found[last + 1 :]
        for row in rows if len(rows) <= _SIGNATURES else ():
            self.say(self.grid.cell(row.row, column.at, row.unit), "table.bare")

    def other(self, i: int, role: str, problems: list[Problem]) -> None:
        """A row of no province."""
        self.roles[i] = "refused" if any(p.severity == "error" for p in problems) else role
        self.out.problems += problems
        self.above = ""

    def no_unit(self, cell: Cell, role: Role, row: list[Any], *, within: bool) -> Iterator[Problem]:
        """What is to be said of a row that is not that of a province; `within` if provinces follow.

        Below the last province stand signatures and notes: words there need a name that is like a province's.
        """
        words = [c for c in self.filled(row) if c != cell.raw]
        figures = any(read_number(c).kind == "number" for c in words)
        if role == "total":
            yield cell.problem("table.total", severity="warning")
        elif role == "empty" and figures:
            yield cell.problem("table.no_unit", value=None, severity=_gravity(words, within=within))
        elif (role in ("unknown", "note") and figures) or (
            role == "unknown"
            and (self.figures_at is None or (words and (within or self.matcher.hint(cell.raw) is not None)))
        ):
            asked = self.matcher.ask(cell)
            gone = asked.key in ("problem.table.former", "problem.table.joined")
            yield replace(asked, severity="warning") if gone and words and not figures else asked
        elif self.matcher.near(cell.raw) or (
            role == "unknown" and within and self.matcher.hint(cell.raw) is not None
        ):
            yield replace(self.matcher.ask(cell), severity="warning")


def is_other(cell: Any) -> bool:
    """Whether words say that figures are a plan, a rank or a part of what the indicator is of."""
    return isinstance(cell, str) and len(cell) < 40 and bool(_OTHER.fullmatch(nfc(cell).strip()))


def _gravity(figures: Sequence[Any], *, within: bool) -> str:
    """Noughts left over by formulae below the last province need a word only."""
    return "error" if within or any(read_number(c).value != 0 for c in figures) else "warning"


def _role(name: Any, row: list[Any], column: UnitColumn, matcher: UnitMatcher) -> Role:
    """What a row is; without a name a total or region may stand in the column before, a total also behind."""
    if name is not None:
        return matcher.read(name).role
    roles = [matcher.read(c).role for c in row[: column.at] if isinstance(c, str)]
    behind = [r for c in row[column.at :] if isinstance(c, str) and (r := matcher.read(c).role) == "total"]
    return next((r for r in (*roles, *behind) if r in ("total", "region", "note")), "empty")


def _sums(
    grid: Grid, column: UnitColumn, known: Sequence[list[str]], told: Collection[int]
) -> set[tuple[str, int]]:
    """Rows that are sums if no name is read: numbered "I" or "A" where provinces are numbered 1, 2; or sums on the left."""
    found: set[tuple[str, int]] = {("empty", i) for i, at in enumerate(grid.row_at) if at in told}
    for at in range(column.at):
        held = [row[at] for row in grid.rows]
        numbers = [n for n, names in zip(held, known, strict=True) if names and n is not None]
        if len(numbers) > 1 and all(read_number(n).kind == "number" for n in numbers):
            found |= {("unknown", i) for i, n in enumerate(held) if _GROUP.fullmatch(str(n).strip())}
    return found


def _names(row: list[Any], column: UnitColumn, matcher: UnitMatcher) -> list[str]:
    """The provinces that the columns of names hold; several if they disagree."""
    read = (matcher.read(row[c]) for c in column.every)
    return list(dict.fromkeys(n.name for n in read if n.role == "unit"))
