"""What every part of the content model is: a frozen piece that holds other pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Part:
    """A piece of the content model; pieces stand in its fields, in tuples and in mappings."""


def walk(part: Any) -> Iterator[Part]:
    """Every piece inside `part`, itself first."""
    if isinstance(part, Part):
        yield part
        for field in fields(part):
            yield from walk(getattr(part, field.name))
    elif isinstance(part, tuple | list):
        for one in part:
            yield from walk(one)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from walk(one)


def rewritten(part: Any, change: Callable[[Part], Part]) -> Any:
    """Copy of `part` with `change` applied to every piece that holds no other."""
    if isinstance(part, Part):
        held = {f.name: getattr(part, f.name) for f in fields(part)}
        new = {name: rewritten(one, change) for name, one in held.items() if _holds(one)}
        return replace(part, **new) if new else change(part)
    if isinstance(part, tuple):
        return tuple(rewritten(one, change) for one in part)
    if isinstance(part, Mapping):
        return {key: rewritten(one, change) for key, one in part.items()}
    return part


def _holds(one: Any) -> bool:
    return isinstance(one, Part | Mapping) or (isinstance(one, tuple) and any(map(_holds, one)))
