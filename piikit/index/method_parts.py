"""The parts of a method, each a frozen choice, and what the choices may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import Any, NamedTuple

from ..base.errors import MethodError
from .steps.registered import Option, check_options


@dataclass(frozen=True)
class Imputation:
    """How gaps are filled before anything else.

    Parameters
    ----------
    rule : str
        ``none`` (PII, GII), ``mean``, ``median``, ``group_mean``, ``group_median`` (over the
        units of the same `group`), ``row_mean``, ``row_median`` (over the unit's other
        indicators in the same parent, on a 0-1 scale, mapped back), ``iterative``
        (scikit-learn's IterativeImputer).
    group : str, optional
        A column of ``Dataset.groups``.
    level : int, optional
        For row rules: fill within the ancestor at this level (2 = group); None over all.
    seed : int
        For the iterative imputer.
    """

    rule: str = "none"
    group: str | None = None
    level: int | None = 2
    seed: int = 0


@dataclass(frozen=True)
class Normalisation:
    """How a treated column becomes a score.

    Parameters
    ----------
    method : str
        A name of :mod:`piikit.index.steps.normalisation`, or a registered one.
    options : dict
        Options of the method: ``low, high`` for min-max (0, 100), ``mean, sd`` for z-scores,
        ``scale``, ``cap``, ``clip``, ``truncate``, ``to`` ("mean", "best", "worst") for ratios
        and differences, ``margin``, or ``reference_unit`` for ``distance_to_reference``.
    bounds : str
        ``sample`` (min and max of this edition, as PII does), ``fixed`` (given in
        `by_indicator`, or the framework's ``scale_min``/``scale_max``) or ``pooled`` (over the
        editions given to :func:`piikit.build_index` as ``pool``).
    by_indicator : dict
        Code to options that override the above, such as ``{"minimum": 0, "maximum": 10}`` or
        ``{"method": "goalposts", "lower": 0, "upper": 5}``; values in raw units.
    """

    method: str = "minmax"
    options: Mapping[str, Any] = field(default_factory=dict)
    bounds: str = "sample"
    by_indicator: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def method_for(self, code: str) -> str:
        """The method of an indicator."""
        return str(self.by_indicator.get(code, {}).get("method", self.method))

    def options_for(self, code: str) -> dict[str, Any]:
        """The options of its method: those of all indicators, if it is theirs, and its own."""
        own = {k: v for k, v in self.by_indicator.get(code, {}).items() if k != "method"}
        return {**self.options, **own} if self.method_for(code) == self.method else own


@dataclass(frozen=True)
class Aggregation:
    """How children become their parent.

    Parameters
    ----------
    rule : str
        ``arithmetic``, ``geometric``, ``harmonic``, ``generalised``, ``copeland`` or a
        registered one.
    power : float
        Exponent of the generalised mean.
    by_parent : dict
        Overrides, to a rule: the parent's code, its level (``"level:4"``) or what it is
        (``"sub_index"``, ``"pillar"``); the code counts before the level.
    """

    rule: str = "arithmetic"
    power: float = 1.0
    by_parent: Mapping[str, str] = field(default_factory=dict)

    def rule_for(self, names: Names) -> str:
        """The rule that makes the score of the node of these names."""
        return next((self.by_parent[n] for n in names if n in self.by_parent), self.rule)


Names = tuple[str, ...]
"""What a node may be called in ``by_parent``: its code, its level, what it is."""


class Least(NamedTuple):
    """Least shares that must be known for a node to have a score."""

    children: float
    indicators: float


@dataclass(frozen=True)
class Coverage:
    """How much must be known for a node to have a score.

    Parameters
    ----------
    children : float
        Least share of children with a score (COINr's ``dat_thresh``).
    indicators : float
        Least share of all indicators below that are known.
    by_parent : dict
        Overrides by the parent's code, its level or what it is, as in :class:`Aggregation`:
        ``{"sub_index": {"indicators": 0.66}}``.
    """

    children: float = 0.0
    indicators: float = 0.0
    by_parent: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def limits(self, names: Names) -> Least:
        """Least shares of children and of indicators for the node of these names."""
        found = next((self.by_parent[n] for n in names if n in self.by_parent), {})
        return Least(
            float(found.get("children", self.children)), float(found.get("indicators", self.indicators))
        )


_SHARE = Option(0.0, vi="tỷ lệ, từ 0 đến 1", en="a share, 0 to 1", least=0.0, most=1.0)
_SHARES = {"children": _SHARE, "indicators": _SHARE}
_COUNT = Option(0, vi="số nguyên", en="a whole number", least=0, most=2**31, whole=True)
_DECIMALS = Option(0, vi="số chữ số thập phân", en="decimals", least=0, most=15, whole=True)
_POSITIVE = Option(0.0, vi="ngưỡng", en="a limit", least=0.0)
_LIMITS: dict[str, dict[str, Option]] = {
    "imputation": {"seed": _COUNT},
    "treatment": {
        "max_points": _COUNT, "skewness": _POSITIVE, "kurtosis": Option(0.0), "power": Option(0.0),
        "combine": Option(False),
    },
    "aggregation": {"power": Option(0.0)},
    "coverage": _SHARES,
    "method": {"rank_decimals": _DECIMALS},
}  # fmt: skip


def check_part(part: str, of: Any, passed: tuple[str, ...] = ()) -> None:
    """Refuse values of another type than a choice has, and those out of its limits; some choices are passed over.

    Raises
    ------
    MethodError
        With the choice, the value and what it needs.
    """
    for held in fields(of):
        value = getattr(of, held.name)
        if held.name not in passed and not any(_FITS[k](value) for k in str(held.type).split(" | ")):
            raise MethodError("error.part_type", part=part, name=held.name, value=value, kind=held.type)
    limits = _LIMITS.get(part, {})
    check_options(part, limits, {k: v for k in limits if (v := getattr(of, k)) is not None})
    for shares in of.by_parent.values() if isinstance(of, Coverage) else ():
        check_options(part, _SHARES, shares)


def _mapping_of(inside: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda v: (
        isinstance(v, Mapping) and all(isinstance(k, str) and inside(held) for k, held in v.items())
    )


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


_FITS: dict[str, Callable[[Any], bool]] = {
    "None": lambda v: v is None,
    "str": lambda v: isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "int": lambda v: isinstance(v, Integral) and not isinstance(v, bool),
    "float": _number,
    "tuple[str, ...]": lambda v: isinstance(v, tuple) and all(isinstance(s, str) for s in v),
    "Mapping[str, Any]": _mapping_of(lambda v: True),
    "Mapping[str, str]": _mapping_of(lambda v: isinstance(v, str)),
    "Mapping[str, Mapping[str, Any]]": _mapping_of(_mapping_of(lambda v: True)),
    "Mapping[str, Mapping[str, float]]": _mapping_of(_mapping_of(_number)),
}
