"""The brief's annex on performance against development level."""

from __future__ import annotations

from typing import Any

from ...base.errors import MethodError
from ...diagnosis.drivers.development import DevelopmentResult, development
from ..blocks.blocks import Chapter, Picture, Quantity, Sentence, Table
from ..words.development_words import plot
from .annex import one_draw
from .make_brief import Context


def against_means(context: Context) -> Chapter | None:
    """The unit's score beside what provinces with like means score; nothing where GRDP per head is not there."""
    try:
        made = development(context.result, independent=True)
        made.unit(context.unit)
    except (MethodError, KeyError):
        return None
    row = made.unit(context.unit)
    verdict = str(row["verdict"])
    source = context.source
    said: list[Any] = [
        Sentence(
            f"development.unit_{verdict}",
            {
                "unit": context.unit,
                "score": _given(row["score"]),
                "expected": _given(row["expected"]),
                "low": _given(row["low"]),
                "high": _given(row["high"]),
            },
        ),
        Sentence("brief.development.independent", style="note"),
        Sentence("brief.development.chance", _chance(made), "note"),
        Sentence("development.not_policy", style="note"),
    ]
    picture = Picture(
        "brief.picture.development",
        lambda ax, lang: _draw(made, ax, lang, context.unit),
        {"unit": context.unit, "verdict": Sentence(f"brief.development.{verdict}")},
        width=7.2,
        height=4.8,
    )
    return Chapter(
        "development",
        Sentence("brief.chapter.development"),
        (*one_draw(context), *said, picture, _peers(made, context, source)),
        new_page=True,
    )


def _draw(made: DevelopmentResult, ax: Any, lang: str | None, unit: str) -> Any:
    ax = plot(made, ax, lang, unit=unit)
    for side in ("left", "center", "right"):
        ax.set_title("", loc=side)  # the caption says it
    return ax


def _given(value: Any) -> Quantity:
    return Quantity("given", float(value), digits=4)


def _chance(made: DevelopmentResult) -> dict[str, Any]:
    outside = len(made.above) + len(made.below)
    return {"n": Quantity("count", outside), "expected": Quantity("count", round(made.by_chance))}


def _peers(made: DevelopmentResult, context: Context, source: Any) -> Table:
    rows = [
        (
            str(unit),
            _given(row["level"]),
            _given(row["score"]),
            _given(row["expected"]),
            Sentence(f"brief.development.{row['verdict']}"),
        )
        for unit in made.peers(context.unit).index
        for row in (made.table.loc[unit],)
    ]
    columns = tuple(f"development.column.{c}" for c in ("unit", "level", "score", "expected", "verdict"))
    return Table("brief.table.development", columns, tuple(rows), {"unit": context.unit}, source)
