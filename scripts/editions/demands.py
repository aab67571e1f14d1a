"""What a draw has to work with, and the growing list of what print demands of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from piikit.data.editions import printed_figures
from piikit.data.editions.edition_table import Edition
from piikit.data.framework import Framework

from .nearest_scores import Asked
from .open_columns import OpenColumn
from .raw_values import Scale
from .shapes import shapes

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Given:
    """What a draw has before print speaks of cells: totals in points, start scores, scales, real columns."""

    edition: Edition
    framework: Framework
    units: tuple[str, ...]
    totals: Matrix
    start: Matrix
    scale: list[Scale]
    opened: dict[str, OpenColumn]

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """Printed figures of the edition, in order."""
        return printed_figures(self.edition.year).to_dict("records")

    def printed(self, *kinds: str) -> Iterator[dict[str, Any]]:
        """Printed figures of some kinds, in order."""
        return (r for r in self.records if r["kind"] in kinds)

    @cached_property
    def row(self) -> dict[str, int]:
        """Place of every unit."""
        return {u: i for i, u in enumerate(self.units)}

    @cached_property
    def column(self) -> dict[str, int]:
        """Place of every indicator."""
        return {s.code: j for j, s in enumerate(shapes())}

    @property
    def by_total(self) -> list[int]:
        """Units from the highest total to the lowest."""
        return [int(u) for u in np.argsort(-self.totals, kind="stable")]


@dataclass
class Wanted:
    """The growing list of demands: bounds of cells, and targets and intervals of nodes by unit.

    ``careful`` holds units that print speaks of; ``late`` those whose strengths and weaknesses
    were printed, with the columns; ``leader`` the unit that holds 100 in each column.
    """

    low: Matrix
    high: Matrix
    targets: list[dict[str, float]]
    intervals: list[dict[str, tuple[float, float]]]
    careful: set[int] = field(default_factory=set)
    late: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    leader: dict[int, int] = field(default_factory=dict)

    def fix(self, unit: int, column: int, score: float) -> None:
        """Pin a cell."""
        self.low[unit, column] = self.high[unit, column] = score

    def free(self, unit: int, column: int) -> bool:
        """Whether a cell is not pinned (a gap is)."""
        return bool(self.low[unit, column] < self.high[unit, column])

    def within(self, unit: int, code: str, low: float, high: float) -> None:
        """Confine a node further."""
        a, b = self.intervals[unit].get(code, (0.0, 100.0))
        self.intervals[unit][code] = (max(a, low), min(b, high))

    @property
    def pages(self) -> set[int]:
        """Units with more than the total printed."""
        return {u for u, targets in enumerate(self.targets) if len(targets) > 1}

    def asked(self) -> list[Asked]:
        """Demands on nodes, as the fit takes them; an exact target needs no interval."""
        return [
            Asked(t, {c: v for c, v in i.items() if c not in t})
            for t, i in zip(self.targets, self.intervals, strict=True)
        ]
