"""Text in cells of a workbook: never a formula, nothing lost, nothing that breaks the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ...storage import put

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 32_767


def escape(text: str) -> str:
    """Write control characters as ``_x000D_``, as the format has it, and what looks like that as itself."""
    text = _ESCAPED.sub(r"_x005F_x\1_", text)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)[:_LONGEST]


def clean(text: str) -> str:
    """Text for a note or heading that is only read: control characters become spaces."""
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text))[:_LONGEST]


def unescape(text: str) -> str:
    """Undo :func:`escape`."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def write(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a cell as data and return it: text beginning with = + - @ tab or return stays text.

    openpyxl keeps 16 digits of a number; where that is not the whole number, its shortest exact
    spelling is set in its place, and the cell stays a number.
    """
    value = value.item() if hasattr(value, "item") else value
    put(sheet, row, column, escape(value) if isinstance(value, str) else value)
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, float) and value == value and float(f"{value:.16g}") != value:
        cell._value = repr(value)
    return cell


def sheet_name(name: str, taken: Sequence[str] = ()) -> str:
    """A name that Excel accepts: 31 characters, no bracket, colon, star, question mark or slash, no apostrophe at the ends, not yet taken."""
    clean = (
        re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", _SURROGATE.sub(" ", name)).strip(" '")[:31].strip(" '")
        or "Sheet"
    )
    used, out, n = {t.casefold() for t in taken}, clean, 2
    while out.casefold() in used:
        out, n = f"{clean[: 31 - len(str(n)) - 1]} {n}", n + 1
    return out


def fill_sheet(sheet: Any, table: pd.DataFrame) -> None:
    """Write one table with bold headings, filter and fitting widths; its index is not written."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    blue, white = PatternFill("solid", fgColor="1F4E79"), Font(bold=True, color="FFFFFF")
    for at, name in enumerate(table.columns, start=1):
        head = write(sheet, 1, at, str(name))
        head.font, head.fill = white, blue
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for row, cells in enumerate(table.itertuples(index=False, name=None), start=2):
        for at, value in enumerate(cells, start=1):
            cell = write(sheet, row, at, value)
            if isinstance(value, float):
                cell.number_format = "#,##0.00##"
            elif isinstance(value, str) and len(value) > 40:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for at, name in enumerate(table.columns, start=1):
        shown = [10 if isinstance(v, float) else len(str(v)) for v in table.iloc[:200, at - 1]]
        sheet.column_dimensions[get_column_letter(at)].width = min(
            60, max(9, len(str(name)) + 2, *(n + 2 for n in shown))
        )
    sheet.freeze_panes = "B2"
    if len(table):
        sheet.auto_filter.ref = sheet.dimensions
