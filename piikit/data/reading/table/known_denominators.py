"""Denominators that are far from what is known of their province: a unit taken for another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from ....base.errors import Problem
from ....base.formats import LocalNumber
from ...library import real_cells
from ..open.grid import Cell

_FAR = 100.0  # no merger and no decade makes so much of a population or GRDP


def far(cells: Sequence[Cell], values: Sequence[float], name: str) -> Iterator[Problem]:
    """Denominators a hundred times or more off the shipped ones of their province."""
    for cell, value in zip(cells, values, strict=True):
        known = _known(name).get(str(cell.unit), ())
        if value > 0 and known and all(not 1 / _FAR < value / k < _FAR for k in known):
            yield cell.problem("denominator.size", {"known": LocalNumber(known[-1])}, value=f"{value:.15g}")


@cache
def _known(name: str) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    for edition in ("open-2024", "pii-2025"):
        table = real_cells(edition).denominators
        for unit, value in table[name].dropna().items() if name in table else ():
            found[str(unit)] = (*found.get(str(unit), ()), float(value))
    return found
