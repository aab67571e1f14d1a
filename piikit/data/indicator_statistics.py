"""Statistics of each indicator, as COINr's ``get_stats`` defines them."""

from __future__ import annotations

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
    As COINr 1.1.14, whose flags for non-zero and unique divide by all units while the shares
    shown beside them divide by the available ones.
    """
    rows = {}
    for code in values.columns:
        x = values[code].to_numpy(float)
        n, x = len(x), x[~np.isnan(x)]
        counts = np.unique(x, return_counts=True)[1]
        skew, kurt = _shape(x)
        available, nonzero = len(x), int(np.count_nonzero(x))
        unique, same = len(counts), int(counts.max()) if len(x) else 0
        some = bool(available)
        rows[code] = {
            "min": x.min() if some else np.nan,
            "max": x.max() if some else np.nan,
            "mean": x.mean() if some else np.nan,
            "median": np.median(x) if some else np.nan,
            "std": x.std(ddof=1) if available > 1 else np.nan,
            "skew": skew,
            "kurt": kurt,
            "n_avail": available,
            "n_nonzero": nonzero,
            "n_unique": unique,
            "n_same": same,
            "frc_avail": available / n if n else np.nan,
            "frc_nonzero": nonzero / available if some else np.nan,
            "frc_unique": unique / available if some else np.nan,
            "frc_same": same / available if some else np.nan,
            "flag_avail": _low(available, n, least_available),
            "flag_nonzero": _low(nonzero, n, least_nonzero),
            "flag_unique": _low(unique, n, least_unique),
            "flag_skewkurt": "OUT" if abs(skew) > skewness and kurt > kurtosis else "ok",
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


def _shape(x: np.ndarray) -> tuple[float, float]:
    """Type-2 skewness and excess kurtosis (Joanes and Gill 1998); NaN if not defined."""
    n = len(x)
    if n < 3 or np.ptp(x) == 0:
        return np.nan, np.nan
    d = x - x.mean()
    m2, m3, m4 = (d**2).mean(), (d**3).mean(), (d**4).mean()
    skew = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    if n < 4:
        return float(skew), np.nan
    kurt = ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return float(skew), float(kurt)


def _low(count: int, n: int, least: float) -> str:
    return "ok" if n and count / n >= least else "LOW"
