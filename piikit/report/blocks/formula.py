"""Formulae with their figures, in no notation yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .blocks import shown
from .part import Part

SIGNS = {"plus": " + ", "minus": " − ", "times": " × "}


@dataclass(frozen=True)
class Formula(Part):
    """Parts and how they are joined.

    `how` is ``plus``, ``minus``, ``times``, ``over`` (two parts), ``weighted`` (a figure and its
    weight) or the name of a function of the parts.
    """

    how: Any
    parts: tuple[Any, ...]

    def text(self, lang: str | None = None) -> str:
        """On one line, as plain text."""
        said = [shown(part, lang) for part in self.parts]
        if isinstance(self.how, str) and self.how in SIGNS:
            return SIGNS[self.how].join(said)
        if self.how == "over":
            return " / ".join(
                f"({s})" if isinstance(p, Formula) else s for p, s in zip(self.parts, said, strict=True)
            )
        if self.how == "weighted":
            return f"{said[0]} ({said[1]})"
        return f"{shown(self.how, lang)}({'; '.join(said)})"
