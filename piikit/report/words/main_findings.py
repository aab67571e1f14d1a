"""The three main findings: where we stand, what matters most, what to keep."""

from __future__ import annotations

from typing import Any

from ..blocks.blocks import Sentence
from ..blocks.quantity import count, share
from .subject import Subject

NO_DRAWS = Sentence("brief.no_draws", {}, "warning")


def findings_of(diagnosis: Any) -> tuple[Sentence, ...]:
    """The main findings of a diagnosis alone, without making the chapters."""
    subject = Subject(diagnosis)
    if subject.result.kind == "page":
        return page_findings(subject)
    said = held_over_draws(subject) if diagnosis.illustrative else (*_matters(subject), *_keep(subject))
    return (_standing(subject), *said)


def _standing(subject: Subject) -> Sentence:
    ahead = subject.diagnosis.ahead
    values: dict[str, Any] = {
        "unit": subject.unit,
        "score": subject.score(),
        "rank": subject.rank(),
        "units": count(subject.result.scores[subject.root].notna().sum()),
    }
    if not len(ahead):
        return Sentence("brief.standing_first", values, "lead")
    rival = str(ahead.index[0])
    return Sentence("brief.standing", values | {"ahead": rival, "gap": subject.gap(rival)}, "lead")


def _matters(subject: Subject) -> tuple[Sentence, ...]:
    matters = subject.diagnosis.matters
    if not len(matters):
        return ()
    code, target = str(matters.index[0]), str(matters["target"].iloc[0])
    values = {
        "name": subject.name(code, coded=False),
        "points": subject.points(code, target),
        "rank": subject.rank(code),
        "others": subject.names(matters.index[1:3], coded=False),
    }
    return (Sentence(f"brief.finding.{target}", values),)


def _keep(subject: Subject) -> tuple[Sentence, ...]:
    d = subject.diagnosis
    if not len(d.strong):
        return ()
    risky = d.at_risk[d.at_risk["at_risk"]]
    values = {
        "strong": subject.names(d.strong.index[:3], coded=False),
        "risky": subject.names(risky.index[:2], coded=False),
    }
    return (Sentence("brief.finding.keep_risk" if len(risky) else "brief.finding.keep", values),)


def of_draws(subject: Subject, code: Any, finding: str, key: str = "brief.of_draws", **more: Any) -> Sentence:
    """In how many draws a finding about an indicator holds."""
    over = subject.diagnosis.draws
    return Sentence(key, {"n": count(over.table.at[code, finding]), "draws": count(over.draws), **more})


def held_over_draws(subject: Subject) -> tuple[Sentence, ...]:
    """What may be said of the components of an illustrative edition."""
    over = subject.diagnosis.draws
    if over is None:
        return (NO_DRAWS,)
    said = []
    for finding in ("matters", "strong"):
        names = tuple(
            of_draws(subject, c, finding, "brief.name_of_draws", name=subject.name(c))
            for c in over.holds(finding)[:5]
        )
        key = f"brief.held.{finding}" if names else f"brief.held.no_{finding}"
        said.append(Sentence(key, {"names": names, "draws": count(over.draws)}, "warning"))
    return tuple(said)


def page_findings(subject: Subject) -> tuple[Sentence, ...]:
    """Where we stand, what offers most, how much the page covers."""
    matters = subject.diagnosis.matters
    first: tuple[Sentence, ...] = ()
    if len(matters):
        code = matters.index[0]
        values = {"name": subject.name(code, coded=False), "points": subject.points(code, "best", digits=3)}
        first = (Sentence("brief.finding.page", values),)
    return (page_standing(subject), *first, page_covers(subject))


def page_standing(subject: Subject) -> Sentence:
    """Score, and rank as far as published scores allow."""
    result = subject.result
    interval = result.rank()
    values = {"unit": subject.unit, "score": subject.score(), "units": count(result.ranked_units)}
    if interval.best == interval.worst:
        return Sentence("brief.page.standing", values | {"rank": count(interval.best)}, "lead")
    ends = {"best": count(interval.best), "worst": count(interval.worst)}
    return Sentence("brief.page.standing_between", values | ends, "lead")


def page_covers(subject: Subject) -> Sentence:
    """How much of the framework the page prints."""
    d = subject.diagnosis
    values = {
        "n": count(len(d.gaps)),
        "total": count(len(subject.result.framework.indicators)),
        "share": share(d.covered_weight, 0),
    }
    return Sentence("brief.page.covers", values)
