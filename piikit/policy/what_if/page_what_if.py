"""What-ifs from the own page alone: exact inside the printed bounds, honest intervals beyond them.

A page prints the own value and the national minimum and maximum. Inside them an own change
moves nobody else. A value x above the printed maximum M makes a new one: a rival with value y
goes from 100 (y - m)/(M - m) to 100 (y - m)/(x - m), so it loses between 0 and
100 (1 - (M - m)/(x - m)); below the minimum likewise rivals gain. Where the province itself
holds the minimum or maximum, the next value decides, which no page prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.errors import MethodError, Problem, raise_if
from ...base.results import Result
from ...data.reading.table.indicator_values import Measure
from ...index.page.page_bounds import Interval
from ...index.page.page_ranks import RankInterval, rank_interval, usable
from ...index.page.page_result import PageResult, score_page
from .changes import read_change, some

_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class PageWhatIf(Result):
    """Score and rank that the own page and the published scores of others allow after changes.

    Attributes
    ----------
    page : PageResult
    table : DataFrame
        One row a changed indicator: ``code, name, before, after, minimum, maximum`` (raw),
        ``weight`` (share of the whole), ``change_low, change_high`` (of the own score of the
        whole), ``rivals_lose, rivals_gain`` (most that any rival's whole score can lose or
        gain, at the same weight), ``needs`` (``maximum`` or ``minimum`` where the province
        holds it and the next value is needed, else "") .
    before, after : (low, high)
        Own score of the whole.
    rank_before, rank_after : RankInterval
    """

    page: PageResult
    table: pd.DataFrame
    before: Interval
    after: Interval
    rank_before: RankInterval
    rank_after: RankInterval

    @property
    def unit(self) -> str:
        """Official name of the province."""
        return self.page.unit

    @property
    def exact(self) -> bool:
        """Whether nothing but the rounding of printed figures makes the score uncertain."""
        return not (self.table["needs"] != "").any()


def page_what_if(
    page: PageResult, changes: Mapping[str, Any], *, rivals: pd.DataFrame | None = None
) -> PageWhatIf:
    """Change own values on a page.

    Parameters
    ----------
    page : PageResult
        From :func:`piikit.read_page`.
    changes : mapping of code to value, ``"+x"`` or ``"+x%"``
        Only indicators whose value, minimum and maximum the page prints.
    rivals : DataFrame, optional
        Published scores of the edition (:func:`piikit.published_scores`); those that the page
        was read with by default. Without any, ranks stay wide open.

    Raises
    ------
    MethodError
        For an indicator that the page does not cover.
    InputError
        For a change that a page cannot answer ("to peer median" and the like), or that takes a
        value away.
    """
    if rivals is not None:
        page = score_page(page.page, usable(rivals) if "PII" not in rivals else rivals)
    some(changes)
    rows, problems = [], []
    for code, given in changes.items():
        found = page.framework.check(str(code))
        if found not in page.covered:
            raise MethodError("error.page_what_if.uncovered", code=found, known=", ".join(page.covered))
        known = page.table.loc[found, ["value", "minimum", "maximum"]]
        measure = Measure.of(page.framework, found)
        change = read_change(given, unit=page.unit, code=found, measure=measure, known=known)
        if change.looks_around or change.kind == "missing":
            problems.append(Problem("problem.change.unknown", unit=page.unit, code=found, value=given))
        else:
            moved = change.moved(float(known["value"]))
            change.possible(moved, measure, known, unit=page.unit, code=found)
            rows.append(_moved(page, found, moved))
    raise_if(problems)
    table = pd.DataFrame(rows, columns=list(PageChange._fields))
    low, high = before = page.interval(page.root)
    after = (max(0.0, low + table["change_low"].sum()), min(100.0, high + table["change_high"].sum()))
    lose, gain = float(table["rivals_lose"].sum()), float(table["rivals_gain"].sum())
    return PageWhatIf(page, table, before, after, page.rank(), _rank(page, after, lose, gain))


class PageChange(NamedTuple):
    """One changed indicator; see :attr:`PageWhatIf.table`."""

    code: str
    name: str
    before: float
    after: float
    minimum: float
    maximum: float
    weight: float
    change_low: float
    change_high: float
    rivals_lose: float
    rivals_gain: float
    needs: str


def _moved(page: PageResult, code: str, after: float) -> PageChange:
    """What a new value changes at most and at least, over all that rounding of the page allows."""
    row, figures = page.table.loc[code], page.page.figures.loc[code]
    before, minimum, maximum, weight = (float(row[c]) for c in ("value", "minimum", "maximum", "weight"))
    halves = [float(np.nan_to_num(figures[f"{f}_half"])) for f in ("value", "minimum", "maximum")]
    turn = int(page.framework.table.loc[code, "direction"])
    # turned: larger is better, so that one set of formulas serves both directions
    printed = np.array([before, minimum, maximum]) * turn
    names = ("minimum", "maximum")
    if turn < 0:
        printed, halves, names = printed[[0, 2, 1]], [halves[0], halves[2], halves[1]], names[::-1]
    shares = _shares(printed, np.array(halves), after * turn) if after != before else _Shares()
    low, high, lose, gain = (100.0 * weight * x for x in shares[:4])
    needs = "" if shares.holds is None else names[shares.holds]
    name = str(row["name"])
    return PageChange(code, name, before, after, minimum, maximum, weight, low, high, lose, gain, needs)


class _Shares(NamedTuple):
    """Shares of the scale: own change, most that rivals lose and gain; which end's next value is needed."""

    low: float = 0.0
    high: float = 0.0
    lose: float = 0.0
    gain: float = 0.0
    holds: int | None = None


def _shares(printed: NDArray[np.float64], halves: NDArray[np.float64], x: float) -> _Shares:
    """From turned value, minimum and maximum as printed, and half a printed digit of each, to a value `x`."""
    value, least, most = printed
    top = value >= most - halves[0] - halves[2] - _SAME
    bottom = value <= least + halves[0] + halves[1] + _SAME
    v, m, M = (printed + halves * list(product((-1.0, 1.0), repeat=3))).T
    v, m, M = (corner[m < M] for corner in (v, m, M))
    span = M - m
    start, end = (np.clip(v, m, M) - m) / span, np.clip((x - m) / span, 0.0, 1.0)
    ends = [end]
    lose = np.maximum(x - M, 0.0) / np.maximum(x - m, span)
    gain = np.maximum(m - x, 0.0) / np.maximum(M - x, span)
    if top:  # the next value, between here and there, becomes the maximum
        ends.append(np.where(x < M, 1.0, end))
        gain = np.maximum(gain, np.clip((M - x) / span, 0.0, 1.0))
    if bottom:
        ends.append(np.where(x > m, 0.0, end))
        lose = np.maximum(lose, np.clip((x - m) / span, 0.0, 1.0))
    changes = np.array(ends) - start
    holds = 1 if top and x < most else 0 if bottom and x > least else None
    return _Shares(float(changes.min()), float(changes.max()), float(lose.max()), float(gain.max()), holds)


def _rank(page: PageResult, after: Interval, lose: float, gain: float) -> RankInterval:
    """Rank interval when every rival's score may fall by `lose` and rise by `gain`.

    That a rival's printed rank tells how many stand above it no longer holds once rivals move
    by unknown amounts, so then only the own printed rank is used: nobody behind can pass a
    province that gained while nobody else did.
    """
    if lose <= _SAME and gain <= _SAME:
        return page.rank(score=after)
    root, unit = page.root, page.unit
    on_page = float(page.page.figures["rank"].get(root, np.nan))
    published = page.published if page.is_published(root) else None
    return rank_interval(
        (after[0] - gain, after[1] + lose),
        pd.Series(dtype=float) if published is None else published[root],
        units=page.ranked_units,
        printed_ranks={unit: page.printed_ranks(root).get(unit, on_page)},
        unit=unit,
        printed_own=page.printed_score(root),
    )
