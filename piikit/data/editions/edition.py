"""Editions as datasets: draw 0 from the file that ships, every other draw made on the spot."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ..dataset import Dataset
from ..library import load_framework
from ..paths import processed
from ..provinces import provinces
from .generate import Panel, generate
from .open_columns import denominators_of, open_columns
from .edition_table import edition_of, names
from .printed_figures import printed_figures

FILE = "draw-0.parquet"
NOT_PRINTED = "không công bố; sinh ra cho khớp các số đã in | not public; made to fit the printed figures"
BOUND_HELD = (
    "giá trị mốc đã được in, địa phương giữ mốc là giả định | the bound is printed, who holds it is invented"
)
DIGITS = "các chữ số sau phần đã in là tự chọn | digits beyond print chosen"


def load_edition(name: str, *, draw: int | None = None) -> Dataset:
    """Load an edition of PII.

    Parameters
    ----------
    name : str
        ``"pii-2023"``, ``"pii-2024"`` (63 units) or ``"pii-2025"`` (34 units).
    draw : int, optional
        Which panel, 0 if not given. All draws meet the same printed figures; where they
        differ, nobody knows. Draw k of one edition continues draw k of the edition before.

    Returns
    -------
    Dataset
        Provenance ``open`` for official statistics, ``published`` and ``derived`` for printed
        values, ``illustrative`` for the rest; ``printed`` holds every printed figure as an
        interval; ``meta["draw"]`` the draw.

    Raises
    ------
    UnknownNameError
        For another name.
    MethodError
        For a draw that is no whole number from 0.
    """
    if name not in names():
        raise UnknownNameError("dataset", name, names())
    if draw is not None and (isinstance(draw, bool) or int(draw) != draw or draw < 0):
        raise MethodError("editions.draw", draw=draw)
    return _load(name, int(draw or 0))


@lru_cache(maxsize=64)
def _load(name: str, draw: int) -> Dataset:
    path = processed(name, FILE)
    if draw == 0 and path.is_file():
        return Dataset.load(path)
    return make(name, draw)


def make(name: str, draw: int) -> Dataset:
    """Generate a draw, whatever file there is."""
    edition = edition_of(name)
    year = edition.year
    framework = load_framework(name)
    panel = generate(year, draw)
    codes = list(framework.indicators)
    values = pd.DataFrame(panel.values, index=pd.Index(panel.units, name="unit"), columns=codes)
    provenance, sources, notes = _labels(year, panel, codes)
    printed = printed_figures(year)
    return Dataset.from_frame(
        values,
        framework=framework,
        year=year,
        provenance=provenance,
        sources=sources,
        notes=notes,
        groups=provinces(edition.units)[["region", "region_en", "central_city"]],  # type: ignore[arg-type]
        denominators=pd.DataFrame(denominators_of(year)).reindex(list(panel.units)),
        printed=printed,
        name=name,
        title_vi=edition.title_vi.format(draw=draw),
        title_en=edition.title_en.format(draw=draw),
        meta={"edition": year, "draw": draw, "units": edition.units, "illustrative": True},
    )


def _labels(year: int, panel: Panel, codes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Provenance, source and note of every cell."""
    shape = panel.values.shape
    kind = np.where(panel.illustrative, "illustrative", "").astype(object)
    note = np.where(panel.illustrative, NOT_PRINTED, "").astype(object)
    source = np.full(shape, "", dtype=object)
    for code, column in open_columns(year).items():
        j = codes.index(code)
        kind[:, j], note[:, j], source[:, j] = "open", column.note, column.source
        for unit, (_, provenance, said) in column.fixed.items():
            i = panel.units.index(unit)
            kind[i, j], note[i, j] = provenance, said
    table = printed_figures(year)
    for r in table[table["kind"].isin(["minimum", "maximum"])].to_dict("records"):
        if r["code"] in codes:
            j = codes.index(r["code"])
            held = (
                (panel.values[:, j] >= r["low"])
                & (panel.values[:, j] <= r["high"])
                & panel.illustrative[:, j]
            )
            note[held, j], source[held, j] = BOUND_HELD, r["source"]
    for r in table[table["kind"] == "value"].to_dict("records"):
        i, j = panel.units.index(str(r["unit"])), codes.index(str(r["code"]))
        kind[i, j], note[i, j], source[i, j] = "published", DIGITS, r["source"]
    index = pd.Index(panel.units, name="unit")
    made = (pd.DataFrame(t, index=index, columns=codes, dtype="str") for t in (kind, source, note))
    first, second, third = made
    return first, second, third


def write(root: Path | None = None) -> list[Path]:
    """Write draw 0 of every edition to ``data/processed``."""
    found = []
    for name in names():
        path = processed(name, FILE) if root is None else Path(root) / name / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        found.append(make(name, 0).save(path))
    return found
