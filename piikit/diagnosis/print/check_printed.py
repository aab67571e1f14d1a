"""Does a built edition meet print? Every printed figure with its interval and the value built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...index.index_result import IndexResult
from ...index.known_marks import SLACK
from .known_totals import group_of_rank
from .over_draws import each_draw

Row = dict[str, Any]


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
    rows = []
    for r in printed.to_dict("records"):
        row: Row = {str(k): v for k, v in r.items()}
        row |= _BUILT[str(r["kind"])](result, row)
        row["met"] = bool(row["low"] - SLACK <= row["built"] <= row["high"] + SLACK)
        rows.append(row)
    return pd.DataFrame(rows)


def _score(result: IndexResult, row: Row) -> Row:
    return {"built": float(result.scores.at[row["unit"], row["code"]])}


def _rank(result: IndexResult, row: Row) -> Row:
    return {"built": float(result.ranks.at[row["unit"], row["code"]])}


def _region_rank(result: IndexResult, row: Row) -> Row:
    own = row["unit"]
    group = group_of_rank(result.dataset, own, row["among"])
    scores = result.scores.loc[group, row["code"]].to_numpy(float)
    return {"built": float(result.method.ranking.own(scores, group.index(own)))}


def _region_mean(result: IndexResult, row: Row) -> Row:
    inside = result.dataset.groups["region"] == row["unit"]
    return {"built": float(result.scores.loc[inside, row["code"]].mean())}


def _leads(result: IndexResult, row: Row) -> Row:
    ranks = result.ranks.loc[row["unit"], list(result.framework.leaves(row["code"]))]
    return {"built": float((ranks == 1).sum())}


def _value(result: IndexResult, row: Row) -> Row:
    return {"built": float(result.dataset.values.at[row["unit"], row["code"]])}


def _bound(result: IndexResult, row: Row) -> Row:
    leaf = row["code"] in result.framework.indicators
    column = (result.dataset.values if leaf else result.scores)[row["code"]]
    return {"built": float(column.min() if row["kind"] == "minimum" else column.max())}


def _marked(result: IndexResult, row: Row) -> Row:
    printed = result.dataset.printed
    assert printed is not None
    same = printed[(printed["unit"] == row["unit"]) & (printed["kind"] == row["kind"])]
    ranks = result.ranks.loc[row["unit"], list(result.framework.indicators)]
    others = ranks.drop(list(same["code"])).dropna()
    built = float(ranks[row["code"]])
    if row["kind"] == "strength":
        return {"built": built, "low": 1.0, "high": float(others.min())}
    return {"built": built, "low": float(others.max()), "high": float(len(result.units))}


_BUILT: dict[str, Callable[[IndexResult, Row], Row]] = {
    "score": _score,
    "derived_score": _score,
    "rank": _rank,
    "rank_band": _rank,
    "region_rank": _region_rank,
    "region_mean": _region_mean,
    "leads": _leads,
    "value": _value,
    "minimum": _bound,
    "maximum": _bound,
    "strength": _marked,
    "weakness": _marked,
}


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
