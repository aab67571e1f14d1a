"""CSV and other plain tables in the encoding and with the separator that they happen to have."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import NamedTuple

from ....base.formats import LocalNumber
from .grid import Grid, from_rows
from .safety import MAX_CELLS, Refused

SEPARATORS = (";", "\t", ",", "|")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class Decoded(NamedTuple):
    """Text of a file and the encoding that was taken."""

    text: str
    encoding: str


class Delimited(NamedTuple):
    """A plain table, and the encoding that was taken."""

    grid: Grid
    encoding: str


def decode(data: bytes) -> Decoded:
    """Text of a file by byte-order mark, else as UTF-8, UTF-16, cp1258 or cp1252.

    cp1258 stores the tones as combining marks; the text is composed (NFC) whatever the encoding.

    Raises
    ------
    Refused
        If the bytes are no text.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Decoded(_composed(data.decode(name, errors="replace")), name)
    zeros = data[:4000].count(0)
    if zeros > len(data[:4000]) // 5:
        even, odd = data[:4000:2].count(0), data[1:4000:2].count(0)
        name = "utf-16-le" if odd > even else "utf-16-be"
        return Decoded(_composed(data.decode(name, errors="replace")), name)
    for name in ("utf-8", "cp1258", "cp1252"):
        try:
            return Decoded(_composed(data.decode(name)), name)
        except UnicodeDecodeError:
            continue
    return Decoded(_composed(data.decode("cp1258", errors="replace")), "cp1258")


def _composed(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    head = text[:20_000]
    if len(_CONTROL.findall(head)) + head.count("\ufffd") > max(3, len(head) // 50):
        raise Refused("binary")
    return text.replace("\0", "")


def separator(text: str) -> str:
    """The separator that parts the first lines most evenly; ``sep=;`` in the first line decides."""
    told = re.match(r"^sep=(.)\r?\n", text)
    if told:
        return told[1]
    sample = "\n".join(text.splitlines()[:60])
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


def read_delimited(data: bytes) -> Delimited:
    """Read a plain table.

    Raises
    ------
    Refused
        If it is no text, holds nothing, or more cells than may be read.
    """
    text, encoding = decode(data)
    if not text.strip():
        raise Refused("empty")
    sign = separator(text)
    if text.count(sign) + text.count("\n") + text.count("\r") > MAX_CELLS:
        raise Refused("cells", limit=LocalNumber(MAX_CELLS))
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise Refused("broken") from error
    if table and re.match(r"^sep=.?$", sign.join(table[0])[:5]):
        table[0] = []
    return Delimited(from_rows(None, [[c.strip() for c in row] for row in table]), encoding)
