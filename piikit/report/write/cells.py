"""Tables of the content model in words: headings, cells as text, which of them are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from ...base.formats import MISSING_MARK, number, rank_digits, significant
from ...base.language import text
from ..blocks.blocks import Frame, Sentence, Table, shown
from ..blocks.quantity import SIGNS, Quantity


class Cell(NamedTuple):
    """A cell as a reader sees it, and whether it is set to the right."""

    said: str
    numeric: bool


@dataclass(frozen=True)
class Worded:
    """A table as a reader sees it.

    Attributes
    ----------
    caption : str
        Empty if it has none.
    heads : list of Cell
        Set to the right where the column's first cell is.
    rows : list of list of Cell
    foot : str
        What stands below it, such as the source; empty if nothing does.
    tints : tuple of str
        Colours of the rows, if they have any.
    """

    caption: str
    heads: list[Cell]
    rows: list[list[Cell]]
    foot: str = ""
    tints: tuple[str, ...] = ()

    def lines(self) -> list[list[str]]:
        """Headings and rows as text."""
        return [[cell.said for cell in row] for row in (self.heads, *self.rows)]


def worded(block: Table | Frame) -> Worded:
    """Write a table in the current language."""
    if isinstance(block, Frame):
        table = block.worded()
        rows = [
            [_plain(value, block.digits) for value in row] for row in table.itertuples(index=False, name=None)
        ]
        return Worded(text(block.key) if block.key else "", _heads(table.columns, rows), rows)
    rows = [[Cell(cell_text(c), isinstance(c, Quantity)) for c in row] for row in block.rows]
    caption, source = Sentence(block.key, block.values).text() if block.key else "", block.source.text()
    said = (shown(block.note), text("brief.write.source", source=source) if source else "")
    return Worded(caption, _heads(block.heads(), rows), rows, " ".join(filter(None, said)), block.tints)


def _heads(names: Sequence[Any], rows: list[list[Cell]]) -> list[Cell]:
    numeric = [cell.numeric for cell in rows[0]] if rows else [False] * len(names)
    return [Cell(str(name), right) for name, right in zip(names, numeric, strict=True)]


def cell_text(cell: Any) -> str:
    """A cell of a table; a rank stands there as a bare number."""
    if isinstance(cell, Quantity) and cell.kind == "rank":
        return number(cell.value, rank_digits(cell.value)) + SIGNS.get(cell.mark, "")
    if isinstance(cell, tuple):
        return "; ".join(cell_text(c) for c in cell)
    return shown(cell)


def _plain(value: Any, digits: int | None) -> Cell:
    if isinstance(value, float):
        return Cell(significant(value) if digits is None else number(value, digits), True)
    said = MISSING_MARK if value is None or value is pd.NA else str(value)
    return Cell(said, isinstance(value, int) and not isinstance(value, bool))


def aligned(block: Table | Frame, widest: int = 60) -> list[str]:
    """A table as lines of text, its columns one below the other, no cell wider than `widest`."""
    table = worded(block)
    lines = [[c if len(c) <= widest else c[: widest - 1] + "…" for c in row] for row in table.lines()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    put = [str.rjust if head.numeric else str.ljust for head in table.heads]
    said = ("  ".join(f(c, w) for f, c, w in zip(put, row, widths, strict=True)).rstrip() for row in lines)
    return [*([table.caption] if table.caption else []), *said]
