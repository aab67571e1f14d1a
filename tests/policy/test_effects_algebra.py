"""The algebra of effects: the table of the manual row by row, and random sets against an evaluation by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.index.engine import compute
from piikit.policy.actions.action import Action, Effect, Link
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.distributions import Estimate
from piikit.policy.actions.effects import levers
from piikit.policy.chance.core_index import _in_future
from piikit.policy.chance.futures import Drawing, draw_futures
from piikit.policy.choose.attainable_levels import every_subset, make_levels
from piikit.policy.choose.question import ask
from piikit.policy.choose.solver import Solver
from piikit.policy.response.unit_response import respond

from .instances import tree

MANUAL = (Path(pk.__file__).parents[1] / "docs" / "interventions.md").read_text(encoding="utf-8")
NONE = float("nan")


def small(good=10.0, bad=100.0, seed=0):
    """Eight units, four goods and one bad (I4), the own row U0 as given."""
    rng = np.random.default_rng(seed)
    x = rng.normal(50, 40, (8, 5))
    x[0, 0], x[0, 4] = good, bad
    codes = [f"I{j}" for j in range(5)]
    frame = pd.DataFrame(x, index=[f"U{i}" for i in range(8)], columns=codes)
    return pk.build_index(pk.Dataset.from_frame(frame, framework=tree(codes, 2)), pk.Method.pii())


def lever(result, code, effects, links=(), at="likely"):
    """The lever of one indicator, action k holding effect k; its amounts; all of them chosen."""
    actions = [Action(f"a{k}", effects=(e,)) for k, e in enumerate(effects)]
    made = levers(result, "U0", ActionSet.of(actions, links))
    (found,) = (v for v in made if v.code == code)
    return found, found.amounts(at), np.ones((1, found.members.size), dtype=bool)


GOOD, BAD = "I0", "I4"
PAIR = {kind: (lambda v, kind=kind: [Link(kind, "a0", "a1", v)]) for kind in ("synergy", "substitutes")}
HALF = {"way": "close"}
ROWS = {  # row of the manual's table: code, value now, effects, links, value after
    "E1": (BAD, 100.0, [Effect(BAD, 0.5, cap=20.0, **HALF)], (), 60.0),
    "E2": (BAD, 100.0, [Effect(BAD, 0.5, cap=c, **HALF) for c in (20.0, 80.0)], (), 55.0),
    "E3": (GOOD, 10.0, [Effect(GOOD, 40.0), Effect(GOOD, 0.5, cap=30.0, **HALF)], (), 50.0),
    "E4": (
        GOOD,
        10.0,
        [Effect(GOOD, 0.8, cap=50.0, **HALF), Effect("I1", 1.0)],
        PAIR["synergy"](0.5),
        50.0,
    ),
    "E5": (GOOD, 10.0, [Effect(GOOD, 30.0, cap=50.0), Effect(GOOD, 5.0)], PAIR["synergy"](0.5), 57.5),
    "E6": (GOOD, NONE, [Effect(GOOD, 7.0, way="set"), Effect("I1", 1.0)], PAIR["synergy"](0.5), 7.0),
    "E7": (BAD, 10.0, [Effect(BAD, v, way="set") for v in (6.0, 4.0)], PAIR["substitutes"](0.4), 4.0),
    "E8": (GOOD, -10.0, [Effect(GOOD, 10.0, way="percent")], (), -9.0),
    "E9": (GOOD, 10.0, [Effect(GOOD, v) for v in (5.0, 3.0)], PAIR["substitutes"](1.0), 15.0),
    "E10": (
        GOOD,
        10.0,
        [Effect(GOOD, 10.0, way="percent"), Effect(GOOD, 10.0), Effect(GOOD, 40.0, way="set")],
        (),
        55.0,
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_manual_row_by_row(row):
    code, now, effects, links, after = ROWS[row]
    result = small(**({"good": now} if code == GOOD else {"bad": now}))
    found, amounts, chosen = lever(result, code, effects, links)
    assert found.values(chosen, amounts)[0] == pytest.approx(after)
    (line,) = (x for x in MANUAL.splitlines() if x.startswith(f"| {row} |"))
    assert float(line.split("|")[-2].strip().removeprefix("**").removesuffix("**")) == after


def test_a_failed_partner_gives_no_synergy_and_takes_nothing_away():
    """E11: +4 with a synergy of .5 is +6, and +4 if the partner fails, wherever the partner works."""
    result = small()
    for there in (GOOD, "I1"):
        for kind, value, met in (("synergy", 0.5, 16.0), ("substitutes", 1.0, 14.0)):
            effects = [Effect(GOOD, 4.0), Effect(there, 0.0 if there == GOOD else 2.0, p_deliver=0.5)]
            if kind == "substitutes" and there != GOOD:
                continue
            found, amounts, chosen = lever(result, GOOD, effects, PAIR[kind](value))
            size = amounts.size
            came = np.ones((1, size + 2), dtype=bool)
            assert found.values(chosen, amounts, came)[0] == pytest.approx(met)
            came[0, size + 1] = False
            came[0, 1:size] = False
            assert found.values(chosen, amounts, came)[0] == pytest.approx(14.0)
            chances = found.chances(
                ActionSet.of([Action(f"a{k}", effects=(e,)) for k, e in enumerate(effects)])
            )
            assert chances[[0, size, size + 1]].tolist() == [1.0, 1.0, 0.5]


def test_a_value_reported_with_a_chance_is_planned_on_at_the_mean():
    """E12: 7 with chance .5 is 7 where nothing is known, and half way from 3 where 3 is."""
    for now, planned in ((NONE, 7.0), (3.0, 5.0)):
        effect = Effect(GOOD, 7.0, way="set", p_deliver=0.5)
        found, amounts, chosen = lever(small(good=now), GOOD, [effect], at="mean")
        assert found.values(chosen, amounts)[0] == pytest.approx(planned)


def test_widened_ranges_stay_within_the_cap():
    """E13: a share of .2 / .6 / .9 widened threefold is drawn beyond 1 and below 0, the value never beyond the cap."""
    result = small()
    actions = ActionSet.of(
        [Action("a0", effects=(Effect(GOOD, Estimate(0.2, 0.6, 0.9), cap=50.0, way="close"),))]
    )
    question = ask(result, "U0", actions)
    drawn = draw_futures(question, Solver.of(question).evaluator.levers, 500, Drawing(widen=3.0), rng=1)
    found = Solver.of(question).evaluator.levers[0]
    made = found.values(np.ones((500, 1), dtype=bool), drawn.amounts[0], drawn.delivered[0])
    assert drawn.amounts[0].max() > 1
    assert drawn.amounts[0].min() < 0
    assert made.max() == 50.0
    assert made.min() == 10.0


def test_an_undelivered_report_is_no_zero():
    """E14: a value of 30 that is not delivered leaves the present one, in each future as in core_index."""
    result = small()
    report = Action("a0", cost=1, effects=(Effect(GOOD, 30.0, way="set", p_deliver=0.5),))
    helper = Action("a1", cost=1, effects=(Effect(GOOD, 5.0),))
    question = ask(result, "U0", ActionSet.of([report, helper]), objective="score")
    evaluator = Solver.of(question).evaluator
    drawn = draw_futures(question, evaluator.levers, 40, rng=2)
    every = every_subset(2)
    for s in range(40):
        there = bool(drawn.delivered[0][s, 0])
        values = _in_future(evaluator, drawn, s).values(every)[:, 0]
        assert values == pytest.approx([10, 30, 15, 35] if there else [10, 10, 15, 15])
    found = pk.core_index(result, "U0", question.actions, budget=10, futures=8, rng=2, objective="score")
    assert found.table.at["a1", "often"] == 1
    assert 0 < found.table.at["a0", "often"] < 1


def test_include_and_exclude_of_the_same_action_is_refused():
    with pytest.raises(InputError) as said:
        pk.optimise(
            small(), "U0", ActionSet.of([Action("a0", cost=1)]), include=["a0"], exclude=["a0"], budget=5
        )
    assert [(p.key, p.cell) for p in said.value.problems] == [("problem.plan.both", "a0")]


@pytest.mark.parametrize(
    ("estimate", "refused"),
    [
        (Estimate(1, 2, 100, "lognormal"), True),
        (Estimate(5, 10, 20, "lognormal"), False),
        (Estimate(-20, -10, -5, "lognormal", "quartiles"), False),
        (Estimate(10, 14, 20, "lognormal", "80%"), False),
        (Estimate(1, 1.1, 9, meaning="quartiles"), True),
        (Estimate(1, 1.1, 9), False),
        (Estimate(1, 2, 9, "triangular", "90%"), True),
        (Estimate(1, 2, 9, "uniform", "80%"), True),
        (Estimate(1, 5, 9, "uniform", "80%"), False),
        (Estimate(3, 3, 3, "lognormal"), False),
    ],
)
def test_a_distribution_that_misses_its_own_points_is_refused(estimate, refused):
    assert ("problem.action.misfit" in estimate.problems()) == refused
    span = max(estimate.high - estimate.low, 1.0)
    missed = max(abs(getattr(estimate.fit, e) - getattr(estimate, e)) for e in ("low", "likely", "high"))
    assert (missed > 0.05 * span) == refused
    if refused:
        with pytest.raises(InputError):
            ActionSet.of([Action("a", cost=1, effects=(Effect("1.1", estimate),))])


def test_a_widened_lognormal_keeps_its_sign_and_its_fit():
    wide = Estimate(5, 10, 20, "lognormal").widened(3.0)
    assert (wide.low, wide.high) == pytest.approx((1.25, 80.0))
    assert not wide.problems()


def random_case(seed):
    rng = np.random.default_rng(seed)
    result = small(NONE if seed % 4 == 1 else float(rng.normal(0, 30)), float(rng.uniform(20, 120)), seed)
    actions = []
    for a in range(int(rng.integers(2, 7))):
        effects = []
        for code in rng.choice([GOOD, BAD, "I1"], int(rng.integers(1, 4))):
            sign = -1 if code == BAD else 1
            way = str(rng.choice(["add", "percent", "close", "set"], p=[0.35, 0.25, 0.25, 0.15]))
            amount = {
                "add": sign * rng.uniform(-5, 30),
                "percent": sign * rng.uniform(-10, 60),
                "close": rng.uniform(0, 1),
                "set": rng.normal(40, 30),
            }[way]
            cap = (
                float(rng.normal(50, 40)) if way == "close" or (way != "set" and rng.random() < 0.4) else None
            )
            p = float(rng.choice([1.0, 0.5, 0.8]))
            effects.append(Effect(str(code), float(amount), way, cap=cap, p_deliver=p))
        actions.append(
            Action(f"a{a}", cost=float(rng.integers(1, 6)), agency="XY"[a % 2], effects=tuple(effects))
        )
    links = []
    for kind in ("synergy", "substitutes"):
        a, b = rng.choice(len(actions), 2, replace=False)
        code = str(rng.choice(["", GOOD])) if kind == "synergy" else ""
        links.append(Link(kind, f"a{a}", f"a{b}", float(rng.uniform(0, 0.9)), code))
    return result, ActionSet.of(actions, links if seed % 3 else links[:1]), rng


def by_hand(now, good, code, actions, chosen, delivery):
    """The value after, by the words of the manual: `delivery` holds one number an action, low ones fail."""
    here = [
        (a, e)
        for a in actions.actions
        if a.id in chosen
        for e in a.effects
        if e.code == code and delivery[a.id] >= 1 - e.p_deliver
    ]
    came = set()
    for a in actions.actions:
        mine = [e.p_deliver for e in a.effects if e.code == code] or [e.p_deliver for e in a.effects]
        if a.id in chosen and delivery[a.id] >= 1 - max(mine):
            came.add(a.id)

    def moved(x, e, factor=1.0):
        size = e.amount.likely * factor
        if e.way == "close":
            ahead = e.cap > x if good else e.cap < x
            return x + min(size, 1.0) * (e.cap - x) if ahead else x
        new = x + size if e.way == "add" else x + abs(x) * max(size, -100) / 100
        if e.cap is None or math.isnan(x):
            return new
        return min(new, max(x, e.cap)) if new >= x else max(new, min(x, e.cap))

    told = [e.amount.likely for _, e in here if e.way == "set"]
    x = (max(told) if good else min(told)) if told else now
    factors = {a.id: 1.0 for a in actions.actions}
    for k in actions.links:
        if not {k.a, k.b} <= came or (k.code and k.code != code):
            continue
        if k.kind == "synergy":
            factors[k.a] *= 1 + k.value
            factors[k.b] *= 1 + k.value
        if k.kind == "substitutes":
            size = {
                i: abs(sum(moved(x, e) - x for a, e in here if a.id == i and e.way != "set"))
                for i in (k.a, k.b)
            }
            factors[k.a if size[k.a] < size[k.b] else k.b] *= 1 - k.value
    turn = {"add": 0, "percent": 1, "close": 2}

    def when(found):
        a, e = found
        up = good if e.way == "close" else e.amount.likely >= 0
        return turn[e.way], math.inf if e.cap is None else (e.cap if up else -e.cap), a.id

    for a, e in sorted((f for f in here if f[1].way != "set"), key=when):
        x = moved(x, e, factors[a.id])
    return x


CODES = {GOOD: True, BAD: False, "I1": True}


@pytest.mark.parametrize("seed", range(sized(12, 600)))
def test_every_path_agrees_with_hand(seed):
    """Lever by lever: all packages, some undelivered; and the levels of the programme."""
    result, actions, rng = random_case(seed)
    now, every = result.dataset.values.loc["U0"], list(product([False, True], repeat=len(actions)))
    number = {a.id: float(rng.random()) for a in actions.actions}
    sure = dict.fromkeys(actions.ids, 1.0)
    for found in levers(result, "U0", actions):
        amounts, good = found.amounts("likely"), CODES[found.code]
        whole = np.array(every)[:, found.members]
        numbers = np.array([number[actions.ids[m]] for m in found.members])
        lots = np.concatenate([numbers[found.owner], numbers]) >= 1 - found.chances(actions)
        for drawn, delivered in ((sure, None), (number, np.broadcast_to(lots, (len(every), lots.size)))):
            known = [
                by_hand(now[found.code], good, found.code, actions, {i for i, f in zip(actions.ids, flags, strict=True) if f}, drawn)
                for flags in every
            ]  # fmt: skip
            assert found.values(whole, amounts, delivered) == pytest.approx(known, nan_ok=True)
            if delivered is not None and (left := found.in_future(lots)) is not None:
                assert left.values(whole, amounts[lots[: amounts.size]]) == pytest.approx(known, nan_ok=True)
        levels = make_levels(respond(result, "U0"), found, amounts, straight=False)
        assert levels.values[levels.place(whole, amounts)] == pytest.approx(
            found.values(whole, amounts), nan_ok=True
        )


@pytest.mark.parametrize("seed", range(sized(4, 200)))
def test_the_optimum_is_the_one_by_hand(seed):
    result, actions, _ = random_case(seed)
    x, own = result.dataset.values.to_numpy(float).copy(), 0
    sure, best = dict.fromkeys(actions.ids, 1.0), -np.inf
    now, at = x[own].copy(), result.framework.codes.index(result.framework.root)
    for flags in product([False, True], repeat=len(actions)):
        chosen = {i for i, f in zip(actions.ids, flags, strict=True) if f}
        if sum(a.cost.likely for a in actions.actions if a.id in chosen) > 9:
            continue
        x[own] = now
        for code, good in CODES.items():
            place = result.dataset.codes.index(code)
            x[own, place] = by_hand(now[place], good, code, actions, chosen, sure)
        best = max(best, compute(result.plan, x).scores[own, at])
    for engine in ("programme", "enumerate"):
        found = pk.optimise(result, "U0", actions, budget=9, objective="score", at="likely", engine=engine)
        assert found.status == "proved"
        assert found.score_after == pytest.approx(best, abs=1e-6)


def test_many_actions_on_one_indicator_are_followed_by_the_same_algebra():
    """Beyond the subsets that can be listed: caps and closing on a bad, values merged only where equal."""
    rng = np.random.default_rng(5)
    effects = [Effect(BAD, -1.0, cap=None if k % 2 else 70.0) for k in range(5)]
    effects += [Effect(BAD, 0.25, "close", cap=float(c)) for c in (90.0, 80.0, 20.0)]
    result = small(bad=100.0)
    found, amounts, _ = lever(result, BAD, effects)
    levels = make_levels(respond(result, "U0"), found, amounts, straight=False)
    some = rng.random((50, found.members.size)) < 0.5
    assert levels.values[levels.place(some, amounts)] == pytest.approx(found.values(some, amounts), abs=0.2)
    grown = replace(
        found, effects=tuple(replace(e, way="percent", amount=Estimate.of(150.0)) for e in found.effects)
    )
    assert found.in_steps
    assert not grown.in_steps
