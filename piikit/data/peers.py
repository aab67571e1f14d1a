"""Whom to compare with: one list of words for every `peers=` and `among=`, and nearest neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..base.errors import MethodError, Problem, UnknownNameError, raise_if
from ..base.folding import fold, nfc
from .provinces import Units, find_unit, match_province, provinces

if TYPE_CHECKING:
    import pandas as pd

    from .dataset import Dataset

WAYS = ("central-cities", "cities", "region", "nearest", "all")
_WORDS = {
    "cities": "central-cities",
    "central city": "central-cities",
    "central cities": "central-cities",
    "vung": "region",
}
_YES = ("True", "true", "1", "yes", "1.0")


@dataclass(frozen=True)
class PeerGroup:
    """Units to compare one unit with.

    Attributes
    ----------
    unit : str
    way : str
        ``central-cities``, ``region``, ``nearest``, ``all``, ``group`` (a grouping of the
        dataset) or ``named`` (a list that the user gave).
    members : tuple of str
        The whole group, with the unit where it belongs to it.
    detail_vi, detail_en : str
        What a reader needs beside the way, such as the region's name.
    """

    unit: str
    way: str
    members: tuple[str, ...]
    detail_vi: str = ""
    detail_en: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """The group without the unit itself."""
        return tuple(u for u in self.members if u != self.unit)


def peer_group(dataset: Dataset, unit: str, peers: str | Sequence[str] | None = None) -> PeerGroup:
    """Resolve ``peers=`` or ``among=`` for one unit of a dataset.

    Parameters
    ----------
    dataset : Dataset
    unit : str
        As people write it.
    peers : str or sequence of str, optional
        ``"central-cities"`` (or ``"cities"``), ``"region"``, ``"nearest"`` (the five nearest in
        population and GRDP per head), ``"all"``, a grouping of the dataset (then the unit's own
        group), ``"region=Tây Nguyên"`` or just ``"Tây Nguyên"``, or a list of units. If not
        given: the cities run by the centre for one of them, the region for any other province,
        all units where there are neither.

    Raises
    ------
    UnknownNameError
        If the way, the grouping or a unit is not known.
    MethodError
        If nobody is left to compare with.
    """
    name = dataset.unit(unit)
    if peers is None:
        groups = dataset.groups
        central = "central_city" in groups and name in dataset.members("central_city")
        peers = "central-cities" if central else "region" if "region" in groups else "all"
    found = group_of(dataset, name, peers)
    if not found.units:
        raise MethodError("error.no_peers", unit=name, peers=str(peers))
    return found


def group_of(dataset: Dataset, unit: str, peers: str | Sequence[str]) -> PeerGroup:
    """:func:`peer_group` of what was asked for, even if the unit stands alone in it.

    Raises
    ------
    UnknownNameError
        If the way, the grouping or a unit is not known.
    MethodError
        If the nearest are asked for and the dataset has no population.
    """
    context = _sizes(dataset) if peers == "nearest" else None
    return _resolve(dataset.groups, dataset.unit(unit), peers, context)


def _resolve(
    groups: pd.DataFrame, unit: str, peers: str | Sequence[str], context: pd.DataFrame | None, k: int = 5
) -> PeerGroup:
    units = tuple(str(u) for u in groups.index)
    if not isinstance(peers, str):
        return PeerGroup(unit, "named", tuple(dict.fromkeys(find_unit(u, units) for u in peers)))
    word = _WORDS.get(fold(peers), peers)
    if word == "all":
        return PeerGroup(unit, word, units)
    if word == "central-cities":
        return PeerGroup(unit, word, members(groups, word))
    if word == "nearest":
        return PeerGroup(unit, word, _nearest(unit, context, k))
    column, label = _named_group(groups, unit, word)
    found = members(groups, f"{column}={label}" if label else column)
    if word != "region":
        shown = word if "=" in word else label
        return PeerGroup(unit, "group", found, shown, shown)
    english = str(groups.at[unit, "region_en"]) if "region_en" in groups else label
    return PeerGroup(unit, word, found, label, english)


def _named_group(groups: pd.DataFrame, unit: str, word: str) -> tuple[str, str]:
    """Grouping and value: the unit's own value of a grouping, or a value by its name; "" for yes or no."""
    if "=" in word:
        column, _, label = word.partition("=")
        return column, label
    wanted = fold(word)
    for column in groups.columns:
        if fold(str(column)) == wanted:
            own = str(groups.at[unit, column])
            return str(column), "" if own in ("True", "False") else own
    for column in groups.columns:
        for label in dict.fromkeys(map(str, groups[column])):
            if fold(label) == wanted:
                return str(column), label
    if word == "region":
        raise MethodError("error.no_regions", known=", ".join(["all", *map(str, groups.columns)]))
    known = [*(way for way in WAYS if way != "region"), *map(str, groups.columns)]
    raise UnknownNameError("peers", word, known)


def members(groups: pd.DataFrame, group: str) -> tuple[str, ...]:
    """Rows of a table of groupings: those that are true in ``column``, or equal to ``column=value``.

    Raises
    ------
    UnknownNameError
        If there is no such grouping or no such value of it.
    """
    column, _, wanted = group.partition("=")
    if _WORDS.get(fold(column)) == "central-cities":
        column = "central_city"
    if column not in groups:
        raise UnknownNameError("peers", group, list(groups.columns))
    cells = groups[column].astype("string")
    chosen = (cells == nfc(wanted) if wanted else cells.isin(_YES)).fillna(False)
    if wanted and not chosen.any():
        known = sorted({str(c) for c in groups[column].dropna()})
        raise UnknownNameError("peers", group, [f"{column}={k}" for k in known])
    return tuple(str(u) for u in groups.index[chosen.to_numpy(bool)])


def _sizes(dataset: Dataset) -> pd.DataFrame:
    """Log population and log GRDP per head, as far as the dataset has them."""
    import numpy as np

    sizes = dataset.denominators
    if "population" not in sizes:
        raise MethodError("error.no_peer_context")
    context = np.log(sizes[["population"]].astype(float))
    if "grdp" in sizes:
        context["grdp_per_head"] = np.log(sizes["grdp"].astype(float)) - context["population"]
    return context


def _nearest(unit: str, context: pd.DataFrame | None, k: int) -> tuple[str, ...]:
    raise_if([Problem("problem.context.none")] if context is None else [])
    assert context is not None
    return tuple(str(u) for u in neighbours(unit, context, k=k).table.index)


def peers(
    unit: str,
    by: str | Sequence[str] = "region",
    *,
    units: Units = 63,
    k: int = 5,
    context: pd.DataFrame | None = None,
) -> tuple[str, ...]:
    """Return the units to compare a province with, without itself.

    Parameters
    ----------
    unit : str
        Province as people write it.
    by : str or sequence of str
        ``"region"`` (units of its region), ``"central-cities"`` (or ``"cities"``: those run by
        the centre), ``"nearest"`` (the `k` nearest by `context`), ``"all"``, the name of a
        region, or a list of provinces.
    units : {63, 34}
        The set of provinces; ``"nearest"`` compares the units of `context` instead.
    k : int
        How many nearest neighbours.
    context : DataFrame, units x variables
        Numbers that describe circumstances, such as population and GRDP per head; needed for
        ``"nearest"``, see :func:`neighbours`.

    Returns
    -------
    tuple of str
        Official names, in the order of the official listing; nearest first for ``"nearest"``.

    Raises
    ------
    UnknownNameError
        If the province or the way of grouping is not known.
    InputError
        If the context is missing or cannot be used.

    Notes
    -----
    Regions and cities: ``data/raw/published/regions.csv`` (Resolutions 81/2023/QH15 and
    306/NQ-CP of 2025), see :func:`piikit.provinces`.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.peers("can tho", "central-cities")
    ('Hà Nội', 'Hải Phòng', 'Đà Nẵng', 'TP. Hồ Chí Minh')
    >>> pk.peers("Cần Thơ", units=34)
    ('Vĩnh Long', 'Đồng Tháp', 'An Giang', 'Cà Mau')
    """
    if by == "nearest":
        return _nearest(unit, context, k)
    groups = provinces(units)[["region", "region_en", "central_city"]]
    return _resolve(groups, match_province(unit, units), by, None).units


@dataclass(frozen=True)
class Neighbours:
    """Units nearest to one unit by context.

    Attributes
    ----------
    unit : str
    table : DataFrame
        Index ``unit``, nearest first; ``distance`` (Euclidean, in standard deviations) and
        the context variables.
    variables : tuple of str
    left_out : dict
        Units that could not be compared, each with the variables it lacks.
    """

    unit: str
    table: pd.DataFrame
    variables: tuple[str, ...]
    left_out: dict[str, tuple[str, ...]]


def neighbours(unit: str, context: pd.DataFrame, *, k: int = 5) -> Neighbours:
    """Find the units nearest to `unit`, every context variable standardised.

    Units that lack a variable are left out and named: nothing is imputed to compare them.

    Parameters
    ----------
    unit : str
    context : DataFrame, units x variables
        Take logarithms of skewed variables first, such as population.
    k : int
        How many; fewer if fewer can be compared.

    Raises
    ------
    UnknownNameError
        If the unit has no row.
    InputError
        With every problem: no variables, text, a variable equal everywhere, a variable that
        the unit itself lacks, `k` below 1.
    """
    import pandas as pd

    table = context.copy(deep=False)
    table.index = pd.Index([nfc(str(u)) for u in context.index], name="unit")
    name = find_unit(unit, tuple(table.index))
    problems = [Problem("problem.context.k", value=k)] if k < 1 else []
    if not len(table.columns):
        problems.append(Problem("problem.context.none"))
    for column in table.columns:
        if not pd.api.types.is_numeric_dtype(table[column]):
            problems.append(Problem("problem.context.text", code=str(column)))
        elif table[column].nunique() < 2:
            problems.append(Problem("problem.context.constant", code=str(column)))
        elif table[column].isna()[name]:
            problems.append(Problem("problem.context.missing", unit=name, code=str(column)))
    raise_if(problems)
    gaps = table.isna()
    left_out = {
        str(u): tuple(str(c) for c in table.columns[gaps.loc[u]]) for u in table.index[gaps.any(axis=1)]
    }
    whole = table[~gaps.any(axis=1)].astype(float)
    scaled = (whole - whole.loc[name]) / whole.std(ddof=0).replace(0.0, 1.0)
    distance = ((scaled**2).sum(axis=1) ** 0.5).rename("distance").drop(name).round(12)
    found = distance.sort_values(kind="stable").head(k)
    shown = pd.concat([found, whole.loc[found.index]], axis=1)
    shown.index.name = "unit"
    return Neighbours(name, shown, tuple(str(c) for c in table.columns), left_out)
