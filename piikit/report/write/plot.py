"""Draw one of the pictures that a result has to show."""

from __future__ import annotations

from typing import Any

from ...base.errors import MethodError, UnknownNameError
from ..blocks.content import content_of
from ..figures.theme import themed


def plot(
    result: Any, ax: Any = None, *, kind: str | None = None, lang: str | None = None, **options: Any
) -> Any:
    """Draw the picture of `kind`, by default the first, and return the Axes.

    Raises
    ------
    UnknownNameError, MethodError
        If the result has no such picture, or the picture takes no such option.
    """
    pictures = content_of(result).pictures
    name = kind or next(iter(pictures))
    if name not in pictures:
        raise UnknownNameError("figure", name, list(pictures))
    with themed():
        try:
            return pictures[name](ax, lang, **options)
        except (AttributeError, TypeError) as error:
            unknown = [o for o in options if f"'{o}'" in str(error)]
            if not unknown:
                raise
            raise MethodError("error.plot_option", name=unknown[0], figure=name) from error
