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
        If the suffix is neither ``.xlsx`` nor ``.csv``, or the thing cannot be written so.
    UnknownNameError
        For an unknown layout.

    Notes
    -----
    Text beginning with ``= + - @``, tab or return never becomes a formula: in a workbook it is
    stored as text; in a CSV, which has no types, an apostrophe is put before it.
    """
    path = Path(path)
    if layout not in ("tidy", "gii"):
        raise UnknownNameError("option", layout, ("tidy", "gii"))
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise MethodError("error.export_suffix", path=path.name)
    if suffix == ".csv":
        table = gii_table(thing) if layout == "gii" else tidy_table(thing)
        return write_csv(table, path, separator=separator, decimal=decimal)
    with in_language(lang):
        if layout == "gii":
            return write_tables(path, {"GII": gii_table(thing)})
        if isinstance(thing, IndexResult):
            return write_template(path, data=thing.dataset, lang=lang, further=_sheets(thing))
        if isinstance(thing, Dataset):
            return write_template(
                path, data=thing, lang=lang, further={text("export.provenance"): _wide(thing.provenance)}
            )
        if hasattr(thing, "to_excel"):
            return Path(thing.to_excel(path))
    raise MethodError("error.export_kind", kind=type(thing).__name__)


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index(names="unit")


def _sheets(result: IndexResult) -> dict[str, pd.DataFrame]:
    """What an index adds to its data: results for the reader, passed over when read back."""
    sheets = {
        text("export.provenance"): _wide(result.dataset.provenance),
        text("index.sheet.scores"): _wide(result.scores),
        text("index.sheet.ranks"): _wide(result.ranks),
        text("export.normalised"): _wide(result.normalised),
        text("index.sheet.treatment"): result.treatment_log.reset_index(),
        text("index.sheet.bounds"): result.bounds.reset_index(),
        text("index.sheet.weights"): _wide(result.effective_weights),
        text("export.record"): pd.DataFrame(
            [(k, str(v)) for k, v in result.record.items()],
            columns=[text("export.key"), text("export.value")],
        ),
    }
    if result.dataset.illustrative:
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
        cells = thing.dataset.cells()
        return thing.table.merge(cells, on=["unit", "code"], how="left")
    if isinstance(thing, pd.DataFrame):
        return thing
    table = getattr(thing, "table", None)
    if isinstance(table, pd.DataFrame):
        return table if isinstance(table.index, pd.RangeIndex) else table.reset_index()
    raise MethodError("error.export_kind", kind=type(thing).__name__)


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
        raise MethodError("error.export_kind", kind=type(thing).__name__)
    data = thing.dataset if isinstance(thing, IndexResult) else thing
    if isinstance(thing, IndexResult):
        long = thing.table[["unit", "code", "score", "rank"]]
    else:
        every = pd.MultiIndex.from_product([data.units, data.codes], names=["unit", "code"])
        long = every.to_frame(index=False).assign(score=float("nan"), rank=float("nan"))
    cells = data.cells()
    whole = long.merge(cells, on=["unit", "code"], how="left")
    ids = {p.name: p.id for size in (63, 34) for p in listing(size)}
    names = {c: data.framework.title(c) for c in data.framework}
    out = pd.DataFrame(
        {
            "ISO3": [ids.get(u, u) for u in whole["unit"]],
            "NUM": whole["code"].astype("str"),
            "NAME": whole["unit"].astype("str"),
            "DATAYR": pd.Series(data.year, index=whole.index, dtype="Int64"),
            "VALUE_SCREEN": whole["value"].astype(float),
            "SCORE": whole["score"].astype(float),
            "RANK": whole["rank"].astype("Int64")
            if (whole["rank"].dropna() % 1 == 0).all()
            else whole["rank"],
        }
    )
    for column in ("SW_OVERALL", "SW_INCGRP", "OUTDATED", "DMC"):
        out[column] = ""
    out["INDICATOR"] = [names[c] for c in whole["code"]]
    out["PROVENANCE"] = whole["provenance"].astype("str").fillna("")
    out["SOURCE"] = whole["source"].astype("str").fillna("")
    return out


def write_csv(table: pd.DataFrame, path: Path, *, separator: str = ",", decimal: str = ".") -> Path:
    """Write UTF-8 with byte-order mark, full precision, no cell that a spreadsheet takes for a formula."""
    safe = pd.DataFrame(
        {c: [harmless(v) for v in table[c]] if _is_text(table[c]) else table[c] for c in table}
    )
    safe.columns = pd.Index([harmless(str(c)) for c in table.columns])

    def write(temporary: Path) -> None:
        safe.to_csv(
            temporary,
            index=False,
            sep=separator,
            decimal=decimal,
            encoding="utf-8-sig",
            lineterminator="\n",
            errors="replace",
        )

    return replace_file(path, write)


def _is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column)


def harmless(value: Any) -> Any:
    """Text as a spreadsheet may safely open it; numbers as they are."""
    if not isinstance(value, str):
        return value
    text_only = _BREAKS.sub(" ", value)
    return "'" + text_only if value.lstrip(" ").startswith(_RISKY) and value != MISSING_MARK else text_only
