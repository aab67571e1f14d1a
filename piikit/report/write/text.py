"""What a result has to show, as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...base.language import in_language, language, text
from ..blocks.blocks import Block, Branch, Bullets, Picture, Sentence, shown
from ..blocks.content import content_of
from .cells import aligned


def summary(result: Any, lang: str | None = None) -> str:
    """The main findings and what stands in lists, a line each; what is illustrative is said first."""
    with in_language(lang):
        content = content_of(result)
        listed = (i for b in content.blocks if isinstance(b, Bullets) for i in b.items)
        return "\n".join(said_lines((*content.lines, *listed)))


def whole(result: Any, lang: str | None = None, **options: Any) -> str:
    """The summary and below it every table, list and tree."""
    with in_language(lang):
        content = content_of(result, **options)
        return "\n".join([*said_lines(content.lines), *(line for b in content.blocks for line in _block(b))])


def said_lines(lines: tuple[Any, ...]) -> list[str]:
    """The lines that have something to say, in the current language."""
    return [said for line in lines if (said := shown(line, language()))]


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield shown(block)
    elif isinstance(block, Bullets):
        yield from (f"{f'{n}.' if block.ordered else '-'} {shown(i)}" for n, i in enumerate(block.items, 1))
    elif isinstance(block, Branch):
        yield from ("", *_branch(block, 0), "")
    elif isinstance(block, Picture):
        yield block.alt()
    else:
        yield from ("", *aligned(block))


def _branch(branch: Branch, depth: int) -> Iterator[str]:
    pad = "  " * depth
    mark = f" [{text(f'mark.{branch.mark}')}]" if branch.mark else ""
    yield f"{pad}{branch.symbol} {shown(branch.name)}{mark}: {shown(branch.value)} = {shown(branch.formula)}"
    yield from (f"{pad}    {shown(note)}" for note in branch.notes)
    for one in branch.branches:
        yield from _branch(one, depth + 1)
