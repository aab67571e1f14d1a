"""The account of cells holds in every format and form, and what was said when a file was read stays with its dataset."""

import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import piikit as pk
from piikit.base.errors import InputError
from piikit.cli import group

TREE = pk.load_framework("open-2022")


def keys(report, severity="warning"):
    return [p.key for p in report.problems if p.severity == severity]


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """A template and a saved dataset, as earlier versions wrote them: nothing hidden tells what was filled."""
    folder, data = tmp_path_factory.mktemp("forms"), pk.load_dataset("open-2022")
    pk.write_template(folder / "template.xlsx", data=data)
    data.save(folder / "saved.xlsx")
    for name in ("template", "saved"):
        book = load_workbook(folder / f"{name}.xlsx")
        del book["piikit_filled"]
        for row in book["piikit"].iter_rows():
            if row[0].value in ("prefilled", "further", "fingerprint", "columns"):
                row[0].value = row[1].value = None
        book.save(folder / f"{name}.xlsx")
    return folder


@pytest.mark.parametrize("name", ["template", "saved"])
def test_a_row_deleted_from_a_form_of_earlier_versions_is_said(forms, tmp_path, name):
    book = load_workbook(forms / f"{name}.xlsx")
    for sheet in book:
        for row in reversed(range(1, sheet.max_row + 1)):
            if sheet.title not in ("piikit", "exact") and sheet.cell(row, 1).value == "Cà Mau":
                sheet.delete_rows(row)
    book.save(tmp_path / "x.xlsx")
    report = pk.check_file(tmp_path / "x.xlsx")
    said = [p.sentence("vi") for p in report.problems if p.key.endswith(("rows_gone", "saved.short"))]
    assert len(said) == 1
    assert "Cà Mau" in said[0]
    whole = pk.check_file(forms / f"{name}.xlsx")
    assert not {"problem.form.rows_gone", "problem.saved.short"} & set(keys(whole))


def test_what_was_said_of_agency_files_is_said_by_every_verb_and_in_the_brief(tmp_path):
    data = pk.load_dataset("open-2022")
    rows = [f"{u};{str(v).replace('.', ',')}" for u, v in data.values["2.1"].items()]
    rows = [r + "*" if r.startswith("Cần Thơ") else r for r in rows]
    (tmp_path / "a.csv").write_text("\n".join(["Tỉnh;Điểm", *rows]), encoding="utf-8")
    (tmp_path / "m.csv").write_text("mã;tệp;cột\n2.1;a.csv;Điểm\n", encoding="utf-8")
    agency = pk.read_agency_files(tmp_path / "m.csv", framework=TREE, year=2022)
    agency.save(tmp_path / "saved.xlsx")

    def said(*words):
        done = CliRunner().invoke(group, [*words, "--lang", "en"])
        return done.output + (done.stderr or "")

    wanted = "indicator 2.1, value “6,4214*”"
    assert wanted in said("check", str(tmp_path / "saved.xlsx"))
    assert wanted in said("diagnose", "Cần Thơ", "--workbook", str(tmp_path / "saved.xlsx"))
    assert wanted in said("diagnose", "Hà Nội", "--workbook", str(tmp_path / "saved.xlsx"))
    for unit, seen in (("Cần Thơ", True), ("Hà Nội", False)):
        here = ["--workbook", str(tmp_path / "saved.xlsx"), "--out", str(tmp_path / unit)]
        said("brief", unit, *here)
        page = next((tmp_path / unit).glob("*.html")).read_text(encoding="utf-8")
        assert ("As read from the file" in page and "6,4214*" in page) is seen


REFUSED = ("1.234", "12%", "inf", "x", "-", "6,9 điểm", "1,2,3", True, float("inf"), float("-inf"))
READ = {"1,5": 1.5, "1.5": 1.5, "1 234,5": 1234.5, 3: 3.0}


@pytest.mark.parametrize("given", REFUSED)
def test_doubtful_values_of_a_program_are_refused_at_their_place(given):
    data = pk.load_dataset("open-2022")
    table = data.values.astype(object)
    table.loc["Cần Thơ", "2.1"] = given
    scales = data.denominators.astype(object)
    scales.loc["Cần Thơ", "population"] = given
    for make in (
        lambda: pk.Dataset.from_frame(table, framework=TREE),
        lambda: data.with_values({"Cần Thơ": {"2.1": given}}),
        lambda: pk.Dataset.from_frame(data.values, framework=TREE, denominators=scales),
    ):
        with pytest.raises(InputError) as caught:
            make()
        assert [(p.unit, p.code, p.value) for p in caught.value.problems] in (
            [("Cần Thơ", "2.1", given)],
            [("Cần Thơ", "population", given)],
        )


def test_values_of_a_program_are_read_as_offices_write_them():
    data = pk.load_dataset("open-2022")
    for given, value in READ.items():
        assert data.with_values({"Cần Thơ": {"4.1": given}}).values.at["Cần Thơ", "4.1"] == value
    for gap in (None, float("nan"), pd.NA, "n/a", "…"):
        table = data.values.astype(object)
        table.loc["Cần Thơ", "2.1"] = gap
        made = pk.Dataset.from_frame(table, framework=TREE)
        assert made.values.isna().sum().sum() == data.values.isna().sum().sum() + 1


def test_printed_figures_of_a_template_are_read_as_numbers_or_refused(tmp_path):
    data = pk.load_dataset("open-2022")
    printed = pd.DataFrame({"unit": ["Cần Thơ"], "code": ["OPEN"], "kind": ["score"], "value": [50.5]})
    file = pk.write_template(tmp_path / "t.xlsx", data=data.replace(printed=printed), lang="en")
    for given, key in (("1.234", "problem.value.text"), ("50,5", None)):
        book = load_workbook(file)
        sheet = book["Printed figures"]
        cell = next(c for row in sheet.iter_rows() for c in row if c.value == 50.5 or c.value == "1.234")
        cell.value = given
        book.save(tmp_path / "x.xlsx")
        report = pk.check_file(tmp_path / "x.xlsx")
        assert [(p.key, p.cell) for p in report.errors] == ([(key, cell.coordinate)] if key else [])
    assert pk.read_workbook(tmp_path / "x.xlsx").printed["value"].tolist() == [50.5]


def test_quotients_have_no_binary_dust(tmp_path):
    rows = ["Tỉnh;Tử;Mẫu", "Cần Thơ;0,1;3", "Hà Nội;1;3", "Huế;57;100"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "m.csv").write_text("mã;tệp;tử số;mẫu số\n4.1;a.csv;Tử;Mẫu\n", encoding="utf-8")
    data = pk.read_agency_files(tmp_path / "m.csv", framework=TREE, year=2022)
    assert data.values["4.1"].tolist() == [0.0333333333333333, 0.333333333333333, 0.57]


def check(tmp_path, *rows, **how):
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    return pk.check_file(tmp_path / "x.csv", framework=TREE, **how)


SIGNED = ("Lâm Đồng", "Hà Nội", "Thái Bình", "TP. Hồ Chí Minh")
PLACES = ("Cần Thơ, ngày 5 tháng 3 năm 2025", "Hà Nội, ngày ... tháng ...", "TP. Hồ Chí Minh, 2024")


@pytest.mark.parametrize("name", [*SIGNED, *PLACES])
@pytest.mark.parametrize(
    "block", [("", "{}"), ("GIÁM ĐỐC", "{}"), ("", "Người lập", "{}"), ("Giám đốc;;{}",)]
)
def test_who_signs_below_a_table_is_no_province(tmp_path, name, block):
    """Neither in the column of names nor beside it, nor when the lists of 63 and 34 are told apart."""
    body = ["Tỉnh;2.1;2.2", "Cần Thơ;6,4;70,5", "An Giang;6,9;49", "Vĩnh Long;6,9;49"]
    report = check(tmp_path, *body, *(line.format(name) for line in block))
    assert report.ok
    assert (report.units, report.values) == (3, 6)
    told = set(keys(report))
    assert told & {"problem.table.list_now", "problem.table.list_year"}
    beside = block[0].endswith(";{}")
    if name != "Thái Bình":  # in the list of 34 that is in force no name at all, and so a note like others
        assert ("problem.table.signed" in told) == (name in SIGNED and not beside)


def test_provinces_without_figures_at_the_end_stay_provinces(tmp_path):
    for rows in (
        ["Cần Thơ;6,4", "Huế;6,9", "Lâm Đồng;", "Cà Mau;"],
        ["Cần Thơ;6,4", "Huế;6,9", "", "Tây Nguyên;", "Lâm Đồng;", "Đắk Lắk;"],
        ["Cần Thơ;6,4", "Huế;6,9", "", "Lâm Đồng;…", "Cà Mau;…"],
        ["Cần Thơ;6,4", "Huế;6,9", "", "Lâm Đồng;", "Cà Mau;", "Vĩnh Long;", "An Giang;"],
    ):
        report = check(tmp_path, "Tỉnh;2.1", *rows)
        named = [r for r in rows if r and not r.startswith("Tây")]
        assert (report.ok, report.units) == (True, len(named))


@pytest.mark.parametrize(
    ("below", "told"), [("Lâm Đồng;", 1), ("Lâm Đồng;\nThái Nguyên", 2), ("Lâm Đồng;…", 0)]
)
def test_a_bare_name_right_below_the_figures_is_a_province_with_a_word(tmp_path, below, told):
    report = check(tmp_path, "Tỉnh;2.1", "Cần Thơ;6,4", "Huế;6,9", *below.split("\n"))
    assert (report.ok, report.units) == (True, 2 + len(below.split("\n")))
    assert [k for k in keys(report) if k.endswith(".bare")] == ["problem.table.bare"] * told


@pytest.mark.parametrize(
    "heads", ["Vùng;2.1", ";2.1", "Các vùng;Điểm trung bình thi tốt nghiệp THPT", "Tỉnh;2.1"]
)
def test_a_table_of_regions_below_the_last_table_is_set_aside(tmp_path, heads):
    """What heads its column of names does not matter, nor does a note below it."""
    regions = ["Đồng bằng sông Hồng;6,5", "Tây Nguyên;6,6", "Cả nước;6,4"]
    report = check(tmp_path, "Tỉnh;2.1", "Cần Thơ;6,4", "Huế;6,9", "", heads, *regions, "Nguồn: Bộ")
    assert (report.ok, report.units, report.values) == (True, 2, 2)
    assert "problem.table.beside" in keys(report)
    assert report.account.set_index("fate")["cells"].get("unclaimed", 0) == 0


@pytest.mark.parametrize("mark", ["(1)", "*", "Ghi chú:", "[2]"])
def test_notes_that_begin_in_the_column_of_numbers_are_notes(tmp_path, mark):
    """Even where the words of a note name an indicator as a heading does."""
    rows = ["STT;Tỉnh;2.1", "1;Cần Thơ;6,4", "2;Huế;6,9"]
    for notes in (
        [f"{mark};Điểm trung bình thi tốt nghiệp THPT;"],
        ["Ghi chú:;;", f"{mark};Tỷ lệ dân số đô thị;"],
    ):
        for gap in ([], [""]):
            report = check(tmp_path, *rows, *gap, *notes)
            fates = report.account.set_index("fate")["cells"]
            assert report.ok
            assert (report.values, fates["note"], fates["read"]) == (
                2,
                sum(bool(c) for n in notes for c in n.split(";")),
                2,
            )


@pytest.mark.parametrize(
    "small",
    [
        ["Vùng;2.1", "Đồng bằng sông Hồng;6,5", "Tây Nguyên;6,6"],
        ["Năm;2.1", "2019;6,5", "2020;6,6"],
        ["Mức;Từ", "Cao;60", "Thấp;20"],
        ["Chú giải", "A: tốt;90", "B: khá;50"],
    ],
)
def test_a_small_table_without_provinces_is_no_heading_of_the_next_one(tmp_path, small):
    """Beside tables it is set aside with a word or asked about; its figures are nobody's, and no unit is lost."""
    first = ["Tỉnh;2.1", "Cần Thơ;6,4", "Huế;6,9", ""]
    second = ["Đơn vị: nghìn đồng;", "Tỉnh;7.1", "Huế;70000", "Cần Thơ;60000"]
    above = check(tmp_path, *small, "", *second)
    assert above.ok
    assert "problem.table.beside" in keys(above) or not small[0].endswith(("2.1", "Từ"))
    assert above.values == 2
    assert above.account["cells"].sum() == sum(bool(c) for r in (*small, *second) for c in r.split(";"))
    data = pk.read_workbook(tmp_path / "x.csv", framework=TREE)
    assert data.values["7.1"].to_dict() == {"Huế": 70.0, "Cần Thơ": 60.0}
    both = check(tmp_path, *first, *small, "", *second)
    told = {p.cell for p in both.problems if p.key in ("problem.table.beside", "problem.table.unit")}
    assert told & {f"A{n}" for n in (5, 6, 7)}
    assert not any(p.key == "problem.table.two_names" for p in both.problems)


@pytest.mark.parametrize("name", ["template", "saved"])
def test_every_sheet_of_a_form_is_in_its_account(forms, tmp_path, name):
    book = load_workbook(forms / f"{name}.xlsx")
    book.create_sheet("Thêm")["B2"] = "lạ"
    denominators = next(s for s in book if s.title in ("denominators", "Mẫu số"))
    denominators["J9"] = 5
    if name == "template":
        book["Hoạt động"]["A3"] = "H1"
        denominators["B9"] = "1,2 triệu"
    book.save(tmp_path / "x.xlsx")
    report = pk.check_file(tmp_path / "x.xlsx")
    held = {s.title: sum(c.value is not None for row in s.iter_rows() for c in row) for s in book}
    account = report.account.groupby("sheet")["cells"].sum().to_dict()
    assert account == {sheet: n for sheet, n in held.items() if n}
    fates = report.account.set_index(["sheet", "fate"])["cells"].to_dict()
    assert "problem.form.stranger" in [p.key for p in report.problems if p.sheet == "Thêm"]
    if name == "template":
        assert fates["Mẫu số", "refused"] == 2
        assert fates["Hoạt động", "aside"] == fates["Thêm", "unread"] == 1
        assert "problem.form.actions" in keys(report)


@pytest.mark.parametrize("column", ["Giá trị", "C"])
def test_agency_files_take_forms_of_one_province(tmp_path, column):
    """By the same reader as a workbook: every row, its unit, and the account of all cells."""
    rows = ["Chỉ số;Đơn vị;Giá trị", "2.1;;6,4", "7.1;nghìn đồng;60000", "4.1;;0,4", "2.2;;abc"]
    for unit in ("Cần Thơ", "Hà Nội"):
        text = "\n".join([f"Số liệu của {unit};;", *rows])
        (tmp_path / f"{unit}.csv").write_text(text, encoding="utf-8")
    feeds = [f"{code};Cần Thơ.csv;{column}" for code in ("2.1", "7.1", "4.1")]
    mapping = tmp_path / "m.csv"
    mapping.write_text("\n".join(["mã;tệp;cột", *feeds]), encoding="utf-8")
    data = pk.read_agency_files(mapping, framework=TREE, year=2022)
    assert data.units == ("Cần Thơ",)
    assert data.values.loc["Cần Thơ"].dropna().to_dict() == {"2.1": 6.4, "7.1": 60.0, "4.1": 0.4}
    assert data.sources.at["Cần Thơ", "2.1"] == "Cần Thơ.csv, C"
    account = data.meta["read"]["account"]["Cần Thơ.csv"]
    assert account["read"] == 3
    assert sum(account.values()) == 13
    mapping.write_text(
        "\n".join(["mã;tệp;cột", *feeds, f"2.2;Cần Thơ.csv;{column}", "1.1;Hà Nội.csv;C"]), encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        pk.read_agency_files(mapping, framework=TREE, year=2022)
    assert [(p.key, p.cell) for p in caught.value.problems] == [
        ("problem.value.text", "C6"),
        ("problem.agency.no_heading", None),
    ]
