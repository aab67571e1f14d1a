"""With whom to compare a province: its region, the cities run by the centre, its nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..base.errors import Problem, UnknownNameError, raise_if
from ..base.folding import nfc
from .provinces import Units, find_unit, listing, match_province

if TYPE_CHECKING:
    import pandas as pd

By = Literal["region", "cities", "central-cities", "nearest"]
WAYS = ("region", "cities", "central-cities", "nearest")


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


def peers(
    unit: str,
    by: By = "region",
    *,
    units: Units = 63,
    k: int = 5,
    context: pd.DataFrame | None = None,
) -> tuple[str, ...]:
    """Return the units to compare `unit` with, without itself.

    Parameters
    ----------
    unit : str
        Province as people write it.
    by : {"region", "cities", "central-cities", "nearest"}
        Units of its region, the cities run by the centre (two names of one group), or the `k`
        nearest by `context`.
    units : {63, 34}
        The set of provinces for the first three.
    k : int
        How many nearest neighbours.
    context : DataFrame, units x variables
        Numbers that describe circumstances, such as population and GRDP per head; needed for
        ``"nearest"``, see :func:`neighbours`.

    Raises
    ------
    UnknownNameError
        If the province or the way of grouping is not known.
    InputError
        If the context is missing or cannot be used.
    """
    if by not in WAYS:
        raise UnknownNameError("peers", by, WAYS)
    if by == "nearest":
        raise_if([Problem("problem.context.none")] if context is None else [])
        assert context is not None
        return tuple(neighbours(unit, context, k=k).table.index)
    name = match_province(unit, units)
    own = next(p for p in listing(units) if p.name == name)
    return tuple(
        p.name
        for p in listing(units)
        if p.name != name and (p.region_en == own.region_en if by == "region" else p.central_city)
    )


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
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import StandardScaler

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
    scaled = StandardScaler().fit_transform(whole.to_numpy())
    search = NearestNeighbors(n_neighbors=len(whole)).fit(scaled)
    at = whole.index.get_loc(name)
    distance, order = search.kneighbors(scaled[[at]])
    found = pd.Series(distance[0], index=whole.index[order[0]], name="distance").drop(name).round(12)
    found = found.sort_values(kind="stable").head(k)
    shown = pd.concat([found, whole.loc[found.index]], axis=1)
    shown.index.name = "unit"
    return Neighbours(name, shown, tuple(str(c) for c in table.columns), left_out)
