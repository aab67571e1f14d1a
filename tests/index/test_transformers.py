"""The scikit-learn faces of treatment and normalisation."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from piikit.index.own_functions import BUILT_IN
from piikit.index.steps.normalisation import normalise
from piikit.index.steps.treatment import Treatment, treat
from piikit.index.transformers import Normaliser, OutlierTreatment

ESTIMATORS = [
    Normaliser(),
    Normaliser("zscore"),
    Normaliser("rank"),
    Normaliser("percentile_rank"),
    OutlierTreatment(),
    OutlierTreatment(max_points=1, then="log_ct_orig"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", ["minmax", "zscore", "rank", "borda", "percentile_rank", "distance_to_max"])
def test_normaliser_equals_the_pure_function(units, name):
    x = units.to_numpy(float)
    signs = np.where(np.arange(x.shape[1]) % 3 == 0, -1, 1)
    made = Normaliser(name, directions=signs).fit_transform(x)
    for j, sign in enumerate(signs):
        np.testing.assert_allclose(made[:, j], normalise(x[:, j], name, direction=int(sign)), rtol=1e-13)


def test_treatment_equals_the_pure_function_on_its_own_rows(units):
    x = units.to_numpy(float)
    for points in (1, 5):
        made = OutlierTreatment(max_points=points).fit_transform(x)
        for j in range(x.shape[1]):
            np.testing.assert_allclose(
                made[:, j], treat(x[:, j], Treatment(max_points=points)).values, rtol=1e-12
            )


def test_pipeline_learns_once():
    rng = np.random.default_rng(3)
    train = np.exp(rng.normal(0, 1.4, (60, 3)))
    pipe = make_pipeline(OutlierTreatment(), Normaliser()).fit(train)
    inside = pipe.transform(train)
    assert inside.min() == 0
    assert inside.max() == pytest.approx(100)
    beyond = pipe.transform(np.full((1, 3), 1e6))
    assert beyond == pytest.approx(np.full((1, 3), 100.0))


def test_bad_directions_are_refused():
    with pytest.raises(ValueError, match="1 or -1"):
        Normaliser(directions=[1, 2]).fit(pd.DataFrame({"a": [1.0, 2], "b": [1.0, 3]}))


def test_every_normaliser_name_is_known_to_the_transformer():
    for name in set(BUILT_IN["normalisation"]) - {
        "scaled",
        "goalposts",
        "distance_to_reference",
        "distance_to_target",
    }:
        assert Normaliser(name).fit_transform(np.array([[1.0], [2.0], [4.0]])).shape == (3, 1)
