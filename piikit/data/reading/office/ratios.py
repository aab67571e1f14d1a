"""Numerators over denominators: the units of both are converted, or do not go together."""

from __future__ import annotations

from typing import NamedTuple

from ..measure_words import COUNTS, MONEY, Unit
from ..table.indicator_values import Measure

UNDER = {"population": Unit("people", 1e3), "grdp": Unit("dong", 1e9), "enterprises": Unit("enterprise")}


class Sides(NamedTuple):
    """The units that stand over and under the line, None where none is stated."""

    over: Unit | None
    under: Unit | None


class Factor(NamedTuple):
    """What a quotient is multiplied by; `ask` where the units do not go together."""

    value: float
    ask: bool = False


def factor_of(sides: Sides, measure: Measure, name: str, scale: float, given: float | None) -> Factor:
    """How a quotient of two units becomes the indicator.

    Parameters
    ----------
    sides : Sides
    measure : Measure
    name : str
        The framework's denominator, in its own unit where no unit is stated.
    scale : float
        The framework's scale.
    given : float or None
        A scale that the mapping says, which must agree with units that are stated.
    """
    base, wanted = UNDER.get(name), measure.wanted
    if sides == (None, None) or ((base is None or wanted is None) and _bare(sides)):
        return Factor(scale if given is None else given)
    if wanted is None or (base is None and None in sides):
        return Factor(scale, ask=True)
    thing = base.thing if base is not None and wanted.thing == "%" else wanted.thing
    usual = base and Unit(thing, scale * wanted.rate * base.size)
    return _between(sides.over or usual, sides.under or base, Sides(usual, base), wanted, given)


def _between(
    over: Unit | None, under: Unit | None, usual: Sides, wanted: Unit, given: float | None
) -> Factor:
    """The factor of two units that are known."""
    if over is None or under is None:
        return Factor(1.0, ask=True)
    value = over.rate / under.rate / wanted.rate
    top = usual.over or Unit(under.thing if wanted.thing == "%" else wanted.thing)
    apart = not _alike(over, top) or not _alike(under, usual.under or under)
    return Factor(value, apart or (given is not None and abs(given / value - 1) > 1e-6))


def _bare(sides: Sides) -> bool:
    return all(u is None or (u.rate == 1.0 and u.thing in COUNTS) for u in sides)


def _alike(one: Unit, other: Unit) -> bool:
    """Whether both are the same money, or both count something."""
    same = one.thing == other.thing if {one.thing, other.thing} & {*MONEY} else one.thing in COUNTS
    return same and not one.per


def shown(unit: Unit | None) -> str:
    """A unit of a side as a person reads it."""
    return "?" if unit is None else f"{unit.rate:g} {unit.thing}"
