"""Where a page comes from: a page that ships, a file, a table or pasted text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.errors import InputError, Problem, UnknownNameError
from ....base.folding import fold
from ...editions.edition_table import editions, newest
from ...framework import Framework
from ...paths import raw, rows
from ...provinces import match_province, units_in
from .own_page import Page, make_page
from ..open.html_text import text_rows


def shipped_pages() -> dict[str, dict[str, str]]:
    """Pages that ship by name, with their unit, year and source."""
    return {r["name"]: r for r in rows(raw("pages", "pages.csv"))}


def open_page(
    source: Any, *, unit: str | None = None, year: int | None = None, framework: Framework | str | None = None
) -> Page:
    """Read a page from wherever it is; see :func:`piikit.index.page.page_result.read_page`.

    Raises
    ------
    InputError
        With every problem and its place.
    FileNotFoundError
        If `source` is a Path, or looks like one, and is absent.
    """
    if isinstance(source, pd.DataFrame):
        table = [
            [str(c) for c in source.columns],
            *source.astype(object).where(source.notna(), None).values.tolist(),
        ]
        return _make(table, None, unit, year, framework)
    named = fold(str(source)).replace(" ", "-") if isinstance(source, str) and "\n" not in source else ""
    if named in shipped_pages():
        fact = shipped_pages()[named]
        where = raw("pages", fact["file"])
        return _from_file(where, unit or fact["unit"], year or int(fact["year"]), framework, fact["source"])
    if isinstance(source, str) and "\n" in source.strip():
        cells, places = text_rows(source)
        return _make(cells, places, unit or _unit_in(source), year or _year_in(source), framework)
    path = Path(source)
    if not path.is_file():
        if isinstance(source, str) and not path.suffix:
            raise UnknownNameError("page", source, list(shipped_pages()))
        raise FileNotFoundError(path)
    return _from_file(path, unit, year, framework, "")


def _from_file(
    path: Path, unit: str | None, year: int | None, framework: Framework | str | None, source: str
) -> Page:
    from ..open.open_file import open_grids

    grids = open_grids(path)
    best, problems = None, []
    for grid in grids.sheets:
        said = " ".join(str(c) for row in grid.rows[:12] for c in row if isinstance(c, str))
        try:
            page = _make(
                grid.rows,
                grid.places(),
                unit or _unit_in(said) or _unit_in(path.stem.replace("_", " ")),
                year or _year_in(said) or _year_in(path.stem),
                framework,
                file=path.name,
                sheet=grid.name,
                source=source,
            )
        except InputError as error:
            problems += list(error.problems)
            continue
        if best is None or len(page.figures) > len(best.figures):
            best = page
    if best is None:
        raise InputError(problems or [Problem("problem.page.nothing", file=path.name)])
    from dataclasses import replace

    return replace(best, problems=(*grids.warnings, *best.problems))


def _make(
    table: Any,
    places: Any,
    unit: str | None,
    year: int | None,
    framework: Framework | str | None,
    *,
    file: str | None = None,
    sheet: str | None = None,
    source: str = "",
) -> Page:
    from ...library import load_framework

    if not unit:
        raise InputError([Problem("problem.page.unit", file=file, sheet=sheet)])
    if framework is None:
        framework = next((e.name for e in editions() if e.year == year), newest().name)
    tree = load_framework(framework) if isinstance(framework, str) else framework
    units: Any = None if year is None else units_in(year)
    name = match_province(unit, units)
    return make_page(
        table,
        unit=name,
        framework=tree,
        year=year,
        file=file,
        sheet=sheet,
        places=places,
        source=source or (file or ""),
    )


def _unit_in(text: str) -> str | None:
    """A province that the first lines name, if they name exactly one."""
    found = set()
    for line in text.splitlines()[:12]:
        for piece in re.split(r"[:;,|()\t]|\s{2,}|\bnăm\b|\bPII\b|\d{4}", line):
            try:
                found.add(match_province(piece.strip()))
            except UnknownNameError:
                continue
    return next(iter(found)) if len(found) == 1 else None


def _year_in(text: str) -> int | None:
    years = {int(y) for y in re.findall(r"(?<!\d)(20[2-4]\d)(?!\d)", "\n".join(text.splitlines()[:12]))}
    return next(iter(years)) if len(years) == 1 else None
