"""One definition of rank: every form gives what counting gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

import piikit as pk
from piikit.index.ranks import Ranking

TIES = ("min", "max", "average", "dense")
SCORE = st.one_of(st.floats(0, 100), st.sampled_from([1.0, 1.04, 1.06, 2.5, 3.5, 1e-11, -0.0, np.nan]))
TABLE = arrays(float, st.tuples(st.integers(1, 7), st.integers(1, 6)), elements=SCORE)
RANKING = st.builds(Ranking, st.sampled_from([0, 1, 2, 10]), st.sampled_from(TIES))


def counted(scores, ranking):
    """Ranks of a vector by scipy's own function, on rounded scores, gaps left out."""
    out, there = np.full(scores.shape, np.nan), ~np.isnan(scores)
    out[there] = rankdata(-np.round(scores[there], ranking.decimals), method=ranking.ties)
    return out


@given(TABLE, RANKING)
def test_every_form_equals_the_vector(table, ranking):
    """Scenarios are rows, units are columns; the table form ranks down columns."""
    each = np.array([ranking.of(row) for row in table])
    np.testing.assert_array_equal(each, [counted(row, ranking) for row in table])
    np.testing.assert_array_equal(ranking.of(table.T).T, each)
    for at in range(table.shape[1]):
        np.testing.assert_array_equal(ranking.own(table, at), each[:, at])
        np.testing.assert_array_equal(ranking.own(table[0], at), each[0, at])


@given(TABLE, RANKING, st.integers(0, 2**6 - 1))
def test_among_some_equals_ranking_them_alone(table, ranking, bits):
    among = np.array([bits >> k & 1 == 1 for k in range(table.shape[1])])
    for at in range(table.shape[1]):
        kept = among | (np.arange(table.shape[1]) == at)
        alone = [counted(np.where(kept, row, np.nan), ranking)[at] for row in table]
        np.testing.assert_array_equal(ranking.own(table, at, among), alone)


@given(TABLE, RANKING.filter(lambda r: r.ties != "dense"))
def test_counts_are_enough_where_a_tie_is_a_tie(table, ranking):
    for at in range(table.shape[1]):
        ahead = ranking.ahead(table, at).sum(axis=1)
        rounded = np.round(table, ranking.decimals)
        tied = (rounded == rounded[:, [at]]).sum(axis=1) - 1
        there = ~np.isnan(table[:, at])
        np.testing.assert_array_equal(ranking.place(ahead, tied)[there], ranking.own(table, at)[there])


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [1, 1, 3]), ("max", [2, 2, 3]), ("average", [1.5, 1.5, 3]), ("dense", [1, 1, 2])],
)
def test_ties_by_name(ties, expected):
    assert Ranking(ties=ties).of(np.array([3.0, 3, 1])).tolist() == expected
    assert Ranking(0, ties).of(np.array([3.1, 2.9, 1])).tolist() == expected


def test_a_diagnosis_ranks_as_its_index_does():
    method = pk.Method.pii().replace(rank_ties="max", rank_decimals=0)
    result = pk.build_index(pk.load_dataset("open-2022"), method)
    diagnosis = pk.diagnose(result, "Cần Thơ")
    inner = list(diagnosis.nodes.index)
    np.testing.assert_array_equal(diagnosis.nodes["rank"], result.ranks.loc["Cần Thơ", inner])
