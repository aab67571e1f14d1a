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
    "indicator_stats": "piikit.data.statistics",
    "merge_provinces": "piikit.data.merger",
    "Method": "piikit.index.method",
    "register_function": "piikit.index.method",
    "build_index": "piikit.index.build",
    "read_page": "piikit.index.page",
    "Page": "piikit.data.reading.page",
    "read_workbook": "piikit.data.reading.workbook",
    "read_agency_files": "piikit.data.reading.agency",
    "write_template": "piikit.data.reading.template",
    "check_file": "piikit.data.reading.check",
    "change_denominators": "piikit.data.reading.denominators",
    "denominator_share": "piikit.data.reading.denominators",
    "export": "piikit.report.exports",
    "rank_agreement": "piikit.diagnosis.agreement",
    "diagnose": "piikit.diagnosis.diagnose",
    "duel": "piikit.diagnosis.duel",
    "load_plan": "piikit.data.plans",
    "make_brief": "piikit.report.brief",
    "provincial_statistics": "piikit.data.context",
    "drivers": "piikit.diagnosis.drivers.fit",
    "development": "piikit.diagnosis.development",
    "printed_figures": "piikit.data.editions.printed",
    "check_printed": "piikit.diagnosis.printed",
    "what_is_known": "piikit.diagnosis.known",
    "over_draws": "piikit.diagnosis.over_draws",
    "printed_over_draws": "piikit.diagnosis.printed",
    "statements_about": "piikit.diagnosis.statements",
    "statements_of_change": "piikit.diagnosis.statements",
    "respond": "piikit.policy.response",
    "MISSING": "piikit.policy.response_exact",
    "what_if": "piikit.policy.what_if",
    "load_scenario": "piikit.policy.scenarios",
    "run_scenario": "piikit.policy.what_if",
    "tornado": "piikit.policy.tornado",
    "perverse": "piikit.policy.perverse",
    "reference_class": "piikit.policy.effort",
    "effort": "piikit.policy.effort",
    "years_needed": "piikit.policy.effort",
    "against_rivals": "piikit.policy.rivals",
    "least_effort": "piikit.policy.least_effort",
    "Action": "piikit.policy.actions",
    "ActionSet": "piikit.policy.actions",
    "Effect": "piikit.policy.actions",
    "Estimate": "piikit.policy.distributions",
    "Link": "piikit.policy.actions",
    "load_actions": "piikit.policy.action_files",
    "read_actions": "piikit.policy.action_files",
    "write_actions": "piikit.policy.action_sheets",
    "Calendar": "piikit.policy.calendar",
    "optimise": "piikit.policy.optimise",
    "optimise_sure": "piikit.policy.chance",
    "frontier": "piikit.policy.frontier",
    "odds": "piikit.policy.odds",
    "core_index": "piikit.policy.core",
    "planner": "piikit.policy.draws",
    "set_language": "piikit.base.language",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'piikit' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
