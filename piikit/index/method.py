"""A method: every choice between raw values and ranks, in one frozen object.

A what-if, an uncertainty run or an optimisation is "change the data or the method and build
again", so nothing that matters to a score may live anywhere else. Methods go to and from TOML
and JSON; a user's own function enters by name through :func:`piikit.register_function`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..base.errors import InputError, MethodError, Problem, UnknownNameError
from ..base.files import parse_toml, read_text
from ..base.record import sha256
from .method_parts import Aggregation, Coverage, Imputation, Normalisation, check_part
from .ranks import Ranking
from .steps.registered import names_of, step
from .steps.treatment import Treatment

IMPUTATIONS = ("none", "mean", "median", "group_mean", "group_median", "row_mean", "row_median", "iterative")
FIXED_WEIGHTS = ("given", "equal", "effective")
PRESETS = ("pii", "gii", "coinr")
TIES = ("min", "max", "average", "dense")


_PARTS: dict[str, type[Any]] = {
    "imputation": Imputation,
    "treatment": Treatment,
    "normalisation": Normalisation,
    "aggregation": Aggregation,
    "coverage": Coverage,
}
_SHORT = {"imputation": "rule", "treatment": "transform", "normalisation": "method", "aggregation": "rule"}


@dataclass(frozen=True)
class Method:
    """Every choice between raw values and ranks.

    Parameters
    ----------
    name : str
    imputation : Imputation
    treatment : Treatment or None
        None leaves outliers alone.
    normalisation : Normalisation
    aggregation : Aggregation
    weights : str
        ``given`` (the framework's), ``equal`` (siblings alike), ``effective`` (every
        indicator the same share of the whole), ``pca``, ``entropy``, ``critic`` (from the
        scores, parent by parent) or a registered function.
    coverage : Coverage
    rank_ties : str
        ``min`` (ties share the better rank), ``max``, ``average`` or ``dense``.
    rank_decimals : int
        Ranks are made on scores rounded so; 10 keeps summation order from swapping ties, 2 is
        for a publisher who ranks what it prints.

    Raises
    ------
    UnknownNameError
        If a function, option or word is not known, with the nearest.
    MethodError
        If an option's value is not one that the function takes.

    Notes
    -----
    Steps and their names follow the OECD/JRC *Handbook on Constructing Composite Indicators*
    (2008), Part 1, and COINr.

    Examples
    --------
    >>> import piikit as pk
    >>> method = pk.Method.pii().replace(aggregation="geometric", normalisation={"low": 1})
    >>> method.name, method.normalisation.options
    ('pii (changed)', {'low': 1})
    >>> pk.Method.from_toml(method.to_toml()) == method
    True
    >>> float(pk.build_index(pk.load_dataset("open-2022"), method).scores["OPEN"].max().round(2))
    58.05
    """

    name: str = "custom"
    imputation: Imputation = field(default_factory=Imputation)
    treatment: Treatment | None = None
    normalisation: Normalisation = field(default_factory=Normalisation)
    aggregation: Aggregation = field(default_factory=Aggregation)
    weights: str = "given"
    coverage: Coverage = field(default_factory=Coverage)
    rank_ties: str = "min"
    rank_decimals: int = 10

    def __post_init__(self) -> None:
        check_part("method", self, tuple(_PARTS))
        for key in _PARTS:
            part = _part(key, None, getattr(self, key))
            object.__setattr__(self, key, part)
            if part is not None:
                check_part(key, part)
        _known("option", self.imputation.rule, IMPUTATIONS)
        if self.treatment is not None and self.treatment.transform != "none":
            step("transform", self.treatment.transform)
        for code in ("", *self.normalisation.by_indicator):
            found = step("normalisation", self.normalisation.method_for(code))
            found.check(self.normalisation.options_for(code))
        _known("option", self.normalisation.bounds, ("sample", "fixed", "pooled"))
        for rule in [self.aggregation.rule, *self.aggregation.by_parent.values()]:
            step("aggregation", rule)
        _known("option", self.weights, (*FIXED_WEIGHTS, *names_of("weights")))
        _known("option", self.rank_ties, TIES)

    @classmethod
    def pii(cls) -> Method:
        """The PII as its printed figures recover it: min-max 0-100 on the edition's range, plain means.

        No outlier rule, imputation or weights are printed anywhere; a logarithm is ruled out
        for one indicator (see docs/oracles.md).
        """
        return cls(name="pii")

    @classmethod
    def gii(cls) -> Method:
        """The GII's rules: winsorise up to five at skewness 2.25 and kurtosis 3.5, else its logarithm.

        Then min-max 0-100, weighted arithmetic means, no imputation, and at least 66% of the
        indicators in each sub-index and two of three groups in each pillar (GII 2023, App. I).
        """
        return cls(
            name="gii",
            treatment=Treatment(
                max_points=5, transform="log_gii", skewness=2.25, kurtosis=3.5, kinds=("hard", "")
            ),
            coverage=Coverage(by_parent={"sub_index": {"indicators": 0.66}, "pillar": {"children": 0.5}}),
        )

    @classmethod
    def coinr(cls) -> Method:
        """COINr's ``qTreat``, ``Normalise`` and ``Aggregate`` with their usual settings."""
        return cls(name="coinr", treatment=Treatment())

    @classmethod
    def preset(cls, name: str) -> Method:
        """A preset by name: ``pii``, ``gii`` or ``coinr``."""
        made: Method = getattr(cls, _known("option", name, PRESETS))()
        return made

    def replace(self, **changes: Any) -> Method:
        """Return a copy with choices changed.

        A part may be given whole, as a dict of what changes, or as a single word:
        ``Method.pii().replace(aggregation="geometric", normalisation={"low": 1})``.
        """
        name = {"name": f"{self.name.removesuffix(' (changed)')} (changed)"} if changes else {}
        return replace(self, **name | _choices(self, changes))

    @property
    def ranking(self) -> Ranking:
        """How its scores become ranks."""
        return Ranking(self.rank_decimals, self.rank_ties)

    @property
    def mixes_columns(self) -> bool:
        """Whether a score of one indicator can depend on other indicators' values."""
        return (
            self.imputation.rule in {"row_mean", "row_median", "iterative"}
            or self.weights not in FIXED_WEIGHTS
            or any(r == "copeland" for r in [self.aggregation.rule, *self.aggregation.by_parent.values()])
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain types, without what is None."""
        return {k: v for k, v in asdict(self).items() if v is not None}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Method:
        """The inverse of :meth:`to_dict`; unknown keys are refused."""
        if not isinstance(given, Mapping):
            raise MethodError("error.part", part="method", value=given, names=", ".join(_names(cls)))
        return cls(**_choices(cls(), given))

    def to_json(self) -> str:
        """JSON text; :meth:`from_json` reads it back to an equal method."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, default=lambda v: v.item())

    @classmethod
    def from_json(cls, text: str) -> Method:
        """Read what :meth:`to_json` wrote."""
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError([Problem("problem.file.json", {"why": str(error)})]) from None
        return cls.from_dict(given)

    def to_toml(self) -> str:
        """TOML text; :meth:`from_toml` reads it back to an equal method."""
        import tomli_w

        given = self.to_dict()
        if self.treatment is not None and self.treatment.max_points is None:
            given["treatment"]["max_points"] = "unlimited"
        return tomli_w.dumps(_without_none(given))

    @classmethod
    def from_toml(cls, text: str) -> Method:
        """Read what :meth:`to_toml` wrote."""
        given = parse_toml(text)
        treatment = given.get("treatment")
        if isinstance(treatment, dict) and treatment.get("max_points") == "unlimited":
            given["treatment"]["max_points"] = None
        return cls.from_dict(given)

    @classmethod
    def load(cls, source: str | Path) -> Method:
        """A preset's name, or a ``.toml`` or ``.json`` file.

        Raises
        ------
        UnknownNameError, MethodError
            For a name that is no preset, and for what a file says that no method can, with its name.
        InputError
            If the file is no TOML or JSON.
        FileNotFoundError
            If there is no such file.
        """
        path = Path(source)
        if path.suffix in {".toml", ".json"}:
            written = read_text(path)
            try:
                return cls.from_toml(written) if path.suffix == ".toml" else cls.from_json(written)
            except InputError as error:
                raise InputError(replace(p, file=path.name) for p in error.problems) from None
            except (MethodError, UnknownNameError) as error:
                raise error.at(file=path.name) from None
        return cls.preset(str(source))

    @property
    def fingerprint(self) -> str:
        """Hash of every choice but the name."""
        return sha256({k: v for k, v in self.to_dict().items() if k != "name"})

    def __hash__(self) -> int:
        return hash(self.fingerprint)


def _known(kind: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return name


def _names(of: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(of))


def _choices(before: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, with a part's word or dict put into that part as it was before."""
    ready = dict(given)
    for key, value in given.items():
        _known("option", key, _names(before))
        if key in _PARTS:
            ready[key] = _part(key, getattr(before, key), value)
    return ready


def _part(key: str, before: Any, given: Any) -> Any:
    """A part as it is, or a single word or a dict of what changes put into the part as it was before."""
    kind = _PARTS[key]
    if isinstance(given, kind) or (given is None and key == "treatment"):
        return given
    inside = {_SHORT[key]: given} if isinstance(given, str) and key in _SHORT else given
    if not isinstance(inside, Mapping):
        raise MethodError("error.part", part=key, value=given, names=", ".join(_names(kind)))
    return _changed(before or kind(), dict(inside))


def _changed(before: Any, given: dict[str, Any]) -> Any:
    """A part of a method with what is given; a normalisation takes its options beside its fields."""
    if isinstance(before, Normalisation):
        loose = {k: given.pop(k) for k in list(given) if k not in _names(before)}
        if loose or "options" not in given:
            known = step("normalisation", given.get("method", before.method)).options
            kept = {k: v for k, v in before.options.items() if k in known}
            given["options"] = {**kept, **given.get("options", {}), **loose}
    ready = {_known("option", k, _names(before)): v for k, v in given.items()}
    return replace(before, **{k: tuple(v) if isinstance(v, list) else v for k, v in ready.items()})


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return list(value) if isinstance(value, tuple) else value
