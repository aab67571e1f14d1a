"""Wording and drawing in Vietnamese and English; no arithmetic.

Each line below says which function writes which face of which result; the functions' modules
are imported when a face is first asked for.
"""

from ..base.faces import register

register("Explanation", "text", "piikit.report.explanation:to_text")
register("Explanation", "summary", "piikit.report.explanation:summary")
register("Explanation", "html", "piikit.report.explanation:to_html")
register("Explanation", "latex", "piikit.report.explanation:to_latex")
register("Explanation", "plot", "piikit.report.explanation:plot")
register("Explanation", "excel", "piikit.report.explanation:to_excel")
register("IndexResult", "summary", "piikit.report.index:summary")
register("IndexResult", "html", "piikit.report.index:to_html")
register("IndexResult", "plot", "piikit.report.index:plot")
register("IndexResult", "excel", "piikit.report.index:to_excel")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("RankAgreement", _face, f"piikit.report.agreement:{_writer}")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("PageResult", _face, f"piikit.report.page:{_writer}")
register("PageExplanation", "summary", "piikit.report.page:explanation_summary")
for _face, _writer in (
    ("summary", "drivers:summary"),
    ("sentence", "drivers:sentence"),
    ("html", "drivers:to_html"),
    ("plot", "drivers_figures:plot"),
    ("excel", "drivers_tables:to_excel"),
    ("latex", "drivers_tables:to_latex"),
    ("word", "drivers_tables:to_word"),
):
    register("DriversResult", _face, f"piikit.report.{_writer}")
for _face, _writer in (
    ("summary", "summary"),
    ("sentence", "sentence"),
    ("html", "to_html"),
    ("plot", "plot"),
    ("excel", "to_excel"),
):
    register("DevelopmentResult", _face, f"piikit.report.development:{_writer}")
for _face, _writer in (
    ("summary", "summary"),
    ("html", "to_html"),
    ("excel", "to_excel"),
    ("text", "to_text"),
):
    register("CheckReport", _face, f"piikit.report.check:{_writer}")
for _result in ("Diagnosis", "PageDiagnosis"):
    for _face, _writer in (
        ("summary", "summary"),
        ("html", "to_html"),
        ("plot", "plot"),
        ("excel", "to_excel"),
    ):
        register(_result, _face, f"piikit.report.diagnosis:{_writer}")
for _face in ("summary", "html", "plot", "excel"):
    register("Duel", _face, f"piikit.report.diagnosis:duel_{_face}")
register("Brief", "summary", "piikit.report.brief_html:summary")
register("Brief", "html", "piikit.report.brief_html:fragment")
register("Brief", "excel", "piikit.report.brief_excel:to_excel")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("Known", _face, f"piikit.report.known:{_writer}")
    register("DrawsResult", _face, f"piikit.report.over_draws:{_writer}")
for _class, _pairs in {
    "WhatIf": {
        "summary": "what_if:summary",
        "html": "what_if:to_html",
        "excel": "what_if:to_excel",
        "plot": "figures_what_if:plot",
    },
    "WhatIfs": {
        "summary": "what_if:several_summary",
        "html": "what_if:several_html",
        "excel": "what_if:several_excel",
        "plot": "figures_what_if:several",
    },
    "WhatIfDraws": {
        "summary": "what_if:draws_summary",
        "html": "what_if:draws_html",
        "plot": "figures_what_if:draws",
    },
    "PageWhatIf": {
        "summary": "what_if:page_summary",
        "html": "what_if:page_html",
        "excel": "policy_words:to_excel",
    },
    "Outcomes": {
        "summary": "what_if:outcomes_summary",
        "html": "policy_words:to_html",
        "excel": "policy_words:to_excel",
    },
    "Perverse": {"plot": "figures_what_if:perverse_path"},
    "Tornado": {"plot": "figures_what_if:tornado"},
}.items():
    for _face, _writer in _pairs.items():
        register(_class, _face, f"piikit.report.{_writer}")
for _class, _writer in (
    ("Effort", "effort_summary"),
    ("ReferenceClass", "class_summary"),
    ("Perverse", "perverse_summary"),
    ("AgainstRivals", "rivals_summary"),
    ("LeastEffort", "least_summary"),
    ("Tornado", "tornado_summary"),
):
    register(_class, "summary", f"piikit.report.policy_words:{_writer}")
    register(_class, "html", "piikit.report.policy_words:to_html")
    register(_class, "excel", "piikit.report.policy_words:to_excel")
for _cls, _head in (("Odds", "odds"), ("SurePackage", "sure"), ("Core", "core"), ("Frontier", "frontier")):
    register(_cls, "summary", f"piikit.report.plan:{_head}_summary")
    register(_cls, "html", "piikit.report.plan:other_html")
    register(_cls, "excel", "piikit.report.plan:other_excel")
    register(_cls, "plot", f"piikit.report.plan_figures:{_head}")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("excel", "to_excel")):
    register("Package", _face, f"piikit.report.plan:{_writer}")
    register("ActionSet", _face, f"piikit.report.plan:set_{_writer.removeprefix('to_')}")
register("Package", "plot", "piikit.report.plan_figures:package")
