"""Chances: against counting by hand, on common futures, and chance-constrained choice against all packages."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats
from sizes import sized

import piikit as pk
from piikit.base.binomial import clopper_pearson
from piikit.base.errors import MethodError
from piikit.base.language import in_language
from piikit.base.watch import Watch
from piikit.policy.actions.action import Action, Effect
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.distributions import Estimate
from piikit.policy.chance.chance_search import Race, cheapest
from piikit.policy.chance.futures import Drawing, draw_futures
from piikit.policy.chance.odds import outcomes
from piikit.policy.choose.attainable_levels import subset_levels
from piikit.policy.choose.question import ask
from piikit.policy.choose.solver import Solver
from piikit.report.figures.labels import chance_ends, counted, known, near


@pytest.fixture(scope="module")
def result():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.fixture(scope="module")
def package(result):
    return pk.optimise(result, "Cần Thơ", "open-2022", target_rank=3, among="central-cities")


def test_clopper_pearson_against_scipy():
    for hits, n in ((0, 20), (7, 20), (20, 20), (150, 1000)):
        known = stats.binomtest(hits, n).proportion_ci(method="exact")
        assert clopper_pearson(hits, n) == pytest.approx((known.low, known.high))


def test_chance_of_one_coin(result):
    """An action that certainly reaches the rank if delivered: the chance is its probability."""
    big = Effect("5.1", 25.0, p_deliver=0.7)
    actions = ActionSet.of([Action("a", cost=5, effects=(big,))], framework=result.framework)
    p = pk.optimise(result, "Cần Thơ", actions, target_rank=4, among="central-cities")
    o = pk.odds(p, runs=4000, rng=2, assumptions=False)
    assert o.interval[0] - 0.02 < 0.7 < o.interval[1] + 0.02
    assert o.table.at["nothing", "chance"] == 0
    assert o.ranks["chosen"].sum() == pytest.approx(1)


def test_futures_are_common_and_seeded(package):
    plain = {"runs": 200, "assumptions": False}
    same = pk.odds(package, also={"again": package.chosen}, rng=5, **plain)
    assert same.table.loc["again"].equals(same.table.loc["chosen"].rename("again"))
    assert pk.odds(package, rng=5, **plain).table.equals(pk.odds(package, rng=5, **plain).table)
    fewer = pk.odds(package, also={"fewer": package.chosen[:-1]}, rng=5, **plain)
    assert fewer.table.at["fewer", "chance"] <= fewer.table.at["chosen", "chance"]


def test_outcomes_are_whole_builds(result, package):
    futures = draw_futures(package.question, package.evaluator.levers, 12, rng=3)
    scores, ranks = outcomes(package.evaluator, futures, package.flags)
    for s in range(12):
        cells = {}
        for lever, amounts, delivered in zip(
            package.evaluator.levers, futures.amounts, futures.delivered, strict=True
        ):
            chosen = package.flags[lever.members][None]
            cells[lever.code] = float(lever.values(chosen, amounts[[s]], delivered[[s]])[0])
        built = pk.build_index(result.dataset.with_values({"Cần Thơ": cells}))
        assert scores[s] == pytest.approx(built.scores.at["Cần Thơ", "OPEN"], abs=1e-9)
        group = built.scores.loc[list(result.dataset.members("central_city")), "OPEN"]
        assert ranks[s] == group.rank(ascending=False)["Cần Thơ"]


@pytest.mark.parametrize("rivals", ["trend", "repeat", "drift"])
def test_all_move_the_own_province_too_and_actions_come_on_top(result, package, rivals):
    """Against whole builds: own row and rivals moved, then the effects worked from where the own row stands."""
    futures = draw_futures(package.question, package.evaluator.levers, 5, Drawing(rivals), rng=3)
    own = result.units.index("Cần Thơ")
    assert (futures.panels[:, own].std(axis=0) > 0).all()
    none = np.zeros(len(package.question.actions), dtype=bool)
    for flags in (none, package.flags):
        scores, _ = outcomes(package.evaluator, futures, flags)
        values = result.dataset.values.copy()
        values.loc[:, :] = futures.panels[4]
        for lever, amounts, delivered in zip(
            package.evaluator.levers, futures.amounts, futures.delivered, strict=True
        ):
            here = replace(lever, base=futures.panels[4, own, lever.at])
            made = here.values(flags[lever.members][None], amounts[[4]], delivered[[4]])
            values.loc["Cần Thơ", lever.code] = made[0]
        built = pk.build_index(result.dataset.replace(values=values))
        assert scores[4] == pytest.approx(built.scores.at["Cần Thơ", "OPEN"], abs=1e-9)


def test_rivals_of_ones_own_leave_the_own_row_alone(result, package):
    given = np.repeat(result.dataset.values.to_numpy(float)[None] + 1.0, 2, axis=0)
    futures = draw_futures(package.question, package.evaluator.levers, 3, Drawing(given), rng=3)
    own = result.units.index("Cần Thơ")
    now = result.dataset.values.to_numpy(float)
    assert futures.panels[:, own] == pytest.approx(np.repeat(now[[own]], 3, axis=0))
    assert futures.panels[2, own - 1] == pytest.approx(now[own - 1] + 1.0, nan_ok=True)


def test_costs_of_one_agency_run_over_together(result):
    actions = [
        Action(i, agency=agency, cost=Estimate(5, 10, 30), effects=(Effect("1.1", 1.0),))
        for i, agency in (("a", "S"), ("b", "S"), ("c", "T"))
    ]
    p = pk.optimise(result, "Cần Thơ", ActionSet.of(actions), budget=60, include=["a", "b", "c"])
    for overruns in (0.0, 0.3, 0.8):
        costs = draw_futures(p.question, p.evaluator.levers, 4000, Drawing(overruns=overruns), rng=1).costs
        within = stats.spearmanr(costs[:, 0], costs[:, 1]).statistic
        assert within == pytest.approx(6 / np.pi * np.arcsin(overruns / 2), abs=0.04)
        assert abs(stats.spearmanr(costs[:, 0], costs[:, 2]).statistic) < 0.05
    tight = {
        v: draw_futures(p.question, p.evaluator.levers, 4000, Drawing(overruns=v), rng=1).costs
        for v in (0.0, 0.9)
    }
    over = {v: float((c[:, :2].sum(axis=1) > 35).mean()) for v, c in tight.items()}
    assert over[0.9] > over[0.0] + 0.02


def test_a_chance_is_said_as_far_as_it_is_known():
    for hits, n, said in (
        (215, 1000, "about 20%"), (190, 1000, "about 20%"), (0, 1000, "under 1%"), (1000, 1000, "over 99%"),
        (11, 50, "about 20%"), (2150, 10000, "about 22%"), (0, 20, "under 17%"), (0, 1, "under 98%"),
        (1, 1, "over 3%"), (952, 2000, "about 48%"), (910, 2000, "about 45%"), (2, 100, "under 7%"),
    ):  # fmt: skip
        interval = clopper_pearson(hits, n)
        assert known(hits / n, *interval).text("en") == said
    assert known(0.15, 0.15 - 0.05, 0.15 + 0.05).text("en") == "about 15%"
    assert known(0.8785, 0.8634, 0.8934, 0.9).text("en") == "about 88%"
    assert known(0.215, 0.19, 0.24).text("vi") == "khoảng 20%"
    for p, said in ((0.0, "0%"), (0.0018, "under 1%"), (0.5, "50%"), (0.995, "over 99%"), (1.0, "100%")):
        assert near(p).text("en") == said
    assert [counted(p).text("vi") for p in (0.99, 0.995)] == ["99%", "99,5%"]


def percent_of(said):
    return float(re.search(r"([\d.]+)%", said)[1])


@pytest.mark.parametrize("seed", range(sized(2, 40)))
def test_no_rounding_leaves_the_printed_interval_or_crosses_what_was_asked(seed):
    rng = np.random.default_rng(seed)
    for n in (1, 20, 50, 400, 1000, 2000, 20000):
        hits = int(rng.binomial(n, rng.choice([0.001, 0.02, 0.3, 0.495, 0.5, 0.8, 0.97, 0.999])))
        chance, (low, high) = hits / n, clopper_pearson(hits, n)
        marks = [None, 0.5, 0.8, 0.99, round(chance, 2), float(rng.uniform(low, high)), float(rng.uniform())]
        for mark in [m if m is None else min(0.99, max(0.01, m)) for m in marks]:
            ends = {k: v.text("en") for k, v in chance_ends(low, high, mark).items()}
            said = known(chance, low, high, mark).text("en")
            assert percent_of(ends["low"]) <= percent_of(said) <= percent_of(ends["high"]), (
                chance,
                mark,
                said,
            )
            figures = {chance: said, low: ends["low"], high: ends["high"]}
            for true, shown in figures.items() if mark is not None and round(100 * mark, 2) % 1 == 0 else ():
                if true < mark and not shown.startswith("under"):
                    assert percent_of(shown) < round(100 * mark) or shown.startswith("over"), (
                        true,
                        mark,
                        shown,
                    )
                if true >= mark and not shown.startswith("over"):
                    assert percent_of(shown) >= round(100 * mark), (true, mark, shown)


def test_the_surest_package_is_not_said_to_be_as_sure_as_none_is(result):
    found = pk.optimise_sure(result, "Cần Thơ", "open-2022", target_rank=6, sure=0.5, rng=1, fresh=2000)
    assert found.status == "out of reach"
    assert found.high < 0.5
    assert "about 48% (45% to under 50%) of 2,000 fresh" in found.summary("en")
    assert "khoảng 48% (45% – dưới 50%)" in found.summary("vi")
    assert "about 48% (Monte Carlo error 45% to under 50%" in found.summary("en")


def test_odds_say_what_assumptions_leave_open(package):
    o = pk.odds(package, runs=60, rng=3)
    assert set(zip(o.assumptions["assumption"], o.assumptions["value"].astype(str), strict=True)) == {
        ("copula", "0.0"), ("copula", "0.9"), ("widen", "2.0"),
        ("rivals", "trend"), ("rivals", "repeat"), ("rivals", "drift"),
    }  # fmt: skip
    assert o.range.low <= o.chance <= o.range.high
    assert o.range.low == min(o.chance, *o.assumptions["chance"])
    again = pk.odds(package, runs=60, copula=0.9, rng=3)
    row = o.assumptions[(o.assumptions["assumption"] == "copula") & (o.assumptions["value"] == 0.9)]
    assert again.chance == row["chance"].item()  # the same random numbers
    assert o.back.model == "frozen"
    assert o.back.share < 0.2
    for lang, words in (("en", ("one assumption changed", "stand still")), ("vi", ("giả định", "đứng yên"))):
        assert all(w in o.summary(lang) for w in words)
    drawn = pk.odds(package, runs=20, rivals="repeat", rng=3)
    assert 0.8 <= drawn.back.share <= 0.95
    assert "63 foreseen from earlier years only" in drawn.summary("en")


def test_agencies_tie_effects_together(result):
    effects = [Effect("1.1", Estimate(0, 1, 2)), Effect("2.1", Estimate(0, 0.1, 0.2))]
    actions = ActionSet.of(
        [Action("a", agency="S", effects=(effects[0],)), Action("b", agency="S", effects=(effects[1],))]
    )
    p = pk.optimise(result, "Cần Thơ", actions)
    futures = draw_futures(p.question, p.evaluator.levers, 4000, Drawing(copula=0.6), rng=1)
    x, y = (a[:, 0] for a in futures.amounts)
    # a Gaussian copula of .6 has a rank correlation of 6/pi asin(.3)
    assert stats.spearmanr(x, y).statistic == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.03)
    free = draw_futures(p.question, p.evaluator.levers, 4000, Drawing(copula=0.0), rng=1)
    assert abs(stats.spearmanr(*(a[:, 0] for a in free.amounts)).statistic) < 0.05


def sure_instance(result, seed, k=9):
    rng = np.random.default_rng(seed)
    codes = list(result.framework.indicators)
    spread = result.dataset.values.std()
    actions = [
        Action(f"a{i}", cost=float(rng.integers(2, 12)), agency="AB"[i % 2], effects=tuple(
            Effect(str(c), Estimate(0.0, 1.0 * (u := float(spread[c] * rng.uniform(0.2, 0.8))), 2 * u), p_deliver=0.8)
            for c in rng.choice(codes, 2, replace=False)))
        for i in range(k)
    ]  # fmt: skip
    return ActionSet.of(actions, framework=result.framework)


@pytest.mark.parametrize(
    ("seed", "target", "rivals", "unknown"),
    [(1, 4, "frozen", False), (2, 3, "frozen", False), (3, 4, "repeat", False), (4, 1, "frozen", False),
     (5, 4, "frozen", True)],
)  # fmt: skip
def test_surest_and_cheapest_against_all_packages(result, seed, target, rivals, unknown):
    actions = sure_instance(result, seed, k=sized(7, 9) if rivals == "frozen" else sized(5, 6))
    if unknown:  # an indicator that some actions move, but nobody knows from where
        code = actions.actions[0].effects[0].code
        result = pk.build_index(result.dataset.with_values({"Cần Thơ": {code: float("nan")}}))
    question = ask(result, "Cần Thơ", actions, target_rank=target, among="central-cities", at="mean")
    solver, limits = Solver.of(question, make=subset_levels), question.limits
    sample = draw_futures(question, solver.evaluator.levers, 25, Drawing(rivals), rng=seed)
    every = np.array(list(product([False, True], repeat=len(actions))))
    shares = np.array([(outcomes(solver.evaluator, sample, f)[1] <= target).sum() for f in every])
    planned = np.array([solver.evaluator.one(f).group_rank <= target for f in every])
    costs = every @ limits.costs
    race = Race(solver, sample, target, Watch())
    assert (race.counts(every) == shares).all()
    for need in (10, 20):
        ok = (shares >= need) & planned
        raced = cheapest(race, need, set())
        if ok.any():
            assert limits.costs[raced.package].sum() == pytest.approx(costs[ok].min())
        else:
            assert raced.status == "infeasible"


def test_optimise_sure_says_what_it_is(result):
    actions = sure_instance(result, 1, k=12)
    s = pk.optimise_sure(
        result,
        "Cần Thơ",
        actions,
        target_rank=4,
        among="central-cities",
        sure=0.7,
        scenarios=40,
        fresh=400,
        rng=1,
    )
    assert s.status == "proved"
    assert s.in_sample >= 0.7
    assert s.low <= s.chance <= s.high
    assert s.gap == 0
    impossible = pk.optimise_sure(
        result,
        "Cần Thơ",
        actions,
        target_rank=1,
        among="central-cities",
        sure=0.99,
        scenarios=20,
        fresh=100,
        rng=1,
    )
    assert impossible.status == "out of reach"
    assert not impossible.reached
    for lang in ("vi", "en"):
        assert s.summary(lang)
        assert impossible.summary(lang)


def test_core_index_counts_good_packages(result):
    c = pk.core_index(result, "Cần Thơ", "open-2022", budget=80, futures=8, rng=4)
    for name, row in c.table.iterrows():
        held = [name in chosen for chosen in c.packages["chosen"]]
        assert row["share"] == pytest.approx(np.mean(held))
    assert c.packages["futures"].sum() == 8
    for row in c.table.itertuples():
        assert (row.low, row.high) == pytest.approx(clopper_pearson(round(8 * row.often), 8))
    assert c.unseen == pytest.approx(1 - 0.025 ** (1 / 8))  # in none of 8
    assert "up to 37% of all futures" in c.summary("en")
    certain = [
        replace(
            a,
            cost=a.cost.likely,
            effects=tuple(replace(e, amount=e.amount.likely, p_deliver=1.0) for e in a.effects),
        )
        for a in pk.load_actions("open-2022").actions
    ]
    still = pk.core_index(result, "Cần Thơ", ActionSet.of(certain), budget=80, futures=3)
    best = pk.optimise(result, "Cần Thơ", ActionSet.of(certain), budget=80)
    assert set(still.of("core")) == set(best.chosen)
    assert not still.of("borderline")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"rank_ties": "dense"}, "Dense ties"),
        ({"aggregation": "geometric", "normalisation": {"low": 1}}, "not arithmetic"),
        ({"weights": "pca"}, "mixes columns"),
    ],
)
def test_why_a_programme_cannot_be_had_is_said(changes, why):
    result = pk.build_index(pk.load_dataset("open-2022"), pk.Method.pii().replace(**changes))
    for ask_it in (
        lambda: pk.optimise(result, "Cần Thơ", "open-2022", budget=5, engine="programme"),
        lambda: pk.optimise_sure(result, "Cần Thơ", "open-2022", target_rank=5),
    ):
        with in_language("en"):
            with pytest.raises(MethodError, match=why) as refused:
                ask_it()
            assert 'optimise() with engine="auto"' in str(refused.value)
