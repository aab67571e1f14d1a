"""A map of equal tiles: every province the same size, roughly where it lies, no boundary claimed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from ...base.errors import UnknownNameError
from ...data.paths import raw, rows
from .canvas import Canvas
from .diagnosis_figures import WIDTH, scale
from .theme import RED


@cache
def tiles(units: int = 63) -> pd.DataFrame:
    """Where each tile stands.

    Returns
    -------
    DataFrame
        Index ``unit``; ``row`` (0 is the north), ``column`` (0 is the west), ``label`` (short
        name) and ``includes`` (the archipelago that belongs to the province).

    Raises
    ------
    UnknownNameError
        If `units` is neither 63 nor 34.
    """
    if units not in (63, 34):
        raise UnknownNameError("units", units, ["63", "34"])
    table = pd.DataFrame(rows(raw("provinces", f"tiles_{units}.csv"))).set_index("unit")
    return table.astype({"row": int, "column": int})


def tile_map(
    values: pd.Series | Mapping[str, float],
    ax: Any = None,
    lang: str | None = None,
    *,
    units: int = 63,
    unit: str | None = None,
    label: str = "",
    source: str = "",
    illustrative: bool = False,
) -> Any:
    """Draw a value for every province on equal tiles, light is high; gaps are hatched.

    Hoàng Sa is named under Đà Nẵng and Trường Sa under Khánh Hòa.

    Parameters
    ----------
    values : Series or mapping
        By official name.
    units : {63, 34}
    unit : str, optional
        The tile to frame.
    label : str
        What the values are, with their unit.
    """
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import Rectangle

    places = tiles(units)
    series = pd.Series(dict(values), dtype=float).reindex(places.index)
    colours = ScalarMappable(Normalize(series.min(), series.max()), colormaps["cividis"])
    wide, tall = int(places["column"].max()) + 1, int(places["row"].max()) + 1
    c = Canvas.new(ax, lang, WIDTH, 0.44 * tall + 1.1)
    c.ax.grid(False)
    c.ax.set_axis_off()
    for name, place in places.iterrows():
        _tile(c, place, series[name], colours)
    if unit in places.index:
        corner = places.loc[unit, "column"], places.loc[unit, "row"]
        c.ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=RED, linewidth=2.6, zorder=5))
    c.ax.set_xlim(-0.05, wide + 0.05)
    c.ax.set_ylim(tall + 0.05, -0.05)
    scale(c, colours, label or c.text("diagnosis.score_axis"), 0.03)
    said = "; ".join(filter(None, (source, c.text("tilemap.note"))))
    return c.done(source=said, illustrative=illustrative)


def _tile(c: Canvas, place: pd.Series, value: float, colours: Any) -> None:
    """One province: its colour, short name, archipelago and value."""
    from matplotlib.patches import Rectangle

    x, y, islands, gap = place["column"], place["row"], place["includes"], pd.isna(value)
    corner = (x + 0.03, y + 0.04), 0.94, 0.92
    face = "white" if gap else colours.to_rgba(value)
    c.ax.add_patch(Rectangle(*corner, facecolor=face, edgecolor="#888888", linewidth=0.5))
    if gap:
        c.ax.add_patch(Rectangle(*corner, fill=False, hatch="//", edgecolor="#DDDDDD", lw=0))
    dark = not gap and colours.norm(value) < 0.55
    ink = {"ha": "center", "va": "center", "color": "white" if dark else "black"}
    c.ax.text(x + 0.5, y + (0.24 if islands else 0.36), place["label"], fontsize=6.4, **ink)
    if islands:
        c.ax.text(x + 0.5, y + 0.5, c.text("tilemap.includes", islands=islands), fontsize=5.4, **ink)
    c.ax.text(x + 0.5, y + 0.78, c.number(value, 0), fontsize=6.4, **ink)
