"""Findings over draws: on an illustrative edition a finding counts only if other inventions agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from .diagnosis import Diagnosis

HOLDS = 0.8


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


def over_draws_of(diagnosis: Diagnosis, draws: int) -> OverDraws:
    """Diagnose every draw of the edition behind `diagnosis` by the same rules.

    Raises
    ------
    UnknownNameError
        If the dataset is not an edition that ships.
    """
    from ...data.library import load_dataset
    from ...index.build import build_index

    result = diagnosis.result
    counts = pd.DataFrame(0, index=list(result.framework.indicators), columns=["weak", "strong", "matters"])
    scores, ranks, whole = [], [], []
    for k in range(draws):
        made = build_index(load_dataset(result.dataset.name, draw=k), result.method)
        one = replace(diagnosis, result=made, draws=None)
        for finding in counts.columns:
            counts.loc[list(getattr(one, finding).index), finding] += 1
        scores.append(one.judged["score"])
        ranks.append(one.judged["rank"])
        ahead = str(one.ahead.index[0]) if len(one.ahead) else ""
        whole.append({"draw": k, "score": one.score, "rank": one.rank, "ahead": ahead})
    all_scores, all_ranks = pd.DataFrame(scores), pd.DataFrame(ranks)
    counts["score_low"], counts["score_high"] = all_scores.min(), all_scores.max()
    counts["rank_best"], counts["rank_worst"] = all_ranks.min(), all_ranks.max()
    counts.index.name = "code"
    return OverDraws(draws, counts, pd.DataFrame(whole).set_index("draw"))
