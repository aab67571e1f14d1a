"""Make the brief: run every chapter over one diagnosis."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..blocks.blocks import Brief, Chapter, Named, Quantity, Sentence

# Each names a function ``(Context) -> Chapter | None``; a room that has more to say adds a line.
CHAPTERS = [
    "piikit.report.brief.front:where_we_stand",
    "piikit.report.brief.front:what_matters",
    "piikit.report.brief.front:who_answers",
    "piikit.report.brief.front:what_next",
    "piikit.report.brief.how_sure:how_sure",
    "piikit.report.brief.annex:profile",
    "piikit.report.brief.annex:against_peers",
    "piikit.report.brief.annex:duel_ahead",
    "piikit.report.brief.annex:at_risk",
    "piikit.report.brief.annex:empty_cells",
    "piikit.report.brief.annex:coverage",
    "piikit.report.brief.against_means:against_means",
    "piikit.report.brief.brief_over_draws:over_draws",
    "piikit.report.brief.plan_chapters:package",
    "piikit.report.brief.plan_chapters:what_if",
    "piikit.report.brief.plan_chapters:odds",
    "piikit.report.brief.plan_chapters:who_does_what",
    "piikit.report.brief.annex:method",
]
PAGE_CHAPTERS = [
    "piikit.report.brief.page_chapters:where_we_stand",
    "piikit.report.brief.page_chapters:what_matters",
    "piikit.report.brief.front:who_answers",
    "piikit.report.brief.page_chapters:how_sure",
    "piikit.report.brief.page_chapters:profile",
    "piikit.report.brief.page_chapters:method",
]


@dataclass(frozen=True, eq=False)
class Context:
    """What a chapter is made from.

    Attributes
    ----------
    diagnosis : Diagnosis or PageDiagnosis
    extras : mapping
        Further results by name, for chapters that need them (a package, what-ifs, odds).
    """

    diagnosis: Any
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> Any:
        """The built index or scored page."""
        return self.diagnosis.result

    @property
    def unit(self) -> str:
        """The unit."""
        return str(self.diagnosis.unit)

    @property
    def root(self) -> str:
        """Code of the whole."""
        return str(self.result.root)

    @property
    def source(self) -> Named:
        """Name of the data in both languages."""
        dataset = getattr(self.result, "dataset", None)
        if dataset is not None:
            return Named(dataset.title_vi or dataset.name, dataset.title_en or dataset.name)
        from ...base.language import text

        values = {"unit": self.unit, "year": self.result.year or ""}
        return Named(
            text("diagnosis.page_source", "vi", **values), text("diagnosis.page_source", "en", **values)
        )

    def name(self, code: str, *, coded: bool = True) -> Named:
        """Name of an indicator or node, with its code before it."""
        framework = self.result.framework
        head = f"{code} " if coded else ""
        return Named(head + framework.title(code, "vi"), head + framework.title(code, "en"))

    def measures(self, code: str) -> dict[str, Any]:
        """Unit of measurement in both languages, as keywords of a :class:`Quantity`."""
        row = self.result.framework.table.loc[code]
        english = str(row["unit"])
        return {"measure_vi": str(row.get("unit_vi", "")) or english, "measure_en": english}

    def score(self, code: str | None = None, unit: str | None = None) -> Quantity:
        """Score of a unit on a code (own, whole)."""
        code, unit = code or self.root, unit or self.unit
        return Quantity("score", float(self.result.scores.at[unit, code]), unit, code)

    def rank(self, code: str | None = None, unit: str | None = None) -> Quantity:
        """Rank of a unit on a code."""
        code, unit = code or self.root, unit or self.unit
        return Quantity("rank", float(self.result.ranks.at[unit, code]), unit, code)

    def gap(self, against: str, code: str | None = None) -> Quantity:
        """Own score less that of another unit, without sign (sentences say which way)."""
        code = code or self.root
        value = float(self.result.scores.at[self.unit, code] - self.result.scores.at[against, code])
        if value < 0:
            value = -value
            return Quantity("gap", value, against, code, (self.unit,))
        return Quantity("gap", value, self.unit, code, (against,))

    def value(self, code: str, unit: str | None = None, *, bare: bool = False) -> Quantity:
        """Raw value with its unit of measurement, or `bare` where a column says it."""
        unit = unit or self.unit
        measures: dict[str, Any] = {} if bare else self.measures(code)
        return Quantity("value", float(self.result.imputed.at[unit, code]), unit, code, digits=4, **measures)

    def measure(self, code: str) -> Named:
        """Unit of measurement of an indicator."""
        words = self.measures(code)
        return Named(str(words["measure_vi"]), str(words["measure_en"]))

    def pillars(self) -> tuple[str, ...]:
        """Codes two steps below the whole (pillars), or one where there are no more."""
        framework = self.result.framework
        below = framework.children(self.root)
        pillars = tuple(c for b in below for c in framework.children(b))
        return pillars if pillars and not any(c in framework.indicators for c in pillars) else below

    def chapters(self) -> tuple[Chapter, ...]:
        """Run every chapter that has something to say."""
        names = CHAPTERS if hasattr(self.result, "dataset") else PAGE_CHAPTERS
        made = []
        for target in names:
            module, name = target.split(":")
            chapter = getattr(importlib.import_module(module), name)(self)
            if chapter is not None:
                made.append(chapter)
        return tuple(sorted(made, key=lambda c: c.part != "front"))


def findings_of(diagnosis: Any) -> tuple[Sentence, ...]:
    """The three main findings alone, without making the chapters."""
    page = not hasattr(diagnosis.result, "dataset")
    module = importlib.import_module(
        "piikit.report.brief.page_chapters" if page else "piikit.report.brief.front"
    )
    found: tuple[Sentence, ...] = module.findings(Context(diagnosis))
    return found


def make_brief(diagnosis: Any, **extras: Any) -> Brief:
    """Make the brief of a diagnosis.

    Parameters
    ----------
    diagnosis : Diagnosis or PageDiagnosis
    **extras
        Further results for the chapters that want them.

    Returns
    -------
    Brief
        With ``to_html(path, lang=)`` through :func:`piikit.report.write.block_html.write_html` and
        ``to_excel(path, lang=)``.
    """
    context = Context(diagnosis, extras)
    result = context.result
    illustrative = hasattr(result, "dataset") and result.dataset.illustrative
    chapters, found = context.chapters(), findings_of(diagnosis)
    if illustrative:
        from ..blocks.block_marks import marked

        chapters, found = marked(chapters, result), marked(found, result)
    return Brief(
        unit=context.unit,
        title=Sentence("brief.title", {"unit": context.unit}),
        subtitle=context.source,
        chapters=chapters,
        findings=found,
        illustrative=illustrative,
        source=context.source,
        fingerprint=result.fingerprint,
        record=getattr(result, "record", {"fingerprint": result.fingerprint}),
        result=result,
    )
