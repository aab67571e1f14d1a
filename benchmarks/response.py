"""What-ifs a second beside a bare matrix product, plain pandas and building again; growth and memory.

Every ratio is of two timings taken in turns in this run, both with one thread and warmed.
"""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

import piikit as pk
from piikit.index.engine import compute
from piikit.index.index_result import IndexResult
from piikit.policy.response.unit_response import has_numba

from .material import index, scenarios
from .timing import THREADS, best

ROWS, INDICATORS, UNITS, BLOCKS = 8192, 52, 34, 8
FLOORS = {("numba", "pii"): 1.3, ("numba", "gii"): 0.2, ("numba", "coinr"): 0.2,
          ("numpy", "pii"): 0.3, ("numpy", "gii"): 0.02, ("numpy", "coinr"): 0.02}  # fmt: skip


def yardstick(blocks: int) -> Callable[[], object]:
    """The bare float64 product (8,192 x 52)(52 x 34) into a preallocated output, `blocks` times.

    It runs over the same block again and again, which keeps it in the cache; the what-ifs come
    from memory.
    """
    rng = np.random.default_rng(0)
    a, b, out = rng.random((ROWS, INDICATORS)), rng.random((INDICATORS, UNITS)), np.empty((ROWS, UNITS))

    def product() -> None:
        for _ in range(blocks):
            np.matmul(a, b, out=out)

    return product


def in_turns(one: Callable[[], object], other: Callable[[], object], seconds: float) -> tuple[float, float]:
    """Best times of two functions measured alternately, so that a busy machine is busy for both."""
    first = second = np.inf
    for _ in range(10):
        first = min(first, best(one, seconds=seconds / 20, warm=1))
        second = min(second, best(other, seconds=seconds / 20, warm=1))
    return first, second


def ratios(seconds: float) -> bool:
    """What-ifs per product-row, eight indicators changed, ranks included."""
    print(f"What-ifs per row of the product ({ROWS} x {INDICATORS})({INDICATORS} x {UNITS}); "
          "8 of 52 indicators changed, a third of the values outside today's range; score and rank")  # fmt: skip
    print(
        f"{'engine':8}{'method':8}{'gaps':>6}{'what-ifs/s':>14}{'rows/s':>14}{'ratio':>8}{'floor':>8}{'careful':>9}"
    )
    product = yardstick(BLOCKS)
    met = True
    for engine in ("numba", "numpy") if has_numba() else ("numpy",):
        for method in ("pii", "gii", "coinr"):
            for gaps in (0.0, 0.04):
                result = index(method, UNITS, gaps=gaps)
                response = pk.respond(result, result.units[5])
                values, codes = scenarios(result, BLOCKS * ROWS)
                outcome = response.evaluate(values, codes, engine=engine)

                def work(response=response, values=values, codes=codes, engine=engine) -> object:
                    return response.evaluate(values, codes, engine=engine)

                spent, bare = in_turns(work, product, seconds)
                ratio = bare / spent
                floor = FLOORS[engine, method] if gaps == 0 else float("nan")
                met &= not ratio < floor
                print(f"{engine:8}{method:8}{gaps:6.0%}{len(values) / spent:14,.0f}{len(values) / bare:14,.0f}{ratio:8.3f}"
                      f"{'' if gaps else format(floor, '8.2f'):>8}{outcome.rebuilt / len(values):9.2%}")  # fmt: skip
    return met


def plain_pandas(result: IndexResult, values: np.ndarray, codes: list[str]) -> pd.Series:
    """One what-if as an analyst writes it: min-max, means up the tree and ranks in pandas."""
    framework = result.framework
    table = result.dataset.values.copy()
    table.loc[result.units[5], codes] = values
    scores = (table - table.min()) / (table.max() - table.min()) * 100
    turn = framework.table.loc[list(framework.indicators), "direction"]
    scores = scores.where(turn > 0, 100 - scores)
    for node in framework.aggregates:
        scores[node] = scores[list(framework.children(node))].mean(axis=1)
    return scores[framework.root].rank(ascending=False, method="min")


def others(seconds: float) -> None:
    """Against plain pandas and against building again."""
    print("\nTimes as fast as ... (one what-if at a time there)")
    for method in ("pii", "gii", "coinr"):
        result = index(method, UNITS)
        response = pk.respond(result, result.units[5])
        values, codes = scenarios(result, BLOCKS * ROWS)
        at = [response.place(c) for c in codes]
        raw = response.raw.copy()

        def again(result=result, raw=raw, values=values, at=at) -> object:
            raw[5, at] = values[0]
            return compute(result.plan, raw)

        cells = {result.units[5]: dict(zip(codes, values[0], strict=True))}

        def whole(result=result, cells=cells, method=method) -> object:
            return pk.build_index(result.dataset.with_values(cells), method).ranks

        for engine in ("numba", "numpy") if has_numba() else ("numpy",):
            one = best(
                lambda r=response, v=values, c=codes, e=engine: r.evaluate(v, c, engine=e), seconds=seconds
            ) / len(values)
            text = f"{engine:8}{method:8} engine.compute {best(again, seconds=seconds / 2) / one:12,.0f}"
            text += f"   build_index {best(whole, seconds=seconds / 2) / one:12,.0f}"
            if method == "pii":
                text += f"   pandas {best(lambda r=result, v=values, c=codes: plain_pandas(r, v[0], c), seconds=seconds / 2) / one:12,.0f}"
            print(text)


def growth(figure: str | None, seconds: float) -> bool:
    """Time and memory with scenarios and with units; says whether both are linear and memory is flat."""
    print("\nGrowth (method pii)")
    result = index("pii", UNITS)
    response = pk.respond(result, result.units[5])
    many, spent, memory = [10**4, 10**5, 10**6, 4 * 10**6], [], []
    for count in many:
        values, codes = scenarios(result, count)
        spent.append(best(lambda v=values, c=codes: response.evaluate(v, c), seconds=seconds / 4, warm=1))
        tracemalloc.start()
        response.evaluate(values, codes)
        memory.append(tracemalloc.get_traced_memory()[1] - 16 * count)
        tracemalloc.stop()
        print(f"{count:>10,} scenarios: {spent[-1]:8.4f} s, {spent[-1] / count * 1e9:7.1f} ns each; "
              f"memory beside input and the two answers {memory[-1] / 2**20:6.1f} MiB")  # fmt: skip
    units, each = [34, 63, 300, 1000, 3000, 10_000], []
    for n in units:
        large = index("pii", n, seed=3)
        there = pk.respond(large, large.units[5])
        values, codes = scenarios(large, 20_000)
        each.append(
            best(lambda r=there, v=values, c=codes: r.evaluate(v, c), seconds=seconds / 4, warm=1) / 20_000
        )
        print(f"{n:>10,} units: {each[-1] * 1e9:10.0f} ns a what-if, {each[-1] / n * 1e9:6.2f} ns a unit")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform != "darwin" else 2**20)
    print(f"peak of the whole process {peak:,.0f} MiB")
    if figure:
        draw(figure, many, spent, units, each)
    per = np.array(spent[1:]) / np.array(many[1:])
    flat = max(memory) < 64 * 2**20
    return bool(per.max() / per.min() < 2 and each[-1] / units[-1] < 3 * each[1] / units[1] and flat)


def draw(path: str, many: list[int], spent: list[float], units: list[int], each: list[float]) -> None:
    """Both growths on logarithmic axes beside straight lines of slope one."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for ax, x, y, label in (
        (axes[0], many, spent, "scenarios (34 units)"),
        (axes[1], units, [20_000 * e for e in each], "units (20,000 scenarios)"),
    ):
        ax.loglog(x, y, "o-", color="#0072B2", label="measured")
        ax.loglog(x, np.array(x) * y[-1] / x[-1], "--", color="#767676", label="slope 1")
        ax.set_xlabel(label)
        ax.set_ylabel("seconds")
        ax.grid(True, which="major", color="#DDDDDD")
        ax.legend()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    print(f"drew {path}")


def detector() -> bool:
    """All indicators of 63 units, 52 each, through the perverse-improvement detector."""
    result = index("gii", 63)
    start = time.perf_counter()
    found = pk.perverse(result)
    spent = time.perf_counter() - start
    print(
        f"\nPerverse improvement, 63 units x 52 indicators, GII treatment: {spent:.1f} s, {len(found.table)} intervals, {found.shares}"
    )
    return spent < 60


def run(*, seconds: float, figure: str | None) -> int:
    """Everything; 0 if every floor is met."""
    import os
    import platform

    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, "
          f"one thread ({', '.join(f'{k}={os.environ[k]}' for k in THREADS[:3])})\n")  # fmt: skip
    met = ratios(seconds)
    others(min(seconds, 0.5))
    linear = growth(figure, seconds)
    quick = detector()
    print(f"\nfloors met: {met}; linear, memory flat: {linear}; detector under a minute: {quick}")
    return 0 if met and linear and quick else 1
