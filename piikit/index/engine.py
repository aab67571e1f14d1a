"""The arithmetic of a whole index on bare arrays: one plan, any number of builds.

:func:`make_plan` compiles framework and method once; :func:`compute` runs imputation,
treatment, normalisation and aggregation for one matrix of raw values. Treatment and
normalisation go column by column through :func:`build_column`, which is what makes a what-if
exact and fast: an own value determines its whole normalised column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.errors import MethodError, Problem
from ..data.framework import Framework
from .method import Method, function_of
from .steps import imputation
from .steps.normalisation import NORMALISERS, Normaliser, given_bounds, turn
from .steps.treatment import Treated, boxcox, treat

ROW_MEANS = ("arithmetic", "geometric", "harmonic", "generalised")
Matrix = NDArray[np.float64]
Column = NDArray[np.float64]


@dataclass(frozen=True)
class Node:
    """One aggregation: which columns of the score matrix make which."""

    code: str
    at: int
    children: NDArray[np.intp]
    weights: Column
    rule: str
    min_children: float
    min_indicators: float
    leaves: NDArray[np.intp]


@dataclass(frozen=True)
class ColumnSpec:
    """How one indicator is treated and normalised."""

    code: str
    direction: int
    treated: bool
    normaliser: Normaliser
    options: Mapping[str, Any]
    reference_unit: str | None
    pooled: Column | None


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
    indicator_at: NDArray[np.intp]
    labels: tuple[str, ...] | None
    blocks: tuple[NDArray[np.intp], ...]

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
    position = {c: i for i, c in enumerate(framework.codes)}
    table = framework.table
    columns = []
    rows: dict[Any, dict[Any, Any]] = table.to_dict("index")
    for code in framework.indicators:
        row = rows[code]
        spec = method.treatment
        treated = spec is not None and code not in spec.skip
        if spec is not None and spec.kinds and "kind" in row:
            treated = treated and str(row["kind"]) in spec.kinds
        columns.append(_column_spec(code, int(row["direction"]), treated, method, row, units, pool))
    leaf_at = {c: i for i, c in enumerate(framework.indicators)}
    nodes = []
    for code in framework.aggregates:
        kids = framework.children(code)
        level = framework.level(code)
        limits = method.coverage.limits(code, level)
        nodes.append(
            Node(
                code=code,
                at=position[code],
                children=np.array([position[k] for k in kids]),
                weights=_node_weights(framework, method, kids),
                rule=method.aggregation.rule_for(code, level),
                min_children=limits[0],
                min_indicators=limits[1],
                leaves=np.array([leaf_at[c] for c in framework.leaves(code)]),
            )
        )
    labels = None
    if method.imputation.rule.startswith("group"):
        name = method.imputation.group or ""
        if groups is None or name not in groups:
            raise MethodError("error.no_group", group=name, known=", ".join(groups or {}))
        labels = tuple(str(g) if g == g and g is not None else "" for g in groups[name])
    return Plan(
        framework=framework,
        method=method,
        units=tuple(units),
        columns=tuple(columns),
        nodes=tuple(nodes),
        indicator_at=np.array([position[c] for c in framework.indicators]),
        labels=labels,
        blocks=_blocks(framework, method, leaf_at),
    )


def _column_spec(
    code: str,
    direction: int,
    treated: bool,
    method: Method,
    row: Mapping[str, Any],
    units: Sequence[str],
    pool: Mapping[str, Sequence[Column]] | None,
) -> ColumnSpec:
    spec = method.normalisation
    own = dict(spec.by_indicator.get(code, {}))
    name = str(own.pop("method", spec.method))
    options = {**spec.options, **own} if name == spec.method else own
    if spec.bounds == "fixed":
        for end, column in (("minimum", "scale_min"), ("maximum", "scale_max")):
            if options.get(end) is None:
                value = row.get(column, "")
                try:
                    options[end] = float(value)
                except (TypeError, ValueError):
                    raise MethodError("error.no_bounds", code=code) from None
                if np.isnan(options[end]):
                    raise MethodError("error.no_bounds", code=code)
    needed = {
        "goalposts": ("lower", "upper"),
        "scaled": ("lower", "upper"),
        "distance_to_target": ("target",),
    }
    for option in needed.get(name, ()):
        if options.get(option) is None:
            raise MethodError("error.no_option", code=code, method=name, option=option)
    unit = options.pop("reference_unit", None)
    if name == "distance_to_reference" and options.get("reference") is None and unit not in units:
        raise MethodError("error.no_option", code=code, method=name, option="reference_unit")
    pooled = None
    if spec.bounds == "pooled":
        if not pool:
            raise MethodError("error.no_pool")
        others = [_treat(np.asarray(c, float), direction, treated, method).values for c in pool.get(code, ())]
        pooled = np.concatenate(others) * direction if others else np.array([])
    return ColumnSpec(
        code=code,
        direction=direction,
        treated=treated,
        normaliser=NORMALISERS[name],
        options=turn(options, direction),
        reference_unit=unit,
        pooled=pooled,
    )


def _node_weights(framework: Framework, method: Method, kids: tuple[str, ...]) -> Column:
    if method.weights == "given":
        given: Column = framework.given_weights[list(kids)].to_numpy(float)
        return given
    if method.weights == "effective":
        return np.array([float(len(framework.leaves(k))) for k in kids])
    return np.ones(len(kids))


def _blocks(framework: Framework, method: Method, leaf_at: Mapping[str, int]) -> tuple[NDArray[np.intp], ...]:
    if not method.imputation.rule.startswith("row"):
        return ()
    level = method.imputation.level
    tops = (
        [framework.root]
        if level is None
        else [c for c in framework.aggregates if framework.level(c) == level]
    )
    return tuple(np.array([leaf_at[c] for c in framework.leaves(t)]) for t in tops)


def _treat(x: Column, direction: int, treated: bool, method: Method) -> Treated:
    spec = method.treatment
    if spec is None or not treated:
        return Treated(x, np.full(x.shape, "", dtype="<U32"), {"treatment": "none"})
    transform = None if spec.transform == "none" else function_of("transform", spec.transform)
    if spec.transform == "boxcox":
        transform = partial(boxcox, power=spec.power)
    return treat(
        x,
        direction=direction,
        max_points=spec.max_points,
        transform=transform,
        transform_name=spec.transform,
        max_skewness=spec.skewness,
        max_kurtosis=spec.kurtosis,
        combine=spec.combine,
    )


def build_column(plan: Plan, at: int, x: Column) -> BuiltColumn:
    """Treat and normalise one raw column (shape (n,), NaN for gaps), as the whole build does."""
    spec = plan.columns[at]
    done = _treat(x, spec.direction, spec.treated, plan.method)
    turned = done.values * spec.direction
    options = spec.options
    if spec.reference_unit is not None:
        options = {**options, "reference": turned[plan.units.index(spec.reference_unit)]}
    sample = turned if spec.pooled is None else np.concatenate([turned, spec.pooled])
    fitted = spec.normaliser.fit(sample, options) | given_bounds(options)
    return BuiltColumn(done, fitted, spec.normaliser.apply(turned, fitted, options))


def impute(plan: Plan, x: Matrix) -> Matrix:
    """Fill gaps as the plan's method says."""
    spec = plan.method.imputation
    if spec.rule == "none":
        return x
    if spec.rule == "iterative":
        return imputation.iterative(x, spec.seed)
    by = np.median if spec.rule.endswith("median") else np.mean
    if spec.rule in {"mean", "median"}:
        return imputation.column_mean(x) if spec.rule == "mean" else imputation.column_median(x)
    if spec.rule.startswith("group"):
        return imputation.group_statistic(x, list(plan.labels or ()), by)
    nan_by = np.nanmedian if spec.rule.endswith("median") else np.nanmean
    return imputation.row_statistic(x, plan.directions, list(plan.blocks), nan_by)


def aggregate(plan: Plan, normalised: Matrix) -> tuple[Matrix, tuple[Column, ...]]:
    """Scores of every code from normalised indicators, and the child weights used by each node."""
    scores = np.full((len(normalised), plan.size), np.nan)
    scores[:, plan.indicator_at] = normalised
    used = []
    data_driven = plan.method.weights not in ("given", "equal", "effective")
    for node in plan.nodes:
        kids = scores[:, node.children]
        weights = function_of("weights", plan.method.weights)(kids) if data_driven else node.weights
        used.append(weights)
        made = function_of("aggregation", node.rule)(kids, weights, power=plan.method.aggregation.power)
        if node.min_children > 0:
            made[(~np.isnan(kids)).mean(axis=1) < node.min_children - 1e-12] = np.nan
        if node.min_indicators > 0:
            share = (~np.isnan(normalised[:, node.leaves])).mean(axis=1)
            made[share < node.min_indicators - 1e-12] = np.nan
        scores[:, node.at] = made
    return scores, tuple(used)


def compute(plan: Plan, x: Matrix) -> Computed:
    """Build the index on raw values `x` (units x indicators, NaN for gaps)."""
    filled = impute(plan, x)
    columns = tuple(build_column(plan, j, filled[:, j]) for j in range(filled.shape[1]))
    problems = []
    for spec, column in zip(plan.columns, columns, strict=True):
        if np.isnan(column.normalised).all() and not np.isnan(column.treatment.values).all():
            problems.append(Problem("problem.index.constant", code=spec.code, severity="warning"))
        if column.treatment.log.get("passes_after") is False:
            problems.append(Problem("problem.index.untreated", code=spec.code, severity="warning"))
    scores, used = aggregate(plan, np.column_stack([c.normalised for c in columns]))
    return Computed(filled, columns, scores, used, tuple(problems))


def effective_weights(plan: Plan, computed: Computed) -> Matrix:
    """Share of the whole that each code carries for each unit, gaps' weights given to their siblings.

    Exact for arithmetic means; for other rules it is the same product of shares and says how
    the weight is spread, not how the score is made. A missing node carries nothing.
    """
    scores = computed.scores
    out = np.zeros(scores.shape)
    root = plan.nodes[-1].at if plan.nodes else 0
    out[:, root] = 1.0
    for node, weights in zip(reversed(plan.nodes), reversed(computed.weights), strict=True):
        there = np.where(np.isnan(scores[:, node.children]), 0.0, weights)
        total = there.sum(axis=1, keepdims=True)
        share = np.divide(there, total, out=np.zeros_like(there), where=total > 0)
        out[:, node.children] = out[:, [node.at]] * share
    out[np.isnan(scores[:, root])] = np.nan
    return out
