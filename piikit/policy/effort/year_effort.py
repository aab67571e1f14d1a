"""How hard a change is: beside what all provinces changed in one year.

The reference class of an indicator is every province's change over one year, from real
columns only (Flyvbjerg's outside view; Kahneman and Tversky 1979). Effort is counted in years
of typical progress: the change over the median size of a one-year change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import MethodError
from ...base.results import Result
from ...data.library import load_dataset, open_index_names

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ..what_if.what_ifs import WhatIf

Column = NDArray[np.float64]
BEYOND = 90.0
LEAST = 10


@dataclass(frozen=True, eq=False)
class ReferenceClass(Result):
    """One-year changes of indicators over all provinces.

    Attributes
    ----------
    changes : DataFrame
        Tidy: ``code, unit, year`` (the later one), ``before, after, change`` (raw units) and
        ``gain``, the change turned so that positive is better.
    years : tuple of int
    names : tuple of str
        Datasets that it was made of.
    """

    changes: pd.DataFrame
    years: tuple[int, ...]
    names: tuple[str, ...]

    @cached_property
    def _gains(self) -> dict[str, Column]:
        groups = self.changes.groupby("code", sort=False)["gain"]
        return {str(c): np.sort(g.to_numpy(float)) for c, g in groups}

    def gains(self, code: str) -> Column:
        """Gains of an indicator, ascending; empty if fewer than :data:`LEAST` are known."""
        found = self._gains.get(code, np.array([]))
        return found if found.size >= LEAST else np.array([])

    def typical(self, code: str) -> float:
        """A year of typical progress: the median size of a change; NaN without a class."""
        gains = self.gains(code)
        size = float(np.median(np.abs(gains))) if gains.size else float("nan")
        return size if size > 0 else float("nan")

    def limit(self, code: str, percentile: float = BEYOND) -> float:
        """Gain that `percentile` % of the provinces' years stay under; NaN without a class."""
        gains = self.gains(code)
        return float(np.percentile(gains, percentile)) if gains.size else float("nan")

    def share_below(self, code: str, gain: float) -> float:
        """Share of provinces' years with a smaller gain; NaN without a class."""
        gains = self.gains(code)
        return float(np.searchsorted(gains, gain, side="left") / gains.size) if gains.size else float("nan")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an indicator: ``code, n, p10, p50, p90`` of the gain and ``typical``."""
        rows = [(c, g.size, *np.percentile(g, [10, 50, 90]), self.typical(c)) for c, g in self._gains.items()]
        return pd.DataFrame(rows, columns=["code", "n", "p10", "p50", "p90", "typical"])


@dataclass(frozen=True, eq=False)
class Effort(Result):
    """How hard a set of changes is.

    Attributes
    ----------
    table : DataFrame
        One row a change: ``unit, code, before, after``, ``gain`` (positive is better),
        ``n`` (one-year changes in the class), ``percentile`` (share of them that were
        smaller), ``p90``, ``years`` (of typical progress), ``sd`` (the gain in standard
        deviations over provinces), ``beyond`` (above the 90th percentile: beyond what nine in
        ten provinces' years did), ``most`` (above all of them) and ``basis``
        (``reference class`` or ``none``).
    names : tuple of str
        Datasets of the class.
    illustrative : bool
        Whether the data behind it are.
    """

    table: pd.DataFrame
    names: tuple[str, ...]
    illustrative: bool = False

    @property
    def total(self) -> float:
        """Years of typical progress in all, over the changes with a reference class."""
        return float(self.table["years"].abs().sum())

    @property
    def beyond(self) -> tuple[str, ...]:
        """Codes flagged "beyond what any province did" (above the 90th percentile)."""
        return tuple(self.table.loc[self.table["beyond"], "code"])


def reference_class(*datasets: Dataset) -> ReferenceClass:
    """Collect one-year changes from datasets of consecutive years.

    Parameters
    ----------
    *datasets : Dataset
        With years; the open index of every year if none is given. Only cells
        marked ``open`` or ``user`` count, and ``derived`` ones of a dataset that holds nothing
        illustrative (they are computed from official figures there). Pairs of datasets that
        are not a year apart, or have other units, are passed over.

    Raises
    ------
    MethodError
        If no two datasets are a year apart.
    """
    if not datasets:
        datasets = tuple(load_dataset(name) for name in open_index_names())
    ordered = sorted((d for d in datasets if d.year is not None), key=lambda d: d.year or 0)
    parts, years = [], []
    for before, after in pairwise(ordered):
        if before.year is None or after.year != before.year + 1:
            continue
        years.append(after.year)
        parts.append(_pair(before, after))
    if not parts:
        raise MethodError("error.effort.years")
    return ReferenceClass(
        pd.concat(parts, ignore_index=True), tuple(years), tuple(d.name or str(d.year) for d in ordered)
    )


def real_values(dataset: Dataset) -> pd.DataFrame:
    """Values of real cells only, NaN elsewhere; see :func:`reference_class`."""
    real = ["open", "user"] if dataset.illustrative else ["open", "user", "derived"]
    return dataset.values.where(dataset.provenance.isin(real))


def _pair(before: Dataset, after: Dataset) -> pd.DataFrame:
    rows = []
    first, second = real_values(before), real_values(after)
    shared = [u for u in before.units if u in set(after.units)]
    for code in [c for c in before.codes if c in after.codes]:
        old, new = first.loc[shared, code], second.loc[shared, code]
        turn = int(after.framework.table.loc[code, "direction"])
        known = old.notna() & new.notna()
        change = (new - old)[known]
        rows.append(
            pd.DataFrame(
                {
                    "code": code,
                    "unit": change.index,
                    "year": after.year,
                    "before": old[known].to_numpy(float),
                    "after": new[known].to_numpy(float),
                    "change": change.to_numpy(float),
                    "gain": change.to_numpy(float) * turn,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def effort(
    dataset: Dataset, changes: WhatIf | pd.DataFrame | Mapping[str, Any], *, unit: str | None = None,
    reference: ReferenceClass | None = None,
) -> Effort:  # fmt: skip
    """Measure changes of raw values against the reference class.

    Parameters
    ----------
    dataset : Dataset
        Before the changes; gives directions and the spread over provinces.
    changes : WhatIf, DataFrame or mapping
        A what-if, its ``changes`` table, or code to new raw value for `unit`.
    reference : ReferenceClass, optional
        By default the one of the open index, used where the indicator has the same code and
        the dataset is one of the open chain; otherwise there is no class.
    """
    table = changes if isinstance(changes, pd.DataFrame) else getattr(changes, "changes", None)
    if table is None:
        assert isinstance(changes, Mapping)
        own = dataset.unit(unit or "")
        rows = [(own, c, float(dataset.values.at[own, c]), float(v)) for c, v in changes.items()]
        table = pd.DataFrame(rows, columns=["unit", "code", "before", "after"])
    if reference is None and dataset.name in open_index_names():
        reference = reference_class()
    rows = [
        _measure(dataset, reference, *r)
        for r in table[["unit", "code", "before", "after"]].itertuples(index=False)
    ]
    columns = [
        "unit",
        "code",
        "before",
        "after",
        "gain",
        "n",
        "percentile",
        "p90",
        "years",
        "sd",
        "beyond",
        "most",
        "basis",
    ]
    return Effort(
        pd.DataFrame(rows, columns=columns), reference.names if reference else (), dataset.illustrative
    )


def _measure(
    dataset: Dataset, reference: ReferenceClass | None, unit: str, code: str, before: float, after: float
) -> tuple[Any, ...]:
    turn = int(dataset.framework.table.loc[code, "direction"])
    gain = (after - before) * turn
    spread = float(dataset.values[code].std(ddof=1))
    sd = gain / spread if spread > 0 else float("nan")
    gains = reference.gains(code) if reference else np.array([])
    if reference is None or gains.size == 0:
        nan = float("nan")
        return unit, code, before, after, gain, 0, nan, nan, nan, sd, False, False, "none"
    limit = reference.limit(code)
    years = gain / reference.typical(code)
    beyond, most = bool(gain > limit), bool(gain > gains[-1])
    share = 100 * reference.share_below(code, gain)
    return (
        unit,
        code,
        before,
        after,
        gain,
        gains.size,
        share,
        limit,
        years,
        sd,
        beyond,
        most,
        "reference class",
    )


def years_needed(
    result: Any, unit: str, rival: str, *, horizon: float = 3.0, reference: ReferenceClass | None = None
) -> pd.DataFrame:
    """Which of a rival's leads are within reach.

    Parameters
    ----------
    result : IndexResult
    unit, rival : str
    horizon : float
        Years that there are.
    reference : ReferenceClass, optional
        As in :func:`effort`.

    Returns
    -------
    DataFrame
        One row an indicator on which the rival is ahead: ``code, own, rival, gap`` (raw,
        positive), ``points`` (of the whole, by the unit's effective weight), ``p90`` (gain of
        a fast year), ``years`` (gap over it), ``sd`` and ``reach``: ``reachable``, ``out`` (no
        province in ten kept such a pace) or ``unknown`` (no reference class).
    """
    dataset = result.dataset
    own, other = dataset.unit(unit), dataset.unit(rival)
    if reference is None and dataset.name in open_index_names():
        reference = reference_class()
    rows = []
    for code in dataset.codes:
        turn = int(dataset.framework.table.loc[code, "direction"])
        mine, theirs = (float(dataset.values.at[u, code]) for u in (own, other))
        gap = (theirs - mine) * turn
        if not gap > 0:
            continue
        points = (
            result.normalised.at[other, code] - result.normalised.at[own, code]
        ) * result.effective_weights.at[own, code]
        fast = reference.limit(code) if reference else float("nan")
        sd = gap / float(dataset.values[code].std(ddof=1))
        years = gap / fast if fast > 0 else float("inf") if fast <= 0 else float("nan")
        reach = "unknown" if np.isnan(years) else "reachable" if years <= horizon else "out"
        rows.append((code, mine, theirs, gap, float(points), fast, years, sd, reach))
    columns = ["code", "own", "rival", "gap", "points", "p90", "years", "sd", "reach"]
    return pd.DataFrame(rows, columns=columns).sort_values("points", ascending=False, ignore_index=True)


def effort_unit(dataset: Dataset, code: str, reference: ReferenceClass | None) -> tuple[float, str]:
    """Raw size of one unit of effort and its name: a typical year, or a standard deviation."""
    if reference is not None and not np.isnan(size := reference.typical(code)):
        return size, "year"
    return float(dataset.values[code].std(ddof=1)), "sd"


__all__: Sequence[str] = (
    "Effort", "ReferenceClass", "effort", "effort_unit", "real_values", "reference_class", "years_needed",
)  # fmt: skip
