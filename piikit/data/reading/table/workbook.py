"""A dataset from a workbook, CSV or template that somebody filled."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ....base.errors import InputError, Problem, raise_if
from ...dataset import Dataset
from ...framework import Framework
from ...library import as_framework, dataset_names, load_dataset
from ...prefilled import SHEET as PREFILLED
from ...prefilled import Compared, Prefilled, compare, edited_names, read_prefilled
from ...provinces import VALID, unit_names
from ...storage import FORMAT, of_grids, plain
from ...units_table import is_units_table, units_table
from ..open.grid import Grid, Grids
from ..open.open_file import MARKER, open_grids
from .collect import collect
from .collected import Collected, Kept, Told
from .ledger import of_rows, whole
from .slips import slips
from .template_sheets import role_sheets, sheet_problems, template_framework
from .unit_matcher import UnitMatcher
from .unit_rows import Wanted
from .workbook_tables import TABLES, account_of, of_kinds, unless_empty

_FEW = 3
TEMPLATE, SAVED = "piikit-template-1", FORMAT


@dataclass(frozen=True)
class Contents:
    """What was read of a file, before it is judged."""

    grids: Grids | None
    framework: Framework | None
    collected: Collected
    marker: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    saved: Dataset | None = None

    @property
    def problems(self) -> list[Problem]:
        """Everything found, errors and warnings."""
        return self.collected.problems

    @cached_property
    def prefilled(self) -> Prefilled | None:
        """What the form was filled with; None for a file that does not say."""
        held = self.grids is not None and self.marker.get("prefilled")
        return read_prefilled(_grid(self.grids, PREFILLED)) if held and self.grids else None

    @cached_property
    def units(self) -> list[str]:
        """Provinces of the dataset: of a template, those that have a figure or stood there from the first."""
        if self.marker.get("format") != TEMPLATE:
            return list(self.collected.units)
        filled = {u for (u, _), kept in self.collected.cells.items() if not math.isnan(kept.value)}
        return [u for u in self.collected.units if u in filled or u in self.marker.get("rows", [])]

    @cached_property
    def compared(self) -> Compared:
        """The values, and which of them are the user's."""
        assert self.framework is not None
        values = values_of(self.collected, self.units, self.framework)
        if self.prefilled is None:
            return Compared(values, values.notna(), 0)
        return compare(values, self.prefilled.tables.get("values", {}))

    def changed(self) -> Iterator[Problem]:
        """That cells differ from what the form was filled with, and that rows of it are gone."""
        if self.grids is None:
            return
        if self.prefilled is not None and self.framework is not None:
            yield from changed_beside(self.prefilled, self.framework, self.tables, self.grids.file)
        gone = [str(u) for u in self.marker.get("rows", ()) if u not in self.collected.units]
        rows_gone = {"n": len(gone), "units": ", ".join(gone[:20])}
        changed = 0 if self.prefilled is None else self.compared.changed
        told: tuple[dict[str, Any], ...] = {"n": changed}, rows_gone
        for key, said in zip(("changed", "rows_gone"), told, strict=True):
            if said["n"]:
                sheet = str(self.marker["sheets"]["values"])
                yield Problem(
                    f"problem.form.{key}", said, file=self.grids.file, sheet=sheet, severity="warning"
                )


def changed_beside(
    before: Prefilled, framework: Framework, tables: Mapping[str, pd.DataFrame], file: str
) -> Iterator[Problem]:
    """That the tree or the denominators are not those that a form or dataset was written with."""
    told = {"framework": before.changes_of_tree(framework.table)}
    scales, filled = unless_empty(tables.get("denominators")), before.tables.get("denominators")
    if scales is not None and filled is not None:
        own = compare(scales, filled).own
        told["denominators"] = [f"{u} {c}" for u in own.index for c in own.columns if own.at[u, c]]
    for role, cells in told.items():
        if cells:
            said = {"n": len(cells), "cells": ", ".join(cells[:10]) + ("…" if len(cells) > 10 else "")}
            yield Problem(f"problem.form.other_{role}", said, file=file, severity="warning")


def read_workbook(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    sheet: str | None = None,
    provenance: str = "user",
    previous: Dataset | str | Path | None = None,
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
    previous : Dataset, str or Path, optional
        What the figures are held against for slips (a dataset, the name of one that ships, or a file of one), such
        as that of last year; by default the shipped dataset of the framework.

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
    contents = read_contents(
        path, framework=framework, units=units, year=year, sheet=sheet, previous=previous
    )
    raise_if(contents.problems)
    if contents.saved is not None:
        return contents.saved
    return _dataset(contents, Path(path), year, provenance)


def _previous(given: Dataset | str | Path | None) -> Dataset | None:
    """The dataset that figures are held against: itself, by its name, or of its file."""
    if given is None or isinstance(given, Dataset):
        return given
    return load_dataset(str(given)) if str(given) in dataset_names() else Dataset.load(given)


def read_contents(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    sheet: str | None = None,
    previous: Dataset | str | Path | None = None,
) -> Contents:
    """Read everything that a file holds, with all problems; never raises for what stands in it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    UnknownNameError
        If the framework's name is not known.
    """
    path, before = Path(path), _previous(previous)
    tree = None if framework is None else as_framework(framework)
    try:
        grids = open_grids(path)
    except InputError as error:
        return Contents(None, tree, Collected(problems=list(error.problems)))
    marker = _marker(grids)
    if marker.get("format") == SAVED:
        return _saved(grids, before)
    if marker.get("format") == TEMPLATE and sheet is None:
        return _template(grids, marker, tree, Asked(units, year, before))
    if tree is None:
        none = Problem("problem.table.framework", file=grids.file)
        return Contents(grids, None, _unread(grids, [none]), marker)
    if sheet is None and is_units_table(grids):
        table = units_table(grids, tree, year)
        scales = {"groups": table.groups, "denominators": table.denominators}
        table.found.problems += _of_the_whole(table.found, tree, grids.file, before)
        return Contents(grids, tree, table.found, {}, scales)
    found = collect(grids, Wanted(UnitMatcher(units), tree, year or marker.get("year")), sheet=sheet)
    found.problems += _of_the_whole(found, tree, grids.file, before)
    return Contents(grids, tree, found, marker)


class Asked(NamedTuple):
    """Which provinces and year the caller names, and what figures are held against."""

    units: int | Sequence[str] | None
    year: int | None
    previous: Dataset | None = None


def _template(grids: Grids, marker: dict[str, Any], tree: Framework | None, asked: Asked) -> Contents:
    """Everything that stands in a template, with all problems."""
    said = list(sheet_problems(grids, marker))
    if tree is None:
        read = template_framework(grids, marker)
        if not isinstance(read, Framework):
            return Contents(grids, None, _unread(grids, [*said, *read]), marker)
        tree = read
    units = marker["units"] if asked.units is None else asked.units
    wanted = Wanted(UnitMatcher(units), tree, asked.year or marker.get("year"))
    named = role_sheets(grids, marker)
    values = [named["values"].name or ""] if "values" in named else []
    found = collect(grids, wanted, only=values) if values else Collected()
    found.problems += [*said, *_of_the_whole(found, tree, grids.file, asked.previous)]
    kinds = marker.get("kinds", {})
    tables = {r: read(named[r], wanted, found, kinds.get(r, {})) for r, read in TABLES.items() if r in named}
    contents = Contents(grids, tree, found, marker, tables)
    read_at = {str(a.sheet): a for a in found.accounts if a.sheet in values}
    roles = {id(grid): role for role, grid in named.items()}
    accounts = ((read_at.get(str(g.name)), roles.get(id(g), ""), g) for g in grids.sheets)
    found.accounts = [read or account_of(role, g, found.problems) for read, role, g in accounts]
    found.problems += contents.changed()
    return contents


def _unread(grids: Grids, problems: list[Problem]) -> Collected:
    """Nothing of a file, and why."""
    return Collected(problems=problems, accounts=[whole(grid) for grid in grids.sheets])


def _of_the_whole(
    found: Collected, framework: Framework, file: str, previous: Dataset | None
) -> Iterator[Problem]:
    """What is to be said of the file as a whole."""
    yield from slips(found, framework, file=file, previous=previous)
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
        and isinstance(kinds := marker.get("kinds", {}), dict)
        and all(isinstance(held, dict) for held in kinds.values())
    )


def _saved(grids: Grids, previous: Dataset | None) -> Contents:
    """Contents of a file that :meth:`Dataset.save` wrote."""
    marker, problems = {"format": SAVED}, [p for p in grids.warnings if p.sheet != "exact"]
    try:
        data = Dataset.from_stored(of_grids(grids))
    except InputError as error:
        return Contents(grids, None, _unread(grids, [*problems, *error.problems]), marker)
    cells = {(r.unit, r.code): Kept(r.value, "values", "") for r in data.cells().itertuples()}
    units: dict[str, tuple[str | None, str]] = {u: ("values", "") for u in data.units}
    told = ({"said": said} for said in Told.of(data.meta))
    problems += [Problem("problem.saved.told", t, file=grids.file, severity="warning") for t in told]
    problems += [] if _grid(grids, PREFILLED) else _short(data.units, grids.file)
    held = read_prefilled(_grid(grids, PREFILLED))
    scales = {"denominators": data.denominators.select_dtypes("number").astype(float)}
    problems += changed_beside(held, data.framework, scales, grids.file)
    found = Collected(cells=cells, units=units, codes=set(data.codes), problems=problems)
    found.problems += slips(found, data.framework, file=grids.file, previous=previous)
    found.accounts = [whole(g) if g.hidden else of_rows(g, 2 * (g.name != MARKER), ()) for g in grids.sheets]
    return Contents(grids, data.framework, found, marker, saved=data)


def _short(units: Sequence[str], file: str) -> Iterator[Problem]:
    """That a file of earlier versions, which does not tell its rows, lacks a few provinces of a whole list."""
    for size in VALID:
        lacking = [u for u in unit_names(size) if u not in units]
        if 0 < len(lacking) <= _FEW and len(units) + len(lacking) == size:
            said = {"units": ", ".join(lacking), "size": size}
            yield Problem("problem.saved.short", said, file=file, severity="warning")


def _dataset(contents: Contents, path: Path, year: int | None, provenance: str) -> Dataset:
    framework, found, marker, tables = (
        contents.framework, contents.collected, contents.marker, contents.tables,
    )  # fmt: skip
    assert framework is not None
    kinds, values = marker.get("kinds", {}), contents.compared.table
    said = _said_of_cells(contents, values, provenance)
    about = {**marker, "name": marker.get("name") or ("" if marker else path.stem)}
    scales = unless_empty(tables.get("denominators"))
    before = contents.prefilled.tables.get("denominators") if contents.prefilled else None
    changed = contents.compared.changed
    if scales is not None and before is not None:
        scales, _, more = compare(scales, before)
        changed += more
    if contents.prefilled is not None:
        changed += len(contents.prefilled.changes_of_tree(framework.table))
    return Dataset.from_frame(
        values,
        framework=framework,
        year=year if year is not None else marker.get("year"),
        provenance=said["provenance"],
        sources=said["source"],
        notes=said["note"],
        groups=_of_units(of_kinds(tables.get("groups"), kinds.get("groups", {})), values.index),
        denominators=_of_units(scales, values.index),
        printed=of_kinds(tables.get("printed"), kinds.get("printed", {})),
        **edited_names(about, changed),
        meta={**marker.get("meta", {}), "read": found.told()},
        file=path.name,
    )


def _of_units(table: pd.DataFrame | None, units: pd.Index) -> pd.DataFrame | None:
    """The rows of provinces that have figures; a form holds all of them."""
    return None if table is None else table[table.index.isin(units)]


def values_of(found: Collected, units: Sequence[str], framework: Framework) -> pd.DataFrame:
    """Units x indicators of what was read; gaps elsewhere."""
    places = pd.MultiIndex.from_tuples(found.cells, names=("unit", "code")) if found.cells else None
    figures = [kept.value for kept in found.cells.values()]
    table = pd.DataFrame() if places is None else pd.Series(figures, index=places, dtype=float).unstack()
    return table.reindex(index=pd.Index(units, name="unit"), columns=list(framework.indicators))


def _said_of_cells(contents: Contents, values: pd.DataFrame, provenance: str) -> dict[str, pd.DataFrame]:
    """Provenance, source and note of every cell: rows for all provinces first, then those for one.

    In a form that was filled when it was written, its own rows speak of the figures that stand there
    unchanged; of the user's figures only rows that the user wrote.
    """
    file, before = contents.grids.file if contents.grids is not None else "", contents.prefilled
    source = file if not contents.marker or before is not None else ""
    blank = {"provenance": provenance, "source": source, "note": ""}
    out = {
        k: pd.DataFrame(v, index=values.index, columns=values.columns, dtype=object) for k, v in blank.items()
    }
    own = contents.compared.own if before is not None else None
    for row in _listed(contents, ["code", "unit", *blank]):
        units = [u for u in values.index if row["unit"] in ("", u)]
        if row["code"] not in values.columns:
            continue
        if own is not None and before is not None and tuple(row.values()) in before.rows:
            units = [u for u in units if not own.at[u, row["code"]]]
        for key in blank:
            if row[key] or key != "provenance":
                out[key].loc[units, row["code"]] = row[key]
    return out


def _listed(contents: Contents, columns: list[str]) -> list[dict[str, str]]:
    """Rows of the sheet of sources as text, those for all provinces first."""
    listed = contents.tables.get("sources")
    rows = [] if listed is None else listed.reindex(columns=columns).map(plain).to_dict("records")
    return sorted(rows, key=lambda row: row["unit"] != "")
