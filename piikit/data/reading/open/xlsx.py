"""xlsx and xlsm as data: cached values, error cells, merged ranges; no macros, no links, no entities."""

from __future__ import annotations

import posixpath
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ....base.formats import LocalNumber
from ....base.excel import unescape
from .grid import At, Grid, column_number, from_cells
from .safety import MAX_CELLS, SECONDS, NoEntities, Refused

_REF = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
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

    yield from (
        element
        for _, element in etree.iterparse(
            NoEntities(part),
            events=("end",),
            tag=tuple("{*}" + t for t in tags),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=False,
        )
    )


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

    def relations(self, of: str) -> dict[str, tuple[str, str]]:
        """Target and kind of every internal relation of a part."""
        folder, file = posixpath.split(of)
        part = self.part(posixpath.join(folder, "_rels", file + ".rels"))
        found = {}
        for link in elements(part, "Relationship") if part else ():
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
            listed.append(
                (element.get("name") or "", element.get("state") or "visible", links.get(key, ("", "")))
            )
        by_kind = {kind: target for target, kind in links.values()}
        self.strings = self._strings(by_kind.get("sharedStrings", "xl/sharedStrings.xml"))
        self.dates, self.percents = self._styles(by_kind.get("styles", "xl/styles.xml"))
        return [
            self._sheet(n, state != "visible", t) for n, state, (t, kind) in listed if kind == "worksheet"
        ]

    def _strings(self, name: str) -> list[str]:
        part, out = self.part(name), []
        for element in elements(part, "si") if part else ():
            out.append(_text_of(element))
            _free(element)
        return out

    def _styles(self, name: str) -> tuple[set[int], set[int]]:
        """Which cell styles show dates and which percentages."""
        part = self.part(name)
        formats: dict[int, str] = {9: "0%", 10: "0.00%"}
        dates, percents = set(), set()
        for element in elements(part, "numFmt", "cellXfs") if part else ():
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
        cells: dict[At, Any] = {}
        percent: set[At] = set()
        uncached: dict[At, str] = {}
        merged = []
        row = column = 0
        for element in elements(part, "row", "mergeCell"):
            if _local(element) == "mergeCell":
                merged += _range(element.get("ref") or "")
                continue
            row = _int(element.get("r")) or row + 1
            column = 0
            if not 0 < row <= _LAST_ROW:
                raise Refused("broken")
            for cell in element:
                if _local(cell) != "c":
                    continue
                found = _REF.match(cell.get("r") or "")
                column = column_number(found[1]) if found else column + 1
                if not 0 < column <= _LAST_COLUMN:
                    raise Refused("broken")
                at = (row, column)
                style = _int(cell.get("s"))
                value, formula = self._value(cell, style)
                if formula is not None and value is None:
                    uncached[at] = formula
                elif value is not None and value != "":
                    cells[at] = value
                    if style in self.percents and isinstance(value, int | float):
                        percent.add(at)
            if time.monotonic() > self.until:
                raise Refused("slow", sheet=name, seconds=SECONDS)
            if len(cells) + len(uncached) > self.budget:
                raise Refused("cells", sheet=name, limit=LocalNumber(MAX_CELLS))
            _free(element)
        self.budget -= len(cells)
        return from_cells(
            name, cells, merged=merged, percent=frozenset(percent), uncached=uncached, hidden=hidden
        )

    def _value(self, cell: Any, style: int) -> tuple[Any, str | None]:
        """Value of a cell, and its formula if it has one."""
        kind, raw, formula = cell.get("t") or "n", None, None
        for child in cell:
            tag = str(child.tag)[-2:].lstrip("}")
            if tag == "v":
                raw = child.text
            elif tag == "f":
                formula = child.text or "="
            elif tag == "is":
                return _text_of(child), None
        if raw is None or (raw == "" and kind != "str"):
            return None, formula
        if kind == "s":
            at = _int(raw, -1)
            return (self.strings[at] if 0 <= at < len(self.strings) else None), formula
        if kind in ("str", "e"):
            return raw, formula
        if kind == "b":
            return raw.strip() == "1", formula
        if kind == "d":
            return raw, formula
        try:
            number = float(raw)
        except ValueError:
            return raw, formula
        if style in self.dates and (when := _date(number, self.date1904)) is not None:
            return when, formula
        whole = number.is_integer() and abs(number) < 2**53 and not re.search("[.eE]|^-0$", raw)
        return (int(number) if whole else number), formula


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


def _range(ref: str) -> list[tuple[int, int, int, int]]:
    first, _, last = ref.partition(":")
    a, b = _REF.match(first), _REF.match(last or first)
    if not a or not b:
        return []
    return [(int(a[2]), column_number(a[1]), int(b[2]), column_number(b[1]))]
