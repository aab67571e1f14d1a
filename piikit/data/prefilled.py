"""What a form was filled with when it was written, so that a cell changed by hand is known as such."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import pandas as pd

from ..base.excel import put
from ..base.language import text
from .reading.open.grid import Grid

SHEET = "piikit_filled"
_AT_ONCE = 100  # cells of a row in one cell of the sheet, which holds 32,767 characters
_TREE = "framework"
_SAME = 1e-14  # what a spreadsheet program may change of a number that nobody touched
Figures = dict[tuple[str, str], float]


def write_prefilled(
    book: Any,
    tables: Mapping[str, pd.DataFrame],
    rows: Sequence[Sequence[Any]] = (),
    framework: pd.DataFrame | None = None,
) -> None:
    """Remember tables of figures, the rows of a list and the tree in a hidden sheet."""
    sheet = book.create_sheet(SHEET)
    sheet.sheet_state = "hidden"
    lines: list[tuple[str, str, Any]] = [("rows", "", ["" if c is None else str(c) for c in r]) for r in rows]
    for name, table in tables.items():
        lines.append((name, "", {}))
        for unit, cells in zip(table.index, table.to_numpy(float).tolist(), strict=True):
            held = [(str(c), v) for c, v in zip(table.columns, cells, strict=True) if v == v]
            lines += [
                (name, str(unit), dict(held[at : at + _AT_ONCE])) for at in range(0, len(held), _AT_ONCE)
            ]
    tree: dict[str, dict[str, str]] = {}
    for (code, column), cell in ({} if framework is None else _shown(framework)).items():
        tree.setdefault(code, {})[column] = cell
    lines += [(_TREE, code, cells) for code, cells in tree.items()]
    for row, (name, unit, made) in enumerate(lines, start=1):
        for at, value in enumerate((name, unit, json.dumps(made, ensure_ascii=True)), start=1):
            put(sheet, row, at, value)


class Prefilled(NamedTuple):
    """Figures by table, the rows of the list and the cells of the tree; what is not known was not remembered."""

    tables: dict[str, Figures]
    rows: frozenset[tuple[str, ...]]
    tree: dict[tuple[str, str], str]

    def changes_of_tree(self, framework: pd.DataFrame) -> list[str]:
        """Cells of the tree that are others now, as ``code column``."""
        now = _shown(framework) if self.tree else {}
        places = dict.fromkeys([*self.tree, *now])
        return [f"{c} {column}" for c, column in places if self.tree.get((c, column)) != now.get((c, column))]


def read_prefilled(grid: Grid | None) -> Prefilled:
    """Read the sheet; what is no longer sound there counts as not filled, so that its cells are the user's."""
    tables: dict[str, Figures] = {}
    tree: dict[tuple[str, str], str] = {}
    rows = set()
    for row in grid.rows if grid is not None else ():
        name, unit, held = (*row, None, None, None)[:3]
        try:
            made = json.loads(str(held))
        except (ValueError, RecursionError):
            continue
        if isinstance(made, list):
            rows.add(tuple(str(c) for c in made))
        elif isinstance(made, dict) and name == _TREE:
            tree.update({(str(unit), column): str(cell) for column, cell in made.items()})
        elif isinstance(made, dict):
            known = {c: v for c, v in made.items() if isinstance(v, int | float) and math.isfinite(v)}
            tables.setdefault(str(name), {}).update(
                {(str(unit or ""), c): float(v) for c, v in known.items()}
            )
    return Prefilled(tables, frozenset(rows), tree)


def _shown(framework: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Every cell of a tree as text, by code and column; empty ones left out."""
    return {
        (str(code), str(column)): f"{cell:.12g}" if isinstance(cell, Real) else str(cell)
        for column in framework
        for code, cell in framework[column].items()
        if cell is not None and cell == cell and cell != ""
    }


class Compared(NamedTuple):
    """A table with its figures in full, and which cells are the user's; how many of these were filled before."""

    table: pd.DataFrame
    own: pd.DataFrame
    changed: int


def compare(table: pd.DataFrame, before: Figures) -> Compared:
    """Tell the cells of a table that differ from what was filled in, the emptied ones too."""
    full, own = table.copy(), pd.DataFrame(False, index=table.index, columns=table.columns)
    for unit in table.index:
        for code in table.columns:
            now, was = float(table.at[unit, code]), before.get((str(unit), str(code)), math.nan)
            if math.isclose(now, was, rel_tol=_SAME):
                full.at[unit, code] = was
            elif not (math.isnan(now) and math.isnan(was)):
                own.at[unit, code] = True
    changed = sum(bool(own.at[u, c]) for u, c in before if u in own.index and c in own.columns)
    return Compared(full, own, changed)


def edited_names(about: Mapping[str, Any], changed: int) -> dict[str, str]:
    """Name and titles of a dataset, which say so if cells were changed."""
    names = {k: str(about.get(k) or "") for k in ("name", "title_vi", "title_en")}
    if not changed:
        return names
    said = {f"title_{lang}": " " + text("template.edited", lang, n=changed) for lang in ("vi", "en")}
    return {k: v and v + said.get(k, "-edited") for k, v in names.items()}
