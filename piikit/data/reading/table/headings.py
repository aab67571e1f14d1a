"""What headings mean: the code of an indicator or aggregate, or a field such as province, value or year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ....base.folding import fold, nfc
from ...framework import Framework
from ...paths import raw, rows

HEAD_ROWS = 40
Words = Mapping[str, Sequence[str]]
TABLE_WORDS: Words = {
    "unit": (
        "tinh", "tinh thanh pho", "tinh thanh", "tinh tp", "thanh pho", "dia phuong", "ten dia phuong", "ten tinh",
        "province", "provinces", "unit", "units", "ucode", "locality", "don vi hanh chinh",
        "tinh thanh pho province", "don vi",
    ),
    "code": (
        "ma chi so", "code", "ma", "icode", "ma so", "chi so", "chi tieu", "ten chi so", "indicator", "ten chi tieu",
    ),
    "value": ("gia tri", "so lieu", "value", "ket qua", "obs value", "gia tri chi so", "value screen"),
    "year": ("nam", "year", "time", "ky", "nam so lieu", "time period", "datayr"),
}  # fmt: skip
IGNORED = {
    "stt", "tt", "no", "so thu tu", "ghi chu", "note", "notes", "nguon", "source", "vung", "region", "khu vuc",
    "don vi tinh", "dvt", "unit of measure", "id", "uname", "provenance", "nguon goc",
}  # fmt: skip
NO_PROVINCE = {*TABLE_WORDS["unit"], *TABLE_WORDS["code"], *IGNORED}
_LEADING = re.compile(
    r"^(?:(?:trụ cột|nhóm|chỉ số|pillar|group)\s+)?\d+(?:\.\d+)*\*?[.)]?\s*[:\-–]?\s+", re.IGNORECASE
)
_KIND = re.compile(r"^(?:chỉ số|trụ cột|nhóm)\s*:?\s+", re.IGNORECASE)
_MEASURE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_AFTER_COMMA = re.compile(r"\s*,\s*(?:%|điểm|triệu đồng|tỷ đồng)\s*$")
_CODE = re.compile(r"^(\d+(?:\.\d+)+)\b")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


class Headings(NamedTuple):
    """A row of headings and the column of each field."""

    row: int
    columns: dict[str, int]


def fields_of(row: Sequence[Any], words: Words) -> dict[str, int]:
    """Column of every field that a row of cells names; of a field's words the first counts most."""
    at: dict[str, int] = {}
    for column, cell in enumerate(row):
        if cell not in (None, ""):
            at.setdefault(fold(str(cell)), column)
    found = {field: next((at[w] for w in known if w in at), None) for field, known in words.items()}
    return {field: column for field, column in found.items() if column is not None}


def find_headings(table: Sequence[Sequence[Any]], words: Words, needed: Sequence[str]) -> Headings | None:
    """The first row that names all the needed fields, each in a column of its own."""
    for i, row in enumerate(table[:HEAD_ROWS]):
        columns = fields_of(row, words)
        if len({columns[f] for f in needed if f in columns}) == len(needed):
            return Headings(i, columns)
    return None


def year_in(headings: Iterable[str]) -> int | None:
    """The last year that the headings name."""
    years = [int(y) for h in headings for y in _YEAR.findall(h)]
    return years[-1] if years else None


def heading_code(text: str, framework: Framework) -> str | None:
    """The code that a heading means: the code itself, "1.1.1 name", or a name in either language."""
    if text in framework:
        return text
    named = match_name(text, framework) if any(c.isalpha() for c in text) else None
    start = _CODE.match(text)
    if named is None and start and start[1] in framework:
        return start[1]
    return named


def match_name(name: str, framework: Framework) -> str | None:
    """The code that a printed name means, by folding and aliases; None if none. Likeness decides nothing."""
    text, known = nfc(name), _name_keys(framework)
    if text in framework:
        return text
    return next((known[k] for k in _keys(text) if k in known), None)


@lru_cache(maxsize=32)
def _name_keys(framework: Framework) -> dict[str, str]:
    """Folded names and aliases of every code; a key that two codes share is left out."""
    found: dict[str, set[str]] = {}
    for code, row in framework.table.iterrows():
        for key in {*_keys(str(row["name_vi"])), *_keys(str(row["name_en"]))}:
            found.setdefault(key, set()).add(str(code))
    keys = {k: next(iter(codes)) for k, codes in found.items() if len(codes) == 1}
    aliases = _aliases() if framework.root == "PII" else ()
    return {fold(alias): code for alias, code in aliases if code in framework} | keys


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    return tuple((r["alias"], r["code"]) for r in rows(raw("pages", "name_aliases.csv")))


@lru_cache(maxsize=32_768)
def _keys(name: str) -> tuple[str, ...]:
    """Keys to try: whole, without a leading code or word, without a unit in brackets at the end."""
    whole = nfc(name).strip(" *:.-–")
    bare = _LEADING.sub("", whole)
    tries = [whole, bare]
    for t in (whole, bare):
        cut = _MEASURE.sub("", t)
        tries += [cut, _AFTER_COMMA.sub("", cut)]
    tries.append(_KIND.sub("", bare))
    return tuple(dict.fromkeys(k for t in tries if (k := fold(t))))
