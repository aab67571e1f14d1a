"""Choosing interventions: the provably best package under budgets, or the cheapest way to a rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...base.errors import UnknownNameError
from ...base.watch import Watch
from ...data.reading.template.action_form import KINDS
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from ..actions.data_calendar import Calendar
from ..chance.odds import chance_of
from .limits import Budgets
from .package import Package
from .packaging import make_package
from .question import ask
from .solver import Solver

ENGINES = ("auto", "programme", "enumerate")
RUNS, RUNS_REBUILT = 400, 60


def optimise(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    budget: float | None = None,
    budgets: Budgets | None = None,
    target_rank: int | None = None,
    among: str | Sequence[str] | None = "all",
    objective: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    kinds: Sequence[str] = KINDS,
    edition: int | Calendar | None = None,
    at: str = "mean",
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
        Rank to reach in the group, by the method's ties and on its rounded scores.
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
    at : {"mean", "likely", "low", "high"}
        Which point of costs and effects to plan on; ``mean`` includes the chance of delivery.
    seconds : float
        Time for the search; if it runs out, or on Ctrl-C, the answer is the best found,
        ``not proved``, with its gap.
    engine : {"auto", "programme", "enumerate"}
        The mixed-integer programme needs arithmetic means and separate columns; otherwise, and
        by ``auto`` up to 12 actions, all packages are enumerated (up to 20 actions, 12 if each
        means a whole build).

    Returns
    -------
    Package
        Closed: its tables are made with it and nothing is solved when they are looked at. The
        price of other ranks is :func:`piikit.frontier`, the chances are :func:`piikit.odds`.

    Raises
    ------
    InputError
        For actions that do not fit the dataset or impossible budgets, with every problem.
    MethodError
        If the method allows no exact answer at this size, with what to change, or if the target
        is no whole number from 1.
    UnknownNameError
        For unknown units, groups, ids or options.

    Notes
    -----
    Exact because each normalised column depends on its own raw column alone: level
    enumeration with the true treatment and normalisation, then a mixed-integer programme
    (HiGHS), then re-evaluation by ``build_index``. docs/interventions.md has the proof.

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> best = pk.optimise(index, "Cần Thơ", "open-2022", budget=60)
    >>> best.status, best.cost <= 60, best.score_after > best.score_before
    ('proved', True, True)
    >>> cheapest = pk.optimise(index, "Cần Thơ", "open-2022", target_rank=4, among="central-cities")
    >>> cheapest.reached, cheapest.rank_before, cheapest.rank_after
    (True, 5.0, 4.0)
    """
    with Watch(seconds) as watch:
        question = ask(
            result, unit, actions, budget=budget, budgets=budgets, target_rank=target_rank, among=among,
            objective=objective, include=include, exclude=exclude, kinds=kinds, edition=edition, at=at,
        )  # fmt: skip
        if engine not in ENGINES:
            raise UnknownNameError("option", engine, ENGINES)
        main = watch.most()
        solver = Solver.of(question, engine, watch=main)
        made = make_package(solver, solver.answer(main), watch)
        runs = RUNS_REBUILT if solver.response.mixes else RUNS
        chance = chance_of(made, runs, watch)
        return replace(made, chance=chance, proof=replace(made.proof, stopped=watch.stopped))
