"""The optimiser against all packages built whole: 200 random instances, every objective."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sizes import LONG, sized

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError
from piikit.policy.actions.action import Action, Effect
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.choose.levels import Network
from piikit.policy.choose.optimise import optimise
from piikit.policy.choose.question import ask
from piikit.policy.choose.solver import Solver

from .instances import Oracle, instance

BATCH = 20
# every residue that an instance's kind hangs on, and one with many actions
FEW = (*range(2, 200, 11), 0)
SEEDS = range(200) if LONG else FEW
BATCHES = [SEEDS[k : k + BATCH] for k in range(0, len(SEEDS), BATCH)]


def first_by(table, allowed):
    """Lexicographic minimum over the allowed packages, ties to 1e-9."""
    left = np.flatnonzero(allowed)
    out = []
    for column in table:
        low = column[left].min()
        out.append(low)
        left = left[column[left] <= low + 1e-9 * max(1.0, abs(low))]
    return out, left


def tried(result, unit, actions, rivals, oracle, rng, objective):
    """One instance: least cost to a rank (reachable or not), and one objective within budgets."""
    allowed = oracle.allowed()
    ranks = oracle.ranks(rivals)
    count = oracle.flags.sum(axis=1)
    target = int(rng.integers(1, max(2, int(ranks[0]))))
    p = optimise(result, unit, actions, target_rank=target, among=rivals, seconds=60)
    reach = allowed & (ranks <= target)
    margins = oracle.margins(rivals, target)
    assert p.residual < 1e-9
    if reach.any():
        assert (p.status, p.reached) == ("proved", True)
        (cost, margin, few), _ = first_by([oracle.cost, -margins, count], reach)
        assert p.cost == pytest.approx(cost, abs=1e-6)
        assert p.evaluator.margin(p.scores_after, target) == pytest.approx(-margin, abs=2e-6)
        assert len(p.chosen) == few
        assert p.rank_after <= target
    else:
        assert (p.status, p.reached) == ("out of reach", False)
        (rank, margin, cost), _ = first_by([ranks, -margins, oracle.cost], allowed)
        assert p.rank_after == rank
        assert p.shortfall == pytest.approx(margin, abs=2e-6)
        assert p.cost == pytest.approx(cost, abs=1e-6)
        assert p.missing["gap"].sum() == pytest.approx(p.shortfall, abs=1e-9)
    budget = float(rng.uniform(0.2, 0.8) * oracle.costs.sum())
    agency = {"A": float(0.5 * budget)} if "A" in {a.agency for a in actions.actions} else {}
    inside = oracle.allowed(budget, agency)
    own = oracle.scores[:, oracle.own]
    column = {"score": -own, "rank": ranks, "passed": -oracle.passed(rivals)}[objective]
    p = optimise(
        result, unit, actions, budget=budget, budgets={"agency": agency}, objective=objective, among=rivals
    )
    (value, cost, few), _ = first_by([column, oracle.cost, count], inside)
    assert p.status == "proved"
    assert p.residual < 1e-9
    assert p.cost == pytest.approx(cost, abs=1e-6)
    assert len(p.chosen) == few
    found = {"score": -p.score_after, "rank": p.rank_after, "passed": -len(p.passed)}[objective]
    assert found == pytest.approx(value, abs=1e-6)
    return reach.any()


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_equals_all_packages(batch):
    reached = 0
    for seed in batch:
        result, unit, actions, rng = instance(seed)
        rivals = [u for u in result.units if u != unit]
        if seed % 2:
            rivals = [u for u in rivals if u in result.dataset.members(f"half={seed % 4 // 2}")] or rivals
        oracle = Oracle(result, unit, actions)
        if np.isnan(oracle.scores[0, oracle.own]):
            continue
        objective = ("score", "rank", "passed")[seed % 3]
        reached += tried(result, unit, actions, rivals, oracle, rng, objective)
    assert 0 < reached < len(batch)  # the batch holds targets in and out of reach


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense"])
@pytest.mark.parametrize("decimals", [0, 1, 10])
def test_ranks_are_the_methods_own(ties, decimals):
    """Best rank and least cost to a rank, by any rule for ties and any rounding, against all packages."""
    for seed in (3, 9, 13)[: sized(1, 3)]:
        result, unit, actions, rng = instance(seed)
        method = result.method.replace(rank_ties=ties, rank_decimals=decimals)
        result = pk.build_index(result.dataset, method)
        oracle = Oracle(result, unit, actions)
        rounded = pd.DataFrame(np.round(oracle.scores, decimals))
        ranks = rounded.rank(axis=1, ascending=False, method=ties)[oracle.own].to_numpy()
        allowed, few = oracle.allowed(), oracle.flags.sum(axis=1)
        (rank, cost, _), _ = first_by([ranks, oracle.cost, few], allowed)
        best = optimise(result, unit, actions, objective="rank")
        assert (best.status, best.rank_after) == ("proved", rank)
        assert best.cost == pytest.approx(cost)
        target = int(rng.integers(max(1, np.ceil(rank)), len(result.units)))
        cheapest = optimise(result, unit, actions, target_rank=target)
        assert (cheapest.status, cheapest.reached) == ("proved", True)
        assert cheapest.cost == pytest.approx(oracle.cost[allowed & (ranks <= target)].min())
        assert cheapest.rank_after <= target


@pytest.fixture(scope="module")
def opened():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.fixture(scope="module")
def package(opened):
    return pk.optimise(opened, "Cần Thơ", "open-2022", budget=10)


@pytest.mark.parametrize("target", [3.5, 0, -1, float("nan"), float("inf"), "3"])
def test_a_rank_to_reach_is_a_whole_number(target, opened, package):
    of = (opened, "Cần Thơ", "open-2022")
    for refused in (
        lambda: pk.optimise(*of, target_rank=target),
        lambda: pk.optimise_sure(*of, target_rank=target, scenarios=2, fresh=2),
        lambda: pk.frontier(*of, target_rank=target, points=0),
        lambda: pk.core_index(*of, target_rank=target, futures=1),
        lambda: pk.planner("Cần Thơ", "open-2022", target_rank=target),
        lambda: pk.odds(package, target_rank=target, runs=2),
        lambda: pk.least_effort(opened, "Cần Thơ", target),
    ):
        with pytest.raises(MethodError, match="số nguyên"):
            refused()


def test_a_rank_to_reach_may_come_from_numpy(opened):
    assert ask(opened, "Cần Thơ", "open-2022", target_rank=np.int64(8)).target_rank == 8


def renamed(actions, order):
    """The same actions in another order under other names."""
    name = {a.id: f"z{k:02d}" for k, a in enumerate(actions.actions)}
    made = [replace(actions.actions[i], id=name[actions.actions[i].id]) for i in order]
    links = [replace(k, a=name[k.a], b=name[k.b]) for k in actions.links]
    return ActionSet.of(made, links), name


@pytest.mark.parametrize("seed", [3, 8, 13])
def test_relabelling_actions_changes_nothing(seed):
    result, unit, actions, _ = instance(seed)
    budget = 0.5 * sum(a.cost.likely for a in actions.actions)
    turned, _ = renamed(actions, list(reversed(range(len(actions)))))
    first = optimise(result, unit, actions, budget=budget)
    second = optimise(result, unit, turned, budget=budget)
    assert second.score_after == pytest.approx(first.score_after, abs=1e-9)
    assert second.cost == pytest.approx(first.cost, abs=1e-9)
    assert len(second.chosen) == len(first.chosen)


@pytest.mark.parametrize("seed", [3, 8, 14])
def test_relabelling_units_changes_nothing(seed):
    result, unit, actions, _ = instance(seed)
    shuffled = result.dataset.subset(list(reversed(result.units)))
    again = pk.build_index(shuffled, result.method)
    budget = 0.5 * sum(a.cost.likely for a in actions.actions)
    first, second = (optimise(r, unit, actions, budget=budget, objective="rank") for r in (result, again))
    assert (first.rank_after, first.chosen) == (second.rank_after, second.chosen)


@pytest.mark.parametrize("seed", [3, 8, 15])
def test_useless_action_doubled_money_and_bigger_budgets(seed):
    result, unit, actions, _ = instance(seed)
    total = sum(a.cost.likely for a in actions.actions)
    plain = optimise(result, unit, actions, budget=0.5 * total)
    idle = ActionSet.of([*actions.actions, Action("idle", cost=0.5)], actions.links)
    assert optimise(result, unit, idle, budget=0.5 * total).chosen == plain.chosen
    dear = replace(actions, actions=tuple(replace(a, cost=2 * a.cost.likely) for a in actions.actions))
    doubled = optimise(result, unit, dear, budget=total)
    assert doubled.chosen == plain.chosen
    assert doubled.cost == pytest.approx(2 * plain.cost)
    scores = [
        optimise(result, unit, actions, budget=s * total).score_after for s in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    assert all(b >= a - 1e-9 for a, b in pairwise(scores))


def test_budgets_by_agency_source_and_year():
    result, unit, actions, _ = instance(3)
    made = [
        replace(a, source="xs"[k % 2], start=date(2024, 1, 1), end=date(2025, 12, 31))
        for k, a in enumerate(actions.actions)
    ]
    actions = replace(actions, actions=tuple(made))
    for budgets in ({"agency": {"A": 3.0}}, {"source": {"x": 2.0}}, {"year": {2024: 4.0}}):
        p = optimise(result, unit, actions, budgets=budgets)
        ((scope, by_name),) = budgets.items()
        ((name, high),) = by_name.items()
        spent = sum(
            {"agency": a.cost.likely * (a.agency == name), "source": a.cost.likely * (a.source == name),
             "year": a.cost_by_year().get(2024, 0.0)}[scope]
            for a in actions.actions if a.id in p.chosen
        )  # fmt: skip
        assert spent <= high + 1e-9
        assert p.score_after < optimise(result, unit, actions).score_after


def test_include_exclude_kinds_and_bad_questions(opened):
    result = opened
    p = pk.optimise(result, "Cần Thơ", "open-2022", budget=100, include=["wards"], exclude=["fdi"])
    assert "wards" in p.chosen
    assert "fdi" not in p.chosen
    only = pk.optimise(result, "Cần Thơ", "open-2022", budget=100, kinds=["real"])
    assert only.kinds.at["reporting", "points"] == pytest.approx(0, abs=1e-12)
    reporting = pk.optimise(result, "Cần Thơ", "open-2022", budget=300, kinds=["reporting"])
    assert reporting.kinds["points"].sum() == pytest.approx(reporting.score_after - reporting.score_before)
    assert pk.optimise(result, "Cần Thơ", "open-2022", budget=10, include=["wards"]).status == "none"
    with pytest.raises(InputError, match="gân sách"):
        pk.optimise(result, "Cần Thơ", "open-2022", budget=-1)
    with pytest.raises(InputError):
        pk.optimise(result, "Cần Thơ", "open-2022", budgets={"agency": {"Sở Y tế": 5}})
    with pytest.raises(MethodError):
        pk.optimise(result, "Cần Thơ", "open-2022", objective="cost")
    with pytest.raises(UnknownNameError, match="teaching"):
        pk.optimise(result, "Cần Thơ", "open-2022", include=["teachin"])


def test_kinds_sum_to_the_gain_and_closing_is_a_rebuild(opened):
    result = opened
    p = pk.optimise(result, "Cần Thơ", "open-2022", target_rank=3, among="central-cities")
    assert p.kinds["points"].sum() == pytest.approx(p.score_after - p.score_before, abs=1e-9)
    real = pk.load_actions("open-2022").only(["real"])
    others = [i for i in real.ids if i not in p.chosen]
    alone = pk.optimise(result, "Cần Thơ", real, include=p.chosen, exclude=others, among="central-cities")
    assert p.closed == pytest.approx((alone.score_after, alone.rank_after))


def test_more_actions_on_one_indicator_than_subsets_allow(opened):
    """15 actions on one indicator: followed by value, equal to all 32,768 packages."""
    result = opened
    rng = np.random.default_rng(5)
    actions = ActionSet.of(
        [Action(f"a{k:02d}", cost=float(rng.integers(2, 12)),
                effects=(Effect("5.1", float(rng.integers(1, 9)), cap=float(rng.choice([20, 40, 60]))),))
         for k in range(15)],
        framework=result.framework,
    )  # fmt: skip
    asked = {"target_rank": 5, "among": "all"}
    solver = Solver.of(ask(result, "Cần Thơ", actions, **asked))
    assert isinstance(solver.levels[0], Network)
    assert solver.levels[0].exact
    p = optimise(result, "Cần Thơ", actions, **asked)
    every = optimise(result, "Cần Thơ", actions, engine="enumerate", **asked)
    assert (p.status, p.cost) == ("proved", pytest.approx(every.cost))
    merged = ActionSet.of(
        [Action(a.id, cost=a.cost, effects=(Effect("5.1", a.effects[0].amount.likely * float(rng.uniform(0.9, 1.1))),))
         for a in actions.actions],
    )  # fmt: skip
    p = optimise(result, "Cần Thơ", merged, budget=40, seconds=20)
    every = optimise(result, "Cần Thơ", merged, budget=40, engine="enumerate")
    assert [n.key for n in p.notes] == ["note.plan.merged"]
    assert p.bound >= every.score_after - 1e-9
    assert p.score_after + p.gap >= every.score_after - 1e-6
    assert p.residual < 1e-9


def test_methods_without_straight_sums_are_enumerated():
    result, unit, actions, _ = instance(4)
    geometric = pk.build_index(result.dataset, result.method.replace(
        aggregation="geometric", normalisation={"low": 1.0, "high": 100.0}))  # fmt: skip
    p = optimise(geometric, unit, actions, budget=12)
    assert [n.key for n in p.notes] == ["note.plan.enumerated"]
    assert p.residual < 1e-9
    with pytest.raises(MethodError):
        optimise(geometric, unit, actions, budget=12, engine="programme")


def test_time_out_is_not_called_proved():
    result = pk.build_index(pk.load_dataset("pii-2024"))
    p = pk.optimise(result, "Cần Thơ", "plan-116", budget=200, seconds=0.05)
    assert p.status == "not proved"
    assert p.gap >= 0  # zero where only a later criterion ran out of time
    assert p.residual < 1e-9
    assert "CHƯA CHỨNG MINH" in p.summary("vi")
    assert "NOT PROVED" in p.summary("en")


def test_frontier_agrees_with_single_questions():
    result, unit, actions, _ = instance(9)
    rivals = [u for u in result.units if u != unit]
    f = pk.frontier(result, unit, actions, among=rivals)
    oracle = Oracle(result, unit, actions)
    allowed, ranks = oracle.allowed(), oracle.ranks(rivals)
    for rank, row in f.ranks.iterrows():
        costs = oracle.cost[allowed & (ranks <= rank)]
        assert row["proved"]
        assert (np.isnan(row["cost"]) and costs.size == 0) or row["cost"] == pytest.approx(costs.min())
    own = np.where(allowed, oracle.scores[:, oracle.own], -np.inf)
    order = np.lexsort((-own, oracle.cost))
    best, pareto = -np.inf, []
    for at in order:
        if own[at] > best + 1e-7:
            pareto.append((oracle.cost[at], own[at]))
            best = own[at]
    assert f.complete
    assert f.scores[["cost", "score"]].to_numpy() == pytest.approx(np.array(pareto), abs=1e-6)


def test_effects_on_an_unknown_value_are_left_out_and_said():
    result = pk.build_index(pk.load_dataset("pii-2024"))
    blank = pk.build_index(result.dataset.with_values({"Cần Thơ": {"2.2.3": float("nan")}}))
    p = pk.optimise(blank, "Cần Thơ", "plan-116", budget=100)
    assert p.status == "proved"
    assert p.residual < 1e-9
    assert ("note.plan.no_value", "2.2.3") in [(n.key, n.code) for n in p.notes]
    assert "2.2.3" not in p.indicators.index
