"""Run records: what went in, with which versions, and one fingerprint for all of it."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from dataclasses import asdict, is_dataclass
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd


def canonical(value: Any) -> Any:
    """Turn a value into plain JSON types in one fixed order, so that equal things hash equal."""
    if is_dataclass(value) and not isinstance(value, type):
        return canonical(asdict(value))
    if isinstance(value, pd.DataFrame):
        return {
            "index": [str(i) for i in value.index],
            "columns": {str(c): canonical(value[c].tolist()) for c in value.columns},
        }
    if isinstance(value, pd.Series):
        return {str(k): canonical(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return canonical(value.tolist())
    if isinstance(value, dict):
        return {str(k): canonical(value[k]) for k in sorted(value, key=str)}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            canonical(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)
        ]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else float.hex(value)
    if value is None or isinstance(value, str | int | bool):
        return value
    if pd.isna(value):
        return None
    return str(value)


def sha256(value: Any) -> str:
    """Hash of the canonical form of `value`."""
    written = json.dumps(canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def versions() -> dict[str, str]:
    """Versions of piikit, Python and the libraries that do arithmetic."""
    names = ("numpy", "pandas", "scipy", "scikit-learn", "statsmodels")
    from .. import __version__

    return {"piikit": __version__, "python": platform.python_version()} | {
        name: metadata.version(name) for name in names
    }


def fingerprint(**parts: Any) -> str:
    """Twelve hexadecimal digits that change when any part changes; no time, no machine."""
    return sha256(parts)[:12]
