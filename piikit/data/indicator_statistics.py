"""Statistics of each indicator, as COINr's ``get_stats`` defines them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd


def indicator_stats(
    values: pd.DataFrame,
    *,
    digits: int | None = None,
    least_available: float = 0.65,
    least_nonzero: float = 0.5,
    least_unique: float = 0.5,
    skewness: float = 2.0,
    kurtosis: float = 3.5,
) -> pd.DataFrame:
    """Describe every indicator, with flags for what deserves a look.

    Parameters
    ----------
    values : DataFrame, units x codes
        Raw values in any unit; NaN for gaps.
    digits : int, optional
        Significant digits of the numbers; COINr prints 3. Flags use the exact numbers.
    least_available, least_nonzero, least_unique : float
        Shares of all units below which a flag says ``LOW``.
    skewness, kurtosis : float
        ``OUT`` if |skewness| and kurtosis are both above.

    Returns
    -------
    DataFrame, one row an indicator
        ``min, max, mean, median, std`` (n - 1), ``skew, kurt`` (type 2), ``n_avail, n_nonzero,
        n_unique, n_same`` (most frequent value), the shares ``frc_*`` (available: of all units;
        the others: of the available) and ``flag_avail, flag_nonzero, flag_unique,
        flag_skewkurt``.

    Notes
    -----
    As COINr 1.1.14 (Becker et al. 2022, JOSS 7(78) 4567), whose flags for non-zero and unique
    divide by all units while the shares shown beside them divide by the available ones. Skewness
    and kurtosis: Joanes and Gill (1998, The Statistician 47, 183-189), type 2.

    Examples
    --------
    >>> import piikit as pk
    >>> stats = pk.indicator_stats(pk.load_dataset("open-2022").values, digits=3)
    >>> stats.loc["2.1", ["min", "max", "skew", "n_avail", "flag_avail"]].to_dict()
    {'min': 5.41, 'max': 7.03, 'skew': 0.272, 'n_avail': 63, 'flag_avail': 'ok'}
    """
    rows = {}
    for code in values.columns:
        x = values[code].dropna().to_numpy(float)
        counts = np.unique(x, return_counts=True)[1]
        shape = _shape(x)
        held = {"avail": len(x), "nonzero": int(np.count_nonzero(x)), "unique": len(counts)}
        same = int(counts.max(initial=0))
        least = {"avail": least_available, "nonzero": least_nonzero, "unique": least_unique}
        rows[code] = {
            **_middle(x),
            "skew": shape.skewness,
            "kurt": shape.kurtosis,
            **{f"n_{name}": n for name, n in held.items()},
            "n_same": same,
            "frc_avail": _share(len(x), len(values)),
            **{f"frc_{name}": _share(held[name], len(x)) for name in ("nonzero", "unique")},
            "frc_same": _share(same, len(x)),
            **{f"flag_{k}": "ok" if _share(n, len(values)) >= least[k] else "LOW" for k, n in held.items()},
            "flag_skewkurt": "OUT" if abs(shape.skewness) > skewness and shape.kurtosis > kurtosis else "ok",
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "code"
    if digits is not None:
        numbers = [c for c in table.columns if not c.startswith("flag_") and not c.startswith("n_")]
        table[numbers] = table[numbers].apply(lambda c: signif(c.to_numpy(float), digits))
    return table


def signif(x: np.ndarray, digits: int = 3) -> np.ndarray:
    """Round to significant digits exactly as R's ``signif``: halves to even, in doubles."""
    x = np.asarray(x, float)
    out = x.copy()
    some = np.isfinite(x) & (x != 0)
    e = digits - 1 - np.floor(np.log10(np.abs(x[some])))
    up, down = 10.0 ** np.maximum(e, 0), 10.0 ** np.maximum(-e, 0)
    out[some] = np.where(e > 0, np.rint(x[some] * up) / up, np.rint(x[some] / down) * down)
    return out


def _middle(x: np.ndarray) -> dict[str, float]:
    """Least, greatest, mean, median and standard deviation (n - 1); NaN if not defined."""
    if not len(x):
        return dict.fromkeys(("min", "max", "mean", "median", "std"), np.nan)
    spread = x.std(ddof=1) if len(x) > 1 else np.nan
    return {"min": x.min(), "max": x.max(), "mean": x.mean(), "median": np.median(x), "std": spread}


class _Shape(NamedTuple):
    skewness: float
    kurtosis: float


def _shape(x: np.ndarray) -> _Shape:
    """Type-2 skewness and excess kurtosis (Joanes and Gill 1998); NaN if not defined."""
    n = len(x)
    if n < 3 or np.ptp(x) == 0:
        return _Shape(np.nan, np.nan)
    d = x - x.mean()
    m2, m3, m4 = (d**2).mean(), (d**3).mean(), (d**4).mean()
    skew = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    if n < 4:
        return _Shape(float(skew), np.nan)
    kurt = ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return _Shape(float(skew), float(kurt))


def _share(count: int, of: int) -> float:
    return count / of if of else np.nan
