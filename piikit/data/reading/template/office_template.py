"""The workbook that an office fills: instructions, framework, values, denominators, sources, actions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.excel import add_sheet, fill_sheet, put, write_book
from ....base.formats import significant
from ....base.language import catalogue, in_language, language, pick, text
from ...dataset import PROVENANCE, Dataset
from ...editions.edition_table import newest
from ...framework import Framework
from ...provinces import unit_names, units_in
from ..open.open_file import MARKER
from .template_look import Look
from ..table.workbook import TEMPLATE

ROLES = ("instructions", "values", "denominators", "sources", "actions", "framework")
ACTION_COLUMNS = ("action", "code", "effect", "low", "high", "cost", "agency", "start", "kind", "note")
KINDS = ("real", "reporting", "denominator")
_SPARE = 60


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

    Raises
    ------
    UnknownNameError
        If the framework's name is not known.
    """
    from ...library import load_framework

    if data is not None:
        framework, year = data.framework, data.year if year is None else year
    framework = newest().name if framework is None else framework
    tree = load_framework(framework) if isinstance(framework, str) else framework
    if units is None:
        edition = year if year is not None else _year_of(tree.name)
        units = data.units if data is not None else units_in(edition)
    rows = unit_names(units) if isinstance(units, int) else tuple(units)
    with in_language(lang):
        roles = [*ROLES, *(("groups",) if data is not None and data.groups.shape[1] else ())]
        roles += ["printed"] if data is not None and data.printed is not None else []
        plan = _Plan(tree, rows, data, year, {r: text(f"template.sheet.{r}") for r in roles})
        return write_book(path, lambda book: _write(plan, book, further or {}))


def _year_of(name: str) -> int | None:
    tail = name.rpartition("-")[2]
    return int(tail) if tail.isdigit() and len(tail) == 4 else None


def _write(plan: _Plan, book: Any, further: Mapping[str, pd.DataFrame]) -> None:
    sheets = {role: book.create_sheet(name) for role, name in plan.sheets.items()}
    lists = book.create_sheet("piikit_lists")
    lists.sheet_state = "hidden"
    look = Look(lists)
    _instructions(plan, sheets["instructions"], look)
    _values(plan, sheets["values"], look)
    _denominators(plan, sheets["denominators"], look)
    _sources(plan, sheets["sources"], look)
    _actions(plan, sheets["actions"], look)
    _framework(plan, sheets["framework"], look)
    if "groups" in sheets and plan.data is not None:
        _plain(sheets["groups"], look, "groups", plan.data.groups.reset_index(names="unit"))
    if "printed" in sheets and plan.data is not None and plan.data.printed is not None:
        _plain(sheets["printed"], look, "printed", plan.data.printed)
    for name, table in further.items():
        fill_sheet(add_sheet(book, name), table)
    _marker(plan, book.create_sheet(MARKER))


def _instructions(plan: _Plan, sheet: Any, look: Look) -> None:
    name = plan.framework.title(plan.framework.root) + (f" {plan.year}" if plan.year else "")
    look.title(sheet, text("template.title", name=name))
    steps = sorted(k for k in catalogue() if k.startswith("template.step."))
    for row, key in enumerate(steps, start=3):
        look.paragraph(sheet, row, text(key))
    row = 4 + len(steps)
    for role in plan.sheets:
        if role != "instructions":
            look.link(sheet, row, plan.sheets[role])
            row += 1
    look.small(sheet, row + 1, text("template.footer"))
    sheet.column_dimensions["A"].width = 92
    sheet.sheet_view.showGridLines = False
    look.page(sheet, landscape=False)


def _values(plan: _Plan, sheet: Any, look: Look) -> None:
    tree = plan.framework
    look.title(sheet, text("template.values_title"))
    look.help(sheet, 2, text("template.values_help"))
    look.head(sheet, 5, 1, text("template.province"))
    tops = [
        (tree.ancestors(c)[-3] if len(tree.ancestors(c)) > 2 else tree.parent(c)) or c
        for c in tree.indicators
    ]
    start = 2
    for at, (code, top) in enumerate(zip(tree.indicators, tops, strict=True), start=2):
        look.code(sheet, 4, at, code, _definition(tree, code))
        look.head(sheet, 5, at, tree.title(code))
        look.unit(sheet, 6, at, _measure(tree, code))
        if at == len(tops) + 1 or tops[at - 1] != top:
            look.band(sheet, 3, start, at, f"{top} {tree.title(top)}")
            start = at + 1
    first, last = 7, 6 + len(plan.units)
    for row, unit in enumerate(plan.units, start=first):
        look.row_name(sheet, row, unit)
        for at, code in enumerate(tree.indicators, start=2):
            look.input(sheet, row, at, None if plan.data is None else _at(plan.data.values, unit, code))
    look.choose(sheet, f"A{first}:A{last + 20}", "units", plan.units)
    for at, code in enumerate(tree.indicators, start=2):
        look.number_between(sheet, first, last, at, *_limits(tree, code))
    sheet.column_dimensions["A"].width = 24
    sheet.row_dimensions[5].height = 96
    sheet.freeze_panes = f"B{first}"
    look.page(sheet, repeat_rows="4:5", repeat_columns="A:A")


def _at(table: pd.DataFrame, unit: str, name: str) -> Any:
    return table.at[unit, name] if unit in table.index and name in table.columns else None


def _limits(tree: Framework, code: str) -> tuple[float | None, float | None]:
    row = tree.table.loc[code]
    found = [pd.to_numeric(row.get(c), errors="coerce") for c in ("scale_min", "scale_max")]
    low, high = (None if x is None or pd.isna(x) else float(x) for x in found)
    return low, high


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


def _denominators(plan: _Plan, sheet: Any, look: Look) -> None:
    table = plan.framework.table
    known = [str(d) for d in dict.fromkeys(table["denominator"]) if d] if "denominator" in table else []
    filled = plan.data.denominators if plan.data is not None else pd.DataFrame()
    names = list(
        dict.fromkeys([*(str(c) for c in filled.columns), *([] if plan.data is not None else known)])
    )
    look.title(sheet, text("template.denominators_title"))
    look.help(sheet, 2, text("template.denominators_help"))
    look.head(sheet, 4, 1, text("template.province"))
    look.key(sheet, 5, 1, "unit")
    for at, name in enumerate(names, start=2):
        look.head(sheet, 4, at, _label(name))
        look.key(sheet, 5, at, name)
        look.number_between(sheet, 6, 5 + len(plan.units), at, 0.0, None)
        sheet.column_dimensions[look.letter(at)].width = 22
    for row, unit in enumerate(plan.units, start=6):
        look.row_name(sheet, row, unit)
        for at, name in enumerate(names, start=2):
            look.input(sheet, row, at, _at(filled, unit, name))
    sheet.column_dimensions["A"].width = 24
    sheet.freeze_panes = "B6"
    look.page(sheet)


def _label(name: str) -> str:
    return text(f"template.column.{name}") if f"template.column.{name}" in catalogue() else name


def _sources(plan: _Plan, sheet: Any, look: Look) -> None:
    look.title(sheet, text("template.sources_title"))
    look.help(sheet, 2, text("template.sources_help"))
    columns = ("code", "unit", "provenance", "source", "note")
    rows = source_rows(plan.data) if plan.data is not None else []
    look.table(sheet, 4, columns, [_label(c) for c in columns], rows, spare=_SPARE)
    last = 5 + len(rows) + _SPARE
    look.choose(sheet, f"A6:A{last}", "codes", plan.framework.indicators)
    look.choose(sheet, f"B6:B{last}", "units", plan.units)
    look.choose(sheet, f"C6:C{last}", "provenance", PROVENANCE)
    look.widths(sheet, (11, 24, 15, 60, 40))
    look.page(sheet)


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


def _actions(plan: _Plan, sheet: Any, look: Look) -> None:
    look.title(sheet, text("template.actions_title"))
    look.help(sheet, 2, text("template.actions_help"))
    look.table(sheet, 4, ACTION_COLUMNS, [_label(c) for c in ACTION_COLUMNS], [], spare=_SPARE)
    last = 5 + _SPARE
    agencies = [a for a in dict.fromkeys(plan.framework.table["agency"]) if a]
    look.choose(sheet, f"B6:B{last}", "codes", plan.framework.indicators)
    look.choose(sheet, f"G6:G{last}", "agencies", agencies, strict=False)
    look.choose(sheet, f"I6:I{last}", "kinds", KINDS)
    for at in (3, 4, 5):
        look.number_between(sheet, 6, last, at, None, None)
    look.number_between(sheet, 6, last, 6, 0.0, None)
    look.number_between(sheet, 6, last, 8, 2020.0, 2050.0)
    look.widths(sheet, (44, 11, 20, 11, 11, 16, 34, 10, 14, 34))
    look.page(sheet)


def _framework(plan: _Plan, sheet: Any, look: Look) -> None:
    table = plan.framework.table.drop(columns="level").reset_index(names="code")
    look.title(sheet, text("template.framework_title"))
    look.help(sheet, 2, text("template.framework_help"))
    rows = [tuple(None if pd.isna(v) else v for v in row) for row in table.itertuples(index=False, name=None)]
    look.table(sheet, 4, tuple(table.columns), [str(c) for c in table.columns], rows, entry=False)
    wide = {
        "name_vi": 52,
        "name_en": 52,
        "agency": 34,
        "agency_en": 34,
        "source": 30,
        "note_vi": 40,
        "note_en": 40,
    }
    look.widths(sheet, [wide.get(str(c), 13) for c in table.columns])
    sheet.freeze_panes = "B6"
    look.page(sheet)


def _plain(sheet: Any, look: Look, role: str, table: pd.DataFrame) -> None:
    look.title(sheet, text(f"template.{role}_title"))
    rows = [tuple(None if pd.isna(v) else v for v in row) for row in table.itertuples(index=False, name=None)]
    look.table(sheet, 4, tuple(str(c) for c in table.columns), [_label(str(c)) for c in table.columns], rows)
    look.widths(sheet, [max(12, min(40, len(str(c)) + 6)) for c in table.columns])
    look.page(sheet)


def _kinds(table: pd.DataFrame | None) -> dict[str, str]:
    """Type of every column: bool, int, float or text."""
    out: dict[str, str] = {}
    if table is None:
        return out
    for name in table.columns:
        column = table[name]
        is_bool, is_int = pd.api.types.is_bool_dtype(column), pd.api.types.is_integer_dtype(column)
        is_float = pd.api.types.is_float_dtype(column)
        out[str(name)] = "bool" if is_bool else "int" if is_int else "float" if is_float else "text"
    return out


def _marker(plan: _Plan, sheet: Any) -> None:
    data, tree = plan.data, plan.framework.table
    numeric = [str(c) for c in tree.columns if pd.api.types.is_float_dtype(tree[c]) and c != "weight"]
    head = {
        "format": TEMPLATE,
        "framework": plan.framework.name,
        "year": plan.year,
        "language": language(),
        "units": list(plan.units),
        "rows": list(data.units) if data is not None else [],
        "sheets": plan.sheets,
        "numeric": numeric,
        "kinds": {
            "groups": _kinds(data.groups if data is not None else None),
            "printed": _kinds(data.printed if data is not None else None),
        },
        "name": data.name if data is not None else "",
        "title_vi": data.title_vi if data is not None else "",
        "title_en": data.title_en if data is not None else "",
        "meta": dict(data.meta) if data is not None else {},
    }
    for row, (key, value) in enumerate(head.items(), start=1):
        put(sheet, row, 1, key)
        put(sheet, row, 2, json.dumps(value, ensure_ascii=True))
    sheet.sheet_state = "hidden"
