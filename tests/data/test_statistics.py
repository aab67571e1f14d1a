"""Indicator statistics against COINr, and R's rounding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from piikit.data.indicator_statistics import indicator_stats, signif


def test_equal_to_coinr(root: Path) -> None:
    folder = root / "tests" / "reference" / "coinr"
    units = pd.read_csv(folder / "units.csv", encoding="utf-8").set_index("uCode")
    expected = pd.read_csv(folder / "expected" / "raw__stats.csv", encoding="utf-8").set_index("iCode")
    expected.columns = [c.lower().replace(".", "_") for c in expected.columns]
    found = indicator_stats(units[list(expected.index)], digits=3)
    assert list(found.columns) == list(expected.columns)
    for column in expected:
        assert found[column].tolist() == expected[column].tolist(), column


@pytest.mark.parametrize(
    ("x", "rounded"),
    [(6.795, 6.8), (7.745, 7.74), (0.0, 0.0), (-1234.5, -1230.0), (0.00123456, 0.00123), (999.6, 1000)],
)
def test_signif_as_in_r(x: float, rounded: float) -> None:
    assert signif(np.array([x]))[0] == rounded


def test_degenerate_columns() -> None:
    table = pd.DataFrame({"empty": [np.nan] * 4, "same": [1.0] * 4, "two": [1.0, 2.0, np.nan, np.nan]})
    stats = indicator_stats(table)
    assert stats.at["empty", "n_avail"] == 0
    assert stats.loc["empty", ["flag_avail", "flag_unique"]].tolist() == ["LOW", "LOW"]
    assert np.isnan(stats.at["same", "skew"])
    assert stats.at["same", "n_same"] == 4
    assert np.isnan(stats.at["two", "kurt"])
