"""Numbers as Vietnamese offices write them: 1.234,5; 1,234.5; 12,5%; 3,2 tỷ đồng; "…"; không có."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from typing import Any, Literal, NamedTuple

from ...base.folding import fold

Kind = Literal["number", "missing", "error", "date", "text"]

_ERRORS = {
    "#REF", "#DIV/0", "#VALUE", "#NAME", "#NUM", "#NULL", "#N/A", "#SPILL", "#CALC", "#GETTING_DATA",
}  # fmt: skip
_DASHES = {"", "-", "--", "---", "..", "...", "....", ".", ":", "/", "?", "x", "*", "_"}
_WORDS = {
    "n a", "na", "nan", "null", "none", "nil", "missing", "no data", "not available", "k co", "khong",
    "khong co", "khong co so lieu", "khong co du lieu", "chua co", "chua co so lieu", "chua co du lieu",
    "chua thong ke", "khong thong ke", "khong phat sinh", "kcsl", "ccsl", "chua cap nhat", "dang cap nhat",
}  # fmt: skip
_SCALES = {
    "nghin ty": 1e12, "ngan ty": 1e12, "trieu": 1e6, "tr": 1e6, "million": 1e6, "mil": 1e6, "mn": 1e6,
    "ty": 1e9, "ti": 1e9, "billion": 1e9, "bn": 1e9, "nghin": 1e3, "ngan": 1e3, "thousand": 1e3,
    "1000": 1e3, "1 000": 1e3, "1000000": 1e6, "1 000 000": 1e6,
}  # fmt: skip
_MONEY = ("dong", "vnd", "d")
_NUMBER = re.compile(
    r"^(?P<sign>[-+]?)(?P<body>\d[\d.,' ]*|[.,]\d+)(?P<exponent>[eE][-+]?\d{1,3})?(?P<tail>.*)$", re.DOTALL
)
# How digits are grouped: by spaces, by one mark with another before the decimals, by one mark only, not at all.
_SPACED = re.compile(r"(?P<whole>\d{1,3}(?:[ ']\d{3})+)(?:(?P<mark>[.,])(?P<part>\d+))?")
_MARKED = re.compile(
    r"(?P<whole>\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})*)(?!(?P=group))(?P<mark>[.,])(?P<part>\d+)"
)
_GROUPED = re.compile(r"(?P<whole>\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})+)")
_SINGLE = re.compile(r"(?P<whole>\d*)(?:(?P<mark>[.,])(?P<part>\d+))?")
_MOST_MARKS = 6
_LEAD = re.compile(r"^(vnđ|vnd|đ)\s*(?=[-+\d])", re.IGNORECASE)
_NOTE = re.compile(r"(\(\s*[0-9a-z]\s*\)|\[\s*[0-9a-z]\s*\]|[*†‡¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "…": "..."})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True)
class Reading:
    """What a cell says.

    Attributes
    ----------
    kind : {"number", "missing", "error", "date", "text"}
    value : float
        NaN unless a number.
    decimals : int or None
        Decimals written; None when the cell held a binary number.
    other : float or None
        The other reading of an ambiguous "1.234", else None.
    mark, written : str
        Decimal mark that the cell proves ("." or ","), or ""; the one mark that an ambiguous
        figure was written with.
    scale : float
        1e3, 1e6, 1e9 when a word such as "triệu" stood beside it, else 1.
    money, percent : bool
        Whether đồng or a percent sign stood beside it.
    """

    kind: Kind
    value: float = math.nan
    decimals: int | None = None
    other: float | None = None
    mark: str = ""
    written: str = ""
    scale: float = 1.0
    money: bool = False
    percent: bool = False

    @property
    def unsure(self) -> bool:
        """Whether the figure can be read in two ways."""
        return self.other is not None


_MISSING = Reading("missing")
_TEXT = Reading("text")


def read_number(raw: Any) -> Reading:
    """Read one cell: a number, a gap, a formula error, a date or text; never raises."""
    if raw is None:
        return _MISSING
    if isinstance(raw, bool):
        return _TEXT
    if isinstance(raw, int | float):
        return _stored(raw)
    if isinstance(raw, date | datetime | time | timedelta):
        return Reading("date")
    return _read_text(str(raw))


@lru_cache(maxsize=65_536)
def _read_text(raw: str) -> Reading:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).translate(_MINUS)
    text = " ".join(text.split()).strip("'\"“” ")
    if text.startswith("#") and text.upper().rstrip("!?") in _ERRORS:
        return Reading("error")
    if text.casefold() in _DASHES or fold(text) in _WORDS:
        return _MISSING
    return _figure(text) if len(text) <= 80 else _TEXT


def is_name(cell: Any) -> bool:
    """Whether a cell reads as a name: text of at least two letters that is no number, gap or error."""
    if not isinstance(cell, str) or sum(c.isalpha() for c in cell) < 2:
        return False
    return read_number(cell).kind == "text"


def _stored(number: int | float) -> Reading:
    """A number that the file holds as one."""
    if number != number:
        return _MISSING
    value = float(number) if abs(number) < 1e308 else math.inf
    return Reading("number", value) if math.isfinite(value) else _TEXT


def _figure(text: str) -> Reading:
    """A figure with whatever may stand around it; anything else is text."""
    bracketed = re.fullmatch(r"\(\s*(\d[\d.,' ]*)\)", text)
    text = "-" + bracketed[1].strip() if bracketed else text
    text = _NOTE.sub("", text).strip() if _NUMBER.match(text) else text
    lead = _LEAD.match(text)
    found = _NUMBER.match(text[lead.end() :] if lead else text)
    if found is None:
        return _TEXT
    beside, digits = _beside(found["tail"]), _digits(found["body"].strip(), bool(found["exponent"]))
    if beside is None or digits is None:
        return _TEXT
    value = _to_power(digits.value, int((found["exponent"] or "e0")[1:]))
    if not math.isfinite(value):
        return _TEXT
    sign = -1.0 if found["sign"] == "-" else 1.0
    other = None if digits.other is None else sign * digits.other
    money = beside.money or lead is not None
    return replace(
        digits, value=sign * value, other=other, scale=beside.scale, money=money, percent=beside.percent
    )


def _to_power(value: float, power: int) -> float:
    """Times ten to a power, as exactly as it is written; NaN for a power that no office writes."""
    if abs(power) > 290:
        return math.nan
    if power == 0:
        return value
    return float(f"{value!r}e{power}") if "e" not in repr(value) else value * 10.0**power


class _Beside(NamedTuple):
    """What the words after a number say."""

    scale: float
    money: bool
    percent: bool


def _beside(words: str) -> _Beside | None:
    """A percent sign, a scale, đồng; None if anything else stands there."""
    percent = "%" in words
    key = fold(words.replace("%", " "))
    word = next((w for w in _MONEY if key == w or key.endswith(" " + w)), "")
    key = key.removesuffix(word).strip()
    if key in ("", "diem", "points", "nguoi", "persons"):
        return _Beside(1.0, bool(word), percent)
    if key in {"trd", "tr d"}:
        return _Beside(1e6, True, percent)
    return _Beside(_SCALES[key], bool(word), percent) if key in _SCALES and not key[0].isdigit() else None


def _digits(body: str, exponent: bool) -> Reading | None:
    """Digits with the mark that they prove, or with the other reading of an ambiguous figure."""
    forms = (form.fullmatch(body) for form in (_SPACED, _MARKED, _GROUPED, _SINGLE))
    found = next((f for f in forms if f), None)
    if found is None or body.count(".") + body.count(",") > _MOST_MARKS:
        return None
    groups = found.groupdict(default="")
    whole, part, mark = re.sub(r"\D", "", found["whole"]), groups.get("part", ""), groups.get("mark", "")
    value = float(f"{whole or 0}.{part or 0}")
    if found.re is _GROUPED:
        return Reading("number", value, 0, mark="," if found["group"] == "." else ".")
    if found.re is _SINGLE and len(part) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) and not exponent:
        return Reading("number", value, 3, other=float(whole + part), written=mark)
    return Reading("number", value, len(part), mark=mark)


class Decided(NamedTuple):
    """Figures of a column with the ambiguous ones settled, and by which rule.

    In the settled ones ``value`` is the reading taken and ``other`` the one not taken. The rule is
    ``limits``, ``column``, ``mixed`` (cells of the column prove both marks), ``size``, ``table`` or
    ``convention`` (Vietnamese), or "" when nothing was ambiguous.
    """

    readings: list[Reading]
    rule: str


@dataclass(frozen=True)
class _Evidence:
    """What a column and its table show of how to read the ambiguous figures."""

    unsure: list[Reading]
    sure: list[float]
    proved: list[str]
    low: float
    high: float
    mark: str

    def possible(self, values: Iterable[float]) -> bool:
        return not any(v < self.low or v > self.high for v in values)


AsDecimal = Callable[[Reading], bool]


def _by_limits(seen: _Evidence) -> AsDecimal | None:
    taken = seen.possible(c.value for c in seen.unsure)
    return None if taken == seen.possible(c.other or 0.0 for c in seen.unsure) else lambda _: taken


def _by_column(seen: _Evidence) -> AsDecimal | None:
    return (lambda c: c.written == seen.proved[0]) if len(seen.proved) == 1 else None


def _by_mixed(seen: _Evidence) -> AsDecimal | None:
    return _by_convention(seen) if seen.proved else None


def _by_size(seen: _Evidence) -> AsDecimal | None:
    """The reading nearer in size to the figures that are sure."""
    if not seen.sure:
        return None
    middle = math.log(median(seen.sure))
    near, far = (
        median([abs(math.log(abs(x or 0.0) or 1e-9) - middle) for x in values])
        for values in ([c.value for c in seen.unsure], [c.other for c in seen.unsure])
    )
    return lambda _: near < far


def _by_table(seen: _Evidence) -> AsDecimal | None:
    return (lambda c: c.written == seen.mark) if seen.mark else None


def _by_convention(seen: _Evidence) -> AsDecimal | None:
    return lambda c: c.written == ","


_RULES: dict[str, Callable[[_Evidence], AsDecimal | None]] = {
    "limits": _by_limits,
    "column": _by_column,
    "mixed": _by_mixed,
    "size": _by_size,
    "table": _by_table,
    "convention": _by_convention,
}


def decide(
    readings: Iterable[Reading],
    *,
    low: float = math.nan,
    high: float = math.nan,
    mark: str = "",
) -> Decided:
    """Settle the ambiguous figures of a column by what the rest of the column shows.

    Parameters
    ----------
    readings : iterable of Reading
    low, high : float
        What is possible; a reading outside is not taken when the other lies inside.
    mark : str
        Decimal mark that the whole table proves, used when the column itself is silent.
    """
    cells = list(readings)
    unsure = [c for c in cells if c.unsure]
    if not unsure:
        return Decided(cells, "")
    sure = [abs(c.value) for c in cells if c.kind == "number" and not c.unsure and c.value]
    seen = _Evidence(unsure, sure, sorted({c.mark for c in cells if c.mark}), low, high, mark)
    found = ((rule, as_decimal(seen)) for rule, as_decimal in _RULES.items())
    rule, keep = next((rule, keep) for rule, keep in found if keep is not None)
    return Decided([c if not c.unsure or keep(c) else _other_way(c) for c in cells], rule)


def _other_way(cell: Reading) -> Reading:
    return replace(cell, value=cell.other or 0.0, other=cell.value, decimals=0)
