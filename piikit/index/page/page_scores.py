"""Arithmetic of a page: scores made from just below, what the whole page allows, and changed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ...data.framework import Framework
from ...data.reading.page.own_page import Page
from ..intervals import Intervals, shares, tighten
from .page_bounds import FIGURES, corners, minmax_score, score_interval

IMPLIED = 1.0  # a gap whose interval is at most this wide is given its middle
_ENDS = ["score", "low", "high"]


def made_from_below(framework: Framework, figures: pd.DataFrame) -> pd.DataFrame:
    """Scores made from just below, with the interval of rounding: ``score, low, high`` by code.

    An indicator comes from its own figures, an aggregate from its children, each by its printed
    score where it has one, else by its made one; NaN where that does not suffice.
    """
    leaves = list(framework.indicators)
    direction = framework.table.loc[leaves, "direction"].to_numpy(int)
    own, halves = _own_figures(figures.loc[leaves])
    made = pd.DataFrame(np.nan, index=figures.index, columns=_ENDS)
    made.loc[leaves, "score"] = minmax_score(own, direction)
    there = made["score"].notna()
    made.loc[leaves, "low"], made.loc[leaves, "high"] = score_interval(own, halves, direction)
    made.loc[~there, ["low", "high"]] = np.nan
    printed = _printed(figures)
    for node, kids in shares(framework).items():
        shown = printed.loc[list(kids)].fillna(made.loc[list(kids)])
        made.loc[node] = np.array(list(kids.values())) @ shown.to_numpy()
    return made


def _own_figures(rows: pd.DataFrame) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Value, minimum and maximum, and half of the last digit of each."""
    halves = [np.nan_to_num(rows[f"{f}_half"].to_numpy(float)) for f in FIGURES]
    return [rows[f].to_numpy(float) for f in FIGURES], halves


def _printed(figures: pd.DataFrame) -> pd.DataFrame:
    score, half = figures["printed"], figures["printed_half"]
    return pd.DataFrame({"score": score, "low": score - half, "high": score + half})


def allowed(framework: Framework, figures: pd.DataFrame, made: pd.DataFrame) -> Intervals:
    """Intervals that the whole page leaves: printed, else min-max, else the national range of the score."""
    leaf = figures.index.isin(framework.indicators)
    nodes = figures[~leaf & (figures["minimum"] <= figures["maximum"])]
    national = pd.DataFrame(
        {"low": nodes["minimum"] - nodes["minimum_half"], "high": nodes["maximum"] + nodes["maximum_half"]}
    )
    known = _printed(figures)[["low", "high"]].fillna(made[leaf]).fillna(national)
    known = known.fillna({"low": 0.0, "high": 100.0})
    return tighten(framework, known[["low"]].to_numpy().T, known[["high"]].to_numpy().T)


def score_table(
    framework: Framework, figures: pd.DataFrame, made: pd.DataFrame, inside: Intervals
) -> pd.DataFrame:
    """The page's table; see :attr:`piikit.index.page.page_result.PageResult.table`."""
    least, most = (pd.Series(x[0], figures.index) for x in (inside.low, inside.high))
    width, printed = most - least, figures["printed"]
    words = np.select(
        [made["score"].notna(), printed.notna(), width <= IMPLIED, width < 100 - 1e-9],
        ["exact", "printed", "implied", "bounded"],
        "gap",
    )
    status = pd.Series(words, figures.index)
    rest = pd.DataFrame(
        {"score": ((least + most) / 2).where(status == "implied"), "low": least, "high": most}
    )
    ends = made.fillna(_printed(figures)).fillna(rest)
    tree = framework.table
    return pd.DataFrame(
        {
            "name": [framework.title(c, "vi") for c in framework],
            "level": tree["level"].astype(int),
            "parent": tree["parent"].astype(str),
            **{f: figures[f].astype(float) for f in FIGURES},
            **{
                name: ends[end] for name, end in zip(("score", "score_low", "score_high"), _ENDS, strict=True)
            },
            "printed": printed.astype(float),
            "difference": (ends["score"] - printed).where(status == "exact"),
            "low": least,
            "high": most,
            "status": status,
            "weight": framework.effective_weights,
        },
        index=pd.Index(list(framework), name="code"),
    )


def differences(page: Page, table: pd.DataFrame) -> pd.DataFrame:
    """Nodes of a page's table that are both printed and made, and whether the two agree inside rounding."""
    columns = ["name", "score", "score_low", "score_high", "printed", "difference"]
    out = table.loc[table["difference"].notna(), columns].copy()
    slack = page.figures["printed_half"].reindex(out.index) + 1e-9
    above, below = out["score_low"] > out["printed"] + slack, out["score_high"] < out["printed"] - slack
    out["agrees"] = ~(above | below)
    return out


def changed_page(page: Page, changes: Mapping[str, float]) -> Page:
    """The page with other own values; printed scores above them shifted by the exact change."""
    figures, codes = page.figures.copy(), list(changes)
    value = np.array([changes[c] for c in codes], dtype=float)
    direction = page.framework.table.loc[codes, "direction"].to_numpy(int)
    own, halves = _own_figures(figures.loc[codes])

    def moved(old: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        after = minmax_score((value, np.minimum(low, value), np.maximum(high, value)), direction)
        return np.asarray(after - minmax_score((old, low, high), direction))

    by = moved(*own)
    slack = np.max([np.abs(moved(*there) - by) for there in corners(own, halves)], axis=0)
    shift = pd.DataFrame(0.0, index=list(page.framework), columns=["printed", "printed_half"])
    shift.loc[codes] = np.column_stack([by, slack])
    for node, kids in shares(page.framework).items():
        shift.loc[node] = np.array(list(kids.values())) @ shift.loc[list(kids)].to_numpy()
    known = figures["printed"].notna()
    figures.loc[known, list(shift)] += shift.reindex(figures.index)[known]
    for end, beyond in (("minimum", value < own[1]), ("maximum", value > own[2])):
        worse = np.array(codes)[beyond]
        figures.loc[worse, end], figures.loc[worse, f"{end}_half"] = value[beyond], 0.0
    figures.loc[codes, "value"], figures.loc[codes, "value_half"] = value, 0.0
    return replace(page, figures=figures)
