"""What is called proved is so: against all packages, by another road than the one that proved it; and in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from itertools import pairwise
from threading import Event

import numpy as np
import pandas as pd
import pytest
from sizes import LONG, sized

import piikit as pk
from piikit.base.errors import MethodError
from piikit.base.watch import Watch
from piikit.policy.actions.action import Action, Effect, Link
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.distributions import Estimate
from piikit.policy.actions.scale_ends import scale_ends
from piikit.policy.chance.futures import draw_futures
from piikit.policy.chance.odds import outcomes
from piikit.policy.choose.highs import Left, Linear, Model, attend
from piikit.policy.choose.limits import between_sums
from piikit.policy.choose.question import ask
from piikit.policy.choose.search import Stage
from piikit.policy.choose.solver import Solver

from .instances import Oracle, instance

ENGINES = ("programme", "enumerate")
QUESTIONS = range(1000) if LONG else (3, 417)


def ranked(values, **method):
    """One indicator that is the whole index, the first unit asking."""
    frame = pd.DataFrame([("W", "", 1), ("x", "W", 1)], columns=["code", "parent", "direction"])
    units = pd.DataFrame({"x": np.array(values, dtype=float)}, index=list("ABCDEFGHIJ")[: len(values)])
    data = pk.Dataset.from_frame(units, framework=pk.Framework.from_frame(frame, name="one"))
    plain = pk.Method.pii().replace(treatment={"kinds": ()}, coverage={"by_parent": {}})
    return pk.build_index(data, plain.replace(**method))


def either(x, y, cost_x, cost_y):
    """Two actions that exclude each other."""
    made = [Action(n, cost=c, effects=(Effect("x", e),)) for n, c, e in (("x", cost_x, x), ("y", cost_y, y))]
    return ActionSet.of(made, [Link("excludes", "x", "y")])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rank_on_one_indicator(engine):
    result = ranked([5, 0, 10, 20, 30, 40, 50.09, 100], rank_decimals=1)
    best = pk.optimise(result, "A", either(45.0, 46.0, 1, 5), objective="rank", budget=10, engine=engine)
    assert (best.chosen, best.rank_after, best.status) == (("y",), 2, "proved")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("ties", ["max", "average"])
def test_the_rank_itself_is_made_best_whatever_ties_share(engine, ties):
    result = ranked([10, 20, 30, 30, 40, 60], rank_ties=ties)
    best = pk.optimise(result, "A", either(20.0, 21.0, 1, 1.5), objective="rank", budget=1.5, engine=engine)
    assert (best.chosen, best.rank_after, best.status) == (("y",), 3, "proved")


def test_a_rank_that_ties_share_is_no_whole_number_and_reaches_the_next_one():
    result = ranked([10, 20, 30, 40, 60], rank_ties="average")
    actions = ActionSet.of((Action("x", cost=1, effects=(Effect("x", 20, p_deliver=0.7),)),))
    best = pk.optimise(result, "A", actions, objective="score", budget=2, at="likely")
    assert best.rank_after == 3.5
    assert best.chance.rank == 4
    assert best.chance.share == pytest.approx(0.7, abs=0.08)
    assert "rank in the group 5 → 3.5" in best.summary("en")
    assert "Chance of rank 4" in best.summary("en")
    assert "5 → 3,5" in best.summary("vi")
    found = pk.odds(best, runs=400, assumptions=False)
    assert found.target_rank == 4
    assert found.ranks.loc[3.5, "chosen"] == found.chance == pytest.approx(0.7, abs=0.08)
    still = pk.optimise(result, "A", actions, objective="score", budget=0)
    assert still.chance.rank == 5
    assert still.chance.share == 1
    level = ranked([30, 20, 30, 40, 60], rank_ties="average")
    prices = pk.frontier(level, "A", actions, points=0, at="likely")
    assert prices.ranks["cost"].iloc[:2].tolist() == [0, 1]
    assert prices.ranks.index[0] == 4


@pytest.fixture(scope="module")
def opened():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_budget_just_below_a_cost(opened, engine):
    """Eight actions cost nothing, the ninth a hair more than there is."""
    table, codes = opened.framework.table, opened.framework.indicators[:9]
    sizes = {c: float(opened.dataset.values[c].std() * table.at[c, "direction"]) for c in codes}
    made = [
        Action(f"a{k}", cost=float(k == 8), effects=(Effect(c, s),)) for k, (c, s) in enumerate(sizes.items())
    ]
    best = pk.optimise(opened, "Cần Thơ", ActionSet.of(made), budget=0.999999, engine=engine)
    assert (best.status, len(best.chosen)) == ("proved", 8)
    assert best.score_after - best.score_before > 7


def test_limits_lie_between_sums():
    rng = np.random.default_rng(3)
    for grid in (True, False):
        for size in range(1, sized(7, 11)):
            cells = rng.integers(1, 9, size) / 4 if grid else rng.uniform(0.1, 5, size)
            sums = np.unique(((np.arange(2**size)[:, None] >> np.arange(size)) & 1) @ cells)
            for high in (sums[len(sums) // 2], sums[len(sums) // 2] - 1e-6, float(rng.uniform(0, sums[-1]))):
                inside = sums <= high + 1e-9 * max(1.0, high)
                made = between_sums(cells, float(high))
                assert ((sums <= made) == inside).all()
                assert abs(sums - made).min() >= min(1e-7, np.diff(sums).min() / 2.1)


def lexicographic(columns, allowed):
    """First to last smallest among the allowed, ties to 1e-9."""
    left, out = np.flatnonzero(allowed), []
    for column in columns:
        out.append(column[left].min())
        left = left[column[left] <= out[-1] + 1e-9 * max(1.0, abs(out[-1]))]
    return out


def pareto(oracle, scores):
    """Cost and score of every point of the frontier, the cheapest first."""
    points, allowed = [], oracle.allowed()
    while allowed.any():
        score, cost = lexicographic([-scores, oracle.cost], allowed)
        points.append((cost, -score))
        allowed &= oracle.cost < cost - 1e-9 * max(1.0, cost)
    return points[::-1]


@cache
def evaluated(seed):
    """One index with its actions and all of their packages; not those with very many."""
    result, unit, actions, _ = instance(seed + (seed % 40 == 0))
    return result, unit, actions, Oracle(result, unit, actions)


def questioned(seed):
    """One index, actions, ties and decimals, with an answer to everything by evaluating all packages."""
    return ranked_anew(*evaluated(seed % 200), np.random.default_rng(10_000 + seed))


def ranked_anew(result, unit, actions, oracle, rng):
    """The same packages under ties and decimals of chance, with the rank that each gives."""
    ties, decimals = str(rng.choice(["min", "max", "average"])), int(rng.choice([0, 1, 2, 10]))
    result = pk.build_index(result.dataset, result.method.replace(rank_ties=ties, rank_decimals=decimals))
    oracle = oracle.by(result)
    rounded = pd.DataFrame(np.round(oracle.scores, decimals))
    ranks = rounded.rank(axis=1, ascending=False, method=ties)[oracle.own].to_numpy()
    return result, unit, actions, oracle, ranks, rng


def asked_everything(question, seed, engine):
    """Every objective and a rank to reach; the false proofs and the number of answers left open."""
    result, unit, actions, oracle, ranks, rng = question
    if np.isnan(oracle.scores[0, oracle.own]):
        return [], 0
    own, few, costs = oracle.scores[:, oracle.own], oracle.flags.sum(axis=1), np.sort(oracle.cost)
    near = costs[rng.integers(costs.size, size=2)]
    budget = max(0.0, float(rng.choice([rng.uniform(0.1, 0.8) * costs[-1], near[0], near[1] - 1e-6])))
    wrong, left_open = [], 0
    rivals = [u for u in result.units if u != unit]
    for objective, column in {"score": -own, "rank": ranks, "passed": -oracle.passed(rivals)}.items():
        p = pk.optimise(result, unit, actions, budget=budget, objective=objective, engine=engine)
        value, cost, count = lexicographic([column, oracle.cost, few], oracle.allowed(budget))
        found = {"score": -p.score_after, "rank": p.rank_after, "passed": -len(p.passed)}[objective]
        same = abs(found - value) < 1e-6 and abs(p.cost - cost) < 1e-6 and len(p.chosen) == count
        left_open += p.status != "proved"
        wrong += [] if same or p.status != "proved" else [(seed, engine, objective)]
        assert np.isfinite(p.bound)
    target = int(rng.integers(1, max(2, int(ranks[0]))))
    reach = oracle.allowed() & (ranks <= target)
    p = pk.optimise(result, unit, actions, target_rank=target, engine=engine)
    right = p.cost == pytest.approx(oracle.cost[reach].min(), abs=1e-6) if reach.any() else not p.reached
    said = "proved" if reach.any() else "out of reach"
    left_open += p.status == "not proved"
    wrong += [] if p.status == "not proved" or (p.status == said and right) else [(seed, engine, "target")]
    return wrong, left_open


def priced(seed):
    """Points of the frontier that were lost, added or mispriced."""
    result, unit, actions, oracle, ranks, _ = questioned(seed)
    own = oracle.scores[:, oracle.own]
    if np.isnan(own[0]):
        return []
    found = pk.frontier(result, unit, actions, points=2000)
    known = pareto(oracle, own)
    assert found.complete
    same = len(known) == len(found.scores) and np.allclose(
        found.scores[["cost", "score"]], known, atol=1e-6, rtol=0
    )
    reach = [oracle.cost[oracle.allowed() & (ranks <= r)].min(initial=np.inf) for r in found.ranks.index]
    priced = np.allclose(found.ranks["cost"].fillna(np.inf), reach, atol=1e-6, rtol=0)
    return [] if same and priced else [(seed, "frontier")]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, len(QUESTIONS), 50))
def test_nothing_is_called_proved_that_is_not(first):
    wrong, left_open = [], 0
    for seed in QUESTIONS[first : first + 50]:
        for engine in ENGINES:
            more = asked_everything(questioned(seed), seed, engine)
            wrong, left_open = wrong + more[0], left_open + more[1]
        wrong += priced(seed)
    assert not wrong
    assert left_open == 0


def capped(result, unit, seed, k):
    """Actions of which many meet on few indicators of shipped data, each effect up to a mark."""
    rng = np.random.default_rng(seed)
    table, size, now = result.framework.table, result.dataset.values.std(), result.dataset.values.loc[unit]
    codes, made = rng.choice([str(c) for c in now.index[now.notna()]], 5, replace=False), []
    for i in range(k):
        effects = []
        for code in rng.choice(codes, int(rng.integers(1, 3)), replace=False):
            step, ends = float(size[code] * table.at[code, "direction"]), scale_ends(result.framework, code)
            cap = float(np.clip(now[code] + step * rng.uniform(0.1, 1.5), ends.low, ends.high))
            effects.append(Effect(str(code), step * float(rng.uniform(0.1, 0.8)), cap=cap))
        made.append(Action(f"a{i:02d}", cost=float(rng.integers(1, 10)), effects=tuple(effects)))
    return ActionSet.of(made, [Link("excludes", "a00", "a01")], framework=result.framework)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(sized(1, 4)))
def test_capped_actions_that_meet_on_shipped_data(opened, seed):
    actions = capped(opened, "Cần Thơ", seed, sized(6, 14))
    rng, oracle = np.random.default_rng(seed), Oracle(opened, "Cần Thơ", actions)
    for _ in range(sized(1, 4)):
        question = ranked_anew(opened, "Cần Thơ", actions, oracle, rng)
        for engine in ENGINES:
            wrong, left_open = asked_everything((*question[:-1], np.random.default_rng(seed)), seed, engine)
            assert not wrong
            assert left_open == 0


def uncertain(result, seed, k):
    """Actions whose effects may turn out otherwise or not come at all."""
    rng = np.random.default_rng(seed)
    codes, spread, made = list(result.framework.indicators), result.dataset.values.std(), []
    for i in range(k):
        sizes = {
            str(c): float(spread[c] * rng.uniform(0.2, 0.8)) for c in rng.choice(codes, 2, replace=False)
        }
        effects = tuple(Effect(c, Estimate(0.0, u, 2 * u), p_deliver=0.8) for c, u in sizes.items())
        made.append(Action(f"a{i}", cost=float(rng.integers(2, 12)), agency="AB"[i % 2], effects=effects))
    return ActionSet.of(made, framework=result.framework)


@pytest.mark.parametrize("seed", range(1, sized(2, 21)))
def test_sure_asks_what_plain_asks_and_more(opened, seed):
    """Level 0 is the plain plan; dearer the surer; each the cheapest of all packages on the same futures."""
    actions, asked = uncertain(opened, seed, sized(5, 8)), {"target_rank": 4, "among": "central-cities"}
    plain = pk.optimise(opened, "Cần Thơ", actions, **asked)
    question = ask(opened, "Cần Thơ", actions, **asked)
    solver = Solver.of(question, "enumerate")
    random = np.random.default_rng(seed)
    sample = draw_futures(question, solver.evaluator.levers, 40, None, random)
    every = question.limits.numbered(np.arange(2 ** len(actions)))
    shares = np.array([(outcomes(solver.evaluator, sample, f).ranks <= 4).mean() for f in every])
    reach = np.array([solver.evaluator.one(f).group_rank <= 4 for f in every])
    costs, found = every @ question.limits.costs, []
    for sure in (0.0, 0.3, 0.6, 0.8):
        s = pk.optimise_sure(
            opened, "Cần Thơ", actions, sure=sure, scenarios=40, fresh=sized(120, 200), rng=seed, **asked
        )
        ok = reach & (shares >= s.needed - 1e-9)
        found.append(s.cost if s.reached else np.inf)
        assert s.package.proof.sure == s.needed >= sure
        if s.status == "proved":
            assert s.reached
            assert s.low >= sure
            assert s.cost == pytest.approx(costs[ok].min())
        elif s.status == "out of reach":
            assert not ok.any()
        else:  # nothing is so sure of the sample that fresh futures confirm it
            assert (s.status, s.reached) == ("not confirmed", False)
    if plain.reached:
        assert found[0] == pytest.approx(plain.cost)
        assert all(b >= a - 1e-9 for a, b in pairwise(found))


@pytest.mark.parametrize("objective", ["score", "rank"])
def test_sure_within_a_budget_and_another_objective(opened, objective):
    actions = uncertain(opened, 1, sized(5, 9))
    asked = {"target_rank": 4, "among": "central-cities", "budget": 30.0, "objective": objective}
    s = pk.optimise_sure(opened, "Cần Thơ", actions, sure=0.3, scenarios=30, fresh=200, **asked)
    assert s.status == "proved"
    solver = Solver.of(ask(opened, "Cần Thơ", actions, **asked), "enumerate")
    sample = draw_futures(solver.question, solver.evaluator.levers, 30, None, np.random.default_rng(0))
    every = solver.limits.numbered(np.arange(2 ** len(actions)))
    every = every[solver.limits.allows(every)]
    shares = np.array([(outcomes(solver.evaluator, sample, f).ranks <= 4).mean() for f in every])
    done = [solver.evaluator.one(f) for f in every]
    ok = np.array([d.group_rank <= 4 for d in done]) & (shares >= s.needed - 1e-9)
    worth = [d.scores[solver.evaluator.own] if objective == "score" else -d.group_rank for d in done]
    assert s.package.value == pytest.approx(abs(np.array(worth)[ok].max()))


def test_out_of_reach_of_a_sure_plan_is_as_near_as_the_plain_one(opened):
    """What no package reaches even as planned: the best reachable rank is the plain plan's, not that of nothing."""
    asked = {"target_rank": 6, "budget": 100.0}
    plain = pk.optimise(opened, "Cần Thơ", "open-2022", **asked)
    sure = pk.optimise_sure(opened, "Cần Thơ", "open-2022", sure=0.5, scenarios=20, fresh=50, **asked)
    assert (plain.status, sure.status) == ("out of reach", "out of reach")
    assert sure.package.chosen == plain.chosen
    assert sure.package.rank_after == plain.rank_after == 7
    assert "which package is the cheapest to rank 6" in sure.summary("en")
    assert "0% (0%" not in sure.summary("en")


def test_a_target_out_of_reach_of_geometric_means_is_said_to_be():
    method = pk.Method.pii().replace(aggregation="geometric", normalisation={"low": 1})
    result = pk.build_index(pk.load_dataset("open-2022"), method)
    few = pk.load_actions("open-2022").subset(["broadband", "teaching"])
    found = pk.optimise(result, "Cần Thơ", few, target_rank=1)
    best = pk.optimise(result, "Cần Thơ", few, objective="rank", budget=1e4)
    assert (found.status, found.rank_after) == ("out of reach", best.rank_after)
    # no distance between geometric means is a sum over pillars
    assert found.missing["gap"].isna().all()
    assert found.missing["own"].notna().all()
    assert found.missing.attrs["distance"] == pytest.approx(found.shortfall)
    assert "The best reachable rank is" in found.summary("en")
    assert "> 100" not in found.summary("en")


@pytest.mark.parametrize("seconds", sized([0.0, 0.1, 20.0], [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 20.0]))
def test_the_best_reachable_rank_is_called_so_only_where_that_is_proved(opened, seconds):
    asked = {"target_rank": 3, "sure": 0.5, "scenarios": 20, "fresh": 40, "seconds": seconds}
    found = pk.optimise_sure(opened, "Cần Thơ", "open-2022", **asked)
    said, stages = found.summary("en"), {s.kind: s for s in found.package.stages[1:]}
    proved = found.package.stages[0].proved and "beaten" in stages and stages["beaten"].proved
    assert ("The best reachable rank is 6 " in said) == proved == ("The best reachable rank" in said)
    assert ("No package reaches it." in said) == found.package.stages[0].proved
    assert proved or ("best rank found" in said and seconds < 20)


def test_a_rank_to_reach_is_asked_beside_another_aim(opened):
    best = pk.optimise(opened, "Cần Thơ", "open-2022", target_rank=8, objective="score", budget=100)
    assert best.reached
    for lang, words in {
        "en": ("most points", "rank 8 or better"),
        "vi": ("điểm nhiều nhất", "thứ 8 trở lên"),
    }.items():
        assert all(w in best.summary(lang) for w in words)
    with pytest.raises(MethodError, match="--target-rank"):
        pk.optimise_sure(opened, "Cần Thơ", "open-2022", target_rank=None, sure=0.8)


def test_a_solver_that_nobody_waits_for_leaves_the_screen_alone():
    """A search past its time must not take standard output away from who goes on."""
    late, ended, raised = Event(), Event(), []

    def work():
        late.wait()
        try:
            Model([0.0], [1.0], [True]).maximise(Linear(np.array([0]), np.ones(1)), 1.0, 1.0)
        except Left as left:
            raised.append(left)
        ended.set()

    attend(work, Watch(0.01))
    assert not ended.is_set()
    late.set()
    assert ended.wait(20)
    assert raised


def test_proof_names_its_question(opened):
    best = pk.optimise(opened, "Cần Thơ", "open-2022", budget=60)
    assert (best.proof.objective, best.proof.at, best.proof.candidates, best.proof.proved) == (
        "score",
        "mean",
        16,
        True,
    )
    assert best.chance is not None
    assert best.chance.low <= best.chance.share <= best.chance.high
    for lang, words in {
        "vi": ("mọi gói của 16 hoạt động", "Khả năng"),
        "en": ("all packages of 16 actions", "Chance of rank"),
    }.items():
        assert all(w in best.summary(lang) for w in words)
    likely = pk.optimise(opened, "Cần Thơ", "open-2022", target_rank=8, at="likely")
    mean = pk.optimise(opened, "Cần Thơ", "open-2022", target_rank=8)
    assert likely.chance.share < mean.chance.share


def many(result, k):
    """More actions than can be proved in a second, many of them on one indicator."""
    rng = np.random.default_rng(7)
    size, codes, made = result.dataset.values.std(), list(result.framework.indicators), []
    for i in range(k):
        effects = tuple(
            Effect(str(c), float(size[c] * rng.uniform(0.1, 0.6)))
            for c in rng.choice(codes, 2, replace=False)
        )
        made.append(Action(f"a{i:03d}", cost=float(np.round(rng.uniform(2, 30), 1)), effects=effects))
    return ActionSet.of(made, framework=result.framework)


@pytest.mark.slow
@pytest.mark.parametrize("count", sized([40], [60, 500]))
@pytest.mark.parametrize(
    "asked", [{"objective": "rank", "budget": 300.0}, {"target_rank": 5}], ids=["rank", "cost"]
)
def test_time_is_kept_with_a_package_and_a_bound(opened, count, asked):
    actions, begun = many(opened, count), time.perf_counter()
    p = pk.optimise(opened, "Kiên Giang", actions, seconds=sized(0.5, 1), **asked)
    assert time.perf_counter() - begun < 1 + 2
    assert p.chosen
    assert np.isfinite([p.value, p.bound, p.gap]).all()
    assert "∞" not in p.summary()


@pytest.mark.long
@pytest.mark.parametrize(("count", "seconds"), [(40, 20), (60, 30)])
def test_a_sure_package_that_a_climb_finds_is_not_missed(opened, count, seconds):
    """Beyond what can be raced: doing nearly everything is sure, so that "not confirmed" would be untrue."""
    sure = [
        replace(a, effects=tuple(replace(e, p_deliver=0.8) for e in a.effects))
        for a in many(opened, count).actions
    ]
    actions = ActionSet.of(sure, framework=opened.framework)
    asked = {"target_rank": 12, "sure": 0.9, "scenarios": 50, "fresh": 400, "seconds": seconds}
    found = pk.optimise_sure(opened, "Kiên Giang", actions, **asked)
    assert found.reached
    assert found.status in ("proved", "not proved")
    assert found.bound <= found.cost


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
SLACK = 4.0  # for a machine that has other things to do


def environment(root):
    return os.environ | {"PYTHONPATH": f"{root}:{root / 'tests' / 'support'}", "PYTHONUTF8": "1"}


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("seed", range(sized(1, 12)))
def test_ctrl_c_ends_any_search_with_what_was_found(root, seed):
    """Random searches, each interrupted at a random moment: a result that says so in both languages, never a traceback."""
    command = [sys.executable, "-m", "policy.interrupted", str(seed), str(sized(1, 16))]
    run = subprocess.run(
        command,
        cwd=root / "tests",
        env=environment(root),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    ends = [line.split() for line in run.stdout.splitlines()]
    assert len(ends) == sized(1, 16)
    assert any(how == "stopped" for _, how, _ in ends)
    for _, how, late in ends:
        assert (how == "stopped") == (late != "nan")
        assert not float(late) > 2


AT_THE_START = """
import os, signal, sys
sys.argv = ["piikit", "plan", "--target-rank", "5", "--lang", "en"]
left = {left}
def step(frame, event, arg):
    global left
    left -= 1
    if left == 0:
        sys.setprofile(None)
        signal.raise_signal(signal.SIGINT)
import piikit.__main__
sys.setprofile(step)
piikit.__main__.main()
"""


@POSIX
@pytest.mark.parametrize(
    "left", sized([3, 300, 40_000], [3, 30, 300, 3000, 10_000, 40_000, 100_000, 300_000, 600_000])
)
def test_ctrl_c_in_the_first_moments_ends_with_a_sentence_and_130(root, left):
    """Interrupted after so many calls and returns: while modules are loaded and texts are read."""
    command = [sys.executable, "-c", AT_THE_START.replace("{left}", str(left))]
    run = subprocess.run(
        command, env=environment(root), capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout, run.stderr.strip().count("\n")) == (130, "", 0), run.stderr
    assert run.stderr.startswith("Stopped on request (Ctrl-C)")


@pytest.mark.long
@POSIX
@pytest.mark.parametrize("after", np.random.default_rng(5).uniform(0.5, 9, 12).round(2))
def test_ctrl_c_ends_the_command_line_with_a_sentence(root, after):
    command = [
        sys.executable,
        "-m",
        "piikit",
        "plan",
        "--data",
        "pii-2024",
        "--target-rank",
        "5",
        "--lang",
        "en",
    ]
    with subprocess.Popen(
        command, env=environment(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        time.sleep(after)
        if run.poll() is None:
            run.send_signal(signal.SIGINT)
            begun = time.perf_counter()
            said = run.communicate(timeout=60)[0]
            assert time.perf_counter() - begun < 2 + SLACK
            assert run.returncode in (0, 130)
            assert "Traceback" not in said
            assert "Stopped on request (Ctrl-C)" in said


def test_a_gap_of_a_stage_is_not_negative():
    assert Stage("score", None, 1.0, 0.5, False).gap == 0.0
