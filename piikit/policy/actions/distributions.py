"""Elicited numbers as distributions: three points or quartiles to PERT, triangular, lognormal, two-part.

Distributions are read through their quantile function, so that one set of uniform numbers can
drive every package (common random numbers) and a copula can tie effects together.
Sources: O'Hagan et al., *Uncertain Judgements* (2006); Clark (1962) for PERT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from ...base.arrays import Column
from ...base.errors import ArgumentError, UnknownNameError, raise_if
from ...data.reading.table.indicator_values import read_amount
from ...data.reading.template.action_form import SHAPES

MEANINGS: dict[str, tuple[float, float]] = {
    "limits": (0.0, 1.0),
    "quartiles": (0.25, 0.75),
    "80%": (0.10, 0.90),
    "90%": (0.05, 0.95),
}
MISFIT = 0.05  # of the range: what rounding three numbers explains
_OPEN_TAILS = 0.05  # of a lognormal, which has no upper limit


@dataclass(frozen=True)
class Estimate:
    """A number as an expert gave it.

    Parameters
    ----------
    low, likely, high : float
        With meaning ``limits``: least, most likely (mode) and greatest. With any other
        meaning: lower quantile, median, upper quantile.
    shape : str
        ``pert`` (smooth, little weight on the ends), ``triangular``, ``lognormal`` (counts and
        money with a long tail; all three of one sign) or ``uniform``.
    meaning : str
        ``limits``, ``quartiles`` (25% and 75%), ``80%`` (10% and 90%) or ``90%``. People who
        are asked for limits usually give an 80% range: ask which they mean.

    Raises
    ------
    UnknownNameError
        For a shape or meaning that is not known. Impossible numbers are reported by
        :meth:`problems`, so that a reader of a file can name every one with its cell.

    References
    ----------
    O'Hagan, A. et al. (2006). *Uncertain Judgements: Eliciting Experts' Probabilities*. Wiley.
    Clark, C. E. (1962). The PERT model for the distribution of an activity time. *Operations
    Research*, 10(3), 405-406.

    Examples
    --------
    >>> import numpy as np
    >>> import piikit as pk
    >>> effect = pk.Estimate(1.0, 2.0, 6.0)
    >>> effect.mean, effect.ppf(np.array([0.0, 1.0]))
    (2.5, array([1., 6.]))
    >>> pk.Estimate(10, 14, 20, meaning="quartiles").ppf(np.array([0.25, 0.5, 0.75])).round(6)
    array([10., 14., 20.])
    """

    low: float
    likely: float
    high: float
    shape: str = "pert"
    meaning: str = "limits"

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise UnknownNameError("option", self.shape, SHAPES)
        if self.meaning not in MEANINGS:
            raise UnknownNameError("option", self.meaning, tuple(MEANINGS))

    @classmethod
    def of(cls, given: Any, read: Callable[[Any], float] | None = None) -> Estimate:
        """Read one number, three numbers, a mapping of the fields, or an Estimate; `read` reads each number.

        Raises
        ------
        InputError, TypeError, ValueError, KeyError
            For what is no number; for text such as "1.000" that can be read in two ways.
        """
        read = read or _plain
        if isinstance(given, Estimate):
            return given
        if isinstance(given, Mapping):
            if "likely" not in given:
                raise UnknownNameError("option", "likely", tuple(given))
            low, likely, high = (read(given.get(end, given["likely"])) for end in ("low", "likely", "high"))
            return cls(
                low, likely, high, str(given.get("shape") or "pert"), str(given.get("meaning") or "limits")
            )
        several = isinstance(given, Sequence) and not isinstance(given, str)
        if several and len(given) != 3:
            raise ArgumentError("Estimate.of", "given", "low, likely, high", given)
        low, likely, high = (read(x) for x in given) if several else [read(given)] * 3
        return cls(low, likely, high)

    def problems(self) -> tuple[str, ...]:
        """Catalogue keys of what is impossible with these numbers; empty if nothing is."""
        points = (self.low, self.likely, self.high)
        if not all(np.isfinite(points)):
            return ("problem.action.number",)
        found = []
        if not self.low <= self.likely <= self.high:
            found.append("problem.action.order")
        if self.shape == "lognormal" and not self.fixed and min(points) <= 0 <= max(points):
            found.append("problem.action.lognormal")
        if not found and self.misfit > MISFIT:
            found.append("problem.action.misfit")
        return tuple(found)

    @property
    def fixed(self) -> bool:
        """Whether it is one number without spread."""
        return self.low == self.high

    def widened(self, factor: float) -> Estimate:
        """The same with both sides `factor` times as far from the middle, a lognormal in logarithms."""
        if self.shape == "lognormal" and not self.fixed:
            low, high = (self.likely * (end / self.likely) ** factor for end in (self.low, self.high))
            return replace(self, low=low, high=high)
        return replace(
            self,
            low=self.likely - factor * (self.likely - self.low),
            high=self.likely + factor * (self.high - self.likely),
        )

    @cached_property
    def _fit(self) -> tuple[float, float, float]:
        """Lower end, upper end and the share of the way to the mode."""
        first, last = MEANINGS[self.meaning]
        if self.meaning == "limits":
            span = self.high - self.low
            return self.low, self.high, (self.likely - self.low) / span if span else 0.5
        if self.shape == "uniform":
            step = (self.high - self.low) / (last - first)
            return self.low - first * step, self.high + (1 - last) * step, 0.5
        wanted = (self.likely - self.low) / (self.high - self.low)
        unit = _UNIT[self.shape]

        def lean(share: float) -> float:
            a, m, b = unit(np.array([first, 0.5, last]), share)
            return float((m - a) / (b - a)) - wanted

        share = _root(lean)
        a, _, b = unit(np.array([first, 0.5, last]), share)
        step = (self.high - self.low) / float(b - a)
        start = self.low - float(a) * step
        return start, start + step, share

    @property
    def _sigma(self) -> float:
        """Standard deviation of the logarithm."""
        from scipy.special import ndtri

        first = _OPEN_TAILS if self.meaning == "limits" else MEANINGS[self.meaning][0]
        low, high = sorted((abs(self.low), abs(self.high)))
        return float(np.log(high / low) / (-2 * ndtri(first)))

    @cached_property
    def fit(self) -> Estimate:
        """What the distribution has where the three points were given (of a lognormal's limits at 5% and 95%)."""
        first, last = MEANINGS[self.meaning]
        if self.shape == "lognormal" and self.meaning == "limits":
            first, last = _OPEN_TAILS, 1 - _OPEN_TAILS
        elif self.meaning == "limits":
            return self
        low, likely, high = self.ppf(np.array([first, 0.5, last])).tolist()
        return replace(self, low=low, likely=likely, high=high)

    @cached_property
    def misfit(self) -> float:
        """Largest distance of :attr:`fit` from the points given, as a share of their range."""
        if self.fixed:
            return 0.0
        missed = [abs(getattr(self.fit, end) - getattr(self, end)) for end in ("low", "likely", "high")]
        return float(max(missed) / (self.high - self.low))

    def ppf(self, u: Column) -> Column:
        """Quantiles at `u` (0 to 1, any shape)."""
        u = np.asarray(u, dtype=float)
        if self.fixed:
            return np.full(u.shape, self.likely)
        if self.shape == "lognormal":
            from scipy.special import ndtri

            sign = 1.0 if self.likely > 0 else -1.0
            z = ndtri(np.clip(u, 1e-12, 1 - 1e-12))
            return np.asarray(self.likely * np.exp(sign * self._sigma * z))
        start, end, share = self._fit
        return np.asarray(start + (end - start) * _UNIT[self.shape](u, share))

    @cached_property
    def mean(self) -> float:
        """Expected value."""
        if self.fixed:
            return self.likely
        if self.shape == "lognormal":
            return float(self.likely * np.exp(self._sigma**2 / 2))
        start, end, share = self._fit
        middle = {"pert": (1 + 4 * share) / 6, "triangular": (1 + share) / 3, "uniform": 0.5}[self.shape]
        return start + (end - start) * middle

    def at(self, which: str) -> float:
        """``low``, ``likely``, ``high`` or ``mean``."""
        if which not in ("low", "likely", "high", "mean"):
            raise UnknownNameError("option", which, ("low", "likely", "high", "mean"))
        return float(getattr(self, which))


def _plain(given: Any) -> float:
    """A number; text is read as in a file."""
    if isinstance(given, Real):
        return float(given)
    if not isinstance(given, str):
        raise ArgumentError("Estimate.of", "given", "float", given)
    value, problems = read_amount(given)
    raise_if(problems)
    return value


def two_part(estimate: Estimate, p: float, u: Column) -> Column:
    """Quantiles of a two-part distribution: nothing with probability 1 - `p`, else `estimate`.

    Read from above: the least `u` fail, so that one number drives both parts.
    """
    u = np.asarray(u, dtype=float)
    done = u >= 1 - p
    inner = np.clip((u - (1 - p)) / p, 0.0, 1.0) if p > 0 else np.zeros(u.shape)
    return np.where(done, estimate.ppf(inner), 0.0)


def _pert(u: Column, share: float) -> Column:
    from scipy.special import betaincinv

    return np.asarray(betaincinv(1 + 4 * share, 5 - 4 * share, np.clip(u, 0.0, 1.0)))


def _triangular(u: Column, share: float) -> Column:
    u = np.clip(u, 0.0, 1.0)
    return np.where(u <= share, np.sqrt(u * share), 1 - np.sqrt((1 - u) * (1 - share)))


def _uniform(u: Column, share: float) -> Column:
    return np.clip(u, 0.0, 1.0)


_UNIT = {"pert": _pert, "triangular": _triangular, "uniform": _uniform}


def _root(function: Any) -> float:
    """Where an increasing function of a share crosses zero, or the nearer end."""
    from scipy.optimize import brentq

    if function(0.0) >= 0:
        return 0.0
    if function(1.0) <= 0:
        return 1.0
    return float(brentq(function, 0.0, 1.0, xtol=1e-14))
