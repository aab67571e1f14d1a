"""Drivers in words: the sentence that is safe to quote, the summary, and every check."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ..base.language import text
from ..base.numbers import number, percent, significant
from ..diagnosis.drivers.result import DriversResult

PANEL_WITHIN = ("panel-fe", "first-differences")


def chance(p: float, lang: str | None = None, *, sign: str = "= ") -> str:
    """Write a p-value after "p": three decimals with an equals sign, or that it is below 0.001."""
    if not np.isfinite(p):
        return number(None)
    if p < 0.001:
        return text("drivers.p_small", lang)
    return sign + number(p, 3, lang=lang)


def named(result: DriversResult, term: str, lang: str | None = None) -> str:
    """A term of the formula with titles in place of variables' names."""
    known = result.design.variables.known
    shown = re.sub(r"C\((\w+)[^)]*\)\[T\.(.+?)\]", r"\1 = \2", term)
    return re.sub(r"[A-Za-z_]\w*", lambda m: known[m[0]].title(lang) if m[0] in known else m[0], shown)


def data_title(result: DriversResult, lang: str | None = None) -> str:
    """What the data are, or that they are the user's."""
    v = result.design.variables
    from ..base.language import pick

    return str(pick(v.title_vi, v.title_en, lang)) or text("drivers.data_unknown", lang)


def years_said(result: DriversResult, lang: str | None = None) -> str:
    """Years of the data in a few words, or what the data are where the years are not known."""
    years = result.design.variables.years
    if not years:
        return data_title(result, lang)
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    return text("drivers.data_of", lang, years=span)


def model_title(result: DriversResult, lang: str | None = None) -> str:
    """Name of the model with its kind of standard errors."""
    return text(f"drivers.model.{result.model}", lang, covariance=result.options.get("covariance", ""))


def sentence(result: DriversResult, term: str | None = None, lang: str | None = None) -> str:
    """What may safely be quoted of one term, or of all, in words that do not say more than the data."""
    from ..base.errors import UnknownNameError

    words = result.verdicts
    if term is not None and term not in words.index:
        by_variable = [t for t in words.index if term in result.design.uses.get(str(t), ())]
        if len(by_variable) != 1:
            raise UnknownNameError("term", term, [str(t) for t in words.index])
        term = str(by_variable[0])
    if result.model == "elastic-net":
        said = [_net_sentence(result, lang)]
    else:
        said = [_term_sentence(result, str(t), lang) for t in ([term] if term else words.index)]
    if result.illustrative:
        said.insert(0, text("drivers.stamp", lang))
    used, of = len(result.design.units), len(result.design.variables.units)
    if used < 2 / 3 * of:
        said.append(text("drivers.sentence.selected", lang, n=used, of=of))
    return " ".join(said)


def _net_sentence(result: DriversResult, lang: str | None) -> str:
    assert result.net is not None
    word = str(result.verdicts["verdict"].iloc[0])
    return text(
        f"drivers.sentence.{word}",
        lang,
        p=result.design.p,
        y=f"“{named(result, result.design.outcome, lang)}”",
        r2=percent(result.net.r2, 0, lang=lang)
        if word == "predicts"
        else number(result.net.r2, 2, lang=lang),
        inside=number(result.measures["r2"], 2, lang=lang),
        chance=chance(result.net.p_value, lang),
    )


def _term_sentence(result: DriversResult, term: str, lang: str | None) -> str:
    row = _row(result, term)
    verdict, why = result.verdicts.loc[term, ["verdict", "why"]]
    x, y = (f"“{named(result, t, lang)}”" for t in (term, result.design.outcome))
    if verdict == "identity":
        own = result.identities
        shared = own.loc[(own["term"] == term) & (own["kind"] == "part"), "shared"].iloc[0]
        return text("drivers.sentence.identity", lang, x=x, y=y, shared=_short(shared))
    inside = result.model in PANEL_WITHIN
    years = result.design.variables.years
    values = {
        "n": result.design.n,
        "units": len(result.design.units),
        "years": f"{min(years)}-{max(years)}" if years else "–",
        "data": years_said(result, lang),
        "x": x,
        "y": y,
        "way": text("drivers.sentence.higher" if row["estimate"] > 0 else "drivers.sentence.lower", lang),
        "beta": number(row["beta"], 2, lang=lang, sign=True),
        "low": number(row["beta_low"], 2, lang=lang, sign=True),
        "high": number(row["beta_high"], 2, lang=lang, sign=True),
        "level": percent(result.confidence, 0, lang=lang),
        "others": text("drivers.sentence.others", lang) if result.design.p > 1 else "",
    }
    if verdict == "none":
        first = text(f"drivers.sentence.none_{'within' if inside else 'cross'}", lang, **values)
        return f"{first} {_not_seen(result, term, lang)}"
    first = text(f"drivers.sentence.{'within' if inside else 'cross'}", lang, **values)
    if verdict == "fragile":
        reasons = "; ".join(text(f"drivers.why.{w}", lang) for w in str(why).split(", "))
        return f"{first} {text('drivers.sentence.fragile', lang, reasons=reasons)}"
    curve = result.curve(term)
    also = ""
    if curve is not None:
        same = percent(curve.same_sign, 0, lang=lang)
        also = text("drivers.sentence.curve", lang, same=same, n=len(curve.table))
    return f"{first} {text('drivers.sentence.supported', lang, curve=also)}"


def _row(result: DriversResult, term: str) -> pd.Series:
    table = result.coefficients
    if "quantile" in table:
        middle = min(table["quantile"].unique(), key=lambda q: abs(q - 0.5))
        table = table[table["quantile"] == middle]
    return table.loc[term]


def _not_seen(result: DriversResult, term: str, lang: str | None) -> str:
    power = result.power.set_index("term")
    if term not in power.index:
        return text("drivers.sentence.absence", lang)
    least = power.at[term, "detectable"]
    if not np.isfinite(least):
        return text("drivers.sentence.no_power", lang)
    return text("drivers.sentence.power", lang, detectable=number(least, 2, lang=lang))


def _short(shared: Any, most: int = 4) -> str:
    names = str(shared).split(", ")
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def summary(result: DriversResult, lang: str | None = None) -> str:
    """What was fitted, what may be quoted, and all checks, a line each."""
    return "\n".join([heading(result, lang), sentence(result, lang=lang), *checks(result, lang)])


def heading(result: DriversResult, lang: str | None = None) -> str:
    """One line: model, formula, size, data."""
    return text(
        "drivers.fitted",
        lang,
        model=model_title(result, lang),
        formula=result.design.formula,
        n=result.design.n,
        units=len(result.design.units),
        p=result.design.p,
        data=data_title(result, lang),
    )


def checks(result: DriversResult, lang: str | None = None) -> list[str]:
    """Every check that applies to the model, a sentence each."""
    most = int(result.n_rule // 10)
    said = [text("drivers.check.size", lang, n=int(result.n_rule), p=result.design.p, most=most)]
    said += [*_r2(result, lang), *_power(result, lang), *_residuals(result, lang), *_moved(result, lang)]
    said += [*_identities(result, lang), *_many(result, lang), *_selection(result, lang)]
    said += [note.message(lang) for note in result.notes]
    gone = result.design.dropped
    if len(gone):
        units = ", ".join(gone["unit"].head(12)) + (" …" if len(gone) > 12 else "")
        said.append(text("drivers.dropped", lang, n=len(gone), units=units))
    return said


def _r2(result: DriversResult, lang: str | None) -> list[str]:
    measures = result.measures
    if result.net is not None:
        return [
            text(
                "drivers.check.r2_net",
                lang,
                inside=number(measures["r2"], 2, lang=lang),
                r2=number(result.net.r2, 2, lang=lang),
                null=number(float(result.net.null.mean()), 2, lang=lang),
                chance=chance(result.net.p_value, lang),
            )
        ]
    if result.null is not None:
        return [
            text(
                "drivers.check.r2",
                lang,
                r2=number(measures["r2"], 2, lang=lang),
                mean=number(result.null.mean, 2, lang=lang),
                high=number(result.null.high, 2, lang=lang),
                chance=chance(result.null.p_value, lang),
                left_out=number(measures["r2_left_out"], 2, lang=lang),
            )
        ]
    if "r2" in measures:
        return [text("drivers.check.r2_panel", lang, r2=number(measures["r2"], 2, lang=lang))]
    shown = "; ".join(
        f"{k.removeprefix('pseudo_r2_')}: {number(v, 2, lang=lang)}" for k, v in measures.items()
    )
    return [text("drivers.check.pseudo_r2", lang, values=shown)]


def _power(result: DriversResult, lang: str | None) -> list[str]:
    table = result.power
    if not len(table):
        return []
    shown = "; ".join(
        f"{named(result, t, lang)} {percent(p, 0, lang=lang)}"
        for t, p in zip(table["term"], table["power"], strict=True)
    )
    leader = percent(float(table["false_leader"].mean()), 0, lang=lang) if len(table) > 1 else percent(0.0, 0)
    return [text("drivers.check.power", lang, values=shown, leader=leader)]


def _residuals(result: DriversResult, lang: str | None) -> list[str]:
    said = []
    if "vif" in result.coefficients and result.design.p > 1:
        worst = str(result.coefficients["vif"].idxmax())
        vif = number(result.coefficients.at[worst, "vif"], 1, lang=lang)
        said.append(text("drivers.check.vif", lang, vif=vif, x=named(result, worst, lang)))
    found = result.checks
    if found:
        high = result.influence
        high = high[high["high"]].sort_values("leverage", ascending=False)
        units = ", ".join(f"{u} ({number(v, 2, lang=lang)})" for u, v in high["leverage"].head(8).items())
        said.append(
            text("drivers.check.leverage", lang, units=units)
            if units
            else text("drivers.check.leverage_none", lang)
        )
        w, lm = number(found["shapiro_w"], 3, lang=lang), number(found["breusch_pagan"], 2, lang=lang)
        said.append(text("drivers.check.shapiro", lang, w=w, p=chance(found["shapiro_p"], lang)))
        said.append(text("drivers.check.breusch", lang, lm=lm, p=chance(found["breusch_pagan_p"], lang)))
    return said


def _moved(result: DriversResult, lang: str | None) -> list[str]:
    if result.loo is None:
        return []
    said = []
    for term in result.verdicts.index:
        row = _row(result, str(term))
        said.append(
            text(
                "drivers.check.loo",
                lang,
                x=named(result, str(term), lang),
                low=significant(row["loo_low"], 3, lang=lang),
                high=significant(row["loo_high"], 3, lang=lang),
                low_unit=row["loo_low_unit"],
                high_unit=row["loo_high_unit"],
            )
        )
    return said


def _identities(result: DriversResult, lang: str | None) -> list[str]:
    known = result.design.variables.known
    said = [
        text(
            "drivers.check.identity",
            lang,
            x=known[row.predictor].title(lang),
            y=known[row.outcome].title(lang),
            why=text(f"drivers.why.{row.kind}", lang),
            shared=_short(row.shared),
        )
        for row in result.identities.itertuples()
    ]
    for row in result.own_denominators.itertuples():
        said.append(
            text(
                "drivers.check.ratios",
                lang,
                ratios=number(row.r_ratios, 2, lang=lang),
                numerators=number(row.r_numerators, 2, lang=lang),
                below=known[row.denominator].title(lang),
            )
        )
    return said or [text("drivers.check.identity_none", lang)]


def _many(result: DriversResult, lang: str | None) -> list[str]:
    said = []
    if "p_holm" in result.coefficients and len(result.coefficients) > 1:
        said.append(text("drivers.check.many", lang, k=len(result.coefficients)))
    if "p_region" in result.coefficients:
        p = result.coefficients["p_region"]
        shown = "; ".join(f"{named(result, str(t), lang)} p {chance(v, lang)}" for t, v in p.items())
        said.append(text("drivers.check.region", lang, values=shown))
    for term in result.verdicts.index:
        curve = result.curve(str(term))
        if curve is not None:
            said.append(
                text(
                    "drivers.check.curve",
                    lang,
                    x=named(result, str(term), lang),
                    median=number(curve.median, 2, lang=lang, sign=True),
                    same=percent(curve.same_sign, 0, lang=lang),
                    significant=percent(curve.significant, 0, lang=lang),
                    n=len(curve.table),
                    chance=chance(curve.p_value, lang),
                )
            )
    if len(result.importance) > 1:
        shown = "; ".join(
            f"{named(result, r.term, lang)} {percent(r.share, 0, lang=lang)} "
            f"({percent(r.low, 0, lang=lang)}-{percent(r.high, 0, lang=lang)})"
            for r in result.importance.itertuples()
        )
        said.append(text("drivers.check.importance", lang, values=shown))
    return said


def _selection(result: DriversResult, lang: str | None) -> list[str]:
    table = result.selection
    if not len(table):
        return []
    known = result.design.variables.known
    shown = "; ".join(
        text(
            "drivers.check.selection_one",
            lang,
            x=known[r.variable].title(lang),
            gap=number(r.difference, 2, lang=lang, sign=True),
            spread=number(r.spread, 2, lang=lang),
        )
        for r in table.itertuples()
    )
    used, of = len(result.design.units), len(result.design.variables.units)
    return [text("drivers.check.selection", lang, n=used, of=of, values=shown)]


def to_html(result: DriversResult, lang: str | None = None) -> str:
    """Mark, sentence, table and checks."""
    from .drivers_tables import paper_table

    stamp = f'<p class="stamp">{escape(text("drivers.stamp", lang))}</p>' if result.illustrative else ""
    table = paper_table(result, lang)
    head = "".join(f"<th>{escape(c)}</th>" for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in r) + "</tr>" for r in table.to_numpy()
    )
    said = "".join(f"<li>{escape(line)}</li>" for line in checks(result, lang))
    return (
        f"{stamp}<p>{escape(heading(result, lang))}</p><p><b>{escape(sentence(result, lang=lang))}</b></p>"
        f"<div class=wide><table><tr>{head}</tr>{rows}</table></div>"
        f"<p>{escape(text('drivers.check.title', lang))}</p><ul>{said}</ul>"
    )
