"""Drivers as figures on one Axes each: coefficients, partial residuals, importance, specifications."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from textwrap import wrap
from typing import Any

import numpy as np

from ...base.errors import UnknownNameError
from ...diagnosis.drivers.drivers_result import DriversResult
from .canvas import Canvas
from .labels import data_name, term_name
from .theme import BLUE, GREY, ORANGE, RED, note_source

_LIGHT, _LONG = "#BBBBBB", 34
_SAMPLES = {"all": (BLUE, "o"), "without_cities": (ORANGE, "s"), "without_leverage": (RED, "^")}


def pictures(result: DriversResult) -> dict[str, Callable[..., Any]]:
    """What can be drawn of a fit, by kind."""
    drawers: dict[str, Callable[..., Any]] = {"coefficients": coefficients, "partial": partial_residuals}
    if len(result.importance):
        drawers["importance"] = relative
    if any(result.curve(str(term)) for term in result.design.X.columns):
        drawers["specifications"] = specifications
    return {kind: partial(_with_source, drawer, result) for kind, drawer in drawers.items()}


def _with_source(
    drawer: Callable[..., Any], result: DriversResult, ax: Any = None, lang: str | None = None, **options: Any
) -> Any:
    drawn = drawer(result, ax, lang, **options)
    note_source(drawn, data_name(result).text(lang), lang=lang, illustrative=result.illustrative)
    return drawn


def _known_term(result: DriversResult, term: str | None, known: list[str]) -> str:
    """The term to draw, the first by default."""
    if term is not None and term not in known:
        raise UnknownNameError("term", term, known)
    return term or known[0]


def wrapped(written: str, width: int = _LONG) -> str:
    """Break a long label into lines."""
    return "\n".join(wrap(written, width)) or written


def _outcome(result: DriversResult, lang: str | None) -> str:
    return term_name(result, result.design.outcome).text(lang)


def coefficients(result: DriversResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Standardised coefficients with intervals; the thick grey bar is the range leaving one province out."""
    table = result.coefficients.reset_index()
    c = Canvas.new(ax, lang, height=1.7 + 0.55 * len(table))
    net = result.model == "elastic-net"
    low, high = ("low", "high") if net else ("beta_low", "beta_high")
    for at, row in table.iterrows():
        c.ax.plot(_without_one(row), [at, at], color=_LIGHT, lw=7, solid_capstyle="butt", zorder=1)
        c.ax.plot([row[low], row[high]], [at, at], color=BLUE, lw=1.6, zorder=2)
        clear = abs(row["beta"]) > 1e-10 if net else not row["low"] <= 0 <= row["high"]
        look = {"ms": 8, "mec": BLUE, "mfc": BLUE if clear else "white", "mew": 1.6, "zorder": 3}
        c.ax.plot(row["beta"], at, "o", **look, **options)
    c.rows(_rows(c, result, table), 10)
    c.ax.set_ylim(len(table) + 0.1, -0.5)  # room below for the legend
    c.ax.axvline(0, color="black", lw=0.9, zorder=0.9)
    c.numbers()
    kind, level = ("spread" if net else "interval"), c.percent(result.confidence)
    handles = c.ax.plot([], [], color=BLUE, lw=1.6, label=c.text(f"drivers.figure.{kind}", level=level))
    if "loo_low" in table:
        handles += c.ax.plot([], [], color=_LIGHT, lw=7, label=c.text("drivers.figure.loo"))
    c.ax.legend(handles=handles, fontsize=8, frameon=False, loc="lower right", ncols=2)
    y = _outcome(result, lang)
    title = wrapped(c.text("drivers.figure.coefficients_title", y=y), 46)
    return c.done(title, wrapped(c.text("drivers.figure.beta", y=y), 70))


def _without_one(row: Any) -> list[float]:
    """Range of a standardised coefficient leaving one province out; not a number where it has none."""
    if "loo_low" not in row or not row["estimate"]:
        return [np.nan, np.nan]
    return [row[end] * row["beta"] / row["estimate"] for end in ("loo_low", "loo_high")]


def _rows(c: Canvas, result: DriversResult, table: Any) -> list[str]:
    names = [wrapped(term_name(result, t).text(c.lang)) for t in table["term"]]
    if "quantile" not in table:
        return names
    said = [c.text("drivers.figure.quantile", q=c.number(q)) for q in table["quantile"]]
    return [f"{name}\n{quantile}" for name, quantile in zip(names, said, strict=True)]


def partial_residuals(
    result: DriversResult, ax: Any = None, lang: str | None = None, *, term: str | None = None, **options: Any
) -> Any:
    """Partial residuals of one term with the fitted line; provinces of most influence are named."""
    term = _known_term(result, term, [str(c) for c in result.design.X.columns])
    c = Canvas.new(ax, lang, 7.5, 5.0)
    x, e = result.design.X[term], result.partial_residuals[term]
    c.ax.scatter(x, e, s=26, color=BLUE, alpha=0.75, edgecolor="white", lw=0.5, **options)
    ends = np.array([x.min(), x.max()])
    slope = float(np.polyfit(x, e, 1)[0])
    c.ax.plot(ends, slope * (ends - x.mean()), color=RED, lw=1.6)
    for at in result.influence["cook"].sort_values(ascending=False).index[:6]:
        shown = at if isinstance(at, str) else " ".join(map(str, at))
        c.name(x[at], e[at], shown, left=x[at] > ends.mean(), up=4)
    c.ax.grid(visible=True)
    c.numbers("x")
    c.numbers("y")
    names = {"y": _outcome(result, lang), "x": term_name(result, term).text(lang)}
    return c.done(
        wrapped(c.text("drivers.figure.partial_title", **names), 62),
        names["x"],
        wrapped(c.text("drivers.figure.partial", **names), 45),
    )


def relative(result: DriversResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Shares of R² (LMG) with bootstrap intervals."""
    table = result.importance.sort_values("share", ascending=False).reset_index(drop=True)
    c = Canvas.new(ax, lang, height=1.6 + 0.55 * len(table))
    share = table["share"].to_numpy(float)
    reach = np.maximum([share - table["low"], table["high"] - share], 0)
    c.ax.barh(range(len(table)), share, color="#9CC3E0", height=0.6, **options)
    c.ax.errorbar(share, range(len(table)), xerr=reach, fmt="none", ecolor=GREY, capsize=4, lw=1.5)
    c.rows(_rows(c, result, table), 10)
    c.ax.set_xlim(0, 1)
    ticks = c.ax.get_xticks()
    c.ax.set_xticks(ticks, [c.percent(t) for t in ticks])
    title = wrapped(c.text("drivers.figure.importance_title", y=_outcome(result, lang)), 46)
    return c.done(title, c.text("drivers.figure.importance", level=c.percent(result.confidence)))


def specifications(
    result: DriversResult, ax: Any = None, lang: str | None = None, *, term: str | None = None
) -> Any:
    """The specification curve: coefficients sorted, samples by colour and shape, ranks hollow."""
    curves = {t: curve for t in map(str, result.design.X.columns) if (curve := result.curve(t)) is not None}
    term = _known_term(result, term, list(curves))
    table, middle = curves[term].table, curves[term].median
    c = Canvas.new(ax, lang)
    c.ax.vlines(table.index, table["low"], table["high"], color="#CCCCCC", lw=1.2, zorder=1)
    for (sample, scale), own in table.groupby(["sample", "scale"], sort=False):
        colour, shape = _SAMPLES[sample]
        label = f"{c.text(f'drivers.sample.{sample}')}, {c.text(f'drivers.scale.{scale}')}"
        look = {"edgecolor": colour, "color": colour if scale == "as_written" else "white"}
        c.ax.scatter(own.index, own["beta"], s=26, marker=shape, label=label, zorder=3, **look)
    c.ax.axhline(0, color="black", lw=0.8)
    median = c.text("drivers.figure.median", value=c.number(middle, sign=True))
    c.ax.axhline(middle, color=GREY, lw=1.2, ls="--", label=median)
    c.ax.grid(visible=True, axis="y")
    c.numbers("y")
    low, high = c.ax.get_ylim()
    c.ax.set_ylim(low, high + 0.28 * (high - low))
    c.ax.legend(fontsize=7.5, frameon=False, ncols=2, loc="upper left")
    x = term_name(result, term).text(lang)
    title = wrapped(c.text("drivers.figure.curve_title", x=x), 62)
    return c.done(title, c.text("drivers.figure.curve_x"), wrapped(c.text("drivers.figure.curve_y", x=x), 42))
