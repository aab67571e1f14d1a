"""The tree refuses what is no tree, with the row, all at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.errors import InputError, UnknownNameError


def frame(**columns):
    base = {"code": ["T", "A", "a1", "a2", "b"], "parent": ["", "T", "A", "A", "T"]}
    return pd.DataFrame({**base, **columns})


def problems(table):
    with pytest.raises(InputError) as caught:
        pk.Framework.from_frame(table, file="khung.csv")
    return caught.value


def test_levels_leaves_and_effective_weights():
    fw = pk.Framework.from_frame(frame(weight=[1, 3, 1, 3, 1]))
    assert fw.root == "T"
    assert fw.indicators == ("a1", "a2", "b")
    assert fw.aggregates == ("A", "T")
    assert [fw.level(c) for c in fw.codes] == [3, 2, 1, 1, 1]
    assert fw.effective_weights.to_dict() == {"T": 1.0, "A": 0.75, "a1": 0.1875, "a2": 0.5625, "b": 0.25}
    assert fw.leaves("A") == ("a1", "a2")
    assert fw.ancestors("a1") == ("A", "T")
    assert fw.parent("T") is None


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ({"code": ["T", "A", "a1", "a1", "b"]}, {"problem.framework.duplicate"}),
        ({"code": ["T", "A", "a1", "", "b"]}, {"problem.framework.blank"}),
        ({"parent": ["", "T", "A", "Z", "T"]}, {"problem.framework.orphan"}),
        ({"parent": ["", "", "A", "A", "T"]}, {"problem.framework.roots"}),
        ({"parent": ["b", "T", "A", "A", "T"]}, {"problem.framework.no_root", "problem.framework.cycle"}),
        ({"weight": [1, 1, -1, "x", np.inf]}, {"problem.framework.weight"}),
        ({"weight": [1, 1, 0, 0, 1]}, {"problem.framework.zero"}),
        ({"direction": [1, 1, 2, 0, "up"]}, {"problem.framework.direction"}),
    ],
)
def test_each_fault_is_named(columns, keys):
    error = problems(frame(**columns))
    assert {p.key for p in error.problems} == keys
    for lang in ("vi", "en"):
        assert "khung.csv" in error.report(lang)


def test_all_faults_at_once_with_rows():
    error = problems(
        frame(parent=["", "T", "A", "Z", "T"], weight=[1, 1, -1, 1, 1], direction=[1, 1, 1, 1, 5])
    )
    assert {p.cell for p in error.problems} == {"#4", "#5", "#6"}


def test_missing_column_gets_a_suggestion():
    error = problems(pd.DataFrame({"code": ["T"], "parents": [""]}))
    assert error.problems[0].suggestion == "parents"


def test_unknown_codes_and_names():
    fw = pk.load_framework("pii-2024")
    assert fw.check("R&D expenditure over GRDP") == "2.2.2"
    with pytest.raises(UnknownNameError, match=r"2\.2\.2"):
        fw.check("2.2.22")


def test_pii_2024_has_52_18_7_2_1():
    fw = pk.load_framework("pii-2024")
    assert [len(fw.at_level(k)) for k in (1, 2, 3, 4, 5)] == [52, 18, 7, 2, 1]
    assert fw.root == "PII"
    weights = fw.effective_weights
    assert weights[list(fw.indicators)].sum() == pytest.approx(1)
    assert weights["6"] == pytest.approx(2.5 * weights["1"])
    statuses = fw.table.loc[list(fw.indicators), "status"].value_counts().to_dict()
    assert statuses == {"printed": 37, "unverified": 10, "plan 116": 4, "unknown": 1}


def test_coinr_spellings_are_read(root):
    fw = pk.Framework.from_csv(root / "tests" / "reference" / "coinr" / "framework.csv")
    assert len(fw.indicators) == 52


def test_the_table_cannot_be_changed_from_outside():
    fw = pk.Framework.from_frame(frame())
    table = fw.table
    table.loc["b", "weight"] = 99
    assert fw.table.loc["b", "weight"] == 1


@given(st.lists(st.integers(0, 8), min_size=1, max_size=25))
def test_any_tree_has_weights_that_sum_to_one(parents):
    codes = ["r", *(f"n{i}" for i in range(len(parents)))]
    above = ["", *(codes[min(p, i)] for i, p in enumerate(parents))]
    fw = pk.Framework.from_frame(pd.DataFrame({"code": codes, "parent": above}))
    assert fw.effective_weights[list(fw.indicators)].sum() == pytest.approx(1)
    assert set(fw.indicators) | set(fw.aggregates) == set(codes)
    for code in fw.codes:
        assert set(fw.leaves(code)) <= set(fw.indicators)
