"""The arithmetic of a page: scores made from just below, what the whole page allows, and changed values."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from ...data.framework import Framework
from ...data.reading.page.own_page import Page
from .page_bounds import Interval, minmax_score, score_interval, shares

IMPLIED = 1.0  # a gap whose interval is at most this wide is given its middle
_NAN = float("nan")


def made_from_below(
    framework: Framework, figures: pd.DataFrame
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Scores made from just below, with the interval of rounding."""
    made, low, high = {}, {}, {}
    for code in framework.indicators:
        row, direction = figures.loc[code], int(framework.table.at[code, "direction"])
        own = (float(row["value"]), float(row["minimum"]), float(row["maximum"]))
        halves = tuple(float(np.nan_to_num(row[f"{f}_half"])) for f in ("value", "minimum", "maximum"))
        made[code] = minmax_score(*own, direction)
        if not np.isnan(made[code]):
            low[code], high[code] = score_interval(own, halves, direction)  # type: ignore[arg-type]
    for node, kids in shares(framework).items():
        ends = [_child(k, figures, made, low, high) for k in kids]
        weights = list(kids.values())
        made[node], a, b = (sum(w * e[i] for w, e in zip(weights, ends, strict=True)) for i in range(3))
        if not np.isnan(made[node]):
            low[node], high[node] = a, b
    return made, low, high


def _child(
    code: str, figures: pd.DataFrame, made: dict[str, float], low: dict[str, float], high: dict[str, float]
) -> tuple[float, float, float]:
    """A child's figure for its parent: printed where it is printed, else made."""
    printed, half = float(figures.at[code, "printed"]), float(figures.at[code, "printed_half"])
    if not np.isnan(printed):
        return printed, printed - half, printed + half
    return made[code], low.get(code, _NAN), high.get(code, _NAN)


def known_intervals(
    framework: Framework, figures: pd.DataFrame, low: dict[str, float], high: dict[str, float]
) -> dict[str, Interval]:
    """What each code's own figures say: printed interval, else min-max, else the national range of the score."""
    known: dict[str, Interval] = {}
    for code in framework:
        row = figures.loc[code]
        if not np.isnan(row["printed"]):
            known[code] = (
                float(row["printed"] - row["printed_half"]),
                float(row["printed"] + row["printed_half"]),
            )
        elif code in low and code in framework.indicators:
            known[code] = low[code], high[code]
        elif code not in framework.indicators and row["minimum"] <= row["maximum"]:
            known[code] = (
                float(row["minimum"] - row["minimum_half"]),
                float(row["maximum"] + row["maximum_half"]),
            )
    return known


def score_table(
    framework: Framework,
    figures: pd.DataFrame,
    made: dict[str, float],
    low: dict[str, float],
    high: dict[str, float],
    inside: dict[str, Interval],
) -> pd.DataFrame:
    weights, rows = framework.effective_weights, []
    for code in framework:
        row, (least, most) = figures.loc[code], inside[code]
        score, printed, a, b = made[code], float(row["printed"]), low.get(code, _NAN), high.get(code, _NAN)
        status = "exact"
        if np.isnan(score) and not np.isnan(printed):
            status, score = "printed", printed
            a, b = printed - float(row["printed_half"]), printed + float(row["printed_half"])
        elif np.isnan(score):
            a, b = least, most
            status = (
                "implied" if most - least <= IMPLIED else "bounded" if most - least < 100 - 1e-9 else "gap"
            )
            score = (least + most) / 2 if status == "implied" else _NAN
        rows.append(
            {
                "code": code,
                "name": framework.title(code, "vi"),
                "level": int(framework.table.at[code, "level"]),
                "parent": str(framework.table.at[code, "parent"]),
                "value": float(row["value"]),
                "minimum": float(row["minimum"]),
                "maximum": float(row["maximum"]),
                "score": score,
                "score_low": a,
                "score_high": b,
                "printed": printed,
                "difference": score - printed if status == "exact" else _NAN,
                "low": least,
                "high": most,
                "status": status,
                "weight": float(weights[code]),
            }
        )
    return pd.DataFrame(rows).set_index("code")


def changed_page(page: Page, changes: dict[str, float]) -> Page:
    """The page with other own values; printed scores above them shifted by the exact change."""
    figures, parts = page.figures.copy(), shares(page.framework)
    shift: dict[str, tuple[float, float]] = {}
    for code, value in changes.items():
        row, direction = figures.loc[code], int(page.framework.table.at[code, "direction"])
        old = (float(row["value"]), float(row["minimum"]), float(row["maximum"]))
        halves = [float(np.nan_to_num(row[f"{f}_half"])) for f in ("value", "minimum", "maximum")]
        ends = []
        for signs in [(0.0, 0.0, 0.0), *product((-1.0, 1.0), repeat=3)]:
            v, a, b = (f + s * h for f, s, h in zip(old, signs, halves, strict=True))
            ends.append(
                minmax_score(value, min(a, value), max(b, value), direction)
                - minmax_score(v, a, b, direction)
            )
        shift[code] = ends[0], max(abs(e - ends[0]) for e in ends)
        for end, worse in (("minimum", value < old[1]), ("maximum", value > old[2])):
            if worse:
                figures.loc[code, [end, f"{end}_half"]] = value, 0.0
        figures.loc[code, ["value", "value_half"]] = value, 0.0
    for node, kids in parts.items():
        moved = {k: w for k, w in kids.items() if k in shift}
        if moved:
            shift[node] = tuple(sum(w * shift[k][i] for k, w in moved.items()) for i in (0, 1))  # type: ignore[assignment]
    for code, (by, slack) in shift.items():
        if code in figures.index and not np.isnan(figures.at[code, "printed"]):
            figures.loc[code, "printed"] += by
            figures.loc[code, "printed_half"] += slack
    return replace(page, figures=figures)
