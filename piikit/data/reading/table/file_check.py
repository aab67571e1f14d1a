"""Every problem of a file at once, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ....base.errors import Problem
from ....base.language import Lang, language
from ....base.results import Result
from ...dataset import Dataset
from ...framework import Framework
from ..open.grid import Grids
from .collected import FATES, SheetAccount
from .workbook import read_contents

COLUMNS = ("file", "sheet", "cell", "province", "code", "value", "expected", "suggestion", "severity")


@dataclass(frozen=True, eq=False)
class CheckReport(Result):
    """What was found in a file; made by :func:`piikit.check_file`.

    Attributes
    ----------
    file : str
    problems : tuple of Problem
        Errors first, then warnings, each in the order of the file.
    lang : str
        Language of `table`.
    units, codes, values : int
        How many provinces, indicators and values can be read.
    accounts : tuple of SheetAccount
        What became of every cell of every sheet.
    uncompared : tuple of str
        Indicators of which no figure could be held against a known one: a whole column in another unit, or
        moved by a row, is not seen there.
    """

    file: str
    problems: tuple[Problem, ...]
    lang: Lang
    units: int = 0
    codes: int = 0
    values: int = 0
    grids: Grids | None = field(default=None, repr=False)
    accounts: tuple[SheetAccount, ...] = ()
    uncompared: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings may remain."""
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended before use."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be looked at."""
        return tuple(p for p in self.problems if p.severity != "error")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a problem: ``file, sheet, cell, province, code, value, expected, suggestion, severity`` (all text)."""
        return self.in_words(self.lang)

    @cached_property
    def account(self) -> pd.DataFrame:
        """One row a sheet and fate that occurs in it: ``sheet, fate, cells``; the cells sum to all that hold something."""
        rows = [(a.sheet or "", f, a.counts[f]) for a in self.accounts for f in FATES if a.counts.get(f)]
        return pd.DataFrame(rows, columns=["sheet", "fate", "cells"])

    @cached_property
    def set_aside(self) -> pd.DataFrame:
        """Titles, headings, notes, totals, regions, columns and cells not used: ``sheet, fate, cell, text``."""
        rows = [(a.sheet or "", *one) for a in self.accounts for one in a.listed]
        return pd.DataFrame(rows, columns=["sheet", "fate", "cell", "text"], dtype="str")

    def in_words(self, lang: str | None = None) -> pd.DataFrame:
        """The table in another language."""
        rows = [_row(p, self.file, lang) for p in self.problems]
        return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _row(problem: Problem, file: str, lang: str | None) -> tuple[str, ...]:
    said = replace(problem, suggestion=None).message(lang)
    where = [getattr(problem, name) for name in ("sheet", "cell", "unit", "code", "value")]
    parts = (problem.file or file, *where, said, problem.suggestion, problem.severity)
    return tuple("" if p is None else str(p) for p in parts)


def check_file(
    path: str | Path,
    *,
    framework: Framework | str | None = None,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    sheet: str | None = None,
    previous: Dataset | str | Path | None = None,
    lang: str | None = None,
) -> CheckReport:
    r"""Check a file without using it: all errors and warnings, each at its sheet and cell.

    Parameters
    ----------
    path, framework, units, year, sheet, previous
        As in :func:`piikit.read_workbook`.
    lang : str, optional
        Language of the report's table.

    Returns
    -------
    CheckReport
        ``.table``, ``.to_excel(path)`` (a copy of the cells, coloured), ``.summary()``.

    Raises
    ------
    FileNotFoundError
        If there is no such file; nothing that stands in a file raises.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import piikit as pk
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name, "so_lieu.csv")
    >>> _ = file.write_text("Tỉnh;2.1\nCần Thư;6,4\nHà Nội;#REF!\n", encoding="utf-8")
    >>> report = pk.check_file(file, framework="open-2022")
    >>> report.ok, [(p.key, p.cell, p.suggestion) for p in report.errors]
    (False, [('problem.table.unit', 'A2', 'Cần Thơ'), ('problem.value.error', 'B3', None)])
    >>> folder.cleanup()
    """
    contents = read_contents(
        path, framework=framework, units=units, year=year, sheet=sheet, previous=previous
    )
    found = contents.collected
    ranked = sorted(contents.problems, key=lambda p: p.severity != "error")
    return CheckReport(
        file=Path(path).name,
        problems=tuple(ranked),
        lang=language(lang),
        units=len(found.units),
        codes=len(found.codes),
        values=found.present,
        grids=contents.grids,
        accounts=tuple(found.accounts),
        uncompared=tuple(found.uncompared),
    )


def place_of(problem: Problem) -> tuple[str | None, str] | None:
    """Sheet and cell of a problem, None where it has no cell."""
    cell: Any = problem.cell
    return None if not cell or cell.startswith(("#", "<")) else (problem.sheet, cell)
