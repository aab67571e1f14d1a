"""Where the treatment of a column changes its mind, as one own value moves over the whole line.

Rivals' values are fixed; the own value v runs. After h cells were lowered and l raised the
column is ``clip(all, lo(v), hi(v))`` with ``hi`` the (h+1)-th largest of all values, that is
``min(max(v, r_(h+1)), r_(h))`` in rivals' order statistics, and ``lo`` likewise. Between
those, the power sums of the column are polynomials in v, so "skewness and kurtosis both too
large" is a sign condition on polynomials of degree six and four, and every switch is a root.
The rules are those of :mod:`piikit.index.treatment`, which decides at every midpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..index.method import Treatment
from ..index.treatment import passes, skewness

Column = NDArray[np.float64]
_NOISE = 1e-13


@dataclass(frozen=True)
class Stretch:
    """An open interval of the own value on which treatment does the same thing.

    ``lowered`` and ``raised`` cells were winsorised; ``transformed`` says whether the method's
    transform follows (on the column as it was unless the method combines), and ``skewed`` the
    sign of the skewness that the transform saw.
    """

    start: float
    end: float
    lowered: int
    raised: int
    transformed: bool
    skewed: int = 1


@dataclass(frozen=True)
class Breaks:
    """Stretches from minus to plus infinity, the points between them and how wide to doubt each."""

    stretches: tuple[Stretch, ...]
    points: Column
    widths: Column


def order_bounds(rivals: Column, lowered: int, raised: int) -> tuple[float, float, float, float]:
    """Clamps of the treated column's ends: ``lo = min(max(v, a), b)``, ``hi = min(max(v, c), d)``.

    `rivals` ascending, without gaps.
    """
    n = rivals.size

    def at(i: int) -> float:
        return -np.inf if i < 0 else np.inf if i >= n else float(rivals[i])

    return at(raised - 1), at(raised), at(n - 1 - lowered), at(n - lowered)


class _Walk:
    """One column's walk through its decisions."""

    def __init__(self, rivals: Column, spec: Treatment, size: int) -> None:
        self.rivals = np.sort(rivals)
        self.spec = spec
        self.limit = size if spec.max_points is None else int(spec.max_points)
        ends = self.rivals[[0, -1]]
        self.centre = float(self.rivals.mean())
        self.scale = float(ends[1] - ends[0]) or max(1.0, abs(self.centre))
        self.doubt: dict[float, float] = {}

    def column(self, v: float, lowered: int, raised: int) -> Column:
        """The whole winsorised column for own value `v`, own cell last."""
        a, b, c, d = order_bounds(self.rivals, lowered, raised)
        lo, hi = min(max(v, a), b), min(max(v, c), d)
        return np.clip(np.append(self.rivals, v), lo, hi)

    def inside(self, start: float, end: float) -> float:
        """A point well inside an interval, ends possibly infinite, that is nobody's value."""
        for share in (0.5, 0.381966, 0.618034, 0.437, 0.563, 0.291, 0.709, 0.333417, 0.666583):
            if np.isinf(start) and np.isinf(end):
                point = self.centre + (share - 0.5) * self.scale
            elif np.isinf(start):
                point = end - 2 * share * max(self.scale, abs(end))
            elif np.isinf(end):
                point = start + 2 * share * max(self.scale, abs(start))
            else:
                point = start + share * (end - start)
            if not (self.rivals == point).any():
                break
        return point

    def cut(self, start: float, end: float, at: Iterator[float] | list[float]) -> list[tuple[float, float]]:
        """Split an interval at points inside it."""
        tiny = 1e-13 * max(self.scale, abs(self.centre))
        marks = [start]
        for p in sorted(at):
            if p > marks[-1] + tiny and p < end - tiny:
                marks.append(p)
        return list(zip(marks, [*marks[1:], end], strict=True))

    def roots(self, start: float, end: float, lowered: int, raised: int) -> dict[str, list[float]]:
        """Roots of the skewness limit, the kurtosis limit and the skewness itself inside an interval."""
        v = self.inside(start, end)
        y = self.column(v, lowered, raised)
        moving = y == v
        fixed, k, n = y[~moving], int(moving.sum()), y.size
        if k == 0 or fixed.size == 0 or n < 4:
            return {"skew": [], "kurt": [], "sign": []}
        shift = float(fixed.mean())
        scale = float(np.abs(fixed - shift).max()) or self.scale
        c = (fixed - shift) / scale
        c2, c3, c4 = (float((c**p).sum()) for p in (2, 3, 4))
        nc, f = fixed.size, k / n
        s2 = np.array([k * nc / n, 0.0, c2])
        s3 = np.array([k * nc * (nc - k) / n**2, 0.0, -3 * c2 * f, c3])
        s4 = np.array([(nc * k**4 + k * nc**4) / n**4, 0.0, 6 * c2 * f * f, -4 * c3 * f, c4])
        g2 = n**2 * (n - 1) / (n - 2) ** 2
        least = (self.spec.kurtosis * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) + 3
        polynomials = {
            "skew": np.polysub(
                g2 * np.polymul(s3, s3), self.spec.skewness**2 * np.polymul(s2, np.polymul(s2, s2))
            ),
            "kurt": np.polysub(n * s4, least * np.polymul(s2, s2)),
            "sign": s3,
        }
        return {name: self._real(p, start, end, shift, scale) for name, p in polynomials.items()}

    def _real(self, p: Column, start: float, end: float, shift: float, scale: float) -> list[float]:
        """Real roots, and near misses whose imaginary part is within noise, with their doubt."""
        p = np.trim_zeros(p, "f")
        found = []
        first, second = np.polyder(p), np.polyder(p, 2)
        for root in np.roots(p):
            z = float(root.real)
            if abs(root.imag) > 1e-4 * (1 + abs(z)):
                continue
            noise = _NOISE * float(np.polyval(np.abs(p), abs(z)))
            slope = float(np.polyval(first, z))
            if abs(root.imag) < 1e-12 * (1 + abs(z)) and slope:
                z -= float(np.polyval(p, z)) / slope
                slope = float(np.polyval(first, z))
            bend = abs(float(np.polyval(second, z)))
            width = noise / abs(slope) if slope else np.inf
            if bend:
                width = min(width, float(np.sqrt(2 * noise / bend)))
            at = shift + scale * z
            if start < at < end:
                found.append(at)
                self.doubt[at] = max(self.doubt.get(at, 0.0), scale * (width + abs(root.imag)))
        return found

    def kinks(self, lowered: int, raised: int) -> list[float]:
        """Values at which the ends of the winsorised column pass from rivals to the own value."""
        return [k for k in order_bounds(self.rivals, lowered, raised) if np.isfinite(k)]

    def walk(
        self, start: float, end: float, lowered: int, raised: int, high: int, low: int
    ) -> Iterator[Stretch]:
        """Follow the decisions of :func:`piikit.index.treatment.winsorise` on an interval."""
        kinks = self.kinks(lowered, raised) if lowered or raised else []
        for a, b in self.cut(start, end, kinks):
            roots = self.roots(a, b, lowered, raised)
            for p, q in self.cut(a, b, roots["skew"] + roots["kurt"]):
                y = self.column(self.inside(p, q), lowered, raised)
                if passes(y, self.spec.skewness, self.spec.kurtosis):
                    yield Stretch(p, q, lowered, raised, False)
                elif high + low >= self.limit:
                    yield from self._transform(p, q, lowered, raised)
                else:
                    yield from self._step(p, q, lowered, raised, high, low, roots["sign"])

    def _step(
        self, start: float, end: float, lowered: int, raised: int, high: int, low: int, signs: list[float]
    ) -> Iterator[Stretch]:
        for p, q in self.cut(start, end, signs):
            y = self.column(self.inside(p, q), lowered, raised)
            top = bool(skewness(y) >= 0)
            # which value is next depends on where v stands among the outermost rivals
            ordered = self.rivals[::-1] if top else self.rivals
            near = np.unique(ordered[: lowered + raised + 3])
            for a, b in self.cut(p, q, [float(x) for x in near]):
                y = self.column(self.inside(a, b), lowered, raised)
                moved = int((y == (y.max() if top else y.min())).sum())
                if top:
                    yield from self.walk(a, b, moved, raised, moved, low)
                else:
                    yield from self.walk(a, b, lowered, moved, high, moved)

    def _transform(self, start: float, end: float, lowered: int, raised: int) -> Iterator[Stretch]:
        if self.spec.transform == "none":
            yield Stretch(start, end, lowered, raised, False)
            return
        if not self.spec.combine:
            lowered = raised = 0
        if self.spec.transform != "log_ct_plus":
            yield Stretch(start, end, lowered, raised, True)
            return
        for a, b in self.cut(start, end, self.kinks(lowered, raised)):
            for p, q in self.cut(a, b, self.roots(a, b, lowered, raised)["sign"]):
                y = self.column(self.inside(p, q), lowered, raised)
                yield Stretch(p, q, lowered, raised, True, 1 if skewness(y) > 0 else -1)


def find_breaks(
    rivals: Column, spec: Treatment, size: int, *, more: Callable[[Stretch], list[float]] | None = None
) -> Breaks:
    """All stretches of one column.

    Parameters
    ----------
    rivals : ndarray
        The other units' raw values, without gaps.
    spec : Treatment
    size : int
        Cells of the column, gaps and the own one included (winsorising without limit stops there).
    more : callable, optional
        Further points at which a transformed stretch must be cut.

    Returns
    -------
    Breaks
        ``widths`` is at least 1e-9 of the break's size; inside it the column itself must decide.
    """
    walk = _Walk(rivals, spec, size)
    stretches: list[Stretch] = []
    with np.errstate(all="ignore"):
        for s in walk.walk(-np.inf, np.inf, 0, 0, 0, 0):
            pieces = walk.cut(s.start, s.end, more(s)) if more and s.transformed else [(s.start, s.end)]
            stretches += [Stretch(a, b, s.lowered, s.raised, s.transformed, s.skewed) for a, b in pieces]
    stretches.sort(key=lambda s: s.start)
    points = np.array([s.start for s in stretches[1:]])
    width = 1e-9 * np.maximum(np.abs(points), walk.scale)
    for at, p in enumerate(points):
        width[at] = max(width[at], 4 * walk.doubt.get(float(p), 0.0))
    return Breaks(tuple(stretches), points, width)
