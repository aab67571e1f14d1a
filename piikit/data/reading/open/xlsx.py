"""xlsx and xlsm as data: cached values, error cells, merged ranges; no macros, no links, no entities."""

# Own, because calamine 0.6 drops error cells, percentages and formulae without a value, and openpyxl gives
# either formulae or values, merged ranges only with the whole book in memory, and stops at a wrong dimension.

from __future__ import annotations

import posixpath
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ....base.excel import unescape
from ....base.formats import LocalNumber
from .grid import At, Grid, Range, column_number, from_cells
from .safety import MAX_CELLS, SAFE_XML, SECONDS, NoEntities, Refused

_REF = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_RANGE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$")
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def read_xlsx(path: Path) -> list[Grid]:
    """Read every sheet of a workbook.

    Raises
    ------
    Refused
        Broken, with entities, or with more cells than may be read.
    """
    with zipfile.ZipFile(path) as book:
        return _Reader(book).sheets()


def elements(part: Any, *tags: str) -> Iterator[Any]:
    """End events of the given local names of an XML stream; the caller frees them."""
    from lxml import etree

    names = tuple("{*}" + tag for tag in tags)
    for _, element in etree.iterparse(NoEntities(part), tag=names, recover=False, **SAFE_XML):
        yield element


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _free(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None and element.getparent() is not None:
        del element.getparent()[0]


class _Reader:
    def __init__(self, book: zipfile.ZipFile) -> None:
        self.book = book
        self.names = {n.lower().lstrip("/"): n for n in book.namelist()}
        self.budget = MAX_CELLS
        self.until = time.monotonic() + SECONDS

    def part(self, name: str) -> Any:
        """A stream of a part, None if there is none."""
        found = self.names.get(name.lower().lstrip("/"))
        return None if found is None else self.book.open(found)

    def each(self, name: str, *tags: str) -> Iterator[Any]:
        """Elements of a part; none if there is no such part."""
        part = self.part(name)
        return iter(()) if part is None else elements(part, *tags)

    def relations(self, of: str) -> dict[str, tuple[str, str]]:
        """Target and kind of every internal relation of a part."""
        folder, file = posixpath.split(of)
        found = {}
        for link in self.each(posixpath.join(folder, "_rels", file + ".rels"), "Relationship"):
            if link.get("TargetMode") == "External":
                continue
            target = link.get("Target") or ""
            full = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[link.get("Id") or ""] = full.lstrip("/"), (link.get("Type") or "").rpartition("/")[2]
        return found

    def sheets(self) -> list[Grid]:
        main = next(
            (t for t, kind in self.relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )
        part = self.part(main)
        if part is None:
            raise Refused("broken")
        links = self.relations(main)
        listed, self.date1904 = [], False
        for element in elements(part, "sheet", "workbookPr"):
            if _local(element) == "workbookPr":
                self.date1904 = element.get("date1904") in ("1", "true")
                continue
            key = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            hidden = (element.get("state") or "visible") != "visible"
            listed.append((element.get("name") or "", hidden, *links.get(key, ("", ""))))
        by_kind = {kind: target for target, kind in links.values()}
        self.strings = self._strings(by_kind.get("sharedStrings", "xl/sharedStrings.xml"))
        self.dates, self.percents = self._styles(by_kind.get("styles", "xl/styles.xml"))
        return [self._sheet(name, hidden, at) for name, hidden, at, kind in listed if kind == "worksheet"]

    def _strings(self, name: str) -> list[str]:
        out = []
        for element in self.each(name, "si"):
            out.append(_text_of(element))
            _free(element)
        return out

    def _styles(self, name: str) -> tuple[set[int], set[int]]:
        """Which cell styles show dates and which percentages."""
        formats: dict[int, str] = {9: "0%", 10: "0.00%"}
        dates, percents = set(), set()
        for element in self.each(name, "numFmt", "cellXfs"):
            if _local(element) == "numFmt":
                formats[_int(element.get("numFmtId"))] = element.get("formatCode") or ""
                continue
            for at, style in enumerate(element):
                code = _int(style.get("numFmtId"))
                bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", formats.get(code, ""))
                if code in _DATE_IDS or (bare and re.search("[ymdhsYMDHS]", bare) and "0" not in bare):
                    dates.add(at)
                if "%" in bare:
                    percents.add(at)
        return dates, percents

    def _sheet(self, name: str, hidden: bool, target: str) -> Grid:
        part = self.part(target)
        if part is None:
            raise Refused("part", sheet=name)
        found, row = _Found(), 0
        for element in elements(part, "row", "mergeCell"):
            if _local(element) == "mergeCell":
                found.merged += _range(element.get("ref") or "")
                continue
            row = _within(_int(element.get("r")) or row + 1, _LAST_ROW)
            self._row(element, row, found)
            if time.monotonic() > self.until:
                raise Refused("slow", sheet=name, seconds=SECONDS)
            if len(found.cells) + len(found.uncached) > self.budget:
                raise Refused("cells", sheet=name, limit=LocalNumber(MAX_CELLS))
            _free(element)
        self.budget -= len(found.cells)
        return from_cells(
            name,
            found.cells,
            merged=found.merged,
            percent=frozenset(found.percent),
            uncached=found.uncached,
            hidden=hidden,
        )

    def _row(self, element: Any, row: int, found: _Found) -> None:
        column = 0
        for cell in element.iterchildren("{*}c"):
            ref = _REF.match(cell.get("r") or "")
            column = _within(column_number(ref[1]) if ref else column + 1, _LAST_COLUMN)
            style = _int(cell.get("s"))
            stored = _stored(cell)
            value = self._value(stored.kind, stored.raw, style)
            if value is None and stored.formula is not None:
                found.uncached[row, column] = stored.formula
            elif value is not None and value != "":
                found.cells[row, column] = value
                if style in self.percents and isinstance(value, int | float):
                    found.percent.add((row, column))

    def _value(self, kind: str, raw: str | None, style: int) -> Any:
        """A stored value by its declared type; None if there is none."""
        if raw is None or (raw == "" and kind != "str"):
            return None
        if kind == "s":
            at = _int(raw, -1)
            return self.strings[at] if 0 <= at < len(self.strings) else None
        if kind == "b":
            return raw.strip() == "1"
        return raw if kind in ("str", "e", "d") else self._number(raw, style)

    def _number(self, raw: str, style: int) -> Any:
        """A number, or a date where the style shows one; text that is neither stays text."""
        try:
            number = float(raw)
        except ValueError:
            return raw
        if style in self.dates and (when := _date(number, self.date1904)) is not None:
            return when
        whole = number.is_integer() and abs(number) < 2**53 and not re.search("[.eE]|^-0$", raw)
        return int(number) if whole else number


@dataclass
class _Found:
    """What has been read of a sheet so far."""

    cells: dict[At, Any] = field(default_factory=dict)
    percent: set[At] = field(default_factory=set)
    uncached: dict[At, str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)


def _within(at: int, last: int) -> int:
    if not 0 < at <= last:
        raise Refused("broken")
    return at


class _Stored(NamedTuple):
    """What the file holds of a cell."""

    kind: str
    raw: str | None = None
    formula: str | None = None


def _stored(cell: Any) -> _Stored:
    raw = formula = None
    for child in cell:
        tag = str(child.tag)[-2:].lstrip("}")
        if tag == "v":
            raw = child.text
        elif tag == "f":
            formula = child.text or "="
        elif tag == "is":
            return _Stored("str", _text_of(child))
    return _Stored(cell.get("t") or "n", raw, formula)


def _text_of(element: Any) -> str:
    """Text of a string item or its runs, without the phonetic ones."""
    parts = []
    for child in element:
        tag = _local(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [t.text or "" for t in child if _local(t) == "t"]
    return unescape("".join(parts))


def _int(raw: str | None, default: int = 0) -> int:
    try:
        return int(raw) if raw and len(raw) < 12 else default
    except ValueError:
        return default


def _date(serial: float, date1904: bool) -> datetime | None:
    if not 0 <= serial < 2_958_466:
        return None
    start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    return start + timedelta(days=serial)


def _range(ref: str) -> list[Range]:
    found = _RANGE.match(ref)
    if not found:
        return []
    left, top, right, bottom = found.groups()
    return [(int(top), column_number(left), int(bottom or top), column_number(right or left))]
