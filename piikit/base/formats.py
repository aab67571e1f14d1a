"""Numbers as each language writes them: 1.234,5 in Vietnamese, 1,234.5 in English."""

from __future__ import annotations

import math
from typing import Any

from .language import language

MISSING_MARK = "–"
_SWAP = str.maketrans({",": ".", ".": ","})


def number(value: Any, digits: int = 2, *, lang: str | None = None, sign: bool = False) -> str:
    """Write `value` with `digits` decimals; a missing value is an en dash.

    Parameters
    ----------
    value : float or None
    digits : int
        Decimals kept. Rounding is half to even of the binary value, as Python's.
    sign : bool
        Always show the sign; a difference is read faster so.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING_MARK
    value = float(value)
    if math.isnan(value):
        return MISSING_MARK
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    written = f"{abs(value):,.{digits}f}"
    negative = value < 0 and any(c in "123456789" for c in written)
    if language(lang) == "vi":
        written = written.translate(_SWAP)
    return ("−" if negative else "+" if sign else "") + written


def significant(value: Any, digits: int = 4, *, lang: str | None = None) -> str:
    """Write `value` with `digits` significant digits and no trailing zeros."""
    if value is None or math.isnan(float(value)):
        return MISSING_MARK
    value = float(value)
    if value == 0 or math.isinf(value):
        return number(value, 0, lang=lang)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    written = f"{abs(value):,.{decimals}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    if language(lang) == "vi":
        written = written.translate(_SWAP)
    return ("−" if value < 0 else "") + written


class LocalNumber(float):
    """A number inside a message: written in the reader's language when the message is said."""

    def __format__(self, spec: str) -> str:
        return significant(float(self), int(spec or 8))


def percent(share: Any, digits: int = 1, *, lang: str | None = None) -> str:
    """Write a share (0-1) as a percentage."""
    shown = number(None if share is None else float(share) * 100, digits, lang=lang)
    return shown if shown == MISSING_MARK else shown + "%"


def ordinal(rank: Any, *, lang: str | None = None) -> str:
    """Write a rank: "thứ 7" in Vietnamese, "7th" in English."""
    if rank is None or math.isnan(float(rank)):
        return MISSING_MARK
    said = number(rank, rank_digits(rank), lang=lang)
    if language(lang) == "vi":
        return f"thứ {said}"
    tail = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{said}{tail}"


def rank_digits(rank: float) -> int:
    """Digits of a rank: ties that share the average rank may stand at 3.5."""
    return 0 if rank % 1 == 0 else 1
