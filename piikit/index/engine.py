"""The arithmetic of a whole index on bare arrays: one plan, any number of builds.

:func:`make_plan` compiles framework and method once; :func:`compute` runs imputation,
treatment, normalisation and aggregation for one matrix of raw values. Treatment and
normalisation go column by column through :func:`build_column`, which is what makes a what-if
exact and fast: an own value determines its whole normalised column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.arrays import Column, Matrix, Places
from ..base.errors import MethodError, Problem
from ..data.framework import Framework
from .method import FIXED_WEIGHTS, Method
from .method_parts import Least, Normalisation
from .node_names import check_names, node_names, roles_missing
from .steps import imputation
from .steps.normalisation import RAW_OPTIONS, Scaling, scaling
from .steps.registered import function_of, step
from .steps.spread import is_level
from .steps.treatment import Treated, Treatment, treat, untreated

ROW_MEANS = ("arithmetic", "geometric", "harmonic", "generalised")


@dataclass(frozen=True)
class Node:
    """One aggregation: which columns of the score matrix make which."""

    code: str
    at: int
    children: Places
    weights: Column
    rule: str
    least: Least
    leaves: Places


@dataclass(frozen=True)
class ColumnSpec:
    """How one indicator is treated and normalised."""

    code: str
    direction: int
    treatment: Treatment | None
    normaliser: Scaling
    pooled: Column | None = None

    @property
    def treated(self) -> bool:
        """Whether outliers are treated."""
        return self.treatment is not None

    @property
    def options(self) -> Mapping[str, Any]:
        """All options of its normalisation, turned by direction where that one learns."""
        return self.normaliser.options

    def treat(self, x: Column) -> Treated:
        """Its raw column without outliers."""
        return untreated(x) if self.treatment is None else treat(x, self.treatment, self.direction)


@dataclass(frozen=True)
class BuiltColumn:
    """One indicator's way from raw to score."""

    treatment: Treated
    fitted: Mapping[str, Any]
    normalised: Column


@dataclass(frozen=True, eq=False)
class Plan:
    """Framework and method compiled for a list of units."""

    framework: Framework
    method: Method
    units: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    nodes: tuple[Node, ...]
    indicator_at: Places
    labels: tuple[str, ...] | None
    blocks: tuple[Places, ...]

    @cached_property
    def directions(self) -> NDArray[np.int_]:
        """1 or -1 by indicator."""
        return np.array([c.direction for c in self.columns])

    @property
    def mixes(self) -> bool:
        """Whether a cell can move more than its own column and its own unit's means."""
        return self.method.mixes_columns or any(n.rule not in ROW_MEANS for n in self.nodes)

    @property
    def size(self) -> int:
        """Number of codes, indicators and aggregates together."""
        return len(self.framework)


@dataclass(frozen=True)
class Computed:
    """Everything that one build produced, as arrays.

    ``imputed`` is units x indicators; ``scores`` units x codes in framework order;
    ``weights`` the child weights that were used, by node.
    """

    imputed: Matrix
    columns: tuple[BuiltColumn, ...]
    scores: Matrix
    weights: tuple[Column, ...]
    problems: tuple[Problem, ...]


def make_plan(
    framework: Framework,
    method: Method,
    units: Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    pool: Mapping[str, Sequence[Column]] | None = None,
) -> Plan:
    """Compile `framework` and `method`.

    Parameters
    ----------
    units : sequence of str
    groups : mapping, optional
        Group labels by grouping, for imputation by group.
    pool : mapping, optional
        By indicator, the raw columns of further editions whose range counts too.

    Raises
    ------
    MethodError
        If the method asks for what is not there: a grouping, fixed bounds, a reference unit.
    """
    check_names(framework, method)
    return Plan(
        framework=framework,
        method=method,
        units=tuple(units),
        columns=tuple(_columns(framework, method, units, pool)),
        nodes=tuple(_node(framework, method, c) for c in framework.aggregates),
        indicator_at=np.array([framework.position[c] for c in framework.indicators]),
        labels=_labels(method, groups or {}),
        blocks=_blocks(framework, method),
    )


def _columns(
    framework: Framework, method: Method, units: Sequence[str], pool: Mapping[str, Sequence[Column]] | None
) -> Iterator[ColumnSpec]:
    if method.normalisation.bounds == "pooled" and not pool:
        raise MethodError("error.no_pool")
    rows: dict[Any, dict[Any, Any]] = framework.table.loc[list(framework.indicators)].to_dict("index")
    for code, row in rows.items():
        normaliser = _scaling(method.normalisation, code, row)
        spec = ColumnSpec(
            code, normaliser.direction, _treatment(method.treatment, code, row, normaliser), normaliser
        )
        given = normaliser.options
        if given.get("reference_unit") not in units and given.get("reference", 0.0) is None:
            raise MethodError("error.no_option", code=code, method=normaliser.name, option="reference_unit")
        if pool and method.normalisation.bounds == "pooled":
            if not normaliser.learns:
                raise MethodError("error.no_pooled_function", method=normaliser.name)
            others = [spec.treat(np.asarray(x, float)).values * spec.direction for x in pool.get(code, ())]
            spec = replace(spec, pooled=np.concatenate([np.array([]), *others]))
        yield spec


def _treatment(
    spec: Treatment | None, code: str, row: Mapping[str, Any], normaliser: Scaling
) -> Treatment | None:
    """The treatment of an indicator, if it is treated."""
    if spec is None or code in spec.skip:
        return None
    if spec.kinds and "kind" in row and str(row["kind"]) not in spec.kinds:
        return None
    # a scale given in raw units fits no logarithms
    raw = any(normaliser.options.get(option) is not None for option in RAW_OPTIONS)
    return replace(spec, transform="none") if raw else spec


def _scaling(spec: Normalisation, code: str, row: Mapping[str, Any]) -> Scaling:
    """The indicator's normalisation with every option that it must have."""
    name, options = spec.method_for(code), spec.options_for(code)
    known = step("normalisation", name).options
    if spec.bounds == "fixed" and "minimum" in known:
        for end, column in (("minimum", "scale_min"), ("maximum", "scale_max")):
            if options.get(end) is None:
                options[end] = pd.to_numeric(row.get(column, ""), errors="coerce")
            if np.isnan(options[end]):
                raise MethodError("error.no_bounds", code=code)
    for option in (k for k, o in known.items() if o.required):
        if options.get(option) is None:
            raise MethodError("error.no_option", code=code, method=name, option=option)
    return scaling(name, options, int(row["direction"]))


def _node(framework: Framework, method: Method, code: str) -> Node:
    kids, names = framework.children(code), node_names(framework, code)
    return Node(
        code=code,
        at=framework.position[code],
        children=np.array([framework.position[k] for k in kids]),
        weights=_node_weights(framework, method, kids),
        rule=method.aggregation.rule_for(names),
        least=method.coverage.limits(names),
        leaves=_places(framework, code),
    )


def _places(framework: Framework, code: str) -> Places:
    """Which indicators stand below `code`."""
    return np.flatnonzero(np.isin(framework.indicators, framework.leaves(code)))


def _labels(method: Method, groups: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """Group of each unit, for imputation by group."""
    if not method.imputation.rule.startswith("group"):
        return None
    name = method.imputation.group or ""
    if name not in groups:
        raise MethodError("error.no_group", group=name, known=", ".join(groups))
    return tuple("" if pd.isna(g) else str(g) for g in groups[name])


def _node_weights(framework: Framework, method: Method, kids: tuple[str, ...]) -> Column:
    if method.weights == "given":
        return np.asarray(framework.given_weights[list(kids)].to_numpy(float))
    if method.weights == "effective":
        return np.array([float(len(framework.leaves(k))) for k in kids])
    return np.ones(len(kids))


def _blocks(framework: Framework, method: Method) -> tuple[Places, ...]:
    """Which indicators fill each other's gaps, for imputation by row."""
    if not method.imputation.rule.startswith("row"):
        return ()
    level = method.imputation.level
    tops = [framework.root] if level is None else framework.at_level(level)
    return tuple(_places(framework, t) for t in tops)


def build_column(plan: Plan, at: int, x: Column) -> BuiltColumn:
    """Treat and normalise one raw column (shape (n,), NaN for gaps), as the whole build does.

    Raises
    ------
    MethodError
        If its order would be turned round, or a function gives no number where there is a value.
    """
    spec = plan.columns[at]
    try:
        return _built(plan, spec, x)
    except MethodError as error:
        raise error.at(code=spec.code) from None


@np.errstate(over="ignore", invalid="ignore")
def _built(plan: Plan, spec: ColumnSpec, x: Column) -> BuiltColumn:
    done = spec.treat(x)
    turned = done.values * spec.direction
    if is_level(turned):  # rounding noise is no difference
        turned = np.where(np.isnan(turned), np.nan, np.fmin.reduce(turned, initial=np.nan))
    normaliser = spec.normaliser
    if unit := spec.options.get("reference_unit"):
        normaliser = normaliser.given(reference=turned[plan.units.index(unit)])
    fitted = normaliser.fit(turned if spec.pooled is None else np.concatenate([turned, spec.pooled]))
    made = normaliser.apply(turned, fitted)
    lost = np.isnan(made) != np.isnan(turned)
    if np.isinf(made).any() or (lost.any() and not np.isnan(made).all()):
        raise MethodError("error.function_values", name=normaliser.name)
    return BuiltColumn(done, fitted, made)


def impute(plan: Plan, x: Matrix) -> Matrix:
    """Fill gaps as the plan's method says."""
    spec = plan.method.imputation
    if spec.rule == "none":
        return x
    if spec.rule == "iterative":
        return imputation.iterative(x, spec.seed)
    median = spec.rule.endswith("median")
    if spec.rule.startswith("row"):
        by = np.nanmedian if median else np.nanmean
        return imputation.row_statistic(x, plan.directions, list(plan.blocks), by)
    by = np.median if median else np.mean
    if spec.rule.startswith("group"):
        return imputation.group_statistic(x, list(plan.labels or ()), by)
    return imputation.column_statistic(x, by)


class Aggregated(NamedTuple):
    """Scores of every code, units x codes, and the child weights that each node used.

    ``undecided`` are nodes whose children weigh alike because the data could not tell.
    """

    scores: Matrix
    weights: tuple[Column, ...]
    undecided: tuple[str, ...]


def aggregate(plan: Plan, normalised: Matrix) -> Aggregated:
    """Climb the tree from normalised indicators, units x indicators."""
    scores = np.full((len(normalised), plan.size), np.nan)
    scores[:, plan.indicator_at] = normalised
    used, undecided = [], []
    data_driven = plan.method.weights not in FIXED_WEIGHTS
    for node in plan.nodes:
        kids = scores[:, node.children]
        weights = _learned(plan.method.weights, node, kids) if data_driven else node.weights
        if np.isnan(weights).all():
            undecided.append(node.code)
            weights = np.full(weights.size, 1.0 / weights.size)
        used.append(weights)
        made = function_of("aggregation", node.rule)(kids, weights, power=plan.method.aggregation.power)
        if np.shape(made) != (len(kids),) or np.isinf(made).any():
            raise MethodError("error.function_values", name=node.rule).at(code=node.code)
        if node.least.children > 0:
            made[(~np.isnan(kids)).mean(axis=1) < node.least.children - 1e-12] = np.nan
        if node.least.indicators > 0:
            share = (~np.isnan(normalised[:, node.leaves])).mean(axis=1)
            made[share < node.least.indicators - 1e-12] = np.nan
        scores[:, node.at] = made
    return Aggregated(scores, tuple(used), tuple(undecided))


def _learned(name: str, node: Node, kids: Matrix) -> Column:
    """Weights by a function of the children's scores; NaN throughout where they cannot tell."""
    weights = np.asarray(function_of("weights", name)(kids), dtype=float)
    if weights.shape != node.weights.shape or not (
        np.isnan(weights).all() or (np.isfinite(weights).all() and weights.min() >= 0 < weights.sum())
    ):
        raise MethodError("error.weights_values", name=name).at(code=node.code)
    return weights


def compute(plan: Plan, x: Matrix) -> Computed:
    """Build the index on raw values `x` (units x indicators, NaN for gaps)."""
    filled = impute(plan, x)
    columns = tuple(build_column(plan, j, filled[:, j]) for j in range(filled.shape[1]))
    scores, used, undecided = aggregate(plan, np.column_stack([c.normalised for c in columns]))
    told = [
        *(
            (f, spec.code)
            for spec, column in zip(plan.columns, columns, strict=True)
            for f in _told(plan, spec, column)
        ),
        *(("problem.index.undecided", code) for code in undecided),
        *(("problem.index.no_score", node.code) for node in plan.nodes if _unscored(scores, node)),
    ]
    problems = [Problem(key, code=code, severity="warning") for key, code in told]
    return Computed(filled, columns, scores, used, (*roles_missing(plan.framework, plan.method), *problems))


def _told(plan: Plan, spec: ColumnSpec, column: BuiltColumn) -> Iterator[str]:
    """What a person must know of a column."""
    values, log = column.treatment.values, column.treatment.log
    if np.isnan(values).all():
        yield "problem.index.no_values"
    elif np.isnan(column.normalised).all():
        yield "problem.index.constant" if is_level(values) else "problem.index.unscaled"
    if log.get("passes_after") is False and spec.treatment and plan.method.treatment:
        raw_scale = spec.treatment.transform != plan.method.treatment.transform
        yield (
            "problem.index.erased"
            if log["treatment"] == "none"
            else "problem.index.raw_scale"
            if raw_scale
            else "problem.index.untreated"
        )


def _unscored(scores: Matrix, node: Node) -> bool:
    """Whether no unit has a score of a node though some have one of a child."""
    return bool(np.isnan(scores[:, node.at]).all() and not np.isnan(scores[:, node.children]).all())


def shares_within(plan: Plan, computed: Computed) -> list[Matrix]:
    """Share of each child within its parent, by node, units x children; gaps' weights go to their siblings."""
    out = []
    for node, weights in zip(plan.nodes, computed.weights, strict=True):
        there = np.where(np.isnan(computed.scores[:, node.children]), 0.0, weights)
        total = there.sum(axis=1, keepdims=True)
        out.append(np.divide(there, total, out=np.zeros_like(there), where=total > 0))
    return out


def effective_weights(plan: Plan, computed: Computed) -> Matrix:
    """Share of the whole that each code carries for each unit, gaps' weights given to their siblings.

    Exact for arithmetic means; for other rules it is the same product of shares and says how
    the weight is spread, not how the score is made. A missing node carries nothing.
    """
    out = np.zeros(computed.scores.shape)
    root = plan.nodes[-1].at if plan.nodes else 0
    out[:, root] = 1.0
    for node, share in zip(reversed(plan.nodes), reversed(shares_within(plan, computed)), strict=True):
        out[:, node.children] = out[:, [node.at]] * share
    out[np.isnan(computed.scores[:, root])] = np.nan
    return out
