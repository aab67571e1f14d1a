"""Reads the names of units in the cells of tables, with a memory of what it has read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import Problem, UnknownNameError, suggest
from ....base.folding import bare as unaccented
from ....base.folding import fold, lacks_only, nfc, spell
from ...provinces import VALID, abolished, by_initials, known_province, match_province, unit_names, units_in
from ..open.grid import Cell, Grid
from .headings import HEAD_ROWS, year_in
from .row_roles import LONGEST, Role, bare, role_of

_COLUMNS, _ROWS = 60, 4_000
_LIMIT = 200
_TWICE = re.compile(r"(?<!\s)\s+[-–—]+\s+|(?:(?<!\s)\s+)?[/|;(\n]\s*")
_HUE = "Thừa Thiên Huế"
_ONLY_63 = frozenset(unit_names(63)) - frozenset(unit_names(34)) - {_HUE}
_FEW = 14  # of the provinces that were merged: with fewer of them beside all of the 34 a list is a mixture


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
        self._keys: dict[str, list[str]] = {}
        for name in self.known:
            self._keys.setdefault(unaccented(_letters(name)), []).append(name)
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
        """The unit that is meant, without a number before or a footnote mark after it; said twice, it must agree."""
        if len(cell) > 2 * LONGEST and not self.known:
            return None
        if (found := self._one(cell)) is not None:
            return found
        both = next(self._halves(cell), None)
        return both[0] if both is not None and both[0] == both[1] else None

    def _one(self, cell: str) -> str | None:
        whole = nfc(cell)
        core = bare(whole[:200])
        for text in (whole, core):
            if text in self.known:
                return text
        if not self.known:
            return _known(core, self.units) if len(core) <= LONGEST else None
        letters = _letters(core)
        named = [n for n in self._keys.get(unaccented(letters), ()) if lacks_only(letters, _letters(n))]
        if named:
            return named[0] if len(named) == 1 else None
        return next((n for k in VALID if (n := _known(core, k)) in self.known), None)

    def _halves(self, cell: str) -> Iterator[tuple[str, str]]:
        """The names that a cell gives twice, such as "Hà Nội - Ha Noi" or "Đà Nẵng (Da Nang)"."""
        if abolished(bare(cell)) is not None:
            return
        words = cell.split()
        half = len(words) // 2
        again = fold(" ".join(words[:half])) == fold(
            " ".join(words[half:])
        )  # the lines of one cell of a page
        parted = [(" ".join(words[:half]), " ".join(words[half:]))] if again else []
        for at in _TWICE.finditer(cell):
            parted.append((cell[: at.start()], cell[at.end() :].rstrip(" )")))
        for one, other in parted:
            first, second = self._one(one), self._one(other)
            if first is not None and second is not None:
                yield first, second

    def ask(self, cell: Cell) -> Problem:
        """What is to be said of a cell that should hold a province and holds none that is known."""
        raw = cell.raw if isinstance(cell.raw, str) else ""
        core, units = bare(raw), self.units
        if units is None and self.known and set(self.known) <= set(unit_names(34)):
            units = 34
        if (gone := abolished(core, units)) is not None:
            said = {"name": gone.name, "successor": gone.successor, "passed": gone.passed}
            return cell.problem("table.former" if gone.passed else "table.joined", said)
        if (both := next(self._halves(raw), None)) is not None:
            return cell.problem("table.halves", {"first": both[0], "second": both[1]})
        if not self.known and (short := by_initials(core, units)):
            return cell.problem("table.initials", {"names": ", ".join(short)})
        return cell.problem("table.unit", suggestion=self.hint(cell.raw))

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

    def settle(self, grids: Sequence[Grid], year: int | None = None) -> list[Problem]:
        """Choose between the 63 and the 34 units by all names of the tables together; what is to be said of it.

        A name that only one list has decides; without any the year, told or in a heading. A few
        names of merged provinces beside all of the 34 are a mixture, which is asked about.
        """
        if self.known or self.units is not None:
            return []
        found = {name for grid in grids for name in self._names_in(grid)}
        if not found:
            return []
        only = found & _ONLY_63
        mixed = 0 < len(only) < _FEW and len(found & set(unit_names(34))) >= len(unit_names(34)) - 1
        told = year if year is not None else max(filter(None, map(_year_of, grids)), default=None)
        if only or "Thừa Thiên Huế" in found:
            self.units = 34 if mixed else 63
        else:
            self.units = 34 if year is None and "Huế" in found else units_in(told)
        self._seen.clear()
        if mixed:
            said = {"n": len(only), "names": ", ".join(sorted(only))}
            return [Problem("problem.table.mixed", said, file=grids[0].file)]
        if only or year is not None or found & {"Huế", "Thừa Thiên Huế"}:
            return []
        key = "list_now" if told is None else "list_year"
        said = {"taken": self.units, "year": told}
        return [Problem(f"problem.table.{key}", said, file=grids[0].file, severity="warning")]

    def _names_in(self, grid: Grid) -> set[str]:
        """All provinces that are named; "Thành phố Huế" may be the old province or the new city."""
        cells = {c for row in grid.rows[:_ROWS] for c in row[:_COLUMNS] if isinstance(c, str)}
        named = {(self.read(c).name, "thien" in fold(c)) for c in cells} - {("", False), ("", True)}
        return {"Huế" if name == _HUE and not full else name for name, full in named}


def _year_of(grid: Grid) -> int | None:
    """The last year that the first rows of a sheet name in words."""
    return year_in(c for row in grid.rows[:HEAD_ROWS] for c in row if isinstance(c, str))


def _letters(name: str) -> str:
    return spell(name).replace(" ", "")


@lru_cache(maxsize=16_384)
def _known(text: str, units: int | None) -> str | None:
    return known_province(text, units)  # type: ignore[arg-type]
