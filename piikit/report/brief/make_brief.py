"""Make the brief: gather the facts, then run every chapter over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...diagnosis.unit.brief_facts import brief_facts
from ...diagnosis.unit.diagnosis import Diagnosis
from ..blocks.block_marks import marked
from ..blocks.blocks import Brief, Chapter, Sentence
from ..words.main_findings import findings_of
from ..words.subject import Subject
from . import annex, front, page_chapters, plan_chapters
from .against_means import against_means
from .brief_over_draws import over_draws
from .how_sure import how_sure
from .plan_coverage import coverage

if TYPE_CHECKING:
    from ...diagnosis.unit.page_diagnosis import PageDiagnosis
    from ...policy.chance.odds import Odds
    from ...policy.choose.package import Package

# A room that has more to say adds a line.
CHAPTERS: tuple[Callable[[Subject], Chapter | None], ...] = (
    front.where_we_stand,
    front.what_matters,
    front.who_answers,
    front.what_next,
    how_sure,
    annex.profile,
    annex.against_peers,
    annex.duel_ahead,
    annex.at_risk,
    annex.empty_cells,
    coverage,
    against_means,
    over_draws,
    plan_chapters.package,
    plan_chapters.what_if,
    plan_chapters.odds,
    plan_chapters.who_does_what,
    annex.method,
)
PAGE_CHAPTERS: tuple[Callable[[Subject], Chapter | None], ...] = (
    page_chapters.where_page_stands,
    page_chapters.what_page_shows,
    front.who_answers,
    page_chapters.how_sure_of_page,
    page_chapters.profile_of_page,
    page_chapters.method_of_page,
)


def make_brief(
    diagnosis: Diagnosis | PageDiagnosis, *, package: Package | None = None, odds: Odds | None = None
) -> Brief:
    """Make the brief of a diagnosis: two pages for the leadership, then annexes.

    Parameters
    ----------
    diagnosis : Diagnosis or PageDiagnosis
        Of :func:`piikit.diagnose`.
    package : Package, optional
        Of :func:`piikit.optimise` for the same unit: what to do, what it gives, who does it.
    odds : Odds, optional
        Of :func:`piikit.odds` for that package: how likely it is to succeed.

    Returns
    -------
    Brief
        Chapters of sentences, tables and pictures in no language yet. Write it with
        ``to_html(path, lang=)`` of :mod:`piikit.report.write.block_html` or
        ``brief.to_excel(path, lang=)``; ``brief.table`` has every number.

    Notes
    -----
    Everything that must be computed is gathered first
    (:func:`piikit.diagnosis.unit.brief_facts.brief_facts`); chapters choose and word.

    Examples
    --------
    >>> import piikit as pk
    >>> result = pk.build_index(pk.load_dataset("open-2022"))
    >>> brief = pk.make_brief(pk.diagnose(result, "Cần Thơ"))
    >>> print(brief.findings[0].text("en"))
    Cần Thơ scores 48.16 and ranks 9th of 63. Next ahead is Bắc Ninh, 2.25 points up.
    """
    facts = brief_facts(diagnosis) if isinstance(diagnosis, Diagnosis) else None
    mine = package is not None and package.unit == diagnosis.unit
    return compose(Subject(diagnosis, facts, package if mine else None, odds if mine else None))


def compose(subject: Subject) -> Brief:
    """Run every chapter that has something to say; nothing is computed here."""
    result = subject.result
    made = [chapter(subject) for chapter in (PAGE_CHAPTERS if result.kind == "page" else CHAPTERS)]
    chapters = tuple(sorted([c for c in made if c is not None], key=lambda c: c.part != "front"))
    found = findings_of(subject.diagnosis)
    if result.illustrative:
        chapters, found = marked(chapters, result), marked(found, result)
    return Brief(
        unit=subject.unit,
        title=Sentence("brief.title", {"unit": subject.unit}),
        subtitle=subject.source,
        chapters=chapters,
        findings=found,
        illustrative=result.illustrative,
        source=subject.source,
        fingerprint=result.fingerprint,
        record=result.record,
        result=result,
    )
