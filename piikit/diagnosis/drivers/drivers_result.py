"""What a fit gives: coefficients, the library's own object, and every check beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import Problem
from ...base.results import Drawn, writer
from .design import Design
from .estimate import NetTest
from .power import NullR2
from .specifications import Specifications


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
    options : dict
    seed, bootstrap, confidence
        As given.
    illustrative : bool
        Illustrative values stand behind it: an association the generator put in.
    identities : DataFrame
        What outcome and predictors share by construction; see :func:`.identities.identities`.
    own_denominators : DataFrame
        Ratios against their numerators, where outcome and predictor share a denominator.
    checks : dict
        Normality and equal variances of the residuals; empty for quantiles, panels and nets.
    influence : DataFrame
        Leverage, deleted residual and Cook's distance of each row, by least squares.
    selection : DataFrame
        How the units used differ from those left out.
    partial_residuals : DataFrame
        For partial-residual plots, by least squares, rows x terms.
    power : DataFrame
        Power and false leaders at this design; empty but for OLS.
    importance : DataFrame
        R² shared out among the terms (LMG) with bootstrap intervals; empty but for OLS, and
        for more than 12 terms.
    curves : dict of Specifications
        Specification curves by term, where the model (OLS) and the term (one column) have one.
    within_between : DataFrame
        Panels: coefficients within units over time beside those between units' means.
    verdicts : DataFrame
        How far each finding may be trusted: ``verdict``, ``why``.
    record : dict
        What went in and with which versions.
    """

    model: str
    design: Design
    fitted: Any
    coefficients: pd.DataFrame
    measures: dict[str, float]
    n_rule: float
    null: NullR2 | None
    net: NetTest | None
    loo: pd.DataFrame | None
    options: dict[str, Any]
    seed: int
    bootstrap: int
    confidence: float
    illustrative: bool
    identities: pd.DataFrame
    own_denominators: pd.DataFrame
    checks: dict[str, float]
    influence: pd.DataFrame
    selection: pd.DataFrame
    partial_residuals: pd.DataFrame
    power: pd.DataFrame
    importance: pd.DataFrame
    curves: dict[str, Specifications]
    within_between: pd.DataFrame
    verdicts: pd.DataFrame
    record: dict[str, Any]

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

    def curve(self, term: str) -> Specifications | None:
        """The specification curve of a term; None where the model or the term has none (OLS, one column)."""
        return self.curves.get(term)

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

    def __repr__(self) -> str:
        shown = np.round(float(self.measures.get("r2", np.nan)), 3)
        return f"<DriversResult {self.model}: {self.design.formula}, n={self.design.n}, R²={shown}>"
