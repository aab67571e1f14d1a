"""Where a table says its unit of measure: in a heading, a line above, the corner; the nearest one holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold, nfc
from ..measure_words import COUNTS, MONEY, Unit, unit_in
from ..office_numbers import read_number
from ..open.grid import Cell, Grid
from .headings import UNIT_LINE, states_unit
from .indicator_values import Measure
from .layout import Layout

_LAST = re.compile(r"\(([^()]*)\)\s*$")
_LOOSE = re.compile(r"^\(?\s*(?:đơn vị tính|đvt|unit of measure|unit)\b\s*", re.IGNORECASE)
_COUNTED_IN = re.compile(
    r"(?:tính|ghi|đo|expressed|given|figures)\s+(?:bằng|theo|in)\s*(?:đơn vị)?:?\s*([^;()]{1,40})",
    re.IGNORECASE,
)
_MOST_WORDS = 4
_SAME = {"", "nt", "nhu tren", "ditto"}


class Stated(NamedTuple):
    """What is handed to the reader of figures as headings, and what is to be said of the units stated."""

    heads: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


class Line(NamedTuple):
    """A unit that a cell states for the whole table."""

    unit: str
    cell: Cell
    carried: bool = False


def unit_means(words: str) -> Unit | None:
    """What a unit means, to be compared; None if none is named that is understood."""
    return own_unit(f"({words.strip(' ()')})") or own_unit(words)


def own_unit(head: str) -> Unit | None:
    """The unit that a heading states of its column; "Điểm" or "Dân" alone is a name."""
    found = unit_in(head)
    return None if found is None else found.unit


def lines_of(layouts: Sequence[Layout]) -> list[list[Line]]:
    """The units stated for each of the tables of a sheet; one without any goes on with those above it."""
    found: list[list[Line]] = []
    for layout in layouts:
        own = unit_lines(layout.above, [layout.grid.col_at[c] for c in layout.units.every])
        own = own or (_beside(layout.grid) if layout.grid.across else _below(layout)) or _named(layout.grid)
        found.append(own or [line._replace(carried=True) for line in (found[-1] if found else [])])
    return found


def _named(grid: Grid) -> list[Line]:
    """The unit in the name of a sheet; "Hộ" or "Điểm" alone is what its figures are of."""
    said = unit_in(grid.name or "")
    return [Line(said.text, grid.cell(0, 0))] if said is not None and said.unit is not None else []


def _below(layout: Layout) -> list[Line]:
    """Units that stand in a line of words below the last figures of a table."""
    numbers = (
        i for i, row in enumerate(layout.grid.rows) if any(read_number(c).kind == "number" for c in row)
    )
    last = max(numbers, default=0)
    return [line for i, line in _within(layout) if i > last]


def units_of_rows(layout: Layout, at: int) -> dict[int, Line]:
    """The units that rows state of a column of figures: in a line above them, or in a column of units beside it.

    A row without one takes that of all others, and is to be asked about if they differ.
    """
    found, column = dict[int, Line](), layout.unit_at(at)
    between = dict(_within(layout))
    for i in range(layout.units.first, len(layout.grid.rows)):
        line = between.get(i, found.get(i - 1))
        found |= {i: line} if line is not None else {}
    if column is None:
        return found
    stated = {i: layout.grid.cell(i, column) for i in range(layout.units.first, len(layout.grid.rows))}
    words = {i: nfc(str(c.raw or "")).strip() for i, c in stated.items()}
    units = {w: unit_means(w) for w in words.values() if fold(w) not in _SAME or unit_means(w)}
    same = next(iter(units), "") if len(set(units.values())) == 1 else ""
    return {i: Line(w if w in units else same, stated[i]) for i, w in words.items()}


def _within(layout: Layout) -> list[tuple[int, Line]]:
    """Units that stand in a line of words below the first province, and their rows."""
    grid, first = layout.grid, layout.units.first
    words = {i: [c for c in grid.rows[i] if c not in (None, "")] for i in range(first, len(grid.rows))}
    alone = [
        i
        for i, cells in words.items()
        if cells and all(isinstance(c, str) for c in cells) and len(cells) <= 2
    ]
    cells = [(i, j) for i in alone for j, c in enumerate(grid.rows[i]) if isinstance(c, str)]
    found = ((i, j, _unit(grid.rows[i], j, ends=False) or _noted(grid.rows[i][j])) for i, j in cells)
    return [(i, Line(unit, grid.cell(i, j))) for i, j, unit in found if unit]


def _noted(words: str) -> str:
    """The unit in a sentence such as "số liệu tính bằng nghìn đồng"."""
    said = _COUNTED_IN.search(nfc(words))
    return said[1].strip(" .") if said is not None and unit_means(said[1].strip(" .")) else ""


def _beside(grid: Grid) -> list[Line]:
    """Units that stand above provinces that run across."""
    cells = [(i, j) for i, row in enumerate(grid.rows) for j, cell in enumerate(row) if states_unit(cell)]
    return [Line(unit, grid.cell(i, j)) for i, j in cells if (unit := _unit(grid.rows[i], j, ends=False))]


def unit_lines(above: Grid, names: Sequence[int]) -> list[Line]:
    """The nearest units stated for a whole table: lines above it, ends of titles, its corner."""
    for i in range(len(above.rows) - 1, -1, -1):
        row = above.rows[i]
        alone = len({c for c in row if c not in (None, "")}) == 1
        found = [
            Line(unit, above.cell(i, j))
            for j, cell in enumerate(row)
            if isinstance(cell, str) and (unit := _unit(row, j, ends=alone or above.col_at[j] in names))
        ]
        if found:
            units = [line.unit for line in found]
            return [line for j, line in enumerate(found) if line.unit not in units[:j]]
    return []


def _unit(row: Sequence[Any], at: int, *, ends: bool) -> str:
    """The unit that a cell states: after "Đơn vị:", there or in the next cell, or in brackets at its end."""
    text = nfc(row[at])
    line = UNIT_LINE.match(text)
    loose = _LOOSE.match(text) if line is None else None
    if loose is not None:
        rest = text[loose.end() :] or " ".join(nfc(c) for c in row[at + 1 :] if isinstance(c, str))
        return rest.strip(" :()") if unit_means(rest.strip(" :()")) else ""
    if line is None:
        last = _LAST.search(text) if ends else None
        if last is not None:
            return last[1] if unit_means(last[1]) or _short(text, last[1]) else ""
        tail = unit_in(text) if ends else None
        return tail.text if tail is not None and tail.unit is not None else _noted(text)
    rest = text[line.end() :].strip(" ()")
    return rest or next((nfc(c) for c in row[at + 1 :] if isinstance(c, str) and c != row[at]), "")


def _short(text: str, inside: str) -> bool:
    """Whether a line is a few words in brackets; "(Kèm theo Công văn số 15 ...)" is no unit."""
    return text.startswith("(") and len(inside.split()) <= 4


def stated_unit(
    heads: Sequence[str], lines: Sequence[Line], measure: Measure, own: Line | None = None
) -> Stated:
    """The unit of a column: that of its rows, else of its own headings, the line above it, that of the table.

    Parameters
    ----------
    heads : sequence of str
        Headings of the column.
    lines : sequence of Line
        Units stated for the table, see :func:`unit_lines`.
    measure : Measure
        What is wanted: money and percentages cannot do with a unit that is not understood.
    own : Line, optional
        The unit that its rows state; one that contradicts the headings, or is missing among several, is asked about.
    """
    if own is not None:
        return Stated((*heads, f"({own.unit})"), tuple(_of_rows(heads, own, measure)))
    if any(own_unit(h) for h in heads):
        return Stated(tuple(heads))
    fitting = [line for line in lines if _fits(unit_means(line.unit), measure)]
    told = tuple(f"({line.unit})" for line in fitting if unit_means(line.unit))
    return Stated((*told, *heads), tuple(_problems(fitting, measure)))


def _of_rows(heads: Sequence[str], line: Line, measure: Measure) -> Iterator[Problem]:
    unit, above = unit_means(line.unit), next(filter(None, map(own_unit, reversed(heads))), None)
    if not line.unit:
        yield line.cell.problem("table.unit_blank", value=None)
    elif unit and above and (unit.thing, unit.rate, unit.per) != (above.thing, above.rate, above.per):
        said = {"units": ", ".join(f"“{u}”" for u in (line.unit, heads[-1]))}
        yield line.cell.problem("table.units_differ", said)
    elif unit is None:
        yield from _problems([line] if _fits(None, measure) else [], measure)


def unfit(lines: Sequence[Line], columns: Sequence[tuple[Sequence[str], Measure]]) -> Iterator[Problem]:
    """Units stated for a whole table that can speak of none of its columns (their headings, what is wanted)."""
    silent = [m for heads, m in columns if not any(map(own_unit, heads))]
    for line in lines if silent and all(m.unit for m in silent) else ():
        unit, words = unit_means(line.unit), len(line.unit.split())
        told = unit is not None or (words <= _MOST_WORDS and any(c.isalpha() for c in line.unit))
        same = (line.unit in (m.unit, m.unit_vi) for m in silent)
        if told and not line.carried and not any(same) and not any(_fits(unit, m) for m in silent):
            yield line.cell.problem("table.unit_unfit", {"unit": line.unit}, severity="warning")


def _fits(unit: Unit | None, measure: Measure) -> bool:
    """Whether a unit of a whole table, in which other columns stand too, can speak of this measure."""
    if unit is None or measure.wanted is None:
        return unit is None and measure.kind in ("money", "percent", "fraction")
    money = measure.wanted.thing in MONEY
    share = unit.thing == "%" and measure.kind in ("percent", "fraction")
    counted = unit.thing in COUNTS and measure.wanted.thing in COUNTS
    return share or counted or (money and unit.thing in MONEY) or unit.thing == measure.wanted.thing


def _problems(lines: Sequence[Line], measure: Measure) -> Iterator[Problem]:
    means = {line.unit: unit_means(line.unit) for line in lines}
    if measure.kind == "money" and len({(m.thing, m.rate) for m in means.values() if m}) > 1:
        said = {"units": ", ".join(f"“{line.unit}”" for line in lines)}
        yield lines[0].cell.problem("table.units_differ", said)
    for line in lines:
        if line.carried and means[line.unit]:
            yield line.cell.problem("table.unit_carried", {"unit": line.unit}, severity="warning")
        if not any(means.values()) and any(c.isalpha() for c in line.unit):
            said = {"unit": line.unit, "wanted": measure.shown}
            yield line.cell.problem("table.unit_unread", said, severity="warning")
