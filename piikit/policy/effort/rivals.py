"""What the others may do, and the own province with them: stay, move as in the past; or try as hard as we do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Column, Matrix
from ...base.errors import MethodError, UnknownNameError
from ...base.random import Seed, generator
from ...base.results import Result
from ...data.library import load_dataset, open_index_names
from ...index.engine import compute
from ...index.index_result import IndexResult
from ..what_if.changes import Changes
from ..what_if.what_ifs import resolve
from .past_moves import PastMoves, shrunken_trend
from .year_effort import real_values

if TYPE_CHECKING:
    from ...data.dataset import Dataset

MODELS = ("frozen", "trend", "repeat", "equal_effort")


@dataclass(frozen=True, eq=False)
class History:
    """Real yearly values of the indicators of one framework, aligned with a dataset's units.

    Attributes
    ----------
    years : tuple of int
    values : ndarray, shape (years, units, indicators)
        NaN where a year has no real value.
    """

    years: tuple[int, ...]
    values: NDArray[np.float64]

    @property
    def changes(self) -> NDArray[np.float64]:
        """One-year changes, shape (pairs, units, indicators); years further apart make no pair."""
        return np.diff(self.values, axis=0)[np.diff(self.years) == 1]

    @property
    def starts(self) -> NDArray[np.float64]:
        """Values from which the :attr:`changes` start."""
        return self.values[:-1][np.diff(self.years) == 1]


def history_of(dataset: Dataset, others: Sequence[Dataset] | None = None) -> History:
    """Collect the real values of `dataset`'s units and indicators in other years.

    Parameters
    ----------
    others : sequence of Dataset, optional
        Further years with the same codes; by default the open chain for one of its members.

    Raises
    ------
    MethodError
        If there is no other year.
    """
    chain = chain_of(dataset, others)
    if len(chain) < 2 or any(d.year is None for d in chain):
        raise MethodError("error.rivals.history")
    layers = [
        real_values(d).reindex(index=list(dataset.units), columns=list(dataset.codes)).to_numpy(float)
        for d in chain
    ]
    return History(tuple(int(d.year or 0) for d in chain), np.array(layers))


def chain_of(dataset: Dataset, others: Sequence[Dataset] | None = None) -> list[Dataset]:
    """A dataset with its other years, in order; by default those of the open chain for one of its members."""
    if others is None and dataset.name in open_index_names():
        others = [load_dataset(n) for n in open_index_names() if n != dataset.name]
    return sorted([dataset, *(others or ())], key=lambda d: d.year or 0)


def others_of(dataset: Dataset, others: Sequence[Dataset] | None = None) -> list[Dataset]:
    """The other years of :func:`chain_of`."""
    return [d for d in chain_of(dataset, others) if d is not dataset]


@dataclass(frozen=True, eq=False)
class AgainstRivals(Result):
    """Own rank after changes, under one idea of what all do.

    Attributes
    ----------
    unit, model : str
    years : float
    table : DataFrame
        One row a run: ``score, rank, score_alone, rank_alone`` (own changes with frozen rivals).
    before : dict
        ``score, rank`` of the baseline.
    notes : dict
        What the model used (share of own trends kept, indicators without a history).
    illustrative : bool
        Whether the data behind it are.
    """

    unit: str
    model: str
    years: float
    table: pd.DataFrame
    before: dict[str, float]
    notes: dict[str, Any]
    illustrative: bool = False

    def chance(self, rank: int) -> tuple[float, float, float]:
        """Share of runs with `rank` or better and its 95% Wilson interval (Monte Carlo error only)."""
        n = len(self.table)
        p = float((self.table["rank"] <= rank).mean())
        z = 1.959963984540054
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return p, float(max(0.0, middle - half)), float(min(1.0, middle + half))


def against_rivals(
    result: IndexResult,
    unit: str,
    changes: Changes,
    *,
    model: str = "frozen",
    years: float = 1.0,
    runs: int = 200,
    history: History | Sequence[Dataset] | None = None,
    peers: str | Sequence[str] | None = None,
    rng: Seed = None,
) -> AgainstRivals:
    """Own score and rank after `changes`, while all move too; every run builds the whole index.

    Parameters
    ----------
    result, unit, changes, peers
        As for :func:`piikit.what_if`.
    model : str
        ``frozen``: the others stay. ``repeat``: every province, `unit` too, repeats the one-year
        changes of a random province and year, as they are expected from where it stands and all
        indicators together. ``trend``: each also keeps its own yearly change, shrunken to the common
        one. Both are drawn `runs` times (:class:`piikit.policy.effort.past_moves.PastMoves`), and
        `changes` come on top of `unit`'s own move.
        ``equal_effort``: each makes the same raw gain as `unit` on every indicator changed.
    years : float
        How long all move, for ``trend`` and ``repeat`` (draws are added for whole years).
    runs : int
        Draws of ``trend`` and ``repeat``; the other models have one run.
    history : History or datasets, optional
        Real values of other years; the open chain for one of its members.
    rng : seed or Generator
        None is seed 0.

    Returns
    -------
    AgainstRivals
        ``table`` has one row a run.

    Raises
    ------
    UnknownNameError
        For an unknown model.
    MethodError
        If the model needs a history and there is none.

    Notes
    -----
    Values are kept within the indicator's scale where the framework gives one. Illustrative
    cells never enter a history; indicators without one drift at random, and ``notes`` lists them. A province's
    past holds the policies of its past: the changes count as what comes beyond those. Shrunken
    trends: Efron and Morris (1975).

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> made = pk.against_rivals(result, "Cần Thơ", {"2.1": "+3%"}, model="equal_effort")
    >>> bool(made.table.at[0, "rank"] >= made.table.at[0, "rank_alone"])
    True
    """
    if model not in MODELS:
        raise UnknownNameError("option", model, MODELS)
    dataset, own = result.dataset, result.units.index(result.dataset.unit(unit))
    name = result.units[own]
    changed = dataset.values.copy()
    for cell in resolve(dataset, name, changes, peers).itertuples():
        changed.at[cell.unit, cell.code] = cell.after
    notes: dict[str, Any] = {}
    values, base = changed.to_numpy(float), dataset.values.to_numpy(float)
    drifts, ends = np.zeros((1, *base.shape)), scale_limits(dataset)
    if model == "equal_effort":
        drifts = np.broadcast_to(values[own] - base[own], drifts.shape).copy()
        drifts[:, own] = 0.0
    elif model in ("trend", "repeat"):
        past = history if isinstance(history, History) else history_of(dataset, history)
        notes["no_history"] = tuple(np.array(dataset.codes)[np.isnan(past.changes).all(axis=(0, 1))])
        moves = PastMoves.of(past.starts, past.changes)
        if model == "trend":
            notes["kept"] = dict(zip(dataset.codes, moves.kept.tolist(), strict=True))
        drifts = moves.draw(model, base, years, runs, generator(rng)) - base
    alone = _own(result, values, own)
    made = [_own(result, np.clip(values + np.nan_to_num(drift), *ends), own) for drift in drifts]
    table = pd.DataFrame(
        [(*one, *alone) for one in made], columns=["score", "rank", "score_alone", "rank_alone"]
    )
    before = {"score": result.scores.at[name, result.root], "rank": result.ranks.at[name, result.root]}
    before = {k: float(v) for k, v in before.items()}
    return AgainstRivals(name, model, years, table, before, notes, result.dataset.illustrative)


class _Place(NamedTuple):
    score: float
    rank: float


def _own(result: IndexResult, x: Matrix, own: int) -> _Place:
    """Own score and rank of the index built on raw values `x`."""
    scores = compute(result.plan, x).scores[:, result.plan.nodes[-1].at]
    return _Place(float(scores[own]), float(result.method.ranking.own(scores, own)))


def scale_limits(dataset: Dataset) -> tuple[Column, Column]:
    """Both ends of every indicator's scale, infinite where the framework gives none."""
    limits = dataset.framework.limits.reindex(list(dataset.codes)).fillna({"min": -np.inf, "max": np.inf})
    return limits["min"].to_numpy(float), limits["max"].to_numpy(float)


__all__ = ["MODELS", "AgainstRivals", "History", "against_rivals", "history_of", "shrunken_trend"]
