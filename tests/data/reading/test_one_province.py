"""Forms of one province: indicators down, the province said above, by the sheet, the file or the caller."""

import csv
import random

import pytest
from openpyxl import Workbook

import piikit as pk
from piikit.data.reading.table.one_province import provinces_in
from tests.support.sizes import sized

DATA = pk.load_dataset("open-2022")
TREE, UNIT = DATA.framework, "An Giang"
HEAD = ["STT", "Mã", "Tên chỉ số", "Đơn vị tính", "Giá trị", "Nguồn"]
TITLE = ["BIỂU SỐ LIỆU CỦA TỈNH AN GIANG"]


def body(**changed):
    known = DATA.values.loc[UNIT].to_dict() | changed
    return [
        [n, c, TREE.title(c, "vi"), TREE.table.at[c, "unit_vi"], known[c], "Sở"]
        for n, c in enumerate(TREE.indicators, 1)
    ]


def written(path, rows, sheet="Sheet1"):
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(
                [str(c).replace(".", ",") if isinstance(c, float) else c for c in row] for row in rows
            )
        return path
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def checked(path, **more):
    report = pk.check_file(path, framework="open-2022", **more)
    for account in report.accounts:
        assert sum(account.counts.values()) == account.cells
        assert "unclaimed" not in account.counts
    return report


@pytest.mark.parametrize(
    ("titles", "file", "sheet", "units"),
    [
        ([TITLE], "a.xlsx", "Sheet1", None),
        ([["Tỉnh:", UNIT]], "a.xlsx", "Sheet1", None),
        ([["UBND TỈNH AN GIANG"], ["Hà Nội, ngày 5 tháng 3 năm 2023"]], "a.csv", None, None),
        ([], "bieu_an_giang.csv", None, None),
        ([["Biểu số 1"]], "a.xlsx", "An Giang", None),
        ([["Biểu số 1"]], "a.xlsx", "Sheet1", [UNIT]),
    ],
)
def test_the_province_is_found_where_it_is_said(tmp_path, titles, file, sheet, units):
    path = written(tmp_path / file, [*titles, HEAD, *body()], sheet)
    read = pk.read_workbook(path, framework="open-2022", units=units)
    assert read.units == (UNIT,)
    assert read.values.loc[UNIT].to_dict() == pytest.approx(DATA.values.loc[UNIT].to_dict())
    report = checked(path, units=units)
    assert report.accounts[0].counts["read"] == len(TREE.indicators)
    assert {p.key for p in report.problems} <= {"problem.table.list_now", "problem.table.list_year"}


BAD = ["", "", "Chỉ số lạ", "%", 5.5]
ASKED = {
    "no province": ([HEAD, *body()], {}, "problem.table.whose", "B1"),
    "two provinces": ([TITLE, ["Tỉnh Cà Mau"], HEAD, *body()], {}, "problem.table.whose_of", "A2"),
    "another than the caller's": ([TITLE, HEAD, *body()], {"units": ["Cà Mau"]}, "problem.table.whose_of", "A1"),
    "a merged one": ([["TỈNH HẬU GIANG"], HEAD, *body()], {"units": 34}, "problem.table.joined", "A1"),
    "an unknown name": ([TITLE, HEAD, *body(), BAD], {}, "problem.table.code", "C18"),
    "no name": ([TITLE, HEAD, *body(), ["", "", "", "", 5.5]], {}, "problem.table.no_code", "E18"),
    "a pillar": ([TITLE, HEAD, ["", "1", "", "", 5.5], *body()], {}, "problem.dataset.inner", "B3"),
    "code and name": ([TITLE, HEAD, [1, "2.1", *body()[0][2:]], *body()[1:]], {}, "problem.table.two_codes", "B3"),
    "twice": ([TITLE, HEAD, *body(), [99, *body()[0][1:4], 7.5]], {}, "problem.table.conflict", "E18"),
    "text": ([TITLE, HEAD, *body(**{"2.1": "cao"})], {}, "problem.value.text", "E5"),
    "two columns": ([TITLE, [*HEAD[:5], "Số liệu"], *([*r[:5], 1.5] for r in body())], {}, "problem.table.two_columns", "F2"),
    "two years": ([TITLE, ["Mã", 2021, 2022], *([r[1], r[4], r[4]] for r in body())], {}, "problem.table.years", "C2"),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
def test_what_is_open_is_asked_at_its_place(tmp_path, what):
    rows, more, key, cell = ASKED[what]
    report = checked(written(tmp_path / "a.xlsx", rows), **more)
    assert (key, cell) in {(p.key, p.cell) for p in report.errors}


def test_units_of_rows_are_read_and_columns_beside_are_said(tmp_path):
    rows = body(**{"7.1": 52.4})
    thousands = [[*r[:3], "nghìn đồng", r[4] * 1000, 9.5] if r[1] == "7.1" else [*r[:5], 9.5] for r in rows]
    path = written(tmp_path / "a.xlsx", [TITLE, [*HEAD[:5], "Kế hoạch"], *thousands])
    report = checked(path)
    assert report.ok
    assert [(p.key, p.cell) for p in report.warnings if p.cell] == [
        ("problem.table.unused", "F2"),
        ("problem.value.scaled", "E16"),
    ]
    assert pk.read_workbook(path, framework="open-2022").values.at[UNIT, "7.1"] == pytest.approx(52.4)
    strange = [[*r[:3], "con gà" if r[1] == "7.1" else r[3], r[4]] for r in body()]
    found = checked(written(tmp_path / "b.xlsx", [TITLE, HEAD[:5], *strange])).warnings
    assert ("problem.table.unit_unread", "D16") in {(p.key, p.cell) for p in found}


def test_forms_below_each_other_and_headings_said_again(tmp_path):
    other = [[*r[:4], None if r[1] == "2.2" else r[4] * 1.001, r[5]] for r in body()]
    rows = [TITLE, HEAD, *body()[:7], HEAD, *body()[7:], [], ["TỈNH CÀ MAU"], HEAD, *other]
    path = written(tmp_path / "a.xlsx", rows)
    checked(path)
    read = pk.read_workbook(path, framework="open-2022").values
    assert list(read.index) == [UNIT, "Cà Mau"]
    assert read.loc[UNIT].to_dict() == pytest.approx(DATA.values.loc[UNIT].to_dict())
    assert read.loc["Cà Mau"].isna().to_dict() == {c: c == "2.2" for c in TREE.indicators}


def test_every_province_is_found_in_titles_and_none_where_there_is_none():
    for unit in {*pk.load_dataset("pii-2024").units, *pk.load_dataset("pii-2025").units}:
        for title in (
            f"Biểu số liệu của tỉnh {unit} năm 2024",
            f"UBND TỈNH {unit.upper()}",
            f"So lieu {unit}",
        ):
            assert [known(p) for p in provinces_in(title)] == [known(unit)], title
    for title in ("Bảo đảm hòa bình, ổn định", "Kết quả thực hiện", "Hà Nội, ngày 5 tháng 3", "Nam, nữ"):
        assert provinces_in(title) == []


def known(name):
    return (
        pk.match_province(name, 63) if name in pk.load_dataset("pii-2024").units else pk.match_province(name)
    )


@pytest.mark.parametrize("seed", range(sized(6, 600)))
def test_forms_laid_out_at_random_come_back(tmp_path, seed):
    rng = random.Random(seed)
    gaps = rng.sample(TREE.indicators, rng.choice([0, 0, 1, 4]))
    columns = rng.choice([[0, 1, 2, 3, 4, 5], [1, 4], [2, 4], [1, 2, 4], [2, 3, 4, 5], [0, 2, 1, 4, 3]])
    value = rng.choice(
        ["Giá trị", "Số liệu năm 2022", "Năm 2022", "Kết quả thực hiện", "Giá trị (theo đơn vị)"]
    )
    name = rng.choice(["Chỉ số", "Tên chỉ số", "Nội dung", "Chỉ tiêu"])
    head = ["STT", "Mã chỉ số", name, rng.choice(["ĐVT", "Đơn vị", "Đơn vị tính"]), value, "Ghi chú"]
    table = [[*r[:4], rng.choice(["", None, "-"]) if r[1] in gaps else r[4], r[5]] for r in body()]
    rng.shuffle(table)
    if rng.random() < 0.4:
        table.insert(rng.randrange(len(table)), ["II", "", "NHÓM CHỈ SỐ KHÁC", "", "", ""])
    rows = [[r[j] for j in columns] for r in [head, *table]]
    if rng.random() < 0.3:
        rows.insert(1, [f"({n})" for n, _ in enumerate(columns, 1)])
    rows = [
        *rng.choice([[TITLE], [["SỞ KHOA HỌC VÀ CÔNG NGHỆ"], ["Tỉnh An Giang"]], [["Địa phương: An Giang"]]]),
        *rows,
    ]
    rows += rng.choice([[], [["Người lập biểu"]], [["Ghi chú: số liệu sơ bộ"]]])
    path = written(tmp_path / rng.choice(["a.xlsx", "a.csv"]), rows)
    report = checked(path, year=2022)
    assert report.ok, report.table.to_string()
    read = pk.read_workbook(path, framework="open-2022", year=2022).values
    expected = {c: v for c, v in DATA.values.loc[UNIT].to_dict().items() if c not in gaps}
    assert read.loc[UNIT].dropna().to_dict() == pytest.approx(expected)
