"""Every check of a fit as a sentence."""

from __future__ import annotations

from ...base.formats import number, percent, significant
from ...base.language import text
from ...diagnosis.drivers.drivers_result import DriversResult
from .drivers_words import chance, named, row_of, shortened


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
        lacking = ", ".join(dict.fromkeys(n for names in gone["missing"] for n in names.split(", ")))
        said.append(text("drivers.dropped", lang, n=len(gone), missing=lacking, units=units))
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
        key = "r2_random" if result.model == "panel-re" else "r2_panel"
        return [text(f"drivers.check.{key}", lang, r2=number(measures["r2"], 2, lang=lang))]
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
    if len(table) == 1:
        return [text("drivers.check.power_one", lang, values=shown)]
    leader = percent(float(table["false_leader"].mean()), 0, lang=lang)
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
        row = row_of(result, str(term))
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
            shared=shortened(row.shared),
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
    if result.model in {"panel-fe", "first-differences", "panel-re"}:
        for term, row in result.within_between.iterrows():
            low, high = (significant(row[c], 3, lang=lang) for c in ("within", "between"))
            x = named(result, str(term), lang)
            said.append(text("drivers.check.within_between", lang, x=x, within=low, between=high))
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
