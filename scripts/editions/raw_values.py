"""Raw values from scores: an affine map to the indicator's own unit, rounded with error diffusion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from piikit.data.editions import printed_figures
from piikit.data.editions.edition_table import Edition

from .shapes import shapes, stream

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Raw values at scores 0 and 100, and the decimals kept."""

    low: float
    high: float
    decimals: int

    def score(self, raw: Matrix | float) -> Matrix:
        """Min-max score of a raw value."""
        return np.asarray(100.0 * (np.asarray(raw) - self.low) / (self.high - self.low))

    def raw(self, score: float) -> float:
        """Raw value of a score, not rounded."""
        return self.low + score / 100.0 * (self.high - self.low)


def scales(edition: Edition, draw: int) -> dict[str, Scale]:
    """Scales of all indicators: printed national bounds where there are any, else believable ones."""
    rng = stream("ranges", draw)
    drift = rng.uniform(-0.06, 0.06, (len(shapes()), 2))
    table = printed_figures(edition.year)
    bounds = {
        (r["code"], r["kind"]): (str(r["value"]), float(r["low"]), float(r["high"]))
        for r in table[table["kind"].isin(["minimum", "maximum"])].to_dict("records")
    }
    found = {}
    for shape, (a, b) in zip(shapes(), drift, strict=True):
        low, high = shape.low * (1 + a), shape.high * (1 + b + edition.range_growth)
        fine = max(2, math.ceil(2 - math.log10(high - low)))
        low, high = round(low, fine), round(high, fine)
        if (shape.code, "minimum") in bounds:
            low = _exact(bounds[shape.code, "minimum"], draw)
            high = _exact(bounds[shape.code, "maximum"], draw)
        decimals = max(2, math.ceil(math.log10(2e4 / (high - low))))
        found[shape.code] = Scale(low, high, decimals)
    return found


def _exact(printed: tuple[str, float, float], draw: int) -> float:
    """The printed bound; where a digit is cut off (64.0?) a draw chooses it."""
    word, low, _ = printed
    if word.endswith("?"):
        return round(low + 0.005 + 0.01 * int(stream("ranges", draw, 1).integers(0, 10)), 2)
    return float(word)


def diffuse(
    scores: Matrix, weight: Matrix, scale: list[Scale], movable: NDArray[np.bool_], blocks: list[list[int]]
) -> Matrix:
    """Round one unit's scores to raw values so that rounding errors cancel inside every block.

    Parameters
    ----------
    scores, weight : arrays of 52
        Scores, and the share of each cell in the unit's whole.
    scale : list of Scale
    movable : array of bool
        Cells that are rounded; the others are left out of the result as NaN.
    blocks : list of lists of int
        Cells whose weighted error must vanish together, in turn; errors pass on to the next.
    """
    out = np.full(len(scores), np.nan)
    carry = 0.0
    for block in blocks:
        for j in sorted(block, key=lambda j: (-weight[j], j)):
            if not movable[j]:
                continue
            want = scores[j]
            if 0.0 < scores[j] < 100.0:
                want = min(max(scores[j] - carry / weight[j], 0.01), 99.99)
            out[j] = round(scale[j].raw(want), scale[j].decimals)
            carry += weight[j] * (float(scale[j].score(out[j])) - scores[j])
    return out
