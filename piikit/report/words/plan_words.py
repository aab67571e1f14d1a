"""Packages, odds, frontiers and core indices in words, pages and workbooks."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...base.excel import write_tables
from ...base.formats import number, percent, significant
from ...base.language import pick, text
from ...data.plans import agency_name
from .mark_words import stamp_html

if TYPE_CHECKING:
    from ...policy.actions.action import ActionSet
    from ...policy.chance.core_index import CoreIndex
    from ...policy.chance.odds import Odds
    from ...policy.chance.optimise_sure import SurePackage
    from ...policy.choose.frontier import Frontier
    from ...policy.choose.package import Package


def caution(result: Any, lang: str | None = None) -> str:
    """What is illustrative behind a result; empty if nothing is."""
    question = getattr(result, "question", None) or result.package.question
    data, actions = question.result.dataset.illustrative, question.actions.illustrative
    if not (data or actions):
        return ""
    what = text(
        "plan.what_both" if data and actions else "plan.what_data" if data else "plan.what_actions", lang
    )
    said = text("plan.illustrative", lang, what=what)
    return said if data else f"{said} {text('plan.real_indicators', lang)}"


def asked(package: Package, lang: str | None = None) -> str:
    """The question in one sentence."""
    q = package.question
    group = text(f"plan.{q.among}", lang)
    values = {"unit": q.unit, "group": group, "n": len(q.rivals) + 1, "target": q.target_rank}
    return text(
        "plan.asked_cost" if q.target_rank is not None else f"plan.asked_{q.objective}", lang, **values
    )


def _answer(p: Package, lang: str | None) -> str:
    if p.status == "none":
        return text("plan.none", lang)
    if p.status == "not proved" and not p.chosen and p.reached is not True:
        return text("plan.unknown", lang)
    values = {
        "actions": len(p.chosen),
        "cost": number(p.cost, 1, lang=lang),
        "before": number(p.score_before, 2, lang=lang),
        "after": number(p.score_after, 2, lang=lang),
        "gain": number(p.score_after - p.score_before, 2, lang=lang, sign=True),
        "rank_before": number(p.rank_before, 0, lang=lang),
        "rank_after": number(p.rank_after, 0, lang=lang),
        "all_before": number(p.overall_before, 0, lang=lang),
        "all_after": number(p.overall_after, 0, lang=lang),
    }
    if p.reached is False and p.missing is not None:
        values |= {"shortfall": number(p.shortfall, 2, lang=lang), "rival": p.missing.attrs["rival"]}
        return text("plan.short", lang, **values)
    return text("plan.reached" if p.reached else "plan.chosen", lang, **values)


def proof(p: Package, lang: str | None = None) -> str:
    """Status, bound, gap and residual in one sentence."""
    values = {"bound": significant(p.bound, 6, lang=lang), "residual": f"{p.residual:.0e}"}
    if p.status == "not proved":
        gap = max(s.gap for s in p.stages)
        return text("plan.not_proved", lang, gap=significant(gap, 4, lang=lang), **values)
    return text("plan.proved", lang, **values)


def summary(p: Package, lang: str | None = None) -> str:
    """Question, answer, proof, kinds and cautions."""
    said = [asked(p, lang), _answer(p, lang)]
    if p.passed:
        said.append(text("plan.passed", lang, units=", ".join(p.passed)))
    if p.status != "none":
        said.append(proof(p, lang))
    if p.chosen:
        points = {k: number(p.kinds.at[k, "points"], 2, lang=lang, sign=True) for k in p.kinds.index}
        score, rank = p.closed
        score_text, rank_text = number(score, 2, lang=lang), number(rank, 0, lang=lang)
        said.append(text("plan.kinds", lang, score=score_text, rank=rank_text, **points))
    if len(p.late):
        said.append(text("plan.late", lang, n=len(p.late)))
    said += [n.sentence(lang) for n in p.notes]
    said.append(caution(p, lang))
    return "\n".join(s for s in said if s)


def heads(*keys: str, lang: str | None = None, **values: Any) -> list[str]:
    """Column headings."""
    return [text(f"plan.head.{k}", lang, **(values if k == "rival" else {})) for k in keys]


def actions_table(p: Package, lang: str | None = None) -> pd.DataFrame:
    """The chosen actions in words, with headings in `lang`."""
    rows = [
        [
            f"{i}. {p.question.actions[str(i)].text(lang)}",
            agency_name(str(r["agency"]), lang),
            number(r["cost"], 1, lang=lang),
            number(r["points_lost"], 2, lang=lang),
            number(r["rank_without"], 0, lang=lang),
            ", ".join(text(f"plan.kind.{k}", lang) for k in str(r["kinds"]).split(", ") if k),
        ]
        for i, r in p.table.iterrows()
    ]
    return pd.DataFrame(
        rows, columns=heads("action", "agency", "cost", "points", "without", "kinds", lang=lang)
    )


def agencies_table(p: Package, lang: str | None = None) -> pd.DataFrame:
    """Who does what, in words."""
    rows = [
        [
            agency_name(str(a), lang),
            r["actions"],
            r["ids"],
            number(r["cost"], 1, lang=lang),
            number(r["points_lost"], 2, lang=lang),
        ]
        for a, r in p.agencies.iterrows()
    ]
    return pd.DataFrame(rows, columns=heads("agency", "count", "action", "cost", "points", lang=lang))


def indicators_table(p: Package, lang: str | None = None) -> pd.DataFrame:
    """Moved indicators before and after, in words."""
    title = p.question.result.framework.title
    rows = [
        [f"{c} {title(str(c), lang)}", *(significant(r[k], 4, lang=lang) for k in ("raw_before", "raw_after")),
         *(number(r[k], 1, lang=lang) for k in ("score_before", "score_after"))]
        for c, r in p.indicators.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=heads("indicator", "before", "after", "score_before", "score_after", lang=lang)
    )


def missing_table(p: Package, lang: str | None = None) -> pd.DataFrame | None:
    """What is missing by pillar, in words; None if nothing is."""
    if p.missing is None:
        return None
    title = p.question.result.framework.title
    rows = [
        [f"{c} {title(str(c), lang)}", *(number(r[k], 2, lang=lang) for k in ("own", "rival", "gap")),
         number(r["alone"], 1, lang=lang, sign=True) if r["possible"] else "> 100"]
        for c, r in p.missing.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=heads("pillar", "own", "rival", "gap", "alone", lang=lang, rival=p.missing.attrs["rival"]),
    )


def _html_table(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row) + "</tr>" for row in table.to_numpy()
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _paragraphs(said: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in said.splitlines())


def to_html(p: Package, lang: str | None = None) -> str:
    """The answer as HTML for a notebook or a page."""
    parts = [stamp_html(p.illustrative, lang), _paragraphs(summary(p, lang))]
    missing = missing_table(p, lang)
    parts += [_html_table(missing)] if missing is not None else []
    if p.chosen:
        parts += [
            _html_table(t)
            for t in (actions_table(p, lang), agencies_table(p, lang), indicators_table(p, lang))
        ]
    return "\n".join(parts)


def to_page(p: Package, *more: Any, lang: str | None = None) -> str:
    """A self-contained page: the package, its figure, and odds, frontier or core beside it."""
    from ..figures import plan_figures
    from ..write.html_page import page

    parts = [to_html(p, lang), _image(plan_figures.package(p, lang=lang), asked(p, lang))]
    for result in more:
        said = result.summary(lang)
        parts += [_paragraphs(said), _image(result.plot(lang=lang), said)]
    return page(text("plan.page_title", lang, unit=p.unit), "\n".join(parts), lang=lang)


def _image(ax: Any, alt: str) -> str:
    from ..figures.theme import to_png

    figure = ax.get_figure()
    data = b64encode(to_png(figure)).decode()
    import matplotlib.pyplot as plt

    plt.close(figure)
    return f'<figure><img alt="{escape(alt, quote=True)}" src="data:image/png;base64,{data}"></figure>'


def _sheets(p: Package, lang: str | None) -> dict[str, pd.DataFrame]:
    stages = [(s.kind, s.value, s.bound, s.gap, s.proved) for s in p.stages]
    proof_table = pd.DataFrame(stages, columns=["criterion", "value", "bound", "gap", "proved"])
    sheets = {
        "package": actions_table(p, lang),
        "agencies": agencies_table(p, lang),
        "indicators": p.indicators.reset_index(),
        "standings": p.standings.reset_index(),
        "kinds": p.kinds.reset_index(),
        "proof": proof_table.assign(residual=p.residual, status=p.status),
    }
    if p.missing is not None:
        sheets["missing"] = p.missing.reset_index()
    return {text(f"plan.sheet.{k}", lang): v for k, v in sheets.items()}


def _said(said: str, illustrative: bool, lang: str | None) -> dict[str, pd.DataFrame]:
    lines = said.splitlines()
    if illustrative:
        lines = [text("mark.stamp", lang), *lines]
    return {
        text("mark.stamp" if illustrative else "plan.sheet.package", lang): pd.DataFrame({"piikit": lines})
    }


def to_excel(p: Package, path: Any, lang: str | None = None, *, more: tuple[Any, ...] = ()) -> Path:
    """Package, agencies, indicators, standings, kinds and proof as sheets; `more` adds odds, frontier or core."""
    sheets: dict[str, pd.DataFrame] = {}
    if p.illustrative:
        sheets |= _said(summary(p, lang), True, lang)
    sheets |= _sheets(p, lang)
    for result in more:
        sheets |= {name: t for name, t in _of(result, lang).items()}
    return write_tables(Path(path), sheets)


def _of(result: Any, lang: str | None) -> dict[str, pd.DataFrame]:
    kind = type(result).__name__
    if kind == "Odds":
        return {text("plan.sheet.odds", lang): result.table.reset_index()}
    if kind == "Frontier":
        shown = [
            t.assign(chosen=t["chosen"].map(", ".join)) for t in (result.ranks.reset_index(), result.scores)
        ]
        return {text("plan.sheet.ranks", lang): shown[0], text("plan.sheet.scores", lang): shown[1]}
    if kind == "CoreIndex":
        return {text("plan.sheet.core", lang): result.table.reset_index()}
    return _sheets(result.package, lang)


def other_excel(result: Any, path: Any, lang: str | None = None) -> Path:
    """Odds, frontier, core or sure package as a workbook."""
    sheets = _said(result.summary(lang), result.illustrative, lang) if result.illustrative else {}
    return write_tables(Path(path), sheets | _of(result, lang))


def other_html(result: Any, lang: str | None = None) -> str:
    """Odds, frontier, core or sure package as HTML."""
    return stamp_html(result.illustrative, lang) + _paragraphs(result.summary(lang))


def odds_summary(o: Odds, lang: str | None = None) -> str:
    """Chance with its error, and intervals of score and cost."""
    row = o.table.loc["chosen"]
    values = {k: percent(row[k], 0, lang=lang) for k in ("chance", "low", "high")}
    said = text(
        "plan.odds",
        lang,
        rank=o.target_rank,
        runs=number(o.futures, 0, lang=lang),
        rivals=text(f"plan.rivals.{o.rivals}", lang),
        nothing=percent(o.table.at["nothing", "chance"], 0, lang=lang),
        **values,
    )
    money = text(
        "plan.odds_money",
        lang,
        score_low=number(row["score_p5"], 2, lang=lang),
        score_high=number(row["score_p95"], 2, lang=lang),
        cost_low=number(row["cost_p5"], 0, lang=lang),
        cost_high=number(row["cost_p95"], 0, lang=lang),
    )
    return "\n".join(s for s in (said, money, caution(o, lang)) if s)


def sure_summary(s: SurePackage, lang: str | None = None) -> str:
    """Cost, certainty in the sample and on fresh futures, and the proof."""
    values = {
        "sure": percent(s.sure, 0, lang=lang),
        "inside": percent(s.in_sample, 0, lang=lang),
        "chance": percent(s.chance, 0, lang=lang),
        "low": percent(s.low, 0, lang=lang),
        "high": percent(s.high, 0, lang=lang),
    }
    if s.reached:
        cost = number(s.cost, 1, lang=lang)
        first = text("plan.sure", lang, actions=len(s.package.chosen), cost=cost, **values)
    else:
        first = text("plan.unsure", lang, **values)
    status = text(f"plan.status.{s.status}", lang)
    second = text("plan.sure_proved", lang, status=status, bound=number(s.bound, 1, lang=lang))
    if s.bound == float("inf"):
        second = text("plan.sure_never", lang, surest=percent(s.in_sample, 0, lang=lang))
    return "\n".join(x for x in (first, second, caution(s.package, lang)) if x)


def core_summary(c: CoreIndex, lang: str | None = None) -> str:
    """Core, borderline and exterior actions."""
    roles = {r: ", ".join(c.of(r)) or "–" for r in ("core", "borderline", "exterior")}
    values = {"packages": len(c.packages), "futures": c.futures, "failed": c.failed}
    said = [text("plan.core", lang, **roles), text("plan.core_basis", lang, **values), caution(c, lang)]
    return "\n".join(s for s in said if s)


def frontier_summary(f: Frontier, lang: str | None = None) -> str:
    """Least cost of every rank."""
    parts = [
        text("plan.rank_out", lang, rank=rank)
        if row["cost"] != row["cost"]
        else text("plan.rank_price", lang, rank=rank, cost=number(row["cost"], 1, lang=lang))
        for rank, row in f.ranks.iterrows()
    ]
    return "\n".join(s for s in (text("plan.frontier", lang, ranks="; ".join(parts)), caution(f, lang)) if s)


def set_summary(a: ActionSet, lang: str | None = None) -> str:
    """What a set holds."""
    effects = a.effects_table
    said = text(
        "plan.set",
        lang,
        title=a.title(lang) or a.name,
        n=len(a),
        effects=len(effects),
        codes=effects["code"].nunique(),
    )
    return "\n".join(s for s in (said, pick(a.note_vi, a.note_en, lang)) if s)


def set_html(a: ActionSet, lang: str | None = None) -> str:
    """The set as a table."""
    table = pd.DataFrame(
        [
            [x.id, x.text(lang), agency_name(x.agency, lang), number(x.cost.likely, 1, lang=lang)]
            for x in a.actions
        ],
        columns=["", *heads("action", "agency", "cost", lang=lang)],
    )
    return stamp_html(a.illustrative, lang) + _paragraphs(set_summary(a, lang)) + _html_table(table)


def set_excel(a: ActionSet, path: Any, lang: str | None = None) -> Path:
    """The workbook in which to replace costs and effects."""
    from ...policy.actions.action_writing import write_actions

    return write_actions(a, path, lang=lang)
