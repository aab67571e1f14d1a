"""Open any table file safely as grids of cells."""

from __future__ import annotations

import csv
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from ....base.errors import InputError, Problem
from ....base.files import readable
from .delimited import decode, read_delimited
from .excel_2003 import read_excel_2003
from .grid import Grid, Grids, letters
from .html_tables import html_grids
from .legacy_fonts import in_unicode
from .ods import read_ods
from .old_excel import read_old
from .safety import Budget, Refused, look
from .xlsx import read_xlsx
from .xml_stream import BrokenXml

_HTML_LIMIT = 15_000_000


def open_grids(path: str | Path) -> Grids:
    """Open a workbook, CSV, saved web page or text as grids; nothing in it is run or fetched.

    Parameters
    ----------
    path : str or Path
        ``.xlsx, .xlsm, .xlsb, .xls, .ods, .csv, .tsv, .txt, .html``; the content decides, not
        the name.

    Raises
    ------
    InputError
        With the file's name and, where there is one, the sheet: empty, encrypted, too large,
        a bomb, broken, or no table.
    FileNotFoundError
        If there is no such file.
    """
    path = readable(path)
    try:
        found = look(path)
        sheets, said = _read(path, found.kind, Budget())
        sheets, fonts = in_unicode(sheets)
    except Refused as refused:
        raise InputError([refused.problem(path.name)]) from None
    except _BROKEN as error:
        raise InputError([Refused("broken").problem(path.name)]) from error
    named = tuple(replace(sheet, file=path.name) for sheet in sheets)
    said = [replace(problem, file=path.name) for problem in (*said, *fonts)]
    if any(problem.severity == "error" for problem in said):
        raise InputError([p for p in said if p.severity == "error"])
    warnings = [Problem(f"problem.file.{n}", file=path.name, severity="warning") for n in found.notes]
    warnings += [
        Problem("problem.file.hidden", file=path.name, sheet=sheet.name, severity="warning")
        for sheet in named
        if sheet.hidden and sheet.rows and not (sheet.name or "").startswith(MARKER)
    ]
    warnings += hidden_parts(named)
    return Grids(path.name, found.kind, named, (*warnings, *said))


def hidden_parts(sheets: Sequence[Grid]) -> Iterator[Problem]:
    """That rows and columns which hold something are hidden, as they are read all the same."""
    for sheet in () if any(sheet.name == MARKER for sheet in sheets) else sheets:
        rows = [r for r in sheet.row_at if r in sheet.hidden_rows]
        columns = [c for c in sheet.col_at if c in sheet.hidden_columns]
        at: dict[str, Any] = {"file": sheet.file, "sheet": sheet.name, "severity": "warning"}
        if rows and not sheet.hidden:
            yield Problem("problem.file.hidden_rows", {"at": _spans(rows, str)}, **at)
        if columns and not sheet.hidden:
            yield Problem("problem.file.hidden_columns", {"at": _spans(columns, letters)}, **at)


def _spans(at: list[int], name: Callable[[int], str]) -> str:
    """Places in order as "3-5, 9", shortened where they are many."""
    starts = [a for k, a in enumerate(at) if not k or at[k - 1] != a - 1]
    ends = [a for k, a in enumerate(at) if k + 1 == len(at) or at[k + 1] != a + 1]
    shown = [name(a) if a == b else f"{name(a)}-{name(b)}" for a, b in zip(starts, ends, strict=True)]
    return ", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")


MARKER = "piikit"


def _read(path: Path, kind: str, budget: Budget) -> tuple[list[Grid], list[Problem]]:
    if kind in _READERS:
        return _READERS[kind](path, budget), [_warning("xlsb")] if kind == "xlsb" else []
    data = path.read_bytes()
    if kind == "html":
        if len(data) > _HTML_LIMIT:
            raise Refused("large", size=f"{len(data) / 1e6:.0f}", limit=f"{_HTML_LIMIT / 1e6:.0f}")
        return html_grids(decode(data).text, budget), []
    found = read_delimited(data, budget)
    usual = found.encoding in ("utf-8", "utf-8-sig")
    said = [] if usual else [_warning("encoding", encoding=found.encoding)]
    return [found.grid], [*said, *found.problems]


_READERS: dict[str, Callable[[Path, Budget], list[Grid]]] = {
    "xlsx": read_xlsx, "ods": read_ods, "xls": read_old, "xlsb": read_old, "xml": read_excel_2003,
}  # fmt: skip


def _warning(key: str, **values: str) -> Problem:
    return Problem(f"problem.file.{key}", values, severity="warning")


_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, csv.Error, etree.LxmlError, EOFError, LookupError, ValueError,
    ArithmeticError, RuntimeError, OSError, BrokenXml,
)  # fmt: skip
