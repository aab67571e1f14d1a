"""piikit: policy research toolkit for Vietnam's Provincial Innovation Index (PII).

Names below load on first use, so that ``import piikit`` takes milliseconds.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Groups as docs/api.md shows them: the first circle is what the notebooks teach.
GROUPS = {
    "first": {
        "load_dataset": "piikit.data.library",
        "load_framework": "piikit.data.library",
        "read_workbook": "piikit.data.reading.table.workbook",
        "Dataset": "piikit.data.dataset",
        "Framework": "piikit.data.framework",
        "Method": "piikit.index.method",
        "build_index": "piikit.index.build",
        "diagnose": "piikit.diagnosis.unit.diagnosis",
        "what_is_known": "piikit.diagnosis.print.what_is_known",
        "over_draws": "piikit.diagnosis.print.over_draws",
        "what_if": "piikit.policy.what_if.what_ifs",
        "respond": "piikit.policy.response.unit_response",
        "perverse": "piikit.policy.response.perverse",
        "effort": "piikit.policy.effort.year_effort",
        "load_actions": "piikit.policy.actions.action_files",
        "optimise": "piikit.policy.choose.optimise",
        "odds": "piikit.policy.chance.odds",
        "frontier": "piikit.policy.choose.frontier",
        "drivers": "piikit.diagnosis.drivers.fit",
        "development": "piikit.diagnosis.drivers.development",
        "make_brief": "piikit.report.brief.make_brief",
        "export": "piikit.report.write.exports",
        "set_language": "piikit.base.language",
    },
    "data": {
        "provinces": "piikit.data.provinces",
        "match_province": "piikit.data.provinces",
        "peers": "piikit.data.peers",
        "published_scores": "piikit.data.library",
        "indicator_stats": "piikit.data.indicator_statistics",
        "merge_provinces": "piikit.data.merger",
        "provincial_statistics": "piikit.data.provincial_statistics",
        "load_plan": "piikit.data.plans",
    },
    "reading": {
        "read_agency_files": "piikit.data.reading.office.agency_files",
        "read_page": "piikit.index.page.page_result",
        "Page": "piikit.data.reading.page.own_page",
        "write_template": "piikit.data.reading.template.office_template",
        "check_file": "piikit.data.reading.table.file_check",
        "change_denominators": "piikit.data.reading.office.denominators",
        "denominator_share": "piikit.data.reading.office.denominators",
    },
    "extending": {
        "register_function": "piikit.index.own_functions",
    },
    "print": {
        "duel": "piikit.diagnosis.unit.duel",
        "rank_agreement": "piikit.diagnosis.print.rank_agreement",
        "printed_figures": "piikit.data.editions.printed_figures",
        "check_printed": "piikit.diagnosis.print.check_printed",
        "printed_over_draws": "piikit.diagnosis.print.check_printed",
        "statements_about": "piikit.diagnosis.print.statements",
        "statements_of_change": "piikit.diagnosis.print.statements",
    },
    "what_if": {
        "MISSING": "piikit.policy.response.scenario_input",
        "load_scenario": "piikit.policy.what_if.scenarios",
        "run_scenario": "piikit.policy.what_if.what_ifs",
        "tornado": "piikit.policy.response.tornado",
        "reference_class": "piikit.policy.effort.year_effort",
        "years_needed": "piikit.policy.effort.year_effort",
        "against_rivals": "piikit.policy.effort.rivals",
        "least_effort": "piikit.policy.choose.least_effort",
    },
    "choosing": {
        "Action": "piikit.policy.actions.action",
        "ActionSet": "piikit.policy.actions.action_set",
        "Effect": "piikit.policy.actions.action",
        "Estimate": "piikit.policy.actions.distributions",
        "Link": "piikit.policy.actions.action",
        "read_actions": "piikit.policy.actions.action_files",
        "write_actions": "piikit.policy.actions.action_writing",
        "Calendar": "piikit.policy.actions.data_calendar",
        "optimise_sure": "piikit.policy.chance.optimise_sure",
        "core_index": "piikit.policy.chance.core_index",
        "planner": "piikit.policy.choose.planner",
    },
}
_WHERE = {name: module for group in GROUPS.values() for name, module in group.items()}
# A name that goes: old name -> new one; it works for one more minor version, with a warning.
_RENAMED: dict[str, str] = {}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name in _RENAMED:
        import warnings

        warnings.warn(
            f"piikit.{name} is called piikit.{_RENAMED[name]} now and goes with the next version",
            DeprecationWarning,
            stacklevel=2,
        )
        name = _RENAMED[name]
    if name not in _WHERE:
        raise AttributeError(f"module 'piikit' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
