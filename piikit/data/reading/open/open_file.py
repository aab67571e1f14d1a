"""Open any table file safely as grids of cells."""

from __future__ import annotations

import csv
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ....base.errors import Problem
from .delimited import decode, read_delimited
from .grid import Grid, Grids, from_rows
from .html_text import html_rows
from .ods import read_ods
from .old_excel import read_old
from .safety import Refused, look, refuse
from .xlsx import read_xlsx

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
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        found = look(path)
        sheets, said = _read(path, found.kind)
    except Refused as refused:
        raise refuse(path.name, refused) from None
    except _BROKEN as error:
        raise refuse(path.name, Refused("broken")) from error
    named = tuple(replace(sheet, file=path.name) for sheet in sheets)
    warnings = [Problem(f"problem.file.{n}", file=path.name, severity="warning") for n in found.notes]
    warnings += [
        Problem("problem.file.hidden", file=path.name, sheet=sheet.name, severity="warning")
        for sheet in named
        if sheet.hidden and sheet.rows and not (sheet.name or "").startswith(MARKER)
    ]
    warnings += [Problem(key, values, file=path.name, severity="warning") for key, values in said]
    return Grids(path.name, found.kind, named, tuple(warnings))


MARKER = "piikit"


def _read(path: Path, kind: str) -> tuple[list[Grid], list[tuple[str, dict[str, str]]]]:
    if kind == "xlsx":
        return read_xlsx(path), []
    if kind == "ods":
        return read_ods(path), []
    if kind in ("xls", "xlsb"):
        return read_old(path), [("problem.file.xlsb", {})] if kind == "xlsb" else []
    data = path.read_bytes()
    if kind == "html":
        if len(data) > _HTML_LIMIT:
            raise Refused("large", size=f"{len(data) / 1e6:.0f}", limit=f"{_HTML_LIMIT / 1e6:.0f}")
        return [from_rows(None, html_rows(decode(data).text).rows)], []
    found = read_delimited(data)
    usual = found.encoding in ("utf-8", "utf-8-sig")
    return [found.grid], [] if usual else [("problem.file.encoding", {"encoding": found.encoding})]


_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, csv.Error, etree.LxmlError, EOFError, LookupError, ValueError,
    ArithmeticError, RuntimeError, OSError,
)  # fmt: skip
