"""A dataset from a workbook, CSV or template that somebody filled."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ....base.errors import InputError, Problem, raise_if
from ....base.folding import fold, nfc
from ...dataset import Dataset
from ...framework import Framework
from .collect import Collected, collect
from ..open.grid import Grid, Grids
from ..open.open_file import MARKER, open_grids
from .unit_rows import UnitMatcher
from .workbook_tables import TABLES, plain, typed, unless_empty

TEMPLATE = "piikit-template-1"
SAVED = "piikit-dataset-1"
Overlay = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Contents:
    """What was read of a file, before it is judged."""

    grids: Grids | None
    framework: Framework | None
    collected: Collected
    head: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """Everything found, errors and warnings."""
        return self.collected.problems


def read_workbook(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    sheet: str | None = None,
    provenance: str = "user",
) -> Dataset:
    """Read a dataset from a filled template, an office's workbook, or a CSV.

    Parameters
    ----------
    path : str or Path
        ``.xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv, .txt, .html``; CSV in any encoding and with
        any separator.
    framework : Framework or str, optional
        The tree, or the name of one that ships; a template says its own.
    units : {63, 34}, sequence of str or None
        The provinces that may stand in it; found out by the names if not given.
    year : int, optional
        Edition; also chooses among columns of several years.
    sheet : str, optional
        Read this sheet only.
    provenance : str
        Word for cells of which the file says nothing.

    Returns
    -------
    Dataset
        One row a province in the order of the file. Indicators without a column are gaps.

    Raises
    ------
    InputError
        With every error at its sheet and cell; :func:`check_file` gives warnings too.
    FileNotFoundError
        If there is no such file.
    """
    contents = read_contents(path, framework=framework, units=units, year=year, sheet=sheet)
    raise_if(contents.problems)
    if contents.head.get("format") == SAVED:
        return Dataset.load(Path(path))
    return _dataset(contents, Path(path), year, provenance)


def read_contents(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    sheet: str | None = None,
) -> Contents:
    """Read everything that a file holds, with all problems; never raises for what stands in it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnknownNameError
        If the framework's name is not known.
    """
    path = Path(path)
    tree = _load(framework)
    try:
        grids = open_grids(path)
    except InputError as error:
        return Contents(None, tree, Collected(problems=list(error.problems)))
    head = _head(grids)
    if head.get("format") == SAVED:
        return Contents(grids, tree, _saved(path, grids), head)
    if tree is None:
        tree = _framework_of(grids, head)
    if tree is None:
        return Contents(
            grids, None, Collected(problems=[Problem("problem.table.framework", file=grids.file)]), head
        )
    only: list[str] | None = None
    if head.get("format") == TEMPLATE and sheet is None:
        only = [head["sheets"]["values"]]
        units = head.get("units") if units is None else units
    matcher = UnitMatcher(units)
    found = collect(grids, tree, matcher, year=year or head.get("year"), sheet=sheet, only=only)
    _whole(found, tree, grids.file)
    tables: dict[str, pd.DataFrame] = {}
    if only is not None:
        for role in ("denominators", "groups", "sources", "printed", "actions"):
            grid = _grid(grids, str(head["sheets"].get(role, "")))
            if grid is not None:
                table, problems = TABLES[role](grid, grids.file, tree, matcher)
                tables[role] = table
                found.problems += problems
    return Contents(grids, tree, found, head, tables)


def _load(framework: Framework | str | None) -> Framework | None:
    from ...library import load_framework

    return load_framework(framework) if isinstance(framework, str) else framework


def _whole(found: Collected, framework: Framework, file: str) -> None:
    """What is to be said of the file as a whole."""
    absent = [c for c in framework.indicators if c not in found.codes]
    if absent and found.codes:
        shown = ", ".join(absent[:20]) + ("…" if len(absent) > 20 else "")
        said = {"n": len(absent), "codes": shown}
        found.problems.append(Problem("problem.table.absent", said, file=file, severity="warning"))
    nothing = not any(not math.isnan(v[0]) for v in found.cells.values())
    if nothing and not any(p.severity == "error" for p in found.problems):
        found.problems.append(Problem("problem.table.no_values", file=file))


def _grid(grids: Grids, name: str) -> Grid | None:
    return next((g for g in grids.sheets if g.name == name), None)


def _head(grids: Grids) -> dict[str, Any]:
    """The hidden sheet of a template or saved dataset, as plain values."""
    grid = _grid(grids, MARKER)
    head: dict[str, Any] = {}
    for row in grid.rows if grid else []:
        if len(row) > 1 and isinstance(row[0], str) and isinstance(row[1], str):
            try:
                head[row[0]] = json.loads(row[1])
            except (ValueError, RecursionError):
                continue
    sheets = head.get("sheets")
    good = head.get("format") == SAVED or (
        head.get("format") == TEMPLATE
        and isinstance(sheets, dict)
        and all(isinstance(v, str) for v in sheets.values())
        and "values" in sheets
        and isinstance(head.get("units"), list)
        and all(isinstance(u, str) for u in head["units"])
        and isinstance(head.get("year"), int | None)
        and isinstance(head.get("meta", {}), dict)
    )
    return head if good else {}


def _saved(path: Path, grids: Grids) -> Collected:
    """Contents of a file that :meth:`Dataset.save` wrote, for the report."""
    try:
        data = Dataset.load(path)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError):
        return Collected(problems=[Problem("problem.file.broken", file=grids.file)])
    cells = data.cells()
    return Collected(
        cells={(r.unit, r.code): (r.value, "values", "") for r in cells.itertuples()},
        units={u: ("values", "") for u in data.units},
        codes=set(data.codes),
        problems=list(grids.warnings),
    )


def _framework_of(grids: Grids, head: Mapping[str, Any]) -> Framework | None:
    """The framework that a template carries, else one that ships by its name."""
    if head.get("format") != TEMPLATE:
        return None
    grid = _grid(grids, str(head["sheets"].get("framework", "")))
    if grid is not None:
        at = max((i for i, r in enumerate(grid.rows[:8]) if "code" in r and "parent" in r), default=-1)
        if at >= 0:
            names = [str(c) for c in grid.rows[at]]
            rows = [[plain(c) for c in r] for r in grid.rows[at + 1 :]]
            frame = pd.DataFrame(rows, columns=names, dtype=object)
            frame = frame[[n for n in names if n != "None" and not n.startswith("#")]]
            for column in [c for c in head.get("numeric", []) if c in frame]:
                frame[column] = pd.to_numeric(frame[column].where(frame[column] != ""), errors="coerce")
            try:
                return Framework.from_frame(frame, name=str(head.get("framework", "")), file=grids.file)
            except (InputError, ValueError, KeyError):
                pass
    from ...library import framework_names, load_framework

    name = str(head.get("framework", ""))
    return load_framework(name) if name in framework_names() else None


def _dataset(contents: Contents, path: Path, year: int | None, provenance: str) -> Dataset:
    framework, found, head = contents.framework, contents.collected, contents.head
    assert framework is not None
    units, codes = list(found.units), list(framework.indicators)
    if head.get("format") == TEMPLATE:
        filled = {u for (u, _), v in found.cells.items() if not math.isnan(v[0])}
        kept = set(head.get("rows", []))
        units = [u for u in units if u in filled or u in kept]
    values = np.full((len(units), len(codes)), np.nan)
    row_of, col_of = {u: i for i, u in enumerate(units)}, {c: j for j, c in enumerate(codes)}
    for (unit, code), (value, _, _) in found.cells.items():
        if unit in row_of:
            values[row_of[unit], col_of[code]] = value
    table = pd.DataFrame(values, index=pd.Index(units, name="unit"), columns=codes)
    marks = _marks(contents, table, provenance)
    return Dataset.from_frame(
        table,
        framework=framework,
        year=year if year is not None else head.get("year"),
        provenance=marks["provenance"],
        sources=marks["source"],
        notes=marks["note"],
        groups=typed(contents.tables.get("groups"), head.get("kinds", {}).get("groups", {})),
        denominators=unless_empty(contents.tables.get("denominators")),
        printed=typed(contents.tables.get("printed"), head.get("kinds", {}).get("printed", {})),
        name=str(head.get("name") or ("" if head else path.stem)),
        title_vi=str(head.get("title_vi", "")),
        title_en=str(head.get("title_en", "")),
        meta=head.get("meta", {}),
        file=path.name,
    )


def _marks(contents: Contents, values: pd.DataFrame, provenance: str) -> Overlay:
    """Provenance, source and note of every cell: rows for all provinces first, then those for one."""
    blank = {"provenance": provenance, "source": "", "note": ""}
    if not contents.head and contents.grids is not None:
        blank["source"] = contents.grids.file
    out = {
        k: pd.DataFrame(v, index=values.index, columns=values.columns, dtype=object) for k, v in blank.items()
    }
    listed = contents.tables.get("sources")
    if listed is None or listed.empty:
        return out
    names = {fold(u): u for u in values.index}
    rows = [{k: row.get(k) for k in ("code", "unit", *blank)} for row in listed.to_dict("records")]
    for row in sorted(rows, key=lambda r: r["unit"] not in (None, "")):
        code = plain(row["code"])
        if code not in values.columns:
            continue
        unit = plain(row["unit"])
        at: Any = slice(None) if not unit else unit if unit in values.index else names.get(fold(nfc(unit)))
        if at is None:
            continue
        for key in blank:
            word = plain(row[key])
            if word or key != "provenance":
                out[key].loc[at, code] = word
    return out
