"""Actions with their links, held together and checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...base.errors import Problem, UnknownNameError, raise_if
from ...base.language import pick
from ...base.record import sha256
from ...base.results import Result
from ...data.reading.template.action_form import ACTIONS, EFFECTS, KINDS
from .action import Action, Link
from .action_checks import Place, check

if TYPE_CHECKING:
    import pandas as pd

    from ...data.framework import Framework


@dataclass(frozen=True, eq=False)
class ActionSet(Result):
    """Actions with their links, checked; make one with :meth:`of`, ``load_actions`` or ``read_actions``.

    Attributes
    ----------
    actions : tuple of Action
    links : tuple of Link
    name, title_vi, title_en, note_vi, note_en : str
    dataset : str
        Dataset that the indicator codes belong to, if the set says so.
    unit : str
        Province that the set was written for, if any.
    warnings : tuple of Problem
        What is to be said of how the file was read, such as amounts that were converted.
    table : DataFrame
        One row an action (index ``id``).
    effects_table : DataFrame
        One row an effect.

    Raises
    ------
    InputError
        By :meth:`of`, with every problem and its place.

    Examples
    --------
    >>> import piikit as pk
    >>> clerks = pk.Action("clerks", cost=2, effects=[pk.Effect("1.1", 0.5)])
    >>> portal = pk.Action("portal", cost=5, effects=[pk.Effect("1.1", 1.0)])
    >>> actions = pk.ActionSet.of([clerks, portal], [pk.Link("requires", "portal", "clerks")])
    >>> actions.ids, actions["portal"].cost.likely
    (('clerks', 'portal'), 5.0)
    >>> actions.table["cost_likely"].to_dict()
    {'clerks': 2.0, 'portal': 5.0}
    """

    actions: tuple[Action, ...]
    links: tuple[Link, ...] = ()
    name: str = ""
    title_vi: str = ""
    title_en: str = ""
    note_vi: str = ""
    note_en: str = ""
    dataset: str = ""
    unit: str = ""
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        actions: Iterable[Action],
        links: Iterable[Link] = (),
        *,
        framework: Framework | None = None,
        place: Place | None = None,
        **about: Any,
    ) -> ActionSet:
        """Check actions and links and hold them together.

        Raises
        ------
        InputError
            With every problem and its place: repeated or unknown ids, unknown indicators,
            cycles of requirements, contradictory links, impossible numbers and dates.
        """
        made = cls(tuple(actions), tuple(links), **about)
        raise_if(check(made.actions, made.links, framework, place))
        return made

    def title(self, lang: str | None = None) -> str:
        """Name of the set in `lang`."""
        return str(pick(self.title_vi, self.title_en, lang) or self.title_vi or self.title_en or self.name)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in the order given."""
        return tuple(a.id for a in self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    def __getitem__(self, name: str) -> Action:
        return self.actions[self.place(name)]

    def place(self, name: str) -> int:
        """Place of an action by id.

        Raises
        ------
        UnknownNameError
            With the nearest ids.
        """
        if name not in self._at:
            raise UnknownNameError("action", name, self.ids)
        return self._at[name]

    @cached_property
    def _at(self) -> dict[str, int]:
        return {a.id: i for i, a in enumerate(self.actions)}

    @property
    def illustrative(self) -> bool:
        """Whether any cost or effect is the author's assumption."""
        return any(a.assumed for a in self.actions)

    def subset(self, ids: Sequence[str]) -> ActionSet:
        """Only these actions, with the links among them."""
        kept = {self.actions[self.place(i)].id for i in ids}
        return replace(
            self,
            actions=tuple(a for a in self.actions if a.id in kept),
            links=tuple(k for k in self.links if k.a in kept and k.b in kept),
        )

    def only(self, kinds: Sequence[str]) -> ActionSet:
        """The same actions with only effects of these kinds."""
        for kind in kinds:
            if kind not in KINDS:
                raise UnknownNameError("option", kind, KINDS)
        kept = [replace(a, effects=tuple(e for e in a.effects if e.kind in kinds)) for a in self.actions]
        return replace(self, actions=tuple(kept))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an action (index ``id``).

        Columns ``text_vi, text_en, agency, co_agencies, cost_low, cost_likely, cost_high``
        (billion VND), ``source, start, end, legal_basis, indicators, illustrative, note``.
        """
        import pandas as pd

        rows = [
            a.cells
            | {end: day.isoformat() if (day := getattr(a, end)) else "" for end in ("start", "end")}
            | {"indicators": ", ".join(dict.fromkeys(e.code for e in a.effects)), "illustrative": a.assumed}
            for a in self.actions
        ]
        columns = [*ACTIONS[:12], "indicators", *ACTIONS[12:14]]
        return pd.DataFrame(rows, columns=columns).set_index("id")

    @cached_property
    def effects_table(self) -> pd.DataFrame:
        """One row an effect: ``action, code, low, likely, high, way, kind, lead_months, cap, p_deliver, ...``."""
        import pandas as pd

        rows = [{"action": a.id} | e.cells for a in self.actions for e in a.effects]
        columns = [name for name in EFFECTS if name not in ("shape", "meaning")]
        return pd.DataFrame(rows, columns=columns).astype({"cap": float})

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all actions and links, whatever their order."""
        return sha256([sorted(map(sha256, self.actions)), sorted(map(sha256, self.links))])
