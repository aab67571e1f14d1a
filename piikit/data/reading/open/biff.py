"""Error cells and percentages of an old ``.xls``: what calamine leaves out of its values."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .grid import At

_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_END, _MAX_SECTORS = 0xFFFFFFFA, 200_000
Errors = dict[At, str]


def error_cells(data: bytes) -> list[tuple[Errors, frozenset[At]]]:
    """For each worksheet of a BIFF8 workbook its error cells and the cells shown as percentages.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    list of (dict of (row, column) from 1 to error text, set of (row, column))
        Empty if the file cannot be followed.
    """
    try:
        stream = workbook_stream(data)
        return [_sheet(stream, offset, _percent_styles(stream)) for offset in _sheets(stream)]
    except (struct.error, IndexError, ValueError):
        return []


def workbook_stream(data: bytes) -> bytes:
    """The ``Workbook`` stream of an OLE compound file.

    Raises
    ------
    ValueError
        If the chains of sectors cannot be followed.
    """
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    size = 1 << shift
    if shift not in (9, 12):
        raise ValueError("sector size")
    n_fat, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, mini_start, _, difat, n_difat = struct.unpack_from("<5I", data, 56)

    def sector(at: int) -> bytes:
        return data[(at + 1) * size : (at + 2) * size]

    fat_at = list(struct.unpack_from("<109I", data, 76))
    for _ in range(min(n_difat, 10_000)):
        block = struct.unpack(f"<{size // 4}I", sector(difat))
        fat_at += block[:-1]
        difat = block[-1]
    fat = b"".join(sector(a) for a in fat_at[:n_fat] if a < _END)
    table = struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])

    def chain(start: int, next_of: tuple[int, ...]) -> Iterator[int]:
        for _ in range(_MAX_SECTORS):
            if start >= _END or start >= len(next_of):
                return
            yield start
            start = next_of[start]
        raise ValueError("endless chain")

    entries = b"".join(sector(a) for a in chain(directory, table))
    streams = {}
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        streams[name] = (
            struct.unpack_from("<I", entries, at + 116)[0],
            struct.unpack_from("<I", entries, at + 120)[0],
        )
    found = streams.get("Workbook") or streams.get("Book")
    if found is None:
        raise ValueError("no workbook")
    start, length = found
    if length >= cutoff:
        return b"".join(sector(a) for a in chain(start, table))[:length]
    root, _ = streams["Root Entry"]
    small = b"".join(sector(a) for a in chain(root, table))
    mini_fat = b"".join(sector(a) for a in chain(mini_start, table))
    mini = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)
    step = 1 << mini_shift
    return b"".join(small[a * step : (a + 1) * step] for a in chain(start, mini))[:length]


def _records(stream: bytes, at: int = 0) -> Iterator[tuple[int, int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> list[int]:
    out = []
    for _, kind, body in _records(stream):
        if kind == 0x0A:
            break
        if kind == 0x85 and body[5] == 0:
            out.append(struct.unpack_from("<I", body)[0])
    return out


def _percent_styles(stream: bytes) -> frozenset[int]:
    formats, styles = {9: "%", 10: "%"}, []
    for _, kind, body in _records(stream):
        if kind == 0x0A:
            break
        if kind == 0x041E:
            wide = len(body) > 4 and body[4] & 1
            formats[struct.unpack_from("<H", body)[0]] = body[5:].decode(
                "utf-16-le" if wide else "latin-1", "replace"
            )
        elif kind == 0xE0:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return frozenset(i for i, f in enumerate(styles) if "%" in formats.get(f, ""))


def _sheet(stream: bytes, offset: int, percents: frozenset[int]) -> tuple[Errors, frozenset[At]]:
    errors: Errors = {}
    shown = set()
    for _, kind, body in _records(stream, offset):
        if kind == 0x0A:
            break
        if kind not in (0x06, 0x0205, 0x0203, 0x027E, 0xBD) or len(body) < 6:
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        at = (row + 1, column + 1)
        if kind == 0xBD:
            for k in range((len(body) - 6) // 6):
                if struct.unpack_from("<H", body, 4 + 6 * k)[0] in percents:
                    shown.add((row + 1, column + 1 + k))
            continue
        if style in percents:
            shown.add(at)
        if kind == 0x0205 and len(body) >= 8 and body[7]:
            errors[at] = _CODES.get(body[6], "#VALUE!")
        elif kind == 0x06 and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            errors[at] = _CODES.get(body[8], "#VALUE!")
    return errors, frozenset(shown)
