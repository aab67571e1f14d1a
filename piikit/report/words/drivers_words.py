"""Drivers in words: the sentence that is safe to quote, and what is shown beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import UnknownNameError
from ...base.formats import MISSING_MARK
from ...diagnosis.drivers.drivers_result import DriversResult
from ...diagnosis.drivers.place import place_of
from ..blocks.blocks import Bullets, Frame, Joined, Sentence
from ..blocks.content import Content, invented
from ..blocks.quantity import fixed, share
from ..figures import drivers_figures
from ..figures.labels import data_name, term_name
from .drivers_checks import chance, checks, first_names, row_of
from .drivers_table import model_name, paper_table

PANEL_WITHIN = ("panel-fe", "first-differences")


def content(result: DriversResult) -> Content:
    """What was fitted, what may be quoted, the table of a paper, all checks; every step as a sheet."""
    said = (_heading(result), *_quotable(result))
    table = paper_table(result)
    return Content(
        said,
        (table, Bullets(tuple(checks(result)), key="drivers.check.title")),
        (Bullets(said, key="content.summary"), *_sheets(result)),
        drivers_figures.pictures(result),
        mark=_mark(result),
        title=Sentence("drivers.table.caption", table.values),
        source=data_name(result),
    )


def _mark(result: DriversResult) -> Sentence | None:
    return invented(result.illustrative, "drivers.stamp")


def sentence(result: DriversResult, term: str | None = None, lang: str | None = None) -> str:
    """What may safely be quoted of one term, or of all, in words that do not say more than the data."""
    mark = _mark(result)
    said = _quotable(result, _known(result, term) if term is not None else None)
    return Joined((*(() if mark is None else (mark,)), *said)).text(lang)


def _known(result: DriversResult, term: str) -> str:
    """The term that is meant, by its own name or by that of the one variable it uses."""
    terms = [str(t) for t in result.verdicts.index]
    found = [term] if term in terms else [t for t in terms if term in result.design.uses.get(t, ())]
    if len(found) != 1:
        raise UnknownNameError("term", term, terms)
    return found[0]


def _quotable(result: DriversResult, term: str | None = None) -> list[Sentence | Joined]:
    if result.model == "elastic-net":
        said: list[Sentence | Joined] = [_of_net(result)]
    else:
        said = [_of_term(result, t) for t in ([term] if term else map(str, result.verdicts.index))]
    used, of = len(result.design.units), len(result.design.variables.units)
    if used < 2 / 3 * of:
        said.append(Sentence("drivers.sentence.selected", {"n": used, "of": of}))
    return said


def _quoted(result: DriversResult, term: str) -> Joined:
    return Joined(("“", term_name(result, term), "”"), "")


def _of_net(result: DriversResult) -> Sentence | Joined:
    assert result.net is not None
    word = str(result.verdicts["verdict"].iloc[0])
    r2 = result.net.r2
    values = {
        "p": result.design.p,
        "y": _quoted(result, result.design.outcome),
        "r2": share(r2, 0) if word == "predicts" else fixed(r2),
        "inside": fixed(result.measures["r2"]),
        "chance": chance(result.net.p_value),
    }
    said = Sentence(f"drivers.sentence.{word}", values)
    return (
        said
        if result.net.p_place is not None
        else Joined((said, Sentence("drivers.sentence.placed_nowhere")))
    )


def _of_term(result: DriversResult, term: str) -> Sentence | Joined:
    verdict, why = result.verdicts.loc[term, ["verdict", "why"]]
    values = {"x": _quoted(result, term), "y": _quoted(result, result.design.outcome)}
    if verdict == "identity":
        own = result.identities
        common = own.loc[(own["term"] == term) & (own["kind"] == "part"), "shared"].iloc[0]
        return Sentence("drivers.sentence.identity", values | {"shared": first_names(common)})
    if verdict == "undefined":
        return Sentence("drivers.sentence.undefined", values)
    place = "within" if result.model in PANEL_WITHIN else "cross"
    values |= _size(result, row_of(result, term))
    if verdict == "none":
        return Joined((Sentence(f"drivers.sentence.none_{place}", values), _not_seen(result, term)))
    first = Sentence(f"drivers.sentence.{place}", values)
    if verdict == "fragile":
        reasons = Joined(tuple(Sentence(f"drivers.why.{w}") for w in str(why).split(", ")), "; ")
        return Joined((first, Sentence("drivers.sentence.fragile", {"reasons": reasons})))
    curve, seen = result.curve(term), Joined(())
    if curve is not None:
        also = {"same": share(curve.same_sign, 0), "n": len(curve.table)}
        seen = Joined((Sentence("drivers.sentence.curve", also),))
    row = row_of(result, term)
    shrunk = fixed(row["beta"] * row["shrunk"] / row["estimate"], sign=True)
    also = {"curve": seen, "place": _placed(result, term), "shrunk": shrunk}
    return Joined((first, Sentence("drivers.sentence.supported", also)))


def _placed(result: DriversResult, term: str) -> Sentence | Joined:
    """Which likeness of units that lie together was allowed for, and which could not be."""
    if result.model in PANEL_WITHIN or result.model == "panel-re":
        return Sentence("drivers.sentence.placed_panel")
    row = row_of(result, term)
    place = place_of(result.design)
    known = "_".join(place.known)
    name = {"region_spatial": "placed", "": "placed_nowhere"}.get(known, f"placed_{known}")
    said = [Sentence(f"drivers.sentence.{name}", {"chance": chance(row["p_holm"])})]
    if "spatial" in place.known:
        said.append(Sentence("drivers.sentence.trended" if place.trended else "drivers.sentence.untrended"))
    return Joined(tuple(said))


def _size(result: DriversResult, row: pd.Series) -> dict[str, Any]:
    """Over how many units and years, which way and how much."""
    others = Sentence("drivers.sentence.others") if result.design.p > 1 else ""
    return {
        "n": len(result.design.units),
        "units": len(result.design.units),
        "years": span(result.design.years),
        "data": _years(result),
        "way": Sentence(f"drivers.sentence.{'higher' if row['estimate'] > 0 else 'lower'}"),
        "beta": fixed(row["beta"], sign=True),
        "low": fixed(row["beta_low"], sign=True),
        "high": fixed(row["beta_high"], sign=True),
        "level": share(result.confidence, 0),
        "others": others,
    }


def _years(result: DriversResult) -> Any:
    """Years of the data in a few words, or what the data are where the years are not known."""
    years = result.design.years
    return Sentence("drivers.data_of", {"years": span(years)}) if years else data_name(result)


def span(years: tuple[int, ...]) -> str:
    """Years as ``2022``, ``2020-2025`` where none is skipped, else ``2020, 2024, 2025``."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years)) or MISSING_MARK


def _not_seen(result: DriversResult, term: str) -> Sentence:
    power = result.power.set_index("term")
    if term not in power.index:
        return Sentence("drivers.sentence.absence")
    least = power.at[term, "detectable"]
    if not np.isfinite(least):
        return Sentence("drivers.sentence.no_power")
    return Sentence("drivers.sentence.power", {"detectable": fixed(least)})


def _heading(result: DriversResult) -> Sentence:
    """Model, formula, size, data."""
    design = result.design
    values = {"model": model_name(result), "formula": design.formula, "data": data_name(result)}
    return Sentence("drivers.fitted", values | {"n": design.n, "units": len(design.units), "p": design.p})


def _sheets(result: DriversResult) -> tuple[Frame, ...]:
    """Coefficients, leave-one-out, power, importance, curves, identities and the data."""
    design = result.design
    curves = [result.curve(str(t)) for t in result.verdicts.index]
    together = [c.table.assign(term=c.term) for c in curves if c is not None]
    frames = {
        "coefficients": result.table,
        "identities": result.identities,
        "names": design.variables.table,
        "data": pd.concat([design.y, design.X], axis=1),
        "dropped": design.dropped,
    }
    if result.loo is not None:
        frames["loo"] = result.loo
    if result.model == "ols":
        frames["influence"] = result.influence
        frames |= {"power": result.power, "importance": result.importance}
    if together:
        frames["curve"] = pd.concat(together)
    return Frame.several("drivers.sheet", frames)
