"""The editions of PII: 52 indicators that meet every printed figure, and an honest rest.

PII prints totals, ranks and little below them. ``pii-2023``, ``pii-2024`` and ``pii-2025`` are
panels made so that the index built with ``Method.pii()`` meets each printed figure; what print
does not determine is illustrative, comes in draws and is marked in every cell.
"""

from .edition import illustrative_draws, load_edition, names
from .printed_figures import choices, printed_figures

__all__ = ["choices", "illustrative_draws", "load_edition", "names", "printed_figures"]
