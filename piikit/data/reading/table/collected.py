"""What has been read of one file or of several: figures with their places, provinces, problems."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.formats import LocalNumber
from ....base.language import pick
from ..open.grid import Cell

MAX_PROBLEMS = 2_000
_PASSING = {"problem.table.absent", "problem.table.total"}
_MOST_TOLD = 300
_MOST_ALIKE = {"conflict": 12, "repeated": 12, "unused": 6}
FATES = (
    "unclaimed", "read", "gap", "name", "heading", "title", "note", "total", "region", "aside", "refused",
    "hidden", "unread",
)  # fmt: skip


class Kept(NamedTuple):
    """A figure and where it stands."""

    value: float
    sheet: str | None
    cell: str


class Told(NamedTuple):
    """What was said when a dataset was read, in both languages; formatted in the reader's."""

    vi: str
    en: str

    def __format__(self, spec: str) -> str:
        return str(pick(self.vi, self.en))

    @classmethod
    def of(cls, meta: Mapping[str, Any], unit: str | None = None) -> list[Told]:
        """What a dataset keeps of its reading: all, or what concerns figures of a province or of a whole column."""
        read = meta.get("read")
        kept = read.get("warnings") if isinstance(read, dict) else ()
        words = [w for w in kept or () if isinstance(w, dict) and {"vi", "en"} <= w.keys()]
        own = (unit, None) if unit is not None else ()
        return [cls(w["vi"], w["en"]) for w in words if not own or (w.get("code") and w.get("unit") in own)]


class Listed(NamedTuple):
    """A cell set aside, to be shown."""

    fate: str
    cell: str
    text: str


@dataclass(frozen=True)
class SheetAccount:
    """What became of the cells of one sheet.

    Attributes
    ----------
    sheet : str or None
    cells : int
        Cells that hold something; a merged one counts once.
    counts : mapping of fate to int
        They sum to `cells`.
    listed : tuple of Listed
        Headings, titles, notes, totals, regions and columns set aside, at most 200.
    """

    sheet: str | None
    cells: int
    counts: Mapping[str, int]
    listed: tuple[Listed, ...] = ()


@dataclass
class Collected:
    """What a file holds.

    Attributes
    ----------
    cells : dict of (unit, code) to Kept
    units : dict of unit to (sheet, cell)
        In the order of the file.
    codes : set of str
        Indicators that have a column.
    problems : list of Problem
    accounts : list of SheetAccount
        What became of every cell of every sheet.
    uncompared : list of str
        Indicators of which no figure could be held against a known one.
    """

    cells: dict[tuple[str, str], Kept] = field(default_factory=dict)
    units: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[SheetAccount] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)

    def keep(self, cell: Cell, code: str, value: float) -> None:
        """Keep a figure of a province; the same figure twice is one, two different ones are a question."""
        unit = cell.unit or ""
        before = self.cells.get((unit, code))
        if before is None or math.isnan(before.value):
            self.cells[unit, code] = Kept(value, cell.sheet, cell.place)
        elif not math.isnan(value) and value != before.value:
            here = before.sheet is None or before.sheet == cell.sheet
            place = before.cell if here else f"{before.sheet}!{before.cell}"
            said = {"first": LocalNumber(before.value), "place": place}
            self.problems.append(cell.problem("table.conflict", said, code=code, value=f"{value:g}"))

    def keep_all(self, cells: Iterable[Cell], code: str, values: Iterable[float]) -> None:
        """Keep a column of figures."""
        self.codes.add(code)
        start = len(self.problems)
        for cell, value in zip(cells, values, strict=True):
            self.keep(cell, code, value)
        self.fewer(start, "conflict")

    def fewer(self, start: int, key: str) -> None:
        """Of many like problems told since `start` keep the first ones, and say how many more there are."""
        like = [p for p in self.problems[start:] if p.key == f"problem.table.{key}"]
        rest = like[_MOST_ALIKE[key] - 1 :]
        if len(rest) > 1:
            said = {"n": len(rest), "cells": ", ".join(str(p.cell) for p in rest[:5])}
            gone = set(map(id, rest))
            self.problems[start:] = [p for p in self.problems[start:] if id(p) not in gone]
            self.problems.append(replace(rest[0], key=f"problem.table.{key}_more", values=said))

    def told(self) -> dict[str, Any]:
        """The account and the warnings that stay with a dataset, as plain values."""
        account = {a.sheet or "": dict(a.counts) for a in self.accounts}
        words: dict[tuple[Any, ...], dict[str, Any]] = {}
        for p in self.problems:
            if p.severity != "error" and p.key not in _PASSING and len(words) < _MOST_TOLD:
                at = {name: getattr(p, name) for name in ("key", "file", "sheet", "cell", "code", "unit")}
                at["unit"] = None if isinstance(n := p.values.get("n"), int) and n > 1 else p.unit
                where = (p.key, p.code, at["unit"])
                if where not in words:
                    words[where] = {**at, "n": 0, "vi": p.sentence("vi"), "en": p.sentence("en")}
                words[where]["n"] += 1
        return {"account": account, "warnings": list(words.values())}

    @property
    def present(self) -> int:
        """How many figures there are."""
        return sum(not math.isnan(kept.value) for kept in self.cells.values())

    def cap(self, file: str) -> None:
        """Keep the first problems, errors before warnings, and say how many more there are."""
        rest = len(self.problems) - MAX_PROBLEMS
        if rest <= 0:
            return
        ranked = sorted(self.problems, key=lambda p: p.severity != "error")
        severity = ranked[MAX_PROBLEMS].severity
        more = Problem("problem.table.more", {"n": rest}, file=file, severity=severity)
        self.problems = [*ranked[:MAX_PROBLEMS], more]
