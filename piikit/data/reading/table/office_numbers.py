"""Numbers as Vietnamese offices write them: 1.234,5; 1,234.5; 12,5%; 3,2 tỷ đồng; "…"; không có."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any, Literal

from ....base.folding import fold

Kind = Literal["number", "missing", "error", "date", "text"]

ERRORS = (
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#N/A",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
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
    money, percent, noted : bool
        Whether đồng, a percent sign or a footnote mark stood beside it.
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
    noted: bool = False


_MISSING = Reading("missing")
_TEXT = Reading("text")


def read_number(raw: Any) -> Reading:
    """Read one cell: a number, a gap, a formula error, a date or text; never raises."""
    if raw is None:
        return _MISSING
    if isinstance(raw, bool):
        return _TEXT
    if isinstance(raw, int | float):
        if raw != raw:
            return _MISSING
        value = float(raw) if abs(raw) < 1e308 else math.inf
        return Reading("number", value) if math.isfinite(value) else _TEXT
    if isinstance(raw, date | datetime | time | timedelta):
        return Reading("date")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", str(raw))).translate(_MINUS)
    text = " ".join(text.split()).strip("'\"“” ")
    if text.upper() in ERRORS or (
        text.startswith("#") and text.upper().rstrip("!?") in {e.rstrip("!?") for e in ERRORS}
    ):
        return Reading("error")
    if text.casefold() in _DASHES or fold(text) in _WORDS:
        return _MISSING
    return _read_text(text) if len(text) <= 80 else _TEXT


def _read_text(text: str) -> Reading:
    bracketed = re.fullmatch(r"\(\s*(\d.*)\)", text)
    if bracketed and re.fullmatch(r"[\d.,' ]+", bracketed[1]):
        text = "-" + bracketed[1].strip()
    noted = bool(_NOTE.search(text)) and bool(_NUMBER.match(text))
    text = _NOTE.sub("", text).strip() if noted else text
    lead = re.match(r"^(vnđ|vnd|đ)\s*(?=[-+\d])", text, re.IGNORECASE)
    found = _NUMBER.match(text[lead.end() :] if lead else text)
    if not found:
        return _TEXT
    tail = _tail(found["tail"])
    read = _digits(found["body"].strip(), bool(found["exponent"]))
    if tail is None or read is None:
        return _TEXT
    scale, money, percent = tail
    value, decimals, other, mark = read
    power = int(found["exponent"][1:]) if found["exponent"] else 0
    if abs(power) > 290:
        return _TEXT
    sign = -1.0 if found["sign"] == "-" else 1.0
    if power:
        value = float(f"{value!r}e{power}") if "e" not in repr(value) else value * 10.0**power
    if not math.isfinite(value):
        return _TEXT
    return Reading(
        "number",
        sign * value,
        decimals,
        None if other is None else sign * other,
        mark,
        next(c for c in found["body"] if c in ".,") if other is not None else "",
        scale,
        money or bool(lead),
        percent,
        noted,
    )


def _tail(words: str) -> tuple[float, bool, bool] | None:
    """What may stand after a number: a percent sign, a scale, đồng; None if anything else."""
    percent = "%" in words
    key = fold(words.replace("%", " "))
    money = False
    for word in _MONEY:
        if key == word or key.endswith(" " + word):
            money, key = True, key[: -len(word)].strip()
            break
    if key in ("", "diem", "points", "nguoi", "persons"):
        return 1.0, money, percent
    if key in {"trd", "tr d"}:
        return 1e6, True, percent
    return (_SCALES[key], money, percent) if key in _SCALES and not key[0].isdigit() else None


def _digits(body: str, exponent: bool) -> tuple[float, int, float | None, str] | None:
    """Value, decimals, the other reading of an ambiguous figure, and the decimal mark proved."""
    spaced = re.fullmatch(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?", body)
    if " " in body or "'" in body:
        if not spaced:
            return None
        body = re.sub("[ ']", "", body)
        marks = [c for c in body if c in ".,"]
        tail = len(body.split(marks[0])[1]) if marks else 0
        return float(body.replace(",", ".")), tail, None, marks[0] if marks else ""
    dots, commas = body.count("."), body.count(",")
    if body[-1] in ".," or dots + commas > 6:
        return None
    if dots and commas:
        last = "." if body.rfind(".") > body.rfind(",") else ","
        first = "," if last == "." else "."
        whole, _, part = body.rpartition(last)
        if body.count(last) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(first)}\d{{3}})+", whole):
            return None
        return float(whole.replace(first, "") + "." + part), len(part), None, last
    if not dots and not commas:
        return float(body), 0, None, ""
    mark = "." if dots else ","
    if dots + commas > 1:
        grouped = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", body)
        return (float(body.replace(mark, "")), 0, None, "," if mark == "." else ".") if grouped else None
    whole, _, part = body.partition(mark)
    decimal = float((whole or "0") + "." + part)
    if len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0") and not exponent:
        return decimal, 3, float(whole + part), ""
    return decimal, len(part), None, mark


def decide(
    readings: Iterable[Reading],
    *,
    low: float = math.nan,
    high: float = math.nan,
    mark: str = "",
) -> tuple[list[Reading], str]:
    """Settle the ambiguous figures of a column by what the rest of the column shows.

    Parameters
    ----------
    readings : iterable of Reading
    low, high : float
        What is possible; a reading outside is not taken when the other lies inside.
    mark : str
        Decimal mark that the whole table proves, used when the column itself is silent.

    Returns
    -------
    readings : list of Reading
        In the settled ones ``value`` is the one taken and ``other`` the one not taken.
    rule : str
        ``limits``, ``column``, ``size``, ``table`` or ``convention`` (Vietnamese), or "" when
        nothing was ambiguous. When cells of one column prove both marks, ``mixed``.
    """
    cells = list(readings)
    unsure = [c for c in cells if c.kind == "number" and c.other is not None]
    if not unsure:
        return cells, ""
    sure = [abs(c.value) for c in cells if c.kind == "number" and c.other is None and c.value]
    proved = {c.mark for c in cells if c.mark}
    rule = "convention"
    as_decimal = False
    inside = (
        [_inside(c.value, low, high) for c in unsure],
        [_inside(c.other or 0.0, low, high) for c in unsure],
    )
    if all(inside[0]) != all(inside[1]):
        rule, as_decimal = "limits", all(inside[0])
    elif len(proved) == 1:
        rule = "column"
    elif len(proved) == 2:
        rule = "mixed"
    elif sure:
        middle = math.log(median(sure))
        near = median([abs(math.log(abs(c.value) or 1e-9) - middle) for c in unsure])
        far = median([abs(math.log(abs(c.other or 0.0) or 1e-9) - middle) for c in unsure])
        rule, as_decimal = "size", near < far
    elif mark:
        rule = "table"
    decimal_mark = next(iter(proved)) if rule == "column" else mark if rule == "table" else ","
    out = []
    for c in cells:
        if c.kind != "number" or c.other is None:
            out.append(c)
            continue
        keep = as_decimal if rule in ("limits", "size") else c.written == decimal_mark
        out.append(c if keep else replace(c, value=c.other, other=c.value, decimals=0))
    return out, rule


def _inside(value: float, low: float, high: float) -> bool:
    return not (value < low or value > high)
