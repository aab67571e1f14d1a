"""What rows, columns and titles beside figures say of them: their unit, kind, year, indicator and place are never passed over."""

import itertools

import pytest
from layout_files import Sheet, write
from openpyxl import load_workbook
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError

TREE = pk.load_framework("pii-2025")


def table(text, *, name="S"):
    """A sheet of cells parted by | and rows by /; "·" is an empty cell, a number a number."""
    rows = [[_cell(c.strip()) for c in row.split("|")] for row in text.split(" / ")]
    width = max(map(len, rows))
    return Sheet(name, [row + [None] * (width - len(row)) for row in rows])


def _cell(text):
    try:
        return float(text) if text.count(".") < 2 else text
    except ValueError:
        return None if text == "·" else text


def read(text, folder, *, name="S", file=None, year=2025):
    """Keys of errors and warnings but the plain ones, and the figures that are read if there is no error."""
    path = write([table(text, name=name)], folder, "xlsx")
    path = path if file is None else path.rename(folder / f"{file}.xlsx")
    report = pk.check_file(path, framework=TREE, year=year)
    said = {
        p.key.removeprefix("problem."): p.cell for p in report.problems if p.key != "problem.table.absent"
    }
    if not report.ok:
        return said, None
    values = pk.read_workbook(path, framework=TREE, year=year).values.stack().dropna()
    return said, {(u, c): v for (u, c), v in values.items()}


CT, AG, HUE = "Cần Thơ", "An Giang", "Huế"


@pytest.mark.parametrize("heading", ["ĐVT", "Unit of measure", "·", "Đơn vị"][:: sized(2, 1)])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("units", "figures"),
    [(("nghìn đồng/tháng",) * 2, (6500, 6100)), (("nghìn đồng/tháng", "triệu đồng/tháng"), (6500, 6.1))],
)
def test_a_column_of_units_speaks_of_the_column_beside_it(heading, behind, units, figures, tmp_path):
    pairs = [(heading, "7.2.3"), *zip(units, map(str, figures), strict=True)]
    names = ("Tỉnh", CT, AG)
    rows = [f"{n}|{'|'.join(p[::-1] if behind else p)}" for n, p in zip(names, pairs, strict=True)]
    said, values = read(" / ".join(rows), tmp_path)
    assert values == {(CT, "7.2.3"): 6.5, (AG, "7.2.3"): 6.1}
    assert "value.scaled" in said


def test_two_columns_of_units_each_speak_of_their_own(tmp_path):
    unit, other = "triệu đồng/doanh nghiệp", "tỷ đồng/doanh nghiệp"
    _, values = read(
        f"Tỉnh|ĐVT|4.2.1|ĐVT|4.2.2 / {CT}|{unit}|12500|{other}|5 / {AG}|{other}|3|{unit}|7000", tmp_path
    )
    assert values == {(CT, "4.2.1"): 12.5, (CT, "4.2.2"): 5.0, (AG, "4.2.1"): 3.0, (AG, "4.2.2"): 7.0}


def agencies(folder, files, mapping, **how):
    for name, text in files.items():
        rows = (";".join(c.strip().replace("·", "") for c in row.split("|")) for row in text.split(" / "))
        (folder / name).write_text("\n".join(rows), encoding="utf-8")
    (folder / "m.csv").write_text("\n".join(mapping), encoding="utf-8")
    data = pk.read_agency_files(folder / "m.csv", framework=TREE, year=2025, **how)
    return data, [w["key"].removeprefix("problem.") for w in data.meta["read"]["warnings"]]


@pytest.mark.parametrize(
    ("text", "mapping", "value", "said"),
    [
        (f"Tỉnh|ĐVT|Vốn / {AG}|triệu đồng/doanh nghiệp|1870500", "4.2.1;a.csv;Vốn;", 1870.5, "value.scaled"),
        (f"Tỉnh|Hạng / {AG}|12", "5.1.2;a.csv;B;", 12, "table.rest"),
        (f"Số liệu năm 2023|· / Tỉnh|X / {AG}|12", "5.1.2;a.csv;X;", 12, "table.year_read"),
    ],
)
def test_agency_files_say_units_beside_figures_other_years_and_ranks(text, mapping, value, said, tmp_path):
    data, told = agencies(tmp_path, {"a.csv": text}, ["mã;tệp;cột;đơn vị", mapping])
    assert data.values.at[AG, mapping[:5]] == value
    assert said in told


def test_agency_files_of_two_lists_of_provinces_are_refused(tmp_path):
    files = {"a.csv": f"Tỉnh|X / {AG}|18 / Kiên Giang|20", "b.csv": f"Tỉnh|X / {AG}|18 / {HUE}|20"}
    rows = ["mã;tệp;cột", "5.1.2;a.csv;X", "7.1.3;b.csv;X"]
    with pytest.raises(InputError) as caught:
        agencies(tmp_path, files, rows)
    assert "problem.agency.lists" in {p.key for p in caught.value.problems}
    data, _ = agencies(tmp_path, {**files, "b.csv": f"Tỉnh|X / {AG}|18 / Kiên Giang|20"}, rows)
    assert data.values.loc["Kiên Giang", ["5.1.2", "7.1.3"]].tolist() == [20, 20]


TITLES = {
    "5.1.2": "Tỷ lệ lao động từ 15 tuổi trở lên đã qua đào tạo (%)",
    "7.1.3": "Giá trị xuất khẩu/GRDP (%)",
}


@pytest.mark.parametrize("blank", ["", " / ·"][:: sized(2, 1)])
@pytest.mark.parametrize("second", ["7.1.3", TITLES["7.1.3"], "7.1.3 Giá trị xuất khẩu/GRDP", "·|7.1.3"])
@pytest.mark.parametrize("first", ["Tỉnh|5.1.2", TITLES["5.1.2"]])
@pytest.mark.parametrize("places", [(AG, HUE), (CT, HUE)][:: sized(2, 1)])
def test_a_title_between_rows_begins_the_figures_of_another_indicator(first, second, places, blank, tmp_path):
    said, values = read(
        f"{first} / {CT}|25 / Đồng Nai|26{blank} / {second} / {places[0]}|31 / {places[1]}|33", tmp_path
    )
    one, two = (
        {(CT, "5.1.2"): 25, ("Đồng Nai", "5.1.2"): 26},
        {(p, "7.1.3"): v for p, v in zip(places, (31, 33), strict=True)},
    )
    assert values == one | two
    assert "table.by_title" in said or second.startswith("·")


WORDS = (
    "Hạng",
    "Xếp hạng",
    "Kế hoạch",
    "Số liệu kế hoạch",
    "Plan 2025",
    "Dự báo",
    "Nữ",
    "Thành thị",
    "II. Kế hoạch",
)


@pytest.mark.parametrize("word", WORDS[:: sized(4, 1)])
def test_rows_that_are_plans_ranks_or_parts_are_never_the_indicator(word, tmp_path):
    """In a column beside, in a line that parts the table, or below the province's name across: aside, or asked if nothing else is there."""
    full, plain = f"{CT}|Thực hiện|25 / {AG}|Thực hiện|24", {(CT, "5.1.2"): 25, (AG, "5.1.2"): 24}
    said, values = read(f"Tỉnh|Loại|5.1.2 / {CT}|{word}|26 / {full}", tmp_path)
    assert (values, said["table.other_rows"]) == (plain, "A2")
    said, values = read(f"Tỉnh|Loại|5.1.2 / {CT}|{word}|26 / {AG}|Thực hiện|24", tmp_path)
    assert (values, said["table.other_rows"]) == (None, "A2")
    said, values = read(
        f"Tỉnh|5.1.2 / I. Thực hiện / {CT}|25 / {AG}|24 / {word} / {CT}|26 / {AG}|27", tmp_path
    )
    assert (values, said["table.other_rows"]) == (plain, "A6")
    across = (
        f"Chỉ tiêu|{CT}|{CT}|{AG}|{AG} / ·|Giá trị|{word}|Giá trị|{word} / 5.1.2|25|1|24|2 / 7.1.3|·|29|30|30"
    )
    said, values = read(across, tmp_path)
    assert (values, said["table.other_rows"]) == (plain | {(AG, "7.1.3"): 30}, "C1")


@pytest.mark.parametrize(
    ("text", "how", "key"),
    [
        (f"Biểu 7. Số liệu năm 2021 / Tỉnh|7.2.3 / {CT}|5", {}, "table.year_read"),
        (f"Tỉnh|7.2.3 / {CT}|5", {"file": "so_lieu_2021"}, "table.year_read"),
        (f"Tỉnh|7.2.3 / {CT}|5", {"name": "Dự báo 2030"}, "table.other_kind"),
        (f"KẾ HOẠCH NĂM 2025 / Tỉnh|7.2.3 / {CT}|5", {}, "table.other_kind"),
        (f"XẾP HẠNG CÁC CHỈ SỐ NĂM 2025 / Tỉnh|7.2.3 / {CT}|5", {}, "table.other_kind"),
        (f"Tỉnh|7.2.3 (2021-2025) / {CT}|5", {}, "table.rest"),
        (f"Tỉnh|7.2.3 bình quân 3 năm 2023-2025 / {CT}|5", {}, "table.rest"),
        (f"Tỉnh|7.2.3 2024-2025 / {CT}|5", {}, "table.rest"),
        (f"Tỉnh|7.2.3|7.2.3 2025/2024 / {CT}|5|101", {}, "table.changed"),
        (f"Biểu 7. Số liệu năm 2025 / Tỉnh|7.2.3 / {CT}|5", {"file": "so_lieu_2025"}, None),
        (f"SỞ KẾ HOẠCH VÀ ĐẦU TƯ / Cần Thơ, ngày 5 tháng 3 năm 2024 / Tỉnh|7.2.3 / {CT}|5", {}, None),
    ],
)  # fmt: skip
def test_titles_names_and_spans_that_tell_another_year_or_kind_are_said(text, how, key, tmp_path):
    said, values = read(text, tmp_path, **how)
    assert values == {(CT, "7.2.3"): 5.0}
    assert set(said) == ({key} if key else set())


@pytest.mark.parametrize(("title", "key"), [
    ("HUYỆN CHÂU THÀNH, TỈNH AN GIANG", "table.district"), ("Xã Vĩnh Hanh, tỉnh An Giang", "table.district"),
    ("TỈNH AN GIANG (các huyện, thị xã)", None),
])  # fmt: skip
def test_a_form_of_a_district_is_no_form_of_its_province(title, key, tmp_path):
    said, values = read(f"{title} / Mã|Giá trị / 5.1.2|14 / 7.1.3|15", tmp_path)
    assert (values is None, set(said)) == (key is not None, {key} if key else set())


def test_what_rows_say_in_turn_is_all_said(tmp_path):
    """Words of kinds and units of rows together, whatever their order."""
    for order in itertools.permutations(
        ["Kế hoạch|nghìn đồng/tháng|9000", "Thực hiện|nghìn đồng/tháng|6500", "Hạng|·|3"]
    ):
        rows = " / ".join(f"{CT}|{row}" for row in order)
        said, values = read(f"Tỉnh|Loại|ĐVT|7.2.3 / {rows} / {AG}|Thực hiện|triệu đồng/tháng|6.1", tmp_path)
        assert values == {(CT, "7.2.3"): 6.5, (AG, "7.2.3"): 6.1}
        assert "table.other_rows" in said


@pytest.mark.parametrize(
    ("code", "number", "shown", "value"),
    [
        ("4.2.1", 1.5, '0.0" triệu"', 0.0015), ("7.2.3", 6500, '#,##0" nghìn đồng"', 6.5), ("5.1.2", 25, '0.0"‰"', 2.5),
        ("5.1.2", 25, '0.0"%"', 25), ("5.1.2", 25, '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_)', 25),
        ("7.2.3", 6_500_000, '0.0,,"tr.đ"', 6.5), ("7.2.3", 6.125, '0.0" triệu đồng"', 6.125), ("7.2.3", 6.5, '"≈"0.0', 6.5),
    ],
)  # fmt: skip
def test_words_in_the_format_of_a_number_are_read_as_a_person_sees_them(code, number, shown, value, tmp_path):
    path = write([table(f"Tỉnh|{code} / {CT}|{number}")], tmp_path, "xlsx")
    book = load_workbook(path)
    book.active["B2"].number_format = shown
    book.save(path)
    report = pk.check_file(path, framework=TREE, year=2025)
    assert pk.read_workbook(path, framework=TREE, year=2025).values.at[CT, code] == pytest.approx(value)
    converted = {p.key for p in report.problems} & {"problem.value.scaled", "problem.value.percent"}
    assert bool(converted) == (value != number and ",," not in shown)
    assert "problem.value.as_text" not in {p.key for p in report.problems}


def test_headings_before_a_table_of_a_page_are_its_titles(tmp_path):
    (tmp_path / "x.html").write_text(
        "<h2>Năm 2021</h2><p>Lời dẫn</p><table><tr><td>Tỉnh<td>5.1.2<tr><td>Cần Thơ<td>20</table>"
        f"<h3>{TITLES['7.1.3']}</h3><table><tr><td>Tỉnh<td>2021<tr><td>Cần Thơ<td>30</table>", encoding="utf-8",
    )  # fmt: skip
    report = pk.check_file(tmp_path / "x.html", framework=TREE, year=2025)
    assert {"problem.table.year_read", "problem.table.by_title"} <= {p.key for p in report.problems}
    data = pk.read_workbook(tmp_path / "x.html", framework=TREE, year=2025)
    assert data.values.loc[CT, ["5.1.2", "7.1.3"]].tolist() == [20, 30]


@pytest.mark.parametrize("name", ["pii-2025", "pii-2024", "open-2022"])
def test_the_form_of_an_edition_says_nothing_of_its_own_words(name, tmp_path):
    """ "% compared with the year before" is the unit of an indicator, no change of it; a year in a unit is no year of figures."""
    data = pk.load_dataset(name)
    pk.write_template(tmp_path / "t.xlsx", data=data)
    report = pk.check_file(tmp_path / "t.xlsx")
    assert not [p for p in report.problems if not p.key.startswith("problem.slip")]
    assert pk.read_workbook(tmp_path / "t.xlsx").values.equals(data.values)


def test_a_letter_onto_the_column_of_another_indicator_is_refused(tmp_path):
    files = {"a.csv": f"Tỉnh|5.1.2|7.1.3 / {AG}|18|31"}
    with pytest.raises(InputError) as caught:
        agencies(tmp_path, files, ["mã;tệp;cột", "5.1.2;a.csv;C"])
    assert {p.key for p in caught.value.problems} == {"problem.agency.other_indicator"}
    data, _ = agencies(tmp_path, files, ["mã;tệp;cột", "5.1.2;a.csv;B"])
    assert data.values.at[AG, "5.1.2"] == 18
