"""The algebra of effects: which raw value an indicator takes under a package.

For each indicator, in this fixed order, so that the order of listing never matters: values newly
reported; then additions; then percentages (compounding); then shares of a remaining distance
closed (diminishing returns). Within each, the tightest cap first. Nothing moves beyond its cap,
nor beyond what the indicator's scale allows. Synergy and substitution multiply amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...base.arrays import Column, Flags, Matrix, Places
from ...base.errors import Problem, raise_if
from .action import Effect, Link
from .action_set import ActionSet
from .data_calendar import Calendar
from .scale_ends import scale_ends

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

_ORDER = {"set": 0, "add": 1, "numerator": 1, "percent": 2, "close": 3}


@dataclass(frozen=True, eq=False)
class Lever:
    """Everything that the actions can do to one indicator.

    Attributes
    ----------
    code, at : str, int
        Indicator and its place.
    base : float
        Own raw value now, NaN if not reported.
    low, high : float
        What the scale allows (the value now included).
    effects : tuple of Effect
        In the order in which they work.
    owner : ndarray of int
        Place in `members` of each effect's action.
    members : ndarray of int
        Places of the actions that matter here, in the whole set, ascending.
    per_unit : ndarray
        What one unit of each effect's amount adds: 1, or scale / denominator for numerators.
    synergy, substitutes : tuple of (int, int, float)
        Pairs by place in `members`.
    goods : bool
        Larger is better.
    """

    code: str
    at: int
    base: float
    low: float
    high: float
    effects: tuple[Effect, ...]
    owner: Places
    members: Places
    per_unit: Column
    synergy: tuple[tuple[int, int, float], ...] = ()
    substitutes: tuple[tuple[int, int, float], ...] = ()
    goods: bool = True

    def amounts(self, which: str) -> Column:
        """Amount of each effect: ``low``, ``likely``, ``high``, or ``mean`` (times its probability)."""
        return np.array(
            [e.amount.at(which) * (e.p_deliver if which == "mean" else 1.0) for e in self.effects]
        )

    def values(self, chosen: Flags, amounts: Matrix, delivered: Flags | None = None) -> Column:
        """Raw value under each row.

        Parameters
        ----------
        chosen : ndarray of bool, shape (rows, members)
        amounts : ndarray, shape (effects,) or (rows, effects)
        delivered : ndarray of bool, shape (rows, effects), optional
        """
        rows = len(chosen)
        amounts = np.broadcast_to(amounts, (rows, len(self.effects)))
        on = chosen[:, self.owner]
        on = on if delivered is None else on & delivered
        if self.synergy or self.substitutes:
            amounts = amounts * self._factors(chosen, amounts)
        x = np.full(rows, self.base)
        reported = np.full(rows, np.nan)
        better = np.fmax if self.goods else np.fmin
        for k, effect in enumerate(self.effects):
            if effect.way == "set":
                reported = np.where(on[:, k], better(reported, amounts[:, k]), reported)
                if k + 1 == len(self.effects) or self.effects[k + 1].way != "set":
                    x = np.where(np.isnan(reported), x, reported)
            else:
                x = np.where(on[:, k], self.step(k, x, amounts[:, k]), x)
        return np.clip(x, self.low, self.high)

    def step(self, k: int, x: Column, amount: Column) -> Column:
        effect = self.effects[k]
        if effect.way == "percent":
            made = x * (1 + amount / 100)
        elif effect.way == "close":
            assert effect.cap is not None
            return np.asarray(x + amount * (effect.cap - x))
        else:
            made = x + amount * self.per_unit[k]
        if effect.cap is None:
            return np.asarray(made)
        beyond = np.where(
            made >= x,
            np.minimum(made, np.maximum(x, effect.cap)),
            np.maximum(made, np.minimum(x, effect.cap)),
        )
        return np.asarray(beyond)

    def _factors(self, chosen: Flags, amounts: Matrix) -> Matrix:
        factors = np.ones(amounts.shape)
        for a, b, value in self.synergy:
            both = chosen[:, a] & chosen[:, b]
            mine = (self.owner == a) | (self.owner == b)
            factors[np.ix_(both, mine)] *= 1 + value
        for a, b, value in self.substitutes:
            rows = np.flatnonzero(chosen[:, a] & chosen[:, b])
            sizes = self._alone(amounts[rows])
            first = np.abs(sizes[:, self.owner == a].sum(axis=1))
            second = np.abs(sizes[:, self.owner == b].sum(axis=1))
            smaller = np.where(first < second, a, b)
            factors[rows] *= np.where(self.owner[None, :] == smaller[:, None], 1 - value, 1.0)
        return factors

    def _alone(self, amounts: Matrix) -> Matrix:
        """What each effect would do by itself, to tell the smaller of two."""
        x = np.full(len(amounts), 0.0 if np.isnan(self.base) else self.base)
        steps = [
            amounts[:, k] - x if e.way == "set" else self.step(k, x, amounts[:, k]) - x
            for k, e in enumerate(self.effects)
        ]
        return np.column_stack(steps) if steps else np.zeros((len(amounts), 0))

    @cached_property
    def in_steps(self) -> bool:
        """Whether the value can be followed action by action: no pairs, and one effect an action."""
        return not self.synergy and not self.substitutes and len(set(self.owner)) == len(self.owner)


def levers(
    result: IndexResult, unit: str, actions: ActionSet, calendar: Calendar | None = None
) -> tuple[Lever, ...]:
    """Compile `actions` for one unit of a built index: one lever an indicator that they can move.

    Effects that the edition of `calendar` cannot show are left out.

    Raises
    ------
    InputError
        With every problem: unknown indicators, a missing denominator.
    """
    found: dict[str, list[_Owned]] = {}
    problems = []
    for at, action in enumerate(actions.actions):
        for effect in action.effects:
            if effect.code not in result.framework.indicators:
                known = {"id": action.id}
                problems.append(Problem("problem.action.code", known, cell=action.id, code=effect.code))
            elif calendar is None or calendar.counts(action, effect):
                owned = _Owned(at, action.id, effect, _per_unit(result, unit, effect))
                found.setdefault(effect.code, []).append(owned)
                if np.isnan(owned.per_unit):
                    name = str(result.framework.table.at[effect.code, "denominator"])
                    says = {"id": action.id, "name": name}
                    problems.append(Problem("problem.action.denominator", says, unit=unit, code=effect.code))
    raise_if(problems)
    row = result.dataset.values.loc[unit]
    return tuple(
        _lever(result, code, float(row[code]), sorted(found[code], key=_turn), actions)
        for code in result.framework.indicators
        if code in found
    )


class _Owned(NamedTuple):
    """An effect with the place and the id of its action, and what one unit of its amount adds."""

    at: int
    id: str
    effect: Effect
    per_unit: float


def _turn(owned: _Owned) -> tuple[int, float, str]:
    """When an effect works: by its way, the tightest cap first."""
    effect = owned.effect
    cap = np.inf if effect.cap is None else effect.cap
    upward = effect.way == "close" or effect.amount.likely >= 0
    return _ORDER[effect.way], cap if upward or not np.isfinite(cap) else -cap, owned.id


def _lever(result: IndexResult, code: str, base: float, found: Sequence[_Owned], actions: ActionSet) -> Lever:
    touching = {owned.id for owned in found}
    pairs = [k for k in actions.links if _bears(k, code, touching)]
    names = touching.union(*((k.a, k.b) for k in pairs))
    members = sorted(actions.place(n) for n in names)
    local = {actions.ids[at]: i for i, at in enumerate(members)}
    by_kind = {
        kind: tuple((local[k.a], local[k.b], k.value) for k in pairs if k.kind == kind)
        for kind in ("synergy", "substitutes")
    }
    ends = scale_ends(result.framework, code)
    return Lever(
        code=code,
        at=result.framework.indicators.index(code),
        base=base,
        low=float(np.fmin(ends.low, base)),
        high=float(np.fmax(ends.high, base)),
        effects=tuple(owned.effect for owned in found),
        owner=np.array([local[owned.id] for owned in found], dtype=np.intp),
        members=np.array(members, dtype=np.intp),
        per_unit=np.array([owned.per_unit for owned in found]),
        goods=int(result.framework.table.at[code, "direction"]) > 0,
        **by_kind,
    )


def _bears(link: Link, code: str, touching: set[str]) -> bool:
    """Whether a pair of actions changes what happens to an indicator."""
    if link.code and link.code != code:
        return False
    touches = [name in touching for name in (link.a, link.b)]
    return any(touches) if link.kind == "synergy" else link.kind == "substitutes" and all(touches)


def _per_unit(result: IndexResult, unit: str, effect: Effect) -> float:
    """What one more of the amount adds: of a numerator, value = count / (denominator / scale)."""
    if effect.way != "numerator":
        return 1.0
    row, sizes = result.framework.table.loc[effect.code], result.dataset.denominators
    name = str(row.get("denominator", "") or "")
    if not name or name not in sizes:
        return float("nan")
    return float(row["scale"]) / float(sizes.at[unit, name])
