"""Cleaning: every change logged, nothing lost silently."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import InputError, UnknownNameError
from piikit.data.cleaning import (
    Conversion,
    convert_units,
    denominate,
    limits_of,
    merge_duplicates,
    official_units,
    remove_impossible,
    require_coverage,
    start,
)

NAN = float("nan")


def table(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        columns, index=pd.Index(["a", "b", "c"][: len(next(iter(columns.values())))], name="unit")
    )


def test_official_names_and_their_log() -> None:
    given = pd.DataFrame({"x": [1.0, 2.0]}, index=["TP.HCM", "Cần Thơ"])
    result = official_units(given)
    assert list(result.values.index) == ["TP. Hồ Chí Minh", "Cần Thơ"]
    assert result.log[["before", "after"]].to_numpy().tolist() == [["TP.HCM", "TP. Hồ Chí Minh"]]
    with pytest.raises(InputError) as error:
        official_units(pd.DataFrame({"x": [1.0, 2.0]}, index=["Can Thoo", "nowhere"]))
    assert len(error.value.problems) == 2
    assert "Tên gần nhất đã biết: Cần Thơ" in str(error.value)


def test_duplicates_join_or_stop() -> None:
    twice = pd.DataFrame({"x": [1.0, 1.0, 5.0], "y": [NAN, 2.0, 6.0]}, index=["a", "a", "b"])
    result = merge_duplicates(twice)
    assert result.values.to_numpy().tolist() == [[1.0, 2.0], [5.0, 6.0]]
    assert len(result.log) == 2
    twice.iloc[1, 0] = 9
    with pytest.raises(InputError, match=r"1\.0 và 9\.0"):
        merge_duplicates(twice)


def test_units_of_measure() -> None:
    result = convert_units(
        table(x=[1000.0, NAN, 2.0]), {"x": Conversion(0.001, "persons", "thousand persons")}
    )
    assert result.values["x"].tolist()[0] == 1.0
    assert result.log["rule"].tolist() == ["persons -> thousand persons: x 0.001"] * 2
    with pytest.raises(InputError) as error:
        convert_units(table(x=[1.0]), {"xx": Conversion(1, "", ""), "x": Conversion(0, "", "")})
    assert [p.key for p in error.value.problems] == ["problem.clean.code", "problem.clean.factor"]


def test_impossible_values_become_gaps_with_a_log() -> None:
    limits = pd.DataFrame({"min": [0.0, NAN], "max": [100.0, NAN]}, index=["share", "growth"])
    given = table(share=[101.0, 50.0, -1.0], growth=[-5.0, NAN, 900.0])
    result = remove_impossible(given, limits)
    assert result.values["share"].isna().tolist() == [True, False, True]
    pd.testing.assert_series_equal(result.values["growth"], given["growth"])
    assert result.log["before"].tolist() == [101.0, -1.0]
    assert set(result.log["rule"]) == {"outside [0, 100]"}
    with pytest.raises(InputError) as error:
        remove_impossible(given, limits, action="raise")
    assert [p.unit for p in error.value.problems] == ["a", "c"]
    with pytest.raises(UnknownNameError):
        remove_impossible(given, limits, action="clip")  # type: ignore[arg-type]


def test_limits_come_from_the_framework() -> None:
    limits = limits_of(pk.load_framework("pii-2024"))
    assert limits.loc["2.1.1"].tolist() == [0.0, 10.0]
    assert np.isnan(limits.at["7.1.4", "min"])
    data = pk.load_dataset("open-2022")
    assert remove_impossible(data.values, limits_of(data.framework)).log.empty


def test_denominators_are_kept_apart() -> None:
    counts, people = table(x=[10.0, 20.0, 30.0], y=[1.0, 1.0, 1.0]), table(population=[5.0, 0.0, NAN])
    result = denominate(counts, people, {"x": "population"}, {"x": 10})
    assert result.values["x"].tolist()[0] == 20.0
    assert result.values["x"].isna().tolist() == [False, True, True]
    assert result.values["y"].tolist() == [1.0, 1.0, 1.0]
    assert result.log["rule"].tolist() == [
        "/ (population / 10)",
        "population missing, zero or negative",
        "population missing, zero or negative",
    ]
    with pytest.raises(InputError) as error:
        denominate(counts, people, {"x": "populatio", "z": "population"}, -1)
    assert len(error.value.problems) == 4
    assert error.value.problems[1].suggestion == "population"


def test_coverage_by_indicator_unit_and_group() -> None:
    given = table(p=[1.0, NAN, NAN], q=[1.0, 2.0, NAN], r=[1.0, 2.0, 3.0], s=[1.0, NAN, 3.0])
    result = require_coverage(given, indicator=0.5, unit=0.5)
    assert list(result.values.columns) == ["q", "r", "s"]
    assert list(result.values.index) == ["a", "b", "c"]
    grouped = require_coverage(given, group=0.6, groups={"p": "1", "q": "1", "r": "2", "s": "2"})
    assert grouped.values.loc["b"].isna().all()
    assert sorted(grouped.log["before"].tolist()) == [2.0, 2.0]
    with pytest.raises(InputError) as error:
        require_coverage(given, indicator=2, group=0.5)
    assert len(error.value.problems) == 2


def test_a_framework_gives_the_groups() -> None:
    data = pk.load_dataset("open-2022")
    result = require_coverage(data.values, group=0.6, groups=data.framework)
    lost = data.values.notna().to_numpy().sum() - result.values.notna().to_numpy().sum()
    assert lost == len(result.log) > 0


def test_a_chain_keeps_one_log_and_the_original() -> None:
    given = table(x=[-1.0, 20.0, 30.0])
    before = given.copy()
    limits = pd.DataFrame({"min": [0.0], "max": [NAN]}, index=["x"])
    done = (
        start(given)
        .then(remove_impossible, limits)
        .then(convert_units, {"x": Conversion(10, "a", "b")})
        .then(require_coverage, unit=1)
    )
    assert done.log["step"].tolist() == [
        "remove_impossible",
        "convert_units",
        "convert_units",
        "require_coverage",
    ]
    assert done.values["x"].tolist() == [200.0, 300.0]
    pd.testing.assert_frame_equal(given, before)
