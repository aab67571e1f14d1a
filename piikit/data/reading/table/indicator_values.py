"""Figures of one indicator in its own unit: marks decided by the column, percentages and money converted, all said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from ....base.errors import Problem
from ....base.folding import fold
from ....base.formats import LocalNumber
from ...framework import Framework
from .office_numbers import Reading, decide, read_number

_SCALED = re.compile(
    r"(?<!\w)(?:(nghìn|ngàn|nghin|ngan|1\.000|thousand)|(triệu|trieu|million|tr\.?)|(tỷ|tỉ|ty|ti|billion|bn))"
    r"\s*(?:đồng|dong|vnđ|vnd|đ)(?!\w)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:^|[(:])\s*(?:đồng|vnđ|vnd)\s*(?:$|\))", re.IGNORECASE)
_PERCENT_WORDS = re.compile(r"%|\bphan tram\b|\bper ?cent\b", re.IGNORECASE)


@dataclass(frozen=True)
class RawCell:
    """A cell of figures and where it stands."""

    unit: str
    raw: Any
    sheet: str | None
    cell: str
    percent: bool = False
    uncached: bool = False


@dataclass(frozen=True)
class Measure:
    """How an indicator is measured: ``percent``, ``fraction``, ``money`` or anything else, and what is possible."""

    kind: str
    money: float
    low: float
    high: float

    @classmethod
    @lru_cache(maxsize=2_000)
    def of(cls, framework: Framework, code: str) -> Measure:
        """Read it from the framework's ``unit``, ``scale_min`` and ``scale_max``."""
        row = framework.table.loc[code]
        unit = str(row["unit"]).casefold()
        words = fold(unit)
        money = money_of(unit) if "vnd" in words and "usd" not in words and " per 1 000" not in words else 0.0
        kind = "percent" if "%" in unit else "fraction" if re.search(r"(?<!\d)0-1(?!\d)", unit) else "other"
        limits = [pd.to_numeric(row.get(c, math.nan)) for c in ("scale_min", "scale_max")]
        low, high = (math.nan if x is None or pd.isna(x) else float(x) for x in limits)
        return cls("money" if money and kind == "other" else kind, money, low, high)


def money_of(words: str) -> float:
    """Đồng in the unit that words name ("triệu đồng" is 1e6); 0 if they name no money.

    "Đồng" alone counts only where a unit stands, as in "(đồng)": "lao động" is no money.
    """
    found = _SCALED.search(words)
    if found:
        return 1e3 if found[1] else 1e6 if found[2] else 1e9
    return 1.0 if _PLAIN.search(words) else 0.0


def read_column(
    cells: Sequence[RawCell],
    *,
    code: str,
    framework: Framework,
    heads: Sequence[str] = (),
    file: str | None = None,
    mark: str = "",
    typed: bool = True,
) -> tuple[list[float], list[Problem]]:
    """Read the figures of one indicator.

    Parameters
    ----------
    cells : sequence of RawCell
    code, framework
        The indicator, for its unit and what is possible.
    heads : sequence of str
        Headings of the column and lines above the table, where units such as "triệu đồng" stand.
    mark : str
        Decimal mark that the file proves.
    typed : bool
        Whether the file can hold numbers as numbers; then figures as text are worth a word.

    Returns
    -------
    values : list of float
        NaN for gaps and for cells with an error.
    problems : list of Problem
    """
    measure = Measure.of(framework, code)
    problems: list[Problem] = []
    readings, rule = decide(
        (read_number(c.raw) for c in cells), low=measure.low, high=measure.high, mark=mark
    )
    heading = " ".join(heads)
    given_money = next((m for h in reversed(heads) if (m := money_of(h))), 0.0)
    given_percent = bool(_PERCENT_WORDS.search(heading))
    values = []
    for cell, reading in zip(cells, readings, strict=True):
        at: dict[str, Any] = {
            "file": file,
            "sheet": cell.sheet,
            "cell": cell.cell,
            "unit": cell.unit,
            "code": code,
            "value": None if cell.raw is None else str(cell.raw)[:80],
        }
        wrong = _wrong(cell, reading)
        if wrong is not None:
            problems.append(Problem(wrong, **at))
            values.append(math.nan)
            continue
        if reading.kind == "missing":
            if isinstance(cell.raw, str) and cell.raw.strip() in ("-", "–", "—"):
                problems.append(Problem("problem.value.dash", severity="warning", **at))
            values.append(math.nan)
            continue
        if reading.other is not None:
            said: dict[str, Any] = {"taken": LocalNumber(reading.value), "other": LocalNumber(reading.other)}
            problems.append(Problem(f"problem.ambiguous.{rule}", said, severity="warning", **at))
        value, key = _converted(cell, reading, measure, given_money, given_percent)
        if key:
            severity = "error" if key == "problem.value.percent_unit" else "warning"
            said = {"to": LocalNumber(value), "unit": framework.table.at[code, "unit"]}
            problems.append(Problem(key, said, severity=severity, **at))
        if value < measure.low or value > measure.high:
            limits = {"low": LocalNumber(measure.low), "high": LocalNumber(measure.high)}
            problems.append(Problem("problem.value.range", limits, **at))
        values.append(value)
    problems += _of_column(cells, readings, values, measure, code, file, rule, typed)
    return values, problems


def _wrong(cell: RawCell, reading: Reading) -> str | None:
    if cell.uncached:
        return "problem.value.uncached"
    if reading.kind == "error":
        return "problem.value.error"
    if reading.kind == "date":
        return "problem.value.date"
    return "problem.value.text" if reading.kind == "text" else None


def _converted(
    cell: RawCell, reading: Reading, measure: Measure, given_money: float, given_percent: bool
) -> tuple[float, str]:
    """The value in the indicator's unit, and what is to be said when it was converted."""
    value = reading.value
    if reading.percent or cell.percent:
        hundred = 100.0 if cell.percent and not reading.percent else 1.0
        if measure.kind == "percent":
            return (_round(value * hundred), "problem.value.percent") if hundred != 1.0 else (value, "")
        if measure.kind == "fraction":
            return _round(value * hundred / 100.0), "problem.value.percent"
        return value, "problem.value.percent_unit"
    if measure.kind == "fraction" and given_percent:
        return _round(value / 100.0), "problem.value.percent"
    if measure.kind == "money":
        unit = reading.scale if reading.scale != 1.0 or reading.money else given_money
        if unit and unit != measure.money:
            return _round(value * unit / measure.money), "problem.value.scaled"
        return value, ""
    if reading.scale != 1.0:
        return _round(value * reading.scale), "problem.value.scaled"
    return value, ""


def _round(value: float) -> float:
    """Drop the binary dust of a change of unit: fifteen significant digits."""
    return float(f"{value:.15g}")


def _of_column(
    cells: Sequence[RawCell],
    readings: Sequence[Reading],
    values: Sequence[float],
    measure: Measure,
    code: str,
    file: str | None,
    rule: str,
    typed: bool,
) -> list[Problem]:
    """What only the whole column shows: mixed marks, fractions for percentages, numbers kept as text."""
    problems: list[Problem] = []
    present = [v for v in values if not math.isnan(v)]
    if not cells:
        return problems
    at: dict[str, Any] = {"file": file, "sheet": cells[0].sheet, "cell": cells[0].cell, "code": code}
    marks = {r.mark for r in readings if r.mark}
    if len(marks) > 1 or rule == "mixed":
        odd = min(marks, key=[r.mark for r in readings].count)
        first = next(c for c, r in zip(cells, readings, strict=True) if r.mark == odd)
        shown: dict[str, Any] = at | {"cell": first.cell, "value": str(first.raw)}
        problems.append(Problem("problem.value.marks", severity="warning", **shown))
    if measure.kind == "percent" and len(present) >= 5 and 0 < max(present) <= 1.0 and min(present) >= 0:
        problems.append(Problem("problem.value.fraction", severity="warning", **at))
    texts = [c for c, r in zip(cells, readings, strict=True) if isinstance(c.raw, str) and r.kind == "number"]
    if typed and texts:
        place = at | {"cell": texts[0].cell}
        problems.append(Problem("problem.value.as_text", {"n": len(texts)}, severity="warning", **place))
    return problems
