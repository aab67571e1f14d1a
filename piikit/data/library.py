"""Frameworks and datasets that ship with piikit, by name."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import MethodError, UnknownNameError
from .editions.edition_table import edition_of, editions
from .editions.edition_table import names as edition_names
from .paths import processed, raw, rows

if TYPE_CHECKING:
    import pandas as pd

    from .dataset import Dataset
    from .framework import Framework

_NUMERIC = ("scale", "scale_min", "scale_max", "goalpost_min", "goalpost_max")


def framework_names() -> tuple[str, ...]:
    """Names that :func:`load_framework` knows."""
    return tuple(sorted(p.stem for p in processed("frameworks").glob("*.csv")))


def dataset_names() -> tuple[str, ...]:
    """Names that :func:`load_dataset` knows, editions of PII included."""
    return tuple(sorted(p.parent.name for p in processed().glob("*/dataset.json")))


def open_index_names() -> tuple[str, ...]:
    """Names of the open index of every year, oldest first."""
    return tuple(n for n in framework_names() if n.startswith("open-"))


@cache
def load_framework(name: str) -> Framework:
    """Load a framework that ships: the tree of indicators of a dataset.

    Parameters
    ----------
    name : str
        Such as ``"open-2022"`` or ``"pii-2024"``: one of
        :func:`piikit.data.library.framework_names`.

    Returns
    -------
    Framework
        A row of ``.table`` a code (52 indicators and 28 nodes above them in PII), with the
        further columns ``unit_vi, agency_en, kind`` (hard or soft), ``denominator``
        and ``scale`` (value = count / (denominator / scale)), ``scale_min`` and ``scale_max``
        (what is possible), ``merge_rule``, ``note_vi, note_en`` where they are known. The tree
        of PII is a working tree: ``status`` tells printed names from unverified ones.

    Raises
    ------
    UnknownNameError
        With the nearest names.

    Notes
    -----
    Made by ``python run.py data`` from ``data/raw/published/framework_52.csv`` (names as the
    press and plan 116/KH-UBND print them) and ``data/raw/frameworks``.

    Examples
    --------
    >>> import piikit as pk
    >>> tree = pk.load_framework("pii-2024")
    >>> len(tree.indicators), tree.children("IN")
    (52, ('1', '2', '3', '4', '5'))
    >>> tree.title("2.1.1", "en")
    'Average upper-secondary graduation exam score'
    """
    from .framework import Framework

    if name not in framework_names():
        raise UnknownNameError("framework", name, framework_names())
    import pandas as pd

    path = processed("frameworks", f"{name}.csv")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    for column in [c for c in _NUMERIC if c in frame]:
        frame[column] = pd.to_numeric(frame[column].where(frame[column] != ""))
    return Framework.from_frame(frame, name=name, file=path.name)


def as_framework(given: Framework | str) -> Framework:
    """The framework itself, the one that ships under this name, or that of a file (CSV, Excel, ods)."""
    from .framework import Framework

    if isinstance(given, str) and Path(given).suffix and given not in framework_names():
        return Framework.from_csv(given)
    return load_framework(given) if isinstance(given, str) else given


def load_dataset(name: str, *, draw: int | None = None) -> Dataset:
    """Load a dataset that ships: values of units on indicators, each cell with its provenance.

    Parameters
    ----------
    name : str
        ``"open-2022"``, ``"open-2023"``, ``"open-2024"`` (real statistics of the 63 provinces;
        a research index, not PII), ``"tai-23"`` (23 countries of the OECD/JRC Handbook),
        ``"classroom"`` (three invented provinces), or an edition such as ``"pii-2024"``.
    draw : int, optional
        Which illustrative panel of a PII edition, 0 if not given; other datasets have no draws.
        All draws meet the same printed figures; where they differ, nobody knows. Draw k of an
        edition continues draw k of the edition before. Draws 0 to 19 ship.

    Returns
    -------
    Dataset
        ``.values``, units x indicators (63 or 34 provinces), in the indicators' own units;
        groups ``region``, ``region_en``, ``central_city`` and denominators ``population``
        (thousand persons) and ``grdp`` (billion VND, current prices) for provinces. In an
        edition of PII the provenance is ``open`` for official statistics, ``published`` and
        ``derived`` for printed values, ``illustrative`` for the rest; ``.printed`` holds every
        printed figure as an interval, ``.meta["draw"]`` the draw.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    MethodError
        If a draw is asked of a dataset that has none, or is no whole number from 0, or was not
        made (the error says how to make it).

    Notes
    -----
    Sources stand cell by cell in ``.sources`` and file by file in ``data/raw/SOURCES.csv``; how
    the editions are made, in ``docs/editions.md``.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.load_dataset("open-2022")
    <Dataset open-2022: 63 units x 15 indicators, year 2022, 17 gaps>
    >>> first, second = (pk.load_dataset("pii-2024", draw=k) for k in (0, 1))
    >>> bool((first.values["2.1.1"] == second.values["2.1.1"]).all())  # official statistics
    True
    >>> first.provenance.at["Cần Thơ", "2.2.1"]
    'illustrative'
    """
    if name not in dataset_names():
        raise UnknownNameError("dataset", name, dataset_names())
    if name in edition_names():
        from .editions.draws import draw_number

        return _draw_of(name, draw_number(draw))
    if draw is not None:
        raise MethodError("error.no_draws", name=name)
    return _shipped(name)


@lru_cache(maxsize=64)
def _draw_of(name: str, draw: int) -> Dataset:
    from .editions.draws import with_draw

    return with_draw(real_cells(name), draw)


@cache
def real_cells(name: str) -> Dataset:
    """A dataset that ships with its real cells only: of an edition of PII gaps stand for the illustrative ones."""
    return _shipped(name)


def _shipped(name: str) -> Dataset:
    """What stands in ``data/processed``: of an edition its real cells, gaps elsewhere."""
    import pandas as pd

    from .dataset import Dataset
    from .editions import printed_figures
    from .provinces import provinces

    head = json.loads(processed(name, "dataset.json").read_text(encoding="utf-8"))
    framework = load_framework(head["framework"])
    cells = pd.DataFrame(rows(processed(name, "cells.csv")))
    cells["value"] = [float(x or "nan") for x in cells["value"]]
    size = head["meta"].get("units")
    groups = provinces(size)[["region", "region_en", "central_city"]] if size else None
    units = list(groups.index) if groups is not None else list(dict.fromkeys(cells["unit"]))
    wide = cells.pivot(index="unit", columns="code")
    place = {"index": units, "columns": list(framework.indicators)}
    words = (wide[c].fillna("").reindex(**place, fill_value="") for c in ("provenance", "source", "note"))
    return Dataset.from_frame(
        wide["value"].reindex(**place),
        framework=framework,
        year=head["year"],
        **dict(zip(("provenance", "sources", "notes"), words, strict=True)),
        groups=groups,
        denominators=_denominators(name),
        printed=printed_figures(name) if name in edition_names() else None,
        name=name,
        title_vi=head["title_vi"],
        title_en=head["title_en"],
        meta=head["meta"],
    )


def published_years() -> tuple[int, ...]:
    """Years that :func:`published_scores` knows."""
    return tuple(e.year for e in editions())


def published_scores(year: int) -> pd.DataFrame:
    """What was printed of PII's scores and ranks; most provinces were not found and are absent.

    Parameters
    ----------
    year : int
        Of an edition of PII: 2023, 2024 or 2025.

    Returns
    -------
    DataFrame
        Index ``unit`` (63 units in 2023 and 2024, 34 in 2025); columns ``rank, pii, input,
        output, p1 ... p7`` (NaN where not printed), ``note``, ``source_url``. Rows whose note
        says CONTRADICTION or DERIVED are not to be used as printed figures unseen.

    Raises
    ------
    UnknownNameError
        For a year without an edition.

    Notes
    -----
    Source: the Ministry of Science and Technology's figures as the press and provincial offices
    printed them, ``source_url`` row by row.

    Examples
    --------
    >>> import piikit as pk
    >>> printed = pk.published_scores(2024)
    >>> printed.loc["Cần Thơ", ["rank", "pii"]].tolist()
    [7.0, 46.01]
    """
    import pandas as pd

    if year not in published_years():
        raise UnknownNameError("year", year, [str(y) for y in published_years()])
    path = raw(*edition_of(year).scores.split("/"))
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    numbers = [c for c in table.columns if c not in ("province", "note", "source_url")]
    table[numbers] = table[numbers].apply(lambda c: pd.to_numeric(c.where(c != "")))
    return table.rename(columns={"province": "unit"}).set_index("unit")


def _denominators(name: str) -> pd.DataFrame | None:
    import pandas as pd

    path = processed(name, "denominators.csv")
    if not path.is_file():
        return None
    table = pd.DataFrame(rows(path)).set_index("unit")
    return table.map(lambda x: float(x) if x else float("nan"))
