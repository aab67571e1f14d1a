"""What a unit of measure says: "nghìn đồng/người", "đơn/10.000 dân", "million VND per month", "‰"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ...base.folding import fold, nfc

_SCALES = {
    "nghìn": 1e3, "ngàn": 1e3, "thousand": 1e3, "ng": 1e3, "triệu": 1e6, "million": 1e6, "tr": 1e6, "mil": 1e6,
    "tỷ": 1e9, "tỉ": 1e9, "billion": 1e9, "bn": 1e9,
}  # fmt: skip
_THINGS = {
    "dong": "đồng, đ, vnđ", "usd": "usd, đô la, đô la mỹ, dollars, us dollars", "eur": "eur, euro", "cny": "ndt, cny",
    "jpy": "jpy, yen", "year": "năm, year", "month": "tháng, month", "quarter": "quý, quarter",
    "people": "người, dân, người dân, nhân khẩu, lao động, học sinh, người đi học, people, person, persons, inhabitants",
    "enterprise": "doanh nghiệp, dn, enterprise, enterprises", "household": "hộ, household, households",
    "points": "điểm, point, points, chỉ số, index, thang điểm",
    "count": "đơn, dự án, sản phẩm, tổ chức, bằng, văn bằng, giải, giải pháp, nhiệm vụ, đề tài, cơ sở, hợp tác xã, "
    "số đơn, số lượng, applications, application, patents, projects, products",
    "area": "m2, m 2, ha=1e4, hecta=1e4, hectare=1e4, hectares=1e4, km2=1e6, km 2=1e6, sq km=1e6",
    "mass": "kg, tạ=100, tấn=1e3, ton=1e3, tons=1e3, tonne=1e3, tonnes=1e3", "volume": "lít=1e-3, m3, m 3",
    "energy": "kwh, mwh=1e3, gwh=1e6", "length": "m, km=1e3", "bed": "giường, giường bệnh, beds",
    "doctor": "bác sĩ, doctors", "vehicle": "xe, ô tô, vehicles", "time": "giờ, hours, phút=0.016666666666666666",
}  # fmt: skip
# Accents may be missing, never others: "động" is no money, "quỹ" no quarter.
_KNOWN = {
    spelt: (thing, float(size or 1))
    for thing, words in _THINGS.items()
    for word, _, size in (w.partition("=") for w in words.split(", "))
    for spelt in (word, fold(word))
}
_SIZES = {spelt: size for word, size in _SCALES.items() for spelt in (word, fold(word))}
MONEY = {"dong", "usd", "eur", "cny", "jpy"}
COUNTS = {"people", "enterprise", "household", "count"}
_TIMES = {"year", "month", "quarter"}
_NUMBER = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d+")
_JOINED = re.compile(r"\b(ng|tr|t[yỷ]|ngh[iì]n|tri[eệ]u)(?:[dđ]|vn[dđ])\b")
_PER = re.compile(r" ?/ ?| (?:trên|tren|per|mỗi|moi) |^(?:trên|tren|per) ")
_INDEX = re.compile(r"so voi (?:\w+ )?(?:nam|cung ky|ky)|previous year|nam truoc")
_GROWTH = re.compile(r"\b(?:tang|giam|growth|increase|decrease)\b")


class Unit(NamedTuple):
    """So many of a thing over so many of another: ``dong`` 1e3 per ``people`` 1 in a ``month``."""

    thing: str
    size: float = 1.0
    per: str = ""
    by: float = 1.0
    time: str = ""
    note: str = ""

    @property
    def rate(self) -> float:
        """How large one of it is."""
        return self.size / self.by


class _Part(NamedTuple):
    thing: str
    size: float


@lru_cache(maxsize=8_192)
def unit_of(written: str) -> Unit | None:
    """Read a unit; None for words that are none, or hold a word that is not understood."""
    text = nfc(written).casefold().strip(" ().:;,")
    words = fold(text)
    if text == "d":  # a letter that numbers a column; đồng is "đ"
        return None
    if share := re.match(
        r"(?:tỷ lệ |tỉ lệ )?(?:%|‰|phần trăm|phần nghìn|per ?cent|phan tram|phan nghin)", text
    ):
        thousandth = "‰" in share[0] or "ngh" in share[0]
        note = "growth" if _GROWTH.search(words) else "index" if _INDEX.search(words) else ""
        return Unit("%", 0.001 if thousandth else 0.01, note=note)
    if _INDEX.search(words) or _GROWTH.match(words):
        return Unit("%", 0.01, note="growth") if "%" in text and _GROWTH.match(words) else None
    if scaled := re.fullmatch(
        r"(?:điểm|points?|index|chỉ số|thang(?: điểm)?)\s*(?:(\d+)\s*[-–]\s*)?(\d+)", text
    ):
        return Unit("points", float(scaled[2]))
    parts = [_part(p) for p in _PER.split(text)]
    if text.startswith(("trên ", "per ", "tren ", "/")):
        parts[0] = _Part("count", 1.0)
    if not parts or any(p is None for p in parts):
        return None
    return _joined([p for p in parts if p is not None])


def _joined(parts: list[_Part]) -> Unit | None:
    top, under = parts[0], [p for p in parts[1:] if p.thing not in _TIMES]
    if len(under) > 1 or top.thing in _TIMES:
        return None
    time = next((p.thing for p in parts[1:] if p.thing in _TIMES), "")
    thing, size = ("points", 0.0) if top.thing == "points" else (top.thing, top.size)
    return Unit(thing, size, *(under[0] if under else ("", 1.0)), time)


def _part(text: str) -> _Part | None:
    """A number, words of scale and a thing, each at most once but the scales; None if a word is left."""
    spaced = _JOINED.sub(r"\1 đồng", _plain(text))
    size, number = 1.0, _NUMBER.match(spaced)
    if number is not None:
        size, spaced = float(re.sub(r"\D", "", number[0])), spaced[number.end() :]
    words = spaced.split()
    while words and (end := 0 if words[0] in _SIZES else -1 if words[-1] in _SIZES else None) is not None:
        size *= _SIZES[words.pop(end)]
    thing, one = _KNOWN.get(" ".join(words), ("", 0.0))
    return _Part(thing, size * one) if size * one else None


def _plain(text: str) -> str:
    """Words, with the marks of numbers left in place and signs of money as words."""
    marked = (
        text.replace("us$", "usd").replace("$", "usd").replace("₫", "đ").replace("€", "eur").replace("²", "2")
    )
    words = re.findall(r"\d[\d.,]*|[^\W\d]+", marked)
    return " ".join(w.strip(".,") for w in words)


def looks_like_unit(written: str) -> bool:
    """Whether words that are not understood name a scale, money or something over something."""
    text = nfc(written).casefold()
    words = set(fold(text).split())
    named = words & {
        "nghin",
        "ngan",
        "trieu",
        "usd",
        "vnd",
        "eur",
        "dong",
        "million",
        "billion",
        "thousand",
        "euro",
        "yen",
    }
    return len(words) <= 8 and bool(
        named or re.search(r"[^\W\d]{1,20} ?/ ?[^\W\d]|/ ?\d[\d.]* ?[^\W\d]|[$₫€‰]", text)
    )


_BRACKET = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_COMMA = re.compile(r"[,;:–-]\s+([^,;:()]+?)\s*$")
# A sum of money that is no power of ten is no unit, a wage of "1.150.000 đồng/tháng", nor is a limit: "dưới 2 triệu đồng".
_SCALED = rf"\d+(?:[.,]\d+)*\s*(?:(?:{'|'.join(_SIZES)})\b\s*)*"
_SUM = re.compile(
    rf"(?<![\d.,])(?!(?:19|20)\d\d\b(?![.,]\d)|10*(?:[.,]0+)*(?![\d.,]*\d)){_SCALED}(?:đồng|đ|vnđ|vnd|usd)\b(?:\s*/\s*[^\W\d]+)?"
    r"|\b(?:dưới|từ|đến|hơn|quá|kém|ít nhất|tối thiểu|tối đa|under|below|over|above|than|least|most|up to|from)"
    rf"\s+(?!(?:19|20)\d\d\b){_SCALED}(?:[^\W\d]+(?:\s*/\s*[^\W\d]+)?)?",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:năm|(?:19|20)\d\d)[*,;:.]*", re.IGNORECASE)
_BEGINS = re.compile(
    rf"[%‰$1₫]|[^/]*/|(?:{'|'.join(_SIZES)}|trđ|ngđ|vnđ|vnd|usd|eur|ndt|trên|per|phần|phan)\b",
    re.IGNORECASE,
)


class Written(NamedTuple):
    """A unit as it is written, and what it means, None if that is not understood."""

    text: str
    unit: Unit | None


@lru_cache(maxsize=8_192)
def unit_in(heading: str) -> Written | None:
    """The unit that a heading or title states: in brackets, after a comma at its end, as all of it, or among its words."""
    heading = _SUM.sub(" ", nfc(heading))
    brackets = [m[1].rpartition(":")[2] for m in reversed(list(_BRACKET.finditer(heading)))]
    tail, whole = _COMMA.search(nfc(heading)), unit_of(heading) if len(heading) < 60 else None
    tries = [*brackets, *([tail[1]] if tail else [])]
    found = next((Written(t, u) for t in tries if (u := unit_of(t)) is not None), None)
    if found is None and whole is not None and _telling(whole):
        return Written(heading, whole)
    found = found or _among(_BRACKET.sub(" ", nfc(heading)[:300]).split())
    return found or next((Written(t, None) for t in brackets if looks_like_unit(t)), None)


def _telling(unit: Unit) -> bool:
    """Whether a unit is more than a thing, which could be what an indicator is of."""
    return unit.thing in (*MONEY, "%") or unit.rate not in (0.0, 1.0) or bool(unit.per)


def _among(words: list[str]) -> Written | None:
    """A unit at the end of words without brackets, years aside; thousands of money anywhere in them."""
    words = [w for w in words if not _DATE.fullmatch(w)]
    for i in (i for i, word in enumerate(words) if _BEGINS.match(word)):
        for j in range(min(len(words), i + 6), i, -1):
            whole = " ".join(words[i:j])
            for text in (whole, whole[whole.find("/") :] if re.search(r"/ ?\d", whole) else ""):
                unit = unit_of(text)
                sum_of_money = unit is not None and unit.thing in MONEY and unit.size >= 1e3
                if unit is not None and _telling(unit) and (j == len(words) or sum_of_money):
                    return Written(text, unit)
    return None


class Against(NamedTuple):
    """How a stated unit stands to the one that is wanted: how many of it one is; `ask` if that is not known."""

    factor: float = 1.0
    ask: bool = False


def against(stated: Unit, wanted: Unit) -> Against:
    """Compare two units; one that is silent of its time, or of whom money is for, says what is wanted."""
    if {stated.thing, wanted.thing} <= {"%", "points"}:
        return _shares(stated, wanted)
    counted = stated.thing in COUNTS and wanted.thing in COUNTS and bool(wanted.per)
    per = stated.per or ("" if wanted.thing in COUNTS or wanted.per in MONEY else wanted.per)
    other = per != wanted.per and (bool(wanted.per) or per != "people")
    if other or not (counted or stated.thing == wanted.thing):
        return Against(ask=True)
    by = stated.by / wanted.by if stated.per and wanted.per else 1.0
    late = bool(stated.time) and stated.time != (wanted.time or "year")
    return Against(stated.size / wanted.size / by, late)


def _shares(stated: Unit, wanted: Unit) -> Against:
    """Percentages, per mille and an index from 0 to 1."""
    if stated.thing == "points":
        sizes = {stated.size, wanted.size} - {0.0}
        return Against(ask=wanted.thing == "%" or len(sizes) > 1)
    if wanted.thing == "points":
        return Against(stated.size) if wanted.size == 1.0 else Against(ask=True)
    other = stated.note != wanted.note and (stated.note == "index" or (stated.note and wanted.note))
    return Against(stated.size / wanted.size, bool(other))
