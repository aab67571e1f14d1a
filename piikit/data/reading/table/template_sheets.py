"""The sheets of a template as they are found again: by their names, and what is to be said of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ....base.errors import InputError, Problem, suggest
from ....base.folding import fold
from ...framework import Framework
from ..open.grid import Grid, Grids
from ..open.keyed import Keyed
from ..open.open_file import MARKER
from ..template.action_form import SHEETS


def role_sheets(grids: Grids, marker: Mapping[str, Any]) -> dict[str, Grid]:
    """Sheets of a template by role."""
    by_key = {fold(g.name or ""): g for g in grids.sheets}
    return {role: by_key[fold(name)] for role, name in marker["sheets"].items() if fold(name) in by_key}


def sheet_problems(grids: Grids, marker: Mapping[str, Any]) -> Iterator[Problem]:
    """Sheets of the template that are missing, and sheets that are none of it and hold something."""
    sheets, found = marker["sheets"], role_sheets(grids, marker)
    passed = {*(g.name for g in found.values()), *marker.get("further", ())}
    others = [g for g in grids.shown if g.name not in passed and not (g.name or "").startswith(MARKER)]
    names = [g.name or "" for g in others]
    for role, name in sheets.items():
        if role in found or role == "instructions":
            continue
        near = suggest(name, names, cutoff=60.0) or (names[0] if len(names) == 1 else None)
        spare = role in SHEETS or not marker.get("rows")
        kept = near is None and role not in ("values", "framework") and spare
        severity = "warning" if kept else "error"
        said = {"name": name, "known": ", ".join(names) or "–"}
        yield Problem("problem.form.sheet", said, file=grids.file, suggestion=near, severity=severity)
    yield from _unjudged(found, grids.file)
    for grid in others:
        near = suggest(grid.name, [n for r, n in sheets.items() if r not in found], cutoff=60.0)
        yield Problem(
            "problem.form.stranger", file=grids.file, sheet=grid.name, suggestion=near, severity="warning"
        )


def _unjudged(found: Mapping[str, Grid], file: str) -> Iterator[Problem]:
    """That rows of actions are not judged where values are read."""
    rows = {g.name: len(Keyed(g, SHEETS[role]).rows[1:]) for role, g in found.items() if role in SHEETS}
    if any(rows.values()):
        at = next(name for name, n in rows.items() if n)
        said = {"n": sum(rows.values())}
        yield Problem("problem.form.actions", said, file=file, sheet=at, severity="warning")


def template_framework(grids: Grids, marker: Mapping[str, Any]) -> Framework | list[Problem]:
    """The framework that stands in a template, or everything that is wrong with it; never another one."""
    grid = role_sheets(grids, marker).get("framework")
    if grid is None:
        return []  # said by sheet_problems
    form = Keyed(grid, ("code", "parent", "direction", "weight"))
    written = marker.get("columns") or ("code", "parent", "direction", "weight")
    if gone := [str(c) for c in written if c not in form.columns]:
        said = {"columns": ", ".join(gone)}
        return [Problem("problem.form.columns", said, file=grids.file, sheet=grid.name)]
    numeric = [c for c in marker.get("numeric", ()) if c in form.columns]
    try:
        made = Framework.from_form(form, name=str(marker.get("framework", "")), numeric=numeric)
    except InputError as error:
        return list(error.problems)
    if marker.get("fingerprint", made.fingerprint) != made.fingerprint:
        made.name += "-edited"
    return made
