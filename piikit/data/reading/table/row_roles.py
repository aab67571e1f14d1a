"""What the cell of a row is that names no unit: total, region, note, or something unknown."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from ....base.folding import fold, nfc
from ...provinces import provinces

Role = Literal["unit", "total", "region", "note", "unknown", "empty"]

LONGEST = 60  # no province is written longer, with whatever stands before or after it
_TOTALS = {
    "tong", "tong so", "tong cong", "cong", "ca nuoc", "toan quoc", "viet nam", "toan tinh", "toan thanh pho",
    "trung binh", "trung binh ca nuoc", "binh quan", "binh quan ca nuoc", "trung vi", "nho nhat", "lon nhat",
    "min", "max", "mean", "median", "average", "total", "whole country", "national", "vietnam", "sum",
    "cao nhat", "thap nhat", "do lech chuan", "ca nuoc whole country", "tong so total",
}  # fmt: skip
_NOTE = re.compile(
    r"^\s*(?:ghi chú|chú thích|chú ý|lưu ý|nguồn|đơn vị tính|đvt|người lập|ngày|ký hiệu|note|notes|source|sources|unit)\b"
    r"|^\s*(?:\(?\*+\)?|\(\d\)|\d\)|\[\d\]|[¹²³†‡])\s*\S",
    re.IGNORECASE,
)
_TOTALS_BEGIN = ("tong so ", "tong cong ", "ca nuoc ", "trung binh ", "binh quan ")
_BEFORE = re.compile(r"^\s*(?:\d{1,3}|[IVXivx]{1,5})\s*[.)/-]\s*")
_AFTER = re.compile(r"(?:\s*\(\s*\*?[0-9a-z*]{0,2}\s*\)|\s*[*†‡¹²³]+)$")


def bare(cell: str) -> str:
    """A name without a number before or a footnote mark after it."""
    return _AFTER.sub("", _BEFORE.sub("", nfc(cell)))


def role_of(cell: str) -> Role:
    """What a cell is that names no unit."""
    if len(cell) <= LONGEST:
        key = fold(bare(cell))
        if key in _TOTALS or key.startswith(_TOTALS_BEGIN):
            return "total"
        if key in _regions():
            return "region"
    return "note" if len(cell) > 120 or _NOTE.search(nfc(cell)) else "unknown"


@cache
def _regions() -> frozenset[str]:
    tables = [provinces(size)[["region", "region_en"]] for size in (63, 34)]
    names = {fold(name) for table in tables for name in table.to_numpy().ravel()}
    return frozenset(names | {"dong bang song cuu long", "dong bang song hong", "tay nguyen", "dong nam bo"})
