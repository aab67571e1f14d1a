"""How a table is laid out: provinces down and indicators across, the other way, or one value a row."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold, nfc
from ...framework import Framework
from ..measure_words import looks_like_unit, unit_of
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from ..open.heading_words import TABLE_WORDS
from .heading_rest import Column, with_rests
from .headings import (
    HEAD_ROWS,
    IGNORED,
    at_odds,
    changed_by,
    fields_of,
    find_headings,
    named_code,
    only_year,
    other_kind,
    own_words,
    read_together,
    states_unit,
    title_codes,
    year_in,
    year_of_titles,
)
from .parts import Part, parts
from .unit_rows import UnitColumn, Wanted

_WIDEST = 3_000
_MARKED_ROWS, _MARKED_LENGTH = 400, 30
_LONG = ("unit", "code", "value")
_PLAIN = {*TABLE_WORDS["value"], "chung", "tong so", "total", "ca nam"}


class LongColumns(NamedTuple):
    """Columns of a table with one value a row."""

    code: int
    value: int
    measure: int | None = None


class Title(NamedTuple):
    """Indicators that the titles of a table mean, and the first title that means one."""

    codes: tuple[str, ...] = ()
    cell: Cell | None = None


@dataclass(frozen=True)
class Layout:
    """Where things stand in a table, after turning it if provinces run across.

    Attributes
    ----------
    grid : Grid
        Provinces down.
    units : UnitColumn
    above : Grid
        Rows above the provinces over the whole sheet.
    columns : tuple of Column
        Of figures, for a wide table.
    long : LongColumns or None
        For a table with one value a row.
    year_at : int or None
        Column of the years of rows.
    year : int or None
        The year that a line above the provinces states for all of them.
    title : Title
        Set where only the title names an indicator.
    beside : tuple of Grid
        Small tables without provinces above the headings or below the last table, set aside.
    measures : tuple of int
        Columns that hold the units of the figures beside them.
    """

    grid: Grid
    units: UnitColumn
    above: Grid
    columns: tuple[Column, ...] = ()
    long: LongColumns | None = None
    year_at: int | None = None
    year: int | None = None
    title: Title = field(default_factory=Title)
    beside: tuple[Grid, ...] = ()
    measures: tuple[int, ...] = ()

    def unit_at(self, at: int) -> int | None:
        """The column of units of a column of figures: where the first stands before all figures, the one before it, else the one behind."""
        body, aside = self.grid.rows[self.units.first :], {*self.units.every, *self.measures, self.year_at}
        figures = (
            c.at
            for c in self.columns
            if c.at not in aside and not any(fold(h) in IGNORED for h in c.heads)
            if any(read_number(row[c.at]).kind == "number" for row in body)
        )
        before = [m for m in reversed(self.measures) if m < at]
        behind = [m for m in self.measures if m > at]
        leads = bool(self.measures) and self.measures[0] < next(figures, at)
        return next(iter([*before, *behind] if leads else [*behind, *before]), None)

    @property
    def figures_at(self) -> list[int]:
        """Columns that hold figures of indicators."""
        return [self.long.value] if self.long else [c.at for c in self.columns if c.code]

    @property
    def head_row(self) -> int:
        """The row of headings next to the provinces."""
        return max(self.units.first - 1, 0)

    @property
    def explained(self) -> int:
        """How much it explains: provinces times indicators."""
        return self.units.known * len(self.figures_at)

    def proved_mark(self) -> str:
        """Decimal mark that the table's text figures prove, if they agree."""
        body = self.grid.rows[self.units.first : self.units.first + _MARKED_ROWS]
        figures = slice(None) if self.long is None else slice(self.long.value, self.long.value + 1)
        texts = [c for row in body for c in row[figures] if isinstance(c, str) and len(c) < _MARKED_LENGTH]
        marks = {read_number(c).mark for c in texts if c[:1] in tuple("0123456789-+(")} - {""}
        return marks.pop() if len(marks) == 1 else ""


def find_layouts(grid: Grid, wanted: Wanted) -> list[Layout]:
    """Recognise the tables of a sheet by their content; none if no provinces or no indicators are found."""
    if not grid.rows:
        return []
    if long := _long(grid):
        return long
    turns = len(grid.col_at) > 1 and len(grid.rows) <= _WIDEST
    ways = [_wide(g, wanted) for g in ([grid, grid.turned()] if turns else [grid])]
    best = max(ways, key=lambda found: sum(layout.explained for layout in found))
    changed = (c.changed for layout in best for c in layout.columns)
    return best if any(layout.figures_at or layout.title.codes for layout in best) or any(changed) else []


def _long(grid: Grid) -> list[Layout]:
    """Tables with one value a row; each row of such headings begins one."""
    found = find_headings(grid.rows, TABLE_WORDS, _LONG)
    if found is None:
        return []
    heads = [i for i, row in enumerate(grid.rows) if _is_long(row)]
    layouts = []
    for start, stop in zip([0, *heads[1:]], [*heads[1:], len(grid.rows)], strict=True):
        cut = replace(grid, rows=grid.rows[start:stop], row_at=grid.row_at[start:stop])
        first = (heads[0] if start == 0 else start) - start + 1
        at = fields_of(cut.rows[first - 1], TABLE_WORDS)
        measure = at.get("measure")
        columns = LongColumns(at["code"], at["value"], None if measure == at["unit"] else measure)
        units = UnitColumn(at["unit"], first, stop - start - first)
        above = replace(cut, rows=cut.rows[:first], row_at=cut.row_at[:first])
        layouts.append(Layout(cut, units, above, long=columns, year_at=at.get("year")))
    return layouts


def _is_long(row: Sequence[Any]) -> bool:
    columns = fields_of(row, TABLE_WORDS)
    return len({columns[f] for f in _LONG if f in columns}) == len(_LONG)


def _wide(grid: Grid, wanted: Wanted) -> list[Layout]:
    if len(grid.rows[0]) > _WIDEST:
        return []
    return [layout_of(part, wanted.framework) for part in parts(grid, wanted)]


def layout_of(part: Part, framework: Framework) -> Layout:
    """What stands in one table of a sheet."""
    grid, units = part.grid, part.units
    heads = _spread(grid, units)
    others = [at for at in range(len(grid.col_at)) if at not in units.every]
    read = [_column(cells_above(grid, units, at, heads), at, framework) for at in others]
    measures = tuple(c.at for c in read if _holds_units(c, grid.rows[units.first :]))
    read = [Column(c.at, c.heads) if c.at in measures else c for c in read]
    columns = with_rests(read, heads[-HEAD_ROWS:], framework)
    year_at = _year_column(grid, units, columns)
    year = _year_of(part)
    layout = Layout(grid, units, part.above, columns, None, year_at, year, Title(), part.beside, measures)
    return layout if any(c.code for c in columns) else _by_title(layout, framework)


def _spread(grid: Grid, units: UnitColumn) -> list[list[Any]]:
    """The rows of headings; a heading holds for the empty cells on its right where one of the two rows is of years."""
    rows = [list(row) for row in grid.rows[: units.first]]
    for upper, lower in itertools.pairwise(rows):
        inner = [j for j in range(len(upper)) if j not in units.every]
        dated = [all(only_year(r[j]) for j in inner if r[j] not in (None, "")) for r in (upper, lower)]
        if not any(dated) or sum(upper[j] not in (None, "") for j in inner) < 2:
            continue
        for left, j in itertools.pairwise(inner):
            if upper[j] in (None, "") and lower[j] not in (None, "") and left == j - 1:
                upper[j] = upper[left]
    return rows


def headings_above(
    grid: Grid, units: UnitColumn, at: int, rows: Sequence[Sequence[Any]] | None = None
) -> tuple[str, ...]:
    """All headings of a column above the first province; what also stands over the names is a title."""
    return tuple(dict.fromkeys(map(nfc, cells_above(grid, units, at, grid.rows if rows is None else rows))))


def cells_above(grid: Grid, units: UnitColumn, at: int, rows: Sequence[Sequence[Any]]) -> list[str]:
    """The cells of the headings of a column; offices number their columns, 3 is not "3.0"."""
    above = rows[max(0, units.first - HEAD_ROWS) : units.first]
    cells = [row[at] for row in above if not (isinstance(row[at], str) and row[at] == row[units.at])]
    held = [c for c in cells if c not in (None, "") and not isinstance(c, bool)]
    return [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c) for c in held]


def _column(cells: Sequence[str], at: int, framework: Framework) -> Column:
    """Read all headings of a column; codes win over names, lower ones over upper ones.

    A bare number such as "2" is no heading of an aggregate: offices number their columns so.
    """
    heads = tuple(dict.fromkeys(map(nfc, cells)))
    meant = {h: named_code(h, framework) for h in heads}
    named = list(dict.fromkeys(c for c in meant.values() if c in framework.indicators))
    spelt = [h for h in heads if h in named]
    code = next(reversed(spelt or named), None)
    apart = [c for h in heads for c in at_odds(h, framework)]
    other = next((c for c in [*named, *apart] if c != code), None)
    inner = [c for c in meant.values() if c is not None and c not in framework.indicators][-1:]
    other = next((c for c in inner if code is None and c in heads and not c.isdigit()), other)
    own = () if code is None else (code, *own_words(code, framework).split(" | "))
    year = year_in(h for h in heads if h not in own)
    if code is None and other is None and (code := read_together(cells, framework)) is not None:
        return Column(at, heads, code, year, loose=True)
    if code is not None and (word := changed_by(heads, code, framework)):
        return Column(at, heads, None, year, changed=(code, word))
    return Column(at, heads, code, year, other)


def _holds_units(column: Column, body: Sequence[Sequence[Any]]) -> bool:
    """Whether units stand in a column: its heading says so, or nothing else does; "Đơn vị" may be an office."""
    words = {c for row in body if (c := row[column.at]) not in (None, "")}
    headed = {fold(h) for h in column.heads} & {*TABLE_WORDS["measure"]}
    texts = [w for w in words if isinstance(w, str) and (headed or read_number(w).kind == "text")]
    known = [w for w in texts if unit_of(w) or looks_like_unit(w)]
    return bool(known) and (len(known) * 2 >= len(words) if headed else len(known) == len(words))


def _year_column(grid: Grid, units: UnitColumn, columns: Sequence[Column]) -> int | None:
    """The column whose heading says "Năm", or that holds nothing but years below no heading."""
    for column in columns:
        body = [row[column.at] for row in grid.rows[units.first :] if row[column.at] not in (None, "")]
        named = any(fold(h) in TABLE_WORDS["year"] for h in column.heads)
        if column.code is None and (named or not column.heads) and body:
            years = sum(only_year(c) is not None for c in body)
            if years * 10 >= len(body) * 9:
                return column.at
    return None


def _year_of(part: Part) -> int | None:
    """The year of a line that stands alone above the provinces, or of the sheet's name."""
    lines = [{c for c in row if c not in (None, "")} for row in part.above.rows]
    alone = [next(iter(line)) for line in lines if len(line) == 1]
    own = next((y for c in reversed(alone) if (y := only_year(c)) is not None), None)
    titled = year_of_titles(c for c in alone if isinstance(c, str))
    of_file = {int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", PurePath(part.grid.file).stem)}
    return (
        own
        or part.grid.year
        or only_year(part.grid.name)
        or titled
        or (of_file.pop() if len(of_file) == 1 else None)
    )


def _by_title(layout: Layout, framework: Framework) -> Layout:
    """Give plain columns of figures, at most with years above them, the indicator that the title names."""
    grid = layout.above
    titles = [
        (i, j, code)
        for i, row in enumerate(grid.rows)
        for j, cell in enumerate(row)
        if cell not in (None, "") and not states_unit(cell)
        for code in title_codes(str(cell), framework, alone=len({*row} - {None, ""}) == 1)
    ]
    own = [title for title in titles if grid.col_at[title[1]] in layout.grid.col_at]
    wide = {i: {code for row, _, code in titles if row == i} for i, _, _ in titles}
    titles = [title for title in titles if len(wide[title[0]]) == 1]
    codes = tuple(dict.fromkeys(code for _, _, code in own or titles))
    if not codes:
        return layout
    title = Title(codes, grid.cell(*(own or titles)[0][:2]))
    if len(codes) > 1:
        return replace(layout, title=title)
    columns = tuple(replace(c, code=codes[0]) if _is_plain(c, layout) else c for c in layout.columns)
    return replace(layout, title=title, columns=columns)


def _is_plain(column: Column, layout: Layout) -> bool:
    """Whether a column of figures says nothing of itself but a year or "giá trị"."""
    if column.at == layout.year_at or other_heading(column):
        return False
    body = (row[column.at] for row in layout.grid.rows[layout.units.first :])
    figures = [read_number(c).kind == "number" for c in body if c not in (None, "")]
    return sum(figures) * 2 > len(figures)


def other_heading(column: Column) -> bool:
    """Whether a heading of a column is more than a year, a unit or "giá trị"."""
    plain = (only_year(h) or states_unit(h) or fold(h) in _PLAIN or _BRACKETS.match(h) for h in column.heads)
    return not all(plain) or any(fold(h) in IGNORED for h in column.heads)


_BRACKETS = re.compile(r"^\s*\([^()]*\)\s*$")


def title_problems(layout: Layout, framework: Framework) -> list[Problem]:
    """That a table was read by its title, that the title names several indicators, or that nothing names one.

    And that a title says of the figures that they are plans, forecasts or ranks.
    """
    beside = (grid.problem("table.beside", 0, 0, severity="warning") for grid in layout.beside)
    return [*beside, *_of_title(layout), *_other_kinds(layout, framework)]


def _other_kinds(layout: Layout, framework: Framework) -> Iterator[Problem]:
    codes = [framework.root, *(c.code for c in layout.columns if c.code)]
    names = nfc(" ".join(framework.title(c, lang) for c in codes for lang in ("vi", "en"))).lower()
    lines = [(i, [c for c in row if c not in (None, "")]) for i, row in enumerate(layout.above.rows)]
    titles = [layout.above.cell(i, layout.above.rows[i].index(c[0])) for i, c in lines if len({*c}) == 1]
    for cell in (
        (*titles, replace(layout.above.cell(0, 0), raw=layout.grid.name)) if layout.above.rows else ()
    ):
        if isinstance(cell.raw, str) and (word := other_kind(cell.raw, names)):
            yield cell.problem("table.other_kind", {"word": word}, severity="warning")


def _of_title(layout: Layout) -> list[Problem]:
    codes, cell = layout.title
    plain = [c for c in layout.columns if cell is None and not layout.figures_at and _is_plain(c, layout)]
    if plain and layout.long is None and any(c.changed is None and c.heads for c in plain):
        return [layout.grid.problem("table.nameless", layout.head_row, plain[0].at)]
    if cell is None or (len(codes) == 1 and not layout.figures_at):
        return []
    if len(codes) > 1:
        return [cell.problem("table.titles", {"codes": ", ".join(codes)})]
    return [cell.problem("table.by_title", code=codes[0], severity="warning")]
