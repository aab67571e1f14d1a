"""How the illustrative values of each indicator are spread, and the random stream of each purpose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from piikit.data.paths import raw, rows

_STREAMS = {"latent": 1, "columns": 2, "totals": 3, "anchors": 4, "gaps": 5, "ranges": 6}


def stream(name: str, draw: int, year: int = 0, attempt: int = 0) -> np.random.Generator:
    """The random stream of one purpose; the same for the same draw, whatever ran before."""
    return np.random.default_rng([20231, draw, _STREAMS[name], year, attempt])


@dataclass(frozen=True)
class Shape:
    """How an indicator's illustrative values are spread."""

    code: str
    low: float
    high: float
    kind: str
    level: float

    @property
    def group(self) -> str:
        """Code of its group."""
        return self.code.rsplit(".", 1)[0]

    @property
    def pillar(self) -> int:
        """Place of its pillar, 0 to 6."""
        return int(self.code[0]) - 1


@cache
def shapes() -> tuple[Shape, ...]:
    """The 52 indicators with believable range, skewness and mean score."""
    return tuple(
        Shape(r["code"], float(r["low"]), float(r["high"]), r["shape"], float(r["level"]))
        for r in rows(raw("illustrative", "pii_shapes.csv"))
    )
