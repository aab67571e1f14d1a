"""Denominators: change a population and every per-head indicator follows; how much of a change they make."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ....base.errors import InputError, Problem, UnknownNameError
from ...dataset import Dataset
from ...framework import Framework


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
        If an old or new denominator is missing, zero or negative while an indicator needs it.
    """
    values, marks, notes = dataset.values.copy(), dataset.provenance.copy(), dataset.notes.copy()
    scales, problems = dataset.denominators.astype(float).copy(), []
    uses = made_with(dataset.framework)
    for given, row in changes.items():
        unit = dataset.unit(given)
        for name, new in row.items():
            if name not in scales.columns:
                raise UnknownNameError("denominator", name, [str(c) for c in scales.columns])
            old = float(scales.at[unit, name])
            codes = [c for c, d in uses.items() if d == name and not np.isnan(values.at[unit, c])]
            if codes and not (old > 0 and float(new) > 0):
                problems.append(
                    Problem(
                        "problem.denominator.positive", {"name": name}, unit=unit, value=f"{old:g} → {new:g}"
                    )
                )
                continue
            scales.loc[unit, name] = float(new)
            for code in codes:
                values.loc[unit, code] = float(values.at[unit, code]) * (old / float(new))
                if marks.at[unit, code] != "illustrative":
                    marks.loc[unit, code] = "derived"
                said = f"{name}: {old:g} → {float(new):g}"
                notes.loc[unit, code] = "; ".join(p for p in (str(notes.at[unit, code]), said) if p)
    if problems:
        raise InputError(problems)
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
    Log-mean Divisia decomposition (Ang 2004, additive LMDI-I): with v = n / d and
    L(a, b) = (a - b) / ln(a / b), v1 - v0 = L(v1, v0) ln(n1 / n0) - L(v1, v0) ln(d1 / d0). It
    needs positive values; others are left out.
    """
    rows = []
    for code, name in made_with(after.framework).items():
        shared = code in before.values and name in before.denominators and name in after.denominators
        for unit in after.units if shared else ():
            if unit not in before.units:
                continue
            v0, v1 = float(before.values.at[unit, code]), float(after.values.at[unit, code])
            d0, d1 = float(before.denominators.at[unit, name]), float(after.denominators.at[unit, name])
            if not (v0 > 0 and v1 > 0 and d0 > 0 and d1 > 0):
                continue
            mean = v0 if v1 == v0 else (v1 - v0) / float(np.log(v1 / v0))
            under = -mean * float(np.log(d1 / d0))
            change = v1 - v0
            rows.append(
                {
                    "unit": unit,
                    "code": code,
                    "denominator": name,
                    "before": v0,
                    "after": v1,
                    "change": change,
                    "from_numerator": change - under,
                    "from_denominator": under,
                    "share": under / change if change else float("nan"),
                }
            )
    columns = (
        "unit",
        "code",
        "denominator",
        "before",
        "after",
        "change",
        "from_numerator",
        "from_denominator",
        "share",
    )
    return pd.DataFrame(rows, columns=list(columns))
