"""A check of a file: what it has to show."""

from __future__ import annotations

from typing import Any

from ...base.excel import RED, YELLOW
from ...base.language import LANGUAGES
from ...data.reading.table.file_check import COLUMNS, CheckReport
from ..blocks.blocks import Joined, Named, Sentence, Table
from ..blocks.content import Content


def content(report: CheckReport) -> Content:
    """Whether the file can be used, how much there is to mend, and every problem."""
    found = {"file": report.file, "errors": len(report.errors)}
    found |= {name: getattr(report, name) for name in ("units", "codes", "values")}
    said = [Sentence("check.ok" if report.ok else "check.bad", found)]
    said += [Sentence("check.warnings", {"n": len(report.warnings)})] if report.warnings else []
    return Content(
        (Joined(tuple(said)),), (problems(report),), title=Sentence("check.title", {"file": report.file})
    )


def problems(report: CheckReport) -> Table:
    """One row a problem, errors red and warnings yellow."""
    worded = [report.in_words(lang).to_dict("records") for lang in LANGUAGES]

    def cell(column: str, vi: dict[Any, Any], en: dict[Any, Any]) -> Any:
        return (
            Sentence(f"check.severity.{vi[column]}")
            if column == "severity"
            else Named(vi[column], en[column])
        )

    return Table(
        "check.sheet",
        tuple(f"check.column.{c}" for c in COLUMNS),
        tuple(tuple(cell(c, *both) for c in COLUMNS) for both in zip(*worded, strict=True)),
        tints=tuple(RED if p.severity == "error" else YELLOW for p in report.problems),
    )
