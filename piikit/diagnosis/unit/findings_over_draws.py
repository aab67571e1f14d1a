"""Findings over draws: on an illustrative edition a finding counts only if other inventions agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ..print.over_draws import each_draw, how_often
from .findings import Rules, find

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

HOLDS = 0.8
COUNTED = ("weak", "strong", "matters")


@dataclass(frozen=True, eq=False)
class OverDraws:
    """How often findings about one unit hold over draws of an edition.

    All draws fit every printed figure equally well and differ in what nobody printed.

    Attributes
    ----------
    draws : int
    table : DataFrame
        Index ``code`` (indicators); ``weak, strong, matters`` (in how many draws),
        ``score_low, score_high, rank_best, rank_worst`` over the draws.
    whole : DataFrame
        Index ``draw``; ``score, rank, ahead`` of the whole.
    """

    draws: int
    table: pd.DataFrame
    whole: pd.DataFrame

    def holds(self, finding: str, share: float = HOLDS) -> tuple[str, ...]:
        """Codes for which `finding` (``weak``, ``strong``, ``matters``) holds in at least `share` of the draws."""
        enough = self.table[self.table[finding] >= share * self.draws]
        return tuple(enough.sort_values(finding, ascending=False, kind="stable").index)


def find_over_draws(
    result: IndexResult, unit: str, peers: Sequence[str], rules: Rules, draws: int
) -> OverDraws:
    """Count what :func:`find` says of a unit in every draw of the edition behind `result`.

    Raises
    ------
    UnknownNameError
        If the dataset is not an edition that ships.
    """
    found, whole = [], []
    for k, made in enumerate(each_draw(result.dataset.name, draws, result.method)):
        one = find(made, unit, peers, rules)
        found.append(one)
        own = {"score": made.scores.at[unit, made.root], "rank": made.ranks.at[unit, made.root]}
        whole.append({"draw": k, **own, "ahead": str(one.ahead.index[0]) if len(one.ahead) else ""})
    counts = {name: how_often(getattr(one, name).index for one in found) for name in COUNTED}
    table = pd.DataFrame(counts, index=pd.Index(result.framework.indicators, name="code"))
    table = table.fillna(0).astype(int)
    judged = {name: pd.DataFrame([one.judged[name] for one in found]) for name in ("score", "rank")}
    table["score_low"], table["score_high"] = judged["score"].min(), judged["score"].max()
    table["rank_best"], table["rank_worst"] = judged["rank"].min(), judged["rank"].max()
    return OverDraws(draws, table, pd.DataFrame(whole).set_index("draw"))
