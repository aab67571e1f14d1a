"""All figures of a file, each with its place, and every problem at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ....base.errors import Problem, nearest
from ....base.folding import fold
from ....base.formats import LocalNumber
from ...framework import Framework
from .columns import Collected, long_columns, wide_columns
from ..open.grid import Grid, Grids
from .layout import Layout, find_layout, heading_code, keys_of
from .office_numbers import read_number
from .unit_rows import UnitMatcher
from .indicator_values import RawCell, read_column

MAX_PROBLEMS = 2_000
_MEASURE = re.compile(r"đơn vị tính|đvt|đơn vị:|unit of measure|units?:", re.IGNORECASE)


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
        columns = long_columns(layout, rows, grid, grids.file, framework, keys, year, out)
    else:
        columns = wide_columns(layout, rows, grid, grids.file, framework, keys, year, out)
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
            {"first": LocalNumber(before[0]), "place": first},
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
