"""Methods: frozen, round-tripping, and refusing what they cannot do."""

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError
from piikit.index.steps.registered import function_of

METHODS = [
    pk.Method.pii(),
    pk.Method.gii(),
    pk.Method.coinr(),
    pk.Method.pii().replace(normalisation={"by_indicator": {"1.1.1": {"minimum": 0.0, "maximum": 10.0}}}),
    pk.Method.coinr().replace(treatment={"max_points": None, "skip": ["1.1.1"]}, rank_decimals=2),
    pk.Method.pii().replace(
        aggregation={"rule": "generalised", "power": 0.5, "by_parent": {"level:4": "harmonic"}}
    ),
]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.fingerprint[:6])
def test_round_trips(method):
    assert pk.Method.from_toml(method.to_toml()) == method
    assert pk.Method.from_json(method.to_json()) == method
    assert pk.Method.from_json(method.to_json()).fingerprint == method.fingerprint


def test_files(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text(pk.Method.gii().to_toml(), encoding="utf-8")
    assert pk.Method.load(path) == pk.Method.gii()
    assert pk.Method.load("coinr") == pk.Method.coinr()


def test_fingerprint_ignores_the_name_only():
    pii = pk.Method.pii()
    assert pii.replace(name="other").fingerprint == pii.fingerprint
    assert pii.replace(rank_decimals=2).fingerprint != pii.fingerprint


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"aggregation": "geometrical"}, "geometric"),
        ({"normalisation": "minmaxx"}, "minmax"),
        ({"treatment": {"transform": "log_g"}}, "log_gii"),
        ({"wieghts": "pca"}, "weights"),
        ({"weights": "entropi"}, "entropy"),
    ],
)
def test_a_misspelling_gets_a_suggestion(change, hint):
    with pytest.raises(UnknownNameError, match=hint):
        pk.Method.pii().replace(**change)


def test_unknown_key_in_a_file():
    with pytest.raises(UnknownNameError, match="skewness"):
        pk.Method.from_dict({"treatment": {"skewnes": 2}})


def test_geometric_mean_of_zero_says_what_to_change(reference):
    with pytest.raises(MethodError, match=r'replace\(normalisation=\{"method": "minmax", "low": 1\}\)'):
        pk.build_index(reference, pk.Method.pii().replace(aggregation="geometric"))
    fixed = pk.Method.pii().replace(aggregation="geometric", normalisation={"low": 1})
    assert pk.build_index(reference, fixed).scores.notna().any(axis=None)


def test_fixed_bounds_need_bounds(reference):
    with pytest.raises(MethodError, match="P1_1_1"):
        pk.build_index(reference, pk.Method.pii().replace(normalisation={"bounds": "fixed"}))


def test_fixed_bounds_do_not_move(reference):
    bounds = {c: {"minimum": -1000.0, "maximum": 1000.0} for c in reference.codes}
    method = pk.Method.pii().replace(normalisation={"bounds": "fixed", "by_indicator": bounds})
    before = pk.build_index(reference, method)
    after = pk.build_index(reference.with_values({"U01": {"P1_1_1": 900.0}}), method)
    others = list(reference.units[1:])
    pd.testing.assert_frame_equal(before.scores.loc[others], after.scores.loc[others])
    at, row = before.normalised, reference.values
    sign = reference.framework.table.loc[list(reference.codes), "direction"].to_numpy()
    np.testing.assert_allclose(at, 100 * (row * sign + 1000) / 2000)


def test_pooled_bounds_see_the_other_edition(reference):
    method = pk.Method.pii().replace(normalisation={"bounds": "pooled"})
    with pytest.raises(MethodError, match="pool="):
        pk.build_index(reference, method)
    later = reference.replace(values=reference.values * 2)
    pooled = pk.build_index(reference, method, pool=[later])
    values = pd.concat([reference.values, later.values])
    sign = reference.framework.table.loc[list(reference.codes), "direction"]
    both = values * sign
    by_hand = 100 * (reference.values * sign - both.min()) / (both.max() - both.min())
    np.testing.assert_allclose(pooled.normalised, by_hand, equal_nan=True)


def test_coverage_rules(reference):
    strict = pk.Method.pii().replace(coverage={"children": 1.0})
    result = pk.build_index(reference, strict)
    for code in result.framework.at_level(2):
        kids = list(result.framework.children(code))
        gap = reference.values[kids].isna().any(axis=1)
        assert (result.scores[code].isna() == gap).all()


def test_effective_weighting_gives_each_indicator_the_same_share(reference):
    filled = pk.Method.pii().replace(weights="effective", imputation="mean")
    weights = pk.build_index(reference, filled).effective_weights[list(reference.codes)]
    np.testing.assert_allclose(weights, 1 / 52, rtol=1e-12)


@pytest.mark.parametrize("rule", ["pca", "entropy", "critic"])
def test_data_driven_weights_sum_to_one(reference, rule):
    result = pk.build_index(reference, pk.Method.pii().replace(weights=rule, imputation="mean"))
    assert result.method.mixes_columns
    for used in result.computed.weights:
        assert used.sum() == pytest.approx(1)
        assert (used >= 0).all()


def test_own_functions_by_name(reference):
    pk.register_function("aggregation", "worst", lambda x, w, **_: np.nanmin(x, axis=1))
    pk.register_function("transform", "root", lambda x, direction: np.sqrt(x - np.nanmin(x)))
    method = pk.Method.pii().replace(aggregation={"by_parent": {"level:5": "worst"}})
    result = pk.build_index(reference, method)
    both = result.scores[["IN", "OUT"]].min(axis=1)
    np.testing.assert_allclose(result.scores["INDEX"], both)
    assert function_of("aggregation", "worst") is not None
    rooted = pk.Method.coinr().replace(treatment={"max_points": 0, "transform": "root"})
    assert (pk.build_index(reference, rooted).treatment_log["treatment"] == "root").any()


def test_boxcox_takes_its_power(reference):
    from piikit.index.steps.treatment import boxcox

    method = pk.Method.coinr().replace(treatment={"max_points": 0, "transform": "boxcox", "power": 0.2})
    result = pk.build_index(reference, method)
    done = result.treatment_log.index[result.treatment_log["treatment"] == "boxcox"]
    assert len(done) > 3
    for code in done:
        x = reference.values[code].to_numpy()
        np.testing.assert_allclose(result.treated[code], boxcox(x, power=0.2))
        np.testing.assert_allclose(result.treated[code], ((x - np.nanmin(x) + 1) ** 0.2 - 1) / 0.2)


def test_constant_column_is_left_out_and_said(reference):
    values = reference.values.copy()
    values["P1_1_1"] = 3.0
    result = pk.build_index(reference.replace(values=values))
    assert [w.code for w in result.warnings] == ["P1_1_1"]
    assert result.scores["P1_1_1"].isna().all()
    assert result.scores["P1_1"].notna().all()


def test_a_unit_without_any_value_is_refused(reference):
    values = reference.values.copy()
    values.loc["U07"] = np.nan
    with pytest.raises(InputError, match="U07"):
        pk.build_index(reference.replace(values=values))


def few_codes(framework):
    """The tree of the first indicators; of all with --long."""
    leaves = framework.indicators[: sized(8, len(framework.indicators))]
    return [c for c in framework if c in leaves or {c} & {a for k in leaves for a in framework.ancestors(k)}]


def test_imputation_rules(reference):
    few = pk.Framework.from_frame(reference.framework.table.loc[few_codes(reference.framework)].reset_index())
    part = pk.Dataset.from_frame(reference.values[list(few.indicators)], framework=few)
    for rule, data in {"row_mean": reference, "row_median": reference, "iterative": part}.items():
        made = pk.build_index(data, pk.Method.pii().replace(imputation=rule)).imputed
        assert made.notna().sum().sum() > data.values.notna().sum().sum()
        kept = data.values.notna().to_numpy()
        np.testing.assert_allclose(made.to_numpy()[kept], data.values.to_numpy()[kept])
    bad = pk.Method.pii().replace(imputation={"rule": "group_mean", "group": "region"})
    with pytest.raises(MethodError, match="Region_group"):
        pk.build_index(reference, bad)


def test_share_of_provenance(reference):
    marks = reference.provenance.copy()
    marks["P1_1_1"] = marks["P1_1_1"].where(marks["P1_1_1"] == "", "illustrative")
    result = pk.build_index(reference.replace(provenance=marks))
    share = result.share_of("illustrative")
    weights = result.effective_weights["P1_1_1"].fillna(0.0)
    np.testing.assert_allclose(share[result.root], weights, atol=1e-12)
    assert result.basis.sum(axis=1).to_numpy() == pytest.approx(np.ones(63))


def test_a_file_may_say_options_beside_the_method():
    text = '[normalisation]\nmethod = "zscore"\nsd = 10\n[treatment]\nskip = ["1.1"]\n'
    method = pk.Method.from_toml(text)
    assert method.normalisation.options == {"sd": 10}
    assert method.treatment.skip == ("1.1",)
    assert method.name == "custom"
    assert pk.Method.from_toml(method.to_toml()) == method


def test_a_misspelt_choice_inside_a_part():
    for change in (
        {"treatment": {"skewnes": 2}},
        {"coverage": {"childern": 1}},
        {"imputation": {"rul": "mean"}},
    ):
        with pytest.raises(UnknownNameError):
            pk.Method.pii().replace(**change)
