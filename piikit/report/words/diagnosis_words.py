"""Diagnoses and duels as summaries, figures, HTML and workbooks."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number
from ...base.language import text
from ..brief.findings import findings_of
from ..figures.agency_figures import coverage_matrix
from ..figures.diagnosis_figures import duel_bars, gap_bars, heat_map, rank_strip
from .mark_words import stamp_html, stamp_text

KINDS = ("gaps", "heat", "strip", "duel", "coverage")


def summary(diagnosis: Any, lang: str | None = None) -> str:
    """The three main findings, with the stamp first where it is needed."""
    said = [f.text(lang) for f in findings_of(diagnosis)]
    if getattr(diagnosis, "illustrative", False):
        said.insert(0, text("brief.illustrative", lang))
    return "\n".join(said)


def plot(
    diagnosis: Any, ax: Any = None, lang: str | None = None, *, kind: str = "gaps", **options: Any
) -> Any:
    """Draw ``gaps`` (the default), ``heat``, ``strip``, ``duel`` (with the next ahead, the leader's with the next behind) or ``coverage``.

    Raises
    ------
    ValueError
        For any other kind, or one that a page has no data for.
    """
    page = not hasattr(diagnosis, "peers")
    if kind not in KINDS or (page and kind in ("heat", "strip", "duel")):
        raise ValueError(
            text("diagnosis.kinds", lang, kinds=", ".join(("gaps", "coverage") if page else KINDS))
        )
    if kind == "gaps":
        return gap_bars(diagnosis, ax, lang, **options)
    if kind == "coverage":
        return coverage_matrix(diagnosis, ax, lang, **options)
    if kind == "heat":
        return heat_map(diagnosis, ax, lang, **options)
    if kind == "strip":
        return rank_strip(diagnosis.result, diagnosis.unit, diagnosis.peers.units, ax, lang, **options)
    near = diagnosis.ahead if len(diagnosis.ahead) else diagnosis.behind
    return duel_bars(diagnosis.contributions_to(str(near.index[0])), ax, lang, **options)


def to_html(diagnosis: Any, lang: str | None = None) -> str:
    """Findings and the table of what matters."""
    said = "".join(f"<li>{escape(line)}</li>" for line in summary(diagnosis, lang).split("\n"))
    table = diagnosis.matters
    framework = diagnosis.result.framework
    heads = [
        text(f"brief.col.{c}", lang) for c in ("indicator", "score", "weight", "points_median", "points_best")
    ]
    rows = "".join(
        f"<tr><td>{escape(str(code))} {escape(framework.title(str(code), lang))}</td>"
        + "".join(
            f"<td class=n>{number(v, 2, lang=lang)}</td>"
            for v in (row["score"], 100 * row["weight"], row["points_median"], row["points_best"])
        )
        + "</tr>"
        for code, row in table.iterrows()
    )
    head = "".join(f"<th>{escape(h)}{' (%)' if i == 2 else ''}</th>" for i, h in enumerate(heads))
    stamp = stamp_html(getattr(diagnosis, "illustrative", False), lang)
    return f"{stamp}<ul>{said}</ul><div class=wide><table><tr>{head}</tr>{rows}</table></div>"


def to_excel(diagnosis: Any, path: Any, lang: str | None = None) -> Path:
    """All indicators, agencies, coverage, risks and empty cells, a sheet each."""
    found = diagnosis.agencies
    sheets: dict[str, pd.DataFrame] = {text("diagnosis.sheet.all", lang): diagnosis.table.reset_index()}
    sheets[text("diagnosis.sheet.agencies", lang)] = found.table.reset_index()
    sheets[text("diagnosis.sheet.coverage", lang)] = found.matrix.reset_index()
    if hasattr(diagnosis, "at_risk"):
        sheets[text("diagnosis.sheet.risk", lang)] = diagnosis.at_risk.reset_index()
        sheets[text("diagnosis.sheet.missing", lang)] = diagnosis.missing.reset_index()
        sheets[text("diagnosis.sheet.natural", lang)] = diagnosis.per_natural_unit.reset_index()
    if getattr(diagnosis, "illustrative", False):
        mark = pd.DataFrame({stamp_text(True, lang): [text("brief.illustrative", lang)]})
        sheets = {stamp_text(True, lang): mark, **sheets}
        if diagnosis.draws is not None:
            sheets[text("diagnosis.sheet.draws", lang)] = diagnosis.draws.table.reset_index()
    return write_tables(Path(path), sheets)


def duel_summary(duel: Any, lang: str | None = None) -> str:
    """The gap and the indicators that make most of it."""
    order = duel.indicators["difference"].sort_values(kind="stable")
    framework = duel.result.framework

    def name(code: Any) -> str:
        return f"{framework.title(str(code), lang)} ({number(order[code], 2, lang=lang, sign=True)})"

    values = {
        "unit": duel.unit,
        "rival": duel.rival,
        "gap": number(duel.gap, 2, lang=lang, sign=True),
        "best": "; ".join(name(c) for c in order.index[::-1][:3] if order[c] > 0) or "–",
        "worst": "; ".join(name(c) for c in order.index[:3] if order[c] < 0) or "–",
    }
    said = text("diagnosis.duel_summary", lang, **values)
    if abs(duel.residual) > 1e-9:
        said += " " + text(
            "diagnosis.duel_residual", lang, residual=number(duel.residual, 2, lang=lang, sign=True)
        )
    stamp = stamp_text(duel.result, lang)
    return f"{stamp}. {said}" if stamp else said


def duel_plot(duel: Any, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """The waterfall of the gap."""
    return duel_bars(duel, ax, lang, **options)


def duel_html(duel: Any, lang: str | None = None) -> str:
    """Summary and the pillars' parts."""
    table = duel.table[duel.table["level"] > 1]
    rows = "".join(
        f"<tr><td>{escape(str(c))} {escape(duel.result.framework.title(str(c), lang))}</td>"
        f"<td class=n>{number(row['difference'], 2, lang=lang, sign=True)}</td></tr>"
        for c, row in table.iterrows()
    )
    stamp = stamp_html(duel.result, lang)
    return f"{stamp}<p>{escape(duel_summary(duel, lang))}</p><table>{rows}</table>"


def duel_excel(duel: Any, path: Any, lang: str | None = None) -> Path:
    """The whole table of the duel."""
    name = stamp_text(duel.result, lang) or text("diagnosis.sheet.duel", lang)
    return write_tables(Path(path), {name: duel.table.reset_index()})
