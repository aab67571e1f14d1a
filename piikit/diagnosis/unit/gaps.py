"""What there is to gain: gaps to the next rival, the peers' median and the best, in points of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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

        All NaN where the unit's own value is missing: see ``Diagnosis.missing``.
    """
    codes = pd.Index(result.framework.indicators, name="code")
    row, theirs = result.units.index(unit), list(peers)
    scores, values = result.normalised.to_numpy(float), result.imputed.to_numpy(float)
    known = ~np.isnan(values)
    leader = np.where(known, values * result.plan.directions, -np.inf).argmax(axis=0)
    medians = [table.loc[theirs].median().to_numpy() for table in (result.normalised, result.imputed)]
    top = np.fmax.reduce(scores, axis=0)
    none = np.full(len(codes), np.nan)
    at = None if rival is None else result.units.index(rival)
    goals = {
        "rival": (none, none) if at is None else (scores[at], values[at]),
        "median": medians,
        "best": (top, values[leader, np.arange(len(codes))]),
    }
    columns: dict[str, Any] = {
        "score": scores[row],
        "rank": result.ranks.loc[unit, codes].to_numpy(),
        "value": values[row],
        "weight": result.effective_weights.loc[unit, codes].to_numpy(),
        "peer_median": medians[0],
        "best_unit": [
            result.units[k] if some else "" for k, some in zip(leader, known.any(axis=0), strict=True)
        ],
        "best_score": top,
    }
    for name, (score, value) in goals.items():
        gap = score - scores[row]
        columns |= {
            f"goal_{name}": value,
            f"gap_{name}": gap,
            f"points_{name}": np.clip(gap, 0.0, None) * columns["weight"],
        }
    return pd.DataFrame(columns, index=codes)


def if_closed(result: IndexResult, unit: str, table: pd.DataFrame) -> pd.DataFrame:
    """Add to :func:`gaps` what reaching each target would really give.

    Returns
    -------
    DataFrame
        `table` with ``score_if_*, rank_if_*`` after each target's columns: score and rank of
        the whole if the raw value equalled the target's, built again from raw data, so that
        bounds, treatment and rivals' scores move as they would; as now where we lead.
    """
    made = table.copy()
    order = list(table.loc[:, :"best_score"])
    for name in TARGETS:
        gap, goal = table[f"gap_{name}"], table[f"goal_{name}"]
        behind = (gap > 0) & goal.notna()
        reached = rebuild(result, unit, goal[behind])
        for what, all_now in (("score", result.scores), ("rank", result.ranks)):
            values = np.where(gap.isna(), np.nan, all_now.at[unit, result.root])
            values[behind.to_numpy()] = reached[what]
            made[f"{what}_if_{name}"] = values
        order += [f"{what}_{name}" for what in ("goal", "gap", "points", "score_if", "rank_if")]
    return made[order]


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


class Standing(NamedTuple):
    """Units ahead of and behind one on the whole, nearest first; index ``unit``, ``score, rank, gap``."""

    ahead: pd.DataFrame
    behind: pd.DataFrame


def standing(result: IndexResult, unit: str) -> Standing:
    """Who stands ahead of `unit` and who behind; ``gap`` is its score less theirs."""
    table = pd.DataFrame({"score": result.scores[result.root], "rank": result.ranks[result.root]}).dropna()
    table["gap"] = result.scores.at[unit, result.root] - table["score"]
    own = result.ranks.at[unit, result.root]
    return Standing(
        ahead=table[table["rank"] < own].sort_values("score", kind="stable"),
        behind=table[table["rank"] > own].sort_values("score", ascending=False, kind="stable"),
    )
