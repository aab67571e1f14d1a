"""The annex on performance against development level."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...diagnosis.drivers.development import DevelopmentResult
from ..blocks.blocks import Chapter, Sentence, Table
from ..blocks.quantity import Quantity, count, given
from ..figures.development_figure import scores_against_level
from ..figures.labels import often
from ..words.subject import Subject


def against_means(subject: Subject) -> Chapter | None:
    """The unit's score beside what provinces with like means score; nothing where GRDP per head is not there."""
    made, unit = subject.facts.development, subject.unit
    if made is None:
        return None
    row = made.table.loc[unit]
    verdict = str(row["verdict"])
    own = {"unit": unit, **{c: _figure(subject, row[c]) for c in ("score", "expected", "low", "high")}}
    outside = {"n": count(made.outside), "expected": count(round(made.by_chance))}
    draw, said = partial(scores_against_level, made, unit=unit), Sentence(f"brief.development.{verdict}")
    return subject.annex(
        "development",
        Sentence(f"development.unit_{verdict}", own),
        *(
            []
            if not made.draws
            else [Sentence("development.draws", {"often": often(row["holds"], made.draws)})]
        ),
        Sentence("brief.development.independent", style="note"),
        Sentence("brief.development.chance", outside, "note"),
        Sentence("development.not_policy", style="note"),
        subject.picture("brief.picture.development", draw, 4.8, 7.2, verdict=said),
        _peers(made, subject),
    )


def _figure(subject: Subject, value: float) -> Quantity:
    """A figure made from the scores of all: illustrative as soon as one of them is."""
    return replace(given(value), mark="illustrative" if subject.result.illustrative else "")


def _peers(made: DevelopmentResult, subject: Subject) -> Table:
    rows = (
        {
            "unit": str(name),
            "level": given(row["level"]),
            **{c: _figure(subject, row[c]) for c in ("score", "expected")},
            "verdict": Sentence(f"brief.development.{row['verdict']}"),
        }
        for name, row in made.table.loc[made.peers(subject.unit).index].iterrows()
    )
    values = {"unit": subject.unit}
    return Table.of(
        "brief.table.development", "development.column", rows, values=values, source=subject.source
    )
