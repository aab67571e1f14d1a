"""Where a page comes from: a page that ships, a file, a table or pasted text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.errors import InputError, Problem, UnknownNameError
from ....base.folding import fold
from ...editions.edition_table import editions, newest, possible_edition
from ...framework import Framework
from ...library import as_framework
from ...paths import raw, rows
from ...provinces import known_province, listing, match_province, units_in
from ..office_numbers import read_number
from ..open.grid import Grid
from ..open.html_text import text_rows
from ..open.legacy_fonts import in_unicode
from ..open.open_file import open_grids
from ..table.one_province import provinces_in
from .own_page import Page, make_page

_FIRST = 12
_NO_PAGE = ("problem.page.nothing", "problem.page.unit", "problem.page.blank", "problem.page.owner")
_YEAR = re.compile(r"(?<!\d)(20[2-4]\d)(?!\d)")
_BETWEEN_CELLS = re.compile(r"([;|\t\r\n]+|  +)")
_BETWEEN_NAMES = re.compile(r"[:;,|()\t]|\s{2,}|\bnăm\b|\bPII\b|\d{4}")


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
    asked = _Asked(unit, year if year is None else possible_edition(year), framework)
    if isinstance(source, pd.DataFrame):
        body = source.astype(object).where(source.notna(), None).to_numpy().tolist()
        sheets, said = in_unicode([Grid(None, [[str(c) for c in source.columns], *body], [], [])])
        return _also(asked.else_from(_top(sheets[0])).page(sheets[0].rows), said)
    if isinstance(source, str) and "\n" in source.strip():
        sheets, said = in_unicode([Grid(None, [_BETWEEN_CELLS.split(source)], [], [])])
        source = "".join(sheets[0].rows[0])
        pasted = text_rows(source)
        about = asked.else_from(_top(Grid(None, pasted.rows, [], [])))
        return _also(about.page(pasted.rows, places=pasted.places), said)
    fact = shipped_pages().get(fold(str(source)).replace(" ", "-")) if isinstance(source, str) else None
    if fact is not None:
        asked.must_own(fact["unit"], fact["year"])
        about = replace(asked, unit=unit or fact["unit"], year=int(fact["year"]))
        return _from_file(raw("pages", fact["file"]), about, fact["source"])
    path = Path(source)
    if isinstance(source, str) and not path.suffix and not os.path.lexists(path):
        raise UnknownNameError("page", source, list(shipped_pages()))
    return _from_file(path, asked)


@dataclass(frozen=True)
class _Asked:
    """What the caller says of a page."""

    unit: str | None
    year: int | None
    framework: Framework | str | None

    def else_from(self, *said: str) -> _Asked:
        """Unit and year, where they were not told, from the first text that names one.

        Raises
        ------
        InputError
            If the text names another province than was asked for.
        """
        named = next(filter(None, map(_unit_in, said)), None)
        self.must_own(named)
        unit = self.unit or named
        return replace(self, unit=unit, year=next(filter(None, (self.year, *map(_year_in, said))), None))

    def must_own(self, owner: str | None, year: Any = None) -> None:
        """Refuse figures of another province, or of another year than a page is known to be of."""
        if self.year and year and int(year) != self.year:
            raise InputError([Problem("problem.page.year", {"year": str(self.year), "own": str(year)})])
        if self.unit and owner:
            asked, now = (_today(name, self.year) for name in (self.unit, owner))
            if asked and now and asked != now:
                raise InputError([Problem("problem.page.owner", {"unit": asked, "owner": owner})])

    def page(self, table: Any, **more: Any) -> Page:
        """The page of a table of cells."""
        if not self.unit:
            raise InputError([Problem("problem.page.unit", file=more.get("file"), sheet=more.get("sheet"))])
        named = next((e.name for e in editions() if e.year == self.year), newest().name)
        tree = as_framework(named if self.framework is None else self.framework)
        unit = match_province(self.unit, None if self.year is None else units_in(self.year))
        return make_page(table, unit=unit, framework=tree, year=self.year, **more)


def _from_file(path: Path, asked: _Asked, source: str = "") -> Page:
    """The page with most figures among the sheets of a file."""
    grids = open_grids(path)
    pages: list[tuple[Page, str | None]] = []
    problems: list[Problem] = []
    for grid in grids.sheets:
        where: dict[str, Any] = {"places": grid.places(), "file": path.name, "sheet": grid.name}
        try:
            about = asked.else_from(_top(grid), path.stem.replace("_", " "))
            pages.append((about.page(grid.rows, source=source or path.name, **where), grid.name))
        except InputError as error:
            problems += error.problems
    open_ = [p for p in problems if p.key not in _NO_PAGE]
    if open_ or not pages:
        told = [p for p in problems if p.key != _NO_PAGE[0]]
        raise InputError(open_ or told or [Problem(_NO_PAGE[0], file=path.name)])
    best, name = max(pages, key=lambda page: len(page[0].figures))
    said = []
    for page, sheet in pages:
        if page is not best:
            told_of = {"n": len(page.figures), "read": name or ""}
            said.append(
                Problem("problem.page.sheet", told_of, file=path.name, sheet=sheet, severity="warning")
            )
    return _also(best, (*grids.warnings, *said))


def _also(page: Page, said: Iterable[Problem]) -> Page:
    """A page with what is to be said of its source."""
    return replace(page, problems=(*said, *page.problems))


def _top(grid: Grid) -> str:
    """The text of the first rows that hold no figures: who has the largest value does not own the page."""
    titles = (row for row in grid.rows[:_FIRST] if not any(read_number(c).kind == "number" for c in row))
    return "\n".join(" ".join(c for c in row if isinstance(c, str)) for row in titles)


def _today(name: str, year: int | None) -> str | None:
    """The province that a name stands for in a year; what has merged since counts as what it became."""
    old = known_province(name, 63)
    late = year is None or units_in(year) == 34
    return (
        known_province(name, 34) or next((p.successor for p in listing(63) if p.name == old), None)
        if late
        else old
    )


def _unit_in(text: str) -> str | None:
    """A province that the first lines name, if they name exactly one."""
    pieces = (p for line in text.splitlines()[:_FIRST] for p in _BETWEEN_NAMES.split(line))
    found = {name for piece in pieces if (name := known_province(piece.strip()))}
    found = found or {name for piece in provinces_in(text) if (name := known_province(piece))}
    return found.pop() if len(found) == 1 else None


def _year_in(text: str) -> int | None:
    years = {int(y) for y in _YEAR.findall("\n".join(text.splitlines()[:_FIRST]))}
    return years.pop() if len(years) == 1 else None
