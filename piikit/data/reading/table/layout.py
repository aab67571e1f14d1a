"""How a sheet is laid out: provinces down and indicators across, the other way, or one value a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ....base.folding import fold, nfc
from ...framework import Framework
from ..open.grid import Grid
from .office_numbers import read_number
from ..page.own_page import match_name, name_keys
from .unit_rows import UnitMatcher

HEAD_ROWS = 40
_SAMPLE = 3_000
_WIDEST = 3_000
_UNIT = {
    "tinh", "tinh thanh pho", "tinh thanh", "tinh tp", "thanh pho", "dia phuong", "ten dia phuong", "ten tinh",
    "don vi", "province", "provinces", "unit", "units", "ucode", "locality", "don vi hanh chinh", "tinh thanh pho province",
}  # fmt: skip
_CODE = {
    "chi so",
    "ma",
    "ma chi so",
    "chi tieu",
    "ten chi so",
    "indicator",
    "code",
    "icode",
    "ten chi tieu",
    "ma so",
}
_VALUE = {"gia tri", "so lieu", "value", "ket qua", "obs value", "gia tri chi so", "value screen"}
_YEAR = {"nam", "year", "time", "ky", "nam so lieu", "time period", "datayr"}
IGNORED = {
    "stt", "tt", "no", "so thu tu", "ghi chu", "note", "notes", "nguon", "source", "vung", "region", "khu vuc",
    "don vi tinh", "dvt", "unit of measure", "id", "uname", "provenance", "nguon goc",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of figures: what its headings say."""

    at: int
    heads: tuple[str, ...]
    code: str | None = None
    year: int | None = None
    other: str | None = None


@dataclass(frozen=True)
class Layout:
    """Where things stand in a sheet, after turning it if provinces run across.

    Attributes
    ----------
    kind : {"wide", "long"}
    rows : cells, provinces down
    place : function of (row, column) to the name of the cell in the file
    percent : function of (row, column) to whether the file shows a percentage
    unit_at : int
        Column of the provinces.
    first : int
        First row with a province.
    columns : of figures, for a wide table
    code_at, value_at, year_at : int or None
        For a long table.
    """

    kind: Literal["wide", "long"]
    rows: list[list[Any]]
    place: Callable[[int, int], str]
    percent: Callable[[int, int], bool]
    unit_at: int
    first: int
    columns: tuple[Column, ...] = ()
    code_at: int | None = None
    value_at: int | None = None
    year_at: int | None = None
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)


def find_layout(
    grid: Grid, framework: Framework, matcher: UnitMatcher, keys: dict[str, str]
) -> Layout | None:
    """Recognise the layout of a sheet by its content; None if no provinces or no indicators are found."""
    long = _long(grid, framework, matcher, keys)
    if long is not None:
        return long
    across = _wide(grid.rows, grid, framework, matcher, keys, turned=False)
    fits = len(grid.col_at) > 1 and len(grid.rows) <= _WIDEST
    turned_rows = [list(c) for c in zip(*grid.rows, strict=True)] if fits else []
    down = _wide(turned_rows, grid, framework, matcher, keys, turned=True)
    if across is None or (down is not None and down[0] > across[0]):
        return down[1] if down else None
    return across[1]


def _wide(
    rows: list[list[Any]],
    grid: Grid,
    framework: Framework,
    matcher: UnitMatcher,
    keys: dict[str, str],
    *,
    turned: bool,
) -> tuple[int, Layout] | None:
    """A wide reading and how much it explains: provinces times indicators."""
    if not rows or len(rows[0]) > _WIDEST:
        return None
    unit_at, units = unit_column(rows, matcher)
    if unit_at is None:
        return None
    first = first_row(rows, unit_at, units[0], framework)
    columns = tuple(_column(rows, first, at, framework, keys) for at in range(len(rows[0])) if at != unit_at)
    named = [c for c in columns if c.code]
    if not named:
        return None

    def place(row: int, column: int) -> str:
        return grid.place(column, row) if turned else grid.place(row, column)

    def percent(row: int, column: int) -> bool:
        return grid.is_percent(column, row) if turned else grid.is_percent(row, column)

    uncached = _uncached(grid, turned)
    layout = Layout("wide", rows, place, percent, unit_at, first, columns, uncached=uncached)
    return len(units) * len(named), layout


def first_row(rows: list[list[Any]], unit_at: int, known: int, framework: Framework) -> int:
    """Where the provinces begin: above the first known one may stand a misspelt one with figures.

    A row of headings has a heading word, a short mark or nothing where provinces stand, or codes
    among its cells; a numbering row ("A, 1, 2, 3") is no province either.
    """
    first = known
    while first > 0:
        row = rows[first - 1]
        name = row[unit_at]
        key = fold(name) if isinstance(name, str) else ""
        if len(key) <= 2 or key in _UNIT or key in _CODE or key in IGNORED:
            break
        others = [c for j, c in enumerate(row) if j != unit_at and c not in (None, "")]
        if any(str(c) in framework for c in others) or not any(
            read_number(c).kind == "number" for c in others
        ):
            break
        first -= 1
    return first


def _uncached(grid: Grid, turned: bool) -> dict[tuple[int, int], str]:
    if not grid.uncached:
        return {}
    row_of = {r: i for i, r in enumerate(grid.row_at)}
    col_of = {c: i for i, c in enumerate(grid.col_at)}
    at = {(row_of[r], col_of[c]): f for (r, c), f in grid.uncached.items()}
    return {(c, r): f for (r, c), f in at.items()} if turned else at


def unit_column(rows: list[list[Any]], matcher: UnitMatcher) -> tuple[int | None, list[int]]:
    """The column with most provinces; without any, the one whose heading says so, if rows follow."""
    best: tuple[int | None, list[int]] = (None, [])
    for at in range(min(len(rows[0]), 60)):
        found = [i for i, row in enumerate(rows[:_SAMPLE]) if matcher.read(row[at])[0] == "unit"]
        if len(found) > len(best[1]):
            best = at, found
    if best[0] is not None:
        at = best[0]
        return at, [i for i, row in enumerate(rows) if matcher.read(row[at])[0] == "unit"]
    for i, row in enumerate(rows[:HEAD_ROWS]):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and fold(cell) in _UNIT and len(rows) > i + 1:
                return at, list(range(i + 1, len(rows)))
    return None, []


def _column(rows: list[list[Any]], first: int, at: int, framework: Framework, keys: dict[str, str]) -> Column:
    """Read all headings above the first province; codes win over names, lower ones over upper ones.

    A bare number such as "2" is no heading of an aggregate: offices number their columns so.
    """
    cells = [rows[i][at] for i in range(max(0, first - HEAD_ROWS), first)]
    heads = tuple(dict.fromkeys(nfc(_plain(c)) for c in cells if c not in (None, "") and _plain(c)))
    codes = [c for h in heads if (c := heading_code(h, framework, keys)) and c in framework.indicators]
    by_code = [c for h in heads for c in codes if h == c]
    inner = [c for h in heads if (c := heading_code(h, framework, keys)) and c not in framework.indicators]
    distinct = list(dict.fromkeys(codes))
    code = by_code[-1] if by_code else distinct[-1] if distinct else None
    other = next((c for c in distinct if c != code), None)
    if code is None and inner and any(h == inner[-1] and not h.isdigit() for h in heads):
        other = inner[-1]
    return Column(at, heads, code, _year(heads), other)


def _plain(cell: Any) -> str:
    return str(cell) if not isinstance(cell, bool) else ""


def heading_code(text: str, framework: Framework, keys: dict[str, str]) -> str | None:
    """The code that a heading means: the code itself, "1.1.1 name", or a name in either language."""
    if text in framework:
        return text
    start = re.match(r"^(\d+(?:\.\d+)+)\b", text)
    named = match_name(text, framework, keys) if any(c.isalpha() for c in text) else None
    if named is None and start and start[1] in framework:
        return start[1]
    return named


def _year(heads: Sequence[str]) -> int | None:
    years = [int(y) for h in heads for y in re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", h)]
    return years[-1] if years else None


def _long(grid: Grid, framework: Framework, matcher: UnitMatcher, keys: dict[str, str]) -> Layout | None:
    for i, row in enumerate(grid.rows[:HEAD_ROWS]):
        heads = {fold(c): at for at, c in reversed(list(enumerate(row))) if isinstance(c, str)}
        at = [next((heads[w] for w in heads if w in words), None) for words in (_UNIT, _CODE, _VALUE, _YEAR)]
        unit_at, code_at, value_at, year_at = at
        if unit_at is None or value_at is None:
            continue
        code_at = heads.get("ma chi so", heads.get("code", code_at))
        if code_at is None or len({unit_at, code_at, value_at}) < 3:
            continue
        return Layout(
            "long",
            grid.rows,
            grid.place,
            grid.is_percent,
            unit_at,
            i + 1,
            code_at=code_at,
            value_at=value_at,
            year_at=year_at,
            uncached=_uncached(grid, False),
        )
    return None


def keys_of(framework: Framework) -> dict[str, str]:
    """Folded names of a framework, to be made once a file."""
    return name_keys(framework)
