"""``pk.drivers``: one door to all models, with the rules that keep them honest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...base.record import fingerprint, versions
from ...index.index_result import IndexResult
from .design import Design, design
from .diagnostics import influence, partial_residuals, residual_checks, selection
from .drivers_result import DriversResult
from .elastic import estimate_net
from .estimate import Asked, Estimate
from .gather import variables_of
from .identities import identities, own_denominators
from .importance import IMPORTANCE_COLUMNS, MOST_TERMS, importance
from .least_squares import fit
from .ols import estimate_ols
from .panel_models import PANELS, estimate_panel, free_rows, within_between
from .power import POWER_COLUMNS, power_table
from .quantile import estimate_quantiles
from .specifications import specification_curves
from .variables import Variables
from .verdict import verdicts

Model = Literal["ols", "elastic-net", "quantile", "panel-fe", "first-differences", "panel-re"]
MODELS: tuple[str, ...] = get_args(Model)
ESTIMATORS: dict[str, Callable[[Asked], Estimate]] = {
    "ols": estimate_ols,
    "elastic-net": estimate_net,
    "quantile": estimate_quantiles,
    **dict.fromkeys(PANELS, estimate_panel),
}
ROWS_PER_PREDICTOR = 10


def drivers(
    data: Any,
    outcome: str | None = None,
    predictors: Sequence[str] | str | None = None,
    *,
    model: Model = "ols",
    formula: str | None = None,
    covariates: pd.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
    made_of: Mapping[str, Iterable[str]] | None = None,
    divided_by: Mapping[str, str] | None = None,
    covariance: str | None = None,
    time_effects: bool = True,
    quantiles: Sequence[float] = (0.25, 0.5, 0.75),
    folds: int = 5,
    permutations: int = 199,
    bootstrap: int = 1000,
    confidence: float = 0.95,
    allow_illustrative: bool = False,
    rng: int | None = None,
) -> DriversResult:
    """Associate an outcome with predictors over provinces, and say how far to trust it.

    Parameters
    ----------
    data : Dataset, IndexResult, DataFrame, or a list (or mapping by year) of the first two
        See :func:`piikit.diagnosis.drivers.gather.variables_of` for the names that each
        gives; ``variables_of(data).table`` lists them with their codes. Rows are units, or
        units and years for panels.
    outcome, predictors : str and list of str
        Names, codes (``"2.1.1"``), titles or expressions (``"log(grdp_per_head)"``). With an
        IndexResult and no predictors: the pillars of the other side of the index.
    model : {"ols", "elastic-net", "quantile", "panel-fe", "first-differences", "panel-re"}
    formula : str, optional
        Instead of outcome and predictors, as statsmodels reads it; codes in backquotes.
    covariates : DataFrame, optional
        Further columns by unit, such as printed PII scores; names of provinces in any spelling.
    names : mapping, optional
        Own short names for codes.
    made_of, divided_by : mapping, optional
        What own columns contain and were divided by, for the checks on identities.
    covariance : str, optional
        OLS: ``HC3`` (default), ``HC2``, ``HC1``, ``HC0``, ``nonrobust``. Panels:
        ``clustered`` (default, by unit), ``robust``, ``unadjusted``, ``kernel``.
    time_effects : bool
        Panels: take out what changed for all alike.
    quantiles : sequence of float
        Each between 0 and 1.
    folds, permutations : int
        Elastic net: folds of the nested cross-validation, shuffles of the test.
    bootstrap : int
        Resamples for importance, quantiles (at most 400) and the net's stability (at most 200).
    confidence : float
        Of all intervals, between 0 and 1.
    allow_illustrative : bool
        Go on although illustrative values are used. The result is then marked everywhere: an
        association in them was put there by the generator.
    rng : int or None
        Seed; None is 0.

    Returns
    -------
    DriversResult
        ``coefficients``, one row a term (and quantile): ``estimate`` in units of the outcome per
        unit of the predictor, ``beta`` in standard deviations, intervals and p-values; beside
        it ``verdicts`` and every check, all made when it is returned.

    Raises
    ------
    MethodError
        More predictors than n/10 without regularisation; illustrative data without leave; too
        few rows; a panel model without a panel.
    UnknownNameError
        A model, covariance or variable that is not known, with the nearest.
    InputError
        Columns that have no value (a logarithm of 0), do not vary or repeat others; all at once.

    Notes
    -----
    The result is association, not the effect of an intervention, and never enters a what-if
    by itself. Errors: MacKinnon and White (1985), HC3; for panels as
    linearmodels has them. Importance: Lindeman, Merenda and Gold (1980). Specifications:
    Simonsohn, Simmons and Nelson (2020), doi:10.1038/s41562-020-0912-z. ``docs/drivers.md``
    says what each check found in simulations with a known truth.

    Examples
    --------
    >>> import piikit as pk
    >>> data = pk.load_dataset("open-2022")
    >>> result = pk.drivers(data, formula="exam ~ log(grdp_per_head) + urban_share", bootstrap=100)
    >>> result.coefficients["estimate"].round(3).to_dict()
    {'log(grdp_per_head)': 0.365, 'urban_share': -0.002}
    >>> result.verdicts["verdict"].to_dict()
    {'log(grdp_per_head)': 'fragile', 'urban_share': 'none'}
    """
    if model not in MODELS:
        raise UnknownNameError("model", model, MODELS)
    given = variables_of(data, names=names, covariates=covariates, made_of=made_of, divided_by=divided_by)
    if formula is None and predictors is None and outcome is not None:
        predictors = _other_side(data, given, outcome)
    made = design(given, formula=formula, outcome=outcome, predictors=predictors)
    illustrative = _illustrative(made, allow_illustrative)
    rows = _rows_that_count(made, model, time_effects)
    asked = Asked(
        model=model,
        design=made,
        covariance=covariance,
        time_effects=time_effects,
        quantiles=quantiles,
        folds=folds,
        permutations=permutations,
        bootstrap=bootstrap,
        confidence=confidence,
        seed=0 if rng is None else int(rng),
    )
    return _with_checks(asked, ESTIMATORS[model](asked), rows, illustrative)


def _other_side(data: Any, given: Variables, outcome: str) -> list[str] | None:
    """Pillars of the sub-indices that do not contain the outcome, for an index."""
    if not isinstance(data, IndexResult):
        return None
    framework = data.framework
    code = given.known[given.resolve(outcome)].code
    if code not in framework or code == framework.root:
        return None
    above = {code, *framework.ancestors(code)}
    sides = [s for s in framework.children(framework.root) if s not in above]
    return [given.resolve(c) for s in sides for c in framework.children(s)] or None


def _illustrative(made: Design, allowed: bool) -> bool:
    known = made.variables.known
    used = dict.fromkeys(n for names in made.uses.values() for n in names)
    marked = [known[n].title() for n in used if known[n].illustrative > 0]
    if marked and not allowed:
        raise MethodError("error.drivers.illustrative", names="; ".join(marked[:6]))
    return bool(marked)


def _rows_that_count(made: Design, model: str, time_effects: bool) -> float:
    """Rows to learn from; refused if the model does not go with the data, or they are too few for it."""
    if (model in PANELS) != made.variables.panel:
        key = "error.drivers.panel" if model in PANELS else "error.drivers.not_panel"
        raise MethodError(key, model=model)
    rows = free_rows(made, model, time_effects) if model in PANELS else made.n
    most = rows // ROWS_PER_PREDICTOR
    if model != "elastic-net" and made.p > most:
        raise MethodError(
            "error.drivers.too_many", n=int(rows), p=made.p, most=int(most), each=ROWS_PER_PREDICTOR
        )
    return float(rows)


def _with_checks(asked: Asked, found: Estimate, rows: float, illustrative: bool) -> DriversResult:
    """The result with every check made, so that nothing is left to compute when it is read."""
    made, ols = found.design, asked.model == "ols"
    x, y = made.with_constant.to_numpy(float), made.y.to_numpy(float)
    plain = fit(x, y)
    shared = identities(made)
    curves = specification_curves(made, rng=asked.seed) if ols else {}
    both = within_between(made) if made.variables.panel else pd.DataFrame(columns=["within", "between"])
    if ols and len(made.terms) <= MOST_TERMS:
        shares = importance(made, bootstrap=asked.bootstrap, confidence=asked.confidence, rng=asked.seed)
    else:
        shares = pd.DataFrame(columns=IMPORTANCE_COLUMNS)
    return DriversResult(
        model=asked.model,
        n_rule=rows,
        seed=asked.seed,
        bootstrap=asked.bootstrap,
        confidence=asked.confidence,
        illustrative=illustrative,
        identities=shared,
        own_denominators=own_denominators(made, shared),
        checks=residual_checks(plain.residuals[:, 0], made.even.with_constant.to_numpy(float)) if ols else {},
        influence=influence(made),
        selection=selection(made),
        partial_residuals=partial_residuals(made, plain.beta[:, 0]),
        power=power_table(made, rng=asked.seed) if ols else pd.DataFrame(columns=POWER_COLUMNS),
        importance=shares,
        curves=curves,
        within_between=both,
        verdicts=verdicts(asked.model, found, shared, curves, both),
        record=_record(asked, found),
        **vars(found),
    )


def _record(asked: Asked, found: Estimate) -> dict[str, Any]:
    made = found.design
    return {
        "model": asked.model,
        "formula": made.formula,
        "options": found.options,
        "seed": asked.seed,
        "n": made.n,
        "fingerprint": fingerprint(y=made.y.to_numpy(), x=made.X.to_numpy(), model=asked.model),
        "versions": versions(),
    }
