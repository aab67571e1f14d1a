"""What a package must keep: budgets (total, by agency, source and year), links, and what is fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...base.errors import Problem, UnknownNameError, nearest, raise_if
from ..actions.action import ActionSet

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
SCOPES = ("agency", "source", "year")
_CENT = 1e-9


@dataclass(frozen=True, eq=False)
class Limits:
    """Linear limits on a package: ``lows <= rows @ y <= highs``.

    Attributes
    ----------
    costs : ndarray, shape (actions,)
        Billion VND.
    rows : ndarray, shape (limits, actions)
    highs : ndarray, shape (limits,)
    names : tuple of (str, str)
        Scope and name of each row, such as ``("agency", "Sở Tài chính")`` or ``("requires", "a -> b")``.
    fixed : ndarray, shape (actions,)
        1 taken, 0 left out, NaN free.
    """

    costs: Column
    rows: NDArray[np.float64]
    highs: Column
    names: tuple[tuple[str, str], ...]
    fixed: Column

    def allows(self, packages: Flags) -> Flags:
        """Which of the packages (rows of flags) keep every limit; to a billionth of a billion VND."""
        y = np.atleast_2d(packages).astype(float)
        slack = _CENT * np.maximum(1.0, np.abs(self.highs))
        inside = (
            (y @ self.rows.T <= self.highs + slack).all(axis=1) if self.highs.size else np.ones(len(y), bool)
        )
        free = np.isnan(self.fixed)
        return inside & (y[:, ~free] == self.fixed[~free]).all(axis=1)


def make_limits(
    actions: ActionSet,
    *,
    budget: float | None = None,
    budgets: Mapping[str, Mapping[Any, float]] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    at: str = "likely",
) -> Limits:
    """Compile the limits on packages of `actions`.

    Parameters
    ----------
    budget : float, optional
        Billion VND in all.
    budgets : mapping, optional
        ``{"agency": {...}, "source": {...}, "year": {2025: 50}}``, billion VND each; costs are
        spread evenly over an action's days, and an action without dates falls into year 0.
    include, exclude : sequence of str
        Ids that must or must not be taken.
    at : {"low", "likely", "high", "mean"}
        Which cost counts.

    Raises
    ------
    InputError
        With every problem: negative or text budgets, names that no action has.
    UnknownNameError
        For an unknown id or scope.
    """
    costs = np.array([a.cost.at(at) for a in actions.actions])
    rows: list[Column] = []
    highs: list[float] = []
    names: list[tuple[str, str]] = []
    problems = []

    def add(row: Column, high: float, scope: str, name: str) -> None:
        rows.append(row)
        highs.append(high)
        names.append((scope, name))

    for scope, name, high in _asked(budget, budgets):
        shares, known = _shares(actions, costs, scope, name)
        if not (isinstance(high, int | float) and high >= 0):
            problems.append(Problem("problem.plan.budget", {"name": name or scope}, value=high))
        elif shares is None:
            hint = next(iter(nearest(name, known)), None)
            problems.append(Problem("problem.plan.scope", {"scope": scope}, value=name, suggestion=hint))
        else:
            add(shares, float(high), scope, name)
    raise_if(problems)
    for link in actions.links:
        a, b = actions.place(link.a), actions.place(link.b)
        row = np.zeros(len(actions))
        row[a] = 1.0
        if link.kind == "requires":
            row[b] = -1.0
            add(row, 0.0, "requires", f"{link.a} → {link.b}")
        elif link.kind == "excludes":
            row[b] = 1.0
            add(row, 1.0, "excludes", f"{link.a} × {link.b}")
    fixed = np.full(len(actions), np.nan)
    for value, ids in ((1.0, include), (0.0, exclude)):
        for name in ids:
            fixed[actions.place(name)] = value
    table = np.array(rows) if rows else np.zeros((0, len(actions)))
    return Limits(costs, table, np.array(highs), tuple(names), fixed)


def _asked(
    budget: float | None, budgets: Mapping[str, Mapping[Any, float]] | None
) -> list[tuple[str, str, float]]:
    found = [] if budget is None else [("total", "", budget)]
    for scope, by_name in (budgets or {}).items():
        if scope not in SCOPES:
            raise UnknownNameError("option", scope, SCOPES)
        found += [(scope, str(name), high) for name, high in by_name.items()]
    return found


def _shares(actions: ActionSet, costs: Column, scope: str, name: str) -> tuple[Column | None, list[str]]:
    """What each action takes from one budget, None if no action bears the name."""
    if scope == "total":
        return costs, []
    if scope == "year":
        spread = [a.cost_by_year(float(c)) for a, c in zip(actions.actions, costs, strict=True)]
        known = sorted({str(y) for s in spread for y in s})
        # a budget for a year in which nothing is planned binds nothing, and that is no mistake
        return np.array([s.get(int(name), 0.0) if name.isdigit() else 0.0 for s in spread]), known
    labels = [getattr(a, scope) for a in actions.actions]
    known = sorted(set(labels))
    if name not in known:
        return None, known
    return np.where([lab == name for lab in labels], costs, 0.0), known
