"""From the own page alone: exact inside the bounds, and intervals that contain the truth beyond them."""

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, MethodError
from piikit.data.reading.page.own_page import make_page
from piikit.index.page.page_result import score_page


@pytest.fixture(scope="module")
def page():
    return pk.read_page("khanh-hoa-2025")


def test_inside_the_bounds_nobody_else_moves(page):
    made = pk.what_if(page, {"2.1.1": 6.2}, rivals=pk.published_scores(2025))
    row = page.table.loc["2.1.1"]
    exact = 100 * (6.2 - row["value"]) / (row["maximum"] - row["minimum"]) * row["weight"]
    line = made.table.iloc[0]
    assert line["change_low"] <= exact <= line["change_high"]
    assert line["change_high"] - line["change_low"] < 0.05
    assert line["rivals_lose"] == line["rivals_gain"] == 0
    assert made.exact
    assert made.rank_after.worst <= made.rank_before.worst


def test_beyond_the_maximum_rivals_lose_what_the_formula_says(page):
    row = page.table.loc["1.1.2"]
    m, M, x = row["minimum"], row["maximum"], 9.5
    made = pk.what_if(page, {"1.1.2": x})
    assert made.table.at[0, "rivals_lose"] == pytest.approx(
        100 * row["weight"] * (1 - (M - m) / (x - m)), abs=0.01
    )
    assert made.table.at[0, "rivals_gain"] == 0
    assert "1.1.2" in made.summary("en")
    assert made.rank_after.best <= made.rank_before.best


def test_refusals(page):
    with pytest.raises(MethodError, match=r"1\.1\.1"):
        pk.what_if(page, {"7.2.1": 3})
    with pytest.raises(InputError):
        pk.what_if(page, {"2.1.1": "to peer median"})
    with pytest.raises(MethodError):
        pk.what_if(page)


def pages_of(result, units=None):
    """A page of every unit as a publisher would print it, unrounded, and everybody's scores."""
    framework, values = result.framework, result.dataset.values
    published = pd.DataFrame(
        {framework.root: result.scores[framework.root], "rank": result.ranks[framework.root]}
    )
    for unit in units or result.units:
        head = ["code", "name", "value", "min", "max", "score", "rank"]
        rows = [head]
        for code in framework.indicators:
            rows.append(
                [
                    code,
                    framework.title(code, "vi"),
                    values.at[unit, code],
                    values[code].min(),
                    values[code].max(),
                    None,
                    None,
                ]
            )
        root = framework.root
        rows.append(
            [
                root,
                framework.title(root, "vi"),
                None,
                None,
                None,
                result.scores.at[unit, root],
                result.ranks.at[unit, root],
            ]
        )
        yield unit, score_page(make_page(rows, unit=unit, framework=framework, year=2022), published)


def test_the_truth_lies_in_the_interval():
    """Every unit of an open edition without gaps, changes on both sides of the bounds: score and rank contained."""
    data = pk.load_dataset("open-2022")
    data = data.subset(list(data.values.dropna().index)[:16])
    result = pk.build_index(data)
    rng = np.random.default_rng(2)
    low, high = data.values.min(), data.values.max()
    ends = data.framework.limits
    exact = tried = 0
    tries = sized(2, 8)
    for unit, page in pages_of(result):
        codes = [c for c in page.covered if c in data.codes]
        assert len(codes) >= 12
        for _ in range(tries):
            chosen = list(rng.choice(codes, 3, replace=False))
            changes = {c: float(low[c] + (high[c] - low[c]) * rng.uniform(-0.4, 1.5)) for c in chosen}
            changes = {
                c: float(np.fmin(np.fmax(v, ends["min"][c]), ends["max"][c])) for c, v in changes.items()
            }
            made = pk.what_if(page, changes)
            after = pk.build_index(data.with_values({unit: changes}))
            score, rank = after.scores.at[unit, result.root], after.ranks.at[unit, result.root]
            assert made.after[0] - 1e-6 <= score <= made.after[1] + 1e-6
            assert made.rank_after.best <= rank <= made.rank_after.worst

            tried += 1
            exact += made.exact
            if made.exact:
                assert made.after[1] - made.after[0] < 0.02
    assert tried == tries * len(result.units)
    assert exact > 0.5 * tried


def test_who_holds_the_maximum_is_told_what_figure_is_needed():
    data = pk.load_dataset("open-2022")
    result = pk.build_index(data.subset(list(data.values.dropna().index)))
    holder = str(result.dataset.values["2.1"].idxmax())
    ((_, page),) = pages_of(result, [holder])
    top = float(result.dataset.values["2.1"].max())
    made = pk.what_if(page, {"2.1": top * 0.97})
    assert made.table.at[0, "needs"] == "maximum"
    assert not made.exact
    assert "second largest" in made.summary("en")
    after = pk.build_index(result.dataset.with_values({holder: {"2.1": top * 0.97}}))
    assert made.after[0] - 1e-6 <= after.scores.at[holder, result.root] <= made.after[1] + 1e-6
