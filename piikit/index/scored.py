"""What a built index and a province's own scored page both offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import pandas as pd

if TYPE_CHECKING:
    from ..data.framework import Framework


class Scored(Protocol):
    """Scores of some units on the codes of a framework: an ``IndexResult`` or a ``PageResult``.

    Whoever needs only what stands here takes either; whoever needs more (other units'
    indicators, the method, a dataset) asks for :attr:`kind` and says why a page will not do.

    Attributes
    ----------
    kind : str
        ``"index"``: every unit's indicators are known, and everything can be built again.
        ``"page"``: the printed figures of one province.
    """

    kind: ClassVar[str]

    @property
    def framework(self) -> Framework:
        """The tree of indicators."""

    @property
    def units(self) -> tuple[str, ...]:
        """Units that have scores here, in table order; of a page its province alone."""

    @property
    def year(self) -> int | None:
        """Edition."""

    @property
    def name(self) -> str:
        """Short name of what was scored, for file names: ``open-2022``, ``page-2025``."""

    def title(self, lang: str | None = None) -> str:
        """Where the figures come from, in `lang`."""

    @property
    def illustrative(self) -> bool:
        """Whether illustrative values stand behind any score."""

    @property
    def scores(self) -> pd.DataFrame:
        """Scores, units x codes in the framework's order; NaN where none is known."""

    @property
    def ranks(self) -> pd.DataFrame:
        """Ranks (1 = highest), units x codes; NaN where none, or more than one, is possible."""

    @property
    def marks(self) -> pd.DataFrame:
        """What is known of each score (``printed``, ``bounded``, ...), units x codes; else empty."""

    @property
    def fingerprint(self) -> str:
        """Twelve digits: equal inputs, equal fingerprint."""

    @property
    def record(self) -> dict[str, Any]:
        """What went in, for a report's footer."""

    def check_unit(self, unit: str | None) -> str:
        """Name of `unit` as it stands in the tables.

        Raises
        ------
        UnknownNameError, MethodError
            If the unit has no scores here; if none is given where there are several.
        """

    @property
    def root(self) -> str:
        """Code of the whole."""
        return self.framework.root

    @property
    def title_vi(self) -> str:
        """Where the figures come from, in Vietnamese."""
        return self.title("vi")

    @property
    def title_en(self) -> str:
        """Where the figures come from, in English."""
        return self.title("en")
