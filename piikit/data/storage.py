"""The tables of a dataset on disk: one Parquet or Excel file that loses nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.errors import MethodError
from ..base.excel import as_stored, put, unescape, write_book
from ..base.files import readable, replace_file

FORMAT = "piikit-dataset-1"
_HEAD, _EXACT = "piikit", "exact"
_YES = ("true", "1", "có", "yes")
At = tuple[int, int]


@dataclass(frozen=True)
class Stored:
    """What a file holds: plain values in `head`, tables by name in `frames`."""

    head: dict[str, Any]
    frames: dict[str, pd.DataFrame]


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
    """Read a file that :func:`save` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    MethodError
        If the file is of another kind.
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
    """Cells of a sheet as a column of the given kind; what is no number becomes a gap."""
    if kind == "bool":
        return cells.map(lambda c: c is True or str(c).casefold() in _YES).astype(bool)
    if kind in ("int", "float"):
        numbers = pd.to_numeric(cells, errors="coerce")
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
    pq.write_table(whole, path, compression="zstd")


def _from_parquet(path: Path) -> Stored:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pq.read_table(path)
    head = json.loads((whole.schema.metadata or {}).get(b"piikit", b"{}"))
    frames = {}
    for name in whole.column_names if head else ():
        with pa.ipc.open_stream(whole[name][0].as_py()) as stream:
            frames[name] = stream.read_all().to_pandas()
    return Stored(head, frames)


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


def _from_excel(path: Path) -> Stored:
    from openpyxl import load_workbook

    book = load_workbook(path)
    if _HEAD not in book.sheetnames:
        return Stored({}, {})
    head = {str(k): json.loads(unescape(str(v))) for k, v in _cells(book[_HEAD], 2)}
    exact: dict[str, dict[At, float]] = {}
    for name, row, column, value in _cells(book[_EXACT], 4) if _EXACT in book.sheetnames else ():
        exact.setdefault(str(name), {})[int(row), int(column)] = float(value)
    tables = [s for s in book.sheetnames if s not in (_HEAD, _EXACT)] if head else []
    return Stored(head, {name: _frame(_cells(book[name]), exact.get(name, {})) for name in tables})


def _cells(sheet: Any, columns: int | None = None) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True, max_col=columns))


def _frame(rows: Sequence[tuple[Any, ...]], exact: dict[At, float]) -> pd.DataFrame:
    """The table of a sheet; an exact figure counts unless its cell was changed by hand since."""

    def full(row: int, column: int) -> Any:
        read, whole = rows[row][column], exact.get((row + 1, column + 1))
        if isinstance(read, str):
            return unescape(read)
        return (
            whole
            if whole is not None and isinstance(read, int | float) and as_stored(whole) == read
            else read
        )

    index = pd.Index([plain(full(row, 0)) for row in range(2, len(rows))], dtype="str")
    columns = {
        unescape(str(label)): typed(
            pd.Series([full(row, at) for row in range(2, len(rows))], index=index, dtype=object), str(kind)
        )
        for at, (label, kind) in enumerate(zip(rows[0], rows[1], strict=False))
        if at
    }
    frame = pd.DataFrame(columns, index=index)
    frame.index.name = rows[0][0] or None
    return frame
