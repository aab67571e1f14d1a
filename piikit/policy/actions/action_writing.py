"""Write actions: the workbook in which an office replaces illustrative costs and effects, or TOML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...base.errors import MethodError
from ...base.excel import BLUE, DATE, GREY, PEACH, fill_of, head, put, set_widths, wrapped, write_book
from ...base.files import write_text
from ...base.language import in_language, text
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
        return write_text(path, _toml(actions))
    if path.suffix.lower() != ".xlsx":
        raise MethodError("error.dataset_suffix", path=path.name)
    with in_language(lang):
        return write_book(path, lambda book: _fill(actions, book))


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


def _fill(actions: ActionSet, book: Any) -> None:
    from openpyxl.styles import Font

    _help(book.create_sheet(text("plan.sheet.help")), actions)
    for role, (columns, rows) in _rows(actions).items():
        sheet = book.create_sheet(text(f"plan.sheet.{role}"))
        for at, name in enumerate(columns, start=1):
            put(sheet, 1, at, name).font = Font(size=8, color=GREY)
            head(sheet, 2, at, text(f"plan.column.{name}"))
        set_widths(sheet, [_WIDTHS.get(name, 13) for name in columns])
        for row, cells in enumerate(rows, start=3):
            for at, name in enumerate(columns, start=1):
                value = cells[name]
                cell = put(sheet, row, at, None if value == "" else value)
                if name in ("start", "end") and value is not None:
                    cell.number_format = DATE
                if cells.get("illustrative") and name in _TO_REPLACE:
                    cell.fill = fill_of(PEACH)
        sheet.freeze_panes = "C3"


_WIDTHS = {"text_vi": 50, "text_en": 40, "agency": 30, "note": 40, "legal_basis": 30}
_TO_REPLACE = ("cost_low", "cost_likely", "cost_high", "low", "likely", "high", "illustrative")


def _help(sheet: Any, actions: ActionSet) -> None:
    from openpyxl.styles import Font

    title = put(sheet, 1, 1, actions.title() or text("plan.sheet.actions"))
    title.font = Font(bold=True, size=14, color=BLUE)
    for row, key in enumerate(("what", "mark", "ways", "kinds", "links", "run"), start=3):
        put(sheet, row, 1, text(f"plan.help.{key}")).alignment = wrapped()
    set_widths(sheet, [110])


def _toml(actions: ActionSet) -> str:
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
    return tomli_w.dumps(made)


_EFFECT = ("code", "way", "kind", "lead_months", "cap", "p_deliver", "grade", "note", "illustrative")
