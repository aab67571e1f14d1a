"""Functions that a method calls by name, with options, title and formula: piikit's own and yours alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeVar

from ...base.errors import MethodError, UnknownNameError
from ...base.language import pick

Function = TypeVar("Function")
ORDERED = (("low", "high"), ("lower", "upper"), ("minimum", "maximum"))
KINDS = ("normalisation", "transform", "aggregation", "weights")


@dataclass(frozen=True)
class Option:
    """What an option of a function means and what it may be.

    Attributes
    ----------
    default : Any
        Taken where a method does not say; None for none.
    vi, en : str
        Its meaning.
    least, most : float
        Limits of a number.
    among : tuple of str
        The words that are possible; empty for any value.
    required : bool
        Whether every method must say it.
    whole : bool
        Whether a number must be an integer.
    """

    default: Any = None
    vi: str = ""
    en: str = ""
    least: float = float("-inf")
    most: float = float("inf")
    among: tuple[str, ...] = ()
    required: bool = False
    whole: bool = False

    def allows(self, value: Any) -> bool:
        """Whether `value` is of the default's type and within the limits."""
        if self.among:
            return value in self.among
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if value is None or not isinstance(self.default, Real | None):
            return value is not None or self.default is None
        number = isinstance(value, Integral if self.whole else Real) and not isinstance(value, bool)
        return number and self.least <= float(value) <= self.most

    @property
    def limits(self) -> str:
        """What is allowed, in signs that need no language."""
        return " | ".join(self.among) or f"{self.least:g} … {self.most:g}".replace("inf", "∞")


@dataclass(frozen=True)
class StepFunction:
    """A registered function: ``kind, name, function, options, title_vi, title_en, formula``."""

    kind: str
    name: str
    function: Any
    options: Mapping[str, Option]
    title_vi: str
    title_en: str
    formula: str

    def title(self, lang: str | None = None) -> str:
        """What it is called in `lang`."""
        return str(pick(self.title_vi, self.title_en, lang))

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse options that it does not have, with the nearest names, and values out of bounds."""
        check_options(self.name, self.options, given)
        check_order(self.name, self.complete(given))

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options with defaults for those that are not given."""
        return {k: o.default for k, o in self.options.items()} | dict(given)


def check_options(name: str, known: Mapping[str, Option], given: Mapping[str, Any]) -> None:
    """Refuse what is not among the `known` options of `name`, with the nearest, and values out of bounds."""
    for key, value in given.items():
        if key not in known:
            raise UnknownNameError("option", key, tuple(known))
        option = known[key]
        if not option.allows(value):
            meaning = pick(option.vi, option.en) or key
            raise MethodError(
                "error.option_value",
                method=name, option=key, value=value, meaning=meaning, allowed=option.limits,
            )  # fmt: skip


def check_order(name: str, given: Mapping[str, Any]) -> None:
    """Refuse a lower end that is not below its upper end: the order of the units would be turned round."""
    for first, second in ORDERED:
        low, high = given.get(first), given.get(second)
        if low is not None and high is not None and not low < high:
            raise MethodError(
                "error.option_order", method=name, first=first, second=second, low=low, high=high
            )


_functions: dict[str, dict[str, StepFunction]] = {kind: {} for kind in KINDS}


def register(
    kind: str,
    name: str,
    *,
    options: Mapping[str, Any] | None = None,
    title: Mapping[str, str] | None = None,
    formula: str = "",
) -> Callable[[Function], Function]:
    """A decorator that registers a function; see :func:`piikit.register_function`."""

    def keep(function: Function) -> Function:
        given = _keywords(kind, function) if options is None else options
        known = {k: _option(v) for k, v in given.items()}
        titles = {"vi": name, "en": name} | dict(title or {})
        _functions[kind][name] = StepFunction(
            kind, name, function, known, titles["vi"], titles["en"], formula
        )
        return function

    return keep


def step(kind: str, name: Any) -> StepFunction:
    """The function registered as `name`.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    """
    if not isinstance(name, str) or name not in _functions[kind]:
        raise UnknownNameError("function", name, names_of(kind))
    return _functions[kind][name]


def described(kind: str, name: str) -> StepFunction:
    """The same for showing it: where it is not registered here, its name alone."""
    return _functions[kind].get(name) or StepFunction(kind, name, None, {}, name, name, "")


def names_of(kind: str) -> tuple[str, ...]:
    """Names registered for a kind, piikit's own first."""
    return tuple(_functions[kind])


def function_of(kind: str, name: str) -> Any:
    """The bare function registered as `name`."""
    return step(kind, name).function


def _option(given: Any) -> Option:
    if isinstance(given, Option):
        return given
    return Option(**given) if isinstance(given, Mapping) else Option(given)


def _keywords(kind: str, function: Any) -> dict[str, Any]:
    """Options of a plain normalisation that does not list them: its keywords with a default."""
    if kind != "normalisation" or not inspect.isroutine(function):
        return {}
    parameters = list(inspect.signature(function).parameters.values())[2:]
    return {p.name: p.default for p in parameters if p.default is not p.empty}
