"""Levels that a package can give one indicator, with the whole normalised column at each.

Four forms, each with its own part of the programme: a straight line, every subset of the
actions, sums that fall into intervals of value, and a network of values through which one unit
flows. Which one an indicator takes is decided in :mod:`piikit.policy.choose.attainable_levels`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ...base.arrays import Column, Flags, Matrix, Places
from ..actions.effects import Lever
from ..response.unit_response import Response
from .highs import Model


@dataclass(frozen=True, eq=False)
class Levels:
    """Attainable levels of one indicator.

    Attributes
    ----------
    lever : Lever
    values : ndarray, shape (levels,)
        Own raw value; of merged levels the lowest.
    normalised : ndarray, shape (levels, units)
        Scores of all units at that value; where values were merged, the best end for the unit
        itself and the worst for each rival, so that a programme on them is a relaxation.
    exact : bool
        Whether every level is one value (to rounding).
    """

    lever: Lever
    values: Column
    normalised: Matrix
    exact: bool = True

    @property
    def finals(self) -> Places:
        """For each column that the levels add to the programme, the level it stands for (-1 none)."""
        return np.arange(self.values.size)

    def add_rows(self, model: Model, start: int) -> None:
        """Tie the levels' columns, which begin at `start`, to the actions' columns."""
        raise NotImplementedError

    def place(self, chosen: Flags, amounts: Column) -> Places:
        """Level of each row of chosen members: the nearest value."""
        order = np.argsort(self.values)
        ends = self.values[order]
        middle = 0.5 * (ends[1:] + ends[:-1])
        return np.asarray(order[np.searchsorted(middle, self.lever.values(chosen, amounts))])

    def in_future(self, response: Response, amounts: Column, delivered: Flags) -> Levels:
        """The same levels where effects turn out otherwise, or rivals stand elsewhere."""
        return replace(self, normalised=response.column(self.lever.code, self.values))


@dataclass(frozen=True, eq=False)
class StraightLine(Levels):
    """One level: the own score is a line in the actions, and nobody else's moves.

    Attributes
    ----------
    slopes : ndarray, shape (members,)
        What each member adds to the own normalised score.
    """

    slopes: Column = field(kw_only=True)

    @property
    def finals(self) -> Places:
        return np.zeros(0, dtype=np.intp)

    def add_rows(self, model: Model, start: int) -> None:
        pass

    def place(self, chosen: Flags, amounts: Column) -> Places:
        return np.zeros(len(chosen), dtype=np.intp)

    def in_future(self, response: Response, amounts: Column, delivered: Flags) -> Levels:
        return replace(self, normalised=response.base_normalised[:, [self.lever.at]].T)


@dataclass(frozen=True, eq=False)
class Subsets(Levels):
    """A level for each subset of the actions that is offered.

    Attributes
    ----------
    bits : ndarray of bool, shape (levels, members)
        Which actions make the level, by rising binary number.
    """

    bits: Flags = field(kw_only=True)

    def add_rows(self, model: Model, start: int) -> None:
        places = start + np.arange(self.values.size)
        model.row(places, 1.0, 1.0, 1.0)
        for k, action in enumerate(self.lever.members):
            inside = places[self.bits[:, k]]
            model.row(np.append(inside, action), np.append(np.ones(inside.size), -1.0), 0.0, 0.0)

    def place(self, chosen: Flags, amounts: Column) -> Places:
        powers = 2 ** np.arange(self.lever.members.size)
        return np.asarray(np.searchsorted(self.bits @ powers, chosen @ powers))

    def in_future(self, response: Response, amounts: Column, delivered: Flags) -> Levels:
        values = self.lever.values(
            self.bits, amounts, np.broadcast_to(delivered, (len(self.bits), delivered.size))
        )
        return replace(self, values=values, normalised=response.column(self.lever.code, values))


@dataclass(frozen=True, eq=False)
class Sums(Levels):
    """Where effects simply add up: intervals of value, one of which holds the sum.

    Attributes
    ----------
    steps : ndarray, shape (members,)
        What each member adds to the raw value.
    tops : ndarray, shape (levels,)
        Upper ends of the levels; they differ from `values` where levels were merged.
    """

    steps: Column = field(kw_only=True)
    tops: Column = field(kw_only=True)

    def add_rows(self, model: Model, start: int) -> None:
        places = start + np.arange(self.values.size)
        for place in places:
            model.whole[place] = True
        model.row(places, 1.0, 1.0, 1.0)
        size = float(np.abs(self.steps).max()) or 1.0
        both, base = np.concatenate([places, self.lever.members]), self.lever.base
        model.row(both, np.append((self.values - base) / size, -self.steps / size), -np.inf, 1e-7)
        model.row(both, np.append((self.tops - base) / size, -self.steps / size), -1e-7, np.inf)


@dataclass(frozen=True, eq=False)
class Network(Levels):
    """One unit of flow from the value now to a final value; an action's arcs carry its choice.

    Attributes
    ----------
    arcs : ndarray of int, shape (arcs, 3)
        From node, to node and member taken (-1 none); nodes are numbered through all layers,
        the first is 0, the last ``len(values)`` are the levels.
    nodes : int
    """

    arcs: Places = field(kw_only=True)
    nodes: int = field(kw_only=True)

    @property
    def finals(self) -> Places:
        into = self.arcs[:, 1] - (self.nodes - self.values.size)
        return np.where(into >= 0, into, -1)

    def add_rows(self, model: Model, start: int) -> None:
        places, first_final = start + np.arange(len(self.arcs)), self.nodes - self.values.size
        # what leaves a node came into it; one unit leaves the first
        inner = (self.arcs[:, 1] < first_final).nonzero()[0]
        at = np.concatenate([self.arcs[:, 0], self.arcs[inner, 1]])
        cells = np.repeat([1.0, -1.0], [len(places), len(inner)])
        values = (np.arange(first_final) == 0).astype(float)
        model.rows(at, np.concatenate([places, places[inner]]), cells, values)
        for k, action in enumerate(self.lever.members):
            taken = places[self.arcs[:, 2] == k]
            model.row(np.append(taken, action), np.append(np.ones(taken.size), -1.0), 0.0, 0.0)
