"""The framework: a tree of indicators as one table, never as code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import Problem, UnknownNameError, nearest, raise_if
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
LEVEL_NAMES = {1: "indicator", 2: "group", 3: "pillar", 4: "sub-index", 5: "index"}


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
        frame = frame.rename(columns={c: _ALIASES.get(str(c), str(c)) for c in frame.columns})
        missing = [c for c in REQUIRED if c not in frame.columns]
        raise_if(
            Problem(
                "problem.framework.column",
                {"column": c},
                file=file,
                suggestion=next(iter(nearest(c, [str(k) for k in frame.columns])), None),
            )
            for c in missing
        )
        table = frame.copy()
        for column, default in OPTIONAL.items():
            if column not in table:
                table[column] = default
        for column in table.columns:
            if column not in {"direction", "weight", "Level", "level"} and not pd.api.types.is_numeric_dtype(
                table[column]
            ):
                table[column] = pd.Series([_clean(v) for v in table[column]], index=table.index, dtype="str")
        for column in REQUIRED:
            table[column] = pd.Series([_clean(v) for v in table[column]], index=table.index, dtype="str")
        problems = list(_check(table, file))
        raise_if(problems)
        table = table.drop(columns=[c for c in ("Level", "level") if c in table]).set_index("code")
        table["direction"] = pd.to_numeric(table["direction"]).fillna(1).astype(int)
        table["weight"] = pd.to_numeric(table["weight"]).fillna(1.0).astype(float)
        table["level"] = _levels(table["parent"])
        first = ["parent", *OPTIONAL, "level"]
        return cls(table[[*first, *(c for c in table.columns if c not in first)]], name=name)

    @classmethod
    def from_csv(cls, path: str | Path, *, name: str | None = None) -> Framework:
        """Read a UTF-8 CSV table (with or without byte-order mark); see :meth:`from_frame`."""
        path = Path(path)
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


def _clean(value: Any) -> str:
    return (
        ""
        if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA
        else nfc(value)
    )


def _check(table: pd.DataFrame, file: str | None) -> Iterator[Problem]:
    codes = list(table["code"])
    rows = [str(r) for r in range(2, len(table) + 2)]
    seen: dict[str, str] = {}
    for row, code in zip(rows, codes, strict=True):
        at: dict[str, Any] = {"file": file, "cell": text_row(row)}
        if not code:
            yield Problem("problem.framework.blank", **at)
        elif code in seen:
            yield Problem("problem.framework.duplicate", {"first": seen[code]}, code=code, **at)
        else:
            seen[code] = row
    parents = dict(zip(codes, table["parent"], strict=True))
    for row, code, parent in zip(rows, codes, table["parent"], strict=True):
        if parent and parent not in parents:
            hint = next(iter(nearest(parent, [c for c in codes if c])), None)
            yield Problem(
                "problem.framework.orphan",
                {"parent": parent},
                file=file,
                cell=text_row(row),
                code=code,
                suggestion=hint,
            )
    roots = [c for c in codes if not parents[c]]
    if len(roots) != 1 and codes:
        key = "problem.framework.no_root" if not roots else "problem.framework.roots"
        yield Problem(key, {"roots": ", ".join(roots)}, file=file)
    for row, code in zip(rows, codes, strict=True):
        path, at_code = [code], parents.get(code, "")
        while at_code and at_code in parents and at_code not in path:
            path.append(at_code)
            at_code = parents[at_code]
        if at_code and at_code == code:
            yield Problem(
                "problem.framework.cycle",
                {"path": " → ".join([*path, code])},
                file=file,
                cell=text_row(row),
                code=code,
            )
    for row, code, raw in zip(rows, codes, table["weight"], strict=True):
        value = _number(raw, 1.0)
        if value is None or not np.isfinite(value) or value < 0:
            yield Problem("problem.framework.weight", file=file, cell=text_row(row), code=code, value=raw)
    inner = set(table["parent"])
    for row, code, raw in zip(rows, codes, table["direction"], strict=True):
        if _number(raw, 1.0) not in (1, -1) and code not in inner:
            yield Problem("problem.framework.direction", file=file, cell=text_row(row), code=code, value=raw)
    for parent in [c for c in dict.fromkeys(table["parent"]) if c and c in parents]:
        kids = table.loc[table["parent"] == parent, "weight"]
        weights = [_number(w, 1.0) for w in kids]
        if all(w is not None and w == 0 for w in weights):
            yield Problem("problem.framework.zero", file=file, code=parent)


def text_row(row: str) -> str:
    """A row of a table as a place, the header being row 1."""
    return f"#{row}"


def _number(value: Any, empty: float) -> float | None:
    if isinstance(value, str):
        if not value.strip():
            return empty
        try:
            return float(value)
        except ValueError:
            return None
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return empty
    return float(value)


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
