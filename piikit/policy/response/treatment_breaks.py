"""Where the treatment of a column changes its mind, as one own value moves over the whole line.

Rivals' values are fixed; the own value v runs. After h cells were lowered and l raised the
column is ``clip(all, lo(v), hi(v))`` with ``hi`` the (h+1)-th largest of all values, that is
``min(max(v, r_(h+1)), r_(h))`` in rivals' order statistics, and ``lo`` likewise. Between
those, the power sums of the column are polynomials in v, so "skewness and kurtosis both too
large" is a sign condition on polynomials of degree six and four, and every switch is a root.
The rules are those of :mod:`piikit.index.steps.treatment`, which decides at every midpoint.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...base.arrays import Column, Flags
from ...index.steps.spread import is_level
from ...index.steps.treatment import Treatment, passes, skewness

_NOISE = 1e-13
_SHARES = (0.5, 0.381966, 0.618034, 0.437, 0.563, 0.291, 0.709, 0.333417, 0.666583)


class Stretch(NamedTuple):
    """An open interval of the own value on which treatment does the same thing.

    ``lowered`` and ``raised`` cells were winsorised; ``transformed`` says whether the method's
    transform follows (on the column as it was unless the method combines), and ``skewed`` the
    sign of the skewness that the transform saw.
    """

    start: float
    end: float
    lowered: int = 0
    raised: int = 0
    transformed: bool = False
    skewed: int = 1


@dataclass(frozen=True)
class Breaks:
    """Stretches from minus to plus infinity, the points between them and how wide to doubt each."""

    stretches: tuple[Stretch, ...]
    points: Column
    widths: Column


class Ends(NamedTuple):
    """Limits of a treated column's ends: ``lo = min(max(v, a), b)``, ``hi = min(max(v, c), d)``."""

    a: float
    b: float
    c: float
    d: float


def order_bounds(line: Sequence[float], lowered: int, raised: int) -> Ends:
    """Ends of the column after so many cells were lowered and raised.

    `line` is minus infinity, the rivals' values ascending without gaps, and infinity.
    """
    top = len(line) - 1 - lowered
    return Ends(line[raised], line[raised + 1], line[top - 1], line[top])


def number_line(rivals: Column) -> list[float]:
    """Rivals' values ascending, between the infinities."""
    return [-np.inf, *np.sort(rivals).tolist(), np.inf]


class _PowerSums(NamedTuple):
    """Central power sums of the column as polynomials in z = (v - shift) / scale, highest power first."""

    size: int
    second: Column
    third: Column
    fourth: Column
    shift: float
    scale: float

    def skewed(self, limit: float) -> Column:
        """Polynomial that is positive where the skewness is larger than `limit` in size."""
        n = self.size
        factor = n * n * (n - 1) / (n - 2) ** 2
        cube = np.convolve(np.convolve(self.second, self.second), self.second)
        return factor * np.convolve(self.third, self.third) - limit * limit * cube

    def peaked(self, limit: float) -> Column:
        """Polynomial that is positive where the kurtosis is larger than `limit`."""
        n = self.size
        least = (limit * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) + 3
        return n * self.fourth - least * np.convolve(self.second, self.second)


def _power_sums(column: Column, moving: Flags, scale: float) -> _PowerSums | None:
    """Power sums where the `moving` cells equal v; None if v does not enter or nothing else does."""
    fixed, k, n = column[~moving], int(moving.sum()), column.size
    if k == 0 or fixed.size == 0 or n < 4:
        return None
    shift = float(fixed.mean())
    scale = float(np.abs(fixed - shift).max()) or scale
    z = (fixed - shift) / scale
    square = z * z
    c2, c3, c4 = float(square.sum()), float(square @ z), float(square @ square)
    rest, f = n - k, k / n
    second = np.array([k * rest / n, 0.0, c2])
    third = np.array([k * rest * (rest - k) / n**2, 0.0, -3 * c2 * f, c3])
    fourth = np.array([(rest * k**4 + k * rest**4) / n**4, 0.0, 6 * c2 * f * f, -4 * c3 * f, c4])
    return _PowerSums(n, second, third, fourth, shift, scale)


def _complex_roots(p: Column) -> list[complex]:
    """All roots, as eigenvalues of the companion matrix."""
    p = p[int(np.argmax(p != 0)) :]
    if p.size < 2 or p[0] == 0:
        return []
    companion = np.eye(p.size - 1, k=-1)
    companion[0] = -p[1:] / p[0]
    roots: list[complex] = np.linalg.eigvals(companion).tolist()
    return roots


def _taylor(p: list[float], z: float) -> tuple[float, float, float, float]:
    """Value and two derivatives of a polynomial, and the rounding noise of the value."""
    value = slope = bend = size = 0.0
    for c in p:
        bend = bend * z + 2 * slope
        slope = slope * z + value
        value = value * z + c
        size = size * abs(z) + abs(c)
    return value, slope, bend, _NOISE * size


def _polished(p: list[float], root: complex) -> tuple[float, float]:
    """A root of a polynomial after one step of Newton's, and how far off rounding may have put it."""
    z, slanted = root.real, abs(root.imag)
    value, slope, bend, noise = _taylor(p, z)
    if slanted < 1e-12 * (1 + abs(z)) and slope:
        z -= value / slope
        _, slope, bend, noise = _taylor(p, z)
    width = noise / abs(slope) if slope else np.inf
    return z, slanted + min(width, math.sqrt(2 * noise / abs(bend)) if bend else np.inf)


class _Walk:
    """One column's walk through its decisions."""

    def __init__(self, rivals: Column, spec: Treatment, size: int) -> None:
        self.rivals = np.sort(rivals)
        self.spec = spec
        self.limit = size if spec.max_points is None else int(spec.max_points)
        self.centre = float(self.rivals.mean())
        self.scale = float(np.ptp(self.rivals)) or max(1.0, abs(self.centre))
        self.line = number_line(rivals)
        self.taken = set(self.line)
        self.doubt: dict[float, float] = {}

    def column(self, v: float, s: Stretch) -> Column:
        """The whole column, winsorised as on a stretch, for own value `v`; own cell last."""
        a, b, c, d = order_bounds(self.line, s.lowered, s.raised)
        return np.clip(np.append(self.rivals, v), min(max(v, a), b), min(max(v, c), d))

    def inside(self, s: Stretch) -> float:
        """A point well inside a stretch, ends possibly infinite, that is nobody's value."""
        known = [abs(x) for x in (s.start, s.end) if np.isfinite(x)]
        reach = 2 * max(self.scale, *known) if known else self.scale
        low = s.start if np.isfinite(s.start) else (s.end if known else self.centre + reach / 2) - reach
        high = s.end if np.isfinite(s.end) else low + reach
        points = (low + share * (high - low) for share in _SHARES)
        return next((p for p in points if p not in self.taken), low)

    def cut(self, s: Stretch, at: Iterable[float]) -> list[Stretch]:
        """Split a stretch at points inside it."""
        tiny = 1e-13 * max(self.scale, abs(self.centre))
        marks = [s.start]
        for p in sorted(at):
            if p > marks[-1] + tiny and p < s.end - tiny:
                marks.append(p)
        return [s._replace(start=a, end=b) for a, b in zip(marks, [*marks[1:], s.end], strict=True)]

    def at_signs(self, s: Stretch, of: Callable[[_PowerSums], Sequence[Column]]) -> list[Stretch]:
        """A stretch cut where a polynomial made of its column's power sums changes its sign."""
        v = self.inside(s)
        column = self.column(v, s)
        sums = _power_sums(column, column == v, self.scale)
        return self.cut(s, [r for p in of(sums) for r in self.roots(p, s, sums)]) if sums else [s]

    def roots(self, p: Column, s: Stretch, m: _PowerSums) -> list[float]:
        """Real roots inside a stretch, and near misses whose imaginary part is within noise, with their doubt."""
        found, polynomial = [], p.tolist()
        for root in _complex_roots(p):
            if abs(root.imag) > 1e-4 * (1 + abs(root.real)):
                continue
            z, width = _polished(polynomial, root)
            at = m.shift + m.scale * z
            if s.start < at < s.end:
                found.append(at)
                self.doubt[at] = max(self.doubt.get(at, 0.0), m.scale * width)
        return found

    def at_kinks(self, s: Stretch) -> list[Stretch]:
        """A stretch cut where the ends of its winsorised column pass from rivals to the own value."""
        return self.cut(s, [k for k in order_bounds(self.line, s.lowered, s.raised) if np.isfinite(k)])

    def by_skewness(self, s: Stretch) -> list[Stretch]:
        """A stretch cut where the skewness of its column changes its sign."""
        return self.at_signs(s, lambda m: [m.third])

    def by_limits(self, s: Stretch) -> list[Stretch]:
        """A stretch cut where the skewness or kurtosis of its column crosses the limit."""
        return self.at_signs(s, lambda m: [m.skewed(self.spec.skewness), m.peaked(self.spec.kurtosis)])

    def walk(self, s: Stretch) -> Iterator[Stretch]:
        """Follow the decisions of :func:`piikit.index.steps.treatment.winsorise` on a stretch."""
        for part in self.at_kinks(s) if s.lowered or s.raised else [s]:
            for one in self.by_limits(part):
                column = self.column(self.inside(one), one)
                if is_level(column):  # treatment would erase every difference, and does nothing then
                    yield Stretch(one.start, one.end)
                elif passes(column, self.spec.skewness, self.spec.kurtosis):
                    yield one
                elif one.lowered + one.raised >= self.limit:
                    yield from self._transform(one)
                else:
                    yield from self._step(one)

    def _step(self, s: Stretch) -> Iterator[Stretch]:
        """Winsorise the next value on the side of the skewness, with its ties."""
        for part in self.by_skewness(s):
            top = bool(skewness(self.column(self.inside(part), part)) >= 0)
            # which value is next depends on where v stands among the outermost rivals
            ordered = self.rivals[::-1] if top else self.rivals
            for one in self.cut(part, ordered[: s.lowered + s.raised + 3].tolist()):
                y = self.column(self.inside(one), one)
                moved = int((y == (y.max() if top else y.min())).sum())
                yield from self.walk(one._replace(lowered=moved) if top else one._replace(raised=moved))

    def _transform(self, s: Stretch) -> Iterator[Stretch]:
        """What the method does where winsorising was not enough."""
        if self.spec.transform == "none":
            yield s
            return
        s = s._replace(transformed=True) if self.spec.combine else Stretch(s.start, s.end, transformed=True)
        if self.spec.transform != "log_ct_plus":
            yield s
            return
        for part in self.at_kinks(s):
            for one in self.by_skewness(part):
                y = self.column(self.inside(one), one)
                yield one._replace(skewed=1 if skewness(y) > 0 else -1)


def find_breaks(rivals: Column, spec: Treatment, size: int) -> Breaks:
    """All stretches of one column.

    Parameters
    ----------
    rivals : ndarray
        The other units' raw values, without gaps.
    spec : Treatment
    size : int
        Cells of the column, gaps and the own one included (winsorising without limit stops there).

    Returns
    -------
    Breaks
        ``widths`` is at least 1e-9 of the break's size; inside it the column itself must decide.
    """
    walk = _Walk(rivals, spec, size)
    with np.errstate(all="ignore"):
        stretches = sorted(walk.walk(Stretch(-np.inf, np.inf)))
    points = np.array([s.start for s in stretches[1:]])
    doubts = 4 * np.array([walk.doubt.get(p, 0.0) for p in points.tolist()])
    return Breaks(tuple(stretches), points, np.maximum(1e-9 * np.maximum(np.abs(points), walk.scale), doubts))
