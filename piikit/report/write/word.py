"""The content model as a Word file, ready to be cut into a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...base.files import must_end, replace_file
from ...base.language import in_language, text
from ..blocks.blocks import Block, Bullets, Frame, Sentence, Table, shown
from ..blocks.content import Content, content_of
from .cells import Worded, worded
from .text import said_lines

_RED = (0xB0, 0x00, 0x20)


def result_word(result: Any, path: str | Path, lang: str | None = None) -> Path:
    """Write what a result has to show: the mark, the title, tables, what is said, and lists."""
    with in_language(lang):
        document = _landscape()
        _fill(document, content_of(result))
        return replace_file(must_end(path, ".docx"), lambda temporary: document.save(str(temporary)))


def _landscape() -> Any:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    return document


def _fill(document: Any, content: Content) -> None:
    from docx.shared import RGBColor

    if content.mark is not None:
        run = document.add_paragraph().add_run(shown(content.mark))
        run.bold, run.font.color.rgb = True, RGBColor(*_RED)
    document.add_heading(shown(content.title), level=1)
    for line in said_lines(content.summary):
        document.add_paragraph(line)
    for block in content.blocks:
        _block(document, block)


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Table | Frame):
        _table(document, worded(block))
    elif isinstance(block, Bullets):
        if block.key:
            document.add_heading(text(block.key), level=2)
        for item in block.items:
            document.add_paragraph(shown(item), style="List Number" if block.ordered else "List Bullet")
    elif isinstance(block, Sentence):
        document.add_paragraph(block.text())


def _table(document: Any, table: Worded) -> None:
    from docx.shared import Pt

    if table.caption:
        document.add_paragraph(table.caption).runs[0].bold = True
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.heads))
    grid.style = "Light Grid Accent 1"
    for cells, row in zip(grid.rows, table.lines(), strict=True):
        for cell, written in zip(cells.cells, row, strict=True):
            cell.text = written
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8.5)
    if table.foot:
        document.add_paragraph(table.foot).runs[0].font.size = Pt(9)
