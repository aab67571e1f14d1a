"""Strengths at risk: where a small fall of ours, or a small gain of a rival, costs a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
        the whole, built again, if our value fell by `small` hundredths of the range that the
        units span. Sorted by margin.
    """
    scored = [c for c in codes if pd.notna(result.normalised.at[unit, c])]
    scores, values = result.normalised[scored], result.imputed[scored]
    own, raw, others = scores.loc[unit], values.loc[unit], scores.drop(index=unit)
    below = others.where(others <= own)
    behind = below.fillna(-np.inf).idxmax().where(below.notna().any(), "")
    margin = own - below.max()
    theirs = pd.Series([values.at[u, c] if u else np.nan for c, u in behind.items()], scored, dtype=float)
    table = pd.DataFrame(
        {
            "score": own,
            "rank": result.ranks.loc[unit, scored],
            "behind": behind.astype(str),
            "behind_score": below.max(),
            "margin": margin,
            "fall": (raw - theirs).abs(),
            "close": (below >= own - small).sum(),
            "at_risk": margin <= small,
        },
        index=pd.Index(scored, name="code"),
    )
    down = pd.Series(result.plan.directions, index=list(result.framework.indicators))[scored]
    fallen = raw - down * (values.max() - values.min()) * small / 100
    return table.join(rebuild(result, unit, fallen).add_suffix("_if")).sort_values("margin", kind="stable")
