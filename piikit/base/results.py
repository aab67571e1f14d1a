"""How a result finds its writer in ``piikit.report`` without importing it.

Results stay light: they hold figures and know nothing of wording or drawing. Each of the
methods below asks the registry for a writer of (class, face); ``piikit.report`` fills the
registry when it is first imported, which happens here, on first use and by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

_writers: dict[tuple[str, str], str] = {}


def register(cls: str, face: str, target: str) -> None:
    """Say that ``"module:function"`` writes `face` ("summary", "plot", ...) of class name `cls`."""
    _writers[cls, face] = target


def writer(obj: Any, face: str) -> Callable[..., Any]:
    """Find the writer of `face` for the class of `obj` or one it derives from.

    Raises
    ------
    LookupError
        If no writer was registered, as for a user's own class.
    """
    importlib.import_module("piikit.report")
    for cls in type(obj).__mro__:
        target = _writers.get((cls.__name__, face))
        if target:
            module, name = target.split(":")
            found: Callable[..., Any] = getattr(importlib.import_module(module), name)
            return found
    raise LookupError(f"{type(obj).__name__} has no {face}: register one with piikit.base.results.register")


def faces_of(cls: type) -> set[str]:
    """Names of the faces registered for `cls` or a base of it."""
    importlib.import_module("piikit.report")
    return {face for name, face in _writers if name in {c.__name__ for c in cls.__mro__}}


class Result:
    """What every result can show of itself; the writers live in ``piikit.report``."""

    def summary(self, lang: str | None = None) -> str:
        """Main findings as a few sentences of plain text, in `lang`."""
        said: str = writer(self, "summary")(self, lang=lang)
        return said

    def plot(self, ax: Any = None, *, lang: str | None = None, **options: Any) -> Any:
        """Draw the result on `ax` (a new figure if None) and return the Axes."""
        return writer(self, "plot")(self, ax=ax, lang=lang, **options)

    def to_excel(self, path: Any, *, lang: str | None = None, **options: Any) -> Any:
        """Write the result's tables to an Excel workbook (a temporary file, then renamed)."""
        return writer(self, "excel")(self, path, lang=lang, **options)

    def _repr_html_(self) -> str:
        shown: str = writer(self, "html")(self)
        return shown
