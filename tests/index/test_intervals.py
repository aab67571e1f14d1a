"""Intervals along the tree: they hold every truth, and each end is reached by some."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from sizes import sized

import piikit as pk
from piikit.index.intervals import shares, tighten

TREES = [
    pk.Framework.from_frame(pd.DataFrame(rows, columns=["code", "parent", "weight"]))
    for rows in (
        [("T", "", 1), ("a", "T", 1), ("b", "T", 3)],
        [("T", "", 1), ("A", "T", 1), ("B", "T", 2), ("A.1", "A", 1), ("A.2", "A", 0.5), ("A.3", "A", 0), ("B.1", "B", 1)],
        [("T", "", 1), ("x", "T", 1), ("A", "T", 1), ("A.1", "A", 1), ("A.2", "A", 1), ("A.2.1", "A.2", 2), ("A.2.2", "A.2", 1)],
    )
]  # fmt: skip

OPEN = pk.load_framework("open-2022")


def extremes(tree, low, high):
    """Least and greatest score of every code by linear programmes over all codes."""
    codes = list(tree)
    equal = np.zeros((len(tree.aggregates), len(codes)))
    for row, (node, kids) in zip(equal, shares(tree).items(), strict=True):
        row[codes.index(node)] = -1.0
        for kid, share in kids.items():
            row[codes.index(kid)] = share
    found = []
    for sign in (1.0, -1.0):
        for j in range(len(codes)):
            cost = np.zeros(len(codes))
            cost[j] = sign
            done = linprog(cost, A_eq=equal, b_eq=np.zeros(len(equal)), bounds=np.column_stack([low, high]))
            assert done.status == 0
            found.append(sign * done.fun)
    return np.reshape(found, (2, -1))


def scores_of(tree, random):
    true = dict(
        zip(tree.indicators, random.choice([0, 100, *random.uniform(0, 100, 5)], len(tree)), strict=False)
    )
    for node, kids in shares(tree).items():
        true[node] = sum(w * true[k] for k, w in kids.items())
    return np.array([true[c] for c in tree])


@pytest.mark.parametrize("seed", range(sized(15, 400)))
def test_both_ends_are_reached(seed):
    """Around a true panel, so that everything fits: just what linear programmes find."""
    random = np.random.default_rng(seed)
    tree = TREES[seed % len(TREES)]
    true = scores_of(tree, random)
    widths = random.choice([0.005, 1, 20, 100], (2, len(tree)))
    low, high = np.maximum(true - widths[0], 0), np.minimum(true + widths[1], 100)
    tight = tighten(tree, low[None], high[None])
    assert not tight.conflicts.any()
    np.testing.assert_allclose([tight.low[0], tight.high[0]], extremes(tree, low, high), atol=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_the_truth_is_never_excluded_and_units_do_not_mix(seed):
    random, tree = np.random.default_rng(seed), OPEN
    true = np.array([scores_of(tree, random) for _ in range(3)])
    told = random.random(true.shape) < random.random()
    low = np.where(told, true.round(2) - 0.005, 0.0)
    high = np.where(told, true.round(2) + 0.005, 100.0)
    tight = tighten(tree, low, high)
    assert not tight.conflicts.any()
    assert (tight.low - 1e-6 <= true).all()
    assert (tight.high + 1e-6 >= true).all()
    assert (tight.low >= low).all()
    assert (tight.high <= high).all()
    alone = tighten(tree, low[1:2], high[1:2])
    np.testing.assert_allclose([alone.low[0], alone.high[0]], [tight.low[1], tight.high[1]], atol=1e-9)


def test_a_node_that_its_parts_cannot_make_keeps_its_own():
    tree = TREES[1]
    low, high = np.zeros((2, len(tree))), np.full((2, len(tree)), 100.0)
    for code, score in {"A.1": 10.0, "A.2": 20.0, "A": 50.0}.items():
        j = tree.codes.index(code)
        low[0, j] = high[0, j] = score
    tight = tighten(tree, low, high)
    codes = np.array(tree.codes)
    assert list(codes[tight.conflicts[0]]) == ["A"]
    assert not tight.conflicts[1].any()
    a, t = tree.codes.index("A"), tree.codes.index("T")
    assert (tight.low[0, a], tight.high[0, a]) == (50, 50)
    np.testing.assert_allclose([tight.low[0, t], tight.high[0, t]], [50 / 3, 50 / 3 + 200 / 3])
    assert (low[0, t], high[0, t]) == (0, 100)  # what was given is not changed
