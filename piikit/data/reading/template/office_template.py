"""The workbook that an office fills: instructions, framework, values, denominators, sources, actions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.excel import add_sheet, fill_sheet, put, set_widths, write_book
from ....base.formats import significant
from ....base.language import catalogue, in_language, language, pick, text
from ...dataset import PROVENANCE, Dataset
from ...editions.edition_table import newest
from ...framework import Framework
from ...library import as_framework
from ...prefilled import write_prefilled
from ...provinces import unit_names, units_in
from ...storage import kind_of
from ..open.open_file import MARKER
from ..table.workbook import TEMPLATE
from .action_form import SHEETS, fill_action_form
from .template_look import Lists, band, begin, cells_of, fill_list, number_between, page, write

ROLES = ("instructions", "values", "denominators", "sources", "framework")
_SPARE = 60
_WIDTHS = {
    "name_vi": 52, "name_en": 52, "agency": 34, "agency_en": 34, "source": 30, "note_vi": 40, "note_en": 40,
}  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """What goes into the workbook."""

    framework: Framework
    units: tuple[str, ...]
    data: Dataset | None
    year: int | None
    sheets: dict[str, str]


def write_template(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    lang: str | None = None,
    data: Dataset | None = None,
    further: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write the workbook that :func:`piikit.read_workbook` reads back, empty or filled.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file; written under a temporary name, then renamed.
    framework : Framework or str, optional
        The tree, or the name of one that ships; that of `data` if given, else the newest
        edition of PII.
    units : {63, 34} or sequence of str, optional
        Rows to prepare; those of `data`, else the 63 before 2025 and the 34 after.
    year : int, optional
        Edition.
    lang : str, optional
        Language of headings and instructions.
    data : Dataset, optional
        Fills everything; nothing of the dataset is lost on the way back.
    further : mapping of sheet name to table, optional
        More sheets for the reader, such as scores; they are passed over on the way back.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    UnknownNameError
        If the framework's name is not known.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import piikit as pk
    >>> folder = tempfile.TemporaryDirectory()
    >>> data = pk.load_dataset("classroom")
    >>> file = pk.write_template(pathlib.Path(folder.name, "mau.xlsx"), data=data)
    >>> pk.read_workbook(file).values.equals(data.values)
    True
    >>> folder.cleanup()
    """
    if data is not None:
        framework, year, units = data.framework, year or data.year, data.units if units is None else units
    tree = as_framework(newest().name if framework is None else framework)
    edition = year if year is not None else _year_of(tree.name)
    rows = units_in(edition) if units is None else units
    names = unit_names(rows) if isinstance(rows, int) else tuple(rows)
    with in_language(lang):
        sheets = {r: text(f"template.sheet.{r}") for r in _roles(data)}
        sheets |= {r: text(f"plan.sheet.{r}") for r in SHEETS}
        plan = _Plan(tree, names, data, year, sheets)
        return write_book(path, lambda book: _write(plan, book, further or {}))


def _roles(data: Dataset | None) -> list[str]:
    roles = list(ROLES)
    if data is not None and data.groups.shape[1]:
        roles.append("groups")
    if data is not None and data.printed is not None:
        roles.append("printed")
    return roles


def _year_of(name: str) -> int | None:
    tail = name.rpartition("-")[2]
    return int(tail) if tail.isdigit() and len(tail) == 4 else None


def _write(plan: _Plan, book: Any, further: Mapping[str, pd.DataFrame]) -> None:
    sheets = {role: book.create_sheet(name) for role, name in plan.sheets.items() if role not in SHEETS}
    lists = Lists(book.create_sheet("piikit_lists"))
    _instructions(plan, sheets["instructions"])
    _values(plan, sheets["values"], lists)
    _denominators(plan, sheets["denominators"])
    _sources(plan, sheets["sources"], lists)
    fill_action_form(book, lists, {role: () for role in SHEETS}, plan.framework)
    _framework(plan, sheets["framework"])
    data = plan.data
    if "groups" in sheets and data is not None:
        _plain(sheets["groups"], "groups", data.groups.reset_index(names="unit"))
    if "printed" in sheets and data is not None and data.printed is not None:
        _plain(sheets["printed"], "printed", data.printed)
    added = [add_sheet(book, name) for name in further]
    for sheet, table in zip(added, further.values(), strict=True):
        fill_sheet(sheet, table)
    _marker(plan, book.create_sheet(MARKER), [sheet.title for sheet in added])
    if data is not None:
        figures = {"values": data.values, "denominators": data.denominators.astype(float)}
        write_prefilled(book, figures, source_rows(data), plan.framework.table)


def _instructions(plan: _Plan, sheet: Any) -> None:
    whole = plan.framework.title(plan.framework.root) + (f" {plan.year}" if plan.year else "")
    write(sheet, 1, 1, text("template.title", name=whole), "title")
    sheet.row_dimensions[1].height = 26
    steps = [text(key) for key in sorted(catalogue()) if key.startswith("template.step.")]
    others = [name for role, name in plan.sheets.items() if role != "instructions"]
    for row, said in enumerate(steps, start=3):
        write(sheet, row, 1, said, "paragraph")
        sheet.row_dimensions[row].height = 17 * (1 + len(said) // 82) + 5
    for row, name in enumerate(others, start=4 + len(steps)):
        write(sheet, row, 1, f"→ {name}", "link").hyperlink = f"#'{name}'!A1"
    write(sheet, 5 + len(steps) + len(others), 1, text("template.footer"), "small")
    set_widths(sheet, [92])
    sheet.sheet_view.showGridLines = False
    page(sheet, landscape=False)


def _units_down(
    plan: _Plan, sheet: Any, first: int, table: pd.DataFrame | None, columns: Sequence[str]
) -> int:
    """Names of the provinces and a cell to fill in each column; the last row's number."""
    for row, unit in enumerate(plan.units, start=first):
        write(sheet, row, 1, unit, "name")
        for at, name in enumerate(columns, start=2):
            held = table is not None and unit in table.index and name in table.columns
            write(sheet, row, at, table.at[unit, name] if table is not None and held else None, "input")
    sheet.freeze_panes = f"B{first}"
    return first + len(plan.units) - 1


def _values(plan: _Plan, sheet: Any, lists: Lists) -> None:
    tree, codes = plan.framework, plan.framework.indicators
    begin(sheet, "values")
    write(sheet, 5, 1, text("template.province"), "head")
    for at, code in enumerate(codes, start=2):
        write(sheet, 4, at, code, "code", _definition(tree, code))
        write(sheet, 5, at, tree.title(code), "head")
        write(sheet, 6, at, _measure(tree, code), "unit")
    for pillar, run in groupby(enumerate(codes, start=2), key=lambda pair: _pillar(tree, pair[1])):
        columns = [column for column, _ in run]
        band(sheet, 3, columns[0], columns[-1], f"{pillar} {tree.title(pillar)}")
    last = _units_down(plan, sheet, 7, None if plan.data is None else plan.data.values, codes)
    lists.choose(sheet, f"A7:A{last + 20}", "units", plan.units)
    for at, code in enumerate(codes, start=2) if plan.units else ():
        number_between(sheet, cells_of(at, 7, last), *_limits(tree, code))
    set_widths(sheet, [24, *[17] * len(codes)])
    sheet.row_dimensions[5].height, sheet.row_dimensions[6].height = 96, 30
    page(sheet, repeat_rows="4:5", repeat_columns="A:A")


def _pillar(tree: Framework, code: str) -> str:
    """The pillar of an indicator, or whatever stands above it in a flat tree."""
    above = tree.ancestors(code)
    return above[-3] if len(above) > 2 else above[0] if above else code


def _limits(tree: Framework, code: str) -> tuple[float | None, ...]:
    """Least and greatest possible value; None where there is no limit."""
    return tuple(None if x != x else float(x) for x in tree.limits.loc[code])


def _measure(tree: Framework, code: str) -> str:
    row = tree.table.loc[code]
    return str(pick(row.get("unit_vi", ""), row["unit"]) or row["unit"])


def _definition(tree: Framework, code: str) -> str:
    """The note of a code's cell: name, unit, direction, limits, agency, source."""
    row = tree.table.loc[code]
    low, high = _limits(tree, code)
    parts = [tree.title(code)]
    if measure := _measure(tree, code):
        parts.append(text("template.unit", unit=measure))
    parts.append(text("template.direction_up" if int(row["direction"]) > 0 else "template.direction_down"))
    if low is not None or high is not None:
        parts.append(text("template.limits", low=significant(low), high=significant(high)))
    if agency := str(pick(row["agency"], row.get("agency_en", "")) or row["agency"]):
        parts.append(text("template.agency", agency=agency))
    if row["source"]:
        parts.append(text("template.source", source=row["source"]))
    if note := str(pick(row.get("note_vi", ""), row.get("note_en", "")) or ""):
        parts.append(note)
    return "\n".join(parts)


def _denominators(plan: _Plan, sheet: Any) -> None:
    table = plan.data.denominators if plan.data is not None else None
    named = plan.framework.table.get("denominator", ())
    names = list(dict.fromkeys(str(n) for n in (named if table is None else table.columns) if n))
    begin(sheet, "denominators")
    for at, (key, said) in enumerate(
        [("unit", text("template.province")), *((n, _label(n)) for n in names)], 1
    ):
        write(sheet, 4, at, said, "head")
        write(sheet, 5, at, key, "key")
    last = _units_down(plan, sheet, 6, table, names)
    for at in range(2, 2 + len(names)) if plan.units else ():
        number_between(sheet, cells_of(at, 6, last), low=0.0)
    sheet.row_dimensions[4].height = 34
    set_widths(sheet, [24, *[22] * len(names)])
    page(sheet)


def _label(name: str) -> str:
    return text(f"template.column.{name}") if f"template.column.{name}" in catalogue() else name


def _sources(plan: _Plan, sheet: Any, lists: Lists) -> None:
    heads = {c: _label(c) for c in ("code", "unit", "provenance", "source", "note")}
    rows = source_rows(plan.data) if plan.data is not None else []
    last = fill_list(sheet, "sources", heads, rows, spare=_SPARE, style="entry")
    set_widths(sheet, (11, 24, 15, 60, 40))
    lists.choose(sheet, f"A6:A{last}", "codes", plan.framework.indicators)
    lists.choose(sheet, f"B6:B{last}", "units", plan.units)
    lists.choose(sheet, f"C6:C{last}", "provenance", PROVENANCE)


def source_rows(data: Dataset) -> list[tuple[Any, ...]]:
    """Provenance, source and note of all cells: the commonest of each indicator once, then what differs."""
    rows: list[tuple[Any, ...]] = []
    tables = (data.provenance, data.sources, data.notes)
    for code in data.codes:
        marks = list(zip(*(t[code].astype(str) for t in tables), strict=True))
        usual = max(dict.fromkeys(marks), key=marks.count) if marks else ("", "", "")
        if not usual[0]:
            usual = next((m for m in marks if m[0]), usual)
        rows.append((code, None, *usual))
        rows += [(code, u, *m) for u, m in zip(data.units, marks, strict=True) if m != usual]
    return rows


def _framework(plan: _Plan, sheet: Any) -> None:
    table = plan.framework.table.drop(columns="level").reset_index(names="code")
    fill_list(sheet, "framework", {str(c): str(c) for c in table.columns}, _rows(table), style="fixed")
    set_widths(sheet, [_WIDTHS.get(str(c), 13) for c in table.columns])
    sheet.freeze_panes = "B6"


def _plain(sheet: Any, role: str, table: pd.DataFrame) -> None:
    fill_list(sheet, role, {str(c): _label(str(c)) for c in table.columns}, _rows(table), style="entry")
    set_widths(sheet, [max(12, min(40, len(str(c)) + 6)) for c in table.columns])


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(table.itertuples(index=False, name=None))


def _kinds(table: pd.DataFrame | None) -> dict[str, str]:
    """Type of every column."""
    return {} if table is None else {str(name): kind_of(table[name]) for name in table.columns}


def _marker(plan: _Plan, sheet: Any, further: list[str]) -> None:
    data, tree = plan.data, plan.framework.table
    numeric = [str(c) for c in tree.columns if pd.api.types.is_float_dtype(tree[c]) and c != "weight"]
    about = {name: getattr(data, name, "") for name in ("name", "title_vi", "title_en")}
    marker = {
        "format": TEMPLATE,
        "framework": plan.framework.name,
        "year": plan.year,
        "language": language(),
        "units": list(plan.units),
        "rows": list(data.units) if data is not None else [],
        "sheets": plan.sheets,
        "further": further,
        "fingerprint": plan.framework.fingerprint,
        "prefilled": data is not None,
        "numeric": numeric,
        "columns": ["code", *(str(c) for c in tree.columns if c != "level")],
        "kinds": {name: _kinds(getattr(data, name, None)) for name in ("groups", "printed")},
        **about,
        "meta": dict(data.meta) if data is not None else {},
    }
    for row, (key, value) in enumerate(marker.items(), start=1):
        put(sheet, row, 1, key)
        put(sheet, row, 2, json.dumps(value, ensure_ascii=True))
    sheet.sheet_state = "hidden"
