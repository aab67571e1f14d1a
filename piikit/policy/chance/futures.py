"""Futures drawn together: what effects, costs and delivery turn out to be, and what rivals do.

All packages are judged on the same futures (common random numbers), so a difference between
two packages is theirs and not of the draw. Effects led by one agency are tied by a Gaussian
copula; delivery of an action's effects is decided by one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...base.errors import MethodError, UnknownNameError
from ...base.random import Seed, generator
from ..actions.action import ActionSet
from ..actions.effects import Lever

if TYPE_CHECKING:
    from ...data.dataset import Dataset
    from ...index.index_result import IndexResult

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
RIVALS = ("frozen", "trend", "repeat", "drift")
COPULA = 0.3


@dataclass(frozen=True, eq=False)
class Futures:
    """Drawn futures.

    Attributes
    ----------
    count : int
    amounts : tuple of ndarray, shape (futures, effects)
        By lever; 0 where an effect is not delivered.
    delivered : tuple of ndarray of bool, shape (futures, effects)
    costs : ndarray, shape (futures, actions)
        Billion VND.
    panels : ndarray, shape (futures, units, indicators), or None
        Raw values of all units; None if rivals are frozen. The own row is the present one.
    """

    count: int
    amounts: tuple[Matrix, ...]
    delivered: tuple[Flags, ...]
    costs: Matrix
    panels: NDArray[np.float64] | None

    def one(self, s: int) -> Futures:
        """A single future."""
        return replace(
            self,
            count=1,
            amounts=tuple(a[[s]] for a in self.amounts),
            delivered=tuple(d[[s]] for d in self.delivered),
            costs=self.costs[[s]],
            panels=None if self.panels is None else self.panels[[s]],
        )


def draw_futures(
    result: IndexResult,
    unit: str,
    actions: ActionSet,
    levers: Sequence[Lever],
    count: int,
    *,
    rivals: str | NDArray[np.float64] = "frozen",
    history: Sequence[Dataset] | None = None,
    years: float = 1.0,
    copula: float = COPULA,
    widen: float = 1.0,
    rng: Seed = None,
) -> Futures:
    """Draw `count` futures.

    Parameters
    ----------
    rivals : str or ndarray, shape (futures, units, indicators)
        ``frozen``; ``trend`` (each province its own yearly change, shrunken to the common one);
        ``repeat`` (each repeats a random province's past year); ``drift`` (each indicator moves
        by a random amount as large, against its spread over provinces, as open statistics moved
        in a year); or raw values of your own.
    history : sequence of Dataset, optional
        Other years, for ``trend`` and ``repeat``; the open chain for one of its members.
    years : float
        How long rivals move.
    copula : float
        Correlation of the effects (and of the deliveries) that one agency leads.
    widen : float
        Widens all three-point estimates around the likely value, against overconfidence.
    rng : seed or Generator
        None is seed 0.
    """
    random = generator(rng)
    agencies = {a: i for i, a in enumerate(dict.fromkeys(x.agency for x in actions.actions))}
    common = random.standard_normal((count, len(agencies)))
    common_delivery = random.standard_normal((count, len(agencies)))
    by_action = {a.id: agencies[a.agency] for a in actions.actions}
    delivery = _tied(common_delivery, [by_action[i] for i in actions.ids], copula, random)
    costs = np.column_stack(
        [_widened(a.cost, widen).ppf(random.random(count)) for a in actions.actions]
    ).clip(min=0.0)
    amounts, delivered = [], []
    for lever in levers:
        owners = [actions.actions[lever.members[o]] for o in lever.owner]
        u = _tied(common, [agencies[a.agency] for a in owners], copula, random)
        places = [actions.place(a.id) for a in owners]
        made = [_widened(e.amount, widen).ppf(u[:, k]) for k, e in enumerate(lever.effects)]
        amounts.append(np.column_stack(made) if made else np.zeros((count, 0)))
        chances = np.array([e.p_deliver for e in lever.effects])
        # a low number fails, as in two_part: the same reading of one number for both parts
        delivered.append(delivery[:, places] >= 1 - chances)
    panels = _panels(result, unit, rivals, count, history, years, random)
    return Futures(count, tuple(amounts), tuple(delivered), costs, panels)


def _widened(estimate: Any, factor: float) -> Any:
    return estimate if factor == 1.0 else estimate.widened(factor)


def _tied(common: Matrix, groups: Sequence[int], rho: float, random: np.random.Generator) -> Matrix:
    """Uniform numbers, correlated `rho` (of their normal scores) within a group."""
    from scipy.special import ndtr

    own = random.standard_normal((len(common), len(groups)))
    made: Matrix = ndtr(np.sqrt(rho) * common[:, list(groups)] + np.sqrt(1 - rho) * own)
    return made


def _panels(
    result: IndexResult,
    unit: str,
    rivals: str | NDArray[np.float64],
    count: int,
    history: Sequence[Dataset] | None,
    years: float,
    random: np.random.Generator,
) -> NDArray[np.float64] | None:
    base = result.dataset.values.to_numpy(float)
    own = result.units.index(unit)
    if not isinstance(rivals, str):
        panels = np.array(rivals, dtype=float)
        if panels.ndim != 3 or panels.shape[1:] != base.shape:
            raise MethodError("error.plan.rivals", units=base.shape[0], codes=base.shape[1])
        panels = panels[np.arange(count) % len(panels)]
    elif rivals not in RIVALS:
        raise UnknownNameError("option", rivals, RIVALS)
    elif rivals == "frozen":
        return None
    else:
        moves = _moves(result, rivals, count, history, years, random)
        panels = base[None] + np.nan_to_num(moves)
        table = result.framework.table.loc[list(result.framework.indicators)]
        for name, clip in (("scale_min", np.fmax), ("scale_max", np.fmin)):
            if name in table:
                ends = np.array([_number(v) for v in table[name]])
                panels = np.where(np.isnan(panels), np.nan, clip(panels, ends))
    panels[:, own] = base[own]
    return panels


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _moves(
    result: IndexResult,
    rivals: str,
    count: int,
    history: Sequence[Dataset] | None,
    years: float,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    from ..effort.rivals import history_of, shrunken_trend

    shape = (count, *result.dataset.values.shape)
    if rivals == "drift":
        spread = np.nanstd(result.dataset.values.to_numpy(float), axis=0)
        return random.standard_normal(shape) * spread * restlessness() * np.sqrt(years)
    changes = history_of(result.dataset, history).changes
    if rivals == "trend":
        return np.broadcast_to(shrunken_trend(changes)[0] * years, shape).copy()
    pairs, units, _ = changes.shape
    whole = max(1, round(years))
    total = np.zeros(shape)
    for _ in range(whole):
        drawn = changes[random.integers(pairs, size=shape[:2]), random.integers(units, size=shape[:2])]
        total += np.nan_to_num(drawn)
    return total * (years / whole)


def restlessness() -> float:
    """Standard deviation of one-year changes over that of levels, median of the open indicators."""
    from ...data.library import load_dataset, open_index_names
    from ..effort.year_effort import reference_class

    levels = load_dataset(open_index_names()[0]).values.std()
    changes = reference_class().changes.groupby("code")["change"].std()
    ratio = (changes / levels.reindex(changes.index)).dropna()
    return float(ratio.median())


__all__ = ["COPULA", "RIVALS", "Futures", "draw_futures", "restlessness"]
