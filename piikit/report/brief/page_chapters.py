"""The chapters of a brief made from a province's own page, with what a page allows."""

from __future__ import annotations

from functools import partial

import pandas as pd

from ..blocks.blocks import Bullets, Chapter, Sentence
from ..blocks.quantity import count, fixed, given
from ..figures.diagnosis_figures import gap_bars
from ..words.agency_words import agency_of
from ..words.main_findings import page_covers, page_standing
from ..words.subject import Subject, front


def where_page_stands(subject: Subject) -> Chapter:
    """Score, rank as far as it is known, printed nodes and their national range."""
    nodes = subject.diagnosis.nodes
    rows = [
        {
            **subject.row(code, "pillar", "score"),
            "lowest": given(nodes.at[code, "minimum"]),
            "highest": given(nodes.at[code, "maximum"]),
            "known": _known_from(nodes.loc[code]),
        }
        for code in subject.result.framework.codes
        if code in nodes.index
    ]
    alone = Sentence("brief.page.no_rivals", {}, "note")
    return front("stand", page_standing(subject), alone, subject.table("nodes", rows))


def _known_from(node: pd.Series) -> Sentence:
    """Where the score shown comes from: the printed one stands where there is one, beside what its parts give."""
    if node["status"] != "exact" or pd.isna(node["printed"]):
        return Sentence(f"brief.page.status.{node['status']}")
    return Sentence("brief.page.printed_and_made", {"made": fixed(node["score"])})


def what_page_shows(subject: Subject) -> Chapter | None:
    """The covered indicators with most points to the national maximum."""
    d = subject.diagnosis
    if not len(d.matters):
        return None
    rows = [
        {
            "indicator": subject.name(code),
            "value": subject.measured("value", row["value"], code),
            "highest": subject.measured("given", row["maximum"], code),
            "score": subject.score(str(code)),
            "points": subject.points(code, "best", digits=3),
            "agency": agency_of(subject, code),
        }
        for code, row in d.matters.iterrows()
    ]
    first, tall = subject.name(d.matters.index[0], coded=False), 1.4 + 0.3 * min(20, len(d.gaps))
    picture = subject.picture("brief.picture.gaps_page", partial(gap_bars, d), tall, first=first)
    rule = Sentence("brief.page.matters_rule")
    return front("matters", rule, subject.table("matters_page", rows), picture, n=count(len(rows)))


def how_sure_of_page(subject: Subject) -> Chapter:
    """Rounding, coverage, and where printed figures disagree."""
    differences = subject.result.differences
    apart = [
        Sentence(
            "brief.page.apart",
            {"name": subject.name(code), "made": given(row["score"]), "printed": given(row["printed"])},
            "note",
        )
        for code, row in differences[~differences["agrees"].astype(bool)].iterrows()
    ]
    weights = Sentence("brief.page.weights", {}, "note")
    return front("sure", page_covers(subject), Sentence("brief.page.rounding"), *apart, weights)


def profile_of_page(subject: Subject) -> Chapter:
    """Every covered indicator with its range, score and worth of a natural unit."""
    rows = [
        {
            "indicator": subject.name(code),
            "value": subject.measured("value", row["value"], code),
            "lowest": subject.measured("given", row["minimum"], code),
            "highest": subject.measured("given", row["maximum"], code),
            **subject.row(code, "score", "weight"),
            "step": subject.measured("given", row["step"], code, digits=2),
            "per_step": given(row["points_per_step"], 3),
        }
        for code, row in subject.diagnosis.gaps.iterrows()
    ]
    return subject.annex("profile", subject.table("profile_page", rows))


def method_of_page(subject: Subject) -> Chapter:
    """How it was made."""
    items = (
        Sentence("brief.page.method"),
        Sentence("brief.method.agencies"),
        Sentence("brief.page.fingerprint", {"fingerprint": subject.result.fingerprint}),
    )
    return subject.annex("method", Bullets(items), new_page=False)
