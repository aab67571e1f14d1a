"""Numbers as Vietnamese offices write them: 1.234,5; 1,234.5; 12,5%; 3,2 tỷ đồng; "…"; không có."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from ...base.folding import fold

Kind = Literal["number", "missing", "error", "date", "text"]

_ERRORS = {
    "#REF", "#DIV/0", "#VALUE", "#NAME", "#NUM", "#NULL", "#N/A", "#SPILL", "#CALC", "#GETTING_DATA", "#BLOCKED",
    "#CONNECT", "#FIELD", "#UNKNOWN", "#BUSY", "#EXTERNAL", "#PYTHON",
}  # fmt: skip
_GAPS = {
    "n a", "na", "nan", "null", "missing", "no data", "not available", "khong co so lieu", "khong co du lieu",
    "chua co", "chua co so lieu", "chua co du lieu", "chua thong ke", "khong thong ke", "kcsl", "ccsl",
    "chua cap nhat", "dang cap nhat",
}  # fmt: skip
# What may also mean "none", which is 0.
_NONE = {"none", "nil", "x", "k co", "khong", "khong co", "khong phat sinh", "khong ps", "kps"}
_STROKES = re.compile(r"-[- ]*|_+|[.:/?*]|x+")
_DOTS = re.compile(r"\.\.[. ]*")
_SCALES = {
    "": 1.0, "nghin ty": 1e12, "ngan ty": 1e12, "nghin ti": 1e12, "ngan ti": 1e12, "trieu": 1e6, "tr": 1e6,
    "million": 1e6, "mil": 1e6, "mn": 1e6, "ty": 1e9, "ti": 1e9, "billion": 1e9, "bn": 1e9, "nghin": 1e3,
    "ngan": 1e3, "thousand": 1e3,
}  # fmt: skip
_MONEY = {"đồng", "dong", "vnd", "vnđ", "đ", "trđ"}
_COUNTED = {"diem", "point", "points", "nguoi", "person", "persons", "people"}
_SHARES = {"%": 0.01, "‰": 0.001}
_NUMBER = re.compile(
    r"^(?P<sign>[-+]?)(?P<body>\d[\d.,' ]*|[.,]\d+)(?P<exponent>[eE][-+]?\d{1,4}(?!\d))?(?P<tail>.*)$",
    re.DOTALL,
)
# How digits are grouped: by spaces, by one mark with another before the decimals, by one mark only, not at all.
_SPACED = re.compile(r"(?P<whole>\d{1,3}(?:[ ']\d{3})+)(?:(?P<mark>[.,])(?P<part>\d+))?")
_MARKED = re.compile(
    r"(?P<whole>\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})*)(?!(?P=group))(?P<mark>[.,])(?P<part>\d+)"
)
_GROUPED = re.compile(r"(?P<whole>\d{1,3}(?P<group>[.,])\d{3}(?:(?P=group)\d{3})+)")
_SINGLE = re.compile(r"(?P<whole>\d*)(?:(?P<mark>[.,])(?P<part>\d+))?")
_MOST_MARKS, _LONGEST, _MOST_POWER = 6, 80, 18
_MOST = 10.0**_MOST_POWER  # beyond a thousand years of the country's income in đồng
_LEAD = re.compile(r"^(vnđ|vnd|đ)\s*(?=[-+\d])", re.IGNORECASE)
_NOTE = re.compile(
    r"(?P<note>\(\s*[0-9a-z*]\s*\)|\[\s*[0-9a-z*]\s*\]|(?<![*†‡§])[*†‡§]+|(?<![⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾])[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]+)$"
)
_BRACKETS = re.compile(r"\(\s*(\d[\d.,' ]*)\)")
_WORDS = re.compile(r"[^\W\d_]+(?:[ .]+[^\W\d_]+)*\.?")
_SUM = re.compile(r"(?P<first>\d+ ?[^\W\d_][^\d]*) (?P<rest>\d.*)")
_PLAIN = str.maketrans(
    {c: "-" for c in "−–—‐‑‒―﹣－"}
    | {"’": "'", "‘": "'", "…": "...", "％": "%", "，": ",", "．": ".", "（": "(", "）": ")"}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")


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
    money : bool
        Whether đồng stood beside it.
    share : float
        0.01 when a percent sign stood beside it, 0.001 for per mille, else 1.
    beside : str
        What is counted ("người"), or, in a text, what stands beside a figure and cannot be read.
    said : str
        What a person has to be told: of a number or gap how it was read (``note``, ``brackets``,
        ``dash``), of a text why it is refused (``beside``, ``minus``, ``digit``, ``huge``).
    """

    kind: Kind
    value: float = math.nan
    decimals: int | None = None
    other: float | None = None
    mark: str = ""
    written: str = ""
    scale: float = 1.0
    money: bool = False
    share: float = 1.0
    beside: str = ""
    said: str = ""

    @property
    def unsure(self) -> bool:
        """Whether the figure can be read in two ways."""
        return self.other is not None

    @property
    def percent(self) -> bool:
        """Whether a percent or per mille sign stood beside it."""
        return self.share != 1.0

    @property
    def worded(self) -> bool:
        """Whether a word or sign stood beside it that changes what the figure means."""
        return self.percent or self.money or self.scale != 1.0


_MISSING = Reading("missing")
_TEXT = Reading("text")


def read_number(raw: Any) -> Reading:
    """Read one cell: a number, a gap, a formula error, a date or text; never raises.

    Everything that stands before or after a figure is read or makes it a text: nothing is passed over.
    """
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
    text = _written(raw)
    upper = text.upper()
    if (text.startswith("#") and upper.rstrip("!?") in _ERRORS) or re.fullmatch(r"ERR:\d{3}", upper):
        return Reading("error")
    if not text or _DOTS.fullmatch(text) or fold(text) in _GAPS:
        return _MISSING
    if _STROKES.fullmatch(text.casefold()) or fold(text) in _NONE:
        return Reading("missing", said="dash")
    if len(text) > _LONGEST:
        return _TEXT if text.strip("0123456789.,-+ ") else Reading("text", said="huge")
    return _figure(text)


def _written(raw: str) -> str:
    """Text with one kind of space, minus, apostrophe and digit, without quotes around it."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).translate(_PLAIN)
    if not text.isascii():
        text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    text = " ".join(text.split())
    if len(text) > 1 and text[0] in "'\"“”" and text[-1] in "'\"“”":
        return text[1:-1].strip()
    return text[1:].strip() if text.startswith("'") else text


def is_name(cell: Any) -> bool:
    """Whether a cell reads as a name: text of at least two letters that is no number, gap or error."""
    if not isinstance(cell, str) or sum(c.isalpha() for c in cell) < 2:
        return False
    return read_number(cell).kind == "text"


def _stored(number: int | float) -> Reading:
    """A number that the file holds as one."""
    if number != number:
        return _MISSING
    return Reading("number", float(number)) if abs(number) < _MOST else Reading("text", said="huge")


def _figure(text: str) -> Reading:
    """A figure with whatever may stand around it; anything else is text."""
    if bracketed := _BRACKETS.fullmatch(text):
        return _said(_figure("-" + bracketed[1].strip()), "brackets")
    if (noted := _NOTE.search(text)) and text[0] in "0123456789+-.,":
        bare = text[: noted.start()].strip()
        power = bare.removeprefix("-") == "10" and noted["note"][0] not in "([*†‡§"
        return Reading("text", said="digit") if power else _said(_figure(bare), "note")
    if summed := _SUM.fullmatch(text):
        return _sum(_figure(summed["first"]), _figure(summed["rest"]))
    lead = _LEAD.match(text)
    found = _NUMBER.match(text[lead.end() :] if lead else text)
    return _TEXT if found is None else _measured(found, money=lead is not None)


def _said(reading: Reading, said: str) -> Reading:
    """A figure in brackets or with the mark of a note, which is to be said; never two of them."""
    if reading.kind != "number":
        return reading
    return _TEXT if reading.said else replace(reading, said=said)


def _measured(found: re.Match[str], *, money: bool) -> Reading:
    """A figure with the words that follow it."""
    tail = found["tail"].strip()
    beside, digits = _beside(tail), _digits(found["body"].strip(), bool(found["exponent"]))
    power = int((found["exponent"] or "e0")[1:])
    if digits is None:
        return _TEXT
    if beside is None:
        return Reading("text", beside=tail, said={"-": "minus", ")": "digit"}.get(tail, "beside"))
    if abs(power) > _MOST_POWER or digits.value * 10.0**power * beside["scale"] >= _MOST:
        return Reading("text", said="huge")
    value = _to_power(digits.value, power)
    sign = -1.0 if found["sign"] == "-" else 1.0
    other = None if digits.other is None else sign * digits.other
    about = beside | {"money": beside["money"] or money}
    return replace(digits, value=sign * value, other=other, **about)


def _sum(first: Reading, rest: Reading) -> Reading:
    """Add "3 tỷ 500 triệu" up: each part smaller than the one before it."""
    parts = (first, rest)
    if any(p.kind != "number" or p.unsure or p.percent or p.beside or p.said for p in parts):
        return _TEXT
    more = rest.value * rest.scale
    if first.decimals or first.scale == 1.0 or not (rest.scale > 1.0 or rest.money) or more >= first.scale:
        return _TEXT
    value = without_dust(first.value + more / first.scale)
    return replace(first, value=value, mark=rest.mark, money=first.money or rest.money)


def _to_power(value: float, power: int) -> float:
    """Times ten to a power, as exactly as it is written."""
    if power == 0:
        return value
    return float(f"{value!r}e{power}") if "e" not in repr(value) else value * 10.0**power


def _beside(words: str) -> dict[str, Any] | None:
    """What a percent sign, or a scale with đồng or what is counted, says of a figure; None for anything else."""
    if words in _SHARES:
        return {"share": _SHARES[words], "scale": 1.0, "money": False}
    if words and not _WORDS.fullmatch(words):
        return None
    *before, last = words.casefold().replace(".", " ").split() or [""]
    money, counted = last in _MONEY, fold(last) in _COUNTED
    rest = [*before, "tr"] if last == "trđ" else before if money or counted else [*before, last]
    scale = _SCALES.get(" ".join(map(fold, rest)))
    about = {"scale": scale, "money": money, "beside": fold(last) if counted else ""}
    return None if scale is None else about


def _digits(body: str, exponent: bool) -> Reading | None:
    """Digits with the mark that they prove, or with the other reading of an ambiguous figure."""
    forms = (form.fullmatch(body) for form in (_SPACED, _MARKED, _GROUPED, _SINGLE))
    found = next((f for f in forms if f), None)
    if found is None or body.count(".") + body.count(",") > _MOST_MARKS:
        return None
    groups = found.groupdict(default="")
    whole, part, mark = re.sub(r"\D", "", found["whole"]), groups.get("part", ""), groups.get("mark", "")
    if part and re.match("0[0-9]", whole):
        return None
    value = float(f"{whole or 0}.{part or 0}")
    if found.re is _GROUPED:
        return Reading("number", value, 0, mark="," if found["group"] == "." else ".")
    if found.re is _SINGLE and len(part) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) and not exponent:
        return Reading("number", value, 3, other=float(whole + part), written=mark)
    return Reading("number", value, len(part), mark=mark)


def without_dust(value: float) -> float:
    """Drop the binary dust of arithmetic, of a change of unit or a quotient: fifteen significant digits."""
    return float(f"{value:.15g}")


class Decided(NamedTuple):
    """Figures of a column with the ambiguous ones settled, and by which rule.

    In the settled ones ``value`` is the reading taken and ``other`` the one not taken. The rule is
    ``limits``, ``column``, ``table``, ``size``, or "" when nothing was ambiguous; ``open`` when
    nothing decides, and then a person has to be asked.
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

    def only(self, fits: Callable[[float], bool]) -> bool | None:
        """Whether decimals are the one reading under which all figures fit; None if both or neither do."""
        as_decimal = all(fits(c.value) for c in self.unsure)
        return None if as_decimal == all(fits(c.other or 0.0) for c in self.unsure) else as_decimal


AsDecimal = Callable[[Reading], bool]


def _by_limits(seen: _Evidence) -> AsDecimal | None:
    taken = seen.only(lambda v: not (v < seen.low or v > seen.high))
    return None if taken is None else lambda _: taken


def _by_column(seen: _Evidence) -> AsDecimal | None:
    """The mark that other cells of the column prove, whatever the size that follows."""
    return (lambda c: c.written == seen.proved[0]) if len(seen.proved) == 1 else None


def _by_table(seen: _Evidence) -> AsDecimal | None:
    """The mark that other columns prove, unless the sizes in this one speak against it."""
    sized = _sized(seen)
    against = sized is not None and any(sized != (c.written == seen.mark) for c in seen.unsure)
    return None if against or seen.proved or not seen.mark else lambda c: c.written == seen.mark


def _by_size(seen: _Evidence) -> AsDecimal | None:
    taken = None if seen.proved or seen.mark else _sized(seen)
    return None if taken is None else lambda _: taken


def _sized(seen: _Evidence) -> bool | None:
    """The one reading within three times of the figures that are sure; decimals only beside decimals."""
    if not seen.sure:
        return None
    low, high = min(seen.sure) / 3, max(seen.sure) * 3
    taken = seen.only(lambda v: low <= abs(v) <= high)
    return None if taken and all(v.is_integer() for v in seen.sure) else taken


_RULES = {"limits": _by_limits, "column": _by_column, "table": _by_table, "size": _by_size}


def decide(
    readings: Iterable[Reading],
    *,
    low: float = math.nan,
    high: float = math.nan,
    mark: str = "",
    known: Iterable[float] = (),
) -> Decided:
    """Settle the ambiguous figures of a column by what the rest of the column shows.

    Parameters
    ----------
    readings : iterable of Reading
    low, high : float
        What is possible; a reading outside is not taken when the other lies inside.
    mark : str
        Decimal mark that the whole table proves, used when the column itself is silent.
    known : iterable of float
        Figures of the same kind that are sure, from elsewhere.
    """
    cells = list(readings)
    unsure = [c for c in cells if c.unsure]
    if not unsure:
        return Decided(cells, "")
    here = (c.value for c in cells if c.kind == "number" and not c.unsure and not c.worded)
    sure = [abs(v) for v in (*here, *known) if v and v == v]
    seen = _Evidence(unsure, sure, sorted({c.mark for c in cells if c.mark}), low, high, mark)
    found = ((rule, as_decimal(seen)) for rule, as_decimal in _RULES.items())
    rule, keep = next(((rule, keep) for rule, keep in found if keep is not None), ("open", bool))
    return Decided([c if not c.unsure or keep(c) else _other_way(c) for c in cells], rule)


def _other_way(cell: Reading) -> Reading:
    return replace(cell, value=cell.other or 0.0, other=cell.value, decimals=0)
