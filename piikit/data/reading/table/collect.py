"""All figures of a file, each with its place, and every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ....base.errors import Problem, suggest
from ....base.folding import fold
from ..open.grid import Grid, Grids
from .collected import Collected
from .columns import code_columns
from .headings import heading_code
from .indicator_values import Measure, read_figures
from .layout import find_layout
from .unit_rows import Wanted, unit_rows

_MEASURE = re.compile(r"đơn vị tính|đvt|đơn vị:|unit of measure|units?:", re.IGNORECASE)


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
    names = [sheet] if sheet is not None else only
    chosen = grids.shown if names is None else named_sheets(grids, names)
    if names is not None and not chosen:
        out.problems.append(no_sheet(grids, ", ".join(names)))
        return out
    wanted.units.settle(chosen, wanted.year)
    typed = grids.kind not in ("text", "html")
    if not any([_sheet(g, wanted, out, typed=typed) for g in chosen]):
        out.problems += _unrecognised(grids, chosen, wanted)
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


def _sheet(grid: Grid, wanted: Wanted, out: Collected, *, typed: bool) -> bool:
    """Read one sheet; whether it was recognised."""
    layout = find_layout(grid, wanted)
    if layout is None:
        return False
    mark, once = layout.proved_mark(), layout.long is None
    rows = unit_rows(layout.grid, layout.units, layout.figures_at, wanted.units, out, once=once)
    above = [c for c in layout.heads() if isinstance(c, str) and _MEASURE.search(c)][:3]
    for code, heads, cells in code_columns(layout, rows, wanted, out):
        measure = Measure.of(wanted.framework, code)
        found = read_figures(cells, measure, code=code, heads=[*above, *heads], mark=mark, typed=typed)
        out.problems += found.problems
        out.keep_all(cells, code, found.values)
    return True


def _unrecognised(grids: Grids, chosen: list[Grid], wanted: Wanted) -> Iterator[Problem]:
    """Say of every sheet what was found and what was not."""
    if not chosen:
        yield Problem("problem.file.empty", file=grids.file)
    for grid in chosen:
        cells = [c for row in grid.rows[:200] for c in row if isinstance(c, str)]
        units = {name for c in cells if (name := wanted.units.read(c).name)}
        meant = {heading_code(c, wanted.framework) for c in cells}
        codes = meant & set(wanted.framework.indicators)
        key = "shape" if units and codes else "no_codes" if units else "no_units" if codes else "none"
        said = {"units": len(units), "codes": len(codes)}
        cell = grid.place(0, 0) if grid.rows else "A1"
        yield Problem(f"problem.table.{key}", said, file=grids.file, sheet=grid.name, cell=cell)
