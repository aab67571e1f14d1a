"""Changes as people write them, in both languages; what is not understood is refused."""

import numpy as np
import pytest

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.peers import group_of
from piikit.policy.what_if.changes import Change, by_unit, read_change


@pytest.fixture(scope="module")
def data():
    return pk.load_dataset("open-2022")


@pytest.mark.parametrize(
    ("written", "kind", "amount", "name"),
    [
        (1.4, "value", 1.4, ""),
        ("1.4", "value", 1.4, ""),
        ("1,4", "value", 1.4, ""),
        ("1.234,5", "value", 1234.5, ""),
        ("1 234 567", "value", 1234567.0, ""),
        ("+3", "add", 3.0, ""),
        ("-2,5", "add", -2.5, ""),
        ("−2,5", "add", -2.5, ""),
        ("+20%", "percent", 20.0, ""),
        ("- 12,5 %", "percent", -12.5, ""),
        ("to peer median", "median", 0.0, ""),
        ("đến trung vị nhóm", "median", 0.0, ""),
        ("to best of region", "best", 0.0, "region"),
        ("đến mức tốt nhất của vùng", "best", 0.0, "vung"),
        ("to best", "best", 0.0, ""),
        ("to percentile 75", "percentile", 75.0, ""),
        ("đến phân vị 90", "percentile", 90.0, ""),
        ("to the value of Hà Nội", "unit", 0.0, "ha noi"),
        ("bằng mức của TP. Huế", "unit", 0.0, "tp hue"),
        ("not reported", "missing", 0.0, ""),
        ("không báo cáo", "missing", 0.0, ""),
        (pk.MISSING, "missing", 0.0, ""),
        (None, "missing", 0.0, ""),
    ],
)
def test_reading(written, kind, amount, name):
    change = read_change(written)
    assert (change.kind, change.amount, change.name) == (kind, amount, name)


@pytest.mark.parametrize(
    "bad", ["a lot", "20%", "to percentile 140", "1.2.3.4,5", True, float("inf"), "", "++3"]
)
def test_refusals(bad):
    with pytest.raises(InputError):
        read_change(bad, unit="Cần Thơ", code="2.1")


@pytest.mark.parametrize(
    ("code", "written", "amount"),
    [
        ("7.1", "90 triệu", 90), ("7.1", "0,09 tỷ đồng", 90), ("7.1", "87.654", 87.654), ("2.1", "6.125", 6.125),
        ("2.2", "12‰", 1.2), ("7.1", "1.234", None), ("7.1", "+1.234", None), ("7.1", "70,5-", None), ("7.1", "<5", None),
        ("7.1", "90€", None), ("7.1", "90*", None), ("2.1", "6 triệu người", None), ("2.1", "12", None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_in_a_file(data, code, written, amount):
    if amount is None:
        with pytest.raises(InputError):
            by_unit({code: written}, "Cần Thơ", data)
        return
    change = by_unit({code: written}, "Cần Thơ", data)["Cần Thơ"][code]
    assert (change.kind, change.amount) == ("value", pytest.approx(amount))
    assert change.text.startswith(written)


def test_all_problems_in_one_report(data):
    result = pk.build_index(data)
    with pytest.raises(InputError) as error:
        pk.what_if(result, "Cần Thơ", {"2.1": "more", "1.1": "20%"})
    assert len(error.value.problems) == 2
    assert {p.code for p in error.value.problems} == {"2.1", "1.1"}


def test_values_against_plain_pandas(data):
    column = data.values["2.1"]
    region = data.groups["region"]
    peers = column[(region == region["Cần Thơ"]) & (column.index != "Cần Thơ")]
    chosen = tuple(peers.index)

    def value(text):
        return read_change(text).value(data, "Cần Thơ", "2.1", chosen)

    assert value("to peer median") == column["Cần Thơ"] > peers.median()
    assert read_change("to peer median").value(data, "Hà Giang", "2.1", chosen) == peers.median()
    assert value("to best of region") == column[region == region["Cần Thơ"]].max()
    assert value("to best") == column.max()
    assert value("to percentile 75") == pytest.approx(column.quantile(0.75))
    assert value("to the value of Hà Nội") == column["Hà Nội"]
    assert value("+5%") == pytest.approx(column["Cần Thơ"] * 1.05)
    assert value("-0,3") == pytest.approx(column["Cần Thơ"] - 0.3)
    assert np.isnan(value("not reported"))


def test_best_and_percentiles_follow_the_direction(data):
    turned = data.replace(framework=data.framework.replace(direction={"2.1": -1}))
    column = data.values["2.1"]
    assert Change("best").value(turned, "Cần Thơ", "2.1", ()) == column.min()
    assert Change("percentile", 90).value(turned, "Cần Thơ", "2.1", ()) == pytest.approx(column.quantile(0.1))


def test_groups_by_the_words_people_use(data):
    assert group_of(data, "Cần Thơ", "region") == group_of(data, "Cần Thơ", "vùng")
    assert "Cần Thơ" in group_of(data, "Cần Thơ", "central_city").members
    with pytest.raises(KeyError):
        group_of(data, "Cần Thơ", "galaxy")


def test_nothing_to_add_to(data):
    gap = data.values.isna()
    unit = str(gap.any(axis=1).idxmax())
    code = str(gap.loc[unit].idxmax())
    with pytest.raises(InputError, match=code):
        read_change("+5%").value(data, unit, code, ())


@pytest.mark.parametrize(
    ("code", "written", "amount", "said"),
    [
        ("2.2", "75%", 75.0, "75%"),
        ("2.2", "0,75", 0.75, "0,75 (0,75 %)"),
        ("7.1", "95 nghìn đồng", 0.095, "95 nghìn đồng (0,095 million VND)"),
    ],
)
def test_figures_in_the_unit_of_the_indicator(data, code, written, amount, said):
    change = by_unit({code: written}, "Cần Thơ", data)["Cần Thơ"][code]
    assert (change.kind, change.amount, change.text) == ("value", amount, said)


@pytest.mark.parametrize(
    ("code", "written", "key"),
    [("1.1", "75%", "percent_unit"), ("2.1", "7,5 (1)", "note_alone"), ("2.1", "6,3-6,5", "span")],
)
def test_what_stands_beside_a_figure_is_named(data, code, written, key):
    with pytest.raises(InputError) as caught:
        by_unit({code: written}, "Cần Thơ", data)
    assert [p.key for p in caught.value.problems] == [f"problem.value.{key}"]


def whole():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.mark.parametrize("code", ["1.1", "2.1"])
@pytest.mark.parametrize("given", [200, -3, 100.5, "+500%", "+101", "-101", "200", "-150%"])
def test_what_the_scale_does_not_hold_is_refused(code, given):
    with pytest.raises(InputError) as error:
        pk.what_if(whole(), "Cần Thơ", {code: given})
    assert [p.key for p in error.value.problems] == ["problem.value.range"]
    assert ("0 – 10;" if code == "2.1" else "0 – 100;") in str(error.value)


def test_on_a_page_too():
    with pytest.raises(InputError, match="0 – 10;"):
        pk.what_if(pk.read_page("khanh-hoa-2025"), {"1.1.2": "+5000%"})


def test_the_ends_of_the_scale_are_possible():
    for value in (0, 10, "+3,5786", "-6,4214"):
        assert pk.what_if(whole(), "Cần Thơ", {"2.1": value}).changes["after"][0] == pytest.approx(
            {0: 0, 10: 10, "+3,5786": 10, "-6,4214": 0}[value]
        )


@pytest.mark.parametrize("changes", [{}, {"Cần Thơ": {}}, {"Cần Thơ": {}, "Huế": {}}])
def test_a_what_if_changes_something(changes):
    with pytest.raises(InputError, match="ít nhất một"):
        pk.what_if(whole(), "Cần Thơ", changes)


@pytest.mark.parametrize("unit", ["Cần Thơ", "Hà Nội", "Cà Mau"])
@pytest.mark.parametrize("aim", ["to percentile 75", "lên trung vị nhóm", "to best of region"])
def test_an_aim_is_never_a_step_down(unit, aim):
    index = whole()
    for code in index.dataset.codes:
        turn = index.framework.table.loc[code, "direction"]
        made = pk.what_if(index, unit, {code: aim})
        before, after = made.changes.loc[0, ["before", "after"]]
        assert not (after - before) * turn < 0
        assert ("better already" in made.summary("en")) == (after == before)
