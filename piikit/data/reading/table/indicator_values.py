"""Figures of one indicator in its own unit: marks decided by the column, percentages and money converted, all said."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold
from ....base.formats import LocalNumber
from ....base.language import pick, text
from ...framework import Framework
from ...library import dataset_names, real_cells
from ..measure_words import MONEY, Unit, against, unit_in, unit_of
from ..office_numbers import Decided, Reading, decide, read_number, without_dust
from ..open.grid import Cell, Displayed

_IN_SCALE = {"million", "billion", "thousand", "trieu", "ty", "nghin", "000"}


@dataclass(frozen=True)
class Measure:
    """How figures are measured.

    The kind is ``percent``, ``fraction``, ``money``, ``other``, or of no indicator ``amount`` (a count
    or sum in the unit of its column) or ``plain`` (a number beside which no word may stand); `money`
    is the đồng in one unit of money, `words` are the folded words of the unit; `framework` and `code`
    name the indicator.
    """

    kind: str
    unit: str = ""
    money: float = 0.0
    low: float = math.nan
    high: float = math.nan
    words: frozenset[str] = frozenset()
    framework: str = ""
    code: str = ""
    wanted: Unit | None = None
    unit_vi: str = ""

    @classmethod
    @lru_cache(maxsize=2_000)
    def of(cls, framework: Framework, code: str) -> Measure:
        """Read it from the framework's ``unit``, ``scale_min`` and ``scale_max``."""
        row = framework.table.loc[code]
        written, vi = (str(row.get(c, "") or "") for c in ("unit", "unit_vi"))
        wanted = next((u for w in (written, vi) if (u := wanted_unit(w)) is not None), None)
        is_money = wanted is not None and wanted.thing == "dong" and wanted.per not in MONEY
        kind = "money" if is_money else "other"
        if "%" in written or (wanted is not None and wanted.thing == "%"):
            kind = "percent"
        elif re.search(r"(?<!\d)0-1(?!\d)", written):
            kind = "fraction"
        low, high = framework.limits.loc[code]
        money = wanted.rate if is_money and wanted is not None else 0.0
        words = frozenset(fold(f"{written} {vi}").split())
        about = (framework.name, code, wanted, vi)
        return cls(kind, written, money, float(low), float(high), words, *about)

    @property
    def shown(self) -> str:
        """The unit in the language of the reader."""
        return str(pick(self.unit_vi or self.unit, self.unit))

    @property
    def limits(self) -> dict[str, LocalNumber]:
        """What is possible, to be said."""
        ends = {"low": (self.low, -math.inf), "high": (self.high, math.inf)}
        return {k: LocalNumber(no if math.isnan(end) else end) for k, (end, no) in ends.items()}

    def outside(self, value: float) -> bool:
        """Whether the value is not possible."""
        return value < self.low or value > self.high

    def known(self, heading: Heading) -> list[float]:
        """Real figures of the shipped dataset in the unit of a heading: of which size figures are."""
        if self.framework not in dataset_names():
            return []
        values = real_cells(self.framework).values
        return [] if self.code not in values else (values[self.code].dropna() / heading.factor).tolist()

    def takes(self, reading: Reading) -> bool:
        """Whether what stands beside a figure can be said of this unit."""
        counted = not reading.beside or reading.beside in self.words
        money = not reading.money or self.kind == "money"
        bare = self.kind == "plain" or (self.kind != "money" and self.words & _IN_SCALE)
        return self.kind == "amount" or (counted and money and (reading.scale == 1.0 or not bare))


AMOUNT, PLAIN = Measure("amount"), Measure("plain")
MILLIONS, BILLIONS = Measure("money", "triệu đồng", 1e6), Measure("money", "tỷ đồng", 1e9)
POINTS = Measure("plain", words=frozenset(("diem", "point", "points")))


def wanted_unit(written: str) -> Unit | None:
    """The unit of a framework; of one in money what stands behind it, such as "(2010 prices)", is passed over."""
    first = unit_of(re.split(r"\(|;|,\s", written)[0])
    return unit_of(written) or (first if first is not None and first.thing in MONEY else None)


class Figures(NamedTuple):
    """Figures of a column, NaN for gaps and cells with an error, and what is to be said of them."""

    values: list[float]
    problems: list[Problem]


@dataclass(frozen=True)
class Heading:
    """What the headings of a column say of its unit: how many of the wanted unit one is, if it is not asked."""

    written: str = ""
    unit: Unit | None = None
    factor: float = 1.0
    ask: bool = False

    @classmethod
    def of(cls, heads: Sequence[str], measure: Measure) -> Heading:
        found = next((w for h in reversed(heads) if (w := unit_in(h)) is not None), None)
        written, unit = ("", None) if found is None else found
        own = [f" {fold(u)} " for u in (measure.unit, measure.unit_vi)]
        same = any(
            fold(written) == o.strip() != "" or (measure.wanted is None and f" {fold(written)} " in o)
            for o in own
        )
        if same or unit is None or measure.wanted is None:
            return cls("" if same else written, unit)
        return cls(written, unit, *against(unit, measure.wanted))

    @property
    def money(self) -> float:
        """Đồng in one of the unit."""
        return self.unit.rate if self.unit is not None and self.unit.thing == "dong" else 0.0

    @property
    def percent(self) -> bool:
        """Whether it is a share."""
        return self.unit is not None and self.unit.thing == "%"


def read_figures(
    cells: Sequence[Cell],
    measure: Measure,
    *,
    code: str | None = None,
    heads: Sequence[str] = (),
    mark: str = "",
    typed: bool = True,
) -> Figures:
    """Read a column of figures; the one reader of numbers of workbooks, agencies' files and denominators.

    Parameters
    ----------
    cells : sequence of Cell
    measure : Measure
        The unit that is wanted, and what is possible.
    code : str, optional
        The indicator, named in problems.
    heads : sequence of str
        Headings of the column and lines above the table, where units such as "triệu đồng" stand.
    mark : str
        Decimal mark that the file proves.
    typed : bool
        Whether the file can hold numbers as numbers; then figures as text are worth a word.
    """
    readings, heading = [read_number(c.raw) for c in cells], Heading.of(heads, measure)
    known = measure.known(heading) if any(r.unsure for r in readings) else ()
    sized = [_sized(r, measure, heading) for r in readings]
    low, high = measure.low / heading.factor, measure.high / heading.factor
    decided = decide(sized, low=low, high=high, mark=mark, known=known)
    taken = [_as_taken(r, s, d) for r, s, d in zip(readings, sized, decided.readings, strict=True)]
    decided = Decided(taken, decided.rule)
    column = FiguresRead(cells, decided, measure, heading, typed)
    judged = [judge(c, r, column) for c, r in zip(cells, decided.readings, strict=True)]
    problems = [replace(p, code=code) for p in _once_a_column(judged, decided.readings)]
    values = [j.value for j in judged]
    problems += [replace(p, code=code) for rule in _OF_COLUMN for p in rule(column, values)]
    return Figures(values, problems)


def _sized(reading: Reading, measure: Measure, heading: Heading) -> Reading:
    """A figure with a unit of its own, in the unit of its column: so sizes can be compared."""
    own = reading.scale != 1.0 or reading.money
    if not own or reading.other is None or measure.kind != "money":
        return reading
    factor = reading.scale / (heading.money or measure.money)
    return replace(reading, value=reading.value * factor, other=reading.other * factor)


def _as_taken(reading: Reading, sized: Reading, decided: Reading) -> Reading:
    """The reading as it was written, the way that was decided for it in the unit of its column."""
    if sized is reading or decided is sized:
        return decided if sized is reading else reading
    return replace(reading, value=reading.other or 0.0, other=reading.value, decimals=0)


def _once_a_column(judged: Sequence[Judged], readings: Sequence[Reading]) -> Iterator[Problem]:
    """All errors; a warning once, with the number of its cells, unless it is of what the cell itself says.

    How cells are shown is a matter of the column, even where it is an error.
    """
    told: dict[str, int] = Counter(p.key for j in judged for p in j.problems)
    seen: set[str] = set()
    for one, reading in zip(judged, readings, strict=True):
        for p in one.problems:
            of_cell = p.severity == "error" and p.key != "problem.value.shown_percent"
            if of_cell or p.key in _OF_CELLS or reading.worded:
                yield p
            elif p.key not in seen:
                seen.add(p.key)
                yield replace(p, values={**p.values, "n": Cells(told[p.key])})


class Cells(int):
    """How many cells of a column a warning stands for, said in words when they are several."""

    def __format__(self, spec: str) -> str:
        return text("problem.value.cells", n=int(self)) if self > 1 else ""


class Judged(NamedTuple):
    """One figure in the unit that is wanted, NaN for a gap or an error, and what is to be said of it."""

    value: float
    problems: list[Problem]


def judge(cell: Cell, reading: Reading, column: FiguresRead) -> Judged:
    """Refuse a cell, or give its figure in the unit that is wanted, with what is to be said."""
    key = unusable(cell, reading)
    if key is not None:
        return Judged(math.nan, [cell.problem(key, {"beside": reading.beside})])
    said = [cell.problem(f"value.{reading.said}", severity="warning")] if reading.said else []
    if reading.kind == "missing":
        return Judged(math.nan, said)
    said += ambiguous(cell, reading, column.decided.rule)
    converted = _converted(cell, reading, column)
    if converted.key:
        severity = "warning" if converted.key in ("value.scaled", "value.percent") else "error"
        to = {"to": LocalNumber(converted.value), "from": LocalNumber(reading.value), "n": Cells(1)}
        about = to | {"unit": column.measure.shown or "–", "beside": reading.beside or str(cell.raw)}
        said.append(cell.problem(converted.key, about, severity=severity))
    if any(p.severity == "error" for p in said):
        return Judged(math.nan, said)
    if column.measure.outside(converted.value):
        said.append(cell.problem("value.range", column.measure.limits))
    return Judged(converted.value, said)


def read_amount(raw: Any, measure: Measure = PLAIN, known: Iterable[float] = ()) -> Judged:
    """Read one figure that stands alone: an amount of money, a value of a what-if, a scale.

    A bare figure is in the unit of `measure`; one with words ("500 triệu", "1,5 nghìn tỷ") is converted
    and said; "1.234" is an error that names both readings, unless the limits of the measure or the size
    of `known` figures exclude one of them. What stands beside a figure alone is never set aside.
    """
    cell = raw if isinstance(raw, Cell) else Cell(raw)
    decided = decide([read_number(cell.raw)], low=measure.low, high=measure.high, known=known)
    reading = decided.readings[0]
    if reading.kind == "missing" and not cell.uncached:
        return Judged(math.nan, [cell.problem("value.text", cell=cell.place or None)])
    judged = judge(cell, reading, FiguresRead([cell], decided, measure))
    said = (replace(p, cell=p.cell or None) for p in judged.problems)
    problems = [
        replace(p, severity="error", key=_ALONE.get(p.key, p.key)) if p.key in _OF_CELLS else p for p in said
    ]
    refused = any(p.severity == "error" and p.key != "problem.value.range" for p in problems)
    return Judged(math.nan if refused else judged.value, problems)


def unusable(cell: Cell, reading: Reading) -> str | None:
    """Why a cell that should hold a figure cannot be used; None if it can, or is empty."""
    why = (reading.kind == "text" and reading.said) or reading.kind
    if why == "beside" and _SPAN.match(reading.beside):
        why = "span"
    return "value.uncached" if cell.uncached else None if why in ("number", "missing") else f"value.{why}"


def ambiguous(cell: Cell, reading: Reading, rule: str, **more: Any) -> Iterator[Problem]:
    """A word on a figure that can be read in two ways, and by which rule it was read; an error if by none."""
    if reading.other is not None:
        said = {"taken": LocalNumber(reading.value), "other": LocalNumber(reading.other), "n": Cells(1)}
        severity = "error" if rule == "open" else "warning"
        yield cell.problem(f"ambiguous.{rule}", said, severity=severity, **more)


class _Converted(NamedTuple):
    """A value in the unit that is wanted, and what is to be said when it was converted."""

    value: float
    key: str = ""


def _converted(cell: Cell, reading: Reading, column: FiguresRead) -> _Converted:
    value, measure, heading = reading.value, column.measure, column.heading
    if reading.percent or cell.percent:
        return _from_percent(cell, reading, measure)
    if not measure.takes(reading) or column.mixed(reading):
        return _Converted(value, "value.scale_mixed" if measure.takes(reading) else "value.beside")
    if measure.kind == "fraction" and heading.percent:
        key = "value.fraction_open" if column.small and value else "value.percent"
        return _Converted(without_dust(value * heading.factor), key)
    if measure.kind == "money":
        own = reading.scale != 1.0 or reading.money
        return _scaled(value, *((reading.scale, measure.money) if own else (heading.factor, 1.0)))
    return _scaled(value, reading.scale * heading.factor, 1.0)


def _scaled(value: float, unit: float, wanted: float) -> _Converted:
    """A value given in `unit` as so many of the unit `wanted`."""
    return (
        _Converted(value)
        if unit == wanted
        else _Converted(without_dust(value * unit / wanted), "value.scaled")
    )


def _from_percent(cell: Cell, reading: Reading, measure: Measure) -> _Converted:
    """A figure with a percent or per mille sign, or in a cell shown as a percentage."""
    fraction = reading.value * reading.share if reading.percent else reading.value
    if measure.kind == "percent":
        plain = reading.share == 0.01
        return (
            _Converted(reading.value)
            if plain
            else _Converted(without_dust(fraction * 100.0), "value.percent")
        )
    if measure.kind == "fraction" or reading.percent:
        key = "value.percent" if measure.kind == "fraction" else "value.percent_unit"
        return _Converted(without_dust(fraction), key)
    return _Converted(without_dust(fraction * 100.0), "value.shown_percent")


class FiguresRead(NamedTuple):
    """A column of cells, for what only the whole of it shows."""

    cells: Sequence[Cell]
    decided: Decided
    measure: Measure
    heading: Heading = Heading()
    typed: bool = False

    @property
    def numbers(self) -> list[Reading]:
        """Readings that are figures."""
        return [r for r in self.decided.readings if r.kind == "number"]

    @property
    def small(self) -> bool:
        """Whether all figures lie within 0 to 1."""
        return all(0 <= r.value <= 1 for r in self.numbers)

    def mixed(self, reading: Reading) -> bool:
        """Whether a sum of no known unit has a word of scale while others stand bare."""
        worded = reading.scale != 1.0 or reading.money
        return worded and self.measure.kind == "amount" and not all(r.worded for r in self.numbers if r.value)


def _mixed_marks(column: FiguresRead, values: list[float]) -> Iterator[Problem]:
    """Cells that prove a decimal point among others that prove a comma."""
    marks = [r.mark for r in column.decided.readings]
    kinds = set(marks) - {""}
    if len(kinds) > 1:
        odd = column.cells[marks.index(min(sorted(kinds), key=marks.count))]
        yield odd.problem("value.marks", unit=None, value=str(odd.raw), severity="warning")


def unit_said(column: FiguresRead, values: Sequence[float] = ()) -> Iterator[Problem]:
    """A unit in the headings that cannot be converted to the one that is wanted, or is not understood."""
    heading, measure = column.heading, column.measure
    if not heading.written or not measure.unit or not column.cells:
        return
    said = {"unit": heading.written, "wanted": measure.shown}
    if heading.ask:
        yield column.cells[0].problem("value.unit_other", said, unit=None, value=None)
    elif heading.unit is None or measure.wanted is None:
        yield column.cells[0].problem("table.unit_unread", said, unit=None, value=None, severity="warning")


def _fractions(column: FiguresRead, values: list[float]) -> Iterator[Problem]:
    """Numbers from 0 to 1 where percentages are wanted."""
    present = [v for v in values if not math.isnan(v)]
    several = column.measure.kind == "percent" and len(present) >= 3
    if several and 0 < max(present) <= 1.0 and min(present) >= 0:
        yield column.cells[0].problem("value.fraction", unit=None, value=None, severity="warning")


def _numbers_as_text(column: FiguresRead, values: list[float]) -> Iterator[Problem]:
    pairs = zip(column.cells, column.decided.readings, strict=True)
    texts = [
        c
        for c, r in pairs
        if isinstance(c.raw, str) and r.kind == "number" and not isinstance(c.raw, Displayed)
    ]
    if column.typed and texts:
        said = {"n": len(texts)}
        yield texts[0].problem("value.as_text", said, unit=None, value=None, severity="warning")


_OF_COLUMN = (unit_said, _mixed_marks, _fractions, _numbers_as_text)
_SPAN = re.compile(r"[-–—~÷]\s*\d")
_ALONE = {"problem.value.note": "problem.value.note_alone"}
_OF_CELLS = {"problem.value.note", "problem.value.brackets", "problem.value.dash"}
