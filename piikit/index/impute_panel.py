"""Gaps of one edition filled from the same unit's other years, and said so in every cell."""

from __future__ import annotations

from collections.abc import Sequence

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
    parts = [
        {name: getattr(d, name).loc[units].copy() for name in ("values", "provenance", "notes")}
        for d in ordered
    ]
    for code in dict.fromkeys(c for d in ordered for c in d.codes):
        there = [k for k, d in enumerate(ordered) if code in d.values]
        panel = pd.DataFrame({years[k]: parts[k]["values"][code] for k in there}, index=units)
        filled = fill_panel(panel, rule=rule, max_steps=max_steps)
        for k in there:
            new = panel[years[k]].isna() & filled[years[k]].notna()
            for unit in np.array(units, dtype=object)[new.to_numpy()]:
                known = [j for j in there if not np.isnan(panel.at[unit, years[j]])]
                made_up = any(ordered[j].provenance.at[unit, code] == "illustrative" for j in known)
                parts[k]["values"].loc[unit, code] = filled.at[unit, years[k]]
                parts[k]["provenance"].loc[unit, code] = "illustrative" if made_up else "derived"
                used = ", ".join(str(years[j]) for j in known)
                parts[k]["notes"].loc[unit, code] = f"{rule}: {used}"
    return tuple(d.subset(units).replace(**part) for d, part in zip(ordered, parts, strict=True))
