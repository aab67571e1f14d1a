"""What there is to gain: gaps to the next rival, the peers' median and the best, in points of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .rebuilt import rebuild

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

TARGETS = ("rival", "median", "best")


def gaps(result: IndexResult, unit: str, peers: Sequence[str], rival: str | None) -> pd.DataFrame:
    """Gaps of every indicator to three targets, and what closing them would give.

    Parameters
    ----------
    result : IndexResult
    unit : str
    peers : sequence of str
        For the median; the best is the best of all units.
    rival : str or None
        Unit just ahead on the whole; None for the leader.

    Returns
    -------
    DataFrame
        Index ``code``; ``score, rank, value, weight`` (effective, for this unit),
        ``peer_median, best_unit, best_score`` and for each target in ``rival, median, best``:

        ``goal_*``
            The target's raw value.
        ``gap_*``
            Target's score less own, in points of the indicator; negative where we lead.
        ``points_*``
            Effective weight times the gap, zero where we lead: points of the whole to gain
            while the scale of the indicator stays.
        ``score_if_*``, ``rank_if_*``
            Score and rank of the whole if the raw value equalled the target's, built again
            from raw data, so that bounds, treatment and rivals' scores move as they would;
            as now where we lead.

        All NaN where the unit's own value is missing: see ``Diagnosis.missing``.
    """
    codes = list(result.framework.indicators)
    scores, values = result.normalised, result.imputed
    directions = pd.Series(result.plan.directions, index=codes)
    theirs = list(peers)
    turned = values * directions
    best = {c: str(turned[c].idxmax()) for c in codes if turned[c].notna().any()}
    table = pd.DataFrame(
        {
            "score": scores.loc[unit],
            "rank": result.ranks.loc[unit, codes],
            "value": values.loc[unit],
            "weight": result.effective_weights.loc[unit, codes],
            "peer_median": scores.loc[theirs].median(),
            "best_unit": pd.Series(best, index=codes).fillna("").astype(str),
            "best_score": scores.max(),
        },
        index=pd.Index(codes, name="code"),
    )
    goals = {
        "rival": (scores.loc[rival], values.loc[rival]) if rival else (np.nan, np.nan),
        "median": (table["peer_median"], values.loc[theirs].median()),
        "best": (table["best_score"], turned.max() * directions),
    }
    now = (float(result.scores.at[unit, result.root]), float(result.ranks.at[unit, result.root]))
    for name in TARGETS:
        score, value = (pd.Series(g, index=codes, dtype=float) for g in goals[name])
        gap = score - table["score"]
        table[f"goal_{name}"] = value
        table[f"gap_{name}"] = gap
        table[f"points_{name}"] = (gap.clip(lower=0) * table["weight"]).where(gap.notna())
        reached = [_reach(result, unit, c, value[c], now) if gap[c] > 0 else now for c in codes]
        table[f"score_if_{name}"] = pd.Series([s for s, _ in reached], index=codes).where(gap.notna())
        table[f"rank_if_{name}"] = pd.Series([r for _, r in reached], index=codes).where(gap.notna())
    return table


def _reach(
    result: IndexResult, unit: str, code: str, value: float, now: tuple[float, float]
) -> tuple[float, float]:
    if np.isnan(value):
        return now
    made = rebuild(result, unit, {code: value})
    return made.score, made.rank


def what_matters(table: pd.DataFrame, count: int = 5) -> pd.DataFrame:
    """Pick the indicators that offer most: by points to the peers' median, then to the best.

    The median is what half of the peers have reached, so it comes first; where fewer than
    `count` indicators lie below it, the rest are those with most points to the best.

    Parameters
    ----------
    table : DataFrame
        Of :func:`gaps`.

    Returns
    -------
    DataFrame
        Rows of `table`, most points first, with ``target`` (``median`` or ``best``).
    """
    behind = table[table["points_median"] > 0].sort_values("points_median", ascending=False, kind="stable")
    first = behind.head(count).assign(target="median")
    rest = table.drop(index=first.index)
    rest = rest[rest["points_best"] > 0].sort_values("points_best", ascending=False, kind="stable")
    return pd.concat([first, rest.head(count - len(first)).assign(target="best")])


def standing(result: IndexResult, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Units ahead of and behind `unit` on the whole, nearest first.

    Returns
    -------
    ahead, behind : DataFrame
        Index ``unit``; ``score, rank, gap`` (own score less theirs).
    """
    table = pd.DataFrame({"score": result.scores[result.root], "rank": result.ranks[result.root]}).dropna()
    if unit not in table.index:
        return table.iloc[:0].assign(gap=[]), table.iloc[:0].assign(gap=[])
    table["gap"] = table.at[unit, "score"] - table["score"]
    own = table.at[unit, "rank"]
    ahead = table[table["rank"] < own].sort_values("score", kind="stable")
    behind = table[table["rank"] > own].sort_values("score", ascending=False, kind="stable")
    return ahead, behind
