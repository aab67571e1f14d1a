"""piikit: policy research toolkit for Vietnam's Provincial Innovation Index (PII).

Names below load on first use, so that ``import piikit`` takes milliseconds and Ctrl-C finds the
command line ready for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

# A name that goes: old name -> new one; it works for one more minor version, with a warning.
_RENAMED: dict[str, str] = {}


def _read_names() -> None:
    """``GROUPS``: groups of names as docs/api.md shows them, each name with its module; ``__all__`` of them."""
    import tomllib
    from pathlib import Path

    written = tomllib.loads(Path(__file__).with_name("public_names.toml").read_text("utf-8"))
    groups = {
        group: {name: f"piikit.{module}" for name, module in names.items()}
        for group, names in written.items()
    }
    where = {name: module for group in groups.values() for name, module in group.items()}
    globals().update(GROUPS=groups, _WHERE=where, __all__=sorted(where))


def __getattr__(name: str) -> Any:
    import importlib

    if "GROUPS" not in globals():
        _read_names()
    if name in ("GROUPS", "_WHERE", "__all__"):
        return globals()[name]
    if name in _RENAMED:
        import warnings

        warnings.warn(
            f"piikit.{name} is called piikit.{_RENAMED[name]} now and goes with the next version",
            DeprecationWarning,
            stacklevel=2,
        )
        name = _RENAMED[name]
    where = globals()["_WHERE"]
    if name not in where:
        raise AttributeError(f"module 'piikit' has no attribute {name!r}")
    module = importlib.import_module(where[name])
    found = getattr(module, name)
    if callable(found) and not isinstance(found, type) and not hasattr(found, "guarded"):
        from .base.arguments import guarded

        found = guarded(found)
        setattr(module, name, found)  # one function under both names, so that it can be pickled
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__getattr__("__all__")])
