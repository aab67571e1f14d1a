"""Numbers as Vietnamese offices write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.formats import number
from piikit.data.reading.office_numbers import decide, read_number
from piikit.data.reading.open.grid import Cell
from piikit.data.reading.table.indicator_values import AMOUNT, Measure, read_amount, read_figures
from piikit.data.reading.table.stated_units import own_unit


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
        (["1.234"], 1.234, "open"),
        (["1,234"], 1.234, "open"),
        (["1.234", "5,6", "7.8"], 1.234, "open"),
        (["1.234", "3", "5", "12"], 1.234, "open"),
        (["1.234", "12.345", "123", "1 234,5"], 1234, "column"),
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
    typed = framework == "pii-2025"
    return read_figures(
        cells, Measure.of(pk.load_framework(framework), code), code=code, heads=heads, typed=typed
    )


@pytest.mark.parametrize(
    ("raws", "code", "heads", "values"),
    [
        (["22,81", "14,01"], "2.1.3", ["Chi (triệu đồng)"], [22.81, 14.01]),
        (["22.810", "14.010", "1.022.810"], "2.1.3", ["Đơn vị tính: nghìn đồng"], [22.81, 14.01, 1022.81]),
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
    said = own_unit(words)
    assert (said.rate if said is not None and said.thing == "dong" else 0) == dong


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("70,5-", "minus"), ("1.234-", "minus"), ("70,5€", "beside"), ("5 USD", "beside"), ("$5", ""), ("≈5", ""),
        ("<5", ""), (">100", ""), ("5±1", "beside"), ("10-20", "beside"), ("1/2", "beside"), ("½", ""), ("5x", "beside"),
        ("6.41)", "digit"), ("10²", "digit"), ("1e290", "huge"), ("9" * 400, "huge"), (1e290, "huge"), (10**400, "huge"),
        ("3 tỷ 5", ""), ("3 triệu 500 tỷ", ""), ("5 %%", "beside"), ("5% tỷ", "beside"), ("12 (3,5%)", "beside"),
        ("012.345", ""), ("12,5'", ""), ("6,4a", "beside"), ("6,4]", "beside"), ("5 d", "beside"), ("6,4**¹", ""),
    ],
)  # fmt: skip
def test_what_stands_beside_a_figure_is_never_passed_over(written, why):
    reading = read_number(written)
    assert (reading.kind, reading.said) == ("text", why)
    assert math.isnan(reading.value)


@pytest.mark.parametrize(
    ("written", "value", "scale", "share", "said"),
    [
        ("12‰", 12, 1, 0.001, ""), ("12,5 %", 12.5, 1, 0.01, ""), ("6,4(1)", 6.4, 1, 1, "note"), ("6,4*", 6.4, 1, 1, "note"),
        ("6,4¹", 6.4, 1, 1, "note"), ("0*", 0, 1, 1, "note"), ("(1.250,5)", -1250.5, 1, 1, "brackets"),
        ("１２,５", 12.5, 1, 1, ""), ("٣", 3, 1, 1, ""), ("－3,2", -3.2, 1, 1, ""), ("500 triệu", 500, 1e6, 1, ""),
        ("1,5 nghìn tỷ", 1.5, 1e12, 1, ""), ("3 tỷ 500 triệu", 3.5, 1e9, 1, ""), ("3 tỷ 500 triệu đồng", 3.5, 1e9, 1, ""),
        ("5 trđ", 5, 1e6, 1, ""), ("12,5%(1)", 12.5, 1, 0.01, "note"),
    ],
)  # fmt: skip
def test_words_and_signs_beside_a_figure_are_read(written, value, scale, share, said):
    reading = read_number(written)
    assert reading.kind == "number"
    assert (reading.value, reading.scale, reading.share, reading.said) == (value, scale, share, said)


@pytest.mark.parametrize(
    "written", ["không phát sinh", "--", "-", "−", "nil", "none", "x", "X", "*", "/", "không"]
)
def test_gaps_that_may_mean_none_are_said(written):
    values, problems = column([written, "6,4"], "2.1", framework="open-2022")
    assert math.isnan(values[0])
    assert [(p.key, p.cell, p.severity) for p in problems] == [("problem.value.dash", "B0", "warning")]


@pytest.mark.parametrize("written", ["…", "n/a", "không có số liệu", "..", "", None, "NaN", "chưa có"])
def test_plain_gaps_need_no_word(written):
    assert not column([written, "6,4"], "2.1", framework="open-2022").problems


@pytest.mark.parametrize(
    ("written", "code", "framework", "value", "key"),
    [
        ("12‰", "2.2", "open-2022", 1.2, "percent"), ("12‰", "3.1", "open-2022", 0.012, "percent"),
        ("12‰", "2.1", "open-2022", None, "percent_unit"), ("6 người", "2.1", "open-2022", None, "beside"),
        ("6 điểm", "2.1", "open-2022", 6, None), ("6 đồng", "2.2", "open-2022", None, "beside"),
        ("90 triệu", "7.1", "open-2022", 90, None), ("0,09 tỷ đồng", "7.1", "open-2022", 90, "scaled"),
        ("5 triệu", "5.1", "open-2022", None, "beside"), ("6,4*", "2.1", "open-2022", 6.4, "note"),
        ("1e290", "7.1", "open-2022", None, "huge"), ("1.234", "7.1", "open-2022", None, "open"),
        ("6.125", "2.1", "open-2022", 6.125, "limits"),
    ],
)  # fmt: skip
def test_one_figure_in_the_unit_of_its_indicator(written, code, framework, value, key):
    [read], problems = column([written], code, framework=framework)
    assert math.isnan(read) if value is None else read == pytest.approx(value)
    assert [p.key.rpartition(".")[2] for p in problems] == ([key] if key else [])
    assert all((p.severity == "error") == (value is None) and p.cell == "B0" for p in problems)


@pytest.mark.parametrize(("code", "error"), [("2.1", True), ("2.2", False), ("3.1", False)])
def test_a_column_shown_in_percent_is_one_question_where_its_indicator_is_not(code, error):
    """The other cells are refused without a word of their own; shares and percentages are read."""
    tree = pk.load_framework("open-2022")
    cells = [Cell(0.05 + i / 100, "S", f"B{i}", percent=True) for i in range(5)]
    values, problems = read_figures(cells, Measure.of(tree, code), code=code)
    assert all(map(math.isnan, values)) == error
    told = [
        (p.cell, p.values["n"], p.values["from"], p.values["to"]) for p in problems if p.severity == "error"
    ]
    assert told == ([("B0", 5, 0.05, 5.0)] if error else [])


def test_a_clean_file_is_read_without_noise_and_a_proved_mark_is_said_once():
    assert not column(["1.234,5", "987,25", "12.345.678", "12"], "7.1", framework="open-2022").problems
    assert not column(["1,234.5", "987.25", "12,345,678", "12"], "7.1", framework="open-2022").problems
    values, problems = column(["1.234", "12.345", "123", "1 234,5"], "7.1", framework="open-2022")
    assert values == [1234, 12345, 123, 1234.5]
    assert [(p.key, p.cell, p.values["n"]) for p in problems] == [("problem.ambiguous.column", "B0", 2)]


@pytest.mark.parametrize(
    ("raws", "heads", "values"),
    [
        (["32,070", "68,100"], ["Đơn vị: nghìn đồng"], [32.07, 68.1]), (["87.654", "52.400"], [], [87.654, 52.4]),
        (["1.234", "2.345"], [], None), (["0,087", "0,052"], ["tỷ đồng"], [87, 52]),
    ],
)  # fmt: skip
def test_the_size_of_shipped_figures_decides_in_the_unit_of_the_heading(raws, heads, values):
    read, problems = column(raws, "7.1", heads, framework="open-2022")
    assert all(map(math.isnan, read)) if values is None else read == pytest.approx(values)
    assert ({p.key for p in problems} == {"problem.ambiguous.open"}) == (values is None)


def test_a_fraction_under_a_percent_heading_is_asked():
    values, problems = column(["0,61", "0,5"], "3.1.1", ["Hạ tầng số (%)"])
    assert all(map(math.isnan, values))
    assert {p.key for p in problems} == {"problem.value.fraction_open", "problem.value.as_text"}


def test_a_word_of_scale_among_bare_sums_is_asked():
    cells = [Cell(raw, "S", f"B{i}") for i, raw in enumerate(["1,2 triệu", 1252.3])]
    found = read_figures(cells, AMOUNT, typed=False)
    assert [(p.key, p.cell) for p in found.problems] == [("problem.value.scale_mixed", "B0")]
    assert read_figures(cells[:1], AMOUNT).values == [1.2e6]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("500 triệu", 0.5), ("1,5 nghìn tỷ", 1500), ("3 tỷ 500 triệu", 3.5), ("2", 2), (2.5, 2.5), ("2,5", 2.5), ("5 tỷ", 5),
        ("1.000.000 đồng", 0.001), ("1.000", None), ("2*", None), ("(2)", None), ("5%", None), ("5 người", None), ("", None),
    ],
)  # fmt: skip
def test_one_amount_in_billion_dong(written, value):
    read, problems = read_amount(written, Measure("money", "tỷ đồng", 1e9))
    assert math.isnan(read) if value is None else read == pytest.approx(value)
    assert any(p.severity == "error" for p in problems) == (value is None)


def test_an_amount_with_two_readings_is_asked_and_both_are_named():
    message = read_amount("1.000").problems[0].message("vi")
    assert message.startswith("có thể là 1 hoặc 1.000")
    assert read_amount("87.654", known=[45.5, 61.25]).value == 87.654
    assert math.isnan(read_amount("1.234", known=[45.5, 101.25]).value)
