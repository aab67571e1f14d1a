"""What a result has to show, said once: every writer makes its text, page or workbook from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...base.results import writer
from .block_marks import marked
from .blocks import Block, Bullets, Frame, Sentence, Table
from .part import Part


@dataclass(frozen=True)
class Content(Part):
    """Sentences, tables and pictures of one result, in no language yet.

    Attributes
    ----------
    summary : tuple
        The lines of ``.summary()``: sentences, names, problems.
    blocks : tuple of Block
        What a page shows below the summary; its tables are sheets of the workbook too.
    sheets : tuple of Table, Frame or Bullets
        What only the workbook holds.
    pictures : mapping of kind to function
        ``draw(ax, lang, **options)``; the first is what ``.plot()`` draws.
    mark : Sentence, optional
        What is said first where the result rests on illustrative figures; None where it does not.
    title : Named, Sentence or str
    source : Named or str
        Of the data.
    index : IndexResult or PageResult, optional
        Where its quantities are found again.
    """

    summary: tuple[Any, ...]
    blocks: tuple[Block, ...] = ()
    sheets: tuple[Table | Frame | Bullets, ...] = ()
    pictures: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    mark: Any = None
    title: Any = ""
    source: Any = ""
    index: Any = None

    @property
    def lines(self) -> tuple[Any, ...]:
        """The summary with what must be said first."""
        return self.summary if self.mark is None else (self.mark, *self.summary)


def content_of(result: Any, **options: Any) -> Content:
    """What `result` has to show, its numbers marked where they are illustrative."""
    made: Content = writer(result, "content")(result, **options)
    return marked(made, made.index) if made.mark is not None and made.index is not None else made


def invented(illustrative: Any, key: str = "index.illustrative", **values: Any) -> Sentence | None:
    """What is said first of figures that rest on illustrative cells; None where they do not."""
    return Sentence(key, values) if illustrative else None
