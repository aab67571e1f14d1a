"""A form of one province: codes or names down, figures in a column, the province said above them, by the sheet or the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, NamedTuple

from ....base.errors import Problem, suggest
from ....base.folding import fold, nfc
from ...provinces import known_province
from ...storage import plain
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from ..open.heading_words import ONE_PROVINCE_WORDS, TABLE_WORDS
from .collected import Collected
from .columns import At, Series, years_of_rows
from .heading_rest import rest_of
from .headings import HEAD_ROWS, IGNORED, fields_of, heading_code, only_year, without_year, year_in
from .indicator_values import Measure
from .layout import Layout, LongColumns
from .ledger import Ledger
from .stated_units import unit_means
from .unit_rows import Sorted, UnitColumn, UnitRow, Wanted

_WORD = re.compile(r"[^\W\d_]+")
_SIGNED = re.compile(r",\s*(?:ngày|\d)", re.IGNORECASE)
_YEAR_OF = re.compile(r"\b(?:năm|year)\s+(?:19|20)\d\d(?!\d)", re.IGNORECASE)
_DISTRICT = re.compile(
    r"(?i:(?<!các )\b(?:huyện|quận|thị xã|thị trấn|xã|phường|district|commune)\s+(?!(?:tỉnh|thành|của|thuộc)\b))[^\W\d_a-zà-ỹ]"
)
_IN_BRACKETS = re.compile(r"\([^()]*\)\s*$")
_NUMBERING = re.compile(r"\(?(?:[A-Za-z]|\d{1,2})\)?")
_NUMBERS = {"stt", "tt", "no", "so thu tu", "id"}
_LONGEST, _MOST_WORDS, _ONE_WORD = 300, 6, 6
_NAMES = {*TABLE_WORDS["code"], *ONE_PROVINCE_WORDS["name"]}
_UNITS = {*TABLE_WORDS["unit"]} - {*TABLE_WORDS["measure"]}
_VALUES = {*TABLE_WORDS["value"], *ONE_PROVINCE_WORDS["value"]}


class Form(NamedTuple):
    """A form that was recognised: where its parts stand, its rows and its figures."""

    layout: Layout
    rows: Sorted
    series: list[Series]


class _Head(NamedTuple):
    """Its row of headings: columns of codes and names, of figures, of units, of years."""

    row: int
    names: list[int]
    values: list[int]
    measure: int | None
    year: int | None


def one_province(grid: Grid, wanted: Wanted, ledger: Ledger, out: Collected) -> list[Form]:
    """The forms in a sheet, one below the other; none if provinces stand in their rows or no indicator does."""
    above = (head for i, row in enumerate(grid.rows[:HEAD_ROWS]) if (head := _head(i, row, wanted)))
    if (head := next(above, None)) is None:
        return []
    below = range(head.row + 1, len(grid.rows))
    coded = [i for i in below if any(_code(grid, i, j, wanted) for j in head.names)]
    bounds = _bounds(grid, head, coded, wanted) if coded else []
    ends = [min(stop, coded[-1] + 1) for _, _, stop in bounds]
    inside = (
        c for (h, *_), end in zip(bounds, ends, strict=True) for r in grid.rows[h.row + 1 : end] for c in r
    )
    if any(wanted.units.read(c).role == "unit" for c in inside):
        return []
    return [_form(grid, h, range(start, stop), wanted, ledger, out) for h, start, stop in bounds]


def _bounds(grid: Grid, head: _Head, coded: list[int], wanted: Wanted) -> list[tuple[_Head, int, int]]:
    """Headings, first row and end of every form: the next one begins where headings stand again below a province."""
    heads, starts = [head], [0]
    for i in range(coded[0], len(grid.rows)):
        start = max((c + 1 for c in coded if c < i), default=0)
        again = _head(i, grid.rows[i], wanted) if start > heads[-1].row else None
        if again and any(_named(c, wanted) for row in grid.rows[start:i] for c in row):
            heads.append(again)
            starts.append(start)
    return list(zip(heads, starts, [*starts[1:], len(grid.rows)], strict=True))


def _head(row: int, cells: Sequence[Any], wanted: Wanted) -> _Head | None:
    """Where the columns stand, if a row of cells is that of headings; the province may head the figures."""
    words = [fold(c) if isinstance(c, str) else "" for c in cells]
    names = [j for j, word in enumerate(words) if word in _NAMES]
    if not names or any(word in _UNITS for word in words):
        return None
    values = [j for j, c in enumerate(cells) if j not in names and _is_value(c)]
    values = values or [j for j, c in enumerate(cells) if wanted.units.read(c).role == "unit"]
    fields = fields_of(cells, TABLE_WORDS)
    one = len(values) == 1 or all(_is_value(cells[j]) for j in values)
    return _Head(row, names, values, fields.get("measure"), fields.get("year")) if values and one else None


def _named(cell: Any, wanted: Wanted) -> list[str]:
    """The provinces that a cell above a form names, alone or in a title."""
    if not isinstance(cell, str):
        return []
    return [cell] if wanted.units.read(cell).role == "unit" else provinces_in(cell)


def _is_value(cell: Any) -> bool:
    if cell in (None, "") or isinstance(cell, bool):
        return False
    text = _IN_BRACKETS.sub("", nfc(str(cell))[:_LONGEST]).strip()
    return only_year(text) is not None or fold(without_year(text)) in _VALUES


def _code(grid: Grid, row: int, column: int, wanted: Wanted) -> str | None:
    text = plain(grid.rows[row][column])
    return heading_code(text, wanted.framework) if text else None


def _form(grid: Grid, head: _Head, rows: range, wanted: Wanted, ledger: Ledger, out: Collected) -> Form:
    cut = replace(grid, rows=grid.rows[rows.start : rows.stop], row_at=grid.row_at[rows.start : rows.stop])
    head = head._replace(row=head.row - rows.start)
    above = replace(cut, rows=cut.rows[: head.row + 1], row_at=cut.row_at[: head.row + 1])
    units = UnitColumn(head.names[0], head.row + 1, len(cut.rows) - head.row - 1)
    titles = [c for row in above.rows[:-1] for c in row if isinstance(c, str)]
    years = {year_in([y]) for t in titles for y in _YEAR_OF.findall(t)} | {only_year(grid.name)} - {None}
    long = LongColumns(head.names[0], head.values[0], head.measure)
    year = years.pop() if len(years) == 1 else None
    layout = Layout(cut, units, above, long=long, year_at=head.year, year=year)
    roles, codes = _sort(cut, head, wanted, out)
    out.problems += [*_unused(cut, head), *_unread(cut, head, codes, wanted)]
    unit = _province(cut, head, wanted, out)
    if unit is None:
        return Form(layout, Sorted([], dict.fromkeys(roles, "refused")), [])
    numbering = [j for j, c in enumerate(cut.rows[head.row]) if isinstance(c, str) and fold(c) in _NUMBERS]
    for i in codes:
        ledger.claim(
            cut,
            i,
            [*head.names, *numbering, *(c for c in (head.measure, head.year) if c is not None)],
            "heading",
        )
    out.units.setdefault(unit, (cut.name, cut.place(head.row, head.names[0])))
    found = [UnitRow(i, unit) for i in codes]
    return Form(layout, Sorted(found, roles), _series(layout, head, codes, found, out))


class _Rows(NamedTuple):
    """What every row is, and the codes of those with an indicator."""

    roles: dict[int, str]
    codes: dict[int, str]


def _sort(grid: Grid, head: _Head, wanted: Wanted, out: Collected) -> _Rows:
    """Rows of indicators; a name that is not known is asked about where a figure stands beside it."""
    rows, known = _Rows({}, {}), wanted.framework.indicators
    meant = {
        i: [c for j in head.names if (c := _code(grid, i, j, wanted))]
        for i in range(head.row + 1, len(grid.rows))
    }
    last = max((i for i, codes in meant.items() if set(codes) & set(known)), default=0)
    for i, codes in meant.items():
        named = list(dict.fromkeys(c for c in codes if c in known))
        given = next((grid.cell(i, j) for j in head.names if grid.rows[i][j] not in (None, "")), None)
        beside = [grid.cell(i, j) for j in head.values if grid.rows[i][j] not in (None, "")]
        if len(named) == 1:
            rows.codes[i], rows.roles[i] = named[0], "unit"
            rests = ((j, rest_of(plain(grid.rows[i][j]), named[0], wanted.framework)) for j in head.names)
            told = ((j, rest) for j, rest in rests if rest and _code(grid, i, j, wanted))
            out.problems += [
                grid.problem("table.rest", i, j, {"rest": rest}, code=named[0], severity="warning")
                for j, rest in told
            ]
        elif _is_heading(grid.rows[i], given, first=i == head.row + 1):
            rows.roles[i] = "heading"
        else:
            figures = [c for c in beside if i < last or read_number(c.raw).kind == "number"]
            problem = _unknown(given, figures, codes, wanted)
            if problem is not None:
                out.problems.append(problem)
            refused = problem is not None and problem.severity == "error"
            rows.roles[i] = "refused" if refused else "heading" if codes else "note"
    return rows


def _is_heading(row: Sequence[Any], given: Cell | None, *, first: bool) -> bool:
    """Whether a row is of headings said again, or numbers the columns below the headings."""
    if given is not None and fold(str(given.raw)) in {*_NAMES, *_NUMBERS}:
        return True
    return first and all(_NUMBERING.fullmatch(plain(c)) for c in row if c not in (None, ""))


def _unknown(given: Cell | None, figures: list[Cell], codes: list[str], wanted: Wanted) -> Problem | None:
    """What is to be said of a row that names no indicator, or two."""
    named = [c for c in dict.fromkeys(codes) if c in wanted.framework.indicators]
    if given is not None and len(named) > 1:
        return given.problem("table.two_codes", {"first": named[0], "other": named[1]})
    if given is None:
        return figures[0].problem("table.no_code") if figures else None
    if codes:
        return given.problem("dataset.inner", code=codes[0], value=None) if figures else None
    titles = [
        t
        for c in wanted.framework.indicators
        for t in (c, *(wanted.framework.title(c, g) for g in ("vi", "en")))
    ]
    near = suggest(plain(given.raw)[:80], titles)
    if not figures and near is None:
        return None
    return given.problem("table.code", suggestion=near, severity="error" if figures else "warning")


def _unused(grid: Grid, head: _Head) -> Iterator[Problem]:
    """Columns that hold figures and are not read."""
    told = {*head.names, *head.values, head.measure, head.year}
    for j, cell in enumerate(grid.rows[head.row]):
        if j in told or fold(plain(cell)) in IGNORED:
            continue
        below = (row[j] for row in grid.rows[head.row + 1 :] if row[j] not in (None, ""))
        if any(read_number(c).kind == "number" for c in below):
            shown = plain(cell)[:80] or None
            yield grid.problem("table.unused", head.row, j, value=shown, severity="warning")


def _unread(grid: Grid, head: _Head, codes: dict[int, str], wanted: Wanted) -> Iterator[Problem]:
    """Units of rows that are not understood where figures cannot do without."""
    for i, code in codes.items() if head.measure is not None else ():
        cell, measure = grid.cell(i, head.measure or 0), Measure.of(wanted.framework, code)
        text = plain(cell.raw)
        if text and measure.kind in ("money", "percent") and not _known_unit(text, measure):
            said = {"unit": text, "wanted": measure.unit}
            yield cell.problem("table.unit_unread", said, severity="warning")


def _known_unit(text: str, measure: Measure) -> bool:
    return bool(unit_means(text)) or fold(text) == fold(measure.unit)


def _province(grid: Grid, head: _Head, wanted: Wanted, out: Collected) -> str | None:
    """The one province that the caller, the titles, the name of the sheet and that of the file state."""
    at = grid.cell(head.row, head.names[0])
    said = [(at, name) for name in wanted.units.known if len(wanted.units.known) == 1]
    for i, row in enumerate(grid.rows[: head.row + 1]):
        for j, cell in enumerate(row):
            said += [(grid.cell(i, j), name) for name in _named(cell, wanted)]
    for name in (grid.name or "", PurePath(grid.file).stem):
        said += [(replace(at, raw=name), piece) for piece in provinces_in(name.replace("_", " ").title())]
    if (below := next((c for c, _ in said if _DISTRICT.search(nfc(str(c.raw)))), None)) is not None:
        out.problems.append(below.problem("table.district"))
        return None
    names: dict[str, Cell] = {}
    for cell, piece in said:
        read = wanted.units.read(piece)
        if read.role != "unit" and not wanted.units.known:
            out.problems.append(wanted.units.ask(replace(cell, raw=piece)))
            return None
        names.setdefault(read.name or piece, cell)
    if len(names) == 1:
        return next(iter(names))
    key, where = ("table.whose_of", list(names.values())[1]) if names else ("table.whose", at)
    out.problems.append(where.problem(key, {"names": ", ".join(names)} if names else None))
    return None


def _series(
    layout: Layout, head: _Head, codes: dict[int, str], rows: list[UnitRow], out: Collected
) -> list[Series]:
    """The figures of every indicator and year; a second column of one year is asked about."""
    years = years_of_rows(layout, rows)
    made: dict[tuple[str, int | None, str, int], Series] = {}
    grid, seen = layout.grid, dict[int | None, int]()
    for column in head.values:
        heading = plain(grid.rows[head.row][column])
        of_column = year_in([heading])
        if (first := seen.setdefault(of_column, column)) != column:
            said = {"first": grid.place(head.row, first)}
            out.problems.append(grid.problem("table.two_columns", head.row, column, said))
            continue
        for row in rows:
            measure = plain(grid.rows[row.row][head.measure]) if head.measure is not None else ""
            year = of_column or years.get(row.row, layout.year)
            heads = (heading, *([f"({measure})"] if measure else []))
            series = Series(layout, codes[row.row], year, heads, column, by_row=of_column is None)
            made.setdefault((series.code, year, measure, column), series).places.append(
                At(row.row, column, row.unit)
            )
    return list(made.values())


def provinces_in(text: str) -> list[str]:
    """The provinces that a title names anywhere in it, as it writes them; the longest names first found.

    A place before a date ("Hà Nội, ngày 5") says where a letter was signed, and is none.
    """
    text, found, at = nfc(text)[:_LONGEST], [], 0
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    while at < len(words):
        most = min(_MOST_WORDS, len(words) - at)
        pieces = ((n, text[words[at][0] : words[at + n - 1][1]]) for n in range(most, 0, -1))
        n, piece = next(((n, p) for n, p in pieces if _is_named(p, n)), (0, ""))
        if n and not _SIGNED.match(text, words[at + n - 1][1]):
            found.append(piece)
        at += n or 1
    return found


def _is_named(piece: str, words: int) -> bool:
    long_enough = words > 1 or len(piece) >= _ONE_WORD or fold(piece) == "hue"
    return long_enough and piece.split()[-1][0].isupper() and known_province(piece) is not None
