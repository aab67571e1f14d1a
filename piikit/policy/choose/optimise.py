"""Choosing interventions: the provably best package under budgets, or the cheapest way to a rank."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...base.errors import MethodError, Problem, UnknownNameError
from ...data.peers import peer_group
from ...index.build import build_index
from ...index.engine import compute
from ..actions.action import KINDS, ActionSet
from ..actions.data_calendar import Calendar
from ..actions.effects import levers
from ..response.unit_response import respond
from . import enumeration
from .evaluator import Evaluator
from .levels import Levels, Pattern, make_levels, patterns
from .limits import Limits, make_limits
from .package import Package, Question
from .programme import Aim, Programme
from .search import Search, Stage

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
OBJECTIVES = ("cost", "score", "rank", "passed")
ENGINES = ("auto", "programme", "enumerate")


def optimise(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    budget: float | None = None,
    budgets: Mapping[str, Mapping[Any, float]] | None = None,
    target_rank: int | None = None,
    among: str | Sequence[str] | None = "all",
    objective: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    kinds: Sequence[str] = KINDS,
    edition: int | Calendar | None = None,
    at: str = "likely",
    seconds: float = 60.0,
    engine: str = "auto",
) -> Package:
    """Choose the best package of actions for one unit, every rival recomputed.

    Parameters
    ----------
    result : IndexResult
        The index as it stands.
    unit : str
    actions : ActionSet or str
        A set, or the name or path of one (see :func:`piikit.load_actions`).
    budget : float, optional
        Billion VND in all.
    budgets : mapping, optional
        Further budgets: ``{"agency": {...}, "source": {...}, "year": {2025: 50}}``.
    target_rank : int, optional
        Rank to reach in the group; ties share the better rank, on rounded scores.
    among : str or sequence of str
        The group whose rank counts: ``"all"``, ``"central-cities"``, ``"region"``, a grouping
        of the dataset or a list of units.
    objective : {"cost", "score", "rank", "passed"}, optional
        Least cost (the default with a target; then the widest lead, then the fewest actions),
        most points (the default without), best rank, or most rivals of the group passed; each
        of these then at least cost and with the fewest actions. With a target, any objective
        is pursued among the packages that reach it.
    include, exclude : sequence of str
        Actions that must or must not be taken.
    kinds : sequence of {"real", "reporting", "definition"}
        Which effects count.
    edition : int or Calendar, optional
        Edition that must see the effects; by its data calendar late actions cannot count.
    at : {"likely", "mean", "low", "high"}
        Which point of costs and effects to plan on; ``mean`` includes the chance of delivery.
    seconds : float
        Time for the search; if it runs out the answer is ``not proved``, with its gap.
    engine : {"auto", "programme", "enumerate"}
        The mixed-integer programme needs arithmetic means and separate columns; otherwise all
        packages are enumerated (up to 20 actions, 12 if each means a whole build).

    Returns
    -------
    Package

    Raises
    ------
    InputError
        For actions that do not fit the dataset or impossible budgets, with every problem.
    MethodError
        If the method allows no exact answer at this size, with what to change.
    UnknownNameError
        For unknown units, groups, ids or options.

    Notes
    -----
    Exact because each normalised column depends on its own raw column alone: level
    enumeration with the true treatment and normalisation, then a mixed-integer programme
    (HiGHS), then re-evaluation by ``build_index``. docs/interventions.md has the proof.
    """
    begun = time.perf_counter()
    question, limits = make_question(
        result,
        unit,
        actions,
        budget=budget,
        budgets=budgets,
        target_rank=target_rank,
        among=among,
        objective=objective,
        include=include,
        exclude=exclude,
        kinds=kinds,
        edition=edition,
        at=at,
        seconds=seconds,
    )
    if engine not in ENGINES:
        raise UnknownNameError("option", engine, ENGINES)
    solver = Solver(question, limits, seconds, engine)
    stages, reached = solver.answer()
    return _package(solver, stages, reached, begun)


def make_question(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    budget: float | None = None,
    budgets: Mapping[str, Mapping[Any, float]] | None = None,
    target_rank: int | None = None,
    among: str | Sequence[str] | None = "all",
    objective: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    kinds: Sequence[str] = KINDS,
    edition: int | Calendar | None = None,
    at: str = "likely",
    seconds: float = 60.0,
) -> tuple[Question, Limits]:
    """Check what is asked and compile its limits; see :func:`optimise` for the parameters."""
    if isinstance(actions, str):
        from ..actions.action_files import load_actions

        actions = load_actions(actions, framework=result.framework)
    _check(objective, target_rank, kinds)
    calendar = Calendar.pii(edition) if isinstance(edition, int) else edition
    group = peer_group(result.dataset, unit, among or "all")
    limits = make_limits(actions, budget=budget, budgets=budgets, include=include, exclude=exclude, at=at)
    options = {
        "budget": budget,
        "budgets": budgets,
        "include": tuple(include),
        "exclude": tuple(exclude),
        "kinds": tuple(kinds),
        "calendar": calendar,
        "at": at,
        "seconds": seconds,
    }
    objective = objective or ("cost" if target_rank is not None else "score")
    name = result.dataset.unit(unit)
    question = Question(result, name, actions, group.way, group.units, objective, target_rank, options)
    return question, limits


def _check(objective: str | None, target: int | None, kinds: Sequence[str]) -> None:
    if objective is not None and objective not in OBJECTIVES:
        raise UnknownNameError("option", objective, OBJECTIVES)
    if objective == "cost" and target is None:
        raise MethodError("error.plan.no_target")
    if target is not None and (target < 1 or target != int(target)):
        raise MethodError("error.plan.target", target=target)
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownNameError("option", kind, KINDS)


class Solver:
    """Levels, programmes and evaluation of one question, reusable for other targets and budgets."""

    def __init__(
        self, question: Question, limits: Limits, seconds: float, engine: str = "auto", straight: bool = True
    ) -> None:
        self.question, self.limits, self.seconds = question, limits, seconds
        result, options = question.result, question.options
        self.response = respond(result, question.unit)
        kept = question.actions.only(options["kinds"])
        made = levers(result, question.unit, kept, options["calendar"])
        amounts = [v.amounts(options["at"]) for v in made]
        rivals = tuple(result.units.index(u) for u in question.rivals)
        self.evaluator = Evaluator(self.response, made, amounts, rivals)
        exact = self.response.additive and result.method.rank_ties != "dense"
        if engine == "programme" and not exact:
            raise MethodError("error.plan.not_linear")
        self.enumerates = engine == "enumerate" or not exact
        self.solves = 0
        self.levels: tuple[Levels, ...] = ()
        self.patterns: tuple[Pattern, ...] = ()
        if self.enumerates:
            enumeration.check_size(self.evaluator, limits)
        else:
            self.levels = tuple(
                make_levels(self.response, v, a, straight=straight)
                for v, a in zip(made, amounts, strict=True)
            )
            self.patterns = patterns(self.response, self.levels)
        self.base = self.evaluator.one(np.zeros(len(question.actions), dtype=bool))

    def programmes(self, limits: Limits) -> tuple[Programme, ...]:
        """One programme for each pattern in which the unit has a score."""
        unit = 10.0**-self.question.result.method.rank_decimals
        own, base = self.response.own, self.response.base_normalised
        return tuple(
            Programme(self.levels, p, base, own, limits, unit) for p in self.patterns if p.alive[own]
        )

    def run(
        self,
        aims: Sequence[Aim],
        target: int | None,
        limits: Limits | None = None,
        seconds: float | None = None,
    ) -> tuple[Stage, ...]:
        """Optimise the aims one after the other."""
        limits = limits or self.limits
        if self.enumerates:
            return enumeration.best(self.evaluator, limits, aims, target)
        left = self.seconds if seconds is None else seconds
        search = Search(self.programmes(limits), self.evaluator, limits, left, target)
        start = np.nan_to_num(limits.fixed, nan=0.0).astype(bool)
        for aim in aims:
            stage = search.run(aim, start)
            if stage.package is None:
                if not stage.proved:
                    search.stages[-1] = self._hurried(search, aim, stage)
                break
            start = stage.package
        self.solves += search.solves
        return tuple(search.stages)

    def _hurried(self, search: Search, aim: Aim, stage: Stage) -> Stage:
        """A package from a quick climb, for when time ran out before the solver had one."""
        package = climb(self.evaluator, search.limits)
        if package is None or not search.keeps(package):
            return stage
        return Stage(aim.kind, package, search.value(aim, package), stage.bound, False)

    def aims(self, objective: str, target: int | None) -> list[Aim]:
        """Criteria of an objective, first to last."""
        rivals = self.evaluator.rivals
        ahead = tuple(sorted(self.evaluator.ahead(self.base.scores)))
        first = {
            "cost": [Aim("cost"), Aim("margin", rivals, target or 1), Aim("count")],
            "score": [Aim("score"), Aim("cost"), Aim("count")],
            "rank": [Aim("beaten", rivals), Aim("cost"), Aim("count")],
            "passed": [Aim("beaten", ahead), Aim("cost"), Aim("count")],
        }
        return first[objective]

    def answer(self) -> tuple[tuple[Stage, ...], bool | None]:
        """Stages of the answer, and whether the target is reached."""
        target = self.question.target_rank
        stages = self.run(self.aims(self.question.objective, target), target)
        if target is None:
            return stages, None
        if stages[0].package is not None:
            return stages, True
        rivals = self.evaluator.rivals
        aims = [Aim("beaten", rivals), Aim("margin", rivals, target), Aim("cost")]
        return (stages[0], *self.run(aims, None)), False


def climb(evaluator: Evaluator, limits: Limits) -> Flags | None:
    """Add, one after the other, the allowed action with most points for its money.

    An action comes with all that it requires. None if what is fixed cannot be kept.
    """
    fixed = np.nan_to_num(limits.fixed, nan=0.0).astype(bool)
    needs = [
        (int(np.flatnonzero(r > 0)[0]), int(np.flatnonzero(r < 0)[0]))
        for r, (scope, _) in zip(limits.rows, limits.names, strict=True)
        if scope == "requires"
    ]
    current = _closed(fixed, needs)
    if not limits.allows(current)[0]:
        return None
    score = float(evaluator.many(current)[0][0])
    while True:
        free = np.flatnonzero(~current)
        tries = np.array([_closed(current | (np.arange(current.size) == k), needs) for k in free])
        tries = tries[limits.allows(tries)] if len(tries) else tries
        if not len(tries):
            return current
        gains = evaluator.many(tries)[0] - score
        price = (tries & ~current) @ limits.costs + 1e-9
        if not (gains > 1e-12).any():
            return current
        worth = int(np.argmax(np.where(gains > 1e-12, gains / price, -np.inf)))
        current, score = tries[worth], score + float(gains[worth])


def _closed(flags: Flags, needs: Sequence[tuple[int, int]]) -> Flags:
    out = flags.copy()
    changed = True
    while changed:
        changed = False
        for a, b in needs:
            if out[a] and not out[b]:
                out[b] = changed = True
    return out


def _package(solver: Solver, stages: tuple[Stage, ...], reached: bool | None, begun: float) -> Package:
    question = solver.question
    found = [s for s in stages if s.package is not None]
    flags = found[-1].package if found else np.zeros(len(question.actions), dtype=bool)
    assert flags is not None
    first = found[0] if found else stages[0]
    after, nodes, residual = rebuilt(solver, flags)
    proved = all(s.proved for s in stages)
    status = "proved" if proved else "not proved"
    if not found:
        status = "none" if proved else "not proved"
    elif reached is False and proved:
        status = "out of reach"

    def told(x: float) -> float:
        """A criterion as it is spoken of: a cost, points, rivals passed, or a rank."""
        if first.kind == "beaten" and (reached is False or question.objective != "passed"):
            return len(question.rivals) + 1 - x
        return -x if first.kind == "cost" else x

    result = question.result
    return Package(
        question=question,
        chosen=tuple(i for i, f in zip(question.actions.ids, flags, strict=True) if f),
        status=status,
        reached=reached,
        value=told(first.value),
        bound=told(first.bound),
        gap=first.gap,
        residual=residual,
        stages=stages,
        cost=float(solver.limits.costs[flags].sum()),
        solves=solver.solves,
        seconds=time.perf_counter() - begun,
        evaluator=solver.evaluator,
        limits=solver.limits,
        scores_before=result.computed.scores[:, solver.response.root_at],
        scores_after=after,
        nodes_before=result.computed.scores[solver.response.own],
        nodes_after=nodes,
        notes=_notes(solver),
    )


def _notes(solver: Solver) -> tuple[Problem, ...]:
    said = [
        Problem("note.plan.merged", code=c.lever.code, severity="warning")
        for c in solver.levels
        if not c.exact
    ]
    said += [
        Problem("note.plan.no_value", code=v.code, severity="warning")
        for v in solver.evaluator.levers
        if np.isnan(v.base) and all(e.way != "set" for e in v.effects)
    ]
    if solver.enumerates:
        said.append(Problem("note.plan.enumerated", severity="warning"))
    return tuple(said)


def rebuilt(solver: Solver, flags: Flags) -> tuple[Column, Column, float]:
    """Every unit's score and the unit's nodes from raw data by ``build_index``, and the residual."""
    question, evaluator = solver.question, solver.evaluator
    result = question.result
    values = evaluator.values(flags)[0]
    cells = {c: float(v) for c, v in zip(evaluator.codes, values, strict=True) if not np.isnan(v)}
    if result.method.normalisation.bounds == "pooled":
        x = result.dataset.values.to_numpy(float).copy()
        for code, value in cells.items():
            x[solver.response.own, result.framework.indicators.index(code)] = value
        scores = compute(result.plan, x).scores
    else:
        changed = result.dataset.with_values({question.unit: cells})
        scores = build_index(changed, result.method).computed.scores
    whole = scores[:, solver.response.root_at]
    modelled = [evaluator.one(flags).scores]
    if solver.levels and all(c.exact for c in solver.levels):
        modelled.append(_modelled(solver, flags, values))
    residual = max(float(np.nanmax(np.abs(m - whole), initial=0.0)) for m in modelled)
    return whole, scores[solver.response.own], residual


def _modelled(solver: Solver, flags: Flags, values: Column) -> Column:
    """Every unit's score as the programme adds it up."""
    places = []
    for column, value in zip(solver.levels, values, strict=True):
        if column.slopes is not None:
            places.append(0)
        elif column.bits is not None:
            places.append(
                int((flags[column.lever.members] * 2 ** np.arange(column.lever.members.size)).sum())
            )
        else:
            places.append(int(np.argmin(np.abs(column.values - value))))
    for pattern in solver.patterns:
        if all(f[p] for f, p in zip(pattern.open_levels, places, strict=True)):
            programme = Programme(
                solver.levels,
                pattern,
                solver.response.base_normalised,
                solver.response.own,
                solver.limits,
                1e-10,
            )
            rows = zip(solver.levels, programme.parts, places, strict=True)
            total = programme.const + sum(part[p] for c, part, p in rows if c.slopes is None)
            total[solver.response.own] += programme.straight[flags].sum()
            return np.where(pattern.alive, total, np.nan)
    raise AssertionError("no pattern holds the package")
