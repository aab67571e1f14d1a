"""The three rules against COINr's output and cases worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.diagnosis.unit.strengths import by_national_rank, by_peers, by_percentile, percentile_ranks

COINR = Path(__file__).resolve().parents[1] / "reference" / "coinr"


@pytest.fixture(scope="module")
def coinr():
    return pd.read_csv(COINR / "expected" / "treated__normalised_minmax_1_100.csv").set_index("uCode")


@pytest.mark.parametrize("unit", ["U05", "U17", "U31"])
def test_national_ranks_equal_coinr(coinr, unit):
    """``get_str_weak`` on normalised data: codes, order, ranks exactly; values to its 3 digits."""
    tree = pk.Framework.from_csv(COINR / "framework.csv")
    found = by_national_rank(coinr, unit, tree.indicators, discard_last=True)
    expected = pd.read_csv(COINR / "expected" / f"strengths_weaknesses_{unit}.csv")
    assert list(found.index) == list(expected["Code"])
    assert list(found["flag"]) == list(expected["kind"])
    np.testing.assert_array_equal(found["rank"], expected["Rank"])
    rounded = [float(f"{v:.3g}") for v in found["score"]]
    np.testing.assert_allclose(rounded, expected["Value"], rtol=1e-12)


# Six units, eight indicators. The percentile ranks of A, by hand: with six values the k-th from
# below has (k - 1) / 5; on g one value is missing, so five are left and A is 2nd: 1/4.
HAND = pd.DataFrame(
    {
        "a": [60, 50, 40, 30, 20, 10],  # A first: 1.0, rank 1
        "b": [50, 60, 40, 30, 20, 10],  # second: 0.8, rank 2
        "c": [30, 60, 50, 40, 20, 10],  # fourth: 0.4, rank 4
        "d": [30, 60, 50, 30, 20, 10],  # ties third from above: (3 - 1) / 5 = 0.4, rank 3
        "e": [10, 60, 50, 40, 30, 20],  # last: 0.0, rank 6
        "f": [20, 60, 50, 40, 30, 10],  # fifth: 0.2, rank 5
        "g": [20, 60, 50, 40, np.nan, 10],  # fourth of five: 0.25, rank 4
        "h": [20, 60, 50, 40, 30, 10],  # fifth: 0.2, rank 5
    },
    index=list("ABCDEF"),
    dtype=float,
)


def test_percentile_ranks_by_hand():
    own = percentile_ranks(HAND).loc["A"]
    np.testing.assert_allclose(own, [1.0, 0.8, 0.4, 0.4, 0.0, 0.2, 0.25, 0.2], atol=1e-15)


def test_national_ranks_keep_the_last_place_unless_told():
    """A is last on e: a weakness as PII prints, left out by COINr's ``min_discard``."""
    found = by_national_rank(HAND, "A", list(HAND), count=2)
    assert list(found.index) == ["a", "b", "h", "e"]
    assert list(found["flag"]) == ["strength", "strength", "weakness", "weakness"]
    assert "e" not in by_national_rank(HAND, "A", list(HAND), count=2, discard_last=True).index
    assert list(by_national_rank(HAND, "A", list(HAND), unique_above=0.9).index) == [
        "a",
        "b",
        "c",
        "f",
        "h",
        "e",
    ]


def test_gii_rule_by_hand():
    """Second highest and second lowest are the cut-offs: 0.8 and 0.2.

    Strengths: a (1.0), b (0.8); d (0.4) is below the cut-off but ranks 3rd, so it is one too.
    Weaknesses: e (0.0) and both of the ties f and h (0.2). c and g are neither.
    """
    found = by_percentile(HAND, "A", list(HAND), nth=2)["flag"]
    assert found.to_dict() == {
        "a": "strength", "b": "strength", "c": "", "d": "strength",
        "e": "weakness", "f": "weakness", "g": "", "h": "weakness",
    }  # fmt: skip


def test_gii_rule_never_flags_what_lacks_data_and_lends_its_cut_offs_to_groups():
    scores = HAND.assign(G=HAND[["a", "b"]].mean(axis=1), H=HAND[["e", "f"]].mean(axis=1))
    found = by_percentile(scores, "A", list(HAND), nth=2, also=["G", "H"], barred=["G", "e"])["flag"]
    assert found["G"] == ""
    assert found["e"] == ""
    assert found["H"] == "weakness"
    assert by_percentile(scores, "A", list(HAND), nth=2, also=["G"])["flag"]["G"] == "strength"


def test_gii_share_is_ten_of_eighty():
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.normal(size=(40, 80)), columns=[f"i{k}" for k in range(80)])
    own = by_percentile(scores, 7, list(scores))
    cut = own["percentile"].sort_values().iloc[-10]
    assert set(own.index[own["flag"] == "strength"]) == set(
        own.index[(own["percentile"] >= cut) | (own["rank"] <= 3)]
    )


def test_peer_rule_leaves_the_unit_out():
    """Peers B to E on c: 60, 50, 40, 20; mean 42.5, sd (n - 1) 17.078; A's 30 is inside, 25 is not."""
    found = by_peers(HAND, "A", ["c"], ["A", "B", "C", "D", "E"]).loc["c"]
    assert found["peer_mean"] == pytest.approx(42.5)
    assert found["peer_sd"] == pytest.approx(17.078251, abs=1e-6)
    assert found["flag"] == ""
    lower = HAND.assign(c=HAND["c"].where(HAND.index != "A", 25.0))
    assert by_peers(lower, "A", ["c"], ["B", "C", "D", "E"]).loc["c", "flag"] == "weakness"


def test_peer_rule_compares_leaders_with_leaders():
    whole = HAND.assign(W=[6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    found = by_peers(whole, "A", ["c"], ["D", "E", "F"], whole="W", leaders=3).loc["c"]
    assert found["peers"] == 2
    assert found["peer_mean"] == pytest.approx(55.0)
    assert by_peers(whole, "F", ["c"], ["D", "E"], whole="W", leaders=3).loc["c", "peer_mean"] == 30.0


def test_peer_rule_says_nothing_without_spread():
    flat = pd.DataFrame({"x": [1.0, 5.0, 5.0, 5.0]}, index=list("ABCD"))
    assert by_peers(flat, "A", ["x"], list("BCD")).loc["x", "flag"] == ""
    assert by_peers(flat, "A", ["x"], ["B"]).loc["x", "flag"] == ""
