"""The one place where the steps are chained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.errors import Problem, raise_if
from ..data.dataset import Dataset
from .engine import compute, make_plan
from .index_result import IndexResult
from .method import Method


def build_index(
    dataset: Dataset, method: Method | str | None = None, *, pool: Sequence[Dataset] | None = None
) -> IndexResult:
    """Build an index: impute, treat, normalise, aggregate, rank.

    Parameters
    ----------
    dataset : Dataset
        Raw values, units x indicators in each indicator's own unit, NaN for gaps.
    method : Method or str, optional
        A :class:`Method`, the name of a preset (``"pii"``, ``"gii"``, ``"coinr"``) or a file;
        ``Method.pii()`` if not given.
    pool : sequence of Dataset, optional
        Further editions with the same indicators whose range counts when the method's bounds
        are ``pooled``; each is treated by itself, as COINr treats a purse.

    Returns
    -------
    IndexResult
        Every step as a units x codes DataFrame: ``imputed``, ``treated``, ``normalised``,
        ``scores`` (0-100 by PII's method) and ``ranks`` (1 = highest); ``explain`` takes a score apart.

    Raises
    ------
    MethodError
        If the method cannot be applied to these data, with what to change.
    InputError
        If a unit has no value at all, or a value is infinite.

    Notes
    -----
    The order of the steps is that of the OECD/JRC *Handbook on Constructing Composite Indicators*
    (2008); COINr's reference output is met to 1e-9 (docs/oracles.md).

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> result.scores.loc["Cần Thơ", ["OPEN", "IN", "OUT"]].round(2).tolist()
    [48.16, 37.31, 59.01]
    >>> result.ranks.at["Cần Thơ", result.root]
    np.float64(9.0)
    """
    method = Method.load(method) if isinstance(method, str) else method or Method.pii()
    values = dataset.values.to_numpy(float)
    endless = zip(*np.nonzero(np.isinf(values)), strict=True)
    raise_if(
        Problem("problem.dataset.number", unit=dataset.units[i], code=dataset.codes[j], value=values[i, j])
        for i, j in endless
    )
    empty = np.isnan(values).all(axis=1)
    raise_if(Problem("problem.index.empty", unit=u) for u, e in zip(dataset.units, empty, strict=True) if e)
    plan = make_plan(
        dataset.framework,
        method,
        dataset.units,
        groups={str(c): list(dataset.groups[c]) for c in dataset.groups},
        pool=None
        if pool is None
        else {
            c: [d.values[c].to_numpy(float) for d in pool if d is not dataset and c in d.values]
            for c in dataset.framework.indicators
        },
    )
    return IndexResult(dataset=dataset, method=method, plan=plan, computed=compute(plan, values))
