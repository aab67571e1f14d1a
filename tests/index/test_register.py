"""A function of one's own by name: in building, explaining, files, transformers and what-ifs."""

import re
from pathlib import Path

import numpy as np
import pytest

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.index.own_functions import BUILT_IN
from piikit.index.steps.normalisation import normalise, scaling
from piikit.index.steps.registered import KINDS, _functions, step
from piikit.index.transformers import Normaliser

CONTRIBUTING = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"


@pytest.fixture(autouse=True)
def forget():
    """Names that a test registers are gone after it."""
    before = {kind: dict(_functions[kind]) for kind in KINDS}
    yield
    for kind in KINDS:
        _functions[kind].clear()
        _functions[kind].update(before[kind])


@pytest.fixture
def recipe(capsys):
    """What the recipe in CONTRIBUTING leaves behind when it is followed to the letter."""
    section = CONTRIBUTING.read_text(encoding="utf-8").split("### A normalisation")[1].split("\n##")[0]
    (block,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    names = {}
    exec(compile(block, "CONTRIBUTING.md", "exec"), names)
    names["printed"] = capsys.readouterr().out
    return names


def test_the_recipe_builds_and_explains(recipe):
    result, data = recipe["result"], recipe["result"].dataset
    for code in data.codes:
        x = data.values[code]
        turned = x if data.framework.table.at[code, "direction"] > 0 else x.min() ** 2 / x
        np.testing.assert_allclose(result.normalised[code], 50 * turned / turned.max())
    shown = recipe["printed"]
    assert "half scale(" in shown
    assert "top = 50" in shown
    assert "= min(top, top × x / max)" in shown
    e = result.explain("Cần Thơ")
    assert "nửa thang(" in e.to_text("vi")
    assert "half scale" in e.to_html("en")
    latex = e.to_latex("en")
    assert r"top $\times$ x / max" in latex
    assert latex.count("{") == latex.count("}")


def test_the_recipe_in_files_and_transformers(recipe, tmp_path):
    method = recipe["method"]
    for name, text in (("m.toml", method.to_toml()), ("m.json", method.to_json())):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert pk.Method.load(tmp_path / name) == method
        assert pk.Method.load(tmp_path / name).fingerprint == method.fingerprint
    x = np.array([[1.0, 4.0], [2.0, np.nan], [4.0, 2.0]])
    made = Normaliser("half", directions=[1, -1], options={"top": 10}).fit_transform(x)
    np.testing.assert_allclose(made, [[2.5, 5.0], [5.0, np.nan], [10.0, 10.0]])
    np.testing.assert_allclose(made[:, 1], normalise(x[:, 1], "half", direction=-1, top=10))


def test_the_recipe_in_what_ifs(recipe):
    """The careful way, equal to building again; also where the own value becomes the best."""
    result, unit, code = recipe["result"], "Cần Thơ", "1.1"
    values = np.array([[30.0], [60.0], [99.0]])
    answer = pk.respond(result, unit).evaluate(values, [code], engine="numpy")
    for row, (value,) in enumerate(values):
        again = pk.build_index(result.dataset.with_values({unit: {code: value}}), result.method)
        assert answer.scores[row] == pytest.approx(again.scores.at[unit, again.root], abs=1e-12)
        assert answer.ranks[row] == again.ranks.at[unit, again.root]
    said = pk.what_if(result, unit, {code: 99.0})
    assert said.answer["score_after"] == pytest.approx(answer.scores[2], abs=1e-12)


@pytest.mark.parametrize(
    ("options", "error", "hint"),
    [
        ({"tpo": 5}, UnknownNameError, "top"),
        ({"low": 1}, UnknownNameError, "top"),
        ({"top": -1}, MethodError, "top"),
        ({"top": "many"}, MethodError, "many"),
        ({"top": True}, MethodError, "True"),
    ],
)
def test_options_that_it_does_not_take(recipe, options, error, hint):
    with pytest.raises(error, match=hint):
        pk.Method.pii().replace(normalisation={"method": "half", **options})
    with pytest.raises(error, match=hint):
        normalise(np.array([1.0, 2.0]), "half", **options)
    with pytest.raises(error, match=hint):
        Normaliser("half", options=options).fit([[1.0], [2.0]])


def test_a_file_with_a_name_that_is_not_registered(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text('[normalisation]\nmethod = "goalpost"\n', encoding="utf-8")
    with pytest.raises(UnknownNameError, match="goalposts"):
        pk.Method.load(path)


def test_three_arguments_and_keywords_of_the_function():
    def share(x, direction, top=100.0, word="all"):
        return top * x / np.nansum(x)

    assert pk.register_function("normalisation", "share", share) is share
    method = pk.Method.pii().replace(normalisation="share")
    result = pk.build_index(pk.load_dataset("open-2022"), method)
    np.testing.assert_allclose(result.normalised.sum(), 100.0)
    assert "share(" in result.explain("Cần Thơ", "1.1").to_text("vi")
    assert method.replace(normalisation={"top": 1}).normalisation.options == {"top": 1}
    with pytest.raises(MethodError, match="word"):
        method.replace(normalisation={"word": None})


class FromTarget:
    """Learns the best value; the target is given in raw units and comes turned."""

    def fit(self, x, options):
        return {"best": float(np.nanmax(x)), "words": "not a figure"}

    def apply(self, x, fitted, options):
        return 100 * (x - options["target"]) / (fitted["best"] - options["target"])


def test_an_object_that_learns_can_be_pooled_and_is_turned(reference):
    pk.register_function("normalisation", "from_target", FromTarget(), options={"target": 1000.0})
    method = pk.Method.pii().replace(normalisation={"method": "from_target", "bounds": "pooled"})
    later = reference.replace(values=reference.values * 2)
    made = pk.build_index(reference, method, pool=[later])
    sign = reference.framework.table.loc[list(reference.codes), "direction"]
    best = np.maximum((reference.values * sign).max(), (later.values * sign).max())
    expected = 100 * (reference.values - 1000) * sign / (best - 1000 * sign)
    np.testing.assert_allclose(made.normalised, expected)
    assert "best = " in made.explain("U01", reference.codes[0]).to_text("en")
    learned = Normaliser("from_target", options={"target": 0.0}).fit([[1.0], [4.0]])
    assert learned.transform([[2.0], [8.0]]).tolist() == [[50.0], [200.0]]


def test_a_plain_function_is_not_pooled_and_bounds_do_not_reach_it(reference):
    pk.register_function("normalisation", "raw", lambda x, direction: x * direction)
    pooled = pk.Method.pii().replace(normalisation={"method": "raw", "bounds": "pooled"})
    with pytest.raises(MethodError, match="raw"):
        pk.build_index(reference, pooled, pool=[reference])
    fixed = pk.Method.pii().replace(normalisation={"method": "raw", "bounds": "fixed"})
    sign = reference.framework.table.loc[list(reference.codes), "direction"]
    np.testing.assert_allclose(pk.build_index(reference, fixed).normalised, reference.values * sign)


def test_one_score_for_each_value():
    pk.register_function("normalisation", "short", lambda x, direction: x[1:])
    with pytest.raises(MethodError, match="short"):
        pk.build_index(pk.load_dataset("open-2022"), pk.Method.pii().replace(normalisation="short"))


def test_names_of_piikits_own_and_unknown_kinds():
    with pytest.raises(MethodError, match="minmax"):
        pk.register_function("normalisation", "minmax", lambda x, direction: x)
    with pytest.raises(UnknownNameError, match="normalisation"):
        pk.register_function("normalization", "mine", lambda x, direction: x)


def test_titles_of_other_kinds_are_shown(reference):
    @pk.register_function("aggregation", "worst", title={"vi": "điểm kém nhất", "en": "worst score"})
    def worst(x, weights, **_):
        return np.nanmin(x, axis=1)

    @pk.register_function("transform", "root", title={"vi": "căn bậc hai", "en": "square root"})
    def root(x, direction):
        return np.sqrt(x - np.nanmin(x))

    method = pk.Method.coinr().replace(
        aggregation={"by_parent": {"level:5": "worst"}}, treatment={"max_points": 0, "transform": "root"}
    )
    result = pk.build_index(reference, method)
    (code, *_) = result.treatment_log.index[result.treatment_log["treatment"] == "root"]
    unit = result.units[0]
    assert "worst score(" in result.explain(unit).to_text("en")
    assert "căn bậc hai" in result.explain(unit, code).to_text("vi")


def test_replacing_a_method_drops_options_that_the_new_one_does_not_have():
    low = pk.Method.pii().replace(normalisation={"low": 1})
    assert low.replace(normalisation="zscore").normalisation.options == {}
    assert low.replace(normalisation={"high": 10}).normalisation.options == {"low": 1, "high": 10}


@pytest.mark.parametrize("name", BUILT_IN["normalisation"])
def test_each_of_piikits_own_says_what_it_is(name):
    """Title, formula, meaning of every option in both languages; defaults within their limits."""
    own = step("normalisation", name)
    assert own.title("vi")
    assert own.title("en")
    assert own.formula
    for key, option in own.options.items():
        assert option.vi
        assert option.en
        assert option.required or option.allows(option.default)
        assert key in scaling(name, {}).options
