"""What simulators usually say: bounds and rivals frozen at the baseline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...index.engine import aggregate
from ...index.index_result import IndexResult
from ...index.ranks import rank


def naive_answer(result: IndexResult, unit: str, changes: pd.DataFrame) -> dict[str, float]:
    """Own score and rank with baseline bounds and rivals' baseline scores; see :attr:`WhatIf.naive`."""
    own = result.units.index(unit)
    plan, computed = result.plan, result.computed
    row = np.array([c.normalised[own] for c in computed.columns])
    for cell in changes[changes["unit"] == unit].itertuples():
        j = result.framework.indicators.index(cell.code)
        spec, column = plan.columns[j], computed.columns[j]
        treatment = str(column.treatment.log.get("treatment", "none"))
        known = treatment in {"none", "winsorised"} and "minimum" in column.fitted
        turned = np.array([cell.after * spec.direction])
        row[j] = spec.normaliser.apply(turned, dict(column.fitted))[0] if known else np.nan
        if not known and not np.isnan(cell.after):
            return {"score": float("nan"), "rank": float("nan")}
    scores, _ = aggregate(plan, np.vstack([row, row]))
    at = plan.nodes[-1].at
    all_scores = computed.scores[:, at].copy()
    all_scores[own] = scores[0, at]
    made = rank(all_scores, decimals=result.method.rank_decimals, ties=result.method.rank_ties)
    return {"score": float(all_scores[own]), "rank": float(made[own])}
