"""xls and xlsb, read in a process of their own: a broken file can end that one, never yours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from ....base.formats import LocalNumber
from .biff import Extras, error_cells
from .grid import Grid, from_cells
from .safety import MAX_CELLS, MAX_CHARACTERS, SECONDS, Budget, Refused

_CHILD = r"""
import datetime, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (900_000_000, 900_000_000))
except (ImportError, ValueError, OSError):
    pass
import python_calamine as calamine
def plain(v):
    return {"date": v.isoformat()} if isinstance(v, (datetime.datetime, datetime.date)) else str(v)
limit, characters = int(sys.argv[2]), int(sys.argv[3])
try:
    book = calamine.CalamineWorkbook.from_path(sys.argv[1])
    out = []
    for meta in book.sheets_metadata:
        if "WorkSheet" not in str(meta.typ):
            continue
        sheet = book.get_sheet_by_name(meta.name)
        left = (sheet.start or (0, 0))[1]
        cells = []
        for r, row in enumerate(sheet.iter_rows(), 1):
            cells += [[r, c, v] for c, v in enumerate(row, left + 1) if v is not None and v != ""]
            characters -= sum(len(v) for v in row if isinstance(v, str))
            if len(cells) > limit or characters < 0:
                key = "cells" if characters >= 0 else "characters"
                print(json.dumps({"refused": key, "sheet": meta.name})); sys.exit(0)
        limit -= len(cells)
        hidden = not str(meta.visible).endswith(".Visible")
        merged = [[a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1] for a, b in sheet.merged_cell_ranges or []]
        out.append([meta.name, hidden, merged, cells])
    whole = json.dumps({"sheets": out}, default=plain, ensure_ascii=False)
    sys.stdout.buffer.write(whole.encode("utf-8", "surrogatepass"))
except BaseException as error:
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        raise
    said = str(error).lower()
    key = "encrypted" if "password" in said or "encrypt" in said else "broken"
    print(json.dumps({"refused": "cells" if isinstance(error, MemoryError) else key}))
"""


def read_old(path: Path, budget: Budget) -> list[Grid]:
    """Read every sheet of an ``.xls`` or ``.xlsb`` file through calamine.

    Raises
    ------
    Refused
        Encrypted, broken, too large or too slow.
    """
    bounds = MAX_CELLS, MAX_CHARACTERS
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, os.fspath(path.resolve()), *map(str, bounds)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("slow", seconds=SECONDS) from error
    if done.returncode == -signal.SIGABRT:  # how it ends where the cells between its corners need more memory
        raise Refused("cells", limit=LocalNumber(MAX_CELLS))
    try:
        said: dict[str, Any] = json.loads(done.stdout.decode("utf-8", "surrogatepass"), object_hook=_dated)
    except ValueError as error:
        raise Refused("broken") from error
    if "refused" in said:
        most = MAX_CHARACTERS if said["refused"] == "characters" else MAX_CELLS
        raise Refused(said["refused"], sheet=said.get("sheet"), limit=LocalNumber(most))
    extras = error_cells(path.read_bytes(), budget)
    grids = []
    for at, (name, hidden, merged, held) in enumerate(said["sheets"]):
        more = extras[at] if at < len(extras) else Extras({}, frozenset())
        cells = {(r, c): v for r, c, v in held}
        ranges = tuple(tuple(m) for m in merged)
        grids.append(
            from_cells(name, cells | more.errors, budget, merged=ranges, percent=more.percent, hidden=hidden)
        )
    return grids


def _dated(found: dict[str, Any]) -> Any:
    return datetime.fromisoformat(found["date"]) if "date" in found else found
