"""Gaps of one edition filled from the same unit's other years, and said so in every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import MethodError
from ..data.dataset import Dataset
from .steps.imputation import fill_panel


def impute_panel(
    editions: Sequence[Dataset], *, rule: str = "latest", max_steps: int | None = None
) -> tuple[Dataset, ...]:
    """Fill gaps from the same unit's other editions (COINr's ``impute_panel``).

    Parameters
    ----------
    editions : sequence of Dataset
        With the same units and different years; indicators are matched by code, and one that
        an edition lacks altogether is not made up.
    rule : {"latest", "constant", "linear"}
        See :func:`piikit.index.steps.imputation.fill_panel`.
    max_steps : int, optional
        For ``latest``: the most editions that a value may be carried.

    Returns
    -------
    tuple of Dataset
        In order of year. A filled cell is ``derived`` (``illustrative`` if what it was filled
        from is), and its note names the rule and the years it comes from.

    Raises
    ------
    MethodError
        If years are missing or repeated, or the units differ.
    """
    ordered = sorted(editions, key=lambda d: d.year if d.year is not None else 0)
    years = [d.year for d in ordered]
    if None in years or len(set(years)) != len(years):
        raise MethodError("error.panel_years", years=", ".join(str(y) for y in years))
    if any(set(d.units) != set(ordered[0].units) for d in ordered):
        raise MethodError("error.panel_units")
    units = list(ordered[0].units)
    parts = [{n: getattr(d, n).loc[units].copy() for n in ("values", "provenance", "notes")} for d in ordered]
    for code in dict.fromkeys(c for d in ordered for c in d.codes):
        there = {d.year: part for d, part in zip(ordered, parts, strict=True) if code in d.values}
        _fill(code, there, rule, max_steps)
    return tuple(d.subset(units).replace(**part) for d, part in zip(ordered, parts, strict=True))


def _fill(code: str, parts: Mapping[Any, dict[str, pd.DataFrame]], rule: str, max_steps: int | None) -> None:
    """Fill one indicator's gaps in the tables of each year, in place."""
    panel = pd.DataFrame({year: part["values"][code] for year, part in parts.items()})
    marks = pd.DataFrame({year: part["provenance"][code] for year, part in parts.items()})
    filled, known = fill_panel(panel, rule=rule, max_steps=max_steps), panel.notna()
    kind = np.where(((marks == "illustrative") & known).any(axis=1), "illustrative", "derived")
    notes = [f"{rule}: {', '.join(str(y) for y in panel.columns[row])}" for row in known.to_numpy()]
    made = {"provenance": pd.Series(kind, panel.index), "notes": pd.Series(notes, panel.index)}
    for year, part in parts.items():
        new = panel[year].isna() & filled[year].notna()
        for name, column in {"values": filled[year], **made}.items():
            part[name].loc[new, code] = column[new]
