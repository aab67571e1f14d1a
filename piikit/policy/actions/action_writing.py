"""Write actions: the workbook in which an office replaces illustrative costs and effects, or TOML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...base.errors import MethodError
from ...base.language import in_language, text
from ...data.storage import put, replace_file
from .action import ActionSet
from .action_reading import ACTIONS, EFFECTS, LINKS


def write_actions(actions: ActionSet, path: str | Path, *, lang: str | None = None) -> Path:
    """Write a set to ``.xlsx`` (sheets actions, effects, links; to be filled) or ``.toml``.

    What is read back equals what was written; illustrative costs and effects carry an ``x`` in
    the column ``illustrative``: delete it when you have put your own figure there.

    Raises
    ------
    MethodError
        For another kind of file.
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        return replace_file(path, lambda p: _to_toml(actions, p))
    if path.suffix.lower() != ".xlsx":
        raise MethodError("error.dataset_suffix", path=path.name)
    with in_language(lang):
        return replace_file(path, lambda p: _to_excel(actions, p))


def _rows(actions: ActionSet) -> dict[str, tuple[tuple[str, ...], list[dict[str, Any]]]]:
    first = [
        {
            "id": a.id,
            "text_vi": a.text_vi,
            "text_en": a.text_en,
            "agency": a.agency,
            "co_agencies": "; ".join(a.co_agencies),
            "cost_low": a.cost.low,
            "cost_likely": a.cost.likely,
            "cost_high": a.cost.high,
            "source": a.source,
            "start": a.start,
            "end": a.end,
            "legal_basis": a.legal_basis,
            "illustrative": "x" if a.illustrative else None,
            "note": a.note,
        }
        for a in actions.actions
    ]
    second = [
        {
            "action": a.id,
            "code": e.code,
            "low": e.amount.low,
            "likely": e.amount.likely,
            "high": e.amount.high,
            "shape": e.amount.shape,
            "meaning": e.amount.meaning,
            "way": e.way,
            "kind": e.kind,
            "lead_months": e.lead_months,
            "cap": e.cap,
            "p_deliver": e.p_deliver,
            "grade": e.grade,
            "illustrative": "x" if e.illustrative else None,
            "note": e.note,
        }
        for a in actions.actions
        for e in a.effects
    ]
    third = [{k: getattr(link, k) for k in LINKS} for link in actions.links]
    return {"actions": (ACTIONS, first), "effects": (EFFECTS, second), "links": (LINKS, third)}


def _to_excel(actions: ActionSet, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    _help(book.create_sheet(text("plan.sheet.help")), actions)
    for role, (columns, rows) in _rows(actions).items():
        sheet = book.create_sheet(text(f"plan.sheet.{role}"))
        for at, name in enumerate(columns, start=1):
            put(sheet, 1, at, name)
            put(sheet, 2, at, text(f"plan.column.{name}"))
            sheet.cell(row=1, column=at).font = Font(size=8, color="767676")
            head = sheet.cell(row=2, column=at)
            head.font = Font(bold=True, color="FFFFFF")
            head.fill = PatternFill("solid", fgColor="1F4E79")
            head.alignment = Alignment(wrap_text=True, vertical="top")
            wide = {"text_vi": 50, "text_en": 40, "agency": 30, "note": 40, "legal_basis": 30}
            sheet.column_dimensions[get_column_letter(at)].width = wide.get(name, 13)
        for row, cells in enumerate(rows, start=3):
            for at, name in enumerate(columns, start=1):
                value = cells[name]
                put(sheet, row, at, None if value == "" else value)
                if name in ("start", "end") and value is not None:
                    sheet.cell(row=row, column=at).number_format = "dd/mm/yyyy"
            if cells.get("illustrative"):
                for name in ("cost_low", "cost_likely", "cost_high", "low", "likely", "high", "illustrative"):
                    if name in columns:
                        at = columns.index(name) + 1
                        sheet.cell(row=row, column=at).fill = PatternFill("solid", fgColor="FCE4D6")
        sheet.freeze_panes = "C3"
    book.save(path)


def _help(sheet: Any, actions: ActionSet) -> None:
    from openpyxl.styles import Alignment, Font

    put(sheet, 1, 1, actions.title() or text("plan.sheet.actions"))
    sheet.cell(row=1, column=1).font = Font(bold=True, size=14, color="1F4E79")
    for row, key in enumerate(("what", "mark", "ways", "kinds", "links", "run"), start=3):
        put(sheet, row, 1, text(f"plan.help.{key}"))
        sheet.cell(row=row, column=1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110


def _to_toml(actions: ActionSet, path: Path) -> None:
    import tomli_w

    def estimate(e: Any) -> Any:
        if e.shape == "pert" and e.meaning == "limits":
            return [e.low, e.likely, e.high]
        return {"low": e.low, "likely": e.likely, "high": e.high, "shape": e.shape, "meaning": e.meaning}

    head = {k: getattr(actions, k) for k in ("title_vi", "title_en", "note_vi", "note_en", "dataset", "unit")}
    made: dict[str, Any] = {k: v for k, v in head.items() if v}
    made["action"] = [
        {
            k: v
            for k, v in {
                **{n: getattr(a, n) for n in ("id", "text_vi", "text_en", "agency")},
                "co_agencies": list(a.co_agencies),
                "cost": estimate(a.cost),
                **{
                    n: getattr(a, n)
                    for n in ("source", "start", "end", "legal_basis", "note", "illustrative")
                },
                "effect": [
                    {
                        n: v
                        for n, v in {
                            **{m: getattr(e, m) for m in _EFFECT},
                            "amount": estimate(e.amount),
                        }.items()
                        if v not in ("", None)
                    }
                    for e in a.effects
                ],
            }.items()
            if v not in ("", None, [])
        }
        for a in actions.actions
    ]
    if actions.links:
        made["link"] = [{k: getattr(x, k) for k in LINKS if getattr(x, k) != ""} for x in actions.links]
    path.write_text(tomli_w.dumps(made), encoding="utf-8", newline="\n")


_EFFECT = ("code", "way", "kind", "lead_months", "cap", "p_deliver", "grade", "note", "illustrative")
