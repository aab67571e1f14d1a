"""Gaps filled over time are filled from the same unit, and say so."""

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import MethodError
from piikit.index.impute_panel import impute_panel

TREE = pk.Framework.from_frame(pd.DataFrame({"code": ["T", "a"], "parent": ["", "T"]}))


def edition(year, values, provenance="open"):
    frame = pd.DataFrame({"a": values}, index=["u", "v"])
    return pk.Dataset.from_frame(frame, framework=TREE, year=year, provenance=provenance)


def test_carried_forward_with_its_provenance():
    first, later = impute_panel([edition(2023, [np.nan, 4.0]), edition(2022, [1.0, 2.0])])
    assert (first.year, later.year) == (2022, 2023)
    assert later.values.loc["u", "a"] == 1
    assert later.provenance.loc["u", "a"] == "derived"
    assert later.notes.loc["u", "a"] == "latest: 2022"
    assert later.values.loc["v", "a"] == 4
    assert later.provenance.loc["v", "a"] == "open"


def test_what_is_filled_from_illustration_is_illustration():
    _, later = impute_panel([edition(2022, [1.0, 2.0], "illustrative"), edition(2023, [np.nan, 4.0])])
    assert later.provenance.loc["u", "a"] == "illustrative"


def test_linear_and_limits():
    three = [edition(2020, [1.0, 1.0]), edition(2021, [np.nan, np.nan]), edition(2024, [5.0, np.nan])]
    _, middle, last = impute_panel(three, rule="linear")
    assert middle.values.loc["u", "a"] == 2
    assert last.values.loc["v", "a"] == 1
    *_, last = impute_panel(three, rule="latest", max_steps=1)
    assert np.isnan(last.values.loc["v", "a"])


def test_shipped_editions_fill_papi_gaps():
    editions = [pk.load_dataset(f"open-{y}") for y in (2022, 2023, 2024)]
    filled = impute_panel(editions)
    for before, after in zip(editions, filled, strict=True):
        assert after.values.isna().sum().sum() <= before.values.isna().sum().sum()
        there = before.values.notna()
        pd.testing.assert_frame_equal(after.values[there], before.values[there])


def test_bad_panels_are_refused():
    with pytest.raises(MethodError, match="2022, 2022"):
        impute_panel([edition(2022, [1.0, 2.0]), edition(2022, [1.0, 2.0])])
    other = pk.Dataset.from_frame(pd.DataFrame({"a": [1.0]}, index=["w"]), framework=TREE, year=2023)
    with pytest.raises(MethodError):
        impute_panel([edition(2022, [1.0, 2.0]), other])
