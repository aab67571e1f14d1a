"""Chapters of the brief on interventions: what if, the package, its odds, who does what.

They appear when :func:`piikit.make_brief` is given ``package=`` (from :func:`piikit.optimise`)
and, for the odds, ``odds=``.
"""

from __future__ import annotations

from typing import Any

from ...base.language import text
from ...data.plans import agency_name
from ..blocks.blocks import Chapter, Named, Picture, Quantity, Sentence, Table
from ..figures import plan_figures
from ..words.plan_words import asked
from .make_brief import Context


def _package(context: Context) -> Any:
    package = context.extras.get("package")
    return package if package is not None and package.unit == context.unit else None


def _given(value: float, digits: int = 1, *, sign: bool = False) -> Quantity:
    return Quantity("given", float(value), digits=digits, sign=sign)


def _both(key: str, **values: Any) -> Named:
    return Named(text(key, "vi", **values), text(key, "en", **values))


def _cells(package: Any) -> tuple[tuple[str, float], ...]:
    return tuple((str(c), float(r["raw_after"])) for c, r in package.indicators.iterrows())


def _source(context: Context, package: Any) -> Named:
    title = package.question.actions
    return Named(f"{context.source.vi}; {title.title('vi')}", f"{context.source.en}; {title.title('en')}")


def _warning(package: Any) -> tuple[Sentence, ...]:
    return (Sentence("plan.brief.warning", {}, "warning"),) if package.question.actions.illustrative else ()


def what_if(context: Context) -> Chapter | None:
    """Indicators that the package moves, and what that does to the score."""
    package = _package(context)
    if package is None or not package.chosen:
        return None
    cells = _cells(package)
    gain = package.score_after - package.score_before
    change = Quantity("change", gain, context.unit, context.root, cells=cells, sign=True)
    rows = [
        (
            context.name(str(code)),
            context.value(str(code)),
            Quantity("given", float(row["raw_after"]), digits=4, **context.measures(str(code))),
            context.score(str(code)),
            _given(row["score_after"], 4),
        )
        for code, row in package.indicators.iterrows()
    ]
    columns = tuple(f"plan.head.{c}" for c in ("indicator", "before", "after", "score_before", "score_after"))
    return Chapter(
        "plan_what_if",
        Sentence("plan.brief.what_if_title"),
        (
            *_warning(package),
            Sentence("plan.brief.gain", {"gain": change, "score": context.score()}),
            Table("plan.brief.table_indicators", columns, tuple(rows), source=_source(context, package)),
        ),
    )


def package(context: Context) -> Chapter | None:
    """The question, the answer with its proof, the actions and a figure."""
    package = _package(context)
    if package is None:
        return None
    question = asked(package)
    answer = {
        "actions": Quantity("count", len(package.chosen)),
        "cost": _given(package.cost, 4),
        "before": _given(package.rank_before, 0),
        "after": _given(package.rank_after, 0),
        "status": _both(f"plan.status.{package.status}"),
    }
    blocks: list[Any] = [
        *_warning(package),
        Sentence("plan.brief.asked", {"question": question}),
        Sentence("plan.brief.answer", answer, "lead"),
    ]
    if package.reached is False:
        values = {"target": _given(package.question.target_rank, 0), "points": _given(package.shortfall, 3)}
        blocks.append(Sentence("plan.brief.short", values))
    kinds = {k: _given(round(float(package.kinds.at[k, "points"]), 2), 3) for k in package.kinds.index}
    blocks.append(Sentence("plan.brief.kinds", kinds))
    rows = [
        (
            Named(*(f"{i}. {package.question.actions[str(i)].text(lang)}" for lang in ("vi", "en"))),
            Named(*(agency_name(str(r["agency"]), lang) for lang in ("vi", "en"))),
            _given(r["cost"], 4),
            _given(round(float(r["points_lost"]), 2), 3),
            _given(r["rank_without"], 0),
        )
        for i, r in package.table.iterrows()
    ]
    columns = tuple(f"plan.head.{c}" for c in ("action", "agency", "cost", "points", "without"))
    blocks.append(Table("plan.brief.table_actions", columns, tuple(rows), source=_source(context, package)))
    ranks = {"rank_before": _given(package.rank_before, 0), "rank_after": _given(package.rank_after, 0)}
    scores = {"before": context.score(), "after": _given(package.score_after, 4)}
    blocks.append(
        Picture(
            "plan.brief.figure",
            lambda ax, lang: plan_figures.package(package, ax, lang),
            {"unit": context.unit, **scores, **ranks},
        )
    )
    return Chapter("plan_package", Sentence("plan.brief.package_title"), tuple(blocks), new_page=True)


def odds(context: Context) -> Chapter | None:
    """The chance, with its Monte Carlo error, and doing nothing beside it."""
    found, package = context.extras.get("odds"), _package(context)
    if found is None or package is None:
        return None
    row = found.table.loc["chosen"]
    values = {
        "target": _given(found.target_rank, 0),
        **{k: Quantity("share", float(row[k]), digits=0) for k in ("chance", "low", "high")},
        "runs": Quantity("count", found.futures),
        "nothing": Quantity("share", float(found.table.at["nothing", "chance"]), digits=0),
    }
    picture = {"target": values["target"], "chance": values["chance"]}
    return Chapter(
        "plan_odds",
        Sentence("plan.brief.odds_title"),
        (
            *_warning(package),
            Sentence("plan.brief.chance", values, "lead"),
            Picture("plan.brief.odds_figure", lambda ax, lang: plan_figures.odds(found, ax, lang), picture),
        ),
    )


def who_does_what(context: Context) -> Chapter | None:
    """Actions, money and points at stake by agency."""
    package = _package(context)
    if package is None or not package.chosen:
        return None
    rows = [
        (
            Named(*(agency_name(str(a), lang) for lang in ("vi", "en"))),
            Quantity("count", int(r["actions"])),
            str(r["ids"]),
            _given(r["cost"], 4),
            _given(round(float(r["points_lost"]), 2), 3),
        )
        for a, r in package.agencies.iterrows()
    ]
    columns = tuple(f"plan.head.{c}" for c in ("agency", "count", "action", "cost", "points"))
    table = Table("plan.brief.table_agencies", columns, tuple(rows), source=_source(context, package))
    return Chapter("plan_who", Sentence("plan.brief.who_title"), (*_warning(package), table))
