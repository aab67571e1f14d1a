"""Performance against development level: what it has to show."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from ...diagnosis.drivers.development import DevelopmentResult
from ..blocks.blocks import Bullets, Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, invented
from ..blocks.quantity import fixed, place, share
from ..figures.development_figure import scores_against_level
from ..figures.labels import often, scored_name

_DIGITS = {"p_value": 3, "rank": 0, "holds": 0}


def content(result: DevelopmentResult) -> Content:
    """What was done, who is outside the bands, how many chance would put there, how good the curve is."""
    built = {
        "title": scored_name(result),
        "n": len(result.table),
        "knots": len(result.band.knots),
        "level": share(result.confidence, 0),
    }
    fit = {"error": fixed(result.band.error, 1), "r2": fixed(result.band.r2)}
    said = (
        Sentence("development.built", built),
        Joined(tuple(_quotable(result))),
        Sentence("development.fit", fit),
    )
    return Content(
        said,
        (scores_table(result, result.table.sort_values("gap", ascending=False)),),
        (Bullets(said, key="content.summary"), Frame("drivers.sheet.data", result.table)),
        {"scores": partial(scores_against_level, result)},
        mark=_mark(result),
        title=Sentence("development.title"),
        source=Named(result.data_vi, result.data_en),
    )


def _mark(result: DevelopmentResult) -> Sentence | None:
    return invented(result.illustrative, "development.illustrative")


def sentence(result: DevelopmentResult, unit: str | None = None, lang: str | None = None) -> str:
    """What may safely be quoted, of one unit or of the whole."""
    mark = _mark(result)
    return Joined((*(() if mark is None else (mark,)), *_quotable(result, unit))).text(lang)


def _quotable(result: DevelopmentResult, unit: str | None = None) -> list[Sentence]:
    said = _of_all(result) if unit is None else _of_unit(result, unit)
    said.append(Sentence("development.not_policy"))
    if result.shared > 0:
        said.append(Sentence("development.shared", {"share": share(result.shared, 0)}))
    return said


def _of_all(result: DevelopmentResult) -> list[Sentence]:
    chance = {"n": result.outside, "expected": fixed(result.by_chance, 0)}
    if not (result.above or result.below):
        return [Sentence("development.none_outside", chance)]
    return [
        _outside("above", result.above, result),
        _outside("below", result.below, result),
        Sentence("development.chance", chance),
    ]


def _outside(verdict: str, units: tuple[str, ...], result: DevelopmentResult) -> Sentence:
    gaps = (fixed(result.table.at[u, "gap"], 1, sign=True) for u in units)
    named = tuple(
        Joined((u, " (", gap, *_held(result, u, "; "), ")"), "") for u, gap in zip(units, gaps, strict=True)
    )
    nobody = Sentence("development.nobody")
    return Sentence(f"development.{verdict}", {"units": Joined(named, "; ") if named else nobody})


def _held(result: DevelopmentResult, unit: str, mark: str) -> tuple[Any, ...]:
    """In how many draws of an illustrative edition the verdict is the same."""
    return (mark, often(result.table.at[unit, "holds"], result.draws)) if result.draws else ()


def _of_unit(result: DevelopmentResult, unit: str) -> list[Sentence]:
    row = result.unit(unit)
    name, near = str(row.name), result.peers(str(row.name))
    figures = {k: fixed(row[k], 1) for k in ("score", "expected", "low", "high")}
    rank = {"rank": place(near["rank"].iloc[0])}
    held = _held(result, name, "")
    return [
        Sentence(f"development.unit_{row['verdict']}", {"unit": name, **figures}),
        *([Sentence("development.draws", {"often": held[1]})] if held else []),
        Sentence("development.unit_peers", {"k": len(near) - 1, "unit": name, **rank}),
    ]


def scores_table(result: DevelopmentResult, rows: pd.DataFrame) -> Table:
    """Some units' scores against their level, the unit first."""

    def cell(column: str, value: Any) -> Any:
        if column == "verdict":
            return Sentence(f"development.legend_{value}")
        return fixed(value, _DIGITS.get(column, 1), sign=column == "gap")

    cells = tuple((str(unit), *(cell(c, row[c]) for c in rows.columns)) for unit, row in rows.iterrows())
    return Table("", tuple(f"development.column.{c}" for c in ("unit", *rows.columns)), cells)
