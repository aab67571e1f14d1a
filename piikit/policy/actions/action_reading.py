"""What readers of action files share: columns, what was read, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ...base.errors import Problem
from .action import Action, Link
from .distributions import Estimate

ACTIONS = (
    "id", "text_vi", "text_en", "agency", "co_agencies", "cost_low", "cost_likely", "cost_high",
    "source", "start", "end", "legal_basis", "illustrative", "note",
)  # fmt: skip
EFFECTS = (
    "action", "code", "low", "likely", "high", "shape", "meaning", "way", "kind", "lead_months", "cap",
    "p_deliver", "grade", "illustrative", "note",
)  # fmt: skip
LINKS = ("kind", "a", "b", "value", "code")
SHEETS = {"actions": ACTIONS, "effects": EFFECTS, "links": LINKS}
KIND_WORDS = {"denominator": "definition"}


@dataclass
class Read:
    """What was read, and where each part stands."""

    file: str
    actions: list[Action] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, int], Any] = field(default_factory=dict)

    def place(self, kind: str, at: int, name: str) -> dict[str, Any]:
        """File, sheet and cell of a field."""
        found = self.places.get((kind, at))
        if callable(found):
            made: dict[str, Any] = found(name)
            return made
        return {"file": self.file, "cell": f"{kind}[{at}].{name}"}


def estimate(low: Any, likely: Any, high: Any, shape: str = "", meaning: str = "") -> Estimate:
    middle = next((float(x) for x in (likely, low, high) if x is not None), 0.0)
    ends = [middle if x is None else float(x) for x in (low, high)]
    return Estimate(ends[0], middle, ends[1], shape or "pert", meaning or "limits")


def as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(str(value).strip(), form).date()
        except ValueError:
            continue
    return None
