"""Random streams: always asked for, never global."""

from __future__ import annotations

import numpy as np

Seed = int | np.random.Generator | None


def generator(rng: Seed) -> np.random.Generator:
    """Return a generator from a seed or pass one through; ``None`` is seed 0, never the clock.

    A result must be the same when its code is run again, so there is no unseeded stream.
    """
    return rng if isinstance(rng, np.random.Generator) else np.random.default_rng(0 if rng is None else rng)
