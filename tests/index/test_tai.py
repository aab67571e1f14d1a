"""The OECD/JRC Handbook's Technology Achievement Index: tables 15, 22-23 and 38."""

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.index.normalisation import normalise
from piikit.index.ranks import rank

from .conftest import REFERENCE

TAI = REFERENCE / "tai"


@pytest.fixture(scope="module")
def raw():
    return pd.read_csv(TAI / "tai23_raw.csv").set_index("country")


@pytest.fixture(scope="module")
def table15():
    return pd.read_csv(TAI / "table15_schooling_normalisations.csv").set_index("country")


def tai_tree(raw):
    rows = [{"code": "TAI", "parent": ""}, *({"code": c, "parent": "TAI"} for c in raw.columns)]
    return pk.Framework.from_frame(pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("column", "method", "scale"),
    [
        ("zscore", "zscore", 1.0),
        ("minmax", "distance_to_max", 1.0),
        ("ratio_to_best", "fraction_of_max", 1.0),
        ("rank_high_is_top", "rank", 1.0),
    ],
)
def test_table_15(raw, table15, column, method, scale):
    made = normalise(raw["schooling"].to_numpy(float), method)
    assert np.abs(made * scale - table15[column].to_numpy(float)).max() < 0.00501


def test_table_15_percentile(raw, table15):
    ranks = normalise(raw["schooling"].to_numpy(float), "rank")
    assert np.abs(100 * ranks / 23 - table15["percentile"].to_numpy(float)).max() < 0.051


def goalpost_method():
    posts = pd.read_csv(TAI / "goalposts_hdr2001.csv").set_index("indicator")
    by = {c: {"method": "goalposts", "lower": r["min"], "upper": r["max"]} for c, r in posts.iterrows()}
    return pk.Method.pii().replace(normalisation={"by_indicator": by})


def test_tables_22_23_equal_weights(raw):
    """The printed equal-weight ranks need HDR 2001's goalposts, not the range of the 23 countries."""
    data = pk.Dataset.from_frame(raw, framework=tai_tree(raw))
    printed = pd.read_csv(TAI / "table23_ranks_by_weighting.csv").set_index("country")["EW"]
    by_goalposts = pk.build_index(data, goalpost_method()).ranks["TAI"]
    assert (by_goalposts[printed.index] == printed).all()
    by_range = pk.build_index(data, pk.Method.pii()).ranks["TAI"]
    assert not (by_range[printed.index] == printed).all()


def test_table_38_geometric(raw):
    """Printed ranks of the geometric mean come from raw values with telephones and electricity in logs."""
    printed = pd.read_csv(TAI / "table38_ranks_by_aggregation.csv").set_index("country")["GME"]
    method = pk.Method.pii().replace(normalisation="none", aggregation="geometric")
    made = pk.build_index(pk.Dataset.from_frame(raw, framework=tai_tree(raw)), method).ranks["TAI"]
    assert (made[printed.index] == printed).all()


def test_shipped_dataset_gives_the_same(raw):
    data = pk.load_dataset("tai-23")
    ours = pk.build_index(data, pk.Method.pii()).scores
    assert len(ours) == 23
    theirs = pk.build_index(pk.Dataset.from_frame(raw, framework=tai_tree(raw)), pk.Method.pii()).scores[
        "TAI"
    ]
    np.testing.assert_allclose(np.sort(ours[data.framework.root]), np.sort(theirs), rtol=1e-12)


def test_rank_on_printed_decimals():
    """UNDP ranks the rounded figure: units that print alike tie, and the unrounded order does not count."""
    scores = np.array([0.70349, 0.70341, 0.70260, 0.70190, np.nan])
    assert rank(scores, decimals=3)[:4].tolist() == [1, 1, 1, 4]
    assert rank(scores, decimals=10)[:4].tolist() == [1, 2, 3, 4]
    assert np.isnan(rank(scores)[4])
    assert rank(np.array([3.0, 3, 1]), ties="average").tolist() == [1.5, 1.5, 3]
    assert rank(np.array([3.0, 3, 1]), ties="dense").tolist() == [1, 1, 2]
    assert rank(np.array([3.0, 3, 1]), ties="max").tolist() == [2, 2, 3]
