"""A built index as a summary, a table, a figure and a workbook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, percent
from ...base.language import pick, text
from ...index.index_result import IndexResult
from ..figures.theme import BLUE, GREY, RED, new_axes, note_source
from .mark_words import legend, mark_sign, mark_word


def summary(result: IndexResult, lang: str | None = None) -> str:
    """What was built, who leads, on what data, and what the reader must know."""
    root = result.root
    best = result.ranks[root].sort_values(kind="stable").index[:3]
    shares = result.basis.mean()
    said = [
        text(
            "index.built",
            lang,
            title=pick(result.dataset.title_vi, result.dataset.title_en, lang)
            or result.framework.title(root, lang),
            units=len(result.units),
            indicators=len(result.framework.indicators),
            method=result.method.name,
        ),
        text(
            "index.leaders",
            lang,
            leaders="; ".join(
                f"{u} {number(result.scores.at[u, root], 2, lang=lang)}{mark_sign(result.marks.at[u, root])}"
                for u in best
            ),
        ),
        text(
            "index.basis",
            lang,
            basis="; ".join(
                f"{text(f'provenance.{k}', lang)} {percent(v, lang=lang)}" for k, v in shares.items() if v > 0
            ),
        ),
    ]
    if result.dataset.illustrative:
        count = result.marks[root].value_counts()
        said.append(text("index.illustrative", lang))
        said.append(
            text(
                "editions.marks",
                lang,
                **{k: int(count.get(k, 0)) for k in ("printed", "bounded", "illustrative")},
            )
        )
        said.append(legend(lang))
    said += [p.sentence(lang) for p in result.warnings]
    return "\n".join(said)


def league(result: IndexResult, code: str | None = None) -> pd.DataFrame:
    """Units by rank: ``rank, unit, score`` and the scores of the nodes just below."""
    code = result.framework.check(code or result.root)
    table = pd.DataFrame({"rank": result.ranks[code], "score": result.scores[code]})
    for kid in result.framework.children(code):
        table[kid] = result.scores[kid]
    return table.sort_values(["rank"], kind="stable").reset_index()


def to_html(result: IndexResult, lang: str | None = None) -> str:
    """Summary and league table."""
    table = league(result)
    heads = [
        text("index.rank", lang),
        text("index.unit", lang),
        text("index.score", lang),
        *table.columns[3:],
    ]
    codes = [result.root, *table.columns[3:]]
    rows = "".join(
        f"<tr><td class=n>{number(r[1], 0, lang=lang)}</td><td>{escape(str(r[0]))}</td>"
        + "".join(
            f"<td class=n>{number(v, 2, lang=lang)}{mark_sign(result.marks.at[r[0], c])}</td>"
            for c, v in zip(codes, r[2:], strict=True)
        )
        + "</tr>"
        for r in table[["unit", *table.columns[1:]]].itertuples(index=False, name=None)
    )
    stamp = f'<p class="stamp">{text("mark.stamp", lang)}</p>' if result.dataset.illustrative else ""
    said = "<br>".join(escape(line) for line in summary(result, lang).split("\n"))
    head = "".join(f"<th>{escape(str(h))}</th>" for h in heads)
    return f"{stamp}<p>{said}</p><div class=wide><table><tr>{head}</tr>{rows}</table></div>"


def plot(
    result: IndexResult,
    ax: Any = None,
    lang: str | None = None,
    *,
    code: str | None = None,
    unit: str | None = None,
    **options: Any,
) -> Any:
    """Strip of all units' scores on one code, `unit` set off."""
    code = result.framework.check(code or result.root)
    table = league(result, code).dropna(subset=["score"]).reset_index(drop=True)
    ax = new_axes(ax, width=7.5, height=1.2 + 0.19 * len(table))
    own = result.dataset.unit(unit) if unit else None
    colours = [RED if u == own else BLUE for u in table["unit"]]
    ax.barh(range(len(table)), table["score"], color=colours, height=0.7, **options)
    ax.set_yticks(
        range(len(table)), [f"{int(r)}. {u}" for r, u in zip(table["rank"], table["unit"], strict=True)]
    )
    ax.tick_params(axis="y", labelsize=7.5, length=0)
    ax.set_ylim(len(table) - 0.4, -0.6)
    for at, score in enumerate(table["score"]):
        sign = mark_sign(result.marks.at[table.at[at, "unit"], code])
        ax.text(score, at, f" {number(score, 1, lang=lang)}{sign}", va="center", fontsize=7, color=GREY)
    ax.set_title(result.framework.title(code, lang), loc="left")
    ax.set_xlabel(text("explain.axis", lang))
    note_source(
        ax,
        pick(result.dataset.title_vi, result.dataset.title_en, lang),
        lang=lang,
        illustrative=result.dataset.illustrative,
    )
    return ax


def to_excel(result: IndexResult, path: Any, lang: str | None = None) -> Path:
    """Scores, ranks, raw values with provenance and source, treatment log, bounds, framework."""
    framework = result.framework.table.reset_index()
    sheets = {
        text("index.sheet.league", lang): league(result),
        text("index.sheet.scores", lang): result.scores.reset_index(),
        text("index.sheet.ranks", lang): result.ranks.reset_index(),
        text("index.sheet.cells", lang): result.dataset.cells(),
        text("index.sheet.weights", lang): result.effective_weights.reset_index(),
        text("index.sheet.bounds", lang): result.bounds.reset_index(),
        text("index.sheet.treatment", lang): result.treatment_log.reset_index(),
        text("index.sheet.framework", lang): framework,
    }
    if result.dataset.illustrative:
        mark = pd.DataFrame({text("mark.stamp", lang): [text("index.illustrative", lang)]})
        known = result.marks.map(lambda m: mark_word(m, lang)).reset_index()
        sheets = {text("mark.stamp", lang): mark, **sheets, text("editions.sheet_marks", lang): known}
    return write_tables(Path(path), sheets)
