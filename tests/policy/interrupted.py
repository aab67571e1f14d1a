"""Searches that get a SIGINT at a random moment: one line each on how they ended (run by test_proofs).

How late is counted in seconds of work, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import numpy as np

import piikit as pk

from .test_proofs import many

UNIT = "Kiên Giang"


def searches(opened, kinds):
    """Every kind of search, with more to do than the time that it is given."""
    few, lots = many(opened, 12), many(opened, 80)
    asked = {"seconds": 8.0}
    package = pk.optimise(opened, UNIT, few, budget=60) if kinds > 6 else None

    def draws(result):
        return pk.planner("Cần Thơ", "plan-116", budget=200, seconds=8.0)(result)

    return {
        "optimise": lambda: pk.optimise(opened, UNIT, lots, objective="rank", budget=300, **asked),
        "target": lambda: pk.optimise(opened, UNIT, lots, target_rank=5, **asked),
        "sure": lambda: pk.optimise_sure(opened, UNIT, lots, target_rank=5, rivals="repeat", **asked),
        "frontier": lambda: pk.frontier(opened, UNIT, lots, **asked),
        "core": lambda: pk.core_index(opened, UNIT, lots, budget=100, futures=400, **asked),
        "least": lambda: pk.least_effort(opened, UNIT, 1, levels=25, **asked),
        "odds": lambda: pk.odds(package, runs=4000, rivals="repeat"),
        "draws": lambda: pk.over_draws(draws, "pii-2024"),
    }


def main(seed, count):
    rng, busy = np.random.default_rng(seed), time.pthread_getcpuclockid(threading.main_thread().ident)
    made = searches(pk.build_index(pk.load_dataset("open-2022")), count)
    for name in rng.permutation(np.resize(list(made), count)):
        sent, said = [], ["", ""]

        def ring(sent=sent):
            sent.append(time.clock_gettime(busy))
            os.kill(os.getpid(), signal.SIGINT)

        clock = threading.Timer(float(rng.exponential(1.0)), ring)
        clock.start()
        try:
            found = made[str(name)]()
            said = [found.summary(lang) for lang in ("en", "vi")]
            late = time.clock_gettime(busy) - sent[0] if sent else float("nan")
            clock.join()
        except KeyboardInterrupt:  # after its end, where it interrupts whoever waits
            late = float("nan")
        ended = all("(Ctrl-C)" in one for one in said)
        print(name, "stopped" if ended else "ended", f"{late:.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)  # solvers left behind may come back while an interpreter ends, and abort it
