"""A plain CSV of units, as researchers and COINr write it: one row a unit, one column a code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..base.errors import Problem, raise_if
from ..base.files import readable
from .dataset import UNIT_COLUMNS, Dataset
from .framework import Framework

_OTHER = ("uName", "Time")


def read_units(path: str | Path, framework: Framework, *, year: int | None = None) -> Dataset:
    """Read a UTF-8 CSV with a unit column, indicator columns and perhaps groupings.

    The unit column is ``unit``, ``province`` or ``uCode``. Columns ending in ``_group`` are
    groupings and those starting with ``Denom`` denominators, as in COINr's ``iData``; names
    and times are left aside. Any other column that is no indicator is an error, so that a
    misspelt code is never ignored.

    Raises
    ------
    InputError
        With every problem: no unit column, unknown or missing codes, text, repeated units.
    """
    path = readable(path)
    frame = pd.read_csv(path, encoding="utf-8-sig", index_col=False)
    column = next((c for c in UNIT_COLUMNS if c in frame.columns), None)
    raise_if(
        []
        if column
        else [Problem("problem.units.column", {"known": ", ".join(UNIT_COLUMNS)}, file=path.name)]
    )
    frame = frame.set_index(column)
    groups = [c for c in frame.columns if str(c).endswith("_group")]
    scales = [c for c in frame.columns if str(c).startswith("Denom")]
    values = frame.drop(columns=[*groups, *scales, *(c for c in _OTHER if c in frame)])
    return Dataset.from_frame(
        values,
        framework=framework,
        year=year,
        groups=frame[groups],
        denominators=frame[scales],
        name=path.stem,
        file=path.name,
    )
