"""The mapping of offices' columns to indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....base.errors import Problem, nearest
from ....base.folding import fold
from ...framework import Framework
from ..open.open_file import open_grids

_FIELDS = {
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
    """One row of the mapping, and where it stands."""

    code: str
    file: str
    sheet: str
    column: str
    unit: str
    numerator: str
    denominator: str
    scale: str
    agency: str
    place: dict[str, Any] = field(default_factory=dict)


def read_mapping(path: Path, tree: Framework) -> tuple[list[Feed], list[Problem]]:
    """Rows of a mapping file and what is wrong with it; its columns may be named in either language."""
    grids = open_grids(path)
    problems: list[Problem] = []
    feeds: list[Feed] = []
    for grid in grids.sheets:
        heads: dict[str, int] = {}
        for i, row in enumerate(grid.rows):
            words = {fold(str(c)): j for j, c in enumerate(row) if c is not None}
            if not heads:
                found = {f: next((words[w] for w in names if w in words), -1) for f, names in _FIELDS.items()}
                heads = (
                    {f: j for f, j in found.items() if j >= 0}
                    if {"code", "file"} <= {f for f, j in found.items() if j >= 0}
                    else {}
                )
                continue
            cells = {
                f: str(row[j]).strip() if j < len(row) and row[j] is not None else ""
                for f, j in heads.items()
            }
            place: dict[str, Any] = {
                "file": grids.file,
                "sheet": grid.name,
                "cell": grid.place(i, heads["code"]),
            }
            if not cells["code"]:
                continue
            if cells["code"] not in tree.indicators:
                hint = next(iter(nearest(cells["code"], tree.indicators)), None)
                problems.append(Problem("problem.table.code", value=cells["code"], suggestion=hint, **place))
                continue
            if not cells.get("column") and not cells.get("numerator"):
                problems.append(Problem("problem.agency.no_column", code=cells["code"], **place))
                continue
            feeds.append(Feed(**{f: cells.get(f, "") for f in _FIELDS}, place=place))
    if not feeds and not problems:
        problems.append(Problem("problem.agency.mapping", {"known": ", ".join(_FIELDS)}, file=grids.file))
    return feeds, problems
