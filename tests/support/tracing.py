"""Find a number again through ``explain`` alone: the proof that it can be traced."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from statistics import median
from typing import Any

import piikit as pk
from piikit.index.explanation import Cell, Part
from piikit.report.blocks.quantity import Quantity


class Tracer:
    """Looks numbers up in a result; whatever it needs it takes from ``explain``.

    Parameters
    ----------
    result : IndexResult or PageResult
    """

    def __init__(self, result: Any) -> None:
        self.result = result
        self._page = result.kind == "page"
        self._built = cache(self._build)
        self._explain = cache(self._explained)

    def find(self, quantity: Quantity) -> float:
        """The number again, from ``explain`` of the units it speaks of."""
        found: float = getattr(self, f"_{quantity.kind}")(quantity)
        return found

    def _build(self, unit: str, cells: tuple[tuple[Any, ...], ...], method: str) -> Any:
        """The index after changed cells or by another method."""
        changed: dict[str, dict[str, float]] = {}
        for *owner, code, value in cells:
            changed.setdefault(owner[0] if owner else unit, {})[code] = value
        result = self.result
        dataset = result.dataset.with_values(changed) if cells else result.dataset
        return pk.build_index(dataset, method or result.method)

    def _explained(self, unit: str, code: str, built: Any) -> Any:
        return built.explain(code) if self._page else built.explain(unit, code)

    def _of(self, q: Quantity, unit: str, code: str = "") -> Any:
        changed = q.cells or q.method
        built = self._built(q.unit, q.cells, q.method) if changed else self.result
        return self._explain(unit, code or q.code or self.result.root, built)

    def _part_of(self, q: Quantity, unit: str) -> Part:
        whole = self._of(q, unit, self.result.root).part
        return next(p for _, p in whole.walk() if p.code == q.code)

    def _cell(self, q: Quantity, unit: str) -> Cell:
        cell = self._part_of(q, unit).cell
        assert cell is not None
        return cell

    def _target(self, q: Quantity) -> float:
        return _median(self._of(q, u).score for u in q.against)

    def _score(self, q: Quantity) -> float:
        return float(self._of(q, q.unit).score)

    def _rank(self, q: Quantity) -> float:
        return float(self._of(q, q.unit).rank)

    def _gap(self, q: Quantity) -> float:
        own = self._score(q)
        return 100.0 - own if self._page else own - self._target(q)

    def _weight(self, q: Quantity) -> float:
        return float(self._part_of(q, q.unit).effective_weight)

    def _value(self, q: Quantity) -> float:
        return _median(self._cell(q, u).value for u in q.against or (q.unit,))

    def _change(self, q: Quantity) -> float:
        return self._score(q) - float(self._explain(q.unit, q.code or self.result.root, self.result).score)

    def _distance(self, q: Quantity) -> float:
        return abs(self._cell(q, q.unit).value - self._cell(q, q.against[0]).value)

    def _bound(self, q: Quantity) -> float:
        cell = self._cell(q, q.unit)
        return float(cell.fitted["maximum"] * cell.direction)

    def _headroom(self, q: Quantity) -> float:
        return abs(self._bound(q) - self._cell(q, q.unit).value)

    def _points(self, q: Quantity) -> float:
        part = self._part_of(q, q.unit)
        target = 100.0 if self._page else self._target(q)
        return float(part.effective_weight * max(0.0, target - part.score))

    def _part(self, q: Quantity) -> float:
        own, theirs = (
            sum(p.contribution for _, p in self._part_of(q, u).walk() if p.cell is not None)
            for u in (q.unit, q.against[0])
        )
        return own - theirs

    def _slope(self, q: Quantity) -> float:
        cell = self._cell(q, q.unit)
        span = cell.fitted["maximum"] - cell.fitted["minimum"]
        scale = cell.options.get("high", 100.0) - cell.options.get("low", 0.0)
        return self._weight(q) * scale / span * q.factor


def _median(values: Iterable[float]) -> float:
    return median(v for v in values if not math.isnan(v))
