"""The tables of a built index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..base.arrays import Matrix
from ..base.errors import MethodError, Problem
from ..base.language import pick
from ..base.record import fingerprint, versions
from ..base.results import Drawn
from ..data.dataset import PROVENANCE, Dataset
from ..data.framework import Framework
from .engine import Computed, Plan, effective_weights
from .method import Method
from .scored import Scored
from .steps.aggregation import arithmetic


@dataclass(frozen=True, eq=False)
class IndexTables(Scored, Drawn):
    """Everything between raw values and ranks as labelled tables, made when first asked for.

    Attributes
    ----------
    dataset : Dataset
    method : Method
    """

    dataset: Dataset
    method: Method
    plan: Plan
    computed: Computed

    kind = "index"

    @property
    def framework(self) -> Framework:
        """The tree of indicators."""
        return self.dataset.framework

    @property
    def units(self) -> tuple[str, ...]:
        """Units in table order."""
        return self.dataset.units

    @property
    def year(self) -> int | None:
        """Year of the dataset."""
        return self.dataset.year

    @property
    def name(self) -> str:
        """Short name of the dataset."""
        return self.dataset.name

    def title(self, lang: str | None = None) -> str:
        """Name of the dataset."""
        return str(pick(self.dataset.title_vi, self.dataset.title_en, lang) or self.name)

    @property
    def illustrative(self) -> bool:
        """Whether the dataset holds illustrative cells."""
        return self.dataset.illustrative

    def check_unit(self, unit: str | None) -> str:
        """Name of `unit` as it stands in the tables, whichever way people write it."""
        if unit is None:
            raise MethodError("error.no_unit")
        return self.dataset.unit(unit)

    def _frame(self, array: Matrix | np.ndarray, codes: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame(array, pd.Index(self.units, name="unit"), pd.Index(codes, name="code"))

    @cached_property
    def imputed(self) -> pd.DataFrame:
        """Raw values after imputation, units x indicators."""
        return self._frame(self.computed.imputed, self.framework.indicators)

    @cached_property
    def treated(self) -> pd.DataFrame:
        """Values after outlier treatment, not turned by direction, units x indicators."""
        made = np.column_stack([c.treatment.values for c in self.computed.columns])
        return self._frame(made, self.framework.indicators)

    @cached_property
    def treated_points(self) -> pd.DataFrame:
        """Which cells treatment changed and how: "", "winhi", "winlo", or the transform's name."""
        made = np.column_stack([c.treatment.points for c in self.computed.columns])
        return self._frame(made, self.framework.indicators)

    @cached_property
    def treatment_log(self) -> pd.DataFrame:
        """One row an indicator: what was done, and skewness and kurtosis before and after."""
        rows = [c.treatment.log for c in self.computed.columns]
        return pd.DataFrame(rows, index=pd.Index(self.framework.indicators, name="code"))

    @cached_property
    def normalised(self) -> pd.DataFrame:
        """Normalised indicator scores, larger is better, units x indicators."""
        made = np.column_stack([c.normalised for c in self.computed.columns])
        return self._frame(made, self.framework.indicators)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every code, indicators and aggregates, units x codes; the root is the whole."""
        return self._frame(self.computed.scores, self.framework.codes)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Ranks of every code (1 = highest), on scores rounded to ``method.rank_decimals``."""
        return self.method.ranking.table(self.scores)

    @cached_property
    def effective_weights(self) -> pd.DataFrame:
        """Share of the whole that each code carries for each unit; gaps pass theirs to siblings."""
        return self._frame(effective_weights(self.plan, self.computed), self.framework.codes)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Effective weight times normalised score; with arithmetic means rows sum to the score."""
        weights = self.effective_weights[list(self.framework.indicators)]
        return (weights * self.normalised).where(self.normalised.notna(), 0.0)

    @property
    def additive(self) -> bool:
        """Whether the parts sum to the score: arithmetic means throughout."""
        return all(n.rule == "arithmetic" for n in self.plan.nodes)

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """One row an indicator: the minimum and maximum that set the scale, in treated units, and who holds them.

        ``minimum`` scores lowest and ``maximum`` highest whatever the direction; ``*_units``
        name those who hold it (empty when the bound is set by the method or another edition).
        """
        rows, units = [], np.array(self.units, dtype=object)
        for spec, column in zip(self.plan.columns, self.computed.columns, strict=True):
            values = column.treatment.values * spec.direction
            row: dict[str, Any] = {}
            for end in ("minimum", "maximum"):
                bound = column.fitted.get(end, np.nan)
                row |= {end: bound * spec.direction, f"{end}_units": ", ".join(units[values == bound])}
            rows.append(row)
        return pd.DataFrame(rows, index=pd.Index(self.framework.indicators, name="code"))

    def share_of(self, provenance: str) -> pd.DataFrame:
        """Share of the weight behind each score that comes from cells of one provenance, units x codes.

        The illustrative share of a node is ``share_of("illustrative")``; imputed cells count
        as ``imputed``.
        """
        marks = self.dataset.provenance.to_numpy()
        filled = np.isnan(self.dataset.values.to_numpy(float)) & ~np.isnan(self.computed.imputed)
        mine = filled if provenance == "imputed" else (marks == provenance) & ~filled
        scores, out = self.computed.scores, np.full(self.computed.scores.shape, np.nan)
        leaves = self.plan.indicator_at
        out[:, leaves] = np.where(np.isnan(scores[:, leaves]), np.nan, mine.astype(float))
        for node, weights in zip(self.plan.nodes, self.computed.weights, strict=True):
            mean = arithmetic(out[:, node.children], weights)
            out[:, node.at] = np.where(np.isnan(scores[:, node.at]), np.nan, mean)
        return self._frame(out, self.framework.codes)

    @cached_property
    def basis(self) -> pd.DataFrame:
        """For the whole: share of effective weight by provenance, units x provenance."""
        kinds = [*PROVENANCE, "imputed"]
        return pd.DataFrame({k: self.share_of(k)[self.root] for k in kinds})

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the reader must know: constant columns, columns that treatment could not cure."""
        return self.computed.problems

    @cached_property
    def fingerprint(self) -> str:
        """Twelve digits of data, framework and method: equal inputs, equal fingerprint."""
        return fingerprint(data=self.dataset.fingerprint, method=self.method.fingerprint)

    @cached_property
    def record(self) -> dict[str, Any]:
        """What went in and with which versions, for a report's footer."""
        return {
            "dataset": self.dataset.name,
            "year": self.dataset.year,
            "data_hash": self.dataset.fingerprint,
            "framework": self.framework.name,
            "method": self.method.to_dict(),
            "fingerprint": self.fingerprint,
            "versions": versions(),
        }
