"""Where units lie, and what is left of an association when those that lie together are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...base.random import Seed, generator
from ...data.provinces import Units, borders, known_province, listing, unit_names
from .design import Design
from .least_squares import Fit, fit

SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95)
STRENGTHS = (-0.4, -0.2, 0.2, 0.4, 0.55, 0.7, 0.8, 0.88, 0.94, 0.98)
REACHES = (1.0, 2.0, 4.0, 8.0)
FADING = (0.25, 0.5, 0.75, 0.95)
INSIDE = 1.0  # log-likelihood below its peak; chosen by simulation, docs/drivers.md


@dataclass(frozen=True, eq=False)
class Likenesses:
    """Generalised least squares under every likeness of units that lie together, for m outcomes.

    Attributes
    ----------
    beta, errors : ndarray, likenesses x k x m
        Coefficients and their standard errors; the first likeness is none, with HC3.
    logs : ndarray, likenesses x m
        Restricted log-likelihoods.
    free : int
        n - k.
    """

    beta: np.ndarray
    errors: np.ndarray
    logs: np.ndarray
    free: int

    @cached_property
    def allowed(self) -> np.ndarray:
        """Which likenesses the data allow; none at all always is one of them."""
        near = self.logs >= self.logs.max(axis=0) - INSIDE
        return np.concatenate([np.ones_like(near[:1]), near[1:]])[:, None]

    def weakest(self, shift: float = 0.0) -> np.ndarray:
        """Least t over what is allowed, in the direction of least squares; below 0 if the sign turns; k x m."""
        moved = self.beta + shift
        towards = moved * np.sign(moved[:1]) / np.maximum(self.errors, 1e-300)
        return np.asarray(np.where(self.allowed, towards, np.inf).min(axis=0))

    def p_values(self) -> np.ndarray:
        """Largest p-value over what is allowed, 1 where the sign turns, k x m."""
        from scipy.stats import t as student

        return np.minimum(1.0, 2 * student.sf(self.weakest(), self.free))

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
    """

    known: tuple[str, ...]
    covariances: np.ndarray

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
        near the best.
        """
        made = [fit(w @ x, w @ y) for w in self.whiteners]
        errors = np.array([f.classical if g else f.hc3 for g, f in enumerate(made)])
        logs = [_restricted(f, w) for f, w in zip(made, self.whiteners, strict=True)]
        return Likenesses(np.array([f.beta for f in made]), errors, np.array(logs), len(x) - x.shape[1])

    def shuffled(self, y: np.ndarray, times: int, *, rng: Seed = None) -> np.ndarray:
        """Outcomes unrelated to anything else but as alike among those that lie together as `y`, n x times.

        Under a likeness drawn by its likelihood `y` is made unlike, shuffled, and made alike again.
        """
        source = generator(rng)
        one = np.ones((len(y), 1))
        made = [fit(w @ one, w @ y) for w in self.whiteners]
        logs = np.array([_restricted(f, w)[0] for f, w in zip(made, self.whiteners, strict=True)])
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


def _like_neighbours(named: Sequence[str], units: int) -> list[np.ndarray]:
    """Errors lean on those of neighbours (with variances as they come, or equal), or fade with borders crossed.

    The last fades alone, to be joined with regions.
    """
    from scipy.sparse.csgraph import shortest_path

    pairs = borders(units)
    places = list(dict.fromkeys([*named, *(u for pair in sorted(map(sorted, pairs)) for u in pair)]))
    adjacent = np.array([[frozenset((a, b)) in pairs for b in places] for a in places], float)
    means, one = adjacent / np.maximum(adjacent.sum(axis=1, keepdims=True), 1.0), np.eye(len(places))
    found = []
    for strength in STRENGTHS:
        root = np.linalg.inv(one - strength * means)
        scale = np.linalg.norm(root, axis=1)
        found += [root @ root.T, root @ root.T / np.outer(scale, scale)]
    away = shortest_path(adjacent, unweighted=True)
    found += [s * np.exp(-away / reach) + (1 - s) * one for reach in REACHES for s in FADING]
    found.append(np.exp(-away / 3))
    at = [places.index(name) for name in named]
    return [whole[np.ix_(at, at)] for whole in found]


@lru_cache(maxsize=2)
def place_of(made: Design) -> Place:
    """Where the rows of a design lie: by its column ``region``, or by the names of provinces.

    Regions serve if there are four or more, of three units on average, and are not in the
    model; neighbours if two thirds of the units or more are provinces.
    """
    units, frame = list(map(str, made.y.index.get_level_values("unit"))), made.variables.frame
    given = list(map(str, frame.index.get_level_values("unit")))
    of: Units = 34 if set(given) <= set(unit_names(34)) else 63
    named = [known_province(u, of) for u in units]
    known = sum(name is not None for name in named) >= 2 / 3 * len(units)
    regions = _regions(made, named, of) if known or "region" in frame else None
    one = np.eye(made.n)
    found, faded = [one], None
    if known:
        *near, faded = _like_neighbours([n or u for n, u in zip(named, units, strict=True)], of)
        found += near
    if regions is not None:
        member = (regions[:, None] == regions[None, :]).astype(float)
        found += [s * member + (1 - s) * one for s in SHARES]
        found += [] if faded is None else [s * (member + faded) / 2 + (1 - s) * one for s in SHARES[1:-1]]
    return Place(("region",) * (regions is not None) + ("spatial",) * known, np.array(found))


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
