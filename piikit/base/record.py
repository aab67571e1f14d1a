"""Run records: what went in, with which versions, and one fingerprint for all of it."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from importlib import metadata
from typing import Any

import numpy as np
import pandas as pd


def canonical(value: Any) -> Any:
    """Turn a value into plain JSON types in one fixed order, so that equal things hash equal."""
    for kinds, form in _FORMS:
        if isinstance(value, kinds):
            return form(value)
    if is_dataclass(value) and not isinstance(value, type):
        return canonical(asdict(value))
    return None if pd.isna(value) else str(value)


def _table(value: pd.DataFrame) -> Any:
    columns = {str(c): canonical(value[c].tolist()) for c in value.columns}
    return {"index": [str(i) for i in value.index], "columns": columns}


_FORMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    ((str, int, type(None)), lambda v: v),
    (float, lambda v: None if math.isnan(v) else float.hex(v)),
    ((list, tuple), lambda v: [canonical(x) for x in v]),
    (dict, lambda v: {str(k): canonical(v[k]) for k in sorted(v, key=str)}),
    ((set, frozenset), lambda v: [canonical(x) for x in sorted(v, key=str)]),
    ((np.generic, np.ndarray), lambda v: canonical(v.tolist())),
    (pd.Series, lambda v: {str(k): canonical(x) for k, x in v.items()}),
    (pd.DataFrame, _table),
)


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
