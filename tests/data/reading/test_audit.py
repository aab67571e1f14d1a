"""The account against an independent count of the cells of a file, in every format, over cells of every odd kind."""

import random

import pytest
from odd_cells import TREE, WAYS, table
from sizes import sized

import piikit as pk


@pytest.mark.parametrize("kind", WAYS)
def test_every_cell_of_a_file_is_in_its_account(kind, tmp_path):
    """Cells counted by another program are the cells of the account, whatever they hold and whether they are read."""
    for seed in range(sized(15, 600)):
        rng = random.Random(f"{kind} {seed}")
        sheets = [table(rng) for _ in range(rng.choice((1, 1, 2)))]
        file = tmp_path / f"x.{kind}"
        held = WAYS[kind](sheets, file, rng)
        report = pk.check_file(file, framework=TREE)
        if report.grids is None:
            assert report.errors, (seed, "a file that is not opened says why")
            continue
        assert report.account["cells"].sum() == held, (seed, sheets, report.account.to_string())
        refused = report.account.loc[report.account["fate"] == "refused", "cells"].sum()
        assert not refused or report.errors, seed
