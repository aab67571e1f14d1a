"""A brief as an Excel workbook: the findings, every table with live numbers, and every number's way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.language import in_language, language, text
from ..blocks.blocks import Brief, Bullets, Picture, Quantity, Sentence, Table
from .block_html import cell_text


def to_excel(brief: Brief, path: Any, lang: str | None = None) -> Path:
    """Write the brief to an ``.xlsx`` file, under a temporary name first.

    Sheets: the text of all chapters; one sheet a table, its numbers as numbers at full
    precision; all numbers with unit, code and what they are compared with.
    """
    with in_language(lang):
        lang = language()
        sheets: dict[str, pd.DataFrame] = {text("brief.write.front", lang): _words(brief, lang)}
        for chapter in brief.chapters:
            for table in [b for b in chapter.blocks if isinstance(b, Table)]:
                name = Sentence(table.key, table.values).text(lang)[:28]
                while name in sheets:
                    name = f"{name[:26]} {len(sheets)}"
                sheets[name] = _frame(table, lang)
        sheets[text("brief.write.numbers", lang)] = brief.table
        return write_tables(Path(path), sheets)


def _words(brief: Brief, lang: str) -> pd.DataFrame:
    rows = [("", brief.title.text(lang)), ("", brief.subtitle.text(lang))]
    if brief.illustrative:
        rows.append(("", text("mark.stamp", lang)))
    rows += [("", f.text(lang)) for f in brief.findings]
    for chapter in brief.chapters:
        heading = chapter.title.text(lang)
        for block in chapter.blocks:
            if isinstance(block, Sentence):
                rows.append((heading, block.text(lang)))
            elif isinstance(block, Bullets):
                rows += [(heading, i.text(lang)) for i in block.items]
            elif isinstance(block, Picture):
                rows.append((heading, block.alt(lang)))
            else:
                rows.append((heading, f"→ {Sentence(block.key, block.values).text(lang)}"))
    rows.append(
        (text("brief.write.front", lang), text("explain.fingerprint", lang, fingerprint=brief.fingerprint))
    )
    first = text("mark.stamp", lang) if brief.illustrative else "piikit"
    return pd.DataFrame(rows, columns=[first, text("brief.write.front", lang)])


def _frame(table: Table, lang: str) -> pd.DataFrame:
    heads = [text(c, lang) for c in table.columns]
    rows = [[_cell(c, lang) for c in row] for row in table.rows]
    source = table.source.text(lang)
    if source:
        rows.append([text("brief.write.source", lang, source=source), *[None] * (len(heads) - 1)])
    return pd.DataFrame(rows, columns=heads, dtype=object)


def _cell(cell: Any, lang: str) -> Any:
    if isinstance(cell, Quantity) and not (cell.measure_vi or cell.measure_en or cell.mark):
        return float(cell.value)
    return cell_text(cell, lang)
