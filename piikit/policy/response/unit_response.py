"""The response of a whole index to one unit's own values, exact and fast.

In an index whose columns are separate (treat and normalise column by column, then weighted
means) an own value determines its whole normalised column. :func:`respond` tabulates these
columns once; :meth:`Response.evaluate` then gives scores and ranks of any number of what-ifs,
every rival recomputed, equal to :func:`piikit.build_index` on the changed data.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.arrays import Column, Flags, Matrix, Places
from ...base.errors import Problem, UnknownNameError
from ...index.engine import effective_weights
from ...index.index_result import IndexResult
from .careful import Answers, evaluate_carefully
from .changed_columns import ChangedColumns, root_of
from .column_forms import make_table
from .column_table import ColumnTable
from .matrix_product import Block, Path, by_product
from .outcomes import Outcomes
from .scenario_input import MISSING, place_of, read_groups, read_scenarios, refuse_infinite

if TYPE_CHECKING:
    from ...index.engine import Plan


ENGINES = ("auto", "numpy", "numba")


@dataclass(frozen=True, eq=False)
class Response:
    """An index as a function of one unit's own raw values; made by :func:`respond`.

    Attributes
    ----------
    result : IndexResult
        The baseline.
    unit : str
    own : int
        Row of the unit.
    additive : bool
        Whether the whole is a weighted sum of columns (arithmetic means throughout).
    mixes : bool
        Whether the method mixes columns, so that every scenario is built again.
    """

    result: IndexResult
    unit: str
    own: int
    additive: bool
    mixes: bool
    _tables: dict[int, ColumnTable] = field(default_factory=dict, repr=False)

    @property
    def plan(self) -> Plan:
        """Framework and method, compiled."""
        return self.result.plan

    @property
    def codes(self) -> tuple[str, ...]:
        """Indicators, in table order."""
        return self.result.framework.indicators

    @cached_property
    def raw(self) -> Matrix:
        """Raw values before imputation, units x indicators."""
        return self.result.dataset.values.to_numpy(float)

    @cached_property
    def base_normalised(self) -> Matrix:
        """Normalised scores of the baseline, units x indicators."""
        return np.column_stack([c.normalised for c in self.result.computed.columns])

    @property
    def root_at(self) -> int:
        """Place of the whole among all codes."""
        return root_of(self.plan)

    @cached_property
    def base_scores(self) -> Column:
        """Scores of the whole in the baseline, shape (units,)."""
        return np.asarray(self.result.computed.scores[:, self.root_at])

    @cached_property
    def weights(self) -> Matrix:
        """Effective weights, units x indicators; 0 where a score is missing."""
        made = effective_weights(self.plan, self.result.computed)[:, self.plan.indicator_at]
        return np.nan_to_num(made)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """How figures are made where it is not by the fast path."""
        if self.mixes:
            return (Problem("note.response.mixes", severity="warning"),)
        tree = () if self.additive else (Problem("note.response.tree", severity="warning"),)
        return tree + tuple(
            Problem("note.response.exact", {"reason": t.reason}, code=t.code, severity="warning")
            for t in self._tables.values()
            if t.reason
        )

    def table(self, at: int) -> ColumnTable:
        """The table of one indicator by its place; made when first asked for."""
        if at not in self._tables:
            base = self.base_normalised[:, at]
            self._tables[at] = make_table(self.plan, at, self.raw[:, at], self.own, base)
        return self._tables[at]

    def place(self, code: str) -> int:
        """Place of an indicator in table order.

        Raises
        ------
        UnknownNameError
            If `code` is not an indicator.
        """
        return place_of(self.result.framework, code)

    def column(self, code: str, values: Any) -> Matrix:
        """Normalised scores of all units on one indicator at own raw `values`: k values -> (k, n).

        A value may be :data:`MISSING`. With weights from :attr:`weights` this is what an exact
        selection model needs: a change of ``column`` times weights is the change of the whole
        for every unit, as long as nobody's gaps come or go.

        Raises
        ------
        ValueError
            If the method mixes columns, since no such function exists then.
        """
        if self.mixes:
            raise ValueError("this method mixes columns: evaluate() builds the index again instead")
        return self.table(self.place(code)).normalised(np.atleast_1d(np.asarray(values, dtype=float)))

    def breaks(self, code: str) -> Column:
        """Own raw values of one indicator at which the treatment switches, ascending."""
        table = self.table(self.place(code))
        return np.sort(table.breaks * table.direction)

    def changed(self, at: Places) -> ChangedColumns:
        """What the ways to an answer need to know of the columns at places `at`."""
        return ChangedColumns(
            plan=self.plan,
            own=self.own,
            raw=self.raw,
            base=self.base_normalised,
            scores=self.base_scores,
            at=at,
            tables=() if self.mixes else tuple(self.table(int(j)) for j in at),
            weights=self.weights[:, at],
            additive=self.additive,
            mixes=self.mixes,
        )

    def evaluate(
        self,
        values: Any,
        codes: Sequence[str] | None = None,
        *,
        groups: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
        every_unit: bool = False,
        nodes: bool = False,
        block: int = 8192,
        engine: str = "auto",
    ) -> Outcomes:
        """Scores and ranks of the unit in every scenario.

        Parameters
        ----------
        values : array_like or DataFrame, shape (scenarios, indicators)
            Own raw values. NaN leaves a value as it is, :data:`MISSING` takes it away. One
            scenario may be given as a single row.
        codes : sequence of str, optional
            Indicators of the columns; a DataFrame brings its own, otherwise all in table order.
        groups : mapping or sequence of str, optional
            Group name to units, or names that ``Dataset.members`` understands; the unit itself
            is compared whether it is a member or not.
        every_unit, nodes : bool
            Also every unit's score; also the scores of all codes.
        block : int
            Scenarios at a time; changes memory, never a bit of the answer.
        engine : {"auto", "numpy", "numba"}
            ``auto`` takes the compiled path if numba is installed (``piikit[fast]``). Both give
            the same ranks and scores within 1e-12.

        Returns
        -------
        Outcomes

        Raises
        ------
        InputError
            If a value is plus infinity, or shapes and codes do not fit.
        UnknownNameError
            For an unknown code, unit or engine.
        """
        framework = self.result.framework
        scenarios = read_scenarios(framework, values, codes)
        members = read_groups(self.result.dataset, self.plan.units, groups)
        changed, flags = self.changed(scenarios.at), list(members.values())
        path = _fast_path(changed, flags, engine, careful=every_unit or nodes)
        count, units, size = len(scenarios.values), len(self.plan.units), self.plan.size
        inner = np.empty((count, units, size) if every_unit else (count, size)) if nodes else None
        done = Answers(np.empty((count, units if every_unit else 1)), np.empty((count, len(flags))), inner)
        step, rebuilt = max(1, min(count, int(block))), 0
        out = Block(np.empty(step), np.empty((len(flags), step)), np.ones(step, dtype=bool))
        for first in range(0, count, step):
            part = scenarios.values[first : first + step]
            refuse_infinite(part, first, scenarios.at, framework)
            if path is not None:
                path(part, out)
                rows = slice(first, first + len(part))
                done.scores[rows, 0] = out.scores[: len(part)]
                done.ranks[rows] = self.plan.method.ranking.place(out.ahead[:, : len(part)]).T
            left = np.flatnonzero(out.careful[: len(part)])
            if left.size:
                made = evaluate_carefully(changed, part[left], flags, every_unit=every_unit, nodes=nodes)
                done.put(first + left, made)
            rebuilt += left.size if path is not None else 0
        return Outcomes(
            unit=self.unit,
            scores=done.scores[:, self.own if every_unit else 0],
            ranks=done.ranks[:, 0],
            group_ranks={name: done.ranks[:, k] for k, name in enumerate(members) if name},
            unit_scores=done.scores if every_unit else None,
            nodes=done.nodes,
            units=self.plan.units,
            codes=framework.codes,
            rebuilt=rebuilt,
            notes=self.notes,
        )


def _fast_path(changed: ChangedColumns, groups: list[Flags], engine: str, *, careful: bool) -> Path | None:
    """The compiled path or the matrix product; None where every scenario must be done with care."""
    if engine not in ENGINES:
        raise UnknownNameError("option", engine, ENGINES)
    own = changed.own_weights
    if careful or own is None or changed.at.size == 0 or changed.plan.method.ranking.ties == "dense":
        return None
    if engine == "numba" or (engine == "auto" and has_numba()):
        from .compiled_kernel import compiled

        return compiled(changed, own, groups)
    return by_product(changed, own, groups)


def has_numba() -> bool:
    """Whether the compiled path can be taken (extra ``piikit[fast]``)."""
    return importlib.util.find_spec("numba") is not None


def respond(result: IndexResult, unit: str) -> Response:
    """Tabulate how the whole index responds to the own values of `unit`.

    Parameters
    ----------
    result : IndexResult
        The baseline, by any method. Methods that mix columns (iterative or row-wise
        imputation, data-driven weights, Copeland) are built again for every scenario, and
        ``notes`` says so.
    unit : str
        As people write it.

    Returns
    -------
    Response

    Raises
    ------
    UnknownNameError
        If there is no such unit.

    Notes
    -----
    A column's treatment changes where its skewness or kurtosis crosses a limit, which are roots
    of polynomials in the own value; between them the column has a closed form. ``docs/speed.md``
    says what that costs.

    Examples
    --------
    >>> import piikit as pk
    >>> response = pk.respond(pk.build_index(pk.load_dataset("open-2022")), "Cần Thơ")
    >>> made = response.evaluate([[70.0], [75.0]], codes=["1.1"])
    >>> made.scores.shape, bool(made.ranks[1] <= made.ranks[0])
    ((2,), True)
    """
    name = result.dataset.unit(unit)
    mixes = result.plan.mixes
    return Response(
        result=result,
        unit=name,
        own=result.units.index(name),
        additive=result.additive and not mixes and bool(result.plan.nodes),
        mixes=mixes,
    )


__all__ = ["MISSING", "Outcomes", "Response", "has_numba", "respond"]
