"""The XML spreadsheets of Excel 2002 and 2003 (SpreadsheetML), which many old systems still write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .grid import Filled, Grid, raised_mark
from .safety import Budget, Refused
from .xml_stream import Element, elements

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_NOT_VISIBLE = ("SheetHidden", "SheetVeryHidden")


def read_excel_2003(path: Path, budget: Budget) -> list[Grid]:
    """Read every sheet.

    Raises
    ------
    Refused
        With entities, or with more than may be read.
    """
    sheets: list[_Sheet] = []
    percents: set[str] = set()
    with path.open("rb") as file:
        for element in elements(file, budget, ("Style", "Cell", "Visible"), ("Worksheet", "Column", "Row")):
            if element.tag == "Style":
                shown = element.first("NumberFormat")
                if shown is not None and (
                    "%" in (shown.get("Format") or "") or shown.get("Format") == "Percent"
                ):
                    percents.add(element.get("ID") or "")
            elif element.tag == "Worksheet":
                sheets.append(_Sheet(element.get("Name") or "", budget))
            elif sheets:
                sheets[-1].pass_by(element, percents)
    return [sheet.grid() for sheet in sheets]


@dataclass
class _Sheet(Filled):
    """A sheet as it passes by."""

    row: int = 0
    column: int = 0
    columns: int = 0

    def pass_by(self, element: Element, percents: set[str]) -> None:
        """The next column, row, cell, or whether the sheet is shown."""
        if element.tag == "Row":
            self.row, self.column = _place(element, self.row, _LAST_ROW), 0
            self.hidden_rows |= {self.row} if element.get("Hidden") == "1" else set()
        elif element.tag == "Column":
            first = _place(element, self.columns, _LAST_COLUMN)
            self.columns = min(first + element.whole("Span", _LAST_ROW), _LAST_COLUMN)
            if element.get("Hidden") == "1":
                self.hide("hidden_columns", first, self.columns)
        elif element.tag == "Visible":
            self.hidden = element.text.strip() in _NOT_VISIBLE
        else:
            self._cell(element, (element.get("StyleID") or "") in percents)

    def _cell(self, cell: Element, percent: bool) -> None:
        self.take()
        self.column = _place(cell, self.column, _LAST_COLUMN)
        at, data = (self.row, self.column), cell.first("Data")
        value = None if data is None else _value(data)
        self.put(at, value, percent=percent, formula=cell.get("Formula"))
        across, down = cell.whole("MergeAcross", _LAST_ROW), cell.whole("MergeDown", _LAST_ROW)
        if across or down:
            last = min(at[0] + down, _LAST_ROW), min(at[1] + across, _LAST_COLUMN)
            self.merged.append((*at, *last))
        self.column += across


def _place(element: Element, before: int, last: int) -> int:
    at = element.whole("Index", last + 1) or before + 1
    if at > last:
        raise Refused("broken")
    return at


def _value(data: Element) -> Any:
    """A value by its declared type; what cannot be one stays as the file has it."""
    said, kind = _said(data), data.get("Type") or "String"
    try:
        if kind == "Number":
            number = float(said)
            if number != number or "_" in said:
                return f"<{kind}>{said[:80]}"
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        if kind == "DateTime":
            return datetime.fromisoformat(said)
    except ValueError:
        return f"<{kind}>{said[:80]}"
    return said == "1" if kind == "Boolean" and said in ("0", "1") else said


def _said(element: Element) -> str:
    out = [element.text]
    for child in element.children:
        said = _said(child)
        out.append(raised_mark(said, "".join(out[-2:])) if child.tag in ("Sup", "Sub") else said)
        out.append(child.tail)
    return "".join(out)
