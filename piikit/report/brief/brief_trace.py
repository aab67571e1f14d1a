"""Find a number of a brief again through ``explain`` alone: the proof that it can be traced."""

from __future__ import annotations

import math
from functools import cache
from statistics import median
from typing import Any

from ...index.build import build_index
from ...index.explanation import Cell, Part
from ...index.method import Method
from ..blocks.blocks import Quantity


class Tracer:
    """Looks numbers up in a result; whatever it needs it takes from ``explain``.

    Parameters
    ----------
    result : IndexResult or PageResult
    """

    def __init__(self, result: Any) -> None:
        self.result = result
        self._page = not hasattr(result, "normalised")
        self._explain = cache(self._explained)

    def _explained(
        self, unit: str, code: str, cells: tuple[tuple[str, float], ...] = (), method: str = ""
    ) -> Any:
        result = self.result
        if self._page:
            return result.explain(code)
        if cells or method:
            dataset = result.dataset.with_values({unit: dict(cells)}) if cells else result.dataset
            result = build_index(dataset, Method.load(method) if method else result.method)
        return result.explain(unit, code)

    def _part(self, unit: str, code: str) -> Part:
        whole = self._explain(unit, self.result.root).part
        return next(p for _, p in whole.walk() if p.code == code)

    def _cell(self, unit: str, code: str) -> Cell:
        cell = self._part(unit, code).cell
        assert cell is not None
        return cell

    def _target(self, quantity: Quantity) -> float:
        scores = [self._explain(u, quantity.code).score for u in quantity.against]
        return median(s for s in scores if not math.isnan(s))

    def find(self, quantity: Quantity) -> float:
        """The number again, from ``explain`` of the units it speaks of.

        Raises
        ------
        ValueError
            If its kind is not one that a score stands behind.
        """
        q = quantity
        if q.kind == "score":
            return float(self._explain(q.unit, q.code, q.cells, q.method).score)
        if q.kind == "rank":
            return float(self._explain(q.unit, q.code, q.cells, q.method).rank)
        if q.kind == "gap":
            own = self._explain(q.unit, q.code).score
            return float(own - self._target(q)) if not self._page else 100.0 - float(own)
        if q.kind == "weight":
            return float(self._part(q.unit, q.code).effective_weight)
        if q.kind == "value":
            units = q.against or (q.unit,)
            values = [self._cell(u, q.code).value for u in units]
            return median(v for v in values if not math.isnan(v))
        if q.kind == "change":
            after = self._explain(q.unit, q.code, q.cells).score
            return float(after - self._explain(q.unit, q.code).score)
        if q.kind == "distance":
            return abs(self._cell(q.unit, q.code).value - self._cell(q.against[0], q.code).value)
        if q.kind in ("bound", "headroom"):
            cell = self._cell(q.unit, q.code)
            bound = cell.fitted["maximum"] * cell.direction
            return float(bound if q.kind == "bound" else abs(bound - cell.value))
        if q.kind == "points":
            part = self._part(q.unit, q.code)
            target = 100.0 if self._page else self._target(q)
            return float(part.effective_weight * max(0.0, target - part.score))
        if q.kind == "part":
            return self._contribution(q.unit, q.code) - self._contribution(q.against[0], q.code)
        if q.kind == "slope":
            return self._slope(q)
        raise ValueError(q.kind)

    def _contribution(self, unit: str, code: str) -> float:
        part = self._part(unit, code)
        return sum(p.contribution for _, p in part.walk() if p.cell is not None)

    def _slope(self, q: Quantity) -> float:
        part = self._part(q.unit, q.code)
        cell = self._cell(q.unit, q.code)
        span = cell.fitted["maximum"] - cell.fitted["minimum"]
        scale = cell.options.get("high", 100.0) - cell.options.get("low", 0.0)
        return float(part.effective_weight * scale / span) * q.factor
