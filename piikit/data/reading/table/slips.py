"""Slips of the hand: a figure, a column or a row that stands apart by powers of ten, or would fit better swapped.

Everything is judged on logarithms, by medians and median absolute deviations. What a figure is held against:
the same province in a dataset that is given, in the shipped one of the framework or in another with the same
indicator in the same unit (real cells only); else bounds that were printed, and the other provinces of its column.
What could be held against nothing is counted (:attr:`Collected.uncompared`). Only warnings: a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....base.arrays import Column, Flags, Matrix
from ....base.errors import Problem
from ....base.folding import fold
from ....base.formats import LocalNumber
from ...dataset import Dataset
from ...framework import Framework
from ...library import dataset_names, load_dataset, load_framework, real_cells
from ..open.grid import Cell
from .collected import Collected

_STEPS = np.array([0, 1, -1, 2, -2, 3, -3, 6, -6])
# In powers of ten. From one year to the next no real column of the open index moved one province by more than
# 0.88 against the others, and only two by more than 0.45; a slip moves it by 1.
_LEAST, _MOST, _FEW = 0.5, 0.9, 5
_GAP, _NEAR = 0.75, 0.3
_FLOOR, _CAP, _GAIN = 0.01, 25.0, 20.0  # of standardised squares, for swapped rows
_BETTER = 0.8  # how much nearer swapped columns must come


def slips(
    found: Collected, framework: Framework, *, file: str, previous: Dataset | None = None
) -> Iterator[Problem]:
    """Warn of what looks like a slip, each with its cell.

    Parameters
    ----------
    found : Collected
        All figures that were read.
    framework : Framework
    file : str
    previous : Dataset, optional
        What to hold the figures against, in place of the shipped dataset of the framework.
    """
    if not found.present:
        return
    shipped = real_cells(framework.name) if framework.name in dataset_names() else None
    table = _Table(found, framework, file, previous or shipped)
    for rule in (table.apart, table.beyond_print, table.rows, table.columns):
        yield from rule()
    alone = [bool(np.isnan(column).all()) for column in table.before.T]
    found.uncompared = [c for c, no in zip(table.values, alone, strict=True) if no and c not in table.printed]


@lru_cache(maxsize=2_000)
def _kin(framework: Framework, code: str) -> tuple[tuple[str, str], ...]:
    """Datasets that ship with the same indicator in the same unit, and its code there."""
    found: list[tuple[str, str]] = []
    if code not in framework:
        return ()
    row = framework.table.loc[code]
    for name in dataset_names():
        table = load_framework(name).table
        alike = table["unit"].eq(row.get("unit")) & (table["unit"] != "")
        named = table["name_vi"].map(fold).eq(fold(row["name_vi"])) | table["name_en"].map(fold).eq(
            fold(row["name_en"])
        )
        found += [(name, str(c)) for c in table.index[alike & named]]
    return tuple(found)


class _Judged(NamedTuple):
    """Log ratios of a column to the reference less their middle, both, their spread, and which are too far."""

    ratios: Column
    middle: float
    spread: float
    far: Flags


@dataclass(frozen=True)
class _Table:
    """The figures as a table in the order of the file, beside those of the reference."""

    found: Collected
    framework: Framework
    file: str
    known: Dataset | None

    @cached_property
    def values(self) -> pd.DataFrame:
        """Units x codes, both in the order of the file."""
        cells = self.found.cells
        table = pd.Series({at: kept.value for at, kept in cells.items()}, dtype=float).unstack()
        units, codes = (list(dict.fromkeys(at[i] for at in cells)) for i in (0, 1))
        return table.reindex(index=units, columns=codes)

    @cached_property
    def own(self) -> Matrix:
        return _logs(self.values)

    @cached_property
    def references(self) -> dict[str, tuple[str, pd.Series]]:
        """For every code the name of what it is held against, and figures of it; illustrative cells count as gaps."""
        found: dict[str, tuple[str, pd.Series]] = {}
        units = set(self.values.index)
        for code in self.values:
            kin = [(real_cells(n), c) for n, c in _kin(self.framework, code)]
            kin = [(data, c) for data, c in kin if units <= set(data.units)]  # Cần Thơ of 34 is another of 63
            own = [] if self.known is None else [(self.known, code)]
            for data, named in ((d, c) for d, c in (*own, *kin) if c in d.values):
                real = data.values[named].where(data.provenance[named] != "illustrative")
                if real.reindex(self.values.index).notna().any():
                    found.setdefault(code, (data.name, real))
        return found

    @cached_property
    def printed(self) -> dict[str, tuple[str, float, float]]:
        """For codes without figures of provinces, the lowest and highest figure that an edition printed for them."""
        found: dict[str, tuple[str, float, float]] = {}
        for code in [str(c) for c in self.values if c not in self.references]:
            for data, named in ((real_cells(n), c) for n, c in _kin(self.framework, code)):
                rows = pd.DataFrame() if data.printed is None else data.printed[data.printed["code"] == named]
                ends = (
                    {}
                    if rows.empty
                    else {k: r for k, r in rows.groupby("kind") if k in ("minimum", "maximum")}
                )
                if len(ends) == 2:
                    low, high = float(ends["minimum"]["low"].min()), float(ends["maximum"]["high"].max())
                    found[code] = data.name, low, high
        return found

    @cached_property
    def before(self) -> Matrix:
        """The references' logarithms."""
        columns = {c: self.references[c][1] if c in self.references else np.nan for c in self.values}
        return _logs(pd.DataFrame(columns, index=self.values.index, dtype=float))

    @cached_property
    def judged(self) -> list[_Judged]:
        """Every column against the reference."""
        return [_judge(d) for d in (self.own - self.before).T]

    def warning(self, key: str, row: int, column: int, **said: Any) -> Problem:
        unit, code = str(self.values.index[row]), str(self.values.columns[column])
        kept, name = self.found.cells[unit, code], self.references.get(code, ("",))[0]
        cell = Cell(f"{kept.value:g}", kept.sheet, kept.cell, self.file, unit=unit)
        return cell.problem(f"slip.{key}", {"name": name, **said}, code=code, severity="warning")

    def apart(self) -> Iterator[Problem]:
        """Figures, or a whole column, away by powers of ten."""
        for at, column in enumerate(self.judged):
            far = np.flatnonzero(column.far).tolist()
            steps = _nearest_step(column.ratios[far])
            if len(far) > max(_FEW, np.sum(~np.isnan(column.ratios))) / 2 and len(set(steps)) == 1:
                yield self.warning("column", far[0], at, factor=_said(abs(steps[0])), n=len(far))
                continue
            for row in far:
                said = {"factor": _said(abs(column.ratios[row])), "before": _said(self.before[row, at], 4)}
                yield self.warning("before", row, at, **said)
            middle = _middle(self.own[:, at])
            for row in _alone(self.own[:, at], np.isnan(column.ratios)):
                if self._beyond(row, at):
                    said = {"factor": _said(abs(self.own[row, at] - middle)), "middle": _said(middle, 4)}
                    yield self.warning("apart", row, at, **said)

    def beyond_print(self) -> Iterator[Problem]:
        """Columns most of whose figures lie outside what was ever printed of their indicator."""
        for code, (name, low, high) in self.printed.items():
            column = self.values[code].dropna()
            outside = column[(column < min(low / 2, low * 2)) | (column > high * 2)]
            if len(outside) * 2 > len(column) and len(outside) > 2:
                row, at = list(self.values.index).index(outside.index[0]), list(self.values).index(code)
                said = {"low": LocalNumber(low), "high": LocalNumber(high), "n": len(outside), "name": name}
                yield self.warning("print", row, at, **said)

    def _beyond(self, row: int, at: int) -> bool:
        """Whether no province of the shipped dataset has such a figure, illustrative ones included."""
        code = str(self.values.columns[at])
        if self.known is None or code not in self.known.values:
            return True
        shipped = self.known.name in dataset_names()
        column = (load_dataset(self.known.name) if shipped else self.known).values[code]
        return not column.min() / 1.5 <= self.values.iat[row, at] <= column.max() * 1.5

    def rows(self) -> Iterator[Problem]:
        """Two neighbouring rows whose figures fit each other's province better, in all columns or in one."""
        middle, spread = (np.array([getattr(c, part) for c in self.judged]) for part in ("middle", "spread"))
        near = [np.where(c.far, np.nan, c.ratios) for c in self.judged]
        pairs = (self.own[:-1] - self.before[1:], self.own[1:] - self.before[:-1])
        own, *swapped = (
            d / np.maximum(spread, _FLOOR) for d in (np.array(near).T, *(d - middle for d in pairs))
        )
        gain = np.clip(own[:-1] ** 2 + own[1:] ** 2 - swapped[0] ** 2 - swapped[1] ** 2, -_CAP, _CAP)
        for row, whole in enumerate(np.nansum(gain, axis=1) > _GAIN):
            best = [int(np.nanargmax(gain[row]))] if whole else np.flatnonzero(gain[row] > _GAIN).tolist()
            for at in best:
                yield self.warning(
                    "rows" if whole else "cells", row, at, other=str(self.values.index[row + 1])
                )

    def columns(self) -> Iterator[Problem]:
        """Two neighbouring columns whose figures fit each other's indicator better."""
        for at in range(self.own.shape[1] - 1):
            pairs = ((at, at), (at + 1, at + 1), (at, at + 1), (at + 1, at))
            own, after, there, back = (
                _middle(np.abs(self.own[:, i] - self.before[:, j]), _FEW) for i, j in pairs
            )
            if max(there, back) < _BETTER * max(min(own, after), _FLOOR / 3):
                first = int(np.flatnonzero(~np.isnan(self.own[:, at]))[0])
                yield self.warning("columns", first, at, other=str(self.values.columns[at + 1]))


def _said(log: float, digits: int = 2) -> LocalNumber:
    return LocalNumber(float(f"{10.0**log:.{digits}g}"))


def _logs(table: pd.DataFrame) -> Matrix:
    logs: Matrix = np.log10(table.where(table > 0).to_numpy(float))
    return logs


def _nearest_step(ratios: Column) -> Column:
    steps: Column = _STEPS[np.abs(ratios[:, None] - _STEPS).argmin(axis=1)]
    return steps


def _judge(ratios: Column) -> _Judged:
    """What is left of each ratio after whole powers of ten shows how much a column moves by itself."""
    present = ratios[~np.isnan(ratios)]
    middle, spread, limit = 0.0, np.inf, 0.8
    if len(present) >= _FEW:
        rest = present - _nearest_step(present)
        middle = float(np.median(rest))
        spread = float(1.4826 * np.median(np.abs(rest - middle)))
        limit = min(max(_LEAST, 8 * spread), _MOST)
    away = ratios - middle
    return _Judged(away, middle, spread, np.abs(away) > limit)


def _alone(logs: Column, unknown: Flags) -> Iterator[int]:
    """Figures without a reference farther from all others than these from each other, and among them after a power of ten."""
    for row in np.flatnonzero(unknown & ~np.isnan(logs)).tolist():
        others = np.delete(logs, row)
        if np.sum(~np.isnan(others)) < _FEW - 1:
            continue
        low, high = np.nanmin(others), np.nanmax(others)
        back = logs[row] - _STEPS[1:]
        among = np.any((back >= low - _NEAR) & (back <= high + _NEAR))
        if among and max(logs[row] - high, low - logs[row]) > max(_GAP, high - low):
            yield row


def _middle(column: Column, least: int = 1) -> float:
    """Median of what is there; NaN if fewer than `least` are."""
    present = column[~np.isnan(column)]
    return float(np.median(present)) if len(present) >= least else np.nan
