"""What one natural unit of an indicator is worth in points of the whole, and where that stops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .rebuilt import rebuild

if TYPE_CHECKING:
    from ...index.engine import ColumnSpec
    from ...index.index_result import IndexResult


def linear_columns(result: IndexResult) -> pd.Series:
    """By indicator, whether scores are linear in the value between the ends of the scale."""
    columns = result.plan.columns
    return pd.Series(
        [c.normaliser.name == "minmax" and not c.treated for c in columns], [c.code for c in columns]
    )


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
    scored = result.imputed.loc[unit].notna() & result.normalised.loc[unit].notna()
    specs = [c for c in result.plan.columns if scored[c.code]]
    codes = pd.Index([c.code for c in specs], name="code")
    others = result.imputed.drop(index=unit)
    ends = pd.DataFrame([_ends(c, others[c.code].to_numpy(float)) for c in specs], codes, ["low", "high"])
    low, high = ends["low"], ends["high"]
    value, weight = result.imputed.loc[unit, codes], result.effective_weights.loc[unit, codes]
    direction = pd.Series([c.direction for c in specs], codes)
    own, span = value * direction, high - low
    step = span.map(round_step)
    exact = linear_columns(result)[codes] & step.notna()
    scale = [float(c.options.get("high", 100.0)) - float(c.options.get("low", 0.0)) for c in specs]
    slope = weight * scale / span.where(exact)
    moved = (value + direction * step)[step.notna() & ~exact]
    gained = rebuild(result, unit, moved)["score"] - float(result.scores.at[unit, result.root])
    per_step = (slope * step).where(exact, gained.reindex(codes))
    headroom = (high - own.clip(lower=low)).clip(lower=0.0)
    return pd.DataFrame(
        {
            "value": value,
            "direction": direction,
            "weight": weight,
            "points_per_unit": slope.where(exact, per_step / step),
            "step": step,
            "points_per_step": per_step,
            "holds_from": low * direction,
            "holds_to": high * direction,
            "headroom": headroom,
            "points_headroom": slope * headroom,
            "place": np.select([own < low, own >= high], ["lowest", "highest"], "inside"),
            "exact": exact,
        },
        index=codes,
    )


def _ends(spec: ColumnSpec, others: np.ndarray) -> tuple[float, float]:
    """Ends of the scale without the unit itself, turned by direction (larger is better)."""
    turned = others[~np.isnan(others)] * spec.direction
    if spec.pooled is not None:
        turned = np.concatenate([turned, spec.pooled])
    seen = (turned.min(), turned.max()) if len(turned) else (math.nan, math.nan)
    given = spec.options.get("minimum"), spec.options.get("maximum")
    low, high = (s if g is None else g for g, s in zip(given, seen, strict=True))
    return float(low), float(high)


def round_step(span: float) -> float:
    """A power of ten that is about a fifth to a fiftieth of a range: 0.01, 1, 10 ..."""
    if not math.isfinite(span) or span <= 0:
        return math.nan
    return float(10.0 ** math.floor(math.log10(span / 5)))
