"""The mapping of offices' columns to indicators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ....base.errors import Problem, suggest
from ....base.folding import fold
from ...framework import Framework
from ..open.grid import Cell, Grid
from ..open.heading_words import Words
from ..open.open_file import open_grids
from ..table.headings import find_headings
from ..table.stated_units import unit_means

_WORDS: Words = {
    "code": ("code", "ma", "ma chi so", "chi so"),
    "file": ("file", "tep"),
    "sheet": ("sheet", "trang", "trang tinh"),
    "column": ("column", "cot"),
    "unit": ("unit", "don vi", "don vi tinh"),
    "numerator": ("numerator", "tu so"),
    "denominator": ("denominator", "mau so"),
    "scale": ("scale", "he so"),
    "agency": ("agency", "co quan"),
}


@dataclass(frozen=True)
class Feed:
    """One row of the mapping, and where its code stands."""

    cell: Cell
    code: str
    file: str
    sheet: str = ""
    column: str = ""
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    scale: str = ""
    agency: str = ""


class Mapping(NamedTuple):
    """Rows of a mapping that can be used, and what is wrong with the others."""

    feeds: list[Feed]
    problems: list[Problem]


def read_mapping(path: Path, tree: Framework) -> Mapping:
    """Read a mapping file; its columns may be named in either language."""
    grids = open_grids(path)
    feeds = [feed for grid in grids.sheets for feed in _feeds(grid)]
    wrong = {feed: problem for feed in feeds if (problem := _problem(feed, tree)) is not None}
    if not feeds:
        known = {"known": ", ".join(_WORDS)}
        return Mapping([], [Problem("problem.agency.mapping", known, file=grids.file)])
    return Mapping([f for f in feeds if f not in wrong], [*grids.warnings, *wrong.values()])


def _feeds(grid: Grid) -> Iterator[Feed]:
    found = find_headings(grid.rows, _WORDS, ("code", "file"))
    if found is None:
        return
    for i in range(found.row + 1, len(grid.rows)):
        cells = {f: grid.cell(i, j) for f, j in found.columns.items()}
        words = {f: "" if c.raw is None else str(c.raw).strip() for f, c in cells.items()}
        if words["code"]:
            yield Feed(cells["code"], **words)


def _problem(feed: Feed, tree: Framework) -> Problem | None:
    if feed.code not in tree.indicators:
        near = suggest(feed.code, tree.indicators)
        return feed.cell.problem("table.code", value=feed.code, suggestion=near)
    known = {fold(str(tree.table.loc[feed.code].get(c, "") or "")) for c in ("unit", "unit_vi")}
    if feed.unit and not feed.numerator and unit_means(feed.unit) is None and fold(feed.unit) not in known:
        return feed.cell.problem("agency.unit_unknown", {"unit": feed.unit}, code=feed.code, value=None)
    if not feed.column and not feed.numerator:
        return feed.cell.problem("agency.no_column", code=feed.code, value=None)
    return None
