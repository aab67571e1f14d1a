"""A saved dataset as it comes back: every table checked against the others, every problem at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import Problem, raise_if, suggest
from ..base.formats import LocalNumber
from .framework import Framework
from .prefilled import compare
from .provinces import known_province
from .storage import TABLES, Stored

_CELLS = ("values", "provenance", "sources", "notes")
_HEAD = {"name": str, "title_vi": str, "title_en": str, "framework": str, "meta": dict, "year": int | None}


def checked(stored: Stored, provenance: Sequence[str]) -> Framework:
    """Judge every table of a file, and return the framework that they rest on.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    raise_if([*stored.problems, *_head(stored), *_absent(stored)])
    framework = _framework(stored)
    raise_if([*_rows(stored), *_columns(stored, framework)])
    found = [*_values(stored, framework), *_words(stored, framework, provenance), *_denominators(stored)]
    raise_if(found)
    return framework


class UserCells(NamedTuple):
    """The tables of cells, with those that were changed by hand marked as the user's, and how many these are."""

    tables: dict[str, pd.DataFrame]
    changed: int


def with_user_cells(stored: Stored, framework: Framework) -> UserCells:
    """Tell the values, denominators and cells of the tree that were changed since the file was written."""
    tables = {name: stored.frames[name] for name in TABLES}
    before = stored.prefilled.tables if stored.prefilled else {}
    if stored.prefilled is None or "values" not in before:
        return UserCells(tables, 0)
    tables["values"], own, changed = compare(tables["values"].astype(float), before["values"])
    marks = {"provenance": "user", "sources": stored.file, "notes": ""}
    tables |= {name: tables[name].where(~own, mark) for name, mark in marks.items()}
    scales = tables["denominators"].select_dtypes("number").astype(float)
    changed += compare(scales, before.get("denominators", {})).changed
    return UserCells(tables, changed + len(stored.prefilled.changes_of_tree(framework.table)))


def _problem(key: str, where: dict[str, Any], values: dict[str, Any] | None = None, **more: Any) -> Problem:
    return Problem(f"problem.{key}", values or {}, **(where | more))


def _head(stored: Stored) -> Iterator[Problem]:
    for name, kind in _HEAD.items():
        held = stored.head.get(name, stored)
        if not isinstance(held, kind) or isinstance(held, bool):
            shown = None if held is stored else held
            yield Problem(
                "problem.saved.about", {"name": name}, file=stored.file, sheet="piikit", value=shown
            )


def _absent(stored: Stored) -> Iterator[Problem]:
    names = (*TABLES, "framework")
    spare = [n for n in stored.frames if n not in (*names, "printed")]
    for name in names:
        if name not in stored.frames:
            near = suggest(name, spare)
            yield Problem("problem.saved.sheet", {"name": name}, file=stored.file, suggestion=near)
    for name in spare:
        yield Problem("problem.form.stranger", file=stored.file, sheet=name)


def _framework(stored: Stored) -> Framework:
    table = stored.frames["framework"].rename_axis("code").reset_index()
    return Framework.from_frame(
        table,
        name=stored.head["framework"],
        file=stored.file,
        place=lambda row, column: stored.place("framework", row, None if column == "code" else column),
    )


def _rows(stored: Stored) -> Iterator[Problem]:
    """Every table of units has the same units, each once."""
    own = list(stored.frames["values"].index)
    before = stored.prefilled.tables.get("values") if stored.prefilled else None
    known = [u for u in own if known_province(u) == u]
    for name in TABLES:
        units = list(stored.frames[name].index)
        for row, unit in enumerate(units):
            where = stored.place(name, row)
            if not unit:
                yield _problem("dataset.no_unit", where)
            elif unit in units[:row]:
                yield _problem("dataset.repeated", where, unit=unit)
            elif unit not in own:
                yield _problem(
                    "saved.unit", where, {"sheet": "values"}, unit=unit, suggestion=suggest(unit, own)
                )
            elif name == "values" and 2 * len(known) > len(own) and unit not in known:
                yield _problem("table.unit", where, value=unit, suggestion=known_province(unit))
        for unit in (u for u in own if u not in units):
            yield Problem("problem.saved.row", file=stored.file, sheet=name, unit=unit)
    for unit in dict.fromkeys(u for u, _ in before or {} if u not in own):
        yield Problem("problem.saved.row", file=stored.file, sheet="values", unit=unit)


def _columns(stored: Stored, framework: Framework) -> Iterator[Problem]:
    """Every table of cells has the indicators of the framework."""
    for name in _CELLS:
        columns = [str(c) for c in stored.frames[name].columns]
        for code in (c for c in framework.indicators if c not in columns):
            yield Problem("problem.dataset.missing", file=stored.file, sheet=name, code=code)
        for code in (c for c in columns if c not in framework.indicators):
            near = suggest(code, framework.indicators)
            yield Problem("problem.dataset.column", file=stored.file, sheet=name, code=code, suggestion=near)


def _values(stored: Stored, framework: Framework) -> Iterator[Problem]:
    limits, table = framework.limits, stored.frames["values"]
    for code in framework.indicators:
        low, high = limits.loc[code]
        numbers = pd.to_numeric(table[code], errors="coerce").astype(float)
        broken = (numbers.isna() & table[code].notna()) | np.isinf(numbers)
        for row in np.flatnonzero(broken | (numbers < low) | (numbers > high)):
            at = {"unit": str(table.index[row]), "code": code, "value": table[code].iloc[row]}
            where = stored.place("values", int(row), code)
            if broken.iloc[row]:
                yield _problem("dataset.number", where, **at)
            else:
                yield _problem(
                    "value.range", where, {"low": LocalNumber(low), "high": LocalNumber(high)}, **at
                )


def _words(stored: Stored, framework: Framework, known: Sequence[str]) -> Iterator[Problem]:
    table = stored.frames["provenance"]
    for code in framework.indicators:
        for row, word in enumerate(table[code].astype(str)):
            if word not in (*known, "", "nan", "None"):
                where = stored.place("provenance", row, code)
                yield _problem(
                    "dataset.provenance", where, code=code, value=word, suggestion=suggest(word, known)
                )


def _denominators(stored: Stored) -> Iterator[Problem]:
    """Denominators that are none, unless the dataset was saved with them."""
    table, before = stored.frames["denominators"], stored.prefilled.tables if stored.prefilled else {}
    for name in table.columns if "denominators" in before else ():
        numbers = pd.to_numeric(table[name], errors="coerce")
        for row in np.flatnonzero((numbers <= 0) | (numbers.isna() & table[name].notna())):
            unit, value = str(table.index[row]), table[name].iloc[row]
            if before["denominators"].get((unit, str(name))) != value:
                where = stored.place("denominators", int(row), name)
                yield _problem("denominator.value", where, unit=unit, value=value)
