"""What stands in a regression: named columns, and what each of them is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...base.errors import MethodError, Problem, UnknownNameError
from ...base.folding import fold
from ...base.language import pick


@dataclass(frozen=True)
class Variable:
    """One column that a model may use.

    Attributes
    ----------
    name : str
        Safe in a formula: letters, digits and underscores.
    code : str
        What it was called where it came from: an indicator's code, a column.
    kind : {"value", "score", "covariate", "group", "column"}
    title_vi, title_en, unit : str
    parts : frozenset of str
        What its numerator is made of; two variables that share one are partly an identity.
    denominators : frozenset of str
        What it was divided by.
    illustrative : float
        Share of it (of its cells, or of the weight behind a score) that is illustrative.
    """

    name: str
    code: str
    kind: str = "column"
    title_vi: str = ""
    title_en: str = ""
    unit: str = ""
    parts: frozenset[str] = frozenset()
    denominators: frozenset[str] = frozenset()
    illustrative: float = 0.0

    def title(self, lang: str | None = None) -> str:
        """Its name for a reader."""
        return str(pick(self.title_vi, self.title_en, lang) or self.title_vi or self.title_en or self.code)


@dataclass(frozen=True, eq=False)
class Variables:
    """A table of named columns: units, or units and years, in rows.

    Attributes
    ----------
    frame : DataFrame
        Index ``unit`` or (``unit``, ``year``); columns are safe names.
    known : dict of Variable
        By safe name.
    title_vi, title_en : str
        What the data are.
    years : tuple
        Years of a panel, or the one year; empty if not known.
    notes : tuple of Problem
        What the reader must know of how the table was made.
    """

    frame: pd.DataFrame
    known: dict[str, Variable]
    title_vi: str = ""
    title_en: str = ""
    years: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()
    _spellings: dict[str, str] = field(default_factory=dict)

    @property
    def panel(self) -> bool:
        """Whether a row is a unit in a year."""
        return isinstance(self.frame.index, pd.MultiIndex)

    @property
    def units(self) -> tuple[str, ...]:
        """Units, each once."""
        return tuple(dict.fromkeys(self.frame.index.get_level_values("unit")))

    def resolve(self, name: str) -> str:
        """Safe name of a variable given by name, code or title.

        Raises
        ------
        UnknownNameError
            With the nearest names.
        """
        if name in self.known:
            return name
        found = self._spellings.get(name) or self._spellings.get(fold(name))
        if found is None:
            raise UnknownNameError("variable", name, [*self.known, *(v.code for v in self.known.values())])
        return found

    @property
    def table(self) -> pd.DataFrame:
        """The mapping between safe names and codes: ``name, code, kind, title_vi, title_en, unit``."""
        rows = [(v.name, v.code, v.kind, v.title_vi, v.title_en, v.unit) for v in self.known.values()]
        return pd.DataFrame(rows, columns=["name", "code", "kind", "title_vi", "title_en", "unit"])


def safe_name(code: str) -> str:
    """A name that formulas can read: ``2.1.1`` becomes ``i2_1_1``, ``GRDP bình quân`` becomes ``grdp_binh_quan``."""
    plain = fold(code).replace(" ", "_") or "x"
    return f"i{plain}" if plain[0].isdigit() else plain


def spellings(known: Mapping[str, Variable]) -> dict[str, str]:
    """Codes and titles, folded too, to safe names; one that two variables share is left out."""
    counts: dict[str, set[str]] = {}
    for v in known.values():
        for spelling in (v.code, v.title_vi, v.title_en):
            if spelling:
                counts.setdefault(spelling, set()).add(v.name)
                counts.setdefault(fold(spelling), set()).add(v.name)
    return {spelling: next(iter(found)) for spelling, found in counts.items() if len(found) == 1}


def make(
    frame: pd.DataFrame, known: Iterable[Variable], *, titles: tuple[str, str] = ("", ""), **more: Any
) -> Variables:
    """Put variables and their columns together, refusing a name used twice."""
    by_name: dict[str, Variable] = {}
    for v in known:
        if v.name in by_name:
            raise MethodError("error.drivers.names", name=v.name, first=by_name[v.name].code, second=v.code)
        by_name[v.name] = v
    return Variables(frame[list(by_name)], by_name, *titles, _spellings=spellings(by_name), **more)
