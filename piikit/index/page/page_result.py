"""Scores of a province's own page: exact where the page covers a node, an interval elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.errors import MethodError, Problem, UnknownNameError
from ...base.formats import LocalNumber
from ...data.framework import Framework
from ...data.reading.page.own_page import Page
from ..explanation import Explanation
from ..index_tables import IndexTables
from ..scored import Scored
from .page_explanation import explain_page
from .page_ranks import usable
from .page_scores import allowed, changed_page, differences, made_from_below, score_table
from .page_tables import PageTables


@dataclass(frozen=True, eq=False, repr=False)
class PageResult(PageTables):
    """A page with its scores; made by :func:`piikit.read_page` or :func:`score_page`.

    Attributes
    ----------
    page : Page
        The printed figures.
    published : DataFrame or None
        Printed scores of the provinces of that edition, units x codes with ``rank``.
    table : DataFrame
        Index ``code``, every code of the framework in its order. Columns:

        ``name`` (of the framework, in Vietnamese), ``level``, ``parent``; ``value, minimum,
        maximum`` as printed (raw units; for aggregates the national range of the score);
        ``score`` made from what stands just below (an indicator by min-max, an aggregate as
        the mean of its children, each child's printed score where it has one), else as
        printed, NaN if neither; ``score_low, score_high`` the interval that rounding of the
        figures used leaves; ``printed``; ``difference`` (score less printed, where both are
        independent); ``low, high`` all that the whole page allows (0-100 if nothing is
        known); ``status`` and ``weight`` (share of the whole in the working tree).

        ``status``: ``exact`` (made from below), ``printed`` (only printed), ``implied`` (the
        rest of the page fixes it within one point), ``bounded`` (an interval), ``gap``.
    problems : tuple of Problem
        The page's warnings, and printed nodes that their parts do not meet.
    own_ranks : mapping of code to RankInterval
        Best and worst rank of the own known score, of the whole and of the codes published.
    """

    def with_values(self, changes: Mapping[str, float]) -> PageResult:
        """The page as it would be with other own values: every score above them moves with them.

        Parameters
        ----------
        changes : mapping of code to raw value
            Only indicators in `covered`. A value beyond the national range becomes the new
            minimum or maximum; how that moves the rivals is not seen here.

        Raises
        ------
        UnknownNameError
            If the page does not cover an indicator.

        Notes
        -----
        Printed scores above a changed indicator are moved by the exact change, and their
        rounding interval widened by that of the change. When the own value *was* the national
        minimum or maximum and leaves it, the old bound is kept, as the next province's value
        is not printed.
        """
        return score_page(
            changed_page(self.page, {self._covered(c): float(v) for c, v in changes.items()}), self.published
        )

    def _covered(self, code: str) -> str:
        found = self.framework.check(code)
        if found not in self.covered:
            raise UnknownNameError("indicator", code, self.covered)
        return found

    def explain(self, code: str | None = None) -> Explanation:
        """Take a score apart down to the printed figures, as :meth:`IndexResult.explain` does."""
        return explain_page(self, self.framework.check(code or self.root))

    def __repr__(self) -> str:
        counts = self.table["status"].value_counts().to_dict()
        return f"<PageResult {self.unit} {self.year}: {counts}>"


def read_page(
    source: str | Path | pd.DataFrame,
    *,
    unit: str | None = None,
    year: int | None = None,
    framework: Framework | str | None = None,
    published: pd.DataFrame | None = None,
) -> PageResult:
    """Read a province's own page and score it.

    Parameters
    ----------
    source : str, Path or DataFrame
        The name of a page that ships (``"khanh-hoa-2025"``), a file (CSV, Excel, ODS, saved
        HTML, text), a table, or pasted text of several lines.
    unit : str, optional
        The province; needed unless the source says it.
    year : int, optional
        The edition; decides the framework and whose published scores rank the page.
    framework : Framework or str, optional
        ``"pii-<year>"`` by default.
    published : DataFrame, optional
        Published scores as :func:`piikit.data.library.published_scores` gives them; those of
        `year` by default.

    Returns
    -------
    PageResult
        With ``table``, one row a code: figures as printed in raw units, scores 0-100 made from
        what stands below with the interval that rounding leaves, and what the page leaves open.

    Raises
    ------
    InputError
        With every problem and its place.
    UnknownNameError
        If no page that ships has that name.
    FileNotFoundError
        If a file named by a Path is absent.

    Notes
    -----
    The scale and the means are those that PII's printed figures recover (docs/oracles.md).

    Examples
    --------
    >>> import piikit as pk
    >>> page = pk.read_page("khanh-hoa-2025")
    >>> page.table.loc["1.1", ["score", "printed"]].astype(float).round(2).to_dict()
    {'score': 58.9, 'printed': 58.9}
    >>> page.rank().best, page.rank("IN").exact
    (9, False)
    """
    from ...data.reading.page.page_source import open_page

    page = open_page(source, unit=unit, year=year, framework=framework)
    return score_page(page, published_for(page) if published is None else published)


def as_scored(source: Any) -> Scored:
    """A scored thing as it is, and a page scored among its edition's published scores.

    Raises
    ------
    MethodError
        If `source` is neither.
    """
    if isinstance(source, Page):
        return score_page(source, published_for(source))
    if not isinstance(source, IndexTables | PageTables):
        raise MethodError("error.not_diagnosable", kind=type(source).__name__)
    return source


def published_for(page: Page) -> pd.DataFrame | None:
    """Published scores of a page's edition; None for another index or a year without any."""
    from ...data.library import published_scores, published_years

    if page.year not in published_years() or page.framework.root != "PII":
        return None
    return published_scores(page.year)


def score_page(page: Page, published: pd.DataFrame | None = None) -> PageResult:
    """Score a page: min-max at the indicators, means above, checks against what was printed.

    Parameters
    ----------
    page : Page
    published : DataFrame, optional
        Published scores of the edition, with their ``note`` column or already usable.

    Raises
    ------
    ValueError
        Never for a page that :func:`piikit.data.reading.page.own_page.make_page` made.
    """
    if published is not None and "PII" not in published:
        published = usable(published)
    framework = page.framework
    figures = page.figures.reindex(list(framework))
    made = made_from_below(framework, figures)
    inside = allowed(framework, figures, made)
    table = score_table(framework, figures, made, inside)
    conflicts = tuple(c for c, torn in zip(framework, inside.conflicts[0], strict=True) if torn)
    problems = page.problems + tuple(_problems(page, table, conflicts))
    scored = PageResult(page, published, table, problems, {})
    ranked = [c for c in framework if c == scored.root or scored.is_published(c)]
    return replace(scored, own_ranks={c: scored.rank(c) for c in ranked})


def _problems(page: Page, table: pd.DataFrame, conflicts: tuple[str, ...]) -> list[Problem]:
    """Nodes that their parts do not meet, and those that the page contradicts otherwise."""
    shown = {"score": "score", "printed": "printed", "low": "score_low", "high": "score_high"}
    found = []
    for code, row in differences(page, table).query("not agrees").iterrows():
        values = {name: LocalNumber(row[column]) for name, column in shown.items()}
        at = str(page.figures.at[code, "place"])
        found.append(Problem("problem.page.difference", values, cell=at, code=str(code), severity="warning"))
    rest = [c for c in conflicts if c not in {p.code for p in found}]
    return found + [Problem("problem.page.conflict", code=c, severity="warning") for c in rest]
