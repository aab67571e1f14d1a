"""Marks on every number of a brief that rests on illustrative cells, set in one pass over the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .blocks import Bullets, Chapter, Picture, Quantity, Sentence, Table

_WORST = ("illustrative", "bounded")


def marked(part: Any, result: Any) -> Any:
    """Copy of a part of the model with the mark of each quantity filled in from ``result.marks``.

    A number that compares units carries the worst of their marks; one that was built again
    from changed cells is illustrative as a whole.
    """
    if isinstance(part, Quantity):
        return part if part.bare else replace(part, mark=mark_of(part, result))
    if isinstance(part, tuple):
        return tuple(marked(p, result) for p in part)
    if isinstance(part, Mapping):
        return {k: marked(v, result) for k, v in part.items()}
    if isinstance(part, Sentence):
        return replace(part, values=marked(part.values, result))
    if isinstance(part, Bullets):
        return replace(part, items=marked(part.items, result))
    if isinstance(part, Table):
        return replace(part, rows=marked(part.rows, result), values=marked(part.values, result))
    if isinstance(part, Picture):
        return replace(part, values=marked(part.values, result))
    if isinstance(part, Chapter):
        return replace(part, title=marked(part.title, result), blocks=marked(part.blocks, result))
    return part


def mark_of(quantity: Quantity, result: Any) -> str:
    """``illustrative``, ``bounded`` or empty."""
    if quantity.cells or quantity.method:
        return "illustrative"
    if quantity.kind == "weight":
        return ""
    if quantity.kind in ("slope", "headroom", "bound"):
        column = result.marks[quantity.code]
        return "illustrative" if (column == "illustrative").any() else ""
    units = (quantity.unit, *quantity.against)
    found = {str(result.marks.at[u, quantity.code]) for u in units}
    if quantity.kind == "rank" and found != {"printed"}:
        # the others' scores decide a rank, and they are mostly invention
        found |= set(result.marks[quantity.code])
    return next((m for m in _WORST if m in found), "")
