"""Headings that say more than an indicator, names near known ones, tables and cells that nothing names: never in silence."""

import random

import pytest
from layout_files import Sheet, write
from sizes import LONG, sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.reading.table.heading_rest import rest_of
from piikit.data.reading.table.headings import heading_code, named_code

PLACES = ("Cần Thơ", "Hậu Giang", "Hải Phòng", "Bắc Kạn", "Sơn La", "Lào Cai")
CHANGED = (
    "{} so với 2021 (%)", "Tốc độ tăng {}", "{} (kế hoạch)", "{} hạng", "Xếp hạng {}", "{} - thay đổi", "{} rank",
    "{} (ke hoach)", "{}, growth", "{} năm 2022 so cùng kỳ", "{}\nMục tiêu", "Chênh lệch {}", "{} [plan]",
)  # fmt: skip
HARMLESS = (
    "{}", "{} 2022", "{} năm 2022", "{} (sơ bộ)", "{} Ước 2022", "{} Prel. 2022", "{} (điểm)", "{} (*)", "{} hạng mục",
)  # fmt: skip
TREES = ("open-2022", "pii-2025")


def problems(rows, folder, *, year=2022):
    """What `check` says of rows, without that indicators are absent or figures unusual."""
    file = write([Sheet("S", rows)], folder, "xlsx")
    report = pk.check_file(file, framework="open-2022", year=year)
    quiet = ("problem.table.absent", "problem.table.list_year", "problem.table.list_now")
    return [p for p in report.problems if p.key not in quiet and "slip" not in p.key]


@pytest.mark.parametrize("form", CHANGED[:: sized(3, 1)])
@pytest.mark.parametrize("what", ["2.1", "Điểm thi"])
def test_words_that_make_something_else_of_an_indicator(form, what, tmp_path):
    """Beside the indicator the column is set aside with a word; instead of it, too, and an error if its code was meant."""
    head = form.format(what)
    rows = [["Tỉnh", head, "2.1"], *([p, 120.0 + n, 6.1 + n / 10] for n, p in enumerate(PLACES))]
    said = problems(rows, tmp_path)
    assert {(p.cell, p.severity) for p in said if p.cell} == {("B1", "warning")}
    data = pk.read_workbook(tmp_path / "bieu.xlsx", framework="open-2022", year=2022)
    assert data.values["2.1"].tolist() == pytest.approx([6.1 + n / 10 for n in range(6)])
    alone = problems([["Tỉnh", head, "2.2"], *rows[1:]], tmp_path)
    assert {p.cell for p in alone} == {"B1"}
    assert {p.key for p in alone} <= {"problem.table.changed", "problem.table.unused", "problem.table.code"}
    if head.startswith("2.1"):
        assert [(p.key, p.severity) for p in alone] == [("problem.table.changed", "error")]


@pytest.mark.parametrize("above", ["Xếp hạng", "Kế hoạch", "Tốc độ tăng (%)", "Plan"])
def test_such_words_in_a_row_above(above, tmp_path):
    rows = [
        [None, above, above],
        ["Tỉnh", "2.1", "2.2"],
        *([p, 6.1 + n / 10, 50 + n] for n, p in enumerate(PLACES)),
    ]
    assert "problem.table.changed" in {p.key for p in problems(rows, tmp_path) if p.severity == "error"}
    long = [["Tỉnh", "Mã", "Giá trị"], *([p, "2.1 (kế hoạch)", 6.1] for p in PLACES)]
    said = problems(long, tmp_path)
    assert [(p.key, p.cell) for p in said][:6] == [("problem.table.changed", f"B{n}") for n in range(2, 8)]


@pytest.mark.parametrize("name", TREES)
def test_names_of_indicators_and_harmless_words_stay(name):
    tree = pk.load_framework(name)
    for code in tree.table.index if LONG else tree.indicators:
        for title in (tree.title(code, "vi"), tree.title(code, "en")):
            assert heading_code(title, tree) == named_code(title, tree)
            assert heading_code(f"{code} {title}", tree) == named_code(f"{code} {title}", tree)
    code = tree.indicators[0]
    assert {heading_code(form.format(code), tree) for form in HARMLESS} == {code}
    assert {heading_code(form.format(code), tree) for form in CHANGED} == {None}


@pytest.mark.parametrize(
    "name", ["Hà Nộii", "TP. Hà Nộii", "1. Hà Nộii", "Hà Nộ", "Hà Nội 2", "Đà Nẵg"][:: sized(3, 1)]
)
@pytest.mark.parametrize("place", ["first", "above the headings", "last"])
@pytest.mark.parametrize("gaps", [(None, None), ("…", None), ("-", "…")])
def test_a_name_near_a_known_one_gets_its_word(name, place, gaps, tmp_path):
    heads, body = [["Tỉnh", "2.1", "2.2"]], [[p, 6.1 + n / 10, 50.0 + n] for n, p in enumerate(PLACES)]
    odd = [[name, *gaps]]
    rows = {"first": [*heads, *odd, *body], "last": [*heads, *body, *odd]}.get(place, [*odd, *heads, *body])
    said = [p for p in problems(rows, tmp_path) if p.key == "problem.table.unit"]
    assert [p.cell for p in said] == [f"A{rows.index(odd[0]) + 1}"]
    assert said[0].suggestion


def test_a_table_that_names_no_indicator_is_asked_about(tmp_path):
    body = [[p, 6.1 + n / 10, 50.0 + n] for n, p in enumerate(PLACES)]
    one = [["Tỉnh", "2.1", "2.2"], *body]
    for heads in (["Tỉnh", 2021, 2022], ["Tỉnh", "Năm 2021", "Sơ bộ 2022"], ["Địa phương", "Giá trị", None]):
        said = problems([*one, [None] * 3, heads, *body], tmp_path)
        assert ("problem.table.nameless", "B9", "error") in {(p.key, p.cell, p.severity) for p in said}
    titled = [*one, [None] * 3, ["Tỷ lệ dân số đô thị", None, None], ["Tỉnh", 2021, 2022], *body]
    assert "problem.table.nameless" not in {p.key for p in problems(titled, tmp_path)}


def test_figures_of_no_table_are_asked_about(tmp_path):
    """Below a heading of an indicator stand figures of names that are no provinces; words alone are a warning."""
    rows = [
        ["Tỉnh", "2.1"],
        *([p, 6.1 + n / 10] for n, p in enumerate(PLACES)),
        [None, None],
        ["Chỉ tiêu", "2.2"],
    ]
    for below, severity in (("khác", "warning"), (5, "error"), ("70,5", "error")):
        said = problems([*rows, ["A1 khác", below]], tmp_path)
        assert [(p.key, p.cell, p.severity) for p in said] == [("problem.table.unclaimed", "A9", severity)]


def test_one_value_a_row_by_a_mapping(tmp_path):
    """Of a long table a mapping reads the rows of its code only; a code that is not known is asked about."""
    rows = [
        ["Tỉnh", "Mã", "Giá trị"],
        ["Cần Thơ", "2.1", 6.4],
        ["Cần Thơ", "2.2", 70.5],
        ["Sơn La", "2.2", 14.0],
    ]
    rows += [["Hà Nội", "2.1 Điểm thi", 6.9]]
    mapping = tmp_path / "m.csv"
    mapping.write_text("mã;tệp;cột\n2.1;bieu.xlsx;Giá trị\n2.2;bieu.xlsx;C\n", encoding="utf-8")
    write([Sheet("S", rows)], tmp_path, "xlsx")
    data = pk.read_agency_files(mapping, framework="open-2022", year=2022)
    read = {code: data.values[code].dropna().to_dict() for code in ("2.1", "2.2")}
    assert read == {"2.1": {"Cần Thơ": 6.4, "Hà Nội": 6.9}, "2.2": {"Cần Thơ": 70.5, "Sơn La": 14.0}}
    write([Sheet("S", [*rows, ["Huế", "2,1", 7.0]])], tmp_path, "xlsx")
    with pytest.raises(InputError) as asked:
        pk.read_agency_files(mapping, framework="open-2022", year=2022)
    assert {(p.key, p.cell) for p in asked.value.problems} == {("problem.table.code", "B6")}


STRANGE = (
    "đặc biệt", "giả định", "nữ", "nam", "khu vực thành thị", "special", "assumed", "phương án hai", "điểm chuẩn", "mới nhất",
    "lớp tám", "theo giới", "women", "ngoại thành", "kịch bản cao", "lũy kế", "bq", "đã chuẩn hóa",
)  # fmt: skip
FORMS = ("{} {}", "{} ({})", "{}\n{}", "{}: {}", "{} - {}", "{} [{}] 2022", "{}, {}")


@pytest.mark.parametrize("n", range(sized(4, 60)))
def test_any_word_that_is_not_known_is_told(n, tmp_path):
    """Read with the rest told; beside a column without it set aside; two with a rest, or a year, are asked about."""
    rng = random.Random(n)
    named = rng.choice(
        ("2.2", "2.2 Tỷ lệ dân số đô thị", "Tỷ lệ dân số đô thị", "Urban share of the population")
    )
    head = rng.choice(FORMS).format(named, rng.choice(STRANGE))
    body = [[p, 50.0 + 3 * n, 60.0 + n] for n, p in enumerate(PLACES)]
    for second in ("3.2", "2.2", "2.2 nam", "2.2 2022"):
        heads = [second, head] if rng.random() < 0.5 else [head, second]
        said = problems([["Tỉnh", *heads], *body], tmp_path)
        keys = {p.key.removeprefix("problem.table.") for p in said if p.cell == "BC"[heads.index(head)] + "1"}
        alone = {"rest", "unused", "code"} if named[0] != "2" else {"rest"}
        assert keys & (alone if second == "3.2" else {"changed", "two_columns", "rest", "unused", "code"}), (
            heads,
            said,
        )
        if second == "2.2" and not any(p.severity == "error" for p in said):
            read = pk.read_workbook(tmp_path / "bieu.xlsx", framework="open-2022", year=2022).values["2.2"]
            assert read.tolist() == [row[1 + heads.index(second)] for row in body]


@pytest.mark.parametrize("name", TREES)
def test_known_headings_have_no_rest(name):
    tree = pk.load_framework(name)
    for code in tree.indicators:
        row = tree.table.loc[code]
        for title in (tree.title(code, "vi"), tree.title(code, "en")):
            for form in (
                "{1}",
                "{0} {1}",
                "{0}. {1} 2022",
                "{1} (sơ bộ)",
                "{1} ({2}) Ước 2022",
                "{0} ({2})",
                "Chỉ số {0}: {1} năm 2022",
            ):
                assert rest_of(form.format(code, title, row["unit_vi"]), code, tree) == ""


def test_a_rest_in_other_rows_and_in_cells_of_codes(tmp_path):
    body = [[p, 50.0 + 3 * n, 4.0 + n / 10] for n, p in enumerate(PLACES)]
    for heads in (
        [["Tỉnh", "2.2", "3.2"], [None, "Nữ", None]],
        [["Tỉnh", "Giả định", "Kế toán"], [None, "2.2", "3.2"]],
    ):
        said = [
            (p.cell, p.code) for p in problems([*heads, *body], tmp_path) if p.key == "problem.table.rest"
        ]
        assert said[0] == ("B2", "2.2")
    titled = [
        ["Báo cáo của Sở", None, None],
        ["Tỉnh", "2.2", "3.2"],
        [None, "%", "điểm"],
        [None, "(1)", "(2)"],
    ]
    assert "problem.table.rest" not in {p.key for p in problems([*titled, *body], tmp_path)}
    long = [["Tỉnh", "Mã", "Giá trị"], *([p, "2.2 nữ", v] for p, v, _ in body)]
    assert [p.cell for p in problems(long, tmp_path) if p.key == "problem.table.rest"] == ["B2"]
    form = [["Tỉnh Cần Thơ", None], ["Mã", "Giá trị"], ["2.2 nữ", 70.5], ["3.2", 4.1]]
    assert [p.cell for p in problems(form, tmp_path) if p.key == "problem.table.rest"] == ["A3"]


def test_a_figure_without_a_year_beside_one_with_is_asked_about(tmp_path):
    """Gaps of one are not filled from the other in silence."""
    rows = [["Tỉnh", "2.2", "Tỷ lệ dân số đô thị 2021"], ["Cần Thơ", 70.5, None], ["Sơn La", None, 14.0]]
    assert ("problem.table.two_columns", "C1") in {(p.key, p.cell) for p in problems(rows, tmp_path)}


@pytest.mark.parametrize(
    "heading", ["5.1.2 và 7.1.3", "5.1.2/5.2.1", "5.1.2, 7.1.3", "5.1.2 x 100", "5.1.2/100", "5.1.2 × 1000"]
)
def test_headings_of_two_indicators_and_those_that_compute_are_told(heading, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(f"Tỉnh;{heading}\nCần Thơ;25\nHuế;20\n", encoding="utf-8")
    report = pk.check_file(file, framework="pii-2025", year=2025)
    assert [p for p in report.problems if p.cell == "B1"], [p.key for p in report.problems]


@pytest.mark.parametrize(
    "heading", ["5.1.2", "5.1.2 (%)", "5.1.2 năm 2025", "5.1.2 31/12/2025", "2025 5.1.2"]
)
def test_plain_headings_are_not(heading, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(f"Tỉnh;{heading}\nCần Thơ;25\nHuế;20\n", encoding="utf-8")
    report = pk.check_file(file, framework="pii-2025", year=2025)
    assert not [p for p in report.problems if p.key == "problem.table.rest"]
