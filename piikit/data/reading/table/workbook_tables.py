"""The smaller sheets of a template: denominators, groups, sources, printed figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from ....base.errors import Problem, suggest
from ...dataset import PROVENANCE
from ...storage import plain, typed, value_of
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from ..open.keyed import Keyed
from ..template.action_form import SHEETS
from .collected import Collected, SheetAccount
from .indicator_values import AMOUNT, read_figures
from .known_denominators import far
from .ledger import of_rows, whole
from .unit_rows import UnitColumn, Wanted, sort_rows

Kinds = Mapping[str, str]
Reader = Callable[[Grid, Wanted, Collected, Kinds], pd.DataFrame]


def _by_unit(
    grid: Grid, wanted: Wanted, out: Collected, kinds: Kinds, *, numbers: bool = False
) -> pd.DataFrame:
    form = Keyed(grid, ("unit",))
    columns = {name: at for name, at in form.columns.items() if name != "unit"}
    out.problems += form.problems()
    if not form.rows:
        return pd.DataFrame(columns=list(columns))
    place = UnitColumn(form.columns["unit"], form.head + 1, len(form.rows))
    found = Collected()
    rows = sort_rows(grid, place, None, wanted.units, found).rows
    first: dict[str, int] = {}
    for unit_row in rows:
        at = first.setdefault(unit_row.unit, unit_row.row)
        if at != unit_row.row:
            told = {"first": form.cell(at, "unit").place}
            out.problems.append(form.cell(unit_row.row, "unit").problem("form.repeated", told))
    out.problems += found.problems
    made: dict[str, list[Any]] = {}
    for name, at in columns.items():
        cells = [grid.cell(r.row, at, r.unit) for r in rows]
        if not numbers:
            made[name] = [_held(c, kinds.get(name, "text"), out) for c in cells]
        else:
            made[name], problems = read_figures(cells, AMOUNT)
            sized = (replace(p, severity="warning") for p in far(cells, made[name], name))
            out.problems += [*problems, *_no_denominators(cells, made[name]), *sized]
    kind = float if numbers else object
    table = pd.DataFrame(made, index=[r.unit for r in rows], columns=list(columns), dtype=kind)
    return table[~table.index.duplicated(keep="last")]


def _no_denominators(cells: Sequence[Cell], values: Sequence[float]) -> Iterator[Problem]:
    """Denominators that are not above zero, or stand with a word such as "triệu" beside the unit of their column."""
    for cell, value in zip(cells, values, strict=True):
        reading = read_number(cell.raw)
        if value <= 0 or reading.percent or reading.money or reading.scale != 1:
            yield cell.problem("denominator.value")


def _rows(grid: Grid, wanted: Wanted, out: Collected, kinds: Kinds) -> pd.DataFrame:
    form = Keyed(grid, _KEYS["printed"])
    out.problems += form.problems()
    return _table(form, kinds, out)


def _table(form: Keyed, kinds: Kinds, out: Collected) -> pd.DataFrame:
    """All rows, each cell as its column wants it."""
    kind = {name: kinds.get(name, "text") for name in form.columns}
    body = [[_held(form.cell(i, n), k, out) for n, k in kind.items()] for i in form.rows]
    return pd.DataFrame(body, columns=list(form.columns), dtype=object)


def _held(cell: Cell, kind: str, out: Collected) -> Any:
    """A cell as its column wants it; that a formula has no value is said of the whole form."""
    return None if cell.uncached else value_of(cell, kind, out.problems)


def _sources(grid: Grid, wanted: Wanted, out: Collected, kinds: Kinds) -> pd.DataFrame:
    """Rows ``code, unit, provenance, source, note``; an empty unit means every province."""
    form = Keyed(grid, _SOURCES)
    out.problems += form.problems(_SOURCES)
    for i in form.rows:
        code, word, unit = (form.cell(i, name) for name in ("code", "provenance", "unit"))
        if code.raw is None or plain(code.raw) not in wanted.framework.indicators:
            near = suggest(plain(code.raw), wanted.framework.indicators)
            out.problems.append(code.problem("table.code", suggestion=near))
        if word.raw is not None and plain(word.raw) not in PROVENANCE:
            near, said = suggest(word.raw, PROVENANCE), {"known": ", ".join(PROVENANCE)}
            out.problems.append(word.problem("table.provenance", said, suggestion=near))
        if wanted.units.read(unit.raw).role not in ("unit", "empty"):
            out.problems.append(wanted.units.ask(unit))
    table = _table(form, {}, out)
    if "unit" in table:
        table["unit"] = [wanted.units.read(u).name for u in table["unit"]]
    return table


_SOURCES = ("code", "unit", "provenance", "source", "note")
TABLES: dict[str, Reader] = {
    "denominators": partial(_by_unit, numbers=True),
    "groups": _by_unit,
    "sources": _sources,
    "printed": _rows,
}


_KEYS = {
    "denominators": ("unit",), "groups": ("unit",), "sources": _SOURCES, "printed": ("code", "unit", "kind", "value"),
    "framework": ("code", "parent", "direction", "weight"), **SHEETS,
}  # fmt: skip


def account_of(role: str, grid: Grid, problems: Sequence[Problem]) -> SheetAccount:
    """What became of the cells of a sheet of the form; those of actions are for ``piikit plan`` to judge."""
    if role not in _KEYS:
        return whole(grid, "note" if role else "unread")
    form = Keyed(grid, _KEYS[role])
    heads, fate = (form.head + 2, "aside") if role in SHEETS else (form.head + 1, "read")
    return of_rows(grid, heads, problems, list(form.columns.values()), fate)


def unless_empty(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """A table, unless it was left empty."""
    return None if table is None or table.empty or table.shape[1] == 0 else table


def of_kinds(table: pd.DataFrame | None, kinds: Kinds) -> pd.DataFrame | None:
    """Columns of the kinds that the template tells; None if there is nothing."""
    if table is None or (table.empty and not kinds):
        return None
    made = {name: typed(table[name], kinds.get(str(name), "text")) for name in table.columns}
    return pd.DataFrame(made, index=table.index, columns=list(table.columns))
