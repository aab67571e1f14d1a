"""Reads columns of offices' files one after the other, each file opened once: figures, ratios, units, accounts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ....base.errors import InputError, Problem, suggest
from ....base.folding import fold
from ...framework import Framework
from ...storage import plain
from ..measure_words import Unit
from ..office_numbers import without_dust
from ..open.grid import Cell, Grid, Grids, Range, letters
from ..open.open_file import open_grids
from ..table.collect import named_sheets, no_sheet
from ..table.collected import Collected
from ..table.columns import choose_year, no_indicator, years_of_rows
from ..table.headings import changed_by, heading_code, named_code
from ..table.indicator_values import AMOUNT, Figures, Measure, read_amount, read_figures
from ..table.known_denominators import far
from ..table.layout import Layout, layout_of
from ..table.ledger import Ledger, claim_table, place_of, spans
from ..table.one_province import Form, one_province
from ..table.parts import parts
from ..table.stated_units import Line, lines_of, own_unit, stated_unit, unit_means
from ..table.unit_matcher import UnitMatcher
from ..table.unit_rows import Wanted, sort_rows
from .agency_columns import Column, Sheet, headed, lettered, of_forms
from .mapping import Feed
from .ratios import UNDER, Sides, factor_of, shown


class _Read(NamedTuple):
    """A column that was read."""

    place: str
    cells: list[Cell]
    figures: Figures


class AgencyReader:
    """Reads one column after the other; every file is opened once."""

    def __init__(
        self,
        folder: Path,
        tree: Framework,
        units: int | Sequence[str] | None,
        year: int | None,
        given: pd.DataFrame | None,
    ) -> None:
        self.folder, self.tree, self.units, self.year, self.given = folder, tree, units, year, given
        self.files: dict[str, Grids | None] = {}
        self.found = Collected()
        self.sources: dict[str, str] = {}
        self.denominators: dict[str, dict[str, float]] = {}
        self.tables: dict[tuple[int, str, int], tuple[Ledger, Layout, dict[int, str]]] = {}
        self.ledgers: dict[int, Ledger] = {}
        self.forms: dict[int, list[Form]] = {}
        self.lists: dict[int, str] = {}

    def denominators_of(self, names: Sequence[str]) -> pd.DataFrame | None:
        """Denominators that were given or read; a given one counts more."""
        read = pd.DataFrame(self.denominators).reindex(names) if self.denominators else None
        if self.given is None or read is None:
            return read if self.given is None else self.given.reindex(names)
        return self.given.reindex(names).combine_first(read)

    def account(self, said: list[Problem]) -> Collected:
        """What became of the cells of every sheet that was read."""
        for ledger, layout, roles in self.tables.values():
            ledger.refuse(said)
            claim_table(ledger, layout, roles, dict.fromkeys(range(len(layout.grid.col_at)), "aside"))
        accounts = [one.account(one.grid.file) for one in self.ledgers.values()]
        return Collected(problems=said, accounts=accounts)

    def say(self, *problems: Problem) -> None:
        self.found.problems += problems

    def open(self, feed: Feed) -> Grids | None:
        """The file that a row names; missing or several is a problem, told once."""
        pattern = feed.file.replace("{year}", str(self.year or "*"))
        if pattern in self.files:
            return self.files[pattern]
        self.files[pattern] = None
        found = self._paths(pattern)
        if len(found) != 1:
            said = {"name": pattern, "known": ", ".join(p.name for p in found[:5])}
            key = "agency.many_files" if found else "agency.no_file"
            near = None if found else suggest(pattern, (p.name for p in self._paths("*")))
            self.say(feed.cell.problem(key, said, code=feed.code, value=None, suggestion=near))
            return None
        try:
            self.files[pattern] = grids = open_grids(found[0])
            self.say(*grids.warnings)
        except InputError as error:
            self.say(*error.problems)
        return self.files[pattern]

    def _paths(self, pattern: str) -> list[Path]:
        """Files of the folder, never of another one, that a pattern names."""
        if not pattern or Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            return []
        return sorted(p for p in self.folder.glob(pattern) if p.is_file())

    def read(self, feed: Feed) -> None:
        """Read what one row of the mapping names."""
        sheet = self._sheet(feed)
        read = (
            None
            if sheet is None
            else self._ratio(feed, sheet)
            if feed.numerator
            else self._of_form(feed, sheet)
            if sheet.forms
            else self._direct(feed, sheet)
        )
        if sheet is None or read is None:
            return
        self.say(*read.figures.problems)
        self.sources[feed.code] = _source(feed, sheet.grid, read.place)
        self.found.keep_all(read.cells, feed.code, read.figures.values)

    def _cells(self, column: Column, matcher: UnitMatcher, code: str) -> list[Cell]:
        """The cells of a column with their provinces, of the year that is read."""
        layout = column.layout
        listed = column.codes_at
        rows, roles = sort_rows(
            layout.grid,
            layout.units,
            [column.at],
            matcher,
            self.found,
            once=layout.year_at is None and listed is None,
            beside=[layout.year_at, listed],
        )
        if listed is not None:
            meant = {r.row: layout.grid.cell(r.row, listed, r.unit) for r in rows}
            codes = {at: heading_code(plain(cell.raw), self.tree) for at, cell in meant.items()}
            self.say(*(no_indicator(meant[at], self.tree) for at, found in codes.items() if found is None))
            rows = [r for r in rows if codes[r.row] == code]
        years = years_of_rows(layout, rows)
        if len(several := set(years.values())) > 1:
            if self.year not in several:
                said = {"years": ", ".join(map(str, sorted(several)))}
                self.say(
                    layout.grid.problem("table.years", layout.head_row, layout.year_at or 0, said, code=code)
                )
            rows = [r for r in rows if years.get(r.row) == self.year]
        ledger = self.ledgers.setdefault(id(column.sheet.grid), Ledger(column.sheet.grid))
        self.tables.setdefault(
            (id(column.sheet.grid), layout.grid.place(0, 0), len(layout.grid.rows)), (ledger, layout, roles)
        )
        for row in rows:
            ledger.claim(layout.grid, row.row, [column.at], "read")
        cells = [layout.grid.cell(r.row, column.at, r.unit) for r in rows]
        over, shared = spans(column.sheet.grid), dict[Range, list[Cell]]()
        for row, cell in zip(rows, cells, strict=True):
            if covered := over.get(place_of(layout.grid, row.row, column.at)):
                shared.setdefault(covered, []).append(cell)
        for (top, left, bottom, right), held in shared.items():
            first, last = f"{letters(left)}{top}", f"{letters(right)}{bottom}"
            if len(held) > 1:  # one figure for several provinces
                said = {"range": f"{first}:{last}", "n": str(len(held))}
                self.say(held[0].problem("table.merged", said, unit=None, cell=first, code=code))
        return cells

    def _direct(self, feed: Feed, sheet: Sheet) -> _Read | None:
        """A column that holds the indicator itself, in one table or in several that go on."""
        columns = self._columns(feed, feed.column, sheet)
        measure, typed = Measure.of(self.tree, feed.code), sheet.grids.kind != "text"
        for column in columns:
            named = {c for h in column.heads if (c := named_code(h, self.tree)) in self.tree.indicators}
            if (
                named - {feed.code}
                and feed.code not in named
                and fold(feed.column) not in map(fold, column.heads)
            ):
                said = {"other": ", ".join(sorted(map(str, named)))}
                self.say(column.problem("agency.other_indicator", said, code=feed.code))
            word = changed_by(column.heads, feed.code, self.tree)
            if word and fold(feed.column) not in map(fold, column.heads):
                said = {"rest": word, "title": self.tree.title(feed.code)}
                self.say(column.problem("table.rest", said, code=feed.code, severity="warning"))
        every: list[Cell] = []
        figures = Figures([], [])
        for column in columns:
            cells = self._cells(column, sheet.matcher, feed.code)
            for own, held in column.by_unit(cells):
                heads = self._unit(feed, column, measure, own)
                read = read_figures(held, measure, code=feed.code, heads=heads, typed=typed)
                every += held
                figures = Figures([*figures.values, *read.values], [*figures.problems, *read.problems])
        return _Read(columns[0].place, every, figures) if columns else None

    def _of_form(self, feed: Feed, sheet: Sheet) -> _Read | None:
        """The figure of a form of one province in the column that the mapping names."""
        wanted = of_forms(sheet.forms, feed.code, feed.column)
        chosen = {id(s) for s in choose_year([s for _, s in wanted], self.year, self.found)}
        measure, cells, figures = Measure.of(self.tree, feed.code), list[Cell](), Figures([], [])
        for form, series in ((f, s) for f, s in wanted if id(s) in chosen):
            ledger = self.ledgers[id(sheet.grid)]
            self.tables[id(sheet.grid), form.layout.grid.place(0, 0), 0] = (
                ledger,
                form.layout,
                form.rows.roles,
            )
            stated = stated_unit(series.heads, lines_of([form.layout])[0], measure)
            heads = (f"({feed.unit})",) if feed.unit else stated.heads
            read = read_figures(series.cells, measure, code=feed.code, heads=heads)
            for place in series.places:
                ledger.claim(form.layout.grid, place.row, [place.column], "read")
            said = [*([] if feed.unit else stated.problems), *read.problems]
            cells += series.cells
            figures = Figures([*figures.values, *read.values], [*figures.problems, *said])
        if not wanted:
            said_of = {"name": feed.column or feed.code, "places": ""}
            self.say(sheet.problem("agency.no_heading", said_of, code=feed.code))
        return _Read(cells[0].place, cells, figures) if cells else None

    def _unit(self, feed: Feed, column: Column, measure: Measure, of_rows: Line | None) -> tuple[str, ...]:
        """The unit of a column, or of some rows of it: the mapping's, which must be the one that the file states."""
        layout = column.layout
        lines = lines_of(column.sheet.layouts)[[t is layout for t in column.sheet.layouts].index(True)]
        stated = stated_unit(column.heads, lines, measure, of_rows)
        if not feed.unit:
            self.say(*(replace(p, code=feed.code) for p in stated.problems))
            return stated.heads
        own = of_rows.unit if of_rows else next((h for h in column.heads if own_unit(h)), "")
        own = own or next((line.unit for line in lines if unit_means(line.unit)), "")
        means = [(m.thing, m.rate, m.per) for w in (feed.unit, own) if (m := unit_means(w))]
        if not unit_means(feed.unit) and feed.unit not in (measure.unit, measure.unit_vi):
            unread = {"unit": feed.unit, "wanted": measure.shown}
            self.say(feed.cell.problem("table.unit_unread", unread, code=feed.code, severity="warning"))
        if len(set(means)) > 1:
            said = {"unit": feed.unit, "stated": own, "place": column.place}
            self.say(feed.cell.problem("agency.unit", said, code=feed.code, value=None))
        return (f"({feed.unit})",)

    def _stated(self, column: Column) -> Unit | None:
        """The unit of a side of a ratio, stated in its headings or for its whole table."""
        lines = lines_of(column.sheet.layouts)[[t is column.layout for t in column.sheet.layouts].index(True)]
        found = (*map(own_unit, reversed(column.heads)), *(unit_means(line.unit) for line in lines))
        return next(filter(None, found), None)

    def _ratio(self, feed: Feed, sheet: Sheet) -> _Read | None:
        """Numerator over denominator, both kept; the denominator is given or a column of the sheet."""
        columns, by = self._columns(feed, feed.numerator, sheet), self._denominator(feed)
        given = None if self.given is None else self.given.get(by)
        under = self._columns(feed, by, sheet) if given is None else columns
        if not columns or not under:
            return None
        cells = [cell for column in columns for cell in self._cells(column, sheet.matcher, feed.code)]
        over, name = self._stated(columns[0]), self._denominator(feed, kept=True)
        if given is not None:
            known = [float(given.get(cell.unit, math.nan)) for cell in cells]
            self._far(feed, cells, known)
            return _Read(columns[0].place, cells, self._quotients(feed, cells, known, Sides(over, None)))
        below = [cell for column in under for cell in self._cells(column, sheet.matcher, feed.code)]
        found, unit = read_figures(below, AMOUNT, code=feed.code), self._stated(under[0])
        to = unit.rate / UNDER[name].rate if unit is not None and name in UNDER else 1.0
        kept = [without_dust(v * to) for v in found.values]
        self.say(*found.problems)
        self._far(feed, below, kept)
        self.denominators.setdefault(name, {}).update(
            {str(cell.unit): v for cell, v in zip(below, kept, strict=True)}
        )
        values = {str(cell.unit): v for cell, v in zip(below, found.values, strict=True)}
        known = [values.get(str(cell.unit), math.nan) for cell in cells]
        return _Read(columns[0].place, cells, self._quotients(feed, cells, known, Sides(over, unit)))

    def _denominator(self, feed: Feed, *, kept: bool = False) -> str:
        """Name of the denominator: the mapping's, else the framework's; the other way for what is kept."""
        names = (feed.denominator, str(self.tree.table.loc[feed.code].get("denominator", "") or ""))
        return next(filter(None, reversed(names) if kept else names), "")

    def _far(self, feed: Feed, cells: list[Cell], values: list[float]) -> None:
        """Ask about denominators far from the known ones, unless a scale of the mapping says their unit."""
        found = () if feed.scale else far(cells, values, self._denominator(feed, kept=True))
        self.say(*(replace(p, code=feed.code) for p in found))

    def _quotients(self, feed: Feed, cells: list[Cell], under: list[float], sides: Sides) -> Figures:
        """Numerators over denominators, by the units of both; a numerator without a denominator is said."""
        measure = Measure.of(self.tree, feed.code)
        over = read_figures(cells, AMOUNT, code=feed.code)
        scale, name = self._scale(feed), self._denominator(feed, kept=True)
        own = _number(self.tree.table.loc[feed.code].get("scale", ""))
        factor = factor_of(sides, measure, name, own or scale, scale if feed.scale else None)
        if factor.ask:
            said = {"over": shown(sides.over), "under": shown(sides.under), "wanted": measure.shown}
            self.say(feed.cell.problem("agency.ratio", said, code=feed.code, value=None))
        values = [
            without_dust(a * factor.value / b) if b > 0 else math.nan
            for a, b in zip(over.values, under, strict=True)
        ]
        self.say(
            *(
                cell.problem("denominator.gap", {"name": name}, code=feed.code, severity="warning")
                for cell, a, b in zip(cells, over.values, under, strict=True)
                if a == a and not b > 0
            )
        )
        outside = [
            cell.problem("value.range", measure.limits, code=feed.code, value=f"{value:.6g}")
            for cell, value in zip(cells, values, strict=True)
            if measure.outside(value)
        ]
        return Figures(values, over.problems + outside)

    def _scale(self, feed: Feed) -> float:
        """Scale of the mapping, else of the framework, else 1; NaN with a problem if it is none."""
        given = feed.scale or self.tree.table.loc[feed.code].get("scale", "")
        given = 1.0 if given in ("", None) or given != given else given
        factor, problems = read_amount(replace(feed.cell, raw=given))
        if not problems and not factor > 0:
            problems = [feed.cell.problem("value.text", value=given)]
        self.say(*(replace(p, code=feed.code) for p in problems))
        return math.nan if problems else factor

    def _sheet(self, feed: Feed) -> Sheet | None:
        """The sheet that a row names, if provinces stand in it."""
        grids = self.open(feed)
        if grids is None:
            return None
        named = [g for g in named_sheets(grids, [feed.sheet]) if g in grids.shown]
        only = len(grids.shown) == 1 and (not feed.sheet or grids.shown[0].name is None)
        if not named and not only:
            self.say(no_sheet(grids, feed.sheet, code=feed.code))
            return None
        grid = (named or grids.shown)[0]
        matcher = UnitMatcher(self.units)
        self.say(*(guessed := matcher.settle([grid], self.year)))
        if matcher.units is not None and not guessed:
            self.lists.setdefault(matcher.units, grid.file)
        if len(self.lists) > 1:
            said = {"files": ", ".join(f"{self.lists[n]} ({n})" for n in sorted(self.lists))}
            self.say(grid.problem("agency.lists", 0, 0, said, cell=None))
        heads = frozenset(fold(w) for w in (feed.column, feed.numerator, self._denominator(feed)) if w)
        wanted = Wanted(matcher, self.tree, self.year, heads)
        ledger = self.ledgers.setdefault(id(grid), Ledger(grid))
        if id(grid) not in self.forms:
            self.forms[id(grid)] = one_province(grid, wanted, ledger, self.found)
        if forms := self.forms[id(grid)]:
            return Sheet(grids, grid, [f.layout for f in forms], matcher, forms)
        ways = [[layout_of(p, self.tree) for p in parts(g, wanted)] for g in (grid, grid.turned())]
        layouts = max(ways, key=lambda found: sum(layout.units.known for layout in found))
        if not layouts:
            self.say(grid.problem("table.no_units", 0, 0, {"codes": 0, "units": 0}, code=feed.code))
            return None
        return Sheet(grids, grid, layouts, matcher)

    def _columns(self, feed: Feed, wanted: str, sheet: Sheet) -> list[Column]:
        """A column by its letter or by a heading, folded; of several tables if they go on under one heading.

        The year chooses among equal headings.
        """
        every = [Column(sheet, t, at) for t in sheet.layouts for at in range(len(t.grid.col_at))]
        found = lettered(every, wanted) or headed(every, wanted)
        years = {c.year for c in found} - {None}
        if len(years) > 1 and self.year not in years:
            said = {"years": ", ".join(sorted(map(str, years)))}
            self.say(found[0].problem("table.years", said, code=feed.code))
            return []
        if len(years) > 1:
            found = [c for c in found if c.year in (self.year, None)]
        elif years and self.year is not None and self.year not in years:
            said = {"year": str(self.year), "read": str(*years)}
            self.say(found[0].problem("table.year_read", said, code=feed.code, severity="warning"))
        alike = len({c.heads for c in found}) == 1 and len({id(c.layout) for c in found}) == len(found)
        if not alike:
            said = {"name": wanted, "places": ", ".join(c.place for c in found)}
            key = "agency.many_headings" if found else "agency.no_heading"
            near = None if found else suggest(wanted, chain.from_iterable(c.heads for c in every))
            self.say(sheet.problem(key, said, code=feed.code, suggestion=near))
            return []
        return found


def _number(given: Any) -> float:
    return float(given) if isinstance(given, int | float) and given == given else 0.0


def _source(feed: Feed, grid: Grid, place: str) -> str:
    where = "!".join(p for p in (grid.file, grid.name) if p)
    letter = place.rstrip("0123456789")
    return f"{feed.agency + ': ' if feed.agency else ''}{where}, {letter}"
