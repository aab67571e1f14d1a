"""Drivers in words: the sentence that is safe to quote, the summary, the page."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import UnknownNameError
from ...base.formats import number, percent
from ...base.language import pick, text
from ...diagnosis.drivers.drivers_result import DriversResult

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
    return str(pick(v.title_vi, v.title_en, lang)) or text("drivers.data_unknown", lang)


def years_said(result: DriversResult, lang: str | None = None) -> str:
    """Years of the data in a few words, or what the data are where the years are not known."""
    years = result.design.years
    if not years:
        return data_title(result, lang)
    return text("drivers.data_of", lang, years=span(years))


def span(years: tuple[int, ...]) -> str:
    """Years as ``2022``, ``2020-2025`` where none is skipped, else ``2020, 2024, 2025``."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years)) or "–"


def model_title(result: DriversResult, lang: str | None = None) -> str:
    """Name of the model with its kind of standard errors."""
    return text(f"drivers.model.{result.model}", lang, covariance=result.options.get("covariance", ""))


def sentence(result: DriversResult, term: str | None = None, lang: str | None = None) -> str:
    """What may safely be quoted of one term, or of all, in words that do not say more than the data."""
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
    row = row_of(result, term)
    verdict, why = result.verdicts.loc[term, ["verdict", "why"]]
    x, y = (f"“{named(result, t, lang)}”" for t in (term, result.design.outcome))
    if verdict == "identity":
        own = result.identities
        shared = own.loc[(own["term"] == term) & (own["kind"] == "part"), "shared"].iloc[0]
        return text("drivers.sentence.identity", lang, x=x, y=y, shared=shortened(shared))
    inside = result.model in PANEL_WITHIN
    values = {
        "n": len(result.design.units),
        "units": len(result.design.units),
        "years": span(result.design.years),
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


def row_of(result: DriversResult, term: str) -> pd.Series:
    """Coefficients of a term; of several quantiles, those nearest the median."""
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


def shortened(shared: Any, most: int = 4) -> str:
    """The first few of a list of names."""
    names = str(shared).split(", ")
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def summary(result: DriversResult, lang: str | None = None) -> str:
    """What was fitted, what may be quoted, and all checks, a line each."""
    from .drivers_checks import checks

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


def to_html(result: DriversResult, lang: str | None = None) -> str:
    """Mark, sentence, table and checks."""
    from .drivers_checks import checks
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
