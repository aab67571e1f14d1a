"""The columns of figures of a recognised sheet, and what is wrong with their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ....base.errors import Problem, nearest, suggest
from ....base.folding import fold
from ...framework import Framework
from ...storage import plain
from ..office_numbers import read_number
from ..open.grid import Cell
from .collected import Collected
from .headings import IGNORED, heading_code
from .layout import Column, Layout
from .unit_rows import UnitRow, Wanted

_MOST_HINTS = 300


class CodeColumn(NamedTuple):
    """The cells of one indicator, and the headings above them."""

    code: str
    heads: tuple[str, ...]
    cells: list[Cell]


def code_columns(layout: Layout, rows: Sequence[UnitRow], wanted: Wanted, out: Collected) -> list[CodeColumn]:
    """The cells of every indicator in rows of provinces; what is wrong with headings goes to `out`."""
    return (_wide_columns if layout.long is None else _long_columns)(layout, rows, wanted, out)


def _wide_columns(
    layout: Layout, rows: Sequence[UnitRow], wanted: Wanted, out: Collected
) -> list[CodeColumn]:
    by_code: dict[str, list[Column]] = {}
    for column in layout.columns:
        if column.code is None:
            out.problems += _unused(column, layout, wanted.framework)
            continue
        if column.other is not None:
            said, shown = {"other": column.other}, " / ".join(column.heads)[:80]
            out.problems.append(_at_head(layout, column, "two_names", said, code=column.code, value=shown))
        by_code.setdefault(column.code, []).append(column)
    chosen = [(code, _of_year(code, columns, wanted.year, layout, out)) for code, columns in by_code.items()]
    return [
        CodeColumn(code, column.heads, [layout.grid.cell(r.row, column.at, r.unit) for r in rows])
        for code, column in chosen
        if column is not None
    ]


def _at_head(layout: Layout, column: Column, key: str, values: object = None, **more: object) -> Problem:
    return layout.grid.problem(f"table.{key}", layout.head_row, column.at, values, **more)


def _of_year(
    code: str, columns: list[Column], year: int | None, layout: Layout, out: Collected
) -> Column | None:
    """The one column of an indicator; several need a year that chooses."""
    years = [c.year for c in columns]
    fitting = [c for c in columns if c.year is not None and c.year == year]
    if len(columns) == 1 or len(fitting) == 1:
        return (fitting or columns)[0]
    if len(set(years)) == len(years) and None not in years:
        key, said = "years", {"years": ", ".join(str(y) for y in years)}
    else:
        key, said = "two_columns", {"first": layout.grid.place(layout.head_row, columns[0].at)}
    out.problems.append(_at_head(layout, columns[1], key, said, code=code))
    return None


def _unused(column: Column, layout: Layout, framework: Framework) -> list[Problem]:
    """A column that is no indicator: an aggregate or a misspelt name is an error, a stranger a warning."""
    if column.other is not None:
        return [layout.grid.problem("dataset.inner", layout.head_row, column.at, code=column.other)]
    if not _holds_figures(column, layout) or any(fold(h) in IGNORED for h in column.heads):
        return []
    last = column.heads[-1]
    if re.fullmatch(r"\d+(?:\.\d+)+\*?", last):
        near = suggest(last, framework.indicators)
        return [_at_head(layout, column, "code", value=last, suggestion=near)]
    titles = _titles(framework)
    for title in nearest(last, list(titles), limit=1, cutoff=85.0):
        near = f"{titles[title]} {title}"
        return [_at_head(layout, column, "code", value=last[:80], suggestion=near)]
    shown = " / ".join(column.heads)[:80]
    return [_at_head(layout, column, "unused", value=shown, severity="warning")]


def _holds_figures(column: Column, layout: Layout) -> bool:
    body = (row[column.at] for row in layout.grid.rows[layout.units.first :])
    return bool(column.heads) and any(read_number(c).kind == "number" for c in body if c is not None)


@lru_cache(maxsize=32)
def _titles(framework: Framework) -> dict[str, str]:
    """Code of every indicator by its name in either language."""
    return {framework.title(c, lang): c for c in framework.indicators for lang in ("vi", "en")}


def _long_columns(
    layout: Layout, rows: Sequence[UnitRow], wanted: Wanted, out: Collected
) -> list[CodeColumn]:
    assert layout.long is not None
    by_code: dict[str, list[Cell]] = {}
    years: dict[str, str] = {}
    for row in rows:
        stated = _year_of(layout, row)
        if wanted.year is not None and stated and stated != str(wanted.year):
            continue
        if stated:
            years.setdefault(stated, layout.grid.place(row.row, layout.long.year or 0))
        given = layout.grid.cell(row.row, layout.long.code, row.unit)
        code = heading_code(plain(given.raw), wanted.framework)
        if code in wanted.framework.indicators:
            by_code.setdefault(code or "", []).append(layout.grid.cell(row.row, layout.long.value, row.unit))
        else:
            hinted = len(out.problems) < _MOST_HINTS
            out.problems.append(_no_indicator(given, code, wanted.framework, hinted))
    if len(years) > 1:
        said, place = {"years": ", ".join(sorted(years))}, list(years.values())[1]
        out.problems.append(layout.grid.problem("table.years", 0, 0, said, cell=place))
        return []
    return [CodeColumn(code, (), cells) for code, cells in by_code.items()]


def _year_of(layout: Layout, row: UnitRow) -> str:
    if layout.long is None or layout.long.year is None:
        return ""
    return str(layout.grid.rows[row.row][layout.long.year] or "").strip().removesuffix(".0")


def _no_indicator(given: Cell, code: str | None, framework: Framework, hinted: bool) -> Problem:
    if code is not None:
        return given.problem("dataset.inner", code=code, value=None)
    known = [*framework.indicators, *_titles(framework)]
    text = plain(given.raw)
    return given.problem("table.code", value=text[:80], suggestion=suggest(text, known) if hinted else None)
