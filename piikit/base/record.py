"""Run records: what went in, with which versions, and one fingerprint for all of it."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from dataclasses import asdict, is_dataclass
from functools import singledispatch
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd


@singledispatch
def canonical(value: Any) -> Any:
    """Turn a value into plain JSON types in one fixed order, so that equal things hash equal."""
    if is_dataclass(value) and not isinstance(value, type):
        return canonical(asdict(value))
    return None if pd.isna(value) else str(value)


@canonical.register
def _table(value: pd.DataFrame) -> Any:
    return {
        "index": [str(i) for i in value.index],
        "columns": {str(c): canonical(value[c].tolist()) for c in value.columns},
    }


@canonical.register
def _column(value: pd.Series) -> Any:
    return {str(k): canonical(v) for k, v in value.items()}


@canonical.register(dict)
def _mapping(value: dict[Any, Any]) -> Any:
    return {str(k): canonical(value[k]) for k in sorted(value, key=str)}


@canonical.register(list)
@canonical.register(tuple)
def _sequence(value: Any) -> Any:
    return [canonical(v) for v in value]


@canonical.register(set)
@canonical.register(frozenset)
def _set(value: Any) -> Any:
    return [canonical(v) for v in sorted(value, key=str)]


@canonical.register(np.ndarray)
def _array(value: Any) -> Any:
    return canonical(value.tolist())


@canonical.register(np.generic)
def _scalar(value: Any) -> Any:
    return canonical(value.item())


@canonical.register
def _float(value: float) -> Any:
    return None if math.isnan(value) else float.hex(value)


@canonical.register(str)
@canonical.register(int)
@canonical.register(type(None))
def _plain(value: Any) -> Any:
    return value


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
