"""Actions: who does what, at what cost, and what it moves.

An effect is stated on the raw indicator or its numerator, never in points: points are computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...base.language import pick
from ...data.reading.template.action_form import ACTIONS, EFFECTS
from .distributions import Estimate


@dataclass(frozen=True)
class Effect:
    """What an action does to one indicator.

    Parameters
    ----------
    code : str
        Indicator.
    amount : Estimate
        In the unit that `way` says.
    way : str
        ``add`` (to the raw value, in its own unit), ``percent`` (of the raw value), ``numerator``
        (counts or money, divided by the indicator's denominator), ``close`` (share 0-1 of the
        distance to `cap`: diminishing returns) or ``set`` (report this value, where there is none).
    kind : str
        ``real`` (things change), ``reporting`` (the same things counted better) or
        ``definition`` (denominator or scope).
    lead_months : float
        From the action's end until the statistic shows it.
    cap : float, optional
        Raw value beyond which this effect cannot take the indicator.
    p_deliver : float
        Probability that it comes about at all.
    grade : str
        Evidence, A (evaluated here) to D (opinion); "" unknown.
    note : str
        Where the amount comes from.
    illustrative : bool
        The amount is the author's assumption.

    Raises
    ------
    UnknownNameError, ValueError, TypeError
        If `amount` cannot be read as an estimate; everything else is checked by
        :meth:`ActionSet.of`, all of it at once.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.Effect("2.1", (0.1, 0.2, 0.4), p_deliver=0.8).amount.likely
    0.2
    """

    code: str
    amount: Estimate
    way: str = "add"
    kind: str = "real"
    lead_months: float = 0.0
    cap: float | None = None
    p_deliver: float = 1.0
    grade: str = ""
    note: str = ""
    illustrative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", Estimate.of(self.amount))

    @property
    def cells(self) -> dict[str, Any]:
        """One row of a sheet: :data:`EFFECTS` without the action."""
        made = vars(self.amount) | vars(self)
        return {name: made[name] for name in EFFECTS[1:]}


@dataclass(frozen=True)
class Action:
    """Something that an agency can do.

    Parameters
    ----------
    id : str
    text_vi, text_en : str
    agency : str
        Who leads.
    co_agencies : tuple of str
        Or one text with semicolons between them.
    cost : Estimate or number
        Billion VND in all.
    source : str
        Who pays.
    start, end : date, optional
    legal_basis : str
    effects : tuple of Effect
    note : str
    illustrative : bool
        The cost is the author's assumption.

    Raises
    ------
    UnknownNameError, ValueError, TypeError
        If `cost` cannot be read as an estimate; everything else is checked by
        :meth:`ActionSet.of`, all of it at once.

    Examples
    --------
    >>> from datetime import date
    >>> import piikit as pk
    >>> train = pk.Action("train", agency="Sở Nội vụ", cost=(1, 2, 4), effects=[pk.Effect("1.1", 0.5)])
    >>> train.cost.likely, train.effects[0].code
    (2.0, '1.1')
    >>> pk.Action("a", cost=3, start=date(2024, 7, 1), end=date(2025, 6, 30)).cost_by_year().keys()
    dict_keys([2024, 2025])
    """

    id: str
    text_vi: str = ""
    text_en: str = ""
    agency: str = ""
    co_agencies: tuple[str, ...] = ()
    cost: Estimate = field(default_factory=lambda: Estimate(0.0, 0.0, 0.0))
    source: str = ""
    start: date | None = None
    end: date | None = None
    legal_basis: str = ""
    effects: tuple[Effect, ...] = ()
    note: str = ""
    illustrative: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", Estimate.of(self.cost))
        object.__setattr__(self, "effects", tuple(self.effects))
        given: Any = self.co_agencies
        given = (given,) if isinstance(given, str) else given
        named = (part.strip() for names in given for part in names.replace("\n", ";").split(";"))
        object.__setattr__(self, "co_agencies", tuple(filter(None, named)))

    def text(self, lang: str | None = None) -> str:
        """What is to be done, in `lang`, falling back to the other language."""
        return str(pick(self.text_vi, self.text_en, lang) or self.text_vi or self.text_en or self.id)

    @property
    def cells(self) -> dict[str, Any]:
        """One row of a sheet: :data:`ACTIONS`."""
        costs = {f"cost_{name}": held for name, held in vars(self.cost).items()}
        made = vars(self) | costs | {"co_agencies": "; ".join(self.co_agencies)}
        return {name: made[name] for name in ACTIONS}

    @property
    def assumed(self) -> bool:
        """Whether its cost or any effect is the author's assumption."""
        return self.illustrative or any(e.illustrative for e in self.effects)

    def cost_by_year(self, cost: float | None = None) -> dict[int, float]:
        """Cost spread evenly over the days from start to end; year 0 where no dates are given."""
        total = self.cost.likely if cost is None else cost
        first, last = self.start or self.end, self.end or self.start
        if first is None or last is None:
            return {0: total}
        days = (last - first).days + 1
        years = range(first.year, last.year + 1)
        inside = {y: (min(last, date(y, 12, 31)) - max(first, date(y, 1, 1))).days + 1 for y in years}
        return {y: total * d / days for y, d in inside.items()}


@dataclass(frozen=True)
class Link:
    """How two actions hang together.

    ``requires``: `a` only with `b`. ``excludes``: not both. ``synergy``: with both, effects of
    either on `code` (on all their indicators without one) grow by the share `value`.
    ``substitutes``: with both, the smaller effect on a shared indicator shrinks by the share
    `value` (1: only the larger counts).

    Parameters
    ----------
    kind : {"requires", "excludes", "synergy", "substitutes"}
    a, b : str
        Ids of actions.
    value : float
        A share; for synergy and substitutes only.
    code : str
        The indicator on which a synergy works, "" for all.

    Raises
    ------
    InputError
        By :meth:`ActionSet.of`: for unknown words and ids, impossible shares, contradictions and
        circles.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.Link("synergy", "broadband", "digital-skills", 0.2).value
    0.2
    """

    kind: str
    a: str
    b: str
    value: float = 0.0
    code: str = ""
