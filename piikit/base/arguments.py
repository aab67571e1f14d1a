"""Public functions refuse what is of another kind, by their own annotations, before anything is computed."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from numbers import Integral, Real
from os import PathLike
from typing import Any, TypeVar, cast, get_args

from .errors import ArgumentError, MethodError
from .formats import LocalNumber

F = TypeVar("F", bound=Callable[..., Any])
_PLAIN: dict[str, Any] = {
    "str": str, "int": Integral, "float": Real, "bool": bool, "None": type(None), "Path": PathLike,
    "Mapping": Mapping, "Changes": Mapping, "dict": dict, "Callable": Callable, "Iterable": Iterable, "Sequence": Iterable,
}  # fmt: skip
# pieces of a union that say what class is wanted; anything else is left to the function
_CLASSES = {
    "Dataset", "Framework", "Method", "IndexResult", "PageResult", "Page", "Package", "WhatIf", "Scenario", "Action",
    "ActionSet", "Calendar", "DataFrame", "Series", "ReferenceClass", "Diagnosis", "Response", "Known", "DriversResult",
    "PageDiagnosis", "Plan", "Odds",
}  # fmt: skip
# least and most that a number of that name can be
_RANGES = {
    (1, inf): "levels rounds steps runs futures scenarios fresh total top k count digits",
    (0, 1): "confidence sure level copula least_available least_nonzero least_unique",
    (2, inf): "folds",
    (0, inf): "points draws permutations bootstrap first seconds years horizon reach",
}
_LIMITS = {name: ends for ends, names in _RANGES.items() for name in names.split()}
_NOT_SEVERAL = {"str", "bytes", "dict", "DataFrame"}
_INNER = re.compile(r"\[[^\[\]]*\]")


def guarded(function: F) -> F:
    """The function, with its arguments held against their annotations.

    Raises
    ------
    ArgumentError, MethodError
        On a call with something of another kind, or a number that is none of its kind.
    """
    scope = inspect.unwrap(function).__globals__
    wanted = {n: _kinds(str(a), scope) for n, a in inspect.get_annotations(function).items() if n != "return"}
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind != p.VAR_POSITIONAL]

    @functools.wraps(function, assigned=(*functools.WRAPPER_ASSIGNMENTS, "cache_clear", "cache_info"))
    def checked(*args: Any, **more: Any) -> Any:
        given = [_held(function, n, v, wanted.get(n, ())) for n, v in zip(names, args, strict=False)]
        more = {n: _held(function, n, v, wanted.get(n, ())) for n, v in more.items()}
        return function(*given, *args[len(given) :], **more)

    checked.__dict__["guarded"] = True
    return cast("F", checked)


def _held(function: Any, name: str, value: Any, kinds: tuple[str, ...]) -> Any:
    """The value, if it is of a kind that is wanted; several things of any kind as a list, where that will do.

    What may be a rank to reach is said by the searches themselves.
    """
    if name in ("target_rank", "rank"):
        return value
    if kinds and not any(_is(value, kind) for kind in kinds):
        raise ArgumentError(function.__name__, name, " | ".join(kinds).removesuffix(" | None"), value)
    check_range(name, value)
    several = "Sequence" in kinds and _is(value, "Sequence") and not isinstance(value, Sequence)
    return list(value) if several else value


def check_range(name: str, value: Any) -> None:
    """Refuse a number that a thing of that name cannot be: no runs, a negative budget, a share of 66."""
    least, most = _LIMITS.get(name, (-inf, inf))
    if isinstance(value, Real) and not least <= float(value) <= most:
        ends = {"least": LocalNumber(least), "most": LocalNumber(most), "given": LocalNumber(value)}
        raise MethodError("error.range", name=name, **ends)


def _kinds(annotation: str, scope: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of a union of kinds, those of its choices for a named choice; none if one is not known here."""
    while annotation != (bare := _INNER.sub("", annotation)):
        annotation = bare
    names = [k.strip().rpartition(".")[2] for k in annotation.split("|")]
    choices = {n: [type(c).__name__ for c in get_args(scope.get(n))] for n in names if n not in _PLAIN}
    kinds = tuple(kind for n in names for kind in choices.get(n) or [n])
    return kinds if set(kinds) <= _CLASSES | set(_PLAIN) else ()


def _is(value: Any, kind: str) -> bool:
    names = {cls.__name__ for cls in type(value).__mro__}
    if kind in _PLAIN:
        one = kind in ("Iterable", "Sequence") and names & _NOT_SEVERAL
        return isinstance(value, _PLAIN[kind]) and not one
    return kind in names
