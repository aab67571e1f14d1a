"""Which rows of an office's table are provinces, and which are totals, regions or footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from ....base.errors import UnknownNameError, nearest
from ....base.folding import fold, nfc
from ...provinces import known_province, match_province, provinces, unit_names, units_in

Role = Literal["unit", "total", "region", "note", "unknown", "empty"]

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
_LIMIT = 200
_LONGEST = 60  # no province is written longer, with whatever stands before or after it


class UnitMatcher:
    """Reads names of provinces, or of units given, with a memory; likeness only suggests.

    Parameters
    ----------
    units : {63, 34}, sequence of str or None
        The set to look in. None means both sets until :meth:`settle` has seen the names.
    """

    def __init__(self, units: int | Sequence[str] | None = None) -> None:
        self.units: int | None = units if isinstance(units, int) else None
        self.known: tuple[str, ...] = () if units is None or isinstance(units, int) else tuple(units)
        self._keys: dict[str, str] = {}
        for name in self.known:
            self._keys.setdefault(fold(name), name)
        self._seen: dict[str, tuple[Role, str]] = {}
        self._asked = 0

    def read(self, cell: Any) -> tuple[Role, str]:
        """What a cell of the province column is, and the official name if it is a province."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return "empty", ""
        if not isinstance(cell, str):
            return "unknown", ""
        if cell not in self._seen:
            self._seen[cell] = self._read(cell)
        return self._seen[cell]

    def _read(self, cell: str) -> tuple[Role, str]:
        if len(cell) > _LONGEST and not self.known:
            return ("note" if _NOTE.search(cell[:200]) or len(cell) > 120 else "unknown"), ""
        if nfc(cell) in self.known:
            return "unit", nfc(cell)
        text = re.sub(r"^\s*(?:\d{1,3}|[IVXivx]{1,5})\s*[.)/-]\s*", "", nfc(cell)[:200])
        text = re.sub(r"(?:\s*\(\s*\*?[0-9a-z*]{0,2}\s*\)|\s*[*†‡¹²³]+)$", "", text)
        if text in self.known:
            return "unit", text
        if (found := self._keys.get(fold(text))) is not None:
            return "unit", found
        if not self.known or self.units is not None:
            name = _known(text, self.units)
            if name is not None:
                return "unit", name
        elif (official := self._official(text)) is not None:
            return "unit", official
        key = fold(text)
        if key in _TOTALS or key.startswith(
            ("tong so ", "tong cong ", "ca nuoc ", "trung binh ", "binh quan ")
        ):
            return "total", ""
        if key in _regions():
            return "region", ""
        if _NOTE.search(nfc(cell)) or len(cell) > 120:
            return "note", ""
        return "unknown", ""

    def _official(self, text: str) -> str | None:
        name = _known(text, None)
        return name if name in self.known else None

    def hint(self, cell: Any) -> str | None:
        """The nearest known name, for a report; a limited number of times, as it is slow."""
        self._asked += 1
        if self._asked > _LIMIT or cell is None:
            return None
        if self.known:
            return next(iter(nearest(str(cell), self.known)), None)
        try:
            match_province(str(cell), self.units)  # type: ignore[arg-type]
        except UnknownNameError as error:
            return next(iter(error.suggestions), None)
        return None

    def settle(self, names: Sequence[Any], year: int | None = None) -> None:
        """Choose between the 63 and the 34 units by the names that a table uses."""
        if self.known or self.units is not None:
            return
        found = {name for c in names if (name := self.read(c)[1])}
        if not found:
            return
        now, before = (len(found & set(unit_names(k))) for k in (34, 63))
        older = before > now or (before == now and year is not None and units_in(year) == 63)
        self.units = 63 if older else 34
        self._seen.clear()


@lru_cache(maxsize=16_384)
def _known(text: str, units: int | None) -> str | None:
    return known_province(text, units)  # type: ignore[arg-type]


@cache
def _regions() -> frozenset[str]:
    names: set[str] = set()
    for size in (63, 34):
        table = provinces(size)
        names |= {fold(n) for column in ("region", "region_en") for n in table[column]}
    return frozenset(names | {"dong bang song cuu long", "dong bang song hong", "tay nguyen", "dong nam bo"})
