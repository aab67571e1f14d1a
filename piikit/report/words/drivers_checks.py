"""Every check of a fit as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from ...diagnosis.drivers.drivers_result import DriversResult
from ...diagnosis.drivers.verdict import nearest_median
from ..blocks.blocks import Joined, Named, Sentence
from ..blocks.quantity import fixed, given, share
from ..figures.labels import term_name

_PANELS = {"panel-fe", "first-differences", "panel-re"}


def chance(p: float, sign: str = "= ") -> Any:
    """A p-value after "p": three decimals with an equals sign, or that it is below 0.001."""
    if not np.isfinite(p):
        return fixed(float("nan"))
    return Sentence("drivers.p_small") if p < 0.001 else Joined((sign, fixed(p, 3)), "")


def first_names(names: Any, most: int = 4) -> str:
    """The first few of a list of names."""
    found = str(names).split(", ")
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


def row_of(result: DriversResult, term: str) -> pd.Series:
    """Coefficients of a term; of several quantiles, those nearest the median."""
    table = result.coefficients
    if "quantile" in table:
        middle = min(table["quantile"].unique(), key=lambda q: abs(q - 0.5))
        table = table[table["quantile"] == middle]
    return table.loc[term]


def _check(name: str, **values: Any) -> Sentence:
    return Sentence(f"drivers.check.{name}", values)


def _each(said: Iterable[Any]) -> Joined:
    return Joined(tuple(said), "; ")


def checks(result: DriversResult) -> Iterator[Any]:
    """Every check that applies to the model, a sentence each."""
    yield _check("size", n=int(result.n_rule), p=result.design.p, most=int(result.n_rule // 10))
    yield _r2(result)
    yield from _power(result)
    yield from _collinear(result)
    yield from _residuals(result)
    yield from _left_out(result)
    yield from _identities(result)
    yield from _many(result)
    yield from _panel(result)
    yield from _curves(result)
    yield from _importance(result)
    yield from _selection(result)
    yield from result.notes
    yield from _dropped(result)


def _r2(result: DriversResult) -> Sentence:
    measures = result.measures
    if result.net is not None:
        net = result.net
        null = fixed(net.null.mean())
        return _check(
            "r2_net", inside=fixed(measures["r2"]), r2=fixed(net.r2), null=null, chance=chance(net.p_value)
        )
    if result.null is not None:
        noise = result.null
        ends = {"mean": fixed(noise.mean), "high": fixed(noise.high), "chance": chance(noise.p_value)}
        return _check("r2", r2=fixed(measures["r2"]), left_out=fixed(measures["r2_left_out"]), **ends)
    if "r2" in measures:
        return _check("r2_random" if result.model == "panel-re" else "r2_panel", r2=fixed(measures["r2"]))
    shown = (Joined((k.removeprefix("pseudo_r2_"), fixed(v)), ": ") for k, v in measures.items())
    return _check("pseudo_r2", values=_each(shown))


def _power(result: DriversResult) -> Iterator[Sentence]:
    table = result.power
    if not len(table):
        return
    pairs = zip(table["term"], table["power"], strict=True)
    shown = _each(Joined((term_name(result, t), share(p, 0))) for t, p in pairs)
    if len(table) == 1:
        yield _check("power_one", values=shown)
    else:
        yield _check("power", values=shown, leader=share(table["false_leader"].mean(), 0))


def _collinear(result: DriversResult) -> Iterator[Sentence]:
    if "vif" in result.coefficients and result.design.p > 1:
        worst = str(result.coefficients["vif"].idxmax())
        vif = fixed(result.coefficients.at[worst, "vif"], 1)
        yield _check("vif", vif=vif, x=term_name(result, worst))


def _residuals(result: DriversResult) -> Iterator[Sentence]:
    found = result.checks
    if not found:
        return
    high = result.influence
    high = high[high["high"]].sort_values("leverage", ascending=False)["leverage"].head(8)
    units = tuple(Joined((str(unit), " (", fixed(v), ")"), "") for unit, v in high.items())
    yield _check("leverage", units=units) if units else _check("leverage_none")
    yield _check("shapiro", w=fixed(found["shapiro_w"], 3), p=chance(found["shapiro_p"]))
    yield _check("breusch", lm=fixed(found["breusch_pagan"]), p=chance(found["breusch_pagan_p"]))


def _left_out(result: DriversResult) -> Iterator[Sentence]:
    """How far a coefficient moves when one province is left out."""
    if result.loo is None:
        return
    for term in map(str, result.verdicts.index):
        row = row_of(result, term)
        ends = {end: given(row[f"loo_{end}"], 3) for end in ("low", "high")}
        units = {f"{end}_unit": row[f"loo_{end}_unit"] for end in ("low", "high")}
        yield _check("loo", x=term_name(result, term), **ends, **units)


def _identities(result: DriversResult) -> Iterator[Sentence]:
    known = result.design.variables.known
    for row in result.identities.itertuples():
        names = {"x": Named.by(known[row.predictor].title), "y": Named.by(known[row.outcome].title)}
        why = Sentence(f"drivers.why.{row.kind}")
        yield _check("identity", **names, why=why, shared=first_names(row.shared))
    for row in result.own_denominators.itertuples():
        ratios = {"ratios": fixed(row.r_ratios), "numerators": fixed(row.r_numerators)}
        yield _check("ratios", below=Named.by(known[row.denominator].title), **ratios)
    if result.identities.empty and result.own_denominators.empty:
        yield _check("identity_none")


def _many(result: DriversResult) -> Iterator[Sentence]:
    if "p_holm" in result.coefficients and len(result.coefficients) > 1:
        yield _check("many", k=len(result.coefficients))
    if result.net is not None and result.net.p_place is not None:
        yield _check("place", values=Joined(("p", chance(result.net.p_place))))
    elif "p_place" in result.coefficients:
        found = nearest_median(result.coefficients)["p_place"].items()
        yield _check(
            "place_trend", values=_each(Joined((term_name(result, str(t)), "p", chance(p))) for t, p in found)
        )
    elif result.model in ("ols", "quantile"):
        yield _check("place_none")


def _panel(result: DriversResult) -> Iterator[Sentence]:
    if result.model in _PANELS:
        for term, row in result.within_between.iterrows():
            both = {name: given(row[name], 3) for name in ("within", "between")}
            yield _check("within_between", x=term_name(result, term), **both)


def _curves(result: DriversResult) -> Iterator[Sentence]:
    for term in map(str, result.verdicts.index):
        curve = result.curve(term)
        if curve is not None:
            yield _check(
                "curve",
                x=term_name(result, term),
                median=fixed(curve.median, sign=True),
                same=share(curve.same_sign, 0),
                significant=share(curve.significant, 0),
                n=len(curve.table),
                chance=chance(curve.p_value),
            )


def _importance(result: DriversResult) -> Iterator[Sentence]:
    if len(result.importance) > 1:
        shown = (
            Joined((term_name(result, r.term), " ", share(r.share, 0), " (", share(r.low, 0), "-", share(r.high, 0), ")"), "")
            for r in result.importance.itertuples()
        )  # fmt: skip
        yield _check("importance", level=share(result.confidence, 0), values=_each(shown))


def _selection(result: DriversResult) -> Iterator[Sentence]:
    table = result.selection
    if not len(table):
        return
    known = result.design.variables.known
    shown = _each(
        _check(
            "selection_one",
            x=Named.by(known[r.variable].title),
            gap=fixed(r.difference, sign=True),
            spread=fixed(r.spread),
        )
        for r in table.itertuples()
    )
    yield _check("selection", n=len(result.design.units), of=len(result.design.variables.units), values=shown)


def _dropped(result: DriversResult) -> Iterator[Sentence]:
    gone = result.design.dropped
    if len(gone):
        units = ", ".join(gone["unit"].head(12)) + (" …" if len(gone) > 12 else "")
        lacking = ", ".join(dict.fromkeys(n for names in gone["missing"] for n in names.split(", ")))
        yield Sentence("drivers.dropped", {"n": len(gone), "missing": lacking, "units": units})
