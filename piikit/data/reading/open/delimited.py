"""CSV and other plain tables in the encoding and with the separator that they happen to have."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from ....base.errors import Problem
from ....base.folding import compose
from .grid import Grid, from_rows
from .legacy_fonts import font_of
from .row_widths import Row, swallowed, uneven_rows
from .safety import Budget, Refused

SEPARATORS = (";", "\t", ",", "|")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_TOLD = re.compile(r"^sep=(.)(?:\r\n?|\n|$)")
_LINE_END = re.compile(r"\r\n?|\n")
_END, _LONGEST = "\ue000end", 100_000
_LOOKED_AT, _BETWEEN_CELLS = 50_000, re.compile(r"[;,\t|\r\n\"<>]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class Decoded(NamedTuple):
    """Text of a file and the encoding that was taken."""

    text: str
    encoding: str


class Delimited(NamedTuple):
    """A plain table, the encoding that was taken, and rows that do not fit their headings."""

    grid: Grid
    encoding: str
    problems: list[Problem]


def decode(data: bytes) -> Decoded:
    """Text of a file by byte-order mark, else as UTF-8, UTF-16, cp1258 or cp1252 (so where old fonts wrote it).

    cp1258 stores the tones as combining marks; the text is composed (NFC) whatever the encoding.

    Raises
    ------
    Refused
        If the bytes are no text.
    """
    head = data[:4000]
    name = next((n for mark, n in _BOMS if data.startswith(mark)), "")
    if not name and head.count(0) > len(head) // 5:
        name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    old = font_of(_BETWEEN_CELLS.split(data[:_LOOKED_AT].decode("cp1252", errors="replace")))
    for tried in (name,) if name else ("utf-8", "cp1252") if old else ("utf-8", "cp1258", "cp1252"):
        with suppress(UnicodeDecodeError):
            return Decoded(_composed(data.decode(tried, "replace" if name else "strict")), tried)
    return Decoded(_composed(data.decode("cp1258", errors="replace")), "cp1258")


def _composed(text: str) -> str:
    text = compose(text).rstrip("\0\x1a")
    head = text[:20_000]
    if len(_CONTROL.findall(head)) + head.count("\ufffd") > max(3, len(head) // 50):
        raise Refused("binary")
    if "\0" in text:
        raise Refused("nul", line=1 + len(_LINE_END.findall(text, 0, text.index("\0"))))
    return text


def separator(text: str) -> str:
    """The separator that parts the first lines most evenly."""
    sample = "\n".join(islice(io.StringIO(text, newline=None), 60))
    best, chosen = 0.0, ","
    for sign in SEPARATORS:
        widths = [len(r) for r in _rows(sample, sign) if r]
        usual = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        score = widths.count(usual) / len(widths) * min(usual, 12) if usual > 1 else 0.0
        if score > best + 1e-9:
            best, chosen = score, sign
    return chosen


def _rows(text: str, sign: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=sign))
    except csv.Error:
        return []


def read_delimited(data: bytes, budget: Budget | None = None) -> Delimited:
    """Read a plain table.

    Raises
    ------
    Refused
        If it is no text, holds nothing, more cells than may be read, or a quotation mark left open.
    """
    budget = Budget() if budget is None else budget
    text, encoding = decode(data)
    if not text.strip():
        raise Refused("empty")
    told = _TOLD.match(text)
    sign = told[1] if told else separator(text)
    budget.take("slots", text.count(sign) + text.count("\n") + text.count("\r"))
    rows = _rows_of(text, sign)
    if told:
        rows[0].cells.clear()
    grid = from_rows(None, [row.cells for row in rows], budget)
    return Delimited(grid, encoding, uneven_rows(rows, sign))


def _rows_of(text: str, sign: str) -> list[Row]:
    """All rows; a quotation mark that is never closed, or closed in another row, is told by its line."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=sign)
    begins, limit = 1, csv.field_size_limit(_LONGEST)
    try:
        for cells in reader:
            rows.append(Row(len(rows) + 1, begins, [c.strip() for c in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        held = next(islice(io.StringIO(text, newline=""), begins - 1, None), "")
        raise (Refused("quote", line=begins) if '"' in held else Refused("broken")) from error
    finally:
        csv.field_size_limit(limit)
    last = rows.pop()
    if last.cells != [_END]:
        raise Refused("quote", line=last.line)
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    usual = max(widths, key=lambda w: widths[w], default=1)
    for row in rows:
        if any(swallowed(row, cell, sign, usual) for cell in row.cells if "\n" in cell or "\r" in cell):
            raise Refused("quote", line=row.line)
    return rows
