"""Marks on every number that rests on illustrative cells, set in one pass over the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .part import Part, rewritten
from .quantity import Quantity

_WORST = ("illustrative", "bounded")


def marked(part: Any, result: Any) -> Any:
    """Copy of a part of the model with the mark of each quantity filled in from ``result.marks``.

    A number that compares units carries the worst of their marks; one that was built again
    from changed cells is illustrative as a whole.
    """

    def mark(one: Part) -> Part:
        if isinstance(one, Quantity) and (one.code or not one.bare):
            return replace(one, mark=mark_of(one, result))
        return one

    return rewritten(part, mark)


def mark_of(quantity: Quantity, result: Any) -> str:
    """``illustrative``, ``bounded`` or empty."""
    if quantity.cells or quantity.method:
        return "illustrative"
    if quantity.kind == "weight":
        return ""
    if quantity.kind in ("slope", "headroom", "bound", "given"):
        column = result.marks[quantity.code]
        return "illustrative" if (column == "illustrative").any() else ""
    units = (quantity.unit, *quantity.against)
    found = {str(result.marks.at[u, quantity.code]) for u in units}
    if quantity.kind == "rank" and found != {"printed"}:
        # the others' scores decide a rank, and they are mostly invention
        found |= set(result.marks[quantity.code])
    return next((m for m in _WORST if m in found), "")
