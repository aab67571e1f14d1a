"""Where the treatment of a column changes its mind, as one own value moves over the whole line.

Rivals' values are fixed; the own value v runs. After h cells were lowered and l raised the
column is ``clip(all, lo(v), hi(v))`` with ``hi`` the (h+1)-th largest of all values, that is
``min(max(v, r_(h+1)), r_(h))`` in rivals' order statistics, and ``lo`` likewise. Between
those, the power sums of the column are polynomials in v, so "skewness and kurtosis both too
large" is a sign condition on polynomials of degree six and four, and every switch is a root.
The rules are those of :mod:`piikit.index.steps.treatment`, which decides at every midpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...index.method import Treatment
from ...index.steps.treatment import passes, skewness

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


@dataclass(frozen=True)
class _Moments:
    """Central power sums of n values of which k equal v, in z = (v - shift) / scale.

    ``c2, c3, c4`` are the power sums of the others about their mean. With f = k / n:
    S2 = a z^2 + c2, S3 = p z^3 - 3 f c2 z + c3, and S4 below.
    """

    n: int
    k: int
    c2: float
    c3: float
    c4: float
    shift: float
    scale: float

    @property
    def a(self) -> float:
        """Coefficient of z^2 in the second power sum."""
        return self.k * (self.n - self.k) / self.n

    def third(self) -> list[float]:
        """S3, whose sign is that of the skewness."""
        rest = self.n - self.k
        return [self.k * rest * (rest - self.k) / self.n**2, 0.0, -3 * self.c2 * self.k / self.n, self.c3]

    def skew(self, limit: float) -> list[float]:
        """Polynomial that is positive where the skewness is larger than `limit` in size."""
        n, a, c = self.n, self.a, self.c2
        p, _, q, r = self.third()
        g, t = n * n * (n - 1) / (n - 2) ** 2, limit * limit
        return [
            g * p * p - t * a**3,
            0.0,
            2 * g * p * q - 3 * t * a * a * c,
            2 * g * p * r,
            g * q * q - 3 * t * a * c * c,
            2 * g * q * r,
            g * r * r - t * c**3,
        ]

    def kurt(self, limit: float) -> list[float]:
        """Polynomial that is positive where the kurtosis is larger than `limit`."""
        n, k, a, c = self.n, self.k, self.a, self.c2
        f, rest = k / n, n - k
        least = (limit * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) + 3
        return [
            n * (rest * k**4 + k * rest**4) / n**4 - least * a * a,
            0.0,
            6 * n * c * f * f - 2 * least * a * c,
            -4 * n * self.c3 * f,
            n * self.c4 - least * c * c,
        ]


def _horner(p: list[float], z: float) -> tuple[float, float, float, float]:
    """Value, first and second derivative, and the sum of the sizes of the terms."""
    value = slope = bend = size = 0.0
    for c in p:
        bend = bend * z + 2 * slope
        slope = slope * z + value
        value = value * z + c
        size = size * abs(z) + abs(c)
    return value, slope, bend, size


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

    def moments(self, start: float, end: float, lowered: int, raised: int) -> _Moments | None:
        """Power sums of the winsorised column as polynomials in v; None if v does not enter."""
        v = self.inside(start, end)
        y = self.column(v, lowered, raised)
        moving = y == v
        fixed, k, n = y[~moving], int(moving.sum()), y.size
        if k == 0 or fixed.size == 0 or n < 4:
            return None
        shift = float(fixed.mean())
        scale = float(np.abs(fixed - shift).max()) or self.scale
        c = (fixed - shift) / scale
        squares = c * c
        return _Moments(
            n,
            k,
            float(squares.sum()),
            float((squares * c).sum()),
            float((squares * squares).sum()),
            shift,
            scale,
        )

    def roots(self, p: list[float], start: float, end: float, m: _Moments) -> list[float]:
        """Real roots inside an interval, and near misses whose imaginary part is within noise, with their doubt."""
        while p and p[0] == 0.0:
            p = p[1:]
        if len(p) < 2:
            return []
        size = len(p) - 1
        companion = np.diag(np.ones(size - 1), -1)
        companion[0] = [-x / p[0] for x in p[1:]]
        found = []
        for root in np.linalg.eigvals(companion).tolist():
            z = float(root.real)
            if abs(root.imag) > 1e-4 * (1 + abs(z)):
                continue
            at = m.shift + m.scale * z
            slack = 1e-3 * (m.scale + abs(at))
            if not start - slack < at < end + slack:
                continue
            value, slope, bend, noise = _horner(p, z)
            if abs(root.imag) < 1e-12 * (1 + abs(z)) and slope:
                z -= value / slope
                _, slope, bend, noise = _horner(p, z)
            width = _NOISE * noise / abs(slope) if slope else np.inf
            if bend:
                width = min(width, float(np.sqrt(2 * _NOISE * noise / abs(bend))))
            at = m.shift + m.scale * z
            if start < at < end:
                found.append(at)
                self.doubt[at] = max(self.doubt.get(at, 0.0), m.scale * (width + abs(root.imag)))
        return found

    def kinks(self, lowered: int, raised: int) -> list[float]:
        """Values at which the ends of the winsorised column pass from rivals to the own value."""
        return [k for k in order_bounds(self.rivals, lowered, raised) if np.isfinite(k)]

    def walk(
        self, start: float, end: float, lowered: int, raised: int, high: int, low: int
    ) -> Iterator[Stretch]:
        """Follow the decisions of :func:`piikit.index.steps.treatment.winsorise` on an interval."""
        kinks = self.kinks(lowered, raised) if lowered or raised else []
        for a, b in self.cut(start, end, kinks):
            m = self.moments(a, b, lowered, raised)
            limits = (
                []
                if m is None
                else [
                    *self.roots(m.skew(self.spec.skewness), a, b, m),
                    *self.roots(m.kurt(self.spec.kurtosis), a, b, m),
                ]
            )
            for p, q in self.cut(a, b, limits):
                y = self.column(self.inside(p, q), lowered, raised)
                if passes(y, self.spec.skewness, self.spec.kurtosis):
                    yield Stretch(p, q, lowered, raised, False)
                elif high + low >= self.limit:
                    yield from self._transform(p, q, lowered, raised)
                else:
                    yield from self._step(p, q, lowered, raised, high, low, m)

    def _step(
        self, start: float, end: float, lowered: int, raised: int, high: int, low: int, m: _Moments | None
    ) -> Iterator[Stretch]:
        signs = [] if m is None else self.roots(m.third(), start, end, m)
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
            m = self.moments(a, b, lowered, raised)
            for p, q in self.cut(a, b, [] if m is None else self.roots(m.third(), a, b, m)):
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
