"""``pk.drivers``: one door to all models, with the rules that keep them honest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from . import diagnostics, elastic, ols, quantile
from . import panel_models as panel
from .design import Design, design
from .drivers_result import DriversResult
from .gather import variables_of
from .least_squares import clusters_left_out
from .least_squares import fit as least_squares
from .power import null_r2
from .regions import wild_cluster_p
from .variables import Variables

Model = Literal["ols", "elastic-net", "quantile", "panel-fe", "first-differences", "panel-re"]
MODELS: tuple[str, ...] = get_args(Model)
PANELS = ("panel-fe", "first-differences", "panel-re")
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
        gives; ``variables_of(data).table`` lists them with their codes.
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
    folds, permutations : int
        Elastic net: folds of the nested cross-validation, shuffles of the test.
    bootstrap : int
        Resamples for importance, quantiles (at most 400) and the net's stability (at most 200).
    confidence : float
    allow_illustrative : bool
        Go on although illustrative values are used. The result is then marked everywhere: an
        association in them was put there by the generator.
    rng : int or None
        Seed; None is 0.

    Returns
    -------
    DriversResult

    Raises
    ------
    MethodError
        More predictors than n/10 without regularisation; illustrative data without leave; too
        few rows; a panel model without a panel.
    UnknownNameError, InputError

    Notes
    -----
    The result is association, not the effect of an intervention, and never enters a what-if
    by itself.
    """
    if model not in MODELS:
        raise UnknownNameError("model", model, MODELS)
    given = variables_of(data, names=names, covariates=covariates, made_of=made_of, divided_by=divided_by)
    if formula is None and predictors is None and outcome is not None:
        predictors = _other_side(data, given, outcome)
    made = design(given, formula=formula, outcome=outcome, predictors=predictors)
    illustrative = _illustrative(made, allow_illustrative)
    if model in PANELS and not given.panel:
        raise MethodError("error.drivers.panel", model=model)
    if model not in PANELS and given.panel:
        raise MethodError("error.drivers.not_panel", model=model)
    rows = panel.free_rows(made, model, time_effects) if model in PANELS else made.n
    if model != "elastic-net" and made.p > rows / ROWS_PER_PREDICTOR:
        raise MethodError(
            "error.drivers.too_many", n=int(rows), p=made.p, most=int(rows // ROWS_PER_PREDICTOR), each=10
        )
    common = {
        "model": model,
        "design": made,
        "n_rule": float(rows),
        "seed": 0 if rng is None else int(rng),
        "bootstrap": bootstrap,
        "confidence": confidence,
        "illustrative": illustrative,
    }
    if model == "ols":
        return _ols(made, covariance or "HC3", common)
    if model == "quantile":
        return _quantile(made, quantiles, common)
    if model == "elastic-net":
        return _net(made, folds, permutations, common)
    return _panel(made, model, covariance or "clustered", time_effects, common)


def _other_side(data: Any, given: Variables, outcome: str) -> list[str] | None:
    """Pillars of the sub-indices that do not contain the outcome, for an index."""
    if not (hasattr(data, "scores") and hasattr(data, "dataset")):
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


def _with_left_out(table: pd.DataFrame, loo: pd.DataFrame) -> pd.DataFrame:
    moved = diagnostics.leave_one_out_range(loo, table["estimate"].to_numpy(float))
    return table.join(moved)


def _ols(made: Design, covariance: str, common: dict[str, Any]) -> DriversResult:
    if covariance not in ols.COVARIANCES:
        raise UnknownNameError("option", covariance, ols.COVARIANCES)
    fitted = ols.fit_ols(made, covariance)
    x, y = made.with_constant.to_numpy(float), made.y.to_numpy(float)
    plain = least_squares(x, y)
    loo = diagnostics.leave_one_out(made)
    table = ols.coefficient_table(made, fitted, confidence=common["confidence"])
    table["vif"] = diagnostics.vif_table(made)
    regions = _regions(made)
    if regions is not None:
        table["p_region"] = wild_cluster_p(x, y, regions, rng=common["seed"])
    measures = ols.fit_measures(made, fitted, plain.deleted_residuals[:, 0])
    return DriversResult(
        fitted=fitted,
        coefficients=_with_left_out(table, loo),
        measures=measures,
        null=null_r2(made.n, made.p, measures["r2"]),
        loo=loo,
        options={"covariance": covariance},
        **common,
    )


def _regions(made: Design) -> np.ndarray | None:
    frame = made.variables.frame
    if "region" not in frame or any("region" in names for names in made.uses.values()):
        return None
    labels = frame.loc[made.y.index, "region"].astype(str).to_numpy()
    return labels if 4 <= len(set(labels)) < made.n / 3 else None


def _quantile(made: Design, quantiles: Sequence[float], common: dict[str, Any]) -> DriversResult:
    wrong = [q for q in quantiles if not 0 < q < 1]
    if wrong or not len(quantiles):
        raise MethodError("error.drivers.quantile", q=", ".join(map(str, wrong)) or "–")
    fitted = quantile.fit_quantiles(made, quantiles)
    times = min(common["bootstrap"], 400)
    table = quantile.quantile_table(
        made, fitted, confidence=common["confidence"], bootstrap=times, rng=common["seed"]
    )
    middle = min(fitted, key=lambda q: abs(q - 0.5))
    loo = quantile.left_out(made, middle)
    central = table[table["quantile"] == middle]
    moved = diagnostics.leave_one_out_range(loo, central["estimate"].to_numpy(float))
    for column in moved:
        table.loc[table["quantile"] == middle, column] = moved[column]
    measures = {f"pseudo_r2_{q}": float(m.prsquared) for q, m in fitted.items()}
    return DriversResult(
        fitted=fitted,
        coefficients=table,
        measures=measures,
        loo=loo,
        options={"quantiles": list(fitted)},
        **common,
    )


def _net(made: Design, folds: int, permutations: int, common: dict[str, Any]) -> DriversResult:
    if not 2 <= folds <= made.n // 4:
        raise MethodError("error.drivers.folds", folds=folds, n=made.n)
    fitted = elastic.fit_net(made, folds=folds, rng=common["seed"])
    table = elastic.net_table(made, fitted, bootstrap=min(common["bootstrap"], 200), rng=common["seed"])
    tested = elastic.permutation_test(made, permutations=permutations, folds=folds, rng=common["seed"])
    net = fitted[-1]
    measures = {
        "r2": float(fitted.score(made.X.to_numpy(float), made.y.to_numpy(float))),
        "r2_nested": tested.r2,
        "strength": float(net.alpha_),
        "mixture": float(net.l1_ratio_),
    }
    return DriversResult(
        fitted=fitted,
        coefficients=table,
        measures=measures,
        null=null_r2(made.n, made.p, measures["r2"]),
        net=tested,
        options={"folds": folds, "permutations": permutations},
        **common,
    )


def _panel(
    made: Design, model: str, covariance: str, time_effects: bool, common: dict[str, Any]
) -> DriversResult:
    if covariance not in panel.COVARIANCES:
        raise UnknownNameError("option", covariance, panel.COVARIANCES)
    fitted = panel.fit_panel(made, model, covariance=covariance, time_effects=time_effects)
    confidence = common["confidence"]
    if model == "panel-re":
        table = ols.coefficient_table(made, fitted, confidence=confidence)
        loo = panel.left_out(made, model, time_effects=time_effects)
        table, r2 = _with_left_out(table, loo), float(fitted.rsquared)
    else:
        x, y, units, kept = panel.transformed(made, model, time_effects)
        own = pd.Series(x[:, : made.p].std(axis=0) / y.std(), index=made.X.columns)
        table = ols.coefficient_table(made, fitted, confidence=confidence, scale=own)
        labels = pd.Index(list(dict.fromkeys(units.tolist())), name="unit")
        loo = pd.DataFrame(clusters_left_out(x, y, units)[:, : made.p], index=labels, columns=made.X.columns)
        table = _with_left_out(table, loo)
        common, r2 = common | {"design": kept}, panel.explained(x, y, made.p)
    measures = {
        "r2": r2,
        "r2_within": float(getattr(fitted, "rsquared_within", np.nan)),
        "r2_between": float(getattr(fitted, "rsquared_between", np.nan)),
        "units": float(len(common["design"].units)),
    }
    return DriversResult(
        fitted=fitted,
        coefficients=table,
        measures=measures,
        loo=loo,
        options={"covariance": covariance, "time_effects": time_effects},
        **common,
    )
