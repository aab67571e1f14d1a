"""A check of a file: what it has to show."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...base.excel import RED, YELLOW
from ...base.language import LANGUAGES, text
from ...data.reading.table.collected import FATES
from ...data.reading.table.file_check import COLUMNS, CheckReport
from ..blocks.blocks import Joined, Named, Sentence, Table
from ..blocks.content import Content


def content(report: CheckReport) -> Content:
    """Whether the file can be used, how much there is to mend, and every problem."""
    found = {"file": report.file, "errors": len(report.errors)}
    found |= {name: getattr(report, name) for name in ("units", "codes", "values")}
    said = [Sentence("check.ok" if report.ok else "check.bad", found)]
    said += [Sentence("check.warnings", {"n": len(report.warnings)})] if report.warnings else []
    unseen = {"n": len(report.uncompared), "codes": ", ".join(report.uncompared[:20])}
    said += [Sentence("check.uncompared", unseen)] if report.uncompared else []
    said += [account(report)] if report.accounts else []
    blocks = (problems(report), *accounts(report))
    return Content((Joined(tuple(said)),), blocks, title=Sentence("check.title", {"file": report.file}))


def account(report: CheckReport) -> Sentence:
    """How many cells there are, and how many in each fate."""
    found: Counter[str] = Counter()
    for sheet in report.accounts:
        found.update(sheet.counts)
    fates = [(f, found[f]) for f in FATES if found[f]]
    parts = Named.by(lambda lang: ", ".join(f"{text(f'check.fate.{f}', lang)} {n}" for f, n in fates))
    return Sentence("check.account", {"n": sum(a.cells for a in report.accounts), "parts": parts})


def accounts(report: CheckReport) -> tuple[Table, ...]:
    """The cells of every sheet by fate, and what was set aside."""
    rows = [
        (Named(s, s), Sentence(f"check.fate.{f}"), n) for s, f, n in report.account.itertuples(index=False)
    ]
    aside = [
        (Named(s, s), Sentence(f"check.fate.{f}"), Named(c, c), Named(t, t))
        for s, f, c, t in report.set_aside.itertuples(index=False)
    ]
    made = (
        ("account", ("sheet", "fate", "cells"), rows),
        ("aside", ("sheet", "fate", "cell", "text"), aside),
    )
    return tuple(
        Table(f"check.{key}_sheet", tuple(f"check.column.{c}" for c in heads), tuple(body))
        for key, heads, body in made
        if body
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
