"""OpenDocument spreadsheets as data, repeated cells counted before they are spread."""

# Own and not calamine's: that gives no percentages and no merged ranges of this format, and spreads
# "repeated 1,000,000 times" before anybody can count.

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .grid import Filled, Grid, raised_mark
from .safety import Budget, Refused
from .xml_stream import Element, elements

_ROWS, _COLUMNS = 1_048_576, 16_384
_CELLS = ("table-cell", "covered-table-cell")
_MANIFEST = 5_000_000
_COMPUTING = (
    b"LibreOffice",
    b"OpenOffice",
)  # they compute what they save: no value means a formula that shows nothing


def read_ods(path: Path, budget: Budget) -> list[Grid]:
    """Read every sheet.

    Raises
    ------
    Refused
        Encrypted, broken, with entities, or with more than may be read.
    """
    with zipfile.ZipFile(path) as book:
        if "META-INF/manifest.xml" in set(book.namelist()):
            with book.open("META-INF/manifest.xml") as manifest:
                if b"encryption-data" in manifest.read(_MANIFEST):
                    raise Refused("encrypted")
        computed = False
        if "meta.xml" in book.namelist():
            with book.open("meta.xml") as about:
                said = about.read(_MANIFEST)
            computed = any(name in said for name in _COMPUTING)
        with book.open("content.xml") as part:
            return _sheets(part, budget, computed)


def _sheets(part: Any, budget: Budget, computed: bool) -> list[Grid]:
    unseen: set[str] = set()
    raised: set[str] = set()
    out: list[Grid] = []
    sheet = None
    for element in elements(part, budget, ("style", *_CELLS), ("table", "table-row", "table-column")):
        if element.tag == "style":
            name, looks = (
                element.get("name") or "",
                {k: v for c in element.children for k, v in c.attributes.items()},
            )
            unseen |= {name} if looks.get("display") == "false" else set()
            raised |= {name} if looks.get("text-position", "").startswith(("super", "sub")) else set()
        elif element.tag == "table":
            out += [] if sheet is None else [sheet.grid()]
            hidden = (element.get("style-name") or "") in unseen
            sheet = _Sheet(element.get("name") or "", budget, hidden, raised=raised, computed=computed)
        elif sheet is not None:
            sheet.pass_by(element)
    return out if sheet is None else [*out, sheet.grid()]


@dataclass
class _Sheet(Filled):
    """A sheet as it passes by; a row is spread when the next one begins."""

    computed: bool = False
    raised: set[str] = field(default_factory=set)
    row: int = 0
    column: int = 1
    columns: int = 1
    again: int = 0
    in_row: list[int] = field(default_factory=list)

    def pass_by(self, element: Element) -> None:
        """The next element: a column's look, the begin of a row, or a cell."""
        if element.tag == "table-column":
            times = _times(element, "number-columns-repeated", _COLUMNS)
            if element.get("visibility") in ("collapse", "filter"):
                self.hide("hidden_columns", self.columns, min(self.columns + times - 1, _COLUMNS))
            self.columns += times
        elif element.tag == "table-row":
            self._spread()
            self.column, self.again = 1, _times(element, "number-rows-repeated", _ROWS)
            if element.get("visibility") in ("collapse", "filter") and self.again < _COLUMNS:
                self.hide("hidden_rows", self.row + 1, self.row + self.again)
        else:
            self._cell(element)

    def _cell(self, cell: Element) -> None:
        times = _times(cell, "number-columns-repeated", _COLUMNS)
        value, row = _value(cell, self.raised), self.row + 1
        value, formula = (
            None if value == "" else value,
            None if cell.get("value-type") or self.computed else cell.get("formula"),
        )
        for column in range(self.column, self.column + (times if value is not None else bool(formula))):
            self.take()
            self.in_row.append(column)
            self.put((row, column), value, percent=cell.get("value-type") == "percentage", formula=formula)
        wide, high = (_times(cell, f"number-{of}-spanned", 999) for of in ("columns", "rows"))
        if value is not None and wide * high > 1:
            self.merged.append((row, self.column, row + high - 1, self.column + wide - 1))
        self.column += times

    def _spread(self) -> None:
        """Give the row that has passed by to all rows that it stands for."""
        self.take(len(self.in_row) * self.again)
        for row in range(self.row + 2, self.row + self.again + 1) if self.in_row else ():
            for column in self.in_row:
                first = (self.row + 1, column)
                formula, percent = self.uncached.get(first), first in self.percent
                self.put((row, column), self.cells.get(first), percent=percent, formula=formula)
        self.row, self.again, self.in_row = self.row + self.again, 0, []


def _times(element: Element, name: str, most: int) -> int:
    return max(element.whole(name, most, 1), 1)


def _value(cell: Element, raised: set[str]) -> Any:
    """Value of a cell; where it cannot be read, what the cell shows."""
    shown = "\n".join(_paragraph(p, raised) for p in cell.children if p.tag == "p")
    kind = cell.get("value-type") or ""
    if any(k.endswith("value-type") and v == "error" for k, v in cell.attributes.items()):
        return shown or "#VALUE!"
    if kind not in _READERS:
        return shown or cell.get("string-value") or ""
    try:
        return _READERS[kind](cell)
    except ValueError:
        held = next((v for k in ("value", "date-value", "boolean-value") if (v := cell.get(k))), "")
        return shown or f"<{kind}>{held[:80]}"


def _number(cell: Element) -> float:
    raw = cell.get("value") or ""
    number = float(raw)
    if math.isnan(number) or "_" in raw:
        raise ValueError(raw)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


_READERS: dict[str, Callable[[Element], Any]] = {
    "float": _number,
    "currency": _number,
    "percentage": _number,
    "boolean": lambda cell: cell.get("boolean-value") == "true",
    "date": lambda cell: datetime.fromisoformat(cell.get("date-value") or ""),
}


def _paragraph(p: Element, raised: set[str]) -> str:
    """Text of a paragraph; repeated spaces are their own element, raised signs are marks and no digits."""
    out = [p.text]
    for child in p.children:
        if child.tag == "s":
            out.append(" " * _times(child, "c", 100))
        elif child.tag in ("tab", "line-break"):
            out.append("\t" if child.tag == "tab" else "\n")
        elif child.tag == "span" and child.get("style-name") in raised:
            out.append(raised_mark(_paragraph(child, raised), "".join(out[-2:])))
        elif child.tag not in ("annotation", "note"):
            out.append(_paragraph(child, raised))
        out.append(child.tail)
    return "".join(out)
