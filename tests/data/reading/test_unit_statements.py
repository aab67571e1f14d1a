"""Statements of units at random (place, language, spelling, scale, per whom) with a known answer: equal or asked, never different."""

import random
from collections import Counter
from functools import cache

import pandas as pd
import pytest
from layout_files import Sheet, write
from sizes import sized

import piikit as pk
from piikit.data.reading.measure_words import unit_in

PLACES = ("Cần Thơ", "Hậu Giang", "Hải Phòng", "Bắc Kạn", "Sơn La", "Lào Cai")
# Code, names, unit of the framework, thing, size of the unit, per, size of that.
OWN = (
    ("1.1", "Thu ngân sách trên địa bàn", "Budget revenue", "billion VND", "money", 1e9, "", 1),
    ("1.2", "Thu nhập bình quân đầu người", "Income per head", "million VND", "money", 1e6, "", 1),
    ("1.3", "Bằng độc quyền sáng chế", "Patents granted", "per 10,000 people", "count", 1, "people", 1e4),
    ("2.1", "Mật độ dân số", "Population density", "people/km2", "people", 1, "area", 1e6),
    ("2.2", "Diện tích rừng trồng", "Planted forest", "thousand ha", "area", 1e7, "", 1),
    ("2.3", "Tỷ lệ hộ nghèo", "Poor households", "%", "%", 0.01, "", 1),
    ("2.4", "Mức độ hài lòng", "Satisfaction", "points 0-10", "points", 0, "", 1),
)
SCALES = {
    "": 1, "nghìn ": 1e3, "ngàn ": 1e3, "1.000 ": 1e3, "thousand ": 1e3, "triệu ": 1e6, "Triệu ": 1e6, "trieu ": 1e6,
    "million ": 1e6, "tỷ ": 1e9, "tỉ ": 1e9, "ty ": 1e9, "billion ": 1e9, "nghìn tỷ ": 1e12,
}  # fmt: skip
THINGS = {
    "money": {"đồng": 1, "VNĐ": 1, "VND": 1, "dong": 1}, "people": {"người": 1, "nguoi": 1, "people": 1},
    "area": {"ha": 1e4, "km2": 1e6, "km²": 1e6, "m2": 1}, "count": {"bằng": 1, "patents": 1}, "usd": {"USD": 1},
    "mass": {"tấn": 1e3, "kg": 1}, "doctor": {"bác sĩ": 1},
}  # fmt: skip
WHOLE = {
    "%": ("%", 0.01),
    "phần trăm": ("%", 0.01),
    "‰": ("%", 0.001),
    "điểm": ("points", 0),
    "points": ("points", 0),
}
SHORT = {"trđ": 1e6, "tr.đ": 1e6, "ngđ": 1e3, "tỷ đ": 1e9, "nghìn đ": 1e3, "VND million": 1e6, "triệu đ": 1e6}
PER = ("/", " / ", " trên ", " per ")
UNITS = {"people": ("người", "dân", "person"), "area": ("km2", "ha", "km²")}
WHERE = (
    "brackets", "square brackets", "after a comma", "after a dash", "no brackets", "no brackets, year", "before the year",
    "row of units", "line above", "line above, bracket", "corner", "title", "line below", "note below", "sheet name", "column",
)  # fmt: skip
SAID = (
    "problem.value.unit_other",
    "problem.table.unit_unread",
    "problem.table.unit_unfit",
    "problem.table.rest",
)


@cache
def tree():
    rows = [{"code": "X", "parent": "", "name_vi": "Chỉ số thử", "name_en": "Index tried"}]
    rows += [{"code": c, "parent": "X", "name_vi": f"Nhóm {c}", "name_en": f"Group {c}"} for c in "12"]
    rows += [{"code": c, "parent": c[0], "name_vi": v, "name_en": e, "unit": u} for c, v, e, u, *_ in OWN]
    return pk.Framework.from_frame(pd.DataFrame(rows), name="own")


def stated(rng, kind):
    """A unit as it is written, of a thing, mostly that of an indicator: words, thing, size, per, size of that."""
    thing, per = kind if rng.random() < 0.75 else (rng.choice([*THINGS, "%", "points"]), "")
    if thing in ("%", "points"):
        words = rng.choice([w for w, (of, _) in WHOLE.items() if of == thing])
        return words, *WHOLE[words], "", 1
    scale, (noun, one) = rng.choice(list(SCALES)), rng.choice(list(THINGS[thing].items()))
    words, size = scale + noun, SCALES[scale] * one
    if thing == "money" and rng.random() < 0.25:
        words, size = rng.choice(list(SHORT.items()))
    if not per:
        return words, thing, size, "", 1
    of = rng.choice(UNITS[per])
    below = rng.choice(("", "1.000 ", "10.000 ", "100.000 ")) if per == "people" else ""
    by = float(below.replace(".", "") or 1) * {"km2": 1e6, "km²": 1e6, "ha": 1e4}.get(of, 1)
    return f"{words}{rng.choice(PER)}{below}{of}", thing, size, per, by


def sheet(rng, code, name, unit, where, figures):
    """One indicator in one unit, stated there."""
    named = rng.choice((code, name, f"{code} {name}"))
    heading = {
        "brackets": f"{named} ({unit})", "square brackets": f"{named} [{unit}]", "after a comma": f"{named}, {unit}",
        "after a dash": f"{named} - {unit}", "no brackets": f"{named} {unit}", "before the year": f"{named} {unit} năm 2022",
        "no brackets, year": f"{named} 2022 {unit}",
    }.get(where, named)  # fmt: skip
    label = rng.choice(("Đơn vị tính: ", "ĐVT: ", "Đơn vị: ", "Unit: "))
    above = {"line above": [[None, label + unit]], "line above, bracket": [[f"({label}{unit})"]]}.get(
        where, []
    )
    above += [[f"Biểu 1. {name} ({unit})"], [None]] if where == "title" else []
    first = f"Tỉnh ({label}{unit})" if where == "corner" else "Tỉnh"
    rows = [*above, [first, heading], *([[None, unit]] if where == "row of units" else [])]
    rows += [[p, v] for p, v in zip(PLACES, figures, strict=True)]
    if where == "column":
        rows = [["Tỉnh", "Mã chỉ số", "Đơn vị tính", "Giá trị"]]
        rows += [[p, code, unit, v] for p, v in zip(PLACES, figures, strict=True)]
    below = {"line below": label + unit, "note below": f"Ghi chú: số liệu tính bằng {unit}"}
    rows += [[below[where]]] if where in below else []
    return Sheet(unit.replace("/", " trên ") if where == "sheet name" else "S", rows)


def outcome(seed, folder):
    """``read``, ``asked`` or what was different in silence."""
    rng = random.Random(seed)
    code, vi, en, _, thing, size, per, by = rng.choice(OWN)
    words, of, one, over, under = stated(rng, (thing, per))
    name, where = rng.choice((vi, en)), rng.choice(WHERE)
    if where == "sheet name" and (of == "points" or len(words) > 20):  # "Điểm" says what the sheet is of
        where = "brackets"
    factor = one / under * by / size if of == thing and size else float(of == thing)
    right = [round(rng.uniform(2, 9), 3) for _ in PLACES]
    figures = [float(f"{v / factor:.12g}") if factor and over == per else v for v in right]
    kind = rng.choice(("csv", "xlsx", "ods", "html"))
    path = write(
        [sheet(rng, code, name, words, where, figures)], folder, kind if where != "sheet name" else "xlsx"
    )
    report = pk.check_file(path, framework=tree(), year=2022)
    if report.errors or {p.key for p in report.warnings} & set(SAID):
        return "asked"
    got = pk.read_workbook(path, framework=tree(), year=2022).values[code].reindex(PLACES)
    if (of, over) == (thing, per) or (thing == "money" and of == thing):
        close = got.tolist() == pytest.approx(right, rel=1e-9)
        return (
            "read"
            if close
            else f"{seed}: {words!r} {where} {code} {kind}: {figures[:2]} read as {got.tolist()[:2]}, not {right[:2]}"
        )
    return f"{seed}: {words!r} for {code}, {where}, {kind}: no word"


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(4))
def test_units_are_converted_or_asked(chunk, tmp_path):
    found = [outcome(chunk * 1_000 + n, tmp_path) for n in range(sized(12, 1_000))]
    wrong = [f for f in found if f not in ("read", "asked")]
    seen = Counter(f if f in ("read", "asked") else "silent" for f in found)
    assert not wrong, "\n".join([str(seen), *wrong[:20]])
    assert seen["read"] > len(found) / 4


LIMITS = ("dưới", "từ", "đến", "hơn", "không quá", "under", "more than", "at least", "")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("unit", ["", " (%)", ", nghìn người", " - điểm"])
def test_a_limit_or_sum_among_the_words_of_a_heading_is_no_unit(limit, unit):
    """ "Households below 2 million đồng": how much a limit is says nothing of what the figures are in."""
    for amount in ("2 triệu đồng", "1,5 tỷ đồng", "2.500.000 đồng/tháng", "25 triệu VND"):
        found = unit_in(f"Tỷ lệ hộ thu nhập {limit} {amount}{unit}")
        assert (found.text if found else "") == unit.strip(" (),-")
    for power in ("10 người", "1 triệu đồng", "1.000 đồng/người") if limit else ():
        found = unit_in(f"Doanh nghiệp {limit} {power}{unit}")
        assert (found.text if found else "") == unit.strip(" (),-")


def test_a_power_of_ten_or_a_year_before_a_unit_is_part_of_no_sum():
    assert [unit_in(h).text for h in ("Thu 1.000 đồng", "Thu từ 2020 triệu đồng", "Thu đến 31/12/2022 tỷ đồng")] == [
        "1.000 đồng", "triệu đồng", "tỷ đồng",
    ]  # fmt: skip
