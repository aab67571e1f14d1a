"""XML passed by piece by piece: only what is wanted is kept, and everything is counted against the file's budget."""

# Own, over expat, because a tree of elements takes some 120 bytes for every "<x/>", wanted or not: a part that
# unpacks to 60 MB of them would take gigabytes.

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from xml.parsers import expat

from .safety import MAX_INNER, Budget, Refused

_PIECE, _LONGEST_TEXT, _LONGEST_TOKEN, _DEEPEST = 65_536, 2_000_000, 4_000_000, 200
BrokenXml = expat.ExpatError


class Element:
    """An element with its children; names are local, without prefix."""

    __slots__ = ("attributes", "children", "tag", "tail", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.text = self.tail = ""
        self.children: list[Element] = []

    def get(self, name: str) -> str | None:
        """An attribute by its local name."""
        return self.attributes.get(name)

    def whole(self, name: str, most: int, default: int = 0) -> int:
        """A whole number, at most `most`; the default for anything else."""
        raw = self.attributes.get(name) or ""
        return min(int(raw), most) if raw.isascii() and raw.isdigit() and len(raw) < 12 else default

    def first(self, tag: str) -> Element | None:
        """The first child of this name."""
        return next((child for child in self.children if child.tag == tag), None)


def elements(
    part: Any, budget: Budget, whole: Collection[str], opening: Collection[str] = ()
) -> Iterator[Element]:
    """Elements in the order of the file: those of `whole` when they end, those of `opening` when they begin.

    Parameters
    ----------
    part : binary file, or None for no elements
    budget : Budget
    whole, opening : collections of str
        Local names. An element of `opening` comes without what stands in it.

    Raises
    ------
    Refused
        For a declaration of entities, which no office program writes, and beyond the budget.
    BrokenXml
        If it is no XML.
    """
    if part is None:
        return
    builder, fed = _Builder(frozenset(whole), frozenset(opening)), 0
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, _PIECE
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.text, _no_entities
    while True:
        piece = part.read(_PIECE)
        fed += len(piece)
        budget.take("read", len(piece))
        parser.Parse(piece, not piece)
        if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
            raise Refused("broken")
        budget.take("nodes", builder.counted)
        budget.in_time()
        ready, builder.ready, builder.counted = builder.ready, [], 0
        yield from ready
        if not piece:
            return


def _no_entities(*_: Any) -> None:
    raise Refused("entities")


class _Builder:
    """What expat calls."""

    def __init__(self, whole: frozenset[str], opening: frozenset[str]) -> None:
        self.whole, self.opening = whole, opening
        self.stack: list[Element] = []
        self.ready: list[Element] = []
        self.counted = self.inner = self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.counted += 1 + len(attributes) // 4
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Refused("nodes", limit=_DEEPEST)
        tag = name.rpartition(":")[2]
        if self.stack:
            self.inner += 1
            if self.inner > MAX_INNER:
                raise Refused("nodes", limit=MAX_INNER)
            made = Element(tag, _local(attributes))
            self.stack[-1].children.append(made)
            self.stack.append(made)
        elif tag in self.whole:
            self.inner = 0
            self.stack.append(Element(tag, _local(attributes)))
        elif tag in self.opening:
            self.ready.append(Element(tag, _local(attributes)))

    def end(self, _: str) -> None:
        self.depth -= 1
        if self.stack:
            done = self.stack.pop()
            if not self.stack:
                self.ready.append(done)

    def text(self, data: str) -> None:
        if not self.stack:
            return
        at = self.stack[-1]
        if at.children:
            at = at.children[-1]
            at.tail += data
        else:
            at.text += data
        if len(at.text) > _LONGEST_TEXT or len(at.tail) > _LONGEST_TEXT:
            raise Refused("broken")


def _local(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their names and by their local names, of which the first holds."""
    return attributes | {name.rpartition(":")[2]: value for name, value in reversed(attributes.items())}
