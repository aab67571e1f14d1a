"""What print determines: every printed figure met, intervals that are sound and tight, honest marks."""

from __future__ import annotations

import numpy as np
import pytest

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.diagnosis.print.check_printed import printed_over_draws

EDITIONS = ("pii-2023", "pii-2024", "pii-2025")


@pytest.mark.slow
@pytest.mark.parametrize(("edition", "figures"), [("pii-2023", 85), ("pii-2024", 57), ("pii-2025", 84)])
def test_every_printed_figure_is_met_in_20_of_20_draws(edition: str, figures: int) -> None:
    table = printed_over_draws(edition, 20)
    assert len(table) == figures
    assert (table["draws"] == 20).all()
    missed = table[table["met"] < 20]
    assert missed.empty, missed.to_string()


def test_the_check_can_fail() -> None:
    data = pk.load_dataset("pii-2025")
    worse = data.with_values({"Hà Nội": {"7.1.1": float(data.values["7.1.1"].min())}})
    table = pk.check_printed(pk.build_index(worse)).set_index(["unit", "code", "kind"])
    assert not table.at[("Hà Nội", "PII", "score"), "met"]
    assert table.at[("Khánh Hòa", "2.1.1", "value"), "met"]


def test_without_printed_figures_nothing_can_be_checked() -> None:
    with pytest.raises(MethodError, match="open-2022"):
        pk.check_printed(pk.build_index(pk.load_dataset("open-2022")))
    with pytest.raises(MethodError):
        pk.what_is_known("Cần Thơ", "open-2022")
    with pytest.raises(UnknownNameError):
        pk.what_is_known("Cần Thơ", "pii-2022")


@pytest.mark.slow
@pytest.mark.parametrize("open_data", [False, True])
@pytest.mark.parametrize(
    ("unit", "edition"),
    [
        ("Cần Thơ", "pii-2023"),
        ("Hà Nội", "pii-2023"),
        ("Quảng Trị", "pii-2023"),
        ("Hậu Giang", "pii-2023"),
        ("Cần Thơ", "pii-2024"),
        ("Đồng Tháp", "pii-2024"),
        ("Lai Châu", "pii-2024"),
        ("Hà Nội", "pii-2025"),
        ("Khánh Hòa", "pii-2025"),
        ("Cà Mau", "pii-2025"),
    ],
)
def test_every_draw_lies_inside_what_is_known(unit: str, edition: str, open_data: bool) -> None:
    known = pk.what_is_known(unit, edition, open_data=open_data)
    assert (known.table["low"] <= known.table["high"]).all()
    for k in range(6):
        result = pk.build_index(pk.load_dataset(edition, draw=k))
        inside = known.contains(result)
        assert inside.all(), (
            k,
            [(c, result.scores.at[unit, c], known.interval(c)) for c in inside.index[~inside]],
        )
        ranks = result.ranks.loc[unit]
        there = ranks.notna()
        assert (ranks[there] >= known.table["rank_best"][there]).all()
        assert (ranks[there] <= known.table["rank_worst"][there]).all()


def test_can_tho_2024_by_hand() -> None:
    """46.01 is the mean of input and output, so each is at most 92.03; nothing below is bounded."""
    known = pk.what_is_known("can tho", "pii-2024")
    assert known.interval("PII") == pytest.approx((46.005, 46.015))
    assert known.interval("IN") == pytest.approx((0, 92.03), abs=1e-5)
    assert known.interval("OUT") == pytest.approx((0, 92.03), abs=1e-5)
    assert known.table.loc["PII", ["rank_best", "rank_worst"]].tolist() == [7, 7]
    leaves = known.table[known.table["level"] == 1]
    assert (leaves["width"] == 100).all()


def test_ha_noi_2023_by_hand() -> None:
    """First on pillar 2, so not below Ninh Bình's printed 42.41; pillar 4 printed; 14 scores of 100."""
    known = pk.what_is_known("Hà Nội", "pii-2023")
    assert known.interval("2")[0] == pytest.approx(42.405)
    assert known.interval("4") == pytest.approx((77.805, 77.815))
    assert known.table.loc["2", ["rank_best", "rank_worst"]].tolist() == [1, 1]
    rival = pk.what_is_known("Cần Thơ", "pii-2023")
    assert rival.interval("4")[1] == pytest.approx(77.815)


def test_quang_tri_2023_by_hand() -> None:
    """Group 6.1 printed as 0.00 bounds its three indicators: none above 3 x 0.005."""
    known = pk.what_is_known("Quảng Trị", "pii-2023")
    for code in ("6.1.1", "6.1.2", "6.1.3"):
        assert known.interval(code) == pytest.approx((0, 0.015), abs=1e-5)
        assert known.table.at[code, "mark"] == "bounded"
    assert known.table.at["6", "mark"] == "printed"


def test_khanh_hoa_2025_cells_are_bounded_by_their_printed_values() -> None:
    known = pk.what_is_known("Khánh Hòa", "pii-2025")
    middle = 100 * (7.45 - 6.35) / (8.44 - 6.35)
    low, high = known.interval("1.1.2")
    assert low < middle < high
    assert high - low < 1


def test_marks_say_what_is_printed_bounded_and_invented() -> None:
    result = pk.build_index(pk.load_dataset("pii-2025"))
    own = result.marks.loc["Khánh Hòa"]
    assert (own[["PII", "IN", "OUT", "1", "1.1", "1.2", "2", "2.1", "2.2", "1.1.1"]] == "printed").all()
    assert (own[["3", "7", "7.1.1"]] == "illustrative").all()
    assert (result.marks["3.1.1"] == "open").all()
    assert set(result.table["mark"]) <= {"printed", "bounded", "illustrative", "open", "real", ""}
    older = pk.build_index(pk.load_dataset("pii-2023"))
    assert older.marks.at["Thừa Thiên Huế", "PII"] == "bounded"  # rank 14, between 43.39 and 46.51
    assert older.marks.at["Quảng Trị", "6.1.1"] == "bounded"


def test_marks_do_not_outlive_the_figures_they_speak_of() -> None:
    data = pk.load_dataset("pii-2024")
    other = pk.build_index(data, pk.Method.gii()).marks
    assert (other["PII"] == "illustrative").all()
    changed = data.with_values({"Cần Thơ": {"7.1.1": float(data.values["7.1.1"].max())}})
    marks = pk.build_index(changed).marks
    assert marks.at["Cần Thơ", "PII"] == "illustrative"
    assert marks.at["Hà Nội", "PII"] == "printed"
    assert (pk.build_index(pk.load_dataset("open-2022")).marks == "").all(axis=None)


def test_a_figure_and_a_summary_show_intervals_in_both_languages() -> None:
    known = pk.what_is_known("Cần Thơ", "pii-2024")
    assert "46,01" in known.summary("vi")
    assert "46.01" in known.summary("en")
    ax = known.plot(lang="en")
    assert len(ax.patches) >= (known.table["level"] >= 2).sum()
    assert np.isfinite([p.get_width() for p in ax.patches]).all()
