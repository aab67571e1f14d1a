"""What if these raw values were others: the whole index built again, and the answer taken apart."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.library import load_dataset
from ...data.peers import group_of
from ...diagnosis.print.over_draws import each_draw, how_often
from ...index.build import build_index
from ...index.index_result import IndexResult
from ...index.page.page_result import PageResult
from .changes import Changes, by_unit
from .frozen_bounds import frozen_answer
from .page_what_if import page_what_if
from .scenarios import Scenario

if TYPE_CHECKING:
    from ...data.dataset import Dataset


@dataclass(frozen=True, eq=False)
class WhatIf(Drawn):
    """One scenario: before and after, both built whole.

    Attributes
    ----------
    name : str
        The scenario's, empty for an unnamed one.
    unit : str
    before, after : IndexResult
    changes : DataFrame
        One row a changed cell: ``unit, code, change`` (as given), ``before, after`` (raw),
        ``provenance`` (of the value before).
    frozen : dict
        What a simulator with frozen bounds and frozen rivals says: ``score, rank``. Untreated
        and winsorised columns keep their baseline bounds (values beyond them score below 0 or
        above 100); rivals keep their scores. NaN where a changed column has no such bounds, as
        under a logarithm.
    scenario : Scenario or None
        The file it came from.
    """

    name: str
    unit: str
    before: IndexResult
    after: IndexResult
    changes: pd.DataFrame
    frozen: dict[str, float]
    scenario: Scenario | None = None

    @property
    def root(self) -> str:
        """Code of the whole."""
        return self.before.root

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a code.

        ``code, level, score_before, score_after, change, rank_before, rank_after``,
        ``weight`` (effective, after) and ``contribution`` (change of the part of the whole; indicators
        sum to the change of the whole where means are arithmetic).
        """
        b, a, u = self.before, self.after, self.unit
        table = self._beside(lambda t: t.loc[u]).assign(weight=a.effective_weights.loc[u])
        table.insert(0, "level", b.framework.table["level"])
        parts = (a.contributions.loc[u] - b.contributions.loc[u]).reindex(table.index)
        for code in reversed(list(b.framework.aggregates)):
            parts[code] = parts[list(b.framework.leaves(code))].sum()
        table["contribution"] = parts
        table.index.name = "code"
        return table.reset_index()

    @cached_property
    def units(self) -> pd.DataFrame:
        """One row a unit: ``score_before, score_after, change, rank_before, rank_after`` of the whole."""
        return self._beside(lambda t: t[self.root])

    def _beside(self, part: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
        """Scores and ranks before and after, of a part of the results' tables."""
        scores, ranks = (
            [part(getattr(r, n)) for r in (self.before, self.after)] for n in ("scores", "ranks")
        )
        made = {"score_before": scores[0], "score_after": scores[1], "change": scores[1] - scores[0]}
        return pd.DataFrame(made | {"rank_before": ranks[0], "rank_after": ranks[1]})

    @cached_property
    def answer(self) -> dict[str, float]:
        """Score and rank before and after, and who moved the rank.

        ``rank_own``: own new score against the rivals' old ones (the own part);
        ``own_part`` = rank before - rank_own, ``rivals_part`` = rank_own - rank after (positive
        is better); ``rivals_change``: mean change of the rivals' scores.
        """
        row = self.units.loc[self.unit].rename({"change": "score_change"}).to_dict()
        alone, own = self.units["score_before"].to_numpy(float).copy(), self.before.units.index(self.unit)
        alone[own] = row["score_after"]
        rank_own = float(self.before.method.ranking.own(alone, own))
        return {
            **row,
            "rank_own": rank_own,
            "own_part": row["rank_before"] - rank_own,
            "rivals_part": rank_own - row["rank_after"],
            "rivals_change": float(self.units["change"].drop(self.unit).mean()),
        }

    @property
    def figures(self) -> dict[str, float]:
        """:attr:`answer` and, as ``naive_score`` and ``naive_rank``, that of frozen bounds."""
        return {**self.answer, "naive_score": self.frozen["score"], "naive_rank": self.frozen["rank"]}

    @cached_property
    def passed(self) -> tuple[str, ...]:
        """Units that stood ahead and now stand behind, best first."""
        return self._crossed(self.units["rank_before"], self.units["rank_after"])

    @cached_property
    def passed_by(self) -> tuple[str, ...]:
        """Units that stood behind and now stand ahead."""
        return self._crossed(self.units["rank_after"], self.units["rank_before"])

    def _crossed(self, ahead: pd.Series, behind: pd.Series) -> tuple[str, ...]:
        moved = (ahead < ahead[self.unit]) & (behind > behind[self.unit])
        order = self.units.loc[moved, "rank_before"].sort_values(kind="stable")
        return tuple(str(u) for u in order.index)

    @cached_property
    def next(self) -> tuple[str, float] | None:
        """The nearest unit still ahead and the points that are missing; None at the top."""
        after = self.units["score_after"]
        own = after[self.unit]
        ahead = after[self.units["rank_after"] < self.units["rank_after"][self.unit]]
        if ahead.empty or np.isnan(own):
            return None
        return str(ahead.idxmin()), float(ahead.min() - own)

    @property
    def naive(self) -> dict[str, float]:
        """Old name of :attr:`frozen`."""
        warnings.warn("WhatIf.naive is called WhatIf.frozen now", DeprecationWarning, stacklevel=2)
        return self.frozen

    @property
    def illustrative(self) -> float:
        """Share of effective weight behind the own score after the change that is illustrative."""
        return float(self.after.share_of("illustrative").at[self.unit, self.root])


@dataclass(frozen=True, eq=False)
class WhatIfs(Drawn):
    """Several named scenarios side by side.

    Attributes
    ----------
    unit : str
    scenarios : tuple of WhatIf
    """

    unit: str
    scenarios: tuple[WhatIf, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a scenario: ``name`` and its :attr:`WhatIf.figures`."""
        return pd.DataFrame([{"name": w.name, **w.figures} for w in self.scenarios])

    def __getitem__(self, name: str) -> WhatIf:
        return next(w for w in self.scenarios if w.name == name)


@dataclass(frozen=True, eq=False)
class WhatIfDraws(Drawn):
    """One scenario over the draws of an illustrative edition: what holds whatever the invention.

    Attributes
    ----------
    unit, name : str
    table : DataFrame
        One row a draw: ``draw`` and the figures of :attr:`WhatIf.answer`.
    passed : Series
        In how many draws each unit was passed, most first.
    first : WhatIf
        The scenario on the first draw.
    """

    unit: str
    name: str
    table: pd.DataFrame
    passed: pd.Series
    first: WhatIf = field(repr=False)

    def holds(self, rank: int) -> tuple[int, int]:
        """In how many of how many draws the rank after is `rank` or better."""
        return int((self.table["rank_after"] <= rank).sum()), len(self.table)

    @property
    def span(self) -> dict[str, tuple[float, float]]:
        """Least and greatest of every figure over the draws."""
        numbers = self.table.drop(columns="draw")
        return {str(c): (float(numbers[c].min()), float(numbers[c].max())) for c in numbers}


def what_if(
    result: IndexResult | PageResult,
    unit: str | Changes | None = None,
    changes: Changes | Scenario | None = None,
    *,
    scenarios: Mapping[str, Changes | Scenario] | Sequence[Scenario] | None = None,
    peers: str | Sequence[str] | None = None,
    draws: int | None = None,
    rivals: pd.DataFrame | None = None,
) -> Any:
    """Build the index again with other raw values and take the difference apart.

    Parameters
    ----------
    result : IndexResult or PageResult
        The baseline: an index, or a province's own page (then see
        :func:`piikit.policy.what_if.page_what_if.page_what_if`; `unit` may be left out).
    unit : str
        Whose score and rank are asked for.
    changes : mapping or Scenario
        Code to change of `unit`, or unit to such a mapping for several at once. A change is a
        raw value, ``"+x"``, ``"+x%"``, ``"to peer median"``, ``"to best of region"``,
        ``"to percentile p"``, ``"to the value of <unit>"``, or :data:`piikit.MISSING`; see
        :func:`piikit.policy.what_if.changes.read_change`. All are resolved on the baseline.
    scenarios : mapping of names to changes, or sequence of Scenario, optional
        Several side by side, instead of `changes`.
    peers : str or sequence of str, optional
        Whom "peer median" means, in the words of :func:`piikit.diagnose`; by default the unit's
        region, or everybody without regions.
    draws : int, optional
        On an illustrative edition that ships: repeat over that many draws.
    rivals : DataFrame, optional
        For a page: published scores of the others.

    Returns
    -------
    WhatIf
        :class:`WhatIfs` for `scenarios`, :class:`WhatIfDraws` for `draws`,
        :class:`~piikit.policy.what_if.page_what_if.PageWhatIf` for a page.

    Raises
    ------
    InputError
        With every change that cannot be read or resolved.
    UnknownNameError
        For unknown units, codes or groups.
    MethodError
        If the answer cannot be given that way: pooled bounds, neither or both of `changes` and
        `scenarios`, an indicator that a page does not cover.

    Notes
    -----
    The answer is the index built whole on the changed data, so a new maximum costs the rivals
    what it costs them; :attr:`WhatIf.frozen` says what a simulator without that would say.

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> made = pk.what_if(result, "Cần Thơ", {"2.1": "+10%", "1.1": "to best of region"})
    >>> made.changes["code"].tolist(), made.answer["rank_before"], made.answer["rank_after"]
    (['2.1', '1.1'], 9.0, 7.0)
    """
    if isinstance(result, PageResult):
        given = unit if isinstance(unit, Mapping) else changes
        if given is None or isinstance(given, Scenario):
            raise MethodError("error.what_if.one")
        return page_what_if(result, given, rivals=rivals)
    if not isinstance(unit, str) or (draws is not None and changes is None):
        raise MethodError("error.what_if.one")
    name = result.dataset.unit(unit)
    if changes is None or scenarios is not None:
        return _side_by_side(result, name, changes, scenarios, peers)
    label = changes.name if isinstance(changes, Scenario) else ""
    if draws is None:
        return _one(result, name, changes, peers, label)
    results = each_draw(result.dataset.name, draws, result.method)
    return _over_draws([_one(r, name, changes, peers, label) for r in results])


def _over_draws(made: Sequence[WhatIf]) -> WhatIfDraws:
    rows = pd.DataFrame([{"draw": k, **one.answer} for k, one in enumerate(made)])
    return WhatIfDraws(made[0].unit, made[0].name, rows, how_often(one.passed for one in made), made[0])


def _side_by_side(
    result: IndexResult,
    unit: str,
    changes: Changes | Scenario | None,
    scenarios: Mapping[str, Changes | Scenario] | Sequence[Scenario] | None,
    peers: str | Sequence[str] | None,
) -> WhatIfs:
    if changes is not None or not scenarios:
        raise MethodError("error.what_if.one")
    named = scenarios if isinstance(scenarios, Mapping) else {s.name: s for s in scenarios}
    return WhatIfs(unit, tuple(_one(result, unit, given, peers, name) for name, given in named.items()))


def run_scenario(scenario: Scenario, *, draws: int | None = None) -> Any:
    """Run a scenario on the dataset and by the method that it names.

    Parameters
    ----------
    scenario : Scenario
        From :func:`piikit.load_scenario`.
    draws : int, optional
        As for :func:`what_if`.

    Returns
    -------
    WhatIf
        :class:`WhatIfDraws` for `draws`.

    Raises
    ------
    InputError, UnknownNameError
        If the scenario names what the dataset does not have.

    Examples
    --------
    >>> import piikit as pk
    >>> made = pk.run_scenario(pk.load_scenario("new-maximum"))
    >>> made.unit, bool(made.answer["score_change"] > 0)
    ('Hà Nội', True)
    """
    result = build_index(load_dataset(scenario.dataset), scenario.method)
    return what_if(result, scenario.unit, scenario, draws=draws)


def _one(
    result: IndexResult, unit: str, given: Changes | Scenario, peers: str | Sequence[str] | None, name: str
) -> WhatIf:
    if result.method.normalisation.bounds == "pooled":
        raise MethodError("error.what_if.pooled")
    scenario = given if isinstance(given, Scenario) else None
    changes, note = (given.changes, given.source) if isinstance(given, Scenario) else (given, "")
    if scenario is not None and peers is None:
        peers = scenario.peers or None
    made = resolve(result.dataset, unit, changes, peers)
    cells = {str(u): dict(zip(rows["code"], rows["after"], strict=True)) for u, rows in made.groupby("unit")}
    after = build_index(result.dataset.with_values(cells, note=note), result.method)
    return WhatIf(name, unit, result, after, made, frozen_answer(result, unit, made), scenario)


def resolve(dataset: Dataset, unit: str, changes: Changes, peers: str | Sequence[str] | None) -> pd.DataFrame:
    """Changes as :attr:`WhatIf.changes` holds them, all resolved on the data before."""
    rows = []
    group = peers if peers is not None else "region" if "region" in dataset.groups else "all"
    for name, by_code in by_unit(changes, unit, dataset).items():
        others = group_of(dataset, name, group).units
        for code, change in by_code.items():
            before, mark = float(dataset.values.at[name, code]), str(dataset.provenance.at[name, code])
            rows.append((name, code, change.text, before, change.value(dataset, name, code, others), mark))
    return pd.DataFrame(rows, columns=["unit", "code", "change", "before", "after", "provenance"])
