"""The two pages for the leadership: where we stand, what matters, who, what next, how sure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...data.plans import agencies as known_agencies
from ...data.plans import agency_name
from ..blocks.blocks import Bullets, Chapter, Named, Picture, Quantity, Sentence, Table
from ..figures.diagnosis_figures import gap_bars, rank_strip
from .brief_over_draws import held_over_draws, matters_over_draws
from .make_brief import Context


def peers_named(context: Context) -> Sentence:
    """What the peer group is, in words."""
    group = context.diagnosis.peers
    return Sentence(
        f"brief.peers.{group.way}",
        {"detail": Named(group.detail_vi, group.detail_en), "n": Quantity("count", len(group.units))},
    )


def points(context: Context, code: str, target: str) -> Quantity:
    """Points of the whole to gain on an indicator up to a target."""
    row = context.diagnosis.gaps.loc[code]
    against = {
        "median": context.diagnosis.peers.units,
        "best": (str(row["best_unit"]),),
    }[target]
    return Quantity("points", float(row[f"points_{target}"]), context.unit, code, against)


def target_value(context: Context, code: str, target: str) -> Quantity:
    """Raw value of the target: of the unit that holds it, or the median over the peers."""
    row = context.diagnosis.gaps.loc[code]
    against = context.diagnosis.peers.units if target == "median" else (str(row["best_unit"]),)
    goal = float(row[f"goal_{target}"])
    return Quantity("value", goal, context.unit, code, against, digits=4, **context.measures(code))


def rank_if(context: Context, code: str, target: str) -> Quantity:
    """Rank of the whole if the raw value equalled the target's."""
    row = context.diagnosis.gaps.loc[code]
    value = target_value(context, code, target).value
    return Quantity(
        "rank", float(row[f"rank_if_{target}"]), context.unit, context.root, cells=((code, value),)
    )


def agency_of(context: Context, code: str, *, successor: bool = True) -> Sentence:
    """Agency of an indicator, "dự kiến" unless the unit's plan names it, with its successor of 2025."""
    row = context.diagnosis.agencies.of_indicator.loc[code]
    return agency_words(str(row["agency"]), str(row["status"]), successor=successor)


def agency_words(agency: str, status: str, *, successor: bool = True) -> Sentence:
    """An agency's name with what is to be said of it."""
    if not agency:
        return Sentence("brief.agency.unknown")
    name = Named(agency_name(agency, "vi"), agency_name(agency, "en"))
    key = "named" if status == "named" else "inferred"
    known = known_agencies().get(agency)
    if successor and known and known.successor != agency:
        after = Named(agency_name(known.successor, "vi"), agency_name(known.successor, "en"))
        return Sentence(f"brief.agency.{key}_moved", {"agency": name, "successor": after})
    return Sentence(f"brief.agency.{key}", {"agency": name})


def findings(context: Context) -> tuple[Sentence, ...]:
    """The three main findings: where we stand, what matters most, what to keep."""
    d = context.diagnosis
    found = [_standing(context)]
    if d.illustrative:
        return (*found, *held_over_draws(context))
    if len(d.matters):
        code = str(d.matters.index[0])
        target = str(d.matters.iloc[0]["target"])
        found.append(
            Sentence(
                f"brief.finding.{target}",
                {
                    "name": context.name(code, coded=False),
                    "points": points(context, code, target),
                    "rank": context.rank(code),
                    "others": tuple(context.name(str(c), coded=False) for c in d.matters.index[1:3]),
                },
            )
        )
    if len(d.strong):
        risky = d.at_risk[d.at_risk["at_risk"]]
        best = tuple(context.name(str(c), coded=False) for c in d.strong.index[:3])
        key = "brief.finding.keep_risk" if len(risky) else "brief.finding.keep"
        found.append(
            Sentence(
                key,
                {
                    "strong": best,
                    "risky": tuple(context.name(str(c), coded=False) for c in risky.index[:2]),
                },
            )
        )
    return tuple(found)


def _standing(context: Context) -> Sentence:
    d = context.diagnosis
    values: dict[str, Any] = {
        "unit": context.unit,
        "score": context.score(),
        "rank": context.rank(),
        "units": Quantity("count", int(context.result.scores[context.root].notna().sum())),
    }
    if not len(d.ahead):
        return Sentence("brief.standing_first", values, "lead")
    rival = str(d.ahead.index[0])
    values |= {"ahead": rival, "gap": context.gap(rival)}
    return Sentence("brief.standing", values, "lead")


def where_we_stand(context: Context) -> Chapter:
    """Score, rank, neighbours, pillars and the strip of all units."""
    d, result = context.diagnosis, context.result
    blocks: list[Any] = []
    note = result.framework.table.loc[context.root]
    if str(note.get("note_vi", "")):
        named = Named(str(note["note_vi"]), str(note.get("note_en", "")))
        blocks.append(Sentence("brief.plain", {"said": named}, "note"))
    if d.illustrative:
        blocks.append(Sentence("brief.illustrative", {}, "warning"))
    neighbours: dict[str, Any] = {}
    for key, table in (("ahead", d.ahead), ("behind", d.behind)):
        if len(table):
            rival = str(table.index[0])
            neighbours |= {key: rival, f"{key}_gap": context.gap(rival)}
    if neighbours:
        which = "both" if len(neighbours) == 4 else "ahead" if "ahead" in neighbours else "behind"
        blocks.append(Sentence(f"brief.neighbours.{which}", neighbours, "lead"))
    among = result.scores.loc[[context.unit, *d.peers.units], context.root].dropna()
    place = int((among > among[context.unit]).sum()) + 1
    blocks.append(
        Sentence(
            "brief.among_peers",
            {
                "peers": peers_named(context),
                "place": Quantity("count", place),
                "n": Quantity("count", len(among)),
            },
        )
    )
    named_units = {"unit": context.unit, "rank": context.rank(), "peers": tuple(d.peers.units[:13])}
    blocks.append(
        Picture(
            "brief.picture.strip",
            lambda ax, lang: rank_strip(result, context.unit, d.peers.units[:13], ax, lang, title=False),
            named_units,
            height=2.2,
        )
    )
    blocks.append(_pillars(context))
    return Chapter("stand", Sentence("brief.chapter.stand"), tuple(blocks), "front")


def _pillars(context: Context) -> Table:
    d = context.diagnosis
    rows: list[tuple[Any, ...]] = []
    for code in context.pillars():
        theirs = context.result.scores.loc[list(d.peers.units), code]
        ahead = [u for u in d.peers.units if pd.notna(theirs[u])]
        gap = Quantity(
            "gap",
            float(context.result.scores.at[context.unit, code] - theirs.median()),
            context.unit,
            code,
            tuple(ahead),
            sign=True,
        )
        rows.append((context.name(code), context.score(code), context.rank(code), gap))
    columns = ("brief.col.pillar", "brief.col.score", "brief.col.rank", "brief.col.gap_median")
    return Table("brief.table.pillars", columns, tuple(rows), source=context.source)


def what_matters(context: Context) -> Chapter | None:
    """The five indicators with most points to gain; on an illustrative edition, counted over draws."""
    d = context.diagnosis
    if not len(d.matters):
        return None
    title = Sentence("brief.chapter.matters", {"n": Quantity("count", len(d.matters))})
    if d.illustrative:
        return Chapter("matters", title, matters_over_draws(context), "front")
    rows: list[tuple[Any, ...]] = []
    for code, row in d.matters.iterrows():
        target = str(row["target"])
        rows.append(
            (
                context.name(str(code)),
                context.value(str(code)),
                context.rank(str(code)),
                target_value(context, str(code), target),
                points(context, str(code), target),
                rank_if(context, str(code), target),
            )
        )
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "value", "rank", "target", "points", "rank_if"))
    blocks = (
        Sentence("brief.matters_rule", {"peers": peers_named(context)}),
        Table("brief.table.matters", columns, tuple(rows), source=context.source),
        gap_picture(context),
    )
    return Chapter("matters", title, blocks, "front")


def gap_picture(context: Context) -> Picture:
    """The bars of points to gain."""
    d = context.diagnosis
    return Picture(
        "brief.picture.gaps",
        lambda ax, lang: gap_bars(d, ax, lang, title=False, most=10),
        {"unit": context.unit, "first": context.name(str(d.matters.index[0]), coded=False)},
        height=1.1 + 0.33 * min(10, len(d.gaps)),
    )


def who_answers(context: Context) -> Chapter | None:
    """Agencies with points at stake; nothing on an illustrative edition, whose points are one draw's."""
    d = context.diagnosis
    if getattr(d, "illustrative", False):
        return None
    table = d.agencies.table
    by = "points_median" if table["points_median"].sum() > 0 else "points_best"
    table = table[(table["indicators"] > 0) & (table[by] > 0)].sort_values(by, ascending=False, kind="stable")
    rows: list[tuple[Any, ...]] = []
    for agency, row in table.head(6).iterrows():
        mine = [c for c in str(row["codes"]).split(", ") if c in d.matters.index]
        rows.append(
            (
                agency_words(str(agency), str(row["status"])),
                tuple(context.name(c) for c in mine) or "–",
                Quantity("count", int(row["indicators"])),
                Quantity("share", float(row[by] / table[by].sum()), digits=0),
            )
        )
    columns = tuple(f"brief.col.{c}" for c in ("agency", "five", "leads", "stake"))
    blocks: list[Any] = [
        Sentence("brief.who_rule" if by == "points_median" else "brief.who_rule_best"),
        Table("brief.table.agencies", columns, tuple(rows), source=context.source),
    ]
    if d.agencies.plan is not None:
        plan = d.agencies.plan
        gone = tuple(context.name(c) for c in d.agencies.uncovered)
        key = "brief.plan_gap" if gone else "brief.plan_full"
        blocks.append(Sentence(key, {"plan": Named(plan.title_vi, plan.title_en), "names": gone}))
    return Chapter("who", Sentence("brief.chapter.who"), tuple(blocks), "front")


def what_next(context: Context) -> Chapter | None:
    """What to set as a target for each of the five, and what to keep; not from one draw of inventions."""
    d = context.diagnosis
    if d.illustrative:
        return Chapter(
            "next", Sentence("brief.chapter.next"), (Sentence("brief.next_illustrative"),), "front"
        )
    items = []
    for code, row in d.matters.iterrows():
        target = str(row["target"])
        items.append(
            Sentence(
                f"brief.next.{target}",
                {
                    "agency": agency_of(context, str(code), successor=False),
                    "name": context.name(str(code)),
                    "now": context.value(str(code)),
                    "goal": target_value(context, str(code), target),
                    "points": points(context, str(code), target),
                },
            )
        )
    risky = d.at_risk[d.at_risk["at_risk"]]
    for code, row in risky.head(2).iterrows():
        margin = Quantity("gap", float(row["margin"]), context.unit, str(code), (str(row["behind"]),))
        items.append(
            Sentence(
                "brief.next.keep",
                {
                    "name": context.name(str(code)),
                    "rank": context.rank(str(code)),
                    "behind": str(row["behind"]),
                    "margin": margin,
                },
            )
        )
    if not items:
        return None
    blocks = (Sentence("brief.next_rule"), Bullets(tuple(items), ordered=True))
    return Chapter("next", Sentence("brief.chapter.next"), blocks, "front")
