"""A chosen package and everything that is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import Problem
from ...base.record import fingerprint, versions
from ...base.results import Drawn
from ...index.ranks import rank
from ..actions.action import KINDS, ActionSet
from ..actions.data_calendar import Calendar
from ..actions.effects import levers
from .evaluator import Evaluator
from .limits import Limits

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from .frontier import Frontier

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Question:
    """What was asked, so that it can be asked again with another budget, target or draw.

    ``seconds`` is the time allowed; the other fields are those of :func:`piikit.optimise`.
    """

    result: IndexResult
    unit: str
    actions: ActionSet
    among: str
    rivals: tuple[str, ...]
    objective: str
    target_rank: int | None
    options: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Package(Drawn):
    """The answer of :func:`piikit.optimise`.

    Attributes
    ----------
    question : Question
    chosen : tuple of str
        Ids of the actions taken.
    status : str
        ``proved`` (nothing better exists), ``not proved`` (time ran out), ``out of reach``
        (proved that no package reaches the target; `chosen` is then the best reachable rank
        with the fewest missing points) or ``none`` (no package keeps the limits).
    reached : bool or None
        Whether the target rank is reached; None without a target.
    value, bound, gap : float
        Of the first criterion, in its own measure (points; billion VND; rivals): found, proved
        to be impossible to beat, and the distance. A cost's bound lies below it.
    residual : float
        Largest difference between the scores that the choice rested on and those of
        ``build_index`` on the changed raw values.
    stages : tuple
        Each criterion with value, bound and proof.
    cost : float
        Billion VND at the estimate that was asked for.
    solves, seconds : int, float
    notes : tuple of Problem
    """

    question: Question
    chosen: tuple[str, ...]
    status: str
    reached: bool | None
    value: float
    bound: float
    gap: float
    residual: float
    stages: tuple[Any, ...]
    cost: float
    solves: int
    seconds: float
    evaluator: Evaluator = field(repr=False)
    limits: Limits = field(repr=False)
    scores_before: Column = field(repr=False)
    scores_after: Column = field(repr=False)
    nodes_before: Column = field(repr=False)
    nodes_after: Column = field(repr=False)
    notes: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<Package {self.unit}: {len(self.chosen)} actions, {self.cost:g} billion VND, "
            f"score {self.score_before:.2f} -> {self.score_after:.2f}, {self.status}>"
        )

    @property
    def unit(self) -> str:
        """The province."""
        return self.question.unit

    @property
    def flags(self) -> Flags:
        """Taken or not, by action in the order of the set."""
        return np.array([i in set(self.chosen) for i in self.question.actions.ids], dtype=bool)

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects behind the answer are illustrative."""
        return self.question.result.dataset.illustrative or self.question.actions.illustrative

    @cached_property
    def _own(self) -> int:
        return self.question.result.units.index(self.unit)

    @property
    def score_before(self) -> float:
        """Own score now."""
        return float(self.scores_before[self._own])

    @property
    def score_after(self) -> float:
        """Own score with the package."""
        return float(self.scores_after[self._own])

    def _ranks(self, scores: Column, group: bool) -> Column:
        method, out = self.question.result.method, np.full(scores.shape, np.nan)
        kept = sorted([*self.evaluator.rivals, self._own]) if group else list(range(scores.size))
        out[kept] = rank(scores[kept], decimals=method.rank_decimals, ties=method.rank_ties)
        return out

    @property
    def rank_before(self) -> float:
        """Own rank in the group now."""
        return float(self._ranks(self.scores_before, True)[self._own])

    @property
    def rank_after(self) -> float:
        """Own rank in the group with the package."""
        return float(self._ranks(self.scores_after, True)[self._own])

    @property
    def overall_before(self) -> float:
        """Own rank among all units now."""
        return float(self._ranks(self.scores_before, False)[self._own])

    @property
    def overall_after(self) -> float:
        """Own rank among all units with the package."""
        return float(self._ranks(self.scores_after, False)[self._own])

    def _try(self, flags: Flags) -> tuple[float, float]:
        done = self.evaluator.one(flags)
        return float(done.scores[self._own]), done.group_rank

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a chosen action (index ``id``), in the order of the set.

        Columns ``agency, co_agencies, cost, source, start, end``; ``points_alone`` (score gained
        by it alone), ``points_lost`` and ``rank_without`` (if only it is dropped),
        ``indicators, kinds, illustrative``.
        """
        flags, rows = self.flags, []
        full = self.score_after
        for at in np.flatnonzero(flags):
            action = self.question.actions.actions[at]
            alone, without = np.zeros(flags.size, dtype=bool), flags.copy()
            alone[at], without[at] = True, False
            left, rank_left = self._try(without)
            rows.append(
                {
                    "id": action.id,
                    "agency": action.agency,
                    "co_agencies": "; ".join(action.co_agencies),
                    "cost": float(self.limits.costs[at]),
                    "source": action.source,
                    "start": action.start.isoformat() if action.start else "",
                    "end": action.end.isoformat() if action.end else "",
                    "points_alone": self._try(alone)[0] - self.score_before,
                    "points_lost": full - left,
                    "rank_without": rank_left,
                    "indicators": ", ".join(dict.fromkeys(e.code for e in action.effects)),
                    "kinds": ", ".join(k for k in KINDS if any(e.kind == k for e in action.effects)),
                    "illustrative": action.illustrative or any(e.illustrative for e in action.effects),
                }
            )
        names = ["id", "agency", "co_agencies", "cost", "source", "start", "end", "points_alone"]
        names += ["points_lost", "rank_without", "indicators", "kinds", "illustrative"]
        return pd.DataFrame(rows, columns=names).set_index("id")

    @cached_property
    def agencies(self) -> pd.DataFrame:
        """Who does what: one row an agency with ``actions, ids, cost, points_lost`` (if all of its actions are dropped)."""
        rows = []
        for agency, part in self.table.groupby("agency", sort=False):
            without = self.flags.copy()
            for name in part.index:
                without[self.question.actions.place(str(name))] = False
            lost = self.score_after - self._try(without)[0]
            rows.append(
                {
                    "agency": str(agency),
                    "actions": len(part),
                    "ids": ", ".join(map(str, part.index)),
                    "cost": float(part["cost"].sum()),
                    "points_lost": lost,
                }
            )
        columns = ["agency", "actions", "ids", "cost", "points_lost"]
        return pd.DataFrame(rows, columns=columns).set_index("agency")

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row a moved indicator (index ``code``): raw value, score and rank before and after, actions."""
        after = self.evaluator.values(self.flags)[0]
        result, rows = self.question.result, []
        codes = result.framework.codes
        ids = np.array(self.question.actions.ids)
        for lever, value in zip(self.evaluator.levers, after, strict=True):
            if value == lever.base or np.isnan(value):
                continue
            place = codes.index(lever.code)
            rows.append(
                {
                    "code": lever.code,
                    "raw_before": lever.base,
                    "raw_after": float(value),
                    "score_before": float(self.nodes_before[place]),
                    "score_after": float(self.nodes_after[place]),
                    "actions": ", ".join(i for i in ids[lever.members] if i in set(self.chosen)),
                }
            )
        columns = ["code", "raw_before", "raw_after", "score_before", "score_after", "actions"]
        return pd.DataFrame(rows, columns=columns).set_index("code")

    @cached_property
    def standings(self) -> pd.DataFrame:
        """The group before and after (index ``unit``): ``score_before, score_after, rank_before, rank_after, passed``."""
        units = self.question.result.units
        kept = sorted([*self.evaluator.rivals, self._own])
        before = self.evaluator.ahead(self.scores_before)
        after = self.evaluator.ahead(self.scores_after)
        table = pd.DataFrame(
            {
                "score_before": self.scores_before[kept],
                "score_after": self.scores_after[kept],
                "rank_before": self._ranks(self.scores_before, True)[kept],
                "rank_after": self._ranks(self.scores_after, True)[kept],
                "passed": [i in before and i not in after for i in kept],
            },
            index=pd.Index([units[i] for i in kept], name="unit"),
        )
        return table.sort_values("rank_after", kind="stable")

    @property
    def passed(self) -> tuple[str, ...]:
        """Rivals of the group that were ahead and are no longer."""
        return tuple(str(u) for u in self.standings.index[self.standings["passed"]])

    @cached_property
    def missing(self) -> pd.DataFrame | None:
        """What is missing to the target, by pillar; None if it is reached or none was asked.

        One row a pillar: ``own, rival`` (scores), ``gap`` (contribution to the distance in
        points of the whole, summing to it; negative where we lead), ``alone`` (points of this
        pillar that would close all of it by itself) and ``possible`` (whether 100 allows it).
        The rival is the one that stands at the target's place.
        """
        if self.reached is not False:
            return None
        return _missing(self)

    @property
    def shortfall(self) -> float:
        """Points missing to the score at the target's place; 0 if reached."""
        if self.reached is not False or self.question.target_rank is None:
            return 0.0
        return -self.evaluator.margin(self.scores_after, self.question.target_rank)

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """Points by kind of effect (index ``kind``): ``points`` (Shapley over kinds, summing to the gain), ``alone``.

        ``alone`` is the gain if only effects of this kind come about.
        """
        gains = {frozenset(s): self._with_kinds(s)[0] - self.score_before for s in _subsets(KINDS)}
        rows = []
        for kind in KINDS:
            others = [k for k in KINDS if k != kind]
            share = sum(
                factorial(len(s))
                * factorial(2 - len(s))
                / 6
                * (gains[frozenset({*s, kind})] - gains[frozenset(s)])
                for s in _subsets(others)
            )
            rows.append({"kind": kind, "points": share, "alone": gains[frozenset({kind})]})
        return pd.DataFrame(rows).set_index("kind")

    @cached_property
    def closed(self) -> tuple[float, float]:
        """Score and group rank left if the publisher closes reporting and definition effects."""
        return self._with_kinds(("real",))

    def _with_kinds(self, kinds: tuple[str, ...]) -> tuple[float, float]:
        evaluator = self._evaluator_of(kinds)
        done = evaluator.one(self.flags)
        return float(done.scores[self._own]), done.group_rank

    def _evaluator_of(self, kinds: tuple[str, ...]) -> Evaluator:
        q = self.question
        made = levers(q.result, q.unit, q.actions.only(kinds), q.options.get("calendar"))
        amounts = [v.amounts(q.options["at"]) for v in made]
        return Evaluator(self.evaluator.response, made, amounts, self.evaluator.rivals)

    @cached_property
    def late(self) -> pd.DataFrame:
        """Effects of chosen actions that this edition cannot show: ``action, code, edition`` (the first that can)."""
        calendar: Calendar | None = self.question.options.get("calendar")
        rows = [
            {"action": a.id, "code": e.code, "edition": calendar.first_edition(a, e)}
            for a in self.question.actions.actions
            if calendar is not None and a.id in self.chosen
            for e in a.effects
            if not calendar.counts(a, e)
        ]
        return pd.DataFrame(rows, columns=["action", "code", "edition"])

    @property
    def frontier(self) -> Frontier:
        """Cost against score and rank, for the same question; solved when first asked for."""
        return self._frontier

    @cached_property
    def _frontier(self) -> Frontier:
        from .frontier import frontier

        q = self.question
        return frontier(q.result, q.unit, q.actions, among=q.rivals, **_plain(q.options))

    @cached_property
    def record(self) -> dict[str, Any]:
        """What went in, with which versions, and the proof."""
        q = self.question
        asked = {k: v for k, v in q.options.items() if k not in ("calendar", "seconds")}
        return {
            "fingerprint": fingerprint(
                data=q.result.dataset.fingerprint,
                method=q.result.method.fingerprint,
                actions=q.actions.fingerprint,
                asked=[q.unit, q.rivals, q.objective, q.target_rank, asked],
            ),
            "status": self.status,
            "bound": self.bound,
            "gap": self.gap,
            "residual": self.residual,
            "versions": versions(),
        }


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    kept = ("budgets", "include", "exclude", "kinds", "calendar", "at", "seconds")
    return {("edition" if k == "calendar" else k): v for k, v in options.items() if k in kept}


def _subsets(things: Any) -> list[tuple[str, ...]]:
    return [c for n in range(len(things) + 1) for c in combinations(things, n)]


def _missing(package: Package) -> pd.DataFrame:
    """The distance to the unit at the target's place, taken apart by pillar."""
    q = package.question
    plan, own = q.result.plan, package._own
    assert q.target_rank is not None
    made = package.evaluator.response.evaluate(
        package.evaluator.values(package.flags), package.evaluator.codes, every_unit=True, nodes=True
    )
    assert made.nodes is not None
    nodes, framework = made.nodes[0], q.result.framework
    rivals = [i for i in package.evaluator.rivals if not np.isnan(package.scores_after[i])]
    order = sorted(rivals, key=lambda i: -package.scores_after[i])
    rival = order[q.target_rank - 1]
    distance = float(package.scores_after[rival] - package.scores_after[own])
    top = max(framework.level(c) for c in framework.codes)
    pillars = framework.at_level(top - 2) if top > 3 else framework.children(framework.root)
    from .levels import weights_of

    normalised = nodes[:, plan.indicator_at]
    weights, _ = weights_of(package.evaluator.response, np.isnan(normalised))
    parts = np.nan_to_num(normalised) * weights
    rows = []
    for code in pillars:
        leaves = [framework.indicators.index(c) for c in framework.leaves(code)]
        place = framework.codes.index(code)
        weight = float(weights[own, leaves].sum())
        alone = distance / weight if weight > 0 else float("nan")
        mine = float(nodes[own, place])
        rows.append(
            {
                "code": code,
                "own": mine,
                "rival": float(nodes[rival, place]),
                "gap": float(parts[rival, leaves].sum() - parts[own, leaves].sum()),
                "alone": alone,
                "possible": bool(mine + alone <= 100),
            }
        )
    table = pd.DataFrame(rows).set_index("code")
    table.attrs["rival"], table.attrs["distance"] = q.result.units[rival], distance
    return table
