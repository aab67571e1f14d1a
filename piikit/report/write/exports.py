"""Exports: a workbook that reads back whole, tidy CSV, and a long table with the columns of WIPO's GII workbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...base.excel import write_tables
from ...base.files import replace_file
from ...base.formats import MISSING_MARK
from ...base.language import in_language, text
from ...base.results import Result
from ...data.dataset import Dataset
from ...data.provinces import listing
from ...data.reading.template.office_template import write_template
from ...index.index_result import IndexResult

GII_COLUMNS = (
    "ISO3", "NUM", "NAME", "DATAYR", "VALUE_SCREEN", "SCORE", "RANK", "SW_OVERALL", "SW_INCGRP", "OUTDATED", "DMC",
)  # fmt: skip
Layout = Literal["tidy", "gii"]
_BREAKS = re.compile("[\x00-\x1f\x85\u2028\u2029]+")  # a return that is not quoted would begin a row
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(
    thing: Dataset | IndexResult | Any,
    path: str | Path,
    *,
    layout: Layout = "tidy",
    lang: str | None = None,
    separator: str = ",",
    decimal: str = ".",
) -> Path:
    """Write data or results to a file that others can open safely.

    Parameters
    ----------
    thing : Dataset, IndexResult, or any result with ``to_excel`` and ``table``
    path : str or Path
        ``.xlsx``: values, provenance, denominators, sources, and of an index scores, ranks,
        treatment log and bounds; :func:`piikit.read_workbook` reads it back. ``.csv``: one row a
        cell.
    layout : {"tidy", "gii"}
        ``gii`` gives one row a unit and code with the columns of WIPO's workbook.
    lang : str, optional
        Language of sheet names and headings of the workbook.
    separator, decimal : str
        Of the CSV; ``";"`` and ``","`` suit an Excel set to Vietnamese.

    Returns
    -------
    Path
        Written under a temporary name, then renamed.

    Raises
    ------
    MethodError
        If the suffix is neither ``.xlsx`` nor ``.csv``, or the thing cannot be written so;
        for a separator or decimal mark that no CSV has, or that is asked of a workbook.
    UnknownNameError
        For an unknown layout.

    Notes
    -----
    Text beginning with ``= + - @``, tab or return never becomes a formula: in a workbook it is
    stored as text; in a CSV, which has no types, an apostrophe is put before it.

    Examples
    --------
    >>> import tempfile
    >>> import piikit as pk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pk.export(pk.load_dataset("classroom"), f"{folder}/classroom.csv")
    ...     path.read_text(encoding="utf-8-sig").splitlines()[0]
    'unit,code,value,provenance,source,note'
    """
    path = Path(path)
    if layout not in ("tidy", "gii"):
        raise UnknownNameError("option", layout, ("tidy", "gii"))
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise MethodError("error.export_suffix", path=path.name)
    if suffix == ".xlsx" and (separator, decimal) != (",", "."):
        raise MethodError("error.export_look_of_csv")
    if len(separator) != 1 or decimal not in (".", ",") or separator in '"\r\n':
        raise MethodError("error.export_look", separator=separator, decimal=decimal)
    if suffix == ".csv":
        table = gii_table(thing) if layout == "gii" else tidy_table(thing)
        return write_csv(table, path, separator=separator, decimal=decimal)
    with in_language(lang):
        if layout == "gii":
            return write_tables(path, {"GII": gii_table(thing)})
        if isinstance(thing, Dataset | IndexResult):
            data = _data(thing)
            return write_template(path, data=data, lang=lang, further=_further(thing, data))
        if isinstance(thing, Result):
            return Path(thing.to_excel(path))
    raise _no_export(thing)


def _no_export(thing: Any) -> MethodError:
    return MethodError("error.export_kind", kind=type(thing).__name__)


def _data(thing: Dataset | IndexResult) -> Dataset:
    return thing.dataset if isinstance(thing, IndexResult) else thing


def _further(thing: Dataset | IndexResult, data: Dataset) -> dict[str, pd.DataFrame]:
    """What is added to the data for the reader, passed over when read back."""
    tables = {"export.provenance": data.provenance}
    if isinstance(thing, IndexResult):
        tables |= {
            "index.sheet.scores": thing.scores,
            "index.sheet.ranks": thing.ranks,
            "export.normalised": thing.normalised,
            "index.sheet.treatment": thing.treatment_log,
            "index.sheet.bounds": thing.bounds,
            "index.sheet.weights": thing.effective_weights,
        }
    sheets = {text(key): table.reset_index() for key, table in tables.items()}
    if isinstance(thing, IndexResult):
        heads = [text("export.key"), text("export.value")]
        record = [(key, str(value)) for key, value in thing.record.items()]
        sheets[text("export.record")] = pd.DataFrame(record, columns=heads)
        if thing.illustrative:
            mark = pd.DataFrame({text("mark.stamp"): [text("index.illustrative")]})
            return {text("mark.stamp"): mark, **sheets}
    return sheets


def tidy_table(thing: Any) -> pd.DataFrame:
    """One row a cell: of a dataset its cells, of an index also scores and ranks, else the result's own table.

    Raises
    ------
    MethodError
        If the thing has no table.
    """
    if isinstance(thing, Dataset):
        return thing.cells()
    if isinstance(thing, IndexResult):
        return thing.table.merge(thing.dataset.cells(), on=["unit", "code"], how="left")
    table = thing if isinstance(thing, pd.DataFrame) else getattr(thing, "table", None)
    if not isinstance(table, pd.DataFrame):
        raise _no_export(thing)
    return table if isinstance(table.index, pd.RangeIndex) else table.reset_index()


def gii_table(thing: Dataset | IndexResult | Any) -> pd.DataFrame:
    """One row a unit and code with the columns of WIPO's GII workbook, and three of our own.

    Returns
    -------
    DataFrame
        ``ISO3`` holds the province's ASCII identifier (the name itself for other units), ``NUM``
        the code, ``NAME`` the unit, ``VALUE_SCREEN`` the raw value, ``SCORE`` 0-100, ``RANK``.
        ``SW_OVERALL, SW_INCGRP, OUTDATED, DMC`` are empty: piikit does not follow WIPO's rules
        for them here. Then ``INDICATOR, PROVENANCE, SOURCE``.

    Raises
    ------
    MethodError
        If the thing is neither a dataset nor an index.
    """
    if not isinstance(thing, Dataset | IndexResult):
        raise _no_export(thing)
    data = _data(thing)
    if isinstance(thing, IndexResult):
        long = thing.table[["unit", "code", "score", "rank"]]
    else:
        every = pd.MultiIndex.from_product([data.units, data.codes], names=["unit", "code"])
        long = every.to_frame(index=False).assign(score=float("nan"), rank=float("nan"))
    whole = long.merge(data.cells(), on=["unit", "code"], how="left")
    ids = {p.name: p.id for size in (63, 34) for p in listing(size)}
    names = {code: data.framework.title(code) for code in data.framework}
    codes, rank = whole["code"].astype("str"), whole["rank"]
    return pd.DataFrame(
        {
            "ISO3": [ids.get(u, u) for u in whole["unit"]],
            "NUM": codes,
            "NAME": whole["unit"].astype("str"),
            "DATAYR": pd.Series(data.year, index=whole.index, dtype="Int64"),
            "VALUE_SCREEN": whole["value"].astype(float),
            "SCORE": whole["score"].astype(float),
            "RANK": rank.astype("Int64") if (rank.dropna() % 1 == 0).all() else rank,
            **dict.fromkeys(GII_COLUMNS[7:], ""),
            "INDICATOR": codes.map(names),
            "PROVENANCE": whole["provenance"].astype("str").fillna(""),
            "SOURCE": whole["source"].astype("str").fillna(""),
        }
    )


def write_csv(table: pd.DataFrame, path: Path, *, separator: str = ",", decimal: str = ".") -> Path:
    """Write UTF-8 with byte-order mark, full precision, no cell that a spreadsheet takes for a formula."""
    safe = table.map(harmless).rename(columns=lambda name: harmless(str(name)))
    look = {"sep": separator, "decimal": decimal, "encoding": "utf-8-sig", "lineterminator": "\n"}
    return replace_file(path, lambda p: safe.to_csv(p, index=False, errors="replace", **look))


def harmless(value: Any) -> Any:
    """Text as a spreadsheet may safely open it; numbers as they are."""
    if not isinstance(value, str):
        return value
    text_only = _BREAKS.sub(" ", value)
    return "'" + text_only if value.lstrip(" ").startswith(_RISKY) and value != MISSING_MARK else text_only
