"""The marks that keep invention from passing for fact: words, signs and stamps."""

from __future__ import annotations

from html import escape
from typing import Any

from ...base.language import text
from ..blocks.quantity import SIGNS
from ..figures.theme import stamp as draw_stamp


def mark_word(mark: str, lang: str | None = None) -> str:
    """The word for a mark such as ``illustrative``; empty for no mark."""
    return text(f"mark.{mark}", lang) if mark else ""


def mark_sign(mark: str) -> str:
    """A sign to set behind a figure where a word has no room: * illustrative, ≈ bounded."""
    return SIGNS.get(mark, "")


def is_illustrative(source: Any) -> bool:
    """Whether a result, a dataset or a share of weight rests on illustrative cells."""
    if isinstance(source, bool | int | float):
        return bool(source > 0)
    dataset = getattr(source, "dataset", source)
    found = getattr(dataset, "illustrative", False)
    return bool(found > 0) if isinstance(found, float) else bool(found)


def legend(lang: str | None = None) -> str:
    """What the marks mean, in one line."""
    return text("editions.legend", lang)


def warning(source: Any, lang: str | None = None) -> list[str]:
    """The line that a summary of illustrative figures begins with; no line where none is needed."""
    return [text("index.illustrative", lang)] if is_illustrative(source) else []


def stamp(ax: Any, source: Any = True) -> None:
    """Write MINH HOẠ / ILLUSTRATIVE across a picture if `source` (a result, a dataset, True) needs it."""
    if is_illustrative(source):
        draw_stamp(ax)


def stamp_html(source: Any = True, lang: str | None = None) -> str:
    """The stamp as a paragraph of HTML, or nothing where none is needed."""
    return f'<p class="stamp">{escape(text("mark.stamp", lang))}</p>' if is_illustrative(source) else ""


def stamp_text(source: Any = True, lang: str | None = None) -> str:
    """The stamp's word, or nothing where none is needed."""
    return text("mark.stamp", lang) if is_illustrative(source) else ""
