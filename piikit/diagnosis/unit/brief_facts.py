"""What a brief needs to know of a unit beyond its diagnosis, gathered before a word is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...index.build import build_index
from ..drivers.development import DevelopmentResult, development

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from .diagnosis import Diagnosis

PRESETS = ("pii", "gii", "coinr")


@dataclass(frozen=True, eq=False)
class BriefFacts:
    """Facts about one unit of a built index; made by :func:`brief_facts`.

    Attributes
    ----------
    place, among : int
        Place by the score of the whole among the peers and the unit itself, and how many of
        them have one.
    pillars : Series
        Own score less the peers' median, by pillar: the codes two steps below the whole, or
        one where there are no more.
    ranks_by_method : mapping
        Rank of the whole under the other presets that ship, each built from raw data. Empty
        for an illustrative edition, whose rank is counted over draws instead.
    development : DevelopmentResult or None
        Scores without indicators made of GRDP against GRDP per head, where that is known.
    """

    place: int
    among: int
    pillars: pd.Series
    ranks_by_method: Mapping[str, float]
    development: DevelopmentResult | None


def brief_facts(diagnosis: Diagnosis) -> BriefFacts:
    """Gather what a brief of `diagnosis` says beyond it."""
    result, unit, peers = diagnosis.result, diagnosis.unit, list(diagnosis.peers.units)
    whole = result.scores.loc[[unit, *peers], result.root].dropna()
    pillars = list(pillars_of(result))
    scores = result.scores[pillars]
    return BriefFacts(
        place=int((whole > whole[unit]).sum()) + 1,
        among=len(whole),
        pillars=scores.loc[unit] - scores.loc[peers].median(),
        ranks_by_method={} if diagnosis.illustrative else _ranks_by_method(result, unit),
        development=_development(result, unit, 0 if diagnosis.draws is None else diagnosis.draws.draws),
    )


def pillars_of(result: IndexResult) -> tuple[str, ...]:
    """Codes two steps below the whole, or one step where there are no more."""
    framework = result.framework
    below = framework.children(result.root)
    pillars = tuple(c for b in below for c in framework.children(b))
    return pillars if pillars and not any(c in framework.indicators for c in pillars) else below


def _ranks_by_method(result: IndexResult, unit: str) -> dict[str, float]:
    ranks: dict[str, float] = {}
    for name in PRESETS:
        if name == result.method.name:
            continue
        try:
            made = build_index(result.dataset, name)
        except MethodError:
            continue
        rank = float(made.ranks.at[unit, made.root])
        if not np.isnan(rank):
            ranks[name] = rank
    return ranks


def _development(result: IndexResult, unit: str, draws: int) -> DevelopmentResult | None:
    try:
        made = development(result, independent=True, draws=draws)
    except (MethodError, UnknownNameError):
        return None
    return made if unit in made.table.index else None
