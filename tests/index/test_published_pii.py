"""Published PII figures lie inside the interval that rounding of their printed inputs spans."""

import numpy as np
import pandas as pd
import pytest
from oracles import HALF, rounding_interval

from piikit.data.paths import raw
from piikit.index.steps.normalisation import normalise


@pytest.fixture(scope="module")
def page():
    table = pd.read_csv(raw() / "published" / "indicator_values.csv", dtype=str, keep_default_na=False)
    return table[table["province"] == "Khánh Hòa"]


@pytest.mark.parametrize(("group", "recomputed"), [("1.1", 58.90), ("1.2", 58.52), ("2.1", 31.41)])
def test_khanh_hoa_groups(page, group, recomputed):
    rows = page[page["code"].str.startswith(group + ".")]
    figures = rows[["value", "national_min", "national_max"]].astype(float).to_numpy()
    intervals = [rounding_interval(*row) for row in figures]
    low, high = np.mean([i[0] for i in intervals]), np.mean([i[1] for i in intervals])
    printed = float(page.loc[page["code"] == group, "score"].iloc[0])
    assert low - HALF <= printed <= high + HALF
    middle = np.mean([float(normalise(r[:1], minimum=r[1], maximum=r[2])[0]) for r in figures])
    assert middle == pytest.approx(recomputed, abs=HALF)


def test_khanh_hoa_upper_nodes(page):
    score = {r.code: float(r.score) for r in page.itertuples() if r.kind == "score"}
    for parent, kids in {"1": ("1.1", "1.2"), "2": ("2.1", "2.2"), "PII": ("IN", "OUT")}.items():
        made = np.mean([score[k] for k in kids])
        assert abs(made - score[parent]) <= 2 * HALF + 1e-9, parent


def test_hue_2025_and_quang_tri_2023():
    y25 = pd.read_csv(raw() / "published" / "scores_2025.csv").set_index("province").loc["Huế"]
    assert abs((y25["input"] + y25["output"]) / 2 - y25["pii"]) <= 2 * HALF + 1e-9
    y23 = pd.read_csv(raw() / "published" / "scores_2023.csv").set_index("province").loc["Quảng Trị"]
    inputs = y23[["p1", "p2", "p3", "p4", "p5"]].astype(float).mean()
    assert abs(inputs - y23["input"]) <= 2 * HALF + 1e-9
    assert abs(y23[["p6", "p7"]].astype(float).mean() - y23["output"]) <= 2 * HALF + 1e-9
    assert abs((y23["input"] + y23["output"]) / 2 - y23["pii"]) <= 2 * HALF + 1e-9
    groups = np.mean([0.00, 29.87, 17.04])
    assert abs(groups - y23["p6"]) <= 2 * HALF + 1e-9


def test_a_logarithm_on_prize_winners_is_ruled_out(page):
    """With ln on 2.1.2 group 2.1 would be 39.42, far from the printed 31.36."""
    rows = page[page["code"].str.startswith("2.1.")][["value", "national_min", "national_max"]].astype(float)
    plain = [float(normalise(np.array([v]), minimum=a, maximum=b)[0]) for v, a, b in rows.to_numpy()]
    v, a, b = rows.to_numpy()[1]
    logged = float(normalise(np.log(np.array([v])), minimum=np.log(a), maximum=np.log(b))[0])
    assert np.mean([plain[0], logged, plain[2]]) == pytest.approx(39.42, abs=0.01)
