"""What may be said of an illustrative edition: only what holds over its draws."""

from __future__ import annotations

from typing import Any

from ...base.binomial import clopper_pearson
from ..blocks.blocks import Block, Chapter, Sentence, Table
from ..blocks.quantity import Quantity, count
from ..figures.labels import chance_ends
from ..words.main_findings import NO_DRAWS, held_over_draws, of_draws
from ..words.subject import Subject

_COLUMNS = {"matters": "in_five", "weak": "weak_in", "strong": "strong_in"}


def matters_over_draws(subject: Subject) -> tuple[Block, ...]:
    """The indicators that matter most often, with how often."""
    said = held_over_draws(subject)[:1]
    over = subject.diagnosis.draws
    if over is None:
        return said
    table = over.table.sort_values(["matters", "weak"], ascending=False, kind="stable")
    return (*said, _counts(subject, table.index[:8], ("matters", "weak")))


def rank_over_draws(subject: Subject) -> Sentence:
    """The range of the whole's rank over the draws."""
    over = subject.diagnosis.draws
    if over is None:
        return NO_DRAWS
    best, worst = over.whole["rank"].min(), over.whole["rank"].max()
    values = {"draws": count(over.draws), "best": count(best), "worst": count(worst)}
    return Sentence("brief.draws_same" if best == worst else "brief.draws", values, "warning")


def over_draws(subject: Subject) -> Chapter | None:
    """How often each finding holds over the draws of an illustrative edition."""
    over = subject.diagnosis.draws
    if over is None:
        return None
    found = over.table[(over.table[list(_COLUMNS)] > 0).any(axis=1)]
    codes = found.sort_values("matters", ascending=False, kind="stable").index
    some = round(0.8 * over.draws)
    ends = chance_ends(*clopper_pearson(some, over.draws))
    values = {"draws": count(over.draws), "some": count(some), **ends}
    note = Sentence("brief.draws_note", values, "warning")
    blocks = (note, _counts(subject, codes, tuple(_COLUMNS)))
    return Chapter("draws", Sentence("brief.chapter.draws"), blocks, new_page=True)


def _counts(subject: Subject, codes: Any, findings: tuple[str, ...]) -> Table:
    table = subject.diagnosis.draws.table
    rows = []
    for code in codes:
        ends = {e: Quantity("count", float(table.at[code, f"rank_{e}"])) for e in ("best", "worst")}
        counts = {_COLUMNS[f]: of_draws(subject, code, f) for f in findings}
        rows.append({"indicator": subject.name(code), **counts, "rank_range": Sentence("brief.range", ends)})
    return subject.table("draws", rows)
