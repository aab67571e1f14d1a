"""Drivers as figures on one Axes each: coefficients, partial residuals, importance, specifications."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ...base.errors import UnknownNameError
from ...base.formats import number, percent
from ...base.language import text
from ...diagnosis.drivers.drivers_result import DriversResult
from .labels import data_name, term_name
from .theme import BLUE, GREY, ORANGE, RED, new_axes, note_source, write_numbers

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


def wrapped(written: str, width: int = 34) -> str:
    """Break a long label into lines."""
    import textwrap

    return "\n".join(textwrap.wrap(written, width)) or written


def coefficients(result: DriversResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Standardised coefficients with intervals; the thick grey bar is the range leaving one province out."""
    table = result.coefficients.reset_index()
    ax = new_axes(ax, width=8.0, height=1.7 + 0.55 * len(table))
    net = result.model == "elastic-net"
    low, high = ("low", "high") if net else ("beta_low", "beta_high")
    for at, row in table.iterrows():
        ax.plot(_without_one(row), [at, at], color="#BBBBBB", lw=7, solid_capstyle="butt", zorder=1)
        ax.plot([row[low], row[high]], [at, at], color=BLUE, lw=1.6, zorder=2)
        clear = abs(row["beta"]) > 1e-10 if net else not row["low"] <= 0 <= row["high"]
        face = BLUE if clear else "white"
        ax.plot(row["beta"], at, "o", ms=8, mec=BLUE, mfc=face, mew=1.6, zorder=3, **options)
    ax.set_yticks(range(len(table)), _rows(result, table, lang))
    ax.set_ylim(len(table) + 0.1, -0.5)  # room below for the legend
    ax.axvline(0, color="black", lw=0.9, zorder=0.9)
    write_numbers(ax.xaxis, lang)
    y = term_name(result, result.design.outcome).text(lang)
    ax.set_xlabel(wrapped(text("drivers.figure.beta", lang, y=y), 70), fontsize=9)
    ax.set_title(wrapped(text("drivers.figure.coefficients_title", lang, y=y), 46), loc="left")
    key = "drivers.figure.spread" if net else "drivers.figure.interval"
    label = text(key, lang, level=percent(result.confidence, 0, lang=lang))
    handles = [ax.plot([], [], color=BLUE, lw=1.6, label=label)[0]]
    if "loo_low" in table:
        handles.append(ax.plot([], [], color="#BBBBBB", lw=7, label=text("drivers.figure.loo", lang))[0])
    ax.legend(handles=handles, fontsize=8, frameon=False, loc="lower right", ncols=2)
    return ax


def _without_one(row: Any) -> list[float]:
    """Range of a standardised coefficient leaving one province out; not a number where it has none."""
    if "loo_low" not in row or not row["estimate"]:
        return [np.nan, np.nan]
    return [row[end] * row["beta"] / row["estimate"] for end in ("loo_low", "loo_high")]


def _rows(result: DriversResult, table: Any, lang: str | None) -> list[str]:
    names = [wrapped(term_name(result, t).text(lang)) for t in table["term"]]
    if "quantile" not in table:
        return names
    said = [text("drivers.figure.quantile", lang, q=number(q, 2, lang=lang)) for q in table["quantile"]]
    return [f"{name}\n{quantile}" for name, quantile in zip(names, said, strict=True)]


def partial_residuals(
    result: DriversResult,
    ax: Any = None,
    lang: str | None = None,
    *,
    term: str | None = None,
    **options: Any,
) -> Any:
    """Partial residuals of one term with the fitted line; provinces of most influence are named."""
    term = _known_term(result, term, [str(c) for c in result.design.X.columns])
    ax = new_axes(ax, width=7.5, height=5.0)
    x, e = result.design.X[term], result.partial_residuals[term]
    ax.scatter(x, e, s=26, color=BLUE, alpha=0.75, edgecolor="white", lw=0.5, **options)
    ends = np.array([x.min(), x.max()])
    slope = float(np.polyfit(x, e, 1)[0])
    ax.plot(ends, slope * (ends - x.mean()), color=RED, lw=1.6)
    for at in result.influence["cook"].sort_values(ascending=False).index[:6]:
        shown = at if isinstance(at, str) else " ".join(map(str, at))
        right = x[at] > ends.mean()
        ax.annotate(
            shown,
            (x[at], e[at]),
            xytext=(-5 if right else 5, 4),
            ha="right" if right else "left",
            textcoords="offset points",
            fontsize=8,
        )
    y = term_name(result, result.design.outcome).text(lang)
    ax.set_xlabel(term_name(result, term).text(lang))
    ax.set_ylabel(wrapped(text("drivers.figure.partial", lang, y=y), 45))
    title = text("drivers.figure.partial_title", lang, y=y, x=term_name(result, term).text(lang))
    ax.set_title(wrapped(title, 62), loc="left")
    ax.grid(visible=True)
    write_numbers(ax.xaxis, lang)
    write_numbers(ax.yaxis, lang)
    return ax


def relative(result: DriversResult, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Shares of R² (LMG) with bootstrap intervals."""
    table = result.importance.sort_values("share", ascending=False).reset_index(drop=True)
    ax = new_axes(ax, width=8.0, height=1.6 + 0.55 * len(table))
    share = table["share"].to_numpy(float)
    reach = np.maximum([share - table["low"], table["high"] - share], 0)
    ax.barh(range(len(table)), share, color="#9CC3E0", height=0.6, **options)
    ax.errorbar(share, range(len(table)), xerr=reach, fmt="none", ecolor=GREY, capsize=4, lw=1.5)
    ax.set_yticks(range(len(table)), [wrapped(term_name(result, t).text(lang)) for t in table["term"]])
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ticks = ax.get_xticks()
    ax.set_xticks(ticks, [percent(t, 0, lang=lang) for t in ticks])
    ax.set_xlabel(text("drivers.figure.importance", lang, level=percent(result.confidence, 0, lang=lang)))
    y = term_name(result, result.design.outcome).text(lang)
    ax.set_title(wrapped(text("drivers.figure.importance_title", lang, y=y), 46), loc="left")
    return ax


def specifications(
    result: DriversResult, ax: Any = None, lang: str | None = None, *, term: str | None = None
) -> Any:
    """The specification curve: coefficients sorted, samples by colour and shape, ranks hollow."""
    curves = {t: result.curve(t) for t in map(str, result.design.X.columns)}
    term = _known_term(result, term, [t for t, curve in curves.items() if curve is not None])
    curve = curves[term]
    assert curve is not None
    ax = new_axes(ax, width=8.0, height=4.5)
    table = curve.table
    ax.vlines(table.index, table["low"], table["high"], color="#CCCCCC", lw=1.2, zorder=1)
    for sample, (colour, shape) in _SAMPLES.items():
        for scale, face in (("as_written", colour), ("ranks", "white")):
            own = table[(table["sample"] == sample) & (table["scale"] == scale)]
            if len(own):
                shown = f"{text(f'drivers.sample.{sample}', lang)}, {text(f'drivers.scale.{scale}', lang)}"
                ax.scatter(
                    own.index,
                    own["beta"],
                    s=26,
                    marker=shape,
                    edgecolor=colour,
                    color=face,
                    label=shown,
                    zorder=3,
                )
    ax.axhline(0, color="black", lw=0.8)
    median = text("drivers.figure.median", lang, value=number(curve.median, 2, lang=lang, sign=True))
    ax.axhline(curve.median, color=GREY, lw=1.2, ls="--", label=median)
    x = term_name(result, term).text(lang)
    ax.set_xlabel(text("drivers.figure.curve_x", lang))
    ax.set_ylabel(wrapped(text("drivers.figure.curve_y", lang, x=x), 42), fontsize=9)
    ax.set_title(wrapped(text("drivers.figure.curve_title", lang, x=x), 62), loc="left")
    ax.grid(visible=True, axis="y")
    write_numbers(ax.yaxis, lang)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.28 * (high - low))
    ax.legend(fontsize=7.5, frameon=False, ncols=2, loc="upper left")
    return ax
