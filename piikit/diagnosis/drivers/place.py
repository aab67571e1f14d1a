"""Where units lie, and what is left of an association when those that lie together are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...data.provinces import Units, borders, known_province, listing, unit_names
from .design import Design

WAYS = ("p_region", "p_spatial")
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
STRENGTHS = (-0.4, -0.2, *SHARES, 0.98)
INSIDE = 1.92  # log-likelihood below its peak: 95% set of one parameter


@dataclass(frozen=True, eq=False)
class Dependence:
    """One way in which errors may go together: axes along which they do not, and their variances.

    Attributes
    ----------
    axes : ndarray, n x n
        Orthonormal, in columns.
    spectra : ndarray, strengths x n
        Variances along the axes, one row a strength of dependence, none at all among them.
    """

    axes: np.ndarray
    spectra: np.ndarray

    def p_values(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Largest p-value of each coefficient over all strengths that the data allow, k - 1.

        Parameters
        ----------
        x : ndarray, n x k
            With the constant in the first column, which is not tested.
        y : ndarray, n

        Notes
        -----
        Generalised least squares at each strength; allowed are those whose restricted
        likelihood (Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545) is within 1.92 of
        the best. Taking the strength for known would be too sure with a handful of regions.
        """
        from scipy.stats import t as student

        n, k = x.shape
        weight = 1.0 / self.spectra
        own, seen = self.axes.T @ x, self.axes.T @ y
        gram = np.einsum("gn,ni,nj->gij", weight, own, own)
        inverse = np.linalg.inv(gram)
        beta = np.einsum("gij,gn,nj,n->gi", inverse, weight, own, seen, optimize=True)
        squares = (weight * (seen - beta @ own.T) ** 2).sum(axis=1)
        logs = -np.log(weight).sum(axis=1) + np.linalg.slogdet(gram)[1] + (n - k) * np.log(squares)
        errors = np.sqrt(squares[:, None] / (n - k) * np.einsum("gii->gi", inverse))
        allowed = logs <= logs.min() + 2 * INSIDE
        statistic = (np.abs(beta) / errors)[allowed].min(axis=0)[1:]
        return np.asarray(2 * student.sf(statistic, n - k))


def by_region(regions: np.ndarray) -> Dependence:
    """Units of a region share a shock, besides their own."""
    member = (regions[:, None] == regions[None, :]).astype(float)
    values, axes = np.linalg.eigh(member)
    return Dependence(axes, np.array([(1 - r) + r * values for r in SHARES]))


def by_neighbours(adjacent: np.ndarray) -> Dependence:
    """Errors lean on those of neighbours, once or twice over (simultaneous autoregression)."""
    degree = np.maximum(adjacent.sum(axis=1), 1.0)
    values, axes = np.linalg.eigh(adjacent / np.sqrt(np.outer(degree, degree)))
    return Dependence(axes, np.array([(1 - r * values) ** -m for r in STRENGTHS for m in (2.0, 4.0)]))


@dataclass(frozen=True, eq=False)
class Place:
    """Region of each row, and which rows are neighbours; None where that is not known."""

    regions: np.ndarray | None
    adjacent: np.ndarray | None

    @cached_property
    def ways(self) -> dict[str, Dependence]:
        """Dependences that can be looked at, ``region`` and ``spatial``."""
        found = {} if self.regions is None else {"region": by_region(self.regions)}
        return found if self.adjacent is None else found | {"spatial": by_neighbours(self.adjacent)}

    def p_values(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """P-values by each way that can be looked at, ``p_region`` and ``p_spatial``."""
        return {f"p_{way}": depends.p_values(x, y) for way, depends in self.ways.items()}


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
    regions = None
    if "region" in frame:
        regions = frame.loc[made.y.index, "region"].astype(str).to_numpy()
    elif known:
        inside = {p.name: p.region_vi for p in listing(of)}
        regions = np.array([inside.get(name or "", u) for name, u in zip(named, units, strict=True)])
    in_model = any("region" in names for names in made.uses.values())
    if regions is not None and (in_model or not 4 <= len(set(regions)) < made.n / 3):
        regions = None
    if not known:
        return Place(regions, None)
    pairs = borders(of)
    adjacent = np.array([[frozenset((str(a), str(b))) in pairs for b in named] for a in named], float)
    return Place(regions, adjacent)
