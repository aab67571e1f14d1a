"""The framework: a tree of indicators as one table, never as code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.errors import InputError, Problem, UnknownNameError, raise_if, suggest
from ..base.folding import nfc
from ..base.language import pick
from ..base.record import sha256
from .framework_rules import LIMITS, RULES, Place, Rows, is_gap, misspelt, number
from .reading.open.keyed import Keyed, text_of

REQUIRED = ("code", "parent")
OPTIONAL: dict[str, Any] = {
    "direction": 1, "weight": 1.0, "name_vi": "", "name_en": "", "unit": "", "agency": "", "source": "", "status": "",
}  # fmt: skip
_ALIASES = {
    "icode": "code", "iCode": "code", "Parent": "parent", "Direction": "direction", "Weight": "weight",
    "iName": "name_en", "Unit": "unit", "lead_agency": "agency", "data_source": "source", "name_status": "status",
}  # fmt: skip
_KEYS = frozenset((*REQUIRED, *OPTIONAL, *_ALIASES))
_OUTSIDE = ("denominator", "group", "other")  # types of COINr's iMeta that stand in no tree


class Framework:
    """A checked, immutable tree: indicators, groups, pillars, sub-indices, index.

    Make one with :meth:`from_frame`, :meth:`from_csv` or :func:`piikit.load_framework`.

    Attributes
    ----------
    table : DataFrame
        One row a code (the index), in the order given: ``parent, direction, weight,
        name_vi, name_en, unit, agency, source, status, level`` and any further column.
        Level 1 are the indicators, as in COINr; a parent stands one above its highest child.
    root : str
        Code of the whole (``"PII"``).
    indicators : tuple of str
        Codes of the leaves, in table order.

    Notes
    -----
    Levels are counted and weights made effective as in COINr (Becker et al. 2022, JOSS 7(78) 4567);
    weights are relative to the siblings and need not sum to one.

    Examples
    --------
    >>> import pandas as pd
    >>> import piikit as pk
    >>> tree = pd.DataFrame({"code": ["T", "a", "b"], "parent": ["", "T", "T"], "weight": [1, 3, 1]})
    >>> fw = pk.Framework.from_frame(tree)
    >>> fw.root, fw.indicators, fw.level("T")
    ('T', ('a', 'b'), 2)
    >>> fw.effective_weights.to_dict()
    {'T': 1.0, 'a': 0.75, 'b': 0.25}
    >>> pk.load_framework("open-2022")
    <Framework open-2022: 15 indicators, 25 codes>
    """

    def __init__(
        self, table: pd.DataFrame, *, name: str = "", outside: Mapping[str, str] | None = None
    ) -> None:
        self._table = table
        self.name = name
        self.outside = dict(outside or {})

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, *, name: str = "", file: str | None = None, place: Place | None = None
    ) -> Framework:
        """Check a table of codes and make the tree.

        Parameters
        ----------
        frame : DataFrame
            Columns ``code`` and ``parent`` (empty for the root), and optionally ``direction``
            (1 or -1, for indicators), ``weight`` (>= 0, relative to the siblings), names, unit,
            agency, source, status. COINr's ``iMeta`` spellings (iCode, Parent, ...) are read too.
        name : str
            What the framework is called.
        file : str, optional
            Named in errors.
        place : callable, optional
            ``place(row, column)`` gives ``file``, ``sheet`` and ``cell`` for errors; a row is named
            by its number if not given.

        Raises
        ------
        InputError
            With every problem and its row: missing or misspelt column, blank or repeated code,
            unknown parent, cycle, several roots, weight, direction or limit that is not usable,
            a blank weight or direction beside filled ones.
        """
        frame = frame.reset_index() if frame.index.name in {"code", "iCode"} else frame
        table = frame.rename(columns={c: _ALIASES.get(str(c), str(c)) for c in frame.columns})
        raise_if(misspelt(frame, table, file, place))
        raise_if(
            Problem(
                "problem.framework.column", {"column": c}, file=file, suggestion=suggest(c, frame.columns)
            )
            for c in REQUIRED
            if c not in table.columns
        )
        table = _texts_cleaned(table.assign(**{c: d for c, d in OPTIONAL.items() if c not in table}))
        outside = _beside_tree(table)
        table = table.assign(_row=range(len(table)))[~table["code"].isin(outside)]
        rows = Rows(table, file, place)
        raise_if(problem for rule in RULES for problem in rule(rows))
        table = table.drop(columns=[c for c in ("Level", "level", "_row") if c in table]).set_index("code")
        table["direction"] = [int(1 if d is None else d) for d in rows.directions]
        table["weight"] = [1.0 if w is None else w for w in rows.weights]
        table["level"] = _levels(table["parent"])
        first = ["parent", *OPTIONAL, "level"]
        return cls(table[[*first, *(c for c in table.columns if c not in first)]], name=name, outside=outside)

    @classmethod
    def from_csv(cls, path: str | Path, *, name: str | None = None) -> Framework:
        """Read a table from a CSV in any encoding and with any separator, or from an Excel or ods workbook.

        Raises
        ------
        InputError
            As :meth:`from_frame`, every problem at its cell.
        """
        from .reading.open.open_file import open_grids

        path = Path(path)
        forms = [Keyed(grid, _KEYS) for grid in open_grids(path).shown]
        best = max(forms, key=lambda form: form.found, default=None)
        if best is None:
            raise InputError([Problem("problem.file.empty", file=path.name)])
        return cls.from_form(best, name=path.stem if name is None else name)

    @classmethod
    def from_form(cls, form: Keyed, *, name: str, numeric: Collection[str] = ()) -> Framework:
        """Read the rows of a sheet; `numeric` names spare columns of numbers."""
        raise_if(form.problems())
        numbers = list(dict.fromkeys((*LIMITS, *numeric)))
        wrong = [p for c in numbers if c in form.columns for p in _no_numbers(form, c)]
        cells = {c: [_content(form, i, c, c in numbers) for i in form.rows] for c in form.columns}
        frame = pd.DataFrame(cells, columns=list(form.columns), dtype=object)
        frame = frame.astype({c: float for c in numbers if c in frame})
        file, rows, written = form.grid.file, form.rows, {_ALIASES.get(c, c): c for c in form.columns}
        try:
            made = cls.from_frame(
                frame, name=name, file=file, place=lambda i, c: form.place(rows[i], written.get(c, c))
            )
        except InputError as error:
            raise InputError([*wrong, *error.problems]) from None
        raise_if(wrong)
        return made

    @property
    def table(self) -> pd.DataFrame:
        """The whole table (a copy on write: changing it does not change the framework)."""
        return self._table.copy(deep=False)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes in table order."""
        return tuple(self._table.index)

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of every code in table order."""
        return {c: at for at, c in enumerate(self.codes)}

    @cached_property
    def root(self) -> str:
        """Code of the whole."""
        return str(self._table.index[self._table["parent"] == ""][0])

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves in table order."""
        return tuple(c for c in self.codes if not self._children[c])

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Codes of the inner nodes, every child before its parent."""
        inner = [c for c in self.codes if self._children[c]]
        return tuple(sorted(inner, key=lambda c: (int(self._table.at[c, "level"]), self.codes.index(c))))

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {c: [] for c in self._table.index}
        for code, parent in self._table["parent"].items():
            if parent:
                found[parent].append(str(code))
        return {c: tuple(kids) for c, kids in found.items()}

    def __contains__(self, code: object) -> bool:
        return code in self._children

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"<Framework {self.name or self.root}: {len(self.indicators)} indicators, {len(self)} codes>"

    def check(self, code: str) -> str:
        """Return `code` if known, else raise with the nearest codes and names."""
        if code in self._children:
            return code
        by_name = {str(r.name_vi): c for c, r in self._table.iterrows() if r.name_vi}
        by_name |= {str(r.name_en): c for c, r in self._table.iterrows() if r.name_en}
        if nfc(code) in by_name:
            return str(by_name[nfc(code)])
        raise UnknownNameError("code", code, [*self.codes, *by_name])

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly below `code`."""
        return self._children[self.check(code)]

    def parent(self, code: str) -> str | None:
        """Code directly above, None for the root."""
        return str(self._table.at[self.check(code), "parent"]) or None

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes from the parent up to the root."""
        found = []
        above = self.parent(code)
        while above:
            found.append(above)
            above = self.parent(above)
        return tuple(found)

    def leaves(self, code: str) -> tuple[str, ...]:
        """Indicators at or below `code`, in table order."""
        below = {code}
        for node in reversed(self.aggregates):
            if node in below:
                below.update(self._children[node])
        return tuple(c for c in self.indicators if c in below)

    def level(self, code: str) -> int:
        """1 for an indicator, and one more for each step up."""
        return int(self._table.at[self.check(code), "level"])

    def title(self, code: str, lang: str | None = None) -> str:
        """The name of `code` in `lang`, falling back to the other language, then the code."""
        row = self._table.loc[self.check(code)]
        return str(pick(row["name_vi"], row["name_en"], lang) or row["name_vi"] or row["name_en"] or code)

    def at_level(self, level: int) -> tuple[str, ...]:
        """Codes that stand at `level`."""
        return tuple(self._table.index[self._table["level"] == level])

    @property
    def given_weights(self) -> pd.Series:
        """Weight of every code relative to its siblings, as given."""
        return self._table["weight"]

    @cached_property
    def effective_weights(self) -> pd.Series:
        """Share of the whole that each code carries: products of weight over siblings' sum.

        The given weights are used; COINr calls it ``get_eff_weights``.
        """
        weight = {self.root: 1.0}
        for node in reversed(self.aggregates):
            kids = list(self._children[node])
            own = self._table.loc[kids, "weight"].to_numpy(float)
            total = own.sum()
            for kid, share in zip(kids, own / total if total else own, strict=True):
                weight[kid] = weight[node] * float(share)
        return pd.Series([weight[c] for c in self.codes], index=list(self.codes), name="effective_weight")

    @cached_property
    def limits(self) -> pd.DataFrame:
        """What is possible: ``min`` and ``max`` by indicator, in its unit; NaN where there is no limit."""
        table = self._table.loc[list(self.indicators)].reindex(columns=list(LIMITS))
        return table.map(number).astype(float).set_axis(["min", "max"], axis=1)

    def replace(self, **columns: Mapping[str, Any]) -> Framework:
        """Return a copy with cells changed: ``fw.replace(weight={"1.1.1": 2})``."""
        table = self.table
        for column, cells in columns.items():
            for code, value in cells.items():
                table.loc[self.check(code), column] = value
        return Framework.from_frame(table.reset_index(), name=self.name)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the whole table."""
        return sha256(self._table)


def _texts_cleaned(table: pd.DataFrame) -> pd.DataFrame:
    """Composed accents and "" for gaps in every column of text; codes are always text."""
    numbers = {c for c in table.columns if c not in REQUIRED and pd.api.types.is_numeric_dtype(table[c])}
    texts = [c for c in table.columns if c not in numbers | {"direction", "weight", "Level", "level"}]
    cleaned = {
        c: pd.Series(["" if is_gap(v) else nfc(v) for v in table[c]], index=table.index, dtype="str")
        for c in texts
    }
    return table.assign(**cleaned)


def _content(form: Keyed, row: int, column: str, numeric: bool) -> Any:
    """A cell of a form; in COINr's iMeta R writes NA for a gap."""
    raw, means = form.raw(row, column), _ALIASES.get(column, column)
    if numeric or (means in ("direction", "weight") and raw is not None and raw != "NA"):
        return number(raw) if numeric else raw
    if raw == "NA" and "iCode" in form.columns:
        return ""
    return raw if isinstance(raw, str) and means not in REQUIRED else text_of(raw)


def _no_numbers(form: Keyed, column: str) -> Iterator[Problem]:
    for i in form.rows:
        raw = form.raw(i, column)
        if _content(form, i, column, False) != "" and number(raw) is None:
            yield Problem("problem.value.text", value=raw, **form.place(i, column))


def _beside_tree(table: pd.DataFrame) -> dict[str, str]:
    """Rows of COINr's iMeta that are no part of the tree, by type."""
    if "Type" not in table:
        return {}
    types = zip(table["code"], table["Type"], strict=True)
    return {str(code): word for code, kind in types if (word := str(kind).casefold()) in _OUTSIDE}


def _levels(parents: pd.Series) -> pd.Series:
    level = dict.fromkeys(parents.index, 1)
    changed = True
    while changed:
        changed = False
        for code, parent in parents.items():
            if parent and level[parent] <= level[code]:
                level[parent] = level[code] + 1
                changed = True
    return pd.Series(level, dtype=int)
