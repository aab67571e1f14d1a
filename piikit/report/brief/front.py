"""The two pages for the leadership: where we stand, what matters, who, what next."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..blocks.blocks import Block, Bullets, Chapter, Named, Sentence
from ..blocks.quantity import Quantity, count, share
from ..figures.diagnosis_figures import gap_bars, rank_strip
from ..words.agency_words import agency_of, agency_words
from ..words.subject import Subject, front
from .brief_over_draws import matters_over_draws


def where_we_stand(subject: Subject) -> Chapter:
    """Score, rank, neighbours, pillars and the strip of all units."""
    d, result, facts = subject.diagnosis, subject.result, subject.facts
    shown = d.peers.units[:13]
    draw, told = (
        partial(rank_strip, result, subject.unit, shown),
        {"rank": subject.rank(), "peers": tuple(shown)},
    )
    among = {"peers": subject.peers(), "place": count(facts.place), "n": count(facts.among)}
    return front(
        "stand",
        *_notes(subject),
        *_neighbours(subject),
        Sentence("brief.among_peers", among),
        subject.picture("brief.picture.strip", draw, 2.2, **told),
        subject.table("pillars", [_pillar(subject, code, gap) for code, gap in facts.pillars.items()]),
    )


def _notes(subject: Subject) -> list[Sentence]:
    whole = subject.result.framework.table.loc[subject.root]
    notes = []
    if str(whole.get("note_vi", "")):
        said = Named(str(whole["note_vi"]), str(whole.get("note_en", "")))
        notes.append(Sentence("brief.plain", {"said": said}, "note"))
    if subject.result.illustrative:
        notes.append(Sentence("brief.illustrative", {}, "warning"))
    return notes


def _neighbours(subject: Subject) -> list[Sentence]:
    d = subject.diagnosis
    near = {
        key: str(table.index[0]) for key, table in (("ahead", d.ahead), ("behind", d.behind)) if len(table)
    }
    if not near:
        return []
    gaps = {f"{key}_gap": subject.gap(rival) for key, rival in near.items()}
    which = "both" if len(near) == 2 else next(iter(near))
    return [Sentence(f"brief.neighbours.{which}", near | gaps, "lead")]


def _pillar(subject: Subject, code: Any, gap: float) -> dict[str, Any]:
    theirs = subject.result.scores.loc[list(subject.diagnosis.peers.units), code].dropna()
    return {
        **subject.row(code, "pillar", "score", "rank"),
        "gap_median": Quantity("gap", float(gap), subject.unit, str(code), tuple(theirs.index), sign=True),
    }


def what_matters(subject: Subject) -> Chapter | None:
    """The five indicators with most points to gain; on an illustrative edition, counted over draws."""
    d = subject.diagnosis
    if not len(d.matters):
        return None
    if d.illustrative:
        return front("matters", *matters_over_draws(subject), n=count(len(d.matters)))
    rows = []
    for code, row in d.matters.iterrows():
        target = str(row["target"])
        goal = subject.goal(code, target)
        rank = float(row[f"rank_if_{target}"])
        rows.append(
            {
                **subject.row(code, "indicator", "value", "rank"),
                "target": goal,
                "points": subject.points(code, target),
                "rank_if": Quantity(
                    "rank", rank, subject.unit, subject.root, cells=((str(code), goal.value),)
                ),
            }
        )
    first, tall = subject.name(d.matters.index[0], coded=False), 1.1 + 0.33 * min(10, len(d.gaps))
    picture = subject.picture("brief.picture.gaps", partial(gap_bars, d, most=10), tall, first=first)
    rule = Sentence("brief.matters_rule", {"peers": subject.peers()})
    return front("matters", rule, subject.table("matters", rows), picture, n=count(len(rows)))


def who_answers(subject: Subject) -> Chapter | None:
    """Agencies with points at stake; nothing on an illustrative edition, whose points are one draw's."""
    d = subject.diagnosis
    if subject.result.illustrative:
        return None
    stakes = d.agencies.at_stake
    rows = [
        {
            "agency": agency_words(str(agency), str(row["status"])),
            "five": subject.names([c for c in str(row["codes"]).split(", ") if c in d.matters.index]) or "–",
            "leads": count(row["indicators"]),
            "stake": share(row["share"], 0),
        }
        for agency, row in stakes.head(6).iterrows()
    ]
    rule = "brief.who_rule" if d.agencies.target == "median" else "brief.who_rule_best"
    blocks: list[Block] = [Sentence(rule), subject.table("agencies", rows)]
    if (plan := d.agencies.plan) is not None:
        gone = subject.names(d.agencies.uncovered)
        values = {"plan": Named(plan.title_vi, plan.title_en), "names": gone}
        blocks.append(Sentence("brief.plan_gap" if gone else "brief.plan_full", values))
    return front("who", *blocks)


def what_next(subject: Subject) -> Chapter | None:
    """What to set as a target for each of the five, and what to keep; not from one draw of inventions."""
    d = subject.diagnosis
    if d.illustrative:
        return front("next", Sentence("brief.next_illustrative"))
    risky = d.at_risk[d.at_risk["at_risk"]].head(2)
    items = (
        *(_target(subject, str(code), str(target)) for code, target in d.matters["target"].items()),
        *(_keep(subject, str(code), row) for code, row in risky.iterrows()),
    )
    return front("next", Sentence("brief.next_rule"), Bullets(items, ordered=True)) if items else None


def _target(subject: Subject, code: str, target: str) -> Sentence:
    values = {
        "agency": agency_of(subject, code, successor=False),
        "name": subject.name(code),
        "now": subject.value(code),
        "goal": subject.goal(code, target),
        "points": subject.points(code, target),
    }
    return Sentence(f"brief.next.{target}", values)


def _keep(subject: Subject, code: str, row: Any) -> Sentence:
    behind = str(row["behind"])
    values = {
        "name": subject.name(code),
        "rank": subject.rank(code),
        "behind": behind,
        "margin": Quantity("gap", float(row["margin"]), subject.unit, code, (behind,)),
    }
    return Sentence("brief.next.keep", values)
