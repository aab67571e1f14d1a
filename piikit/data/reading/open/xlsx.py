"""xlsx and xlsm as data: cached values, error cells, merged ranges; no macros, no links, no entities."""

# Own, because calamine 0.6 drops error cells, percentages and formulae without a value, and openpyxl gives
# either formulae or values, merged ranges only with the whole book in memory, and stops at a wrong dimension.

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ....base.excel import unescape
from .grid import At, Displayed, Filled, Grid, Range, column_number, raised_mark
from .safety import Budget, Refused
from .xml_stream import Element, elements

_REF = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_RANGE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$")
_NUMBER = re.compile(r"^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$", re.ASCII)
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]')
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_LAST_ROW, _LAST_COLUMN, _MOST_SHEETS = 1_048_576, 16_384, 4_000
_SECTIONS = ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles")


def read_xlsx(path: Path, budget: Budget) -> list[Grid]:
    """Read every sheet of a workbook.

    Raises
    ------
    Refused
        Broken, with entities, or with more than may be read.
    """
    with zipfile.ZipFile(path) as book, ExitStack() as parts:
        return _Reader(book, budget, parts).sheets()


class _Reader:
    def __init__(self, book: zipfile.ZipFile, budget: Budget, parts: ExitStack) -> None:
        self.book, self.budget, self.parts = book, budget, parts
        self.names = {n.lower().lstrip("/"): n for n in book.namelist()}

    def part(self, name: str) -> Any:
        """A stream of a part, None if there is none."""
        found = self.names.get(name.lower().lstrip("/"))
        return None if found is None else self.parts.enter_context(self.book.open(found))

    def each(self, name: str, whole: tuple[str, ...], opening: tuple[str, ...] = ()) -> Iterator[Element]:
        """Elements of a part; none if there is no such part."""
        return elements(self.part(name), self.budget, whole, opening)

    def relations(self, of: str) -> dict[str, tuple[str, str]]:
        """Target and kind of every internal relation of a part."""
        folder, file = posixpath.split(of)
        found = {}
        for link in self.each(posixpath.join(folder, "_rels", file + ".rels"), (), ("Relationship",)):
            if link.get("TargetMode") == "External":
                continue
            target = link.get("Target") or ""
            full = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[link.get("Id") or ""] = full.lstrip("/"), (link.get("Type") or "").rpartition("/")[2]
        return found

    def sheets(self) -> list[Grid]:
        kinds = {kind: target for target, kind in self.relations("").values()}
        main = kinds.get("officeDocument", "xl/workbook.xml")
        if self.part(main) is None:
            raise Refused("broken")
        links = self.relations(main)
        listed, self.date1904 = [], False
        for element in self.each(main, (), ("sheet", "workbookPr")):
            if element.tag == "workbookPr":
                self.date1904 = element.get("date1904") in ("1", "true")
                continue
            hidden = (element.get("state") or "visible") != "visible"
            listed.append((element.get("name") or "", hidden, *links.get(element.get("id") or "", ("", ""))))
        if len(listed) > _MOST_SHEETS:
            raise Refused("parts", n=len(listed), limit=_MOST_SHEETS)
        by_kind = {kind: target for target, kind in links.values()}
        strings = self.each(by_kind.get("sharedStrings", "xl/sharedStrings.xml"), ("si",))
        self.strings = [unescape(_text_of(element)) for element in strings]
        self.budget.take("characters", sum(map(len, self.strings)))
        self._styles(by_kind.get("styles", "xl/styles.xml"))
        return [
            self._sheet(name, hidden, at) for name, hidden, at, kind in listed if kind in ("worksheet", "")
        ]

    def _styles(self, name: str) -> None:
        """Which cell styles show dates and which percentages."""
        formats: dict[int, str] = {9: "0%", 10: "0.00%"}
        codes: list[int] = []
        section = ""
        for element in self.each(name, (), ("numFmt", "xf", *_SECTIONS)):
            if element.tag == "numFmt" and section != "dxfs":
                formats[element.whole("numFmtId", _LAST_ROW)] = (element.get("formatCode") or "")[:500]
            elif element.tag == "xf" and section == "cellXfs":
                codes.append(element.whole("numFmtId", _LAST_ROW))
            elif element.tag in _SECTIONS:
                section = element.tag
        bare = {code: _NOT_SHOWN.sub("", shown) for code, shown in formats.items()}
        dated = {c for c, b in bare.items() if re.search("[ymdhsYMDHS]", b) and "0" not in b} | _DATE_IDS
        self.dates = {i for i, c in enumerate(codes) if c in dated}
        self.shown = {i: said for i, c in enumerate(codes) if (said := _Shown.of(formats.get(c, "")))}
        self.percents = {i for i, c in enumerate(codes) if "%" in bare.get(c, "")}

    def _sheet(self, name: str, hidden: bool, target: str) -> Grid:
        part = self.part(target) if target else None
        if part is None:
            raise Refused("part", sheet=name)
        found = Filled(name, self.budget, hidden)
        row = column = 0
        for element in elements(part, self.budget, ("c",), ("row", "col", "mergeCell")):
            if element.tag == "c":
                ref = _REF.match(element.get("r") or "")
                column = _within(column_number(ref[1]) if ref else column + 1, _LAST_COLUMN)
                row = _within(int(ref[2]) if ref else row, _LAST_ROW)
                self._cell(element, (row, column), found)
            elif element.tag == "row":
                row, column = _within(element.whole("r", _LAST_ROW + 1) or row + 1, _LAST_ROW), 0
                found.hidden_rows |= {row} if _unseen(element, "ht") else set()
            elif element.tag == "mergeCell":
                found.take()
                found.merged += _range(element.get("ref") or "")
            elif _unseen(element, "width"):
                first, last = (element.whole(of, _LAST_COLUMN) for of in ("min", "max"))
                found.hide("hidden_columns", first, last)
        return found.grid()

    def _cell(self, cell: Element, at: At, found: Filled) -> None:
        style, inline = cell.whole("s", _LAST_ROW), cell.first("is")
        held, formula = cell.first("v") if inline is None else inline, cell.first("f")
        raw = None if held is None else held.text if inline is None else _text_of(inline)
        value = self._value((cell.get("t") or "n") if inline is None else "inlineStr", raw, style)
        written = None if formula is None else formula.text or "="
        found.put(at, value, percent=style in self.percents, formula=written)
        if len(found.cells) + len(found.uncached) > self.budget.cells:
            self.budget.take("cells", self.budget.cells + 1, found.name)

    def _value(self, kind: str, raw: str | None, style: int) -> Any:
        """A stored value by its declared type; None if there is none; what cannot be one as the file has it."""
        if raw is None or (raw == "" and kind not in _TEXTS):
            return None
        if kind == "s":
            at = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else len(self.strings)
            return self.strings[at] if at < len(self.strings) else f"<s>{raw[:20]}</s>"
        if kind == "b" and raw.strip() in ("0", "1", "true", "false"):
            return raw.strip() in ("1", "true")
        if kind in _TEXTS or kind == "e":
            return unescape(raw)
        return self._number(raw, style) if kind == "n" else f"<{kind[:20]}>{raw[:80]}"

    def _number(self, raw: str, style: int) -> Any:
        """A number, or a date where the style shows one; text that is neither stays text, marked as no figure."""
        if not _NUMBER.match(raw.strip()) or len(raw) > 400:
            return f"<v>{raw[:80]}</v>"
        number = float(raw)
        if style in self.dates and (when := _date(number, self.date1904)) is not None:
            return when
        if style in self.shown:
            return self.shown[style].text(number)
        whole = number.is_integer() and abs(number) < 2**53 and not re.search("[.eE]|^-0$", raw)
        return int(number) if whole else number


_TEXTS = ("str", "inlineStr")


class _Shown(NamedTuple):
    """Words that a number format shows before and after a figure, and by what it divides it."""

    before: str
    after: str
    by: float

    @classmethod
    def of(cls, code: str) -> _Shown | None:
        """Of the part of a format that is for numbers above nought; None if it shows no words."""
        part = re.sub(r"\[[^\]]*\]|[_*].", "", code.split(";")[0])
        said = [a or b for a, b in re.findall(r'"([^"]*)"|\\(.)', part)]
        places = _NOT_SHOWN.sub("", part)
        if not re.search("[0#]", places) or not any(c.isalpha() or c in "%‰" for c in "".join(said)):
            return None
        first = re.search("[0#]", re.sub(r'"[^"]*"|\\.', lambda m: "\0" * len(m[0]), part))
        before = re.findall(r'"([^"]*)"|\\(.)', part[: first.start()] if first else "")
        lead = "".join(a or b for a, b in before)
        commas = re.search(r"[0#](,+)(?![0#,])", places)
        return cls(lead, "".join(said)[len(lead) :], 1000.0 ** len(commas[1]) if commas else 1.0)

    def text(self, number: float) -> Displayed:
        """The figure with its words; never so that its mark could part thousands."""
        value = repr(number / self.by).removesuffix(".0")
        value += "0" if len(value.partition(".")[2]) == 3 else ""
        return Displayed(f"{self.before}{value}{self.after}".strip())


def _unseen(element: Element, size: str) -> bool:
    return element.get("hidden") in ("1", "true") or element.get(size) in ("0", "0.0")


def _within(at: int, last: int) -> int:
    if not 0 < at <= last:
        raise Refused("broken")
    return at


def _text_of(element: Element) -> str:
    """Text of a string item or its runs, without the phonetic ones; raised runs are marks, no digits."""
    parts: list[str] = []
    for child in element.children:
        if child.tag == "t":
            parts.append(child.text)
        elif child.tag == "r":
            said = "".join(t.text for t in child.children if t.tag == "t")
            look = child.first("rPr")
            align = None if look is None else look.first("vertAlign")
            raised = align is not None and align.get("val") in ("superscript", "subscript")
            parts.append(raised_mark(said, "".join(parts[-1:])) if raised else said)
    return "".join(parts)


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
