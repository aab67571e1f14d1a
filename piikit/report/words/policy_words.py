"""Effort, rivals, least effort and perverse improvement in words and pages."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, significant
from ...base.language import text
from ...policy.choose.least_effort import LeastEffort
from ...policy.effort.rivals import AgainstRivals
from ...policy.effort.year_effort import Effort, ReferenceClass
from ...policy.response.perverse import Perverse
from ...policy.response.tornado import Tornado
from .mark_words import is_illustrative, stamp_html, warning


def effort_summary(e: Effort, lang: str | None = None) -> str:
    """Total effort and every change that is flagged or has no class."""
    known = e.table[e.table["basis"] == "reference class"]
    said = [*warning(e, lang)]
    if len(known):
        said.append(text("effort.head", lang, total=number(e.total, 2, lang=lang), n=len(known)))
    for r in e.table.itertuples():
        if r.beyond:
            said.append(
                text("effort.beyond", lang, code=r.code, unit=r.unit, p90=significant(r.p90, lang=lang))
            )
        if r.most:
            said.append(text("effort.most", lang, code=r.code, unit=r.unit))
        if r.basis == "none":
            said.append(
                text("effort.none", lang, code=r.code, unit=r.unit, sd=number(r.sd, 2, lang=lang, sign=True))
            )
    return "\n".join(said)


def class_summary(c: ReferenceClass, lang: str | None = None) -> str:
    """How many changes of how many indicators."""
    codes = c.changes["code"].nunique()
    return text("effort.class", lang, n=len(c.changes), codes=codes, names=", ".join(c.names))


def perverse_summary(p: Perverse, lang: str | None = None, *, most: int = 10) -> str:
    """How many intervals, and the worst of them."""
    if p.table.empty:
        return "\n".join([*warning(p.result, lang), text("perverse.none", lang, paths=p.paths)])
    said = [*warning(p.result, lang)]
    said += [text("perverse.head", lang, n=len(p.table), paths=p.paths, within=int(p.table["within"].sum()))]
    order = p.table.sort_values(["within", "loss"], ascending=False, kind="stable").head(most)
    for r in order.itertuples():
        said.append(
            text(
                f"perverse.{r.measure}",
                lang,
                mover=r.mover,
                unit=r.unit,
                code=r.code,
                start=significant(r.start, lang=lang),
                end=significant(r.end, lang=lang),
                loss=number(r.loss, 2 if r.measure == "score" else 0, lang=lang),
                cause=text(f"perverse.cause_{r.cause}", lang),
            )
        )
    return "\n".join(said)


def rivals_summary(a: AgainstRivals, lang: str | None = None) -> str:
    """Ranks under one idea of what the others do."""
    ranks = a.table["rank"]
    said = text(
        "rivals.head",
        lang,
        unit=a.unit,
        model=text(f"rivals.{a.model}", lang),
        before=number(a.before["score"], 2, lang=lang),
        rank_before=number(a.before["rank"], 0, lang=lang),
        best=number(ranks.min(), 0, lang=lang),
        worst=number(ranks.max(), 0, lang=lang),
        median=number(ranks.median(), 0, lang=lang),
        runs=len(ranks),
    )
    return "\n".join([*warning(a, lang), said])


def least_summary(e: LeastEffort, lang: str | None = None) -> str:
    """Whether the rank is reached, and by what."""
    if e.reached:
        said = [
            text(
                "least.reached",
                lang,
                unit=e.unit,
                rank=e.rank,
                effort=number(e.effort, 2, lang=lang),
                n=len(e.table),
                score=number(e.score, 2, lang=lang),
            )
        ]
    else:
        years = number(e.years, 1, lang=lang)
        said = [text("least.not_reached", lang, unit=e.unit, rank=e.rank, years=years, best=e.best_rank)]
    for r in e.table.itertuples():
        said.append(
            text(
                "least.line",
                lang,
                code=r.code,
                before=significant(r.before, lang=lang),
                after=significant(r.after, lang=lang),
                effort=number(r.effort, 2, lang=lang),
                unit=text(f"effort.{r.effort_unit}", lang),
            )
        )
    if not e.proved:
        said.append(text("least.unproved", lang))
    return "\n".join([*warning(e, lang), *said])


def tornado_summary(t: Tornado, lang: str | None = None, *, most: int = 5) -> str:
    """The indicators that move the whole most."""
    lines = [*warning(t.result, lang)]
    for r in t.table.head(most).itertuples():
        down, up = (number(x, 2, lang=lang, sign=True) for x in (r.down, r.up))
        lines.append(f"{r.code} {t.result.framework.title(r.code, lang)}: {down} / {up}")
    return "\n".join(lines)


def to_html(shown: Any, lang: str | None = None) -> str:
    """The summary as a paragraph, stamped where the figures are illustrative."""
    said = shown.summary(lang)
    return (
        stamp_html(getattr(shown, "result", shown), lang)
        + "<p>"
        + "<br>".join(escape(line) for line in said.split("\n"))
        + "</p>"
    )


def to_excel(shown: Any, path: Any, lang: str | None = None) -> Path:
    """The table of any of these results."""
    table: pd.DataFrame = shown.table
    sheets = {text("whatif.sheet_answer", lang): table}
    if is_illustrative(getattr(shown, "result", shown)):
        mark = pd.DataFrame({text("mark.stamp", lang): [text("index.illustrative", lang)]})
        sheets = {text("mark.stamp", lang): mark, **sheets}
    return write_tables(Path(path), sheets)
