"""Tables of the content model in words: headings, cells as text, which of them are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...base.formats import MISSING_MARK, number, significant
from ...base.language import text
from ..blocks.blocks import Frame, Sentence, Table, shown
from ..blocks.quantity import SIGNS, Quantity


@dataclass(frozen=True)
class Worded:
    """A table as a reader sees it.

    Attributes
    ----------
    caption : str
        Empty if it has none.
    heads : list of str
    rows : list of list of str
    numeric : list of list of bool
        Which cells are set to the right.
    foot : str
        What stands below it, such as the source; empty if nothing does.
    """

    caption: str
    heads: list[str]
    rows: list[list[str]]
    numeric: list[list[bool]]
    foot: str = ""


def worded(block: Table | Frame, lang: str | None = None) -> Worded:
    """Write a table in `lang`."""
    if isinstance(block, Frame):
        table = block.worded(lang)
        values = list(table.itertuples(index=False, name=None))
        rows = [[_plain(v, block.digits, lang) for v in row] for row in values]
        numeric = [[isinstance(v, int | float) and not isinstance(v, bool) for v in row] for row in values]
        caption = text(block.key, lang) if block.key else ""
        return Worded(caption, [str(c) for c in table.columns], rows, numeric)
    caption = Sentence(block.key, block.values).text(lang) if block.key else ""
    rows = [[cell_text(c, lang) for c in row] for row in block.rows]
    numeric = [[isinstance(c, Quantity) for c in row] for row in block.rows]
    source = block.source.text(lang)
    said = (shown(block.note, lang), text("brief.write.source", lang, source=source) if source else "")
    return Worded(caption, block.heads(lang), rows, numeric, " ".join(filter(None, said)))


def cell_text(cell: Any, lang: str | None = None) -> str:
    """A cell of a table; a rank stands there as a bare number."""
    if isinstance(cell, Quantity) and cell.kind == "rank":
        return number(cell.value, 0, lang=lang) + SIGNS.get(cell.mark, "")
    if isinstance(cell, tuple):
        return "; ".join(cell_text(c, lang) for c in cell)
    return shown(cell, lang)


def _plain(value: Any, digits: int | None, lang: str | None) -> str:
    if isinstance(value, float):
        return significant(value, 4, lang=lang) if digits is None else number(value, digits, lang=lang)
    return MISSING_MARK if value is None or value is pd.NA else str(value)


def aligned(table: Worded, widest: int = 60) -> list[str]:
    """The table as lines of text, its columns one below the other, no cell wider than `widest`."""
    rows = [
        [c if len(c) <= widest else c[: widest - 1] + "…" for c in row] for row in (table.heads, *table.rows)
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.heads))]
    right = table.numeric[0] if table.numeric else [False] * len(widths)
    set_ = [str.rjust if r else str.ljust for r in right]
    lines = ["  ".join(put(c, w) for put, c, w in zip(set_, row, widths, strict=True)) for row in rows]
    return [*([table.caption] if table.caption else []), *(line.rstrip() for line in lines)]
