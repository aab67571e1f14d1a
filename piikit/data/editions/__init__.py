"""The editions of PII: 52 indicators that meet every printed figure, and an honest rest.

PII prints totals, ranks and little below them. ``pii-2023``, ``pii-2024`` and ``pii-2025`` are
panels made so that the index built with ``Method.pii()`` meets each printed figure; what print
does not determine is illustrative, comes in draws and is marked in every cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .edition_table import names
from .printed_figures import choices, printed_figures

if TYPE_CHECKING:
    from ..dataset import Dataset

__all__ = ["choices", "illustrative_draws", "names", "printed_figures"]


def illustrative_draws(name: str, draws: int) -> list[Dataset]:
    """The first `draws` panels of an edition."""
    from ..library import load_dataset

    return [load_dataset(name, draw=k) for k in range(draws)]
