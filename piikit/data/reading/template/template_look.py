"""How the workbook looks: colours, notes, drop-downs, limits, print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ....base.excel import BLUE, GREY, LINE, PALE, SAND, fill_of, note, put, set_widths, wrapped
from ....base.language import text

_FONT = "Calibri"
_EDGE = Side(style="thin", color=LINE)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


class Look:
    """Writes cells in one look; lists for the drop-downs stand in a hidden sheet."""

    def __init__(self, lists: Any) -> None:
        self.lists = lists
        self._ranges: dict[tuple[str, tuple[str, ...]], str] = {}
        self._head_fill, self._input_fill, self._pale = fill_of(BLUE), fill_of(SAND), fill_of(PALE)
        self._wrap = wrapped()
        self._middle = Alignment(wrap_text=True, vertical="center", horizontal="center")

    letter = staticmethod(get_column_letter)

    def title(self, sheet: Any, title: str) -> None:
        cell = put(sheet, 1, 1, title)
        cell.font = Font(name=_FONT, bold=True, size=16, color=BLUE)
        sheet.row_dimensions[1].height = 26

    def help(self, sheet: Any, row: int, said: str) -> None:
        put(sheet, row, 1, said).font = Font(name=_FONT, italic=True, size=10, color=GREY)

    def small(self, sheet: Any, row: int, said: str) -> None:
        put(sheet, row, 1, said).font = Font(name=_FONT, size=9, color=GREY)

    def paragraph(self, sheet: Any, row: int, said: str) -> None:
        cell = put(sheet, row, 1, said)
        cell.alignment = self._wrap
        cell.font = Font(name=_FONT, size=12)
        sheet.row_dimensions[row].height = 17 * (1 + len(said) // 82) + 5

    def link(self, sheet: Any, row: int, name: str) -> None:
        cell = put(sheet, row, 1, f"→ {name}")
        cell.hyperlink = f"#'{name}'!A1"
        cell.font = Font(name=_FONT, size=12, color="0563C1", underline="single")

    def head(self, sheet: Any, row: int, column: int, said: str) -> None:
        cell = put(sheet, row, column, said)
        cell.font = Font(name=_FONT, bold=True, size=10, color="FFFFFF")
        cell.fill, cell.alignment, cell.border = self._head_fill, self._middle, _BOX
        sheet.column_dimensions[self.letter(column)].width = 17
        sheet.row_dimensions[row].height = 34

    def band(self, sheet: Any, row: int, first: int, last: int, said: str) -> None:
        cell = put(sheet, row, first, said)
        cell.font = Font(name=_FONT, bold=True, size=11, color=BLUE)
        cell.fill = self._pale
        cell.alignment = Alignment(horizontal="left", vertical="center")
        for at in range(first, last + 1):
            sheet.cell(row=row, column=at).fill = self._pale
            sheet.cell(row=row, column=at).border = Border(
                left=Side(style="medium", color="FFFFFF") if at == first else None
            )
        if last > first:
            sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)

    def code(self, sheet: Any, row: int, column: int, code: str, meaning: str) -> None:
        cell = put(sheet, row, column, code)
        cell.font = Font(name=_FONT, bold=True, size=11, color="FFFFFF")
        cell.fill, cell.alignment, cell.border = self._head_fill, self._middle, _BOX
        note(cell, meaning)

    def unit(self, sheet: Any, row: int, column: int, said: str) -> None:
        cell = put(sheet, row, column, said)
        cell.font = Font(name=_FONT, italic=True, size=9, color=GREY)
        cell.alignment, cell.fill, cell.border = self._middle, self._pale, _BOX
        sheet.row_dimensions[row].height = 30

    def key(self, sheet: Any, row: int, column: int, said: str) -> None:
        cell = put(sheet, row, column, said)
        cell.font = Font(name=_FONT, size=8, color=GREY)
        cell.fill, cell.border = self._pale, _BOX

    def row_name(self, sheet: Any, row: int, said: str) -> None:
        cell = put(sheet, row, 1, said)
        cell.font = Font(name=_FONT, size=11, bold=True)
        cell.fill, cell.border = self._pale, _BOX

    def input(self, sheet: Any, row: int, column: int, value: Any = None) -> None:
        cell = put(sheet, row, column, value)
        cell.fill, cell.border = self._input_fill, _BOX
        cell.number_format = "General"

    def table(
        self,
        sheet: Any,
        row: int,
        keys: Sequence[str],
        heads: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        spare: int = 0,
        entry: bool = True,
    ) -> None:
        """A list: headings, the row of keys that the reader looks for, rows, and empty rows to fill."""
        for at, (key, head) in enumerate(zip(keys, heads, strict=True), start=1):
            self.head(sheet, row, at, head)
            self.key(sheet, row + 1, at, key)
        for i in range(len(rows) + spare):
            cells = rows[i] if i < len(rows) else [None] * len(keys)
            for at, value in enumerate(cells, start=1):
                cell = put(sheet, row + 2 + i, at, value)
                cell.alignment = self._wrap
                cell.border = _BOX
                if entry:
                    cell.fill = self._input_fill
        sheet.freeze_panes = f"A{row + 2}"

    widths = staticmethod(set_widths)

    def _list(self, name: str, items: Sequence[str]) -> str:
        """Range of a list in the hidden sheet; each list is written once."""
        key = (name, tuple(items))
        if key not in self._ranges:
            column = len(self._ranges) + 1
            put(self.lists, 1, column, name)
            for row, item in enumerate(items, start=2):
                put(self.lists, row, column, item)
            at = self.letter(column)
            self._ranges[key] = f"'{self.lists.title}'!${at}$2:${at}${len(items) + 1}"
        return self._ranges[key]

    def choose(self, sheet: Any, cells: str, name: str, items: Sequence[str], *, strict: bool = True) -> None:
        """A drop-down of `items`; anything else is questioned, not forbidden."""
        if not items:
            return
        rule = DataValidation(type="list", formula1=self._list(name, items), allow_blank=True)
        rule.errorStyle, rule.showErrorMessage = "warning", strict
        rule.errorTitle, rule.error = text("template.warn_title"), text("template.warn_list")
        sheet.add_data_validation(rule)
        rule.add(cells)

    def number_between(
        self, sheet: Any, first: int, last: int, column: int, low: float | None, high: float | None
    ) -> None:
        """Question a cell that holds no number, or one outside what is possible."""
        if last < first:
            return
        least, most = -1e15 if low is None else low, 1e15 if high is None else high
        rule = DataValidation(
            type="decimal", operator="between", formula1=f"{least:g}", formula2=f"{most:g}", allow_blank=True
        )
        rule.errorStyle, rule.showErrorMessage = "warning", True
        rule.errorTitle, rule.error = text("template.warn_title"), text("template.warn_number")
        sheet.add_data_validation(rule)
        at = self.letter(column)
        rule.add(f"{at}{first}:{at}{last}")

    def page(
        self,
        sheet: Any,
        *,
        landscape: bool = True,
        repeat_rows: str | None = None,
        repeat_columns: str | None = None,
    ) -> None:
        """A4, fitted to the width unless columns repeat."""
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.oddFooter.right.text = "&A · &P/&N"
        if repeat_rows or repeat_columns:
            sheet.print_title_rows, sheet.print_title_cols = repeat_rows, repeat_columns
            return
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
