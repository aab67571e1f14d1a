"""The chapters of a brief made from a province's own page, with what a page allows."""

from __future__ import annotations

from typing import Any

from ..blocks.blocks import Bullets, Chapter, Picture, Quantity, Sentence, Table
from ..figures.diagnosis_figures import gap_bars
from .front import agency_of
from .make_brief import Context


def _score(context: Context, code: str) -> Quantity:
    explained = context.result.explain(code)
    return Quantity("score", float(explained.score), context.unit, code)


def _points(context: Context, code: str) -> Quantity:
    value = float(context.diagnosis.gaps.at[code, "points_best"])
    return Quantity("points", value, context.unit, code, digits=3)


def _value(context: Context, code: str, which: str = "value") -> Quantity:
    value = float(context.diagnosis.gaps.at[code, which])
    kind: Any = "value" if which == "value" else "given"
    return Quantity(kind, value, context.unit, code, digits=4, **context.measures(code))


def findings(context: Context) -> tuple[Sentence, ...]:
    """Where we stand, what offers most, how much the page covers."""
    d = context.diagnosis
    found = [_standing(context)]
    if len(d.matters):
        code = str(d.matters.index[0])
        found.append(
            Sentence(
                "brief.finding.page",
                {"name": context.name(code, coded=False), "points": _points(context, code)},
            )
        )
    found.append(_covers(context))
    return tuple(found)


def _standing(context: Context) -> Sentence:
    result = context.result
    values: dict[str, Any] = {"unit": context.unit, "score": _score(context, context.root)}
    values["units"] = Quantity("count", result.ranked_units)
    interval = result.rank()
    if interval.best == interval.worst:
        return Sentence("brief.page.standing", values | {"rank": Quantity("count", interval.best)}, "lead")
    ends = {"best": Quantity("count", interval.best), "worst": Quantity("count", interval.worst)}
    return Sentence("brief.page.standing_between", values | ends, "lead")


def _covers(context: Context) -> Sentence:
    d = context.diagnosis
    return Sentence(
        "brief.page.covers",
        {
            "n": Quantity("count", len(d.gaps)),
            "total": Quantity("count", len(context.result.framework.indicators)),
            "share": Quantity("share", d.covered_weight, digits=0),
        },
    )


def where_we_stand(context: Context) -> Chapter:
    """Score, rank as far as it is known, printed nodes and their national range."""
    d = context.diagnosis
    rows: list[tuple[Any, ...]] = []
    for code, row in d.nodes.loc[
        [c for c in context.result.framework.codes if c in d.nodes.index]
    ].iterrows():
        ends = [Quantity("given", float(row[e]), digits=4) for e in ("minimum", "maximum")]
        status = Sentence(f"brief.page.status.{row['status']}")
        rows.append((context.name(str(code)), _score(context, str(code)), *ends, status))
    columns = tuple(f"brief.col.{c}" for c in ("pillar", "score", "lowest", "highest", "known"))
    return Chapter(
        "stand",
        Sentence("brief.chapter.stand"),
        (
            _standing(context),
            Sentence("brief.page.no_rivals", {}, "note"),
            Table("brief.table.nodes", columns, tuple(rows), source=context.source),
        ),
        "front",
    )


def what_matters(context: Context) -> Chapter | None:
    """The covered indicators with most points to the national maximum."""
    d = context.diagnosis
    if not len(d.matters):
        return None
    rows: list[tuple[Any, ...]] = []
    for code in map(str, d.matters.index):
        rows.append(
            (
                context.name(code),
                _value(context, code),
                _value(context, code, "maximum"),
                _score(context, code),
                _points(context, code),
                agency_of(context, code),
            )
        )
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "value", "highest", "score", "points", "agency"))
    values = {"unit": context.unit, "first": context.name(str(d.matters.index[0]), coded=False)}
    return Chapter(
        "matters",
        Sentence("brief.chapter.matters", {"n": Quantity("count", len(rows))}),
        (
            Sentence("brief.page.matters_rule"),
            Table("brief.table.matters_page", columns, tuple(rows), source=context.source),
            Picture(
                "brief.picture.gaps_page",
                lambda ax, lang: gap_bars(d, ax, lang, title=False),
                values,
                height=1.4 + 0.3 * min(20, len(d.gaps)),
            ),
        ),
        "front",
    )


def how_sure(context: Context) -> Chapter:
    """Rounding, coverage, and where printed figures disagree."""
    result = context.result
    blocks: list[Any] = [_covers(context), Sentence("brief.page.rounding")]
    apart = result.differences[~result.differences["agrees"].astype(bool)]
    for code, row in apart.iterrows():
        values = {
            "name": context.name(str(code)),
            "made": Quantity("given", float(row["score"]), digits=4),
            "printed": Quantity("given", float(row["printed"]), digits=4),
        }
        blocks.append(Sentence("brief.page.apart", values, "note"))
    blocks.append(Sentence("brief.page.weights", {}, "note"))
    return Chapter("sure", Sentence("brief.chapter.sure"), tuple(blocks), "front")


def profile(context: Context) -> Chapter:
    """Every covered indicator with its range, score and worth of a natural unit."""
    rows: list[tuple[Any, ...]] = []
    for code in map(str, context.diagnosis.gaps.index):
        row = context.diagnosis.gaps.loc[code]
        weight = Quantity("weight", float(row["weight"]), context.unit, code)
        step = Quantity("given", float(row["step"]), digits=2, **context.measures(code))
        per_step = Quantity("given", float(row["points_per_step"]), digits=3)
        rows.append(
            (
                context.name(code),
                _value(context, code),
                _value(context, code, "minimum"),
                _value(context, code, "maximum"),
                _score(context, code),
                weight,
                step,
                per_step,
            )
        )
    names = ("indicator", "value", "lowest", "highest", "score", "weight", "step", "per_step")
    columns = tuple(f"brief.col.{c}" for c in names)
    return Chapter(
        "profile",
        Sentence("brief.chapter.profile"),
        (Table("brief.table.profile_page", columns, tuple(rows), source=context.source),),
        new_page=True,
    )


def method(context: Context) -> Chapter:
    """How it was made."""
    result = context.result
    items = (
        Sentence("brief.page.method"),
        Sentence("brief.method.agencies"),
        Sentence("brief.page.fingerprint", {"fingerprint": result.fingerprint}),
    )
    return Chapter("method", Sentence("brief.chapter.method"), (Bullets(items),))
