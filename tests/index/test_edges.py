"""Methods and data at the edges: done right, told, or refused; never another order without a word."""

import json

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError
from piikit.index.steps.normalisation import normalise

NAN = np.nan


def tree(columns, depth=2, **more):
    """One parent over the columns, and single-child parents above it up to `depth` levels."""
    above = [f"L{k}" for k in range(2, depth + 1)]
    parents = ["L2"] * len(columns) + [*above[1:], ""]
    return pk.Framework.from_frame(pd.DataFrame({"code": [*columns, *above], "parent": parents} | more))


def data(columns, depth=2, **more):
    frame = pd.DataFrame(columns, dtype=float)
    frame.index = [f"u{k}" for k in range(len(frame))]
    return pk.Dataset.from_frame(frame, framework=tree(columns, depth, **more))


def told(result):
    return [(p.key.removeprefix("problem.index."), p.code) for p in result.warnings]


# Levels are not codes


def test_gii_takes_levels_by_what_they_are():
    """Pillars called "3" and "4" are pillars: the rule for sub-indices is not theirs."""
    values = {"a": [1, NAN, 3, 4], "b": [1, NAN, 4, 2], "c": [2, 2, 1, 3], "d": [1, 5, 4, 2]}
    codes = [*values, "g1", "g2", "g3", "3", "4", "IN", "OUT", "ALL"]
    parents = ["g1", "g1", "g2", "g3", "3", "3", "4", "IN", "OUT", "ALL", "ALL", ""]
    framework = pk.Framework.from_frame(pd.DataFrame({"code": codes, "parent": parents}))
    made = pk.Dataset.from_frame(pd.DataFrame(values, index=list("wxyz")), framework=framework)
    scores = pk.build_index(made, pk.Method.gii()).scores
    # pillar 3 has one of two groups (half), sub-index IN one of three indicators (below .66)
    assert scores.loc["x", "3"] == pytest.approx(scores.loc["x", "c"])
    assert np.isnan(scores.loc["x", "IN"])
    assert np.isfinite(scores.loc["x", "OUT"])


def test_pillar_codes_do_not_move_the_ranks_of_open_2024():
    shipped = pk.load_dataset("open-2024")
    renamed = {c: f"p{c}" if c in "1234567" else c for c in shipped.framework.codes}
    table = shipped.framework.table.rename(index=renamed)
    table["parent"] = [renamed.get(p, p) for p in table["parent"]]
    other = pk.Dataset.from_frame(
        shipped.values, framework=pk.Framework.from_frame(table.rename_axis("code").reset_index())
    )
    root = shipped.framework.root
    ranks = pk.build_index(shipped, "gii").ranks[root]
    assert ranks.equals(pk.build_index(other, "gii").ranks[root])


@pytest.mark.parametrize(
    ("depth", "missing"), [(2, ["sub_index", "pillar"]), (4, ["pillar"]), (5, []), (6, [])]
)
def test_gii_on_a_tree_of_other_depth_says_what_it_cannot(depth, missing):
    result = pk.build_index(data({"a": [1, 2, 4], "b": [3, 1, 2]}, depth), "gii")
    found = [p.values["role"] for p in result.warnings if p.key.endswith("no_role")]
    assert found == missing


def test_a_level_written_as_a_code_is_asked_about():
    made = data({"a": [1, 2, 4], "b": [3, 1, 2]}, 4)
    with pytest.raises(UnknownNameError, match="level:3"):
        pk.build_index(made, pk.Method.pii().replace(aggregation={"by_parent": {"3": "harmonic"}}))


# Treatment never erases


@pytest.mark.parametrize("preset", ["coinr", "gii"])
@pytest.mark.parametrize("column", [[0] * 20 + [1, 1000], *([0] * 52 + [1] * k for k in range(1, 7))])
def test_a_column_that_treatment_would_erase_is_kept(preset, column):
    result = pk.build_index(data({"a": column, "b": np.arange(len(column))}), preset)
    scores = result.normalised["a"].to_numpy()
    expected = np.array(column) / max(column) * 100
    if ("erased", "a") in told(result):
        assert scores == pytest.approx(expected)
        assert result.treatment_log.loc["a", "treatment"] == "none"
    else:
        assert np.ptp(scores) == 100
    assert ("constant", "a") not in told(result)


def test_erased_in_both_presets_for_the_column_of_two_ones():
    for preset in ("coinr", "gii"):
        column = [0] * 52 + [1, 1]
        assert ("erased", "a") in told(pk.build_index(data({"a": column, "b": np.arange(54)}), preset))


# Order


BAD = np.array([1.0, 2.0, 4.0, 8.0])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fraction_of_max", {}), *(("ratio_to", {"to": to}) for to in ("mean", "best", "worst")),
        *(("above_below_mean", {"to": to}) for to in ("mean", "best", "worst")),
        *(("difference_to", {"to": to}) for to in ("mean", "best", "worst")),
        ("distance_to_max", {}), ("distance_to_target", {"target": 0.5}), ("zscore", {}), ("rank", {}),
        ("goalposts", {"lower": 0, "upper": 9}), ("scaled", {"lower": 0, "upper": 9}), ("minmax", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_order_is_never_turned_round(name, options, turned):
    """Lower is better: the smaller value never scores less; the same for negative values of a good."""
    x, direction = (-BAD, 1) if turned else (BAD, -1)
    posts = {k: -v if turned else v for k, v in options.items() if isinstance(v, int | float)}
    if turned and "lower" in posts:
        posts = {"lower": posts["upper"], "upper": posts["lower"]}
    try:
        scores = normalise(x, name, direction=direction, **options | posts)
    except MethodError:
        pytest.fail("it can be done")
    assert (np.diff(scores) <= 0).all()
    assert np.isfinite(scores).all()


def test_ratio_of_a_bad_is_the_best_over_the_own():
    assert normalise(BAD, "fraction_of_max", direction=-1).tolist() == [1, 0.5, 0.25, 0.125]
    assert normalise(BAD, "ratio_to", direction=-1, to="worst").tolist() == [8, 4, 2, 1]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fraction_of_max", {}), ("ratio_to", {"to": "mean"}),
        ("distance_to_target", {"target": -3.0}), ("distance_to_reference", {"reference": -5.0}),
        ("goalposts", {"lower": 5, "upper": 1}), ("scaled", {"lower": 1, "upper": 1}),
        ("minmax", {"minimum": 3, "maximum": 1}), ("minmax", {"low": 100, "high": 0}),
        ("goalposts", {"lower": 0, "upper": 1, "scale": -1}), ("zscore", {"sd": 0}),
    ],
)  # fmt: skip
def test_what_cannot_keep_the_order_is_refused(name, options):
    with pytest.raises(MethodError):
        normalise(np.array([-2.0, -1.0, 0.0]), name, **options)


def test_limits_of_the_framework_in_the_wrong_order_are_refused():
    with pytest.raises(InputError):
        tree(["a"], scale_min=[5, NAN], scale_max=[1, NAN])


def test_a_direction_of_a_pillar_is_refused():
    with pytest.raises(InputError, match="L2"):
        tree(["a"], depth=3, direction=[1, -1, 1])


def test_a_tree_of_a_hundred_levels_holds_and_a_deeper_one_is_refused():
    assert pk.build_index(data({"a": [1, 2, 4]}, 100)).explain("u0").summary()
    with pytest.raises(InputError):
        tree(["a"], depth=1200)


# Names and options


@pytest.mark.parametrize(
    "changes",
    [
        {"normalisation": {"kind": "zscore"}}, {"normalisation": {"lo": 1}}, {"normalisation": {"hgih": 5}},
        {"normalisation": {"options": {"hgih": 5}}},
        {"normalisation": {"by_indicator": {"a": {"minimun": 0}}}},
        {"normalisation": {"method": "zscore", "low": 1}}, {"coverage": {"childern": 0.5}},
        {"coverage": {"by_parent": {"L2": {"childern": 0.5}}}},
    ],
)  # fmt: skip
def test_unknown_options_are_refused(changes):
    with pytest.raises(UnknownNameError):
        pk.Method.pii().replace(**changes)
    with pytest.raises((UnknownNameError, MethodError)):
        pk.Method.from_dict(changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"coverage": 66}, {"coverage": {"children": 66}}, {"coverage": {"indicators": -0.1}},
        {"coverage": {"by_parent": {"L2": {"indicators": 66}}}}, {"treatment": {"max_points": -3}},
        {"treatment": {"max_points": 2.5}}, {"treatment": {"skewness": -1}}, {"rank_decimals": 400},
        {"treatment": {"kurtosis": "3"}}, {"rank_decimals": 2.5}, {"rank_decimals": "2"},
        {"rank_decimals": -1}, {"normalisation": 3}, {"imputation": None}, {"coverage": "0.66"},
        {"normalisation": {"low": 100, "high": 0}}, {"aggregation": {"power": "2"}},
    ],
)  # fmt: skip
def test_values_out_of_bounds_are_refused(changes):
    with pytest.raises(MethodError) as caught:
        pk.Method.pii().replace(**changes)
    assert "{" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"normalisation": {"by_indicator": {"z": {"minimum": 0}}}}, {"treatment": {"skip": ["z"]}},
        {"normalisation": {"by_indicator": {"L2": {"minimum": 0}}}},
        {"aggregation": {"by_parent": {"a": "harmonic"}}}, {"aggregation": {"by_parent": {"L9": "harmonic"}}},
        {"coverage": {"by_parent": {"level:9": {"children": 0.5}}}},
    ],
)  # fmt: skip
def test_unknown_codes_are_refused_where_the_tree_is_known(changes):
    made = data({"a": [1, 2, 4], "b": [3, 1, 2]})
    with pytest.raises(UnknownNameError):
        pk.build_index(made, pk.Method.coinr().replace(**changes))


def test_parts_given_as_words_work_in_the_class_itself():
    assert (
        pk.Method(aggregation="copeland").aggregation
        == pk.Method().replace(aggregation="copeland").aggregation
    )
    assert pk.Method(treatment={"max_points": 2}).treatment.max_points == 2


def test_numbers_of_numpy_go_to_json():
    method = pk.Method.pii().replace(rank_decimals=np.int64(2), treatment={"max_points": np.int64(3)})
    assert json.loads(method.to_json())["treatment"]["max_points"] == 3
    assert pk.Method.from_json(method.to_json()) == method


# Values


def test_bounds_in_raw_units_are_not_held_against_logarithms():
    column = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 5000, 6000, 7000, 80000, 90000, 100000]
    made = data({"a": column, "b": np.arange(16)})
    method = pk.Method.coinr().replace(
        treatment={"max_points": 1}, normalisation={"by_indicator": {"a": {"minimum": 0, "maximum": 100000}}}
    )
    result = pk.build_index(made, method)
    assert result.normalised["a"].between(0, 100).all()
    assert result.treatment_log.loc["a", "treatment"] in ("none", "winsorised")


def test_rounding_noise_is_no_spread():
    result = pk.build_index(data({"a": [0.3, 0.1 + 0.2, 0.3, 0.3], "b": [1, 2, 3, 4]}))
    assert result.normalised["a"].isna().all()
    assert told(result) == [("constant", "a")]
    ranked = pk.build_index(
        data({"a": [0.3, 0.1 + 0.2, 0.3, 0.3], "b": [1, 2, 3, 4]}),
        pk.Method.pii().replace(normalisation="rank"),
    )
    assert (ranked.normalised["a"] == 1).all()


@pytest.mark.parametrize("weights", ["pca", "entropy", "critic"])
def test_weights_that_the_data_cannot_tell_are_said(weights):
    gappy = data({"a": [1, NAN, 4, NAN], "b": [NAN, 1, NAN, 2]})
    result = pk.build_index(gappy, pk.Method.pii().replace(weights=weights))
    assert ("undecided", "L2") in told(result)
    whole = data({"a": [1, 2, 4, 3], "b": [3, 1, 2, 7]})
    assert told(pk.build_index(whole, pk.Method.pii().replace(weights=weights))) == []


def test_infinity_and_overflow_are_refused():
    made = data({"a": [1, 2, 4], "b": [3, 1, 2]})
    with pytest.raises(InputError):
        pk.build_index(made.replace(values=made.values.replace(4.0, np.inf)))
    with pytest.raises(MethodError, match="a"):
        pk.build_index(data({"a": [-1.7e308, 0, 1.7e308], "b": [3, 1, 2]}))


def test_an_indicator_without_values_or_scale_is_told():
    result = pk.build_index(data({"a": [NAN] * 3, "b": [3, 1, 2]}))
    assert told(result) == [("no_values", "a")]
    flat = pk.build_index(
        data({"a": [-1, 0, 1], "b": [3, 1, 2]}), pk.Method.pii().replace(normalisation="difference_to")
    )
    assert ("unscaled", "a") in told(flat)


def _own(kind, function):
    name = f"edge_{kind}"
    pk.register_function(kind, name, function)
    return name


@pytest.mark.parametrize(
    "given",
    [
        lambda x: np.full(x.shape[1], -1.0), lambda x: np.zeros(x.shape[1]),
        lambda x: np.array([1.0, np.nan]), lambda x: np.ones(5), lambda x: np.array([np.inf, 1.0]),
    ],
)  # fmt: skip
def test_own_weights_must_be_weights(given):
    method = pk.Method.pii().replace(weights=_own("weights", given))
    with pytest.raises(MethodError, match="L2"):
        pk.build_index(data({"a": [1, 2, 4], "b": [3, 1, 2]}), method)


def test_own_functions_must_give_numbers():
    made = data({"a": [1, 2, 4, 50], "b": [3, 1, 2, 2]})
    holes = _own("normalisation", lambda x, direction: np.where(x == 4, np.nan, x))
    with pytest.raises(MethodError, match="a"):
        pk.build_index(made, pk.Method.pii().replace(normalisation=holes))
    broken = _own("transform", lambda x, direction: x * np.nan)
    with pytest.raises(MethodError, match="edge_transform"):
        pk.build_index(
            data({"a": [0] * 20 + [1, 5, 9000], "b": range(23)}),
            pk.Method.coinr().replace(treatment={"max_points": 0, "transform": broken}),
        )
    endless = _own("aggregation", lambda x, weights, power: np.full(len(x), np.inf))
    with pytest.raises(MethodError, match="L2"):
        pk.build_index(made, pk.Method.pii().replace(aggregation=endless))


def test_a_node_that_nobody_can_have_is_told():
    method = pk.Method.pii().replace(coverage={"by_parent": {"L2": {"indicators": 1.0}}})
    result = pk.build_index(data({"a": [1, NAN, 4, NAN], "b": [NAN, 1, NAN, 2]}, 3), method)
    assert ("no_score", "L2") in told(result)


# Tables


UNITS = ["x", "y", "z"]
AB = {"a": [1, 2, 3], "b": [3, 1, 2]}


def made(frame=None, **more):
    return pk.Dataset.from_frame(
        pd.DataFrame(AB, index=UNITS) if frame is None else frame, framework=tree("ab"), **more
    )


@pytest.mark.parametrize(
    "labels",
    [
        {"index": pd.date_range("2020", periods=3)},
        {"index": pd.period_range("2020", periods=3, freq="Y")},
        {"index": pd.MultiIndex.from_product([["x", "y", "z"], [2020]])},
        {"columns": pd.MultiIndex.from_product([["a", "b"], [2020]])},
    ],
)
def test_labels_are_names(labels):
    with pytest.raises(InputError) as error:
        made(
            pd.DataFrame(np.array(list(AB.values())).T, **({"index": UNITS, "columns": list("ab")} | labels))
        )
    assert [p.key for p in error.value.problems] == ["problem.dataset.labels"]


@pytest.mark.parametrize(
    "column",
    [pd.date_range("2020", periods=3), pd.to_timedelta([1, 2, 3], "D"), [1j, 2, 3], [True, False, True]],
)
def test_values_are_numbers(column):
    with pytest.raises(InputError) as error:
        made(pd.DataFrame(AB | {"a": column}, index=UNITS))
    assert {(p.key, p.code) for p in error.value.problems} == {("problem.dataset.number", "a")}


@pytest.mark.parametrize("name", ["groups", "denominators"])
def test_what_stands_beside_the_values_has_their_units(name):
    beside = pd.Series([1, 2, 3], index=UNITS, name="g")
    right = getattr(made(**{name: beside}), name)
    assert right.loc["y", "g"] == 2
    assert right.equals(getattr(made(**{name: beside.rename_axis("unit").reset_index()}), name))
    for index, key in ((["x", "y", "xy"], "stranger"), (["x", "y", "x"], "repeated")):
        with pytest.raises(InputError) as error:
            made(**{name: beside.set_axis(index)})
        assert key in error.value.problems[0].key
    assert len(getattr(made(**{name: beside[:2]}), name)) == 3


def test_codes_may_be_whole_numbers():
    framework = tree(["1", "2"])
    kept = pk.Dataset.from_frame(pd.DataFrame({1: [1, 2, 4], 2: [3, 1, 2]}, index=UNITS), framework=framework)
    assert kept.codes == ("1", "2")
    assert pk.build_index(kept).scores.loc["z", "1"] == 100
    with pytest.raises(InputError, match="hai cột"):
        pk.Dataset.from_frame(
            pd.DataFrame([[1, 2, 3]] * 3, index=UNITS, columns=[1, 2, "1"]), framework=framework
        )
