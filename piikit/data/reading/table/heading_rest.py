"""What a heading says beside the code and name of an indicator, its unit, a year and other harmless words: never passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ....base.folding import fold, nfc
from ...framework import Framework
from ..measure_words import unit_in
from ..open.heading_words import TABLE_WORDS
from .headings import IGNORED, aliases, named_code, spans_in, states_unit, without_year, year_in

_WORD = re.compile(r"[^\W\d_]{2,}|\bm[23]\b")
_CODE = re.compile(r"(?<![\d.])\d+(?:\.\d+)+(?![\d.])")
_COMPUTED = re.compile(r"(?<=§)\s*/\s*\d+|[x×*]\s*10+\b|→")
_ASIDE = re.compile(r"[(\[]\s*(?:nguồn|source)\b[^()\[\]]*[)\]]|cả hai giới|both sexes", re.IGNORECASE)
_HARMLESS = (
    "chỉ số chỉ tiêu mã số liệu giá trị kết quả mức thực hiện đạt sơ bộ ước tính chính thức báo cáo đơn vị đvt tính theo kỳ và "
    "của tỉnh địa phương chung tổng cộng hạng mục trụ cột nhóm thang cột nguồn số "
    "indicator index code value data figure preliminary prel estimate estimated est final official unit revised total overall all "
    "of in the and per pillar group sub score by province year"
)
_PARTS = {
    "nam", "nữ", "nu", "male", "female", "men", "women", "thành thị", "nông thôn", "thanh thi", "nong thon", "urban", "rural",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of figures: what its headings say.

    `changed` is the indicator that a word makes something else of, and the word; `rest` are words that are not known;
    `loose`: the headings mean the indicator only together, or in one of two languages.
    """

    at: int
    heads: tuple[str, ...]
    code: str | None = None
    year: int | None = None
    other: str | None = None
    changed: tuple[str, str] | None = None
    rest: str = ""
    loose: bool = False


def rest_of(heading: str, code: str, framework: Framework) -> str:
    """The words of a heading that say nothing known of its indicator; empty if there are none."""
    said = unit_in(text := nfc(heading))
    bare = without_year(_ASIDE.sub(" ", text if said is None else text.replace(said.text, " ")))
    known = _words_of(framework, code)
    found = [w for w in _WORD.findall(bare) if w.lower() not in known and not _dated(w, text)]
    codes = [c for c in _CODE.findall(text) if c in framework and c != code]
    return " ".join([*found, *codes, *_COMPUTED.findall(bare.replace(code, "§")), *spans_in(text)])[:80]


def _dated(word: str, text: str) -> bool:
    """Whether a word is "năm" in a heading without accents; beside accents "nam" are men."""
    return word.lower() == "nam" and text.isascii() and year_in([text]) is not None


@lru_cache(maxsize=2_000)
def _words_of(framework: Framework, code: str) -> frozenset[str]:
    """The words of the code, names and unit of an indicator, and those that change nothing; with accents and without."""
    row = framework.table.loc[code]
    named = [code, *(str(row.get(c, "") or "") for c in ("name_vi", "name_en", "unit", "unit_vi"))]
    named += [alias for alias, of in aliases(framework) if of == code]
    spelt = {w.lower() for text in (*named, _HARMLESS) for w in _WORD.findall(nfc(text))}
    return frozenset(spelt | {fold(w) for w in spelt if w not in _PARTS} - {"nu"})


def with_rests(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], framework: Framework
) -> tuple[Column, ...]:
    """The columns with the rest of their headings; one with a rest beside one without, of the same indicator, is set aside."""
    coded = [c for c in columns if c.code is not None]
    told = [replace(c, rest=" ".join(_rests(c, coded, rows, framework))) for c in columns]
    plain = [c for c in told if c.code is not None and not c.rest]
    return tuple(
        replace(c, code=None, changed=(c.code, c.rest))
        if c.rest
        and c.code
        and any(p.code == c.code and (p.year == c.year or None in (p.year, c.year)) for p in plain)
        else c
        for c in told
    )


def _rests(
    column: Column, coded: list[Column], rows: Sequence[Sequence[Any]], framework: Framework
) -> Iterator[str]:
    """The rests of all headings of a column from the one that names it on down, and of those above that are its own.

    Headings that name two indicators are asked about as such.
    """
    if column.code is None or column.loose or column.other is not None:
        return
    inner = {c for c in framework.table.index if c not in framework.indicators}
    meant = [named_code(nfc(str(row[column.at])), framework) for row in rows]
    first = next((i for i, code in enumerate(meant) if code == column.code), len(rows))
    for i, row in enumerate(rows):
        cell, beside = row[column.at], [row[c.at] for c in coded]
        own = len({str(c) for c in beside if c not in (None, "")}) == len(coded) > 1
        if not isinstance(cell, str) or meant[i] in inner or states_unit(cell) or fold(cell) in _COLUMNS:
            continue
        if own or (i >= first and (meant[i] or beside.count(cell) == 1)) or nfc(cell).lower() in _PARTS:
            yield from filter(None, [rest_of(cell, column.code, framework)])


_COLUMNS = {*IGNORED, *TABLE_WORDS["value"], *TABLE_WORDS["unit"], *TABLE_WORDS["measure"]}
