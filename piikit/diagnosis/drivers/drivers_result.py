"""What a fit gives: coefficients, the library's own object, and every check beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import Problem
from ...base.record import fingerprint, versions
from ...base.results import Drawn, writer
from . import diagnostics
from .design import Design
from .elastic import NetTest
from .identities import identities, own_denominators
from .importance import importance
from .least_squares import fit
from .panel_models import within_between
from .power import NullR2, power_table
from .specifications import Specifications, specification_curve
from .verdict import verdicts


@dataclass(frozen=True, eq=False)
class DriversResult(Drawn):
    """Association of an outcome with predictors, with what limits it; made by :func:`piikit.drivers`.

    It is never the effect of an intervention, and nothing in piikit takes it for one.

    Attributes
    ----------
    model : str
    design : Design
        Outcome, predictors, formula, rows left out.
    fitted : Any
        The library's own object: statsmodels ``RegressionResults`` (OLS), a dict of them by
        quantile, linearmodels results (panels) or a scikit-learn ``Pipeline`` (elastic net).
    coefficients : DataFrame
        Index ``term``; columns as the model's table says.
    measures : dict
        ``r2``, ``r2_adjusted``, ``r2_left_out`` ... of the whole fit.
    n_rule : float
        Rows that count for the rule of n/10.
    null : NullR2 or None
        R² of noise; None where R² is not the measure (quantiles) or not plain (panels, nets).
    net : NetTest or None
        Out-of-sample R² and permutation test of an elastic net.
    loo : DataFrame or None
        Coefficients without each province, units x terms.
    seed, bootstrap, confidence
        For what is computed when first asked for.
    illustrative : bool
        Illustrative values stand behind it: an association the generator put in.
    """

    model: str
    design: Design
    fitted: Any
    coefficients: pd.DataFrame
    measures: dict[str, float]
    n_rule: float
    null: NullR2 | None = None
    net: NetTest | None = None
    loo: pd.DataFrame | None = None
    options: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    bootstrap: int = 1000
    confidence: float = 0.95
    illustrative: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """Coefficients as one tidy table with ``term`` as a column; for a paper or further work."""
        made = self.coefficients.reset_index()
        made.insert(0, "outcome", self.design.outcome)
        if self.model != "elastic-net":
            words = self.verdicts["verdict"]
            made["verdict"] = words.reindex(made["term"]).to_numpy()
        return made

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What the reader must know of how the data were put together."""
        return self.design.variables.notes

    @cached_property
    def identities(self) -> pd.DataFrame:
        """What outcome and predictors share by construction; see :func:`.identities.identities`."""
        return identities(self.design)

    @cached_property
    def own_denominators(self) -> pd.DataFrame:
        """Ratios against their numerators, where outcome and predictor share a denominator."""
        return own_denominators(self.design)

    @cached_property
    def checks(self) -> dict[str, float]:
        """Normality and equal variances of the residuals; empty for quantiles, panels and nets."""
        if self.model != "ols":
            return {}
        x = self.design.with_constant.to_numpy(float)
        return diagnostics.residual_checks(fit(x, self.design.y.to_numpy(float)), x)

    @cached_property
    def influence(self) -> pd.DataFrame:
        """Leverage, deleted residual and Cook's distance of each row, by least squares."""
        return diagnostics.influence(
            self.design, fit(self.design.with_constant.to_numpy(float), self.design.y.to_numpy(float))
        )

    @cached_property
    def selection(self) -> pd.DataFrame:
        """How the units used differ from those left out."""
        return diagnostics.selection(self.design)

    @cached_property
    def partial_residuals(self) -> pd.DataFrame:
        """For partial-residual plots, by least squares, rows x terms."""
        fitted = fit(self.design.with_constant.to_numpy(float), self.design.y.to_numpy(float))
        return diagnostics.partial_residuals(self.design, fitted.beta[:, 0])

    @cached_property
    def power(self) -> pd.DataFrame:
        """Power and false leaders at this design (OLS with HC3, cross-sections only)."""
        if self.model != "ols":
            return pd.DataFrame(columns=["term", "power", "detectable", "false_leader"])
        return power_table(self.design, rng=self.seed)

    @cached_property
    def importance(self) -> pd.DataFrame:
        """R² shared out among the terms (LMG) with bootstrap intervals; OLS only."""
        if self.model != "ols":
            return pd.DataFrame(columns=["term", "r2", "share", "low", "high", "leads"])
        return importance(self.design, bootstrap=self.bootstrap, confidence=self.confidence, rng=self.seed)

    @cached_property
    def _curves(self) -> dict[str, Specifications | None]:
        return {}

    def curve(self, term: str) -> Specifications | None:
        """The specification curve of a term; None where the model or the term has none (OLS, one column)."""
        if self.model != "ols" or len(self.design.terms.get(term, ())) != 1:
            return None
        if term not in self._curves:
            self._curves[term] = specification_curve(self.design, term, rng=self.seed)
        return self._curves[term]

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """How far each finding may be trusted: ``verdict``, ``why``."""
        return verdicts(self)

    @cached_property
    def within_between(self) -> pd.DataFrame:
        """Panels: coefficients within units over time beside those between units' means."""
        if not self.design.variables.panel:
            return pd.DataFrame(columns=["within", "between"])
        return within_between(self.design)

    def sentence(self, term: str | None = None, lang: str | None = None) -> str:
        """What may safely be quoted of one term, or of the whole, in `lang`."""
        said: str = writer(self, "sentence")(self, term=term, lang=lang)
        return said

    def to_latex(self, lang: str | None = None) -> str:
        """The table for a paper, LaTeX with booktabs."""
        made: str = writer(self, "latex")(self, lang=lang)
        return made

    def to_word(self, path: Any, lang: str | None = None) -> Any:
        """Write table, checks and the sentence to a Word file."""
        return writer(self, "word")(self, path, lang=lang)

    @cached_property
    def record(self) -> dict[str, Any]:
        """What went in and with which versions."""
        return {
            "model": self.model,
            "formula": self.design.formula,
            "options": self.options,
            "seed": self.seed,
            "n": self.design.n,
            "fingerprint": fingerprint(
                y=self.design.y.to_numpy(), x=self.design.X.to_numpy(), model=self.model
            ),
            "versions": versions(),
        }

    def __repr__(self) -> str:
        shown = np.round(float(self.measures.get("r2", np.nan)), 3)
        return f"<DriversResult {self.model}: {self.design.formula}, n={self.design.n}, R²={shown}>"
