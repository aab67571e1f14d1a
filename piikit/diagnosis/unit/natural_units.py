"""What one natural unit of an indicator is worth in points of the whole, and where that stops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .rebuilt import rebuild

if TYPE_CHECKING:
    from ...index.engine import ColumnSpec
    from ...index.index_result import IndexResult


def per_natural_unit(result: IndexResult, unit: str) -> pd.DataFrame:
    """Points of the whole per natural unit of every indicator that `unit` has.

    With min-max and nothing treated, own points are linear in the own value between the
    bounds that the other units (or the method) set: the slope is effective weight times the
    scale over their range, and it is exact. Below that range the own value is itself the
    minimum and rising gains nothing; above it the own score stays at the top while rivals
    are pushed down. For any other method the figure is the change after one step, built
    again, and holds for that step only.

    Parameters
    ----------
    result : IndexResult
    unit : str

    Returns
    -------
    DataFrame
        Index ``code``; ``value, direction, weight``; ``points_per_unit`` (per 1 unit of
        improvement) and ``step, points_per_step`` (a round step that fits the range);
        ``holds_from, holds_to`` (worst and best end of the range in which the slope is
        exact, raw units), ``headroom`` (raw units left to the best end) and
        ``points_headroom``; ``place``: ``inside``, ``lowest`` (must first pass
        ``holds_from``) or ``highest``; ``exact`` (bool).
    """
    row = result.units.index(unit)
    rows, codes = [], []
    for j, spec in enumerate(result.plan.columns):
        column = result.computed.imputed[:, j]
        value = float(column[row])
        weight = float(result.effective_weights.iat[row, result.framework.codes.index(spec.code)])
        if np.isnan(value) or np.isnan(result.computed.columns[j].normalised[row]):
            continue
        codes.append(spec.code)
        rows.append(_row(result, unit, spec, np.delete(column, row), value, weight))
    table = pd.DataFrame(rows, index=pd.Index(codes, name="code"))
    return table


def _row(
    result: IndexResult, unit: str, spec: ColumnSpec, others: np.ndarray, value: float, weight: float
) -> dict[str, Any]:
    d = spec.direction
    low, high = _others_bounds(spec, others)
    own = value * d
    span = high - low
    step = round_step(span)
    linear = spec.normaliser.name == "minmax" and not spec.treated and math.isfinite(span) and span > 0
    if linear:
        scale = float(spec.options.get("high", 100.0)) - float(spec.options.get("low", 0.0))
        slope = weight * scale / span
        per_step = slope * step
    else:
        moved = rebuild(result, unit, {spec.code: value + d * step}).score
        per_step = moved - float(result.scores.at[unit, result.root])
        slope = per_step / step if step else math.nan
    headroom = max(0.0, high - max(own, low))
    return {
        "value": value,
        "direction": d,
        "weight": weight,
        "points_per_unit": slope,
        "step": step,
        "points_per_step": per_step,
        "holds_from": low * d,
        "holds_to": high * d,
        "headroom": headroom,
        "points_headroom": slope * headroom if linear else math.nan,
        "place": "lowest" if own < low else "highest" if own >= high else "inside",
        "exact": bool(linear),
    }


def _others_bounds(spec: ColumnSpec, others: np.ndarray) -> tuple[float, float]:
    """Ends of the scale without the unit itself, turned by direction (larger is better)."""
    turned = others[~np.isnan(others)] * spec.direction
    if spec.pooled is not None:
        turned = np.concatenate([turned, spec.pooled])
    low, high = spec.options.get("minimum"), spec.options.get("maximum")
    if low is None:
        low = turned.min() if len(turned) else math.nan
    if high is None:
        high = turned.max() if len(turned) else math.nan
    return float(low), float(high)


def round_step(span: float) -> float:
    """A power of ten that is about a fifth to a fiftieth of a range: 0.01, 1, 10 ..."""
    if not math.isfinite(span) or span <= 0:
        return math.nan
    return float(10.0 ** math.floor(math.log10(span / 5)))
