"""Reads the names of units in the cells of tables, with a memory of what it has read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import Problem, suggest
from ....base.folding import bare as unaccented
from ....base.folding import nfc, spell
from ...provinces import (
    VALID,
    abolished,
    by_initials,
    known_province,
    one_slip,
    suggestions,
    unit_names,
    units_in,
)
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from .headings import HEAD_ROWS, year_in
from .row_roles import LONGEST, Role, bare, role_of

_COLUMNS, _ROWS = 60, 4_000
_LIMIT = 200
_TWICE = re.compile(r"(?<!\s)\s+[-–—]+\s+|(?:(?<!\s)\s+)?[/|;(\n]\s*")
_KIND = re.compile(r"^\s*(?:tỉnh|thành phố|tp\.?|t\.)\s+", re.IGNORECASE)
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
        self._keys: dict[str, set[str]] = defaultdict(set)
        for name in self.known:
            self._keys[_letters(name)].add(name)
            self._keys[unaccented(_letters(name))].add(name)
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
        core = bare(cell[:200])
        if not self.known:
            return _known(core, self.units) if len(core) <= LONGEST else None
        if (text := next((t for t in (nfc(cell), core) if t in self.known), None)) is not None:
            return text
        named = self._keys.get(_letters(core), ())
        official = (n for k in VALID if (n := _known(core, k)) in self.known)
        return next(iter(named)) if len(named) == 1 else None if named else next(official, None)

    def _halves(self, cell: str) -> Iterator[tuple[str, str]]:
        """The names that a cell gives twice, such as "Hà Nội - Ha Noi" or "Đà Nẵng (Da Nang)"."""
        if len(cell) > 2 * LONGEST or abolished(bare(cell)) is not None:
            return
        words = cell.split()
        half = len(words) // 2  # of the lines of one cell of a page
        parted = [(" ".join(words[:half]), " ".join(words[half:]))] if len(words) == 2 * half else []
        for at in _TWICE.finditer(cell):
            parted.append((cell[: at.start()], cell[at.end() :].rstrip(" )")))
        for one, other in parted:
            first, second = self._one(one), self._one(other)
            if first is not None and second is not None:
                yield first, second

    def ask(self, cell: Cell) -> Problem:
        """What is to be said of a cell that should hold a province and holds none that is known."""
        raw = cell.raw[:200] if isinstance(cell.raw, str) else ""
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
        near = one_slip(_letters(str(cell)), self.units)
        if self.known:
            return ", ".join(n for n in near if n in self.known) or suggest(cell, self.known)
        return ", ".join(near) or next(iter(suggestions(str(cell), self.units)), None)

    def near(self, cell: Any) -> bool:
        """Whether a cell that is no known name is one slip away from one, after "tỉnh" or "TP." or without."""
        if not isinstance(cell, str) or len(cell) > LONGEST or self.read(cell).role != "unknown":
            return False
        near = one_slip(_letters(_KIND.sub("", bare(cell))), self.units)
        return any(not self.known or name in self.known for name in near)

    def _names(self, cells: Iterable[str]) -> set[str]:
        return {name for c in dict.fromkeys(cells) if (name := self.read(c).name)}

    def settle(self, grids: Sequence[Grid], year: int | None = None) -> list[Problem]:
        """Choose between the 63 and the 34 units by all names of the tables together; what is to be said of it.

        A name that only one list has decides; without any the year, told or in a heading. A few
        names of merged provinces beside all of the 34 are a mixture, which is asked about.
        """
        if self.known or self.units is not None:
            return []
        beside = (c for g in grids for c in _beside_figures(g))
        found = self._names(beside) or self._names(_texts(grids, _ROWS, _COLUMNS))
        if not found:
            return []
        only = found & _ONLY_63
        mixed = 0 < len(only) < _FEW and len(found & set(unit_names(34))) >= len(unit_names(34)) - 1
        told = year if year is not None else year_in(_texts(grids, HEAD_ROWS))
        older = only or _HUE in found
        now = mixed or (not older and year is None and "Huế" in found)
        self.units = 34 if now else 63 if older else units_in(told)
        self._seen.clear()
        said = {"n": len(only), "names": ", ".join(sorted(only)), "taken": self.units, "year": told}
        if mixed:
            return [Problem("problem.table.mixed", said, file=grids[0].file)]
        if older or now or year is not None:
            return []
        key = "list_now" if told is None else "list_year"
        return [Problem(f"problem.table.{key}", said, file=grids[0].file, severity="warning")]


def _beside_figures(grid: Grid) -> Iterator[str]:
    """Text in a row with figures, or above some: no signatures and places below a table."""
    rows = [row[:_COLUMNS] for row in grid.rows[:_ROWS]]
    held = [
        [c not in (None, "") and read_number(c).kind in ("number", "missing") for c in row] for row in rows
    ]
    last = [max((i for i, h in enumerate(column) if h), default=-1) for column in zip(*held, strict=True)]
    for i, row in enumerate(rows):
        beside = any(held[i])
        yield from (
            c for c, below in zip(row, last, strict=True) if isinstance(c, str) and (beside or i < below)
        )


def _texts(grids: Sequence[Grid], rows: int, columns: int | None = None) -> Iterator[str]:
    """Text in the first rows and columns of sheets."""
    return (c for g in grids for row in g.rows[:rows] for c in row[:columns] if isinstance(c, str))


def _letters(name: str) -> str:
    return spell(name).replace(" ", "")


@lru_cache(maxsize=16_384)
def _known(text: str, units: int | None) -> str | None:
    return known_province(text, units)  # type: ignore[arg-type]
