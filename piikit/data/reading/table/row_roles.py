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
_BEFORE = re.compile(r"^\s*(?:\d{1,3}|[IVXivx]{1,5})\s*[.)/-]\s*")
_AFTER = re.compile(r"(?:(?<!\s)\s*\(\s*+\*?[0-9a-z*]{0,2}\s*\)|(?<!\s)\s*(?<![*†‡¹²³])[*†‡¹²³]+)$")
# a row is a total or a region if it says so and every word of it may stand in such a name, in either language or both
_TOTAL = re.compile(
    r"^(?:tong|cong|hang|chung|min|max|sum|ranks?)$|\b(?:(?:tong|chung) (?:so|cong|cac|vung)|ca nuoc|toan (?:quoc|tinh|vung)"
    r"|toan thanh pho|viet ?nam|trung binh|binh quan|bq|tb (?:chung|vung)|trung vi|(?:cao|thap|lon|nho|nhieu|it) nhat"
    r"|do lech|(?:xep|thu) hang|mean|median|average|avg|total|subtotal|country|national|nationwide|gt[ln]n|highest|lowest"
    r"|\d+ (?:tinh|provinces)|best|worst|maximum|minimum|ranking|std|deviation)\b"
)
_REGION = re.compile(
    r"\b(?:dong bang|db (?:song|sh|scl)|dbsh|dbscl|trung du|tdmn\w*|td mn|mien (?:nui|bac|trung|nam)|mnpb|duyen hai|dhmt"
    r"|btb\w*|(?:dh)?ntb|tay nguyen|dnb|(?:(?:dong|tay) nam|(?:bac|nam) trung|bac|trung|nam) bo|bac trung|nam trung"
    r"|(?:dong|tay) bac|delta|midlands?|highlands?|mountain\w*|coast(?:al)?|(?:north|south)(?:ern)? ?(?:east|west|central)(?:ern)?"
    r"|kttd|trong diem|economic (?:zones?|regions?)|(?:northern|southern|central) (?:regions?|areas?|viet ?nam))\b"
)
_TOTALS_BEGIN = (
    "tong so ", "tong cong ", "ca nuoc ", "trung binh ", "binh quan ", "trung vi ", "total ", "average ", "mean ",
    "median ", "highest ", "lowest ",
)  # fmt: skip


def bare(cell: str) -> str:
    """A name without a number before or a footnote mark after it."""
    return _AFTER.sub("", _BEFORE.sub("", nfc(cell)))


def role_of(cell: str) -> Role:
    """What a cell is that names no unit."""
    if len(cell) > _LONGEST_ROLE:
        return "note"
    key = fold(bare(cell))
    known = all(word in _may_stand() or word.isdigit() for word in key.split())
    if key.startswith(_TOTALS_BEGIN) or (known and _TOTAL.search(key)):
        return "total"
    if known and _REGION.search(key):
        return "region"
    return "note" if _NOTE.search(nfc(cell)) or _is_footnote(nfc(cell)) else "unknown"


def _is_footnote(cell: str) -> bool:
    """Whether a text begins with the mark of a footnote, and what follows is not like a name: "2) Hà Nộii" is asked."""
    text = _MARKED.sub("", cell)
    return text != cell and (len(text) > LONGEST or not nearest(text, unit_names(63)))


@cache
def _may_stand() -> frozenset[str]:
    """Words, folded, of which names of totals and regions are made."""
    return frozenset(" ".join(r["words"] for r in rows(raw("provinces", "row_words.csv"))).split())
