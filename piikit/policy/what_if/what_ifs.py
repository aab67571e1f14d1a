"""What if these raw values were others: the whole index built again, and the answer taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError
from ...base.results import Drawn
from ...data.peers import group_of
from ...diagnosis.print.over_draws import each_draw, how_often
from ...index.build import build_index
from ...index.index_result import IndexResult
from ...index.page.page_result import PageResult
from ...index.ranks import rank
from .changes import Change, Changes, by_unit
from .frozen_bounds import naive_answer
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
    scenario : Scenario or None
        The file it came from.
    """

    name: str
    unit: str
    before: IndexResult
    after: IndexResult
    changes: pd.DataFrame
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
        table = pd.DataFrame(
            {
                "level": b.framework.table["level"],
                "score_before": b.scores.loc[u],
                "score_after": a.scores.loc[u],
                "change": a.scores.loc[u] - b.scores.loc[u],
                "rank_before": b.ranks.loc[u],
                "rank_after": a.ranks.loc[u],
                "weight": a.effective_weights.loc[u],
            }
        )
        parts = (a.contributions.loc[u] - b.contributions.loc[u]).reindex(table.index)
        for code in reversed(list(b.framework.aggregates)):
            parts[code] = parts[list(b.framework.leaves(code))].sum()
        table["contribution"] = parts
        table.index.name = "code"
        return table.reset_index()

    @cached_property
    def units(self) -> pd.DataFrame:
        """One row a unit: ``score_before, score_after, change, rank_before, rank_after`` of the whole."""
        b, a, r = self.before, self.after, self.root
        return pd.DataFrame(
            {
                "score_before": b.scores[r],
                "score_after": a.scores[r],
                "change": a.scores[r] - b.scores[r],
                "rank_before": b.ranks[r],
                "rank_after": a.ranks[r],
            }
        )

    @cached_property
    def answer(self) -> dict[str, float]:
        """Score and rank before and after, and who moved the rank.

        ``rank_own``: own new score against the rivals' old ones (the own part);
        ``own_part`` = rank before - rank_own, ``rivals_part`` = rank_own - rank after (positive
        is better); ``rivals_change``: mean change of the rivals' scores.
        """
        row = self.units.loc[self.unit]
        others = self.units["score_before"].copy()
        others[self.unit] = row["score_after"]
        method = self.before.method
        alone = rank(others.to_numpy(float), decimals=method.rank_decimals, ties=method.rank_ties)
        rank_own = float(alone[self.before.units.index(self.unit)])
        return {
            "score_before": float(row["score_before"]),
            "score_after": float(row["score_after"]),
            "score_change": float(row["change"]),
            "rank_before": float(row["rank_before"]),
            "rank_after": float(row["rank_after"]),
            "rank_own": rank_own,
            "own_part": float(row["rank_before"]) - rank_own,
            "rivals_part": rank_own - float(row["rank_after"]),
            "rivals_change": float(self.units["change"].drop(self.unit).mean()),
        }

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

    @cached_property
    def naive(self) -> dict[str, float]:
        """What a simulator with frozen bounds and frozen rivals says: ``score, rank``.

        Untreated and winsorised columns keep their baseline bounds (values beyond them score
        below 0 or above 100); rivals keep their scores. NaN where a changed column has no such
        bounds, as under a logarithm.
        """
        return naive_answer(self.before, self.unit, self.changes)

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
        """One row a scenario: ``name`` and the figures of :attr:`WhatIf.answer`, naive score and rank."""
        rows = [
            {"name": w.name, **w.answer, "naive_score": w.naive["score"], "naive_rank": w.naive["rank"]}
            for w in self.scenarios
        ]
        return pd.DataFrame(rows)

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

    Examples
    --------
    >>> pk.what_if(result, "Cần Thơ", {"2.1": "+5%", "1.1": "to best of region"})  # doctest: +SKIP
    """
    if isinstance(result, PageResult):
        from .page_what_if import page_what_if

        given = unit if isinstance(unit, Mapping) else changes
        if given is None or isinstance(given, Scenario):
            raise MethodError("error.what_if.one")
        return page_what_if(result, given, rivals=rivals)
    if not isinstance(unit, str):
        raise MethodError("error.what_if.one")
    name = result.dataset.unit(unit)
    if scenarios is not None:
        if draws is not None or changes is not None or not scenarios:
            raise MethodError("error.what_if.one")
        named = scenarios if isinstance(scenarios, Mapping) else {s.name: s for s in scenarios}
        return WhatIfs(name, tuple(_one(result, name, c, peers, key) for key, c in named.items()))
    if changes is None:
        raise MethodError("error.what_if.one")
    label = changes.name if isinstance(changes, Scenario) else ""
    if draws is not None:
        return _over_draws(result, name, changes, peers, label, draws)
    return _one(result, name, changes, peers, label)


def run_scenario(scenario: Scenario, *, draws: int | None = None) -> Any:
    """Run a scenario on the dataset and by the method that it names."""
    from ...data.library import load_dataset
    from ...index.method import Method

    result = build_index(load_dataset(scenario.dataset), Method.load(scenario.method))
    return what_if(result, scenario.unit, scenario, draws=draws)


def _one(
    result: IndexResult, unit: str, given: Changes | Scenario, peers: str | Sequence[str] | None, name: str
) -> WhatIf:
    scenario = given if isinstance(given, Scenario) else None
    changes = given.changes if isinstance(given, Scenario) else given
    if scenario is not None and scenario.peers and peers is None:
        peers = scenario.peers
    dataset = result.dataset
    todo = by_unit(changes, unit, dataset)
    cells, rows = resolve(dataset, todo, peers)
    note = scenario.source if scenario else ""
    changed = dataset.with_values(cells, note=note)
    if result.method.normalisation.bounds == "pooled":
        raise MethodError("error.what_if.pooled")
    after = build_index(changed, result.method)
    columns = ["unit", "code", "change", "before", "after", "provenance"]
    return WhatIf(name, unit, result, after, pd.DataFrame(rows, columns=columns), scenario)


def resolve(
    dataset: Dataset, todo: Mapping[str, Mapping[str, Change]], peers: str | Sequence[str] | None
) -> tuple[dict[str, dict[str, float]], list[tuple[Any, ...]]]:
    """Raw values by unit and code, and a row of each change; all resolved on the data before."""
    cells: dict[str, dict[str, float]] = {}
    rows: list[tuple[Any, ...]] = []
    group = peers if peers is not None else "region" if "region" in dataset.groups else "all"
    for unit, by_code in todo.items():
        others = group_of(dataset, unit, group).units
        for code, change in by_code.items():
            value = change.value(dataset, unit, code, others)
            cells.setdefault(unit, {})[code] = value
            before = float(dataset.values.at[unit, code])
            rows.append((unit, code, change.text, before, value, str(dataset.provenance.at[unit, code])))
    return cells, rows


def _over_draws(
    result: IndexResult,
    unit: str,
    changes: Changes | Scenario,
    peers: str | Sequence[str] | None,
    name: str,
    draws: int,
) -> WhatIfDraws:
    made = [_one(r, unit, changes, peers, name) for r in each_draw(result.dataset.name, draws, result.method)]
    rows = pd.DataFrame([{"draw": k, **one.answer} for k, one in enumerate(made)])
    return WhatIfDraws(unit, name, rows, how_often(one.passed for one in made), made[0])
