"""The exact answer behind every "what would it give": the index built again with one raw cell changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...base.arrays import Matrix
from ...index.engine import aggregate, build_column, compute, impute

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

CELLS = 4_000_000


def rebuild(result: IndexResult, unit: str, values: pd.Series) -> pd.DataFrame:
    """Build the index again once for each of `values`, that cell of `unit` alone replaced.

    Where columns are separate only the changed column is imputed, treated and normalised
    anew, and the tree is climbed for all changes at once: the same figures to the last bit.

    Parameters
    ----------
    result : IndexResult
    unit : str
        Name as in the dataset.
    values : Series
        Raw value by indicator, in the indicator's own unit; NaN makes a gap.

    Returns
    -------
    DataFrame
        Index of `values`; ``score, rank`` of the whole for `unit` after that change.
    """
    row = result.units.index(unit)
    whole = np.empty((len(values), len(result.units)))
    step = max(1, CELLS // (len(result.units) * (result.plan.size + len(result.plan.columns))))
    for start in range(0, len(values), step):
        whole[start : start + step] = _scores(result, row, values.iloc[start : start + step])
    ranks = result.method.ranking.own(whole, row)
    return pd.DataFrame({"score": whole[:, row], "rank": ranks}, index=values.index)


def _scores(result: IndexResult, row: int, values: pd.Series) -> Matrix:
    """Scores of the whole, changes x units."""
    plan, raw = result.plan, result.dataset.values.to_numpy(float)
    root = result.framework.codes.index(result.root)
    places = [result.framework.indicators.index(str(code)) for code in values.index]
    changes = zip(places, values.to_numpy(float), strict=True)
    if plan.mixes:
        built = [compute(plan, _changed(raw, row, at, value)).scores[:, root] for at, value in changes]
        return np.array(built).reshape(len(values), len(raw))
    normalised = np.repeat(result.normalised.to_numpy(float)[None], len(values), axis=0)
    for scenario, (at, value) in enumerate(changes):
        column = impute(plan, _changed(raw[:, [at]], row, 0, value))[:, 0]
        normalised[scenario, :, at] = build_column(plan, at, column).normalised
    scores = aggregate(plan, normalised.reshape(-1, raw.shape[1])).scores
    return np.asarray(scores[:, root].reshape(len(values), len(raw)))


def _changed(raw: Matrix, row: int, at: int, value: float) -> Matrix:
    changed = raw.copy()
    changed[row, at] = value
    return changed
