"""Tables as offices make them: layouts, totals, footnotes, encodings; agency mapping; denominators."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, UnknownNameError
from piikit.data.reading.office.denominators import made_with
from piikit.data.reading.open.delimited import decode, separator

HANOI, CANTHO = "Hà Nội", "Cần Thơ"


@pytest.fixture(scope="module")
def tree():
    return pk.load_framework("open-2022")


def book(path, rows, *, merge=(), title="Số liệu"):
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    for where in merge:
        made.active.merge_cells(where)
    made.save(path)
    return path


def test_office_table_with_everything(tree, tmp_path):
    """Title, unit line, two heading rows with a merge, numbering row, regions, totals, footnotes."""
    rows = [
        ["BÁO CÁO SỐ LIỆU NĂM 2022"],
        ["Đơn vị tính: triệu đồng"],
        ["STT", "Tỉnh, thành phố", "Dân số", None, "GRDP bình quân đầu người", "Ghi chú"],
        [None, None, "Tỷ lệ dân số đô thị", "Diện tích", None, None],
        ["A", "B", "1", "2", "3", "4"],
        [None, "Cả nước", 37.6, None, "96,0", None],
        ["I", "Đồng bằng sông Hồng", 37.2, None, None, None],
        [1, "TP. Hà Nội", "49,1", 3360, "142,0", None],
        ["II", "Đồng bằng sông Cửu Long", None, None, None, None],
        [2, "CẦN THƠ (*)", "70,5", 1440, "93,5", "sơ bộ"],
        [3, "Tỉnh Hậu Giang", "…", 1622, "-", None],
        [None, "Tổng số", None, None, "231,5", None],
        ["(*) Số liệu sơ bộ năm 2022"],
        [None, "Nguồn: Cục Thống kê", None, None, None, None],
    ]
    path = book(tmp_path / "x.xlsx", rows, merge=("C3:D3", "E3:E4"))
    report = pk.check_file(path, framework=tree)
    assert report.ok, report.table.to_string()
    data = pk.read_workbook(path, framework=tree)
    assert data.units == (HANOI, CANTHO, "Hậu Giang")
    assert data.values.loc[CANTHO, ["2.2", "7.1"]].tolist() == [70.5, 93.5]
    assert data.values.loc["Hậu Giang"].isna().all()
    keys = {p.key: p.cell for p in report.warnings}
    assert keys["problem.table.total"] in ("B6", "B12")
    assert keys["problem.value.dash"] == "E11"
    assert keys["problem.table.unused"] == "D5"


def test_layouts_give_the_same(tree, tmp_path):
    wide = [["Tỉnh", "2.1", "Tỷ lệ dân số đô thị"], [HANOI, 6.9, 49.1], [CANTHO, 6.4, 70.5]]
    turned = [list(r) for r in zip(*wide, strict=True)]
    long = [["Mã", "Địa phương", "Năm", "Giá trị"]]
    long += [[c, u, 2022, v] for u, a, b in wide[1:] for c, v in (("2.1", a), ("Tỷ lệ dân số đô thị", b))]
    long += [["2.1", HANOI, 2021, 5.5]]
    read = []
    for name, rows in {"wide": wide, "turned": turned, "long": long}.items():
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(";".join(str(c) for c in r) for r in rows), encoding="utf-8")
        read.append(pk.read_workbook(path, framework=tree, year=2022).values.loc[[HANOI, CANTHO]])
    pd.testing.assert_frame_equal(read[0], read[1])
    pd.testing.assert_frame_equal(read[0], read[2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_csv_in_any_dress(encoding, sep, form, tree, tmp_path):
    text = "\r\n".join(
        sep.join(r)
        for r in (["Tỉnh", "2.1", "2.2"], ["Thừa Thiên Huế", "6.1", "52.3"], ["Đắk Lắk", "6.2", "24.7"])
    )
    path = tmp_path / "x.csv"
    path.write_bytes(unicodedata.normalize(form, text).encode(encoding))
    data = pk.read_workbook(path, framework=tree)
    assert data.units == ("Thừa Thiên Huế", "Đắk Lắk")
    assert data.values["2.2"].tolist() == [52.3, 24.7]


def test_cp1258_is_composed():
    data = b"T\xecnh"  # i + combining tone, as Windows-1258 keeps it
    text, encoding = decode("Cần Thơ, Đà Nẵng".encode())
    assert (text, encoding) == ("Cần Thơ, Đà Nẵng", "utf-8")
    text, encoding = decode(data)
    assert encoding == "cp1258"
    assert unicodedata.is_normalized("NFC", text)
    text, _ = decode("Huê\u0301 Đa\u0300 Nă\u0303ng".encode("cp1258"))
    assert text == "Huế Đà Nẵng"


def test_separator_named_in_the_first_line():
    assert separator("sep=|\na,b|c\n") == "|"
    assert separator("a;b;c\n1,5;2,5;3,5\n") == ";"
    assert separator("a,b,c\n1,2,3\n") == ","


@pytest.fixture
def offices(tmp_path):
    """Two offices' files and a mapping, of 2023 and of the year after."""
    for year, growth in ((2023, 1.0), (2024, 1.1)):
        book(
            tmp_path / f"so_khcn_{year}.xlsx",
            [
                ["Tỉnh", "Đơn sáng chế", f"Chi KH&CN {year} (nghìn đồng)"],
                [CANTHO, 40 * growth, 12_500],
                [HANOI, 900 * growth, 80_000],
            ],
            title="Biểu 1",
        )
        rows = [["Địa phương", "Dân số (nghìn người)"], [CANTHO, "1.258,9"], [HANOI, "8.587,1"]]
        (tmp_path / f"thong_ke_{year}.csv").write_text(
            "\n".join(";".join(str(c) for c in r) for r in rows), encoding="utf-8"
        )
    (tmp_path / "mapping.csv").write_text(
        "mã;tệp;trang tính;cột;đơn vị;tử số;mẫu số;cơ quan\n"
        "6.1.1;so_khcn_{year}.xlsx;Biểu 1;;;Đơn sáng chế;population;Sở KH&CN\n"
        "2.1.3;so_khcn_{year}.xlsx;Biểu 1;C;nghìn đồng;;;Sở KH&CN\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize(("year", "patents"), [(2023, 40), (2024, 44)])
def test_agency_files_run_again_next_year(offices, year, patents):
    people = pd.DataFrame({"population": [1258.9, 8587.1]}, index=[CANTHO, HANOI])
    data = pk.read_agency_files(offices / "mapping.csv", framework="pii-2024", year=year, denominators=people)
    assert data.values.at[CANTHO, "6.1.1"] == pytest.approx(patents / (1258.9 / 10))
    assert data.values.at[HANOI, "2.1.3"] == 80.0
    assert data.sources.at[HANOI, "2.1.3"] == f"Sở KH&CN: so_khcn_{year}.xlsx!Biểu 1, C"
    assert data.denominators.at[CANTHO, "population"] == 1258.9


def test_agency_problems_come_all_at_once(offices):
    text = (offices / "mapping.csv").read_text(encoding="utf-8")
    text += "6.1.2;khong_co.xlsx;;B;;;;\n6.1.3;so_khcn_{year}.xlsx;Biểu 9;B;;;;\n9.9;x.csv;;B;;;;\n2.2.1;so_khcn_{year}.xlsx;Biểu 1;Cột lạ;;;;\n6.2.2;so_khcn_*.xlsx;Biểu 1;B;;;;\n6.2.3;../x.csv;;B;;;;\n7.1.2;thong_ke_{year}.csv;;;;;;\n"
    (offices / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pk.read_agency_files(
            offices / "bad.csv",
            framework="pii-2024",
            year=2023,
            denominators=pd.DataFrame({"population": [1258.9, 8587.1]}, index=[CANTHO, HANOI]),
        )
    keys = {p.key.removeprefix("problem.") for p in caught.value.problems}
    assert keys == {
        "agency.no_file",
        "table.sheet",
        "table.code",
        "agency.no_heading",
        "agency.many_files",
        "agency.no_column",
    }
    assert sum(p.key == "problem.agency.no_file" for p in caught.value.problems) == 2


def per_head(values, people, year=2024):
    tree = pk.load_framework("pii-2024")
    frame = pd.DataFrame(np.nan, index=[CANTHO, HANOI], columns=list(tree.indicators))
    frame["6.1.1"] = values
    frame["1.1.1"] = [40.0, 50.0]
    return pk.Dataset.from_frame(
        frame,
        framework=tree,
        year=year,
        denominators=pd.DataFrame({"population": people, "grdp": [1.0, 2.0]}, index=frame.index),
    )


def test_population_changes_and_every_per_head_indicator_follows():
    data = per_head([0.5, 0.9], [1258.9, 8587.1])
    after = pk.change_denominators(data, {"can tho": {"population": 1300.0}})
    assert after.values.at[CANTHO, "6.1.1"] == pytest.approx(0.5 * 1258.9 / 1300.0)
    assert after.provenance.at[CANTHO, "6.1.1"] == "derived"
    assert "1258.9 → 1300" in after.notes.at[CANTHO, "6.1.1"]
    assert after.denominators.at[CANTHO, "population"] == 1300.0
    assert after.values.at[CANTHO, "1.1.1"] == 40.0
    assert after.values.loc[HANOI].equals(data.values.loc[HANOI])
    assert made_with(data.framework)["6.1.1"] == "population"
    with pytest.raises(UnknownNameError):
        pk.change_denominators(data, {CANTHO: {"dân": 1.0}})
    with pytest.raises(InputError):
        pk.change_denominators(data, {CANTHO: {"population": 0.0}})


positive = st.floats(0.01, 1e6)


@given(positive, positive, positive, positive)
@settings(max_examples=sized(6, 15))
def test_share_of_a_change_from_the_denominator(n0, n1, d0, d1):
    """Numerator and denominator parts sum to the change, and each vanishes when its side stands still."""
    before, after = per_head([n0 / d0, 1.0], [d0, 1.0]), per_head([n1 / d1, 1.0], [d1, 1.0], 2025)
    table = pk.denominator_share(before, after).set_index(["unit", "code"])
    row = table.loc[(CANTHO, "6.1.1")]
    scale = max(n0 / d0, n1 / d1)
    assert row["from_numerator"] + row["from_denominator"] == pytest.approx(row["change"], abs=1e-9 * scale)
    if d0 == d1:
        assert row["from_denominator"] == 0
    if n0 == n1:
        assert row["from_numerator"] == pytest.approx(0, abs=1e-9 * scale)
    assert table.loc[(HANOI, "6.1.1"), "change"] == 0


def test_share_by_hand():
    """10/100 to 12/150: L = -0.02/ln(0.8), denominator part = -L ln 1.5."""
    row = pk.denominator_share(per_head([0.1, 1], [100, 1]), per_head([0.08, 1], [150, 1])).iloc[0]
    mean = -0.02 / np.log(0.8)
    assert row["from_denominator"] == pytest.approx(-mean * np.log(1.5))
    assert row["from_numerator"] == pytest.approx(mean * np.log(1.2))


@pytest.mark.parametrize(
    ("scale", "value"),
    [("1000", 1000), ("1", 1), ("0,5", 0.5), ("1.000", None), ("1 nghìn người", None), ("-1", None), ("0", None), ("5%", None)],
)  # fmt: skip
def test_the_scale_of_a_mapping_is_read_or_asked(scale, value, tmp_path):
    (tmp_path / "a.csv").write_text("Tỉnh;Số;Dân\nCần Thơ;6;3\nHà Nội;8;4\n", encoding="utf-8")
    head = "mã;tệp;tử số;mẫu số;hệ số\n"
    (tmp_path / "m.csv").write_text(f"{head}4.2;a.csv;Số;Dân;{scale}\n", encoding="utf-8")
    if value is not None:
        data = pk.read_agency_files(tmp_path / "m.csv", framework="open-2022")
        assert data.values.at["Cần Thơ", "4.2"] == pytest.approx(2 * value)
        return
    with pytest.raises(InputError) as error:
        pk.read_agency_files(tmp_path / "m.csv", framework="open-2022")
    assert {p.file for p in error.value.problems} == {"m.csv"}
    assert scale in {p.value for p in error.value.problems}


def test_denominators_given_as_text_are_read_or_asked():
    data = pk.load_dataset("open-2022")
    changed = pk.change_denominators(data, {"Cần Thơ": {"population": "1.260,5"}})
    assert changed.denominators.at["Cần Thơ", "population"] == 1260.5
    for text in ("1,2 triệu", "1.260.5", "1260-"):
        with pytest.raises(InputError):
            pk.change_denominators(data, {"Cần Thơ": {"population": text}})
