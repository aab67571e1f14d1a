"""What-ifs in words, tables, pages and workbooks."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, percent, significant
from ...base.language import text
from ...policy.response.outcomes import Outcomes
from ...policy.what_if.page_what_if import PageWhatIf
from ...policy.what_if.what_ifs import WhatIf, WhatIfDraws, WhatIfs
from .mark_words import stamp_html


def summary(w: WhatIf, lang: str | None = None) -> str:
    """Scores and ranks before and after, whose part, who was passed, who is next, and marks."""
    a = w.answer
    said = []
    if w.scenario is not None:
        s = w.scenario
        said.append(text("whatif.scenario", lang, title=s.title(lang), author=s.author, source=s.source))
    said.append(_head(w.unit, a, len(w.before.units), lang))
    said.append(
        text(
            "whatif.parts",
            lang,
            own=number(a["own_part"], 0, lang=lang, sign=True),
            rivals=number(a["rivals_part"], 0, lang=lang, sign=True),
            points=number(a["rivals_change"], 3, lang=lang, sign=True),
        )
    )
    if w.passed:
        said.append(text("whatif.passed", lang, units=", ".join(w.passed)))
    if w.passed_by:
        said.append(text("whatif.passed_by", lang, units=", ".join(w.passed_by)))
    if w.next is not None:
        said.append(text("whatif.next", lang, unit=w.next[0], gap=number(w.next[1], 2, lang=lang)))
    naive = w.naive
    wrong = naive["rank"] != a["rank_after"] or abs(naive["score"] - a["score_after"]) > 0.005
    if not math.isnan(naive["score"]) and wrong:
        said.append(
            text(
                "whatif.naive",
                lang,
                score=number(naive["score"], 2, lang=lang),
                rank=number(naive["rank"], 0, lang=lang),
            )
        )
    if w.illustrative > 0:
        said.append(text("whatif.illustrative", lang, share=percent(w.illustrative, lang=lang)))
    return "\n".join(said)


def _head(unit: str, a: dict[str, float], units: int, lang: str | None) -> str:
    return text(
        "whatif.head",
        lang,
        unit=unit,
        before=number(a["score_before"], 2, lang=lang),
        after=number(a["score_after"], 2, lang=lang),
        change=number(a["score_change"], 2, lang=lang, sign=True),
        rank_before=number(a["rank_before"], 0, lang=lang),
        rank_after=number(a["rank_after"], 0, lang=lang),
        units=units,
    )


def to_html(w: WhatIf, lang: str | None = None) -> str:
    """Summary, changes and the nodes that moved."""
    framework = w.before.framework
    heads = [text(f"whatif.{k}", lang) for k in ("unit", "code", "name", "change", "before", "after")]
    changes = [
        [
            r.unit,
            r.code,
            framework.title(r.code, lang),
            r.change,
            significant(r.before, lang=lang),
            significant(r.after, lang=lang),
        ]
        for r in w.changes.itertuples()
    ]
    moved = w.table[w.table["change"].abs() > 5e-10].sort_values("level", ascending=False, kind="stable")
    heads2 = [
        text(f"whatif.{k}", lang)
        for k in ("code", "name", "before", "after", "points", "rank_before", "rank_after")
    ]
    nodes = [
        [
            r.code, framework.title(r.code, lang), number(r.score_before, 2, lang=lang), number(r.score_after, 2, lang=lang),
            number(r.change, 2, lang=lang, sign=True), number(r.rank_before, 0, lang=lang), number(r.rank_after, 0, lang=lang),
        ]
        for r in moved.itertuples()
    ]  # fmt: skip
    said = "<br>".join(escape(line) for line in summary(w, lang).split("\n"))
    stamp = stamp_html(w.after, lang)
    return f"{stamp}<p>{said}</p>{_html_table(heads, changes, 4)}{_html_table(heads2, nodes, 2)}"


def _html_table(heads: list[str], rows: list[list[Any]], numeric_from: int) -> str:
    head = "".join(
        f"<th{' class=n' if k >= numeric_from else ''}>{escape(h)}</th>" for k, h in enumerate(heads)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=n' if k >= numeric_from else ''}>{escape(str(c))}</td>" for k, c in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>"


def to_excel(w: WhatIf, path: Any, lang: str | None = None) -> Path:
    """Answer, changes, nodes and all units, with the stamp first where it must be."""
    answer = pd.DataFrame([{**w.answer, "naive_score": w.naive["score"], "naive_rank": w.naive["rank"]}])
    sheets = {
        text("whatif.sheet_answer", lang): answer,
        text("whatif.sheet_changes", lang): w.changes,
        text("whatif.sheet_nodes", lang): w.table,
        text("whatif.sheet_units", lang): w.units.reset_index(),
    }
    if w.before.dataset.illustrative:
        mark = pd.DataFrame({text("mark.stamp", lang): [text("index.illustrative", lang)]})
        sheets = {text("mark.stamp", lang): mark, **sheets}
    return write_tables(Path(path), sheets)


def several_summary(ws: WhatIfs, lang: str | None = None) -> str:
    """One line a scenario."""
    lines = [text("whatif.scenarios", lang, unit=ws.unit, n=len(ws.scenarios))]
    for w in ws.scenarios:
        lines.append(f"{w.name}: {_head(w.unit, w.answer, len(w.before.units), lang)}")
    if any(w.illustrative > 0 for w in ws.scenarios):
        share = max(w.illustrative for w in ws.scenarios)
        lines.append(text("whatif.illustrative", lang, share=percent(share, lang=lang)))
    return "\n".join(lines)


def several_html(ws: WhatIfs, lang: str | None = None) -> str:
    """A table of scenarios side by side."""
    heads = [
        text(f"whatif.{k}", lang) for k in ("name", "before", "after", "points", "rank_before", "rank_after")
    ]
    rows = [
        [w.name, number(a["score_before"], 2, lang=lang), number(a["score_after"], 2, lang=lang),
         number(a["score_change"], 2, lang=lang, sign=True), number(a["rank_before"], 0, lang=lang), number(a["rank_after"], 0, lang=lang)]
        for w in ws.scenarios for a in [w.answer]
    ]  # fmt: skip
    stamp = stamp_html(ws.scenarios[0].before if ws.scenarios else False, lang)
    return stamp + _html_table(heads, rows, 1)


def several_excel(ws: WhatIfs, path: Any, lang: str | None = None) -> Path:
    """Scenarios side by side and the changes of each."""
    changes = pd.concat([w.changes.assign(scenario=w.name) for w in ws.scenarios], ignore_index=True)
    sheets = {text("whatif.sheet_answer", lang): ws.table, text("whatif.sheet_changes", lang): changes}
    if ws.scenarios and ws.scenarios[0].before.dataset.illustrative:
        mark = pd.DataFrame({text("mark.stamp", lang): [text("index.illustrative", lang)]})
        sheets = {text("mark.stamp", lang): mark, **sheets}
    return write_tables(Path(path), sheets)


def draws_summary(d: WhatIfDraws, lang: str | None = None) -> str:
    """What holds over the draws."""
    n, span = len(d.table), d.span
    up = int((d.table["rank_after"] < d.table["rank_before"]).sum())
    said = [
        text(
            "whatif.draws",
            lang,
            unit=d.unit,
            n=n,
            low=number(span["score_change"][0], 2, lang=lang, sign=True),
            high=number(span["score_change"][1], 2, lang=lang, sign=True),
            best=number(span["rank_after"][0], 0, lang=lang),
            worst=number(span["rank_after"][1], 0, lang=lang),
            up=up,
        )
    ]
    said += [text("whatif.draws_passed", lang, unit=u, k=int(k), n=n) for u, k in d.passed.items()]
    if d.first.illustrative > 0:
        said.append(text("whatif.illustrative", lang, share=percent(d.first.illustrative, lang=lang)))
    return "\n".join(said)


def draws_html(d: WhatIfDraws, lang: str | None = None) -> str:
    """The summary, stamped."""
    said = "<br>".join(escape(line) for line in draws_summary(d, lang).split("\n"))
    return f"{stamp_html(d.first.before, lang)}<p>{said}</p>"


def page_summary(p: PageWhatIf, lang: str | None = None) -> str:
    """What the page and the published scores allow, and what figure is needed for more."""
    said = [
        text(
            "pagewhatif.head",
            lang,
            unit=p.unit,
            before=_span(p.before, lang),
            after=_span(p.after, lang),
            best=p.rank_after.best,
            worst=p.rank_after.worst,
            units=p.rank_after.units,
        )
    ]
    if p.exact:
        said.append(text("pagewhatif.exact", lang))
    for r in p.table.itertuples():
        if r.needs:
            end, what = text(f"pagewhatif.end_{r.needs}", lang), text(f"pagewhatif.what_{r.needs}", lang)
            said.append(text("pagewhatif.holds", lang, code=r.code, end=end, what=what))
        elif r.after > r.maximum or r.after < r.minimum:
            high = r.after > r.maximum
            values = {
                "loss": number(r.rivals_lose, 3, lang=lang),
                "gain": number(r.rivals_gain, 3, lang=lang),
            }
            bounds = {
                "maximum": significant(r.maximum, lang=lang),
                "minimum": significant(r.minimum, lang=lang),
            }
            lose = r.rivals_lose > 0
            name = "loss" if lose else "gain"
            key = "new_maximum" if high else "new_minimum"
            if lose == high:
                end = "maximum" if high else "minimum"
                said.append(
                    text(f"pagewhatif.{key}", lang, code=r.code, **{end: bounds[end], name: values[name]})
                )
            else:
                key = "below_good" if not high else "above_bad"
                end = "minimum" if not high else "maximum"
                said.append(
                    text(f"pagewhatif.{key}", lang, code=r.code, **{end: bounds[end], name: values[name]})
                )
    return "\n".join(said)


def _span(interval: tuple[float, float], lang: str | None) -> str:
    low, high = (number(x, 2, lang=lang) for x in interval)
    return low if low == high else f"{low}–{high}"


def page_html(p: PageWhatIf, lang: str | None = None) -> str:
    """The summary as paragraphs."""
    return "<p>" + "<br>".join(escape(line) for line in page_summary(p, lang).split("\n")) + "</p>"


def outcomes_summary(o: Outcomes, lang: str | None = None) -> str:
    """Range of scores and ranks over all scenarios."""
    from numpy import nanmax, nanmin

    said = [
        text(
            "whatif.outcomes",
            lang,
            unit=o.unit,
            n=number(o.scores.size, 0, lang=lang),
            low=number(float(nanmin(o.scores)), 2, lang=lang),
            high=number(float(nanmax(o.scores)), 2, lang=lang),
            best=number(float(nanmin(o.ranks)), 0, lang=lang),
            worst=number(float(nanmax(o.ranks)), 0, lang=lang),
            rebuilt=number(o.rebuilt, 0, lang=lang),
        )
    ]
    return "\n".join(said + [p.sentence(lang) for p in o.notes])
