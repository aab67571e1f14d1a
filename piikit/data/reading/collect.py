"""All figures of a file, each with its place, and every problem at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ...base.errors import Problem, nearest
from ...base.folding import fold
from ...base.numbers import Figure
from ..framework import Framework
from .grid import Grid, Grids
from .layout import IGNORED, Column, Layout, find_layout, heading_code, keys_of
from .numbers import read_number
from .units import UnitMatcher
from .values import RawCell, read_column

MAX_PROBLEMS = 2_000
_MEASURE = re.compile(r"đơn vị tính|đvt|đơn vị:|unit of measure|units?:", re.IGNORECASE)


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


def collect(
    grids: Grids,
    framework: Framework,
    matcher: UnitMatcher,
    *,
    year: int | None = None,
    sheet: str | None = None,
    only: Sequence[str] | None = None,
) -> Collected:
    """Read every visible sheet that holds provinces and indicators.

    Parameters
    ----------
    grids : Grids
    framework : Framework
    matcher : UnitMatcher
    year : int, optional
        Chooses among columns or rows of several years.
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
    keys = keys_of(framework)
    chosen = [g for g in grids.sheets if not g.hidden and g.rows]
    if sheet is not None or only is not None:
        wanted = {fold(s) for s in ([sheet] if sheet is not None else only or [])}
        chosen = [g for g in grids.sheets if fold(g.name or "") in wanted]
        if not chosen:
            known = [g.name or "" for g in grids.sheets]
            names = sheet or ", ".join(only or [])
            hint = next(iter(nearest(names, known)), None)
            out.problems.append(
                Problem(
                    "problem.table.sheet",
                    {"name": names, "known": ", ".join(known)},
                    file=grids.file,
                    suggestion=hint,
                )
            )
            return out
    matcher.settle(
        [c for g in chosen for row in g.rows[:4_000] for c in row[:60] if isinstance(c, str)][:200_000], year
    )
    read = [_sheet(g, grids, framework, matcher, keys, year, out) for g in chosen]
    if not any(read):
        out.problems += list(_unrecognised(grids, chosen, framework, matcher, keys))
    out.problems = _capped(out.problems, grids.file)
    return out


def _capped(problems: list[Problem], file: str) -> list[Problem]:
    if len(problems) <= MAX_PROBLEMS:
        return problems
    ranked = sorted(problems, key=lambda p: p.severity != "error")
    rest = len(problems) - MAX_PROBLEMS
    severity = ranked[MAX_PROBLEMS].severity
    return [*ranked[:MAX_PROBLEMS], Problem("problem.table.more", {"n": rest}, file=file, severity=severity)]


def _sheet(
    grid: Grid,
    grids: Grids,
    framework: Framework,
    matcher: UnitMatcher,
    keys: dict[str, str],
    year: int | None,
    out: Collected,
) -> bool:
    layout = find_layout(grid, framework, matcher, keys)
    if layout is None:
        return False
    mark = _proved_mark(layout)
    typed = grids.kind not in ("text", "html")
    rows = list(_unit_rows(layout, grid, grids.file, framework, matcher, out))
    if layout.kind == "long":
        columns = _long_columns(layout, rows, grid, grids.file, framework, keys, year, out)
    else:
        columns = _wide_columns(layout, rows, grid, grids.file, framework, keys, year, out)
    above = [
        str(c)
        for row in layout.rows[: layout.first]
        for c in row
        if isinstance(c, str) and _MEASURE.search(c)
    ]
    for code, heads, cells in columns:
        out.codes.add(code)
        values, problems = read_column(
            cells,
            code=code,
            framework=framework,
            heads=[*above[:3], *heads],
            file=grids.file,
            mark=mark,
            typed=typed,
        )
        out.problems += problems
        for cell, value in zip(cells, values, strict=True):
            _keep(out, cell, code, value, grids.file)
    return True


def _keep(out: Collected, cell: RawCell, code: str, value: float, file: str) -> None:
    """Keep a value; the same figure twice is one, two different ones are a question."""
    before = out.cells.get((cell.unit, code))
    if before is None or math.isnan(before[0]):
        out.cells[cell.unit, code] = value, cell.sheet, cell.cell
        return
    if math.isnan(value) or value == before[0]:
        return
    first = before[2] if before[1] == cell.sheet or before[1] is None else f"{before[1]}!{before[2]}"
    out.problems.append(
        Problem(
            "problem.table.conflict",
            {"first": Figure(before[0]), "place": first},
            file=file,
            sheet=cell.sheet,
            cell=cell.cell,
            unit=cell.unit,
            code=code,
            value=f"{value:g}",
        )
    )


def _proved_mark(layout: Layout) -> str:
    """Decimal mark that the sheet's text figures prove, if they agree."""
    marks = set()
    for row in layout.rows[layout.first : layout.first + 400]:
        for cell in row:
            if isinstance(cell, str) and len(cell) < 30 and cell[:1] in "0123456789-+(":
                marks.add(read_number(cell).mark)
    marks.discard("")
    return marks.pop() if len(marks) == 1 else ""


def _unit_rows(
    layout: Layout, grid: Grid, file: str, framework: Framework, matcher: UnitMatcher, out: Collected
) -> Iterator[tuple[int, str]]:
    """Rows of provinces; everything else is either plainly no province or reported."""
    seen: dict[str, str] = {}
    figures_at = [c.at for c in layout.columns if c.code] if layout.kind == "wide" else [layout.value_at or 0]
    heads = {fold(str(c)) for row in layout.rows[: layout.first] for c in row if isinstance(c, str)}
    for i in range(layout.first, len(layout.rows)):
        row = layout.rows[i]
        role, name = matcher.read(row[layout.unit_at])
        cell = layout.place(i, layout.unit_at)
        at: dict[str, Any] = {"file": file, "sheet": grid.name, "cell": cell}
        if role == "unit":
            if layout.kind == "wide" and name in seen:
                out.problems.append(
                    Problem(
                        "problem.table.repeated", {"first": seen[name]}, unit=name, severity="warning", **at
                    )
                )
            seen.setdefault(name, cell)
            out.units.setdefault(name, (grid.name, cell))
            yield i, name
            continue
        figures = any(row[c] not in (None, "") and read_number(row[c]).kind == "number" for c in figures_at)
        given = row[layout.unit_at]
        if role == "total":
            out.problems.append(Problem("problem.table.total", value=str(given), severity="warning", **at))
        elif role in ("region", "note") or not figures or fold(str(given)) in heads:
            continue
        elif role == "empty":
            out.problems.append(Problem("problem.table.no_unit", **at))
        else:
            hint = matcher.hint(given)
            out.problems.append(Problem("problem.table.unit", value=str(given)[:80], suggestion=hint, **at))


Columns = list[tuple[str, tuple[str, ...], list[RawCell]]]


def _wide_columns(
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


def _long_columns(
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


def _unrecognised(
    grids: Grids, chosen: list[Grid], framework: Framework, matcher: UnitMatcher, keys: dict[str, str]
) -> Iterator[Problem]:
    """Say of every sheet what was found and what was not."""
    if not chosen:
        yield Problem("problem.file.empty", file=grids.file)
    for grid in chosen:
        cells = [c for row in grid.rows[:200] for c in row if isinstance(c, str)]
        units = len({n for c in cells if (n := matcher.read(c)[1])})
        codes = len({k for c in cells if (k := heading_code(c, framework, keys)) in framework.indicators})
        key = (
            "none"
            if not units and not codes
            else "no_units"
            if not units
            else "no_codes"
            if not codes
            else "shape"
        )
        yield Problem(
            f"problem.table.{key}",
            {"units": units, "codes": codes},
            file=grids.file,
            sheet=grid.name,
            cell=grid.place(0, 0),
        )
