"""Equal to COINr 1.1.14 on its own output, file by file, to 1e-9."""

import numpy as np
import pandas as pd
import pytest
from oracles import (
    COINR_CASES,
    coinr_columns,
    coinr_reference,
    expected,
    largest_difference,
    markdown,
    oracle_table,
)

import piikit as pk
from piikit.index.steps.imputation import fill_panel

from .conftest import COINR

PII, COIN = pk.Method.pii(), pk.Method.coinr()
FROM_1 = {"low": 1}
ELSEWHERE = {
    "raw__stats",
    "treated__log",
    "effective_weights",
    "whatif__changes",
    "whatif__treated__minmax__arithmetic",
    "whatif__treated__minmax__arithmetic__ranks",
    "strengths_weaknesses_U05",
    "strengths_weaknesses_U17",
    "strengths_weaknesses_U31",
    "cronbach_alpha_groups",
    "correlation_groups_pillars",
    "correlation_spearman_raw",
}


@pytest.fixture(scope="module")
def compared():
    """Every comparison with a figure from outside, as the documentation shows them."""
    return oracle_table()


@pytest.mark.parametrize("name", COINR_CASES)
def test_equal_to_coinr(name, compared):
    (row,) = compared[compared["compared"] == name].to_dict("records")
    assert row["values"] == expected(name)[coinr_columns(name, coinr_reference().framework)].size
    assert row["largest_difference"] < 1e-9


def test_every_expected_file_is_compared():
    files = {f.stem for f in (COINR / "expected").glob("*.csv")}
    assert files == set(COINR_CASES) | ELSEWHERE


def test_what_if_of_three_cells(reference):
    changes = pd.read_csv(COINR / "expected" / "whatif__changes.csv")
    new = dict(zip(changes["indicator"], changes["new_value"], strict=True))
    after = pk.build_index(reference.with_values({"U05": new}), COIN)
    assert largest_difference(after.scores, expected("whatif__treated__minmax__arithmetic")) < 1e-9
    assert largest_difference(after.ranks, expected("whatif__treated__minmax__arithmetic__ranks")) == 0


def test_treatment_log(reference):
    want = pd.read_csv(COINR / "expected" / "treated__log.csv").set_index("iCode")
    log = pk.build_index(reference, COIN).treatment_log
    names = {
        "check_SkewKurt0.Skew": "skewness_before",
        "check_SkewKurt0.Kurt": "kurtosis_before",
        "check_SkewKurt1.Skew": "skewness_winsorised",
        "check_SkewKurt1.Kurt": "kurtosis_winsorised",
    }
    for theirs, ours in names.items():
        np.testing.assert_allclose(log.loc[want.index, ours], want[theirs], rtol=1e-9)
    assert (log["passes_before"] == want["check_SkewKurt0.Pass"]).all()
    touched = want["winsorise.nwin"].notna()
    assert (log.loc[touched, "points"] == want.loc[touched, "winsorise.nwin"]).all()
    assert (log.loc[~touched, "points"] == 0).all()


def test_effective_weights(tree, reference):
    want = pd.read_csv(COINR / "expected" / "effective_weights.csv").set_index("iCode")["EffWeight"]
    np.testing.assert_allclose(tree.effective_weights[want.index], want, rtol=1e-12)
    result = pk.build_index(reference, PII.replace(imputation="mean"))
    whole = result.effective_weights[list(want.index)]
    np.testing.assert_allclose(whole, np.tile(want, (63, 1)), rtol=1e-12)


def test_effective_weights_of_a_unit_with_gaps_sum_to_one(reference):
    result = pk.build_index(reference, PII)
    weights = result.effective_weights[list(result.framework.indicators)]
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-12)
    assert (weights.to_numpy()[reference.values.isna().to_numpy()] == 0).all()
    np.testing.assert_allclose(result.contributions.sum(axis=1), result.scores[result.root], rtol=1e-12)


def test_generalised_mean_with_a_gap_is_not_missing(reference):
    """COINr's a_genmean forgets na.rm and returns NA for any gap; the rescaled mean is right."""
    method = PII.replace(aggregation={"rule": "generalised", "power": 1.0}, normalisation=FROM_1)
    plain = PII.replace(normalisation=FROM_1)
    ours = pk.build_index(reference, method).scores
    np.testing.assert_allclose(ours, pk.build_index(reference, plain).scores, rtol=1e-12)


def test_copeland_does_not_depend_on_the_order_of_rows(reference):
    """With gaps COINr sets O_ji = 1 - O_ij, so turning the rows round changes 49 of 51 of its scores."""
    method = PII.replace(aggregation="copeland")
    forward = pk.build_index(reference, method).scores
    backward = pk.build_index(reference.subset(reference.units[::-1]), method).scores
    pd.testing.assert_frame_equal(forward, backward.loc[forward.index])


def test_gii_logarithm_is_applied():
    """COINr's log_GII computes the transform and returns its input."""
    from piikit.index.steps.treatment import log_gii

    x = np.array([1.0, 2.0, 5.0, 100.0])
    np.testing.assert_allclose(log_gii(x), np.log(99 * (x - 1) / 99 + 1))
    bads = log_gii(x, -1)
    np.testing.assert_allclose(-bads, np.log(99 * (100 - x) / 99 + 1))
    small = np.array([0.001, 0.002, 0.004, 0.09])
    assert (np.diff(log_gii(small)) > 0).all()
    assert (np.diff(log_gii(small, -1)) > 0).all()


def test_panel_rules_by_hand():
    gaps = pd.DataFrame(
        {2019: [1.0, np.nan], 2020: [np.nan, np.nan], 2021: [3.0, 7.0], 2022: [np.nan] * 2}, ["a", "b"]
    )
    latest = fill_panel(gaps)
    assert latest.loc["a"].tolist() == [1, 1, 3, 3]
    assert np.isnan(latest.loc["b", 2020])
    assert fill_panel(gaps, rule="constant").loc["b"].tolist() == [7, 7, 7, 7]
    assert fill_panel(gaps, rule="linear").loc["a"].tolist() == [1, 2, 3, 3]
    assert fill_panel(gaps, rule="linear").loc["b"].tolist() == [7, 7, 7, 7]
    with pytest.raises(ValueError, match="ascend"):
        fill_panel(gaps[[2020, 2019]])


def test_the_table_in_the_docs_is_this_one(root, compared):
    assert compared["met"].all()
    assert (root / "docs" / "oracles.md").read_text(encoding="utf-8") == markdown(compared)
