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
    method : Method or str, optional
        A :class:`Method`, the name of a preset (``"pii"``, ``"gii"``, ``"coinr"``) or a file;
        ``Method.pii()`` if not given.
    pool : sequence of Dataset, optional
        Further editions with the same indicators whose range counts when the method's bounds
        are ``pooled``; each is treated by itself, as COINr treats a purse.

    Returns
    -------
    IndexResult
        Every step as a units x codes table, scores and ranks, and ``explain``.

    Raises
    ------
    MethodError
        If the method cannot be applied to these data, with what to change.
    InputError
        If a unit has no value at all.
    """
    method = Method.load(method) if isinstance(method, str) else method or Method.pii()
    values = dataset.values.to_numpy(float)
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
