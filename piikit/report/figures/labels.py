"""Short wordings that stand on figures and in sentences alike."""

from __future__ import annotations

from typing import Any

from ...diagnosis.print.what_is_known import Known
from ..blocks.blocks import Sentence
from ..blocks.quantity import fixed


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
    """17 of 20, in words."""
    return Sentence("draws.of", {"holds": int(holds), "draws": int(draws)})
