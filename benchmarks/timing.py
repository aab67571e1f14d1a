"""Timing with one thread on both sides, warmed, the best of several turns."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def one_thread() -> None:
    """Give linear algebra and compiled code one thread; call before NumPy is imported."""
    for name in THREADS:
        os.environ[name] = "1"


def best(function: Callable[[], object], *, seconds: float = 1.0, warm: int = 2) -> float:
    """Least time of one call, over as many calls as fit in `seconds` (three at least).

    In seconds of the processor given to this one thread, so that other programs on the machine
    disturb less; with one thread on both sides it is the time on the wall of a quiet machine.
    """
    for _ in range(warm):
        function()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.thread_time()
        function()
        times.append(time.thread_time() - start)
    return min(times)
