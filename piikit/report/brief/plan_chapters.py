"""Chapters of the brief on interventions: the package, what if, its odds, who does what.

They appear when :func:`piikit.make_brief` is given ``package=`` (from :func:`piikit.optimise`)
and, for the odds, ``odds=``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ..blocks.blocks import Block, Chapter, Named, Sentence, Table
from ..blocks.quantity import Quantity, count, fixed, given, ranked
from ..figures import plan_figures
from ..words.odds_words import basis, chances
from ..words.plan_words import actions_table, agencies_table, asked, changed_cells
from ..words.subject import Subject


def _chapter(subject: Subject, name: str, *blocks: Block, new_page: bool = False) -> Chapter:
    """A chapter on the package, with a warning first where its actions are illustrative."""
    illustrative = subject.package.question.actions.illustrative
    warning = (Sentence("plan.brief.warning", {}, "warning"),) if illustrative else ()
    title = Sentence(f"plan.brief.{name}_title")
    return Chapter(f"plan_{name}", title, (*warning, *blocks), new_page=new_page)


def _sourced(subject: Subject, table: Table) -> Table:
    """A table of the package with where data and actions come from."""
    title, data = subject.package.question.actions.title, subject.source
    return replace(table, source=Named.by(lambda lang: f"{data.text(lang)}; {title(lang)}"))


def package(subject: Subject) -> Chapter | None:
    """The question, the answer with its proof, the actions and a figure."""
    found = subject.package
    if found is None:
        return None
    ranks = {"before": ranked(found.rank_before), "after": ranked(found.rank_after)}
    answer = {
        "actions": count(len(found.chosen)),
        "cost": given(found.cost),
        "status": Sentence(f"plan.status.{found.status}"),
        **ranks,
    }
    short: tuple[Sentence, ...] = ()
    if found.reached is False:
        values = {"target": fixed(found.question.target_rank, 0), "points": given(found.shortfall, 3)}
        short = (Sentence("plan.brief.short", values),)
    kinds = {str(k): given(round(float(v), 2), 3) for k, v in found.kinds["points"].items()}
    scores = {"before": subject.score(), "after": given(found.score_after)}
    told = scores | {f"rank_{k}": v for k, v in ranks.items()}
    return _chapter(
        subject,
        "package",
        Sentence("plan.brief.asked", {"question": asked(found)}),
        Sentence("plan.brief.answer", answer, "lead"),
        *short,
        Sentence("plan.brief.kinds", kinds),
        _sourced(subject, actions_table(found, "plan.brief.table_actions")),
        subject.picture("plan.brief.figure", partial(plan_figures.package, found), **told),
        new_page=True,
    )


def what_if(subject: Subject) -> Chapter | None:
    """Indicators that the package moves, and what that does to the score."""
    found = subject.package
    if found is None or not found.chosen:
        return None
    cells = changed_cells(found)
    more = found.score_after - found.score_before
    gain = Quantity("change", more, subject.unit, subject.root, cells=cells, sign=True)
    rows = (
        {
            "indicator": subject.name(code),
            "before": subject.value(str(code)),
            "after": subject.measured("given", row["raw_after"], code),
            "score_before": subject.score(str(code)),
            "score_after": Quantity("score", float(row["score_after"]), subject.unit, str(code), cells=cells),
        }
        for code, row in found.indicators.iterrows()
    )
    said = Sentence("plan.brief.gain", {"gain": gain, "score": subject.score()})
    table = Table.of("plan.brief.table_indicators", "plan.head", rows)
    return _chapter(subject, "what_if", said, _sourced(subject, table))


def odds(subject: Subject) -> Chapter | None:
    """The chance, with its Monte Carlo error, and doing nothing beside it."""
    found = subject.odds
    if found is None or subject.package is None:
        return None
    values = chances(found) | {"target": fixed(found.target_rank, 0)}
    told = {k: values[k] for k in ("target", "chance")}
    picture = subject.picture("plan.brief.odds_figure", partial(plan_figures.odds, found), **told)
    return _chapter(subject, "odds", Sentence("plan.brief.chance", values, "lead"), *basis(found), picture)


def who_does_what(subject: Subject) -> Chapter | None:
    """Actions, money and points at stake by agency."""
    found = subject.package
    if found is None or not found.chosen:
        return None
    table = agencies_table(found, "plan.brief.table_agencies")
    return _chapter(subject, "who", _sourced(subject, table))
