"""Plan 116 as tables: the plan's own words, known agencies, known indicators."""

import pytest

import piikit as pk
from piikit.base.errors import UnknownNameError
from piikit.data.paths import raw
from piikit.data.plans import agencies, agency_name, load_plan, to_pii
from piikit.data.provinces import unit_names
from piikit.report.figures.tilemap import tiles

TEXT = raw("plans", "plan_116_can_tho_2024.txt").read_text(encoding="utf-8")
PLAN = load_plan()


@pytest.mark.parametrize("task", PLAN.tasks.index)
def test_every_task_stands_word_for_word_in_the_plan(task):
    row = PLAN.tasks.loc[task]
    assert row["sentence_vi"] in TEXT
    assert row["task_vi"] in row["sentence_vi"]
    assert row["lead_as_written"] in TEXT
    assert row["task_en"]
    assert row["co_agencies"] in TEXT


def test_every_clause_of_the_tasks_is_there():
    assert {c.rsplit(".", 1)[-1] for c in PLAN.tasks["clause"]} == {"3", "a", "b", "c", "d", "đ", "e", "g"}
    tasks = TEXT.partition("3. Nhiệm vụ")[2]
    for line in [
        part for part in tasks.split("\n") if part[:2] in ("a)", "b)", "c)", "d)", "đ)", "e)", "g)")
    ]:
        if "chủ trì" in line:
            assert any(row in line for row in PLAN.tasks["sentence_vi"]), line[:60]


def test_lead_agencies_are_known():
    assert set(PLAN.tasks["lead_agency"]) <= {*agencies(), "Các sở, ban ngành thành phố"}
    assert agency_name("Sở Nông nghiệp và Phát triển nông thôn", "en", successor=True) == (
        "Department of Agriculture and Environment"
    )
    assert agency_name("Sở Tài chính", "vi") == "Sở Tài chính"
    assert not agencies()["Sở Tài chính"].successor_checked


def test_links_name_tasks_and_indicators():
    codes = pk.load_framework("pii-2024").indicators
    assert set(PLAN.links["code"]) <= set(codes)
    assert set(PLAN.links["task"]) <= set(PLAN.tasks.index)
    assert set(PLAN.links["basis"]) == {"named", "inferred"}
    assert not PLAN.links.duplicated(["task", "code"]).any()


def test_named_agencies_agree_with_the_framework():
    """Where the plan's words name an indicator, its lead is the framework's, but for budget and policy."""
    table = pk.load_framework("pii-2024").table
    for link in PLAN.links[PLAN.links["basis"] == "named"].itertuples():
        lead = PLAN.tasks.at[link.task, "lead_agency"]
        assert table.at[link.code, "agency"] == lead, (link.task, link.code)
        assert table.at[link.code, "agency_status"] == "plan 116"


def test_links_in_other_frameworks():
    own = pk.load_framework("open-2022")
    assert to_pii(own)["4.1"] == "4.3.3"
    assert set(PLAN.links_in(own)["code"]) == {"2.1", "4.2"}
    assert PLAN.links_in(pk.load_framework("tai-23")).empty
    pii = pk.load_framework("pii-2024")
    for code, other in to_pii(own).items():
        assert other in pii.indicators
        assert own.title(code, "vi")
    with pytest.raises(UnknownNameError):
        load_plan("999")


@pytest.mark.parametrize("units", [63, 34])
def test_tiles_hold_every_unit_once(units):
    table = tiles(units)
    assert set(table.index) == set(unit_names(units))
    assert not table.duplicated(["row", "column"]).any()
    assert table.loc[table["includes"] != "", "includes"].to_dict() == {
        "Đà Nẵng": "Hoàng Sa",
        "Khánh Hòa": "Trường Sa",
    }
