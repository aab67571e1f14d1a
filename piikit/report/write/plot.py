"""Draw one of the pictures that a result has to show."""

from __future__ import annotations

from typing import Any

from ...base.errors import UnknownNameError
from ..blocks.content import content_of
from ..figures.theme import themed


def plot(
    result: Any, ax: Any = None, *, kind: str | None = None, lang: str | None = None, **options: Any
) -> Any:
    """Draw the picture of `kind`, by default the first, and return the Axes.

    Raises
    ------
    UnknownNameError
        If the result has no such picture.
    """
    pictures = content_of(result).pictures
    name = kind or next(iter(pictures))
    if name not in pictures:
        raise UnknownNameError("figure", name, list(pictures))
    with themed():
        return pictures[name](ax, lang, **options)
