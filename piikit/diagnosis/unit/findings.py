"""What one unit's scores say before anything is built again: judged, ranked, weak, strong, what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .gaps import gaps, standing, what_matters
from .strengths import STRENGTH, WEAKNESS, by_national_rank, by_peers, by_percentile

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

RULES = ("percentile", "national", "peers")
LEAST_COVERAGE = 0.5


@dataclass(frozen=True)
class Rules:
    """Parameters of the three rules; see :func:`piikit.diagnose`."""

    nth: int | None = None
    count: int = 5
    leaders: int | None = None


@dataclass(frozen=True, eq=False)
class Findings:
    """What one unit's scores say before anything is built again.

    Attributes
    ----------
    judged : DataFrame
        Every indicator under the three rules. Index ``code``; ``score, rank, value,
        percentile, peer_mean, peer_sd``, for each rule (``percentile_flag, national_flag,
        peers_flag``) ``strength``, ``weakness`` or ``""``, and ``weak_by, strong_by`` (how many
        rules).
    nodes : DataFrame
        Groups, pillars and sub-indices under the indicators' cut-offs: ``score, rank,
        percentile, flag``.
    ahead, behind : DataFrame
        Units ahead of and behind this one on the whole, nearest first: ``score, rank, gap`` (own
        less theirs).
    gaps : DataFrame
        Gaps to the next rival, the peers' median and the best; see
        :func:`piikit.diagnosis.unit.gaps.gaps`.
    weak, strong : DataFrame
        Rows of ``judged`` that any rule calls so, with ``weight`` and points to gain.
    matters : DataFrame
        The `count` indicators that offer most points; rows of ``gaps`` with ``target``.
    """

    judged: pd.DataFrame
    nodes: pd.DataFrame
    ahead: pd.DataFrame
    behind: pd.DataFrame
    gaps: pd.DataFrame
    weak: pd.DataFrame
    strong: pd.DataFrame
    matters: pd.DataFrame


def find(result: IndexResult, unit: str, peers: Sequence[str], rules: Rules) -> Findings:
    """Judge a unit by the three rules, set it among the others and measure its gaps."""
    codes = list(result.framework.indicators)
    by_rule = _by_rules(result, unit, codes, peers, rules)
    judged = _judged(result, unit, codes, by_rule)
    near = standing(result, unit)
    rival = str(near.ahead.index[0]) if len(near.ahead) else None
    table = gaps(result, unit, peers, rival)
    worth = judged.join(table[["weight", "points_rival", "points_median", "points_best"]])
    weak = worth[worth["weak_by"] > 0].sort_values(
        ["weak_by", "points_median"], ascending=False, kind="stable"
    )
    strong = worth[worth["strong_by"] > 0].sort_values(["strong_by", "score"], ascending=False, kind="stable")
    return Findings(
        judged=judged,
        nodes=by_rule["percentile"].drop(index=codes),
        ahead=near.ahead,
        behind=near.behind,
        gaps=table,
        weak=weak,
        strong=strong,
        matters=what_matters(table, rules.count),
    )


def _by_rules(
    result: IndexResult, unit: str, codes: list[str], peers: Sequence[str], rules: Rules
) -> dict[str, pd.DataFrame]:
    """What each rule says; the indicators' cut-offs of the percentile rule also flag the nodes above them."""
    framework, scores, ranking = result.framework, result.scores, result.method.ranking
    inner = [c for c in framework.aggregates if c != result.root]
    present = set(result.normalised.loc[unit].dropna().index)
    leaves = {c: framework.leaves(c) for c in inner}
    barred = [c for c in inner if len(present.intersection(leaves[c])) < LEAST_COVERAGE * len(leaves[c])]
    return {
        "percentile": by_percentile(
            scores, unit, codes, nth=rules.nth, also=inner, barred=barred, ranking=ranking
        ),
        "national": by_national_rank(result.normalised, unit, codes, count=rules.count, ranking=ranking),
        "peers": by_peers(
            scores, unit, codes, peers, whole=result.root, leaders=rules.leaders, ranking=ranking
        ),
    }


def _judged(
    result: IndexResult, unit: str, codes: list[str], by_rule: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    judged = by_rule["percentile"].loc[codes, ["score", "rank", "percentile"]]
    judged.insert(2, "value", result.imputed.loc[unit].to_numpy())
    judged[["peer_mean", "peer_sd"]] = by_rule["peers"][["peer_mean", "peer_sd"]]
    for rule in RULES:
        judged[f"{rule}_flag"] = by_rule[rule]["flag"].reindex(codes).fillna("").astype(str)
    flags = judged[[f"{rule}_flag" for rule in RULES]]
    judged["weak_by"] = (flags == WEAKNESS).sum(axis=1)
    judged["strong_by"] = (flags == STRENGTH).sum(axis=1)
    return judged
