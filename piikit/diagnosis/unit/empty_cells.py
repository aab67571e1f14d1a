"""What an empty cell costs or gains, and which reported cells would score better unreported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .rebuilt import rebuild

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

CASES = ("lowest", "median", "best")


def missing(result: IndexResult, unit: str, peers: Sequence[str]) -> pd.DataFrame:
    """What each empty cell of `unit` would give if it were reported; exact, by building again.

    Leaving a value out of a mean equals giving it the mean of its siblings, so a gap rewards
    who would report less than that, and punishes who would report more.

    Returns
    -------
    DataFrame
        Index ``code`` of the empty cells; for the three cases ``lowest`` and ``best`` (the
        worst and best value of all units) and ``median`` (of the peers, else of all):
        ``value_*`` (raw), ``points_*`` (whole if reported less whole now) and ``rank_*``;
        and ``break_even``: the raw value at which reporting changes nothing (NaN if there is
        none in the range, or the method is not linear).
    """
    values = result.dataset.values
    directions = pd.Series(result.plan.directions, index=list(values.columns))
    now = float(result.scores.at[unit, result.root])
    rows = []
    for code in [c for c in values.columns if pd.isna(values.at[unit, c])]:
        column = values[code].dropna() * directions[code]
        if not len(column):
            continue
        theirs = values.loc[list(peers), code].dropna()
        median = float(theirs.median()) if len(theirs) else float(column.median() * directions[code])
        ends = (column.min() * directions[code], column.max() * directions[code])
        row: dict[str, object] = {"code": code}
        found = []
        for case, value in zip(CASES, (ends[0], median, ends[1]), strict=True):
            made = rebuild(result, unit, {code: float(value)})
            row |= {
                f"value_{case}": float(value),
                f"points_{case}": made.score - now,
                f"rank_{case}": made.rank,
            }
            found.append(made.score - now)
        row["break_even"] = _break_even(result, code, ends, found[0], found[2])
        rows.append(row)
    columns = [f"{what}_{case}" for case in CASES for what in ("value", "points", "rank")]
    return pd.DataFrame(rows, columns=["code", *columns, "break_even"]).set_index("code")


def _break_even(
    result: IndexResult, code: str, ends: tuple[float, float], at_low: float, at_high: float
) -> float:
    spec = result.plan.columns[result.framework.indicators.index(code)]
    linear = spec.normaliser.name == "minmax" and not spec.treated and result.additive
    if not linear or at_high == at_low or not at_low <= 0 <= at_high:
        return float("nan")
    return float(ends[0] + (ends[1] - ends[0]) * (-at_low) / (at_high - at_low))


def unreported(result: IndexResult, unit: str) -> pd.DataFrame:
    """What the whole would be if a reported cell were left empty; exact, by building again.

    Returns
    -------
    DataFrame
        Index ``code`` of the reported cells; ``points`` (whole without it less whole now) and
        ``rank``; most gain first. A gain marks a cell whose publication is punished by the
        missing-data rule: a fault of the rule, not a counsel to hide.
    """
    values = result.dataset.values
    now = float(result.scores.at[unit, result.root])
    there = [c for c in values.columns if pd.notna(values.at[unit, c])]
    rows = []
    for code in there if len(there) > 1 else []:
        made = rebuild(result, unit, {code: np.nan})
        rows.append({"code": code, "points": made.score - now, "rank": made.rank})
    table = pd.DataFrame(rows, columns=["code", "points", "rank"]).set_index("code")
    return table.sort_values("points", ascending=False, kind="stable")
