"""What a page says and is not used is said at its cell: unknown names, figures said twice, surplus cells, strange columns."""

import pytest
from openpyxl import Workbook

import piikit as pk
from piikit.base.errors import InputError

HEAD = ["Mã", "Tên", "Đơn vị tính", "Giá trị", "Nhỏ nhất", "Lớn nhất"]
ROWS = [
    ["1", "Thể chế", None, 58.76, 19.21, 79.55],
    ["1.1.1", "Chính sách thúc đẩy KHCN&ĐMST phục vụ phát triển KT-XH", None, 47.59, 28.2, 55.64],
    ["2.1.3", "Chi cho GD&ĐT bình quân 1 người đi học (triệu đồng)", None, 22.81, 14.01, 33.51],
]


def page(folder, rows, more=()):
    book = Workbook()
    book.active.title = "Trang"
    for row in rows:
        book.active.append(row)
    for name, cells in more:
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    path = folder / "trang.xlsx"
    book.save(path)
    return pk.read_page(path, unit="Khánh Hòa", year=2025).page


def told(found):
    return [(p.key.removeprefix("problem."), p.cell, p.severity) for p in found]


def without_code(row):
    return row[1:2] + row[3:]


SAID = {
    "nothing": ([HEAD, *ROWS], []),
    "an unknown name": ([HEAD, *ROWS, [None, "Chuyện lạ", None, 5]], [("page.name", "B5", "warning")]),
    "text between": ([HEAD, ROWS[0], [None, "Ghi thêm"], ROWS[1]], [("page.passed", "B3", "warning")]),
    "figures of nobody": ([HEAD, ROWS[0], [None, None, None, 7], ROWS[1]], [("page.passed", "D3", "warning")]),
    "a strange column": ([[*HEAD, "Xu hướng"], [*ROWS[0], 5], [*ROWS[1], 6]], [("page.column", "G1", "warning")]),
    "no heading": ([HEAD, ROWS[0], [*ROWS[1], 6]], [("page.column", "G3", "warning")]),
    "by its code": ([HEAD, [*ROWS[0][:1], "Thể chế của tỉnh", *ROWS[0][2:]]], [("page.by_code", "B2", "warning")]),
    "surplus": ([*map(without_code, ROWS[:2]), [*without_code(ROWS[2]), 1, 2]], [("page.surplus", "F3", "warning")]),
    "value and score": ([[*HEAD, "Điểm"], [*ROWS[0], 60.5], ROWS[1]], [("page.surplus", "D2", "warning")]),
    "said again": ([HEAD, *ROWS, ROWS[0]], [("page.twice", "B5", "warning")]),
    "notes are no column": ([["STT", *HEAD, "Ghi chú"], [1, *ROWS[0], "x"], [2, *ROWS[1], "y"]], []),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_what_is_not_used_is_said_at_its_cell(tmp_path, what):
    rows, expected = SAID[what]
    assert told(page(tmp_path, rows).problems) == expected


def test_figures_that_differ_are_refused_and_those_that_add_are_kept(tmp_path):
    with pytest.raises(InputError) as error:
        page(tmp_path, [HEAD, *ROWS, ["1", "Thể chế", None, 58.76, 19.21, 97.55]])
    assert told(error.value.problems) == [("page.differs", "F5", "error")]
    with pytest.raises(InputError) as error:
        page(tmp_path, [HEAD, ROWS[0], ["1.1.2", *ROWS[1][1:]]])
    assert told(error.value.problems) == [("table.two_codes", "B3", "error")]
    first, second = [*ROWS[1][:4], None, None], [*ROWS[1][:3], None, 28.2, 55.64]
    read = page(tmp_path, [HEAD, ROWS[0], first, second])
    assert read.problems == ()
    assert read.figures.loc["1.1.1", ["value", "minimum", "maximum"]].tolist() == [47.59, 28.2, 55.64]


def test_units_of_rows_hold(tmp_path):
    thousands = [*ROWS[2][:2], "nghìn đồng", 22810, 14010, 33510]
    read = page(tmp_path, [HEAD, *ROWS[:2], thousands])
    assert read.figures.loc["2.1.3", ["value", "minimum", "maximum"]].tolist() == pytest.approx(
        [22.81, 14.01, 33.51]
    )
    assert told(read.problems) == [("value.scaled", f"{c}4", "warning") for c in "DEF"]


def test_another_sheet_is_said_and_an_error_hides_in_none(tmp_path):
    read = page(tmp_path, [HEAD, *ROWS], [("Khác", [HEAD, ROWS[0]]), ("Lời", [["xin chào"]])])
    assert [(p.key, p.sheet) for p in read.problems] == [("problem.page.sheet", "Khác")]
    with pytest.raises(InputError) as error:
        page(tmp_path, [HEAD, *ROWS], [("Khác", [HEAD, ROWS[0], [*ROWS[0][:3], 1]])])
    assert [(p.key, p.sheet, p.cell) for p in error.value.problems] == [
        ("problem.page.differs", "Khác", "D3")
    ]


def test_an_empty_page_says_so(tmp_path):
    with pytest.raises(InputError) as error:
        page(tmp_path, [HEAD, *([*row[:3], None, None, None] for row in ROWS)])
    assert [p.key for p in error.value.problems] == ["problem.page.blank"]
