"""Short wordings that stand on figures and in sentences alike."""

from __future__ import annotations

import re
from typing import Any

from ...base.binomial import clopper_pearson
from ...diagnosis.drivers.development import DevelopmentResult
from ...diagnosis.drivers.drivers_result import DriversResult
from ...diagnosis.print.what_is_known import Known
from ..blocks.blocks import Named, Sentence
from ..blocks.quantity import fixed, share

STEPS = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)


def known_interval(known: Known, code: str) -> Any:
    """A score as printed, or the interval it lies in."""
    row = known.table.loc[code]
    if row["printed"] and row["width"] < 0.011:
        return fixed(row["printed"])
    return Sentence("known.between", {"low": fixed(row["low"]), "high": fixed(row["high"])})


def known_mark(mark: str) -> Sentence:
    """An interval shows no invention: where print says next to nothing, the word is unknown."""
    return Sentence("known.unknown" if mark == "illustrative" else f"mark.{mark}")


def often(holds: Any, draws: Any) -> Sentence:
    """17 of 20, in words, with the 95% interval of the share."""
    ends = chance_ends(*clopper_pearson(int(holds), int(draws)))
    return Sentence("draws.of", {"holds": int(holds), "draws": int(draws), **ends})


def near(p: float, mark: float | None = None) -> Any:
    """A share in whole per cent; what is nearly nothing, nearly all or nearly `mark` is not said to be it."""
    if mark is not None and (p < mark) != (round(100 * p) / 100 < mark):
        word = "plan.under" if p < mark else "plan.over" if p > mark else "plan.about"
        return Sentence(word, {"p": counted(mark)})
    if 0 < p < STEPS[0]:
        return Sentence("plan.under", {"p": share(STEPS[0], 0)})
    if 1 - STEPS[0] < p < 1:
        return Sentence("plan.over", {"p": share(1 - STEPS[0], 0)})
    return share(p, 0)


def counted(p: float) -> Any:
    """A share that was asked for or counted: 99%, 99.5%."""
    return share(p, next((d for d in (0, 1, 2, 3) if abs(round(100 * p, d) - 100 * p) < 1e-9), 1))


def known(chance: float, low: float, high: float, mark: float | None = None) -> Sentence:
    """A chance to as many digits as its interval allows: by steps of half of that.

    Finer where it would be rounded out of the interval that is printed, or past `mark`, what was asked for.
    """
    fit = next(i for i, s in enumerate(STEPS) if s >= (high - low) / 2 - 1e-9)
    first, last = round(100 * low) / 100, round(100 * high) / 100
    for step in STEPS[fit::-1]:
        p = round(chance / step) * step
        if p < step / 2:
            return Sentence("plan.under", {"p": share(max(last, STEPS[0]), 0)})
        if p > 1 - step / 2:
            return Sentence("plan.over", {"p": share(min(first, 1 - STEPS[0]), 0)})
        if first < p < last and (mark is None or (p < mark) == (chance < mark)):
            return Sentence("plan.about", {"p": share(p, 0)})
    said = near(chance, mark)
    return said if isinstance(said, Sentence) else Sentence("plan.about", {"p": said})


def chance_ends(low: float, high: float, mark: float | None = None) -> dict[str, Any]:
    """The 95% interval of a chance, whose last per cent at either side goes to the end."""
    first, last = 0.0 if low < STEPS[0] else low, 1.0 if high > 1 - STEPS[0] else high
    return {"low": near(first, mark), "high": near(last, mark)}


def term_name(result: DriversResult, term: Any) -> Named:
    """A term of the formula with titles in place of variables' names."""
    known = result.design.variables.known
    written = re.sub(r"C\((\w+)[^)]*\)\[T\.(.+?)\]", r"\1 = \2", str(term))

    def said(lang: str) -> str:
        return re.sub(r"[A-Za-z_]\w*", lambda m: known[m[0]].title(lang) if m[0] in known else m[0], written)

    return Named.by(said)


def data_name(result: DriversResult) -> Any:
    """What the data are, or that they are the user's."""
    v = result.design.variables
    return Named(v.title_vi, v.title_en) if v.title_vi or v.title_en else Sentence("drivers.data_unknown")


def scored_name(result: DevelopmentResult) -> Named | Sentence:
    """Name of what was scored; a series may have none."""
    name = Named(result.title_vi or result.code, result.title_en or result.code)
    return name if name.vi else Sentence("development.unnamed")
