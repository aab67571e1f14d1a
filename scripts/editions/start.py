"""A believable random start in score space: what a panel might look like before print speaks."""

from __future__ import annotations

from functools import cache

import numpy as np
import open_statistics
from numpy.typing import NDArray

from piikit.data.editions.edition_table import Edition, editions
from piikit.data.provinces import listing, unit_names

from .shapes import shapes, stream

Matrix = NDArray[np.float64]
PERSISTENCE = 0.88
COMMON, PILLAR = 0.16, 0.24


def edition_before(edition: Edition) -> Edition | None:
    """The edition whose draws this one continues; None for the first."""
    earlier = [e for e in editions() if e.year < edition.year]
    return earlier[-1] if earlier else None


def prior_totals(edition: Edition, draw: int, before: Matrix | None, means: dict[str, float]) -> Matrix:
    """What one would guess of the totals: from development in the first edition, later from the one before.

    Parameters
    ----------
    before : array, optional
        Totals of the edition before, over its own units.
    means : dict
        Printed regional means.
    """
    rng = stream("totals", draw, edition.year)
    places = listing(edition.units)
    if before is None:
        signal = _development(edition)
        home = [p.region_vi for p in places]
        centre = {r: np.mean([x for h, x in zip(home, signal, strict=True) if h == r]) for r in means}
        guess = np.array([means[h] + 5.0 * (x - centre[h]) for h, x in zip(home, signal, strict=True)])
    else:
        guess = _over_units(before[:, None], edition, renormalise=False)[:, 0] + (edition.total_shift or 0.0)
    return np.array(guess + rng.normal(0, edition.total_spread, len(places)))


def _development(edition: Edition) -> Matrix:
    """Standardised mean of digital transformation, log GRDP per head and PCI, by unit."""
    units, year = unit_names(edition.units), edition.statistics_year
    parts = []
    for series in ("dti_total", "grdp_per_capita_current", "pci_total"):
        data = open_statistics.values(series, year, edition.units)
        if len(data) < 0.95 * len(units):
            continue
        x = np.array([data.get(u, np.nan) for u in units])
        x = np.log(x) if series.startswith("grdp") else x
        parts.append((x - np.nanmean(x)) / np.nanstd(x))
    return np.array(np.nanmean(np.column_stack(parts), axis=1))


def _over_units(x: Matrix, edition: Edition, *, renormalise: bool) -> Matrix:
    """Rows of the edition before over the units of this one: population-weighted means of merged provinces.

    With `renormalise` latent scores keep their unit variance.
    """
    if len(x) == edition.units:
        return x
    people = open_statistics.denominators(edition.statistics_year)["population"]
    at = {u: i for i, u in enumerate(unit_names(63))}
    made = []
    for new in listing(edition.units):
        w = np.array([people[p] for p in new.parts])
        w = w / w.sum()
        mean = w @ x[[at[p] for p in new.parts]]
        made.append(mean / np.sqrt((w**2).sum()) if renormalise else mean)
    return np.array(made)


@cache
def latent(edition: Edition, draw: int) -> tuple[Matrix, Matrix]:
    """Standard normal scores of pillars (units x 7) and indicators (units x 52) that persist over years."""
    rng = stream("latent", draw, edition.year)
    n = edition.units
    pillars, cells = rng.standard_normal((n, 7)), rng.standard_normal((n, len(shapes())))
    before = edition_before(edition)
    if before is None:
        return pillars, cells
    old_pillars, old_cells = (_over_units(x, edition, renormalise=True) for x in latent(before, draw))
    keep, fresh = PERSISTENCE, np.sqrt(1 - PERSISTENCE**2)
    return keep * old_pillars + fresh * pillars, keep * old_cells + fresh * cells


def start_scores(edition: Edition, draw: int, totals: Matrix) -> Matrix:
    """Start scores 0-100, units x 52, whose common part follows the totals.

    Correlation within a pillar is ``COMMON + PILLAR`` before print moves the scores; counts are
    skewed, some with zeros.
    """
    pillars, cells = latent(edition, draw)
    common = (totals - totals.mean()) / totals.std()
    rng = stream("columns", draw)
    levels = rng.normal(0, 5, len(shapes()))
    # Nobody printed how high pillars stand on average: let draws disagree on it, and years too.
    national = rng.normal(0, 8, 7) + stream("columns", draw, edition.year).normal(0, 3, 7)
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
    return _softened(out)


def _softened(out: Matrix) -> Matrix:
    """A soft ceiling and floor, so that no two units share a value by being cut off."""
    high = out > 80
    out[high] = 80 + 15 * (1 - np.exp(-(out[high] - 80) / 15))
    low = (out < 12) & (out != 0)
    out[low] = 3 + 9 * np.exp((out[low] - 12) / 9)
    return out
