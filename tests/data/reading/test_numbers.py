"""Numbers as Vietnamese offices write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.formats import number
from piikit.data.reading.office_numbers import decide, read_number
from piikit.data.reading.open.grid import Cell
from piikit.data.reading.table.indicator_values import Measure, money_of, read_figures


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567), ("1,234,567", 1234567), ("1 234,5", 1234.5),
        ("1\u00a0234", 1234), ("1\u202f234,25", 1234.25), ("12,5%", 12.5), ("12,5 %", 12.5), ("0,5", 0.5), ("0.123", 0.123),
        (".5", 0.5), ("-3,2", -3.2), ("−3,2", -3.2), ("(1.250,5)", -1250.5), ("+7", 7), ("1,5E+3", 1500), ("12,5(1)", 12.5),
        ("12,5*", 12.5), ("'12,5", 12.5), ("\ufeff 12", 12), ("12'345", 12345), (7, 7), (7.25, 7.25), ("6,4 điểm", 6.4),
    ],
)  # fmt: skip
def test_figures(written, value):
    reading = read_number(written)
    assert reading.kind == "number"
    assert reading.value == value
    assert reading.other is None


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "-",
        "–",
        "…",
        "...",
        "n/a",
        "N/A",
        "không có",
        "Chưa có số liệu",
        "KHÔNG CÓ",
        float("nan"),
    ],
)
def test_gaps(written):
    assert read_number(written).kind == "missing"


@pytest.mark.parametrize("written", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"])
def test_formula_errors(written):
    assert read_number(written).kind == "error"


@pytest.mark.parametrize(
    "written",
    [
        "12.5.24",
        "1.23.456",
        "khoảng 5",
        "5-6",
        "1,2,3",
        "inf",
        "1e999",
        "12 34",
        True,
        "5 quả",
        float("inf"),
        "100.",
    ],
)
def test_no_figures(written):
    assert read_number(written).kind in ("text", "date")


@pytest.mark.parametrize(
    ("written", "scale", "money"),
    [
        ("3,2 tỷ đồng", 1e9, True),
        ("5 triệu", 1e6, False),
        ("7 nghìn đồng", 1e3, True),
        ("5tr.đ", 1e6, True),
        ("2 nghìn tỷ", 1e12, False),
        ("1.200.000 đ", 1, True),
    ],
)
def test_scales(written, scale, money):
    reading = read_number(written)
    assert (reading.scale, reading.money) == (scale, money)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        (["1.234", "5,6", "7,25"], 1234, "column"),
        (["1.234", "5.6", "7.25"], 1.234, "column"),
        (["1,234", "5.6"], 1234, "column"),
        (["1.234", 1200, 1300], 1234, "size"),
        (["1.234", 1.1, 1.3], 1.234, "size"),
        (["1.234"], 1234, "convention"),
        (["1,234"], 1.234, "convention"),
        (["1.234", "5,6", "7.8"], 1234, "mixed"),
    ],
)
def test_ambiguous_by_its_column(column, value, rule):
    settled, by = decide([read_number(c) for c in column])
    assert (settled[0].value, by) == (value, rule)
    assert settled[0].other is not None


def test_ambiguous_by_limits():
    settled, by = decide([read_number("6.125"), read_number("7.250")], low=0, high=10)
    assert ([r.value for r in settled], by) == ([6.125, 7.25], "limits")


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 6), st.sampled_from(["vi", "en"]))
def test_what_piikit_writes_it_reads(value, digits, lang):
    """Either the reading or, where the figure is ambiguous, its other one is what was written."""
    written = number(value, digits, lang=lang)
    reading = read_number(written)
    meant = float(f"{value:.{digits}f}")
    candidates = (reading.value, reading.other)
    assert any(c is not None and math.isclose(c, meant, rel_tol=1e-12, abs_tol=1e-12) for c in candidates), (
        written
    )


def column(raws, code, heads=(), percent=(), framework="pii-2025"):
    cells = [Cell(raw, "S", f"B{i}", "f.xlsx", percent=i in percent) for i, raw in enumerate(raws)]
    return read_figures(cells, Measure.of(pk.load_framework(framework), code), code=code, heads=heads)


@pytest.mark.parametrize(
    ("raws", "code", "heads", "values"),
    [
        (["22,81", "14,01"], "2.1.3", ["Chi (triệu đồng)"], [22.81, 14.01]),
        (["22.810", "14.010"], "2.1.3", ["Đơn vị tính: nghìn đồng"], [22.81, 14.01]),
        ([0.02281], "2.1.3", ["tỷ đồng"], [22.81]),
        (["22.810.000 đồng", "14 triệu đồng"], "2.1.3", [], [22.81, 14]),
        (["12,5%", 12.5], "2.2.2", [], [12.5, 12.5]),
        (["61%", 0.5], "3.1.1", [], [0.61, 0.5]),
        ([61, 50], "3.1.1", ["Hạ tầng số (%)"], [0.61, 0.5]),
        ([5, 7], "7.2.3", ["lao động"], [5, 7]),
    ],
)
def test_units_of_measure(raws, code, heads, values):
    read, problems = column(raws, code, heads)
    assert read == pytest.approx(values)
    assert not [p for p in problems if p.severity == "error"]


def test_percent_format_and_conversions_are_said():
    values, problems = column([0.125], "2.2.2", percent={0})
    assert values == [12.5]
    assert [p.key for p in problems] == ["problem.value.percent"]
    values, problems = column([22810], "2.1.3", ["nghìn đồng"])
    assert [p.key for p in problems] == ["problem.value.scaled"]
    assert "22,81" in problems[0].message("vi")


def test_fractions_for_percentages_are_asked():
    _, problems = column([0.1, 0.2, 0.3, 0.25, 0.15], "5.2.1")
    assert [p.key for p in problems] == ["problem.value.fraction"]


@pytest.mark.parametrize(
    ("words", "dong"),
    [
        ("triệu đồng", 1e6),
        ("(tỷ đồng)", 1e9),
        ("lao động", 0),
        ("đồng bằng", 0),
        ("(đồng)", 1),
        ("million VND", 1e6),
        ("tác động", 0),
        ("hội đồng nhân dân", 0),
    ],
)
def test_money_words(words, dong):
    assert money_of(words) == dong
