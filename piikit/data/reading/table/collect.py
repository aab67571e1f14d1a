"""All figures of a file, each with its place, and every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ....base.errors import Problem, suggest
from ....base.folding import fold
from ...framework import Framework
from ..open.grid import Grid, Grids
from .collected import Collected
from .columns import code_columns
from .headings import heading_code
from .indicator_values import Measure, read_figures
from .layout import find_layout
from .unit_rows import UnitMatcher, unit_rows

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
    wanted = [sheet] if sheet is not None else only
    chosen = grids.shown if wanted is None else named_sheets(grids, wanted)
    if wanted is not None and not chosen:
        out.problems.append(no_sheet(grids, ", ".join(wanted)))
        return out
    matcher.settle(chosen, year)
    typed = grids.kind not in ("text", "html")
    read = [_sheet(g, framework, matcher, year, out, typed=typed) for g in chosen]
    if not any(read):
        out.problems += _unrecognised(grids, chosen, framework, matcher)
    out.cap(grids.file)
    return out


def named_sheets(grids: Grids, names: Sequence[str]) -> list[Grid]:
    """Sheets of these names, however they are spelt."""
    wanted = {fold(n) for n in names}
    return [g for g in grids.sheets if fold(g.name or "") in wanted]


def no_sheet(grids: Grids, name: str, **more: str) -> Problem:
    """That there is no sheet of this name, and which there are."""
    known = [g.name or "" for g in grids.sheets]
    said = {"name": name, "known": ", ".join(known)}
    return Problem("problem.table.sheet", said, file=grids.file, suggestion=suggest(name, known), **more)


def _sheet(
    grid: Grid,
    framework: Framework,
    matcher: UnitMatcher,
    year: int | None,
    out: Collected,
    *,
    typed: bool,
) -> bool:
    """Read one sheet; whether it was recognised."""
    layout = find_layout(grid, framework, matcher)
    if layout is None:
        return False
    mark = layout.proved_mark()
    rows = unit_rows(layout.grid, layout.units, layout.figures_at, matcher, out, once=layout.long is None)
    above = [c for c in layout.heads() if isinstance(c, str) and _MEASURE.search(c)][:3]
    for code, heads, cells in code_columns(layout, rows, framework, year, out):
        measure = Measure.of(framework, code)
        found = read_figures(cells, measure, code=code, heads=[*above, *heads], mark=mark, typed=typed)
        out.problems += found.problems
        out.keep_all(cells, code, found.values)
    return True


def _unrecognised(
    grids: Grids, chosen: list[Grid], framework: Framework, matcher: UnitMatcher
) -> Iterator[Problem]:
    """Say of every sheet what was found and what was not."""
    if not chosen:
        yield Problem("problem.file.empty", file=grids.file)
    for grid in chosen:
        cells = [c for row in grid.rows[:200] for c in row if isinstance(c, str)]
        units = {name for c in cells if (name := matcher.read(c).name)}
        codes = {code for c in cells if (code := heading_code(c, framework)) in framework.indicators}
        key = {(False, False): "none", (False, True): "no_units", (True, False): "no_codes"}.get(
            (bool(units), bool(codes)), "shape"
        )
        said = {"units": len(units), "codes": len(codes)}
        cell = grid.place(0, 0) if grid.rows else "A1"
        yield Problem(f"problem.table.{key}", said, file=grids.file, sheet=grid.name, cell=cell)
