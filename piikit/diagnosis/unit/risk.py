"""Strengths at risk: where a small fall of ours, or a small gain of a rival, costs a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .rebuilt import rebuild

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

SMALL = 2.0


def at_risk(result: IndexResult, unit: str, codes: Sequence[str], *, small: float = SMALL) -> pd.DataFrame:
    """How far the unit is from losing its place on each of `codes`.

    Parameters
    ----------
    result : IndexResult
    unit : str
    codes : sequence of str
        Indicators, usually the strengths.
    small : float
        What counts as a small fall, in points of the indicator's score.

    Returns
    -------
    DataFrame
        Index ``code``; ``score, rank, behind`` (next unit, or one that shares the rank),
        ``behind_score, margin`` (own score less theirs), ``fall`` (the same in raw units:
        our fall, or their gain, that costs the place), ``close`` (units at most `small`
        points behind), ``at_risk`` (bool: margin at most `small`), and ``score_if, rank_if``:
        the whole, built again, if our value fell by `small` points of the indicator.
        Sorted by margin.
    """
    rows = []
    for code in codes:
        own = float(result.normalised.at[unit, code])
        if np.isnan(own):
            continue
        others = result.normalised[code].drop(unit).dropna()
        below = others[others <= own]
        row: dict[str, Any] = {"code": code, "score": own, "rank": float(result.ranks.at[unit, code])}
        if len(below):
            behind = str(below.idxmax())
            row |= {
                "behind": behind,
                "behind_score": float(below[behind]),
                "margin": own - float(below[behind]),
                "fall": abs(float(result.imputed.at[unit, code]) - float(result.imputed.at[behind, code])),
            }
        else:
            row |= {"behind": "", "behind_score": np.nan, "margin": np.nan, "fall": np.nan}
        row["close"] = int((below >= own - small).sum())
        row["at_risk"] = bool(len(below) and row["margin"] <= small)
        row |= _after_fall(result, unit, code, small)
        rows.append(row)
    columns = ["code", "score", "rank", "behind", "behind_score", "margin", "fall", "close", "at_risk"]
    table = pd.DataFrame(rows, columns=[*columns, "score_if", "rank_if"]).set_index("code")
    return table.sort_values("margin", kind="stable")


def _after_fall(result: IndexResult, unit: str, code: str, small: float) -> dict[str, float]:
    """The whole if the raw value fell by `small` hundredths of the range the units span."""
    values = result.imputed[code]
    direction = int(result.plan.directions[result.framework.indicators.index(code)])
    span = float(values.max() - values.min())
    made = rebuild(result, unit, {code: float(values[unit]) - direction * span * small / 100})
    return {"score_if": made.score, "rank_if": made.rank}
