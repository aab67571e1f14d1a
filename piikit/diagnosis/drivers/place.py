"""Where units lie, and what is left of an association when those that lie together are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...base.random import Seed, generator
from ...data.provinces import Units, borders, known_province, listing, unit_names
from .design import Design
from .least_squares import Fit, fit, freedom

SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95)
STRENGTHS = (-0.4, -0.2, 0.2, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.98)
REACHES = (1.0, 2.0, 4.0, 8.0)
FADING = (0.25, 0.5, 0.75, 0.95)
INSIDE = 1.0  # log-likelihood below its peak; chosen by simulation, docs/drivers.md
SMOOTH = (0.2, 0.5)
WAYS = 3  # in which a trend may run
LEFT = 8  # rows, at least, beyond what a model with a trend takes


@dataclass(frozen=True, eq=False)
class Likenesses:
    """Generalised least squares under every likeness of units that lie together, for m outcomes.

    Attributes
    ----------
    beta, errors : ndarray, likenesses x k x m
        Coefficients and their standard errors; the first likeness is none, with HC3.
    logs : ndarray, likenesses x m
        Restricted log-likelihoods.
    free : ndarray, likenesses x k x 1 (or m)
        Degrees of freedom of the errors.
    cut : int
        How many likenesses, the first, come without a trend over the country.
    """

    beta: np.ndarray
    errors: np.ndarray
    logs: np.ndarray
    free: np.ndarray
    cut: int

    @cached_property
    def allowed(self) -> np.ndarray:
        """Which likenesses the data allow, with and without a trend; none at all always is one of them."""
        parts = [part for part in (self.logs[: self.cut], self.logs[self.cut :]) if len(part)]
        near = np.concatenate([part >= part.max(axis=0) - INSIDE for part in parts])
        near[0] = True
        return np.asarray(near[:, None])

    def p_values(self, shift: float = 0.0) -> np.ndarray:
        """Largest p-value over what is allowed, 1 where the sign is not that of least squares, k x m."""
        from scipy.stats import t as student

        moved = self.beta + shift
        towards = moved * np.sign(moved[:1]) / np.maximum(self.errors, 1e-300)
        towards = np.where(self.allowed, towards, np.inf)
        same = (slice(0, 1), slice(1, self.cut), slice(self.cut, None))  # degrees of freedom
        chance = [2 * student.sf(towards[s].min(axis=0), self.free[s][0]) for s in same if len(self.free[s])]
        return np.asarray(np.minimum(1.0, np.max(chance, axis=0)))

    def ends(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Widest interval over what is allowed; it holds 0 exactly when the largest p-value says so."""
        from scipy.stats import t as student

        reach = student.ppf(0.5 + confidence / 2, self.free) * self.errors
        low = np.where(self.allowed, self.beta - reach, np.inf).min(axis=0)
        return low, np.where(self.allowed, self.beta + reach, -np.inf).max(axis=0)


@dataclass(frozen=True, eq=False)
class Place:
    """How alike rows that lie together may be.

    Attributes
    ----------
    known : tuple of str
        ``region``, ``spatial``: what could be looked at.
    covariances : ndarray, likenesses x n x n
        Of the errors, up to a factor; the first is none at all.
    trend : ndarray, n x ways
        What a trend over the country may be made of: coordinates of the map of borders crossed, south to north first.
    cut : int
        How many likenesses, the first, come without a trend.
    """

    known: tuple[str, ...]
    covariances: np.ndarray
    trend: np.ndarray
    cut: int

    @property
    def trended(self) -> bool:
        """Whether a trend could be looked at."""
        return len(self.covariances) > self.cut

    @cached_property
    def roots(self) -> np.ndarray:
        """Lower triangles whose squares the covariances are."""
        return np.linalg.cholesky(self.covariances)

    @cached_property
    def whiteners(self) -> np.ndarray:
        """What turns rows into such as are not alike."""
        return np.linalg.inv(self.roots)

    def fits(self, x: np.ndarray, y: np.ndarray) -> Likenesses:
        """Generalised least squares of outcomes (n or n x m) on `x` (n x k) under each likeness.

        Notes
        -----
        Taking the likeliest for known would be too sure with a handful of regions; so all count
        whose restricted likelihood (Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545) is
        near the best. What runs over the country in outcome and predictor alike is no likeness of
        errors: so the best of those beside a trend counts always. HC3's degrees of freedom: :func:`.freedom`.
        """
        (n, k), beside = x.shape, np.hstack([x, self.trend])
        made = [fit(w @ (x if g < self.cut else beside), w @ y) for g, w in enumerate(self.whiteners)]
        free = np.array([np.full((k, 1), float(n - len(f.projector))) for f in made])
        free[0, :, 0] = freedom(x, made[0])
        return Likenesses(
            beta=np.array([f.beta[:k] for f in made]),
            errors=np.array([(f.classical if g else f.hc3)[:k] for g, f in enumerate(made)]),
            logs=np.array([_restricted(f, w) for f, w in zip(made, self.whiteners, strict=True)]),
            free=free,
            cut=self.cut,
        )

    def shuffled(self, y: np.ndarray, times: int, *, rng: Seed = None) -> np.ndarray:
        """Outcomes unrelated to anything else but as alike among those that lie together as `y`, n x times.

        Under a likeness drawn by its likelihood `y` is made unlike, shuffled, and made alike again.
        A trend beside the likenesses is not kept.
        """
        source, whiteners = generator(rng), self.whiteners[: self.cut]
        one = np.ones((len(y), 1))
        made = [fit(w @ one, w @ y) for w in whiteners]
        logs = np.array([_restricted(f, w)[0] for f, w in zip(made, whiteners, strict=True)])
        weight = np.exp(logs - logs.max())
        drawn = source.choice(len(made), size=times, p=weight / weight.sum())
        return np.column_stack(
            [made[g].beta[0] + self.roots[g] @ source.permutation(made[g].residuals[:, 0]) for g in drawn]
        )


def _restricted(made: Fit, whitener: np.ndarray) -> np.ndarray:
    """Restricted log-likelihood of each outcome, up to a constant."""
    k, n = made.projector.shape
    gram = np.linalg.slogdet(made.projector @ made.projector.T)[1]
    rest = np.log(np.maximum((made.residuals**2).sum(axis=0), 1e-300))
    return np.asarray(np.log(np.diag(whitener)).sum() + 0.5 * (gram - (n - k) * rest))


@dataclass(frozen=True, eq=False)
class _Map:
    """What borders say of rows; their likenesses n x n.

    Attributes
    ----------
    near : list of ndarray
        Errors lean on those of neighbours (with variances as they come, or equal), or fade with borders crossed.
    faded : ndarray
        Fading alone, to be joined with regions.
    beside : list of ndarray
        What errors may be beside a trend: unlike, leaning on neighbours, smooth.
    trend : ndarray, n x ways
        Coordinates of the map whose distances are borders crossed (Torgerson's scaling).
    """

    near: list[np.ndarray]
    faded: np.ndarray
    beside: list[np.ndarray]
    trend: np.ndarray


def _map_of(named: Sequence[str], units: int) -> _Map:
    from scipy.sparse.csgraph import shortest_path

    pairs = borders(units)
    places = list(dict.fromkeys([*named, *(u for pair in sorted(map(sorted, pairs)) for u in pair)]))
    adjacent = np.array([[frozenset((a, b)) in pairs for b in places] for a in places], float)
    means, one = adjacent / np.maximum(adjacent.sum(axis=1, keepdims=True), 1.0), np.eye(len(places))
    near, even = [], {}
    for strength in STRENGTHS:
        root = np.linalg.inv(one - strength * means)
        even[strength] = _even(root @ root.T)
        near += [root @ root.T, even[strength]]
    away = shortest_path(adjacent, unweighted=True)
    near += [s * np.exp(-away / reach) + (1 - s) * one for reach in REACHES for s in FADING]
    values, axes = np.linalg.eigh(np.exp(-((away / 5) ** 2)))
    smooth = _even((axes * np.maximum(values, 0)) @ axes.T)
    beside = [one, even[0.55], *(s * smooth + (1 - s) * one for s in SMOOTH)]
    at = [places.index(name) for name in named]
    *own, faded = (w[np.ix_(at, at)] for w in (*near, *beside, np.exp(-away / 3)))
    return _Map(own[: len(near)], faded, own[len(near) :], _coordinates(away)[at])


def _even(whole: np.ndarray) -> np.ndarray:
    """The correlations of a covariance."""
    scale = np.sqrt(np.diag(whole))
    return np.asarray(whole / np.outer(scale, scale))


def _coordinates(away: np.ndarray) -> np.ndarray:
    """Along the longest ways through a map of distances, mean square 1; 0 for what has no place on it."""
    placed = np.isfinite(away).sum(axis=1) > 1
    squares = away[np.ix_(placed, placed)] ** 2
    middle = squares.mean(axis=0)
    axes = np.linalg.eigh(middle + middle[:, None] - squares - middle.mean())[1][:, : -WAYS - 1 : -1]
    found = np.zeros((len(away), WAYS))
    found[placed] = axes * np.sqrt(len(axes))
    return found


@lru_cache(maxsize=2)
def place_of(made: Design) -> Place:
    """Where the rows of a design lie: by its column ``region``, or by the names of provinces.

    Regions serve if there are four or more, of three units on average, and are not in the
    model; neighbours and trends if two thirds of the units or more are provinces, trends if rows are left for them.
    """
    units, frame = list(map(str, made.y.index.get_level_values("unit"))), made.variables.frame
    given = list(map(str, frame.index.get_level_values("unit")))
    of: Units = 34 if set(given) <= set(unit_names(34)) else 63
    named = [known_province(u, of) for u in units]
    known = sum(name is not None for name in named) >= 2 / 3 * len(units)
    regions = _regions(made, named, of) if known or "region" in frame else None
    one = np.eye(made.n)
    found, seen = [one], None
    if known:
        seen = _map_of([n or u for n, u in zip(named, units, strict=True)], of)
        found += seen.near
    if regions is not None:
        member = (regions[:, None] == regions[None, :]).astype(float)
        found += [s * member + (1 - s) * one for s in SHARES]
        found += [] if seen is None else [s * (member + seen.faded) / 2 + (1 - s) * one for s in SHARES[1:-1]]
    beside = [] if seen is None or made.n - made.p - 1 - WAYS < LEFT else seen.beside
    trend = np.empty((made.n, 0)) if seen is None else seen.trend
    said = ("region",) * (regions is not None) + ("spatial",) * known
    return Place(said, np.array(found + beside), trend, len(found))


def _regions(made: Design, named: Sequence[str | None], of: Units) -> np.ndarray | None:
    """Region of each row, where they serve."""
    frame = made.variables.frame
    if "region" in frame:
        regions = frame.loc[made.y.index, "region"].astype(str).to_numpy()
    else:
        inside = {p.name: p.region_vi for p in listing(of)}
        regions = np.array([inside.get(name or "", str(at)) for at, name in enumerate(named)])
    in_model = any("region" in names for names in made.uses.values())
    return None if in_model or not 4 <= len(set(regions)) < made.n / 3 else regions
