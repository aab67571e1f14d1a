"""piikit: policy research toolkit for Vietnam's Provincial Innovation Index (PII).

Names below load on first use, so that ``import piikit`` takes milliseconds.
"""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

# Groups of names as docs/api.md shows them, each name with its module.
GROUPS = {
    group: {name: f"piikit.{module}" for name, module in names.items()}
    for group, names in tomllib.loads(
        Path(__file__).with_name("public_names.toml").read_text("utf-8")
    ).items()
}
_WHERE = {name: module for group in GROUPS.values() for name, module in group.items()}
# A name that goes: old name -> new one; it works for one more minor version, with a warning.
_RENAMED: dict[str, str] = {}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name in _RENAMED:
        import warnings

        warnings.warn(
            f"piikit.{name} is called piikit.{_RENAMED[name]} now and goes with the next version",
            DeprecationWarning,
            stacklevel=2,
        )
        name = _RENAMED[name]
    if name not in _WHERE:
        raise AttributeError(f"module 'piikit' has no attribute {name!r}")
    module = importlib.import_module(_WHERE[name])
    found = getattr(module, name)
    if callable(found) and not isinstance(found, type) and not hasattr(found, "guarded"):
        from .base.arguments import guarded

        found = guarded(found)
        setattr(module, name, found)  # one function under both names, so that it can be pickled
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
