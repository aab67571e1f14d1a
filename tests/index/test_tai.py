"""The OECD/JRC Handbook's Technology Achievement Index: tables 15, 22-23 and 38."""

import numpy as np
import pandas as pd
import pytest
from oracles import TABLE_15, goalpost_method

import piikit as pk
from piikit.index.ranks import Ranking
from piikit.index.steps.normalisation import normalise

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


@pytest.mark.parametrize(("column", "method", "options", "scale"), TABLE_15, ids=[c[0] for c in TABLE_15])
def test_table_15(raw, table15, column, method, options, scale):
    made = normalise(raw["schooling"].to_numpy(float), method, **options) * scale
    half = 0.05 if column == "percentile" else 0.005
    assert np.abs(made - table15[column].to_numpy(float)).max() <= half + 1e-9


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
    assert Ranking(3).of(scores)[:4].tolist() == [1, 1, 1, 4]
    assert Ranking(10).of(scores)[:4].tolist() == [1, 2, 3, 4]
    assert np.isnan(Ranking().of(scores)[4])
