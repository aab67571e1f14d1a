"""A province's own page: names, values, national minima and maxima, printed scores."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....base.errors import InputError, Problem, raise_if, suggest
from ....base.folding import fold, nfc
from ....base.formats import LocalNumber
from ...framework import Framework
from ...provinces import known_province
from ...storage import plain
from ..office_numbers import Reading, decide, is_name, read_number
from ..open.grid import Cell
from ..open.heading_words import TABLE_WORDS, Words
from ..table.headings import IGNORED, fields_of, match_name
from ..table.indicator_values import POINTS, FiguresRead, Heading, Judged, Measure, judge, unit_said

_ROUNDED = 6
_BRACKETS = re.compile(r"\([^()]*\)")
_CODE = re.compile(r"\s*(\d+(?:\.\d+)+)\*?[.)]?\s")
_NO_FIGURE = {f"problem.value.{kind}" for kind in ("text", "date", "error", "dash")}
FIELDS = ("value", "minimum", "maximum", "printed", "rank")
COLUMNS = ("name", *FIELDS, *(f"{f}_half" for f in FIELDS[:4]), "place")
_WORDS: Words = {
    "name": ("ten", "name", "chi so", "indicator", "ten chi so", "noi dung", "tieu chi"),
    "code": ("ma", "code", "ma so", "ma chi so"),
    "value": ("gia tri", "value", "so lieu", "gia tri cua tinh", "gia tri dia phuong", "ket qua"),
    "minimum": ("min", "minimum", "gia tri nho nhat", "nho nhat", "thap nhat", "national min", "gia tri min",
                "gia tri nho nhat toan quoc", "gia tri thap nhat"),
    "maximum": ("max", "maximum", "gia tri lon nhat", "lon nhat", "cao nhat", "national max", "gia tri max",
                "gia tri lon nhat toan quoc", "gia tri cao nhat"),
    "printed": ("diem", "score", "diem so", "points", "printed"),
    "measure": TABLE_WORDS["measure"],
    "rank": ("hang", "xep hang", "rank", "thu hang"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Page:
    """What a page prints of one province; scores are made by :func:`piikit.index.page.page_result.score_page`.

    Attributes
    ----------
    unit : str
        Official name of the province.
    year : int or None
    framework : Framework
    figures : DataFrame
        Index ``code`` in the order of the framework, one row a node that the page names:
        ``name`` (as printed), ``value, minimum, maximum`` (raw units for indicators; for
        aggregates the national minimum and maximum of the score), ``printed`` (a printed
        score), ``rank``, and ``value_half`` and so on: half of the last printed digit, the
        rounding that a printed figure hides. ``place`` says where it stood.
    problems : tuple of Problem
        Warnings: names that were not known, figures cut off, readings that were decided.
    source, title : str

    Notes
    -----
    Pages are read by :func:`piikit.read_page`; what is taken for a name or a figure: ``docs/reading.md``.

    Examples
    --------
    >>> import piikit as pk
    >>> page = pk.read_page("khanh-hoa-2025").page
    >>> page.unit, page.year, float(page.figures.at["PII", "printed"])
    ('Khánh Hòa', 2025, 46.54)
    """

    unit: str
    year: int | None
    framework: Framework
    figures: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    source: str = ""
    title: str = ""

    def __repr__(self) -> str:
        return f"<Page {self.unit} {self.year}: {len(self.figures)} of {len(self.framework)} codes>"


def make_page(
    table: Sequence[Sequence[Any]],
    *,
    unit: str,
    framework: Framework,
    year: int | None = None,
    file: str | None = None,
    sheet: str | None = None,
    places: Sequence[str | list[str]] | None = None,
    source: str = "",
) -> Page:
    """Make a page of rows of cells.

    Parameters
    ----------
    table : rows of cells
        With a heading row that names the columns, or without one: then a name (perhaps after a
        code) and up to three figures, which are value, minimum, maximum for an indicator and
        score, minimum, maximum for an aggregate, as the printed pages have it.
    unit : str
        Official name.
    places : sequence of str or list of str, optional
        Where each row, or each cell of it, stands, for reports.

    Raises
    ------
    InputError
        If no row names a known indicator or aggregate.
    """
    where = list(places) if places is not None else [f"#{i}" for i in range(1, len(table) + 1)]
    rows = [_cells(row, spot, file, sheet) for row, spot in zip(table, where, strict=True)]
    found = _Found(framework, year)
    found.read(rows)
    raise_if(
        cell.problem("page.owner", {"unit": unit, "owner": owner})
        for cell in found.aside
        if (owner := known_province(plain(cell.raw))) not in (None, unit)
    )
    lines, problems = found.lines, found.problems
    raise_if([] if lines else [Problem("problem.page.nothing", file=file, sheet=sheet)])
    figures, said = _figures([lines[c] for c in framework if c in lines], framework)
    raise_if([*problems, *said])
    if not any(line.figures for line in lines.values()):
        raise InputError([Problem("problem.page.blank", {"n": len(lines)}, file=file, sheet=sheet)])
    said += _check(figures, framework, file, sheet)
    return Page(unit, year, framework, figures, tuple(problems + said), source)


class _Line(NamedTuple):
    """What a row says: the code (None if its name is not known), the cell of the name, its figures and their unit."""

    code: str | None
    name: Cell
    figures: dict[str, Cell]
    measure: str = ""
    beside: tuple[Cell, ...] = ()
    said: tuple[Problem, ...] = ()


@dataclass
class _Found:
    """What the rows of a page say, and what of them is not used."""

    framework: Framework
    year: int | None = None
    aside: list[Cell] = field(default_factory=list)
    lines: dict[str, _Line] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    passed: list[Cell] = field(default_factory=list)
    columns: dict[int, Cell] = field(default_factory=dict)

    def read(self, rows: list[list[Cell]]) -> None:
        """Take rows with a name; a row of headings counts as long as no name of the framework was found."""
        heads: dict[str, int] = {}
        named: list[Cell] = []
        passed: list[Cell] = []
        for cells in rows:
            if not self.lines and (at := _heads(cells, self.year)):
                heads, named = at, cells
                continue
            measure = _bracketed(named[heads["value"]]) if "value" in heads else ""
            line = (
                _line_under(cells, heads, self.framework, measure) if heads else _line(cells, self.framework)
            )
            if line is None or (line.code is None and not line.figures):
                passed += _first(cells) if self.lines else []
                self.aside += _first(cells) if self.lines else []
                continue
            if line.code is not None:
                self.passed, passed = [*self.passed, *passed], []
            self.take(line)
            for i, cell in enumerate(cells) if heads else ():
                if _held(cell) and i not in heads.values():
                    self.columns.setdefault(i, cell)
        self.problems += self.unused(named)

    def take(self, line: _Line) -> None:
        """Keep what a row says; said twice it must agree, and what the second adds is kept."""
        self.problems += line.said
        for cell in line.beside:
            self.problems.append(cell.problem("page.surplus", code=line.code, severity="warning"))
        if line.code is None:
            name = str(line.name.raw)
            near = suggest(name, [self.framework.title(c, "vi") for c in self.framework])
            self.problems.append(
                line.name.problem("page.name", value=name, suggestion=near, severity="warning")
            )
            return
        first = self.lines.setdefault(line.code, line)
        if first is line:
            return
        both = [f for f in line.figures if f in first.figures]
        differ = next((f for f in both if not _same(line.figures[f], first.figures[f])), None)
        if differ is not None:
            said = {"first": str(first.figures[differ].raw), "place": first.figures[differ].place}
            self.problems.append(line.figures[differ].problem("page.differs", said, code=line.code))
        elif len(both) == len(line.figures):
            self.problems.append(line.name.problem("page.twice", code=line.code, severity="warning"))
        else:
            self.lines[line.code] = first._replace(figures=line.figures | first.figures)

    def unused(self, named: list[Cell]) -> Iterator[Problem]:
        """Columns that nobody understood, and rows among the known ones that say nothing known."""
        for i, cell in self.columns.items():
            head = named[i] if i < len(named) else cell
            if not _held(head) or fold(str(head.raw)) not in IGNORED:
                shown = str((head if _held(head) else cell).raw)[:80]
                yield (head if _held(head) else cell).problem("page.column", value=shown, severity="warning")
        if self.passed:
            places = ", ".join(dict.fromkeys(c.place for c in self.passed[:20]))
            said = {"n": len(self.passed), "cells": places}
            yield self.passed[0].problem("page.passed", said, severity="warning")


def _first(cells: list[Cell]) -> list[Cell]:
    """The first cell of a row that holds anything."""
    return [c for c in cells if _held(c)][:1]


def _same(one: Cell, other: Cell) -> bool:
    return one.raw == other.raw or read_number(one.raw).value == read_number(other.raw).value


def _cells(row: Sequence[Any], spot: str | list[str], file: str | None, sheet: str | None) -> list[Cell]:
    places = [spot] * len(row) if isinstance(spot, str) else spot
    return [Cell(raw, sheet, place, file) for raw, place in zip(row, places, strict=False)]


def _held(cell: Cell) -> bool:
    return cell.raw not in (None, "")


def _bracketed(cell: Cell) -> str:
    """What stands in brackets in a heading."""
    return " ".join(_BRACKETS.findall(str(cell.raw)))


def _heads(cells: list[Cell], year: int | None) -> dict[str, int]:
    """Columns of a heading row, which names the names and at least one figure; else nothing."""
    plainly = [
        _BRACKETS.sub("", str(c.raw)).replace(str(year), "").strip() if _held(c) else None for c in cells
    ]
    found = fields_of(plainly, _WORDS)
    return found if "name" in found and found.keys() & set(FIELDS) else {}


class _Meant(NamedTuple):
    """The code that a row means by its name, else by its code, and what is to be said of that."""

    code: str | None
    said: tuple[Problem, ...] = ()


def _meant(name: Cell, at: dict[str, Cell], framework: Framework) -> _Meant:
    """Name and code of a row must agree; a code without points may be the number of the row."""
    code = match_name(str(name.raw), framework)
    given = plain(at["code"].raw).rstrip("*") if "code" in at else ""
    if given not in framework or given == code:
        return _Meant(code)
    if code is not None:
        said = {"first": given, "other": code}
        return _Meant(code, (name.problem("table.two_codes", said),) if "." in given else ())
    known = "name" not in at or fold(plain(name.raw)) in {
        fold(framework.title(given, g)) for g in ("vi", "en")
    }
    by_code = name.problem("page.by_code", code=given, severity="warning")
    return _Meant(given, () if known else (by_code,))


def _line_under(cells: list[Cell], heads: dict[str, int], framework: Framework, measure: str) -> _Line | None:
    """A row below headings."""
    at = {f: cells[i] for f, i in heads.items() if i < len(cells) and _held(cells[i])}
    name = at.get("name", at.get("code"))
    if name is None:
        return None
    code, said = _meant(name, at, framework)
    figures = {f: at[f] for f in FIELDS if f in at}
    beside: tuple[Cell, ...] = ()
    if code is not None and code not in framework.indicators and "value" in figures:
        own = figures.pop("value")
        if not _same(figures.setdefault("printed", own), own) and read_number(own.raw).kind == "number":
            beside = (own,)
    return _Line(code, name, figures, str(at["measure"].raw) if "measure" in at else measure, beside, said)


def _line(cells: list[Cell], framework: Framework) -> _Line | None:
    """A row without headings: the first name in it, and the figures behind in the order of printed pages."""
    first = next((i for i, c in enumerate(cells) if _held(c) and is_name(c.raw)), None)
    if first is None:
        return None
    name, before = cells[first], [c for c in cells[:first] if _held(c)]
    told = _CODE.match(str(name.raw)) or (_CODE.match(f"{before[-1].raw} ") if before else None)
    at = {"name": name} | ({"code": replace(name, raw=told[1])} if told else {})
    code, said = _meant(name, at, framework)
    raw = ("value", "minimum", "maximum", "printed")
    order = raw if code in framework.indicators else ("printed", "minimum", "maximum", "rank")
    last = max((i for i, c in enumerate(cells) if _held(c)), default=first)
    # three or four cells stand where the printed page has them; among more, empty ones are spacing
    rest = cells[first + 1 : last + 1]
    rest = rest if len(rest) in (3, 4) else [c for c in rest if _held(c)]
    figures = {f: c for f, c in zip(order, rest, strict=False) if _held(c)}
    return _Line(code, name, figures, beside=tuple(rest[len(order) :]), said=said)


class _PageFigures(NamedTuple):
    """The table of a page, and what is to be said of its cells."""

    table: pd.DataFrame
    problems: list[Problem]


def _figures(lines: list[_Line], framework: Framework) -> _PageFigures:
    """Numbers of all rows: ambiguous ones decided within the page, gaps reported."""
    readings = {line.code: {f: read_number(c.raw) for f, c in line.figures.items()} for line in lines}
    every = [r for row in readings.values() for r in row.values()]
    mark, common = _usual_mark(every), _usual_decimals(every)
    problems: list[Problem] = []
    table: dict[str, dict[str, Any]] = {}
    for line in lines:
        fields = [f for f in FIELDS if f in line.figures]
        decided = decide([readings[line.code][f] for f in fields], mark=mark)
        held = [line.figures[f] for f in fields]
        stated = line.measure or _bracketed(line.name).strip("()")
        heads = [f"({stated})"] if stated and line.code in framework.indicators else []
        measure = _measure(line.code, framework)
        column = FiguresRead(held, decided, measure, Heading.of(heads, measure))
        problems += (replace(p, code=line.code) for p in unit_said(column))
        row: dict[str, Any] = dict.fromkeys(COLUMNS, math.nan)
        row |= {"name": nfc(str(line.name.raw)), "place": line.name.place}
        for name, reading, cell in zip(fields, decided.readings, held, strict=True):
            judged = judge(cell, reading, column)
            problems += _said_of(cell, name, judged, line.code)
            if not math.isnan(judged.value):
                row[name] = judged.value
                scale = judged.value / reading.value if reading.value else 1.0
                row[f"{name}_half"] = _half(reading, common) * abs(scale)
        table[line.code or ""] = row
    frame = pd.DataFrame.from_dict(table, orient="index", columns=list(COLUMNS))
    frame.index.name = "code"
    texts = dict.fromkeys(("name", "place"), "str")
    return _PageFigures(frame.astype(dict.fromkeys(COLUMNS, "float") | texts), problems)


def _usual_mark(readings: list[Reading]) -> str:
    """The decimal mark that most figures prove."""
    marks = [r.mark for r in readings if r.mark]
    return max(sorted(set(marks)), key=marks.count, default="")


def _usual_decimals(readings: list[Reading]) -> int:
    """Most decimals of the figures that were typed as numbers, those with many left aside."""
    binary = (_decimals(r.value) for r in readings if r.kind == "number" and r.decimals is None)
    return max((d for d in binary if d <= _ROUNDED), default=0)


def _measure(code: str | None, framework: Framework) -> Measure:
    """The unit of a row, without its limits, of which a page is told by itself; a score has no unit."""
    known = code in framework.indicators
    return replace(Measure.of(framework, code or ""), low=math.nan, high=math.nan) if known else POINTS


def _said_of(cell: Cell, field: str, judged: Judged, code: str | None) -> Iterator[Problem]:
    """What is to be said of a figure; a text where one could stand is a gap, with a word."""
    said = [p for p in judged.problems if p.key not in _NO_FIGURE]
    if math.isnan(judged.value) and not said:
        yield cell.problem("page.gap", {"field": field}, severity="warning", code=code, value=cell.raw)
    yield from (replace(p, code=code) for p in said)


def _check(
    frame: pd.DataFrame, framework: Framework, file: str | None, sheet: str | None
) -> Iterator[Problem]:
    for code, row in frame.iterrows():
        at = Cell(None, sheet, str(row["place"]), file)
        if row["minimum"] > row["maximum"]:
            shown = f"{row['minimum']:g} > {row['maximum']:g}"
            yield at.problem("page.swapped", code=str(code), value=shown, severity="warning")
        own = row["value"] if code in framework.indicators else row["printed"]
        low, high = sorted((row["minimum"], row["maximum"]))
        slack = np.nansum([row["value_half"], row["maximum_half"]])
        if own < low - slack or own > high + slack:
            said = {"low": LocalNumber(low), "high": LocalNumber(high)}
            yield at.problem("page.outside", said, code=str(code), value=f"{own:g}", severity="warning")


def _decimals(value: float) -> int:
    written = repr(value)
    return len(written.partition(".")[2].rstrip("0")) if "e" not in written else 99


def _half(reading: Reading, common: int) -> float:
    """Half of the last printed digit; a binary number with many decimals was not rounded."""
    decimals = reading.decimals
    if decimals is None:
        own = _decimals(reading.value)
        if own > _ROUNDED:
            return 0.0
        decimals = max(own, common)
    return 0.5 * 10.0**-decimals
