"""Datasets: checked once, changed never, saved whole."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError

TREE = pk.Framework.from_frame(
    pd.DataFrame({"code": ["T", "x", "y"], "parent": ["", "T", "T"], "name_vi": ["Cả", "Ích", "Yếu"]})
)
TABLES = ("values", "provenance", "sources", "notes", "groups", "denominators")


def table(rows=(("Cần Thơ", 1.0, 2.0), ("Huế", 3.0, np.nan))):
    return pd.DataFrame([r[1:] for r in rows], index=[r[0] for r in rows], columns=["x", "y"])


def same(a, b):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(a, name), getattr(b, name))
    pd.testing.assert_frame_equal(a.framework.table, b.framework.table)
    assert (a.name, a.year, a.title_vi, dict(a.meta)) == (b.name, b.year, b.title_vi, dict(b.meta))
    assert a.fingerprint == b.fingerprint
    assert (a.printed is None) == (b.printed is None)
    if a.printed is not None:
        pd.testing.assert_frame_equal(a.printed, b.printed)


def test_faults_all_at_once():
    bad = table().astype(object)
    bad.loc["Huế", "x"] = "ba"
    bad.loc["Cần Thơ", "y"] = np.inf
    bad.index = ["Cần Thơ", "Cần Thơ"]
    bad["z"] = 1
    with pytest.raises(InputError) as caught:
        pk.Dataset.from_frame(bad, framework=TREE, file="a.csv", provenance="opne")
    keys = {p.key for p in caught.value.problems}
    assert keys == {
        "problem.dataset.number",
        "problem.dataset.repeated",
        "problem.dataset.column",
        "problem.dataset.provenance",
    }
    assert next(p for p in caught.value.problems if p.key.endswith("provenance")).suggestion == "open"


def test_a_missing_column_is_said_and_a_score_is_no_input():
    with pytest.raises(InputError, match="y"):
        pk.Dataset.from_frame(table()[["x"]], framework=TREE)
    with pytest.raises(InputError, match="T"):
        pk.Dataset.from_frame(table().assign(T=1.0), framework=TREE)


def test_gaps_have_no_provenance_and_stay_gaps():
    data = pk.Dataset.from_frame(table(), framework=TREE, provenance="open")
    assert np.isnan(data.values.loc["Huế", "y"])
    assert data.provenance.loc["Huế", "y"] == ""
    assert len(data.cells()) == 3


def test_unit_column_is_found():
    frame = table().rename_axis("province").reset_index()
    assert pk.Dataset.from_frame(frame, framework=TREE).units == ("Cần Thơ", "Huế")


def test_units_as_people_write_them():
    data = pk.Dataset.from_frame(table(), framework=TREE)
    assert data.unit("TP. CAN THO") == "Cần Thơ"
    assert data.unit("tp hue") == "Huế"
    with pytest.raises(UnknownNameError, match="Huế"):
        data.unit("Huee")


def test_with_values_changes_a_copy():
    data = pk.Dataset.from_frame(table(), framework=TREE, provenance="open")
    new = data.with_values({"can tho": {"x": 9.0, "y": float("nan")}}, note="thử")
    assert data.values.loc["Cần Thơ", "x"] == 1
    assert new.values.loc["Cần Thơ", "x"] == 9
    assert new.provenance.loc["Cần Thơ"].tolist() == ["user", ""]
    assert new.notes.loc["Cần Thơ", "x"] == "thử"
    assert data.fingerprint != new.fingerprint
    with pytest.raises(UnknownNameError):
        data.with_values({"Cần Thơ": {"T": 1.0}})


def test_groups():
    groups = pd.DataFrame({"region": ["Nam", "Trung"], "central_city": ["yes", ""]}, index=["Cần Thơ", "Huế"])
    data = pk.Dataset.from_frame(table(), framework=TREE, groups=groups)
    assert data.members("region=Nam") == ("Cần Thơ",)
    assert data.members("central_city") == data.members("central-cities") == ("Cần Thơ",)
    with pytest.raises(UnknownNameError):
        data.members("regoin")
    with pytest.raises(UnknownNameError, match="region=Nam"):
        data.members("region=Na")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=12)
NUMBER = st.one_of(st.just(float("nan")), st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
@settings(max_examples=sized(5, 12), phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(st.tuples(NUMBER, NUMBER, TEXT, st.booleans(), st.integers(-5, 5)), min_size=1, max_size=5),
    st.sampled_from(["=1+1", "+x", "-x", "@a", "\tz", "bình thường"]),
)
def test_saved_and_loaded_whole(tmp_path_factory, suffix, rows, note):
    units = [f"Tỉnh {i}" for i in range(len(rows))]
    values = pd.DataFrame([r[:2] for r in rows], index=units, columns=["x", "y"], dtype=float)
    groups = pd.DataFrame(
        {"g": [r[2] for r in rows], "b": [r[3] for r in rows], "k": [r[4] for r in rows]}, index=units
    )
    data = pk.Dataset.from_frame(
        values,
        framework=TREE,
        year=2024,
        groups=groups,
        denominators=pd.DataFrame({"population": [r[1] for r in rows]}, index=units),
        sources="báo cáo",
        notes=note,
        printed=pd.DataFrame({"unit": units, "code": "T", "kind": "score", "value": [1.5] * len(rows)}),
        name="thử",
        title_vi="Bộ thử",
        meta={"draw": 0, "list": [1, 2]},
    )
    path = tmp_path_factory.mktemp("d") / f"Sở KH&CN{suffix}"
    same(data, pk.Dataset.load(data.save(path)))


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
@pytest.mark.parametrize("name", ["open-2022", "classroom"])
def test_shipped_datasets_round_trip(tmp_path, name, suffix):
    data = pk.load_dataset(name)
    same(data, pk.Dataset.load(data.save(tmp_path / f"d{suffix}")))


def test_a_figure_changed_by_hand_in_excel_counts(tmp_path):
    from openpyxl import load_workbook

    data = pk.Dataset.from_frame(table((("Cần Thơ", 0.1 + 0.2, 1 / 3), ("Huế", 2 / 3, 1.0))), framework=TREE)
    path = data.save(tmp_path / "d.xlsx")
    assert pk.Dataset.load(path).values.loc["Cần Thơ", "x"] == 0.1 + 0.2
    book = load_workbook(path)
    book["values"]["B3"] = 5.5
    book.save(path)
    again = pk.Dataset.load(path).values
    assert again.loc["Cần Thơ", "x"] == 5.5
    assert again.loc["Huế", "x"] == 2 / 3


def test_other_files_are_refused_plainly(tmp_path):
    data = pk.Dataset.from_frame(table(), framework=TREE)
    with pytest.raises(MethodError, match="parquet"):
        data.save(tmp_path / "d.csv")
    other = tmp_path / "o.parquet"
    table().to_parquet(other)
    with pytest.raises(MethodError, match="read_workbook"):
        pk.Dataset.load(other)
    assert not list(tmp_path.glob(".*"))


def test_no_half_written_file(tmp_path, monkeypatch):
    data = pk.Dataset.from_frame(table(), framework=TREE)
    target = data.save(tmp_path / "d.xlsx")
    before = target.read_bytes()
    monkeypatch.setattr(
        "openpyxl.workbook.workbook.Workbook.save", lambda *_: (_ for _ in ()).throw(OSError("full"))
    )
    with pytest.raises(InputError, match="full"):
        data.save(target)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["d.xlsx"]
