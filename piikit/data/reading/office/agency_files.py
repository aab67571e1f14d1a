"""Agency files: a mapping says which sheet and column of which office feeds which indicator; run again next year."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.errors import InputError, Problem, nearest, raise_if
from ....base.folding import fold
from ....base.formats import LocalNumber
from ...dataset import Dataset
from ...framework import Framework
from ..open.grid import Grid, Grids, column_number
from ..open.open_file import open_grids
from ..table.layout import unit_column
from .mapping import Feed, read_mapping
from ..table.office_numbers import decide, read_number
from ..table.unit_rows import UnitMatcher
from ..table.indicator_values import Measure, RawCell, read_column


def read_agency_files(
    mapping: str | Path,
    folder: str | Path | None = None,
    *,
    framework: Framework | str,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    denominators: pd.DataFrame | None = None,
    provenance: str = "user",
) -> Dataset:
    """Make a dataset of the files of several offices.

    Parameters
    ----------
    mapping : str or Path
        A CSV or workbook with the columns ``code, file, sheet, column, unit, numerator,
        denominator, scale, agency`` (or ``mã, tệp, trang tính, cột, đơn vị, tử số, mẫu số, hệ
        số, cơ quan``). ``file`` may hold ``*`` and ``{year}``; a column is its letter or its
        heading; ``unit`` is that of the file, such as ``nghìn đồng``. With ``numerator`` and
        ``denominator`` the value is numerator / (denominator / scale); the denominator is a
        column of the same sheet or of `denominators`, the scale by default the framework's.
    folder : str or Path, optional
        Where the offices' files are; the mapping's own folder by default.
    framework, units, year
        As in :func:`piikit.read_workbook`.
    denominators : DataFrame, units x names, optional
    provenance : str

    Returns
    -------
    Dataset
        Sources name file, sheet and column; denominators that were read are kept apart.

    Raises
    ------
    InputError
        With every problem of the mapping and of all files, at their sheets and cells.
    FileNotFoundError
        If there is no such mapping.
    """
    from ...library import load_framework

    tree = load_framework(framework) if isinstance(framework, str) else framework
    feeds, problems = read_mapping(Path(mapping), tree)
    reader = _Reader(
        Path(folder) if folder is not None else Path(mapping).parent, tree, units, year, denominators
    )
    for feed in feeds:
        reader.read(feed)
    raise_if([*problems, *reader.problems])
    names = list(dict.fromkeys(u for u, _ in reader.values))
    if not names:
        raise InputError([Problem("problem.table.no_values", file=Path(mapping).name)])
    blank = pd.DataFrame(math.nan, index=pd.Index(names, name="unit"), columns=list(tree.indicators))
    sources = pd.DataFrame("", index=blank.index, columns=blank.columns, dtype=object)
    for (unit, code), value in reader.values.items():
        blank.loc[unit, code] = value
        sources.loc[unit, code] = reader.sources[code]
    scales = pd.DataFrame(reader.denominators).reindex(names) if reader.denominators else None
    if denominators is not None:
        given = denominators.reindex(names)
        scales = given if scales is None else given.combine_first(scales)
    return Dataset.from_frame(
        blank,
        framework=tree,
        year=year,
        provenance=provenance,
        sources=sources,
        denominators=scales,
        name=Path(mapping).stem,
        meta={"warnings": len(reader.warnings)},
    )


class _Reader:
    """Reads one column after the other; every file is opened once."""

    def __init__(
        self,
        folder: Path,
        tree: Framework,
        units: int | Sequence[str] | None,
        year: int | None,
        given: pd.DataFrame | None,
    ) -> None:
        self.folder, self.tree, self.units, self.year, self.given = folder, tree, units, year, given
        self.files: dict[str, Grids | None] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.values: dict[tuple[str, str], float] = {}
        self.sources: dict[str, str] = {}
        self.denominators: dict[str, dict[str, float]] = {}

    def add(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            (self.problems if problem.severity == "error" else self.warnings).append(problem)

    def open(self, feed: Feed) -> Grids | None:
        """The file that a row names; missing or several is a problem, told once."""
        pattern = feed.file.replace("{year}", str(self.year or "*"))
        if pattern in self.files:
            return self.files[pattern]
        self.files[pattern] = None
        safe = not Path(pattern).is_absolute() and ".." not in Path(pattern).parts
        found = sorted(p for p in self.folder.glob(pattern) if p.is_file()) if safe and pattern else []
        if len(found) != 1:
            known = (
                sorted(p.name for p in self.folder.iterdir() if p.is_file()) if self.folder.is_dir() else []
            )
            key = "no_file" if not found else "many_files"
            hint = next(iter(nearest(pattern, known)), None) if not found else None
            said = {"name": pattern, "known": ", ".join(p.name for p in found[:5])}
            self.add([Problem(f"problem.agency.{key}", said, code=feed.code, suggestion=hint, **feed.place)])
            return None
        try:
            self.files[pattern] = open_grids(found[0])
        except InputError as error:
            self.add(error.problems)
        return self.files[pattern]

    def read(self, feed: Feed) -> None:
        grids = self.open(feed)
        grid = self._sheet(grids, feed) if grids is not None else None
        if grids is None or grid is None:
            return
        matcher = UnitMatcher(self.units)
        matcher.settle([c for row in grid.rows for c in row[:60] if isinstance(c, str)], self.year)
        unit_at, found = unit_column(grid.rows, matcher)
        at: dict[str, Any] = {"file": grids.file, "sheet": grid.name, "code": feed.code}
        if unit_at is None or not found:
            self.add([Problem("problem.table.no_units", {"codes": 0, "units": 0}, **at)])
            return
        rows = [(i, matcher.read(grid.rows[i][unit_at])[1]) for i in found]
        rows = [(i, u) for i, u in rows if u]
        if feed.numerator:
            self._ratio(feed, grids, grid, found[0], rows)
        elif (column := self._column(feed, feed.column, grids, grid, found[0])) is not None:
            values, problems = read_column(
                [_cell(grid, i, column, u) for i, u in rows],
                code=feed.code,
                framework=self.tree,
                heads=[feed.unit] if feed.unit else _heads(grid, found[0], column),
                file=grids.file,
                typed=grids.kind != "text",
            )
            self.add(problems)
            self._keep(feed, grids, grid, column, rows, values)

    def _sheet(self, grids: Grids, feed: Feed) -> Grid | None:
        shown = [g for g in grids.sheets if not g.hidden and g.rows]
        if not feed.sheet and len(shown) == 1:
            return shown[0]
        found = [g for g in shown if fold(g.name or "") == fold(feed.sheet)]
        if found or (shown and shown[0].name is None):
            return (found or shown)[0]
        known = [g.name or "" for g in shown]
        hint = next(iter(nearest(feed.sheet, known)), None)
        said = {"name": feed.sheet, "known": ", ".join(known)}
        self.add([Problem("problem.table.sheet", said, file=grids.file, code=feed.code, suggestion=hint)])
        return None

    def _column(self, feed: Feed, wanted: str, grids: Grids, grid: Grid, first: int) -> int | None:
        """Column by its letter or by a heading, folded; the year chooses among equal headings."""
        if re.fullmatch("[A-Z]{1,3}", wanted) and column_number(wanted) in grid.col_at:
            return grid.col_at.index(column_number(wanted))
        heads = {j: _heads(grid, first, j) for j in range(len(grid.col_at))}
        found = [
            j
            for j, words in heads.items()
            if fold(wanted) in {fold(w) for w in words} | {fold(" ".join(words))}
        ]
        if len(found) > 1 and self.year:
            found = [j for j in found if str(self.year) in " ".join(heads[j])] or found
        if len(found) == 1:
            return found[0]
        known = [w for words in heads.values() for w in words]
        hint = next(iter(nearest(wanted, known)), None) if not found else None
        key = "no_heading" if not found else "many_headings"
        places = ", ".join(grid.place(max(first - 1, 0), j) for j in found)
        said = {"name": wanted, "places": places}
        self.add(
            [
                Problem(
                    f"problem.agency.{key}",
                    said,
                    file=grids.file,
                    sheet=grid.name,
                    code=feed.code,
                    suggestion=hint,
                )
            ]
        )
        return None

    def _ratio(self, feed: Feed, grids: Grids, grid: Grid, first: int, rows: list[tuple[int, str]]) -> None:
        """Numerator over denominator, both kept."""
        top = self._column(feed, feed.numerator, grids, grid, first)
        tree_row = self.tree.table.loc[feed.code]
        name = str(tree_row.get("denominator", "") or "") or feed.denominator
        if self.given is not None and (feed.denominator or name) in self.given:
            column = self.given[feed.denominator or name]
            under = [float(column.get(u, math.nan)) for _, u in rows]
        else:
            at = self._column(feed, feed.denominator or name, grids, grid, first)
            under = self._plain(feed, grids, grid, at, rows) if at is not None else []
            for (_, unit), value in zip(rows, under, strict=False):
                self.denominators.setdefault(name, {})[unit] = value
        if top is None or not under:
            return
        scale = read_number(feed.scale or tree_row.get("scale", 1.0))
        factor = scale.value if scale.kind == "number" and scale.value > 0 else 1.0
        over = self._plain(feed, grids, grid, top, rows)
        values = [a / (b / factor) if b > 0 else math.nan for a, b in zip(over, under, strict=True)]
        measure = Measure.of(self.tree, feed.code)
        for (i, unit), value in zip(rows, values, strict=True):
            if value < measure.low or value > measure.high:
                said = {"low": LocalNumber(measure.low), "high": LocalNumber(measure.high)}
                place: dict[str, Any] = {"file": grids.file, "sheet": grid.name, "cell": grid.place(i, top)}
                self.add(
                    [
                        Problem(
                            "problem.value.range",
                            said,
                            unit=unit,
                            code=feed.code,
                            value=f"{value:.6g}",
                            **place,
                        )
                    ]
                )
        self._keep(feed, grids, grid, top, rows, values)

    def _plain(
        self, feed: Feed, grids: Grids, grid: Grid, column: int, rows: list[tuple[int, str]]
    ) -> list[float]:
        """Counts and amounts as they stand, scale words applied."""
        out = []
        readings, rule = decide([read_number(grid.rows[i][column]) for i, _ in rows], low=0.0)
        for (i, unit), reading in zip(rows, readings, strict=True):
            raw = grid.rows[i][column]
            at: dict[str, Any] = {
                "file": grids.file,
                "sheet": grid.name,
                "cell": grid.place(i, column),
                "unit": unit,
                "code": feed.code,
                "value": None if raw is None else str(raw)[:80],
            }
            if (grid.row_at[i], grid.col_at[column]) in grid.uncached:
                self.add([Problem("problem.value.uncached", **at)])
            elif reading.kind in ("error", "date", "text"):
                self.add([Problem(f"problem.value.{reading.kind}", **at)])
            elif reading.other is not None:
                said = {"taken": LocalNumber(reading.value), "other": LocalNumber(reading.other)}
                self.add([Problem(f"problem.ambiguous.{rule}", said, severity="warning", **at)])
            out.append(reading.value * reading.scale)
        return out

    def _keep(
        self,
        feed: Feed,
        grids: Grids,
        grid: Grid,
        column: int,
        rows: list[tuple[int, str]],
        values: list[float],
    ) -> None:
        where = "!".join(p for p in (grids.file, grid.name) if p)
        letter = grid.place(0, column).rstrip("0123456789")
        self.sources[feed.code] = f"{feed.agency + ': ' if feed.agency else ''}{where}, {letter}"
        for (i, unit), value in zip(rows, values, strict=True):
            before = self.values.get((unit, feed.code), math.nan)
            if not math.isnan(before) and not math.isnan(value) and before != value:
                at: dict[str, Any] = {"file": grids.file, "sheet": grid.name, "cell": grid.place(i, column)}
                said = {"first": LocalNumber(before), "place": "–"}
                self.add(
                    [
                        Problem(
                            "problem.table.conflict",
                            said,
                            unit=unit,
                            code=feed.code,
                            value=f"{value:g}",
                            **at,
                        )
                    ]
                )
            if math.isnan(before):
                self.values[unit, feed.code] = value


def _heads(grid: Grid, first: int, column: int) -> list[str]:
    return [str(grid.rows[i][column]) for i in range(first) if grid.rows[i][column] not in (None, "")]


def _cell(grid: Grid, row: int, column: int, unit: str) -> RawCell:
    return RawCell(
        unit,
        grid.rows[row][column],
        grid.name,
        grid.place(row, column),
        grid.is_percent(row, column),
        (grid.row_at[row], grid.col_at[column]) in grid.uncached,
    )
