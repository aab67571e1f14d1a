"""How the workbook looks: styles, drop-downs, limits, print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ....base.excel import BLUE, GREY, LINE, PALE, SAND, fill_of, note, put, wrapped
from ....base.language import catalogue, text

_WHITE, _LINK = "FFFFFF", "0563C1"
_EDGE = Side(style="thin", color=LINE)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_MIDDLE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_LEFT = Alignment(horizontal="left", vertical="center")


def _style(
    font: dict[str, Any] | None = None, colour: str | None = None, alignment: Any = None, *, box: bool = False
) -> dict[str, Any]:
    """Attributes of a cell; `font` is what openpyxl's ``Font`` takes."""
    made = {
        "font": Font(name="Calibri", **font) if font else None,
        "fill": fill_of(colour) if colour else None,
        "alignment": alignment,
        "border": _BOX if box else None,
    }
    return {name: value for name, value in made.items() if value is not None}


STYLES = {
    "title": _style({"bold": True, "size": 16, "color": BLUE}),
    "help": _style({"italic": True, "size": 10, "color": GREY}),
    "small": _style({"size": 9, "color": GREY}),
    "paragraph": _style({"size": 12}, alignment=wrapped()),
    "link": _style({"size": 12, "color": _LINK, "underline": "single"}),
    "head": _style({"bold": True, "size": 10, "color": _WHITE}, BLUE, _MIDDLE, box=True),
    "code": _style({"bold": True, "size": 11, "color": _WHITE}, BLUE, _MIDDLE, box=True),
    "band": _style({"bold": True, "size": 11, "color": BLUE}, PALE, _LEFT),
    "unit": _style({"italic": True, "size": 9, "color": GREY}, PALE, _MIDDLE, box=True),
    "key": _style({"size": 8, "color": GREY}, PALE, box=True),
    "name": _style({"bold": True, "size": 11}, PALE, box=True),
    "input": _style(colour=SAND, box=True),
    "entry": _style(colour=SAND, alignment=wrapped(), box=True),
    "fixed": _style(alignment=wrapped(), box=True),
}


def write(sheet: Any, row: int, column: int, value: Any, style: str, meaning: str | None = None) -> Any:
    """Write a cell in one of :data:`STYLES`, perhaps with a note, and return it."""
    cell = put(sheet, row, column, value)
    for name, made in STYLES[style].items():
        setattr(cell, name, made)
    if meaning:
        note(cell, meaning)
    return cell


def begin(sheet: Any, role: str, **values: Any) -> None:
    """Title of a sheet and, where there is one, the line of help below it."""
    write(sheet, 1, 1, text(f"template.{role}_title", **values), "title")
    sheet.row_dimensions[1].height = 26
    if f"template.{role}_help" in catalogue():
        write(sheet, 2, 1, text(f"template.{role}_help"), "help")


def band(sheet: Any, row: int, first: int, last: int, said: str) -> None:
    """One heading over several columns, parted from the one before by a white line."""
    for at in range(first, last + 1):
        cell = write(sheet, row, at, said if at == first else None, "band")
        cell.border = Border(left=Side(style="medium", color=_WHITE) if at == first else None)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)


def fill_list(
    sheet: Any, role: str, heads: dict[str, str], rows: Sequence[Sequence[Any]], *, spare: int = 0, style: str
) -> int:
    """A sheet that is one list: title, headings by key, the row of keys that the reader looks for, rows, and empty rows; the last row's number."""
    begin(sheet, role)
    for at, (key, head) in enumerate(heads.items(), start=1):
        write(sheet, 4, at, head, "head")
        write(sheet, 5, at, key, "key")
    sheet.row_dimensions[4].height = 34
    for i, cells in enumerate([*rows, *[[None] * len(heads)] * spare], start=6):
        for at, value in enumerate(cells, start=1):
            write(sheet, i, at, value, style)
    sheet.freeze_panes = "A6"
    page(sheet)
    return 5 + len(rows) + spare


def cells_of(column: int, first: int, last: int) -> str:
    """Name of part of a column, such as "B6:B40"."""
    at = get_column_letter(column)
    return f"{at}{first}:{at}{last}"


class Lists:
    """Drop-downs; each list stands once in a hidden sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        sheet.sheet_state = "hidden"
        self._ranges: dict[tuple[str, ...], str] = {}

    def choose(self, sheet: Any, cells: str, name: str, items: Sequence[str], *, strict: bool = True) -> None:
        """Offer `items` in cells; anything else is questioned, not forbidden."""
        if items:
            rule = DataValidation(type="list", formula1=self._range(name, items), allow_blank=True)
            _question(sheet, rule, cells, "template.warn_list", strict)

    def refer(self, sheet: Any, cells: str, of: str) -> None:
        """Offer what stands in other cells."""
        rule = DataValidation(type="list", formula1=of, allow_blank=True)
        _question(sheet, rule, cells, "template.warn_list", True)

    def _range(self, name: str, items: Sequence[str]) -> str:
        key = (name, *items)
        if key not in self._ranges:
            column = len(self._ranges) + 1
            for row, item in enumerate(key, start=1):
                put(self.sheet, row, column, item)
            at = get_column_letter(column)
            self._ranges[key] = f"'{self.sheet.title}'!${at}$2:${at}${len(key)}"
        return self._ranges[key]


def number_between(sheet: Any, cells: str, low: float | None = None, high: float | None = None) -> None:
    """Question a cell that holds no number, or one outside what is possible."""
    least, most = -1e15 if low is None else low, 1e15 if high is None else high
    rule = DataValidation(
        type="decimal", operator="between", formula1=f"{least:g}", formula2=f"{most:g}", allow_blank=True
    )
    _question(sheet, rule, cells, "template.warn_number", True)


def _question(sheet: Any, rule: DataValidation, cells: str, key: str, shown: bool) -> None:
    rule.errorStyle, rule.showErrorMessage = "warning", shown
    rule.errorTitle, rule.error = text("template.warn_title"), text(key)
    sheet.add_data_validation(rule)
    rule.add(cells)


def page(
    sheet: Any, *, landscape: bool = True, repeat_rows: str | None = None, repeat_columns: str | None = None
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
