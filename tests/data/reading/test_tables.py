"""Several tables in a sheet, years, units, merged cells: each figure is read as a clerk would, or asked about."""

import pandas as pd
import pytest
from openpyxl import Workbook

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.reading.table.workbook import read_contents

HUE, CANTHO, HANOI, ANGIANG = "Thừa Thiên Huế", "Cần Thơ", "Hà Nội", "An Giang"


@pytest.fixture(scope="module")
def tree():
    return pk.load_framework("open-2022")


@pytest.fixture
def look(tree, tmp_path):
    """Read rows (a text, or sheets of rows), give figures by (province, code), errors and warnings by key."""

    def of(made, *, merge=(), **how):
        if isinstance(made, str):
            path = tmp_path / "x.csv"
            path.write_text(made, encoding="utf-8")
        else:
            path, book = tmp_path / "x.xlsx", Workbook()
            book.remove(book.active)
            for name, rows in (made if isinstance(made, dict) else {"Số liệu": made}).items():
                sheet = book.create_sheet(name)
                for row in rows:
                    sheet.append(row)
                for where in merge:
                    sheet.merge_cells(where)
            book.save(path)
        found = read_contents(path, **{"framework": tree, "units": 63} | how).collected
        for account in found.accounts:
            assert sum(account.counts.values()) == account.cells
            assert "unclaimed" not in account.counts, account
        values = {at: kept.value for at, kept in found.cells.items() if kept.value == kept.value}
        said = {
            severity: {
                p.key.split(".", 1)[1]: p.cell for p in reversed(found.problems) if p.severity == severity
            }
            for severity in ("error", "warning")
        }
        said["warning"].pop("table.absent", None)
        return values, said["error"], said["warning"]

    return of


@pytest.mark.parametrize("blank", ["", "\n", "\n\n"])
@pytest.mark.parametrize("note", ["", "Nguồn: Cục Thống kê\n", "Biểu 13. Số liệu khác\n", "Cả nước;7\n"])
def test_one_below_the_other(look, blank, note):
    values, errors, _ = look(f"Tỉnh;2.1\nCần Thơ;6,4\n{note}{blank}Tỉnh;2.2\nHuế;7,5\n")
    assert values == {(CANTHO, "2.1"): 6.4, (HUE, "2.2"): 7.5}
    assert not errors


def test_side_by_side(look):
    values, errors, _ = look("Tỉnh;2.1;Tỉnh;2.2\nCần Thơ;6,4;Huế;52\nHà Nội;6,9;Cần Thơ;70\n")
    assert values == {(CANTHO, "2.1"): 6.4, (HANOI, "2.1"): 6.9, (HUE, "2.2"): 52, (CANTHO, "2.2"): 70}
    assert not errors
    table = "STT;Tỉnh;2.1;STT;Tỉnh;2.1\n1;Huế;5;3;Cần Thơ;6\n2;Hà Nội;7;4;An Giang;8\n;;;5;Bến Tre;9\n"
    values, errors, _ = look(table)
    assert values == {
        (u, "2.1"): v for u, v in ((HUE, 5), (CANTHO, 6), (HANOI, 7), (ANGIANG, 8), ("Bến Tre", 9))
    }
    assert not errors


def test_stacked_and_side_by_side_and_turned(look):
    values, errors, _ = look("Tỉnh;2.1;Tỉnh;2.1\nHuế;5;Cần Thơ;6\nTỉnh;2.2;Tỉnh;2.2\nHà Nội;50;An Giang;60\n")
    assert values == {(HUE, "2.1"): 5, (CANTHO, "2.1"): 6, (HANOI, "2.2"): 50, (ANGIANG, "2.2"): 60}
    assert not errors
    turned = [["Tỉnh", "Huế", "Cần Thơ"], ["2.1", 5, 6], ["Tỉnh", "Hà Nội", "An Giang"], ["2.2", 50, 60]]
    again, errors, _ = look(turned)
    assert again == values
    assert not errors


def test_a_table_that_goes_on_under_its_heading(look):
    values, errors, _ = look(
        "Tỉnh;2.1\nHuế;5\n(Tiếp theo)\nTỉnh;2.1\nCần Thơ;6\nBiểu 1 (tiếp theo)\nHà Nội;7\n"
    )
    assert values == {(HUE, "2.1"): 5, (CANTHO, "2.1"): 6, (HANOI, "2.1"): 7}
    assert not errors


def test_two_columns_of_names(look):
    values, errors, _ = look("Tỉnh;Province;2.1\nHuế;Hue;5\nHà Nội;Ha Noi;7\n")
    assert values == {(HUE, "2.1"): 5, (HANOI, "2.1"): 7}
    assert not errors
    values, errors, _ = look("Tỉnh cũ;Tỉnh mới;2.1\nHậu Giang;Cần Thơ;5\nHà Nội;Hà Nội;7\n")
    assert values == {(HANOI, "2.1"): 7}
    assert errors == {"table.two_units": "A2"}
    _, errors, _ = look("Tỉnh;2.1;Province\nHuế;5;Ha Noi\nHà Nội;7;Hue\n")
    assert "table.two_units" in errors


def test_two_columns_of_one_name(look):
    values, errors, _ = look("Tỉnh;2.1;2.1\nHuế;5;6\n")
    assert not values
    assert errors == {"table.two_columns": "C1", "table.no_values": None} or "table.two_columns" in errors
    _, errors, _ = look("Tỉnh;2.1\nHuế;True\nHà Nội;5\n")
    assert errors == {"value.text": "B2"}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("2) Hà Nộii", "6"),
        ("* Đà Nẵg", "6"),
        ("- Cần Thư", "6"),
        ("(1) Cần Thư", "6"),
        ("HX", "6"),
        ("Cần Thư", "không có"),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_no_province_is_dropped(look, name, cell, at):
    """First, in the middle or last: a name that is not known beside a figure or a word is an error."""
    rows = [f"{u};{v}" for u, v in (("Huế", 5), ("Bến Tre", 7))]
    rows.insert(at, f"{name};{cell}")
    _, errors, _ = look("\n".join(["Tỉnh;2.1", *rows]))
    assert errors == {"table.unit": f"A{at + 2}"}


def test_headings_in_words_of_their_own(look):
    """No word of the row of headings is known but the code."""
    values, errors, _ = look("Mã tỉnh;Tên tỉnh/TP;2.1\n01;Hà Nội;5\n93;Cần Thơ;6\n")
    assert values == {(HANOI, "2.1"): 5, (CANTHO, "2.1"): 6}
    assert not errors
    _, errors, _ = look("Mã tỉnh;Tên tỉnh/TP;2.1\n01;Cần Thư;2.1\n93;Cần Thơ;6\n")
    assert errors == {"table.unit": "B2"}


def test_a_merged_cell_is_asked_about_once(look, tree, tmp_path):
    book = Workbook()
    for row in (["Tỉnh", "2.1", "Tỉnh", "2.1"], ["Huế", 5, "Bến Tre", 6], ["Hà Nội", None, "An Giang", 7]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "x.xlsx")
    errors = pk.check_file(tmp_path / "x.xlsx", framework=tree, units=63).errors
    assert [p.key for p in errors] == ["problem.table.merged"]


def test_signatures_are_no_provinces(look):
    _, errors, _ = look("Tỉnh;2.1\nHuế;5\nNgười lập biểu;Giám đốc\nNguyễn Văn A;Trần Thị B\n")
    assert not errors


def test_rows_of_a_province_that_differ(look):
    _, errors, warnings = look("Tỉnh;2.1\nHuế;5\nHuế;6\n")
    assert errors == {"table.conflict": "B3"}
    assert warnings == {"table.repeated": "A3"}


YEARS = {
    "a column": "Tỉnh;Năm;2.1;2.2\nHuế;2021;5;50\nHuế;2022;6;60\nHà Nội;2021;7;70\nHà Nội;2022;8;80\n",
    "words": "Tỉnh;Năm;2.1;2.2\nHuế;Năm 2021;5;50\nHuế;Sơ bộ 2022;6;60\nHà Nội;2021.0;7;70\nHà Nội;Prel. 2022;8;80\n",
    "names once": "Tỉnh;Năm;2.1;2.2\nHuế;2021;5;50\n;2022;6;60\nHà Nội;2021;7;70\n;2022;8;80\n",
    "below names": "Tỉnh;2.1;2.2\nHuế;;\n2021;5;50\n2022;6;60\nHà Nội;;\n2021;7;70\n2022;8;80\n",
    "blocks": "Tỉnh;2.1;2.2\nNăm 2021\nHuế;5;50\nHà Nội;7;70\nNăm 2022\nHuế;6;60\nHà Nội;8;80\n",
    "blocks with headings": "2021\nTỉnh;2.1;2.2\nHuế;5;50\nHà Nội;7;70\n2022\nTỉnh;2.1;2.2\nHuế;6;60\nHà Nội;8;80\n",
    "over indicators": "Tỉnh;2021;;2022;\n;2.1;2.2;2.1;2.2\nHuế;5;50;6;60\nHà Nội;7;70;8;80\n",
    "under indicators": "Tỉnh;2.1;;2.2;\n;2021;2022;2021;2022\nHuế;5;6;50;60\nHà Nội;7;8;70;80\n",
    "in one cell": "Tỉnh;2.1 năm 2021;2.1 năm 2022;2.2 (2021);2.2 (2022)\nHuế;5;6;50;60\nHà Nội;7;8;70;80\n",
    "long": "Tỉnh;Mã;Năm;Giá trị\n" + "".join(
        f"{u};{c};{y};{v}\n"
        for u, values in (("Huế", (5, 6, 50, 60)), ("Hà Nội", (7, 8, 70, 80)))
        for (c, y), v in zip((("2.1", 2021), ("2.1", 2022), ("2.2", 2021), ("2.2", 2022)), values, strict=True)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(YEARS))
def test_years(look, name):
    """The year asked for is read, the others are set aside and counted; without a year it is one question."""
    for year, first in ((2021, 5), (2022, 6)):
        values, errors, warnings = look(YEARS[name], year=year)
        assert not errors
        assert values == {
            (HUE, "2.1"): first, (HANOI, "2.1"): first + 2, (HUE, "2.2"): first * 10, (HANOI, "2.2"): first * 10 + 20,
        }  # fmt: skip
        assert set(warnings) <= {"table.years_aside", "table.goes_on"}
        assert "table.years_aside" in warnings
    values, errors, _ = look(YEARS[name])
    assert not values
    assert list(errors) == ["table.years"]


def test_years_in_sheets(look):
    made = {str(y): [["Tỉnh", "2.1"], ["Huế", v]] for y, v in ((2021, 5), (2022, 6))}
    assert look(made, year=2022)[0] == {(HUE, "2.1"): 6}
    assert list(look(made)[1]) == ["table.years"]


def test_a_code_with_its_year(look):
    table = pd.DataFrame(
        {
            "code": ["G", "grdp_2022"],
            "parent": ["", "G"],
            "name_vi": ["Gốc", "Tổng"],
            "name_en": ["Root", "Sum"],
        }
    )
    own = pk.Framework.from_frame(table, name="own")
    values, errors, warnings = look("Tỉnh;grdp_2020;grdp_2021;grdp_2022\nHuế;1;2;3\n", framework=own)
    assert values == {(HUE, "grdp_2022"): 3}
    assert not errors
    assert set(warnings) == {"table.other_year"}
    table["code"] = ["G", "grdp"]
    own = pk.Framework.from_frame(table, name="own")
    values, errors, _ = look("Tỉnh;grdp_2020;grdp_2021;grdp_2022\nHuế;1;2;3\n", framework=own, year=2021)
    assert values == {(HUE, "grdp"): 2}
    assert not errors


def test_a_heading_with_its_year_in_one_cell(look):
    values, errors, warnings = look("Tỉnh;GRDP bình quân đầu người (triệu đồng) 2022\nHuế;55\n", year=2022)
    assert values == {(HUE, "7.1"): 55}
    assert not errors
    assert not warnings
    _, _, warnings = look("Tỉnh;GRDP bình quân đầu người 2021\nHuế;55\n", year=2022)
    assert warnings == {"table.year_read": "B1"}


YEARBOOK = [
    ["Biểu 12. Tỷ lệ dân số đô thị phân theo địa phương"], ["Share of urban population by province"], [None, None, "Đơn vị tính: %"],
    [None, 2020, 2021, "Sơ bộ\nPrel.\n2022"], ["CẢ NƯỚC - WHOLE COUNTRY", 36.8, 37.1, 37.6],
    ["ĐỒNG BẰNG SÔNG HỒNG", 37, 38, 39], ["Hà Nội", 49.2, 49.1, 49.0], ["TRUNG DU VÀ MIỀN NÚI PHÍA BẮC", 20, 21, 22],
    ["Hà Giang", 15.8, 15.9, 16.1], ["Nguồn: Tổng cục Thống kê"],
]  # fmt: skip


def test_a_table_of_the_yearbook_is_read_by_its_title(look):
    values, errors, warnings = look(YEARBOOK, year=2022)
    assert values == {(HANOI, "2.2"): 49.0, ("Hà Giang", "2.2"): 16.1}
    assert not errors
    assert {"table.by_title": "A1", "table.years_aside": "B4"}.items() <= warnings.items()
    two = [["Tỷ lệ dân số đô thị"], ["GRDP bình quân đầu người"], *YEARBOOK[3:]]
    values, errors, _ = look(two, year=2022)
    assert not values
    assert errors["table.titles"] == "A1"


def test_titles_of_tables_side_by_side_and_stacked(look):
    town, money = "Biểu 5. Tỷ lệ dân số đô thị (%)", "Biểu 6. GRDP bình quân đầu người (triệu đồng)"
    body = [["Tỉnh", 2021, 2022], ["Hà Nội", 48, 49], ["Huế", 52, 53]]
    other = [["Tỉnh", 2021, 2022], ["Hà Nội", 140, 142], ["Huế", 55, 60]]
    beside = [[town, None, None, None, money], *([*a, None, *b] for a, b in zip(body, other, strict=True))]
    for rows in (beside, [[town], *body, [money], *other]):
        values, errors, _ = look(rows, year=2022)
        assert values == {(HANOI, "2.2"): 49, (HUE, "2.2"): 53, (HANOI, "7.1"): 142, (HUE, "7.1"): 60}
        assert not errors


@pytest.mark.parametrize("merge", ["B2:B4", "B2:C2", "B2:C3"])
def test_a_merged_cell_over_figures_is_asked_about(look, merge):
    rows = [["Tỉnh", "2.1", "3.2"], ["Huế", 5, None], ["Cần Thơ", None, None], ["Hà Nội", None, 7]]
    values, errors, _ = look(rows, merge=[merge])
    assert values == {(HANOI, "3.2"): 7}
    assert errors == {"table.merged": "B2"}


def test_merged_headings_and_names_still_spread(look):
    rows = [["Tỉnh", "2.1", None], [None, 2021, 2022], ["Huế", 5, 6]]
    assert look(rows, merge=["A1:A2", "B1:C1"], year=2022)[0] == {(HUE, "2.1"): 6}
    rows = [["Tỉnh", "Năm", "2.1"], ["Huế", 2021, 5], [None, 2022, 6]]
    assert look(rows, merge=["A2:A3"], year=2022)[0] == {(HUE, "2.1"): 6}


UNITS = {
    "above": [["Đơn vị tính: nghìn đồng"], ["Tỉnh", "7.1"]],
    "above, short": [["Biểu 3"], [None, "(ĐVT: nghìn đồng)"], ["Tỉnh", "7.1"]],
    "two cells": [["Đơn vị tính:", "nghìn đồng"], ["Tỉnh", "7.1"]],
    "English": [["Unit: thousand VND"], ["Tỉnh", "7.1"]],
    "title": [["Biểu 3. GRDP bình quân đầu người (nghìn đồng)"], ["Tỉnh", "7.1"]],
    "corner": [["Tỉnh (nghìn đồng)", "7.1"]],
    "row": [["Tỉnh", "7.1"], [None, "nghìn đồng"]],
    "heading outranks the line": [["Đơn vị: tỷ đồng"], ["Tỉnh", "7.1 (nghìn đồng)"]],
    "nearest line": [["Đơn vị: tỷ đồng"], ["Đơn vị: nghìn đồng"], ["Tỉnh", "7.1"]],
}


@pytest.mark.parametrize("name", list(UNITS))
def test_units_by_either_door(look, name, tree, tmp_path):
    """One reader of units: a workbook and an agency's file with a mapping give the same million đồng."""
    rows = [*UNITS[name], ["Huế", 55_000], ["Hà Nội", 140_000]]
    values, errors, warnings = look(rows)
    assert values == {(HUE, "7.1"): 55, (HANOI, "7.1"): 140}
    assert not errors
    assert set(warnings) == {"value.scaled"}
    (tmp_path / "m.csv").write_text("mã;tệp;cột\n7.1;x.xlsx;B\n", encoding="utf-8")
    data = pk.read_agency_files(tmp_path / "m.csv", framework=tree, units=63)
    assert data.values["7.1"].to_dict() == {HUE: 55, HANOI: 140}
    (tmp_path / "m.csv").write_text("mã;tệp;cột;đơn vị\n7.1;x.xlsx;B;tỷ đồng\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pk.read_agency_files(tmp_path / "m.csv", framework=tree, units=63)
    assert [p.key for p in caught.value.problems if p.severity == "error"] == ["problem.agency.unit"]


def test_units_that_contradict_or_are_not_understood(look):
    both = [["Đơn vị: nghìn đồng", None, "Đơn vị: tỷ đồng"], ["Tỉnh", "7.1", "x"], ["Huế", 55, 1]]
    assert look(both)[1] == {"table.units_differ": "A1"}
    strange = [["Đơn vị: giạ lúa"], ["Tỉnh", "7.1"], ["Huế", 55]]
    assert look(strange)[2] == {"table.unit_unread": "A1"}
    stacked = [["ĐVT: nghìn đồng"], ["Tỉnh", "7.1"], ["Huế", 55_000], ["Tỉnh", "7.1"], ["Hà Nội", 140_000]]
    values, _, warnings = look(stacked)
    assert values == {(HUE, "7.1"): 55, (HANOI, "7.1"): 140}
    assert warnings["table.unit_carried"] == "A1"


def test_units_in_a_column(look):
    rows = [
        ["Tỉnh", "Mã", "ĐVT", "Giá trị"],
        ["Huế", "7.1", "nghìn đồng", 55_000],
        ["Hà Nội", "7.1", "triệu đồng", 140],
    ]
    assert look(rows)[0] == {(HUE, "7.1"): 55, (HANOI, "7.1"): 140}


def test_long_tables_go_on_with_the_province_above(look):
    values, errors, warnings = look("Tỉnh;Mã;Giá trị\nHuế;2.1;5\n;2.2;50\nHà Nội;2.1;7\n;2.2;70\n")
    assert values == {(HUE, "2.1"): 5, (HUE, "2.2"): 50, (HANOI, "2.1"): 7, (HANOI, "2.2"): 70}
    assert not errors
    assert warnings == {"table.goes_on": "A3"}


def agency(tree, tmp_path, rows, mapping="mã;tệp;cột\n2.1;so.csv;Điểm\n", **how):
    (tmp_path / "so.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "m.csv").write_text(mapping, encoding="utf-8")
    return pk.read_agency_files(tmp_path / "m.csv", framework=tree, units=63, **how)


def test_agency_files_have_tables_too(tree, tmp_path):
    data = agency(tree, tmp_path, ["Tỉnh;Điểm;Tỉnh;Khác", "Huế;5;Cần Thơ;9", "Hà Nội;7;An Giang;8"])
    assert data.values["2.1"].to_dict() == {HUE: 5, HANOI: 7}
    data = agency(tree, tmp_path, ["Tỉnh;Khác", "Huế;5", "Tỉnh;Điểm", "Hà Nội;7"])
    assert data.values["2.1"].to_dict() == {HANOI: 7}
    years = ["Tỉnh;Năm;Điểm", "Huế;2021;5", "Huế;2022;6"]
    assert agency(tree, tmp_path, years, year=2022).values["2.1"].to_dict() == {HUE: 6}
    with pytest.raises(InputError) as caught:
        agency(tree, tmp_path, years)
    assert [p.key for p in caught.value.problems] == ["problem.table.years"]


@pytest.mark.parametrize(
    "wrong", [["Hà Nộii"], ["2) Hà Nộii", "* Đà Nẵg"], ["Hà Nộii", "Đà Nẵg", "Cần Thư", "HX"]]
)
def test_every_misspelt_province_of_an_agency(tree, tmp_path, wrong):
    with pytest.raises(InputError) as caught:
        agency(tree, tmp_path, ["Tỉnh;Điểm", *(f"{u};6" for u in wrong), "Huế;5"])
    assert [p.value for p in caught.value.problems] == wrong


def test_repeated_rows_of_an_agency(tree, tmp_path):
    with pytest.raises(InputError) as caught:
        agency(tree, tmp_path, ["Tỉnh;Điểm", "Huế;5", "Huế;6"])
    assert [p.key for p in caught.value.problems if p.severity == "error"] == ["problem.table.conflict"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Tỉnh;2.1 Tỷ lệ dân số đô thị\nCần Thơ;6,4\n", "B1"),
        ("Tỉnh;2.1 Tỷ lệ dân số đô thị 2022\nCần Thơ;6,4\n", "B1"),
        ("Tỉnh;Mã;Giá trị\nCần Thơ;2.1 Tỷ lệ dân số đô thị;6,4\n", "B2"),
    ],
)
def test_a_code_before_the_name_of_another_indicator_is_asked_about(text, cell, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    found = pk.check_file(path, framework="open-2022").errors
    assert [(p.key, p.cell) for p in found] == [("problem.table.two_names", cell)]
    path.write_text(text.replace("2.1 ", "2.2 "), encoding="utf-8")
    assert pk.check_file(path, framework="open-2022").ok


def checked(tmp_path, rows, merged=()):
    """What is said of a sheet with these rows, by key and cell, and the figures that are read."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    report = pk.check_file(tmp_path / "a.xlsx", framework="open-2022", units=63)
    values = (
        pk.read_workbook(tmp_path / "a.xlsx", framework="open-2022", units=63).values if report.ok else None
    )
    return {(p.key, p.cell) for p in (*report.errors, *report.warnings)}, values, report


@pytest.mark.parametrize(
    "numbers",
    [
        ["(1)", "(2)", "(3)", "(4)"],
        ["A", "B", "(1)", "(2)=(1)+3"],
        ["[1]", "[2]", "[3]", "[4]"],
        ["A", "B", 1, 2],
        ["a", "b", "c", "d"],
    ],
)
def test_a_row_that_numbers_the_columns_is_one_of_headings(numbers, tmp_path):
    rows = [["TT", "Tỉnh", "2.1", "2.2"], numbers, [1, "Cần Thơ", 6.4, 70.5], [2, "Hà Nội", 6.9, 49.1]]
    said, values, _ = checked(tmp_path, rows)
    assert {key for key, _ in said} == {"problem.table.absent"}
    assert values[["2.1", "2.2"]].to_numpy().tolist() == [[6.4, 70.5], [6.9, 49.1]]


@pytest.mark.parametrize(
    "heads", [["Giá trị", "Xếp hạng"], ["Điểm", "Hạng"], ["Hạng", "Điểm"], ["Nữ", "Chung", "Nam"]]
)
def test_ranks_and_parts_below_one_heading_are_set_aside(heads, tmp_path):
    at = next(i for i, h in enumerate(heads) if h in ("Giá trị", "Điểm", "Chung"))
    row = [6.4 if i == at else 3 for i in range(len(heads))]
    rows = [["Tỉnh", "2.1", *[None] * (len(heads) - 1)], [None, *heads], ["Cần Thơ", *row], ["Hà Nội", *row]]
    said, values, _ = checked(tmp_path, rows, [f"B1:{'ABCD'[len(heads)]}1"])
    aside = {cell for key, cell in said if key in ("problem.table.part_aside", "problem.table.changed")}
    assert aside == {f"{'BCD'[i]}2" for i in range(len(heads)) if i != at}
    assert values["2.1"].tolist() == [6.4, 6.4]


@pytest.mark.parametrize("heads", [["Nam", "Nữ"], ["Đợt 1", "Đợt 2"]])
def test_two_columns_of_which_none_is_the_whole_are_asked_about(heads, tmp_path):
    rows = [["Tỉnh", "2.1", None], [None, *heads], ["Cần Thơ", 6.4, 3], ["Hà Nội", 6.9, 4]]
    assert ("problem.table.two_columns", "C2") in checked(tmp_path, rows, ["B1:C1"])[0]


def test_words_beside_the_table_are_listed_and_a_signature_is_no_province(tmp_path):
    rows = [["Tỉnh", "2.1", None, None], ["Cần Thơ", 6.4, None, "bổ sung 6,5"], ["Hà Nội", 6.9]]
    said, _, report = checked(tmp_path, rows)
    assert ("problem.table.unused", "D2") in said
    assert "bổ sung 6,5" in report.set_aside["text"].tolist()
    signed = [
        ["Tỉnh", "2.1", "2.2"],
        ["Cần Thơ", 6.4, 70.5],
        ["Hà Nội", 6.9, 49.1],
        [],
        [None, None, "Người lập"],
    ]
    said, values, _ = checked(tmp_path, [*signed, [None, None, "Hà Giang"]])
    assert values[["2.1", "2.2"]].to_numpy().tolist() == [[6.4, 70.5], [6.9, 49.1]]
