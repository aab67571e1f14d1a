"""Open statistics of the provinces as a table: circumstances to compare by and to explain with."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..base.errors import UnknownNameError
from .paths import raw, rows

if TYPE_CHECKING:
    import pandas as pd

SHORT_NAMES = tomllib.loads(Path(__file__).with_name("short_names.toml").read_text(encoding="utf-8"))


@cache
def _read(units: int) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(rows(raw("open", f"provinces{units}.csv")))
    table["value"] = [float(v) for v in table["value"]]
    table["year"] = [int(y) for y in table["year"]]
    if units == 34:  # persons there, thousand persons among the 63
        table.loc[table["series"] == "population_avg", "value"] /= 1000.0
    table["series"] = [SHORT_NAMES.get(s, s) for s in table["series"]]
    return table


def provincial_statistics(
    years: int | Iterable[int], *, units: Literal[34, 63] = 34, series: Iterable[str] | None = None
) -> pd.DataFrame:
    """Open statistics by province, real figures only.

    Parameters
    ----------
    years : int or several
    units : {34, 63}
        The provinces of 2025, or those before.
    series : iterable of str, optional
        Short names (``exam``, ``grdp_per_head``, ``population``, ``urban_share``, ``area`` ...)
        or names of ``data/raw/open/*_series.csv``; all that exist in those years by default.

    Returns
    -------
    DataFrame
        Index ``unit`` for one year, (``unit``, ``year``) for several; a column a series, NaN
        where the source has a gap. GRDP per head in million VND at current prices, population
        in thousand persons; other units as the series' catalogue says. Groups ``region`` and
        ``central_city`` are added; ``attrs`` say what the table is, in both languages.

    Raises
    ------
    UnknownNameError
        If no province has a series in those years.

    Notes
    -----
    Sources stand in ``data/raw/open/*_series.csv`` and ``SOURCES.csv``, one row a series.

    Examples
    --------
    >>> import piikit as pk
    >>> table = pk.provincial_statistics(2022, units=63, series=["grdp_per_head", "population"])
    >>> table.loc["Cần Thơ", ["grdp_per_head", "population"]].to_dict()
    {'grdp_per_head': 87.0, 'population': 1252.3}
    >>> pk.provincial_statistics([2021, 2022], units=63, series=["population"]).index.names
    FrozenList(['unit', 'year'])
    """
    import pandas as pd

    from .provinces import provinces

    one = isinstance(years, int)
    wanted = [years] if isinstance(years, int) else sorted(set(years))
    table = _read(units)
    table = table[table["year"].isin(wanted)]
    known = sorted(table["series"].unique())
    chosen = known if series is None else [SHORT_NAMES.get(s, s) for s in series]
    for name in chosen:
        if name not in known:
            raise UnknownNameError("variable", name, known)
    if not known:
        raise UnknownNameError(
            "year", ", ".join(map(str, wanted)), sorted({str(y) for y in _read(units)["year"]})
        )
    groups = provinces(units)[["region", "central_city"]]
    wide = table.pivot_table(index=["province", "year"], columns="series", values="value", aggfunc="first")[
        chosen
    ]
    wide.columns.name = None
    every = pd.MultiIndex.from_product([groups.index, wanted], names=["unit", "year"])
    wide = wide.rename_axis(["unit", "year"]).reindex(every)
    for column in groups:
        wide[column] = groups[column].reindex(wide.index.get_level_values("unit")).to_numpy()
    made = wide.droplevel("year") if one else wide
    span = str(wanted[0]) if one else f"{wanted[0]}-{wanted[-1]}"
    made.attrs = {
        "title_vi": f"Thống kê mở {span}, {units} địa phương",
        "title_en": f"Open statistics {span}, {units} provinces",
        "year": wanted[0] if one else None,
    }
    return made
