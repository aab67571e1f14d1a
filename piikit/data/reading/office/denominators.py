"""Denominators: change a population and every per-head indicator follows; how much of a change they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ....base.errors import Problem, UnknownNameError, raise_if
from ...dataset import Dataset
from ...framework import Framework
from ..table.indicator_values import read_amount


def made_with(framework: Framework) -> dict[str, str]:
    """Denominator of every indicator that has one."""
    table = framework.table.loc[list(framework.indicators)]
    if "denominator" not in table:
        return {}
    return {str(c): str(d) for c, d in table["denominator"].items() if d}


def change_denominators(dataset: Dataset, changes: Mapping[str, Mapping[str, float]]) -> Dataset:
    """Replace denominators, and make every indicator that rests on them again.

    Parameters
    ----------
    dataset : Dataset
        With the present denominators in ``denominators``.
    changes : mapping of unit to {denominator: value}
        ``{"Cần Thơ": {"population": 1260.0}}``, in the units of ``dataset.denominators``.

    Returns
    -------
    Dataset
        Numerators stay: each value is multiplied by old / new denominator; such cells are
        marked ``derived`` with a note (an illustrative cell stays illustrative).

    Raises
    ------
    UnknownNameError
        For a unit or denominator that the dataset does not have.
    InputError
        If a value is text that is no plain number or can be read in two ways, or an old or new denominator is missing, zero or negative while an indicator needs it.

    Examples
    --------
    >>> import piikit as pk
    >>> data = pk.load_dataset("open-2022")
    >>> more = pk.change_denominators(data, {"Cần Thơ": {"population": 2 * 1252.3}})
    >>> float(more.values.at["Cần Thơ", "2.2"] / data.values.at["Cần Thơ", "2.2"])
    0.5
    >>> more.notes.at["Cần Thơ", "2.2"]
    'population: 1252.3 → 2504.6'
    """
    values, marks, notes = dataset.values.copy(), dataset.provenance.copy(), dataset.notes.copy()
    scales, problems = dataset.denominators.astype(float).copy(), []
    uses = made_with(dataset.framework)
    undivided = set(
        dataset.framework.table.get("Denominator", ())
    )  # COINr's, which divides in a step of its own
    wanted = [(dataset.unit(given), name, new) for given, row in changes.items() for name, new in row.items()]
    for unit, name, given in wanted:
        if name not in scales.columns:
            raise UnknownNameError("denominator", name, [str(c) for c in scales.columns])
        new, said = read_amount(given, known=dataset.denominators[name].astype(float))
        if any(p.severity == "error" for p in said):
            problems += [replace(p, unit=unit) for p in said]
            continue
        if name in undivided:
            problems.append(Problem("problem.denominator.undivided", {"name": name}, unit=unit))
        old = float(scales.at[unit, name])
        codes = [c for c, d in uses.items() if d == name and not np.isnan(values.at[unit, c])]
        if codes and not (old > 0 and new > 0):
            shown = f"{old:g} → {new:g}"
            problems.append(Problem("problem.denominator.positive", {"name": name}, unit=unit, value=shown))
            continue
        scales.loc[unit, name] = new
        for code in codes:
            values.loc[unit, code] *= old / new
            if marks.at[unit, code] != "illustrative":
                marks.loc[unit, code] = "derived"
            told = (str(notes.at[unit, code]), f"{name}: {old:g} → {new:g}")
            notes.loc[unit, code] = "; ".join(filter(None, told))
    raise_if(problems)
    return dataset.replace(values=values, provenance=marks, notes=notes, denominators=scales)


def denominator_share(before: Dataset, after: Dataset) -> pd.DataFrame:
    """Split the change of every per-head value into numerator and denominator, exactly.

    Parameters
    ----------
    before, after : Dataset
        Two editions with the same framework and denominators.

    Returns
    -------
    DataFrame
        One row a unit and indicator with a denominator where all figures are there: ``unit,
        code, denominator, before, after, change, from_numerator, from_denominator`` (raw units;
        the two sum to the change) and ``share`` of the change that comes from the denominator
        (NaN where nothing changed).

    Notes
    -----
    Log-mean Divisia decomposition (Ang 2004, Energy Policy 32, 1131-1139, additive LMDI-I): with
    v = n / d and L(a, b) = (a - b) / ln(a / b), v1 - v0 = L(v1, v0) ln(n1 / n0) - L(v1, v0)
    ln(d1 / d0). It needs positive values; others are left out.

    Examples
    --------
    >>> import piikit as pk
    >>> table = pk.denominator_share(pk.load_dataset("open-2022"), pk.load_dataset("open-2023"))
    >>> list(table.columns)[:4], table["code"].unique().tolist()
    (['unit', 'code', 'denominator', 'before'], ['2.2'])
    >>> bool(abs(table["from_numerator"] + table["from_denominator"] - table["change"]).max() < 1e-9)
    True
    """
    parts = [pd.DataFrame(columns=list(_COLUMNS))]
    for code, name in made_with(after.framework).items():
        if code in before.values and name in before.denominators and name in after.denominators:
            parts.append(_shares(before, after, code, name))
    return pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)


_COLUMNS = (
    "unit", "code", "denominator", "before", "after", "change", "from_numerator", "from_denominator", "share",
)  # fmt: skip


def _shares(before: Dataset, after: Dataset, code: str, name: str) -> pd.DataFrame:
    """Rows of one indicator."""
    units = [u for u in after.units if u in before.values.index]
    v0, v1 = (d.values.loc[units, code].astype(float) for d in (before, after))
    d0, d1 = (d.denominators.loc[units, name].astype(float) for d in (before, after))
    usable = (v0 > 0) & (v1 > 0) & (d0 > 0) & (d1 > 0)
    v0, v1, d0, d1 = v0[usable], v1[usable], d0[usable], d1[usable]
    change, growth = v1 - v0, np.log(v1 / v0)
    mean = (change / growth.where(growth != 0)).fillna(v0)
    under = -mean * np.log(d1 / d0)
    found = (v0.index, code, name, v0, v1, change, change - under, under, under / change.where(change != 0))
    return pd.DataFrame(dict(zip(_COLUMNS, found, strict=True))).reset_index(drop=True)
