"""Wording and drawing in Vietnamese and English; no arithmetic.

Each line below says which function writes which face of which result; the functions' modules
are imported when a face is first asked for.
"""

from ..base.results import register

register("Explanation", "text", "piikit.report.words.explanation_words:to_text")
register("Explanation", "summary", "piikit.report.words.explanation_words:summary")
register("Explanation", "html", "piikit.report.words.explanation_words:to_html")
register("Explanation", "latex", "piikit.report.words.explanation_words:to_latex")
register("Explanation", "plot", "piikit.report.words.explanation_words:plot")
register("Explanation", "excel", "piikit.report.words.explanation_words:to_excel")
register("IndexResult", "summary", "piikit.report.words.index_words:summary")
register("IndexResult", "html", "piikit.report.words.index_words:to_html")
register("IndexResult", "plot", "piikit.report.words.index_words:plot")
register("IndexResult", "excel", "piikit.report.words.index_words:to_excel")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("RankAgreement", _face, f"piikit.report.words.agreement_words:{_writer}")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("PageResult", _face, f"piikit.report.words.page_words:{_writer}")
register("PageExplanation", "summary", "piikit.report.words.page_words:explanation_summary")
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
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("plot", "plot"), ("excel", "to_excel")):
    register("Known", _face, f"piikit.report.words.known_words:{_writer}")
    register("DrawsResult", _face, f"piikit.report.words.over_draws_words:{_writer}")
for _class, _pairs in {
    "WhatIf": {
        "summary": "words.what_if_words:summary",
        "html": "words.what_if_words:to_html",
        "excel": "words.what_if_words:to_excel",
        "plot": "figures.what_if_figures:plot",
    },
    "WhatIfs": {
        "summary": "words.what_if_words:several_summary",
        "html": "words.what_if_words:several_html",
        "excel": "words.what_if_words:several_excel",
        "plot": "figures.what_if_figures:several",
    },
    "WhatIfDraws": {
        "summary": "words.what_if_words:draws_summary",
        "html": "words.what_if_words:draws_html",
        "plot": "figures.what_if_figures:draws",
    },
    "PageWhatIf": {
        "summary": "words.what_if_words:page_summary",
        "html": "words.what_if_words:page_html",
        "excel": "words.policy_words:to_excel",
    },
    "Outcomes": {
        "summary": "words.what_if_words:outcomes_summary",
        "html": "words.policy_words:to_html",
        "excel": "words.policy_words:to_excel",
    },
    "Perverse": {"plot": "figures.what_if_figures:perverse_path"},
    "Tornado": {"plot": "figures.what_if_figures:tornado"},
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
    register(_class, "summary", f"piikit.report.words.policy_words:{_writer}")
    register(_class, "html", "piikit.report.words.policy_words:to_html")
    register(_class, "excel", "piikit.report.words.policy_words:to_excel")
for _cls, _head in (("Odds", "odds"), ("SurePackage", "sure"), ("Core", "core"), ("Frontier", "frontier")):
    register(_cls, "summary", f"piikit.report.words.plan_words:{_head}_summary")
    register(_cls, "html", "piikit.report.words.plan_words:other_html")
    register(_cls, "excel", "piikit.report.words.plan_words:other_excel")
    register(_cls, "plot", f"piikit.report.figures.plan_figures:{_head}")
for _face, _writer in (("summary", "summary"), ("html", "to_html"), ("excel", "to_excel")):
    register("Package", _face, f"piikit.report.words.plan_words:{_writer}")
    register("ActionSet", _face, f"piikit.report.words.plan_words:set_{_writer.removeprefix('to_')}")
register("Package", "plot", "piikit.report.figures.plan_figures:package")
