"""Regression against NIST's certified values, R and printed figures (tests/reference/regression)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from piikit.base.errors import MethodError
from piikit.diagnosis.drivers import diagnostics, drivers, elastic, ols, quantile, variables_of
from piikit.diagnosis.drivers import panel_models as panel
from piikit.diagnosis.drivers.coefficient_table import adjusted
from piikit.diagnosis.drivers.design import design
from piikit.diagnosis.drivers.importance import importance
from piikit.diagnosis.drivers.least_squares import fit, vif
from piikit.diagnosis.drivers.spline import restricted_cubic


@pytest.fixture(scope="module")
def folder():
    return Path(__file__).resolve().parents[1] / "reference" / "regression"


@pytest.fixture(scope="module")
def expected(folder):
    table = pd.read_csv(folder / "expected.csv")
    return lambda set_, what: table[(table["set"] == set_) & (table["what"] == what)].set_index("name")[
        "value"
    ]


def made(folder, name, formula, index=None):
    table = pd.read_csv(folder / f"{name}.csv")
    if index is None:
        table.index = pd.Index([str(i) for i in range(len(table))], name="unit")
    else:
        table = table.set_index(index)
        table.index = table.index.set_names(["unit", "year"][: len(index)])
    names = {c: c.replace(".", "_") for c in table.columns}
    return design(variables_of(table, names=names), formula=formula)


@pytest.fixture(scope="module")
def longley(folder):
    return made(
        folder, "longley", "Employed ~ GNP_deflator + GNP + Unemployed + Armed_Forces + Population + Year"
    )


@pytest.fixture(scope="module")
def swiss(folder):
    return made(
        folder,
        "swiss",
        "Fertility ~ Agriculture + Examination + Education + Catholic + Infant_Mortality",
        ["unit"],
    )


@pytest.fixture(scope="module")
def grunfeld(folder):
    return made(folder, "grunfeld", "inv ~ value + capital", ["firm", "year"])


def test_longley_is_what_nist_certifies(folder, longley):
    """NIST StRD, Longley; R's data stand in other units: employed, population and forces in thousands."""
    certified = pd.read_csv(folder / "nist_longley.csv").set_index("name")
    fitted = ols.fit_ols(longley, "nonrobust")
    # NIST's outcome and population are in persons, GNP in thousands of dollars, unemployed and forces in thousands
    unit = pd.Series({"GNP.deflator": 1.0, "GNP": 1000.0, "Unemployed": 10.0, "Armed.Forces": 10.0})
    unit = pd.concat([unit, pd.Series({"Population": 1000.0, "Year": 1.0, "Intercept": 1.0})])
    for ours, theirs in zip(fitted.params.index, certified.index, strict=False):
        scale = 1000.0 / unit[theirs]
        assert fitted.params[ours] * scale == pytest.approx(certified.at[theirs, "estimate"], rel=1e-7)
        assert fitted.bse[ours] * scale == pytest.approx(certified.at[theirs, "std_error"], rel=1e-7)
    assert np.sqrt(fitted.mse_resid) * 1000 == pytest.approx(
        certified.at["residual_sd", "estimate"], rel=1e-9
    )
    assert fitted.rsquared == pytest.approx(certified.at["r_squared", "estimate"], rel=1e-12)
    assert fitted.fvalue == pytest.approx(certified.at["f_statistic", "estimate"], rel=1e-8)


def test_longley_six_predictors_on_sixteen_years_are_refused(folder):
    table = pd.read_csv(folder / "longley.csv").set_axis([str(y) for y in range(1947, 1963)])
    with pytest.raises(MethodError, match="n/10") as refused:
        drivers(
            table, "Employed", ["GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"]
        )
    assert refused.value.values["most"] == 1


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_robust_errors_are_those_of_sandwich(longley, swiss, expected, kind):
    ours = ols.fit_ols(longley, kind).bse.to_numpy()
    np.testing.assert_allclose(ours, expected("longley", kind).to_numpy(), rtol=1e-6)
    if kind == "HC3":
        own = fit(swiss.with_constant.to_numpy(), swiss.y.to_numpy()).hc3[:, 0]
        np.testing.assert_allclose(own, expected("swiss", "HC3").to_numpy(), rtol=1e-9)
        np.testing.assert_allclose(ols.fit_ols(swiss).bse.to_numpy(), own, rtol=1e-9)


def test_checks_are_those_of_car_and_lmtest(longley, expected):
    np.testing.assert_allclose(vif(longley.X.to_numpy()), expected("longley", "vif").to_numpy(), rtol=1e-6)
    x = longley.with_constant.to_numpy()
    plain = fit(x, longley.y.to_numpy())
    np.testing.assert_allclose(plain.leverage, expected("longley", "hat").to_numpy(), rtol=1e-6)
    high = diagnostics.influence(longley)["leverage"].to_numpy()
    np.testing.assert_allclose(high, expected("longley", "hat").to_numpy(), rtol=1e-6)
    moved = diagnostics.influence(longley)["cook"].to_numpy()
    np.testing.assert_allclose(moved, expected("longley", "cook").to_numpy(), rtol=1e-5)
    found = diagnostics.residual_checks(plain.residuals[:, 0], x)
    bp, shapiro = expected("longley", "breusch_pagan"), expected("longley", "shapiro")
    assert found["breusch_pagan"] == pytest.approx(bp["statistic"], rel=1e-6)
    assert found["breusch_pagan_p"] == pytest.approx(bp["p"], rel=1e-6)
    assert found["shapiro_w"] == pytest.approx(shapiro["statistic"], rel=1e-6)
    assert found["shapiro_p"] == pytest.approx(shapiro["p"], rel=1e-3)


def test_lmg_is_the_mean_over_all_orders(swiss, expected):
    table = importance(swiss, bootstrap=50, rng=1)
    np.testing.assert_allclose(table["r2"], expected("swiss", "lmg").to_numpy(), rtol=1e-9)
    assert table["r2"].sum() == pytest.approx(ols.fit_ols(swiss).rsquared, rel=1e-12)


def test_leaving_out_one_is_fitting_again(swiss, expected):
    ours = diagnostics.leave_one_out(swiss)["Education"]
    np.testing.assert_allclose(ours, expected("swiss", "loo_education").to_numpy(), rtol=1e-9)


def test_grunfeld_fixed_effects_are_those_of_plm_and_as_printed(folder, grunfeld, expected):
    fitted = panel.fit_panel(grunfeld, "panel-fe", covariance="unadjusted", time_effects=False)
    np.testing.assert_allclose(fitted.params, expected("grunfeld", "fe"), rtol=1e-9)
    np.testing.assert_allclose(fitted.std_errors, expected("grunfeld", "fe_se"), rtol=1e-9)
    printed = pd.read_csv(folder / "published.csv").set_index(["what", "name"])
    for name in ("value", "capital"):
        assert round(fitted.params[name], 6) == printed.at[("fe", name), "value"]
        assert round(fitted.std_errors[name], 6) == printed.at[("fe_se", name), "value"]
    assert round(fitted.rsquared, 5) == printed.loc["fe_r2", "value"].iloc[0]
    both = panel.fit_panel(grunfeld, "panel-fe", covariance="unadjusted", time_effects=True)
    np.testing.assert_allclose(both.params, expected("grunfeld", "fe2"), rtol=1e-9)
    np.testing.assert_allclose(both.std_errors, expected("grunfeld", "fe2_se"), rtol=1e-9)


def test_grunfeld_clustered_errors_are_arellanos_but_for_the_small_sample_factor(grunfeld, expected):
    fitted = panel.fit_panel(grunfeld, "panel-fe", covariance="clustered", time_effects=False)
    ratio = fitted.std_errors.to_numpy() / expected("grunfeld", "fe_cluster").to_numpy()
    # the library multiplies by n/(n - k) with the effects left out of k when clusters nest them
    np.testing.assert_allclose(ratio, np.sqrt(200 / 198), rtol=1e-6)


def test_grunfeld_random_effects_are_swamy_aroras(grunfeld, expected):
    fitted = panel.fit_panel(grunfeld, "panel-re", covariance="unadjusted", time_effects=False)
    ours = fitted.params[["Intercept", "value", "capital"]]
    np.testing.assert_allclose(ours, expected("grunfeld", "re"), rtol=1e-4)
    np.testing.assert_allclose(
        fitted.std_errors[["Intercept", "value", "capital"]], expected("grunfeld", "re_se"), rtol=1e-2
    )


def test_grunfeld_first_differences_are_those_of_plm(grunfeld, expected):
    fitted = panel.fit_panel(grunfeld, "first-differences", covariance="unadjusted", time_effects=False)
    np.testing.assert_allclose(fitted.params, expected("grunfeld", "fd"), rtol=1e-9)
    np.testing.assert_allclose(fitted.std_errors, expected("grunfeld", "fd_se"), rtol=1e-9)
    years = panel.fit_panel(grunfeld, "first-differences", covariance="unadjusted", time_effects=True)
    np.testing.assert_allclose(
        years.params[["value", "capital"]], expected("grunfeld", "fd_years"), rtol=1e-8
    )


@pytest.mark.parametrize("q", [0.05, 0.25, 0.5, 0.75, 0.95])
def test_engel_quantiles_are_those_of_quantreg(folder, expected, q):
    engel = made(folder, "engel", "foodexp ~ income")
    x, y = engel.with_constant.to_numpy(), engel.y.to_numpy()
    exact = quantile.solve_quantile(x, y, q)
    np.testing.assert_allclose(exact, expected("engel", f"rq_{q}").to_numpy(), rtol=1e-8)
    by_statsmodels = quantile.fit_quantiles(engel, [q])[q].params.to_numpy()
    np.testing.assert_allclose(by_statsmodels, exact, rtol=2e-3)


@pytest.mark.parametrize("strength", ["4", "2", "1", "0.5"])
def test_net_is_glmnets(swiss, expected, strength):
    x, y = swiss.X.to_numpy(), swiss.y.to_numpy()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    # glmnet divides the outcome by its standard deviation first, which weakens its ridge part by as much
    a = float(strength) * (0.5 + 0.5 / y.std())
    ratio = 0.5 * float(strength) / a
    ours = elastic.descend(z, (y - y.mean())[:, None], np.array([a]), ratio, tol=1e-10)[:, 0]
    np.testing.assert_allclose(ours, expected("swiss", f"enet_{strength}").to_numpy(), atol=1e-5)


def test_spline_is_that_of_rms(folder, expected):
    x = pd.read_csv(folder / "swiss.csv")["Education"].to_numpy(float)
    ours = restricted_cubic(x, np.array([3.0, 8.0, 12.0, 20.0, 40.0]))
    theirs = np.column_stack([np.ones(len(x)), expected("swiss", "rcs").to_numpy().reshape(4, -1).T])
    assert ours.shape == theirs.shape
    for basis, other in ((ours, theirs), (theirs, ours)):
        fitted = basis @ np.linalg.lstsq(basis, other, rcond=None)[0]
        np.testing.assert_allclose(fitted, other, rtol=1e-10, atol=1e-12 * np.abs(other).max())


def test_adjusted_p_values_are_those_of_r(expected):
    p = np.array([0.001, 0.04, 0.03, 0.2, 0.012, 0.9])
    holm = adjusted(p, "holm")
    np.testing.assert_allclose(holm, expected("p", "holm").to_numpy(), rtol=1e-12)
    np.testing.assert_allclose(adjusted(p, "fdr_bh"), expected("p", "BH").to_numpy(), rtol=1e-12)
    with_gap = adjusted(np.insert(p, 2, np.nan), "holm")
    assert np.isnan(with_gap[2])
    np.testing.assert_allclose(np.delete(with_gap, 2), holm)
