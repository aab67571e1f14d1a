"""piikit: policy research toolkit for Vietnam's Provincial Innovation Index (PII).

Names below load on first use, so that ``import piikit`` takes milliseconds.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Framework": "piikit.data.framework",
    "Dataset": "piikit.data.dataset",
    "load_framework": "piikit.data.library",
    "load_dataset": "piikit.data.library",
    "provinces": "piikit.data.provinces",
    "match_province": "piikit.data.provinces",
    "peers": "piikit.data.peers",
    "published_scores": "piikit.data.library",
    "indicator_stats": "piikit.data.indicator_statistics",
    "merge_provinces": "piikit.data.merger",
    "Method": "piikit.index.method",
    "register_function": "piikit.index.method",
    "build_index": "piikit.index.build",
    "read_page": "piikit.index.page.page_result",
    "Page": "piikit.data.reading.page.own_page",
    "read_workbook": "piikit.data.reading.table.workbook",
    "read_agency_files": "piikit.data.reading.office.agency_files",
    "write_template": "piikit.data.reading.template.office_template",
    "check_file": "piikit.data.reading.table.file_check",
    "change_denominators": "piikit.data.reading.office.denominators",
    "denominator_share": "piikit.data.reading.office.denominators",
    "export": "piikit.report.write.exports",
    "rank_agreement": "piikit.diagnosis.print.rank_agreement",
    "diagnose": "piikit.diagnosis.unit.diagnosis",
    "duel": "piikit.diagnosis.unit.duel",
    "load_plan": "piikit.data.plans",
    "make_brief": "piikit.report.brief.make_brief",
    "provincial_statistics": "piikit.data.provincial_statistics",
    "drivers": "piikit.diagnosis.drivers.fit",
    "development": "piikit.diagnosis.drivers.development",
    "printed_figures": "piikit.data.editions.printed_figures",
    "check_printed": "piikit.diagnosis.print.check_printed",
    "what_is_known": "piikit.diagnosis.print.what_is_known",
    "over_draws": "piikit.diagnosis.print.over_draws",
    "printed_over_draws": "piikit.diagnosis.print.check_printed",
    "statements_about": "piikit.diagnosis.print.statements",
    "statements_of_change": "piikit.diagnosis.print.statements",
    "respond": "piikit.policy.response.unit_response",
    "MISSING": "piikit.policy.response.careful",
    "what_if": "piikit.policy.what_if.what_ifs",
    "load_scenario": "piikit.policy.what_if.scenarios",
    "run_scenario": "piikit.policy.what_if.what_ifs",
    "tornado": "piikit.policy.response.tornado",
    "perverse": "piikit.policy.response.perverse",
    "reference_class": "piikit.policy.effort.year_effort",
    "effort": "piikit.policy.effort.year_effort",
    "years_needed": "piikit.policy.effort.year_effort",
    "against_rivals": "piikit.policy.effort.rivals",
    "least_effort": "piikit.policy.choose.least_effort",
    "Action": "piikit.policy.actions.action",
    "ActionSet": "piikit.policy.actions.action",
    "Effect": "piikit.policy.actions.action",
    "Estimate": "piikit.policy.actions.distributions",
    "Link": "piikit.policy.actions.action",
    "load_actions": "piikit.policy.actions.action_files",
    "read_actions": "piikit.policy.actions.action_files",
    "write_actions": "piikit.policy.actions.action_writing",
    "Calendar": "piikit.policy.actions.data_calendar",
    "optimise": "piikit.policy.choose.optimise",
    "optimise_sure": "piikit.policy.chance.optimise_sure",
    "frontier": "piikit.policy.choose.frontier",
    "odds": "piikit.policy.chance.odds",
    "core_index": "piikit.policy.chance.core_index",
    "planner": "piikit.policy.choose.planner",
    "set_language": "piikit.base.language",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'piikit' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
