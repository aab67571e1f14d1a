"""The smaller sheets of a template: denominators, groups, sources, printed figures, actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from ....base.errors import Problem, nearest
from ...dataset import PROVENANCE
from ...framework import Framework
from ..open.grid import Grid
from .office_numbers import read_number
from .unit_rows import UnitMatcher

Reader = Callable[[Grid, str, Framework, UnitMatcher], tuple[pd.DataFrame, list[Problem]]]


def plain(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return repr(cell)
    return str(cell)


def _table(grid: Grid, key: str) -> tuple[list[str], int]:
    """Column names and the row after them: the row whose cells hold `key`."""
    for i, row in enumerate(grid.rows):
        if key in row:
            return [plain(c) for c in row], i + 1
    return [], len(grid.rows)


def _by_unit(
    grid: Grid, file: str, framework: Framework, matcher: UnitMatcher, *, numbers: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    names, start = _table(grid, "unit")
    problems: list[Problem] = []
    rows: dict[str, dict[str, Any]] = {}
    at_unit = names.index("unit") if names else 0
    columns = [(i, n) for i, n in enumerate(names) if n and i != at_unit]
    for i in range(start, len(grid.rows)):
        role, unit = matcher.read(grid.rows[i][at_unit])
        at: dict[str, Any] = {"file": file, "sheet": grid.name, "cell": grid.place(i, at_unit)}
        if role != "unit":
            if role == "unknown":
                given = grid.rows[i][at_unit]
                problems.append(
                    Problem("problem.table.unit", value=str(given), suggestion=matcher.hint(given), **at)
                )
            continue
        row: dict[str, Any] = {}
        for j, name in columns:
            raw = grid.rows[i][j]
            at = {"file": file, "sheet": grid.name, "cell": grid.place(i, j), "unit": unit}
            if not numbers:
                row[name] = raw
                continue
            reading = read_number(raw)
            if (grid.row_at[i], grid.col_at[j]) in grid.uncached:
                problems.append(Problem("problem.value.uncached", **at))
            elif reading.kind in ("text", "date", "error"):
                problems.append(Problem(f"problem.value.{reading.kind}", value=str(raw), **at))
            row[name] = reading.value if reading.other is None else reading.other
        rows[unit] = row
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[n for _, n in columns])
    return table, problems


def _denominators(
    grid: Grid, file: str, framework: Framework, matcher: UnitMatcher
) -> tuple[pd.DataFrame, list[Problem]]:
    table, problems = _by_unit(grid, file, framework, matcher, numbers=True)
    return table.astype(float), problems


def _groups(
    grid: Grid, file: str, framework: Framework, matcher: UnitMatcher
) -> tuple[pd.DataFrame, list[Problem]]:
    return _by_unit(grid, file, framework, matcher, numbers=False)


def _rows(
    grid: Grid, file: str, framework: Framework, matcher: UnitMatcher
) -> tuple[pd.DataFrame, list[Problem]]:
    names, start = _table(grid, "code")
    rows = [[grid.rows[i][j] for j, n in enumerate(names) if n] for i in range(start, len(grid.rows))]
    return pd.DataFrame(rows, columns=[n for n in names if n], dtype=object), []


def _sources(
    grid: Grid, file: str, framework: Framework, matcher: UnitMatcher
) -> tuple[pd.DataFrame, list[Problem]]:
    """Rows ``code, unit, provenance, source, note``; an empty unit means every province."""
    table, problems = _rows(grid, file, framework, matcher)
    _, start = _table(grid, "code")
    names = [n for n in _table(grid, "code")[0] if n]
    for i, row in enumerate(table.itertuples(index=False), start=start):
        cells = dict(zip(names, row, strict=True))
        at: dict[str, Any] = {"file": file, "sheet": grid.name, "cell": grid.place(i, 0)}
        code = plain(cells.get("code"))
        if code and code not in framework.indicators:
            hint = next(iter(nearest(code, framework.indicators)), None)
            problems.append(Problem("problem.table.code", value=code, suggestion=hint, **at))
        word = plain(cells.get("provenance"))
        if word and word not in PROVENANCE:
            hint = next(iter(nearest(word, PROVENANCE)), None)
            said = {"known": ", ".join(PROVENANCE)}
            problems.append(Problem("problem.table.provenance", said, value=word, suggestion=hint, **at))
        unit = cells.get("unit")
        if unit not in (None, "") and matcher.read(unit)[0] != "unit":
            problems.append(
                Problem("problem.table.unit", value=str(unit), suggestion=matcher.hint(unit), **at)
            )
    return table, problems


TABLES: dict[str, Reader] = {
    "denominators": _denominators,
    "groups": _groups,
    "sources": _sources,
    "printed": _rows,
    "actions": _rows,
}


def unless_empty(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """A table, unless it was left empty."""
    return None if table is None or table.empty or table.shape[1] == 0 else table


def typed(table: pd.DataFrame | None, kinds: Mapping[str, str]) -> pd.DataFrame | None:
    if table is None or (table.empty and not kinds):
        return None
    out = {}
    for name in table.columns:
        kind, cells = kinds.get(str(name), "text"), table[name]
        if kind == "bool":
            out[name] = cells.map(
                lambda c: c is True or str(c).casefold() in ("true", "1", "có", "yes")
            ).astype(bool)
        elif kind in ("int", "float"):
            numbers = pd.to_numeric(cells, errors="coerce")
            out[name] = (
                numbers.astype("int64") if kind == "int" and numbers.notna().all() else numbers.astype(float)
            )
        else:
            out[name] = pd.Series([plain(c) for c in cells], index=cells.index, dtype="str")
    return pd.DataFrame(out, index=table.index, columns=list(table.columns))
