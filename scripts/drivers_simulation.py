"""What few provinces can show, by simulation with a known truth; all runs at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from piikit.base.random import Seed, generator
from piikit.data.provinces import unit_names
from piikit.diagnosis.drivers import variables_of
from piikit.diagnosis.drivers.coefficient_table import adjusted
from piikit.diagnosis.drivers.design import design
from piikit.diagnosis.drivers.development import FALSE_ALARM
from piikit.diagnosis.drivers.importance import correlations_of, shapley_r2
from piikit.diagnosis.drivers.least_squares import fit, with_constant
from piikit.diagnosis.drivers.place import WAYS, Place, place_of
from piikit.diagnosis.drivers.regions import wild_cluster_p
from piikit.diagnosis.drivers.spline import band
from piikit.diagnosis.drivers.verdict import LEVEL


def equicorrelated(n: int, p: int, r: float, runs: int, source: np.random.Generator) -> np.ndarray:
    """Normal predictors with mutual correlation `r` and variance 1, runs x n x p."""
    shared = source.standard_normal((runs, n, 1))
    made: np.ndarray = np.sqrt(r) * shared + np.sqrt(1 - r) * source.standard_normal((runs, n, p))
    return made


@dataclass(frozen=True, eq=False)
class Fits:
    """Least squares of many samples.

    Attributes
    ----------
    beta, hc3, classical : ndarray, runs x p
        Slopes and two kinds of standard errors.
    r2 : ndarray, runs
    """

    beta: np.ndarray
    hc3: np.ndarray
    classical: np.ndarray
    r2: np.ndarray


def fit_many(x: np.ndarray, y: np.ndarray) -> Fits:
    """Least squares with a constant of `y` (runs x n) on `x` (runs x n x p), each run its own."""
    n, p = x.shape[1:]
    own = x - x.mean(axis=1, keepdims=True)
    centred = y - y.mean(axis=1, keepdims=True)
    inverse = np.linalg.inv(np.einsum("rni,rnj->rij", own, own))
    projector = np.einsum("rij,rnj->rin", inverse, own)
    beta = np.einsum("rin,rn->ri", projector, centred)
    e = centred - np.einsum("rnj,rj->rn", own, beta)
    leverage = 1 / n + np.einsum("rni,rin->rn", own, projector)
    hc3 = np.sqrt(np.einsum("rin,rn->ri", projector**2, (e / (1 - leverage)) ** 2))
    squares = (e**2).sum(axis=1)
    variance = squares / (n - p - 1)
    classical = np.sqrt(np.einsum("rii->ri", inverse) * variance[:, None])
    return Fits(beta, hc3, classical, 1.0 - squares / (centred**2).sum(axis=1))


def noise_r2(n: int, p: int, *, runs: int = 4000, rng: Seed = None) -> tuple[float, float]:
    """Mean and 95th percentile of R² when nothing is related to anything."""
    source = generator(rng)
    found = fit_many(source.standard_normal((runs, n, p)), source.standard_normal((runs, n))).r2
    return float(found.mean()), float(np.quantile(found, 0.95))


@dataclass(frozen=True)
class Leader:
    """Power and false leaders where one predictor of several acts.

    Attributes
    ----------
    power, power_classical : float
        Chance of p < 0.05 for the one that acts, with HC3 and with classical errors.
    size : float
        Chance of p < 0.05 for one that does not (HC3).
    false_leader : float
        Chance that another has the largest coefficient.
    """

    power: float
    power_classical: float
    size: float
    false_leader: float


def leader(
    n: int,
    r: float,
    *,
    p: int = 5,
    effect: float = 0.4,
    noise: float | None = None,
    runs: int = 4000,
    rng: Seed = None,
) -> Leader:
    """One predictor of `p` acts with coefficient `effect`; they correlate by `r` and have variance 1.

    `noise` is the errors' standard deviation; by default what gives the outcome variance 1, so
    that the coefficient is a standardised one.
    """
    from scipy.stats import t as student

    source = generator(rng)
    x = equicorrelated(n, p, r, runs, source)
    spread = np.sqrt(1 - effect**2) if noise is None else noise
    y = effect * x[:, :, 0] + spread * source.standard_normal((runs, n))
    made = fit_many(x, y)
    limit = student.ppf(0.975, n - p - 1)
    robust = np.abs(made.beta / made.hc3) > limit
    plain = np.abs(made.beta / made.classical) > limit
    return Leader(
        float(robust[:, 0].mean()),
        float(plain[:, 0].mean()),
        float(robust[:, 1].mean()),
        float((np.abs(made.beta).argmax(axis=1) != 0).mean()),
    )


def coverage(
    n: int, *, p: int = 3, uneven: bool = True, runs: int = 4000, rng: Seed = None
) -> tuple[float, float]:
    """Share of 95% intervals that hold the true slope: HC3, classical.

    Predictors are skewed as provinces are (lognormal, mutual correlation 0.5 before the
    exponential); with `uneven` the errors' spread grows with the first predictor.
    """
    from scipy.stats import t as student

    source = generator(rng)
    x = np.exp(0.6 * equicorrelated(n, p, 0.5, runs, source))
    spread = x[:, :, 0] if uneven else 1.0
    y = 0.5 * x[:, :, 0] + spread * source.standard_normal((runs, n))
    made = fit_many(x, y)
    reach = student.ppf(0.975, n - p - 1)
    missed = np.abs(made.beta[:, 0] - 0.5)
    return float((missed <= reach * made.hc3[:, 0]).mean()), float(
        (missed <= reach * made.classical[:, 0]).mean()
    )


def importance_interval(
    n: int, *, r: float = 0.6, effect: float = 0.4, samples: int = 100, bootstrap: int = 300, rng: Seed = None
) -> tuple[float, float, float]:
    """LMG share of the one predictor of five that acts: mean ends of its 95% interval, and how often it leads."""
    source = generator(rng)
    groups = [[j + 1] for j in range(5)]
    ends, led = [], 0
    for _ in range(samples):
        x = equicorrelated(n, 5, r, 1, source)[0]
        y = effect * x[:, 0] + np.sqrt(1 - effect**2) * source.standard_normal(n)
        both = np.column_stack([y, x])
        led += int(shapley_r2(np.corrcoef(both, rowvar=False), groups).argmax() == 0)
        drawn = shapley_r2(correlations_of(both, source.integers(0, n, size=(bootstrap, n))), groups)
        shares = drawn[:, 0] / drawn.sum(axis=1)
        ends.append(np.percentile(shares, [2.5, 97.5]))
    low, high = np.mean(ends, axis=0)
    return float(low), float(high), led / samples


def errors_of(kind: str, place: Place) -> np.ndarray:
    """A root of the covariance, n x n, of ``independent``, ``regional`` or ``spatial`` errors.

    Regional: half of the variance is the region's. Spatial: simultaneous autoregression on
    neighbours with strength 0.8, every unit with variance 1. ``... strong``: 0.8 and 0.95;
    ``distant``: correlation exp(-d / 4) over d borders, which neither model is made for.
    """
    assert place.regions is not None
    assert place.adjacent is not None
    n = len(place.regions)
    if kind == "independent":
        return np.eye(n)
    if kind.startswith("regional"):
        share = 0.8 if kind.endswith("strong") else 0.5
        whole = (1 - share) * np.eye(n) + share * (place.regions[:, None] == place.regions[None, :])
    elif kind.startswith("spatial"):
        means = place.adjacent / place.adjacent.sum(axis=1, keepdims=True)
        root = np.linalg.inv(np.eye(n) - (0.95 if kind.endswith("strong") else 0.8) * means)
        whole = root @ root.T
    else:
        away = shortest_path(place.adjacent, unweighted=True)
        whole = np.exp(-away / 4)
    values, axes = np.linalg.eigh(whole)
    made = axes * np.sqrt(np.maximum(values, 0))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


KINDS = ("independent", "regional", "regional strong", "spatial", "spatial strong", "distant")


@dataclass(frozen=True)
class Support:
    """How often something is called supported.

    Attributes
    ----------
    hc3 : float
        Share of unrelated terms with p < 0.05 by HC3 alone.
    term, family : float
        Share of unrelated terms called supported; of samples with any such term.
    power : float
        Share of samples in which the first term is called supported.
    """

    hc3: float
    term: float
    family: float
    power: float


def support(
    units: int, p: int, kind: str, *, effect: float = 0.0, runs: int = 300, rng: Seed = None
) -> Support:
    """Predictors and errors alike in `kind`; the first of `p` acts with coefficient `effect`, the others do not.

    Of the rules of a verdict only the p-values are asked, so that the true rates are lower.
    """
    from scipy.stats import t as student

    source = generator(rng)
    names = list(unit_names(units))
    table = pd.DataFrame(source.standard_normal((units, 2)), names, ["y", "x"])
    place = place_of(design(variables_of(table), formula="y ~ x"))
    assert place.regions is not None
    root = errors_of(kind, place)
    plain, said = np.empty((runs, p), bool), np.empty((runs, p), bool)
    for run in range(runs):
        x = root @ source.standard_normal((units, p))
        y = effect * x[:, 0] + np.sqrt(1 - effect**2) * (root @ source.standard_normal(units))
        both = with_constant(x)
        made = fit(both, y)
        hc3 = 2 * student.sf(np.abs(made.beta / made.hc3)[1:, 0], units - p - 1)
        found = place.p_values(both, y)
        largest = np.maximum.reduce([hc3, *(found[way] for way in WAYS)])
        plain[run] = hc3 < LEVEL
        said[run] = adjusted(largest, "holm") < LEVEL
        if said[run].any():
            largest = np.maximum(largest, wild_cluster_p(both, y, place.regions, rng=source))
            said[run] = adjusted(largest, "holm") < LEVEL
    null = slice(1 if effect else 0, None)
    return Support(
        float(plain[:, null].mean()),
        float(said[:, null].mean()),
        float(said[:, null].any(axis=1).mean()),
        float(said[:, 0].mean()),
    )


def support_table(runs: int = 1000) -> Iterator[str]:
    """Error rates of "supported" as docs/drivers.md prints them."""
    yield "| errors and predictors | n | p | HC3 alone | supported, each | any of p | power at 0.5 |"
    yield "|---|---|---|---|---|---|---|"
    for units, p in ((63, 6), (63, 1), (34, 3)):
        for kind in KINDS:
            null, acts = (support(units, p, kind, effect=e, runs=runs, rng=1) for e in (0.0, 0.5))
            rates = (f"{v:.3f}".removeprefix("0") for v in (null.hc3, null.term, null.family, acts.power))
            yield f"| {kind} | {units} | {p} | {' | '.join(rates)} |"


def common_denominator(
    n: int, *, numerator: float = 0.5, denominator: float = 0.8, runs: int = 4000, rng: Seed = None
) -> tuple[float, float, float]:
    """Correlation of two ratios whose numerators are independent: mean, 5th and 95th percentile.

    Numerators and the common denominator are lognormal with these standard deviations of
    logarithms.
    """
    source = generator(rng)
    a, b = np.exp(numerator * source.standard_normal((2, runs, n)))
    d = np.exp(denominator * source.standard_normal((runs, n)))
    x, y = (v - v.mean(axis=1, keepdims=True) for v in (a / d, b / d))
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return float(r.mean()), float(np.quantile(r, 0.05)), float(np.quantile(r, 0.95))


def own_parts(
    n: int, *, indicators: int = 52, parts: int = 5, r: float = 0.3, runs: int = 2000, rng: Seed = None
) -> float:
    """Mean R² of an index (mean of equicorrelated indicators) on a few of its own indicators."""
    source = generator(rng)
    x = equicorrelated(n, indicators, r, runs, source)
    return float(fit_many(x[:, :, :parts], x.mean(axis=2)).r2.mean())


def false_convergence(
    n: int, *, noise: float = 2.0, true: float = 7.0, runs: int = 4000, rng: Seed = None
) -> float:
    """Mean correlation of a first score with its change when true scores stay as they are."""
    source = generator(rng)
    level = true * source.standard_normal((runs, n))
    before, after = (level + noise * source.standard_normal((runs, n)) for _ in range(2))
    change = after - before
    x, y = (v - v.mean(axis=1, keepdims=True) for v in (before, change))
    return float(((x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))).mean())


@dataclass(frozen=True)
class Outside:
    """What :func:`piikit.development` says where it is known who stands outside.

    Attributes
    ----------
    alarm : float
        Share of samples of noise in which any unit is called above or below.
    found : float
        Share of samples in which a unit lifted by six standard deviations is called above.
    richest, middle, all : float
        Share of samples in which the richest and the middle unit, or any, lie in their bands.
    """

    alarm: float
    found: float
    richest: float
    middle: float
    all: float


def outside(
    n: int, *, level: float = 0.9, heavy: bool = False, runs: int = 1000, rng: Seed = None
) -> Outside:
    """Log income is skewed, the curve bends, errors are normal or (`heavy`) Student's with 5 degrees.

    The lifted unit is drawn at random.
    """
    source = generator(rng)
    alarms, found, inside = 0, 0, np.zeros((runs, n), bool)
    for run in range(runs):
        x = np.sort(4.0 + 0.5 * source.gamma(2.0, 1.0, n))
        noise = source.standard_t(5, n) / np.sqrt(5 / 3) if heavy else source.standard_normal(n)
        y = 30 + 12 * np.tanh(x - 4.5) + 5 * noise
        made = band(x, y, level=level)
        inside[run] = (y >= made.low) & (y <= made.high)
        alarms += bool((made.p_value < FALSE_ALARM).any())
        lifted = source.integers(n)
        y[lifted] += 30
        found += bool(band(x, y, level=level).p_value[lifted] < FALSE_ALARM)
    held = inside.mean(axis=0)
    return Outside(alarms / runs, found / runs, float(held[-1]), float(held[n // 2]), float(held.mean()))


def outside_table(runs: int = 4000) -> Iterator[str]:
    """Error rates of :func:`piikit.development` as docs/drivers.md prints them."""
    yield "| errors | n | any unit called, of noise | lifted by 6 sd: called | in 90% bands: richest | middle | all |"
    yield "|---|---|---|---|---|---|---|"
    for heavy in (False, True):
        for n in (63, 34):
            found = outside(n, heavy=heavy, runs=runs, rng=1)
            rates = " | ".join(f"{v:.3f}".removeprefix("0") for v in vars(found).values())
            yield f"| {'Student 5' if heavy else 'normal'} | {n} | {rates} |"


if __name__ == "__main__":
    print("\n".join([*outside_table(), "", *support_table()]))
