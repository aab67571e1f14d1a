"""The account of a file: every cell that holds something has one fate, and they sum to all of them."""

import random
from collections import Counter

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from sizes import sized

import piikit as pk
from piikit.cli.check import command
from piikit.data.reading.open.grid import Grids, from_cells
from piikit.data.reading.table.collect import collect
from piikit.data.reading.table.collected import FATES
from piikit.data.reading.table.unit_matcher import UnitMatcher
from piikit.data.reading.table.unit_rows import Wanted


@pytest.fixture(scope="module")
def tree():
    return pk.load_framework("open-2022")


@pytest.fixture
def office(tmp_path):
    """One sheet with a bit of everything, one hidden, one of notes."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Biểu 1"
    for row in (
        ["Biểu 1. Giáo dục"],
        ["Đơn vị tính: điểm"],
        ["STT", "Tỉnh", "2.1", "2.2", "Số trường", "Ghi chú"],
        ["A", "B", 1, 2, 3, None],
        [None, "Cả nước", 6.5, 37, 900, None],
        ["I", "Đồng bằng sông Hồng", 6.6, None, None, None],
        [1, "Hà Nội", 6.9, "…", 200, "sơ bộ"],
        [2, "Cần Thư", 6.4, 70, 80, None],
        [3, "An Giang", "abc", 40, 90, None],
        ["Nguồn: Sở Giáo dục"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    book.create_sheet("Ẩn").append(["Tỉnh", "2.1"])
    book["Ẩn"].sheet_state = "hidden"
    book.create_sheet("Hướng dẫn").append(["Tệp này do Sở lập"])
    book.save(tmp_path / "x.xlsx")
    return tmp_path / "x.xlsx"


def test_account_by_hand(office, tree):
    report = pk.check_file(office, framework=tree)
    counts = {
        sheet: rows.set_index("fate")["cells"].to_dict() for sheet, rows in report.account.groupby("sheet")
    }
    assert counts == {
        "Biểu 1": {
            "read": 2, "gap": 1, "name": 2, "heading": 14, "title": 1, "note": 1, "total": 4, "region": 3, "aside": 3,
            "refused": 6,
        },
        "Ẩn": {"hidden": 2},
        "Hướng dẫn": {"unread": 1},
    }  # fmt: skip
    aside = {(fate, cell): text for _, fate, cell, text in report.set_aside.itertuples(index=False)}
    assert aside["title", "A1"] == "Biểu 1. Giáo dục"
    assert aside["note", "A10"] == "Nguồn: Sở Giáo dục"
    assert aside["total", "B5"] == "Cả nước"
    assert aside["region", "B6"] == "Đồng bằng sông Hồng"
    assert aside["aside", "E4"] == "3" or ("aside", "E3") in aside
    assert "40" in report.summary("en")


def test_the_account_is_shown_and_written(office, tmp_path):
    done = CliRunner().invoke(
        command, [str(office), "--framework", "open-2022", "--excel", str(tmp_path / "r.xlsx")]
    )
    assert done.exit_code == 1
    assert "Số ô có nội dung: 40" in done.output
    assert "Biểu 1!A10 Nguồn: Sở Giáo dục" in done.output
    book = load_workbook(tmp_path / "r.xlsx")
    cells = [str(row[2].value) for row in book["Sổ các ô"].iter_rows(min_row=2)]
    assert sum(int(n) for n in cells if n.isdigit()) == 40


def test_a_dataset_keeps_its_account(office, tree, tmp_path):
    book = load_workbook(office)
    sheet = book["Biểu 1"]
    sheet["B8"], sheet["C9"] = "Cần Thơ", 6.1
    book.save(tmp_path / "y.xlsx")
    data = pk.read_workbook(tmp_path / "y.xlsx", framework=tree)
    told = data.meta["read"]
    assert told["account"]["Biểu 1"]["read"] == 5
    assert sum(sum(sheet.values()) for sheet in told["account"].values()) == 40
    assert "problem.table.unused" in [w["key"] for w in told["warnings"]]
    again = pk.Dataset.load(data.save(tmp_path / "z.xlsx"))
    assert again.meta["read"] == told
    (tmp_path / "m.csv").write_text("mã;tệp;trang tính;cột\n2.1;y.xlsx;Biểu 1;C\n", encoding="utf-8")
    agency = pk.read_agency_files(tmp_path / "m.csv", framework=tree).meta["read"]["account"]
    assert {k: sum(v.values()) for k, v in agency.items()} == {"y.xlsx!Biểu 1": 37}


WORDS = [
    "Tỉnh", "Cần Thơ", "Hà Nội", "Huế", "An Giang", "Cần Thư", "2.1", "2.2", "7.1", "Năm", "2021", "2022", "Năm 2022",
    "Mã", "Giá trị", "Cả nước", "Tây Nguyên", "Nguồn: x", "Đơn vị: triệu đồng", "Biểu 1. Tỷ lệ dân số đô thị", "STT",
    "…", "abc", "5", "6,4", "70", "(%)",
]  # fmt: skip


@pytest.mark.slow
def test_every_cell_has_one_fate(tree):
    """Of any sheet whatever: the fates are known ones and sum to the cells that hold something."""
    rng, seen = random.Random(5), Counter()
    for _ in range(sized(250, 5_000)):
        height, width = rng.randrange(1, 12), rng.randrange(1, 8)
        cells = {
            (r, c): rng.choice(WORDS)
            for r in range(1, height + 1)
            for c in range(1, width + 1)
            if rng.random() < 0.8
        }
        first = rng.randrange(1, 3)
        for r in range(first, height + 1):
            if rng.random() < 0.7:
                cells[r, 1] = rng.choice(WORDS[1:6])
        cells |= {(first, c): rng.choice(WORDS[6:9]) for c in range(2, width + 1) if rng.random() < 0.7}
        merged = [
            (a, b, a + rng.randrange(3), b + rng.randrange(2))
            for a, b in [(rng.randrange(1, 9), rng.randrange(1, 5))]
        ]
        merged = merged if rng.random() < 0.3 else []
        covered = {
            (r, c)
            for a, b, z, y in merged
            for r in range(a, z + 1)
            for c in range(b, y + 1)
            if (r, c) != (a, b)
        }
        for at in covered:
            cells.pop(at, None)
        grid = from_cells("Số liệu", dict(cells), merged=merged)
        found = collect(
            Grids("x.xlsx", "xlsx", (grid,)), Wanted(UnitMatcher(), tree, rng.choice((None, 2022)))
        )
        (account,) = found.accounts
        assert account.cells == len(cells)
        assert sum(account.counts.values()) == account.cells
        assert set(account.counts) <= set(FATES)
        kept = sum(k.value == k.value for k in found.cells.values())
        assert account.counts.get("read", 0) >= kept - account.counts.get("refused", 0), (
            grid.rows,
            merged,
            found.cells,
        )
        seen.update(account.counts)
    assert min(seen[f] for f in ("read", "name", "heading", "total", "region", "aside", "refused")) > sized(
        8, 160
    ), seen
