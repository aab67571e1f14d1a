"""The tables of a dataset on disk: one Parquet or Excel file that loses nothing."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from numbers import Number
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import InputError, MethodError, Problem
from ..base.excel import as_stored, put, write_book
from ..base.files import readable, replace_file
from ..base.formats import LocalNumber
from .prefilled import SHEET as FILLED
from .prefilled import Prefilled, read_prefilled, write_prefilled
from .reading.office_numbers import Reading, read_number
from .reading.open.grid import Cell, Grid, Grids, letters
from .reading.open.safety import MAX_CELLS, MAX_READ, Refused

FORMAT = "piikit-dataset-1"
TABLES = ("values", "provenance", "sources", "notes", "groups", "denominators")
_HEAD, _EXACT = "piikit", "exact"
KINDS = ("bool", "int", "float", "text")
_YES, _NO = ("true", "1", "có", "yes"), ("false", "0", "không", "no")
At = tuple[int, int]


@dataclass(frozen=True)
class Stored:
    """What a file holds: plain values in `head`, tables by name in `frames`.

    Of a workbook, `problems` are what its sheets cannot be read as, `cells` where each label and column
    of a table stands, and `prefilled` what its figures were when it was written.
    """

    head: dict[str, Any]
    frames: dict[str, pd.DataFrame]
    problems: list[Problem] = field(default_factory=list)
    cells: dict[str, Cells] = field(default_factory=dict)
    prefilled: Prefilled | None = None
    file: str = ""

    def place(self, table: str, row: int, column: Any = None) -> dict[str, Any]:
        """File, sheet and cell of a row of a table, by its number, under a column (its label without one)."""
        held = self.cells.get(table)
        if held is None:
            return {"file": self.file, "sheet": table, "cell": None}
        at = 1 if column is None else held.columns.get(str(column), 1)
        return {"file": self.file, "sheet": table, "cell": f"{letters(at)}{held.rows[row]}"}


def save(stored: Stored, path: Path) -> Path:
    """Write to a ``.parquet`` or ``.xlsx`` file.

    Raises
    ------
    MethodError
        For another kind of file.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return replace_file(path, lambda temporary: _to_parquet(stored, temporary))
    if suffix == ".xlsx":
        return write_book(path, lambda book: _to_excel(stored, book))
    raise MethodError("error.dataset_suffix", path=path.name)


def load(path: Path) -> Stored:
    """Read a file that :func:`save` wrote; what is wrong in its sheets is told, not raised.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    MethodError
        If the file is of another kind.
    InputError
        If it cannot be opened.
    """
    readers = {".parquet": _from_parquet, ".xlsx": _from_excel}
    if path.suffix.lower() not in readers:
        raise MethodError("error.dataset_suffix", path=path.name)
    stored = readers[path.suffix.lower()](readable(path))
    if stored.head.get("format") != FORMAT:
        raise MethodError("error.dataset_format", path=path.name)
    return stored


def kind_of(column: pd.Series) -> str:
    """Type of a column: ``bool``, ``int``, ``float`` or ``text``."""
    if pd.api.types.is_bool_dtype(column):
        return "bool"
    if pd.api.types.is_integer_dtype(column):
        return "int"
    return "float" if pd.api.types.is_float_dtype(column) else "text"


def plain(cell: Any) -> str:
    """Text of a cell; "" for a gap."""
    if cell is None or cell != cell:
        return ""
    return repr(cell) if isinstance(cell, float) else str(cell)


def typed(cells: pd.Series, kind: str) -> pd.Series:
    """Cells that :func:`value_of` has read as a column of the given kind; what is no number is a gap."""
    if kind == "bool":
        return cells.map(lambda c: c is True or str(c).casefold() in _YES).astype(bool)
    if kind in ("int", "float"):
        held = cells.to_numpy(float, na_value=math.nan) if _stored(cells) else cells.map(sure_number)
        numbers = pd.Series(held, index=cells.index, dtype=float)
        return numbers.astype("int64" if kind == "int" and numbers.notna().all() else float)
    return pd.Series([plain(c) for c in cells], index=cells.index, dtype="str")


def _written(head: dict[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, **head}


def _to_parquet(stored: Stored, path: Path) -> None:
    """One row group of one row: each table as an Arrow IPC stream, the head as JSON."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {}
    for name, frame in stored.frames.items():
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pandas(frame)
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        columns[name] = pa.array([sink.getvalue().to_pybytes()], type=pa.large_binary())
    head = json.dumps(_written(stored.head), ensure_ascii=False, sort_keys=True)
    whole = pa.table(columns).replace_schema_metadata({"piikit": head})
    pq.write_table(whole, path, compression="zstd", write_page_checksum=True)


def _from_parquet(path: Path) -> Stored:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(path)
        head = json.loads((about.metadata or {}).get(b"piikit", b"{}"))
        _unpacked(sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)))
        if about.num_rows > 1 and head:
            raise ValueError(about.num_rows)
        whole = pq.read_table(path, page_checksum_verification=True) if head else pa.table({})
        frames = {n: _from_stream(whole[n][0].as_py()) for n in whole.column_names}
    except Refused as refused:
        raise InputError([refused.problem(path.name)]) from None
    except (pa.ArrowException, ValueError, TypeError, IndexError, OSError, RecursionError):
        raise InputError([Problem("problem.file.broken", file=path.name)]) from None
    return Stored(head if isinstance(head, dict) else {}, frames, file=path.name)


def _from_stream(written: bytes) -> pd.DataFrame:
    """A table of an Arrow stream, once it is known how much it holds: rows without bytes, packed bytes, lists."""
    import pyarrow as pa

    _unpacked(sum(int.from_bytes(at[1], "little") for at in _PACKED.finditer(written)))
    with pa.ipc.open_stream(written) as stream:
        table = stream.read_all()
    if table.num_rows * len(table.schema) > MAX_CELLS:
        raise Refused("cells", limit=LocalNumber(MAX_CELLS))
    kinds = pa.types.is_primitive, pa.types.is_string, pa.types.is_large_string, pa.types.is_null
    if not all(any(known(t) for known in kinds) for t in table.schema.types):
        raise TypeError(table.schema)
    table.validate(full=True)
    return table.to_pandas()


def _unpacked(size: int) -> None:
    if size > MAX_READ:
        raise Refused("bomb", size=f"{size / 1e6:.0f}", limit=MAX_READ // 10**6)


_PACKED = re.compile(
    rb"([\s\S]{8})(?:\x28\xb5\x2f\xfd|\x04\x22\x4d\x18)"
)  # length and begin of a Zstandard or LZ4 frame


def _to_excel(stored: Stored, book: Any) -> None:
    """One sheet a table; floats that a program may cut to 16 digits stand in full in sheet ``exact`` too."""
    first = book.create_sheet(_HEAD)
    for row, (key, value) in enumerate(_written(stored.head).items(), start=1):
        put(first, row, 1, key)
        put(first, row, 2, json.dumps(value, ensure_ascii=False, sort_keys=True))
    exact: list[tuple[str, int, int, str]] = []
    for name, frame in stored.frames.items():
        exact += [(name, *at, repr(value)) for at, value in _fill(book.create_sheet(name), frame).items()]
    if exact:
        sheet = book.create_sheet(_EXACT)
        for row, parts in enumerate(exact, start=1):
            for column, part in enumerate(parts, start=1):
                put(sheet, row, column, part)
        sheet.sheet_state = "hidden"
    figures = {n: stored.frames[n] for n in ("values", "denominators") if n in stored.frames}
    held: dict[str, pd.DataFrame] = {n: table.select_dtypes("number") for n, table in figures.items()}
    write_prefilled(book, held, framework=stored.frames.get("framework"))


def _fill(sheet: Any, frame: pd.DataFrame) -> dict[At, float]:
    """Write a table (labels, kinds, rows) and return the figures that 16 digits would change."""
    put(sheet, 1, 1, frame.index.name or "")
    for column, label in enumerate(frame.columns, start=2):
        put(sheet, 1, column, str(label))
        put(sheet, 2, column, kind_of(frame[label]))
    changed: dict[At, float] = {}
    for row, cells in enumerate(frame.itertuples(name=None), start=3):
        put(sheet, row, 1, str(cells[0]))
        for column, value in enumerate(cells[1:], start=2):
            put(sheet, row, column, value)
            if isinstance(value, float) and value == value and as_stored(value) != value:
                changed[row, column] = value
    sheet.freeze_panes = "B3"
    return changed


class Cells(NamedTuple):
    """Where the rows and columns of a table stand in its sheet."""

    rows: list[int]
    columns: dict[str, int]


def _from_excel(path: Path) -> Stored:
    from .reading.open.open_file import open_grids

    return of_grids(open_grids(path))


def of_grids(grids: Grids) -> Stored:
    """What stands in the sheets of a saved workbook."""
    sheets = {g.name or "": g for g in grids.sheets}
    stored = Stored({}, {}, prefilled=read_prefilled(sheets.get(FILLED)), file=grids.file)
    if _HEAD not in sheets:
        return stored
    for i, row in enumerate(sheets[_HEAD].rows):
        try:
            stored.head[str(row[0])] = json.loads(str(row[1]))
        except (ValueError, IndexError, RecursionError):
            stored.problems.append(sheets[_HEAD].cell(i, min(1, len(row) - 1)).problem("saved.head"))
    exact: dict[str, dict[At, float]] = {}
    for row in sheets[_EXACT].rows if _EXACT in sheets else ():
        found = row if len(row) == 4 and all(isinstance(c, int) for c in row[1:3]) else None
        if found and (full := number_of(found[3])) is not None:
            exact.setdefault(str(found[0]), {})[found[1], found[2]] = full
    for name in (n for n in sheets if n not in (_HEAD, _EXACT, FILLED)):
        _read_frame(sheets[name], exact.get(name, {}), stored)
    return stored


def number_of(written: Any) -> float | None:
    """A number that a program wrote as text, None for anything else."""
    try:
        return float(written)
    except (TypeError, ValueError):
        return None


def _read_frame(grid: Grid, exact: dict[At, float], stored: Stored) -> None:
    """The table of a sheet; an exact figure counts unless its cell was changed by hand since."""
    name, at = grid.name or "", {row: i for i, row in enumerate(grid.row_at)}
    labels, kinds = (grid.rows[at[row]] if row in at else [None] * len(grid.col_at) for row in (1, 2))
    body, first = [i for row, i in at.items() if row > 2], 1 in grid.col_at
    index = pd.Index([plain(grid.rows[i][0]) if first else "" for i in body], dtype="str")
    columns: dict[str, pd.Series] = {}
    for j in range(int(first), len(labels)):
        label, kind = labels[j], str(kinds[j])
        if label is None or str(label) in columns:
            held = next((i for i in body if grid.rows[i][j] is not None), 0)
            stored.problems.append(grid.cell(held, j).problem("saved.beside"))
        elif kind not in KINDS:
            stored.problems.append(
                grid.cell(at.get(2, 0), j).problem("saved.kind", {"known": ", ".join(KINDS)})
            )
        else:
            full = {i: exact.get((grid.row_at[i], grid.col_at[j])) for i in body}
            cells = [value_of(grid.cell(i, j), kind, stored.problems, full[i]) for i in body]
            columns[str(label)] = typed(pd.Series(cells, index=index, dtype=object), kind)
    stored.frames[name] = pd.DataFrame(columns, index=index).rename_axis(labels[0] if first else None)
    places = {str(label): grid.col_at[j] for j, label in reversed(list(enumerate(labels)))}
    stored.cells[name] = Cells([grid.row_at[i] for i in body], places)


def value_of(cell: Cell, kind: str, wrong: list[Problem], whole: float | None = None) -> Any:
    """A cell as its column wants it, in full where `whole` is what the file rounds; None, and a word, if it cannot be that."""
    raw = cell.raw
    if cell.uncached:
        wrong.append(cell.problem("value.uncached"))
    elif kind == "text" or raw is None:
        return raw
    elif kind == "bool":
        if isinstance(raw, bool) or plain(raw).casefold() in (*_YES, *_NO):
            return raw
        wrong.append(cell.problem("saved.bool"))
    else:
        value = sure_number(raw)
        if value is None:
            wrong.append(cell.problem("value.text"))
        elif kind == "int" and not value.is_integer():
            wrong.append(cell.problem("saved.int"))
        else:
            return whole if whole is not None and as_stored(whole) == value else value
    return None


def sure_number(raw: Any) -> float | None:
    """A finite number that a program holds, or that a person typed as text in one way only; None for anything else."""
    if isinstance(raw, Number) and not isinstance(raw, bool | complex):
        return float(raw) if math.isfinite(raw) else None  # type: ignore[arg-type]
    reading = read_number(raw)
    doubt = reading.unsure or reading.worded or reading.beside or reading.said
    return reading.value if reading.kind == "number" and not doubt else None


def no_numbers(cells: pd.Series) -> pd.Series:
    """Which values that a program gave are neither sure numbers nor gaps: doubtful text, True, infinity."""
    if _stored(cells):
        return pd.Series(np.isinf(cells.to_numpy(float, na_value=math.nan)), index=cells.index)
    gaps = cells.isna() | cells.map(lambda c: isinstance(c, str) and read_number(c) == Reading("missing"))
    return ~gaps & cells.map(lambda c: sure_number(c) is None).astype(bool)


def _stored(cells: pd.Series) -> bool:
    kind = getattr(cells.dtype, "kind", "O")
    return pd.api.types.is_numeric_dtype(cells) and kind not in "bc"
