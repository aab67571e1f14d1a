"""Values that lie exactly on a limit, and limits that nothing else in the tests would miss."""

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.index.steps.normalisation import normalise


def tree(kinds=None):
    codes = [f"a{i}" for i in range(1, 6)]
    rows = [("T", "", ""), ("A", "T", ""), *((c, "A", "") for c in codes), ("b", "T", "")]
    table = pd.DataFrame(rows, columns=["code", "parent", "kind"])
    if kinds:
        table["kind"] = table["code"].map(kinds).fillna("")
    return pk.Framework.from_frame(table)


def panel(framework, seed=0, units=12):
    values = np.random.default_rng(seed).uniform(1, 9, (units, len(framework.indicators)))
    return pd.DataFrame(values, [f"u{i}" for i in range(units)], list(framework.indicators))


@pytest.mark.parametrize("what", ["children", "indicators"])
@pytest.mark.parametrize(("known", "scored"), [(2, False), (3, True), (4, True)])
def test_coverage_at_the_threshold_is_enough(what, known, scored):
    """Three of five with a threshold of 0.6."""
    values = panel(framework := tree())
    values.iloc[0, known:5] = np.nan
    method = pk.Method.pii().replace(coverage={"by_parent": {"A": {what: 0.6}}})
    result = pk.build_index(pk.Dataset.from_frame(values, framework=framework), method)
    assert bool(result.scores["A"].notna().iloc[0]) is scored
    assert result.scores["A"].iloc[1:].notna().all()


def test_gii_treats_hard_data_only():
    """The same outlier in a hard and a soft column and in one of no kind."""
    values = panel(framework := tree({"a1": "hard", "a2": "soft", "a3": ""}), units=30)
    outlier = [*np.linspace(1, 2, 29), 60.0]
    for code in ("a1", "a2", "a3"):
        values[code] = outlier
    log = pk.build_index(pk.Dataset.from_frame(values, framework=framework), "gii").treatment_log
    assert log.loc[["a1", "a2", "a3"], "treatment"].tolist() == ["winsorised", "none", "winsorised"]
    every = pk.Method.gii().replace(treatment={"kinds": ()})
    log = pk.build_index(pk.Dataset.from_frame(values, framework=framework), every).treatment_log
    assert log.at["a2", "treatment"] == "winsorised"


def test_a_unit_without_a_score_has_no_effective_weights():
    values = panel(framework := tree())
    values.loc["u3", "b"] = np.nan
    method = pk.Method.pii().replace(coverage={"by_parent": {"T": {"children": 1.0}}})
    result = pk.build_index(pk.Dataset.from_frame(values, framework=framework), method)
    assert np.isnan(result.scores.at["u3", "T"])
    assert result.scores.at["u3", "A"] > 0
    assert result.effective_weights.loc["u3"].isna().all()
    np.testing.assert_allclose(result.effective_weights.drop("u3")[list(framework.indicators)].sum(axis=1), 1)


def test_a_value_on_the_edge_of_a_category_belongs_to_the_lower_one():
    """Of twenty values the k-th is at percentile 5 k: edges are met exactly."""
    x = np.arange(1.0, 21.0)
    expected = [0] * 1 + [20] * 2 + [40] * 4 + [50] * 6 + [60] * 4 + [80] * 2 + [100] * 1
    assert normalise(x, "categorical").tolist() == expected
    assert np.isnan(normalise(np.append(x, np.nan), "categorical")[-1])


def test_a_fifth_from_the_mean_still_counts_as_the_mean():
    x = np.array([7.9, 8.1, 11.9, 12.1])  # mean 10
    assert normalise(x, "above_below_mean").tolist() == [-1, 0, 0, 1]
    assert normalise(x, "above_below_mean", margin=0.15).tolist() == [-1, -1, 1, 1]


def test_clip_keeps_scores_inside_the_scale():
    """Fixed bounds that the values pass at both ends."""
    values = panel(framework := tree())
    bounds = {c: {"minimum": 3.0, "maximum": 6.0} for c in framework.indicators}
    fixed = {"bounds": "fixed", "by_indicator": bounds, "low": 10, "high": 90}
    open_ended = pk.Method.pii().replace(normalisation=fixed)
    clipped = open_ended.replace(normalisation={"clip": True})
    data = pk.Dataset.from_frame(values, framework=framework)
    free, kept = (pk.build_index(data, m).normalised for m in (open_ended, clipped))
    assert free.min(axis=None) < 10
    assert free.max(axis=None) > 90
    pd.testing.assert_frame_equal(kept, free.clip(10, 90))
