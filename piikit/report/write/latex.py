"""The content model as LaTeX: tables with booktabs, explanations as one equation a node."""

from __future__ import annotations

import math
from typing import Any

from ...base.folding import visible
from ...base.language import in_language, language
from ..blocks.blocks import Block, Branch, Frame, Joined, Sentence, Table, shown
from ..blocks.content import Content, content_of
from ..blocks.formula import Formula
from ..blocks.quantity import Quantity
from .cells import worded

_ESCAPED = {c: rf"\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "−": "$-$",
    "×": r"$\times$",
    "²": "$^2$",
    "β": r"$\beta$",
    "<": "$<$",
    ">": "$>$",
    "[": "{[}",
    "\n": " ",
}
_ROW_END = " \\\\\n"
_SIGNS = {"plus": " + ", "minus": " - ", "times": r" \times "}


def latex_text(written: str) -> str:
    """Escape what LaTeX would read as commands."""
    return "".join(_ESCAPED.get(c, c) for c in visible(written))


def result_latex(result: Any, lang: str | None = None, **options: Any) -> str:
    r"""Tables and formulae of a result; needs ``booktabs``, ``amsmath`` and UTF-8 input (or XeLaTeX)."""
    with in_language(lang):
        content = content_of(result, **options)
        first = [rf"\noindent {latex_text(shown(content.mark))}"] if content.mark is not None else []
        return "\n".join([*first, *filter(None, (_block(b, content) for b in content.blocks))])


def _block(block: Block, content: Content) -> str:
    if isinstance(block, Table | Frame):
        return _table(block, content)
    return _equations(block) if isinstance(block, Branch) else ""


def _table(block: Table | Frame, content: Content) -> str:
    table = worded(block)
    caption = table.caption or shown(content.title)
    head, *rows = (" & ".join(map(latex_text, line)) for line in table.lines())
    columns = "l" + "r" * (len(table.heads) - 1)
    foot = f"\n\\smallskip\n\\footnotesize {latex_text(table.foot)}\n" if table.foot else ""
    return (
        f"\\begin{{table}}[htbp]\n\\centering\n\\caption{{{latex_text(caption)}}}\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head} \\\\\n\\midrule\n"
        f"{_ROW_END.join(rows)} \\\\\n\\bottomrule\n\\end{{tabular}}\n{foot}\\end{{table}}\n"
    )


def _equations(branch: Branch) -> str:
    lines = [
        rf"  \text{{{latex_text(one.symbol)}}} &= {formula(one.formula)} = {formula(one.value)}"
        for one in branch.walk()
        if not math.isnan(one.value.value)
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def formula(part: Any) -> str:
    """A part of a formula in the notation of mathematics."""
    if isinstance(part, Quantity):
        return _number(part)
    if isinstance(part, Formula):
        return _joined(part)
    if isinstance(part, Sentence):
        inside = next((v for v in part.values.values() if isinstance(v, Formula)), None)
        return formula(inside) if inside is not None else rf"\text{{{latex_text(part.text())}}}"
    said = latex_text(shown(part))
    return rf"\text{{{said}}}" if isinstance(part, Joined) else said


def _joined(part: Formula) -> str:
    said = [formula(p) for p in part.parts]
    if isinstance(part.how, str) and part.how in _SIGNS:
        return _SIGNS[part.how].join(said)
    if part.how == "over":
        return rf"\frac{{{said[0]}}}{{{said[1]}}}"
    if part.how == "weighted":
        return f"{said[0]} ({said[1]})"
    return rf"\text{{{latex_text(shown(part.how))}}}({'; '.join(said)})"


def _number(quantity: Quantity) -> str:
    written = quantity.text().replace("−", "-")
    return written.replace(",", "{,}") if language() == "vi" else written
