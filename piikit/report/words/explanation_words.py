"""Explanations as text, HTML, LaTeX, a figure and a workbook."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import Any

from ...base.excel import write_tables
from ...base.formats import number, ordinal, percent, significant
from ...base.language import language, pick, text
from ...index.explanation import Explanation, Part
from ...index.page.page_explanation import PageExplanation
from ..figures.theme import new_axes, note_source
from ..write.html_page import page
from .formulas import score_formula
from .page_words import explanation_summary


def summary(explanation: Explanation, lang: str | None = None) -> str:
    """Score, rank, neighbours and basis in a few sentences."""
    if isinstance(explanation, PageExplanation):
        return explanation_summary(explanation, lang)
    e = explanation
    name = e.part.title(lang)
    if math.isnan(e.score):
        return text("explain.no_score", lang, unit=e.unit, name=name)
    said = [
        text(
            "explain.score",
            lang,
            unit=e.unit,
            name=name,
            score=number(e.score, 2, lang=lang),
            rank=ordinal(e.rank, lang=lang),
            units=e.units,
        )
    ]
    for neighbour, key in ((e.ahead, "explain.ahead"), (e.behind, "explain.behind")):
        if neighbour:
            said.append(
                text(
                    key,
                    lang,
                    unit=neighbour.unit,
                    score=number(neighbour.score, 2, lang=lang),
                    gap=number(abs(neighbour.gap), 2, lang=lang),
                )
            )
    if e.illustrative > 0:
        said.append(text("explain.illustrative", lang, share=percent(e.illustrative, lang=lang)))
    return " ".join(said)


def to_text(explanation: Explanation, lang: str | None = None, digits: int = 2) -> str:
    """The whole tree as indented lines, each with its formula and figures."""
    e = explanation
    lines = [summary(e, lang), ""]
    for depth, part in e.part.walk():
        pad = "  " * depth
        mark = f" [{mark_word(part.mark, lang)}]" if part.mark else ""
        shown = number(part.score, digits, lang=lang)
        lines.append(
            f"{pad}{part.code} {part.title(lang)}{mark}: {shown} = {score_formula(part, lang, digits)}"
        )
        lines += [f"{pad}    {line}" for line in _cell_lines(part, lang)]
    lines.append("")
    if e.additive:
        lines.append(text("explain.sum", lang, residual=f"{abs(e.residual):.1e}"))
    lines.append(text("explain.fingerprint", lang, fingerprint=e.fingerprint))
    return "\n".join(lines)


def _cell_lines(part: Part, lang: str | None) -> list[str]:
    cell = part.cell
    if cell is None:
        return []
    lines = []
    if math.isnan(cell.value):
        lines.append(text("explain.gap", lang))
    else:
        raw = significant(cell.value, 6, lang=lang)
        lines.append(text("explain.cell", lang, raw=raw, measure=cell.measure(lang) or "–"))
        if math.isnan(cell.raw):
            lines.append(text("explain.imputed", lang))
        if cell.treatment:
            lines.append(
                text("explain.treated", lang, to=significant(cell.treated, 6, lang=lang), how=cell.treatment)
            )
        for end in ("minimum", "maximum"):
            if end in cell.fitted:
                bound = significant(cell.fitted[end] * cell.direction, 6, lang=lang)
                who = getattr(cell, f"{end}_units") or text("explain.bound_given", lang)
                lines.append(text(f"explain.{end}", lang, bound=bound, who=who))
        lines.append(
            text(
                "explain.weight",
                lang,
                weight=percent(part.effective_weight, 2, lang=lang),
                points=number(part.contribution, 3, lang=lang),
            )
        )
    where = [text(f"provenance.{cell.provenance}", lang)] if cell.provenance else []
    where += [w for w in (cell.source, cell.note) if w]
    if where:
        lines.append(text("explain.source", lang, source="; ".join(where)))
    return lines


def mark_word(mark: str, lang: str | None = None) -> str:
    """The word for a mark such as ``illustrative``."""
    return text(f"mark.{mark}", lang)


def to_html(explanation: Explanation, lang: str | None = None, digits: int = 2) -> str:
    """A fragment of HTML: nested details that open, every text escaped."""
    e = explanation
    body = _html_part(e.part, lang, digits, open_to=1)
    foot = text("explain.fingerprint", lang, fingerprint=e.fingerprint)
    total = text("explain.sum", lang, residual=f"{abs(e.residual):.1e}") if e.additive else ""
    return (
        f'<div class="piikit-explain" lang="{language(lang)}"><p>{escape(summary(e, lang))}</p>{body}'
        f"<p><small>{escape(total)} {escape(foot)}</small></p></div>"
    )


def _html_part(part: Part, lang: str | None, digits: int, open_to: int) -> str:
    mark = f' <em class="mark">{escape(mark_word(part.mark, lang))}</em>' if part.mark else ""
    head = (
        f"<b>{escape(part.code)}</b> {escape(part.title(lang))}{mark}: "
        f"<b>{number(part.score, digits, lang=lang)}</b> "
        f"<small>({ordinal(part.rank, lang=lang)}) = {escape(score_formula(part, lang, digits))}</small>"
    )
    if part.cell is not None:
        lines = "".join(f"<li>{escape(line)}</li>" for line in _cell_lines(part, lang))
        return f"<details><summary>{head}</summary><ul>{lines}</ul></details>"
    kids = "".join(_html_part(k, lang, digits, open_to - 1) for k in part.children)
    is_open = " open" if open_to > 0 else ""
    return f'<details{is_open}><summary>{head}</summary><div class="kids">{kids}</div></details>'


def to_page(explanation: Explanation, lang: str | None = None, digits: int = 2) -> str:
    """A whole self-contained HTML page."""
    e = explanation
    title = f"{e.unit}: {e.part.title(lang)}"
    edition = pick(e.title_vi, e.title_en, lang)
    stamp = text("mark.stamp", lang) if e.illustrative > 0 else ""
    return page(title, f"<p>{escape(edition)}</p>" + to_html(e, lang, digits), lang=lang, stamp=stamp)


def to_latex(explanation: Explanation, lang: str | None = None, digits: int = 2) -> str:
    """One equation a node, in an ``align*`` environment (needs amsmath)."""
    lines = []
    for _, part in explanation.part.walk():
        if math.isnan(part.score):
            continue
        left = rf"\text{{{_tex(part.code)}}}"
        shown = number(part.score, digits, lang=lang).replace("−", "-").replace(",", "{,}")
        lines.append(rf"  {left} &= {score_formula(part, lang, digits, latex=True)} = {shown}")
    whole = "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"
    return (
        f"\\noindent {_tex(text('index.illustrative', lang))}\n{whole}"
        if explanation.illustrative > 0
        else whole
    )


def _tex(word: str) -> str:
    for char in "&%$#_{}":
        word = word.replace(char, "\\" + char)
    return word


def plot(explanation: Explanation, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Bars of the direct children: score, with the parent's score as a line."""
    e = explanation
    kids = e.part.children or (e.part,)
    ax = new_axes(ax, height=0.9 + 0.42 * len(kids))
    places = range(len(kids))
    scores = [0.0 if math.isnan(k.score) else k.score for k in kids]
    ax.barh(list(places), scores, color="#0072B2", height=0.62, **options)
    for at, kid in enumerate(kids):
        ax.text(scores[at] + 1, at, number(kid.score, 1, lang=lang), va="center", fontsize=9)
    ax.margins(x=0.12)
    ax.set_yticks(list(places), [_short(f"{k.code} {k.title(lang)}") for k in kids])
    ax.invert_yaxis()
    if not math.isnan(e.score):
        ax.axvline(e.score, color="#D55E00", lw=1.6, ls="--")
        ax.set_title(f"{e.unit}: {e.part.title(lang)} = {number(e.score, 2, lang=lang)}", loc="left")
    ax.set_xlabel(text("explain.axis", lang))
    note_source(ax, pick(e.title_vi, e.title_en, lang), lang=lang, illustrative=e.illustrative > 0)
    return ax


def _short(title: str, width: int = 46) -> str:
    return title if len(title) <= width else title[: width - 1] + "…"


def to_excel(explanation: Explanation, path: Any, lang: str | None = None) -> Path:
    """The tidy table as one sheet."""
    return write_tables(Path(path), {text("explain.sheet", lang): explanation.table})
