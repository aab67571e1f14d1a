"""What-ifs: equal to building again, taken apart so that it sums; scenarios as files all run."""

import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError
from piikit.cli import group
from piikit.policy.what_if.scenarios import load_scenario, scenario_names
from piikit.policy.what_if.what_ifs import WhatIfDraws


@pytest.fixture(scope="module")
def result():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.fixture(scope="module")
def answer(result):
    return pk.what_if(result, "can tho", {"2.1": "+5%", "1.1": "to best of region", "3.2": "to best"})


def test_after_is_the_index_built_again(result, answer):
    cells = {r.code: r.after for r in answer.changes.itertuples()}
    again = pk.build_index(result.dataset.with_values({"Cần Thơ": cells}))
    pd.testing.assert_frame_equal(answer.after.scores, again.scores)
    response = pk.respond(result, "Cần Thơ").evaluate([list(cells.values())], list(cells))
    assert response.scores[0] == pytest.approx(answer.answer["score_after"], abs=1e-10)
    assert response.ranks[0] == answer.answer["rank_after"]


def test_parts_sum(answer):
    a, table = answer.answer, answer.table.set_index("code")
    assert table.at["OPEN", "contribution"] == pytest.approx(a["score_change"], abs=1e-10)
    leaves = table.loc[list(answer.before.framework.indicators), "contribution"]
    assert leaves.sum() == pytest.approx(a["score_change"], abs=1e-10)
    assert a["own_part"] + a["rivals_part"] == a["rank_before"] - a["rank_after"]
    passed = set(answer.passed)
    units = answer.units
    assert len(passed) - len(answer.passed_by) == a["rank_before"] - a["rank_after"]
    assert all(units.at[u, "score_after"] < a["score_after"] for u in passed)
    unit, gap = answer.next
    assert gap > 0
    assert units.at[unit, "rank_after"] < a["rank_after"]


def test_a_new_maximum_costs_the_rivals_and_frozen_bounds_miss_it(result):
    best = float(result.dataset.values["2.1"].max())
    made = pk.what_if(result, "Hà Nội", {"2.1": best * 1.3})
    assert made.answer["rivals_change"] < -0.5
    assert made.frozen["score"] > made.answer["score_after"] + 0.5
    frozen = result.normalised.loc["Hà Nội"].copy()
    low = float(result.dataset.values["2.1"].min())
    frozen["2.1"] = 100 * (best * 1.3 - low) / (best - low)
    change = (frozen["2.1"] - result.normalised.at["Hà Nội", "2.1"]) * result.effective_weights.at[
        "Hà Nội", "2.1"
    ]
    assert made.frozen["score"] == pytest.approx(result.scores.at["Hà Nội", "OPEN"] + change)
    with pytest.warns(DeprecationWarning, match="frozen"):
        assert made.naive == made.frozen


def test_frozen_bounds_predict_the_wrong_rank(result, capsys):
    """Simulators that freeze rivals and bounds miss the rank in a good share of what-ifs (METHOD 0.1)."""
    rng = np.random.default_rng(0)
    wrong = count = 0
    codes = list(result.framework.indicators)
    weights = result.effective_weights[codes]
    x = result.dataset.values
    low, high = x.min().to_numpy(), x.max().to_numpy()
    for unit in rng.choice(result.units, sized(5, 20), replace=False):
        values = np.full((200, len(codes)), np.nan)
        for row in values:
            at = rng.choice(np.flatnonzero(x.loc[unit].notna()), 6, replace=False)
            row[at] = low[at] + (high - low)[at] * rng.uniform(0, 1.3, 6)
        exact = pk.respond(result, unit).evaluate(values)
        turn = result.framework.table.loc[codes, "direction"].to_numpy(float)
        frozen = 100 * np.where(turn > 0, values - low, high - values) / (high - low)
        own = result.scores.at[unit, "OPEN"]
        guess = own + np.nansum(
            (frozen - result.normalised.loc[unit].to_numpy()) * weights.loc[unit].to_numpy(), axis=1
        )
        rivals = result.scores["OPEN"].drop(unit).to_numpy()
        wrong += int((1 + (rivals[None] > guess[:, None]).sum(axis=1) != exact.ranks).sum())
        count += len(values)
    with capsys.disabled():
        print(
            f"\nrank by frozen bounds and rivals wrong in {wrong} of {count} what-ifs ({wrong / count:.1%})"
        )
    assert wrong / count > 0.05


def test_several_units_and_several_scenarios(result):
    both = pk.what_if(result, "Cần Thơ", {"Cần Thơ": {"2.1": 6.8}, "Hậu Giang": {"1.1": "+2"}, "3.1": 0.8})
    assert set(both.changes["unit"]) == {"Cần Thơ", "Hậu Giang"}
    assert len(both.changes) == 3
    side = pk.what_if(result, "Cần Thơ", scenarios={"a": {"2.1": 6.8}, "b": {"2.1": 6.9}})
    assert list(side.table["name"]) == ["a", "b"]
    assert side.table["score_after"].is_monotonic_increasing
    assert side["b"].answer["score_after"] == side.table["score_after"].iloc[1]
    with pytest.raises(MethodError):
        pk.what_if(result, "Cần Thơ", {"2.1": 1}, scenarios={"a": {}})
    with pytest.raises(MethodError):
        pk.what_if(result, "Cần Thơ")


def test_no_change_is_the_baseline(result):
    made = pk.what_if(result, "Cần Thơ", {"2.1": "+0"})
    assert made.answer["score_change"] == 0
    assert made.passed == made.passed_by == ()


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_ships_runs(name):
    scenario = load_scenario(name)
    made = pk.run_scenario(scenario)
    assert scenario.author
    assert scenario.source
    assert not made.changes.empty
    assert made.answer["rank_after"] >= 1
    for lang in ("vi", "en"):
        assert scenario.title(lang) in made.summary(lang)
    stamped = "MINH HỌA" in made._repr_html_()
    assert stamped == made.before.dataset.illustrative


def test_scenario_files_are_checked(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text('title_vi = "a"\nwho = "b"\nunit = 3\n', encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_scenario(file)
    assert len(error.value.problems) >= 6
    file.write_text("title_vi = ", encoding="utf-8")
    with pytest.raises(InputError, match="TOML"):
        load_scenario(file)
    with pytest.raises(KeyError):
        load_scenario("no-such-scenario")


def test_over_draws_says_in_how_many(monkeypatch):
    result = pk.build_index(pk.load_dataset("pii-2025", draw=0))
    made = pk.what_if(result, "Cần Thơ", {"3.1.1": "to best of central_city"}, draws=4)
    assert isinstance(made, WhatIfDraws)
    assert list(made.table["draw"]) == [0, 1, 2, 3]
    first = pk.what_if(result, "Cần Thơ", {"3.1.1": "to best of central_city"})
    assert made.table.at[0, "score_after"] == first.answer["score_after"]
    assert made.holds(34) == (4, 4)
    assert re.search(r"\b4\b", made.summary("en"))
    assert "ILLUSTRATIVE" in made.summary("en")
    made.plot()


def test_faces(answer, result, tmp_path):
    for lang in ("vi", "en"):
        for kind in ("dumbbell", "waterfall"):
            ax = answer.plot(kind=kind, lang=lang)
            assert "Cần Thơ" in ax.get_title(loc="left")
        assert "Cần Thơ" in answer.summary(lang)
    with pytest.raises(UnknownNameError, match="waterfall"):
        answer.plot(kind="pie")
    book = answer.to_excel(tmp_path / "a.xlsx", lang="en")
    with pd.ExcelFile(book, engine="openpyxl") as opened:
        assert set(opened.sheet_names) == {"Answer", "Changes", "Nodes", "Units"}
    side = pk.what_if(result, "Cần Thơ", scenarios={"a": {"2.1": 6.8}})
    side.plot()
    side.to_excel(tmp_path / "b.xlsx")
    assert "a" in side.summary()
    assert "<table>" in side._repr_html_()


def test_illustrative_figures_are_stamped():
    made = pk.run_scenario(load_scenario("can-tho-2025"))
    for kind in ("dumbbell", "waterfall"):
        words = {t.get_text() for t in made.plot(kind=kind).texts}
        assert any("ILLUSTRATIVE" in w for w in words)
    assert made.illustrative > 0


def test_tornado_moves_one_at_a_time(result):
    made = pk.tornado(result, "Cần Thơ", step=0.1)
    row = made.table.iloc[0]
    alone = pk.what_if(result, "Cần Thơ", {row["code"]: float(row["value_up"])})
    assert alone.answer["score_change"] == pytest.approx(row["up"], abs=1e-9)
    assert alone.answer["rank_after"] == row["rank_up"]
    made.plot(lang="en")
    assert made.summary()


def test_command_line():
    run = CliRunner().invoke(
        group, ["what-if", "can tho", "2.1=+5%", "1.1=to best of region", "--effort", "--lang", "en"]
    )
    assert run.exit_code == 0, run.output
    assert "rank 9" in run.output
    page = CliRunner().invoke(group, ["what-if", "--page", "khanh-hoa-2025", "2.1.1=6.2", "--lang", "en"])
    assert page.exit_code == 0, page.output
    assert "Khánh Hòa" in page.output
    scenario = CliRunner().invoke(group, ["what-if", "--scenario", "new-maximum", "--lang", "vi"])
    assert scenario.exit_code == 0, scenario.output
    assert CliRunner().invoke(group, ["what-if", "can tho", "nonsense"]).exit_code != 0


def test_command_writes_files(awkward_folder):
    html, book = awkward_folder / "a.html", awkward_folder / "a.xlsx"
    run = CliRunner().invoke(
        group, ["what-if", "Cần Thơ", "2.1=+5%", "--html", str(html), "--excel", str(book)]
    )
    assert run.exit_code == 0, run.output
    assert "Cần Thơ" in html.read_text(encoding="utf-8")
    assert book.stat().st_size > 1000
