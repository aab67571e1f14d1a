"""What a package must keep: budgets (total, by agency, source and year), links, and what is fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Places
from ...base.errors import Problem, UnknownNameError, nearest, raise_if
from ..actions.action_set import ActionSet

Budgets = Mapping[str, Mapping[Any, float]]
SCOPES = ("agency", "source", "year")
MOST_CELLS = 32
_CENT = 1e-9
_LINKS = ("requires", "excludes")


@dataclass(frozen=True, eq=False)
class Limits:
    """Linear limits on a package: ``rows @ y <= highs``.

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

    @property
    def free(self) -> Places:
        """Places of the actions that may be taken or left."""
        return np.flatnonzero(np.isnan(self.fixed))

    @property
    def least(self) -> Flags:
        """The package of what must be taken and nothing else."""
        return self.fixed == 1

    def cost(self, package: Flags) -> float:
        """Cost of a package in billion VND."""
        return float(self.costs[package].sum())

    def allows(self, packages: Flags) -> Flags:
        """Which of the packages (rows of flags) keep every limit; to a billionth of a billion VND."""
        y = np.atleast_2d(packages).astype(float)
        slack = _CENT * np.maximum(1.0, np.abs(self.highs))
        inside = (y @ self.rows.T <= self.highs + slack).all(axis=1)
        given = ~np.isnan(self.fixed)
        return np.asarray(inside & (y[:, given] == self.fixed[given]).all(axis=1))

    def numbered(self, numbers: NDArray[np.int64]) -> Flags:
        """Packages by number over the free actions (first action lowest), as rows of flags."""
        rows = np.broadcast_to(self.least, (numbers.size, self.fixed.size)).copy()
        rows[:, self.free] = ((numbers[:, None] >> np.arange(self.free.size)) & 1).astype(bool)
        return rows

    def cheaper(self, than: float) -> Limits:
        """The same limits with the whole cost below `than` by more than rounding."""
        return self._with(self.costs, than - 3 * _CENT * max(1.0, abs(than)), "total", "")

    def safe(self, cells: Column, high: float) -> float:
        """A limit on ``cells @ y`` as a solver with tolerances can hold it; see :func:`between_sums`."""
        taken = float(cells[self.least].sum())
        return taken + between_sums(cells[self.free], high - taken)

    @cached_property
    def safe_highs(self) -> Column:
        """:attr:`highs`, each as :meth:`safe` has it."""
        each = zip(self.rows, self.highs.tolist(), self.names, strict=True)
        return np.array([h if scope in _LINKS else self.safe(row, h) for row, h, (scope, _) in each])

    def one_of(self, places: Places, name: str) -> Limits:
        """The same limits with at most one of some actions."""
        return self._with(np.isin(np.arange(self.costs.size), places).astype(float), 1.0, "excludes", name)

    def _with(self, cells: Column, high: float, scope: str, name: str) -> Limits:
        rows, highs = np.vstack([self.rows, cells]), np.append(self.highs, high)
        return replace(self, rows=rows, highs=highs, names=(*self.names, (scope, name)))

    def with_costs(self, costs: Column) -> Limits:
        """The same budgets and links at other costs."""
        rows = self.rows.copy()
        for row, (scope, _) in zip(rows, self.names, strict=True):
            if scope in ("total", *SCOPES):
                row *= np.divide(costs, self.costs, out=np.zeros_like(row), where=self.costs > 0)
        return replace(self, costs=costs, rows=rows)


def between_sums(cells: Column, high: float) -> float:
    """A limit midway between the largest sum of `cells` that keeps `high` and the smallest that does not.

    Sums of a solver are known to some 1e-6 only: a package a hair dearer than the budget would pass
    for allowed, and one that just keeps it be lost. Where sums are too many to be told apart (more
    than :data:`MOST_CELLS` cells on no common grid) it is `high`, a rounding looser.
    """
    cells, loose = cells[cells > 0], high + _CENT * max(1.0, abs(high))
    if cells.size > MOST_CELLS:
        grids = [g for g in (1.0, 0.5, 0.1, 0.05, 0.01, 1e-3, 1e-4) if _on(cells, g)]
        return (np.floor(loose / grids[0]) + 0.5) * grids[0] if grids else loose
    ends = [np.sort(_sums(half)) for half in (cells[::2], cells[1::2])]
    after = np.searchsorted(ends[1], loose - ends[0], side="right")
    below = (ends[0] + ends[1][np.maximum(after - 1, 0)])[after > 0]
    above = (ends[0] + ends[1][np.minimum(after, ends[1].size - 1)])[after < ends[1].size]
    if not below.size or not above.size:
        return loose + 1.0 if below.size else min(loose, 0.0) - 1.0
    return 0.5 * float(below.max() + above.min())


def _on(cells: Column, grid: float) -> bool:
    return bool((np.abs(cells / grid - np.round(cells / grid)) < 1e-7).all())


def _sums(cells: Column) -> Column:
    total = np.zeros(1)
    for cell in cells:
        total = np.concatenate([total, total + cell])
    return total


class _Row(NamedTuple):
    cells: Column
    high: float
    scope: str
    name: str


def make_limits(
    actions: ActionSet,
    budget: float | None = None,
    budgets: Budgets | None = None,
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
        With every problem: negative or text budgets, names that no action has, actions both included
        and excluded.
    UnknownNameError
        For an unknown id or scope.
    """
    costs = np.array([a.cost.at(at) for a in actions.actions])
    rows = [*_budget_rows(actions, costs, budget, budgets or {}), *_link_rows(actions)]
    raise_if(Problem("problem.plan.both", cell=name) for name in dict.fromkeys(include) if name in exclude)
    fixed = np.full(len(actions), np.nan)
    for value, ids in ((1.0, include), (0.0, exclude)):
        for name in ids:
            fixed[actions.place(name)] = value
    table = np.array([r.cells for r in rows]) if rows else np.zeros((0, len(actions)))
    return Limits(
        costs, table, np.array([r.high for r in rows]), tuple((r.scope, r.name) for r in rows), fixed
    )


def _budget_rows(actions: ActionSet, costs: Column, budget: float | None, budgets: Budgets) -> list[_Row]:
    asked = [] if budget is None else [("total", "", budget)]
    for scope, by_name in budgets.items():
        if scope not in SCOPES:
            raise UnknownNameError("option", scope, SCOPES)
        asked += [(scope, str(name), high) for name, high in by_name.items()]
    rows, problems = [], []
    for scope, name, high in asked:
        if not (isinstance(high, int | float) and high >= 0):  # type: ignore[redundant-expr]  # what people give
            problems.append(Problem("problem.plan.budget", {"name": name or scope}, value=high))
        elif scope in ("agency", "source") and name not in (
            known := {getattr(a, scope) for a in actions.actions}
        ):
            hint = next(iter(nearest(name, sorted(known))), None)
            problems.append(Problem("problem.plan.scope", {"scope": scope}, value=name, suggestion=hint))
        else:
            rows.append(_Row(_taken(actions, costs, scope, name), float(high), scope, name))
    raise_if(problems)
    return rows


def _taken(actions: ActionSet, costs: Column, scope: str, name: str) -> Column:
    """What each action takes from one budget."""
    if scope == "total":
        return costs
    if scope == "year":
        # a budget for a year in which nothing is planned binds nothing, and that is no mistake
        year = int(name) if name.isdigit() else None
        spread = [a.cost_by_year(float(c)) for a, c in zip(actions.actions, costs, strict=True)]
        return np.array([s.get(year, 0.0) if year is not None else 0.0 for s in spread])
    return np.where([getattr(a, scope) == name for a in actions.actions], costs, 0.0)


def _link_rows(actions: ActionSet) -> Iterator[_Row]:
    for link in actions.links:
        row = np.zeros(len(actions))
        row[actions.place(link.a)] = 1.0
        if link.kind == "requires":
            row[actions.place(link.b)] = -1.0
            yield _Row(row, 0.0, "requires", f"{link.a} → {link.b}")
        elif link.kind == "excludes":
            row[actions.place(link.b)] = 1.0
            yield _Row(row, 1.0, "excludes", f"{link.a} × {link.b}")
