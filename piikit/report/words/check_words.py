"""A check of a file as a summary, a table, and a workbook with the cells coloured."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from ...base.errors import Problem
from ...base.excel import RED, YELLOW, add_sheet, fill_of, fill_sheet, note, put, wrapped, write_book
from ...base.language import in_language, text
from ...data.reading.open.grid import Grid
from ...data.reading.table.file_check import CheckReport, place_of

_MOST = 150_000


def summary(report: CheckReport, lang: str | None = None) -> str:
    """Whether the file can be used, and how much there is to mend."""
    with in_language(lang or report.lang):
        if report.ok:
            said = text(
                "check.ok", file=report.file, units=report.units, codes=report.codes, values=report.values
            )
        else:
            said = text("check.bad", file=report.file, errors=len(report.errors))
        if report.warnings:
            said += " " + text("check.warnings", n=len(report.warnings))
    return said


def shown_table(report: CheckReport, lang: str | None = None) -> Any:
    """The table with headings and severities in words."""
    with in_language(lang or report.lang):
        table = report.in_words()
        table["severity"] = [text(f"check.severity.{s}") for s in table["severity"]]
        return table.rename(columns={c: text(f"check.column.{c}") for c in table.columns})


def to_text(report: CheckReport, lang: str | None = None) -> str:
    """Summary and a line for every problem."""
    with in_language(lang or report.lang):
        lines = [summary(report)]
        lines += [f"[{text(f'check.severity.{p.severity}')}] {p.sentence()}" for p in report.problems]
    return "\n".join(lines)


def to_html(report: CheckReport, lang: str | None = None) -> str:
    """Summary and table; whatever stood in the file is escaped."""
    table = shown_table(report, lang)
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    body = "".join(
        f'<tr style="background:#{RED if p.severity == "error" else YELLOW}55">'
        + "".join(f"<td>{escape(str(v))}</td>" for v in row)
        + "</tr>"
        for p, row in zip(report.problems, table.itertuples(index=False, name=None), strict=True)
    )
    said = escape(summary(report, lang))
    return f"<p>{said}</p><div class=wide><table><tr>{head}</tr>{body}</table></div>"


def to_excel(report: CheckReport, path: Any, lang: str | None = None) -> Path:
    """Write the report and a copy of every sheet with the cells coloured and the message as a note.

    The copy holds values as plain data: no formula, macro or link of the file goes into it.
    """
    with in_language(lang or report.lang):
        return write_book(path, lambda book: _write(report, book))


def _write(report: CheckReport, book: Any) -> None:
    from openpyxl.styles import Font

    first = add_sheet(book, text("check.sheet"))
    fill_sheet(first, shown_table(report))
    colours = {"error": fill_of(RED), "warning": fill_of(YELLOW)}
    for row, problem in enumerate(report.problems, start=2):
        for cell in first[row]:
            cell.fill = colours[problem.severity]
            cell.alignment = wrapped()
        widest = max(len(problem.message()) / 56, len(problem.suggestion or "") / 24, 1)
        first.row_dimensions[row].height = 16 * (1 + int(widest))
    first.row_dimensions[1].height = 32
    first.page_setup.orientation = "landscape"
    first.page_setup.fitToWidth, first.page_setup.fitToHeight = 1, 0
    first.sheet_properties.pageSetUpPr.fitToPage = True
    end = len(report.problems) + 3
    put(first, end, 1, summary(report)).font = Font(bold=True)
    put(first, end + 1, 1, text("check.legend"))
    budget = _MOST
    for grid in report.grids.sheets if report.grids else ():
        size = len(grid.rows) * len(grid.col_at)
        if not grid.rows or grid.hidden or size > budget:
            continue
        budget -= size
        name = grid.name or Path(report.file).stem
        _copy(grid, add_sheet(book, name), report.problems, colours)


def _copy(grid: Grid, sheet: Any, problems: tuple[Problem, ...], colours: dict[str, Any]) -> None:
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
        worst = "error" if any(p.severity == "error" for p in found) else "warning"
        cell.fill = colours[worst]
        note(cell, "\n".join(p.message() for p in found)[:2_000])
