"""Rows of a plain table that do not fit its headings: decimal commas, surplus cells, another separator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ....base.errors import Problem
from ....base.folding import fold
from .grid import letters
from .heading_words import TABLE_WORDS

_FIGURE = re.compile(r"^[-+(]?\d[\d.,\s]*%?\)?$")
_WHOLE, _REST = re.compile(r"^[-+]?\d+$"), re.compile(r"^\d+ ?%?$")
_HEADS = {*TABLE_WORDS["unit"], *TABLE_WORDS["code"]}
_SPARE = {
    "ghi chu", "note", "notes", "remark", "remarks", "nguon", "source", "don vi", "don vi tinh", "dvt", "vung",
    "region", "khu vuc", "co quan", "agency",
}  # fmt: skip
_DIGITS = re.compile(r"^\d{1,3}$")
_MOST, _LONGEST = 20, 40


class Row(NamedTuple):
    """A row of a plain table: its number, the line of the file where it begins, and its cells."""

    number: int
    line: int
    cells: list[str]

    @property
    def width(self) -> int:
        """Cells up to the last one that holds something."""
        return next((n for n in range(len(self.cells), 0, -1) if self.cells[n - 1]), 0)

    @property
    def figures(self) -> int:
        """How many cells after the first look like figures."""
        return sum(bool(_FIGURE.match(c)) for c in self.cells[1:] if len(c) < _LONGEST)

    def problem(self, key: str, at: int, values: dict[str, Any], severity: str = "error") -> Problem:
        """A problem at cell `at` (from 0) of the row."""
        cell = f"{letters(at + 1)}{self.number}"
        said = {"line": self.line, **values}
        return Problem(f"problem.{key}", said, cell=cell, value=self.cells[0][:80], severity=severity)


class _Measured(NamedTuple):
    """Rows with figures, and how wide their headings are: in cells that hold something, and in all."""

    rows: list[Row]
    width: int
    whole: int
    spare: frozenset[int] = frozenset()


def uneven_rows(rows: Sequence[Row], sign: str) -> list[Problem]:
    """What is to be asked or said of rows wider, narrower or otherwise parted than their headings."""
    found = [p for table in _tables(rows) for p in _of_table(table, sign)]
    return sorted(found, key=lambda p: p.severity != "error")[:_MOST]


def _tables(rows: Sequence[Row]) -> Iterator[_Measured]:
    """Headings and the rows below them; a row of headings again begins another table."""
    begins = list(_headings(rows))
    if not begins:
        yield from _without_headings([row for row in rows if row.width])
        return
    for at, end in zip(begins, [*begins[1:], len(rows)], strict=True):
        above = at
        while above and sum(map(bool, rows[above - 1].cells)) > 1 and not rows[above - 1].figures:
            above -= 1
        below = at + 1
        while below < end and rows[below].width and not rows[below].cells[0]:
            below += 1
        heads = rows[above:below]
        body = [row for row in rows[below:end] if row.width]
        spare = frozenset(j for r in heads for j, c in enumerate(r.cells) if j > 1 and fold(c) in _SPARE)
        yield _Measured(body, max(r.width for r in heads), max(len(r.cells) for r in heads), spare)


def _headings(rows: Sequence[Row]) -> Iterator[int]:
    words: dict[int, str] = {}
    for at, row in enumerate(rows):
        if sum(map(bool, row.cells)) < 2:
            continue
        keys = {j: key for j, c in enumerate(row.cells) if len(c) < _LONGEST and (key := fold(c)) in _HEADS}
        again = any(words.get(j) == key for j, key in keys.items()) or not rows[at - 1].width
        if keys and (not words or again):
            words = words or keys
            yield at


def _without_headings(rows: list[Row]) -> Iterator[_Measured]:
    """The usual width, or that of the first row if decimal commas make all others wider."""
    wide = [row for row in rows if sum(map(bool, row.cells)) > 1]
    if not wide:
        return
    first, body = wide[0], [row for row in wide[1:] if row.figures]
    wider = [row for row in body if row.width > first.width]
    usual = Counter(row.width for row in body).most_common(1)[0][0] if body else 0
    told = wider and all(_joined(row, row.width - first.width) for row in wider)
    width = first.width if told else max(first.width, usual)
    yield _Measured(rows[rows.index(first) + 1 :], width, max(width, len(first.cells)))


def _of_table(table: _Measured, sign: str) -> Iterator[Problem]:
    for row in table.rows:
        if other := _other_separator(row, sign, table.width):
            said = {"sign": other.replace("\t", "Tab"), "usual": sign.replace("\t", "Tab")}
            yield row.problem("rows.separator", 0, said)
    body = [row for row in table.rows if row.figures]
    padded = [row for row in body if len(row.cells) > table.whole and row.width <= table.width]
    commas = sign == "," and all(_joined(row, 1) for row in padded)
    for row in body:
        if row.width > table.width or (commas and row in padded):
            yield _surplus(row, table, sign)
    short = [row for row in body if len(row.cells) < table.width]
    if (halved := _halved(body, table, short) if sign == "," else None) is not None:
        yield halved
    elif short:
        counts = {"n": len(short), "cells": len(short[0].cells), "heads": table.width}
        yield short[0].problem("rows.short", 0, counts, "warning")
    elif sign == "," and (at := _undecided(body, table)):
        joined, parted = ",".join(body[0].cells[at - 1 : at + 1]), " | ".join(body[0].cells[at - 1 : at + 1])
        yield body[0].problem("rows.whole", at - 1, {"joined": joined, "parted": parted}, "warning")


def _undecided(body: list[Row], table: _Measured) -> int:
    """A column of one digit, or of two, beside whole numbers where no figure of the table has decimals; 0 if there is none."""
    figures = (c for row in body for c in row.cells[1:] if _FIGURE.match(c))
    named = all(any(map(str.isalpha, row.cells[0])) for row in body)
    if len(body) < 2 or not named or any("." in c or "," in c for c in figures):
        return 0
    columns = (at for at in range(2, table.width) if _split_at(body, at))
    lengths = ((at, {len(r.cells[at]) for r in body if r.width > at} - {0}) for at in columns)
    return next((at for at, found in lengths if found in ({1}, {2})), 0)


def _halved(body: list[Row], table: _Measured, short: list[Row]) -> Problem | None:
    """Whole numbers of all rows that are as likely the halves of figures with decimal commas: asked about.

    The second half then stands in a column of words, or the cells missing at the end are those that the commas made.
    """
    lefts = {at - 1 for at in table.spare if _split_at(body, at)}
    if short and short == body and all(row.width % 2 for row in body):
        pairs = {at for row in body for at in range(1, row.width, 2)}
        lefts |= pairs if all(_split_at(body, at + 1) for at in pairs) else set()
    full, narrow = [r for r in body if r not in short], {len(r.cells) for r in short}
    if full and len(narrow) == 1 and all(_joined(r, table.width - min(narrow)) for r in full):
        lefts |= {at for at in range(1, table.width - 1) if _split_at(full, at + 1)}
    if not lefts:
        return None
    at = min(lefts)
    row = next(r for r in body if r.width > at + 1 and r.cells[at + 1])
    joined, parted = f"{row.cells[at]},{row.cells[at + 1]}", f"{row.cells[at]} | {row.cells[at + 1]}"
    return row.problem("rows.halved", at, {"joined": joined, "parted": parted})


def _split_at(body: list[Row], at: int) -> bool:
    """Whether column `at` holds nothing but a few digits, in most rows, each beside a whole number."""
    beside = [(r.cells[at - 1], r.cells[at]) for r in body if r.width > at]
    filled = [right for _, right in beside if right]
    wholes = all(_WHOLE.match(left) for left, _ in beside if left)
    return len(filled) * 2 >= len(body) > 0 and wholes and all(_DIGITS.match(right) for right in filled)


def _surplus(row: Row, table: _Measured, sign: str) -> Problem:
    wide = row.width > table.width
    more = row.width - table.width if wide else len(row.cells) - table.whole
    said = {"cells": row.width if wide else len(row.cells), "heads": table.width}
    joined = (_joined(row, more) or ([] if wide else _joined(row, 1))) if sign == "," else []
    if joined:
        readings = {"joined": " | ".join(joined)[:120], "parted": " | ".join(row.cells[: row.width])[:120]}
        return row.problem("rows.commas", 1, said | readings)
    figures = any(_FIGURE.match(c) for c in row.cells[table.width :] if len(c) < _LONGEST)
    shown = {"surplus": " | ".join(c for c in row.cells[table.width :] if c)[:120]}
    if figures:
        return row.problem("rows.surplus", table.width, said | shown)
    return row.problem("rows.surplus_text", table.width, said | shown, "warning")


def _joined(row: Row, more: int) -> list[str]:
    """The cells with `more` pairs of whole numbers joined by decimal commas; none if that cannot be."""
    out: list[str] = []
    cells = iter(range(len(row.cells)))
    for at in cells:
        cell, following = row.cells[at], row.cells[at + 1] if at + 1 < len(row.cells) else ""
        if more > 0 and _WHOLE.match(cell) and _REST.match(following):
            out.append(f"{cell},{following}")
            more -= 1
            next(cells, None)
        else:
            out.append(cell)
    return [] if more else out


def _other_separator(row: Row, sign: str, width: int) -> str | None:
    """A sign by which the row falls into as many cells as there are headings, if its own does not part it."""
    whole = sign.join(row.cells)
    alone = sum(map(bool, row.cells)) == 1
    for other in ";\t|,":
        if other == sign or other not in whole or width < 2:
            continue
        parts = [p.strip() for p in whole.rstrip(sign).split(other)]
        figures = [bool(_FIGURE.match(p)) for p in parts[1:] if p and len(p) < _LONGEST]
        if len(parts) == width and any(figures) and (alone or (other != "," and all(figures))):
            return other
    return None


def swallowed(row: Row, cell: str, sign: str, usual: int) -> bool:
    """Whether a cell of several lines holds rows of the table: a quotation mark was not closed where it should be."""
    for line in cell.splitlines():
        parts = [p.strip() for p in line.split(sign)]
        figures = any(_FIGURE.match(p) for p in parts[1:] if len(p) < _LONGEST)
        if figures and (len(parts) == usual or len(row.cells) != usual):
            return True
    return False
