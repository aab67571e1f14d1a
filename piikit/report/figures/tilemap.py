"""A map of equal tiles: every province the same size, roughly where it lies, no boundary claimed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from ...base.errors import UnknownNameError
from ...base.formats import number
from ...base.language import text
from ...data.paths import raw, rows
from .theme import RED, new_axes, note_source, themed


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
    title: str = "",
    digits: int = 0,
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

    table = tiles(units)
    series = pd.Series(dict(values), dtype=float).reindex(table.index)
    there = series.dropna()
    norm = Normalize(float(there.min()) if len(there) else 0, float(there.max()) if len(there) else 1)
    colours = colormaps["cividis"]
    wide, tall = int(table["column"].max()) + 1, int(table["row"].max()) + 1
    with themed():
        ax = new_axes(ax, width=6.4, height=0.44 * tall + 1.1)
        ax.grid(False)
        ax.set_axis_off()
        for name, place in table.iterrows():
            x, y, value = place["column"], place["row"], series[name]
            gap = pd.isna(value)
            face = "white" if gap else colours(norm(value))
            dark = not gap and norm(value) < 0.55
            ax.add_patch(
                Rectangle(
                    (x + 0.03, y + 0.04), 0.94, 0.92, facecolor=face, edgecolor="#888888", linewidth=0.5
                )
            )
            if gap:
                ax.add_patch(
                    Rectangle(
                        (x + 0.03, y + 0.04), 0.94, 0.92, fill=False, hatch="//", edgecolor="#DDDDDD", lw=0
                    )
                )
            ink: dict[str, Any] = {"ha": "center", "va": "center", "color": "white" if dark else "black"}
            islands = place["includes"]
            ax.text(x + 0.5, y + (0.24 if islands else 0.36), place["label"], fontsize=6.4, **ink)
            if islands:
                named = text("tilemap.includes", lang, islands=islands)
                ax.text(x + 0.5, y + 0.5, named, fontsize=5.4, **ink)
            ax.text(x + 0.5, y + 0.78, number(value, digits, lang=lang), fontsize=6.4, **ink)
        if unit in table.index:
            place = table.loc[unit]
            ax.add_patch(
                Rectangle(
                    (place["column"], place["row"]), 1, 1, fill=False, edgecolor=RED, linewidth=2.6, zorder=5
                )
            )
        ax.set_xlim(-0.05, wide + 0.05)
        ax.set_ylim(tall + 0.05, -0.05)
        bar = ax.figure.colorbar(
            ScalarMappable(norm, colours), ax=ax, orientation="horizontal", fraction=0.03, pad=0.02, aspect=40
        )
        bar.set_label(label or text("diagnosis.score_axis", lang), fontsize=8)
        bar.ax.tick_params(labelsize=7.5)
        if title:
            ax.set_title(title, loc="left")
        note_source(
            ax,
            f"{source}{'; ' if source else ''}{text('tilemap.note', lang)}",
            lang=lang,
            illustrative=illustrative,
        )
    return ax
