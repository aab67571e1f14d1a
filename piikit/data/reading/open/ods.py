"""OpenDocument spreadsheets as data, repeated cells counted before they are spread."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from ....base.formats import LocalNumber
from .grid import At, Grid, from_cells
from .safety import MAX_CELLS, NoEntities, Refused

_ROWS, _COLUMNS = 1_048_576, 16_384


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
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        with book.open("content.xml") as part:
            tree = etree.parse(NoEntities(part), parser).getroot()
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


def _times(element: Any, name: str, most: int) -> int:
    raw = _get(element, name) or "1"
    return min(max(int(raw), 1), most) if raw.isascii() and raw.isdigit() else 1


def _sheet(table: Any, budget: int, hidden: bool) -> tuple[Grid, int]:
    name = _get(table, "name") or ""
    cells: dict[At, Any] = {}
    percent: set[At] = set()
    merged = []
    row = 0
    for line in table.iter("{*}table-row"):
        again = _times(line, "number-rows-repeated", _ROWS)
        column, held = 0, []
        for cell in line:
            tag = str(cell.tag).rpartition("}")[2]
            if tag not in ("table-cell", "covered-table-cell"):
                continue
            times = _times(cell, "number-columns-repeated", _COLUMNS)
            value, is_percent = _value(cell)
            if value not in (None, ""):
                held.append((column + 1, times, value, is_percent))
                wide, high = (
                    _times(cell, "number-columns-spanned", 999),
                    _times(cell, "number-rows-spanned", 999),
                )
                if wide * high > 1:
                    merged.append((row + 1, column + 1, row + high, column + wide))
            column += times
        if held:
            if len(cells) + again * sum(t for _, t, _, _ in held) > budget:
                raise Refused("cells", sheet=name, limit=LocalNumber(MAX_CELLS))
            for r in range(row + 1, row + again + 1):
                for first, times, value, is_percent in held:
                    for c in range(first, first + times):
                        cells[r, c] = value
                        if is_percent:
                            percent.add((r, c))
        row += again
    return from_cells(name, cells, merged=merged, percent=frozenset(percent), hidden=hidden), len(cells)


def _value(cell: Any) -> tuple[Any, bool]:
    kind = _get(cell, "value-type")
    shown = "\n".join(_paragraph(p) for p in cell if str(p.tag).rpartition("}")[2] == "p")
    if any(k.rpartition("}")[2] == "value-type" and v == "error" for k, v in cell.attrib.items()):
        return shown or "#VALUE!", False
    if kind in ("float", "currency", "percentage"):
        raw = _get(cell, "value") or ""
        try:
            number = float(raw)
        except ValueError:
            return shown, False
        whole = number.is_integer() and abs(number) < 2**53
        return (int(number) if whole else number), kind == "percentage"
    if kind == "boolean":
        return _get(cell, "boolean-value") == "true", False
    if kind == "date":
        raw = _get(cell, "date-value") or ""
        try:
            return datetime.fromisoformat(raw), False
        except ValueError:
            return shown or raw, False
    return shown, False


def _paragraph(p: Any) -> str:
    """Text of a paragraph; repeated spaces are their own element."""
    out = p.text or ""
    for child in p:
        tag = str(child.tag).rpartition("}")[2] if isinstance(child.tag, str) else ""
        if tag == "s":
            out += " " * _times(child, "c", 100)
        elif tag not in ("annotation", "note"):
            out += _paragraph(child)
        out += child.tail or ""
    return out
