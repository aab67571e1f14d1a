"""A unit that is stated is converted, asked about or said to be not understood, wherever it stands."""

import pandas as pd
import pytest
from openpyxl import load_workbook

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.reading.measure_words import looks_like_unit, unit_in, unit_of

CANTHO = "Cần Thơ"


def table(tmp_path, rows):
    path = tmp_path / "x.csv"
    path.write_text(rows.replace(" / ", "\n").replace("CT", CANTHO), encoding="utf-8")
    return path


# Table, the figure that is right or the key of what is asked.
STATED = {
    "Tỉnh;2.1.3 (ngđ) / CT;87000": 87,
    "Tỉnh;2.1.3 (ng.đ) / CT;87000": 87,
    "Tỉnh;2.1.3 (1000đ) / CT;87000": 87,
    "Tỉnh;2.1.3, 1000 đồng / CT;87000": 87,
    "Tỉnh;2.1.3 (nghìn tỷ đồng) / CT;0.000087": 87,
    "Tỉnh;2.1.3 (triệu đồng/người) / CT;87": 87,
    "Tỉnh;2.1.3 (triệu đồng/tháng) / CT;7": "value.unit_other",
    "Tỉnh;2.1.3 (USD) / CT;8700": "value.unit_other",
    "Tỉnh;2.1.3 (nghìn USD/tấn) / CT;7": "value.unit_other",
    "Tỉnh;7.2.3 (triệu đồng/năm) / CT;60": "value.unit_other",
    "Tỉnh;6.1.1 (đơn/1.000 dân) / CT;0.05": 0.5,
    "Tỉnh;6.1.1 (đơn/100.000 dân) / CT;5": 0.5,
    "Tỉnh;6.1.1 (đơn/10.000 dân) / CT;0.5": 0.5,
    "Tỉnh;6.1.1 (đơn/1.000 doanh nghiệp) / CT;5": "value.unit_other",
    "Tỉnh;6.1.1 (đơn) / CT;45": "value.unit_other",
    "Tỉnh;5.1.2 (‰) / CT;45": 4.5,
    "Tỉnh;5.1.2 (người) / CT;45": "value.unit_other",
    "Tỉnh;7.1.1 (% tăng) / CT;7": "table.changed",
    "Tỉnh;7.1.1 (%) / CT;107": 107,
    "Tỉnh;3.1.1 (%) / CT;45": 0.45,
    "Tỉnh;2.1.1 (thang điểm 100) / CT;6.5": "value.unit_other",
    "Đơn vị tính: nghìn đồng / Tỉnh;2.1.3 / CT;87000": 87,
    "Tỉnh;2.1.3 / CT;87000 / Đơn vị tính: nghìn đồng": 87,
    "Tỉnh;2.1.3 / CT;87000 / Ghi chú: số liệu tính bằng nghìn đồng": 87,
    "Chi cho giáo dục, nghìn đồng/người / Tỉnh;2.1.3 / CT;87000": 87,
    "ĐVT: đơn / Tỉnh;6.1.1 / CT;45": "value.unit_other",
    "ĐVT: USD / Tỉnh;2.1.3 / CT;45": "value.unit_other",
}


@pytest.mark.parametrize("rows", STATED)
def test_a_stated_unit_is_converted_or_asked(rows, tmp_path):
    path, right = table(tmp_path, rows), STATED[rows]
    report = pk.check_file(path, framework="pii-2025")
    if isinstance(right, str):
        assert f"problem.{right}" in {p.key for p in report.problems}
        return
    values = pk.read_workbook(path, framework="pii-2025").values.loc[CANTHO].dropna()
    assert values.tolist() == [pytest.approx(right)]
    as_it_stands = float(rows.split("CT;")[1].split(" / ")[0]) == right
    told = {p.key for p in report.warnings} & {"problem.value.scaled", "problem.value.percent"}
    assert bool(told) != as_it_stands


def test_a_cells_own_unit_is_applied_before_sizes_are_compared(tmp_path):
    path = table(tmp_path, "Tỉnh;7.1 / CT;87.000 nghìn đồng")
    assert pk.read_workbook(path, framework="open-2022").values.at[CANTHO, "7.1"] == 87.0


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ("Đơn vị tính: nghìn đồng / Tỉnh;A / CT;87000", [87.0]),
        ("Tỉnh;A (nghìn đồng) / CT;87000", [87.0]),
        ("Tỉnh;A (triệu đồng);B, triệu đồng / CT;87;500", [87.0, 0.5]),
        ("Tỉnh;A (USD) / CT;87", None),
    ],
)
def test_a_framework_may_state_its_units_in_vietnamese(rows, values, tmp_path):
    """Codes that are no numbers bear units too."""
    made = (
        "code;parent;level;name_vi;unit;direction\nR;;2;Gốc;;1\nA;R;1;Chi;triệu đồng;1\nB;R;1;Vốn;tỷ đồng;1\n"
    )
    (tmp_path / "tree.csv").write_text(made, encoding="utf-8")
    tree = pk.Framework.from_csv(tmp_path / "tree.csv")
    if values is None:
        with pytest.raises(InputError, match="USD"):
            pk.read_workbook(table(tmp_path, rows), framework=tree)
        return
    assert (
        pk.read_workbook(table(tmp_path, rows), framework=tree).values.loc[CANTHO].dropna().tolist() == values
    )


@pytest.mark.parametrize("name", ["pii-2025", "pii-2024", "open-2022"])
def test_names_of_indicators_and_common_brackets_are_no_units(name):
    tree = pk.load_framework(name)
    for code in tree.indicators:
        for lang in ("vi", "en"):
            found = unit_in(tree.title(code, lang))
            assert found is None or found.unit is not None, tree.title(code, lang)
    for words in ("sơ bộ", "ước", "2024", "PCI", "giá hiện hành", "31/12/2024", "năm 2024", "A", "Bộ KH&CN"):
        assert unit_of(words) is None
        assert not looks_like_unit(words)


RATIO = "code;file;numerator;denominator / "
PATENTS = RATIO + "6.1.1;x.csv;Đơn;{under}"
# Table, mapping, the figure that is right or the key of the error.
AGENCIES = [
    ("Tỉnh;Chi (triệu đồng);GRDP (tỷ đồng) / CT;450000;125000", RATIO + "2.2.2;x.csv;Chi (triệu đồng);GRDP (tỷ đồng)", 0.36),
    ("Tỉnh;FDI (triệu USD);GRDP (tỷ đồng) / CT;450;125000", RATIO + "5.4.1;x.csv;FDI (triệu USD);GRDP (tỷ đồng)", "agency.ratio"),
    ("Tỉnh;Đơn;Dân số (triệu người) / CT;45;1,25", PATENTS.format(under="Dân số (triệu người)"), 0.36),
    ("Tỉnh;Đơn;Dân số (người) / CT;45;1250000", PATENTS.format(under="Dân số (người)"), 0.36),
    ("Tỉnh;Đơn;Dân số / CT;45;1250", PATENTS.format(under="Dân số"), 0.36),
    ("Tỉnh;Đơn;Dân số / CT;45;1250000", PATENTS.format(under="Dân số"), "denominator.size"),
    ("Tỉnh;Chi / CT;87000", "code;file;column;unit / 2.1.3;x.csv;Chi;ngđ", 87),
    ("Tỉnh;Chi / CT;87000", "code;file;column;unit / 2.1.3;x.csv;Chi;USD", "value.unit_other"),
    ("Tỉnh;Chi / CT;87000 / Đơn vị tính: nghìn đồng", "code;file;column / 2.1.3;x.csv;Chi", 87),
    ("Tỉnh;Chi (nghìn đồng) / CT;87000", "code;file;column;unit / 2.1.3;x.csv;B;triệu đồng", "agency.unit"),
]  # fmt: skip


def agency(tmp_path, rows, mapping, **more):
    table(tmp_path, rows)
    (tmp_path / "m.csv").write_text(mapping.replace(" / ", "\n"), encoding="utf-8")
    return pk.read_agency_files(tmp_path / "m.csv", framework="pii-2025", **more)


@pytest.mark.parametrize(("rows", "mapping", "right"), AGENCIES)
def test_both_sides_of_a_ratio_are_in_their_units(rows, mapping, right, tmp_path):
    if isinstance(right, str):
        with pytest.raises(InputError) as asked:
            agency(tmp_path, rows, mapping)
        assert f"problem.{right}" in {p.key for p in asked.value.problems}
        return
    data = agency(tmp_path, rows, mapping)
    assert data.values.loc[CANTHO].dropna().tolist() == [pytest.approx(right)]
    assert data.denominators.empty or data.denominators.loc[CANTHO].tolist() in ([1250.0], [125000.0])


@pytest.mark.parametrize(("year", "right"), [(2024, 8.1), (2025, 8.7), (None, None), (2023, None)])
def test_years_below_one_heading_choose_or_are_asked(year, right, tmp_path):
    rows, mapping = "Tỉnh;Điểm; / ;2024;2025 / CT;8.1;8.7", "code;file;column / 2.1.1;x.csv;Điểm"
    if right is None:
        with pytest.raises(InputError, match="2024, 2025"):
            agency(tmp_path, rows, mapping, year=year)
        return
    assert agency(tmp_path, rows, mapping, year=year).values.at[CANTHO, "2.1.1"] == right


def test_denominators_that_are_given_or_missing_are_held_against_what_is_known(tmp_path):
    def given(value):
        people = pd.DataFrame({"population": [value]}, index=[CANTHO])
        mapping = PATENTS.format(under="population")
        return agency(tmp_path, "Tỉnh;Đơn / CT;45", mapping, denominators=people)

    assert given(1250.0).values.at[CANTHO, "6.1.1"] == pytest.approx(0.36)
    with pytest.raises(InputError, match="1250000"):
        given(1_250_000.0)
    for gap in (0.0, float("nan")):
        assert "denominator.gap" in str(given(gap).meta["read"])


def test_a_template_tells_of_a_population_in_persons(tmp_path):
    path = tmp_path / "t.xlsx"
    pk.write_template(path, framework="pii-2025", data=pk.load_dataset("pii-2025"), year=2025)
    book = load_workbook(path)
    sheet = next(s for s in book if s["B5"].value == "population")
    sheet["B6"] = sheet["B6"].value * 1000
    book.save(path)
    assert "problem.denominator.size" in {p.key for p in pk.check_file(path).problems}


# Table, figures by province, or the key of what is asked.
IN_ROWS = {
    "Tỉnh;ĐVT;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;nghìn đồng/tháng;8100": [6.5, 8.1],
    "Tỉnh;ĐVT;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;triệu đồng/tháng;8.1": [6.5, 8.1],
    "Tỉnh;ĐVT;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;;8100": [6.5, 8.1],
    "Tỉnh;ĐVT;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;nt;8100": [6.5, 8.1],
    "Tỉnh;;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;nghìn đồng/tháng;8100": [6.5, 8.1],
    "Tỉnh;Hạng;ĐVT;7.2.3 / CT;2;nghìn đồng/tháng;6500 / Hà Nội;1;triệu đồng/tháng;8.1": [6.5, 8.1],
    "Tỉnh;4.2.1;Đơn vị / CT;12500;triệu đồng/doanh nghiệp / Hà Nội;3;tỷ đồng/doanh nghiệp": [12.5, 3],
    "Tỉnh;Đơn vị;7.2.3;Đơn vị;2.1.3 / CT;nghìn đồng/tháng;6500;nghìn đồng;8200": [8.2, 6.5],
    "Tỉnh;7.2.3;Đơn vị;2.1.3;Đơn vị / CT;6500;nghìn đồng/tháng;8200;nghìn đồng": [8.2, 6.5],
    "Tỉnh;7.2.3 / CT;6.5 / Đơn vị: nghìn đồng/tháng / Hà Nội;8100": [6.5, 8.1],
    "Tỉnh;7.2.3 / CT;6500 / Hà Nội;8100 / Đơn vị: nghìn đồng/tháng": [6.5, 8.1],
    "Tỉnh;Đơn vị;5.1.2 / CT;Sở Nội vụ;30 / Hà Nội;Sở Nội vụ;40": [30, 40],
    "Tỉnh;ĐVT;7.2.3 / CT;nghìn đồng/tháng;6500 / Hà Nội;triệu đồng/tháng;8.1 / Huế;;7": "table.unit_blank",
    "Tỉnh;7.2.3 (triệu đồng/tháng);ĐVT / CT;6500;nghìn đồng/tháng": "table.units_differ",
    "Tỉnh;ĐVT;7.2.3 / CT;USD;6500": "value.unit_other",
}


@pytest.mark.parametrize("rows", IN_ROWS)
def test_a_unit_in_a_row_is_of_its_row(rows, tmp_path):
    path, right = table(tmp_path, rows), IN_ROWS[rows]
    report = pk.check_file(path, framework="pii-2025", year=2025)
    if isinstance(right, str):
        assert {p.key for p in report.errors} == {f"problem.{right}"}
        return
    values = pk.read_workbook(path, framework="pii-2025", year=2025).values
    assert values.stack().dropna().tolist() == pytest.approx(right)


def test_a_unit_in_a_row_of_an_agencys_file(tmp_path):
    (tmp_path / "a.csv").write_text(
        f"Tỉnh;ĐVT;Lương\nAn Giang;nghìn đồng/tháng;6500\n{CANTHO};triệu đồng/tháng;7,1\n", encoding="utf-8"
    )
    mapping = tmp_path / "m.csv"
    mapping.write_text("mã;tệp;cột\n7.2.3;a.csv;Lương\n", encoding="utf-8")
    data = pk.read_agency_files(mapping, framework="pii-2025", year=2025)
    assert data.values["7.2.3"].to_dict() == {"An Giang": 6.5, CANTHO: 7.1}
    assert any(w["key"] == "problem.value.scaled" for w in data.meta["read"]["warnings"])


def test_a_unit_of_the_mapping_that_is_not_understood_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("Tỉnh;V\nAn Giang;0,2\n", encoding="utf-8")
    (tmp_path / "m.csv").write_text("mã;tệp;cột;đơn vị\n5.1.2;a.csv;V;tỷ lệ\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        pk.read_agency_files(tmp_path / "m.csv", framework="pii-2025", year=2025)
    assert {p.key for p in error.value.problems} == {"problem.agency.unit_unknown"}
