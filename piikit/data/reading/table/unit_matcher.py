"""Reads the names of units in the cells of tables, with a memory of what it has read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import UnknownNameError, suggest
from ....base.folding import fold, nfc
from ...provinces import known_province, match_province, unit_names
from ..open.grid import Grid
from .row_roles import LONGEST, Role, bare, role_of

_COLUMNS, _ROWS = 60, 4_000
_LIMIT = 200


class Named(NamedTuple):
    """What a cell of the column of provinces is, and the official name if it is a province."""

    role: Role
    name: str = ""


class UnitMatcher:
    """Reads names of provinces, or of units given, with a memory; likeness only suggests.

    Parameters
    ----------
    units : {63, 34}, sequence of str or None
        The set to look in. None means both sets until :meth:`settle` has seen the names.
    """

    def __init__(self, units: int | Sequence[str] | None = None) -> None:
        self.units: int | None = units if isinstance(units, int) else None
        self.known: tuple[str, ...] = () if units is None or isinstance(units, int) else tuple(units)
        self._keys = {fold(name): name for name in reversed(self.known)}
        self._seen: dict[str, Named] = {}
        self._asked = 0

    def read(self, cell: Any) -> Named:
        """What a cell of the province column is."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return Named("empty")
        if not isinstance(cell, str):
            return Named("unknown")
        if cell not in self._seen:
            name = self._unit(cell)
            self._seen[cell] = Named(role_of(cell)) if name is None else Named("unit", name)
        return self._seen[cell]

    def _unit(self, cell: str) -> str | None:
        """The unit that is meant, without a number before or a footnote mark after it."""
        if len(cell) > LONGEST and not self.known:
            return None
        whole = nfc(cell)
        core = bare(whole[:200])
        for text in (whole, core):
            if text in self.known:
                return text
        if (found := self._keys.get(fold(core))) is not None:
            return found
        name = _known(core, self.units)
        return name if not self.known or name in self.known else None

    def hint(self, cell: Any) -> str | None:
        """The nearest known name, for a report; a limited number of times, as it is slow."""
        self._asked += 1
        if self._asked > _LIMIT or cell is None:
            return None
        if self.known:
            return suggest(cell, self.known)
        try:
            match_province(str(cell), self.units)  # type: ignore[arg-type]
        except UnknownNameError as error:
            return next(iter(error.suggestions), None)
        return None

    def settle(self, grids: Sequence[Grid], year: int | None = None) -> None:
        """Choose between the 63 and the 34 units by the names that tables use."""
        if self.known or self.units is not None:
            return
        found = {name for grid in grids for name in self._names_in(grid)}
        if not found:
            return
        now, before = (len(found & set(unit_names(k))) for k in (34, 63))
        older = before > now or (before == now and year is not None and year < 2025)
        self.units = 63 if older else 34
        self._seen.clear()

    def _names_in(self, grid: Grid) -> set[str]:
        cells = {c for row in grid.rows[:_ROWS] for c in row[:_COLUMNS] if isinstance(c, str)}
        return {name for c in cells if (name := self.read(c).name)}


@lru_cache(maxsize=16_384)
def _known(text: str, units: int | None) -> str | None:
    return known_province(text, units)  # type: ignore[arg-type]
