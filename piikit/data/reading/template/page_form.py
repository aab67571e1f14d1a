"""A blank form of a province's own page: a row a node, with cells for its value, national minimum and maximum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ....base.excel import add_sheet, set_widths, write_book
from ....base.language import in_language, language, pick
from ...editions.edition_table import editions, newest
from ...framework import Framework
from ...library import as_framework
from ...provinces import match_province, units_in
from .template_look import begin, page, write

_HEADS: dict[str, tuple[str, ...]] = {
    "vi": ("Mã", "Tên", "Đơn vị tính", "Giá trị", "Nhỏ nhất", "Lớn nhất"),
    "en": ("Code", "Name", "Unit of measure", "Value", "Min", "Max"),
}
_HEAD_ROW = 4


def write_page_form(
    path: str | Path,
    unit: str,
    *,
    framework: Framework | str | None = None,
    year: int | None = None,
    lang: str | None = None,
) -> Path:
    """Write the blank form of a page; :func:`piikit.read_page` reads it back, an empty cell as a gap.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file; written under a temporary name, then renamed.
    unit : str
        The province, however it is spelt.
    framework : Framework or str, optional
        That of the edition of `year` if not given.
    year : int, optional
        Edition; the newest if not given.
    lang : str, optional
        Language of the form.
    """
    year = newest().year if year is None else year
    named = next((e.name for e in editions() if e.year == year), newest().name)
    tree = as_framework(named if framework is None else framework)
    name = match_province(unit, units_in(year))

    def fill(book: Any) -> None:
        sheet = add_sheet(book, name)
        begin(sheet, "page", unit=name, year=year)
        for at, head in enumerate(_HEADS[language()], start=1):
            write(sheet, _HEAD_ROW, at, head, "head")
        for i, code in enumerate(tree, start=_HEAD_ROW + 1):
            row = tree.table.loc[code]
            own = code in tree.indicators
            unit_of = (
                str(pick(row.get("unit_vi", ""), row["unit"]) or row["unit"])
                if own
                else pick("điểm", "points")
            )
            for at, value in enumerate((code, tree.title(code), unit_of, None, None, None), start=1):
                write(sheet, i, at, value, "fixed" if at < len(_HEADS["vi"]) - 2 else "input")
        set_widths(sheet, (9, 60, 24, 14, 14, 14))
        sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 4)
        page(sheet, landscape=False)

    with in_language(lang):
        return write_book(path, fill)
