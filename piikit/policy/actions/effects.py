"""The algebra of effects: which raw value an indicator takes under a package.

For each indicator, in this fixed order, so that the order of listing never matters:

1. values newly reported (``set``): of several the better one; links never change it;
2. additions, then percentages of the size reached (+10% of -10 is -9), compounding;
3. shares of the distance that remains (``close``), at most all of it: a cap already passed leaves
   nothing to close, so nothing gained is pulled back.

Within each, the tightest cap first. Nothing moves beyond its cap, however synergy or widened
ranges enlarge it, nor beyond the indicator's scale. Synergy and substitution multiply amounts, and
only where both partners came about. The table in ``docs/interventions.md`` has an example of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

Pairs = tuple[tuple[int, int, float], ...]
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
    synergy: Pairs = ()
    substitutes: Pairs = ()
    goods: bool = True

    def amounts(self, which: str) -> Column:
        """Amount of each effect: ``low``, ``likely``, ``high``, or ``mean`` (times its probability).

        A value reported with probability p is expected between the value now and the new one; where
        nothing is known now, there is no value to stand in for it, and the new one is planned on.
        """
        made = [e.amount.at(which) for e in self.effects]
        if which != "mean":
            return np.array(made)
        idle = [
            np.nan_to_num(self.base, nan=m) * (e.way == "set")
            for m, e in zip(made, self.effects, strict=True)
        ]
        chances = np.array([e.p_deliver for e in self.effects])
        return np.asarray(chances * made + (1 - chances) * idle)

    def values(
        self, chosen: Flags, amounts: Matrix, delivered: Flags | None = None, base: Column | None = None
    ) -> Column:
        """Raw value under each row.

        Parameters
        ----------
        chosen : ndarray of bool, shape (rows, members)
        amounts : ndarray, shape (effects,) or (rows, effects)
        delivered : ndarray of bool, shape (rows, effects + members), optional
            Whether each effect, and then each member as a partner, comes about; see :meth:`chances`.
        base : ndarray, shape (rows,), optional
            Where the province would stand without the actions; the value now if not given.
        """
        now = np.full(len(chosen), self.base) if base is None else base
        rows, size = len(chosen), len(self.effects)
        amounts = np.broadcast_to(amounts, (rows, size))
        on, came = chosen[:, self.owner], chosen
        if delivered is not None:
            on, came = on & delivered[:, :size], chosen & delivered[:, size:]
        x = self._reported(now, on, amounts)
        if self.synergy or self.substitutes:
            amounts = amounts * self._factors(came, self._alone(x, on, amounts))
        for k in np.flatnonzero(~self._sets).tolist():
            x = np.where(on[:, k], self.step(k, x, amounts[:, k]), x)
        return np.clip(x, np.fmin(self.low, now), np.fmax(self.high, now))

    def step(self, k: int, x: Column, amount: Column) -> Column:
        """Value after one effect that changes it, by an amount."""
        effect = self.effects[k]
        if effect.way == "close":
            assert effect.cap is not None
            left = effect.cap - x
            left = np.maximum(left, 0.0) if self.goods else np.minimum(left, 0.0)
            return np.asarray(x + np.clip(amount, 0.0, 1.0) * left)
        if effect.way == "percent":
            made = x + np.abs(x) * np.maximum(amount, -100.0) / 100
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

    @cached_property
    def _sets(self) -> Flags:
        return np.array([e.way == "set" for e in self.effects], dtype=bool)

    def _reported(self, now: Column, on: Flags, amounts: Matrix) -> Column:
        """The value `now`, or the best of those newly reported."""
        better = np.fmax if self.goods else np.fmin
        told = better.reduce(np.where(on & self._sets, amounts, np.nan), axis=1, initial=np.nan)
        return np.where(np.isnan(told), now, told)

    def _factors(self, came: Flags, alone: Matrix) -> Matrix:
        """What links multiply each amount by, `alone` being what each effect would do by itself."""
        factors = np.ones(alone.shape)
        for a, b, value in self.synergy:
            both = came[:, a] & came[:, b]
            mine = (self.owner == a) | (self.owner == b)
            factors[np.ix_(both, mine)] *= 1 + value
        for a, b, value in self.substitutes:
            rows = np.flatnonzero(came[:, a] & came[:, b])
            first, second = (np.abs(alone[rows][:, self.owner == i].sum(axis=1)) for i in (a, b))
            smaller = np.where(first < second, a, b)
            factors[rows] *= np.where(self.owner[None, :] == smaller[:, None], 1 - value, 1.0)
        return factors

    def _alone(self, x: Column, on: Flags, amounts: Matrix) -> Matrix:
        """What each effect would do by itself from `x`, to tell the smaller of two; 0 for reported values."""
        steps = [
            np.zeros(x.size) if fixed else np.where(on[:, k], self.step(k, x, amounts[:, k]) - x, 0.0)
            for k, fixed in enumerate(self._sets)
        ]
        return np.nan_to_num(np.column_stack(steps))

    def chances(self, actions: ActionSet) -> Column:
        """Chance of delivery of each effect, and of each member as a partner.

        A partner has come about if one of its effects here has, or any at all where it has none here;
        one number decides on an action's whole delivery, so that its likeliest effect tells.
        """
        here = np.array([e.p_deliver for e in self.effects])
        partners = [
            max(
                here[self.owner == i],
                default=max((e.p_deliver for e in actions.actions[m].effects), default=1.0),
            )
            for i, m in enumerate(self.members)
        ]
        return np.concatenate([here, partners])

    def in_future(self, delivered: Flags) -> Lever | None:
        """The lever that is left where only some effects and partners come about; None if nothing moves.

        Parameters
        ----------
        delivered : ndarray of bool, shape (effects + members,)
        """
        kept, came = np.split(delivered, [len(self.effects)])
        if not kept.any():
            return None

        def met(pairs: Pairs) -> Pairs:
            return tuple(p for p in pairs if came[p[0]] and came[p[1]])

        return replace(
            self,
            effects=tuple(e for e, k in zip(self.effects, kept, strict=True) if k),
            owner=self.owner[kept],
            per_unit=self.per_unit[kept],
            synergy=met(self.synergy),
            substitutes=met(self.substitutes),
        )

    @cached_property
    def in_steps(self) -> bool:
        """Whether the value can be followed action by action: no pairs, one effect an action, nothing turned over.

        A percentage beyond 100 of a negative value would make the larger of two values the smaller.
        """
        tame = self.low >= 0 or all(abs(e.amount.high) <= 100 for e in self.effects if e.way == "percent")
        return tame and not (self.synergy or self.substitutes) and len(set(self.owner)) == len(self.owner)


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
        _lever(result, code, float(row[code]), found[code], actions)
        for code in result.framework.indicators
        if code in found
    )


class _Owned(NamedTuple):
    """An effect with the place and the id of its action, and what one unit of its amount adds."""

    at: int
    id: str
    effect: Effect
    per_unit: float


def _turn(owned: _Owned, goods: bool) -> tuple[int, float, str]:
    """When an effect works: by its way, the tightest cap first."""
    effect = owned.effect
    cap = np.inf if effect.cap is None else effect.cap
    upward = goods if effect.way == "close" else effect.amount.likely >= 0
    return _ORDER[effect.way], cap if upward or not np.isfinite(cap) else -cap, owned.id


def _lever(result: IndexResult, code: str, base: float, found: Sequence[_Owned], actions: ActionSet) -> Lever:
    goods = int(result.framework.table.at[code, "direction"]) > 0
    found = sorted(found, key=lambda owned: _turn(owned, goods))
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
        goods=goods,
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
