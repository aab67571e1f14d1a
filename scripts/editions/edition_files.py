"""Files of an edition in ``data/processed``: real cells as text, and the invented ones of many draws.

The draws' file holds a row a cell and a column a draw, as whole numbers of the smallest decimal that
loses nothing: the reader gets the generator's values to the last bit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from piikit.base.files import replace_file
from piikit.data.editions.edition_table import Edition
from piikit.data.library import load_framework
from piikit.data.provinces import unit_names

from .open_columns import denominators_of, open_columns
from .panel import generate

MOST_DECIMALS = 12


def head(edition: Edition) -> dict[str, object]:
    """What describes the dataset but for its cells."""
    return {
        "name": edition.name,
        "framework": edition.name,
        "year": edition.year,
        "title_vi": edition.title_vi,
        "title_en": edition.title_en,
        "meta": {"edition": edition.year, "units": edition.units, "illustrative": True},
    }


def cells(edition: Edition) -> list[dict[str, str]]:
    """Cells of the real columns; one without a value is a real gap."""
    opened = open_columns(edition)
    found = []
    for unit in unit_names(edition.units):
        for code in [c for c in load_framework(edition.name).indicators if c in opened]:
            column = opened[code]
            value, kind, note = column.fixed.get(unit, (column.values.get(unit), "open", column.note))
            there = value is not None
            found.append(
                {
                    "unit": unit,
                    "code": code,
                    "value": repr(float(value)) if value is not None else "",
                    "provenance": kind if there else "",
                    "source": column.source if there else "",
                    "note": note,
                }
            )
    return found


def denominators(edition: Edition) -> list[dict[str, str]]:
    """Population and GRDP by unit."""
    under = denominators_of(edition)
    return [
        {"unit": u} | {name: repr(column[u]) for name, column in under.items() if u in column}
        for u in unit_names(edition.units)
    ]


def draws_table(edition: Edition, draws: range) -> pd.DataFrame:
    """Invented values of some draws: ``unit, code, decimals`` and a column a draw; a gap is empty."""
    panels = [generate(edition, k) for k in draws]
    codes = list(load_framework(edition.name).indicators)
    made = np.array([np.where(p.illustrative, p.values, np.nan) for p in panels])
    column, row = np.nonzero(~np.isnan(made).all(axis=0).T)
    values = made[:, row, column]
    decimals = np.array([_decimals(v) for v in values.T])
    table = pd.DataFrame(
        {
            "unit": np.array(unit_names(edition.units))[row],
            "code": np.array(codes)[column],
            "decimals": decimals.astype("int8"),
        }
    )
    for k, own in zip(draws, values, strict=True):
        table[str(k)] = pd.array(np.rint(own * 10.0**decimals), dtype="Int64")
    return table


def _decimals(values: NDArray[np.float64]) -> int:
    """The fewest decimals from which division gives every value back to the last bit.

    Raises
    ------
    ValueError
        If there are too many.
    """
    for decimals in range(MOST_DECIMALS):
        if np.array_equal(np.rint(values * 10.0**decimals) / 10.0**decimals, values, equal_nan=True):
            return decimals
    raise ValueError(f"no {MOST_DECIMALS} decimals are enough")


def holds(path: Path, table: pd.DataFrame) -> bool:
    """Whether the file holds the draws of `table`, every value the same to the last bit."""
    if not path.is_file():
        return False
    made, there = _values(table), _values(pd.read_parquet(path))
    if not set(made) <= set(there):
        return False
    return made.equals(there[list(made)].dropna(how="all"))


def _values(table: pd.DataFrame) -> pd.DataFrame:
    cells = table.set_index(["unit", "code"]).sort_index()
    whole = cells.drop(columns="decimals").astype(float)
    return whole.div(10.0 ** cells["decimals"].astype(float), axis="index")


def write_draws(table: pd.DataFrame, path: Path) -> Path:
    """Write a table of :func:`draws_table`."""
    draws = [c for c in table.columns if c.isdigit()]
    return replace_file(
        path,
        lambda temporary: table.to_parquet(
            temporary,
            index=False,
            compression="zstd",
            compression_level=19,
            use_dictionary=["unit", "code", "decimals"],
            column_encoding=dict.fromkeys(draws, "BYTE_STREAM_SPLIT"),
        ),
    )
