"""Does a built edition meet print? Every printed figure with its interval and the value built."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...index.index_result import IndexResult
from ...index.known_marks import SLACK
from .known_totals import group_of_rank
from .over_draws import each_draw


def check_printed(result: IndexResult) -> pd.DataFrame:
    """Compare an index built on an edition of PII with every printed figure.

    Parameters
    ----------
    result : IndexResult
        Of an edition, built with ``Method.pii()``; print speaks of no other arithmetic.

    Returns
    -------
    DataFrame
        The edition's printed figures (``unit, code, kind, value, low, high, among, source,
        note``) with ``built``, the figure of this panel, and ``met``: whether it lies inside
        the interval, ends included, give or take 1e-9. For a strength ``built`` is the unit's
        national rank on the indicator and ``high`` the best rank among its other indicators;
        for a weakness ``low`` is the worst of the others.

    Raises
    ------
    MethodError
        If the dataset holds no printed figures.

    Notes
    -----
    Where the printed figures stand: :func:`piikit.printed_figures`.

    Examples
    --------
    >>> import piikit as pk
    >>> table = pk.check_printed(pk.build_index(pk.load_dataset("pii-2024")))
    >>> len(table), bool(table["met"].all())
    (57, True)
    """
    printed = result.dataset.printed
    if printed is None:
        raise MethodError("editions.no_printed", name=result.dataset.name or repr(result.dataset))
    table = printed.copy()
    table["built"] = [_built(result, figure) for figure in printed.itertuples()]
    for at, figure in zip(printed.index, printed.itertuples(), strict=True):
        if figure.kind in ("strength", "weakness"):
            others = _other_ranks(result, printed, figure)
            ends = (1.0, others.min()) if figure.kind == "strength" else (others.max(), len(result.units))
            table.loc[at, ["low", "high"]] = ends
    table["met"] = table["built"].between(table["low"] - SLACK, table["high"] + SLACK)
    return table.reset_index(drop=True)


def _built(result: IndexResult, figure: Any) -> float:
    """What a printed figure speaks of, in this panel."""
    unit, code = figure.unit, figure.code
    match figure.kind:
        case "score" | "derived_score":
            built = result.scores.at[unit, code]
        case "rank" | "rank_band" | "strength" | "weakness":
            built = result.ranks.at[unit, code]
        case "region_rank":
            group = group_of_rank(result.dataset, unit, figure.among)
            scores = result.scores.loc[group, code].to_numpy(float)
            built = result.method.ranking.own(scores, group.index(unit))
        case "region_mean":
            built = result.scores.loc[result.dataset.groups["region"] == unit, code].mean()
        case "leads":
            built = (result.ranks.loc[unit, list(result.framework.leaves(code))] == 1).sum()
        case "value":
            built = result.dataset.values.at[unit, code]
        case bound:
            leaf = code in result.framework.indicators
            column = (result.dataset.values if leaf else result.scores)[code]
            built = {"minimum": column.min(), "maximum": column.max()}[bound]
    return float(built)


def _other_ranks(result: IndexResult, printed: pd.DataFrame, figure: Any) -> pd.Series:
    """The unit's ranks on the indicators that print does not name beside this one."""
    same = printed[(printed["unit"] == figure.unit) & (printed["kind"] == figure.kind)]
    ranks = result.ranks.loc[figure.unit, list(result.framework.indicators)]
    return ranks.drop(list(same["code"])).dropna()


def printed_over_draws(edition: str, draws: int = 20) -> pd.DataFrame:
    """Check every printed figure in many draws.

    Parameters
    ----------
    edition : str
        ``"pii-2023"``, ``"pii-2024"`` or ``"pii-2025"``.
    draws : int
        How many panels, from the first on.

    Returns
    -------
    DataFrame
        One row a printed figure: ``unit, code, kind, value, low, high``, the least and greatest
        figure built (``built_min``, ``built_max``) and ``met``, in how many of ``draws``.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    MethodError
        If `draws` is below 1, or the dataset has no draws.

    Notes
    -----
    Each draw is checked as :func:`piikit.check_printed` does.

    Examples
    --------
    >>> import piikit as pk
    >>> table = pk.printed_over_draws("pii-2024", draws=2)
    >>> len(table), int((table["met"] < 2).sum())
    (57, 0)
    """
    checks = [check_printed(result) for result in each_draw(edition, draws)]
    table = checks[0][["unit", "code", "kind", "value", "low", "high"]].copy()
    built = np.column_stack([c["built"] for c in checks])
    table["low"] = np.column_stack([c["low"] for c in checks]).max(axis=1)
    table["high"] = np.column_stack([c["high"] for c in checks]).min(axis=1)
    table["built_min"], table["built_max"] = built.min(axis=1), built.max(axis=1)
    table["met"] = np.column_stack([c["met"] for c in checks]).sum(axis=1)
    table["draws"] = draws
    return table
