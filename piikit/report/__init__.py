"""Wording and drawing in Vietnamese and English; no arithmetic.

What a result has to show is said once, by the function named below for its class; writers make
its text, page, workbook and figures of that. Modules are imported when something is first asked
for.
"""

from ..base.results import register

WRITERS = {
    ("Result", "summary"): "write.text:summary",
    ("Result", "html"): "write.block_html:result_html",
    ("Result", "excel"): "write.block_excel:result_excel",
    ("Result", "plot"): "write.plot:plot",
    ("Result", "text"): "write.text:whole",
    ("Result", "latex"): "write.latex:result_latex",
    ("Result", "word"): "write.word:result_word",
    # workbooks that are more than tables (an action set's is that of the policy room)
    ("Brief", "excel"): "write.block_excel:to_excel",
    ("CheckReport", "excel"): "write.check_book:write_check",
    # what may be quoted of one term or unit
    ("DriversResult", "sentence"): "words.drivers_words:sentence",
    ("DevelopmentResult", "sentence"): "words.development_words:sentence",
}
CONTENT = {
    "ActionSet": "plan_words:action_set",
    "AgainstRivals": "policy_words:against_rivals",
    "Brief": "diagnosis_words:brief",
    "CheckReport": "check_words:content",
    "CoreIndex": "plan_words:core",
    "DevelopmentResult": "development_words:content",
    "Diagnosis": "diagnosis_words:diagnosis",
    "DrawsResult": "over_draws_words:content",
    "DriversResult": "drivers_words:content",
    "Duel": "diagnosis_words:duel",
    "Effort": "policy_words:effort",
    "Explanation": "explanation_words:content",
    "Frontier": "plan_words:frontier",
    "IndexResult": "index_words:content",
    "Known": "known_words:content",
    "LeastEffort": "policy_words:least_effort",
    "Odds": "odds_words:odds",
    "Outcomes": "what_if_words:outcomes",
    "Package": "plan_words:package",
    "PageDiagnosis": "diagnosis_words:page_diagnosis",
    "PageResult": "page_words:content",
    "PageWhatIf": "what_if_words:page_what_if",
    "Perverse": "policy_words:perverse",
    "RankAgreement": "agreement_words:content",
    "ReferenceClass": "policy_words:reference_class",
    "SurePackage": "plan_words:sure",
    "Tornado": "policy_words:tornado",
    "WhatIf": "what_if_words:what_if",
    "WhatIfDraws": "what_if_words:what_if_draws",
    "WhatIfs": "what_if_words:what_ifs",
}

for (_class, _wanted), _target in WRITERS.items():
    register(_class, _wanted, f"piikit.report.{_target}")
for _class, _target in CONTENT.items():
    register(_class, "content", f"piikit.report.words.{_target}")
register("ActionSet", "excel", "piikit.policy.actions.action_writing:write_actions")
