"""The content model as an Excel workbook: every table a sheet, its numbers as numbers at full precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import NUMBER, add_sheet, fill_of, fill_sheet, write_book
from ...base.formats import rank_digits
from ...base.language import in_language, text
from ..blocks.blocks import Block, Brief, Bullets, Frame, Picture, Sentence, Table, shown
from ..blocks.content import content_of
from ..blocks.quantity import MEASURED, SIGNS, Quantity, short_measure
from .cells import cell_text, worded
from .text import said_lines


def result_excel(result: Any, path: str | Path, lang: str | None = None, *, more: Sequence[Any] = ()) -> Path:
    """Write the tables of a result, and of `more` results, a sheet each; first what is said of illustrative figures."""
    with in_language(lang):
        content = content_of(result)
        blocks = [b for one in (content, *map(content_of, more)) for b in (*one.blocks, *one.sheets)]

        def fill(book: Any) -> None:
            if content.mark is not None:
                stamp = text("mark.stamp")
                fill_sheet(add_sheet(book, stamp), pd.DataFrame({stamp: said_lines(content.lines)}))
            for block in blocks:
                _sheet(book, block)

        return write_book(path, fill)


def _sheet(book: Any, block: Block) -> None:
    """A table or a list with a heading as a sheet; whatever else has no place in a workbook."""
    if not getattr(block, "key", ""):
        return
    if isinstance(block, Frame):
        fill_sheet(add_sheet(book, text(block.key)), block.worded())
    elif isinstance(block, Bullets):
        name = text(block.key)
        fill_sheet(add_sheet(book, name), pd.DataFrame({name: [shown(i) for i in block.items]}))
    elif isinstance(block, Table):
        name = Sentence(block.key, block.values).text()
        fill_table(add_sheet(book, name), block)


def fill_table(sheet: Any, table: Table) -> None:
    """Write a table to a sheet: quantities as numbers that show their unit and mark."""
    rows: list[list[Any]] = [
        [q.value if isinstance(q, Quantity) else cell_text(q) for q in row] for row in table.rows
    ]
    foot = worded(table).foot
    if foot:
        rows.append([foot, *[None] * (len(table.columns) - 1)])
    fill_sheet(sheet, pd.DataFrame(rows, columns=table.heads(), dtype=object))
    for at, row in enumerate(table.rows, start=2):
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, Quantity):
                sheet.cell(row=at, column=column).number_format = number_format(cell)
    for at, tint in enumerate(table.tints, start=2):
        for cell in sheet[at]:
            cell.fill = fill_of(tint)


def number_format(quantity: Quantity) -> str:
    """How Excel shows a quantity: its digits, sign, unit of measurement and mark; the cell stays a number."""
    q = quantity
    after = f".{'0' * q.digits}" if q.digits else ""
    rank = "0.0" if rank_digits(q.value) else "0"
    plain = {"rank": rank, "place": "0", "count": "#,##0", "weight": f"0{after}%", "share": f"0{after}%"}.get(
        q.kind
    )
    if plain is None:
        plain = NUMBER if q.kind in MEASURED else f"#,##0{after}"
    measure = short_measure(q.measure())
    said = f"{'' if measure.startswith('%') else ' '}{measure}" if measure else ""
    tail = (said + SIGNS.get(q.mark, "")).replace('"', "'")
    shown_number = f'{plain}"{tail}"' if tail else plain
    return f"+{shown_number};−{shown_number};{shown_number}" if q.sign else shown_number


def to_excel(brief: Brief, path: Any, lang: str | None = None) -> Path:
    """Write a brief: the text of all chapters, its tables a sheet each, and every number with its way back."""
    with in_language(lang):

        def fill(book: Any) -> None:
            fill_sheet(add_sheet(book, text("brief.write.front")), _words(brief))
            for chapter in brief.chapters:
                for block in chapter.blocks:
                    _sheet(book, block)
            titles = {c.id: c.title.text() for c in brief.chapters}
            numbers = brief.table.assign(chapter=brief.table["chapter"].replace(titles))
            _sheet(book, Frame("brief.write.numbers", numbers, "brief.number_column", "brief.number"))

        return write_book(path, fill)


def _words(brief: Brief) -> pd.DataFrame:
    rows = [("", brief.title.text()), ("", brief.subtitle.text())]
    if brief.illustrative:
        rows.append(("", text("mark.stamp")))
    rows += [("", f.text()) for f in brief.findings]
    for chapter in brief.chapters:
        rows += [(chapter.title.text(), line) for block in chapter.blocks for line in _lines(block)]
    rows.append((text("brief.write.front"), text("explain.fingerprint", fingerprint=brief.fingerprint)))
    first = text("mark.stamp") if brief.illustrative else "piikit"
    return pd.DataFrame(rows, columns=[first, text("brief.write.front")])


def _lines(block: Any) -> Iterator[str]:
    if isinstance(block, Bullets):
        yield from map(shown, block.items)
    elif isinstance(block, Table):
        yield f"→ {Sentence(block.key, block.values).text()}"
    else:
        yield block.alt() if isinstance(block, Picture) else shown(block)
