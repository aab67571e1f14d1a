"""Write actions: the workbook in which an office replaces illustrative costs and effects, or TOML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...base.errors import MethodError
from ...base.excel import BLUE, put, set_widths, wrapped, write_book
from ...base.files import write_text
from ...base.language import in_language, text
from ...data.reading.template.action_form import fill_action_form
from ...data.reading.template.template_look import Lists
from .action_set import ActionSet
from .action_toml import to_toml

if TYPE_CHECKING:
    from ...data.framework import Framework


def write_actions(
    actions: ActionSet, path: str | Path, *, lang: str | None = None, framework: Framework | None = None
) -> Path:
    """Write a set to ``.xlsx`` (sheets actions, effects, links; to be filled) or ``.toml``.

    What is read back equals what was written; illustrative costs and effects carry an ``x`` in
    the column ``illustrative``: delete it when you have put your own figure there.

    Parameters
    ----------
    actions : ActionSet
    path : str or Path
    lang : {"vi", "en"}, optional
        Of the headings and of the sheet that explains them.
    framework : Framework, optional
        Gives the codes their titles and the drop-downs of a workbook.

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
        return write_book(path, lambda book: _fill(actions, book, framework))


def _fill(actions: ActionSet, book: Any, framework: Framework | None) -> None:
    _help(book.create_sheet(text("plan.sheet.help")), actions)
    rows = {
        "actions": [_marked(a.cells) for a in actions.actions],
        "effects": [{"action": a.id} | _marked(e.cells) for a in actions.actions for e in a.effects],
        "links": [vars(link) for link in actions.links],
    }
    fill_action_form(book, Lists(book.create_sheet("piikit_lists")), rows, framework)


def _marked(cells: dict[str, Any]) -> dict[str, Any]:
    return cells | {"illustrative": "x" if cells["illustrative"] else None}


def _help(sheet: Any, actions: ActionSet) -> None:
    from openpyxl.styles import Font

    title = put(sheet, 1, 1, actions.title() or text("plan.sheet.actions"))
    title.font = Font(bold=True, size=14, color=BLUE)
    for row, key in enumerate(("what", "mark", "ways", "kinds", "links", "run"), start=3):
        put(sheet, row, 1, text(f"plan.help.{key}")).alignment = wrapped()
    set_widths(sheet, [110])
