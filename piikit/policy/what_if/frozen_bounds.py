"""What simulators usually say: bounds and rivals frozen at the baseline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...index.engine import aggregate
from ...index.index_result import IndexResult


def frozen_answer(result: IndexResult, unit: str, changes: pd.DataFrame) -> dict[str, float]:
    """Own score and rank with baseline bounds and rivals' baseline scores; see :attr:`WhatIf.frozen`."""
    own = result.units.index(unit)
    plan, computed = result.plan, result.computed
    row = np.array([c.normalised[own] for c in computed.columns])
    for cell in changes[changes["unit"] == unit].itertuples():
        j = result.framework.indicators.index(cell.code)
        spec, column = plan.columns[j], computed.columns[j]
        treatment = str(column.treatment.log.get("treatment", "none"))
        known = treatment in {"none", "winsorised"} and "minimum" in column.fitted
        if not known and not np.isnan(cell.after):
            return {"score": float("nan"), "rank": float("nan")}
        turned = np.array([cell.after * spec.direction])
        row[j] = spec.normaliser.apply(turned, dict(column.fitted))[0] if known else np.nan
    whole = plan.nodes[-1].at
    scores = computed.scores[:, whole].copy()
    scores[own] = aggregate(plan, np.vstack([row, row]))[0][0, whole]
    return {"score": float(scores[own]), "rank": float(result.method.ranking.own(scores, own))}
