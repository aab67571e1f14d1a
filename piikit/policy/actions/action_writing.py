"""Write actions: the workbook in which an office replaces illustrative costs and effects, or TOML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...base.errors import MethodError
from ...base.excel import BLUE, DATE, GREY, PEACH, fill_of, head, put, set_widths, wrapped, write_book
from ...base.files import write_text
from ...base.language import in_language, text
from .action import ACTIONS, EFFECTS
from .action_reading import LINKS
from .action_set import ActionSet
from .action_toml import to_toml

_WIDTHS = {"text_vi": 50, "text_en": 40, "agency": 30, "note": 40, "legal_basis": 30}
_TO_REPLACE = ("cost_low", "cost_likely", "cost_high", "low", "likely", "high", "illustrative")


def write_actions(actions: ActionSet, path: str | Path, *, lang: str | None = None) -> Path:
    """Write a set to ``.xlsx`` (sheets actions, effects, links; to be filled) or ``.toml``.

    What is read back equals what was written; illustrative costs and effects carry an ``x`` in
    the column ``illustrative``: delete it when you have put your own figure there.

    Parameters
    ----------
    actions : ActionSet
    path : str or Path
    lang : {"vi", "en"}, optional
        Of the headings and of the sheet that explains them.

    Returns
    -------
    Path

    Raises
    ------
    MethodError
        For another kind of file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import piikit as pk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pk.write_actions(pk.load_actions("open-2022"), Path(folder) / "mine.xlsx", lang="en").name
    'mine.xlsx'
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        return write_text(path, to_toml(actions))
    if path.suffix.lower() != ".xlsx":
        raise MethodError("error.dataset_suffix", path=path.name)
    with in_language(lang):
        return write_book(path, lambda book: _fill(actions, book))


def _fill(actions: ActionSet, book: Any) -> None:
    _help(book.create_sheet(text("plan.sheet.help")), actions)
    effects = [{"action": a.id} | _marked(e.cells) for a in actions.actions for e in a.effects]
    _sheet(book, "actions", ACTIONS, [_marked(a.cells) for a in actions.actions])
    _sheet(book, "effects", EFFECTS, effects)
    _sheet(book, "links", LINKS, [{name: getattr(link, name) for name in LINKS} for link in actions.links])


def _marked(cells: dict[str, Any]) -> dict[str, Any]:
    return cells | {"illustrative": "x" if cells["illustrative"] else None}


def _sheet(book: Any, role: str, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(text(f"plan.sheet.{role}"))
    for at, name in enumerate(columns, start=1):
        put(sheet, 1, at, name).font = Font(size=8, color=GREY)
        head(sheet, 2, at, text(f"plan.column.{name}"))
    set_widths(sheet, [_WIDTHS.get(name, 13) for name in columns])
    sheet.freeze_panes = "C3"
    for row, cells in enumerate(rows, start=3):
        for at, name in enumerate(columns, start=1):
            cell = put(sheet, row, at, None if cells[name] == "" else cells[name])
            if name in ("start", "end"):
                cell.number_format = DATE
            if cells.get("illustrative") and name in _TO_REPLACE:
                cell.fill = fill_of(PEACH)


def _help(sheet: Any, actions: ActionSet) -> None:
    from openpyxl.styles import Font

    title = put(sheet, 1, 1, actions.title() or text("plan.sheet.actions"))
    title.font = Font(bold=True, size=14, color=BLUE)
    for row, key in enumerate(("what", "mark", "ways", "kinds", "links", "run"), start=3):
        put(sheet, row, 1, text(f"plan.help.{key}")).alignment = wrapped()
    set_widths(sheet, [110])
