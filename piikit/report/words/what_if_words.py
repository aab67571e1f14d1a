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
from ..blocks.blocks import Frame, Joined, Sentence
from ..blocks.content import Content
from ..blocks.quantity import count, fixed, given
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


def page_what_if(p: PageWhatIf) -> Content:
    """What the page and the published scores allow, and what figure is needed for more."""
    rank = p.rank_after
    values = {"unit": p.unit, "before": _span(p.before), "after": _span(p.after)}
    said = [
        Sentence("pagewhatif.head", values | {"best": rank.best, "worst": rank.worst, "units": rank.units})
    ]
    said += [Sentence("pagewhatif.exact")] if p.exact else []
    said += [_limit(r) for r in p.table.itertuples() if r.needs or not r.minimum <= r.after <= r.maximum]
    return Content(tuple(said), sheets=(Frame("whatif.sheet_answer", p.table),))


def _limit(r: Any) -> Sentence:
    """What a value beyond the printed bounds does to the others, or what must be known to say it."""
    if r.needs:
        ends = {
            "end": Sentence(f"pagewhatif.end_{r.needs}"),
            "what": Sentence(f"pagewhatif.what_{r.needs}"),
        }
        return Sentence("pagewhatif.holds", {"code": r.code, **ends})
    high, lose = r.after > r.maximum, r.rivals_lose > 0
    key = ("new_maximum" if lose else "above_bad") if high else ("below_good" if lose else "new_minimum")
    values = {
        "maximum": given(r.maximum),
        "minimum": given(r.minimum),
        "loss": fixed(r.rivals_lose, 3),
        "gain": fixed(r.rivals_gain, 3),
    }
    return Sentence(f"pagewhatif.{key}", {"code": r.code, **values})


def _span(interval: tuple[float, float]) -> Any:
    low, high = (fixed(x) for x in interval)
    return low if low.text() == high.text() else Joined((low, high), "–")


def outcomes(o: Outcomes) -> Content:
    """Range of scores and ranks over all scenarios."""
    scores, ranks = o.table["score"], o.table["rank"]
    values = {
        "unit": o.unit,
        "n": count(o.scores.size),
        "low": fixed(scores.min()),
        "high": fixed(scores.max()),
        "best": fixed(ranks.min(), 0),
        "worst": fixed(ranks.max(), 0),
        "rebuilt": count(o.rebuilt),
    }
    return Content(
        (Sentence("whatif.outcomes", values), *o.notes), sheets=(Frame("whatif.sheet_answer", o.table),)
    )
