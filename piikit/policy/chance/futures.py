"""Futures drawn together: what effects, costs and delivery turn out to be, and where all provinces move.

All packages are judged on the same futures (common random numbers), so a difference between
two packages is theirs and not of the draw. Effects led by one agency are tied by a Gaussian
copula, and so, by a number of their own, are its costs; delivery of an action's effects is decided by one number. The own province moves as
the others do and the actions come on top of it: its past holds the policies of its past, and the
actions are taken to come beyond those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Flags, Matrix
from ...base.errors import MethodError, UnknownNameError
from ...base.random import Seed, generator
from ...data.dataset import Dataset
from ..actions.distributions import Estimate
from ..actions.effects import Lever
from ..choose.question import Question
from ..effort.past_moves import PastMoves
from ..effort.rivals import History, history_of, scale_limits

Panels = NDArray[np.float64]
RIVALS = ("frozen", "trend", "repeat", "drift")
PAST = ("trend", "repeat")  # of these, those that need other years
COPULA = 0.3
OVERRUNS = 0.3


@dataclass(frozen=True, eq=False)
class Drawing:
    """How futures are drawn.

    Parameters
    ----------
    rivals : str or ndarray, shape (futures, units, indicators)
        ``frozen``; ``repeat`` (every province, the own one too, repeats a random province's past
        year as expected from where it stands); ``trend`` (and keeps its own yearly change, shrunken
        to the common one); ``drift`` (each indicator moves by a random amount as large, against its
        spread over provinces, as open statistics moved in a year); or raw values of your own, whose
        own row is not used.
    history : sequence of Dataset, optional
        Other years, for ``trend`` and ``repeat``; the open chain for one of its members.
    years : float
        How long all move.
    copula : float
        Correlation of the effects (and of the deliveries) that one agency leads.
    overruns : float
        Correlation of the costs of one agency's actions: who overspends once overspends again.
    widen : float
        Widens all three-point estimates around the likely value, against overconfidence.
    """

    rivals: str | Panels = "frozen"
    history: Sequence[Dataset] | None = None
    years: float = 1.0
    copula: float = COPULA
    widen: float = 1.0
    overruns: float = OVERRUNS

    @property
    def name(self) -> str:
        """What rivals do, in a word."""
        return self.rivals if isinstance(self.rivals, str) else "given"

    def estimate(self, given: Estimate) -> Estimate:
        """An estimate, widened."""
        return given if self.widen == 1.0 else given.widened(self.widen)

    def tied(
        self, common: Matrix, groups: Sequence[int], random: np.random.Generator, by: float | None = None
    ) -> Matrix:
        """Uniform numbers, correlated (in their normal scores; by :attr:`copula` if not said) within a group."""
        from scipy.special import ndtr

        own = random.standard_normal((len(common), len(groups)))
        by = self.copula if by is None else by
        both = np.sqrt(by) * common[:, list(groups)] + np.sqrt(1 - by) * own
        return np.asarray(ndtr(both))


@dataclass(frozen=True, eq=False)
class Futures:
    """Drawn futures.

    Attributes
    ----------
    count : int
    amounts : tuple of ndarray, shape (futures, effects)
        By lever, as they are if delivered.
    delivered : tuple of ndarray of bool, shape (futures, effects + members)
        Which effects come about, and which members as partners; see :meth:`Lever.values`.
    costs : ndarray, shape (futures, actions)
        Billion VND.
    panels : ndarray, shape (futures, units, indicators), or None
        Raw values of all units before the actions; None if rivals are frozen.
    """

    count: int
    amounts: tuple[Matrix, ...]
    delivered: tuple[Flags, ...]
    costs: Matrix
    panels: Panels | None


def draw_futures(
    question: Question,
    levers: Sequence[Lever],
    count: int,
    how: Drawing | None = None,
    rng: Seed = None,
    only: Flags | None = None,
) -> Futures:
    """Draw `count` futures of a question's actions and rivals; `rng` None is seed 0.

    Of the actions not in `only` amounts are left at 0; the others are the same numbers as without it.
    """
    how, random, actions = how or Drawing(), generator(rng), question.actions
    agencies = {a: i for i, a in enumerate(dict.fromkeys(x.agency for x in actions.actions))}
    leads = [agencies[a.agency] for a in actions.actions]
    common = random.standard_normal((count, len(agencies)))
    common_delivery = random.standard_normal((count, len(agencies)))
    delivery = how.tied(common_delivery, leads, random)
    spent = how.tied(random.standard_normal(common.shape), leads, random, how.overruns)
    drawn = np.ones(len(leads), dtype=bool) if only is None else only
    costs = [
        how.estimate(a.cost).ppf(spent[:, k]) if drawn[k] else np.zeros(count)
        for k, a in enumerate(actions.actions)
    ]
    amounts, delivered = [], []
    for lever in levers:
        owners = lever.members[lever.owner]
        u = how.tied(common, [leads[k] for k in owners], random)
        made = [
            how.estimate(e.amount).ppf(u[:, k]) if drawn[m] else np.zeros(count)
            for k, (e, m) in enumerate(zip(lever.effects, owners, strict=True))
        ]
        amounts.append(np.column_stack(made) if made else np.zeros((count, 0)))
        # a low number fails, as in two_part: the same reading of one number for both parts
        delivered.append(delivery[:, np.append(owners, lever.members)] >= 1 - lever.chances(actions))
    panels = _panels(question, how, count, random)
    return Futures(count, tuple(amounts), tuple(delivered), np.column_stack(costs).clip(min=0.0), panels)


def _panels(question: Question, how: Drawing, count: int, random: np.random.Generator) -> Panels | None:
    dataset = question.result.dataset
    base, own = dataset.values.to_numpy(float), question.result.units.index(question.unit)
    if not isinstance(how.rivals, str):
        panels = np.array(how.rivals, dtype=float)
        if panels.ndim != 3 or panels.shape[1:] != base.shape:
            raise MethodError("error.plan.rivals", units=base.shape[0], codes=base.shape[1])
        panels = panels[np.arange(count) % len(panels)]
        panels[:, own] = base[own]
        return panels
    if how.rivals not in RIVALS:
        raise UnknownNameError("option", how.rivals, RIVALS)
    if how.rivals == "frozen":
        return None
    none = np.full((0, *base.shape), np.nan)
    past = History((), none) if how.rivals == "drift" else history_of(dataset, how.history)
    moves = PastMoves.of(past.starts, past.changes)
    made = moves.draw(how.rivals, base, how.years, count, random)
    return np.clip(made, *scale_limits(dataset))
