"""What a person changed of a form's tree or denominators is told; what a page's rows say of themselves holds."""

import openpyxl
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import InputError

FRAMEWORK = pk.load_framework("pii-2025")


def named(code):
    return FRAMEWORK.title(code, "vi")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "s.xlsx"
    pk.load_dataset("open-2022").save(path)
    return path


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "t.xlsx"
    data = pk.load_dataset("open-2022")
    pk.write_template(path, framework="open-2022", data=data)
    return path


def edited(path, sheet, code, column, value, to):
    book = openpyxl.load_workbook(path)
    rows = book[sheet]
    head = next(r for r in range(1, 12) if any(c.value in ("code", "Mã", "Code") for c in rows[r]))
    at = [str(c.value) for c in rows[head]].index(column) + 1
    row = next(r for r in range(head, rows.max_row + 1) if any(c.value == code for c in rows[r]))
    rows.cell(row, at).value = value
    book.save(to)
    return to


@pytest.mark.parametrize(
    ("column", "value"), [("direction", -1), ("weight", 5.0), ("parent", "2"), ("name_vi", "Tên khác")]
)
def test_a_changed_tree_of_a_saved_dataset_is_told(saved, column, value, tmp_path):
    path = edited(saved, "framework", "1.1", column, value, tmp_path / "e.xlsx")
    assert [p.values["cells"] for p in pk.check_file(path).problems] == [f"1.1 {column}"]
    made = pk.Dataset.load(path)
    assert made.name == "open-2022-edited"
    assert pk.Dataset.load(saved).name == "open-2022"
    assert not pk.check_file(saved).problems


def test_a_changed_denominator_of_a_saved_dataset_is_told(saved, tmp_path):
    book = openpyxl.load_workbook(saved)
    sheet = book["denominators"]
    row = next(r for r in range(3, sheet.max_row + 1) if sheet.cell(r, 1).value == "Cần Thơ")
    sheet.cell(row, 2).value *= 10
    book.save(tmp_path / "d.xlsx")
    (problem,) = pk.check_file(tmp_path / "d.xlsx").problems
    assert problem.key == "problem.form.other_denominators"
    assert problem.values["cells"].startswith("Cần Thơ")
    assert pk.Dataset.load(tmp_path / "d.xlsx").name == "open-2022-edited"


def test_a_changed_tree_of_a_template_is_told(template, tmp_path):
    sheets = openpyxl.load_workbook(template).sheetnames
    sheet = next(s for s in sheets if s in ("Khung chỉ số", "Framework"))
    book = openpyxl.load_workbook(template)
    head = next(r for r in range(1, 12) if len([c for c in book[sheet][r] if c.value]) > 4)
    column = next(
        str(c.value) for c in book[sheet][head] if str(c.value) in ("direction", "Chiều", "Direction")
    )
    row = next(r for r in range(head, 40) if any(c.value == "1.1" for c in book[sheet][r]))
    book[sheet].cell(row, [str(c.value) for c in book[sheet][head]].index(column) + 1).value = -1
    book.save(tmp_path / "e.xlsx")
    told = [p for p in pk.check_file(tmp_path / "e.xlsx").problems if p.key == "problem.form.other_framework"]
    assert [p.values["cells"] for p in told] == ["1.1 direction"]
    assert pk.read_workbook(tmp_path / "e.xlsx").name == "open-2022-edited"
    assert not [p for p in pk.check_file(template).problems if p.key.startswith("problem.form.other")]


def page(source, **more):
    return pk.read_page(source, unit="An Giang", year=2025, **more).page


def test_a_unit_in_the_name_of_a_row_holds():
    made = page(f"{named('7.2.3')} (nghìn đồng/tháng)\t6500\t3000\t9000\n{named('1.1.1')}\t50\t10\t90")
    assert made.figures.loc["7.2.3", ["value", "minimum", "maximum"]].tolist() == [6.5, 3, 9]


def test_a_code_that_contradicts_the_name_is_asked_about():
    with pytest.raises(InputError, match=r"1\.1\.2"):
        page(f"1.1.2 {named('1.1.1')}\t50\t10\t90\n1.1.1 {named('1.1.2')}\t6,5\t2\t9")
    both = page(f"1.1.1 {named('1.1.1')}\t50\t10\t90\n1.1.2. {named('1.1.2')}\t6,5\t2\t9")
    assert both.figures.loc["1.1.2", "value"] == 6.5


def test_rows_of_another_province_are_refused():
    with pytest.raises(InputError, match="Cần Thơ"):
        page(f"An Giang\n{named('1.1.1')}\t50\t10\t90\nCần Thơ\n{named('1.1.2')}\t5\t1\t9")


def test_who_has_the_largest_value_does_not_own_the_page():
    with pytest.raises(InputError, match=r"90 \(Hà Nội\)") as caught:
        page(f"{named('1.1.1')}\t50\t10\t90 (Hà Nội)\n{named('1.1.2')}\t5\t1\t9")
    assert "page.owner" not in {p.key.removeprefix("problem.") for p in caught.value.problems}


def test_an_empty_value_stays_one():
    made = page(f"{named('1.1.1')}\t\t10\t90\n{named('1.1.2')}\t5\t1\t9")
    assert made.figures.loc["1.1.1", ["value", "minimum", "maximum"]].isna().tolist() == [True, False, False]
    assert made.figures.loc["1.1.1", "maximum"] == 90


def test_headings_with_a_year_or_a_unit_are_known():
    rows = [[named("1.1.1"), 50, 49, 10, 90], [named("1.1.2"), 5, 4, 1, 9]]
    made = page(pd.DataFrame(rows, columns=["Tên", "Giá trị 2025", "Giá trị 2024", "Min", "Max"]))
    assert made.figures.loc["1.1.1", "value"] == 50
    assert any("2024" in p.sentence("en") for p in made.problems)
    rows = [[named("7.2.3"), 6500, 3000, 9000]]
    made = page(pd.DataFrame(rows, columns=["Tên", "Giá trị (nghìn đồng/tháng)", "Min", "Max"]))
    assert made.figures.loc["7.2.3", "value"] == 6.5
