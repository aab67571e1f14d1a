"""Actions: read and written without loss, refused with the cell, and their arithmetic by hand."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import piikit as pk
from piikit.base.errors import InputError, UnknownNameError
from piikit.policy.actions.action import Action, Effect, Link
from piikit.policy.actions.action_files import action_sets
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.data_calendar import Calendar, shows_on
from piikit.policy.actions.distributions import Estimate, two_part
from piikit.policy.actions.effects import levers
from piikit.policy.choose.attainable_levels import every_subset


@cache
def built():
    return pk.build_index(pk.load_dataset("open-2022"))


@pytest.fixture(scope="module")
def result():
    return built()


@pytest.mark.parametrize("name", action_sets())
@pytest.mark.parametrize("suffix", [".xlsx", ".toml"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_shipped_sets_go_to_files_and_back(name, suffix, lang, awkward_folder):
    framework = pk.load_framework("pii-2024" if name == "plan-116" else name)
    actions = pk.load_actions(name, framework=framework)
    path = pk.write_actions(actions, awkward_folder / f"gói{suffix}", lang=lang)
    back = pk.read_actions(path, framework=framework)
    assert back.fingerprint == actions.fingerprint
    assert back.actions == actions.actions
    assert set(back.links) == set(actions.links)
    assert actions.illustrative
    assert all(a.illustrative for a in actions.actions)


def test_plan_116_holds_every_task_and_link_of_the_plan():
    plan, actions = pk.load_plan("116"), pk.load_actions("plan-116")
    assert list(actions.ids) == list(plan.tasks.index)
    ours = {(a.id, e.code) for a in actions.actions for e in a.effects}
    assert ours == set(zip(plan.links["task"], plan.links["code"], strict=True))
    assert actions["a.1"].text_vi == plan.tasks.at["a.1", "task_vi"]


def test_effects_of_the_open_set_stay_within_what_provinces_did():
    """Likely amounts on indicators with a reference class: no more than nine in ten years' gains."""
    reference = pk.reference_class()
    for action in pk.load_actions("open-2022").actions:
        for effect in action.effects:
            limit = reference.limit(effect.code)
            if (
                effect.way == "add"
                and effect.kind != "definition"
                and limit == limit
                and effect.code != "7.2"
            ):
                assert effect.amount.likely <= limit, (action.id, effect.code)


def test_a_workbook_is_refused_with_every_cell(tmp_path):
    framework = pk.load_framework("open-2022")
    path = pk.write_actions(pk.load_actions("open-2022"), tmp_path / "a.xlsx", lang="en")
    book = load_workbook(path)
    actions, effects, links = book["Actions"], book["Effects"], book["Links"]
    actions["F3"] = -5  # cost below zero and out of order
    actions["A5"] = actions["A4"].value
    actions["K6"] = "sometime"
    effects["B4"] = "6.33"
    effects["L5"] = 1.4
    effects["C6"] = "nhiều"
    effects["A7"] = "broadbend"
    links["C3"] = "broadbandd"
    links["D4"] = -3
    book.save(path)
    with pytest.raises(InputError) as error:
        pk.read_actions(path, framework=framework)
    cells = {(p.sheet, p.cell) for p in error.value.problems}
    wanted = [("Actions", c) for c in ("F3", "A5", "K6")] + [("Effects", c) for c in ("B4", "L5", "C6", "A7")]
    assert {*wanted, ("Links", "C3"), ("Links", "D4")} <= cells
    report = error.value.report("vi")
    assert "6.3" in report
    assert "broadband" in report


def test_vietnamese_numbers_and_dates_in_a_workbook(tmp_path):
    path = pk.write_actions(pk.load_actions("open-2022"), tmp_path / "a.xlsx")
    book = load_workbook(path)
    book["Hoạt động"]["G3"] = "1,75"
    book["Hoạt động"]["J3"] = "15/02/2025"
    book.save(path)
    action = pk.read_actions(path).actions[0]
    assert action.cost.likely == 1.75
    assert action.start == date(2025, 2, 15)


def test_the_sheet_of_an_earlier_template_is_read(tmp_path):
    path, book = tmp_path / "t.xlsx", Workbook()
    sheet = book.active
    sheet.title = "Nhiệm vụ"
    keys = ("action", "code", "effect", "low", "high", "cost", "agency", "start", "kind", "note")
    for row, cells in enumerate(
        [("Tên nhiệm vụ", "Chỉ số"), keys,
         ("Dạy tốt", "2.1", 0.2, 0.1, 0.3, 35000, "Sở Giáo dục và Đào tạo", None, "real", ""),
         ("Dạy tốt", "1.1", 0.5, None, None, None, "Sở Giáo dục và Đào tạo", None, "denominator", "")], start=4
    ):  # fmt: skip
        for column, value in enumerate(cells, start=1):
            sheet.cell(row=row, column=column).value = value
    book.save(path)
    actions = pk.read_actions(path, framework=pk.load_framework("open-2022"))
    assert actions.ids == ("Dạy tốt",)
    assert actions.actions[0].cost.likely == 35
    assert [(e.code, e.amount.low, e.kind) for e in actions.actions[0].effects] == [
        ("2.1", 0.1, "real"),
        ("1.1", 0.5, "definition"),
    ]


def simple(*effects, **more):
    return Action("a", "việc", "task", effects=effects, **more)


@pytest.mark.parametrize(
    ("actions", "links", "key"),
    [
        ([simple(), simple()], [], "repeated"),
        ([simple(cost=-1.0)], [], "cost"),
        ([simple(cost=(3, 2, 5))], [], "order"),
        ([simple(cost=(1, float("nan"), 5))], [], "number"),
        ([simple(start=date(2025, 5, 1), end=date(2025, 4, 1))], [], "dates"),
        ([simple(Effect("9.9", 1.0))], [], "code"),
        ([simple(Effect("1.1", 1.0, way="jump"))], [], "word"),
        ([simple(Effect("1.1", 1.0, kind="hoped"))], [], "word"),
        ([simple(Effect("1.1", 1.0, p_deliver=1.2))], [], "probability"),
        ([simple(Effect("1.1", 1.0, lead_months=-1))], [], "lead"),
        ([simple(Effect("1.1", -120.0, way="percent"))], [], "percent"),
        ([simple(Effect("1.1", 1.5, way="close", cap=80))], [], "share"),
        ([simple(Effect("1.1", 0.5, way="close"))], [], "no_cap"),
        ([simple(Effect("1.1", 130.0, way="set"))], [], "outside"),
        ([simple(Effect("1.1", 150.0))], [], "too_much"),
        ([simple(Effect("1.1", 5.0, way="numerator"))], [], "no_denominator"),
        ([simple(), Action("b")], [Link("requires", "a", "c")], "link"),
        ([simple()], [Link("requires", "a", "a")], "self"),
        ([simple(), Action("b")], [Link("substitutes", "a", "b", 2.0)], "value"),
        ([simple(), Action("b")], [Link("requires", "a", "b"), Link("excludes", "b", "a")], "contradiction"),
        ([simple(), Action("b"), Action("c")], [Link("requires", *x) for x in ("ab", "bc", "ca")], "cycle"),
        ([], [], "none"),
    ],
)
def test_what_cannot_be_is_refused(actions, links, key):
    with pytest.raises(InputError) as error:
        ActionSet.of(actions, links, framework=pk.load_framework("open-2022"))
    assert f"problem.action.{key}" in [p.key for p in error.value.problems]
    assert error.value.report("vi") != error.value.report("en")


def test_unknown_names_suggest():
    with pytest.raises(UnknownNameError, match="open-2022"):
        pk.load_actions("open-2023")
    with pytest.raises(UnknownNameError, match="teaching"):
        pk.load_actions("open-2022").place("teachin")


def lever_of(result, *actions, links=(), code="1.1"):
    made = ActionSet.of(actions, links, framework=result.framework)
    return next(v for v in levers(result, "Cần Thơ", made) if v.code == code)


def values(lever):
    return lever.values(every_subset(lever.members.size), lever.amounts("likely"))


def test_algebra_by_hand(result):
    """Cần Thơ's PCI is 66.94 in 2022."""
    add, percent = Effect("1.1", 3.0), Effect("1.1", 10.0, way="percent")
    lever = lever_of(result, Action("a", effects=(add,)), Action("b", effects=(percent,)))
    assert values(lever) == pytest.approx([66.94, 69.94, 66.94 * 1.1, 69.94 * 1.1])
    close = Effect("1.1", 0.25, way="close", cap=80.0)
    lever = lever_of(result, Action("a", effects=(close,)), Action("b", effects=(close,)))
    assert values(lever)[3] == pytest.approx(80 - (80 - 66.94) * 0.75**2)
    tight, loose = Effect("1.1", 5.0, cap=68.0), Effect("1.1", 5.0)
    lever = lever_of(result, Action("a", effects=(loose,)), Action("b", effects=(tight,)))
    assert values(lever) == pytest.approx([66.94, 71.94, 68.0, 73.0])
    down = Effect("1.1", -5.0, cap=65.0)
    assert values(lever_of(result, Action("a", effects=(down,))))[1] == 65.0
    over = Effect("1.1", 60.0)
    assert values(lever_of(result, Action("a", effects=(over,))))[1] == 100.0


def test_numerators_are_divided_by_the_denominator(result):
    """150 new enterprises over 1,252.3 thousand people, per 1,000 people."""
    lever = lever_of(result, Action("a", effects=(Effect("4.2", 150.0, way="numerator"),)), code="4.2")
    people = result.dataset.denominators.at["Cần Thơ", "population"]
    assert values(lever)[1] - values(lever)[0] == pytest.approx(150 / people)


def test_pairs_by_hand(result):
    a, b = Action("a", effects=(Effect("1.1", 2.0),)), Action("b", effects=(Effect("1.1", 1.0),))
    both = values(lever_of(result, a, b, links=[Link("synergy", "a", "b", 0.5)]))
    assert both - 66.94 == pytest.approx([0, 2, 1, 4.5])
    both = values(lever_of(result, a, b, links=[Link("substitutes", "a", "b", 0.75)]))
    assert both - 66.94 == pytest.approx([0, 2, 1, 2.25])
    enabler = Action("b", effects=(Effect("2.1", 0.1),))
    both = values(lever_of(result, a, enabler, links=[Link("synergy", "a", "b", 0.5, "1.1")]))
    assert both - 66.94 == pytest.approx([0, 2, 0, 3])


@given(st.permutations(range(5)), st.integers(0, 2**5 - 1))
def test_order_of_listing_never_matters(order, subset):
    result = built()
    effects = [
        Effect("1.1", 2.0, cap=68.5), Effect("1.1", 3.0, cap=70.0), Effect("1.1", 5.0, way="percent"),
        Effect("1.1", 0.5, way="close", cap=75.0), Effect("1.1", -1.0),
    ]  # fmt: skip
    actions = [Action(f"x{i}", effects=(e,)) for i, e in enumerate(effects)]
    plain, turned = lever_of(result, *actions), lever_of(result, *[actions[i] for i in order])
    flags = np.array([subset >> i & 1 for i in range(5)], dtype=bool)
    first = plain.values(flags[None], plain.amounts("likely"))[0]
    second = turned.values(flags[list(order)][None], turned.amounts("likely"))[0]
    assert first == second


def test_calendar():
    calendar = Calendar.pii(2025)
    late = Action("a", end=date(2024, 12, 1))
    assert calendar.counts(late, Effect("1.1", 1.0))
    assert not calendar.counts(late, Effect("1.1", 1.0, lead_months=2))
    assert calendar.first_edition(late, Effect("1.1", 1.0, lead_months=2)) == 2026
    exam = Action("b", end=date(2025, 6, 30))
    assert calendar.counts(exam, Effect("2.1.1", 1.0))
    assert not calendar.counts(exam, Effect("2.1.2", 1.0))
    assert calendar.first_edition(exam, Effect("2.1.1", 1.0)) == 2025
    assert shows_on(date(2024, 1, 31), 1) == date(2024, 2, 29)


def test_late_actions_cannot_count(result):
    actions = pk.load_actions("open-2022", framework=result.framework)
    now = pk.optimise(result, "Cần Thơ", actions, budget=200)
    early = pk.optimise(result, "Cần Thơ", actions, budget=200, edition=2026)
    assert early.score_after < now.score_after
    assert not {"wards", "productivity"} & set(early.chosen)
    forced = pk.optimise(result, "Cần Thơ", actions, budget=200, edition=2026, include=["productivity"])
    assert list(forced.late["edition"]) == [2027, 2027]


def test_costs_by_year():
    action = Action("a", cost=36.6, start=date(2024, 7, 1), end=date(2025, 6, 30))
    assert action.cost_by_year() == pytest.approx({2024: 36.6 * 184 / 365, 2025: 36.6 * 181 / 365})
    assert Action("b", cost=3.0).cost_by_year() == {0: 3.0}


@pytest.mark.parametrize("shape", ["pert", "triangular"])
@pytest.mark.parametrize("meaning", ["quartiles", "80%", "90%"])
def test_quantiles_are_met(shape, meaning):
    from piikit.policy.actions.distributions import MEANINGS

    estimate = Estimate(10.0, 14.5, 20.0, shape, meaning)
    first, last = MEANINGS[meaning]
    assert estimate.ppf(np.array([first, 0.5, last])) == pytest.approx([10, 14.5, 20])
    assert estimate.misfit == pytest.approx(0, abs=1e-9)


def test_distributions_against_scipy():
    from scipy import stats

    u = np.linspace(0.001, 0.999, 99)
    a, m, b = 2.0, 3.0, 9.0
    beta = stats.beta(1 + 4 * (m - a) / (b - a), 1 + 4 * (b - m) / (b - a), loc=a, scale=b - a)
    assert Estimate(a, m, b).ppf(u) == pytest.approx(beta.ppf(u))
    assert Estimate(a, m, b).mean == pytest.approx((a + 4 * m + b) / 6)
    triangle = stats.triang((m - a) / (b - a), loc=a, scale=b - a)
    assert Estimate(a, m, b, "triangular").ppf(u) == pytest.approx(triangle.ppf(u))
    sigma = np.log(9 / 2) / (2 * stats.norm.ppf(0.9))
    log = stats.lognorm(sigma, scale=3.0)
    assert Estimate(2.0, 3.0, 9.0, "lognormal", "80%").ppf(u) == pytest.approx(log.ppf(u))
    assert Estimate(2.0, 3.0, 9.0, "lognormal", "80%").mean == pytest.approx(log.mean(), rel=1e-3)


def test_two_part():
    u = (np.arange(100_000) + 0.5) / 100_000
    drawn = two_part(Estimate(1, 2, 5), 0.3, u)
    assert (drawn == 0).mean() == pytest.approx(0.7)
    assert drawn.mean() == pytest.approx(0.3 * Estimate(1, 2, 5).mean, rel=1e-4)


@pytest.mark.parametrize(
    ("cost", "amount", "way", "read"),
    [
        ('"500 triệu"', "1", "add", (0.5, 1)), ('["1 tỷ", "1,5 nghìn tỷ", 2000]', "1", "add", (1500, 1)),
        ('{low = "1 tỷ", likely = "3 tỷ 500 triệu", high = 4}', '"20%"', "percent", (3.5, 20)), ("2", '"1,5"', "add", (2, 1.5)),
        ('"1.000"', "1", "add", None), ("2", '"1.234"', "add", None), ("2", '"70,5-"', "add", None), ("1e290", "1", "add", None),
        ('"5 USD"', "1", "add", None), ("2", '"12‰"', "add", None), ("true", "1", "add", None),
        ("500000000", "1", "add", None), ("100000", "1", "add", (100000, 1)),
    ],
)  # fmt: skip
def test_toml_figures_are_read_as_in_a_file(cost, amount, way, read, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        f'[[action]]\nid = "a"\ncost = {cost}\n[[action.effect]]\ncode = "2.1"\nway = "{way}"\namount = {amount}\n',
        encoding="utf-8",
    )
    if read is None:
        with pytest.raises(InputError) as error:
            pk.read_actions(path)
        assert all(p.cell for p in error.value.problems)
        return
    found = pk.read_actions(path)
    assert (found["a"].cost.likely, found["a"].effects[0].amount.likely) == read
    assert all(p.key == "problem.value.scaled" and p.cell for p in found.warnings)
    assert bool(found.warnings) == cost.startswith(('"500 triệu', '["1 tỷ", "1,5 nghìn'))


@pytest.mark.parametrize("given", ["1.000", ["1", "2.345", "3"], {"likely": "5 tỷ"}, "3-", "5%"])
def test_text_for_a_number_is_never_guessed(given):
    assert Estimate.of("2,5").likely == 2.5
    with pytest.raises(InputError):
        Estimate.of(given)


def test_a_workbook_of_actions_is_read_as_any_table(tmp_path):
    """Amounts with words, cells shown as percentages; a formula without a value is no free action."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, effects = book.active, book.create_sheet("effects")
    sheet.title = "actions"
    for row in (
        ["id", "cost_low", "cost_likely", "cost_high"],
        ["a", "500 triệu", "1,5 tỷ", "2.500 triệu đồng"],
    ):
        sheet.append(row)
    for row in (
        ["action", "code", "way", "low", "likely", "high", "p_deliver"],
        ["a", "2.1", "percent", "5%", 0.1, "20%", 0.8],
    ):
        effects.append(row)
    effects["E2"].number_format = effects["G2"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as error:
        pk.read_actions(tmp_path / "a.xlsx")
    assert [(p.key, p.cell) for p in error.value.problems] == [("problem.ambiguous.open", "D2")]
    sheet["D2"] = "2500 triệu đồng"
    book.save(tmp_path / "a.xlsx")
    action = pk.read_actions(tmp_path / "a.xlsx")["a"]
    assert (action.cost.low, action.cost.likely, action.cost.high) == (0.5, 1.5, 2.5)
    effect = action.effects[0]
    assert (effect.amount.low, effect.amount.likely, effect.amount.high, effect.p_deliver) == (5, 10, 20, 0.8)
    sheet["C2"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as error:
        pk.read_actions(tmp_path / "a.xlsx")
    assert ("problem.value.uncached", "C2") in [(p.key, p.cell) for p in error.value.problems]
