"""A synthetic index shaped like PII 2025: 34 units, 52 indicators, a third of them heavy-tailed; no real province."""

from __future__ import annotations

import numpy as np
import pandas as pd

import piikit as pk
from piikit.index.index_result import IndexResult

CHANGED = 8


def index(method: str, units: int = 34, *, gaps: float = 0.0, seed: int = 0) -> IndexResult:
    """Build a synthetic index; `gaps` is the share of empty cells."""
    rng = np.random.default_rng(seed)
    framework = pk.load_framework("pii-2025")
    codes = list(framework.indicators)
    level = rng.normal(size=(units, 1))
    x = 0.6 * level + rng.normal(size=(units, len(codes)))
    heavy = np.arange(len(codes)) % 3 == 0
    x[:, heavy] = np.exp(1.6 * x[:, heavy])
    x[:, ~heavy] = 50 + 10 * x[:, ~heavy]
    x[rng.random(x.shape) < gaps] = np.nan
    values = pd.DataFrame(x, index=[f"U{i + 1:05d}" for i in range(units)], columns=codes)
    return pk.build_index(pk.Dataset.from_frame(values, framework=framework, name="synthetic"), method)


def scenarios(result: IndexResult, count: int, *, seed: int = 1) -> tuple[np.ndarray, list[str]]:
    """Own values of eight indicators (every sixth), a sixth of them outside what anybody has, on either side."""
    rng = np.random.default_rng(seed)
    codes = list(result.framework.indicators)[:: len(result.framework.indicators) // CHANGED][:CHANGED]
    x = result.dataset.values[codes].to_numpy(float)
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    return low + (high - low) * rng.uniform(-0.25, 1.25, (count, CHANGED)), codes
