"""Diagnosis: sums, exactness against building again, bad input."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.data.peers import peer_group
from piikit.diagnosis.unit.natural_units import per_natural_unit
from piikit.diagnosis.unit.rebuilt import rebuild

COINR = Path(__file__).resolve().parents[1] / "reference" / "coinr"
OPEN = ["open-2022", "open-2023", "open-2024", "tai-23", "classroom"]


@pytest.fixture(scope="module")
def built():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.fixture(scope="module")
def can_tho(built):
    return pk.diagnose(built, "Cần Thơ")


@pytest.fixture(scope="module")
def coinr():
    tree = pk.Framework.from_csv(COINR / "framework.csv")
    data = pd.read_csv(COINR / "units.csv").set_index("uCode")[list(tree.indicators)]
    return pk.build_index(pk.Dataset.from_frame(data, framework=tree))


@pytest.mark.parametrize("name", [*OPEN, "pii-2024", "coinr"])
def test_duels_sum_to_the_gap(name, coinr):
    """All parts sum to the gap to 1e-9, at every level, on every dataset, gaps in data included."""
    result = coinr if name == "coinr" else pk.build_index(pk.load_dataset(name))
    scored = list(result.scores[result.root].dropna().index)
    pairs = [(scored[0], u) for u in scored[1:]] + [(scored[-1], scored[0])]
    for unit, rival in pairs[-sized(7, 25) :]:
        duel = pk.duel(result, unit, rival)
        assert abs(duel.residual) < 1e-9
        table = duel.table
        assert abs(table.at[result.root, "difference"] - duel.gap) < 1e-9
        for node in result.framework.aggregates:
            kids = list(result.framework.children(node))
            assert abs(table.loc[kids, "difference"].sum() - table.at[node, "difference"]) < 1e-9


def test_a_duel_with_unequal_weights_and_gaps(built):
    """Bắc Ninh lacks both PAPI cells, so its weights differ from ours; the sum holds all the same."""
    duel = pk.duel(built, "Cần Thơ", "Bắc Ninh")
    differ = (duel.indicators["own_weight"] - duel.indicators["their_weight"]).abs() > 1e-9
    assert differ.any()
    assert duel.indicators.loc[["1.2", "3.2"], "their_part"].tolist() == [0.0, 0.0]
    assert abs(duel.residual) < 1e-9


def test_a_duel_that_cannot_add_up_says_by_how_much(built):
    method = pk.Method.pii().replace(aggregation={"rule": "geometric"}, normalisation={"low": 1})
    duel = pk.duel(pk.build_index(built.dataset, method), "Cần Thơ", "Đà Nẵng")
    assert abs(duel.residual) > 0.01
    assert "Phương pháp này không cộng được" in duel.summary("vi")


def test_gaps_are_weight_times_distance_and_ranks_come_from_building_again(built, can_tho):
    gaps = can_tho.gaps
    best = built.normalised.max()
    weights = built.effective_weights.loc["Cần Thơ"]
    for code, row in gaps.iterrows():
        expected = weights[code] * max(0.0, best[code] - built.normalised.at["Cần Thơ", code])
        assert row["points_best"] == pytest.approx(expected, abs=1e-12)
        if row["gap_median"] > 0:
            changed = built.dataset.with_values({"Cần Thơ": {code: row["goal_median"]}})
            again = pk.build_index(changed)
            assert row["score_if_median"] == pytest.approx(again.scores.at["Cần Thơ", "OPEN"], abs=1e-12)
            assert row["rank_if_median"] == again.ranks.at["Cần Thơ", "OPEN"]
            assert row["score_if_median"] - can_tho.score == pytest.approx(row["points_median"], abs=1e-9)


@pytest.mark.parametrize(
    "method",
    [
        {},
        {"rank_ties": "max", "rank_decimals": 0},
        {"imputation": {"rule": "median"}},
        {"imputation": {"rule": "row_mean"}},
        {"weights": "pca"},
        {"aggregation": {"rule": "geometric"}, "normalisation": {"low": 1}},
        {"aggregation": {"rule": "copeland"}},
        {"treatment": {"transform": "log_ct"}},
    ],
    ids=str,
)
def test_many_single_changes_at_once_equal_building_again_to_the_bit(built, method):
    result = pk.build_index(built.dataset, pk.Method.pii().replace(**method))
    unit, codes = "Hà Giang", list(result.framework.indicators)
    values = (result.dataset.values.max() * 1.1).rename(None)[codes]
    values.iloc[::4] = np.nan
    made = rebuild(result, unit, values)
    for code in codes[: sized(5, len(codes))]:
        again = pk.build_index(result.dataset.with_values({unit: {code: values[code]}}), result.method)
        assert made.at[code, "score"] == again.scores.at[unit, "OPEN"]
        assert made.at[code, "rank"] == again.ranks.at[unit, "OPEN"]


def test_points_differ_from_building_again_where_the_unit_itself_sets_the_scale(built):
    """Hà Giang holds the lowest exam mean: rising moves the minimum, and weight times gap is not exact."""
    row = pk.diagnose(built, "Hà Giang").gaps.loc["2.1"]
    gained = row["score_if_median"] - built.scores.at["Hà Giang", "OPEN"]
    assert abs(gained - row["points_median"]) > 0.1


def test_natural_units_are_exact_inside_and_stop_where_they_say(built):
    for unit in ("Hà Giang", "TP. Hồ Chí Minh", "Cần Thơ", "Quảng Ninh")[: sized(2, 4)]:
        table = per_natural_unit(built, unit)
        now = built.scores.at[unit, "OPEN"]
        for code, row in table.iterrows():
            assert row["exact"]

            def whole(value, unit=unit, code=code):
                changed = built.dataset.with_values({unit: {code: value}})
                return pk.build_index(changed).scores.at[unit, "OPEN"]

            if row["place"] == "inside":
                half = row["value"] + row["direction"] * row["headroom"] / 2
                assert whole(half) - now == pytest.approx(row["points_headroom"] / 2, abs=1e-9)
            if row["place"] == "highest":
                assert whole(row["value"] + row["direction"] * row["step"]) == pytest.approx(now, abs=1e-9)
            if row["place"] == "lowest":
                end = row["holds_from"]
                assert whole((row["value"] + end) / 2) == pytest.approx(now, abs=1e-9)
                assert whole(row["holds_to"]) - whole(end) == pytest.approx(row["points_headroom"], abs=1e-9)
    places = {p for u in built.units for p in per_natural_unit(built, u)["place"]}
    assert places == {"inside", "lowest", "highest"}


def test_empty_cells_by_building_again(built):
    found = pk.diagnose(built, "Hà Giang")
    assert list(found.missing.index) == ["1.2", "3.2", "3.3", "5.1"]
    for code, row in found.missing.iterrows():
        even = pk.build_index(built.dataset.with_values({"Hà Giang": {code: row["break_even"]}}))
        assert even.scores.at["Hà Giang", "OPEN"] == pytest.approx(found.score, abs=1e-9)
        best = pk.build_index(built.dataset.with_values({"Hà Giang": {code: row["value_best"]}}))
        assert best.scores.at["Hà Giang", "OPEN"] - found.score == pytest.approx(
            row["points_best"], abs=1e-12
        )
        assert row["points_lowest"] < 0 < row["points_best"]
    assert pk.diagnose(built, "Cần Thơ").missing.empty
    hidden = pk.build_index(built.dataset.with_values({"Cần Thơ": {"7.1": np.nan}}))
    gain = hidden.scores.at["Cần Thơ", "OPEN"] - built.scores.at["Cần Thơ", "OPEN"]
    assert pk.diagnose(built, "Cần Thơ").unreported.loc["7.1", "points"] == pytest.approx(gain, abs=1e-12)


def test_risk_margins_are_the_next_behind(built, can_tho):
    table = can_tho.at_risk
    assert set(table.index) == set(can_tho.strong.index)
    for code, row in table.iterrows():
        others = built.normalised[code].drop("Cần Thơ")
        assert row["margin"] == pytest.approx(
            (row["score"] - others[others <= row["score"]]).min(), abs=1e-12
        )
        assert row["at_risk"] == (row["margin"] <= 2)
        lost = built.dataset.values.at["Cần Thơ", code] - (row["fall"] + 1e-9)
        again = pk.build_index(built.dataset.with_values({"Cần Thơ": {code: lost}}))
        assert again.ranks.at["Cần Thơ", code] == row["rank"] + 1


def test_ahead_and_behind_agree_with_explain(built, can_tho):
    explained = built.explain("Cần Thơ")
    assert (can_tho.ahead.index[0], can_tho.behind.index[0]) == (explained.ahead.unit, explained.behind.unit)
    assert can_tho.ahead["gap"].iloc[0] == pytest.approx(explained.ahead.gap, abs=1e-12)
    assert len(can_tho.ahead) == 8
    leader = pk.diagnose(built, "Quảng Ninh")
    assert leader.ahead.empty
    assert leader.gaps["points_rival"].isna().all()


def test_peers(built):
    data = built.dataset
    assert peer_group(data, "Cần Thơ").way == "central-cities"
    assert set(peer_group(data, "can tho", "cities").units) == {
        "Hà Nội",
        "Hải Phòng",
        "Đà Nẵng",
        "TP. Hồ Chí Minh",
    }
    assert peer_group(data, "An Giang").detail_vi == "Đồng bằng sông Cửu Long"
    assert len(peer_group(data, "An Giang").units) == 12
    assert len(peer_group(data, "Cần Thơ", "nearest").units) == 5
    assert len(peer_group(data, "Cần Thơ", "all").units) == 62
    assert peer_group(data, "Cần Thơ", ["an giang", "Cần Thơ"]).units == ("An Giang",)
    with pytest.raises(UnknownNameError):
        peer_group(data, "Cần Thơ", "neighbors")
    with pytest.raises(MethodError, match="Cần Thơ"):
        peer_group(data, "Cần Thơ", ["Cần Thơ"])
    with pytest.raises(MethodError):
        peer_group(pk.load_dataset("classroom"), pk.load_dataset("classroom").units[0], "nearest")


def test_bad_input(built):
    with pytest.raises(MethodError):
        pk.diagnose(built)
    with pytest.raises(UnknownNameError):
        pk.diagnose(built, "Cần Thư")
    with pytest.raises(MethodError, match="chính mình"):
        pk.duel(built, "Cần Thơ", "can tho")
    with pytest.raises(MethodError, match="int"):
        pk.diagnose(3)


def test_agencies_and_coverage(built, can_tho):
    found = can_tho.agencies
    assert found.table["indicators"].sum() == len(built.framework.indicators)
    assert found.table["points_median"].sum() == pytest.approx(can_tho.gaps["points_median"].sum())
    assert found.of_indicator.at["1.2", "status"] == "inferred"
    assert found.of_indicator.at["2.2", "agency"] == ""
    linked = set(found.plan.links_in(built.framework)["code"])
    assert set(found.uncovered) == set(can_tho.weak.index) - linked
    assert pk.diagnose(built, "Hà Giang").agencies.plan is None
    pii = pk.diagnose(pk.build_index(pk.load_dataset("pii-2024")), "Cần Thơ", draws=0).agencies
    assert pii.of_indicator.at["3.2.2", "status"] == "named"
    assert pii.of_indicator.at["2.1.1", "status"] == "inferred"
    assert "e.2" in pii.idle
    assert pii.matrix.at["4.1.2", "Ngân hàng Nhà nước chi nhánh thành phố"] == "lead+named"


def test_an_illustrative_edition_is_counted_over_draws():
    result = pk.build_index(pk.load_dataset("pii-2024"))
    found = pk.diagnose(result, "Cần Thơ", draws=3)
    over = found.draws
    assert over.draws == 3
    counts = pd.Series(0, index=over.table.index)
    for k in range(3):
        one = pk.diagnose(pk.build_index(pk.load_dataset("pii-2024", draw=k)), "Cần Thơ", draws=0)
        counts[list(one.weak.index)] += 1
    pd.testing.assert_series_equal(over.table["weak"], counts, check_names=False)
    assert (over.whole["rank"] == 7).all()
    assert all(over.table.at[c, "weak"] == 3 for c in over.holds("weak"))
    assert found.summary("vi").startswith("MINH HOẠ")


def test_a_page_is_diagnosed_with_what_it_allows():
    page = pk.read_page("khanh-hoa-2025")
    found = pk.diagnose(page)
    assert found.unit == "Khánh Hòa"
    assert len(found.gaps) == 10
    row = found.gaps.loc["2.1.2"]
    score = 100 * (25.59 - 9.75) / (140.09 - 9.75)
    assert row["score"] == pytest.approx(score, abs=1e-12)
    assert row["points_best"] == pytest.approx((100 - score) / 60, abs=1e-12)
    assert row["headroom"] == pytest.approx(114.5)
    assert found.matters.index[0] == "2.1.2"
    assert len(found.uncovered) == 42
    assert found.agencies.plan is None
    with pytest.raises(MethodError, match="Khánh Hòa"):
        pk.diagnose(page, "Cần Thơ")


@pytest.mark.parametrize("kind", ["gaps", "heat", "strip", "duel", "coverage"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_figures_have_source_units_and_no_cut_labels(can_tho, kind, lang):
    ax = can_tho.plot(kind=kind, lang=lang)
    figure = ax.figure
    figure.draw_without_rendering()
    assert figure.get_supxlabel().startswith("Nguồn" if lang == "vi" else "Source")
    box = figure.bbox
    renderer = figure.canvas.get_renderer()
    labels = [*ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, *ax.texts]
    low, high = sorted(ax.get_xlim())
    for label in labels:
        if not label.get_text() or not label.get_visible():
            continue
        extent = label.get_window_extent(renderer)
        at = label.get_position()[0]
        if label in ax.get_xticklabels() and not low <= at <= high:
            continue
        assert extent.x0 >= -1, label.get_text()
        assert extent.x1 <= box.width + 1, label.get_text()
        assert extent.y1 <= box.height + 1, label.get_text()


def test_faces(can_tho, tmp_path):
    assert can_tho.summary("en").startswith("Cần Thơ scores 48.16 and ranks 9th of 63.")
    assert "<table>" in can_tho._repr_html_()
    assert can_tho.to_excel(tmp_path / "d.xlsx").stat().st_size > 5000
    duel = can_tho.contributions_to("Bắc Ninh")
    assert "−2,25" in duel.summary("vi")
    assert "<table>" in duel._repr_html_()
    assert duel.to_excel(tmp_path / "duel.xlsx").is_file()
    assert duel.plot() is not None
    with pytest.raises(UnknownNameError, match="coverage"):
        can_tho.plot(kind="pie")
