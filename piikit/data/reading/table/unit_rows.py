"""Which rows of an office's table are provinces, and which are totals, regions or footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from ....base.errors import Problem, UnknownNameError, suggest
from ....base.folding import fold, nfc
from ...framework import Framework
from ...provinces import known_province, match_province, provinces, unit_names
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from .collected import Collected
from .headings import HEAD_ROWS, NO_PROVINCE, TABLE_WORDS

Role = Literal["unit", "total", "region", "note", "unknown", "empty"]

_TOTALS = {
    "tong", "tong so", "tong cong", "cong", "ca nuoc", "toan quoc", "viet nam", "toan tinh", "toan thanh pho",
    "trung binh", "trung binh ca nuoc", "binh quan", "binh quan ca nuoc", "trung vi", "nho nhat", "lon nhat",
    "min", "max", "mean", "median", "average", "total", "whole country", "national", "vietnam", "sum",
    "cao nhat", "thap nhat", "do lech chuan", "ca nuoc whole country", "tong so total",
}  # fmt: skip
_NOTE = re.compile(
    r"^\s*(?:ghi chú|chú thích|chú ý|lưu ý|nguồn|đơn vị tính|đvt|người lập|ngày|ký hiệu|note|notes|source|sources|unit)\b"
    r"|^\s*(?:\(?\*+\)?|\(\d\)|\d\)|\[\d\]|[¹²³†‡])\s*\S",
    re.IGNORECASE,
)
_TOTALS_BEGIN = ("tong so ", "tong cong ", "ca nuoc ", "trung binh ", "binh quan ")
_BEFORE = re.compile(r"^\s*(?:\d{1,3}|[IVXivx]{1,5})\s*[.)/-]\s*")
_AFTER = re.compile(r"(?:\s*\(\s*\*?[0-9a-z*]{0,2}\s*\)|\s*[*†‡¹²³]+)$")
_SAMPLE, _COLUMNS, _ROWS = 3_000, 60, 4_000
_LIMIT = 200
_LONGEST = 60  # no province is written longer, with whatever stands before or after it


class Named(NamedTuple):
    """What a cell of the column of provinces is, and the official name if it is a province."""

    role: Role
    name: str = ""


class UnitMatcher:
    """Reads names of provinces, or of units given, with a memory; likeness only suggests.

    Parameters
    ----------
    units : {63, 34}, sequence of str or None
        The set to look in. None means both sets until :meth:`settle` has seen the names.
    """

    def __init__(self, units: int | Sequence[str] | None = None) -> None:
        self.units: int | None = units if isinstance(units, int) else None
        self.known: tuple[str, ...] = () if units is None or isinstance(units, int) else tuple(units)
        self._keys = {fold(name): name for name in reversed(self.known)}
        self._seen: dict[str, Named] = {}
        self._asked = 0

    def read(self, cell: Any) -> Named:
        """What a cell of the province column is."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return Named("empty")
        if not isinstance(cell, str):
            return Named("unknown")
        if cell not in self._seen:
            name = self._unit(cell)
            self._seen[cell] = Named(_role(cell)) if name is None else Named("unit", name)
        return self._seen[cell]

    def _unit(self, cell: str) -> str | None:
        """The unit that is meant, without a number before or a footnote mark after it."""
        if len(cell) > _LONGEST and not self.known:
            return None
        whole = nfc(cell)
        bare = _AFTER.sub("", _BEFORE.sub("", whole[:200]))
        for text in (whole, bare):
            if text in self.known:
                return text
        if (found := self._keys.get(fold(bare))) is not None:
            return found
        name = _known(bare, self.units)
        return name if not self.known or name in self.known else None

    def hint(self, cell: Any) -> str | None:
        """The nearest known name, for a report; a limited number of times, as it is slow."""
        self._asked += 1
        if self._asked > _LIMIT or cell is None:
            return None
        if self.known:
            return suggest(cell, self.known)
        try:
            match_province(str(cell), self.units)  # type: ignore[arg-type]
        except UnknownNameError as error:
            return next(iter(error.suggestions), None)
        return None

    def settle(self, grids: Sequence[Grid], year: int | None = None) -> None:
        """Choose between the 63 and the 34 units by the names that tables use."""
        if self.known or self.units is not None:
            return
        found = {name for grid in grids for name in self._names_in(grid)}
        if not found:
            return
        now, before = (len(found & set(unit_names(k))) for k in (34, 63))
        older = before > now or (before == now and year is not None and year < 2025)
        self.units = 63 if older else 34
        self._seen.clear()

    def _names_in(self, grid: Grid) -> set[str]:
        cells = {c for row in grid.rows[:_ROWS] for c in row[:_COLUMNS] if isinstance(c, str)}
        return {name for c in cells if (name := self.read(c).name)}


def _role(cell: str) -> Role:
    """What a cell is that names no unit."""
    if len(cell) <= _LONGEST:
        key = fold(_AFTER.sub("", _BEFORE.sub("", nfc(cell))))
        if key in _TOTALS or key.startswith(_TOTALS_BEGIN):
            return "total"
        if key in _regions():
            return "region"
    return "note" if len(cell) > 120 or _NOTE.search(nfc(cell)) else "unknown"


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


@lru_cache(maxsize=16_384)
def _known(text: str, units: int | None) -> str | None:
    return known_province(text, units)  # type: ignore[arg-type]


@cache
def _regions() -> frozenset[str]:
    tables = [provinces(size)[["region", "region_en"]] for size in (63, 34)]
    names = {fold(name) for table in tables for name in table.to_numpy().ravel()}
    return frozenset(names | {"dong bang song cuu long", "dong bang song hong", "tay nguyen", "dong nam bo"})
