"""The workbook of a check: the report, and a copy of every sheet with the cells coloured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...base.errors import Problem
from ...base.excel import RED, YELLOW, add_sheet, fill_of, note, put, wrapped, write_book
from ...base.language import in_language, text
from ...data.reading.open.grid import Grid
from ...data.reading.table.file_check import CheckReport, place_of
from ..words.check_words import accounts, problems
from .block_excel import fill_table
from .text import summary

_MOST = 150_000


def write_check(report: CheckReport, path: str | Path, lang: str | None = None) -> Path:
    """Write the report and a copy of every sheet with the cells coloured and the message as a note.

    The copy holds values as plain data: no formula, macro or link of the file goes into it.
    """

    def fill(book: Any) -> None:
        _report(report, add_sheet(book, text("check.sheet")))
        budget = _MOST
        for grid in report.grids.sheets if report.grids else ():
            size = len(grid.rows) * len(grid.col_at)
            if not grid.rows or grid.hidden or size > budget:
                continue
            budget -= size
            _copy(grid, add_sheet(book, grid.name or Path(report.file).stem), report.problems)
        for table in accounts(report):
            fill_table(add_sheet(book, text(table.key)), table)

    with in_language(lang):
        return write_book(path, fill)


def _report(report: CheckReport, sheet: Any) -> None:
    from openpyxl.styles import Font

    fill_table(sheet, problems(report))
    for row, problem in enumerate(report.problems, start=2):
        for cell in sheet[row]:
            cell.alignment = wrapped()
        widest = max(len(problem.message()) / 56, len(problem.suggestion or "") / 24, 1)
        sheet.row_dimensions[row].height = 16 * (1 + int(widest))
    sheet.row_dimensions[1].height = 32
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    end = len(report.problems) + 3
    put(sheet, end, 1, summary(report)).font = Font(bold=True)
    put(sheet, end + 1, 1, text("check.legend"))


def _copy(grid: Grid, sheet: Any, problems: tuple[Problem, ...]) -> None:
    for i, row in enumerate(grid.rows):
        for j, value in enumerate(row):
            if value is not None:
                put(sheet, grid.row_at[i], grid.col_at[j], value)
    notes: dict[str, list[Problem]] = {}
    for problem in problems:
        at = place_of(problem)
        if at is not None and at[0] == grid.name:
            notes.setdefault(at[1], []).append(problem)
    for place, found in notes.items():
        cell = sheet[place]
        cell.fill = fill_of(RED if any(p.severity == "error" for p in found) else YELLOW)
        note(cell, "\n".join(p.message() for p in found)[:2_000])
