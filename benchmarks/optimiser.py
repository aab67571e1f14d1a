"""The optimiser: 2^20 packages enumerated against the programme's optimum, and proofs at 40 and 100 actions.

Run alone: ``python -m benchmarks.optimiser``. Prints what was measured, on this machine, now.
"""

from __future__ import annotations

import time

import numpy as np

import piikit as pk
from piikit.base.watch import Watch
from piikit.index.index_result import IndexResult
from piikit.policy.actions.action import Action, Effect
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.distributions import Estimate
from piikit.policy.chance.optimise_sure import optimise_sure
from piikit.policy.choose.optimise import optimise
from piikit.policy.choose.question import ask
from piikit.policy.choose.solver import Solver

from . import material


def index(method: str) -> IndexResult:
    """The synthetic index on a framework without scales, whose values know no ends."""
    result = material.index(method)
    table = result.framework.table.drop(columns=["scale_min", "scale_max"]).reset_index()
    framework = pk.Framework.from_frame(table, name="synthetic")
    return pk.build_index(pk.Dataset.from_frame(result.dataset.values, framework=framework), method)


def actions_for(
    result: IndexResult, count: int, *, seed: int = 0, spread: bool = False, touch: int = 3
) -> ActionSet:
    """`count` synthetic actions, each moving a few indicators by 0.1 to 0.6 standard deviations."""
    rng = np.random.default_rng(seed)
    codes = list(result.framework.indicators)
    size = result.dataset.values.std()
    made = []
    for k in range(count):
        effects = []
        for code in rng.choice(codes, touch, replace=False):
            likely = float(size[code] * rng.uniform(0.1, 0.6))
            amount = Estimate(0.0, likely, 2 * likely) if spread else Estimate.of(likely)
            effects.append(Effect(str(code), amount, p_deliver=0.85 if spread else 1.0))
        cost = Estimate.of(float(np.round(rng.uniform(2, 30), 1)))
        made.append(Action(f"a{k:03d}", agency=f"S{k % 6}", cost=cost, effects=tuple(effects)))
    return ActionSet.of(made, framework=result.framework)


def weak_unit(result: IndexResult) -> str:
    """A unit in the lower middle, with a long way to go."""
    order = result.scores[result.root].sort_values(ascending=False)
    return str(order.index[len(order) * 2 // 3])


def enumeration_against_programme(count: int = 20) -> None:
    """Every package of `count` actions through the response, and the programme's optimum."""
    for method in ("pii", "gii"):
        result = index(method)
        unit, actions = weak_unit(result), actions_for(result, count)
        budget = 0.35 * sum(a.cost.likely for a in actions.actions)
        start = time.perf_counter()
        proved = optimise(result, unit, actions, budget=budget)
        programme = time.perf_counter() - start
        solver = Solver.of(ask(result, unit, actions, budget=budget), "enumerate")
        best, done, start = -np.inf, 0, time.perf_counter()
        for first in range(0, 2**count, 2**17):
            numbers = np.arange(first, first + 2**17)
            packages = ((numbers[:, None] >> np.arange(count)) & 1).astype(bool)
            scores = solver.evaluator.outcomes(solver.evaluator.values(packages)).scores
            done += len(packages)
            allowed = solver.limits.allows(packages)
            best = max(best, float(scores[allowed].max(initial=-np.inf)))
        seconds = time.perf_counter() - start
        print(
            f"{method}: 2^{count} = {done:,} packages evaluated in {seconds:.1f} s "
            f"({done / seconds:,.0f} a second), best {best:.9f}; programme {proved.score_after:.9f} "
            f"({proved.status}, {programme:.2f} s), difference {abs(best - proved.score_after):.1e}"
        )


def proofs() -> None:
    """Seconds until the first criterion is proved, and for the whole answer."""
    result = index("pii")
    unit = weak_unit(result)
    place = int(result.ranks.at[unit, result.root])
    optimise(result, unit, actions_for(result, 3), budget=10)  # load the solver
    for method in ("pii", "gii"):
        result = index(method)
        for count in (40, 100):
            actions = actions_for(result, count)
            total = sum(a.cost.likely for a in actions.actions)
            target = max(1, place - (10 if count == 40 else 16))
            for name, asked in (
                ("score within budget", {"budget": 0.3 * total}),
                (f"least cost to rank {target}", {"target_rank": target}),
            ):
                question = ask(result, unit, actions, **asked)
                start = time.perf_counter()
                solver = Solver.of(question)
                aims = solver.aims(question.objective, question.target_rank)
                first = solver.run(aims[:1], question.target_rank, watch=Watch(120.0))
                seconds = time.perf_counter() - start
                start = time.perf_counter()
                whole = optimise(result, unit, actions, seconds=120, **asked)
                print(
                    f"{method}: {count} actions, 34 x 52, {name}: first criterion "
                    f"{'proved' if first[0].proved else 'NOT proved'} in {seconds:.2f} s; whole answer {whole.status} "
                    f"in {time.perf_counter() - start:.2f} s, gap {whole.gap:.2g}, residual {whole.residual:.1e}"
                )


def chances() -> None:
    """25 actions, 100 futures, 80% sure: seconds or the gap."""
    result = index("pii")
    unit = weak_unit(result)
    actions = actions_for(result, 25, spread=True, touch=2)
    place = int(result.ranks.at[unit, result.root])
    order = result.scores[result.root].sort_values(ascending=False)
    peers = [str(u) for u in order.index[place - 5 : place + 1] if u != unit]
    for target, among in ((3, peers), (place - 5, "all")):
        s = optimise_sure(
            result,
            unit,
            actions,
            target_rank=target,
            among=among,
            sure=0.8,
            scenarios=100,
            seconds=120,
            rng=1,
        )
        print(
            f"25 actions x 100 futures, rank {target} of {'six' if among is peers else '34'}, 80% sure: {s.status} in "
            f"{s.seconds:.1f} s, cost {s.cost:.1f}, bound {s.bound:.1f}, gap {s.gap:.1f}; sample {s.in_sample:.0%}, "
            f"fresh {s.chance:.1%} ({s.low:.1%}-{s.high:.1%})"
        )


def main() -> None:
    """All of it."""
    enumeration_against_programme()
    proofs()
    chances()


if __name__ == "__main__":
    main()
