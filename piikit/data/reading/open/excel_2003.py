"""The XML spreadsheets of Excel 2002 and 2003 (SpreadsheetML), which many old systems still write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .grid import At, Grid, Range, from_cells, raised_mark
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
                sheets.append(_Sheet(element.get("Name") or "", budget, percents))
            elif sheets:
                sheets[-1].take(element)
    return [sheet.grid() for sheet in sheets]


@dataclass
class _Sheet:
    """A sheet as it passes by."""

    name: str
    budget: Budget
    percents: set[str]
    cells: dict[At, Any] = field(default_factory=dict)
    uncached: dict[At, str] = field(default_factory=dict)
    percent: set[At] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    row: int = 0
    column: int = 0
    columns: int = 0
    covered: dict[int, int] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        """The next column, row, cell, or whether the sheet is shown."""
        if element.tag == "Row":
            self.row = _place(element, self.row, _LAST_ROW)
            self.column = 0
            if element.get("Hidden") == "1":
                self.hidden_rows.add(self.row)
        elif element.tag == "Column":
            first = _place(element, self.columns, _LAST_COLUMN)
            self.columns = min(first + _number(element, "Span"), _LAST_COLUMN)
            if element.get("Hidden") == "1":
                self.budget.take("slots", self.columns - first + 1, self.name)
                self.hidden_columns.update(range(first, self.columns + 1))
        elif element.tag == "Visible":
            self.hidden = element.text.strip() in _NOT_VISIBLE
        else:
            self._cell(element)

    def _cell(self, cell: Element) -> None:
        if not cell.get("Index"):
            while self.covered.get(self.column + 1, 0) >= self.row:
                self.column += 1
        self.column = _place(cell, self.column, _LAST_COLUMN)
        at = (self.row, self.column)
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        self.budget.take("slots", 1 + min(across, _LAST_COLUMN), self.name)
        if across or down:
            self.merged.append((*at, min(at[0] + down, _LAST_ROW), min(at[1] + across, _LAST_COLUMN)))
            for column in range(at[1], min(at[1] + across, _LAST_COLUMN) + 1):
                self.covered[column] = at[0] + down
        data = cell.first("Data")
        value = None if data is None else _value(data)
        if value not in (None, ""):
            self.cells[at] = value
            if (cell.get("StyleID") or "") in self.percents and isinstance(value, int | float):
                self.percent.add(at)
        elif data is None and cell.get("Formula"):
            self.uncached[at] = cell.get("Formula") or ""
        self.column += across

    def grid(self) -> Grid:
        """What the sheet holds."""
        return from_cells(
            self.name,
            self.cells,
            self.budget,
            merged=self.merged,
            percent=frozenset(self.percent),
            uncached=self.uncached,
            hidden=self.hidden,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )


def _number(element: Element, name: str) -> int:
    raw = element.get(name) or "0"
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


def _place(element: Element, before: int, last: int) -> int:
    at = _number(element, "Index") or before + 1
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
