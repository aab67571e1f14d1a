"""A saved dataset is checked as any input: what was done to it by hand is read as the user's, or refused at its cell."""

from functools import cache

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

import piikit as pk
from piikit.base.errors import InputError


@cache
def data():
    return pk.load_dataset("open-2022").subset(("Cần Thơ", "Hà Nội", "An Giang"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return data().save(tmp_path_factory.mktemp("saved") / "goc.xlsx")


def done(saved, tmp_path, change):
    book = load_workbook(saved)
    change(book)
    book.save(tmp_path / "sua.xlsx")
    return tmp_path / "sua.xlsx"


def cell(sheet, at, value):
    return lambda book: book[sheet].__setitem__(at, value)


CHANGES = {
    "a row deleted": (lambda b: b["values"].delete_rows(4), "problem.saved.row", ("values", None)),
    "a row of notes deleted": (lambda b: b["notes"].delete_rows(4), "problem.saved.row", ("notes", None)),
    "a sheet deleted": (lambda b: b.remove(b["sources"]), "problem.saved.sheet", (None, None)),
    "a column deleted": (lambda b: b["values"].delete_cols(3), "problem.dataset.missing", ("values", None)),
    "a province twice": (cell("values", "A4", "Cần Thơ"), "problem.dataset.repeated", ("values", "A4")),
    "no province": (cell("values", "A4", "Hà Nộii"), "problem.table.unit", ("values", "A4")),
    "beyond its limits": (cell("values", "C3", 99999), "problem.value.range", ("values", "C3")),
    "text": (cell("values", "C3", "cao"), "problem.value.text", ("values", "C3")),
    "a formula": (cell("values", "C3", "=1+1"), "problem.value.uncached", ("values", "C3")),
    "the last cell": (cell("notes", "XFD1048576", 1), "problem.saved.beside", ("notes", "XFD1048576")),
    "another kind": (cell("groups", "B2", "real"), "problem.saved.kind", ("groups", "B2")),
    "a broken head": (cell("piikit", "B3", "{"), "problem.saved.head", ("piikit", "B3")),
    "a circle": (cell("framework", "B3", "1.1"), "problem.framework.cycle", ("framework", "B3")),
    "a weight": (cell("framework", "D4", "hai"), "problem.value.text", ("framework", "D4")),
    "another provenance": (cell("provenance", "C3", "offical"), "problem.dataset.provenance", ("provenance", "C3")),
    "a denominator": (cell("denominators", "B3", -1), "problem.denominator.value", ("denominators", "B3")),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_cannot_be_is_refused_at_its_cell_by_every_reader(saved, tmp_path, what):
    change, key, place = CHANGES[what]
    path = done(saved, tmp_path, change)
    for read in (pk.Dataset.load, pk.read_workbook):
        with pytest.raises(InputError) as error:
            read(path)
        assert (key, *place) in {(p.key, p.sheet, p.cell) for p in error.value.problems}
    assert (key, *place) in {(p.key, p.sheet, p.cell) for p in pk.check_file(path).errors}


@pytest.mark.parametrize("value", [33.5, "33,5"])
def test_a_cell_changed_by_hand_counts_and_is_the_users(saved, tmp_path, value):
    for read in (pk.Dataset.load, pk.read_workbook):
        now = read(done(saved, tmp_path, cell("values", "C3", value)))
        unit, code = now.units[0], now.codes[1]
        told = [t.at[unit, code] for t in (now.values, now.provenance, now.sources)]
        assert told == [33.5, "user", "sua.xlsx"]
        assert now.name == "open-2022-edited"
        assert now.title_en == data().title_en + " (1 cells changed)"
        differs = now.provenance != data().provenance
        assert int(differs.sum().sum()) <= 1


def test_rows_in_another_order_are_the_same_data(saved, tmp_path):
    def swap(book):
        for sheet in ("values", "provenance"):
            rows = [[c.value for c in row] for row in book[sheet].iter_rows(min_row=3, max_row=4)]
            for at, row in zip((4, 3), rows, strict=True):
                for column, held in enumerate(row, start=1):
                    book[sheet].cell(row=at, column=column).value = held

    now = pk.Dataset.load(done(saved, tmp_path, swap))
    assert now.name == "open-2022"
    assert now.subset(data().units).fingerprint == data().fingerprint


def test_a_parquet_file_is_checked_too(tmp_path):
    wild = data().with_values({"Cần Thơ": {data().codes[1]: 99999}}).save(tmp_path / "x.parquet")
    with pytest.raises(InputError) as error:
        pk.Dataset.load(wild)
    assert [(p.key, p.sheet, p.unit) for p in error.value.problems] == [
        ("problem.value.range", "values", "Cần Thơ")
    ]
    wild.write_bytes(wild.read_bytes()[:500])
    with pytest.raises(InputError, match=r"x\.parquet"):
        pk.Dataset.load(wild)
    path = data().save(tmp_path / "y.parquet")
    pq.write_table(pq.read_table(path).drop_columns("sources"), path)
    with pytest.raises(InputError, match="sources"):
        pk.Dataset.load(path)
