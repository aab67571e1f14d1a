"""Scenarios and groups as they are given, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..base.errors import InputError, Problem

if TYPE_CHECKING:
    from .response import Response

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


def read_values(
    response: Response, values: Any, codes: Sequence[str] | None
) -> tuple[Matrix, NDArray[np.intp]]:
    if codes is None and hasattr(values, "columns"):
        codes = [str(c) for c in values.columns]
    matrix = np.asarray(values, dtype=float)
    matrix = matrix[None, :] if matrix.ndim == 1 else matrix
    at = np.array(
        [response.place(c) for c in codes] if codes is not None else range(len(response.codes)), dtype=int
    )
    problems = []
    if matrix.ndim != 2 or matrix.shape[1] != at.size:
        shape = " x ".join(str(k) for k in matrix.shape)
        problems.append(Problem("problem.response.shape", {"shape": shape, "codes": at.size}))
    elif np.unique(at).size < at.size:
        problems.append(Problem("problem.response.twice"))
    elif (matrix == np.inf).any():
        row, place = np.argwhere(matrix == np.inf)[0]
        where = f"#{row + 1}"
        problems.append(Problem("problem.response.infinite", cell=where, code=response.codes[at[place]]))
    if problems:
        raise InputError(problems)
    order = np.argsort(at, kind="stable")
    if (order != np.arange(at.size)).any():
        matrix, at = matrix[:, order], at[order]
    return np.ascontiguousarray(matrix), at


def read_groups(
    response: Response, groups: Mapping[str, Sequence[str]] | Sequence[str] | None
) -> tuple[list[str], list[Flags]]:
    dataset = response.result.dataset
    if groups is None:
        groups = {}
    if isinstance(groups, str):
        groups = [groups]
    if not isinstance(groups, Mapping):
        groups = {name: dataset.members(name) for name in groups}
    every = np.ones(len(response.plan.units), dtype=bool)
    members = [every]
    for units in groups.values():
        chosen = {dataset.unit(u) for u in units}
        members.append(np.array([u in chosen for u in response.plan.units]))
    return list(groups), members
