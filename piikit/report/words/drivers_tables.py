"""Drivers as tables: for a page, LaTeX, Word and Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.files import replace_file
from ...base.formats import number, percent, significant
from ...base.language import text
from ...diagnosis.drivers.drivers_result import DriversResult
from .drivers_checks import checks
from .drivers_words import chance, data_title, heading, model_title, named, sentence


def paper_table(result: DriversResult, lang: str | None = None) -> pd.DataFrame:
    """The table of a paper: text cells in the language's numbers, headings in words.

    Columns where they apply: variable, quantile, coefficient, standard error, interval, p, p
    Holm, p BH, p by region, standardised coefficient, VIF, range leaving one province out,
    frequency of choice (nets), verdict.
    """
    rows = [_row(result, str(term), row, lang) for term, row in result.coefficients.iterrows()]
    made = pd.DataFrame(rows)
    return made.rename(columns={c: text(f"drivers.table.{c}", lang) for c in made.columns})


def _row(result: DriversResult, term: str, row: Any, lang: str | None) -> dict[str, str]:
    made = {"term": named(result, term, lang)}
    if "quantile" in row:
        made["quantile"] = significant(row["quantile"], 3, lang=lang)
    made["estimate"] = significant(row["estimate"], 3, lang=lang)
    if result.model == "elastic-net":
        made["beta"] = number(row["beta"], 2, lang=lang, sign=True)
        made["chosen"] = percent(row["chosen"], 0, lang=lang)
        return made
    made["std_error"] = significant(row["std_error"], 3, lang=lang)
    made["interval"] = _range(row["low"], row["high"], lang)
    made["p_value"] = chance(row["p_value"], lang, sign="")
    made["p_holm"] = chance(row["p_holm"], lang, sign="")
    made["p_bh"] = chance(row["p_bh"], lang, sign="")
    if "p_region" in row:
        made["p_region"] = chance(row["p_region"], lang, sign="")
    made["beta"] = number(row["beta"], 2, lang=lang, sign=True)
    if "vif" in row:
        made["vif"] = number(row["vif"], 1, lang=lang)
    if "loo_low" in row:
        made["loo"] = _range(row["loo_low"], row["loo_high"], lang)
        if pd.notna(row["loo_low"]):
            made["loo"] += f" ({row['loo_unit']})"
    if term in result.verdicts.index:
        made["verdict"] = text(f"drivers.verdict.{result.verdicts.at[term, 'verdict']}", lang)
    return made


def _range(low: float, high: float, lang: str | None) -> str:
    return f"[{significant(low, 3, lang=lang)}; {significant(high, 3, lang=lang)}]"


def caption(result: DriversResult, lang: str | None = None) -> str:
    """Outcome, model, size and data in one line."""
    return text(
        "drivers.table.caption",
        lang,
        y=named(result, result.design.outcome, lang),
        model=model_title(result, lang),
        n=result.design.n,
        data=data_title(result, lang),
    )


def footer(result: DriversResult, lang: str | None = None) -> str:
    """Size, fit, and what the table is not; the mark first where it must be."""
    r2 = number(result.measures.get("r2"), 2, lang=lang)
    said = text("drivers.table.footer", lang, n=result.design.n, r2=r2, k=len(result.coefficients))
    return f"{text('drivers.stamp', lang)} {said}" if result.illustrative else said


_LATEX = {c: rf"\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "−": "$-$",
    "²": "$^2$",
    "β": r"$\beta$",
    "<": "$<$",
    ">": "$>$",
}


def latex_text(written: str) -> str:
    """Escape what LaTeX would read as commands."""
    return "".join(_LATEX.get(c, c) for c in written)


def to_latex(result: DriversResult, lang: str | None = None) -> str:
    r"""The paper's table with booktabs; needs ``\usepackage{booktabs}`` and UTF-8 input (or XeLaTeX)."""
    table = paper_table(result, lang)
    head = " & ".join(latex_text(c) for c in table.columns)
    body = " \\\\\n".join(" & ".join(latex_text(str(v)) for v in row) for row in table.to_numpy())
    columns = "l" + "r" * (table.shape[1] - 1)
    return (
        "\\begin{table}[htbp]\n\\centering\n"
        f"\\caption{{{latex_text(caption(result, lang))}}}\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head} \\\\\n\\midrule\n{body} \\\\\n\\bottomrule\n"
        f"\\end{{tabular}}\n\n\\smallskip\n\\footnotesize {latex_text(footer(result, lang))}\n\\end{{table}}\n"
    )


def to_word(result: DriversResult, path: Any, lang: str | None = None) -> Path:
    """A Word file: mark, table, footer, a sentence for each term, and checks, ready to be cut into a paper."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    if result.illustrative:
        run = document.add_paragraph().add_run(text("drivers.stamp", lang))
        run.bold, run.font.color.rgb = True, RGBColor(0xB0, 0x00, 0x20)
    document.add_heading(caption(result, lang), level=1)
    _word_table(document, paper_table(result, lang))
    document.add_paragraph(footer(result, lang)).runs[0].font.size = Pt(9)
    terms = [None] if result.model == "elastic-net" else [str(t) for t in result.verdicts.index]
    for term in terms:
        document.add_paragraph(sentence(result, term, lang))
    document.add_heading(text("drivers.check.title", lang), level=2)
    document.add_paragraph(heading(result, lang))
    for line in checks(result, lang):
        document.add_paragraph(line, style="List Bullet")
    return replace_file(Path(path), lambda p: document.save(str(p)))


def _word_table(document: Any, table: pd.DataFrame) -> None:
    from docx.shared import Pt

    grid = document.add_table(rows=1 + len(table), cols=table.shape[1])
    grid.style = "Light Grid Accent 1"
    for j, name in enumerate(table.columns):
        grid.cell(0, j).text = str(name)
    for i, row in enumerate(table.to_numpy(), start=1):
        for j, value in enumerate(row):
            grid.cell(i, j).text = str(value)
    for row in grid.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)


def to_excel(result: DriversResult, path: Any, lang: str | None = None) -> Path:
    """Coefficients, checks in words, leave-one-out, power, importance, curves, identities and the data."""
    design = result.design
    curves = [result.curve(str(t)) for t in result.verdicts.index]
    together = [c.table.assign(term=c.term) for c in curves if c is not None]
    said = [heading(result, lang), sentence(result, lang=lang), *checks(result, lang)]
    sheets = {
        "coefficients": result.table,
        "checks": pd.DataFrame({text("drivers.check.title", lang): said}),
        "identities": result.identities,
        "names": design.variables.table,
        "data": pd.concat([design.y, design.X], axis=1).reset_index(),
        "dropped": design.dropped,
    }
    if result.loo is not None:
        sheets["loo"] = result.loo.reset_index()
    if result.model == "ols":
        sheets |= {
            "influence": result.influence.reset_index(),
            "power": result.power,
            "importance": result.importance,
        }
    if together:
        sheets["curve"] = pd.concat(together)
    named_sheets = {text(f"drivers.sheet.{k}", lang): v for k, v in sheets.items()}
    if result.illustrative:
        stamp = text("mark.stamp", lang)
        named_sheets = {stamp: pd.DataFrame({stamp: [text("drivers.stamp", lang)]}), **named_sheets}
    return write_tables(Path(path), named_sheets)
