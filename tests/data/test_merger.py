"""The merger of 2025 against statistics of the 34 units, and what it does with gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.merger import merge_provinces
from piikit.data.paths import raw
from piikit.data.provinces import listing, unit_names

WHOLE = [p.name for p in listing(34) if len(p.parts) == 1]


@pytest.fixture(scope="module")
def open63() -> pd.DataFrame:
    return pd.read_csv(raw("open", "provinces63.csv"), encoding="utf-8")


@pytest.fixture(scope="module")
def open34() -> pd.DataFrame:
    return pd.read_csv(raw("open", "provinces34.csv"), encoding="utf-8")


def series(table: pd.DataFrame, name: str, year: int) -> pd.Series:
    return table[(table["series"] == name) & (table["year"] == year)].set_index("province")["value"]


def test_population_sums_to_that_of_the_34(open63: pd.DataFrame, open34: pd.DataFrame) -> None:
    merged = merge_provinces(series(open63, "population_avg", 2024).to_frame("x"), "sum").values["x"] * 1000
    difference = (merged - series(open34, "population_avg", 2024)).abs()
    assert difference.max() < 100  # persons; the 63 are printed in hundreds


def test_ratio_weighted_by_its_denominator_is_exact(open63: pd.DataFrame, open34: pd.DataFrame) -> None:
    people = series(open63, "population_avg", 2024)
    urban = series(open63, "population_urban_avg", 2024) / people * 100
    merged = merge_provinces(urban.to_frame("x"), "mean", people).values["x"]
    assert (merged - series(open34, "urban_share", 2024)).abs().max() < 0.01
    heads, people = series(open63, "grdp_per_capita_current", 2020), series(open63, "population_avg", 2020)
    merged = merge_provinces(heads.to_frame("x"), "mean", people).values["x"]
    assert (merged / series(open34, "grdp_per_capita_current", 2020) - 1).abs().max() < 2e-4


@pytest.mark.parametrize("year", range(2018, 2026))
def test_exam_mean_is_only_approximated(open63: pd.DataFrame, open34: pd.DataFrame, year: int) -> None:
    exam, people = (
        series(open63, "thpt_exam_pooled_mean", year),
        series(open63, "population_avg", min(year, 2024)),
    )
    difference = merge_provinces(exam.to_frame("x"), "mean", people).values["x"] - series(
        open34, "thpt_exam_pooled_mean", year
    )
    assert difference[WHOLE].abs().max() == 0
    assert 0.05 < difference.abs().max() < 0.12


def test_dti_is_the_simple_mean(open63: pd.DataFrame) -> None:
    dti = series(open63, "dti_total", 2024)
    merged = merge_provinces(dti.to_frame("x"), "simple").values["x"]
    assert merged["Cần Thơ"] == pytest.approx(dti[["Cần Thơ", "Hậu Giang", "Sóc Trăng"]].mean(), abs=1e-15)
    assert merged["Huế"] == dti["Thừa Thiên Huế"]


def test_a_missing_part_is_explicit() -> None:
    table = pd.DataFrame({"x": 1.0}, index=list(unit_names(63)))
    table.loc["Hậu Giang"] = np.nan
    for rule in ("sum", "simple"):
        result = merge_provinces(table, rule)
        assert np.isnan(result.values.loc["Cần Thơ", "x"])
        row = result.log[result.log["unit"] == "Cần Thơ"].iloc[0]
        assert (row["outcome"], row["missing"]) == ("missing part", "Hậu Giang")
    partial = merge_provinces(table, "simple", missing="available")
    assert partial.values.loc["Cần Thơ", "x"] == 1.0
    assert partial.log.set_index("unit").at["Cần Thơ", "outcome"] == "partial"
    assert np.isnan(merge_provinces(table, "sum", missing="available").values.loc["Cần Thơ", "x"])
    without_row = merge_provinces(table.drop("Hậu Giang"), "simple")
    assert np.isnan(without_row.values.loc["Cần Thơ", "x"])


def test_not_possible_keeps_provinces_that_did_not_merge() -> None:
    table = pd.DataFrame({"x": np.arange(63.0)}, index=list(unit_names(63)))
    result = merge_provinces(table, "none")
    assert result.values["x"].notna().sum() == len(WHOLE) == 11
    assert set(result.log["outcome"]) == {"unchanged", "not possible"}
    assert result.values.loc["Huế", "x"] == table.loc["Thừa Thiên Huế", "x"]


@given(st.lists(st.integers(0, 10**6), min_size=63, max_size=63))
@settings(max_examples=sized(10, 50))
def test_sums_keep_the_national_total_and_means_stay_between_their_parts(numbers: list[int]) -> None:
    table = pd.DataFrame({"x": np.array(numbers, float)}, index=list(unit_names(63)))
    assert merge_provinces(table, "sum").values["x"].sum() == sum(numbers)
    means = merge_provinces(table, "mean", pd.Series(1.0, index=table.index)).values["x"]
    for p in listing(34):
        parts = table.loc[list(p.parts), "x"]
        assert parts.min() - 1e-6 <= means[p.name] <= parts.max() + 1e-6


def test_dataset_keeps_provenance() -> None:
    result = merge_provinces(pk.load_dataset("open-2022"))
    merged = result.dataset
    assert merged is not None
    assert merged.units == unit_names(34)
    assert merged.provenance.loc["Huế", "1.1"] == "open"
    assert merged.provenance.loc["Cần Thơ", "1.1"] == "derived"
    assert merged.sources.loc["Cần Thơ", "1.1"] == "simple: Cần Thơ; Sóc Trăng; Hậu Giang"
    assert merged.values["4.1"].sum() == pytest.approx(100)
    assert merged.denominators["population"].sum() == pytest.approx(
        pk.load_dataset("open-2022").denominators["population"].sum()
    )
    head = merged.denominators["grdp"] / merged.denominators["population"]
    np.testing.assert_allclose(merged.values["7.1"], head, rtol=1e-12)
    assert ((merged.provenance == "") == merged.values.isna()).all(axis=None)


def test_problems_come_all_at_once() -> None:
    table = pd.DataFrame({"a": [1.0, 2, 3], "b": 1.0, "c": 1.0}, index=["Hà Nội", "Ha Noi", "Atlantis"])
    with pytest.raises(InputError) as error:
        merge_provinces(table, {"a": "average", "b": "mean:people"})
    assert [p.key for p in error.value.problems] == [
        "problem.dataset.repeated",
        "problem.merger.unit",
        "problem.merger.rule",
        "problem.merger.weight",
        "problem.merger.no_rule",
    ]
    with pytest.raises(InputError):
        merge_provinces(table.iloc[:1], "sum", missing="ignore")  # type: ignore[arg-type]
