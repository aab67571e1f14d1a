"""Error cells and percentages of an old ``.xls``: what calamine leaves out of its values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from .grid import At
from .safety import Budget

_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_END = 0xFFFFFFFA
_END_OF_BLOCK = 0x0A
_FORMULA, _BOOL_OR_ERROR, _NUMBER, _RK, _MANY_RK = 0x06, 0x0205, 0x0203, 0x027E, 0xBD


class Extras(NamedTuple):
    """Error cells of a sheet with their texts, and the cells shown as percentages; places from 1."""

    errors: dict[At, str]
    percent: frozenset[At]


def error_cells(data: bytes, budget: Budget) -> list[Extras]:
    """For each worksheet of a BIFF8 workbook its error cells and the cells shown as percentages.

    Parameters
    ----------
    data : bytes
        The whole file.
    budget : Budget

    Returns
    -------
    list of Extras
        Empty if the file cannot be followed.

    Raises
    ------
    Refused
        If there are more records or cells than may be read.
    """
    try:
        stream = workbook_stream(data)
        percents = _percent_styles(stream, budget)
        return [_sheet(stream, offset, percents, budget) for offset in _sheets(stream, budget)]
    except (struct.error, IndexError, ValueError):
        return []


def workbook_stream(data: bytes) -> bytes:
    """The ``Workbook`` stream of an OLE compound file.

    Raises
    ------
    ValueError
        If the chains of sectors cannot be followed.
    """
    return _Compound(data).stream("Workbook", "Book")


class _Compound:
    """An OLE compound file: streams in chains of sectors, small ones in chains of mini-sectors."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12):
            raise ValueError("sector size")
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        self.directory = struct.unpack_from("<I", data, 48)[0]
        self.cutoff, self.mini_start = struct.unpack_from("<2I", data, 56)
        self.table = _integers(b"".join(self.sector(a) for a in self._table_sectors() if a < _END))

    def _table_sectors(self) -> list[int]:
        """Sectors of the table of chains: 109 in the head, the others in blocks that point on."""
        count, following, blocks = (struct.unpack_from("<I", self.data, at)[0] for at in (44, 68, 72))
        found = list(struct.unpack_from("<109I", self.data, 76))
        for _ in range(min(blocks, 10_000)):
            *more, following = struct.unpack(f"<{self.size // 4}I", self.sector(following))
            found += more
        return found[:count]

    def sector(self, at: int) -> bytes:
        return self.data[(at + 1) * self.size : (at + 2) * self.size]

    def whole(self, start: int) -> bytes:
        return b"".join(self.sector(a) for a in _chain(start, self.table, len(self.data) // self.size))

    def stream(self, *names: str) -> bytes:
        """The first of the named streams that there is."""
        entries = self.whole(self.directory)
        streams = {}
        for at in range(0, len(entries) - 127, 128):
            length = struct.unpack_from("<H", entries, at + 64)[0]
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            streams[name] = struct.unpack_from("<II", entries, at + 116)
        start, length = next((streams[n] for n in names if n in streams), (0, 0))
        if not length:
            raise ValueError("no workbook")
        if length >= self.cutoff:
            return self.whole(start)[:length]
        small, chains, step = (
            self.whole(streams["Root Entry"][0]), _integers(self.whole(self.mini_start)), self.mini_size,
        )  # fmt: skip
        return b"".join(small[a * step : (a + 1) * step] for a in _chain(start, chains, len(chains)))[:length]


def _integers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(start: int, next_of: tuple[int, ...], most: int) -> Iterator[int]:
    for _ in range(most + 1):
        if start >= _END or start >= len(next_of):
            return
        yield start
        start = next_of[start]
    raise ValueError("endless chain")


def _records(stream: bytes, budget: Budget, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Kind and body of the records from `at` to the end of their block."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        budget.take("nodes", 1)
        if kind == _END_OF_BLOCK:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes, budget: Budget) -> list[int]:
    """Where the worksheets begin."""
    found = [body for kind, body in _records(stream, budget) if kind == 0x85 and body[5] == 0]
    return [struct.unpack_from("<I", body)[0] for body in found]


def _percent_styles(stream: bytes, budget: Budget) -> frozenset[int]:
    formats, styles = {9: "%", 10: "%"}, []
    for kind, body in _records(stream, budget):
        if kind == 0x041E:
            wide = len(body) > 4 and body[4] & 1
            formats[struct.unpack_from("<H", body)[0]] = body[5:].decode(
                "utf-16-le" if wide else "latin-1", "replace"
            )
        elif kind == 0xE0:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return frozenset(i for i, f in enumerate(styles) if "%" in formats.get(f, ""))


def _sheet(stream: bytes, offset: int, percents: frozenset[int], budget: Budget) -> Extras:
    errors: dict[At, str] = {}
    shown = set()
    for kind, body in _records(stream, budget, offset):
        if kind not in (_FORMULA, _BOOL_OR_ERROR, _NUMBER, _RK, _MANY_RK) or len(body) < 6:
            continue
        row, column = struct.unpack_from("<HH", body)
        many = (len(body) - 6) // 6 if kind == _MANY_RK else 1
        styles = [struct.unpack_from("<H", body, 4 + 6 * k)[0] for k in range(many)]
        budget.take("slots", many)
        shown |= {(row + 1, column + 1 + k) for k, style in enumerate(styles) if style in percents}
        code = _error_code(kind, body)
        if code is not None:
            errors[row + 1, column + 1] = _CODES.get(code, "#VALUE!")
    return Extras(errors, frozenset(shown))


def _error_code(kind: int, body: bytes) -> int | None:
    """The code of a cell that holds an error, or of a formula that gave one; else None."""
    if kind == _BOOL_OR_ERROR and len(body) >= 8 and body[7]:
        return body[6]
    if kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None
