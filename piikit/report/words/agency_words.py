"""Agencies in words: who answers, "dự kiến" unless the unit's plan names it."""

from __future__ import annotations

from typing import Any

from ...data.plans import agencies as known_agencies
from ...data.plans import agency_name
from ..blocks.blocks import Named, Sentence
from .subject import Subject


def agency_named(agency: Any) -> Named:
    """Name of an agency in both languages."""
    return Named.by(lambda lang: agency_name(str(agency), lang))


def agency_words(agency: str, status: str, *, successor: bool = True) -> Sentence:
    """An agency's name with what is to be said of it, and its successor of 2025."""
    if not agency:
        return Sentence("brief.agency.unknown")
    key = "named" if status == "named" else "inferred"
    known = known_agencies().get(agency)
    if successor and known and known.successor != agency:
        moved = {"agency": agency_named(agency), "successor": agency_named(known.successor)}
        return Sentence(f"brief.agency.{key}_moved", moved)
    return Sentence(f"brief.agency.{key}", {"agency": agency_named(agency)})


def agency_of(subject: Subject, code: Any, *, successor: bool = True) -> Sentence:
    """The agency of an indicator."""
    row = subject.diagnosis.agencies.of_indicator.loc[code]
    return agency_words(str(row["agency"]), str(row["status"]), successor=successor)
