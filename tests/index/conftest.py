"""The reference set of COINr: 63 units x 52 indicators, see tests/reference/coinr/README.md."""

from pathlib import Path

import pandas as pd
import pytest

import piikit as pk

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
COINR = REFERENCE / "coinr"


@pytest.fixture(scope="session")
def tree():
    return pk.Framework.from_csv(COINR / "framework.csv")


@pytest.fixture(scope="session")
def iData():
    return pd.read_csv(COINR / "units.csv").set_index("uCode")


@pytest.fixture(scope="session")
def units(tree, iData):
    return iData[list(tree.indicators)]


@pytest.fixture(scope="session")
def reference(tree, iData, units):
    return pk.Dataset.from_frame(units, framework=tree, groups=iData[["Region_group"]])
