"""Twenty thousand and more generated tables and files: a report or a dataset, never a crash.

With ``--long`` 14,000 CSV texts, 6,000 sheets in memory and 400 real files (xlsx with flipped bytes,
some with mutated XML), all from fixed seeds; in the plain run the first 5% of them. And hypothesis over
single cells.
"""

import io
import math
import random
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.base.language import LANGUAGES
from piikit.data.reading.office_numbers import decide, read_number
from piikit.data.reading.open.delimited import read_delimited
from piikit.data.reading.open.grid import Grids, from_cells
from piikit.data.reading.open.html_tables import html_grids
from piikit.data.reading.open.html_text import text_rows
from piikit.data.reading.open.safety import Budget, Refused
from piikit.data.reading.page.own_page import make_page
from piikit.data.reading.table.collect import collect
from piikit.data.reading.table.unit_matcher import UnitMatcher
from piikit.data.reading.table.unit_rows import Wanted
from piikit.index.page.page_result import score_page

WORDS = [
    "Tỉnh", "Địa phương", "Cần Thơ", "TP. Cần Thơ", "Hà Nội", "hue", "Đắk Lắk", "Cần Thư", "Tổng số", "Cả nước",
    "Ghi chú:", "Nguồn", "(*)", "2.1", "2.2", "3.1", "1", "PII", "IN", "9.9.9", "Hạ tầng số (DTI)", "Mã", "Giá trị",
    "Năm", "2021", "2022", "1.234", "1,234", "1.234,5", "12,5%", "-", "…", "n/a", "không có", "#REF!", "#DIV/0!",
    "3,2 tỷ đồng", "5 triệu", "inf", "-inf", "nan", "1e999", "1e-999", "-0", "0,0", "=1+1", "@x", "\t", "\r", "\"", "'",
    ";", ",", "|", "\x00", "\ufeff", "\u202e", "́", "𝟙", "٣", "½", "", " ", "  ", "x" * 300, "1" * 400, "(1)", "12*",
    "sep=;", "<b>", "&amp;", "2024-01-02", "1/2", "31.12.2024", "50 %", "(triệu đồng)", "Đơn vị tính: tỷ đồng",
]  # fmt: skip
WHEN = re.compile(rb"20[\d-]{8}T[\d:]{8}Z")
OBJECTS = [None, True, 0, -1, 3.5, 1e308, 10**400, float("inf"), float("nan"), 2**63]


def cell(rng):
    draw = rng.random()
    if draw < 0.55:
        return rng.choice(WORDS)
    if draw < 0.8:
        return f"{rng.uniform(-5, 120):.{rng.randrange(4)}f}".replace(".", rng.choice(".,"))
    if draw < 0.9:
        return "".join(rng.choice(WORDS) for _ in range(rng.randrange(4)))
    return "".join(
        chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x300, 0x1F00))))
        for _ in range(rng.randrange(12))
    )


def sane_table(rng):
    """Something like an office's table, so that the depth of the reader is reached, not only its door."""
    rows = [
        [
            "Tỉnh",
            *rng.sample(["2.1", "2.2", "3.1", "7.1", "Hạ tầng số (DTI)", "1.1 năm 2021", "1.1 năm 2022"], 3),
        ]
    ]
    for name in rng.sample(
        ["Cần Thơ", "Hà Nội", "Đà Nẵng", "Huế", "An Giang", "Tổng số", "Cần Thư"], rng.randrange(1, 6)
    ):
        rows.append([name, *(cell(rng) for _ in range(3))])
    for _ in range(rng.randrange(3)):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = cell(rng)
    return rows


def wild_table(rng):
    width = rng.randrange(1, 7)
    return [
        [cell(rng) for _ in range(rng.choice((width, rng.randrange(0, 8))))]
        for _ in range(rng.randrange(0, 9))
    ]


def judge(found):
    """What must hold of every reading: finite or missing values, places, a sentence for every problem."""
    for value, _, place in found.cells.values():
        assert math.isnan(value) or math.isfinite(value)
        assert place
    for problem in found.problems[:4]:
        for lang in LANGUAGES:
            assert problem.sentence(lang)


@pytest.fixture(scope="module")
def tree():
    return pk.load_framework("open-2022")


@pytest.mark.slow
def test_csv_texts(tree):
    rng, refused, read = random.Random(1), 0, 0
    for n in range(sized(700, 14_000)):
        table = sane_table(rng) if n % 3 else wild_table(rng)
        sep = rng.choice(",;\t|")
        text = rng.choice(("\n", "\r\n", "\r")).join(
            sep.join(c.replace("\n", " ") for c in row) for row in table
        )
        data = bytearray(
            text.encode(rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258")), "replace")
        )
        for _ in range(rng.choice((0, 0, 0, 1, 3))):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            grid = read_delimited(bytes(data)).grid
        except Refused as why:
            said = why.problem("x").sentence()
            refused += len(said) > 10
            continue
        wanted = Wanted(UnitMatcher(), tree, rng.choice((None, 2022)))
        judge(collect(Grids("x.csv", "text", (grid,)), wanted))
        read += 1
    assert refused > sized(10, 200)
    assert read > sized(500, 10_000)


@pytest.mark.slow
def test_sheets_in_memory(tree):
    rng = random.Random(2)
    values = 0
    for n in range(sized(300, 6_000)):
        table = sane_table(rng) if n % 2 else wild_table(rng)
        turned = rng.random() < 0.2
        cells, uncached, merged = {}, {}, []
        for i, row in enumerate(table, 1):
            for j, raw in enumerate(row, 1):
                value = rng.choice(OBJECTS) if rng.random() < 0.08 else raw
                at = (j, i) if turned else (i, j)
                cells[at] = value
                if rng.random() < 0.02:
                    uncached[at] = "A1"
                    cells.pop(at)
        if rng.random() < 0.3:
            a, b = rng.randrange(1, 5), rng.randrange(1, 5)
            merged.append((a, b, a + rng.randrange(3), b + rng.randrange(3)))
        percent = frozenset(at for at in cells if rng.random() < 0.05)
        grid = from_cells("Số liệu", cells, merged=merged, uncached=uncached, percent=percent)
        wanted = Wanted(UnitMatcher(rng.choice((None, 63, 34))), tree, 2022)
        found = collect(Grids("x.xlsx", "xlsx", (grid,)), wanted)
        judge(found)
        values += sum(not math.isnan(v) for v, _, _ in found.cells.values())
    assert values > sized(150, 3_000)


def small_book(rng):
    made = Workbook()
    sheet = made.active
    sound = [
        ["Tỉnh", "2.1", "2.2"],
        *([u, f"{rng.uniform(1, 9):.2f}", f"{rng.uniform(1, 99):.1f}"] for u in ("Cần Thơ", "Hà Nội")),
    ]
    for i, row in enumerate(rng.choice((sound, sound, sane_table(rng))), 1):
        for j, raw in enumerate(row, 1):
            text = "".join(c for c in raw if c.isprintable()) if i > 1 else raw
            sheet.cell(i, j).value = (
                float(text)
                if i > 1 and text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()
                else text[:500]
            )
    out = io.BytesIO()
    made.save(out)
    return packed(out.getvalue(), zipfile.ZIP_DEFLATED, lambda part: WHEN.sub(b"2024-01-01T00:00:00Z", part))


def packed(data, compression, change):
    """The same archive, dated alike whenever it is made, each part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), change(old.read(name)), compression)
    return out.getvalue()


def mutate_xml(data, rng):
    """Change bytes inside the parts, so that the archive stays whole and the XML reader is reached."""

    def change(part):
        part = bytearray(part)
        for _ in range(rng.choice((0, 1, 4)) if part else 0):
            at = rng.randrange(len(part))
            part[at : at + rng.randrange(3)] = rng.choice(
                (b"", b"<", b">", b'"', b"9", b"A1", b"\xff", b"&#0;", b"</c>")
            )
        return bytes(part)

    return packed(data, zipfile.ZIP_STORED, change)


@pytest.mark.slow
def test_real_files(tree, tmp_path):
    rng, outcomes = random.Random(3), {"dataset": 0, "errors": 0}
    books = [small_book(rng) for _ in range(12)]
    for n in range(sized(20, 400)):
        data = rng.choice(books)
        if n % 2:
            data = mutate_xml(data, rng)
        else:
            data = bytearray(data)
            for _ in range(rng.randrange(1, 12)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / "x.xlsx"
        path.write_bytes(bytes(data))
        report = pk.check_file(path, framework=tree)
        assert report.ok == (not report.errors)
        assert report.in_words("en").shape[1] == 9
        try:
            pk.read_workbook(path, framework=tree)
            outcomes["dataset"] += 1
        except InputError:
            outcomes["errors"] += 1
    assert min(outcomes.values()) > sized(0, 5), outcomes


@given(
    st.one_of(
        st.text(max_size=40),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.dates(),
        st.binary(max_size=5),
    )
)
def test_any_cell_is_read(raw):
    reading = read_number(raw)
    assert reading.kind in ("number", "missing", "error", "date", "text")
    assert (reading.kind == "number") == math.isfinite(reading.value)


@given(
    st.lists(st.sampled_from(WORDS), max_size=12), st.floats(), st.floats(), st.sampled_from(["", ".", ","])
)
def test_any_column_is_decided(raws, low, high, mark):
    settled, _ = decide([read_number(r) for r in raws], low=low, high=high, mark=mark)
    assert len(settled) == len(raws)
    assert all(math.isfinite(r.value) for r in settled if r.kind == "number")


@given(
    st.lists(
        st.lists(
            st.sampled_from([*WORDS, "Giáo dục", "Môi trường chính sách", "Thể chế", "58,9", "13.68"]),
            max_size=6,
        ),
        max_size=12,
    )
)
@settings(max_examples=sized(8, 25))
def test_any_page_is_scored(table):
    tree = pk.load_framework("pii-2025")
    try:
        page = make_page(table, unit="Khánh Hòa", framework=tree, year=2025)
    except InputError:
        return
    result = score_page(page)
    scored = result.table[result.table["status"] == "exact"]
    assert (scored["score_low"] <= scored["score_high"]).all()


@given(st.text(max_size=300))
def test_any_text_and_html_make_rows(text):
    rows, places = text_rows(text)
    assert len(rows) == len(places)
    for grid in html_grids("<table><tr><td>" + text + "</td><td>1</td></tr></table>", Budget()):
        assert len(grid.rows) == len(grid.row_at)
