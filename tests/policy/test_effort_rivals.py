"""Reference classes, rivals, least effort and perverse improvement."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError
from piikit.policy.effort.rivals import History, shrunken_trend
from piikit.policy.effort.year_effort import ReferenceClass


@pytest.fixture(scope="module")
def result():
    return pk.build_index(pk.load_dataset("open-2022"))


def test_reference_class_is_the_changes_of_all_provinces():
    made = pk.reference_class()
    a, b, c = (pk.load_dataset(f"open-{y}").values["7.1"] for y in (2022, 2023, 2024))
    expected = np.sort(pd.concat([b - a, c - b]).dropna().to_numpy())
    np.testing.assert_allclose(made.gains("7.1"), expected)
    assert made.limit("7.1") == pytest.approx(np.percentile(expected, 90))
    assert made.typical("7.1") == pytest.approx(np.median(np.abs(expected)))
    assert made.gains("1.1").size == 0  # no PCI after 2022: no class
    with pytest.raises(MethodError):
        pk.reference_class(pk.load_dataset("open-2022"))


def test_illustrative_cells_never_enter_a_class():
    data = pk.load_dataset("open-2023")
    marks = data.provenance.copy()
    marks["7.1"] = "illustrative"
    made = pk.reference_class(
        pk.load_dataset("open-2022"), data.replace(provenance=marks), pk.load_dataset("open-2024")
    )
    assert "7.1" not in set(made.changes["code"])
    assert "2.2" not in set(made.changes["code"])  # derived beside illustrative cells: not known to be real


def test_effort_flags_what_no_province_did(result):
    made = pk.what_if(result, "Cần Thơ", {"7.1": "+200", "2.1": "+0.05", "1.1": "+1"})
    table = pk.effort(result.dataset, made).table.set_index("code")
    assert table.at["7.1", "beyond"]
    assert table.at["7.1", "most"]
    assert not table.at["2.1", "beyond"]
    assert table.at["1.1", "basis"] == "none"
    assert np.isnan(table.at["1.1", "years"])
    assert table.at["1.1", "sd"] == pytest.approx(1 / result.dataset.values["1.1"].std())
    assert "7.1" in pk.effort(result.dataset, made).summary("en")
    edition = pk.load_dataset("pii-2025", draw=0)
    assert (pk.effort(edition, {"3.1.1": 0.9}, unit="Cần Thơ").table["basis"] == "none").all()


def test_leads_out_of_reach(result):
    table = pk.years_needed(result, "Cần Thơ", "Hà Nội", horizon=2).set_index("code")
    values = result.dataset.values
    assert (values.loc["Hà Nội", list(table.index)] > values.loc["Cần Thơ", list(table.index)]).all()
    limit = pk.reference_class().limit("7.1")
    assert table.at["7.1", "years"] == pytest.approx(
        (values.at["Hà Nội", "7.1"] - values.at["Cần Thơ", "7.1"]) / limit
    )
    assert set(table["reach"]) <= {"reachable", "out", "unknown"}
    assert table.loc[table["years"] > 2, "reach"].eq("out").all()


def test_trends_are_shrunken():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(3, 200, 1))
    truth = rng.normal(2, 3, size=(1, 200, 1))
    trend, kept = shrunken_trend(np.concatenate([noise, noise + truth], axis=2))
    assert kept[0] < 0.3  # nothing but noise: almost the common trend for everybody
    assert kept[1] > 0.9
    assert np.var(trend[:, 0]) < 0.1 * np.var(noise[..., 0].mean(axis=0))
    error = np.mean((trend[:, 1] - truth[0, :, 0]) ** 2)
    assert error < np.mean((noise.mean(axis=0)[:, 0]) ** 2) * 1.05


def test_rivals(result):
    changes = {"2.1": "+3%", "6.1": "to best of region"}
    frozen = pk.against_rivals(result, "Cần Thơ", changes)
    alone = pk.what_if(result, "Cần Thơ", changes)
    assert frozen.table.at[0, "score"] == pytest.approx(alone.answer["score_after"])
    assert frozen.table.at[0, "rank"] == alone.answer["rank_after"]
    same = pk.against_rivals(result, "Cần Thơ", changes, model="equal_effort")
    assert same.table.at[0, "rank"] >= frozen.table.at[0, "rank"]
    trend = pk.against_rivals(result, "Cần Thơ", changes, model="trend", runs=20)
    assert trend.table["score"].std() > 0
    assert trend.table.at[0, "score"] != frozen.table.at[0, "score"]
    once = pk.against_rivals(result, "Cần Thơ", changes, model="repeat", runs=30, rng=4)
    again = pk.against_rivals(result, "Cần Thơ", changes, model="repeat", runs=30, rng=4)
    pd.testing.assert_frame_equal(once.table, again.table)
    share, low, high = once.chance(12)
    assert 0 <= low <= share <= high <= 1
    still = History((2022, 2023), np.repeat(result.dataset.values.to_numpy()[None], 2, axis=0))
    calm = pk.against_rivals(result, "Cần Thơ", changes, model="repeat", runs=2, history=still)
    assert calm.table["score"].iloc[0] == pytest.approx(frozen.table.at[0, "score"])
    assert once.summary("en")
    with pytest.raises(KeyError):
        pk.against_rivals(result, "Cần Thơ", changes, model="panic")


def test_least_effort_against_brute_force(result):
    """On three indicators and a common grid no cheaper set of levels reaches the rank."""
    codes, rank = ["2.1", "6.2", "7.1"], 7
    made = pk.least_effort(result, "Cần Thơ", rank, codes=codes, levels=7, rounds=1, years=3)
    reference = pk.reference_class()
    base = result.dataset.values.loc["Cần Thơ", codes].to_numpy(float)
    steps = [np.linspace(0, 3 * reference.limit(c), 7) for c in codes]
    grid = np.array(list(itertools.product(*steps)))
    table = result.framework.table
    for k, c in enumerate(codes):
        limit = pd.to_numeric(table.loc[c].get("scale_max"), errors="coerce")
        if not np.isnan(limit) and base[k] + steps[k][-1] > limit:
            reach = limit - base[k]
            grid[:, k] *= reach / steps[k][-1]
    ranks = pk.respond(result, "Cần Thơ").evaluate(base + grid, codes).ranks
    cost = (grid / [reference.typical(c) for c in codes]).sum(axis=1)
    assert (ranks <= rank).any()
    assert made.reached
    assert made.proved
    assert made.rank_after <= rank
    assert made.effort == pytest.approx(cost[ranks <= rank].min(), rel=1e-4)


def test_least_effort_refines_and_says_when_it_cannot(result):
    rough = pk.least_effort(result, "Cần Thơ", 3, among="central_city", rounds=1)
    fine = pk.least_effort(result, "Cần Thơ", 3, among="central_city", rounds=3)
    assert fine.reached
    assert fine.effort <= rough.effort + 1e-9
    assert fine.rank_after <= 3
    cannot = pk.least_effort(result, "Bắc Kạn", 1, years=0.2, rounds=1)
    assert not cannot.reached
    assert cannot.best_rank > 1
    assert str(cannot.best_rank) in cannot.summary("en")


@pytest.mark.slow
def test_all_indicators_of_63_provinces_in_a_minute(result, capsys):
    units = result.units[: sized(10, 63)]
    start = time.process_time()
    plain = pk.perverse(result, units)
    seconds_plain = time.process_time() - start
    start = time.process_time()
    treated = pk.perverse(pk.build_index(result.dataset, "gii"), units)
    seconds = time.process_time() - start
    with capsys.disabled():
        print(f"\nperverse improvement, {len(units)} provinces x 15 indicators: pii {seconds_plain:.1f} s, {len(plain.table)} intervals; "
              f"gii {seconds:.1f} s, {len(treated.table)} intervals, {treated.shares}")  # fmt: skip
    assert plain.paths == treated.paths > sized(130, 900)
    assert plain.table.empty  # plain min-max never punishes improvement
    assert len(treated.table) > 20  # the treatment does: the detector fires
    assert seconds < sized(15, 60)


def test_perverse_intervals_are_real(result):
    gii = pk.build_index(result.dataset, "gii")
    found = pk.perverse(gii, ["Hà Giang", "Cần Thơ", "Đồng Tháp"])
    scores = found.table[(found.table["measure"] == "score") & found.table["within"]]
    assert len(scores)
    for row in scores.itertuples():
        turn = int(gii.framework.table.loc[row.code, "direction"])
        before = pk.build_index(
            gii.dataset.with_values({row.mover: {row.code: row.start - turn * 1e-6 * abs(row.start)}}), "gii"
        )
        worse = pk.build_index(gii.dataset.with_values({row.mover: {row.code: row.worst}}), "gii")
        assert (row.worst - row.start) * turn >= -1e-6
        fall = before.scores.at[row.unit, "OPEN"] - worse.scores.at[row.unit, "OPEN"]
        assert fall == pytest.approx(row.loss, abs=1e-3)
        assert row.cause == "treatment"
    found.plot(lang="en")
    assert found.summary()


def test_a_rivals_improvement_can_push_us_down_without_passing_us(result):
    gii = pk.build_index(result.dataset, "gii")
    found = pk.perverse(gii, ["Cần Thơ", "Hà Giang", "Long An"], rival="Bình Dương")
    assert set(found.table["mover"]) <= {"Bình Dương"}
    for row in found.table.head(5).itertuples():
        before, after = (
            pk.build_index(gii.dataset.with_values({row.mover: {row.code: v}}), "gii")
            .scores["OPEN"]
            .drop(row.mover)
            for v in (gii.dataset.values.at[row.mover, row.code], row.worst)
        )
        assert (
            after.rank(ascending=False, method="min")[row.unit]
            > before.rank(ascending=False, method="min")[row.unit] - 1
        )


def test_effort_does_not_flatter_leaders():
    """The percentile of what each province really did no longer falls with its level."""
    reference = pk.reference_class()
    plain, placed = [], []
    for code, changes in reference.changes.groupby("code"):
        above = changes["before"] - changes.groupby("year")["before"].transform("mean")
        rows = list(zip(changes["gain"], above, strict=True))
        plain.append(above.corr(pd.Series([reference.share_below(code, g) for g, _ in rows], above.index)))
        placed.append(above.corr(pd.Series([reference.share_below(code, *r) for r in rows], above.index)))
    assert min(plain) < -0.35
    assert max(map(abs, placed)) < 0.25
    assert np.mean(np.abs(placed)) < 0.4 * np.mean(np.abs(plain))


def test_gains_are_those_expected_where_one_starts():
    """By hand: gain = 10 - 0.5 x level + luck, the same for two years 5 apart."""
    rng = np.random.default_rng(0)
    before = rng.normal(0, 8, 400)
    luck, late = rng.normal(0, 1, 400), np.arange(400) >= 200
    changes = pd.DataFrame({
        "code": "A", "year": np.where(late, 2024, 2023), "before": before + 5 * late, "gain": 10 - 0.5 * before + luck,
    })  # fmt: skip
    made = ReferenceClass(changes, (2023, 2024), ("x",))
    for above in (-8.0, 0.0, 8.0):
        assert np.median(made.gains("A", above)) == pytest.approx(10 - 0.5 * above, abs=0.3)
        assert made.gains("A", above).std() == pytest.approx(1, abs=0.1)
        assert made.limit("A", above=above) == pytest.approx(11.28 - 0.5 * above, abs=0.4)
    assert np.median(made.gains("A")) == pytest.approx(10, abs=0.7)
