"""A dataset: units x indicators, and where every single cell comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ..base.arguments import guarded
from ..base.errors import InputError, Problem, UnknownNameError, raise_if, suggest
from ..base.folding import fold, nfc
from ..base.record import sha256
from .framework import Framework
from .peers import members
from .prefilled import edited_names
from .provinces import find_unit
from .saved_dataset import checked, with_user_cells
from .storage import TABLES, Stored, load, no_numbers, save, typed

Provenance = Literal["published", "open", "derived", "user", "illustrative"]
PROVENANCE: tuple[str, ...] = get_args(Provenance)
UNIT_COLUMNS = ("unit", "province", "uCode", "Unit", "Province")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Values of units on the indicators of a framework, each with its provenance.

    Make one with :meth:`from_frame`, :func:`piikit.load_dataset` or
    :func:`piikit.read_workbook`; nothing is changed in place.

    Attributes
    ----------
    values : DataFrame, units x indicators
        Raw values in the indicators' own units; a gap is NaN, never zero.
    framework : Framework
    year : int or None
        Edition or data year.
    provenance : DataFrame, units x indicators
        ``published``, ``open`` (official statistics), ``derived``, ``user`` or
        ``illustrative``; empty where the value is missing.
    sources, notes : DataFrame, units x indicators
        Where the value stands and what is to be said of it; may be empty.
    groups : DataFrame, units x groupings
        Such as ``region`` and ``central_city``.
    denominators : DataFrame, units x denominators
        Populations, GRDP and so on, kept apart from the numerators.
    printed : DataFrame or None
        Figures that the publisher printed of this edition: ``unit, code, kind`` (score,
        rank, value, minimum, maximum), ``value, low, high, source``.
    name, title_vi, title_en : str
    meta : dict
        Whatever else describes the edition (plain JSON values).

    Examples
    --------
    >>> import piikit as pk
    >>> data = pk.load_dataset("open-2022")
    >>> data
    <Dataset open-2022: 63 units x 15 indicators, year 2022, 17 gaps>
    >>> data.values.at[data.unit("tp can tho"), "2.1"], data.provenance.at["Cần Thơ", "2.1"]
    (np.float64(6.4214), 'open')
    >>> changed = data.with_values({"Cần Thơ": {"2.1": 6.6}}, note="what if")
    >>> changed.provenance.at["Cần Thơ", "2.1"], data.members("central-cities")
    ('user', ('Hà Nội', 'Hải Phòng', 'Đà Nẵng', 'TP. Hồ Chí Minh', 'Cần Thơ'))
    """

    values: pd.DataFrame
    framework: Framework
    year: int | None
    provenance: pd.DataFrame
    sources: pd.DataFrame
    notes: pd.DataFrame
    groups: pd.DataFrame
    denominators: pd.DataFrame
    printed: pd.DataFrame | None = None
    name: str = ""
    title_vi: str = ""
    title_en: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    @guarded
    def from_frame(
        cls,
        values: pd.DataFrame,
        *,
        framework: Framework,
        year: int | None = None,
        provenance: str | pd.DataFrame = "user",
        groups: pd.DataFrame | pd.Series | None = None,
        denominators: pd.DataFrame | pd.Series | None = None,
        sources: str | pd.DataFrame = "",
        notes: str | pd.DataFrame = "",
        printed: pd.DataFrame | None = None,
        name: str = "",
        title_vi: str = "",
        title_en: str = "",
        meta: Mapping[str, Any] | None = None,
        file: str | None = None,
    ) -> Dataset:
        """Check a units x indicators table and make a dataset of it.

        Parameters
        ----------
        values : DataFrame
            Index: unit names (or a column ``unit``, ``province`` or ``uCode``); columns:
            indicator codes of `framework`, all of them. A gap is an empty cell.
        framework : Framework
        year : int, optional
        provenance : str or DataFrame
            One word for all cells, or a table like `values`.
        groups, denominators : DataFrame or Series, optional
            Indexed by unit, as `values` may be; rows of other units are refused.
        sources, notes : str or DataFrame
        printed, name, title_vi, title_en, meta
            See the class.
        file : str, optional
            Named in errors.

        Raises
        ------
        InputError
            With every problem: unknown or missing codes, unknown or repeated units, dates or several levels
            where names should stand, text or infinite values, unknown provenance words.
        ArgumentError
            For what is no table.
        """
        values = _with_units(values)
        raise_if(_plain_labels(values, file))
        values = values.set_axis([str(c) for c in values.columns], axis=1)
        found = [p for rule in _RULES for p in rule(values, framework, file)]
        grouped, scales = (_by_unit(t, values.index) for t in (groups, denominators))
        apart = [p for t in (grouped, scales) for p in _strangers(t, values.index, file)]
        raise_if([*found, *apart, *_known_words(provenance), *_denominators(scales, file)])
        codes = list(framework.indicators)
        table = values[codes].apply(typed, kind="float")
        table.index = pd.Index([nfc(str(u)) for u in values.index], name="unit")
        table.columns = pd.Index(codes, name="code")
        marks = _cells(provenance, table).where(table.notna(), "")
        return cls(
            values=table,
            framework=framework,
            year=year,
            provenance=marks,
            sources=_cells(sources, table).where(table.notna(), ""),
            notes=_cells(notes, table),
            groups=plain_text(grouped.reindex(table.index)),
            denominators=plain_text(scales.reindex(table.index)).apply(typed, kind="float"),
            printed=None if printed is None else plain_text(printed.reset_index(drop=True)),
            name=name,
            title_vi=title_vi,
            title_en=title_en,
            meta=dict(meta or {}),
        )

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the units in table order."""
        return tuple(self.values.index)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the indicators in table order."""
        return tuple(self.values.columns)

    def __repr__(self) -> str:
        gaps = int(self.values.isna().sum().sum())
        return (
            f"<Dataset {self.name or self.framework.name}: {len(self.units)} units x "
            f"{len(self.codes)} indicators, year {self.year}, {gaps} gaps>"
        )

    def unit(self, name: str) -> str:
        """Return the unit's name as it stands here, reading it as people write it.

        Raises
        ------
        UnknownNameError
            With the nearest names; a likeness is only ever suggested.
        """
        if name in self._unit_set:
            return name
        if (found := self._by_fold.get(fold(name))) is not None:
            return found
        return find_unit(name, self.units)

    @cached_property
    def _unit_set(self) -> frozenset[str]:
        return frozenset(self.units)

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        keys: dict[str, list[str]] = {}
        for u in self.units:
            keys.setdefault(fold(u), []).append(u)
        return {k: v[0] for k, v in keys.items() if len(v) == 1}

    def members(self, group: str) -> tuple[str, ...]:
        """Units of a group: ``"region=Đồng bằng sông Cửu Long"``, ``"central_city"`` or ``"central-cities"``.

        Raises
        ------
        UnknownNameError
            If there is no such grouping or no such value of it.
        """
        return members(self.groups, group)

    def replace(self, **changes: Any) -> Dataset:
        """Return a copy with whole attributes replaced."""
        from dataclasses import replace

        return replace(self, **changes)

    def with_values(
        self, changes: Mapping[str, Mapping[str, float]], *, provenance: str = "user", note: str = ""
    ) -> Dataset:
        """Return a copy with cells changed: ``{"Cần Thơ": {"2.2.2": 1.4}}``; NaN makes a gap.

        Raises
        ------
        InputError
            For text that is no plain number or can be read in two ways, and for True, False or infinity.
        """
        values, marks = self.values.copy(), self.provenance.copy()
        sources, notes = self.sources.copy(), self.notes.copy()
        for unit, cells in changes.items():
            row = self.unit(unit)
            for code, value in cells.items():
                at = self.framework.check(code)
                if at not in values.columns:
                    raise UnknownNameError("indicator", code, self.codes)
                cell = pd.Series([value], dtype=object)
                number = typed(cell, "float")[0]
                if no_numbers(cell)[0]:
                    raise InputError([Problem("problem.dataset.number", unit=row, code=at, value=value)])
                values.loc[row, at] = number
                marks.loc[row, at] = "" if np.isnan(number) else provenance
                sources.loc[row, at] = ""
                notes.loc[row, at] = note
        return self.replace(values=values, provenance=marks, sources=sources, notes=notes)

    def subset(self, units: list[str] | tuple[str, ...]) -> Dataset:
        """Return a copy with only `units`, in the order given."""
        rows = [self.unit(u) for u in units]
        return self.replace(**{name: getattr(self, name).loc[rows] for name in TABLES})

    def cells(self) -> pd.DataFrame:
        """Tidy form: one row a present cell, ``unit, code, value, provenance, source, note``."""
        units, codes = np.array(self.units, dtype=object), np.array(self.codes, dtype=object)
        stacked = pd.DataFrame({"unit": np.repeat(units, codes.size), "code": np.tile(codes, units.size)})
        for name in ("values", "provenance", "sources", "notes"):
            stacked[name.removesuffix("s")] = getattr(self, name).to_numpy().ravel()
        return stacked[stacked["value"].notna()].reset_index(drop=True)

    @property
    def illustrative(self) -> bool:
        """Whether any cell is illustrative, so that findings need draws and marks."""
        return bool((self.provenance == "illustrative").any(axis=None))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of values, provenance, framework and year: equal data, equal fingerprint."""
        return sha256([self.values, self.provenance, self.framework.fingerprint, self.year])

    def save(self, path: str | Path) -> Path:
        """Write everything to one ``.parquet`` or ``.xlsx`` file; :meth:`load` reads it back whole."""
        frames = {name: getattr(self, name) for name in TABLES} | {"framework": self.framework.table}
        if self.printed is not None:
            frames["printed"] = self.printed
        head = {name: getattr(self, name) for name in ("name", "title_vi", "title_en", "year")}
        return save(
            Stored(head | {"framework": self.framework.name, "meta": dict(self.meta)}, frames), Path(path)
        )

    @classmethod
    def load(cls, path: str | Path) -> Dataset:
        """Read what :meth:`save` wrote, checked as any input.

        A value that was changed by hand in the workbook since is the user's: provenance ``user``, the
        file as its source, and name and titles say so.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        MethodError
            If another program or function wrote it.
        InputError
            With every problem and its sheet and cell: a table, row or column that is missing, a tree that
            is none, values that cannot be.
        """
        return cls.from_stored(load(Path(path)))

    @classmethod
    def from_stored(cls, stored: Stored) -> Dataset:
        """Check what stands in a file and make the dataset; see :meth:`load`."""
        framework = checked(stored, PROVENANCE)
        tables, changed = with_user_cells(stored, framework)
        head = stored.head
        return cls.from_frame(
            tables.pop("values"),
            framework=framework,
            year=head["year"],
            printed=stored.frames.get("printed"),
            meta=head["meta"],
            file=stored.file,
            **tables,
            **edited_names(head, changed),
        )


def _with_units(values: pd.DataFrame) -> pd.DataFrame:
    if values.index.name in UNIT_COLUMNS or not isinstance(values.index, pd.RangeIndex):
        return values
    for column in UNIT_COLUMNS:
        if column in values.columns:
            return values.set_index(column)
    return values


def _cells(given: str | pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    if isinstance(given, str):
        return pd.DataFrame(given, index=like.index, columns=like.columns, dtype="str")
    table = given.copy(deep=False)
    table.index = pd.Index([nfc(str(u)) for u in table.index])
    return table.reindex(index=like.index, columns=like.columns).astype("str").fillna("")


def _by_unit(given: pd.DataFrame | pd.Series | None, units: pd.Index) -> pd.DataFrame:
    """A table beside the values, with the units as they stand there."""
    if isinstance(given, pd.Series):
        given = given.to_frame(given.name or "group")
    table = pd.DataFrame(index=units) if given is None or given.empty else _with_units(given)
    names = pd.Index([nfc(str(u)) for u in table.index], name="unit")
    return table.set_axis(names).rename(columns=str)


def _strangers(table: pd.DataFrame, units: pd.Index, file: str | None) -> Iterator[Problem]:
    """Rows beside the values that belong to none of their units, or twice to one."""
    known = {nfc(str(u)) for u in units}
    for unit in dict.fromkeys(table.index[~table.index.isin(known)]):
        near = suggest(unit, known - set(table.index))
        yield Problem("problem.dataset.stranger", file=file, unit=unit, suggestion=near)
    for unit in table.index[table.index.duplicated()].unique():
        yield Problem("problem.dataset.repeated", file=file, unit=unit)


def _plain_labels(values: pd.DataFrame, file: str | None) -> Iterator[Problem]:
    """Dates, or several levels, where names of units and codes should stand."""
    for labels in (values.index, values.columns):
        if isinstance(labels, pd.MultiIndex | pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex):
            shown = labels[0] if len(labels) else ""
            yield Problem("problem.dataset.labels", file=file, value=str(shown))


def plain_text(table: pd.DataFrame) -> pd.DataFrame:
    """Give every text column one dtype, with "" for what is missing, so that files round-trip."""
    text = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
    return table.assign(**{str(c): table[c].astype("str").fillna("") for c in text})


def _known_columns(values: pd.DataFrame, framework: Framework, file: str | None) -> Iterator[Problem]:
    columns = list(values.columns)
    for column in columns:
        if column in framework and column not in framework.indicators:
            yield Problem("problem.dataset.inner", file=file, code=column)
        elif column not in framework:
            near = suggest(column, framework.indicators)
            yield Problem("problem.dataset.column", file=file, code=column, suggestion=near)
    for code in framework.indicators:
        if code not in columns:
            yield Problem("problem.dataset.missing", file=file, code=code)


def _units_once(values: pd.DataFrame, framework: Framework, file: str | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for row, unit in enumerate(values.index, start=2):
        name = nfc(str(unit))
        if not name or name == "nan":
            yield Problem("problem.dataset.no_unit", file=file, cell=f"#{row}")
        elif name in seen:
            yield Problem("problem.dataset.repeated", file=file, unit=name, cell=f"#{row}")
        seen.add(name)


def _finite_numbers(values: pd.DataFrame, framework: Framework, file: str | None) -> Iterator[Problem]:
    for code in dict.fromkeys(c for c in values.columns if c in framework.indicators):
        cells = values[code]
        if isinstance(cells, pd.DataFrame):
            yield Problem("problem.dataset.twice", file=file, code=code)
            continue
        for unit, value in cells[no_numbers(cells)].items():
            yield Problem("problem.dataset.number", file=file, unit=str(unit), code=code, value=value)


def _denominators(table: pd.DataFrame, file: str | None) -> Iterator[Problem]:
    for name, cells in table.items():
        for unit, value in cells[no_numbers(cells)].items():
            yield Problem("problem.dataset.number", file=file, unit=str(unit), code=str(name), value=value)


_RULES = (_known_columns, _units_once, _finite_numbers)


def _known_words(provenance: str | pd.DataFrame) -> Iterator[Problem]:
    words = {provenance} if isinstance(provenance, str) else set(np.unique(provenance.astype(str).to_numpy()))
    for word in sorted(words - set(PROVENANCE) - {"", "nan", "None"}):
        yield Problem("problem.dataset.provenance", value=word, suggestion=suggest(word, PROVENANCE))
