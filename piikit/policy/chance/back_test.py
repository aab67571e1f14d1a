"""How often a year that is known would have been foreseen: the range of ranks beside what came.

Every province moves as it is assumed to in :func:`piikit.odds` (nobody acts), from one year's real values
to the next, and the rank that came is looked for between the 5th and the 95th percentile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...base.arrays import Flags, Matrix
from ...base.random import Seed, generator
from ...data.dataset import Dataset
from ...index.build import build_index
from ...index.engine import compute
from ...index.method import Method
from ..effort.past_moves import PastMoves
from ..effort.rivals import scale_limits
from ..effort.year_effort import real_values

RANGE = (5, 95)


class Foreseen(NamedTuple):
    """One pair of years; see :attr:`BackTest.table`."""

    before: int
    after: int
    indicators: int
    provinces: int
    held: int
    width: float
    moved: float
    basis: str
    years: int


@dataclass(frozen=True, eq=False)
class BackTest:
    """What :func:`back_test` found.

    Attributes
    ----------
    model : str
    table : DataFrame
        One row a pair of years: ``before, after, indicators, provinces, held`` (provinces whose rank
        lay within the range), ``width`` of the range and ``moved`` (how far ranks really went), both
        means in places, ``basis``: the range made from ``earlier`` years only, from ``other`` years, or
        with the ``same`` among them (in sample; the size of drifts is one of all open years), and how many ``years``' changes it was made from.
    """

    model: str
    table: pd.DataFrame

    @property
    def cases(self) -> int:
        """Provinces' years in all."""
        return int(self.table["provinces"].sum())

    @property
    def share(self) -> float:
        """Share of them within the range."""
        return float(self.table["held"].sum() / self.cases)

    def of(self, basis: str) -> int:
        """Provinces' years on one basis."""
        return int(self.table.loc[self.table["basis"] == basis, "provinces"].sum())


def back_test(
    datasets: Sequence[Dataset], model: str, method: Method | None = None, draws: int = 200, rng: Seed = None
) -> BackTest | None:
    """Foresee each year from the one before, for all provinces; None without two real years in a row.

    Parameters
    ----------
    datasets : sequence of Dataset
        One index over the years; of two years' indicators those of the smaller tree count.
    model : {"frozen", "trend", "repeat", "drift"}
    method : Method, optional
    draws : int
    rng : seed or Generator
        None is seed 0.
    """
    chain = sorted((d for d in datasets if d.year and not d.illustrative), key=lambda d: d.year or 0)
    steps = [(a, b) for a, b in pairwise(chain) if b.year == (a.year or 0) + 1]
    random = generator(rng)
    rows = [_foreseen(steps, at, model, method, draws, random) for at in range(len(steps))]
    table = pd.DataFrame([r for r in rows if r is not None], columns=list(Foreseen._fields))
    return BackTest(model, table) if len(table) else None


Steps = Sequence[tuple[Dataset, Dataset]]


def _foreseen(
    steps: Steps, at: int, model: str, method: Method | None, draws: int, random: np.random.Generator
) -> Foreseen | None:
    small = min(steps[at], key=lambda d: len(d.codes))
    if any(set(small.codes) - set(d.codes) for d in steps[at]):
        return None
    index = build_index(small, method)
    values = [_values(pair, small) for pair in steps]
    now, then = values[at]
    past, basis = _past(values, at) if model != "drift" else (values[at:at], "same")
    draws = 1 if model == "frozen" else draws
    starts, ends = np.array(past).swapaxes(0, 1) if past else np.full((2, 0, *now.shape), np.nan)
    moves = PastMoves.of(starts, ends - starts)
    drawn = now[None] if model == "frozen" else moves.draw(model, now, 1.0, draws, random)
    drawn = np.clip(drawn, *scale_limits(small))

    def ranks(x: Matrix) -> Matrix:
        return index.method.ranking.of(compute(index.plan, x).scores[:, index.plan.nodes[-1].at])

    low, high = np.nanpercentile([ranks(x) for x in drawn], RANGE, axis=0)
    before, came = ranks(now), ranks(then)
    held: Flags = (low <= came) & (came <= high)
    return Foreseen(
        before=int(steps[at][0].year or 0),
        after=int(steps[at][1].year or 0),
        indicators=len(small.codes),
        provinces=int((~np.isnan(came)).sum()),
        held=int(held.sum()),
        width=float(np.nanmean(high - low)),
        moved=float(np.nanmean(np.abs(came - before))),
        basis=basis,
        years=len(past),
    )


def _values(pair: tuple[Dataset, Dataset], like: Dataset) -> tuple[Matrix, Matrix]:
    first, second = (
        real_values(d).reindex(index=list(like.units), columns=list(like.codes)).to_numpy(float) for d in pair
    )
    return first, second


def _past(values: Sequence[tuple[Matrix, Matrix]], at: int) -> tuple[list[tuple[Matrix, Matrix]], str]:
    """Pairs of years that know a change of every indicator: earlier ones, else others, else the pair itself."""
    whole = [not np.isnan(b - a).all(axis=0).any() for a, b in values]
    for basis, places in (("earlier", range(at)), ("other", range(len(values)))):
        if found := [values[k] for k in places if k != at and whole[k]]:
            return found, basis
    return [values[at]], "same"
