"""COINr's iMeta and iData, and a Vietnamese Excel's CSV of them, are read as they are, by every way in."""

import csv
import io

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.units_table import read_units

META = """iCode,iName,Parent,Level,Direction,Weight,Type,Denominator,Unit,Remark
X,Whole,NA,2,1,1,Aggregate,NA,,a
a,First,X,1,1,0.5,Indicator,POP,USD,b
b,Second,X,1,-1,1.5,Indicator,NA,Score,c
POP,People,NA,NA,NA,NA,Denominator,NA,Thousand,d
Size,Size,NA,NA,NA,NA,Group,NA,,e
Memo,Memo,NA,NA,NA,NA,Other,NA,,f
"""
DATA = """uCode,uName,Time,Size,POP,Memo,a,b
U1,Unit 1,2020,big,1200.5,x,1.5,1234.25
U2,Unit 2,2020,NA,35,y,NA,98765.5
U3,Unit 3,2020,small,7.25,,0.25,3
"""
VALUES = {"a": [1.5, None, 0.25], "b": [1234.25, 98765.5, 3.0]}


def as_vietnamese(text):
    """As Excel writes it with Vietnamese settings: semicolons and decimal commas."""
    return "\n".join(
        line.replace(".", "\0").replace(",", ";").replace("\0", ",") for line in text.splitlines()
    )


def written(folder, name, text, kind):
    path = folder / f"{name}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    if kind == "xlsx":
        book = Workbook()
        for row in csv.reader(io.StringIO(text)):
            book.active.append([float(c) if c.replace(".", "", 1).isdigit() else c or None for c in row])
        book.save(path)
    else:
        path.write_text(as_vietnamese(text) if kind == "vi" else text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("kind", ["en", "vi", "xlsx"])
def test_imeta_and_idata_are_read_as_they_are(tmp_path, kind):
    meta, data = written(tmp_path, "iMeta", META, kind), written(tmp_path, "iData", DATA, kind)
    tree = pk.Framework.from_csv(meta)
    assert tree.codes == ("X", "a", "b")
    assert tree.table["weight"].to_dict() == {"X": 1.0, "a": 0.5, "b": 1.5}
    assert tree.table["direction"].to_dict() == {"X": 1, "a": 1, "b": -1}
    assert tree.parent("X") is None
    expected = pd.DataFrame(VALUES, index=["U1", "U2", "U3"], dtype=float)
    for read in (read_units(data, tree), pk.read_workbook(data, framework=str(meta))):
        pd.testing.assert_frame_equal(read.values, expected, check_names=False)
        assert read.denominators["POP"].tolist() == [1200.5, 35.0, 7.25]
        assert read.groups["Size"].tolist() == ["big", "", "small"]
    report = pk.check_file(data, framework=str(meta))
    assert report.ok
    assert [p.key for p in report.warnings] == ["problem.units.undivided"]


@pytest.mark.parametrize("kind", ["en", "vi", "xlsx"])
def test_every_cell_of_idata_has_its_fate_and_another_sheet_is_said(tmp_path, kind):
    data = written(tmp_path, "iData", "Bộ số liệu,,,,,,,\n" + DATA, kind)
    if kind == "xlsx":
        book = load_workbook(data)
        book.create_sheet("Khác")["B2"] = "a"
        book.save(data)
    report = pk.check_file(data, framework=pk.Framework.from_csv(written(tmp_path, "iMeta", META, "en")))
    counts = dict(report.accounts[0].counts)
    assert counts == {"title": 1, "heading": 8, "name": 3, "read": 5, "gap": 1, "aside": 14}
    assert report.accounts[0].cells == sum(counts.values()) == 32
    others = [(p.key, p.sheet, p.severity) for p in report.problems if p.key.startswith("problem.form")]
    assert others == ([("problem.form.stranger", "Khác", "warning")] if kind == "xlsx" else [])


REFUSED = {
    "surplus cells": (DATA.replace("1.5,1234.25", "1.5,1234.25,7"), "I2", "problem.rows.surplus"),
    "text": (DATA.replace("0.25,3", "cao,3"), "G4", "problem.value.text"),
    "an unknown column": (DATA.replace("Memo,a,b", "Memo,a,c"), "H1", "problem.dataset.column"),
    "an aggregate": (DATA.replace("Memo,a,b", "X,a,b"), "F1", "problem.dataset.inner"),
    "a unit twice": (DATA.replace("U3,", "U2,"), "A4", "problem.form.repeated"),
    "a column twice": (DATA.replace("Memo,a,b", "Memo,b,b"), "H1", "problem.form.twice"),
    "a row without a name below": (DATA + ",,,,,,,9\n", "A5", "problem.dataset.no_unit"),
    "no name": (DATA.replace("U3,", ","), "A4", "problem.dataset.no_unit"),
    "two years": (DATA.replace("Unit 3,2020", "Unit 3,2021"), "C4", "problem.table.years"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_at_its_cell(tmp_path, what):
    text, cell, key = REFUSED[what]
    tree = pk.Framework.from_csv(written(tmp_path, "iMeta", META, "en"))
    data = written(tmp_path, "iData", text, "en")
    with pytest.raises(InputError) as error:
        read_units(data, tree)
    assert (key, cell) in {(p.key, p.cell) for p in error.value.problems}
    assert (key, cell) in {(p.key, p.cell) for p in pk.check_file(data, framework=tree).errors}


def test_trailing_commas_move_nothing_and_time_chooses(tmp_path):
    tree = pk.Framework.from_csv(written(tmp_path, "iMeta", META, "en"))
    trailing = "\n".join(line + ",," for line in DATA.splitlines())
    assert read_units(written(tmp_path, "a", trailing, "en"), tree).values["b"].tolist() == VALUES["b"]
    panel = DATA + "U1,Unit 1,2021,big,1,x,9.5,2\n"
    assert read_units(written(tmp_path, "b", panel, "en"), tree, year=2021).values["a"].to_dict() == {
        "U1": 9.5
    }


@pytest.mark.parametrize(
    ("old", "new", "cell", "key"),
    [
        ("0.5,Indicator", "hai,Indicator", "F3", "problem.framework.weight"),
        ("1,-1,1.5", "1,giảm,1.5", "E4", "problem.framework.direction"),
        ("Weight", "Weigth", None, "problem.framework.like"),
    ],
)
def test_imeta_is_refused_at_its_cell(tmp_path, old, new, cell, key):
    with pytest.raises(InputError) as error:
        pk.Framework.from_csv(written(tmp_path, "iMeta", META.replace(old, new), "en"))
    assert (key, cell) in {(p.key, p.cell) for p in error.value.problems}


def test_names_of_rows_that_r_writes_are_no_cells_beside(tmp_path):
    """``write.csv`` of R numbers the rows in a column without a heading; anything else there is asked about."""
    for name, text in (("iMeta", META), ("iData", DATA)):
        first, *lines = text.strip().split("\n")
        numbered = [f'"",{first}', *(f'"{i}",{line}' for i, line in enumerate(lines, 1))]
        (tmp_path / f"{name}.csv").write_text("\n".join(numbered), encoding="utf-8")
    tree = pk.Framework.from_csv(tmp_path / "iMeta.csv")
    expected = pd.DataFrame(VALUES, index=["U1", "U2", "U3"], dtype=float)
    for read in (
        read_units(tmp_path / "iData.csv", tree),
        pk.read_workbook(tmp_path / "iData.csv", framework=tree),
    ):
        pd.testing.assert_frame_equal(read.values, expected, check_names=False)
    odd = (tmp_path / "iMeta.csv").read_text(encoding="utf-8").replace('"2"', '"7"')
    (tmp_path / "iMeta.csv").write_text(odd, encoding="utf-8")
    with pytest.raises(InputError, match="A3"):
        pk.Framework.from_csv(tmp_path / "iMeta.csv")
