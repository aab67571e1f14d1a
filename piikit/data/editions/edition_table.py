"""The table of editions, ``data/raw/editions.csv``: a new year of PII is a row here and raw files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from ...base.errors import MethodError, UnknownNameError
from ..paths import raw, rows


@dataclass(frozen=True)
class Edition:
    """One edition of PII as the table declares it.

    Attributes
    ----------
    name : str
        Of the dataset and the framework, such as ``"pii-2025"``.
    year, units : int
    scores : str
        File of printed scores and ranks under ``data/raw``.
    framework_changes : str
        Whose rows of ``frameworks/pii_editions.csv`` hold.
    exam_file, statistics_file : str
        Under ``data/raw/open``, without ending: where the real columns come from.
    exam_year, statistics_year : int
        Which year of them stands in.
    range_growth, total_shift, total_spread : float
        What the illustrative draws assume: how much wider the ranges are than those of
        ``illustrative/pii_shapes.csv``; how far the guessed totals move from the edition
        before (None for the first edition) and how much they scatter.
    title_vi, title_en : str
        With ``{draw}`` for the number of the draw.
    """

    name: str
    year: int
    units: int
    scores: str
    framework_changes: str
    exam_file: str
    exam_year: int
    statistics_file: str
    statistics_year: int
    range_growth: float
    total_shift: float | None
    total_spread: float
    title_vi: str
    title_en: str


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition, oldest first."""
    kinds: dict[str, Callable[[str], Any]] = {
        "str": str,
        "int": int,
        "float": float,
        "float | None": lambda x: float(x) if x else None,
    }
    found = [
        Edition(**{f.name: kinds[str(f.type)](r.get(f.name, r["edition"])) for f in fields(Edition)})
        for r in rows(raw("editions.csv"))
    ]
    return tuple(sorted(found, key=lambda e: e.year))


def names() -> list[str]:
    """Names of the editions that :func:`piikit.load_dataset` knows, oldest first."""
    return [e.name for e in editions()]


def edition_of(edition: str | int) -> Edition:
    """The edition written as ``"pii-2024"``, ``"2024"`` or ``2024``.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    """
    for known in editions():
        if str(edition) in {known.name, str(known.year)}:
            return known
    raise UnknownNameError("dataset", edition, names())


def newest() -> Edition:
    """The latest edition."""
    return editions()[-1]


def possible_edition(year: int) -> int:
    """The year, if PII was or may yet be printed in it.

    Raises
    ------
    MethodError
        For a year before the first edition or more than ten years after the newest.
    """
    first, last = editions()[0].year, newest().year + 10
    if not first <= year <= last:
        raise MethodError("error.edition_year", year=str(year), first=str(first), last=str(last))
    return year
