"""What the cell of a row is that names no unit: total, region, note, or something unknown."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from ....base.errors import nearest
from ....base.folding import fold, nfc
from ...paths import raw, rows
from ...provinces import unit_names

Role = Literal["unit", "total", "region", "note", "unknown", "empty"]

LONGEST = 60  # no province is written longer, with whatever stands before or after it
_LONGEST_ROLE = 120
_NOTE = re.compile(
    r"^\s*(?:ghi chú|chú thích|chú ý|lưu ý|nguồn|đơn vị tính|đvt|người lập|ngày|ký hiệu|note|notes|source|sources|unit)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"^\s*(?:\(?\*+\)?|\(\d\)|\d\)|\[\d\]|[¹²³†‡])\s*(?=\S)")
_BEFORE = re.compile(
    r"^\s*(?:(?:\(\d{1,3}\)|\d{1,2}(?:\.\d{1,2})+)\s*[.)/_:-]?|(?:\d{1,3}|[IVXivx]{1,5})\s*[.)/_:-])\s*"
)
_OFFICE = re.compile(r"^(?:ubnd|(?:ủy|uỷ) ban nhân dân)\s+(?=(?:tỉnh|tp\b|thành phố))", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:(?<!\s)\s*\[\d{1,2}\]|(?<!\s)\s+\d\d|(?<!\s)\s*\(\s*+\*?[0-9a-z*]{0,2}\s*\)|(?<!\s)\s*(?<![*†‡¹²³])[*†‡¹²³]+)$"
)


def bare(cell: str) -> str:
    """A name without a number or an office before, or a code or footnote mark after it."""
    return _OFFICE.sub("", _AFTER.sub("", _BEFORE.sub("", nfc(cell))))


def role_of(cell: str) -> Role:
    """What a cell is that names no unit."""
    if len(cell) > _LONGEST_ROLE:
        return "note"
    key = re.sub("[0-9]+", "0", fold(bare(cell)))
    known = _vocabulary().issuperset(key.split())
    if key.startswith(_phrases("total begins", "{} ")) or (known and key in _phrases("total alone")):
        return "total"
    if known and any(words in f" {key} " for words in _phrases("total says", " {} ")):
        return "total"
    if known and any(words in f" {key} " for words in _phrases("region says", " {} ")):
        return "region"
    return "note" if _NOTE.search(nfc(cell)) or _is_footnote(nfc(cell)) else "unknown"


def _is_footnote(cell: str) -> bool:
    """Whether a text begins with the mark of a footnote, and what follows is not like a name: "2) Hà Nộii" is asked."""
    text = _MARKED.sub("", cell)
    return text != cell and (len(text) > LONGEST or not nearest(text, unit_names(63)))


@cache
def _phrases(kind: str, form: str = "{}") -> tuple[str, ...]:
    """What a row says, folded, that is a total or a region if every word of it may stand in such a name."""
    told = (r["words"] for r in rows(raw("provinces", "row_words.csv")) if r["kind"] == kind)
    return tuple(form.format(phrase) for words in told for phrase in words.split("; "))


@cache
def _vocabulary() -> frozenset[str]:
    """Words of which names of totals and regions are made, in either language or both; "0" is any number."""
    told = " ".join(r["words"] for r in rows(raw("provinces", "row_words.csv")))
    return frozenset(told.replace(";", "").split()) | {"0"}
