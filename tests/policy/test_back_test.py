"""Ranges of ranks beside the years that came: on the open data, and on panels whose law is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from back_test import YEARS, open_year, table
from sizes import sized

import piikit as pk
from piikit.data.library import open_index_names
from piikit.index.engine import compute
from piikit.policy.chance.back_test import back_test
from piikit.policy.chance.futures import Drawing, draw_futures
from piikit.policy.choose.question import ask
from piikit.policy.effort.past_moves import PastMoves

from .instances import tree

MANUAL = (Path(pk.__file__).parents[1] / "docs" / "interventions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", ["trend", "repeat", "drift"])
def test_nine_in_ten_ranges_hold_on_every_pair_of_open_years(model):
    chain = [open_year(y) for y in YEARS] if sized(0, 1) else [pk.load_dataset(n) for n in open_index_names()]
    found = back_test(chain, model, draws=sized(20, 500))
    assert found.cases == 63 * sized(2, 6)
    assert 0.8 <= found.share <= 0.95
    if model != "drift":
        early = found.table[found.table["basis"] == "earlier"]
        assert len(early) == sized(1, 3)
        assert 0.8 <= early["held"].sum() / early["provinces"].sum() <= sized(1, 0.95)


def test_standing_still_is_refuted():
    found = back_test([pk.load_dataset(n) for n in open_index_names()], "frozen")
    assert found.share < 0.1
    assert found.table["moved"].mean() > 7


def test_nothing_to_test_on():
    assert back_test([pk.load_dataset("open-2022")], "repeat") is None
    assert back_test([pk.load_dataset("open-2022"), pk.load_dataset("open-2024")], "repeat") is None
    alone = back_test([pk.load_dataset("open-2022"), pk.load_dataset("open-2023")], "repeat", draws=8)
    assert alone.table["basis"].tolist() == ["same"]


def panel(seed, years=4, units=60):
    """Levels with luck in them: a lasting part, and a part drawn anew each year."""
    rng = np.random.default_rng(seed)
    lasting = rng.normal(50, 10, (units, 5))
    for year in range(2010, 2010 + years):
        lasting = lasting + rng.normal(0.5, 1.5, lasting.shape)
        values = lasting + rng.normal(0, 4, lasting.shape)
        codes = [f"I{j}" for j in range(5)]
        frame = pd.DataFrame(values, index=[f"U{i}" for i in range(units)], columns=codes)
        yield pk.Dataset.from_frame(frame, framework=tree(codes, 2), year=year)


def test_the_range_holds_where_the_law_is_known():
    """Out of sample, for a law that regresses to the mean; a blind drift of the same size would be too wide."""
    shares = [back_test(list(panel(s)), "repeat", draws=sized(20, 60)).table for s in range(sized(2, 40))]
    late = pd.concat([t[t["basis"] == "earlier"] for t in shares])
    assert 0.86 <= late["held"].sum() / late["provinces"].sum() <= 0.97


def test_moves_are_expected_from_the_level_and_the_rest_is_resampled():
    rng = np.random.default_rng(1)
    starts = rng.normal(0, 10, (3, 400, 1))
    noise = rng.normal(0, 1, starts.shape)
    moves = PastMoves.of(starts, 2.0 - 0.3 * starts + noise)
    assert moves.slopes[0] == pytest.approx(-0.3, abs=0.01)
    assert moves.common[0] == pytest.approx(2.0, abs=0.3)
    now = rng.normal(0, 10, (400, 1))
    drawn = moves.draw("repeat", now, 1.0, 200, rng)[:, :, 0] - now[:, 0]
    expected = moves.common[0] - 0.3 * (now[:, 0] - now.mean())
    assert drawn.mean(axis=0) == pytest.approx(expected, abs=0.6)
    assert drawn.std(axis=0).mean() == pytest.approx(noise.std() * np.sqrt(1 + 1 / 3), rel=0.05)
    blind = PastMoves.of(starts * np.nan, starts * np.nan)
    assert blind.blind.all()
    assert blind.draw("repeat", now, 1.0, 50, rng).std(axis=0).min() > 0


def test_doing_nothing_predicts_no_fall():
    """Of all provinces, none of which acts, about as many fall as rise."""
    result = pk.build_index(pk.load_dataset("open-2022"))
    question = ask(result, "Cần Thơ", pk.ActionSet.of([pk.Action("a", cost=1)]))
    now = result.ranks["OPEN"].to_numpy(float)
    for rivals in ("trend", "repeat", "drift"):
        panels = draw_futures(question, (), sized(15, 80), Drawing(rivals), rng=1).panels
        made = [compute(result.plan, x).scores[:, result.plan.nodes[-1].at] for x in panels]
        fell = np.median([result.method.ranking.of(scores) for scores in made], axis=0) - now
        assert abs(fell.mean()) < 1
        assert 0.25 < (fell > 0).mean() < 0.75


@pytest.mark.long
def test_the_table_of_the_manual_is_the_one_of_the_script():
    for line in table():
        assert line in MANUAL
