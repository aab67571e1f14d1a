"""Figures of one indicator in its own unit: marks decided by the column, percentages and money converted, all said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold
from ....base.formats import LocalNumber
from ...framework import Framework
from ..office_numbers import Decided, Reading, decide, read_number
from ..open.grid import Cell

_SCALED = re.compile(
    r"(?<!\w)(?:(nghìn|ngàn|nghin|ngan|1\.000|thousand)|(triệu|trieu|million|tr\.?)|(tỷ|tỉ|ty|ti|billion|bn))"
    r"\s*(?:đồng|dong|vnđ|vnd|đ)(?!\w)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:^|[(:])\s*(?:đồng|vnđ|vnd)\s*(?:$|\))", re.IGNORECASE)
_PERCENT_WORDS = re.compile(r"%|\bphan tram\b|\bper ?cent\b", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """How figures are measured: ``percent``, ``fraction``, ``money``, ``amount`` (a count or sum of no indicator) or ``other``."""

    kind: str
    unit: str = ""
    money: float = 0.0
    low: float = math.nan
    high: float = math.nan

    @classmethod
    @lru_cache(maxsize=2_000)
    def of(cls, framework: Framework, code: str) -> Measure:
        """Read it from the framework's ``unit``, ``scale_min`` and ``scale_max``."""
        written = str(framework.table.at[code, "unit"])
        unit, words = written.casefold(), fold(written)
        is_money = "vnd" in words and "usd" not in words and " per 1 000" not in words
        money = money_of(unit) if is_money else 0.0
        kind = "money" if money else "other"
        if "%" in unit:
            kind = "percent"
        elif re.search(r"(?<!\d)0-1(?!\d)", unit):
            kind = "fraction"
        low, high = framework.limits.loc[code]
        return cls(kind, written, money, float(low), float(high))

    @property
    def limits(self) -> dict[str, LocalNumber]:
        """What is possible, to be said."""
        return {"low": LocalNumber(self.low), "high": LocalNumber(self.high)}

    def outside(self, value: float) -> bool:
        """Whether the value is not possible."""
        return value < self.low or value > self.high


AMOUNT = Measure("amount")


def money_of(words: str) -> float:
    """Đồng in the unit that words name ("triệu đồng" is 1e6); 0 if they name no money.

    "Đồng" alone counts only where a unit stands, as in "(đồng)": "lao động" is no money.
    """
    found = _SCALED.search(words)
    if found:
        return 1e3 if found[1] else 1e6 if found[2] else 1e9
    return 1.0 if _PLAIN.search(words) else 0.0


class Figures(NamedTuple):
    """Figures of a column, NaN for gaps and cells with an error, and what is to be said of them."""

    values: list[float]
    problems: list[Problem]


@dataclass(frozen=True)
class _Heading:
    """What the headings of a column say of its unit."""

    money: float
    percent: bool

    @classmethod
    def of(cls, heads: Sequence[str]) -> _Heading:
        money = next((m for h in reversed(heads) if (m := money_of(h))), 0.0)
        return cls(money, bool(_PERCENT_WORDS.search(" ".join(heads))))


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
    decided = decide((read_number(c.raw) for c in cells), low=measure.low, high=measure.high, mark=mark)
    heading = _Heading.of(heads)
    values: list[float] = []
    problems: list[Problem] = []
    for cell, reading in zip(cells, decided.readings, strict=True):
        key = unusable(cell, reading)
        if key is not None or reading.kind == "missing":
            problems += [cell.problem(key, code=code)] if key else _dash(cell, code)
            values.append(math.nan)
            continue
        converted = _converted(cell, reading, measure, heading)
        values.append(converted.value)
        problems += ambiguous(cell, reading, decided.rule, code=code)
        if converted.key:
            severity = "error" if converted.key == "value.percent_unit" else "warning"
            said = {"to": LocalNumber(converted.value), "unit": measure.unit}
            problems.append(cell.problem(converted.key, said, code=code, severity=severity))
        if measure.outside(converted.value):
            problems.append(cell.problem("value.range", measure.limits, code=code))
    column = _Column(cells, decided, values, measure, typed)
    problems += [replace(p, code=code) for rule in _OF_COLUMN for p in rule(column)]
    return Figures(values, problems)


def unusable(cell: Cell, reading: Reading) -> str | None:
    """Why a cell that should hold a figure cannot be used; None if it can, or is empty."""
    if cell.uncached:
        return "value.uncached"
    return f"value.{reading.kind}" if reading.kind in ("error", "date", "text") else None


def ambiguous(cell: Cell, reading: Reading, rule: str, **more: Any) -> Iterator[Problem]:
    """A word on a figure that can be read in two ways, and by which rule it was read."""
    if reading.other is not None:
        said = {"taken": LocalNumber(reading.value), "other": LocalNumber(reading.other)}
        yield cell.problem(f"ambiguous.{rule}", said, severity="warning", **more)


def _dash(cell: Cell, code: str | None) -> list[Problem]:
    dash = isinstance(cell.raw, str) and cell.raw.strip() in ("-", "–", "—")
    return [cell.problem("value.dash", code=code, severity="warning")] if dash else []


class _Converted(NamedTuple):
    """A value in the unit that is wanted, and what is to be said when it was converted."""

    value: float
    key: str = ""


def _converted(cell: Cell, reading: Reading, measure: Measure, heading: _Heading) -> _Converted:
    value = reading.value
    if measure.kind == "amount":
        return _Converted(value * reading.scale)
    if reading.percent or cell.percent:
        return _from_percent(value if reading.percent else value * 100.0, cell, reading, measure)
    if measure.kind == "fraction" and heading.percent:
        return _Converted(_round(value / 100.0), "value.percent")
    if measure.kind == "money":
        unit = reading.scale if reading.scale != 1.0 or reading.money else heading.money
        return _scaled(value, unit or measure.money, measure.money)
    return _scaled(value, reading.scale, 1.0)


def _scaled(value: float, unit: float, wanted: float) -> _Converted:
    """A value given in `unit` as so many of the unit `wanted`."""
    return _Converted(value) if unit == wanted else _Converted(_round(value * unit / wanted), "value.scaled")


def _from_percent(hundreds: float, cell: Cell, reading: Reading, measure: Measure) -> _Converted:
    """A figure with a percent sign, or in a cell shown as a percentage, given in hundredths."""
    if measure.kind == "percent":
        return _Converted(hundreds) if reading.percent else _Converted(_round(hundreds), "value.percent")
    if measure.kind == "fraction":
        return _Converted(_round(hundreds / 100.0), "value.percent")
    return _Converted(reading.value, "value.percent_unit")


def _round(value: float) -> float:
    """Drop the binary dust of a change of unit: fifteen significant digits."""
    return float(f"{value:.15g}")


class _Column(NamedTuple):
    """A column that has been read, for what only the whole of it shows."""

    cells: Sequence[Cell]
    decided: Decided
    values: list[float]
    measure: Measure
    typed: bool


def _mixed_marks(column: _Column) -> Iterator[Problem]:
    """Cells that prove a decimal point among others that prove a comma."""
    marks = [r.mark for r in column.decided.readings]
    kinds = set(marks) - {""}
    if len(kinds) > 1 or column.decided.rule == "mixed":
        odd = column.cells[marks.index(min(sorted(kinds), key=marks.count))]
        yield odd.problem("value.marks", unit=None, value=str(odd.raw), severity="warning")


def _fractions(column: _Column) -> Iterator[Problem]:
    """Numbers from 0 to 1 where percentages are wanted."""
    present = [v for v in column.values if not math.isnan(v)]
    if (
        column.measure.kind == "percent"
        and len(present) >= 5
        and 0 < max(present) <= 1.0
        and min(present) >= 0
    ):
        yield column.cells[0].problem("value.fraction", unit=None, value=None, severity="warning")


def _numbers_as_text(column: _Column) -> Iterator[Problem]:
    pairs = zip(column.cells, column.decided.readings, strict=True)
    texts = [c for c, r in pairs if isinstance(c.raw, str) and r.kind == "number"]
    if column.typed and texts:
        said = {"n": len(texts)}
        yield texts[0].problem("value.as_text", said, unit=None, value=None, severity="warning")


_OF_COLUMN = (_mixed_marks, _fractions, _numbers_as_text)
