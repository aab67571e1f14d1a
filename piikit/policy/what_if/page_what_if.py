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
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import InputError, MethodError, Problem
from ...base.results import Result
from ...index.page.page_bounds import Interval
from ...index.page.page_ranks import RankInterval, rank_interval, usable
from ...index.page.page_result import PageResult, score_page
from .changes import read_change

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
    rows, problems = [], []
    for code, given in changes.items():
        found = page.framework.check(str(code))
        if found not in page.covered:
            raise MethodError("error.page_what_if.uncovered", code=found, known=", ".join(page.covered))
        change = read_change(given, unit=page.unit, code=found)
        if change.kind not in {"value", "add", "percent"}:
            problems.append(Problem("problem.change.unknown", unit=page.unit, code=found, value=given))
            continue
        before = float(page.table.at[found, "value"])
        after = {
            "value": change.amount,
            "add": before + change.amount,
            "percent": before * (1 + change.amount / 100),
        }
        rows.append(_row(page, found, before, after[change.kind]))
    if problems:
        raise InputError(problems)
    columns = ["code", "name", "before", "after", "minimum", "maximum", "weight", "change_low", "change_high",
               "rivals_lose", "rivals_gain", "needs"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    before_score = page.interval(page.root)
    low = before_score[0] + float(table["change_low"].sum())
    high = before_score[1] + float(table["change_high"].sum())
    after_score = (max(0.0, low), min(100.0, high))
    lose, gain = float(table["rivals_lose"].sum()), float(table["rivals_gain"].sum())
    return PageWhatIf(
        page=page,
        table=table,
        before=before_score,
        after=after_score,
        rank_before=page.rank(),
        rank_after=_rank(page, before_score, after_score, lose, gain),
    )


def _row(page: PageResult, code: str, before: float, after: float) -> tuple[Any, ...]:
    row = page.table.loc[code]
    figures = page.page.figures.loc[code]
    halves = [float(np.nan_to_num(figures[f"{f}_half"])) for f in ("value", "minimum", "maximum")]
    turn = int(page.framework.table.loc[code, "direction"])
    low, high = float(row["minimum"]), float(row["maximum"])
    weight = float(row["weight"])
    # turned: larger is better, so that one set of formulas serves both directions
    m, M = (low, high) if turn > 0 else (-high, -low)
    m_half, M_half = (halves[1], halves[2]) if turn > 0 else (halves[2], halves[1])
    v, x = before * turn, after * turn
    changes, lose, gain = [], 0.0, 0.0
    top = v >= M - halves[0] - M_half - _SAME
    bottom = v <= m + halves[0] + m_half + _SAME
    needs = "maximum" if top and x < M else "minimum" if bottom and x > m else ""
    for signs in product((-1.0, 1.0), repeat=3):
        vv, mm, MM = v + signs[0] * halves[0], m + signs[1] * m_half, M + signs[2] * M_half
        vv, xx = min(max(vv, mm), MM), x
        span = MM - mm
        if span <= 0:
            continue
        start = (vv - mm) / span
        inside = min(max((xx - mm) / span, 0.0), 1.0)
        ends = [inside]
        if top and xx < MM:
            ends.append(1.0)
            gain = max(gain, min(1.0, (MM - xx) / span))
        if bottom and xx > mm:
            ends.append(0.0)
            lose = max(lose, min(1.0, (xx - mm) / span))
        changes += [e - start for e in ends]
        if xx > MM:
            lose = max(lose, 1 - span / (xx - mm))
        if xx < mm:
            gain = max(gain, 1 - span / (MM - xx))
    if after == before:
        changes, lose, gain, needs = [0.0], 0.0, 0.0, ""
    scale = 100.0 * weight
    name = str(row["name"])
    return (code, name, before, after, low, high, weight, scale * min(changes), scale * max(changes), scale * lose,
            scale * gain, ("maximum" if turn > 0 else "minimum") if needs == "maximum" else
            ("minimum" if turn > 0 else "maximum") if needs == "minimum" else "")  # fmt: skip


def _rank(page: PageResult, before: Interval, after: Interval, lose: float, gain: float) -> RankInterval:
    """Rank interval when every rival's score may fall by `lose` and rise by `gain`.

    That a rival's printed rank tells how many stand above it no longer holds once rivals move
    by unknown amounts, so then only the own printed rank is used: nobody behind can pass a
    province that gained while nobody else did.
    """
    if lose <= _SAME and gain <= _SAME:
        return page.rank(score=after)
    rivals, own_rank = pd.Series(dtype=float), None
    if page.published is not None and page.root in page.published:
        rivals = page.published[page.root]
        if "rank" in page.published:
            own_rank = page.published["rank"].get(page.unit)
    figures = page.page.figures
    if page.root in figures.index and not np.isnan(figures.at[page.root, "rank"]):
        own_rank = float(figures.at[page.root, "rank"])
    printed = float(figures.at[page.root, "printed"]) if page.root in figures.index else float("nan")
    if np.isnan(printed):
        printed = float(rivals.get(page.unit, np.nan))
    known = own_rank is not None and not np.isnan(own_rank)
    return rank_interval(
        (after[0] - gain, after[1] + lose),
        rivals,
        units=page.ranked_units,
        printed_ranks={page.unit: float(own_rank)} if known and own_rank is not None else None,
        unit=page.unit,
        printed_own=None if np.isnan(printed) else printed,
    )
