"""The form of actions: one for the data template and for ``plan --template``, read back whole or refused at its cell."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.reading.template.action_form import GRADES, KINDS, MEANT, SHAPES, SHEETS

words = st.text(st.characters(categories=("L", "N"), include_characters=" .,-()=+@'"), max_size=25).map(
    str.strip
)
names = st.text(st.characters(categories=("L",)), min_size=1, max_size=12)
sizes = st.floats(0.001, 1e5, allow_nan=False)


@st.composite
def estimates(draw, figures=sizes):
    low, likely, high = sorted(draw(figures) for _ in range(3))
    shape, meaning = draw(st.sampled_from(SHAPES)), draw(st.sampled_from(MEANT))
    made = pk.Estimate(low, likely, high, shape, meaning)
    return made if not made.problems() else pk.Estimate(low, likely, high)


@st.composite
def effects(draw):
    way = draw(st.sampled_from(["add", "percent", "close", "set"]))
    amount = (
        draw(estimates(st.floats(0.01, 1.0))) if way == "close" else draw(estimates(st.floats(0.01, 5.0)))
    )
    return pk.Effect(
        draw(st.sampled_from(["2.1", "2.2", "6.1"])), amount, way, draw(st.sampled_from(KINDS)),
        draw(st.floats(0, 60)), draw(st.floats(1, 9)) if way == "close" else None, draw(st.floats(0, 1)),
        draw(st.sampled_from(GRADES)), draw(words), draw(st.booleans()),
    )  # fmt: skip


@st.composite
def actions(draw):
    start = draw(st.none() | st.dates(date(2024, 1, 1), date(2026, 1, 1)))
    return pk.Action(
        draw(names), draw(words), draw(words), draw(words), tuple(draw(st.lists(names, max_size=3))), draw(estimates()),
        draw(words), start, draw(st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1))), draw(words),
        tuple(draw(st.lists(effects(), min_size=1, max_size=3))), draw(words), draw(st.booleans()),
    )  # fmt: skip


@given(
    st.lists(actions(), min_size=1, max_size=6, unique_by=lambda a: a.id),
    st.sampled_from(["vi", "en"]),
    st.sampled_from([None, "open-2022"]),
)
@settings(max_examples=sized(2, 200), deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_an_action_holds_comes_back(tmp_path, made, lang, name):
    kept, framework = pk.ActionSet.of(made), name and pk.load_framework(name)
    path = pk.write_actions(kept, tmp_path / "a.xlsx", lang=lang, framework=framework)
    assert pk.read_actions(path).actions == kept.actions


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    tree = pk.load_framework("open-2022")
    path = tmp_path_factory.mktemp("form") / "goi.xlsx"
    return pk.write_actions(pk.load_actions("open-2022", framework=tree), path, lang="vi", framework=tree)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_template_and_the_plan_have_one_form(tmp_path, lang, form):
    template = load_workbook(
        pk.write_template(tmp_path / "t.xlsx", framework="open-2022", units=63, lang=lang)
    )
    tree = pk.load_framework("open-2022")
    plan = load_workbook(
        pk.write_actions(pk.load_actions("open-2022"), tmp_path / "p.xlsx", lang=lang, framework=tree)
    )
    sheets = {"vi": ("Hoạt động", "Tác động", "Liên kết"), "en": ("Actions", "Effects", "Links")}[lang]
    for name, columns in zip(sheets, SHEETS.values(), strict=True):
        heads = [
            [[c.value for c in row] for row in book[name].iter_rows(max_row=2)] for book in (template, plan)
        ]
        assert heads[0] == heads[1]
        assert tuple(heads[0][0]) == columns
    for book in (template, plan):
        rules = {
            str(r.sqref).split(":")[0]: r.formula1 for r in book[sheets[1]].data_validations.dataValidation
        }
        assert rules["B3"].startswith("'piikit_lists'!")
        assert rules["A3"].startswith(f"'{sheets[0]}'!$A$3")
    offered = {c.value for column in plan["piikit_lists"].iter_cols() for c in column}
    assert f"2.1 – {tree.title('2.1', lang)}" in offered


def test_the_template_is_filled_and_read(tmp_path):
    path = pk.write_template(tmp_path / "t.xlsx", framework="open-2022", units=63, lang="vi")
    book = load_workbook(path)
    for column, value in {"A": "day-tot", "B": "Dạy tốt", "D": "Sở A", "E": "Sở B; Sở C", "G": "35"}.items():
        book["Hoạt động"][f"{column}3"] = value
    for column, value in {"A": "day-tot", "B": "2.1 – Tỷ lệ nào đó", "D": "0,2"}.items():
        book["Tác động"][f"{column}3"] = value
    book.save(path)
    read = pk.read_actions(path, framework=pk.load_framework("open-2022"))
    action = read["day-tot"]
    assert (action.co_agencies, action.cost.likely) == (("Sở B", "Sở C"), 35.0)
    assert [(e.code, e.amount.likely) for e in action.effects] == [("2.1", 0.2)]
    assert pk.Action("a", co_agencies="Sở B; Sở C").co_agencies == ("Sở B", "Sở C")


EDITS = {
    "an empty cost": ({("Hoạt động", c): None for c in ("F3", "G3", "H3")}, ("Hoạt động", "G3")),
    "two points": ({("Hoạt động", "G3"): None}, ("Hoạt động", "G3")),
    "a cost not worked out": ({("Hoạt động", "G3"): "=2*3"}, ("Hoạt động", "G3")),
    "an empty effect": ({("Tác động", c): None for c in ("C3", "D3", "E3")}, ("Tác động", "D3")),
    "an unknown column": ({("Tác động", "Q1"): "ghi thêm"}, ("Tác động", "Q1")),
    "a cell beside": ({("Tác động", "R5"): "ghi thêm"}, ("Tác động", "R5")),
    "an action twice": (
        {("Hoạt động", "A4"): "teaching", ("Hoạt động", "A5"): "teaching"},
        ("Hoạt động", "A5"),
    ),
    "no such action": ({("Tác động", "A3"): "không có"}, ("Tác động", "A3")),
    "a mark that is none": ({("Tác động", "N3"): "có lẽ"}, ("Tác động", "N3")),
}


@pytest.mark.parametrize("what", EDITS)
def test_what_cannot_be_is_refused_at_its_cell(form, tmp_path, what):
    edits, place = EDITS[what]
    book = load_workbook(form)
    for (sheet, cell), value in edits.items():
        book[sheet][cell] = value
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError) as error:
        pk.read_actions(tmp_path / "x.xlsx")
    assert place in {(p.sheet, p.cell) for p in error.value.problems}


def test_a_misspelt_sheet_loses_nothing(form, tmp_path):
    book = load_workbook(form)
    book["Tác động"].title = "Efects"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError) as error:
        pk.read_actions(tmp_path / "x.xlsx")
    assert [(p.key, p.sheet, p.suggestion) for p in error.value.problems] == [
        ("problem.form.stranger", "Efects", "Effects")
    ]
