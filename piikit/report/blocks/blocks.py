"""What a brief says, before anybody writes it: chapters of blocks, every number with its way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from ...base.formats import number, ordinal, percent, significant
from ...base.language import pick, text
from ...base.results import Result
from ..words.mark_words import mark_sign

Kind = Literal[
    "score", "rank", "gap", "points", "part", "change", "value", "distance", "headroom", "bound",
    "weight", "slope", "count", "share", "given",
]  # fmt: skip
MEASURED = ("value", "distance", "headroom", "bound", "slope", "given")


@dataclass(frozen=True)
class Quantity:
    """A number of the brief that knows what it is and how ``explain`` finds it again.

    Attributes
    ----------
    kind : str
        ``score`` and ``rank`` of `unit` on `code`; ``gap``: own score less that of `against`
        (the median of several); ``points``: effective weight times what `against` is ahead;
        ``part``: the points of the gap to `against` that stand to `code`; ``change``: score
        after `cells` are changed less now; ``value``: the raw cell (the median of several);
        ``distance``: between the raw cells of `unit` and `against`; ``bound``: the raw value
        that scores highest, ``headroom``: what is left to it; ``weight``: effective weight in
        the whole; ``slope``: points of the whole per natural unit, times `factor`. ``count``,
        ``share`` and ``given`` are of the brief itself and not of a score.
    value : float
    unit, code : str
    against : tuple of str
        Units compared with.
    cells : tuple of (code, value)
        Raw cells of `unit` changed before the index is built again.
    method : str
        Name of another preset by which it was built; empty for the brief's own.
    digits : int
    sign : bool
        Always show the sign.
    measure_vi, measure_en : str
        Unit of measurement of a raw value.
    mark : str
        ``illustrative`` (*) or ``bounded`` where the number is not known; see
        :mod:`piikit.index.known_marks`.
    """

    kind: Kind
    value: float
    unit: str = ""
    code: str = ""
    against: tuple[str, ...] = ()
    cells: tuple[tuple[str, float], ...] = ()
    method: str = ""
    factor: float = 1.0
    digits: int = 2
    sign: bool = False
    measure_vi: str = ""
    measure_en: str = ""
    mark: str = ""

    def text(self, lang: str | None = None) -> str:
        """The number as `lang` writes it, with its unit of measurement and its mark if it has one."""
        return self._plain(lang) + mark_sign(self.mark)

    def _plain(self, lang: str | None) -> str:
        if self.kind == "rank":
            return ordinal(self.value, lang=lang)
        if self.kind == "count":
            return number(self.value, 0, lang=lang)
        if self.kind in ("weight", "share"):
            return percent(self.value, self.digits, lang=lang)
        if self.kind in MEASURED:
            shown = significant(self.value, max(3, self.digits), lang=lang)
            return with_measure(shown, str(pick(self.measure_vi, self.measure_en, lang) or ""))
        return number(self.value, self.digits, lang=lang, sign=self.sign)

    @property
    def bare(self) -> bool:
        """Whether it is a plain count or share, which no score stands behind."""
        return self.kind in ("count", "share", "given")


def with_measure(shown: str, measure: str) -> str:
    """A number and its unit as prose: no space before %, and scales such as "points 0-10" shortened."""
    measure = re.sub(r" ?\d+-\d+$| ?\([^)]*\)$", "", measure)
    if measure in ("", "chỉ số", "index"):
        return shown
    return shown + measure if measure.startswith("%") else f"{shown} {measure}"


@dataclass(frozen=True)
class Named:
    """A name in both languages."""

    vi: str
    en: str

    def text(self, lang: str | None = None) -> str:
        """The name in `lang`."""
        return str(pick(self.vi, self.en, lang) or self.vi or self.en)


@dataclass(frozen=True)
class Sentence:
    """A text of the catalogue and what fills it; `style` is ``p``, ``lead``, ``note`` or ``warning``."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    style: str = "p"

    def text(self, lang: str | None = None) -> str:
        """The sentence in `lang`."""
        return text(self.key, lang, **{k: shown(v, lang) for k, v in self.values.items()})


@dataclass(frozen=True)
class Bullets:
    """Sentences as a list."""

    items: tuple[Sentence, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table: `columns` are keys of the catalogue, cells are quantities, names, sentences or text."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    source: Named = Named("", "")


@dataclass(frozen=True)
class Picture:
    """A figure: `draw(ax, lang)` draws it; caption and alternative text stand in the catalogue.

    The alternative text says in words what the picture shows.
    """

    key: str
    draw: Callable[[Any, str | None], Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    width: float = 5.6
    height: float = 3.4
    quantities: tuple[Quantity, ...] = ()

    def caption(self, lang: str | None = None) -> str:
        """Caption in `lang`."""
        return Sentence(f"{self.key}.caption", self.values).text(lang)

    def alt(self, lang: str | None = None) -> str:
        """Alternative text in `lang`."""
        return Sentence(f"{self.key}.alt", self.values).text(lang)


Block = Sentence | Bullets | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """A heading and its blocks; `part` is ``front`` (two pages for the leadership) or ``annex``."""

    id: str
    title: Sentence
    blocks: tuple[Block, ...]
    part: str = "annex"
    new_page: bool = False


@dataclass(frozen=True, eq=False)
class Brief(Result):
    """A brief of one unit, in no language yet; made by :func:`piikit.report.brief.make_brief.make_brief`.

    Attributes
    ----------
    unit : str
    title, subtitle : Sentence, Named
    chapters : tuple of Chapter
    findings : tuple of Sentence
        The three main findings.
    illustrative : bool
        Whether it must carry the stamp.
    source : Named
        Of the data.
    fingerprint : str
        Of data, framework and method.
    record : dict
        What went in, with versions.
    result : IndexResult or PageResult
        To find every number again.
    """

    unit: str
    title: Sentence
    subtitle: Named
    chapters: tuple[Chapter, ...]
    findings: tuple[Sentence, ...]
    illustrative: bool
    source: Named
    fingerprint: str
    record: Mapping[str, Any]
    result: Any

    def quantities(self) -> Iterator[tuple[str, Quantity]]:
        """Every number of the brief with the chapter it stands in, pictures' included."""
        for finding in self.findings:
            yield from (("findings", q) for q in within(finding))
        for chapter in self.chapters:
            yield from ((chapter.id, q) for q in within((chapter.title, chapter.blocks)))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a number: ``chapter, kind, unit, code, against, value``."""
        rows = [
            {
                "chapter": chapter,
                "kind": q.kind,
                "unit": q.unit,
                "code": q.code,
                "against": ", ".join(q.against),
                "value": q.value,
            }
            for chapter, q in self.quantities()
        ]
        return pd.DataFrame(rows)


def shown(value: Any, lang: str | None = None) -> str:
    """Write any part of the model in `lang`; tuples are joined by semicolons or commas."""
    if isinstance(value, Quantity | Named | Sentence):
        return value.text(lang)
    if isinstance(value, tuple):
        return ", ".join(shown(v, lang) for v in value) or "–"
    return str(value)


def within(part: Any) -> Iterator[Quantity]:
    """Every quantity inside a part of the model."""
    if isinstance(part, Quantity):
        yield part
    elif isinstance(part, tuple | list):
        for one in part:
            yield from within(one)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from within(one)
    elif isinstance(part, Sentence):
        yield from within(part.values)
    elif isinstance(part, Bullets):
        yield from within(part.items)
    elif isinstance(part, Table):
        yield from within((part.rows, part.values))
    elif isinstance(part, Picture):
        yield from within((part.values, part.quantities))
