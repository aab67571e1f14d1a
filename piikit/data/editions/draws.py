"""Draws of an edition: the invented cells of panel k, read from what ``python run.py data`` wrote.

Draws 0 to 19 ship in ``data/processed/<edition>/draws.parquet``; further ones, made in a checkout,
lie in ``data/draws``. A row is a cell; its values are whole numbers of ``10 ** -decimals``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...base.arrays import Matrix
from ...base.errors import MethodError
from ..dataset import Dataset
from ..paths import data_root, processed
from .edition_table import edition_of

FILE = "draws.parquet"
NOT_PRINTED = "không công bố; sinh ra cho khớp các số đã in | not public; made to fit the printed figures"
BOUND_HELD = (
    "giá trị mốc đã được in, địa phương giữ mốc là giả định | the bound is printed, who holds it is invented"
)
DIGITS = "các chữ số sau phần đã in là tự chọn | digits beyond print chosen"


def draw_number(draw: Any) -> int:
    """Number of a draw, 0 if none is given.

    Raises
    ------
    MethodError
        For a draw that is no whole number from 0.
    """
    if draw is None:
        return 0
    if isinstance(draw, bool) or int(draw) != draw or draw < 0:
        raise MethodError("editions.draw", draw=draw)
    return int(draw)


def with_draw(real: Dataset, draw: int) -> Dataset:
    """The real cells of an edition with the invented ones of a draw, each marked.

    Raises
    ------
    MethodError
        If the draw was not made; says how to make it.
    """
    edition, shared = edition_of(real.name), _shared(real)
    made = _invented(real, draw)
    invented = ~np.isnan(made)
    values = np.where(invented, made, shared.values)
    kind = np.where(invented, "illustrative", shared.kind)
    source, note = np.where(invented, "", shared.source), np.where(invented, NOT_PRINTED, shared.note)
    for figure, i, j in shared.figures:
        if figure["kind"] == "value":
            kind[i, j], note[i, j], source[i, j] = "published", DIGITS, figure["source"]
        else:
            held = (values[:, j] >= figure["low"]) & (values[:, j] <= figure["high"]) & invented[:, j]
            note[held, j], source[held, j] = BOUND_HELD, figure["source"]
    return real.replace(
        values=pd.DataFrame(values, real.values.index, real.values.columns),
        provenance=_texts(kind, real.values),
        sources=_texts(source, real.values),
        notes=_texts(note, real.values),
        title_vi=edition.title_vi.format(draw=draw),
        title_en=edition.title_en.format(draw=draw),
        meta={**real.meta, "draw": draw},
    )


def _texts(cells: NDArray[np.object_], like: pd.DataFrame) -> pd.DataFrame:
    """A table of texts; converted in one piece, which is much faster than column by column."""
    flat, size = pd.array(cells.T.ravel(), dtype="str"), len(cells)
    table = pd.DataFrame({j: flat[j * size : (j + 1) * size] for j in range(like.shape[1])}, like.index)
    return table.set_axis(like.columns, axis="columns")


class _Shared(NamedTuple):
    """What all draws have in common, units x indicators; printed values and bounds with row and column."""

    values: Matrix
    kind: NDArray[np.object_]
    source: NDArray[np.object_]
    note: NDArray[np.object_]
    figures: list[tuple[dict[str, Any], int, int]]


@lru_cache(maxsize=8)
def _shared(real: Dataset) -> _Shared:
    assert real.printed is not None
    printed = real.printed[real.printed["code"].isin(real.codes)]
    of_cells = [printed[printed["kind"].isin(k)] for k in ({"minimum", "maximum"}, {"value"})]
    return _Shared(
        real.values.to_numpy(),
        real.provenance.to_numpy(object),
        real.sources.to_numpy(object),
        real.notes.to_numpy(object),
        [
            (r, real.units.index(r["unit"]) if r["unit"] else -1, real.codes.index(r["code"]))
            for r in pd.concat(of_cells).to_dict("records")
        ],
    )


def _invented(real: Dataset, draw: int) -> Matrix:
    """Invented values of a draw, units x indicators, NaN elsewhere."""
    last = -1
    for path in (processed(real.name, FILE), data_root() / "draws" / f"{real.name}.parquet"):
        if not path.is_file():
            continue
        table = _read(path)
        if str(draw) not in table:
            last = max(last, *(int(c) for c in table.columns if c.isdigit()))
            continue
        made = np.full(real.values.shape, np.nan)
        row, column = pd.Index(real.units), pd.Index(real.codes)
        at = row.get_indexer(table["unit"]), column.get_indexer(table["code"])
        made[at] = table[str(draw)].to_numpy(float, na_value=np.nan) / 10.0 ** table["decimals"].to_numpy(
            float
        )
        return made
    raise MethodError("editions.not_made", name=real.name, draw=draw, last=last, draws=draw + 1)


@lru_cache(maxsize=8)
def _read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)
