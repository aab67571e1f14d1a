"""Scenarios and groups as they are given, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...base.errors import InputError, Problem

if TYPE_CHECKING:
    from .unit_response import Response

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


def read_values(
    response: Response, values: Any, codes: Sequence[str] | None
) -> tuple[Matrix, NDArray[np.intp]]:
    """Scenarios as a matrix with columns in table order, and the places of these columns.

    Raises
    ------
    InputError
        If the shape does not fit the codes or a code comes twice.
    """
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
    if problems:
        raise InputError(problems)
    order = np.argsort(at, kind="stable")
    if (order != np.arange(at.size)).any():
        matrix, at = matrix[:, order], at[order]
    return np.ascontiguousarray(matrix), at


def refuse_infinite(response: Response, part: Matrix, at: NDArray[np.intp], start: int) -> None:
    """Raise if a value is plus infinity; `start` is the number of scenarios before `part`."""
    wrong = part == np.inf
    if wrong.any():
        row, place = np.argwhere(wrong)[0]
        where = f"#{start + row + 1}"
        raise InputError([Problem("problem.response.infinite", cell=where, code=response.codes[at[place]])])


def read_groups(
    response: Response, groups: Mapping[str, Sequence[str]] | Sequence[str] | None
) -> tuple[list[str], list[Flags]]:
    """Names of the groups, and who belongs to each; the first entry is everybody."""
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
