"""Scenarios and groups as they are given, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...base.arrays import Flags, Matrix, Places
from ...base.errors import InputError, Problem, UnknownNameError

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ...data.framework import Framework


MISSING = float("-inf")


class Scenarios(NamedTuple):
    """Own raw values, scenarios x columns, and the places of these columns among the indicators, ascending."""

    values: Matrix
    at: Places


def place_of(framework: Framework, code: str) -> int:
    """Place of an indicator in table order.

    Raises
    ------
    UnknownNameError
        If `code` is not an indicator.
    """
    found = framework.check(code)
    if found not in framework.indicators:
        raise UnknownNameError("indicator", code, framework.indicators)
    return framework.indicators.index(found)


def read_scenarios(framework: Framework, values: Any, codes: Sequence[str] | None) -> Scenarios:
    """Scenarios with columns in table order.

    Raises
    ------
    InputError
        If the shape does not fit the codes or a code comes twice.
    """
    if codes is None:
        codes = [str(c) for c in getattr(values, "columns", framework.indicators)]
    matrix = np.asarray(values, dtype=float)
    matrix = matrix[None, :] if matrix.ndim == 1 else matrix
    at = np.array([place_of(framework, c) for c in codes], dtype=np.intp)
    if matrix.ndim != 2 or matrix.shape[1] != at.size:
        shape = " x ".join(str(k) for k in matrix.shape)
        raise InputError([Problem("problem.response.shape", {"shape": shape, "codes": at.size})])
    if np.unique(at).size < at.size:
        raise InputError([Problem("problem.response.twice")])
    order = np.argsort(at, kind="stable")
    if (order != np.arange(at.size)).any():
        matrix, at = matrix[:, order], at[order]
    return Scenarios(np.ascontiguousarray(matrix), at)


def refuse_infinite(part: Matrix, start: int, at: Places, framework: Framework) -> None:
    """Raise if a value is plus infinity; `start` is the number of scenarios before `part`."""
    wrong = part == np.inf
    if wrong.any():
        row, place = np.argwhere(wrong)[0]
        code = framework.indicators[at[place]]
        raise InputError([Problem("problem.response.infinite", cell=f"#{start + row + 1}", code=code)])


def read_groups(
    dataset: Dataset, units: Sequence[str], groups: Mapping[str, Sequence[str]] | Sequence[str] | None
) -> dict[str, Flags]:
    """Who of `units` belongs to each group; the first, named "", is everybody."""
    if isinstance(groups, str):
        groups = [groups]
    if not isinstance(groups, Mapping):
        groups = {name: dataset.members(name) for name in groups or ()}
    members = {"": np.ones(len(units), dtype=bool)}
    for name, given in groups.items():
        chosen = {dataset.unit(u) for u in given}
        members[name] = np.array([u in chosen for u in units])
    return members
