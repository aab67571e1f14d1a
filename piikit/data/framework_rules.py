"""What makes a table of codes a tree: every rule, and every place where one is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import Problem, suggest
from .reading.office_numbers import Reading, decide, read_number
from .reading.open.keyed import text_of

Place = Callable[[int, str], Mapping[str, Any]]
LIMITS = ("scale_min", "scale_max")
MOST_LEVELS = 100
_KNOWN = ("code", "parent", "direction", "weight", *LIMITS)


def is_gap(value: Any) -> bool:
    """Whether a value of a table is missing."""
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def misspelt(
    given: pd.DataFrame, table: pd.DataFrame, file: str | None, place: Place | None
) -> Iterator[Problem]:
    """Columns that are all but a known one which is absent, and two of one name."""
    absent = [k for k in _KNOWN[2:] if k not in table.columns]
    for at, (written, name) in enumerate(zip(given.columns, table.columns, strict=True)):
        near = suggest(name, absent, cutoff=78.0) if name not in _KNOWN else None
        where = {"file": file} if place is None else {**place(0, str(written)), "cell": None}
        if name in list(table.columns[:at]):
            yield Problem("problem.framework.twice", value=written, **where)
        elif near:
            yield Problem("problem.framework.like", value=written, suggestion=near, **where)


class Rows:
    """The table of a framework as the rules below look at it; a place is "#row", the header being #1."""

    def __init__(self, table: pd.DataFrame, file: str | None, place: Place | None) -> None:
        self.file, self.at, self.place = file, list(table["_row"]), place
        self.codes, self.parents = list(table["code"]), list(table["parent"])
        self.above: dict[str, str] = dict(zip(self.codes, self.parents, strict=True))
        self.inner = set(self.parents)
        self.weights = _numbers(table["weight"])
        self.directions = _numbers(table["direction"])
        self.written = table

    def name(self, row: int) -> str:
        """A row as its error names it."""
        return f"#{self.at[row] + 2}" if self.place is None else str(self.place(self.at[row], "code")["cell"])

    def blank(self, column: str, row: int) -> bool:
        """Whether nothing stands in a cell."""
        cell = self.written[column].iloc[row]
        return is_gap(cell) or text_of(cell) == ""

    def problem(
        self, key: str, row: int, column: str, values: dict[str, Any] | None = None, **more: Any
    ) -> Problem:
        """A problem at a cell of a row."""
        own = {"file": self.file, "cell": self.name(row)}
        where = own if self.place is None else self.place(self.at[row], column)
        at: dict[str, Any] = {**where, "code": self.codes[row] or None}
        return Problem(f"problem.framework.{key}", values or {}, **(at | more))


def _codes_once(rows: Rows) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, code in enumerate(rows.codes):
        if not code:
            yield rows.problem("blank", row, "code")
        elif code in first:
            yield rows.problem("duplicate", row, "code", {"first": rows.name(first[code])})
        else:
            first[code] = row


def _parents_known(rows: Rows) -> Iterator[Problem]:
    for row, parent in enumerate(rows.parents):
        if parent and parent not in rows.above:
            near = suggest(parent, filter(None, rows.codes))
            yield rows.problem("orphan", row, "parent", {"parent": parent}, suggestion=near)


def _one_root(rows: Rows) -> Iterator[Problem]:
    roots = [c for c in rows.codes if not rows.above[c]]
    if len(roots) != 1 and rows.codes:
        key = "roots" if roots else "no_root"
        yield Problem(f"problem.framework.{key}", {"roots": ", ".join(roots)}, file=rows.file)


def _no_cycle(rows: Rows) -> Iterator[Problem]:
    for row, code in enumerate(rows.codes):
        path, above = [code], rows.above[code]
        while above and above in rows.above and above not in path:
            path.append(above)
            above = rows.above[above]
        if above and above == code:
            yield rows.problem("cycle", row, "parent", {"path": " → ".join([*path, code])})
        elif len(path) == MOST_LEVELS + 1 and not above:
            yield rows.problem("deep", row, "parent", {"most": MOST_LEVELS})


def _weights_usable(rows: Rows) -> Iterator[Problem]:
    filled = {p for row, p in enumerate(rows.parents) if not rows.blank("weight", row)}
    for row, (parent, weight) in enumerate(zip(rows.parents, rows.weights, strict=True)):
        if rows.blank("weight", row):
            if parent in filled and parent:
                yield rows.problem("no_weight", row, "weight")
        elif weight is None or not 0 <= weight < np.inf:
            yield rows.problem("weight", row, "weight", value=rows.written["weight"].iloc[row])


def _directions_usable(rows: Rows) -> Iterator[Problem]:
    told = any(not rows.blank("direction", row) for row, c in enumerate(rows.codes) if c not in rows.inner)
    for row, (code, direction) in enumerate(zip(rows.codes, rows.directions, strict=True)):
        if direction == -1 and code in rows.inner:
            yield rows.problem("direction_inner", row, "direction", value=rows.written["direction"].iloc[row])
        if direction in (1, -1) or (rows.blank("direction", row) and (code in rows.inner or not told)):
            continue
        yield rows.problem("direction", row, "direction", value=rows.written["direction"].iloc[row])


def _limits_usable(rows: Rows) -> Iterator[Problem]:
    ends = {c: rows.written[c] for c in LIMITS if c in rows.written}
    for row in range(len(rows.codes)):
        told = {c: cells.iloc[row] for c, cells in ends.items() if not rows.blank(c, row)}
        found = {c: number(cell) for c, cell in told.items()}
        wrong = [c for c, number in found.items() if number is None]
        if not wrong and len(found) == len(LIMITS) and (found[LIMITS[0]] or 0) > (found[LIMITS[1]] or 0):
            wrong = [LIMITS[1]]
        for c in wrong:
            yield rows.problem("limit", row, c, value=told[c])


def _some_weight(rows: Rows) -> Iterator[Problem]:
    below: dict[str, list[float | None]] = {}
    for parent, weight in zip(rows.parents, rows.weights, strict=True):
        if parent in rows.above:
            below.setdefault(parent, []).append(weight)
    for parent, weights in below.items():
        if parent and all(w == 0 for w in weights):
            yield Problem("problem.framework.zero", file=rows.file, code=parent)


RULES = (
    _codes_once, _parents_known, _one_root, _no_cycle, _weights_usable, _directions_usable, _limits_usable,
    _some_weight,
)  # fmt: skip


def _read(cell: Any) -> Reading:
    return read_number(None if is_gap(cell) else cell)


def number(value: Any) -> float | None:
    """One number that is sure; None for a gap and for anything else."""
    return _numbers([value])[0]


def _numbers(cells: Iterable[Any]) -> list[float | None]:
    """Weights or directions as offices write them; None for a gap, for text and for what can be read in two ways."""
    decided = decide([_read(c) for c in cells])
    sure = decided.rule in ("", "column")
    return [
        (r.value / 100 if r.percent else r.value)
        if r.kind == "number" and r.scale == 1 and not r.money and (sure or not r.unsure)
        else None
        for r in decided.readings
    ]
