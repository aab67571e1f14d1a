"""What the others may do: stay, follow their trend, repeat what somebody once did, try as hard as we do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import MethodError, UnknownNameError
from ...base.random import Seed, generator
from ...base.results import Result
from ...data.library import load_dataset, open_index_names
from ...index.engine import compute
from ...index.index_result import IndexResult
from ...index.ranks import rank
from ..what_if.changes import Changes, by_unit
from ..what_if.what_ifs import resolve
from .year_effort import real_values

if TYPE_CHECKING:
    from ...data.dataset import Dataset

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
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
        """One-year changes, shape (pairs, units, indicators); NaN across a missing year."""
        out = [
            self.values[k + 1] - self.values[k] for k, (a, b) in enumerate(pairwise(self.years)) if b == a + 1
        ]
        return np.array(out) if out else np.empty((0, *self.values.shape[1:]))


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
    if others is None and dataset.name in open_index_names():
        others = [load_dataset(n) for n in open_index_names() if n != dataset.name]
    chain = sorted([dataset, *(others or ())], key=lambda d: d.year or 0)
    if len(chain) < 2 or any(d.year is None for d in chain):
        raise MethodError("error.rivals.history")
    layers = [
        real_values(d).reindex(index=list(dataset.units), columns=list(dataset.codes)).to_numpy(float)
        for d in chain
    ]
    return History(tuple(int(d.year or 0) for d in chain), np.array(layers))


def shrunken_trend(changes: NDArray[np.float64]) -> tuple[Matrix, Column]:
    """Yearly change of every unit, drawn towards the common one.

    With two or three changes a unit's own mean is mostly noise. The share kept is the
    empirical-Bayes one, ``between / (between + within / T)`` with variances by the method of
    moments (Efron and Morris 1975), an indicator at a time.

    Parameters
    ----------
    changes : ndarray, shape (pairs, units, indicators)

    Returns
    -------
    trend : ndarray, shape (units, indicators)
        A unit without any change gets the common one; an indicator without any gets 0.
    kept : ndarray, shape (indicators,)
        Share of a unit's own deviation that was kept.
    """
    _, units, indicators = changes.shape
    trend, kept = np.zeros((units, indicators)), np.zeros(indicators)
    for j in range(indicators):
        block = changes[:, :, j]
        count = (~np.isnan(block)).sum(axis=0)
        has = count > 0
        if not has.any():
            continue
        sums = np.where(np.isnan(block), 0.0, block).sum(axis=0)
        mean = np.divide(sums, count, out=np.zeros(units), where=has)
        common = float(mean[has].mean())
        twice = count >= 2
        if twice.sum() >= 2:
            apart = np.where(np.isnan(block), 0.0, block - mean)[:, twice]
            within = float((apart**2).sum() / (count[twice] - 1).sum())
            periods = float(count[has].mean())
            total = float(mean[has].var(ddof=1))
            between = max(0.0, total - within / periods)
            kept[j] = between / total if total > 0 else 0.0
        trend[:, j] = np.where(has, common + kept[j] * (mean - common), common)
    return trend, kept


@dataclass(frozen=True, eq=False)
class AgainstRivals(Result):
    """Own rank after changes, under one idea of what the others do.

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
    """Own score and rank after `changes`, while the rivals move too; every run builds the whole index.

    Parameters
    ----------
    result, unit, changes, peers
        As for :func:`piikit.what_if`.
    model : str
        ``frozen``: the others stay. ``trend``: each follows its own yearly change, shrunken to
        the common one (:func:`shrunken_trend`). ``repeat``: each repeats the one-year changes of a
        random province and year, all indicators of it together (`runs` draws).
        ``equal_effort``: each makes the same raw gain as `unit` on every indicator changed.
    years : float
        How long the others move, for ``trend`` and ``repeat`` (draws are added for whole years).
    runs : int
        Draws of ``repeat``; the other models have one run.
    history : History or datasets, optional
        Real values of other years; the open chain for one of its members.
    rng : seed or Generator
        None is seed 0.

    Raises
    ------
    UnknownNameError
        For an unknown model.
    MethodError
        If the model needs a history and there is none.

    Notes
    -----
    Rivals' values are kept within the indicator's scale where the framework gives one. Illustrative
    cells never enter a history; indicators without one stay, and ``notes`` lists them.
    """
    if model not in MODELS:
        raise UnknownNameError("option", model, MODELS)
    dataset, own = result.dataset, result.units.index(result.dataset.unit(unit))
    name = result.units[own]
    cells, _ = resolve(dataset, by_unit(changes, name, dataset), peers)
    base = dataset.values.to_numpy(float)
    changed = base.copy()
    for u, by_code in cells.items():
        for code, value in by_code.items():
            changed[result.units.index(u), dataset.codes.index(code)] = value
    alone = _own(result, changed, own)
    random = generator(rng)
    notes: dict[str, Any] = {}
    if model in {"frozen", "equal_effort"}:
        moved = [changed if model == "frozen" else _equal(base, changed, own)]
    else:
        past = history if isinstance(history, History) else history_of(dataset, history)
        without = np.isnan(past.changes).all(axis=(0, 1))
        notes["no_history"] = tuple(np.array(dataset.codes)[without])
        if model == "trend":
            trend, kept = shrunken_trend(past.changes)
            notes["kept"] = dict(zip(dataset.codes, kept.tolist(), strict=True))
            moved = [_hold(changed, years * trend, own)]
        else:
            moved = [_hold(changed, _repeat(past.changes, years, random), own) for _ in range(runs)]
    limits = _limits(dataset)
    rows = []
    for x in moved:
        held = np.clip(x, *limits)
        held[own] = changed[own]
        score, place = _own(result, held, own)
        rows.append({"score": score, "rank": place, "score_alone": alone[0], "rank_alone": alone[1]})
    scores = result.scores[result.root]
    before = {"score": float(scores[name]), "rank": float(result.ranks.at[name, result.root])}
    return AgainstRivals(name, model, years, pd.DataFrame(rows), before, notes, result.dataset.illustrative)


def _own(result: IndexResult, x: Matrix, own: int) -> tuple[float, float]:
    scores = compute(result.plan, x).scores[:, result.plan.nodes[-1].at]
    method = result.method
    return float(scores[own]), float(rank(scores, decimals=method.rank_decimals, ties=method.rank_ties)[own])


def _hold(changed: Matrix, drift: Matrix, own: int) -> Matrix:
    """Everybody's values with the rivals' drift added; the own row stays as changed, a gap stays one."""
    out = changed + np.nan_to_num(drift)
    out[own] = changed[own]
    return out


def _equal(base: Matrix, changed: Matrix, own: int) -> Matrix:
    gain = np.nan_to_num(changed[own] - base[own])
    out = changed + gain
    out[own] = changed[own]
    return out


def _repeat(changes: NDArray[np.float64], years: float, random: np.random.Generator) -> Matrix:
    pairs, units, indicators = changes.shape
    total = np.zeros((units, indicators))
    for part in np.diff(np.minimum(np.arange(0, np.ceil(years) + 1), years)):
        drawn = changes[random.integers(pairs, size=units), random.integers(units, size=units)]
        total += part * np.nan_to_num(drawn)
    return total


def _limits(dataset: Dataset) -> tuple[Column, Column]:
    table = dataset.framework.table.loc[list(dataset.codes)]
    ends = []
    for column, empty in (("scale_min", -np.inf), ("scale_max", np.inf)):
        known = (
            pd.to_numeric(table[column], errors="coerce")
            if column in table
            else pd.Series(np.nan, table.index)
        )
        ends.append(known.fillna(empty).to_numpy(float))
    return ends[0], ends[1]


__all__ = ["MODELS", "AgainstRivals", "History", "against_rivals", "history_of", "shrunken_trend"]
