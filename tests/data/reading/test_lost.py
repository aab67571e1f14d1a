"""A figure beside or below a province's name never ends as a word about a table without being asked about."""

import openpyxl
import pytest

import piikit as pk


def checked(rows, tmp_path):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    return pk.check_file(tmp_path / "x.xlsx", framework="pii-2025", year=2025)


PLAIN = [["Tỉnh", "5.1.2"], ["Cần Thơ", 25], ["An Giang", 20]]


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (
            [
                ["STT", "Tỉnh", "5.1.2"],
                [1, "Cần Thơ", 25],
                [2, "An Giang", 20],
                [],
                ["Tỉnh", "7.1.3"],
                ["Huế", 31],
                ["Cà Mau", 33],
            ],
            ["B6", "B7"],
        ),
        (
            [
                ["Tỉnh", "7.1.3"],
                ["Huế", 31],
                ["Cà Mau", 33],
                [],
                ["Tỉnh", "Mã", "Giá trị"],
                ["Cần Thơ", "5.1.2", 25],
                ["An Giang", "5.1.2", 20],
            ],
            ["B2", "B3"],
        ),
        ([["Tỉnh", "5.1.2"], ["Cần Thơ\nAn Giang", "25\n20"], ["Huế", 20]], ["B2"]),
        (
            [
                ["Chỉ tiêu", "Hà Tĩnh", "Cần Thơ"],
                ["7.2.4", 0.81, 0.75],
                [],
                ["Tỉnh", "Mã", "Giá trị"],
                ["Cần Thơ", "5.1.2", 25],
                ["An Giang", "5.1.2", 20],
            ],
            ["B2"],
        ),
    ],
)
def test_lost_tables_are_asked_about(rows, cells, tmp_path):
    report = checked(rows, tmp_path)
    asked = [p.cell for p in report.problems if p.severity == "error"]
    read = {c for c in cells if not any(p.cell == c for p in report.problems)}
    assert asked == cells or not read


@pytest.mark.parametrize(
    "rows",
    [
        PLAIN,
        [["Năm", 2025], ["UBND tỉnh Cần Thơ"], [], *PLAIN],
        [["Cần Thơ", 2025], [], *PLAIN],
        [*PLAIN, [], ["Cần Thơ, ngày 5 tháng 3 năm 2025"], ["Ghi chú: 63 tỉnh"]],
    ],
)
def test_ordinary_tables_are_read_without_it(rows, tmp_path):
    assert not [p for p in checked(rows, tmp_path).problems if p.key == "problem.table.lost"]
