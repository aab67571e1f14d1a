"""Least effort: its rank is that of the index built again, by the method's ties and on its rounded scores."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import MethodError

UNIT, CODES = "Cần Thơ", ["2.1", "6.2", "7.1"]


@pytest.fixture(scope="module")
def data():
    return pk.load_dataset("open-2022")


@pytest.fixture(scope="module")
def reference():
    return pk.reference_class()


def index(data, **ranking):
    return pk.build_index(data, pk.Method.pii().replace(**ranking))


def rebuilt(result, found):
    """Own rank with the raw values that were found, from the index built again."""
    cells = dict(zip(found.table["code"], found.table["after"], strict=True))
    return pk.build_index(result.dataset.with_values({UNIT: cells}), result.method).ranks.at[UNIT, "OPEN"]


@pytest.mark.parametrize("rank", [5, 7, 8])
def test_ties_and_decimals_are_the_methods_own(rank, data, reference):
    """Whole points and ties that take the worse rank: 7th was said where the index built again says 8th."""
    result = index(data, rank_ties="max", rank_decimals=0)
    found = pk.least_effort(result, UNIT, rank, codes=CODES, reference=reference)
    assert found.rank_after == rebuilt(result, found)
    assert found.reached
    assert found.proved
    assert found.rank_after <= rank


@pytest.mark.parametrize(
    ("ties", "decimals"), [("max", 0), ("min", 0), ("average", 0), ("max", 1), ("min", 2), ("max", 10)]
)
def test_no_other_choice_of_levels_is_cheaper(ties, decimals, data, reference):
    result = index(data, rank_ties=ties, rank_decimals=decimals)
    base = result.dataset.values.loc[UNIT, CODES].to_numpy(float)
    steps = [np.linspace(0, 3 * reference.limit(c), 4) for c in CODES]
    grid = np.array(list(product(*steps)))
    every = pk.respond(result, UNIT).evaluate(base + grid, CODES, every_unit=True).unit_scores
    own = result.units.index(UNIT)
    ranks = pd.DataFrame(np.round(every, decimals)).rank(axis=1, ascending=False, method=ties)[own].to_numpy()
    effort = (grid / [reference.typical(c) for c in CODES]).sum(axis=1)
    for rank in (6, 8):
        found = pk.least_effort(result, UNIT, rank, codes=CODES, levels=4, rounds=1, reference=reference)
        assert found.proved
        assert found.effort == pytest.approx(effort[ranks <= rank].min())
        assert found.best_rank == np.ceil(ranks.min())
        assert found.rank_after == rebuilt(result, found)


def test_methods_without_a_programme_are_refused(data):
    for method in ({"rank_ties": "dense"}, {"aggregation": "geometric", "normalisation": {"low": 1.0}}):
        with pytest.raises(MethodError, match="least_effort"):
            pk.least_effort(index(data, **method), UNIT, 7)
