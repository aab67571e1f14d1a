"""Wording and drawing in Vietnamese and English; no arithmetic.

Each line below says which function writes which face of which result; the functions' modules
are imported when a face is first asked for.
"""

from ..base.results import register

# What every result can do is made of its content; below, the function that gives the content of each class.
for _wanted, _target in {
    "summary": "text:summary",
    "html": "block_html:result_html",
    "excel": "block_excel:result_excel",
    "plot": "plot:plot",
}.items():
    register("Result", _wanted, f"piikit.report.write.{_target}")
for _class, _target in {
    "ActionSet": "plan_words:action_set",
    "AgainstRivals": "policy_words:against_rivals",
    "CoreIndex": "plan_words:core",
    "DrawsResult": "over_draws_words:content",
    "Effort": "policy_words:effort",
    "Explanation": "explanation_words:content",
    "Frontier": "plan_words:frontier",
    "IndexResult": "index_words:content",
    "Known": "known_words:content",
    "LeastEffort": "policy_words:least_effort",
    "Odds": "plan_words:odds",
    "Outcomes": "what_if_words:outcomes",
    "Package": "plan_words:package",
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
}.items():
    register(_class, "content", f"piikit.report.words.{_target}")

register("Explanation", "text", "piikit.report.write.text:whole")
register("Explanation", "latex", "piikit.report.write.latex:result_latex")
for _face, _writer in (
    ("summary", "words.drivers_words:summary"),
    ("sentence", "words.drivers_words:sentence"),
    ("html", "words.drivers_words:to_html"),
    ("plot", "figures.drivers_figures:plot"),
    ("excel", "words.drivers_tables:to_excel"),
    ("latex", "words.drivers_tables:to_latex"),
    ("word", "words.drivers_tables:to_word"),
):
    register("DriversResult", _face, f"piikit.report.{_writer}")
for _face, _writer in (
    ("summary", "summary"),
    ("sentence", "sentence"),
    ("html", "to_html"),
    ("plot", "plot"),
    ("excel", "to_excel"),
):
    register("DevelopmentResult", _face, f"piikit.report.words.development_words:{_writer}")
for _face, _writer in (
    ("summary", "summary"),
    ("html", "to_html"),
    ("excel", "to_excel"),
    ("text", "to_text"),
):
    register("CheckReport", _face, f"piikit.report.words.check_words:{_writer}")
for _result in ("Diagnosis", "PageDiagnosis"):
    for _face, _writer in (
        ("summary", "summary"),
        ("html", "to_html"),
        ("plot", "plot"),
        ("excel", "to_excel"),
    ):
        register(_result, _face, f"piikit.report.words.diagnosis_words:{_writer}")
for _face in ("summary", "html", "plot", "excel"):
    register("Duel", _face, f"piikit.report.words.diagnosis_words:duel_{_face}")
register("Brief", "summary", "piikit.report.write.block_html:summary")
register("Brief", "html", "piikit.report.write.block_html:fragment")
register("Brief", "excel", "piikit.report.write.block_excel:to_excel")
