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
COLUMNS = ["score", "rank", "behind", "behind_score", "margin", "fall", "close", "at_risk"]


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
        the whole, built again, if our value fell by `small` hundredths of the range that the
        units span. Sorted by margin.
    """
    scored = [c for c in codes if pd.notna(result.normalised.at[unit, c])]
    rows = [_next_behind(result, unit, code, small) for code in scored]
    table = pd.DataFrame(rows, columns=COLUMNS, index=pd.Index(scored, name="code"))
    values = result.imputed[scored]
    down = pd.Series(result.plan.directions, index=list(result.framework.indicators))[scored]
    fallen = values.loc[unit] - down * (values.max() - values.min()) * small / 100
    made = rebuild(result, unit, fallen).add_suffix("_if")
    return table.join(made).sort_values("margin", kind="stable")


def _next_behind(result: IndexResult, unit: str, code: str, small: float) -> dict[str, Any]:
    own = float(result.normalised.at[unit, code])
    others = result.normalised[code].drop(unit).dropna()
    below = others[others <= own]
    row: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan) | {
        "score": own,
        "rank": float(result.ranks.at[unit, code]),
        "behind": "",
        "close": int((below >= own - small).sum()),
        "at_risk": False,
    }
    if len(below):
        behind = str(below.idxmax())
        values, margin = result.imputed[code], own - float(below[behind])
        row |= {
            "behind": behind,
            "behind_score": float(below[behind]),
            "margin": margin,
            "fall": abs(float(values[unit]) - float(values[behind])),
            "at_risk": margin <= small,
        }
    return row
