"""How a result shows itself without knowing how.

Results hold figures and know nothing of wording or drawing. The one registry of piikit stands
here: under a class and what is wanted of it, the function of ``piikit.report`` that makes it.
``piikit.report`` fills the registry when it is first imported, which happens here, on first use
and by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

_writers: dict[tuple[str, str], str] = {}


def register(cls: str, wanted: str, target: str) -> None:
    """Say that ``"module:function"`` makes what is `wanted` of class name `cls` and of those that derive from it.

    Of a result's class only ``"content"`` is needed, the function from the result to its
    :class:`~piikit.report.blocks.content.Content`; all else is made from that.
    """
    _writers[cls, wanted] = target


def writer(obj: Any, wanted: str) -> Callable[..., Any]:
    """Find what makes `wanted` for the class of `obj`, or for the nearest class it derives from.

    Raises
    ------
    LookupError
        If nothing was registered, as for a user's own class.
    """
    importlib.import_module("piikit.report")
    for cls in type(obj).__mro__:
        target = _writers.get((cls.__name__, wanted))
        if target:
            module, name = target.split(":")
            found: Callable[..., Any] = getattr(importlib.import_module(module), name)
            return found
    raise LookupError(f"{type(obj).__name__} has no {wanted}: register it with piikit.base.results.register")


class Result:
    """What every result can show of itself."""

    def summary(self, lang: str | None = None) -> str:
        """Main findings as a few sentences of plain text, in `lang`."""
        return str(writer(self, "summary")(self, lang=lang))

    def to_excel(self, path: Any, *, lang: str | None = None) -> Any:
        """Write the result's tables to an Excel workbook (a temporary file, then renamed)."""
        return writer(self, "excel")(self, path, lang=lang)

    def _repr_html_(self) -> str:
        return str(writer(self, "html")(self))


class Drawn(Result):
    """A result that can be drawn."""

    def plot(self, ax: Any = None, *, lang: str | None = None, **options: Any) -> Any:
        """Draw the result on `ax` (a new figure if None) and return the Axes.

        Parameters
        ----------
        ax : Axes, optional
        lang : {"vi", "en"}, optional
        **options
            ``kind=`` where there are several figures, and what the figure takes.

        Raises
        ------
        UnknownNameError
            If there is no such `kind`; the error names those that there are.
        """
        return writer(self, "plot")(self, ax=ax, lang=lang, **options)
