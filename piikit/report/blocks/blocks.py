"""What a brief says, before anybody writes it: chapters of blocks, every number with its way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from ...base.errors import Problem
from ...base.folding import visible
from ...base.formats import MISSING_MARK
from ...base.language import LANGUAGES, catalogue, pick, text
from ...base.results import Result
from ...data.framework import Framework
from .part import Part, walk
from .quantity import Quantity as Quantity


@dataclass(frozen=True)
class Named(Part):
    """A name in both languages."""

    vi: str
    en: str

    @classmethod
    def by(cls, say: Callable[[str], str]) -> Named:
        """Make it from a function of the language."""
        return cls(*(say(lang) for lang in LANGUAGES))

    @classmethod
    def of_code(cls, framework: Framework, code: Any, *, coded: bool = True) -> Named:
        """Name of an indicator or node, with its code before it."""
        head = f"{code} " if coded else ""
        return cls.by(lambda lang: head + framework.title(str(code), lang))

    @classmethod
    def split(cls, said: str) -> Named:
        """Make it from a note that says both, as "tiếng Việt | English"; one that does not is the same in both."""
        vi, _, en = said.partition(" | ")
        return cls(vi, en or vi)

    def text(self, lang: str | None = None) -> str:
        """The name in `lang`."""
        return str(pick(self.vi, self.en, lang) or self.vi or self.en)


@dataclass(frozen=True)
class Sentence(Part):
    """A text of the catalogue and what fills it; `style` is ``p``, ``lead``, ``note`` or ``warning``."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    style: str = "p"

    def text(self, lang: str | None = None) -> str:
        """The sentence in `lang`."""
        return text(self.key, lang, **{k: shown(v, lang) for k, v in self.values.items()})


@dataclass(frozen=True)
class Joined(Part):
    """Several things said one after the other; `between` stands between them, `otherwise` where there are none."""

    parts: tuple[Any, ...]
    between: str = " "
    otherwise: str = ""

    def text(self, lang: str | None = None) -> str:
        """All of them in `lang`."""
        return self.between.join(shown(p, lang) for p in self.parts) or self.otherwise


@dataclass(frozen=True)
class Bullets(Part):
    """Sentences as a list; `key` is its heading."""

    items: tuple[Any, ...]
    ordered: bool = False
    key: str = ""


@dataclass(frozen=True)
class Table(Part):
    """A table: `columns` are keys of the catalogue or names, cells are quantities, names, sentences or text.

    One without a `key`, its caption, is of the page only: no sheet is made of it. `note` and
    `source` stand below it; `tints` colours its rows, as ``F8B4B4``.
    """

    key: str
    columns: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    source: Named = Named("", "")
    note: Any = ""
    tints: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: str, place: str, rows: Iterable[Mapping[str, Any]], **more: Any) -> Table:
        """A table whose rows name their columns; the catalogue holds the headings at `place`."""
        cells = tuple(rows)
        heads = tuple(f"{place}.{name}" for name in cells[0]) if cells else ()
        return cls(key, heads, tuple(tuple(row.values()) for row in cells), **more)

    def heads(self, lang: str | None = None) -> list[str]:
        """Headings in `lang`."""
        return [text(c, lang) if isinstance(c, str) else shown(c, lang) for c in self.columns]


@dataclass(frozen=True)
class Frame(Part):
    """A DataFrame as it is, such as a sheet that others compute with.

    `heads` is where the catalogue holds headings, as ``page.column``, and `words` where it holds
    the words of text cells, as ``mark``; what is not there stays as it is. Floats are shown with
    `digits` decimals, or four significant digits.
    """

    key: str
    table: pd.DataFrame
    heads: str = ""
    words: str = ""
    digits: int | None = None

    @classmethod
    def several(cls, place: str, tables: Mapping[str, pd.DataFrame]) -> tuple[Frame, ...]:
        """Sheets whose names the catalogue holds at `place`."""
        return tuple(cls(f"{place}.{name}", table) for name, table in tables.items())

    def worded(self, lang: str | None = None) -> pd.DataFrame:
        """The table with headings and words in `lang`; named labels of the rows are the first column."""

        def word(place: str, found: Any) -> Any:
            key = f"{place}.{found}"
            return text(key, lang) if place and key in catalogue() else found

        labelled = any(name is not None for name in self.table.index.names)
        table = self.table.reset_index(drop=not labelled)
        if self.words:
            table = table.map(lambda cell: word(self.words, cell))
        return table.rename(columns=lambda name: word(self.heads, name))


@dataclass(frozen=True)
class Branch(Part):
    """A figure that opens: how it was made, what is to be noted of it, and what it was made from.

    `symbol` stands for it in formulae; `mark` is the word's key in the catalogue, as
    ``illustrative``; `aside` is what a page has room for beside the figure.
    """

    symbol: str
    name: Any
    value: Any
    mark: str = ""
    aside: Any = ""
    formula: Any = ""
    notes: tuple[Any, ...] = ()
    branches: tuple[Branch, ...] = ()

    def walk(self) -> Iterator[Branch]:
        """Itself and all below it, parents first."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True)
class Picture(Part):
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


Block = Sentence | Bullets | Table | Frame | Branch | Picture


@dataclass(frozen=True)
class Chapter(Part):
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
        """One row a number: ``chapter, kind, unit, code, against, value, mark``."""
        columns = ["chapter", "kind", "unit", "code", "against", "value", "mark"]
        told = (vars(q) | {"chapter": c, "against": ", ".join(q.against)} for c, q in self.quantities())
        return pd.DataFrame(told, columns=columns)


def shown(value: Any, lang: str | None = None) -> str:
    """Write any part of the model in `lang`; tuples are joined by commas."""
    if isinstance(value, Problem):
        return value.sentence(lang)
    if isinstance(value, tuple):
        return ", ".join(shown(v, lang) for v in value) or MISSING_MARK
    said = value.text(lang) if isinstance(value, Part) and hasattr(value, "text") else value
    return visible(str(said))


def within(part: Any) -> Iterator[Quantity]:
    """Every quantity inside a part of the model."""
    return (p for p in walk(part) if isinstance(p, Quantity))
