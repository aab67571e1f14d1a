"""Workbooks that open well in Excel: data stay data, headings stay in sight, one look everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .files import must_end, replace_file

BLUE, PALE, SAND, GREY, LINE = "1F4E79", "DCE6F1", "FFF9E5", "767676", "C9C9C9"
RED, YELLOW, PEACH = "F8B4B4", "FFF2A8", "FCE4D6"
NUMBER, DATE = "#,##0.00##", "dd/mm/yyyy"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")
_LONGEST, _WIDEST, _WRAPS = 32_767, 60, 40


def write_book(path: str | Path, fill: Callable[[Any], None]) -> Path:
    """Give `fill` an openpyxl workbook without sheets and save it, under a temporary name first."""
    from openpyxl import Workbook

    def save(temporary: Path) -> None:
        book = Workbook()
        book.remove(book.worksheets[0])
        fill(book)
        book.save(temporary)

    return replace_file(must_end(path, ".xlsx"), save)


def write_tables(path: str | Path, sheets: Mapping[str, pd.DataFrame], *, index: bool = False) -> Path:
    """Write DataFrames as sheets of one workbook.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file; written under a temporary name, then renamed.
    sheets : mapping
        Sheet name (made fit for Excel by :func:`sheet_name`) to table.
    index : bool
        Write the index as the first column(s) too.
    """

    def fill(book: Any) -> None:
        for name, table in sheets.items():
            fill_sheet(add_sheet(book, name), table.reset_index() if index else table)

    return write_book(path, fill)


def add_sheet(book: Any, name: str) -> Any:
    """Add a sheet with the nearest name to `name` that Excel accepts and that is not yet taken."""
    return book.create_sheet(sheet_name(name, book.sheetnames))


def sheet_name(name: str, taken: Sequence[str] = ()) -> str:
    """A name that Excel accepts: 31 characters, no bracket, colon, star, question mark or slash, no apostrophe at the ends, not yet taken."""
    name = _NOT_IN_NAMES.sub(" ", name).strip(" '")[:31].strip(" '") or "Sheet"
    used, out, n = {t.casefold() for t in taken}, name, 2
    while out.casefold() in used:
        out, n = f"{name[: 31 - len(str(n)) - 1]} {n}", n + 1
    return out


def escape(text: str) -> str:
    """Write control characters as ``_x000D_``, as the format has it, and what looks like that as itself."""
    text = _SURROGATE.sub("\ufffd", _ESCAPED.sub(r"_x005F_x\1_", text))
    return _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)[:_LONGEST]


def unescape(text: str) -> str:
    """Undo :func:`escape`."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def clean(text: str) -> str:
    """Text for a note or heading that is only read: control characters become spaces."""
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text))[:_LONGEST]


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a cell as data and return it: text never becomes a formula, a gap stays empty.

    openpyxl keeps 16 digits of a number and no sign of zero; where that is not the whole number,
    its shortest exact spelling is set in its place, and the cell stays a number.
    """
    cell = sheet.cell(row=row, column=column)
    value = value.item() if hasattr(value, "item") else value
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return cell
    if isinstance(value, str):
        cell.value = escape(value)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@", "\t", "\r")
        return cell
    cell.value = value
    if isinstance(value, float) and (as_stored(value) != value or repr(value) == "-0.0"):
        cell._value = repr(value)
    return cell


def as_stored(value: float) -> float:
    """What openpyxl keeps of a float: 16 significant digits."""
    return float(f"{value:.16g}")


def head(sheet: Any, row: int, column: int, said: str) -> Any:
    """Write a heading, white on blue, and return its cell."""
    from openpyxl.styles import Font

    cell = put(sheet, row, column, said)
    cell.font, cell.fill, cell.alignment = Font(bold=True, color="FFFFFF"), fill_of(BLUE), wrapped()
    return cell


def fill_of(colour: str) -> Any:
    """A plain background."""
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


def wrapped() -> Any:
    """Text that breaks into lines and begins at the top."""
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


def note(cell: Any, said: str) -> None:
    """Put a note on a cell, as tall as its text."""
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // 48 for line in said.split("\n"))
    cell.comment = Comment(clean(said), "piikit", width=340, height=30 + 17 * lines)


def set_widths(sheet: Any, widths: Iterable[float]) -> None:
    """Set the widths of the first columns, in characters."""
    from openpyxl.utils import get_column_letter

    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width


def fill_sheet(sheet: Any, table: pd.DataFrame) -> None:
    """Write one table with bold headings, filter and fitting widths; its index is not written."""
    for at, name in enumerate(table.columns, start=1):
        head(sheet, 1, at, str(name))
    wrap = wrapped()
    for row, cells in enumerate(table.itertuples(index=False, name=None), start=2):
        for at, value in enumerate(cells, start=1):
            cell = put(sheet, row, at, value)
            if isinstance(value, float):
                cell.number_format = NUMBER
            elif isinstance(value, str) and len(value) > _WRAPS:
                cell.alignment = wrap
    set_widths(sheet, [_fitting(str(name), table.iloc[:200, at]) for at, name in enumerate(table.columns)])
    sheet.freeze_panes = "B2"
    if len(table):
        sheet.auto_filter.ref = sheet.dimensions


def _fitting(name: str, column: pd.Series) -> int:
    longest = max([len(name), *(10 if isinstance(v, float) else len(str(v)) for v in column)])
    return min(_WIDEST, max(9, longest + 2))
