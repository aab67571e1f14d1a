"""The correction for printed ranks undoes what printing only the top and bottom does."""

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError

EXTREMES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 20, 33, 43, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63]


def simulated(r, seed):
    rng = np.random.default_rng(seed)
    x, e = rng.normal(size=(2, 63))
    truth = pd.Series(x).rank(ascending=False)
    ours = pd.Series(r * x + np.sqrt(1 - r * r) * e).rank(ascending=False)
    return ours, truth


def test_selection_flatters_and_is_corrected():
    r = 0.6
    seen, corrected, covered = [], [], 0
    full = 6 / np.pi * np.arcsin(r / 2)
    trials = sized(10, 60)
    for seed in range(trials):
        ours, truth = simulated(r, seed)
        a = pk.rank_agreement(ours, truth[truth.isin(EXTREMES)], runs=200, rng=seed)
        seen.append(a.spearman)
        corrected.append(a.corrected)
        covered += a.corrected_low <= full <= a.corrected_high
    assert np.median(seen) > full + 0.04
    assert abs(np.median(corrected) - full) < 0.06
    assert covered >= sized(8, 52)


def test_all_ranks_printed_need_no_correction():
    ours, truth = simulated(0.8, 4)
    a = pk.rank_agreement(ours, truth, runs=300)
    assert a.corrected == pytest.approx(a.spearman, abs=0.03)
    assert a.low < a.spearman < a.high


def test_open_index_against_printed_pii():
    result = pk.build_index(pk.load_dataset("open-2022"))
    a = pk.rank_agreement(result.ranks["OPEN"], pk.published_scores(2023)["rank"], runs=300)
    assert a.n == 26
    assert a.spearman == pytest.approx(0.89, abs=0.005)
    assert a.corrected < a.spearman
    for lang in ("vi", "en"):
        assert "26" in a.summary(lang)
    assert pk.rank_agreement(result.scores["OPEN"], pk.published_scores(2023)["rank"], runs=50).n == 26


def test_too_few():
    with pytest.raises(MethodError, match="3"):
        pk.rank_agreement(pd.Series([1.0, 2, 3]), pd.Series([1.0, 2, 3]))
