"""A believable random start in score space: what a panel might look like before print speaks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..open_index import denominators, statistics
from ..paths import raw, rows
from ..provinces import listing, unit_names
from .edition_table import edition_of, editions

Matrix = NDArray[np.float64]
PERSISTENCE = 0.88
COMMON, PILLAR = 0.16, 0.24
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


def prior_totals(year: int, draw: int, before: Matrix | None, means: dict[str, float]) -> Matrix:
    """What one would guess of the totals: from development in 2023, later from the year before."""
    rng = stream("totals", draw, year)
    places = listing(edition_of(year).units)
    if before is None:
        signal = _development(year - 1)
        home = {p.name: p.region_vi for p in places}
        centre = {r: np.mean([x for u, x in zip(home, signal, strict=True) if home[u] == r]) for r in means}
        guess = [means[home[u]] + 5.0 * (x - centre[home[u]]) for u, x in zip(home, signal, strict=True)]
        return np.array(guess) + rng.normal(0, 2.2, len(places))
    if edition_of(year).units == 34:
        merged = _over_parts(before[:, None], [1.0] * 63, renormalise=False)[:, 0]
        return np.array(merged + 4.5 + rng.normal(0, 2.0, len(places)))
    return np.array(before - 1.2 + rng.normal(0, 1.4, len(places)))


def _development(year: int) -> Matrix:
    """Standardised mean of digital transformation, log GRDP per head and PCI of `year`, 63 units."""
    parts = []
    for series in ("dti_total", "grdp_per_capita_current", "pci_total"):
        data = statistics().get((series, year), {})
        if len(data) < 60:
            continue
        x = np.array([data[u][0] if u in data else np.nan for u in unit_names(63)])
        x = np.log(x) if series.startswith("grdp") else x
        parts.append((x - np.nanmean(x)) / np.nanstd(x))
    return np.array(np.nanmean(np.column_stack(parts), axis=1))


def _over_parts(x: Matrix, weights: list[float], *, renormalise: bool = True) -> Matrix:
    """Population-weighted means over the old provinces; unit variance kept for latent scores."""
    people = denominators(2024)["population"]
    at = {u: i for i, u in enumerate(unit_names(63))}
    made = []
    for new in listing(34):
        w = np.array([people[p] * weights[at[p]] for p in new.parts])
        w = w / w.sum()
        mean = w @ x[[at[p] for p in new.parts]]
        made.append(mean / np.sqrt((w**2).sum()) if renormalise else mean)
    return np.array(made)


@cache
def latent(year: int, draw: int) -> tuple[Matrix, Matrix]:
    """Standard normal scores of pillars (units x 7) and indicators (units x 52) that persist over years."""
    rng = stream("latent", draw, year)
    n = edition_of(year).units
    pillars, cells = rng.standard_normal((n, 7)), rng.standard_normal((n, len(shapes())))
    if year == editions()[0].year:
        return pillars, cells
    old = latent(year - 1, draw)
    if n == 34:
        old = (_over_parts(old[0], [1.0] * 63), _over_parts(old[1], [1.0] * 63))
    keep, fresh = PERSISTENCE, np.sqrt(1 - PERSISTENCE**2)
    return keep * old[0] + fresh * pillars, keep * old[1] + fresh * cells


def start_scores(year: int, draw: int, totals: Matrix) -> Matrix:
    """Start scores 0-100, units x 52, whose common part follows the totals.

    Correlation within a pillar is ``COMMON + PILLAR`` before print moves the scores; counts are
    skewed, some with zeros.
    """
    pillars, cells = latent(year, draw)
    common = (totals - totals.mean()) / totals.std()
    rng = stream("columns", draw)
    levels = rng.normal(0, 5, len(shapes()))
    # Nobody printed how high pillars stand on average: let draws disagree on it, and years too.
    national = rng.normal(0, 8, 7) + stream("columns", draw, year).normal(0, 3, 7)
    out = np.empty_like(cells)
    for j, shape in enumerate(shapes()):
        z = (
            np.sqrt(COMMON) * common
            + np.sqrt(PILLAR) * pillars[:, shape.pillar]
            + np.sqrt(1 - COMMON - PILLAR) * cells[:, j]
        )
        level = max(12.0, shape.level + levels[j] * shape.level / 45 + national[shape.pillar])
        if shape.kind == "symmetric":
            out[:, j] = level + 17 * z
        else:
            out[:, j] = level * np.exp(0.55 * z - 0.15)
        if shape.kind == "zeros":
            out[z < -0.6, j] = 0.0
    # A soft ceiling and floor, so that no two units share a value by being cut off.
    high = out > 80
    out[high] = 80 + 15 * (1 - np.exp(-(out[high] - 80) / 15))
    low = (out < 12) & (out != 0)
    out[low] = 3 + 9 * np.exp((out[low] - 12) / 9)
    return out
