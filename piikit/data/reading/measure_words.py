"""What a unit of measure says: "nghìn đồng/người", "đơn/10.000 dân", "million VND per month", "‰"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ...base.folding import fold, nfc

_SCALES = {
    "nghin": 1e3, "ngan": 1e3, "thousand": 1e3, "ng": 1e3, "trieu": 1e6, "million": 1e6, "tr": 1e6, "mil": 1e6,
    "ty": 1e9, "ti": 1e9, "billion": 1e9, "bn": 1e9,
}  # fmt: skip
_THINGS = {
    "dong": "dong, d, vnd", "usd": "usd, do la, do la my, dollars, us dollars", "eur": "eur, euro", "cny": "ndt, cny",
    "jpy": "jpy, yen", "year": "nam, year", "month": "thang, month", "quarter": "quy, quarter",
    "people": "nguoi, dan, nguoi dan, nhan khau, lao dong, hoc sinh, nguoi di hoc, people, person, persons, inhabitants",
    "enterprise": "doanh nghiep, dn, enterprise, enterprises", "household": "ho, household, households",
    "points": "diem, point, points, chi so, index, thang diem",
    "count": "don, du an, san pham, to chuc, bang, van bang, giai, giai phap, nhiem vu, de tai, co so, hop tac xa, "
    "so don, so luong, applications, application, patents, projects, products",
}  # fmt: skip
_KNOWN = {word: thing for thing, words in _THINGS.items() for word in words.split(", ")}
MONEY = {"dong", "usd", "eur", "cny", "jpy"}
COUNTS = {"people", "enterprise", "household", "count"}
_TIMES = {"year", "month", "quarter"}
_NUMBER = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d+")
_JOINED = re.compile(r"\b(ng|tr|ty|nghin|trieu)(?:d|vnd)\b")
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
    if text.startswith(("trên ", "per ", "tren ")):
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
    spaced = _JOINED.sub(r"\1 dong", _plain(text))
    size, number = 1.0, _NUMBER.match(spaced)
    if number is not None:
        size, spaced = float(re.sub(r"\D", "", number[0])), spaced[number.end() :]
    words = spaced.split()
    while words and words[0] in _SCALES:
        size *= _SCALES[words.pop(0)]
    thing = _KNOWN.get(" ".join(words))
    return None if thing is None or size == 0 else _Part(thing, size)


def _plain(text: str) -> str:
    """Folded, with the marks of numbers left in place and signs of money as words."""
    marked = text.replace("us$", "usd").replace("$", "usd").replace("₫", "đ").replace("€", "eur")
    words = re.findall(r"\d[\d.,]*|[^\W\d]+", marked)
    return " ".join(w.strip(".,") if w[0].isdigit() else fold(w) for w in words)


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


class Written(NamedTuple):
    """A unit as it is written, and what it means, None if that is not understood."""

    text: str
    unit: Unit | None


@lru_cache(maxsize=8_192)
def unit_in(heading: str) -> Written | None:
    """The unit that a heading or title states: in brackets, after a comma at its end, or as all of it."""
    tries = [m[1] for m in reversed(list(_BRACKET.finditer(heading)))]
    tail = _COMMA.search(nfc(heading))
    tries += [tail[1]] if tail else []
    found = next((Written(t, u) for t in tries if (u := unit_of(t)) is not None), None)
    whole = unit_of(heading) if found is None and len(heading) < 60 else None
    if whole is not None and (whole.thing in (*MONEY, "%") or whole.rate not in (0.0, 1.0) or whole.per):
        return Written(heading, whole)
    brackets = tries[:-1] if tail else tries
    return found or next((Written(t, None) for t in brackets if looks_like_unit(t)), None)


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
