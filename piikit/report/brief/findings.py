"""The three main findings: where we stand, what matters most, what to keep."""

from __future__ import annotations

from typing import Any

from ..blocks.blocks import Sentence
from ..blocks.quantity import count
from .brief_over_draws import held_over_draws
from .page_chapters import page_findings
from .subject import Subject


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
