"""The whole diagnosis of one unit: weak and strong, what matters, who is ahead, who answers, what is at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.editions import names
from ...data.peers import PeerGroup, peer_group
from ...data.plans import Plan, load_plan
from ...index.page.page_result import PageResult, as_scored
from . import empty_cells
from .agencies import Agencies, agencies
from .duel import Duel, duel
from .findings import Findings, Rules, find
from .findings_over_draws import OverDraws, find_over_draws
from .gaps import if_closed
from .natural_units import per_natural_unit
from .page_diagnosis import diagnose_page
from .risk import SMALL, at_risk

if TYPE_CHECKING:
    from ...index.index_result import IndexResult


@dataclass(frozen=True, eq=False)
class Diagnosis(Findings, Drawn):
    """What is weak, what matters, who could act; made by :func:`diagnose`.

    Attributes
    ----------
    judged, nodes, ahead, behind, weak, strong : DataFrame
        See :class:`~piikit.diagnosis.unit.findings.Findings`.
    gaps, matters : DataFrame
        As there, with what reaching each target would really give; see
        :func:`~piikit.diagnosis.unit.gaps.if_closed`.
    result : IndexResult
    unit : str
    peers : PeerGroup
    plan : Plan or None
        The unit's own plan, if one is digitised.
    nth, count, leaders, small
        Parameters of the rules; see :func:`diagnose`.
    score, rank : float
        Of the whole.
    per_natural_unit : DataFrame
        Points of the whole per natural unit; see :mod:`piikit.diagnosis.unit.natural_units`.
    at_risk : DataFrame
        Strengths, nearest to losing their place first; see :mod:`piikit.diagnosis.unit.risk`.
    missing, unreported : DataFrame
        Empty cells and what reporting them would give, and reported cells and the whole
        without them; see :mod:`piikit.diagnosis.unit.empty_cells`.
    agencies : Agencies
        Points at stake by agency, and what the unit's plan covers.
    table : DataFrame
        One row an indicator: columns of ``judged``, ``gaps``, ``per_natural_unit`` and
        ``agencies.of_indicator``, each named once.
    draws : OverDraws or None
        On an illustrative edition, how often each finding holds over its draws.
    nearest : Duel or None
        Against the unit just ahead, of the leader just behind; None where there is neither.
    """

    result: IndexResult
    unit: str
    peers: PeerGroup
    plan: Plan | None
    nth: int | None
    count: int
    leaders: int | None
    small: float
    score: float
    rank: float
    per_natural_unit: pd.DataFrame
    at_risk: pd.DataFrame
    missing: pd.DataFrame
    unreported: pd.DataFrame
    agencies: Agencies
    table: pd.DataFrame
    draws: OverDraws | None
    nearest: Duel | None

    @property
    def illustrative(self) -> bool:
        """Whether illustrative cells stand behind the result: then only `draws` counts."""
        return self.result.illustrative

    def contributions_to(self, rival: str) -> Duel:
        """Which indicators, groups and pillars make the gap to `rival`; they sum to it."""
        return duel(self.result, self.unit, rival)

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

    Notes
    -----
    The three rules: the Global Innovation Index's percentile ranks (GII 2023, Appendix I), the
    best and worst national ranks as PII prints them, and one standard deviation from the mean of
    the peers. What a change would give is the index built again, never a frozen scale.

    Examples
    --------
    >>> import piikit as pk
    >>> found = pk.diagnose(pk.build_index(pk.load_dataset("open-2022")), "can tho")
    >>> found.rank, found.peers.way, found.ahead.index[0]
    (9.0, 'central-cities', 'Bắc Ninh')
    >>> found.matters["points_median"].round(2).head(2).to_dict()
    {'7.1': 2.45, '4.1': 2.26}
    """
    scored = as_scored(result)
    name = scored.check_unit(unit)
    if isinstance(scored, PageResult):
        return diagnose_page(scored, count=count)
    result = scored
    if pd.isna(result.scores.at[name, result.root]):
        raise MethodError("error.no_whole_score", unit=name)
    group = peer_group(result.dataset, name, peers)
    rules = Rules(nth, count, leaders)
    found = find(result, name, group.units, rules)
    gaps = if_closed(result, name, found.gaps)
    own_plan = _plan_of(name, plan)
    who = agencies(result.framework, gaps, list(found.weak.index), own_plan)
    worth = per_natural_unit(result, name)
    drawn = result.dataset.illustrative and draws > 1 and result.dataset.name in names()
    closed = {"gaps": gaps, "matters": gaps.loc[found.matters.index].assign(target=found.matters["target"])}
    return Diagnosis(
        **vars(found) | vars(rules) | closed,
        result=result,
        unit=name,
        peers=group,
        plan=own_plan,
        small=small,
        score=float(result.scores.at[name, result.root]),
        rank=float(result.ranks.at[name, result.root]),
        per_natural_unit=worth,
        at_risk=at_risk(result, name, list(found.strong.index), small=small),
        missing=empty_cells.missing(result, name, group.units),
        unreported=empty_cells.unreported(result, name),
        agencies=who,
        table=_side_by_side(found.judged, gaps, worth, who.of_indicator),
        draws=find_over_draws(result, name, group.units, rules, draws) if drawn else None,
        nearest=_nearest(result, name, found),
    )


def _nearest(result: IndexResult, unit: str, found: Findings) -> Duel | None:
    near = found.ahead if len(found.ahead) else found.behind
    return duel(result, unit, str(near.index[0])) if len(near) else None


def _plan_of(unit: str, plan: Plan | str | None) -> Plan | None:
    """The plan asked for, else the unit's own if one is digitised."""
    if isinstance(plan, str):
        return load_plan(plan)
    own = load_plan()
    return own if plan is None and own.unit == unit else plan


def _side_by_side(first: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Columns of several tables of the same indicators, each named once."""
    for table in others:
        first = first.join(table[[c for c in table.columns if c not in first.columns]])
    return first
