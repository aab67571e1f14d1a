"""Frameworks and datasets that ship: whole, rebuilt to the byte, and honest about what they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rebuild_processed
from scipy.stats import spearmanr

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.data.library import dataset_names, framework_names, published_scores
from piikit.data.merger import RULES
from piikit.data.paths import raw, rows
from piikit.data.provinces import unit_names

OPEN = ("open-2022", "open-2023", "open-2024")


def test_processed_is_what_raw_gives(tmp_path: Path) -> None:
    """Texts byte for byte; the draws are held against the generator in test_editions."""
    texts = rebuild_processed.files()
    assert len(texts) == 30
    assert rebuild_processed.stale(draws=0) == []
    written = rebuild_processed.build(tmp_path, draws=0)
    assert {p.relative_to(tmp_path).as_posix() for p in written} == set(texts)
    assert rebuild_processed.build(tmp_path, draws=0) == []
    (tmp_path / "open-2022" / "cells.csv").write_text("", encoding="utf-8")
    assert rebuild_processed.stale(tmp_path, draws=0) == ["open-2022/cells.csv"]


@pytest.mark.long
def test_the_check_as_a_program(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/rebuild_processed.py", "--check"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "data/processed: OK")


@pytest.mark.parametrize("name", framework_names())
def test_frameworks(name: str) -> None:
    fw = pk.load_framework(name)
    assert fw.root == {"open": "OPEN", "pii-": "PII", "tai-": "TAI", "clas": "CLASS"}[name[:4]]
    assert (fw.table["name_vi"] != "").all()
    assert (fw.table["name_en"] != "").all()
    assert (fw.table.loc[list(fw.indicators), "unit"] != "").all()
    assert (fw.table["status"] != "").all()
    if "merge_rule" in fw.table:
        rules = fw.table.loc[list(fw.indicators), "merge_rule"]
        assert set(rules.str.partition(":")[0]) <= set(RULES)


def test_the_tree_of_pii() -> None:
    fw = pk.load_framework("pii-2024")
    assert (len(fw.indicators), len(fw.at_level(2)), len(fw.at_level(3))) == (52, 18, 7)
    status = fw.table.loc[list(fw.indicators), "status"].value_counts()
    assert status.to_dict() == {"printed": 37, "unverified": 10, "plan 116": 4, "unknown": 1}
    assert fw.table.loc["2.1.1", ["scale_min", "scale_max"]].tolist() == [0.0, 10.0]


def test_editions_differ_only_as_declared() -> None:
    base = pk.load_framework("pii-2024").table
    for year in (2023, 2025):
        other = pk.load_framework(f"pii-{year}").table
        differ = (base.astype("str").fillna("") != other.astype("str").fillna("")).stack()
        cells = {(c, k) for (c, k), yes in differ.items() if yes}
        if year == 2025:
            cells = {(c, k) for c, k in cells if k not in {"agency", "agency_en", "agency_status"}}
        assert cells <= {("6.2.1", k) for k in ("unit", "unit_vi", "denominator", "scale", "merge_rule")}
    assert pk.load_framework("pii-2025").table.at["1.1.3", "agency"] == "Sở Tài chính"


@pytest.mark.parametrize(("name", "indicators"), [("open-2022", 15), ("open-2023", 12), ("open-2024", 12)])
def test_open_indices_are_real_whole_and_say_what_they_are(name: str, indicators: int) -> None:
    data = pk.load_dataset(name)
    assert data.units == unit_names(63)
    assert len(data.codes) == indicators
    assert set(np.unique(data.provenance.to_numpy().astype(str))) == {"", "open", "derived"}
    assert not data.illustrative
    there = data.values.notna()
    assert ((data.provenance != "") == there).all(axis=None)
    assert ((data.sources != "") == there).all(axis=None)
    assert "không phải PII" in data.title_vi
    assert "not PII" in data.title_en
    assert "not PII" in data.framework.title("OPEN", "en")
    assert list(data.denominators.columns) == ["population", "grdp"]
    assert data.denominators.notna().all(axis=None)


def test_real_gaps_stay_gaps() -> None:
    gaps = pk.load_dataset("open-2022").values.isna().sum()
    assert gaps[gaps > 0].to_dict() == {"1.2": 3, "3.2": 3, "3.3": 2, "5.1": 9}


def test_cautions_travel_with_the_cells() -> None:
    data = pk.load_dataset("open-2022")
    fdi = data.values["5.1"].notna()
    assert data.notes.loc[fdi, "5.1"].str.contains("Caution: unit inferred").all()
    assert (data.notes.drop(columns="5.1") == "").all(axis=None)
    assert (pk.load_dataset("open-2024").notes["7.1"] != "").all()


def test_values_against_raw() -> None:
    table = pd.read_csv(raw("open", "provinces63.csv"), encoding="utf-8")
    wide = table[table["year"] == 2022].set_index(["series", "province"])["value"]
    before = table[table["year"] == 2021].set_index(["series", "province"])["value"]
    data = pk.load_dataset("open-2022").values
    at = "Cần Thơ"
    people, head = wide["population_avg", at], wide["grdp_per_capita_current", at]
    assert data.at[at, "1.1"] == wide["pci_total", at] == 66.94
    assert data.at[at, "2.2"] == pytest.approx(wide["population_urban_avg", at] / people * 100)
    assert data.at[at, "4.2"] == pytest.approx(wide["newly_registered_enterprises", at] / people)
    assert data.at[at, "5.1"] == pytest.approx(wide["fdi_registered", at] / (people * head / 1000))
    assert data.at[at, "7.2"] == pytest.approx((head / before["grdp_per_capita_current", at] - 1) * 100)
    assert data["4.1"].sum() == pytest.approx(100)
    printed = wide["grdp_current"].dropna()
    grdp = pk.load_dataset("open-2022").denominators["grdp"]
    np.testing.assert_allclose(grdp[printed.index], printed, rtol=1e-9)


def test_open_2022_ranks_much_like_the_printed_pii_of_2023() -> None:
    data = pk.load_dataset("open-2022")
    x = (data.values - data.values.min()) / (data.values.max() - data.values.min())
    parents = data.framework.table["parent"]
    for codes in (list(data.codes), list("1234567"), ["IN", "OUT"]):
        x = x[codes].T.groupby(parents[codes]).mean().T
    printed = published_scores(2023)["rank"].dropna()
    assert len(printed) == 26
    assert spearmanr(-x.loc[printed.index, "OPEN"], printed).statistic > 0.85


def test_small_datasets() -> None:
    tai = pk.load_dataset("tai-23")
    assert tai.values.shape == (23, 8)
    assert set(np.unique(tai.provenance.to_numpy().astype(str))) == {"published"}
    classroom = pk.load_dataset("classroom")
    assert classroom.units == ("Tỉnh A", "Tỉnh B", "Tỉnh C")
    assert classroom.values.shape == (3, 4)
    assert classroom.illustrative
    assert not set(classroom.units) & {*unit_names(63), *unit_names(34)}


def test_unknown_names_suggest() -> None:
    with pytest.raises(UnknownNameError) as error:
        pk.load_dataset("open-2021")
    assert "open-2022" in error.value.suggestions
    with pytest.raises(UnknownNameError):
        pk.load_framework("pii2024x")
    with pytest.raises(MethodError, match="open-2022"):
        pk.load_dataset("open-2022", draw=1)
    with pytest.raises(UnknownNameError):
        published_scores(2019)
    assert set(OPEN) <= set(dataset_names())


@pytest.mark.parametrize(("year", "units"), [(2023, 63), (2024, 63), (2025, 34)])
def test_published_scores_use_official_names(year: int, units: int) -> None:
    table = published_scores(year)
    assert set(table.index) <= set(unit_names(units))
    assert table["pii"].dropna().between(20, 70).all()
    assert table.at["Hà Nội", "rank"] == 1


def test_merger_and_regions_name_only_known_provinces() -> None:
    for r in rows(raw("published", "merger_2025.csv")):
        assert r["old"] in unit_names(63)
        assert r["new"] in unit_names(34)


def test_package_import_stays_light(root: Path) -> None:
    code = "import sys, piikit; print(sorted({'pandas', 'numpy', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
