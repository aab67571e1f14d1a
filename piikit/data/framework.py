"""The framework: a tree of indicators as one table, never as code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import Problem, UnknownNameError, raise_if, suggest
from ..base.files import readable
from ..base.folding import nfc
from ..base.language import pick
from ..base.record import sha256

REQUIRED = ("code", "parent")
OPTIONAL: dict[str, Any] = {
    "direction": 1,
    "weight": 1.0,
    "name_vi": "",
    "name_en": "",
    "unit": "",
    "agency": "",
    "source": "",
    "status": "",
}
_ALIASES = {
    "icode": "code",
    "Parent": "parent",
    "Direction": "direction",
    "Weight": "weight",
    "iCode": "code",
    "iName": "name_en",
    "Unit": "unit",
    "lead_agency": "agency",
    "data_source": "source",
    "name_status": "status",
}


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

    def __init__(self, table: pd.DataFrame, *, name: str = "") -> None:
        self._table = table
        self.name = name

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, name: str = "", file: str | None = None) -> Framework:
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

        Raises
        ------
        InputError
            With every problem and its row: missing column, blank or repeated code, unknown
            parent, cycle, several roots, weight or direction that is not usable.
        """
        frame = frame.reset_index() if frame.index.name in {"code", "iCode"} else frame
        table = frame.rename(columns={c: _ALIASES.get(str(c), str(c)) for c in frame.columns})
        raise_if(
            Problem(
                "problem.framework.column", {"column": c}, file=file, suggestion=suggest(c, frame.columns)
            )
            for c in REQUIRED
            if c not in table.columns
        )
        absent = {c: default for c, default in OPTIONAL.items() if c not in table}
        table = _texts_cleaned(table.assign(**absent))
        rows = _Rows(table, file)
        raise_if(problem for rule in _RULES for problem in rule(rows))
        table = table.drop(columns=[c for c in ("Level", "level") if c in table]).set_index("code")
        table["direction"] = pd.to_numeric(table["direction"]).fillna(1).astype(int)
        table["weight"] = pd.to_numeric(table["weight"]).fillna(1.0).astype(float)
        table["level"] = _levels(table["parent"])
        first = ["parent", *OPTIONAL, "level"]
        return cls(table[[*first, *(c for c in table.columns if c not in first)]], name=name)

    @classmethod
    def from_csv(cls, path: str | Path, *, name: str | None = None) -> Framework:
        """Read a UTF-8 CSV table (with or without byte-order mark); see :meth:`from_frame`."""
        path = readable(path)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return cls.from_frame(frame, name=path.stem if name is None else name, file=path.name)

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
        table = self._table.loc[list(self.indicators)].reindex(columns=["scale_min", "scale_max"])
        return table.apply(pd.to_numeric).astype(float).set_axis(["min", "max"], axis=1)

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
        c: pd.Series(["" if _gap(v) else nfc(v) for v in table[c]], index=table.index, dtype="str")
        for c in texts
    }
    return table.assign(**cleaned)


def _gap(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


class _Rows:
    """The table of a framework as the rules below look at it; a place is "#row", the header being #1."""

    def __init__(self, table: pd.DataFrame, file: str | None) -> None:
        self.file = file
        self.codes, self.parents = list(table["code"]), list(table["parent"])
        self.above: dict[str, str] = dict(zip(self.codes, self.parents, strict=True))
        self.weights = [_number(w) for w in table["weight"]]
        self.directions = [_number(d) for d in table["direction"]]
        self.written = table

    def problem(self, key: str, row: int, values: dict[str, Any] | None = None, **more: Any) -> Problem:
        at: dict[str, Any] = {"file": self.file, "cell": f"#{row + 2}", "code": self.codes[row] or None}
        return Problem(f"problem.framework.{key}", values or {}, **(at | more))


def _codes_once(rows: _Rows) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row, code in enumerate(rows.codes):
        if not code:
            yield rows.problem("blank", row)
        elif code in first:
            yield rows.problem("duplicate", row, {"first": str(first[code] + 2)})
        else:
            first[code] = row


def _parents_known(rows: _Rows) -> Iterator[Problem]:
    for row, parent in enumerate(rows.parents):
        if parent and parent not in rows.above:
            near = suggest(parent, filter(None, rows.codes))
            yield rows.problem("orphan", row, {"parent": parent}, suggestion=near)


def _one_root(rows: _Rows) -> Iterator[Problem]:
    roots = [c for c in rows.codes if not rows.above[c]]
    if len(roots) != 1 and rows.codes:
        key = "roots" if roots else "no_root"
        yield Problem(f"problem.framework.{key}", {"roots": ", ".join(roots)}, file=rows.file)


def _no_cycle(rows: _Rows) -> Iterator[Problem]:
    for row, code in enumerate(rows.codes):
        path, above = [code], rows.above[code]
        while above and above in rows.above and above not in path:
            path.append(above)
            above = rows.above[above]
        if above and above == code:
            yield rows.problem("cycle", row, {"path": " → ".join([*path, code])})


def _weights_usable(rows: _Rows) -> Iterator[Problem]:
    for row, weight in enumerate(rows.weights):
        if weight is None or not 0 <= weight < np.inf:
            yield rows.problem("weight", row, value=rows.written["weight"].iloc[row])


def _directions_usable(rows: _Rows) -> Iterator[Problem]:
    inner = set(rows.parents)
    for row, (code, direction) in enumerate(zip(rows.codes, rows.directions, strict=True)):
        if direction not in (1, -1) and code not in inner:
            yield rows.problem("direction", row, value=rows.written["direction"].iloc[row])


def _some_weight(rows: _Rows) -> Iterator[Problem]:
    below: dict[str, list[float | None]] = {}
    for parent, weight in zip(rows.parents, rows.weights, strict=True):
        if parent in rows.above:
            below.setdefault(parent, []).append(weight)
    for parent, weights in below.items():
        if parent and all(w == 0 for w in weights):
            yield Problem("problem.framework.zero", file=rows.file, code=parent)


_RULES = (
    _codes_once, _parents_known, _one_root, _no_cycle, _weights_usable, _directions_usable, _some_weight,
)  # fmt: skip


def _number(value: Any) -> float | None:
    """A weight or direction: 1 where the cell is empty, None where it is no number."""
    if _gap(value) or (isinstance(value, str) and not value.strip()):
        return 1.0
    try:
        return float(value)
    except ValueError:
        return None


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
