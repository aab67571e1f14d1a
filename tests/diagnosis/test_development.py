"""Performance against development level: splines, bands, verdicts, the chapter."""

import drivers_simulation as simulation
import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.diagnosis.drivers import spline
from piikit.diagnosis.drivers.development import FALSE_ALARM


@pytest.fixture(scope="module")
def index22():
    return pk.build_index(pk.load_dataset("open-2022"), pk.Method.pii())


@pytest.fixture(scope="module")
def result(index22):
    return pk.development(index22)


def test_expectation_interval_and_chance_are_those_of_fitting_without_the_unit():
    """By hand: least squares on the others, scipy's likelihood for the scale of each law, n times the tail."""
    rng = np.random.default_rng(1)
    x, y = rng.gamma(2, 1, 25), rng.standard_normal(25)
    basis, z = spline.restricted_cubic(x, spline.knots_for(x)), (x - x.mean()) / x.std()
    made = spline.band(x, y, level=0.8)
    for i in (0, 7, int(x.argmax())):
        keep = np.arange(25) != i
        beta = np.linalg.lstsq(basis[keep], y[keep], rcond=None)[0]
        inverse = np.linalg.inv(basis[keep].T @ basis[keep])
        left = y[keep] - basis[keep] @ beta
        left /= np.sqrt(1 - np.einsum("ij,jk,ik->i", basis[keep], inverse, basis[keep]))
        gap, wide = y[i] - basis[i] @ beta, np.sqrt(1 + basis[i] @ inverse @ basis[i])
        assert made.expected[i] == pytest.approx(basis[i] @ beta)
        tails, logs, reaches = [], [], []
        for degrees, growth in zip(spline.DEGREES, spline.GROWTH, strict=True):
            even = left / np.exp(growth * z[keep])
            scale = student.fit(even, fdf=degrees, floc=0)[2]
            logs.append((student.logpdf(even, degrees, 0, scale) - growth * z[keep]).sum())
            error = scale * np.exp(growth * z[i]) * wide
            tails.append(2 * 25 * student.sf(abs(gap) / error, degrees))
            reaches.append(student.ppf(0.9, degrees) * error)
        allowed = np.array(logs) >= max(logs) - 1
        assert made.p_value[i] == pytest.approx(min(1, np.array(tails)[allowed].max()), rel=0.03)
        reach = np.array(reaches)[np.array(logs) >= max(logs) - 0.01]
        assert np.abs(made.high[i] - made.expected[i] - reach).min() < 0.03 * reach.max()


@pytest.mark.parametrize("law", simulation.LAWS)
@pytest.mark.parametrize("n", [34, 63])
def test_noise_rarely_names_anybody_whatever_the_errors(n, law):
    """Before: .33 and .40 with Student's law of five degrees, .45 and .65 and more with three or uneven spread."""
    runs = sized(5, 600)
    found = simulation.outside(n, law=law, runs=runs, rng=1)
    assert found.alarm <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    slack = 3 * np.sqrt(0.9 * 0.1 / runs)
    assert found.richest >= 0.8 - slack
    assert found.middle >= 0.75 - slack
    assert found.all == pytest.approx(0.88, abs=0.02 + slack / 3)
    if law == "normal":
        assert found.far >= 0.55 - 3 * np.sqrt(0.25 / runs)


def test_knots_are_harrells_and_the_tails_are_straight():
    x = np.sort(np.random.default_rng(1).gamma(2, 1, 63))
    assert list(spline.knots_for(x)) == list(np.quantile(x, [0.05, 0.275, 0.5, 0.725, 0.95]))
    assert list(spline.knots_for(x[:34])) == list(np.quantile(x[:34], [0.1, 0.5, 0.9]))
    knots = spline.knots_for(x)
    far = np.array([knots[-1] + 1, knots[-1] + 2, knots[-1] + 3])
    assert np.abs(np.diff(spline.restricted_cubic(far, knots), 2, axis=0)).max() < 1e-10
    near = np.array([knots[0] - 3, knots[0] - 2, knots[0] - 1])
    assert np.abs(np.diff(spline.restricted_cubic(near, knots), 2, axis=0)).max() < 1e-10
    np.testing.assert_allclose(spline.restricted_cubic(x, knots).sum(axis=1), 1)


def test_who_is_above_within_and_below(result):
    table = result.table
    assert len(table) == 63
    beyond = table["p_value"] < FALSE_ALARM
    assert set(result.above) == set(table.index[beyond & (table["gap"] > 0)])
    assert set(result.below) == set(table.index[beyond & (table["gap"] < 0)])
    assert ((table["verdict"] == "within") == table["score"].between(table["low"], table["high"])).all()
    np.testing.assert_allclose(table["gap"], table["score"] - table["expected"])
    unclear = (table["verdict"] == "unclear").sum()
    assert result.outside == len(result.above) + len(result.below) + unclear
    assert result.by_chance == pytest.approx(6.3)
    assert result.unit("can tho").name == "Cần Thơ"


def test_a_province_that_does_much_better_is_found():
    rng = np.random.default_rng(2)
    level = pd.Series(np.exp(4 + 0.5 * rng.standard_normal(34)), index=[f"u{i}" for i in range(34)])
    score = 20 + 8 * np.log(level) + 3 * rng.standard_normal(34)
    score["u5"] += 25
    found = pk.development(score.rename("score"), context=level)
    assert found.above[0] == "u5"
    assert len(found.band.knots) == 3
    assert found.table.loc["u5", "p_value"] < FALSE_ALARM


def test_where_nothing_follows_it_is_said():
    rng = np.random.default_rng(4)
    level = pd.Series(np.exp(4 + 0.5 * rng.standard_normal(63)), index=[f"u{i}" for i in range(63)])
    found = pk.development((20 + 8 * np.log(level) + 3 * rng.standard_normal(63)).rename("s"), context=level)
    assert found.above == found.below == ()
    assert found.outside > 0
    assert "No province stands outside" in found.sentence(lang="en")
    assert "Không địa phương nào" in found.sentence(lang="vi")
    unclear = found.table.index[found.table["verdict"] == "unclear"][0]
    assert "nothing follows" in found.sentence(unclear, "en")
    unnamed = pk.development(found.table["score"].rename(None), context=level)
    assert unnamed.summary("en").startswith("Scores of 63 provinces against")
    assert unnamed.summary("vi").startswith("Điểm của 63 địa phương")


def test_an_index_that_contains_income_says_so_and_can_be_built_without(index22, result):
    assert result.shared == pytest.approx(0.30)
    alone = pk.development(index22, independent=True)
    assert alone.shared == 0
    assert alone.band.r2 < result.band.r2
    assert "GRDP" in result.sentence(lang="en")
    with pytest.raises(MethodError) as error:
        pk.development(index22, code="7", independent=True)
    assert error.value.key == "error.development.nothing_left"
    pillar = pk.development(index22, code="3")
    assert pillar.shared == 0
    assert pillar.code == "3"


def test_peers_are_nearest_in_income(result):
    near = result.peers("Cần Thơ", 6)
    assert near.index[0] == "Cần Thơ"
    away = (np.log(result.table["level"]) - np.log(near["level"].iloc[0])).abs().drop("Cần Thơ")
    assert set(near.index[1:]) <= set(away[away <= away.nsmallest(6).max()].index)
    assert sorted(near["rank"])[0] == 1
    with pytest.raises(UnknownNameError):
        result.peers("Atlantis")


def test_bad_input():
    level = pd.Series(np.linspace(1, 9, 20), index=[f"u{i}" for i in range(20)])
    score = level.rename("s")
    with pytest.raises(MethodError) as error:
        pk.development(score, context=level - 1)
    assert error.value.key == "error.development.positive"
    with pytest.raises(MethodError) as error:
        pk.development(score.head(10), context=level)
    assert error.value.key == "error.development.few"
    with pytest.raises(MethodError) as error:
        pk.development(score)
    assert error.value.key == "error.development.context"
    with pytest.raises(MethodError):
        pk.development(score, context=level, confidence=1.0)
    with pytest.raises(UnknownNameError):
        pk.development(score, context=level.to_frame("gdp"))


def test_a_verdict_on_a_made_up_edition_is_counted_over_its_draws():
    """By hand in draws 0 to 2; each is one invention among many."""
    index = pk.build_index(pk.load_dataset("pii-2024"))
    found = pk.development(index, draws=3)
    each = [
        pk.development(pk.build_index(pk.load_dataset("pii-2024", draw=k)), draws=0).table["verdict"]
        for k in range(3)
    ]
    counted = sum((one == found.table["verdict"]).astype(int) for one in each)
    assert found.table["holds"].tolist() == counted.tolist()
    assert counted.min() < 3
    unit = str(counted.idxmin())
    assert f"{counted[unit]} of 3" in found.sentence(unit, "en")
    assert f"{counted[unit]} trên 3" in found.sentence(unit, "vi")
    assert "holds" not in pk.development(index, draws=0).table


def test_illustrative_scores_are_marked(index22):
    data = index22.dataset
    marks = data.provenance.copy()
    marks.loc["Cần Thơ", "2.2"] = "illustrative"
    found = pk.development(pk.build_index(data.replace(provenance=marks), index22.method))
    assert found.illustrative
    assert "ILLUSTRATIVE" in found.sentence("Cần Thơ", "en")
    assert any(t.get_gid() == "piikit-illustrative" for t in found.plot().texts)
    assert found.sentence("Cần Thơ", "vi").startswith("MINH HOẠ")


def test_faces(result, tmp_path):
    from openpyxl import load_workbook

    for lang in ("vi", "en"):
        assert len(result.summary(lang).split("\n")) == 3
    assert result.summary("vi") != result.summary("en")
    assert result._repr_html_().count("<tr>") == 64
    book = load_workbook(result.to_excel(tmp_path / "d.xlsx", lang="en"))
    assert book["Data"].max_row == 64
