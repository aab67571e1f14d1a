"""What few provinces can show, by simulation with a known truth; all runs at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from piikit.base.random import Seed, generator
from piikit.data.provinces import borders, listing, unit_names
from piikit.diagnosis.drivers import variables_of
from piikit.diagnosis.drivers.coefficient_table import LEVEL, shrinkage
from piikit.diagnosis.drivers.design import design
from piikit.diagnosis.drivers.development import FALSE_ALARM
from piikit.diagnosis.drivers.importance import correlations_of, shapley_r2, shares_between
from piikit.diagnosis.drivers.least_squares import with_constant
from piikit.diagnosis.drivers.place import Likenesses, Place, place_of
from piikit.diagnosis.drivers.spline import band


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


@dataclass(frozen=True)
class Shares:
    """LMG shares where the truth is known.

    Attributes
    ----------
    low, high : float
        Mean ends of the 95% interval of the first predictor.
    leads : float
        Share of samples in which the first predictor has the largest share.
    held : float
        Share of samples whose interval holds the true share: least over the predictors.
    resamples : float
        The same of plain percentiles of resamples.
    """

    low: float
    high: float
    leads: float
    held: float
    resamples: float


def importance_interval(
    n: int, effects: Sequence[float], *, r: float, samples: int = 100, bootstrap: int = 400, rng: Seed = None
) -> Shares:
    """Predictors correlate by `r`, have variance 1 and act with `effects`; errors have variance 0.84."""
    source, b = generator(rng), np.array(effects)
    p = len(b)
    groups, whole = [[j + 1] for j in range(p)], np.eye(p + 1)
    whole[1:, 1:] += r * (1 - np.eye(p))
    toward = whole[1:, 1:] @ b
    whole[0, 1:] = whole[1:, 0] = toward / np.sqrt(b @ toward + 0.84)
    true = shapley_r2(whole, groups)
    true, ends, plain, led = true / true.sum(), [], [], 0
    for _ in range(samples):
        x = equicorrelated(n, p, r, 1, source)[0]
        both = np.column_stack([x @ b + np.sqrt(0.84) * source.standard_normal(n), x])
        seen = shapley_r2(np.corrcoef(both, rowvar=False), groups)
        led += int(seen.argmax() == 0)
        drawn = shapley_r2(correlations_of(both, source.integers(0, n, size=(bootstrap, n))), groups)
        shares = drawn / drawn.sum(axis=1, keepdims=True)
        ends.append(shares_between(seen / seen.sum(), shares, 0.95))
        plain.append(np.percentile(shares, [2.5, 97.5], axis=0))

    def held(found: list[Any]) -> float:
        low, high = np.swapaxes(np.array(found), 0, 1)
        return float(((low <= true + 1e-12) & (true <= high + 1e-12)).mean(axis=0).min())

    low, high = np.array(ends).mean(axis=0)[:, 0]
    return Shares(float(low), float(high), led / samples, held(ends), held(plain))


SHARED = ((34, (0.4, 0, 0), 0.6), (63, (0.4, 0, 0, 0, 0), 0.6), (63, (0.7, 0, 0, 0, 0), 0.6), (63, (0.4, 0.3, 0.2, 0, 0), 0.3), (63, (0.5, 0.3, 0, 0), 0.0))  # fmt: skip


def importance_table(samples: int = 300) -> Iterator[str]:
    """Coverage of LMG shares as docs/drivers.md prints it."""
    yield "| n | effects | mutual correlation | mean ends of the first | it leads in | 95% interval holds, least of all | percentiles of resamples |"
    yield "|---|---|---|---|---|---|---|"
    for n, effects, r in SHARED:
        made = importance_interval(n, effects, r=r, samples=samples, bootstrap=1000, rng=1)
        words = f"| {n} | {', '.join(map(str, effects))} | {r} | {made.low:.2f}-{made.high:.2f} | {made.leads:.2f} "
        yield f"{words}| {made.held:.2f} | {made.resamples:.2f} |"


@dataclass(frozen=True, eq=False)
class Where:
    """Provinces as :func:`piikit.drivers` sees them, their regions, and how many borders lie between any two."""

    place: Place
    regions: np.ndarray
    away: np.ndarray


def where(units: int) -> Where:
    """The 63 or the 34."""
    names = list(unit_names(units))
    table = pd.DataFrame(generator(0).standard_normal((units, 2)), names, ["y", "x"])
    pairs, inside = borders(units), {p.name: p.region_vi for p in listing(units)}
    adjacent = np.array([[frozenset((a, b)) in pairs for b in names] for a in names], float)
    place = place_of(design(variables_of(table), formula="y ~ x"))
    return Where(place, np.array([inside[n] for n in names]), shortest_path(adjacent, unweighted=True))


def errors_of(kind: str, at: Where) -> np.ndarray:
    """A root of the covariance, n x n, of ``independent``, ``regional`` or ``spatial`` errors.

    Regional: half of the variance is the region's. Spatial: simultaneous autoregression on
    neighbours with strength 0.8, every unit with variance 1. ``... strong``: 0.8 and 0.95;
    ``distant``: correlation exp(-d / 4) over d borders; ``smooth``: 0.8 exp(-(d / 4)²), which
    none of the likenesses looked at has.
    """
    n = len(at.regions)
    if kind == "independent":
        return np.eye(n)
    if kind.startswith("regional"):
        share = 0.8 if kind.endswith("strong") else 0.5
        whole = (1 - share) * np.eye(n) + share * (at.regions[:, None] == at.regions[None, :])
    elif kind.startswith("spatial"):
        near = (at.away == 1).astype(float)
        means = near / near.sum(axis=1, keepdims=True)
        root = np.linalg.inv(np.eye(n) - (0.95 if kind.endswith("strong") else 0.8) * means)
        whole = root @ root.T
    else:
        smooth = 0.2 * np.eye(n) + 0.8 * np.exp(-((at.away / 4) ** 2))
        whole = np.exp(-at.away / 4) if kind == "distant" else smooth
    values, axes = np.linalg.eigh(whole)
    made = axes * np.sqrt(np.maximum(values, 0))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


KINDS = ("independent", "regional", "regional strong", "spatial", "spatial strong", "distant", "smooth")
TRENDS = ("trend", "trend strong", "step", "wave", "trend and spatial")
# predictors exp(z), errors that spread with the first to this power
SKEWED = {"skewed": ("independent", 1.0), "skewed and spatial": ("spatial", 0.7)}


def drawn(kind: str, at: Where, shape: tuple[int, int, int], source: np.random.Generator) -> np.ndarray:
    """Variables of variance about 1, runs x n x k, alike in one of `KINDS` or running over the country in one of `TRENDS`.

    Half the variance (strong: .84) is, with a sign of its own for each variable, the number of borders
    crossed from An Giang in the south (trend, with independent or with spatial noise); which half of the
    country lies nearer to a province drawn at random (step); or a sine of that number, the phase drawn (wave).
    """
    noise = source.standard_normal(shape)
    if kind in KINDS:
        return np.asarray(np.einsum("ij,rjk->rik", errors_of(kind, at), noise))
    runs, n, k = shape
    if kind == "step":
        near = at.away <= np.median(at.away, axis=1, keepdims=True)
        return np.asarray(
            0.7 * noise + 0.7 * np.where(near[source.integers(n, size=(runs, k))], 1, -1).swapaxes(1, 2)
        )
    north = at.away[:, :1] / at.away[0].max()
    if kind == "wave":
        return np.asarray(0.7 * noise + np.sin(2 * np.pi * (north + source.random((runs, 1, k)))))
    if kind == "trend and spatial":
        noise = np.einsum("ij,rjk->rik", errors_of("spatial", at), noise)
    own, common = (0.4, 0.9) if kind == "trend strong" else (0.7, 0.7)
    return np.asarray(
        own * noise + common * (north - north.mean()) / north.std() * source.choice([-1, 1], (runs, 1, k))
    )


EFFECTS = (0.3, 0.5, 0.7)


def likenesses(place: Place, x: np.ndarray, y: np.ndarray) -> Likenesses:
    """What :meth:`Place.fits` finds, of many samples at once (runs x n x p, runs x n)."""
    plain, (runs, n, p) = with_constant(x), x.shape
    beside = np.concatenate([plain, np.broadcast_to(place.trend, (runs, *place.trend.shape))], axis=-1)
    betas, errors, logs, freedoms = [], [], [], []
    for g, w in enumerate(place.whiteners):
        own, seen = w @ (plain if g < place.cut else beside), y @ w.T
        inverse = np.linalg.inv(own.swapaxes(1, 2) @ own)
        projector = inverse @ own.swapaxes(1, 2)
        beta = np.einsum("rin,rn->ri", projector, seen)
        e = seen - np.einsum("rni,ri->rn", own, beta)
        squares, free = (e**2).sum(axis=1), np.full((runs, own.shape[2]), float(n - own.shape[2]))
        if g:
            variances = squares[:, None] / free * np.einsum("rii->ri", inverse)
        else:
            rest = np.eye(n) - own @ projector
            weight = projector**2 / np.einsum("rnn->rn", rest)[:, None]
            variances = np.einsum("rin,rn->ri", projector**2, (e / np.einsum("rnn->rn", rest)) ** 2)
            mean, spread = np.einsum("rin,rnn->ri", weight, rest), ((weight @ rest**2) * weight).sum(axis=2)
            free = mean**2 / spread
        betas.append(beta.T[: p + 1])
        errors.append(np.sqrt(variances).T[: p + 1])
        freedoms.append(free.T[: p + 1])
        turned = np.linalg.slogdet(inverse)[1] - (n - own.shape[2]) * np.log(squares)
        logs.append(np.log(np.diag(w)).sum() + 0.5 * turned)
    found = [np.array(v) for v in (betas, errors, logs, freedoms)]
    return Likenesses(found[0], found[1], found[2], found[3], place.cut)


@dataclass(frozen=True)
class Support:
    """How often something is called supported, and how large it is then said to be.

    Attributes
    ----------
    hc3 : float
        Share of terms without effect with p < 0.05 by HC3 alone.
    term, family : float
        Share of terms without effect called supported; of samples with any such term.
    power : float
        Share of samples in which the first term is called supported.
    held : float
        Share of samples whose 95% interval of the first term holds the truth.
    said, shrunk : float
        Mean estimate of the first term where it is supported, as it is and shrunken.
    """

    hc3: float
    term: float
    family: float
    power: float
    held: float
    said: float
    shrunk: float


def support(
    units: int, p: int, kind: str, *, effects: Sequence[float] = (0.0,), runs: int = 300, rng: Seed = None
) -> list[Support]:
    """Predictors and errors as :func:`drawn`; the first of `p` acts with each of `effects`, the others do not.

    Of the rules of a verdict only the p-values are asked, so that the true rates are lower.
    """
    from scipy.stats import t as student

    source, at = generator(rng), where(units)
    alike, spread = SKEWED.get(kind, (kind, 0.0))
    x, e = (drawn(alike, at, (runs, units, k), source) for k in (p, 1))
    if spread:
        x = np.exp(x)
        e = e * x[:, :, :1] ** spread
        x, e = ((v - v.mean()) / v.std() for v in (x, e))
    noise, out = likenesses(at.place, x, e[:, :, 0]), []
    for effect in effects:
        rest, first = np.sqrt(1 - effect**2), np.zeros((p + 1, 1))
        first[1] = effect / rest
        made = replace(noise, beta=rest * (noise.beta + first), errors=rest * noise.errors)
        plain = 2 * student.sf(np.abs(made.beta[0, 1:] / made.errors[0, 1:]), units - p - 1) < LEVEL
        chance = made.p_values()[1:].T
        called = holm_passes(chance)
        null, (low, high) = slice(1 if effect else 0, None), made.ends(0.95)
        there, size = called[:, 0], made.beta[0, 1]
        kept = np.full(runs, np.nan)
        kept[there] = [shrinkage(row)[0] for row in chance[there]]
        out.append(
            Support(
                hc3=float(plain[null].mean()) if p > 1 or not effect else float("nan"),
                term=float(called[:, null].mean()) if p > 1 or not effect else float("nan"),
                family=float(called[:, null].any(axis=1).mean()),
                power=float(there.mean()),
                held=float(((low[1] <= effect) & (effect <= high[1])).mean()),
                said=float(size[there].mean()) if there.any() else float("nan"),
                shrunk=float((kept * size)[there].mean()) if there.any() else float("nan"),
            )
        )
    return out


def holm_passes(chance: np.ndarray) -> np.ndarray:
    """Which p-values pass Holm's test among those of their row."""
    order, p = chance.argsort(axis=1), chance.shape[1]
    passed = np.take_along_axis(chance, order, 1) < LEVEL / (p - np.arange(p))
    out: np.ndarray = np.empty_like(passed)
    np.put_along_axis(out, order, np.logical_and.accumulate(passed, axis=1), 1)
    return out


SETTINGS = ((63, 6), (63, 1), (34, 3))


def support_table(runs: int = 1000) -> Iterator[str]:
    """Error rates and power of "supported" as docs/drivers.md prints them."""
    yield "| errors and predictors | n | p | HC3 alone | supported, each | any of p | power .3 | .5 | .7 | 95% interval holds |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for units, p in SETTINGS:
        for kind in (*KINDS, *TRENDS, *SKEWED):
            null, *acts = support(units, p, kind, effects=(0.0, *EFFECTS), runs=runs, rng=1)
            shown = (null.hc3, null.term, null.family, *(a.power for a in acts), null.held)
            yield f"| {kind} | {units} | {p} | {' | '.join(short(v) for v in shown)} |"


def shrunk_table(runs: int = 1000) -> Iterator[str]:
    """How large what is supported is said to be, as docs/drivers.md prints it."""
    yield "| errors and predictors | n | p | true | mean of those supported | shrunken | power |"
    yield "|---|---|---|---|---|---|---|"
    for units, p in SETTINGS:
        for kind in ("independent", "regional", "spatial"):
            for effect in (0.3, 0.4, 0.5):
                made = support(units, p, kind, effects=(effect,), runs=runs, rng=1)[0]
                shown = (effect, made.said, made.shrunk, made.power)
                yield f"| {kind} | {units} | {p} | {' | '.join(f'{v:.2f}'.lstrip('0') for v in shown)} |"


def short(value: float) -> str:
    """Three decimals without the zero in front."""
    return f"{value:.3f}".removeprefix("0")


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
    found, far : float
        Share of samples in which a unit lifted by 6 and by 10 standard deviations is called above.
    richest, middle, all : float
        Share of samples in which the richest and the middle unit, or any, lie in their bands.
    """

    alarm: float
    found: float
    far: float
    richest: float
    middle: float
    all: float


def errors_like(law: str, x: np.ndarray, source: np.random.Generator) -> np.ndarray:
    """Errors of variance 1: ``normal``, ``uneven`` (normal, spread growing with `x`), or Student's, by its degrees."""
    if law.startswith("Student"):
        degrees = int(law.split()[1])
        return np.asarray(source.standard_t(degrees, len(x)) / np.sqrt(degrees / (degrees - 2)))
    spread = np.exp(0.5 * (x - x.mean()) / x.std()) if law == "uneven" else np.ones_like(x)
    return np.asarray(source.standard_normal(len(x)) * spread / np.sqrt((spread**2).mean()))


LAWS = ("normal", "uneven", "Student 5", "Student 3")


def outside(
    n: int, *, level: float = 0.9, law: str = "normal", runs: int = 1000, rng: Seed = None
) -> Outside:
    """Log income is skewed, the curve bends, a unit drawn at random is lifted."""
    source = generator(rng)
    alarms, found, inside = 0, np.zeros(2), np.zeros((runs, n), bool)
    for run in range(runs):
        x = np.sort(4.0 + 0.5 * source.gamma(2.0, 1.0, n))
        y = 30 + 12 * np.tanh(x - 4.5) + 5 * errors_like(law, x, source)
        made = band(x, y, level=level)
        inside[run] = (y >= made.low) & (y <= made.high)
        alarms += bool((made.p_value < FALSE_ALARM).any())
        one = np.arange(n) == source.integers(n)
        raised = [band(x, y + 5 * lifted * one, level=level).p_value for lifted in (6, 10)]
        found += [(p[one] < FALSE_ALARM).any() for p in raised]
    held = inside.mean(axis=0)
    share = found / runs
    ends = float(held[-1]), float(held[n // 2]), float(held.mean())
    return Outside(alarms / runs, float(share[0]), float(share[1]), *ends)


def outside_table(runs: int = 400) -> Iterator[str]:
    """Error rates of :func:`piikit.development` as docs/drivers.md prints them."""
    yield "| errors | n | any unit called, of noise | lifted by 6 sd: called | by 10 sd | in 90% bands: richest | middle | all |"
    yield "|---|---|---|---|---|---|---|---|"
    for law in LAWS:
        for n in (63, 34):
            shown = vars(outside(n, law=law, runs=runs, rng=1)).values()
            yield f"| {law} | {n} | {' | '.join(short(v) for v in shown)} |"


if __name__ == "__main__":
    tables = (outside_table, support_table, shrunk_table, importance_table)
    print("\n\n".join("\n".join(table()) for table in tables))
