"""Agency files: a mapping says which sheet and column of which office feeds which indicator; run again next year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ....base.errors import InputError, Problem, raise_if
from ...dataset import Dataset
from ...framework import Framework
from ...library import as_framework
from ..table.slips import slips
from ..table.workbook import values_of
from .agency_reader import AgencyReader
from .mapping import read_mapping


def read_agency_files(
    mapping: str | Path,
    folder: str | Path | None = None,
    *,
    framework: Framework | str,
    units: int | Sequence[str] | None = None,
    year: int | None = None,
    denominators: pd.DataFrame | None = None,
    provenance: str = "user",
) -> Dataset:
    r"""Make a dataset of the files of several offices.

    Parameters
    ----------
    mapping : str or Path
        A CSV or workbook with the columns ``code, file, sheet, column, unit, numerator,
        denominator, scale, agency`` (or ``mã, tệp, trang tính, cột, đơn vị, tử số, mẫu số, hệ
        số, cơ quan``). ``file`` may hold ``*`` and ``{year}``; a column is its letter or its
        heading; ``unit`` is that of the file, such as ``nghìn đồng``. With ``numerator`` and
        ``denominator`` the value is numerator / (denominator / scale); the denominator is a
        column of the same sheet or of `denominators`, the scale by default the framework's.
    folder : str or Path, optional
        Where the offices' files are; the mapping's own folder by default.
    framework, units, year
        As in :func:`piikit.read_workbook`.
    denominators : DataFrame, units x names, optional
    provenance : str

    Returns
    -------
    Dataset
        Sources name file, sheet and column; denominators that were read are kept apart.

    Raises
    ------
    InputError
        With every problem of the mapping and of all files, at their sheets and cells.
    FileNotFoundError
        If there is no such mapping.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import piikit as pk
    >>> folder = tempfile.TemporaryDirectory()
    >>> here = pathlib.Path(folder.name)
    >>> _ = (here / "gd_2022.csv").write_text("Tỉnh;Điểm thi\nCần Thơ;6,4\nHà Nội;6,9\n", encoding="utf-8")
    >>> _ = (here / "m.csv").write_text("mã;tệp;cột\n2.1;gd_{year}.csv;Điểm thi\n", encoding="utf-8")
    >>> data = pk.read_agency_files(here / "m.csv", framework="open-2022", year=2022)
    >>> data.values.at["Cần Thơ", "2.1"], data.sources.at["Cần Thơ", "2.1"]
    (np.float64(6.4), 'gd_2022.csv, B')
    >>> folder.cleanup()
    """
    tree = as_framework(framework)
    feeds, problems = read_mapping(Path(mapping), tree)
    place = Path(folder) if folder is not None else Path(mapping).parent
    reader = AgencyReader(place, tree, units, year, denominators)
    for feed in feeds:
        reader.read(feed)
    said = _once([*problems, *reader.found.problems, *slips(reader.found, tree, file=Path(mapping).name)])
    raise_if(said)
    names = list(dict.fromkeys(u for u, _ in reader.found.cells))
    if not names:
        raise InputError([Problem("problem.table.no_values", file=Path(mapping).name)])
    values = values_of(reader.found, names, tree)
    sources = pd.DataFrame("", index=values.index, columns=values.columns, dtype=object)
    for unit, code in reader.found.cells:
        sources.loc[unit, code] = reader.sources[code]
    return Dataset.from_frame(
        values,
        framework=tree,
        year=year,
        provenance=provenance,
        sources=sources,
        denominators=reader.denominators_of(names),
        name=Path(mapping).stem,
        meta={"read": reader.account(said).told()},
    )


def _once(problems: list[Problem]) -> list[Problem]:
    """Problems of a row of provinces once, although several indicators are read from it."""
    return list({(p.key, p.file, p.sheet, p.cell, p.unit, p.code): p for p in problems}.values())
