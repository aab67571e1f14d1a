"""All figures of a file, each with its place, what became of every cell, and every problem at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ....base.errors import Problem, suggest
from ....base.folding import fold
from ..office_numbers import read_number
from ..open.grid import Cell, Grid, Grids, Range, letters
from ..open.legacy_fonts import spellings
from .collected import Collected, Listed, SheetAccount
from .columns import Series, choose_year, series_of
from .headings import heading_code, named_code, states_unit, year_in
from .indicator_values import Measure, read_figures
from .layout import Layout, find_layouts, title_problems
from .ledger import Ledger, claim_table, place_of, spans, whole
from .one_province import one_province
from .stated_units import Line, lines_of, stated_unit, unfit
from .unit_rows import Sorted, Wanted, is_other, sort_rows

_NUMBERING = {"stt", "tt", "no", "so thu tu", "id"}


def collect(
    grids: Grids, wanted: Wanted, *, sheet: str | None = None, only: Sequence[str] | None = None
) -> Collected:
    """Read every visible sheet that holds provinces and indicators.

    Parameters
    ----------
    grids : Grids
    wanted : Wanted
    sheet : str, optional
        Read this sheet only.
    only : sequence of str, optional
        Names of the sheets to leave the others aside, as in a template.

    Returns
    -------
    Collected
        Never raises for what stands in the cells.
    """
    out = Collected(problems=list(grids.warnings))
    grids = replace(grids, sheets=tuple(_dated(grids.sheets)))
    names = [sheet] if sheet is not None else only
    chosen = grids.shown if names is None else named_sheets(grids, names)
    if names is not None and not chosen:
        out.problems.append(no_sheet(grids, ", ".join(names)))
        return out
    out.problems += wanted.units.settle(chosen, wanted.year)
    tables = [table for grid in chosen for table in _tables(grid, wanted, out)]
    _read(tables, wanted, out, typed=grids.kind not in ("text", "html"))
    read = {id(table.ledger.grid) for table in tables}
    strange = [g for g in chosen if id(g) not in read]
    out.problems += _unrecognised(grids, strange, wanted, alone=not tables)
    out.accounts = [_account(g, [t for t in tables if t.ledger.grid is g], out) for g in grids.sheets]
    out.problems += [p for account in out.accounts for p in _unclaimed(account, grids.file, wanted)]
    out.cap(grids.file)
    return out


def _dated(grids: Sequence[Grid]) -> Iterator[Grid]:
    """Sheets, those that are named alike but for a year with that year."""
    years = [year_in([g.name or ""]) for g in grids]
    alike = [fold((g.name or "").replace(str(y), "")) for g, y in zip(grids, years, strict=True)]
    for grid, year, name in zip(grids, years, alike, strict=True):
        held = {y for y, other in zip(years, alike, strict=True) if other == name}
        yield replace(grid, year=year) if year is not None and len(held - {None}) > 1 else grid


def named_sheets(grids: Grids, names: Sequence[str]) -> list[Grid]:
    """Sheets of these names, however they are spelt."""
    wanted = {fold(n) for name in names for n in spellings(name)}
    return [g for g in grids.sheets if fold(g.name or "") in wanted]


def no_sheet(grids: Grids, name: str, **more: str) -> Problem:
    """That there is no sheet of this name, and which there are."""
    known = [g.name or "" for g in grids.sheets]
    said = {"name": name, "known": ", ".join(known)}
    return Problem("problem.table.sheet", said, file=grids.file, suggestion=suggest(name, known), **more)


@dataclass
class _Table:
    """A table of a sheet, while it is read."""

    ledger: Ledger
    layout: Layout
    sorted: Sorted
    series: list[Series]
    lines: list[Line]


def _tables(grid: Grid, wanted: Wanted, out: Collected) -> Iterator[_Table]:
    """Recognise the tables of a sheet, their provinces and their columns of figures."""
    ledger = Ledger(grid)
    if forms := one_province(grid, wanted, ledger, out):
        lines_above = lines_of([form.layout for form in forms])
        for form, lines in zip(forms, lines_above, strict=True):
            yield _Table(ledger, form.layout, form.rows, form.series, lines)
        return
    layouts = find_layouts(grid, wanted)
    told: set[int] = set()
    for layout, lines in zip(layouts, lines_of(layouts), strict=True):
        once = layout.long is None and layout.year_at is None
        beside = (layout.year_at, layout.long.code if layout.long else None)
        table = layout.grid, layout.units, layout.figures_at
        rows = sort_rows(*table, wanted.units, out, once=once, beside=beside, told=told)
        told |= {layout.grid.row_at[i] for i, role in rows.roles.items() if role in ("total", "region")}
        out.problems += title_problems(layout, wanted.framework)
        yield _Table(ledger, layout, rows, series_of(layout, rows.rows, wanted, out), lines)


def _read(tables: Sequence[_Table], wanted: Wanted, out: Collected, *, typed: bool) -> None:
    """Read the figures of the chosen year of every indicator, and give every cell its fate."""
    chosen = {id(s) for s in choose_year([s for t in tables for s in t.series], wanted.year, out)}
    ledgers = {id(t.ledger): t.ledger for t in tables}
    shared = {at: _shared(ledger.grid, tables, chosen, out) for at, ledger in ledgers.items()}
    for table in tables:
        layout = table.layout
        mark = layout.proved_mark()
        taken = [s for s in table.series if id(s) in chosen and s.places]
        out.problems += unfit(table.lines, [(s.heads, Measure.of(wanted.framework, s.code)) for s in taken])
        for series in table.series:
            cells = series.cells
            if id(series) not in chosen:
                fate = "aside" if series.code in out.codes else "refused"
                for place in series.places:
                    table.ledger.claim(layout.grid, place.row, [place.column], fate)
                continue
            lost = shared[id(table.ledger)]
            cells = [replace(c, raw=None) if c.place in lost else c for c in cells]
            measure = Measure.of(wanted.framework, series.code)
            stated = stated_unit(series.heads, table.lines, measure, series.unit)
            found = read_figures(cells, measure, code=series.code, heads=stated.heads, mark=mark, typed=typed)
            out.problems += [*stated.problems, *found.problems]
            out.keep_all(cells, series.code, found.values)
            for place, cell, value in zip(series.places, cells, found.values, strict=True):
                gap = read_number(cell.raw).kind == "missing"
                fate = "read" if not math.isnan(value) else "gap" if gap else "refused"
                table.ledger.claim(layout.grid, place.row, [place.column], fate)
        claim_table(table.ledger, layout, table.sorted.roles, _fates_of_columns(table, out))


def _shared(grid: Grid, tables: Sequence[_Table], chosen: set[int], out: Collected) -> set[str]:
    """Places of figures whose merged cell covers several provinces or columns: asked about, not copied."""
    covers = spans(grid)
    found: dict[Range, dict[tuple[str, int], Cell]] = {}
    for table in tables if covers else ():
        turned = table.layout.grid
        series = [s for s in table.series if id(s) in chosen and table.ledger.grid is grid]
        for place in (p for s in series for p in s.places):
            covered = covers.get(place_of(turned, place.row, place.column))
            cell = turned.cell(*place)
            if covered is not None and cell.raw not in (None, ""):
                low, high = covered[turned.across is False], covered[2 + (turned.across is False)]
                wide = [c for c in turned.col_at if low <= c <= high]
                found.setdefault(covered, {}).update({(place.unit, c): cell for c in wide})
    lost: set[str] = set()
    for (top, left, bottom, right), held in found.items():
        if len(held) > 1:
            first, said = f"{letters(left)}{top}", {"range": f"{letters(left)}{top}:{letters(right)}{bottom}"}
            said |= {"n": str(len(held))}
            out.problems.append(
                next(iter(held.values())).problem("table.merged", said, unit=None, cell=first)
            )
            lost |= {f"{letters(c)}{r}" for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return lost


def _fates_of_columns(table: _Table, out: Collected) -> dict[int, str]:
    """What the columns are that hold no figures of an indicator, in rows of provinces."""
    layout, fates = table.layout, {}
    beside = {layout.year_at, *layout.measures} | (
        {layout.long.code, layout.long.measure} if layout.long else set()
    )
    for column in layout.columns:
        numbering = any(fold(h) in _NUMBERING for h in column.heads)
        fates[column.at] = "heading" if numbering or column.at in beside else "aside"
        if fates[column.at] == "aside" and column.code is None and column.heads:
            shown = Listed("aside", layout.grid.place(layout.head_row, column.at), column.heads[-1][:80])
            table.ledger.aside.append(shown)
        elif fates[column.at] == "aside" and not column.heads:
            out.problems += _words_aside(table, column.at)
    for at in range(len(layout.grid.col_at)) if layout.long else ():
        fates[at] = "heading" if at in beside else "aside"
    return fates


def _words_aside(table: _Table, at: int) -> Iterator[Problem]:
    """Words in a column without a heading are set aside, with a word unless they say what kind the rows are."""
    grid = table.layout.grid
    words = [grid.cell(row.row, at, row.unit) for row in table.sorted.rows]
    words = [c for c in words if isinstance(c.raw, str) and c.raw.strip() and not states_unit(c.raw)]
    table.ledger.aside += [Listed("aside", c.place, c.raw[:80]) for c in words]
    if words and not any(is_other(row[at]) for row in grid.rows[table.layout.units.first :]):
        yield words[0].problem("table.unused", severity="warning")


def _account(grid: Grid, tables: list[_Table], out: Collected) -> SheetAccount:
    if not tables:
        return whole(grid)
    out.problems += tables[0].ledger.lost()
    tables[0].ledger.refuse(out.problems)
    return tables[0].ledger.account()


def _unclaimed(account: SheetAccount, file: str, wanted: Wanted) -> Iterator[Problem]:
    """Cells that belong to no table, no heading and no note: an error if an indicator and figures are among them."""
    left = [one for one in account.listed if one.fate == "unclaimed"]
    if left:
        said = {"n": account.counts["unclaimed"], "cells": ", ".join(one.cell for one in left[:20])}
        codes = wanted.framework.indicators
        named = {one.text for one in left if named_code(one.text, wanted.framework) in codes}
        figures = any(read_number(one.text).kind == "number" for one in left if one.text not in named)
        at = Cell(left[0].text, account.sheet, left[0].cell, file)
        yield at.problem("table.unclaimed", said, severity="error" if named and figures else "warning")


def _unrecognised(grids: Grids, chosen: list[Grid], wanted: Wanted, *, alone: bool) -> Iterator[Problem]:
    """Say of every sheet what was found and what was not; beside sheets that were read only where it could be data."""
    if not chosen and alone:
        yield Problem("problem.file.empty", file=grids.file)
    for grid in chosen:
        cells = [c for row in grid.rows[:200] for c in row if isinstance(c, str)]
        units = {name for c in cells if (name := wanted.units.read(c).name)}
        meant = {heading_code(c, wanted.framework) for c in cells}
        codes = meant & set(wanted.framework.indicators)
        key = "shape" if units and codes else "no_codes" if units else "no_units" if codes else "none"
        if not alone and len(units) < 2:
            continue
        said = {"units": len(units), "codes": len(codes)}
        cell = grid.place(0, 0) if grid.rows else "A1"
        severity = "error" if alone or codes else "warning"
        yield Problem(
            f"problem.table.{key}", said, file=grids.file, sheet=grid.name, cell=cell, severity=severity
        )
