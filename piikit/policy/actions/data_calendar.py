"""Which edition can see an action: an effect that shows after the cut-off of its data cannot count.

PII of year t takes the graduation exam of t and most other data of t - 1, as comparing printed
with open figures suggests; no printed calendar was found, so the dates are settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ...data.editions.edition_table import possible_edition
from .action import Action, Effect

EXAM = "2.1.1"


@dataclass(frozen=True)
class Calendar:
    """Cut-off dates of one edition.

    Parameters
    ----------
    edition : int
        Year of the index.
    data_lag : int
        Years between the edition and its data year.
    month, day : int
        Last day of the data year that counts.
    by_code : mapping
        Cut-off of single indicators, such as ``{"2.1.1": date(2025, 6, 30)}``.

    Raises
    ------
    ValueError
        By :meth:`cut_off`, for a month or day that does not exist.

    Notes
    -----
    No printed calendar of PII was found; :meth:`pii` is inferred from printed and open figures.

    Examples
    --------
    >>> from datetime import date
    >>> import piikit as pk
    >>> calendar = pk.Calendar.pii(2025)
    >>> calendar.cut_off("1.1"), calendar.cut_off("2.1.1")
    (datetime.date(2024, 12, 31), datetime.date(2025, 6, 30))
    >>> effect = pk.Effect("1.1", 1.0, lead_months=2)
    >>> calendar.counts(pk.Action("a", end=date(2024, 12, 1)), effect)
    False
    """

    edition: int
    data_lag: int = 1
    month: int = 12
    day: int = 31
    by_code: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def pii(cls, edition: int) -> Calendar:
        """Cut-offs of PII as far as they can be inferred: the exam of June, all else the year before."""
        return cls(possible_edition(edition), by_code={EXAM: date(edition, 6, 30)})

    def cut_off(self, code: str) -> date:
        """Last day whose facts the edition's value of `code` can show."""
        return self.by_code.get(code) or date(self.edition - self.data_lag, self.month, self.day)

    def counts(self, action: Action, effect: Effect) -> bool:
        """Whether `effect` can show in this edition; an action without an end is taken as in time."""
        return action.end is None or shows_on(action.end, effect.lead_months) <= self.cut_off(effect.code)

    def first_edition(self, action: Action, effect: Effect) -> int | None:
        """First edition that can show the effect, None for an action without an end."""
        if action.end is None:
            return None
        shown = shows_on(action.end, effect.lead_months)
        own = self.cut_off(effect.code)
        same_year = (
            shown.replace(year=own.year) if (shown.month, shown.day) != (2, 29) else date(own.year, 2, 28)
        )
        return self.edition + (shown.year - own.year) + (0 if same_year <= own else 1)


def shows_on(end: date, months: float) -> date:
    """The day `months` after `end`, whole months first, the rest in thirtieths."""
    whole = int(months)
    total = end.year * 12 + end.month - 1 + whole
    year, month = divmod(total, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    day = date(year, month + 1, min(end.day, last))
    return date.fromordinal(day.toordinal() + round((months - whole) * 30))
