"""Text in cells of a workbook: never a formula, nothing lost, nothing that breaks the file."""

from __future__ import annotations

import re
from typing import Any

from ..storage import put

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 32_767


def escape(text: str) -> str:
    """Write control characters as ``_x000D_``, as the format has it, and what looks like that as itself."""
    text = _ESCAPED.sub(r"_x005F_x\1_", text)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)[:_LONGEST]


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
