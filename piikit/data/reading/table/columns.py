"""The columns of figures of a recognised table, and what is wrong with their headings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import Problem, nearest, suggest
from ....base.folding import fold
from ...framework import Framework
from ...storage import plain
from ..office_numbers import read_number
from ..open.grid import Cell
from .collected import Collected
from .heading_rest import Column, rest_of
from .headings import IGNORED, at_odds, changed_by, heading_code, named_code, only_year, other_year
from .layout import Layout
from .parts import counts
from .stated_units import Line, units_of_rows
from .unit_rows import UnitRow, Wanted

_MOST_HINTS = 300
_DOTTED = re.compile(r"\d+(\.\d+)+")


class At(NamedTuple):
    """Where a figure stands in the grid of its table, and whose it is."""

    row: int
    column: int
    unit: str


@dataclass
class Series:
    """Figures of one indicator, one year and one unit of measure in one table."""

    layout: Layout
    code: str
    year: int | None
    heads: tuple[str, ...]
    column: int
    places: list[At] = field(default_factory=list)
    by_row: bool = False
    unit: Line | None = None

    @property
    def cells(self) -> list[Cell]:
        """The cells with their provinces."""
        return [self.layout.grid.cell(*place) for place in self.places]

    def problem(self, key: str, values: object = None, **more: object) -> Problem:
        """A problem at its heading, or at its first row if the rows tell its year."""
        row, at = self.layout.head_row, self.column
        if self.by_row and self.places and self.layout.year_at is not None:
            row, at = self.places[0].row, self.layout.year_at
        return self.layout.grid.problem(key, row, at, values, code=self.code, **more)


def series_of(layout: Layout, rows: Sequence[UnitRow], wanted: Wanted, out: Collected) -> list[Series]:
    """The figures of every indicator and year of a table; what is wrong with headings goes to `out`."""
    if layout.long is not None:
        return _long_series(layout, rows, wanted.framework, out)
    found: list[Series] = []
    years = years_of_rows(layout, rows)
    start = len(out.problems)
    for column in layout.columns:
        if column.code is None:
            out.problems += _unused(column, layout, wanted.framework)
            continue
        if column.other is not None:
            said, shown = {"other": column.other}, " / ".join(column.heads)[:80]
            out.problems.append(_at_head(layout, column, "two_names", said, code=column.code, value=shown))
        if column.rest or column.loose:
            said = {"rest": column.rest, "title": wanted.framework.title(column.code)}
            more: dict[str, Any] = {"value": " / ".join(column.heads)[:80], "severity": "warning"}
            loose = _at_head(layout, column, "together", said, code=column.code, **more)
            rest = _at_head(layout, column, "rest", said, code=column.code, **more)
            out.problems.append(loose if column.loose else rest)
        made: dict[tuple[int | None, str | None], Series] = {}
        units = units_of_rows(layout, column.at)
        for row in rows:
            year, unit = column.year or years.get(row.row, layout.year), units.get(row.row)
            by_row = column.year is None and row.row in years
            series = Series(layout, column.code, year, column.heads, column.at, by_row=by_row, unit=unit)
            made.setdefault((year, unit and unit.unit), series).places.append(
                At(row.row, column.at, row.unit)
            )
        empty = Series(layout, column.code, column.year or layout.year, column.heads, column.at)
        found += made.values() or [empty]
    out.fewer(start, "unused")
    return found


def years_of_rows(layout: Layout, rows: Sequence[UnitRow]) -> dict[int, int]:
    """The year of every row that has one, in a column of years or in place of a name; an empty cell goes on with the year above."""
    found: dict[int, int] = {}
    last = None
    for row in rows:
        cell = layout.grid.rows[row.row][layout.units.at if layout.year_at is None else layout.year_at]
        goes_on = last if layout.year_at is not None and cell in (None, "") else None
        last = only_year(cell) or goes_on
        if last is not None:
            found[row.row] = last
    return found


def _at_head(layout: Layout, column: Column, key: str, values: object = None, **more: object) -> Problem:
    return layout.grid.problem(f"table.{key}", layout.head_row, column.at, values, **more)


def choose_year(found: Sequence[Series], year: int | None, out: Collected) -> list[Series]:
    """Of every indicator the figures of one year; several years are one question, two columns of one year another."""
    by_code: dict[str, list[Series]] = {}
    for series in found:
        by_code.setdefault(series.code, []).append(series)
    chosen: list[Series] = []
    asked: set[tuple[int, ...]] = set()
    for code, many in by_code.items():
        years = sorted({s.year for s in many if s.year is not None and s.places})
        fitting = [s for s in many if s.year in (year, None)] if len(years) > 1 else many
        stray = len(years) > 1 and any(s.year is None and s.places for s in fitting)
        if len(years) > 1 and (year not in years or stray):
            if tuple(years) not in asked:
                asked.add(tuple(years))
                said = {"years": ", ".join(map(str, years))}
                out.problems.append(next(s for s in many if s.year == years[-1]).problem("table.years", said))
            continue
        if twins := _twins(fitting):
            said = {"first": twins[0].layout.grid.place(twins[0].layout.head_row, twins[0].column)}
            out.problems.append(twins[1].problem("table.two_columns", said))
            continue
        chosen += fitting
        out.codes.add(code)
    _say_years(found, chosen, year, out)
    return chosen


def _twins(found: Iterable[Series]) -> list[Series]:
    """Two columns of one table for the same indicator and year, if there are any."""
    pairs = (
        [a, b] for a, b in itertools.combinations(found, 2) if a.layout is b.layout and a.column != b.column
    )
    return next(
        (pair for pair in pairs if pair[0].year == pair[1].year or None in (pair[0].year, pair[1].year)), []
    )


def _say_years(found: Sequence[Series], chosen: Sequence[Series], year: int | None, out: Collected) -> None:
    """How many figures of other years are set aside, once a sheet; and a year read that is not the one asked for."""
    kept = {id(s) for s in chosen}
    read, same = {s.code for s in chosen}, {(s.code, s.year) for s in chosen}
    aside: dict[str | None, list[Series]] = {}
    for series in found:
        if (
            id(series) not in kept
            and series.code in read
            and series.places
            and (series.code, series.year) not in same
        ):
            aside.setdefault(series.layout.grid.name, []).append(series)
    for many in aside.values():
        years = ", ".join(str(y) for y in sorted({s.year for s in many if s.year is not None}))
        said = {"n": sum(len(s.places) for s in many), "years": years, "year": year}
        out.problems.append(many[0].problem("table.years_aside", said, severity="warning"))
    other = [s for s in chosen if None not in (year, s.year) and s.year != year and s.places]
    for series in {(s.layout.grid.name, s.year): s for s in reversed(other)}.values():
        said = {"year": year, "read": series.year}
        out.problems.append(series.problem("table.year_read", said, severity="warning"))


def _unused(column: Column, layout: Layout, framework: Framework) -> list[Problem]:
    """A column that is no indicator: an aggregate or a misspelt name is an error, a stranger a warning."""
    if column.other is not None:
        return [layout.grid.problem("dataset.inner", layout.head_row, column.at, code=column.other)]
    if column.at == layout.year_at or not _holds_figures(column, layout):
        return []
    if any(fold(h) in IGNORED for h in column.heads):
        return []
    if column.changed is not None:
        (code, word), shown = column.changed, " / ".join(column.heads)[:80]
        twin: Any = "warning" if any(c.code == code for c in layout.columns) else "error"
        said = {"word": word, "code": code}
        return [_at_head(layout, column, "changed", said, code=code, value=shown, severity=twin)]
    if any(other_year(h, framework) for h in column.heads):
        shown = " / ".join(column.heads)[:80]
        return [_at_head(layout, column, "other_year", value=shown, severity="warning")]
    if not column.heads:
        return [_at_head(layout, column, "unused", severity="warning")]
    last = column.heads[-1]
    near = suggest(last, framework.indicators)
    if _DOTTED.fullmatch(last) or (near is not None and re.fullmatch(r"(?=[\w.]*_)[\w.]+", last)):
        return [_at_head(layout, column, "code", value=last, suggestion=near)]
    titles = _titles(framework)
    for title in nearest(last, list(titles), limit=1, cutoff=85.0):
        near = f"{titles[title]} {title}"
        return [_at_head(layout, column, "code", value=last[:80], suggestion=near)]
    shown = " / ".join(column.heads)[:80]
    return [_at_head(layout, column, "unused", value=shown, severity="warning")]


def _holds_figures(column: Column, layout: Layout) -> bool:
    body = (row[column.at] for row in layout.grid.rows[layout.units.first :] if row[column.at] is not None)
    figures = [reading.value for c in body if (reading := read_number(c)).kind == "number"]
    return bool(figures) and not counts(figures)


@lru_cache(maxsize=32)
def _titles(framework: Framework) -> dict[str, str]:
    """Code of every indicator by its name in either language."""
    return {framework.title(c, lang): c for c in framework.indicators for lang in ("vi", "en")}


def _long_series(
    layout: Layout, rows: Sequence[UnitRow], framework: Framework, out: Collected
) -> list[Series]:
    long, years = layout.long, years_of_rows(layout, rows)
    assert long is not None
    made: dict[tuple[str, int | None, str], Series] = {}
    asked: set[str] = set()
    for row in rows:
        given = layout.grid.cell(row.row, long.code, row.unit)
        code = heading_code(plain(given.raw), framework)
        if code not in framework.indicators:
            hinted = len(out.problems) < _MOST_HINTS
            out.problems.append(no_indicator(given, framework, hinted=hinted))
            continue
        if odds := at_odds(plain(given.raw), framework):
            said = {"other": next(c for c in odds if c != code)}
            out.problems.append(given.problem("table.two_names", said, code=code))
        if (words := plain(given.raw)) not in asked and (rest := rest_of(words, str(code), framework)):
            asked.add(words)
            out.problems.append(given.problem("table.rest", {"rest": rest}, code=code, severity="warning"))
        measure = plain(layout.grid.rows[row.row][long.measure]) if long.measure is not None else ""
        year = years.get(row.row, layout.year)
        heads = (str(layout.grid.rows[layout.head_row][long.value]), *([f"({measure})"] if measure else []))
        series = Series(layout, str(code), year, heads, long.value, by_row=True)
        made.setdefault((str(code), year, measure), series).places.append(At(row.row, long.value, row.unit))
    return list(made.values())


def no_indicator(given: Cell, framework: Framework, *, hinted: bool = True) -> Problem:
    """What is to be said of a cell of codes that means no indicator."""
    text = plain(given.raw)
    if (code := heading_code(text, framework)) is not None:
        return given.problem("dataset.inner", code=code, value=None)
    known = [*framework.indicators, *_titles(framework)]
    if (named := named_code(text, framework)) in framework.indicators and named is not None:
        said = {"word": changed_by([text], named, framework), "code": named}
        return given.problem("table.changed", said, code=named)
    return given.problem("table.code", value=text[:80], suggestion=suggest(text, known) if hinted else None)
