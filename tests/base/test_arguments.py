"""Wrong kinds and impossible numbers come back as a sentence, from every public function."""

import inspect
import pickle
import random

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import ArgumentError, MethodError, PiikitError, Problem


@pytest.fixture(scope="module")
def given():
    data = pk.load_dataset("classroom")
    index = pk.build_index(data)
    return {"result": index, "dataset": data, "data": data, "unit": index.units[0], "values": data.values} | {
        "framework": data.framework,
        "seconds": 1.0,
    }


def calls(given):
    """Every parameter of every public function, with everything that it cannot be."""
    wrong = [
        None,
        3,
        -1,
        0,
        "x",
        "",
        [],
        {},
        1.5,
        float("nan"),
        True,
        given["values"],
        given["data"],
        given["result"],
    ]
    for name in pk.__all__:
        function = getattr(pk, name)
        if not callable(function) or name == "set_language":
            continue
        parameters = inspect.signature(function).parameters.values()
        named = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        needed = [p.name for p in parameters if p.default is p.empty and p.name in named]
        right = {n: given[n] for n in named if n in given and (n in needed or n == "seconds")}
        for value in wrong:
            yield function, dict.fromkeys(needed, value)
            yield from ((function, right | {n: value}) for n in named)


def test_nothing_but_sentences(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    every = list(calls(given))
    for function, arguments in random.Random(0).sample(every, sized(150, len(every))):
        try:
            function(**arguments)
            said = "worked as well"
        except (PiikitError, FileNotFoundError) as error:
            said = str(error)
        except TypeError as error:
            said = str(error) if "required" in str(error) else ""
        assert len(said) > 10, (function, list(arguments))


@pytest.mark.parametrize("wrong", [None, 3, "open-2022", [], pd.DataFrame({"a": [1]})])
def test_an_index_is_built_from_a_dataset(wrong):
    with pytest.raises(ArgumentError, match=r"build_index: dataset .* Dataset, .*from_frame"):
        pk.build_index(wrong)


def test_the_sentence_names_function_argument_and_kind(given):
    with pytest.raises(ArgumentError) as error:
        pk.indicator_stats(given["data"])
    assert str(error.value) == "indicator_stats: values phải là DataFrame, không phải Dataset."
    assert isinstance(error.value, TypeError)


@pytest.mark.parametrize("name", ["levels", "rounds"])
@pytest.mark.parametrize("number", [0, -1, float("nan")])
def test_no_levels_are_no_search(given, name, number):
    with pytest.raises(MethodError, match=name):
        pk.least_effort(given["result"], given["unit"], 1, **{name: number})


@pytest.mark.parametrize("lang", ["fr", "VI", "3"])
def test_a_language_is_one_of_two(lang):
    with pytest.raises(PiikitError, match="vi or en"):
        pk.set_language(lang)


def test_numpy_numbers_and_any_several_are_right(given):
    index, unit = given["result"], given["unit"]
    codes = pd.Index(list(given["data"].codes[:2]))
    found = pk.least_effort(index, unit, np.int64(1), codes=codes, levels=np.int64(3), rounds=1)
    assert found.rank == 1


def test_public_functions_can_be_pickled_and_keep_their_face():
    assert pickle.loads(pickle.dumps(pk.build_index)) is pk.build_index
    assert inspect.signature(pk.build_index).parameters.keys() == {"dataset", "method", "pool"}
    assert pk.load_framework("open-2022") is pk.load_framework("open-2022")


def test_a_problem_is_its_sentence():
    problem = Problem("problem.index.constant", code="a")
    assert str(problem) == problem.sentence()
    assert str(problem).startswith("chỉ số a: ")


def test_a_figure_says_what_it_does_not_take(given):
    with pytest.raises(MethodError, match="“top”"):
        given["result"].plot(top=10)
    given["result"].plot(alpha=0.5)


def test_a_denominator_in_coinrs_spelling_is_not_passed_over():
    tree = pd.DataFrame({"code": ["a", "R"], "parent": ["R", ""], "Denominator": ["pop", ""]})
    framework, units = pk.Framework.from_frame(tree), ["x", "y"]
    scale = pd.DataFrame({"pop": [1.0, 2.0]}, index=units)
    data = pk.Dataset.from_frame(
        pd.DataFrame({"a": [1, 2]}, index=units), framework=framework, denominators=scale
    )
    with pytest.raises(PiikitError, match="Denominator"):
        pk.change_denominators(data, {"x": {"pop": 2.0}})
