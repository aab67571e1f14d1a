"""The exact mixed-integer programme: levels of indicators as columns, packages as 0/1 choices.

For unit 0 and rivals i, with z the chosen level of each indicator (METHOD, section 4.4)::

    S_i = const_i + sum_j w_ij sum_b v_ijb z_jb          scores are linear in z
    sum_b z_jb = 1,  sum_{b holds k} z_jb = y_k          or a unit flow through the value network

Since y decides z, only y and comparisons are integer. Comparisons are relaxed by the rounding on
which ranks are made and by the solver's tolerance; what it proposes is checked exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...base.arrays import Column, Flags, Places
from ..response.unit_response import Response
from .criteria import TOLERANCE, Aim
from .highs import Linear, Model
from .levels import Levels, StraightLine
from .limits import Limits
from .patterns import Pattern


class Cut(NamedTuple):
    """Packages that agree with `flags` on all of `places` are excluded."""

    places: Places
    flags: Flags


class Proposal(NamedTuple):
    """What a programme said: a package (or None), an upper bound of the aim, and the solver's status."""

    package: Flags | None
    bound: float
    status: str


class Programme:
    """The programme of one pattern of missing scores.

    Parameters
    ----------
    levels : tuple of Levels
    pattern : Pattern
    response : Response
        Scores of all other indicators.
    limits : Limits

    Attributes
    ----------
    unit : float
        Unit of the rounding on which ranks are made.
    lowest, highest : ndarray, shape (units,)
        Least and greatest score of each unit, column by column.
    least, most : ndarray, shape (units,)
        Least and greatest difference to each unit, column by column.
    parts : list of ndarray, shape (levels, units)
        What each level of each column adds to every unit's score.
    """

    def __init__(
        self, levels: tuple[Levels, ...], pattern: Pattern, response: Response, limits: Limits
    ) -> None:
        self.levels, self.pattern, self.own, self.limits = levels, pattern, response.own, limits
        self.ranking = response.plan.method.ranking
        self.unit = 10.0**-self.ranking.decimals
        self.actions = limits.costs.size
        self._add_up(response.base_normalised)
        self._bounds()

    def _add_up(self, base: NDArray[np.float64]) -> None:
        """Constants and coefficients of every unit's score."""
        weights = self.pattern.weights
        rest = np.setdiff1d(np.arange(base.shape[1]), [c.lever.at for c in self.levels])
        self.const = (weights[:, rest] * np.nan_to_num(base[:, rest])).sum(axis=1)
        self.parts, self.straight = [], np.zeros(self.actions)
        for column in self.levels:
            part = np.nan_to_num(column.normalised) * weights[:, column.lever.at]
            if isinstance(column, StraightLine):
                self.const = self.const + part[0]
                per_action = weights[self.own, column.lever.at] * column.slopes
                np.add.at(self.straight, column.lever.members, per_action)
                part = np.zeros(part.shape)
            self.parts.append(part)

    def _open_parts(self) -> list[NDArray[np.float64]]:
        """Parts of every column that the pattern leaves open, levels x units."""
        return [part[flags] for part, flags in zip(self.parts, self.pattern.open_levels, strict=True)]

    def _bounds(self) -> None:
        own = np.arange(self.const.size) == self.own
        low, high = np.minimum(self.straight, 0).sum(), np.maximum(self.straight, 0).sum()
        self.lowest, self.highest = self.const + own * low, self.const + own * high
        difference = self.const[self.own] - self.const
        self.least, self.most = difference + ~own * low, difference + ~own * high
        for part in self._open_parts():
            gaps = part[:, [self.own]] - part
            self.lowest += part.min(axis=0)
            self.highest += part.max(axis=0)
            self.least += gaps.min(axis=0)
            self.most += gaps.max(axis=0)

    def clear(self, aim: Aim) -> bool:
        """Whether a rival must be left behind by more than a tie."""
        return aim.kind == "beaten" and self.ranking.ties == "max"

    def theta(self, clear: bool) -> float:
        """The least lead over a rival that is not ahead; rounding may hide one unit."""
        return (clear - 1) * self.unit - TOLERANCE

    @property
    def coarse(self) -> bool:
        """Whether rounding is so coarse that it has to be told the solver if need be."""
        return self.unit >= 1e-4

    @cached_property
    def above(self) -> Flags:
        """Whether unit j scores at least as much as unit k under every package, shape (units, units)."""
        least = self.const[:, None] - self.const[None, :]
        for part in self._open_parts():
            for j in range(least.shape[0]):
                least[j] += (part[:, [j]] - part).min(axis=0)
        made: Flags = (least >= 0) & self.pattern.alive[:, None] & self.pattern.alive[None, :]
        np.fill_diagonal(made, False)
        return made

    def limit(self, aim: Aim) -> float:
        """What no package can exceed, known without solving anything."""
        if aim.kind == "score":
            return float(self.highest[self.own]) + TOLERANCE
        if aim.kind in ("cost", "count"):
            sizes = self.limits.costs if aim.kind == "cost" else np.ones(self.actions)
            return -float(sizes[self.limits.least].sum())
        most = self.most[[i for i in aim.rivals if self.pattern.alive[i]]]
        if aim.kind == "margin":
            return float(np.sort(most)[aim.place - 1]) + TOLERANCE if aim.place <= most.size else 0.0
        return float(len(aim.rivals) - (most < self.theta(False)).sum())

    @cached_property
    def starts(self) -> list[int]:
        """Where the columns of each indicator's levels begin."""
        sizes = [self.actions, *(finals.size for finals in self.finals)]
        return np.cumsum(sizes)[:-1].tolist() if self.levels else []

    @cached_property
    def finals(self) -> list[Places]:
        """The level that each of an indicator's columns stands for."""
        return [column.finals for column in self.levels]

    @cached_property
    def model(self) -> Model:
        """Columns and rows that every question shares: levels follow actions, limits are kept."""
        model = Model()
        for fixed in self.limits.fixed:
            model.column(float(fixed == 1), float(fixed != 0), whole=True)
        whole = zip(self.levels, self.starts, self.finals, self.pattern.open_levels, strict=True)
        for column, start, finals, flags in whole:
            for level in finals:
                model.column(0.0, float(level < 0 or flags[level]))
            column.add_rows(model, start)
        for row, high in zip(self.limits.rows, self.limits.safe_highs, strict=True):
            places = np.flatnonzero(row)
            model.row(places, row[places], -np.inf, high)
        return model

    def score(self, i: int) -> Linear:
        """The score of a unit."""
        return self._combined(1.0) if i == self.own else self._combined(0.0, i, 1.0)

    def difference(self, rival: int) -> Linear:
        """``S_0 - S_rival``."""
        return self._combined(1.0, rival, -1.0)

    def _combined(self, own: float, rival: int = 0, other: float = 0.0) -> Linear:
        """``own x S_0 + other x S_rival``."""
        lines = np.flatnonzero(self.straight)
        columns, cells = [lines], [own * self.straight[lines]]
        for part, start, finals in zip(self.parts, self.starts, self.finals, strict=True):
            ends = np.flatnonzero(finals >= 0)
            columns.append(start + ends)
            cells.append((own * part[:, self.own] + other * part[:, rival])[finals[ends]])
        const = own * self.const[self.own] + other * self.const[rival]
        return Linear(np.concatenate(columns), np.concatenate(cells), float(const))

    def scores(self, package: Flags, places: Sequence[int]) -> Column:
        """Every unit's score as the programme adds it up, with the level of each column."""
        total = self.const.copy()
        for part, place in zip(self.parts, places, strict=True):
            total += part[place]
        total[self.own] += self.straight[package].sum()
        return np.where(self.pattern.alive, total, np.nan)

    def propose(
        self, model: Model, term: Linear, cuts: Sequence[Cut], scale: float, seconds: float
    ) -> Proposal:
        """The package that makes `term` largest in a model made of this frame."""
        for cut in cuts:
            model.row(cut.places, np.where(cut.flags, -1.0, 1.0), 1.0 - cut.flags.sum(), np.inf)
        answer = model.maximise(term, scale, seconds)
        package = None if answer.x is None else np.round(answer.x[: self.actions]).astype(bool)
        return Proposal(package, answer.bound, answer.status)
