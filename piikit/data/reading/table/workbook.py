"""A dataset from a workbook, CSV or template that somebody filled."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.errors import InputError, Problem, raise_if
from ....base.folding import fold, nfc
from ...dataset import Dataset
from ...framework import Framework
from ...library import as_framework, framework_names, load_framework
from ...storage import FORMAT, plain
from ..open.grid import Grid, Grids
from ..open.open_file import MARKER, open_grids
from .collect import collect
from .collected import Collected, Kept
from .slips import slips
from .unit_matcher import UnitMatcher
from .unit_rows import Wanted
from .workbook_tables import TABLES, of_kinds, unless_empty

TEMPLATE, SAVED = "piikit-template-1", FORMAT


@dataclass(frozen=True)
class Contents:
    """What was read of a file, before it is judged."""

    grids: Grids | None
    framework: Framework | None
    collected: Collected
    marker: Mapping[str, Any] = field(default_factory=dict)
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
    r"""Read a dataset from a filled template, an office's workbook, or a CSV.

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

    Notes
    -----
    What is taken for a number, a gap, a province or a heading: ``docs/reading.md``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import piikit as pk
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name, "so_lieu.csv")
    >>> _ = file.write_text("Tỉnh;2.1;2.2\nTP. Cần Thơ;6,4;70,5\nHà Nội;6,9;49,1\n", encoding="utf-8")
    >>> data = pk.read_workbook(file, framework="open-2022", year=2022)
    >>> data.values.loc["Cần Thơ", ["2.1", "2.2"]].to_dict()
    {'2.1': 6.4, '2.2': 70.5}
    >>> folder.cleanup()
    """
    contents = read_contents(path, framework=framework, units=units, year=year, sheet=sheet)
    raise_if(contents.problems)
    if contents.marker.get("format") == SAVED:
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
    tree = None if framework is None else as_framework(framework)
    try:
        grids = open_grids(path)
    except InputError as error:
        return Contents(None, tree, Collected(problems=list(error.problems)))
    marker = _marker(grids)
    if marker.get("format") == SAVED:
        return Contents(grids, tree, _saved(path, grids), marker)
    tree = _framework_of(grids, marker) if tree is None else tree
    if tree is None:
        none = Problem("problem.table.framework", file=grids.file)
        return Contents(grids, None, Collected(problems=[none]), marker)
    filled = marker.get("format") == TEMPLATE and sheet is None
    matcher = UnitMatcher(marker.get("units") if filled and units is None else units)
    wanted = Wanted(matcher, tree, year or marker.get("year"))
    only = [marker["sheets"]["values"]] if filled else None
    found = collect(grids, wanted, sheet=sheet, only=only)
    found.problems += _of_the_whole(found, tree, grids.file)
    named = {role: _grid(grids, str(marker["sheets"].get(role, ""))) for role in TABLES} if filled else {}
    tables = {r: TABLES[r](grid, wanted, found) for r, grid in named.items() if grid is not None}
    return Contents(grids, tree, found, marker, tables)


def _of_the_whole(found: Collected, framework: Framework, file: str) -> Iterator[Problem]:
    """What is to be said of the file as a whole."""
    yield from slips(found, framework, file=file)
    absent = [c for c in framework.indicators if c not in found.codes]
    if absent and found.codes:
        shown = ", ".join(absent[:20]) + ("…" if len(absent) > 20 else "")
        said = {"n": len(absent), "codes": shown}
        yield Problem("problem.table.absent", said, file=file, severity="warning")
    if not found.present and not any(p.severity == "error" for p in found.problems):
        yield Problem("problem.table.no_values", file=file)


def _grid(grids: Grids, name: str) -> Grid | None:
    return next((g for g in grids.sheets if g.name == name), None)


def _marker(grids: Grids) -> dict[str, Any]:
    """The hidden sheet of a template or saved dataset, as plain values; empty if it is not sound."""
    grid = _grid(grids, MARKER)
    found: dict[str, Any] = {}
    for row in grid.rows if grid else []:
        if len(row) > 1 and isinstance(row[0], str) and isinstance(row[1], str):
            try:
                found[row[0]] = json.loads(row[1])
            except (ValueError, RecursionError):
                continue
    return found if found.get("format") == SAVED or _sound(found) else {}


def _sound(marker: dict[str, Any]) -> bool:
    """Whether a template's hidden sheet says what this version writes there."""
    sheets, units = marker.get("sheets"), marker.get("units")
    return (
        marker.get("format") == TEMPLATE
        and isinstance(sheets, dict)
        and "values" in sheets
        and isinstance(units, list)
        and all(isinstance(word, str) for word in [*sheets.values(), *units])
        and isinstance(marker.get("year"), int | None)
        and isinstance(marker.get("meta", {}), dict)
    )


def _saved(path: Path, grids: Grids) -> Collected:
    """Contents of a file that :meth:`Dataset.save` wrote, for the report."""
    try:
        data = Dataset.load(path)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError):
        return Collected(problems=[Problem("problem.file.broken", file=grids.file)])
    return Collected(
        cells={(r.unit, r.code): Kept(r.value, "values", "") for r in data.cells().itertuples()},
        units={u: ("values", "") for u in data.units},
        codes=set(data.codes),
        problems=list(grids.warnings),
    )


def _framework_of(grids: Grids, marker: Mapping[str, Any]) -> Framework | None:
    """The framework that a template carries, else one that ships by its name."""
    if marker.get("format") != TEMPLATE:
        return None
    name = str(marker.get("framework", ""))
    grid = _grid(grids, str(marker["sheets"].get("framework", "")))
    try:
        if grid is not None:
            return Framework.from_frame(_tree(grid, marker), name=name, file=grids.file)
    except (InputError, ValueError, KeyError):
        pass
    return load_framework(name) if name in framework_names() else None


def _tree(grid: Grid, marker: Mapping[str, Any]) -> pd.DataFrame:
    """The sheet of the framework as a table; KeyError without its row of keys."""
    at = max((i for i, r in enumerate(grid.rows[:8]) if "code" in r and "parent" in r), default=None)
    if at is None:
        raise KeyError("code")
    body = [[plain(c) for c in r] for r in grid.rows[at + 1 :]]
    frame = pd.DataFrame(body, columns=[plain(c) for c in grid.rows[at]], dtype=object)
    frame = frame[[n for n in frame.columns if n and not n.startswith("#")]]
    for column in [c for c in marker.get("numeric", []) if c in frame]:
        frame[column] = pd.to_numeric(frame[column].where(frame[column] != ""), errors="coerce")
    return frame


def _dataset(contents: Contents, path: Path, year: int | None, provenance: str) -> Dataset:
    framework, found, marker, tables = (
        contents.framework, contents.collected, contents.marker, contents.tables,
    )  # fmt: skip
    assert framework is not None
    units, kinds = list(found.units), marker.get("kinds", {})
    if marker.get("format") == TEMPLATE:
        filled = {u for (u, _), kept in found.cells.items() if not math.isnan(kept.value)}
        units = [u for u in units if u in filled or u in marker.get("rows", [])]
    values = values_of(found, units, framework)
    said = _said_of_cells(contents, values, provenance)
    return Dataset.from_frame(
        values,
        framework=framework,
        year=year if year is not None else marker.get("year"),
        provenance=said["provenance"],
        sources=said["source"],
        notes=said["note"],
        groups=of_kinds(tables.get("groups"), kinds.get("groups", {})),
        denominators=unless_empty(tables.get("denominators")),
        printed=of_kinds(tables.get("printed"), kinds.get("printed", {})),
        name=str(marker.get("name") or ("" if marker else path.stem)),
        title_vi=str(marker.get("title_vi", "")),
        title_en=str(marker.get("title_en", "")),
        meta={**marker.get("meta", {}), "read": found.told()},
        file=path.name,
    )


def values_of(found: Collected, units: Sequence[str], framework: Framework) -> pd.DataFrame:
    """Units x indicators of what was read; gaps elsewhere."""
    table = pd.Series({at: kept.value for at, kept in found.cells.items()}, dtype=float).unstack()
    return table.reindex(index=pd.Index(units, name="unit"), columns=list(framework.indicators))


def _said_of_cells(contents: Contents, values: pd.DataFrame, provenance: str) -> dict[str, pd.DataFrame]:
    """Provenance, source and note of every cell: rows for all provinces first, then those for one."""
    source = contents.grids.file if contents.grids is not None and not contents.marker else ""
    blank = {"provenance": provenance, "source": source, "note": ""}
    out = {
        k: pd.DataFrame(v, index=values.index, columns=values.columns, dtype=object) for k, v in blank.items()
    }
    for row in _listed(contents, ["code", "unit", *blank]):
        at = _unit_of(row["unit"], values.index) if row["unit"] else slice(None)
        if row["code"] not in values.columns or at is None:
            continue
        for key in blank:
            if row[key] or key != "provenance":
                out[key].loc[at, row["code"]] = row[key]
    return out


def _listed(contents: Contents, columns: list[str]) -> list[dict[str, str]]:
    """Rows of the sheet of sources as text, those for all provinces first."""
    listed = contents.tables.get("sources")
    rows = [] if listed is None else listed.reindex(columns=columns).map(plain).to_dict("records")
    return sorted(rows, key=lambda row: row["unit"] != "")


def _unit_of(name: str, units: pd.Index) -> str | None:
    return name if name in units else {fold(u): u for u in units}.get(fold(nfc(name)))
