"""A sheet parted into its tables: one below the other, side by side, each with its own names and headings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ....base.folding import fold, nfc
from ..office_numbers import read_number
from ..open.grid import Grid
from ..open.heading_words import TABLE_WORDS
from .headings import HEAD_ROWS, IGNORED, NO_PROVINCE, named_code, only_year, states_unit, title_codes
from .row_roles import LONGEST, role_of
from .unit_matcher import UnitMatcher
from .unit_rows import UnitColumn, Wanted, signed

_COLUMNS = 60
_GOES_ON = re.compile(r"tiếp theo|\(tiếp\)|\bcont(?:inued|\.|'d)", re.IGNORECASE)
_COLUMN_NUMBER = re.compile(r"^\s*(?:\(\s*\w{1,2}\s*\)|\[\w{1,2}\]|\d{1,2}|[A-Za-z])\s*(?:=.*)?$")
_RARE = 5
Rows = list[list[Any]]


@dataclass(frozen=True)
class Part:
    """One table of a sheet.

    Attributes
    ----------
    grid : Grid
        Its own rows and columns only; places stay those of the file.
    units : UnitColumn
    above : Grid
        The rows above its provinces over the whole width of the sheet, where titles and units stand.
    beside : tuple of Grid
        Small tables of their own without provinces, above its headings or below the last table.
    """

    grid: Grid
    units: UnitColumn
    above: Grid
    beside: tuple[Grid, ...] = ()


def parts(grid: Grid, wanted: Wanted) -> list[Part]:
    """The tables of a sheet with provinces down, in its order; empty if no column of names is found."""
    rows = grid.rows
    known = _known(grid, wanted)
    if not known:
        named = _by_heading(grid)
        return [] if named is None else [Part(grid, named, _cut(grid, range(named.first)))]
    found: list[Part] = []
    heads: list[int] = []
    for section in _sections(grid, known, wanted):
        here = {c: at for c, held in known.items() if (at := held & frozenset(section))}
        if not here:
            below = _cut(grid, section)
            if (named := _by_heading(below)) is not None and not _of_regions(below, wanted):
                found.append(Part(below, named, _cut(below, range(named.first))))
            elif found and _of_regions(below, wanted):
                found[-1] = replace(found[-1], beside=(*found[-1].beside, below))
            continue
        own = range(section.start, min(map(min, here.values())))
        aside = _without_provinces(rows, own, wanted)
        heads = heads if _continues(rows, own) else []
        found += _side_by_side(grid, section, here, wanted, heads, aside)
        heads = [*heads, *(i for i in own if i not in aside)]
    return found


def _of_regions(grid: Grid, wanted: Wanted) -> bool:
    """Whether figures stand only beside totals and regions."""
    rows = [row for row in grid.rows if _figures_of(row, wanted)]
    roles = ({wanted.units.read(c).role for c in row if isinstance(c, str)} for row in rows)
    return bool(rows) and all(found & {"total", "region"} for found in roles)


def _continues(rows: Rows, heads: range) -> bool:
    """Whether the rows above provinces only say that the table above goes on, or of which year this part is."""
    words = [c for i in heads for c in rows[i] if c not in (None, "")]
    goes_on = any(isinstance(c, str) and _GOES_ON.search(c) for c in words)
    return bool(words) and (goes_on or all(only_year(c) is not None for c in words))


def _without_provinces(rows: Rows, own: range, wanted: Wanted) -> list[int]:
    """Rows above the headings of a table that are a small table themselves, as of regions, years or a legend."""
    figures = [i for i in own if _figures_of(rows[i], wanted)]
    others = [i for i in own if i not in figures]
    heads = [i for i in others if _headed(rows[i : i + 1]) or _codes_above(rows, range(i, i + 1), wanted)]
    last = [i for i in figures if i < max(heads, default=0)]
    for i in reversed(range(own.start, last[0])) if last else ():
        filled = [c for c in rows[i] if c not in (None, "")]
        if len(filled) < 2 or any(isinstance(c, str) and states_unit(c) for c in filled):
            break
        last.append(i)
    return sorted(last)


def _figures_of(row: list[Any], wanted: Wanted) -> bool:
    """Whether figures stand beside words in a row, and no codes or numbers of columns."""
    filled = [c for c in row if c not in (None, "")]
    figures = [c for c in filled if _number(c) and str(c) not in wanted.framework]
    worded = any(isinstance(c, str) and not _number(c) and not _COLUMN_NUMBER.match(c) for c in filled)
    return (
        bool(figures) and (worded or only_year(filled[0]) is not None) and not any(map(states_unit, filled))
    )


def _known(grid: Grid, wanted: Wanted) -> dict[int, frozenset[int]]:
    """Rows with a province, of every column that holds any."""
    rows, read = grid.rows, wanted.units.read
    width = min(len(rows[0]), _COLUMNS) if rows else 0
    found = {c: frozenset(i for i, r in enumerate(rows) if read(r[c]).role == "unit") for c in range(width)}
    return _without_signatures(grid, {c: at for c, at in found.items() if at}, wanted.units)


def _without_signatures(
    grid: Grid, known: dict[int, frozenset[int]], units: UnitMatcher
) -> dict[int, frozenset[int]]:
    """Leave out people and places named like a province, who sign below the figures, in any column."""
    if not known:
        return known
    main = max(known, key=lambda c: len(known[c]))
    every = frozenset[int]().union(*known.values())
    left = every - signed(grid, [main], every, units)
    figures = {i for i in left if any(_number(c) for c in grid.rows[i] if c is not None)}
    last = max(figures & known[main], default=max(known[main]))
    kept = {c: at & left for c, at in known.items()}
    apart = {c for c, at in kept.items() if c != main and not at & figures and min(at, default=0) > last}
    return {c: at for c, at in kept.items() if at and c not in apart}


def _by_heading(grid: Grid) -> UnitColumn | None:
    """Without a known name: the column whose heading says that provinces stand in it, if rows follow."""
    for i, row in enumerate(grid.rows[:HEAD_ROWS]):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and fold(cell) in TABLE_WORDS["unit"] and len(grid.rows) > i + 1:
                return UnitColumn(at, i + 1, len(grid.rows) - i - 1)
    return None


def _cut(grid: Grid, rows: Sequence[int], columns: range | None = None) -> Grid:
    """Some rows and columns of a sheet; their places stay."""
    across = columns if columns is not None else range(len(grid.col_at))
    if len(rows) == len(grid.rows) and len(across) == len(grid.col_at):
        return grid
    cells = [grid.rows[i][across.start : across.stop] for i in rows]
    row_at, col_at = [grid.row_at[i] for i in rows], grid.col_at[across.start : across.stop]
    return replace(grid, rows=cells, row_at=row_at, col_at=col_at)


def _sections(grid: Grid, known: dict[int, frozenset[int]], wanted: Wanted) -> Iterator[range]:
    """Rows of each table of a stack: a row of headings below provinces begins the next one."""
    with_units = frozenset[int]().union(*known.values())
    start, last, seen = 0, -1, False
    for i, row in enumerate(grid.rows):
        apart = i > 0 and grid.row_at[i] - grid.row_at[i - 1] > 1
        if i in with_units:
            seen, last = True, i
        elif seen and is_heading(row, list(known), wanted, apart=apart):
            yield range(start, last + 1)
            start, seen = last + 1, False
        elif seen and _body(row, list(known), wanted):
            last = i
    yield range(start, len(grid.rows))


def _body(row: list[Any], names: Sequence[int], wanted: Wanted) -> bool:
    """Whether a row below provinces still belongs to them: a total, a region, a note or figures."""
    roles = {wanted.units.read(row[c]).role for c in names}
    texts = [c for c in row if isinstance(c, str)]
    if roles - {"unknown", "empty"}:
        return not any(states_unit(c) for c in texts)
    return any(c is not None and only_year(c) is None and read_number(c).kind == "number" for c in row)


def is_heading(row: list[Any], names: Sequence[int], wanted: Wanted, *, apart: bool) -> bool:
    """Whether a row without a province is one of headings: heading words, codes or years stand in it.

    One code alone could be a figure; below an empty row (`apart`) it is a heading. A footnote is none.
    """
    named = [row[c] for c in names if row[c] not in (None, "")]
    others = [c for j, c in enumerate(row) if j not in names and c not in (None, "") and c not in named]
    if _is_note(row) or any(wanted.units.read(c).role in ("total", "region") for c in named):
        return False
    if not others:
        return _titled(named, wanted)
    worded = any(isinstance(c, str) and fold(c) in NO_PROVINCE for c in named or others)
    if worded or (any(_means(c, wanted) for c in others) and not any(map(_number, others))):
        return True
    return not named and (all(map(only_year, others)) or _coded(others, wanted, least=1 if apart else 2))


def _titled(cells: Sequence[Any], wanted: Wanted) -> bool:
    """Whether what stands alone in a row says of which year or indicator the rows below are."""
    titled = [bool(title_codes(str(c), wanted.framework, alone=True)) for c in cells]
    return bool(cells) and (all(map(only_year, cells)) or all(titled))


def _is_note(row: list[Any]) -> bool:
    """Whether a row is a note that begins in any column, its mark perhaps in a cell of its own."""
    filled = [c for c in row if c not in (None, "")]
    if not filled or not all(isinstance(c, str) for c in filled) or any(map(states_unit, filled)):
        return False
    begins = filled[0] if len(filled) == 1 else f"{filled[0]} {filled[1]}"
    return len(filled) < 3 and role_of(begins) == "note" and any(c.isalpha() for c in filled[-1])


def _coded(cells: Sequence[Any], wanted: Wanted, *, least: int) -> bool:
    """Whether cells are codes and no figures that look like them."""
    codes = {str(c) for c in cells if str(c) in wanted.framework.indicators}
    figure = any(read_number(c).kind == "number" for c in codes)
    return len(codes) == len(cells) and (len(codes) >= least or not figure)


def _means(cell: Any, wanted: Wanted) -> bool:
    """Whether a text means an indicator, or is a heading that is looked for."""
    if not isinstance(cell, str) or len(cell) > 300 or not any(c.isalpha() for c in cell):
        return False
    return (
        fold(cell) in wanted.heads or named_code(nfc(cell), wanted.framework) in wanted.framework.indicators
    )


def _number(cell: Any) -> bool:
    return only_year(cell) is None and read_number(cell).kind == "number"


def _side_by_side(
    grid: Grid,
    section: range,
    here: dict[int, frozenset[int]],
    wanted: Wanted,
    heads: list[int],
    aside: list[int],
) -> Iterator[Part]:
    """The tables of some rows: each column of figures belongs to the nearest column of names on its left."""
    groups = _groups(grid.rows, section, here)
    starts = [0, *(group[0] for group in groups[1:]), len(grid.col_at)]
    for group, left, right in zip(groups, starts, starts[1:], strict=False):
        known = frozenset[int]().union(*(here[c] for c in group))
        first = _first_row(grid.rows, range(section.start, min(known)), group, wanted)
        above = [*heads, *(i for i in range(section.start, first) if i not in aside)]
        cut = _cut(grid, [*above, *range(first, section.stop)], range(left, right))
        at, *also = (c - left for c in group)
        beside = (_cut(grid, aside),) if aside and group is groups[0] else ()
        yield Part(cut, UnitColumn(at, len(above), len(known), tuple(also)), _cut(grid, above), beside)


def _groups(rows: Rows, section: range, here: dict[int, frozenset[int]]) -> list[tuple[int, ...]]:
    """Columns of names, those of one table together.

    A column opens a table of its own if figures stand on both sides of it. One that names a province
    now and then, as a column of remarks does, is none.
    """
    most, first = max(map(len, here.values())), min(map(min, here.values()))
    heads, body = rows[section.start : first], rows[first : section.stop]
    names = [c for c, at in here.items() if len(at) * _RARE >= most or _headed(heads, c)]
    figures = [c for c in range(len(rows[0])) if c not in names and _holds(body, heads, c)]
    groups: list[tuple[int, ...]] = []
    for c in names:
        between = groups and any(groups[-1][-1] < f < c for f in figures)
        if not groups or (between and any(f > c for f in figures)):
            groups.append((c,))
        else:
            groups[-1] = (*groups[-1], c)
    return groups


def _headed(heads: Rows, at: int | None = None) -> bool:
    """Whether a heading of the column, or of any, says that provinces stand in it."""
    cells = (c for r in heads for c in (r if at is None else r[at : at + 1]))
    return any(isinstance(c, str) and fold(c) in TABLE_WORDS["unit"] for c in cells)


def _holds(body: Rows, heads: Rows, at: int) -> bool:
    """Whether a column holds figures, and not the numbers of the rows."""
    if any(isinstance(r[at], str) and fold(r[at]) in IGNORED for r in heads):
        return False
    found = [r.value for row in body if row[at] is not None and (r := read_number(row[at])).kind == "number"]
    return bool(found) and not counts(found)


def counts(figures: Sequence[float]) -> bool:
    """Whether figures only number the rows: 1, 2, 3."""
    return {b - a for a, b in itertools.pairwise(figures)} == {1} and figures[0] in (0, 1)


def _first_row(rows: Rows, above: range, names: Sequence[int], wanted: Wanted) -> int:
    """Where the provinces begin: above the first known one may stand a misspelt one, a total or a region."""
    while above and _above_known(rows, above, names, wanted):
        above = above[:-1]
    return above.stop


def _above_known(rows: Rows, above: range, names: Sequence[int], wanted: Wanted) -> bool:
    """Whether the last of some rows above the first known province is no row of headings."""
    row = rows[above[-1]]
    named = next((row[c] for c in names if row[c] not in (None, "")), None)
    others = [c for j, c in enumerate(row) if j not in names and c not in (None, "", named)]
    if not isinstance(named, str) or not others or only_year(named) is not None:
        return False
    if fold(named) in NO_PROVINCE or _numbers_columns(named, others, wanted):
        return False
    role = wanted.units.read(named).role
    if role in ("total", "region"):
        return True
    if all(only_year(c) is not None for c in others) or len(named) > LONGEST:
        return False
    if any(str(c) in wanted.framework for c in others) and not _codes_above(rows, above[:-1], wanted):
        return False
    return any(read_number(c).kind in ("number", "missing") for c in others)


def _numbers_columns(named: str, others: list[Any], wanted: Wanted) -> bool:
    """Whether a row numbers the columns, as "(1)", "(2)", "(3)=(1)+(2)" or "A", "B"."""
    if len(named.strip()) <= 1 and wanted.units.hint(named) is None:
        return True
    return all(_COLUMN_NUMBER.match(str(c)) for c in (named, *others)) and not wanted.units.read(named).name


def _codes_above(rows: Rows, above: range, wanted: Wanted) -> bool:
    """Whether headings already stand above."""
    return any(
        _means(c, wanted) or str(c) in wanted.framework.indicators for i in above for c in rows[i] if c
    )
