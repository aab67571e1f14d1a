"""A number that knows what it is, how each language writes it, and how ``explain`` finds it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from ...base.formats import MISSING_MARK, number, ordinal, percent, rank_digits, significant
from ...base.language import pick
from .part import Part

Kind = Literal[
    "score", "rank", "gap", "points", "part", "change", "value", "distance", "headroom", "bound",
    "weight", "slope", "count", "share", "given", "number", "place",
]  # fmt: skip
MEASURED = ("value", "distance", "headroom", "bound", "slope", "given")
BARE = ("count", "share", "given", "number", "place")
SIGNS = {"bounded": "≈", "illustrative": "*"}


@dataclass(frozen=True)
class Quantity(Part):
    """A number that knows what it is and how ``explain`` finds it again.

    Attributes
    ----------
    kind : str
        ``score`` and ``rank`` of `unit` on `code`; ``gap``: own score less that of `against`
        (the median of several); ``points``: effective weight times what `against` is ahead;
        ``part``: the points of the gap to `against` that stand to `code`; ``change``: score
        after `cells` are changed less now; ``value``: the raw cell (the median of several);
        ``distance``: between the raw cells of `unit` and `against`; ``bound``: the raw value
        that scores highest, ``headroom``: what is left to it; ``weight``: effective weight in
        the whole; ``slope``: points of the whole per natural unit, times `factor`. ``count``,
        ``share``, ``given`` (significant digits), ``number`` (fixed digits) and ``place`` (1st,
        2nd, ...) have no score behind them.
    value : float
    unit, code : str
    against : tuple of str
        Units compared with.
    cells : tuple of (code, value) or (unit, code, value)
        Raw cells, of `unit` where no other is named, changed before the index is built again.
    method : str
        Name of another preset by which it was built; empty for the result's own.
    digits : int
    sign : bool
        Always show the sign.
    measure_vi, measure_en : str
        Unit of measurement of a raw value.
    mark : str
        ``illustrative`` (*) or ``bounded`` where the number is not known; see
        :mod:`piikit.index.known_marks`.
    spoken : bool
        Whether a rank stands in prose as "9th", or as a bare number.
    """

    kind: Kind
    value: float
    unit: str = ""
    code: str = ""
    against: tuple[str, ...] = ()
    cells: tuple[tuple[Any, ...], ...] = ()
    method: str = ""
    factor: float = 1.0
    digits: int = 2
    sign: bool = False
    measure_vi: str = ""
    measure_en: str = ""
    mark: str = ""
    spoken: bool = True

    def text(self, lang: str | None = None) -> str:
        """The number as `lang` writes it, with its unit of measurement and its mark if it has one."""
        return self._plain(lang) + SIGNS.get(self.mark, "")

    def _plain(self, lang: str | None) -> str:
        if self.kind == "place" or (self.kind == "rank" and self.spoken):
            return ordinal(self.value, lang=lang)
        if self.kind in ("rank", "count"):
            return number(self.value, rank_digits(self.value) if self.kind == "rank" else 0, lang=lang)
        if self.kind in ("weight", "share"):
            return percent(self.value, self.digits, lang=lang)
        if self.kind in MEASURED:
            shown = significant(self.value, max(3, self.digits), lang=lang)
            return shown if shown == MISSING_MARK else with_measure(shown, self.measure(lang))
        return number(self.value, self.digits, lang=lang, sign=self.sign)

    def measure(self, lang: str | None = None) -> str:
        """Unit of measurement in `lang`; empty if it has none."""
        return str(pick(self.measure_vi, self.measure_en, lang) or "")

    @property
    def bare(self) -> bool:
        """Whether no score stands behind it."""
        return self.kind in BARE


def short_measure(measure: str) -> str:
    """A unit of measurement as prose has it: scales such as "points 0-10" shortened, an index has none."""
    measure = re.sub(r" ?(?<!\d)\d+-\d+$| ?\([^()]*\)$", "", measure)
    return "" if measure in ("chỉ số", "index") else measure


def with_measure(shown: str, measure: str) -> str:
    """A number and its unit as prose: no space before %."""
    measure = short_measure(measure)
    return f"{shown} {measure}".strip() if not measure.startswith("%") else shown + measure


def fixed(value: Any, digits: int = 2, *, sign: bool = False) -> Quantity:
    """A number that no score stands behind, with fixed digits."""
    return Quantity("number", float(value), digits=digits, sign=sign)


def ranked(rank: Any) -> Quantity:
    """A rank as a bare number that no score stands behind."""
    return fixed(rank, rank_digits(rank))


def given(value: Any, digits: int = 4) -> Quantity:
    """A number that no score stands behind, with significant digits."""
    return Quantity("given", float(value), digits=digits)


def count(value: Any) -> Quantity:
    """A count."""
    return Quantity("count", float(value))


def place(value: Any) -> Quantity:
    """A place in an order, as "9th"."""
    return Quantity("place", float(value))


def share(value: Any, digits: int = 1) -> Quantity:
    """A share (0-1), written as a percentage."""
    return Quantity("share", float(value), digits=digits)
