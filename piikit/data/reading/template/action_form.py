"""The form of actions: sheets, columns, units, words and drop-downs, one for every workbook that carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....base.excel import DATE, PEACH, fill_of, set_widths
from ....base.language import text
from ...framework import Framework
from .template_look import Lists, cells_of, number_between, page, write

ACTIONS = (
    "id", "text_vi", "text_en", "agency", "co_agencies", "cost_low", "cost_likely", "cost_high",
    "source", "start", "end", "legal_basis", "illustrative", "note", "cost_shape", "cost_meaning",
)  # fmt: skip
EFFECTS = (
    "action", "code", "low", "likely", "high", "shape", "meaning", "way", "kind", "lead_months", "cap",
    "p_deliver", "grade", "illustrative", "note",
)  # fmt: skip
LINKS = ("kind", "a", "b", "value", "code")
SHEETS = {"actions": ACTIONS, "effects": EFFECTS, "links": LINKS}
WAYS = ("add", "percent", "numerator", "close", "set")
KINDS = ("real", "reporting", "definition")
LINKED = ("requires", "excludes", "synergy", "substitutes")
GRADES = ("", "A", "B", "C", "D")
SHAPES = ("pert", "triangular", "lognormal", "uniform")
MEANT = ("limits", "quartiles", "80%", "90%")
_WORDS = {
    "way": WAYS, "kind": KINDS, "grade": GRADES[1:], "shape": SHAPES, "meaning": MEANT, "illustrative": ("x",),
}  # fmt: skip
_NOTES = {"way": "plan.help.ways", "kind": "plan.help.kinds", "illustrative": "plan.help.mark"}
_WIDTHS = {"text_vi": 50, "text_en": 40, "agency": 30, "note": 40, "legal_basis": 30, "code": 34}
_TO_REPLACE = ("cost_low", "cost_likely", "cost_high", "low", "likely", "high", "illustrative")
_BETWEEN = " – "
_FIRST, _SPARE = 3, 60


def code_of(written: str) -> str:
    """The code of a cell that may hold its title too, as the drop-down writes it."""
    return written.partition(_BETWEEN)[0].strip()


def titled(code: str, framework: Framework | None) -> str:
    """A code with its title, as the drop-down writes it."""
    known = framework is not None and code in framework and framework.title(code) != code
    return f"{code}{_BETWEEN}{framework.title(code)}" if known and framework is not None else code


def fill_action_form(
    book: Any,
    lists: Lists,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    framework: Framework | None = None,
) -> None:
    """Write the three sheets: row 1 keys, row 2 their names, then `rows` by sheet and empty rows to fill."""
    ids = f"'{text('plan.sheet.actions')}'!$A${_FIRST}:$A${_FIRST + len(rows['actions']) + _SPARE}"
    codes = [titled(c, framework) for c in framework.indicators] if framework is not None else []
    agencies = [a for a in dict.fromkeys(framework.table["agency"]) if a] if framework is not None else []
    for role, columns in SHEETS.items():
        sheet = book.create_sheet(text(f"plan.sheet.{role}"))
        offered = _WORDS | {"code": codes, "agency": agencies, "kind": LINKED if role == "links" else KINDS}
        notes = _NOTES | ({"kind": "plan.help.links"} if role == "links" else {})
        last = _FIRST + len(rows[role]) + _SPARE - 1
        for at, name in enumerate(columns, start=1):
            write(sheet, 1, at, name, "key", text(notes[name]) if name in notes else None)
            write(sheet, 2, at, text(f"plan.column.{name}"), "head")
            cells, bare = cells_of(at, _FIRST, last), name.removeprefix("cost_")
            if name in ("action", "a", "b"):
                lists.refer(sheet, cells, ids)
            lists.choose(sheet, cells, name, offered.get(bare, ()), strict=name != "agency")
            if bare in ("low", "likely", "high", "lead_months", "cap"):
                number_between(sheet, cells, low=0.0 if bare != name else None)
        for row, held in enumerate([*rows[role], *[{}] * _SPARE], start=_FIRST):
            _fill_row(sheet, row, columns, {**held, "code": titled(held.get("code", ""), framework)})
        sheet.row_dimensions[2].height = 34
        set_widths(sheet, [_WIDTHS.get(name, 13) for name in columns])
        sheet.freeze_panes = "C3"
        page(sheet)


def _fill_row(sheet: Any, row: int, columns: Sequence[str], held: Mapping[str, Any]) -> None:
    for at, name in enumerate(columns, start=1):
        value = held.get(name)
        cell = write(sheet, row, at, None if value == "" else value, "entry")
        if name in ("start", "end"):
            cell.number_format = DATE
        if held.get("illustrative") and name in _TO_REPLACE:
            cell.fill = fill_of(PEACH)
