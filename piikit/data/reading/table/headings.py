"""What headings mean: the code of an indicator or aggregate, or a field such as province, value or year."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from ....base.folding import fold, nfc
from ...framework import Framework
from ...paths import raw, rows
from ..measure_words import unit_in, unit_of
from ..office_numbers import read_number
from ..open.heading_words import TABLE_WORDS, Words

HEAD_ROWS = 40
IGNORED = {
    "stt", "tt", "no", "so thu tu", "ghi chu", "note", "notes", "nguon", "source", "vung", "region", "khu vuc",
    "don vi tinh", "dvt", "unit of measure", "id", "uname", "provenance", "nguon goc",
}  # fmt: skip
NO_PROVINCE = {*TABLE_WORDS["unit"], *TABLE_WORDS["code"], *IGNORED}
_LEADING = re.compile(
    r"^(?:(?:trụ cột|nhóm|chỉ số|pillar|group)\s+)?\d+(?:\.\d+)*\*?[.)]?\s*[:\-–]?\s+", re.IGNORECASE
)
_KIND = re.compile(r"^(?:chỉ số|trụ cột|nhóm)\s*:?\s+", re.IGNORECASE)
_MEASURE = re.compile(r"(?<!\s)\s*[(\[][^()\[\]]*[)\]]\s*$")
_FOOTNOTE = re.compile(r"(?<=[)\w])\s?[(\[][\d*]{1,2}[)\]]$")
_AFTER_COMMA = re.compile(r"(?<!\s)\s*,\s+([^,()]+?)\s*$")
_CODE = re.compile(r"^(\d+(?:\.\d+)+)\b")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
_YEAR_WORDS = r"(?:năm|sơ bộ|ước(?: tính| thực hiện| đạt)?|thực hiện|chính thức|kỳ|year|prel(?:iminary)?|est(?:imated?)?)"
_ONLY_YEAR = re.compile(
    rf"(?:{_YEAR_WORDS}[\s.:*/()–-]*)*(?P<year>19[5-9]\d|20[0-4]\d)(?:\.0+)?[\s*]*(?:\(?\s*{_YEAR_WORDS}\.?\s*\)?)?",
    re.IGNORECASE,
)
_YEAR_PART = re.compile(
    rf"(?:(?<![\s_,./:(–-])[\s_,./:(–-]+)?(?:(?<![^\W_]){_YEAR_WORDS}[\s.:_]*){{0,3}}(?:19[5-9]\d|20[0-4]\d)(?:\.0+)?\s*\)?",
    re.IGNORECASE,
)
# What makes something else of an indicator: a change, a plan, a rank. "Hạng mục" is a heading like any other.
_CHANGES = re.compile(
    r"\b(?:so (?:với|cùng|voi)|cùng kỳ|tốc độ|toc do|tăng|giảm|thay đổi|thay doi|biến động|chênh lệch|chenh lech"
    r"|kế hoạch|ke hoach|(?<!có )(?<!trình )mục tiêu|(?<!co )(?<!trinh )muc tieu|dự báo|du bao|(?:xếp |thứ )?hạng(?! mục)|(?:xep|thu) hang|rank(?:s|ed|ing)?"
    r"|growth|changes?|increase|decrease|difference|plan(?:ned)?|targets?|forecast|compared|versus|vs)\b"
)
_WORDY = 60
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*([-–—/])\s*((?:19|20)\d\d)(?!\d)")
_YEAR_OF = re.compile(
    r"(?<!với )(?<!kỳ )(?<!tháng \d )(?<!tháng \d\d )\b(?:năm|year)\s+((?:19|20)\d\d)(?![\d.]|\s*[-–—/])",
    re.IGNORECASE,
)
_OFFICES = re.compile(
    r"kế hoạch (?:và|-|–|&|đầu tư|tài chính|số)|\b(?:sở|phòng|ban|bộ|cục|viện) kế hoạch|hạng mục"
)
_BETWEEN = re.compile(r"\s*[/|]\s*|\s+[-–]\s+|\s*\((?=[^()]{6,}\)$)|\s+")

_SIDES = re.compile(r"\n|\s[-–/|]\s|\((?=[^()]*\)\s*$)")
_WRAPPED = 12

UNIT_LINE = re.compile(
    r"^\s*+\(?\s*(?:đơn vị tính|đơn vị đo|đơn vị|đvt|đvị|unit of measure|unit|units)\b\s*(?:/\s*units?\s*)?[:：]\s*",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"^\s*(?:biểu|bảng|phụ lục|table|hình)\s*(?:số\s*)?[\dIVX][\dIVXa-z.\-]*\s*[.:)\-–]*\s*", re.IGNORECASE
)
_BY = re.compile(
    r"(?<![\s,])[\s,]*+(?:(?:phân|chia)?\s*theo\s+(?:địa phương|tỉnh)|by\s+(?:province|locality)|(?:các\s+)?năm\s+\d{4}|giai đoạn).*$",
    re.IGNORECASE,
)


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
    years = [int(y) for h in headings for y in _YEAR.findall(_SPAN.sub(_last_of_span, h))]
    return years[-1] if years else None


def _last_of_span(span: re.Match[str]) -> str:
    """A school year "2021-2022" is of its last one; "2021-2025" is of none, and "2022/2021" a change."""
    return span[3] if span[2] != "/" and int(span[3]) == int(span[1]) + 1 else " "


def spans_in(text: str) -> list[str]:
    """Spans of years that a heading names."""
    return [m[0] for m in _SPAN.finditer(text)]


def year_of_titles(titles: Iterable[str]) -> int | None:
    """The one year that titles state; dates and years to compare with are none."""
    years = {int(y) for t in titles for y in _YEAR_OF.findall(nfc(t))}
    return years.pop() if len(years) == 1 else None


def other_kind(title: str, names: str) -> str:
    """A word by which a title says that its figures are plans, forecasts or ranks; those in `names` do not count."""
    kinds = (
        "kế",
        "ke",
        "mục",
        "muc",
        "dự",
        "du",
        "xếp",
        "xep",
        "thứ",
        "thu",
        "rank",
        "plan",
        "target",
        "forecast",
    )
    said = _CHANGES.findall(_OFFICES.sub(" ", nfc(title).lower()))
    return next((w for w in said if w.startswith(kinds) and w not in names), "")


def states_unit(cell: Any) -> bool:
    """Whether a cell is a line that states a unit, such as "ĐVT: %"."""
    return isinstance(cell, str) and len(cell) < 200 and bool(UNIT_LINE.match(nfc(cell)))


def only_year(cell: Any) -> int | None:
    """The year that a cell holds and nothing else: 2022, "2022.0", "Năm 2022", "Sơ bộ 2022", "Prel. 2022"."""
    if cell is None or isinstance(cell, bool | date):
        return None
    found = _ONLY_YEAR.fullmatch(nfc(str(cell)).strip())
    return int(found["year"]) if found else None


def without_year(text: str) -> str:
    """A heading without the years in it and the words beside them: "Giá trị năm 2022" is "Giá trị"."""
    return _YEAR_PART.sub("", text).strip()


def other_year(text: str, framework: Framework) -> bool:
    """Whether a heading is a code of the framework but for the year in it, as grdp_2021 beside grdp_2022."""
    return bool(_YEAR.search(text)) and _YEAR.sub("0000", text.strip()) in _dated(framework)


@lru_cache(maxsize=32)
def _dated(framework: Framework) -> frozenset[str]:
    return frozenset(_YEAR.sub("0000", c) for c in framework.indicators if _YEAR.search(c))


def heading_code(text: str, framework: Framework) -> str | None:
    """The code that a heading means, if no word beside it makes something else of it: "2.1 (plan)" means none."""
    code = named_code(text, framework)
    return None if code is not None and changed_by([text], code, framework) else code


def own_words(code: str, framework: Framework) -> str:
    """Names and units of an indicator, as its headings may say them."""
    row = framework.table.loc[code]
    return " | ".join(nfc(str(row.get(c, "") or "")) for c in ("name_vi", "name_en", "unit", "unit_vi"))


def title_codes(title: str, framework: Framework, *, alone: bool = False) -> list[str]:
    """Indicators that a title means: its code, or a name, whole or line by line, without its number and what follows.

    A code such as "2.1" could be a figure unless it stands `alone` in its row.
    """
    if title in framework.indicators and (alone or read_number(title).kind != "number"):
        return [title]
    pieces = [title, *re.split(r"[\n/|]", title)] if len(title) < 400 else []
    tries = [t for p in pieces for t in (p, _NUMBERED.sub("", p), _BY.sub("", _NUMBERED.sub("", p)))]
    words = [t.strip() for t in tries if any(c.isalpha() for c in t)]
    found = [c for t in words for c in (heading_code(t, framework), *at_odds(t, framework))]
    return [c for c in dict.fromkeys(found) if c in framework.indicators]


def changed_by(heads: Iterable[str], code: str, framework: Framework) -> str:
    """A word in the headings of an indicator that makes something else of it; those of its own name do not count."""
    for head in heads:
        meant = named_code(head, framework)
        own = " ".join(own_words(c, framework) for c in (code, meant or code)).lower()
        words = _CHANGES.findall(nfc(head).lower()) if meant == code or len(head) <= _WORDY else []
        if word := next((w for w in words if w not in own), ""):
            return str(word)
    return ""


def named_code(text: str, framework: Framework) -> str | None:
    """The code that a heading names: the code itself, "1.1.1 name", or a name in either language.

    A year beside it ("GRDP 2022", "grdp_2022") is passed over where the heading means nothing with it.
    """
    found = _heading_code(text, framework)
    if found is None and _YEAR.search(text) and not other_year(text, framework):
        bare = without_year(text)
        found = named_code(bare, framework) if bare else None
    return _of_two_languages(text, framework) if found is None else found


def _of_two_languages(text: str, framework: Framework) -> str | None:
    """The code that both sides of "name / name", "name - name" or "name name" mean; None if they differ."""
    for mark in _BETWEEN.finditer(text) if len(text) < 400 else ():
        sides = text[: mark.start()], text[mark.end() :]
        meant = {_heading_code(nfc(side), framework) for side in sides if any(c.isalpha() for c in side)}
        if len(meant) == 1 and None not in meant:
            return meant.pop()
    return None


def wrapped(cells: Sequence[str]) -> list[str]:
    """What headings say together, wrapped over rows, or each in one of two languages."""
    heads = [nfc(c) for c in cells[-_WRAPPED:]]
    ends = itertools.combinations(range(len(heads) + 1), 2)
    texts = [" ".join(heads[i:j]) for i, j in ends if j - i > 1]
    return texts + [side for c in cells if len(c) < 400 for side in _translated(c)]


def read_together(cells: Sequence[str], framework: Framework) -> str | None:
    """The one indicator that headings mean only together, or beside a translation of their own."""
    named = ((t, match_name(t, framework)) for t in wrapped(cells))
    meant = {c for t, c in named if c is not None and not changed_by([t], c, framework)}
    return meant.pop() if len(meant) == 1 and meant <= set(framework.indicators) else None


def _translated(cell: str) -> Iterator[str]:
    """Both sides of a heading of which one is in Vietnamese and the other in English."""
    for mark in _SIDES.finditer(cell):
        sides = cell[: mark.start()], cell[mark.end() :].rstrip(" )")
        accented = [any(c.isalpha() and not c.isascii() for c in side) for side in sides]
        wordy = all(len(side.split()) > 1 and not _CHANGES.search(nfc(side).lower()) for side in sides)
        yield from sides if wordy and accented[0] != accented[1] else ()


def at_odds(text: str, framework: Framework) -> list[str]:
    """The two codes that a heading means whose code and name differ, as "2.1 name of 2.2"; else none."""
    start = _CODE.match(text)
    if start is None or start[1] not in framework:
        return []
    meant = heading_code(text[start.end() :].strip(" *:.)-–"), framework)
    return [] if meant is None or meant == start[1] else [start[1], meant]


def without_unit(text: str) -> str:
    """A heading without a unit at its end, in brackets or after a comma."""
    cut = _MEASURE.sub("", text)
    return _AFTER_COMMA.sub(lambda tail: tail[0] if unit_of(tail[1]) is None else "", cut)


def _without_words_of_unit(text: str) -> str:
    """A heading without a unit in brackets, after a comma or just at its end."""
    bare = without_unit(text)
    written = unit_in(bare)
    return bare if written is None or written.unit is None else bare.removesuffix(written.text).strip()


def _heading_code(text: str, framework: Framework) -> str | None:
    if (bare := text if text in framework else _without_words_of_unit(text)) in framework:
        return bare
    lettered = (t for t in (text, bare) if any(c.isalpha() for c in t))
    named = next((c for t in lettered if (c := match_name(t, framework)) is not None), None)
    start = _CODE.match(text)
    if named is None and start and start[1] in framework:
        return start[1]
    return named


def match_name(name: str, framework: Framework) -> str | None:
    """The code that a printed name means, by folding and aliases; None if none. Likeness decides nothing."""
    text, known = nfc(name), _name_keys(framework)
    if text in framework:
        return text
    keys = _keys(text)
    return next((known[k] for k in (*(f"={k}" for k in keys[:1]), *keys) if k in known), None)


@lru_cache(maxsize=32)
def _name_keys(framework: Framework) -> dict[str, str]:
    """Folded names and aliases of every code, whole names after "=" too; a key that two codes share is left out."""
    found: dict[str, set[str]] = {}
    for code, row in framework.table.iterrows():
        both = _keys(str(row["name_vi"])), _keys(str(row["name_en"]))
        for key in {*both[0], *both[1], *(f"={k[0]}" for k in both if k)}:
            found.setdefault(key, set()).add(str(code))
    keys = {k: next(iter(codes)) for k, codes in found.items() if len(codes) == 1}
    return {fold(alias): code for alias, code in aliases(framework)} | keys


@lru_cache(maxsize=32)
def aliases(framework: Framework) -> tuple[tuple[str, str], ...]:
    """Other names that are printed for indicators of PII, and their codes."""
    listed = rows(raw("pages", "name_aliases.csv")) if framework.root == "PII" else ()
    return tuple((r["alias"], r["code"]) for r in listed if r["code"] in framework)


@lru_cache(maxsize=32_768)
def _keys(name: str) -> tuple[str, ...]:
    """Keys to try: whole, without a leading code or word, without a unit in brackets at the end."""
    whole = nfc(name).strip(" *:.-–")
    noted = _FOOTNOTE.sub("", whole)
    bare = _LEADING.sub("", noted)
    tries = [whole, noted, bare]
    for t in (noted, bare):
        tries += [_MEASURE.sub("", t), without_unit(t)]
    tries.append(_KIND.sub("", bare))
    return tuple(dict.fromkeys(k for t in tries if (k := fold(t))))
