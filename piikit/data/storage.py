"""Datasets on disk: one Parquet or Excel file that loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.errors import MethodError
from ..base.excel import as_stored, put, unescape, write_book
from ..base.files import replace_file
from .dataset import Dataset
from .framework import Framework

FORMAT = "piikit-dataset-1"
_TABLES = ("values", "provenance", "sources", "notes", "groups", "denominators")


def save(dataset: Dataset, path: Path) -> Path:
    """Write `dataset` to a ``.parquet`` or ``.xlsx`` file."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return replace_file(path, lambda temporary: _to_parquet(dataset, temporary))
    if suffix == ".xlsx":
        return write_book(path, lambda book: _to_excel(dataset, book))
    raise MethodError("error.dataset_suffix", path=path.name)


def load(path: Path) -> Dataset:
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
    if not path.exists():
        raise FileNotFoundError(path)
    return readers[path.suffix.lower()](path)


def _frames(dataset: Dataset) -> dict[str, pd.DataFrame]:
    frames = {name: getattr(dataset, name) for name in _TABLES}
    frames["framework"] = dataset.framework.table
    if dataset.printed is not None:
        frames["printed"] = dataset.printed
    return frames


def _head(dataset: Dataset) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": dataset.name,
        "title_vi": dataset.title_vi,
        "title_en": dataset.title_en,
        "year": dataset.year,
        "framework": dataset.framework.name,
        "meta": dict(dataset.meta),
    }


def _assemble(head: dict[str, Any], frames: dict[str, pd.DataFrame]) -> Dataset:
    table = frames["framework"]
    framework = Framework(table, name=head["framework"])
    return Dataset(
        values=frames["values"].astype(float),
        framework=framework,
        year=head["year"],
        provenance=frames["provenance"],
        sources=frames["sources"],
        notes=frames["notes"],
        groups=frames["groups"],
        denominators=frames["denominators"],
        printed=frames.get("printed"),
        name=head["name"],
        title_vi=head["title_vi"],
        title_en=head["title_en"],
        meta=head["meta"],
    )


def _to_parquet(dataset: Dataset, path: Path) -> None:
    """One row group of one row: each table as an Arrow IPC stream, the head as JSON."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {}
    for name, frame in _frames(dataset).items():
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pandas(frame)
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        columns[name] = pa.array([sink.getvalue().to_pybytes()], type=pa.large_binary())
    whole = pa.table(columns).replace_schema_metadata(
        {"piikit": json.dumps(_head(dataset), ensure_ascii=False, sort_keys=True)}
    )
    pq.write_table(whole, path, compression="zstd")


def _from_parquet(path: Path) -> Dataset:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pq.read_table(path)
    head = json.loads((whole.schema.metadata or {}).get(b"piikit", b"{}"))
    if head.get("format") != FORMAT:
        raise MethodError("error.dataset_format", path=path.name)
    frames = {}
    for name in whole.column_names:
        with pa.ipc.open_stream(whole[name][0].as_py()) as stream:
            frames[name] = stream.read_all().to_pandas()
    return _assemble(head, frames)


def _to_excel(dataset: Dataset, book: Any) -> None:
    """One sheet a table; floats that 16 digits would change stand in full in sheet ``exact`` too."""
    first = book.create_sheet("piikit")
    for row, (key, value) in enumerate(_head(dataset).items(), start=1):
        put(first, row, 1, key)
        put(first, row, 2, json.dumps(value, ensure_ascii=False, sort_keys=True))
    exact: list[tuple[str, int, int, float]] = []
    for name, frame in _frames(dataset).items():
        sheet = book.create_sheet(name)
        put(sheet, 1, 1, frame.index.name or "")
        for column, label in enumerate(frame.columns, start=2):
            put(sheet, 1, column, f"{label}")
            put(sheet, 2, column, _kind(frame[label]))
        for row, (label, cells) in enumerate(
            zip(frame.index, frame.itertuples(index=False), strict=True), start=3
        ):
            put(sheet, row, 1, str(label))
            for column, value in enumerate(cells, start=2):
                put(sheet, row, column, value)
                if isinstance(value, float) and value == value and as_stored(value) != value:
                    exact.append((name, row, column, value))
        sheet.freeze_panes = "B3"
    if exact:
        sheet = book.create_sheet(_EXACT)
        for row, (name, at, column, value) in enumerate(exact, start=1):
            for k, part in enumerate((name, at, column, repr(value)), start=1):
                put(sheet, row, k, part)
        sheet.sheet_state = "hidden"


_EXACT = "exact"


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "bool"
    if pd.api.types.is_integer_dtype(column):
        return "int"
    return "float" if pd.api.types.is_float_dtype(column) else "text"


def _from_excel(path: Path) -> Dataset:
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=False)
    if "piikit" not in book.sheetnames:
        raise MethodError("error.dataset_format", path=path.name)
    head = {str(k.value): json.loads(unescape(str(v.value))) for k, v in book["piikit"].iter_rows(max_col=2)}
    if head.get("format") != FORMAT:
        raise MethodError("error.dataset_format", path=path.name)
    exact: dict[str, dict[tuple[int, int], float]] = {}
    if _EXACT in book.sheetnames:
        for name, row, column, value in book[_EXACT].iter_rows(values_only=True, max_col=4):
            exact.setdefault(str(name), {})[int(str(row)), int(str(column))] = float(str(value))
    frames = {}
    for name in [s for s in book.sheetnames if s not in ("piikit", _EXACT)]:
        rows = list(book[name].iter_rows(values_only=True))
        labels, kinds = [unescape(str(c)) for c in rows[0][1:]], rows[1][1:]
        body = [r[: len(labels) + 1] for r in rows[2:]]
        index = [unescape(str(r[0])) if r[0] is not None else "" for r in body]
        columns: dict[str, Any] = {}
        for at, (label, kind) in enumerate(zip(labels, kinds, strict=False), start=1):
            cells = [_full(r[at], exact.get(name, {}).get((k, at + 1))) for k, r in enumerate(body, start=3)]
            if kind == "text":
                columns[label] = pd.Series(
                    ["" if c is None else unescape(str(c)) for c in cells], index=index, dtype="str"
                )
            else:
                dtype = {"bool": "bool", "int": "int64", "float": "float64"}[str(kind)]
                columns[label] = pd.Series(cells, index=index).astype(dtype)
        frame = pd.DataFrame(columns, index=index)
        frame.index.name = str(rows[0][0]) if rows[0][0] else None
        if name in ("values", "provenance", "sources", "notes"):
            frame.columns.name = "code"
        frames[name] = frame
    if "printed" in frames:
        frames["printed"] = frames["printed"].reset_index(drop=True)
    return _assemble(head, frames)


def _full(read: Any, exact: float | None) -> Any:
    """The exact figure, unless the cell was changed by hand since."""
    return exact if exact is not None and isinstance(read, int | float) and as_stored(exact) == read else read
