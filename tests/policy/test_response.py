"""The response equals the full build: 10,000 random what-ifs for each preset on three datasets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.index.engine import aggregate, build_column
from piikit.policy.response.unit_response import has_numba

COINR = Path(__file__).resolve().parents[1] / "reference" / "coinr"
ENGINES = ("numpy", "numba") if has_numba() else ("numpy",)
PRESETS = ("pii", "gii", "coinr")
DATASETS = ("open-2022", "pii-2025", "reference")


def reference():
    table = pd.read_csv(COINR / "units.csv").set_index("uCode")
    tree = pk.Framework.from_csv(COINR / "framework.csv")
    values = table[list(tree.indicators)]
    return pk.Dataset.from_frame(values, framework=tree, groups=table[["Region_group"]], name="reference")


@pytest.fixture(scope="module")
def built():
    made = {}

    def get(name, method="pii"):
        key = name, method if isinstance(method, str) else method.fingerprint
        if key not in made:
            data = reference() if name == "reference" else pk.load_dataset(name)
            made[key] = pk.build_index(data, method)
        return made[key]

    return get


def random_values(result, codes, count, rng, most=4, pool=None):
    """Own values of one to four indicators: inside, beyond by up to a thousand ranges, ties, gaps."""
    x = result.dataset.values[codes].to_numpy(float)
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    span = high - low
    kind = rng.choice(6, p=[0.5, 0.2, 0.1, 0.12, 0.05, 0.03], size=(count, len(codes)))
    far = np.where(rng.random(kind.shape) < 0.5, -1, 1) * span * 10 ** rng.uniform(-1, 3, kind.shape)
    drawn = np.take_along_axis(x, rng.integers(len(x), size=kind.shape), axis=0)
    made = np.select(
        [kind == 0, kind == 1, kind == 2, kind == 3, kind == 4],
        [
            rng.uniform(low, high, kind.shape),
            low + span * rng.uniform(-1.5, 3, kind.shape),
            np.where(far > 0, high, low) + far,
            np.where(np.isnan(drawn), pk.MISSING, drawn),
            pk.MISSING,
        ],
        high,
    )
    if (
        pool is not None
    ):  # few distinct values a column, so that the rebuild in the test is quick; scenarios stay distinct
        made = np.take_along_axis(made, rng.integers(min(pool, count), size=kind.shape), axis=0)
    keep = rng.random(kind.shape).argsort(axis=1) < rng.integers(1, most + 1, size=(count, 1))
    return np.where(keep, made, np.nan)


def rebuilt(result, own, codes, values):
    """Scores and ranks by the engine alone: every changed column built, then the whole tree climbed."""
    plan = result.plan
    raw = result.dataset.values.to_numpy(float)
    at = [result.framework.indicators.index(c) for c in codes]
    base = np.column_stack([c.normalised for c in result.computed.columns])
    block = np.repeat(base[None], len(values), axis=0)
    done = {}
    for row, place in np.argwhere(~np.isnan(values)):
        key = place, values[row, place]
        if key not in done:
            x = raw[:, at[place]].copy()
            x[own] = np.nan if values[row, place] == pk.MISSING else values[row, place]
            done[key] = build_column(plan, at[place], x).normalised
        block[row, :, at[place]] = done[key]
    scores = aggregate(plan, block.reshape(-1, base.shape[1]))[0][:, plan.nodes[-1].at]
    scores = scores.reshape(len(values), -1)
    made = result.method
    return scores, made.ranking.of(scores.T).T


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", DATASETS)
def test_ten_thousand_what_ifs_equal_the_rebuild(name, preset, built, capsys):
    result = built(name, preset)
    rng = np.random.default_rng(7)
    scored = np.flatnonzero(result.scores[result.root].notna())
    worst, wrong, count, careful = 0.0, 0, 0, 0
    each, distinct = sized(100, 2500), sized(20, 150)
    for own in rng.choice(scored, 4, replace=False):
        codes = list(
            rng.choice(result.framework.indicators, min(8, len(result.framework.indicators)), replace=False)
        )
        values = random_values(result, codes, each, rng, most=5, pool=distinct)
        response = pk.respond(result, result.units[own])
        outcome = response.evaluate(values, codes)
        scores, ranks = rebuilt(result, own, codes, values)
        assert (np.isnan(outcome.scores) == np.isnan(scores[:, own])).all()
        worst = max(worst, float(np.nanmax(np.abs(outcome.scores - scores[:, own]))))
        wrong += int((~np.isclose(outcome.ranks, ranks[:, own], equal_nan=True)).sum())
        everyone = response.evaluate(values[:300], codes, every_unit=True)
        worst = max(worst, float(np.nanmax(np.abs(everyone.unit_scores - scores[:300]))))
        wrong += int((~np.isclose(everyone.ranks, ranks[:300, own], equal_nan=True)).sum())
        count += len(values)
        careful += outcome.rebuilt
        if len(ENGINES) > 1:
            other = response.evaluate(values, codes, engine="numpy")
            assert np.nanmax(np.abs(other.scores - outcome.scores)) < 1e-12
            assert np.array_equal(other.ranks, outcome.ranks, equal_nan=True)
    with capsys.disabled():
        print(
            f"\n{name}, {preset}: {count} what-ifs, largest difference {worst:.1e}, wrong ranks {wrong}, careful {careful}"
        )
    assert count == sized(400, 10_000)  # 4 units x distinct scenarios of one to five changes
    assert worst < 1e-9
    assert wrong == 0


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", DATASETS)
def test_build_index_itself_says_the_same(name, preset, built):
    result = built(name, preset)
    rng = np.random.default_rng(8)
    unit = result.units[int(rng.integers(len(result.units)))]
    codes = list(result.framework.indicators)
    values = random_values(result, codes, sized(6, 25), rng, most=8)
    outcome = pk.respond(result, unit).evaluate(values, nodes=True, every_unit=True)
    for row, one in enumerate(values):
        cells = {
            c: (np.nan if v == pk.MISSING else v) for c, v in zip(codes, one, strict=True) if not np.isnan(v)
        }
        after = pk.build_index(result.dataset.with_values({unit: cells}), preset)
        np.testing.assert_allclose(outcome.nodes[row], after.scores.to_numpy(), rtol=0, atol=1e-9)
        assert outcome.ranks[row] == after.ranks.at[unit, result.root] or np.isnan(outcome.ranks[row])


def test_coinr_what_if_is_reproduced(built):
    result = built("reference", "coinr")
    changes = pd.read_csv(COINR / "expected" / "whatif__changes.csv")
    expected = pd.read_csv(COINR / "expected" / "whatif__treated__minmax__arithmetic.csv").set_index("uCode")
    ranks = pd.read_csv(COINR / "expected" / "whatif__treated__minmax__arithmetic__ranks.csv").set_index(
        "uCode"
    )
    unit, codes, to = (
        str(changes["unit"].iloc[0]),
        list(changes["indicator"]),
        changes["new_value"].to_numpy(float),
    )
    for engine in ENGINES:
        outcome = pk.respond(result, unit).evaluate(to, codes, engine=engine)
        assert outcome.scores[0] == pytest.approx(expected.at[unit, result.root], abs=1e-9)
        assert outcome.ranks[0] == ranks.at[unit, result.root]
    everything = pk.respond(result, unit).evaluate(to, codes, every_unit=True, nodes=True)
    columns = [c for c in result.framework.codes if c in expected]
    mine = pd.DataFrame(everything.nodes[0], result.units, result.framework.codes)[columns]
    difference = np.nanmax(np.abs(mine.to_numpy() - expected.loc[list(result.units), columns].to_numpy()))
    assert len(columns) == len(result.framework.codes)
    assert difference < 1e-9


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("preset", ["pii", "coinr"])
def test_any_block_size_gives_the_same_bits(preset, engine, built):
    result = built("reference", preset)
    rng = np.random.default_rng(3)
    codes = list(result.framework.indicators)[::5]
    values = random_values(result, codes, 300, rng, most=8)
    response = pk.respond(result, "U05")
    groups = {"few": result.units[10:25]}
    whole = response.evaluate(values, codes, engine=engine, groups=groups)
    for block in (1, 64, 129, 299, 10**6):
        part = response.evaluate(values, codes, engine=engine, groups=groups, block=block)
        assert part.scores.tobytes() == whole.scores.tobytes()
        assert part.ranks.tobytes() == whole.ranks.tobytes()
        assert part.group_ranks["few"].tobytes() == whole.group_ranks["few"].tobytes()
    for row in (0, 17, 299):
        one = response.evaluate(values[row], codes, engine=engine)
        assert one.scores[0].tobytes() == whole.scores[row].tobytes()
    tiled = response.evaluate(np.tile(values, (9, 1)), codes, engine=engine)
    assert tiled.scores.tobytes() == np.tile(whole.scores, 9).tobytes()
    assert tiled.ranks.tobytes() == np.tile(whole.ranks, 9).tobytes()


@pytest.mark.parametrize("preset", PRESETS)
def test_no_change_is_the_baseline(preset, built):
    result = built("open-2022", preset)
    for unit in ("Cần Thơ", "Hà Nội", "Bạc Liêu"):
        raw = result.dataset.values.loc[unit].to_numpy(float)
        outcome = pk.respond(result, unit).evaluate(np.array([np.full(raw.size, np.nan), raw]))
        np.testing.assert_allclose(outcome.scores, result.scores.at[unit, result.root], atol=1e-10)
        assert (outcome.ranks == result.ranks.at[unit, result.root]).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_order_of_units_does_not_matter(preset, built):
    result = built("open-2022", preset)
    rng = np.random.default_rng(5)
    turned = pk.build_index(result.dataset.subset(list(rng.permutation(result.units))), preset)
    values = random_values(result, list(result.framework.indicators), 200, rng)
    one = pk.respond(result, "Cần Thơ").evaluate(values)
    other = pk.respond(turned, "Cần Thơ").evaluate(values)
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-10)
    assert np.array_equal(one.ranks, other.ranks, equal_nan=True)


@pytest.mark.parametrize("preset", ["pii", "coinr"])
def test_unit_of_measurement_does_not_matter(preset, built):
    result = built("open-2022", preset)
    rng = np.random.default_rng(6)
    codes = list(result.framework.indicators)
    scale, shift = rng.uniform(0.5, 20, len(codes)), rng.uniform(-5, 5, len(codes))
    data = result.dataset
    other = pk.build_index(data.replace(values=data.values * scale + shift), preset)
    values = random_values(result, codes, 200, rng)
    one = pk.respond(result, "Cần Thơ").evaluate(values)
    two = pk.respond(other, "Cần Thơ").evaluate(
        np.where(values == pk.MISSING, pk.MISSING, values * scale + shift)
    )
    np.testing.assert_allclose(one.scores, two.scores, atol=1e-8)
    assert np.array_equal(one.ranks, two.ranks, equal_nan=True)


def test_improving_under_plain_min_max_never_lowers_the_own_score(built):
    result = built("reference")
    for unit in ("U05", "U17", "U44"):
        response = pk.respond(result, unit)
        for code in result.framework.indicators:
            x = result.dataset.values[code].to_numpy(float)
            turn = int(result.framework.table.loc[code, "direction"])
            path = np.linspace(np.nanmin(x) - 2 * np.nanstd(x), np.nanmax(x) + 5 * np.nanstd(x), 60)[::turn]
            outcome = response.evaluate(path[:, None], [code])
            assert (np.diff(outcome.scores) >= -1e-12).all()
            assert (np.diff(outcome.ranks) <= 0).all()


@pytest.mark.parametrize("preset", ["gii", "coinr"])
def test_every_switch_of_treatment_is_where_the_table_says(preset, built):
    """Within a stretch treatment does one thing; across a break what it does or its result changes."""
    result = built("reference", preset)
    response = pk.respond(result, "U05")
    rng = np.random.default_rng(9)
    breaks = 0
    for code in result.framework.indicators[:: sized(6, 2)]:
        table = response.table(response.place(code))
        edges = np.concatenate([[-np.inf], response.breaks(code), [np.inf]])
        breaks += edges.size - 2
        finite = result.dataset.values[code].dropna().to_numpy(float)
        span = np.ptp(finite)
        lows = np.clip(edges[:-1], finite.min() - 3 * span, finite.max() + 3 * span)
        highs = np.clip(edges[1:], finite.min() - 3 * span, finite.max() + 3 * span)
        close = [b + s * d * max(abs(b), span) for b in edges[1:-1] for s in (-1, 1) for d in (3e-9, 1e-7)]
        exact = [
            b + s * d * max(abs(b), span) for b in edges[1:-1] for s in (-1, 0, 1) for d in (1e-13, 5e-10)
        ]
        inside = rng.uniform(lows, highs, (3, lows.size)).ravel()
        values = np.concatenate([inside, close, exact])
        made = response.column(code, values)
        for value, column in zip(values, made, strict=True):
            np.testing.assert_allclose(column, table.build(value).normalised, rtol=0, atol=1e-9)
    assert breaks > sized(15, 50)


def other_methods():
    base = pk.Method.pii()
    yield "geometric", base.replace(aggregation="geometric", normalisation={"low": 1}), "note.response.tree"
    yield "harmonic", base.replace(aggregation="harmonic", normalisation={"low": 1}), "note.response.tree"
    yield "z-score", base.replace(normalisation="zscore"), "note.response.exact"
    yield "rank", base.replace(normalisation="rank"), "note.response.exact"
    yield "borda", pk.Method.coinr().replace(normalisation="borda"), "note.response.exact"
    yield "percentile", base.replace(normalisation="percentile_rank"), "note.response.exact"
    yield "clip", base.replace(normalisation={"clip": True}), None
    yield "mean", base.replace(imputation="mean"), "note.response.exact"
    yield (
        "group mean",
        base.replace(imputation={"rule": "group_mean", "group": "region"}),
        "note.response.exact",
    )
    yield "no limit", pk.Method.coinr().replace(treatment={"max_points": None}), None
    yield "logs", pk.Method.coinr().replace(treatment={"max_points": 0}), None
    yield (
        "both logs",
        pk.Method.coinr().replace(treatment={"max_points": 1, "transform": "log_ct_plus"}),
        None,
    )
    yield "combined", pk.Method.coinr().replace(treatment={"max_points": 1, "combine": True}), None
    yield "gii logs", pk.Method.gii().replace(treatment={"max_points": 0}), None
    yield (
        "first logs",
        pk.Method.coinr().replace(treatment={"max_points": 1, "transform": "log_ct_orig"}),
        None,
    )
    for power in (0.5, 0.2, 0.0, -0.5):
        boxcox = {"max_points": 1, "transform": "boxcox", "power": power}
        yield f"box-cox {power}", pk.Method.coinr().replace(treatment=boxcox), None
    yield "two decimals", base.replace(rank_decimals=1), None
    yield "dense ties", base.replace(rank_decimals=0, rank_ties="dense"), None
    yield "average ties", base.replace(rank_decimals=0, rank_ties="average"), None
    yield "largest ties", base.replace(rank_decimals=0, rank_ties="max"), None
    yield "principal components", base.replace(weights="pca"), "note.response.mixes"
    yield "row means", base.replace(imputation="row_mean"), "note.response.mixes"
    yield "Copeland", base.replace(aggregation={"by_parent": {"level:4": "copeland"}}), "note.response.mixes"


@pytest.mark.parametrize(
    ("label", "method", "note"), list(other_methods()), ids=lambda x: x if isinstance(x, str) else ""
)
def test_other_methods_are_right_and_say_how(label, method, note, built):
    result = built("open-2022", method)
    rng = np.random.default_rng(11)
    codes = list(result.framework.indicators)
    values = random_values(result, codes, sized(8, 25), rng, most=6)
    response = pk.respond(result, "Cần Thơ")
    outcomes = [response.evaluate(values, engine=engine) for engine in ENGINES]
    for row, one in enumerate(values):
        cells = {
            c: (np.nan if v == pk.MISSING else v) for c, v in zip(codes, one, strict=True) if not np.isnan(v)
        }
        after = pk.build_index(result.dataset.with_values({"Cần Thơ": cells}), method)
        score, place = after.scores.at["Cần Thơ", result.root], after.ranks.at["Cần Thơ", result.root]
        for outcome in outcomes:
            assert outcome.scores[row] == pytest.approx(score, abs=1e-9, nan_ok=True)
            assert outcome.ranks[row] == place or np.isnan(place)
    said = {p.key for p in response.notes}
    assert (note in said) if note else not said


@pytest.mark.parametrize("bounds", ["fixed", "pooled"])
def test_bounds_from_elsewhere(bounds, built):
    data = built("open-2022").dataset
    codes = list(data.codes)
    low, high = data.values.min(), data.values.max()
    if bounds == "fixed":
        ends = {c: {"minimum": float(low[c]) - 1, "maximum": float(high[c]) * 1.5} for c in codes}
        method, pool = pk.Method.pii().replace(normalisation={"bounds": "fixed", "by_indicator": ends}), None
    else:
        method = pk.Method.pii().replace(normalisation={"bounds": "pooled"})
        pool = [data.replace(values=data.values * 1.2)]
    result = pk.build_index(data, method, pool=pool)
    rng = np.random.default_rng(12)
    values = random_values(result, codes, sized(10, 60), rng)
    outcome = pk.respond(result, "Huế" if "Huế" in data.units else "Cần Thơ").evaluate(values)
    for row, one in enumerate(values):
        cells = {
            c: (np.nan if v == pk.MISSING else v) for c, v in zip(codes, one, strict=True) if not np.isnan(v)
        }
        after = pk.build_index(data.with_values({outcome.unit: cells}), method, pool=pool)
        assert outcome.scores[row] == pytest.approx(after.scores.at[outcome.unit, result.root], abs=1e-9)
        assert outcome.ranks[row] == after.ranks.at[outcome.unit, result.root]


def test_ties_share_the_better_rank_however_they_come_about(built):
    """Duplicated rivals and an own row equal to a rival's: the same rank as build_index, near-ties included."""
    result = built("reference")
    values = result.dataset.values.copy()
    values.loc["U06"] = values.loc["U07"] = values.loc["U08"].fillna(1.0)
    for shift in (0.0, 1e-13, 1e-9):
        twins = values.copy()
        twins.loc["U07"] = values.loc["U07"] * (1 + shift)
        made = pk.build_index(result.dataset.replace(values=twins), "pii")
        to = twins.loc["U06"].to_numpy(float)
        for engine in ENGINES:
            outcome = pk.respond(made, "U05").evaluate(to, engine=engine)
            after = pk.build_index(
                made.dataset.with_values({"U05": dict(zip(made.dataset.codes, to, strict=True))}), "pii"
            )
            assert outcome.ranks[0] == after.ranks.at["U05", made.root]


def test_groups_count_members_only(built):
    result = built("open-2022")
    cities = result.dataset.members("central_city")
    outcome = pk.respond(result, "Cần Thơ").evaluate(np.full((1, 15), np.nan), groups=["central_city"])
    scores = result.scores.loc[list(cities), result.root]
    assert outcome.group_ranks["central_city"][0] == 1 + (scores > scores["Cần Thơ"]).sum()
    outside = pk.respond(result, "An Giang").evaluate(np.full((1, 15), np.nan), groups={"cities": cities})
    assert outside.group_ranks["cities"][0] == 1 + (scores > result.scores.at["An Giang", result.root]).sum()


def test_column_and_weights_make_the_whole(built):
    """What an exact selection model relies on: change of the whole = weights x change of the column."""
    result = built("pii-2025", "gii")
    response = pk.respond(result, "Cần Thơ")
    code = result.framework.indicators[response.codes.index("3.1.1")]
    values = np.linspace(0.5, 1.2, 7)
    columns = response.column(code, values)
    assert columns.shape == (7, len(result.units))
    everyone = response.evaluate(values[:, None], [code], every_unit=True).unit_scores
    at = response.place(code)
    change = np.nan_to_num(response.weights[:, at] * (columns - result.normalised[code].to_numpy()))
    np.testing.assert_allclose(everyone, result.scores[result.root].to_numpy() + change, atol=1e-9)


def test_bad_input_is_refused_with_its_place(built):
    response = pk.respond(built("open-2022"), "can tho")
    assert response.unit == "Cần Thơ"
    with pytest.raises(InputError, match="#2"):
        response.evaluate([[1.0], [np.inf]], ["1.1"])
    with pytest.raises(InputError):
        response.evaluate([[1.0, 2.0]], ["1.1"])
    with pytest.raises(InputError):
        response.evaluate([[1.0, 2.0]], ["1.1", "1.1"])
    with pytest.raises(KeyError):
        response.evaluate([[1.0]], ["9.9"])
    with pytest.raises(KeyError):
        response.evaluate([[1.0]], ["1.1"], engine="fortran")
    with pytest.raises(KeyError):
        pk.respond(built("open-2022"), "Atlantis")


def test_codes_come_in_any_order_and_frames_bring_their_own(built):
    response = pk.respond(built("open-2022", "coinr"), "Cần Thơ")
    frame = pd.DataFrame({"7.1": [90.0, 120.0], "1.1": [70.0, 60.0]})
    one, two = response.evaluate(frame), response.evaluate(frame[["1.1", "7.1"]])
    assert one.scores.tobytes() == two.scores.tobytes()
    assert list(one.table.columns) == ["score", "rank"]
    assert "Cần Thơ" in one.summary()
    assert response.evaluate(np.empty((0, 15))).scores.size == 0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("preset", PRESETS)
def test_columns_that_treatment_would_erase(engine, preset):
    """Nearly constant columns stay untreated for some own values and not for others."""
    rng = np.random.default_rng(5)
    for _ in range(sized(4, 40)):
        n = int(rng.integers(8, 40))
        columns = {c: np.zeros(n) for c in "abc"}
        for column in columns.values():
            k = int(rng.integers(1, 7))
            column[rng.choice(n, k, replace=False)] = rng.choice([1, 1, 2, 1000.0], k)
        frame = pd.DataFrame(columns, index=[f"u{i}" for i in range(n)])
        codes = [*columns, "T"]
        tree = pk.Framework.from_frame(pd.DataFrame({"code": codes, "parent": ["T"] * 3 + [""]}))
        result = pk.build_index(pk.Dataset.from_frame(frame, framework=tree), preset)
        tried = pd.DataFrame(rng.choice([0, 0.5, 1, 2, 700, 1000.0, 4000], (12, 3)), columns=list("abc"))
        with np.errstate(all="raise"):
            out = pk.respond(result, "u0").evaluate(tried, engine=engine)
        for i, row in tried.iterrows():
            after = pk.build_index(result.dataset.with_values({"u0": dict(row)}), preset)
            assert out.scores[i] == pytest.approx(after.scores.at["u0", "T"], abs=1e-9, nan_ok=True)
            assert out.ranks[i] == pytest.approx(after.ranks.at["u0", "T"], nan_ok=True)
