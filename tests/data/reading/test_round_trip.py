"""Template -> filled -> dataset -> Excel -> dataset loses nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sizes import sized

import piikit as pk
from piikit.data.dataset import PROVENANCE
from piikit.data.provinces import unit_names

TABLES = ("values", "provenance", "sources", "notes", "groups", "denominators")
words = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=20
).map(lambda t: t)
numbers = st.floats(-1e12, 1e12, allow_nan=False) | st.sampled_from(
    [0.0, -0.0, 1 / 3, 15.940405511370003, 1e-300, 5e-324]
)


@st.composite
def frameworks(draw):
    n = draw(st.integers(1, 3))
    rows = [{"code": "X", "parent": "", "name_vi": "Chỉ số", "name_en": "Index"}]
    for k in range(1, n + 1):
        rows.append({"code": f"{k}", "parent": "X", "name_vi": draw(words), "name_en": f"Group {k}"})
        for m in range(1, draw(st.integers(1, 3)) + 1):
            rows.append(
                {
                    "code": f"{k}.{m}",
                    "parent": f"{k}",
                    "name_vi": f"Chỉ số {k}.{m} {draw(words)}",
                    "direction": draw(st.sampled_from([1, -1])),
                    "weight": draw(st.sampled_from([1.0, 0.5, 1 / 3])),
                    "unit": draw(
                        st.sampled_from(["", "%", "points 0-10", "million VND", "per 1,000 people"])
                    ),
                    "scale": draw(st.sampled_from([np.nan, 10.0, 0.1])),
                    "denominator": draw(st.sampled_from(["", "population"])),
                }
            )
    frame = pd.DataFrame(rows)
    return pk.Framework.from_frame(
        frame.assign(direction=frame["direction"].fillna(1), weight=frame["weight"].fillna(1)), name="tried"
    )


@st.composite
def datasets(draw):
    tree = draw(frameworks())
    units = draw(st.lists(st.sampled_from(unit_names(63)), min_size=1, max_size=4, unique=True))
    codes = tree.indicators
    cells = draw(
        st.lists(st.none() | numbers, min_size=len(units) * len(codes), max_size=len(units) * len(codes))
    )
    cells[0] = 1.5 if cells[0] is None else cells[0]
    values = pd.DataFrame(np.array(cells, dtype=float).reshape(len(units), -1), index=units, columns=codes)

    def table(of):
        return pd.DataFrame([[draw(of) for _ in codes] for _ in units], index=units, columns=codes)

    groups = pd.DataFrame(
        {"region": [draw(words) for _ in units], "city": [draw(st.booleans()) for _ in units]}, index=units
    )
    scales = pd.DataFrame(
        {"population": [draw(st.none() | st.floats(0.1, 1e7)) for _ in units]}, index=units, dtype=float
    )
    printed = pd.DataFrame(
        {"unit": units, "code": codes[0], "kind": "score", "value": [draw(numbers) for _ in units]}
    )
    return pk.Dataset.from_frame(
        values,
        framework=tree,
        year=draw(st.none() | st.integers(2020, 2030)),
        provenance=table(st.sampled_from(PROVENANCE)),
        sources=table(words),
        notes=table(words),
        groups=groups if draw(st.booleans()) else None,
        denominators=scales if draw(st.booleans()) else None,
        printed=printed if draw(st.booleans()) else None,
        name=draw(words),
        title_vi=draw(words),
        title_en=draw(words),
        meta={"k": draw(words), "n": draw(st.integers(-5, 5))},
    )


def same(a, b):
    for name in TABLES:
        x, y = getattr(a, name), getattr(b, name)
        pd.testing.assert_frame_equal(x, y, check_exact=True, check_names=False, obj=name)
    if a.printed is None:
        assert b.printed is None
    else:
        pd.testing.assert_frame_equal(a.printed, b.printed, check_exact=True)
    for name in ("name", "title_vi", "title_en", "year"):
        assert getattr(a, name) == getattr(b, name), name
    assert {**a.meta, "read": 0} == {**b.meta, "read": 0}
    pd.testing.assert_frame_equal(a.framework.table, b.framework.table, check_exact=True)
    assert a.fingerprint == b.fingerprint


@given(datasets(), st.sampled_from(["vi", "en"]))
@settings(
    max_examples=sized(6, 25),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_is_lost(tmp_path, data, lang):
    first = pk.write_template(tmp_path / "a.xlsx", data=data, lang=lang)
    read = pk.read_workbook(first)
    same(data, read)
    second = pk.export(read, tmp_path / "b.xlsx", lang=lang)
    same(data, pk.read_workbook(second))
    same(data, pk.Dataset.load(data.save(tmp_path / "c.xlsx")))


@pytest.mark.parametrize("name", ["open-2022", "open-2024", "tai-23", "classroom"])
def test_datasets_that_ship(name, tmp_path):
    data = pk.load_dataset(name)
    same(data, pk.read_workbook(pk.write_template(tmp_path / "x.xlsx", data=data)))


def test_an_index_reads_back_its_data(tmp_path):
    result = pk.build_index(pk.load_dataset("open-2022"))
    path = pk.export(result, tmp_path / "index.xlsx")
    same(result.dataset, pk.read_workbook(path))
    names = load_workbook(path, read_only=True).sheetnames
    assert {"Số liệu", "Nguồn", "Nguồn gốc từng ô"} < set(names)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_template_filled_by_hand(lang, tmp_path):
    """What a person does: open the empty workbook, type figures in their own way, save."""
    path = pk.write_template(tmp_path / "t.xlsx", framework="pii-2025", year=2025, lang=lang)
    book = load_workbook(path)
    sheet = book[{"vi": "Số liệu", "en": "Values"}[lang]]
    heads = {sheet.cell(4, c).value: c for c in range(2, sheet.max_column + 1)}
    rows = {sheet.cell(r, 1).value: r for r in range(7, sheet.max_row + 1)}
    assert len(heads) == 52
    assert len(rows) == 34
    sheet.cell(rows["Cần Thơ"], heads["1.1.1"]).value = "47,59"
    sheet.cell(rows["Cần Thơ"], heads["2.1.3"]).value = "22.810 nghìn đồng"
    sheet.cell(rows["Huế"], heads["1.2.3"]).value = 0.8824
    sheet.cell(rows["Huế"], heads["1.2.3"]).number_format = "0.00%"
    sheet.cell(rows["Hà Nội"], heads["2.1.1"]).value = "…"
    sources = book[{"vi": "Nguồn", "en": "Sources"}[lang]]
    for column, value in enumerate(["1.1.1", "Cần Thơ", "published", "=HYPERLINK(1)", "ghi chú"], 1):
        sources.cell(6, column).value = value
        sources.cell(6, column).data_type = "s"
    book.save(path)
    data = pk.read_workbook(path)
    assert data.year == 2025
    assert data.units == ("Huế", "Cần Thơ") or set(data.units) == {"Huế", "Cần Thơ"}
    assert data.values.at["Cần Thơ", "1.1.1"] == 47.59
    assert data.values.at["Cần Thơ", "2.1.3"] == 22.81
    assert data.values.at["Huế", "1.2.3"] == 88.24
    assert data.provenance.at["Cần Thơ", "1.1.1"] == "published"
    assert data.sources.at["Cần Thơ", "1.1.1"] == "=HYPERLINK(1)"
    assert data.provenance.at["Huế", "1.2.3"] == "user"


def test_template_has_drop_downs_and_notes(tmp_path):
    book = load_workbook(pk.write_template(tmp_path / "t.xlsx", framework="pii-2025"))
    assert book.sheetnames[:5] == ["Hướng dẫn", "Số liệu", "Mẫu số", "Nguồn", "Khung chỉ số"]
    lists = [
        v
        for s in ("Số liệu", "Nguồn", "Hoạt động")
        for v in book[s].data_validations.dataValidation
        if v.type == "list"
    ]
    assert len(lists) == 8
    assert "Đơn vị: điểm 0-10." in book["Số liệu"]["C4"].comment.text
    assert book["piikit"].sheet_state == "hidden"


@pytest.mark.office
def test_libreoffice_keeps_the_template(tmp_path, soffice):
    """Saved again by another program, the workbook still reads back, as xlsx, ods and xls."""
    import subprocess

    data = pk.load_dataset("open-2022")
    path = pk.write_template(tmp_path / "t.xlsx", data=data)
    for suffix in ("ods", "xls")[: sized(1, 2)]:
        subprocess.run(
            [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", suffix, "--outdir", str(tmp_path), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        read = pk.read_workbook(tmp_path / f"t.{suffix}")
        pd.testing.assert_frame_equal(read.values, data.values, rtol=1e-13)
        pd.testing.assert_frame_equal(read.provenance, data.provenance)
        pd.testing.assert_frame_equal(read.sources, data.sources)
