"""Wording and drawing in Vietnamese and English; no arithmetic.

What a result has to show is said once, by the function that ``writers.toml`` names for its class; writers make
its text, page, workbook and figures of that. Modules are imported when something is first asked
for.
"""

import tomllib
from pathlib import Path

from ..base.results import register

_TABLE = tomllib.loads(Path(__file__).with_name("writers.toml").read_text(encoding="utf-8"))
CONTENT: dict[str, str] = _TABLE["content"]

for _about, _target in _TABLE["writers"].items():
    _class, _wanted = _about.split()
    register(_class, _wanted, _target)
for _class, _target in CONTENT.items():
    register(_class, "content", f"piikit.report.words.{_target}")
