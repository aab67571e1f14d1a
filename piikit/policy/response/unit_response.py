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
from numpy.typing import NDArray

from ...base.errors import Problem, UnknownNameError
from ...index.engine import Computed, aggregate, effective_weights
from ...index.index_result import IndexResult
from . import careful as response_exact
from . import matrix_product as response_numpy
from .careful import MISSING
from .column_table import ColumnTable, make_table
from .outcomes import Home, Outcomes, OwnTerms
from .scenario_input import read_groups, read_values, refuse_infinite

if TYPE_CHECKING:
    from ...index.engine import Plan

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    _homes: dict[int, Home | None] = field(default_factory=dict, repr=False)

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

    @cached_property
    def root_at(self) -> int:
        """Place of the whole among all codes."""
        return self.plan.nodes[-1].at if self.plan.nodes else 0

    @cached_property
    def base_scores(self) -> Column:
        """Scores of the whole in the baseline, shape (units,)."""
        scores: Column = self.result.computed.scores[:, self.root_at]
        return scores

    @cached_property
    def weights(self) -> Matrix:
        """Effective weights, units x indicators; 0 where a score is missing."""
        made = effective_weights(self.plan, self.result.computed)[:, self.plan.indicator_at]
        return np.nan_to_num(made)

    @cached_property
    def rival_scores(self) -> Column:
        """Rivals' baseline scores; minus infinity for the unit and for units without a score."""
        scores = self.base_scores.copy()
        scores[self.own] = np.nan
        return np.where(np.isnan(scores), -np.inf, scores)

    @property
    def reach(self) -> float:
        """A rival nearer than this to the own score is compared with care."""
        return 2.0 * 10.0**-self.plan.method.rank_decimals + 1e-11

    @property
    def notes(self) -> tuple[Problem, ...]:
        """How figures are made where it is not by the fast path."""
        if self.mixes:
            return (Problem("note.response.mixes", severity="warning"),)
        said = []
        if not self.additive:
            said.append(Problem("note.response.tree", severity="warning"))
        said += [
            Problem("note.response.exact", {"reason": t.reason}, code=t.code, severity="warning")
            for t in self._tables.values()
            if t.reason
        ]
        return tuple(said)

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
        found = self.result.framework.check(code)
        if found not in self.codes:
            raise UnknownNameError("indicator", code, self.codes)
        return self.codes.index(found)

    def column(self, code: str, values: Any) -> Matrix:
        """Normalised scores of all units on one indicator at own raw `values`: k values -> (k, n).

        A value may be :data:`MISSING`. With weights from :attr:`weights` this is what an exact
        selection model needs: a change of ``column`` times weights is the change of the whole
        for every unit, as long as nobody's gaps come or go.

        Raises
        ------
        MethodError
            Never; methods that mix columns raise ValueError, since no such function exists.
        """
        if self.mixes:
            raise ValueError("this method mixes columns: evaluate() builds the index again instead")
        given = np.atleast_1d(np.asarray(values, dtype=float))
        return self.table(self.place(code)).normalised(np.where(given == MISSING, np.nan, given))

    def breaks(self, code: str) -> Column:
        """Own raw values of one indicator at which the treatment switches, ascending."""
        return self.table(self.place(code)).break_values()

    def own_terms(self, at: NDArray[np.intp]) -> OwnTerms:
        """Own weights for every set of gaps among the columns `at` that a what-if can fill."""
        base = self.base_normalised[self.own]
        mine = np.nan_to_num(base[at])
        gaps = np.flatnonzero(np.isnan(base[at]))
        weights, start = self.weights[self.own, at][None, :], self.base_scores[[self.own]]
        if gaps.size == 0:
            return OwnTerms(gaps, weights, start, mine)
        rows = np.repeat(base[None, :], 2**gaps.size, axis=0)
        for bit, place in enumerate(gaps):
            rows[np.arange(len(rows)) >> bit & 1 == 1, at[place]] = 0.0
        scores, used = aggregate(self.plan, rows)
        known = effective_weights(self.plan, Computed(rows, (), scores, used, ()))[:, self.plan.indicator_at]
        sums = (np.nan_to_num(known) * np.nan_to_num(rows)).sum(axis=1)
        sums[np.isnan(scores[:, self.root_at])] = np.nan
        sums[0] = start[0]
        weights = np.vstack([weights, np.nan_to_num(known[1:, at])])
        return OwnTerms(gaps, weights, sums, mine)

    def can_fill(self, at: NDArray[np.intp]) -> bool:
        """Whether there are few enough own gaps among the columns `at` for a table of weights."""
        return int(np.isnan(self.base_normalised[self.own, at]).sum()) <= 12

    def home(self, at: int) -> Home | None:
        """Ends and form of a column in the baseline, None where they must be built."""
        if at not in self._homes:
            table = self.table(at)
            value = np.array([table.base_value * table.direction])
            found: Home | None = None
            if not np.isnan(value[0]):
                piece, doubtful = table.piece(value)
                if not doubtful[0]:
                    lo, hi, kappa = table.ends(value, piece)
                    p = int(piece[0])
                    found = Home(
                        float(lo[0]),
                        float(hi[0]),
                        float(kappa[0]),
                        int(table.kinds[p]),
                        bool(table.clipped[p]),
                        bool(table.mirrored[p]),
                    )
            self._homes[at] = found
        return self._homes[at]

    def rival_terms(self, at: int) -> tuple[Column, Column]:
        """Rivals' weights and baseline scores on one indicator, zero for the unit and for gaps."""
        weights = self.weights[:, at].copy()
        weights[self.own] = 0.0
        base = self.table(at).base
        weights[np.isnan(base)] = 0.0
        return weights, np.where(np.isnan(base), 0.0, base)

    def plain_terms(self, at: int) -> tuple[float, float, Column, Column]:
        """For an untreated column: baseline slope and shift, and the vectors that they multiply.

        A rival's score is ``offset + scale (slope x shape + shift)``.
        """
        table = self.table(at)
        weights, _ = self.rival_terms(at)
        spread, flat = weights * table.scale * table.shape, weights * table.scale
        home = self.home(at)
        if home is None:
            own_bounds = table.ends(np.array([table.least]), np.zeros(1, dtype=np.intp))
            width = float(own_bounds[1][0] - own_bounds[0][0])
            return table.span / width, (table.least - float(own_bounds[0][0])) / width, spread, flat
        width = home.hi - home.lo
        return table.span / width, (table.least - home.lo) / width, spread, flat

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
        matrix, at = read_values(self, values, codes)
        names, members = read_groups(self, groups)
        if engine not in ("auto", "numpy", "numba"):
            raise UnknownNameError("option", engine, ("auto", "numpy", "numba"))
        compiled = engine == "numba" or (engine == "auto" and has_numba())
        count, n = len(matrix), len(self.plan.units)
        scores, ranks = np.empty(count), np.empty((count, len(members)))
        others = np.empty((count, n)) if every_unit else None
        size = (count, n, self.plan.size) if every_unit else (count, self.plan.size)
        inner = np.empty(size) if nodes else None
        fast = None
        if self.additive and not every_unit and not nodes and self._counts(at):
            fast = self._fast(at, members, compiled)
        careful_rows = 0
        for start in range(0, count, max(1, int(block))):
            rows = slice(start, min(count, start + max(1, int(block))))
            part = matrix[rows]
            refuse_infinite(self, part, at, start)
            if fast is None:
                careful = np.ones(len(part), dtype=bool)
            else:
                careful = fast(part, scores[rows], ranks[rows])
            left = np.flatnonzero(careful)
            careful_rows += left.size if fast is not None else 0
            if left.size:
                made = self._careful(part[left], at, members, others is not None, inner is not None)
                scores[start + left], ranks[start + left] = made[0], made[1]
                if others is not None:
                    others[start + left] = made[2]
                if inner is not None:
                    inner[start + left] = made[3]
        return Outcomes(
            unit=self.unit,
            scores=scores,
            ranks=ranks[:, 0],
            group_ranks={name: ranks[:, k + 1] for k, name in enumerate(names)},
            unit_scores=others,
            nodes=inner,
            units=self.plan.units,
            codes=self.result.framework.codes,
            rebuilt=careful_rows,
            notes=self.notes,
        )

    def _counts(self, at: NDArray[np.intp]) -> bool:
        return self.plan.method.rank_ties == "min" and at.size > 0 and self.can_fill(at)

    def _careful(
        self, part: Matrix, at: NDArray[np.intp], members: list[Flags], every_unit: bool, nodes: bool
    ) -> tuple[Column, Matrix, Matrix, Matrix | None]:
        inner = None
        if nodes and (every_unit or self.mixes):
            tree = response_exact.tree_scores(self, part, at)
            everyone, inner = tree[:, :, self.root_at], tree if every_unit else tree[:, self.own]
        else:
            everyone = response_exact.all_scores(self, part, at)
            if nodes:
                inner = response_exact.own_nodes(self, part, at)
        ranks = response_exact.own_ranks(self, part, at, everyone, members)
        return everyone[:, self.own], ranks, everyone, inner

    def _fast(self, at: NDArray[np.intp], members: list[Flags], compiled: bool) -> Any:
        if compiled:
            from .compiled import compile_block

            return compile_block(self, at, members)
        return response_numpy.make_block(self, at, members)


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

    Examples
    --------
    >>> response = pk.respond(result, "Cần Thơ")  # doctest: +SKIP
    >>> response.evaluate([[70.0], [75.0]], codes=["1.1"]).ranks  # doctest: +SKIP
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
