"""What is asked: for whom, with which actions, within which limits and to which end; checked and made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...base.arrays import Flags
from ...base.errors import MethodError, UnknownNameError
from ...data.peers import PeerGroup, peer_group
from ...data.reading.template.action_form import KINDS
from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from ..actions.data_calendar import Calendar
from .limits import Budgets, Limits, make_limits

OBJECTIVES = ("cost", "score", "rank", "passed")


@dataclass(frozen=True, eq=False)
class Question:
    """What was asked, so that it can be asked again with another budget, target or draw.

    The fields are those of :func:`piikit.optimise`; made by :func:`ask`.

    Attributes
    ----------
    group : PeerGroup
        Whose ranks count.
    calendar : Calendar or None
        Which effects the edition can see.
    limits : Limits
        Budgets, links and what is fixed, compiled.
    """

    result: IndexResult
    unit: str
    actions: ActionSet
    group: PeerGroup
    calendar: Calendar | None = None
    target_rank: int | None = None
    objective: str = ""
    budget: float | None = None
    budgets: Budgets | None = None
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    kinds: Sequence[str] = KINDS
    at: str = "mean"
    limits: Limits = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.objective and self.objective not in OBJECTIVES:
            raise UnknownNameError("option", self.objective, OBJECTIVES)
        if self.objective == "cost" and self.target_rank is None:
            raise MethodError("error.plan.no_target")
        target = None if self.target_rank is None else whole_rank(self.target_rank, len(self.rivals) + 1)
        limits = make_limits(self.actions, self.budget, self.budgets, self.include, self.exclude, self.at)
        object.__setattr__(self, "target_rank", target)
        object.__setattr__(self, "objective", self.objective or ("score" if target is None else "cost"))
        object.__setattr__(self, "limits", limits)

    @property
    def among(self) -> str:
        """How the group was named; see :class:`piikit.data.peers.PeerGroup`."""
        return self.group.way

    @property
    def rivals(self) -> tuple[str, ...]:
        """The units of the group, the unit itself left out."""
        return self.group.units

    def chosen(self, package: Flags) -> tuple[str, ...]:
        """Ids of the actions taken."""
        return tuple(i for i, f in zip(self.actions.ids, package, strict=True) if f)

    @property
    def illustrative(self) -> bool:
        """Whether data, costs or effects are illustrative."""
        return self.result.dataset.illustrative or self.actions.illustrative

    @property
    def asked(self) -> dict[str, Any]:
        """Limits, kinds and estimate in plain types, for the record."""
        return {k: getattr(self, k) for k in ("budget", "budgets", "include", "exclude", "kinds", "at")}


def ask(
    result: IndexResult,
    unit: str,
    actions: ActionSet | str,
    *,
    among: str | Sequence[str] | None = "all",
    edition: int | Calendar | None = None,
    **options: Any,
) -> Question:
    """Check what is asked and compile its limits; see :func:`piikit.optimise` for the parameters."""
    if isinstance(actions, str):
        from ..actions.action_files import load_actions

        actions = load_actions(actions, framework=result.framework)
    calendar = Calendar.pii(edition) if isinstance(edition, int) else edition
    group = peer_group(result.dataset, unit, among or "all")
    return Question(result, result.dataset.unit(unit), actions, group, calendar, **options)


def promised(rank: float) -> int:
    """The best whole rank of which it may be said that it is reached: ties may share 3.5, which is 4."""
    return int(np.ceil(rank))


def whole_rank(rank: Any, units: float = np.inf) -> int:
    """A rank to reach, which is a whole number from 1 and at most that of the last of so many units.

    Raises
    ------
    MethodError
        For anything else.
    """
    if not isinstance(rank, int | float | np.integer | np.floating) or not rank >= 1 or rank % 1 != 0:
        raise MethodError("error.plan.target", target=rank)
    if rank > units:
        raise MethodError("error.plan.beyond", target=rank, units=units)
    return int(rank)
