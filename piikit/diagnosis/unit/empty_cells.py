"""What an empty cell costs or gains, and which reported cells would score better unreported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .natural_units import linear_columns
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
    empty = values.loc[unit].isna() & values.notna().any()
    known = values.loc[:, empty]
    directions = pd.Series(result.plan.directions, index=list(values.columns))[empty]
    turned = known * directions
    cases = {
        "lowest": turned.min() * directions,
        "median": known.loc[list(peers)].median().fillna(known.median()),
        "best": turned.max() * directions,
    }
    table = pd.DataFrame(index=pd.Index(known.columns, name="code"))
    now = float(result.scores.at[unit, result.root])
    for case in CASES:
        made = rebuild(result, unit, cases[case])
        table[f"value_{case}"] = cases[case]
        table[f"points_{case}"] = made["score"] - now
        table[f"rank_{case}"] = made["rank"]
    table["break_even"] = _break_even(result, table)
    return table


def _break_even(result: IndexResult, table: pd.DataFrame) -> pd.Series:
    """Between the two ends, where the whole is linear in the value and the points change sign."""
    linear = linear_columns(result)[table.index] & result.additive
    low, high = table["points_lowest"], table["points_best"]
    share = -low / (high - low).where(high != low)
    found = table["value_lowest"] + (table["value_best"] - table["value_lowest"]) * share
    return found.where(linear & (low <= 0) & (high >= 0))


def unreported(result: IndexResult, unit: str) -> pd.DataFrame:
    """What the whole would be if a reported cell were left empty; exact, by building again.

    Returns
    -------
    DataFrame
        Index ``code`` of the reported cells; ``points`` (whole without it less whole now) and
        ``rank``; most gain first. A gain marks a cell whose publication is punished by the
        missing-data rule: a fault of the rule, not a counsel to hide.
    """
    there = result.dataset.values.loc[unit].dropna()
    there = there if len(there) > 1 else there.iloc[:0]
    made = rebuild(result, unit, there * np.nan)
    points = made["score"] - float(result.scores.at[unit, result.root])
    table = pd.DataFrame({"points": points, "rank": made["rank"]}).rename_axis("code")
    return table.sort_values("points", ascending=False, kind="stable")
