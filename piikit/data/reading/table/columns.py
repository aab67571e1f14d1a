"""The columns of figures of a recognised sheet, and what is wrong with their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ....base.errors import Problem, nearest
from ....base.folding import fold
from ...framework import Framework
from ..open.grid import Grid
from .layout import IGNORED, Column, Layout, heading_code
from .office_numbers import read_number
from .indicator_values import RawCell


@dataclass
class Collected:
    """What a file holds.

    Attributes
    ----------
    cells : dict of (unit, code) to (value, sheet, cell)
    units : dict of unit to (sheet, cell)
        In the order of the file.
    codes : set of str
        Indicators that have a column.
    problems : list of Problem
    """

    cells: dict[tuple[str, str], tuple[float, str | None, str]] = field(default_factory=dict)
    units: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


Columns = list[tuple[str, tuple[str, ...], list[RawCell]]]


def wide_columns(
    layout: Layout,
    rows: list[tuple[int, str]],
    grid: Grid,
    file: str,
    framework: Framework,
    keys: dict[str, str],
    year: int | None,
    out: Collected,
) -> Columns:
    by_code: dict[str, list[Column]] = {}
    for column in layout.columns:
        at: dict[str, Any] = {
            "file": file,
            "sheet": grid.name,
            "cell": layout.place(max(layout.first - 1, 0), column.at),
        }
        if column.code is None:
            out.problems += list(_unused(column, layout, framework, at))
            continue
        if column.other is not None:
            said = {"other": column.other}
            out.problems.append(
                Problem(
                    "problem.table.two_names",
                    said,
                    code=column.code,
                    value=" / ".join(column.heads)[:80],
                    **at,
                )
            )
        by_code.setdefault(column.code, []).append(column)
    found: Columns = []
    for code, columns in by_code.items():
        chosen = _of_year(columns, code, year, layout, grid, file, out)
        if chosen is not None:
            cells = [_cell(layout, i, chosen.at, unit, grid) for i, unit in rows]
            found.append((code, chosen.heads, cells))
    return found


def _of_year(
    columns: list[Column], code: str, year: int | None, layout: Layout, grid: Grid, file: str, out: Collected
) -> Column | None:
    """The one column of an indicator; several need a year that chooses."""
    if len(columns) == 1:
        return columns[0]
    at: dict[str, Any] = {
        "file": file,
        "sheet": grid.name,
        "cell": layout.place(max(layout.first - 1, 0), columns[1].at),
    }
    years = [c.year for c in columns]
    fitting = [c for c in columns if c.year is not None and c.year == year]
    if len(fitting) == 1:
        return fitting[0]
    if len(set(years)) == len(years) and None not in years:
        said = {"years": ", ".join(str(y) for y in years)}
        out.problems.append(Problem("problem.table.years", said, code=code, **at))
    else:
        first = layout.place(max(layout.first - 1, 0), columns[0].at)
        out.problems.append(Problem("problem.table.two_columns", {"first": first}, code=code, **at))
    return None


def _cell(layout: Layout, row: int, column: int, unit: str, grid: Grid) -> RawCell:
    return RawCell(
        unit=unit,
        raw=layout.rows[row][column],
        sheet=grid.name,
        cell=layout.place(row, column),
        percent=layout.percent(row, column),
        uncached=(row, column) in layout.uncached,
    )


def _unused(column: Column, layout: Layout, framework: Framework, at: dict[str, Any]) -> Iterator[Problem]:
    """A column that is no indicator: an aggregate or a misspelt name is an error, a stranger a warning."""
    if column.other is not None:
        yield Problem("problem.dataset.inner", code=column.other, **at)
        return
    body = [row[column.at] for row in layout.rows[layout.first :]]
    if not column.heads or not any(
        read_number(c).kind == "number" and not isinstance(c, bool) for c in body if c is not None
    ):
        return
    last = column.heads[-1]
    if any(fold(h) in IGNORED for h in column.heads) or fold(last) in IGNORED:
        return
    if re.fullmatch(r"\d+(?:\.\d+)+\*?", last):
        hint = next(iter(nearest(last, framework.indicators)), None)
        yield Problem("problem.table.code", value=last, suggestion=hint, **at)
        return
    titles = _titles(framework)
    near = nearest(last, list(titles), limit=1, cutoff=85.0)
    if near:
        yield Problem("problem.table.code", value=last[:80], suggestion=f"{titles[near[0]]} {near[0]}", **at)
    else:
        yield Problem("problem.table.unused", value=" / ".join(column.heads)[:80], severity="warning", **at)


@lru_cache(maxsize=32)
def _titles(framework: Framework) -> dict[str, str]:
    """Code of every indicator by its name in either language."""
    return {framework.title(c, lang): c for c in framework.indicators for lang in ("vi", "en")}


def long_columns(
    layout: Layout,
    rows: list[tuple[int, str]],
    grid: Grid,
    file: str,
    framework: Framework,
    keys: dict[str, str],
    year: int | None,
    out: Collected,
) -> Columns:
    code_at, value_at = layout.code_at or 0, layout.value_at or 0
    by_code: dict[str, list[RawCell]] = {}
    years: dict[str, str] = {}
    for i, unit in rows:
        given = layout.rows[i][code_at]
        at: dict[str, Any] = {
            "file": file,
            "sheet": grid.name,
            "cell": layout.place(i, code_at),
            "unit": unit,
        }
        if layout.year_at is not None:
            stated = str(layout.rows[i][layout.year_at] or "").strip().removesuffix(".0")
            if year is not None and stated and stated != str(year):
                continue
            if stated:
                years.setdefault(stated, layout.place(i, layout.year_at))
        text = str(given) if given is not None else ""
        code = heading_code(text, framework, keys) if text else None
        if code is None or code not in framework.indicators:
            if code is not None:
                out.problems.append(Problem("problem.dataset.inner", code=code, **at))
            else:
                known = [*framework.indicators, *_titles(framework)]
                hint = next(iter(nearest(text, known)), None) if len(out.problems) < 300 else None
                out.problems.append(Problem("problem.table.code", value=text[:80], suggestion=hint, **at))
            continue
        by_code.setdefault(code, []).append(_cell(layout, i, value_at, unit, grid))
    if len(years) > 1:
        said = {"years": ", ".join(sorted(years))}
        out.problems.append(
            Problem("problem.table.years", said, file=file, sheet=grid.name, cell=list(years.values())[1])
        )
        return []
    return [(code, (), cells) for code, cells in by_code.items()]
