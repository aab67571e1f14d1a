"""OpenDocument spreadsheets as data, repeated cells counted before they are spread."""

# Own and not calamine's: that gives no percentages and no merged ranges of this format, and spreads
# "repeated 1,000,000 times" before anybody can count.

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ....base.formats import LocalNumber
from .grid import At, Grid, Range, from_cells
from .safety import MAX_CELLS, SAFE_XML, NoEntities, Refused

_ROWS, _COLUMNS = 1_048_576, 16_384


class _Held(NamedTuple):
    """A cell that holds something: its first column, how often it is repeated, and its span."""

    column: int
    times: int
    value: Any
    percent: bool
    wide: int
    high: int


def read_ods(path: Path) -> list[Grid]:
    """Read every sheet.

    Raises
    ------
    Refused
        Encrypted, broken, with entities, or with more cells than may be read.
    """
    from lxml import etree

    with zipfile.ZipFile(path) as book:
        names = set(book.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in book.read("META-INF/manifest.xml"):
            raise Refused("encrypted")
        with book.open("content.xml") as part:
            tree = etree.parse(NoEntities(part), etree.XMLParser(**SAFE_XML)).getroot()
    unseen = {
        _get(style, "name")
        for style in tree.iter("{*}style")
        if any(_get(p, "display") == "false" for p in style.iter("{*}table-properties"))
    }
    budget, out = MAX_CELLS, []
    for table in tree.iter("{*}table"):
        grid, used = _sheet(table, budget, _get(table, "style-name") in unseen)
        budget -= used
        out.append(grid)
    return out


def _get(element: Any, name: str) -> str | None:
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _times(element: Any, name: str, most: int) -> int:
    raw = _get(element, name) or "1"
    return min(max(int(raw), 1), most) if raw.isascii() and raw.isdigit() else 1


def _sheet(table: Any, budget: int, hidden: bool) -> tuple[Grid, int]:
    """The grid and how many cells it takes of the budget."""
    name = _get(table, "name") or ""
    cells: dict[At, Any] = {}
    percent: set[At] = set()
    merged: list[Range] = []
    row = 0
    for line in table.iter("{*}table-row"):
        again = _times(line, "number-rows-repeated", _ROWS)
        held = list(_held(line))
        if len(cells) + again * sum(h.times for h in held) > budget:
            raise Refused("cells", sheet=name, limit=LocalNumber(MAX_CELLS))
        merged += [
            (row + 1, h.column, row + h.high, h.column + h.wide - 1) for h in held if h.wide * h.high > 1
        ]
        for r in range(row + 1, row + again + 1) if held else ():
            for h in held:
                places = [(r, c) for c in range(h.column, h.column + h.times)]
                cells |= dict.fromkeys(places, h.value)
                percent |= set(places) if h.percent else set()
        row += again
    return from_cells(name, cells, merged=merged, percent=frozenset(percent), hidden=hidden), len(cells)


def _held(line: Any) -> Iterator[_Held]:
    """Cells of a row that hold something."""
    column = 1
    for cell in line:
        if _tag(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = _times(cell, "number-columns-repeated", _COLUMNS)
        value = _value(cell)
        if value not in (None, ""):
            wide, high = (_times(cell, f"number-{of}-spanned", 999) for of in ("columns", "rows"))
            is_percent = _get(cell, "value-type") == "percentage" and isinstance(value, int | float)
            yield _Held(column, times, value, is_percent, wide, high)
        column += times


def _value(cell: Any) -> Any:
    """Value of a cell; where it cannot be read, what the cell shows."""
    shown = "\n".join(_paragraph(p) for p in cell if _tag(p) == "p")
    if any(k.rpartition("}")[2] == "value-type" and v == "error" for k, v in cell.attrib.items()):
        return shown or "#VALUE!"
    read = _READERS.get(_get(cell, "value-type") or "")
    try:
        return shown if read is None else read(cell)
    except ValueError:
        return shown or _get(cell, "date-value") or ""


def _number(cell: Any) -> float:
    number = float(_get(cell, "value") or "")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


_READERS: dict[str, Callable[[Any], Any]] = {
    "float": _number,
    "currency": _number,
    "percentage": _number,
    "boolean": lambda cell: _get(cell, "boolean-value") == "true",
    "date": lambda cell: datetime.fromisoformat(_get(cell, "date-value") or ""),
}


def _paragraph(p: Any) -> str:
    """Text of a paragraph; repeated spaces are their own element."""
    out = p.text or ""
    for child in p:
        if _tag(child) == "s":
            out += " " * _times(child, "c", 100)
        elif _tag(child) not in ("annotation", "note"):
            out += _paragraph(child)
        out += child.tail or ""
    return out
