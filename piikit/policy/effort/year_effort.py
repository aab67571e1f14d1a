"""How hard a change is: beside what all provinces changed in one year.

The reference class of an indicator is every province's change over one year, from real
columns only (Flyvbjerg's outside view; Kahneman and Tversky 1979). Effort is counted in years
of typical progress: the change over the median size of a one-year change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Column
from ...base.errors import ArgumentError, MethodError, UnknownNameError
from ...base.results import Result
from ...data.library import load_dataset, open_index_names

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ...index.index_result import IndexResult
    from ..what_if.what_ifs import WhatIf

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

    @cached_property
    def _standing(self) -> dict[str, tuple[Column, Column]]:
        """By indicator every gain where a province at its year's mean would stand, and the gain for one above it."""
        found = self.changes[["before", "gain"]]
        beside = found - found.groupby([self.changes["code"], self.changes["year"]]).transform("mean")
        across = (beside["before"] ** 2).groupby(self.changes["code"]).sum()
        slopes = (beside["before"] * beside["gain"]).groupby(self.changes["code"]).sum() / across
        slope = self.changes["code"].map(slopes).fillna(0.0)
        level = self.changes.assign(gain=found["gain"] - slope * beside["before"], slope=slope).groupby(
            "code"
        )
        return {
            str(c): (np.sort(g["gain"].to_numpy(float)), g["slope"].to_numpy(float)[:1]) for c, g in level
        }

    def gains(self, code: str, above: float | None = None) -> Column:
        """Gains of an indicator, ascending; empty if fewer than :data:`LEAST` are known.

        Parameters
        ----------
        above : float, optional
            How far above the mean of all provinces one starts (raw units): the gains are then those
            expected from there, by the slope of gain on level within a year. Who stands high gains less.
        """
        found = self._gains.get(code, np.array([]))
        if found.size < LEAST:
            return np.array([])
        if above is None:
            return found
        gains, slope = self._standing[code]
        return np.asarray(gains + slope * above)

    def typical(self, code: str, above: float | None = None) -> float:
        """A year of typical progress: the median size of a change; NaN without a class."""
        gains = self.gains(code, above)
        size = float(np.median(np.abs(gains))) if gains.size else float("nan")
        return size if size > 0 else float("nan")

    def limit(self, code: str, percentile: float = BEYOND, above: float | None = None) -> float:
        """Gain that `percentile` % of the provinces' years stay under; NaN without a class."""
        gains = self.gains(code, above)
        return float(np.percentile(gains, percentile)) if gains.size else float("nan")

    def share_below(self, code: str, gain: float, above: float | None = None) -> float:
        """Share of provinces' years with a smaller gain; NaN without a class."""
        gains = self.gains(code, above)
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
        Every figure of the class is the one expected where the unit starts (:meth:`ReferenceClass.gains`).
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

    Returns
    -------
    ReferenceClass

    Raises
    ------
    MethodError
        If no two datasets are a year apart.

    Notes
    -----
    Flyvbjerg's reference classes: the spread of what really happened to all of a kind.

    Examples
    --------
    >>> import piikit as pk
    >>> found = pk.reference_class()
    >>> bool(found.limit("7.1") > found.typical("7.1") > 0)
    True
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
    """Real one-year changes between two datasets; see :attr:`ReferenceClass.changes`."""
    units = [u for u in before.units if u in set(after.units)]
    codes = [c for c in before.codes if c in after.codes]
    first, second = (
        real_values(d).loc[units, codes].melt(var_name="code", ignore_index=False) for d in (before, after)
    )
    both = first.rename_axis("unit").reset_index()[["code", "unit"]].assign(year=after.year)
    both["before"], both["after"] = first["value"].to_numpy(), second["value"].to_numpy()
    both = both.dropna(ignore_index=True)
    both["change"] = both["after"] - both["before"]
    return both.assign(gain=both["change"] * both["code"].map(after.framework.table["direction"]))


class Measure(NamedTuple):
    """How hard one change is; see :attr:`Effort.table`."""

    unit: str
    code: str
    before: float
    after: float
    gain: float
    n: int
    percentile: float
    p90: float
    years: float
    sd: float
    beyond: bool
    most: bool
    basis: str


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

    Returns
    -------
    Effort
        ``table`` has one row a change; a change without a class is measured in standard
        deviations over provinces only.

    Raises
    ------
    UnknownNameError
        If `unit` is not one of the dataset.

    Notes
    -----
    The outside view: what all did in a year (Kahneman and Tversky 1979; Flyvbjerg 2006).

    Examples
    --------
    >>> import piikit as pk
    >>> made = pk.effort(pk.load_dataset("open-2022"), {"7.1": 400.0, "1.1": 70.0}, unit="Cần Thơ")
    >>> made.table[["code", "beyond", "basis"]].values.tolist()
    [['7.1', True, 'reference class'], ['1.1', False, 'none']]
    """
    if isinstance(changes, Mapping):
        own = dataset.unit(unit or "")
        if unknown := [str(c) for c in changes if c not in dataset.codes]:
            raise UnknownNameError("indicator", unknown[0], dataset.codes)
        given = [(own, c, float(dataset.values.at[own, c]), float(v)) for c, v in changes.items()]
    else:
        columns = ["unit", "code", "before", "after"]
        table: Any = getattr(changes, "changes", changes)
        if not set(columns) <= set(getattr(table, "columns", ())):
            raise ArgumentError(
                "effort", "changes", " | ".join(("WhatIf", "Mapping", ", ".join(columns))), changes
            )
        given = list(table[columns].itertuples(index=False))
    reference = reference or _class_for(dataset)
    rows = [_measure(dataset, reference, *cell) for cell in given]
    return Effort(pd.DataFrame(rows, columns=list(Measure._fields)), reference.names, dataset.illustrative)


def _class_for(dataset: Dataset) -> ReferenceClass:
    """The open index's class for one of its years, else one without a change."""
    if dataset.name in open_index_names():
        return reference_class()
    return ReferenceClass(pd.DataFrame({"code": [], "gain": []}), (), ())


def _measure(
    dataset: Dataset, reference: ReferenceClass, unit: str, code: str, before: float, after: float
) -> Measure:
    gain = (after - before) * int(dataset.framework.table.loc[code, "direction"])
    spread = float(dataset.values[code].std(ddof=1))
    above = before - float(dataset.values[code].mean())
    gains, limit = reference.gains(code, above), reference.limit(code, above=above)
    return Measure(
        unit, code, before, after, gain,
        n=gains.size,
        percentile=100 * reference.share_below(code, gain, above),
        p90=limit,
        years=gain / reference.typical(code, above),
        sd=gain / spread if spread > 0 else float("nan"),
        beyond=gain > limit,
        most=bool((gain > gains[-1:]).any()),
        basis="reference class" if gains.size else "none",
    )  # fmt: skip


def years_needed(
    result: IndexResult,
    unit: str,
    rival: str,
    *,
    horizon: float = 3.0,
    reference: ReferenceClass | None = None,
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

    Raises
    ------
    UnknownNameError
        If there is no such unit.

    Notes
    -----
    A fast year is the 90th percentile of all provinces' one-year gains (:func:`reference_class`).

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> leads = pk.years_needed(result, "Cần Thơ", "Hà Nội", horizon=2)
    >>> sorted(leads["reach"].unique())
    ['out', 'reachable', 'unknown']
    """
    dataset = result.dataset
    own, other = dataset.unit(unit), dataset.unit(rival)
    reference = reference or _class_for(dataset)
    turn = dataset.framework.table["direction"].reindex(list(dataset.codes))
    points = (result.normalised.loc[other] - result.normalised.loc[own]) * result.effective_weights.loc[own]
    table = pd.DataFrame({"own": dataset.values.loc[own], "rival": dataset.values.loc[other]})
    table["gap"] = (table["rival"] - table["own"]) * turn
    table["points"] = points.reindex(table.index)
    table = table[table["gap"] > 0].rename_axis("code").reset_index()
    table["p90"] = fast = table["code"].map(reference.limit)
    table["years"] = np.where(fast.isna(), np.nan, np.inf)
    table.loc[fast > 0, "years"] = table["gap"] / fast
    table["sd"] = table["gap"] / table["code"].map(dataset.values.std(ddof=1))
    reach = np.where(table["years"] <= horizon, "reachable", "out")
    table["reach"] = np.where(table["years"].isna(), "unknown", reach)
    return table.sort_values("points", ascending=False, ignore_index=True)


def effort_unit(dataset: Dataset, code: str, reference: ReferenceClass | None) -> tuple[float, str]:
    """Raw size of one unit of effort and its name: a typical year, or a standard deviation."""
    if reference is not None and not np.isnan(size := reference.typical(code)):
        return size, "year"
    return float(dataset.values[code].std(ddof=1)), "sd"
