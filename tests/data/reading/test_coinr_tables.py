"""COINr's iMeta, and a Vietnamese Excel's CSV of it, are read as they are."""

import csv
import io

import pytest
from openpyxl import Workbook

import piikit as pk
from piikit.base.errors import InputError

META = """iCode,iName,Parent,Level,Direction,Weight,Type,Denominator,Unit,Remark
X,Whole,NA,2,1,1,Aggregate,NA,,a
a,First,X,1,1,0.5,Indicator,POP,USD,b
b,Second,X,1,-1,1.5,Indicator,NA,Score,c
POP,People,NA,NA,NA,NA,Denominator,NA,Thousand,d
Size,Size,NA,NA,NA,NA,Group,NA,,e
Memo,Memo,NA,NA,NA,NA,Other,NA,,f
"""


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
def test_imeta_is_read_as_it_is(tmp_path, kind):
    tree = pk.Framework.from_csv(written(tmp_path, "iMeta", META, kind))
    assert tree.codes == ("X", "a", "b")
    assert tree.table["weight"].to_dict() == {"X": 1.0, "a": 0.5, "b": 1.5}
    assert tree.table["direction"].to_dict() == {"X": 1, "a": 1, "b": -1}
    assert tree.parent("X") is None


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
