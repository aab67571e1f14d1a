"""The whole diagnosis of one unit: weak and strong, what matters, who is ahead, who answers, what is at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.editions import names
from ...data.peers import PeerGroup, peer_group
from ...data.plans import Plan, load_plan
from . import agencies as by_agency
from . import empty_cells as _missing
from . import gaps as _gaps
from .duel import Duel, duel
from .natural_units import per_natural_unit
from .risk import SMALL, at_risk
from .strengths import STRENGTH, WEAKNESS, by_national_rank, by_peers, by_percentile

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from .findings_over_draws import OverDraws

RULES = ("percentile", "national", "peers")
LEAST_COVERAGE = 0.5


@dataclass(frozen=True, eq=False)
class Diagnosis(Drawn):
    """What is weak, what matters, who could act; made by :func:`diagnose`.

    Tables are made when first asked for; their columns are described where they are made.

    Attributes
    ----------
    result : IndexResult
    unit : str
    peers : PeerGroup
    plan : Plan or None
        The unit's own plan, if one is digitised.
    nth, count, leaders, small
        Parameters of the rules; see :func:`diagnose`.
    draws : OverDraws or None
        On an illustrative edition, how often each finding holds over its draws.
    """

    result: IndexResult
    unit: str
    peers: PeerGroup
    plan: Plan | None
    nth: int | None
    count: int
    leaders: int | None
    small: float
    draws: OverDraws | None = None

    @property
    def score(self) -> float:
        """Score of the whole."""
        return float(self.result.scores.at[self.unit, self.result.root])

    @property
    def rank(self) -> float:
        """Rank of the whole."""
        return float(self.result.ranks.at[self.unit, self.result.root])

    @property
    def illustrative(self) -> bool:
        """Whether illustrative cells stand behind the result: then only `draws` counts."""
        return self.result.dataset.illustrative

    @cached_property
    def _rules(self) -> dict[str, pd.DataFrame]:
        result, codes = self.result, list(self.result.framework.indicators)
        ranking = result.method.ranking
        inner = [c for c in result.framework.aggregates if c != result.root]
        present = result.normalised.loc[self.unit].notna()
        barred = [c for c in inner if present[list(result.framework.leaves(c))].mean() < LEAST_COVERAGE]
        return {
            "percentile": by_percentile(
                result.scores, self.unit, codes, nth=self.nth, also=inner, barred=barred, ranking=ranking
            ),
            "national": by_national_rank(
                result.normalised, self.unit, codes, count=self.count, ranking=ranking
            ),
            "peers": by_peers(
                result.scores,
                self.unit,
                codes,
                self.peers.units,
                whole=result.root,
                leaders=self.leaders,
                ranking=ranking,
            ),
        }

    @cached_property
    def judged(self) -> pd.DataFrame:
        """Every indicator under the three rules.

        Index ``code``; ``score, rank, value, percentile, peer_mean, peer_sd``, and for each
        rule (``percentile_flag, national_flag, peers_flag``) ``strength``, ``weakness`` or
        ``""``; ``weak_by, strong_by`` (how many rules).
        """
        rules, result = self._rules, self.result
        codes = list(result.framework.indicators)
        table = pd.DataFrame(
            {
                "score": result.normalised.loc[self.unit],
                "rank": result.ranks.loc[self.unit, codes],
                "value": result.imputed.loc[self.unit],
                "percentile": rules["percentile"].loc[codes, "percentile"],
                "peer_mean": rules["peers"]["peer_mean"],
                "peer_sd": rules["peers"]["peer_sd"],
            },
            index=pd.Index(codes, name="code"),
        )
        for rule in RULES:
            table[f"{rule}_flag"] = rules[rule]["flag"].reindex(codes).fillna("").astype(str)
        flags = table[[f"{rule}_flag" for rule in RULES]]
        table["weak_by"] = (flags == WEAKNESS).sum(axis=1)
        table["strong_by"] = (flags == STRENGTH).sum(axis=1)
        return table

    @property
    def nodes(self) -> pd.DataFrame:
        """Groups, pillars and sub-indices under the indicators' cut-offs: ``score, rank, percentile, flag``."""
        return self._rules["percentile"].drop(index=list(self.result.framework.indicators))

    def _by(self, kind: str) -> pd.DataFrame:
        table = self.judged[self.judged[f"{kind}_by"] > 0]
        table = table.join(self.gaps[["weight", "points_rival", "points_median", "points_best"]])
        order = ["weak_by", "points_median"] if kind == "weak" else ["strong_by", "score"]
        return table.sort_values(order, ascending=False, kind="stable")

    @cached_property
    def weak(self) -> pd.DataFrame:
        """Rows of :attr:`judged` that any rule calls weak, with ``weight`` and points to gain."""
        return self._by("weak")

    @cached_property
    def strong(self) -> pd.DataFrame:
        """Rows of :attr:`judged` that any rule calls strong."""
        return self._by("strong")

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Gaps to the next rival, the peers' median and the best; see :func:`piikit.diagnosis.unit.gaps.gaps`."""
        rival = str(self.ahead.index[0]) if len(self.ahead) else None
        return _gaps.gaps(self.result, self.unit, self.peers.units, rival)

    @cached_property
    def matters(self) -> pd.DataFrame:
        """The five indicators that offer most points; see :func:`piikit.diagnosis.unit.gaps.what_matters`."""
        return _gaps.what_matters(self.gaps, self.count)

    @cached_property
    def _standing(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return _gaps.standing(self.result, self.unit)

    @property
    def ahead(self) -> pd.DataFrame:
        """Units ahead on the whole, nearest first: ``score, rank, gap`` (own less theirs)."""
        return self._standing[0]

    @property
    def behind(self) -> pd.DataFrame:
        """Units behind on the whole, nearest first."""
        return self._standing[1]

    def contributions_to(self, rival: str) -> Duel:
        """Which indicators, groups and pillars make the gap to `rival`; they sum to it."""
        return duel(self.result, self.unit, rival)

    @cached_property
    def per_natural_unit(self) -> pd.DataFrame:
        """Points of the whole per natural unit; see :mod:`piikit.diagnosis.unit.natural_units`."""
        return per_natural_unit(self.result, self.unit)

    @cached_property
    def at_risk(self) -> pd.DataFrame:
        """Strengths, nearest to losing their place first; see :func:`piikit.diagnosis.unit.risk.at_risk`."""
        return at_risk(self.result, self.unit, list(self.strong.index), small=self.small)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Empty cells and what reporting them would give; see :func:`piikit.diagnosis.unit.empty_cells.missing`."""
        return _missing.missing(self.result, self.unit, self.peers.units)

    @cached_property
    def unreported(self) -> pd.DataFrame:
        """Reported cells, and the whole without them."""
        return _missing.unreported(self.result, self.unit)

    @cached_property
    def agencies(self) -> by_agency.Agencies:
        """Points at stake by agency, and what the unit's plan covers."""
        return by_agency.agencies(self.result.framework, self.gaps, list(self.weak.index), self.plan)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an indicator: judgement, gaps, worth of a natural unit, agency.

        Columns of :attr:`judged`, :attr:`gaps`, :attr:`per_natural_unit` and of
        ``agencies.of_indicator``, each named once.
        """
        table = self.judged
        for part in (self.gaps, self.per_natural_unit, self.agencies.of_indicator):
            table = table.join(part[[c for c in part.columns if c not in table.columns]])
        return table

    def __repr__(self) -> str:
        return f"<Diagnosis {self.unit}: {self.result!r}, peers {self.peers.way} ({len(self.peers.units)})>"


def diagnose(
    result: Any,
    unit: str | None = None,
    *,
    peers: str | Sequence[str] | None = None,
    plan: Plan | str | None = None,
    nth: int | None = None,
    count: int = 5,
    leaders: int | None = None,
    small: float = SMALL,
    draws: int = 20,
) -> Any:
    """Diagnose one unit of a built index, or a province's own page.

    Parameters
    ----------
    result : IndexResult, PageResult or Page
    unit : str, optional
        As people write it; a page names its own.
    peers : str or sequence of str, optional
        ``"central-cities"``, ``"region"``, ``"nearest"``, ``"all"``, a grouping of the
        dataset, or a list; see :func:`piikit.data.peers.peer_group`.
    plan : Plan or str, optional
        A plan of tasks; if not given the unit's own, where one is digitised (Cần Thơ's 116).
    nth : int, optional
        How many percentile ranks set the GII's cut-off (10 of some 80 there; if not given,
        one in eight).
    count : int
        How many by national rank (PII prints five and five), and how many that matter.
    leaders : int, optional
        Compare a unit among the first so many with those instead of its peers, as the GII
        does with its top 25. Off if not given.
    small : float
        What counts as a small fall, in points of an indicator's score.
    draws : int
        On an illustrative edition: over how many draws findings are counted.

    Returns
    -------
    Diagnosis
        Or a ``PageDiagnosis`` for a page.

    Raises
    ------
    UnknownNameError
        If unit, peers or plan is not known.
    MethodError
        If the unit has no score, or nobody is left to compare with.
    """
    if not hasattr(result, "normalised"):
        from .page_diagnosis import diagnose_page

        return diagnose_page(result, unit, count=count)
    if unit is None:
        raise MethodError("error.no_unit")
    name = result.dataset.unit(unit)
    if pd.isna(result.scores.at[name, result.root]):
        raise MethodError("error.no_whole_score", unit=name)
    if isinstance(plan, str):
        plan = load_plan(plan)
    if plan is None and (own := load_plan()).unit == name:
        plan = own
    group = peer_group(result.dataset, name, peers)
    made = Diagnosis(result, name, group, plan, nth, count, leaders, small)
    if not made.illustrative or draws < 2 or result.dataset.name not in names():
        return made  # only editions of PII have draws
    from dataclasses import replace

    from .findings_over_draws import over_draws_of

    return replace(made, draws=over_draws_of(made, draws))
