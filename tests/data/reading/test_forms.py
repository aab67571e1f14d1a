"""A form that somebody filled: each edit is read as the user's or refused at its cell, and nothing else changes."""

import json
import random
from functools import cache

import pytest
from openpyxl import load_workbook
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError

PLACES = {"values": (7, 4), "denominators": (6, 5), "framework": (6, 5)}
SHEETS = {"values": "Số liệu", "denominators": "Mẫu số", "framework": "Khung chỉ số", "sources": "Nguồn"}


@cache
def data():
    """Three provinces of the open index, with their denominators and region."""
    return pk.load_dataset("open-2022").subset(("Cần Thơ", "Hà Nội", "An Giang"))


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    return pk.write_template(tmp_path_factory.mktemp("forms") / "mau.xlsx", data=data(), lang="vi")


def edited(blank, tmp_path, *edits):
    """The form with cells set: (sheet, cell, value)."""
    book = load_workbook(blank)
    for sheet, cell, value in edits:
        book[SHEETS.get(sheet, sheet)][cell].value = value
    path = tmp_path / "sua.xlsx"
    book.save(path)
    return path


def keys(book, role):
    """Column letter by key, and the first row of the body."""
    first, at = PLACES[role]
    row = book[SHEETS[role]][at]
    return {str(c.value): c.column_letter for c in row if c.value}, first


def refused(path):
    report = pk.check_file(path)
    with pytest.raises(InputError):
        pk.read_workbook(path)
    return {(p.sheet, p.cell): p.key for p in report.errors}


FRAMEWORK = [
    ("weight", "hai", "problem.framework.weight"),
    ("weight", -1, "problem.framework.weight"),
    ("weight", "1.250", "problem.framework.weight"),
    ("weight", None, "problem.framework.no_weight"),
    ("weight", "=1+1", "problem.value.uncached"),
    ("direction", "giảm", "problem.framework.direction"),
    ("direction", None, "problem.framework.direction"),
    ("parent", "Z9", "problem.framework.orphan"),
    ("code", None, "problem.framework.blank"),
    ("scale_max", "cao", "problem.value.text"),
]


@pytest.mark.parametrize(("column", "value", "key"), FRAMEWORK)
def test_the_framework_of_a_form_is_refused_at_its_cell(blank, tmp_path, column, value, key):
    at, _ = keys(load_workbook(blank), "framework")
    sheet = load_workbook(blank)[SHEETS["framework"]]
    row = next(r for r in range(6, 60) if sheet[f"{at['code']}{r}"].value == "1.1")
    found = refused(edited(blank, tmp_path, ("framework", f"{at[column]}{row}", value)))
    assert found[SHEETS["framework"], f"{at[column]}{row}"] == key


def test_all_faults_of_the_framework_are_told_at_once_and_none_is_replaced(blank, tmp_path):
    at, first = keys(load_workbook(blank), "framework")
    edits = [
        ("framework", f"{at['weight']}{first + 4}", "hai"),
        ("framework", f"{at['direction']}{first + 5}", 7),
    ]
    assert {cell for _, cell in refused(edited(blank, tmp_path, *edits))} == {c for _, c, _ in edits}


def test_a_weight_with_a_decimal_comma_counts(blank, tmp_path):
    at, _ = keys(load_workbook(blank), "framework")
    sheet = load_workbook(blank)[SHEETS["framework"]]
    row = next(r for r in range(6, 60) if sheet[f"{at['code']}{r}"].value == "1.1")
    read = pk.read_workbook(edited(blank, tmp_path, ("framework", f"{at['weight']}{row}", "0,5")))
    assert read.framework.table.at["1.1", "weight"] == 0.5
    assert read.framework.name == "open-2022-edited"
    assert read.framework.replace(weight={"1.1": 1.0}).fingerprint == data().framework.fingerprint


@pytest.mark.parametrize("value", ["1,2 triệu", 0, -5, "nhiều", "12%", "5 tỷ đồng"])
def test_denominators_are_refused_at_their_cell(blank, tmp_path, value):
    at, first = keys(load_workbook(blank), "denominators")
    cell = f"{at['population']}{first}"
    assert (SHEETS["denominators"], cell) in refused(edited(blank, tmp_path, ("denominators", cell, value)))


def test_a_province_twice_among_the_denominators(blank, tmp_path):
    path = edited(blank, tmp_path, ("denominators", "A8", "TP Cần Thơ"))
    assert refused(path)["Mẫu số", "A8"] == "problem.form.repeated"


@pytest.mark.parametrize(
    ("role", "name"), [("denominators", "Mẫu soo"), ("framework", "Khung"), ("values", "So lieeu")]
)
def test_a_sheet_of_another_name_is_asked_about(blank, tmp_path, role, name):
    book = load_workbook(blank)
    book[SHEETS[role]].title = name
    book.save(tmp_path / "x.xlsx")
    report = pk.check_file(tmp_path / "x.xlsx")
    said = [p for p in report.errors if p.key == "problem.form.sheet"]
    assert [p.suggestion for p in said] == [name]
    del book[name]
    book.save(tmp_path / "x.xlsx")
    assert [p.key for p in pk.check_file(tmp_path / "x.xlsx").errors][:1] == ["problem.form.sheet"]


def test_a_strange_sheet_and_a_cell_beside_are_said(blank, tmp_path):
    book = load_workbook(blank)
    book.create_sheet("Nháp")["A1"] = "ghi tạm"
    book["Mẫu số"]["H7"] = 5
    book.save(tmp_path / "x.xlsx")
    report = pk.check_file(tmp_path / "x.xlsx")
    assert [(p.key, p.sheet) for p in report.warnings if p.key.startswith("problem.form")] == [
        ("problem.form.stranger", "Nháp")
    ]
    assert [(p.key, p.cell) for p in report.errors] == [("problem.form.beside", "H7")]


def test_a_changed_cell_is_the_users(blank, tmp_path):
    at, first = keys(load_workbook(blank), "values")
    path = edited(
        blank, tmp_path, ("values", f"{at['2.1']}{first}", 6.5), ("values", f"{at['2.2']}{first + 1}", None)
    )
    read, was = pk.read_workbook(path), data()
    assert read.values.at["Cần Thơ", "2.1"] == 6.5
    assert read.provenance.at["Cần Thơ", "2.1"] == "user"
    assert read.sources.at["Cần Thơ", "2.1"] == "sua.xlsx"
    assert read.provenance.at["Hà Nội", "2.2"] == ""
    assert read.provenance.at["Hà Nội", "2.1"] == was.provenance.at["Hà Nội", "2.1"] == "open"
    assert (read.name, read.title_vi) == ("open-2022-edited", was.title_vi + " (đã sửa 2 ô)")
    assert "problem.form.changed" in {p.key for p in pk.check_file(path).warnings}
    kept = pk.read_workbook(blank)
    assert kept.fingerprint == was.fingerprint
    assert kept.title_en == was.title_en


def test_what_the_user_says_of_a_changed_cell_holds(blank, tmp_path):
    at, first = keys(load_workbook(blank), "values")
    row = next(r for r in range(6, 400) if load_workbook(blank)[SHEETS["sources"]][f"A{r}"].value is None)
    said = zip("ABCDE", ("2.1", "TP Cần Thơ", "published", "Niên giám 2023", "tr. 5"), strict=True)
    edits = [("sources", f"{c}{row}", v) for c, v in said]
    read = pk.read_workbook(edited(blank, tmp_path, ("values", f"{at['2.1']}{first}", 6.5), *edits))
    told = [t.at["Cần Thơ", "2.1"] for t in (read.provenance, read.sources, read.notes)]
    assert told == ["published", "Niên giám 2023", "tr. 5"]


KINDS = ["figure", "comma", "text", "blank", "huge", "same", "denominator", "weight", "parent"]


def edit(draw, at, was):
    """A random edit of one cell: (sheet, cell, value), the code or name that it concerns, and what must come of it."""
    kind, row, code = draw.choice(KINDS), draw.randrange(3), draw.choice(was.codes)
    unit = was.units[row]
    where = f"{at['values'][code]}{7 + row}"
    now = was.values.at[unit, code]
    if kind in ("figure", "comma"):
        low, high = (draw.uniform(0.1, 0.9), was.framework.limits.loc[code])
        value = round(low, 2) if high.isna().all() else round(float(high.min()) + low, 2)
        return (
            ("values", where, str(value).replace(".", ",") if kind == "comma" else value),
            (unit, code),
            value,
        )
    if kind in ("text", "blank", "huge", "same"):
        value = {"text": "xem sau", "blank": None, "huge": "9e300000", "same": None if now != now else now}[
            kind
        ]
        expected = "refused" if kind in ("text", "huge") else float("nan") if kind == "blank" else now
        return ("values", where, value), (unit, code), expected
    if kind == "denominator":
        value = draw.choice([0, -1, "ba", 1234.5])
        expected = value if value == 1234.5 else "refused"
        return (
            ("denominators", f"{at['denominators']['population']}{6 + row}", value),
            (unit, "population"),
            expected,
        )
    node = draw.choice(was.framework.codes[1:])
    place = f"{at['framework'][kind]}{6 + was.framework.position[node]}"
    value = draw.choice(["0,25", 2, "ba", -1]) if kind == "weight" else "không có"
    expected = {"0,25": 0.25, 2: 2.0}.get(value, "refused") if kind == "weight" else "refused"
    return ("framework", place, value), (node, kind), expected


@pytest.mark.parametrize("seed", range(sized(4, 60)))
def test_each_edit_is_the_users_or_refused_and_nothing_else_changes(blank, tmp_path, seed):
    was, draw = data(), random.Random(seed)
    at = {role: keys(load_workbook(blank), role)[0] for role in PLACES}
    change, (row, column), expected = edit(draw, at, was)
    path = edited(blank, tmp_path, change)
    if expected == "refused":
        assert (SHEETS[change[0]], change[1]) in refused(path)
        return
    read = pk.read_workbook(path)
    tables = {"values": "values", "denominators": "denominators"}
    for name in ("values", "denominators", "provenance", "sources"):
        now, before = getattr(read, name), getattr(was, name)
        other = [(u, c) for u in before.index for c in before.columns if (u, c) != (row, column)]
        assert all(str(now.at[o]) == str(before.at[o]) for o in other), name
        if name == tables.get(change[0]):
            assert json.dumps(float(now.at[row, column])) == json.dumps(float(expected))
    differs = read.framework.table["weight"] != was.framework.table["weight"]
    assert list(differs[differs].index) == ([row] if change[0] == "framework" and expected != 1 else [])


@pytest.mark.parametrize("column", ["direction", "weight", "unit"])
def test_a_deleted_column_of_the_framework_is_refused(blank, tmp_path, column):
    book = load_workbook(blank)
    at, _ = keys(book, "framework")
    book[SHEETS["framework"]].delete_cols(book[SHEETS["framework"]][f"{at[column]}1"].column)
    book.save(tmp_path / "sua.xlsx")
    found = refused(tmp_path / "sua.xlsx")
    assert found[SHEETS["framework"], None] == "problem.form.columns"


def test_a_deleted_row_of_a_filled_form_is_said(blank, tmp_path):
    book = load_workbook(blank)
    gone = book[SHEETS["values"]]["A8"].value
    book[SHEETS["values"]].delete_rows(8)
    book.save(tmp_path / "sua.xlsx")
    said = [p for p in pk.check_file(tmp_path / "sua.xlsx").warnings if p.key == "problem.form.rows_gone"]
    assert [p.values["units"] for p in said] == [gone]
    assert not [p for p in pk.check_file(blank).warnings if p.key == "problem.form.rows_gone"]
