"""Tables as workbooks that open well in Excel: data stay data, headings stay in sight."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...data.storage import put, replace_file

_ILLEGAL = str.maketrans({c: " " for c in "[]:*?/\\"})


def write_tables(path: Path, sheets: Mapping[str, pd.DataFrame], *, index: bool = False) -> Path:
    """Write DataFrames as sheets: text is never a formula, gaps stay empty, first row frozen.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file; written under a temporary name, then renamed.
    sheets : mapping
        Sheet name (cut to Excel's 31 characters) to table.
    index : bool
        Write the index as the first column(s) too.
    """
    from openpyxl import Workbook

    def write(temporary: Path) -> None:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, frame in sheets.items():
            table = frame.reset_index() if index else frame
            fill_sheet(book.create_sheet(name.translate(_ILLEGAL)[:31]), table)
        book.save(temporary)

    return replace_file(path, write)


def fill_sheet(sheet: Any, table: pd.DataFrame) -> None:
    """Write one table to an openpyxl sheet with bold headings, filters and fitting widths."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, name in enumerate(table.columns, start=1):
        put(sheet, 1, at, str(name))
        head = sheet.cell(row=1, column=at)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F4E79")
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for row, cells in enumerate(table.itertuples(index=False, name=None), start=2):
        for at, value in enumerate(cells, start=1):
            put(sheet, row, at, value)
            if isinstance(value, float):
                sheet.cell(row=row, column=at).number_format = "#,##0.00##"
    for at, name in enumerate(table.columns, start=1):
        longest = max([len(str(name)), *(_shown(v) for v in table.iloc[:200, at - 1])])
        sheet.column_dimensions[get_column_letter(at)].width = min(60, max(9, longest + 2))
    sheet.freeze_panes = "B2"
    if len(table):
        sheet.auto_filter.ref = sheet.dimensions


def _shown(value: Any) -> int:
    return 10 if isinstance(value, float) else len(str(value))
