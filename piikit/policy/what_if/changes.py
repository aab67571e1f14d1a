"""Changes as people say them: a value, ``+x``, ``+x%``, "to peer median", "to the value of Huế".

A change is read once (:func:`read_change`) and resolved against a dataset into a raw value
(:meth:`Change.value`). Both languages are read; what is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.errors import InputError, Problem, UnknownNameError, raise_if
from ...base.folding import fold, nfc
from ...base.formats import LocalNumber
from ...data.peers import group_of
from ...data.reading.table.indicator_values import PLAIN, Measure, read_amount
from ..response.scenario_input import MISSING

if TYPE_CHECKING:
    from ...data.dataset import Dataset

Changes = Mapping[str, Any]
KINDS = ("value", "add", "percent", "median", "best", "percentile", "unit", "missing")
_NUMBERS = (int, float, np.integer, np.floating)
_WORDS = (
    ("median", re.compile(r"^(?:to |den |bang |len )?(?:the |muc )?(?:peer median|median of peers|trung vi (?:nhom|cung nhom|cac tinh cung nhom))$")),
    ("best", re.compile(r"^(?:to |den |bang |len )?(?:the |muc )?(?:best|tot nhat)(?: (?:of|in|cua|trong) (?P<name>.+))?$")),
    ("percentile", re.compile(r"^(?:to |den |bang |len )?(?:the |muc )?(?:percentile|bach phan vi|phan vi)(?: thu)? (?P<p>\d+(?:[.,]\d+)?)$")),
    ("unit", re.compile(r"^(?:to |den |bang |len )?(?:the |muc )?(?:value of|muc cua|gia tri cua) (?P<name>.+)$")),
    ("missing", re.compile(r"^(?:missing|not reported|khong bao cao|khong co so lieu|thieu)$")),
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change of one raw value.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    amount : float
        The value, the addition, the percentage or the percentile.
    name : str
        The group or unit named, as written.
    text : str
        The change as it was given.
    """

    kind: str
    amount: float = 0.0
    name: str = ""
    text: str = ""

    def moved(self, own: float) -> float:
        """The value that a change of the own one alone leads to; NaN for "not reported".

        Raises
        ------
        ValueError
            If the change looks at other units (:attr:`looks_around`).
        """
        if self.kind == "add":
            return own + self.amount
        if self.kind == "percent":
            return own * (1 + self.amount / 100)
        if self.looks_around:
            raise ValueError(f"{self.kind} needs the other units")
        return self.amount if self.kind == "value" else float("nan")

    @property
    def looks_around(self) -> bool:
        """Whether other units' values are needed."""
        return self.kind in {"median", "best", "percentile", "unit"}

    def value(self, dataset: Dataset, unit: str, code: str, peers: Sequence[str]) -> float:
        """The raw value that the change leads to; NaN for "not reported".

        What is aimed at among others (a median, a percentile, the best) is never a step down: a value
        that is better already stays.

        Parameters
        ----------
        dataset : Dataset
            Before the change.
        unit, code : str
        peers : sequence of str
            Units that "peer median" means; `unit` itself is left out.

        Raises
        ------
        InputError
            If the change needs a value that is missing, or leads beyond the scale.
        UnknownNameError
            If it names an unknown unit or group.
        """
        column = dataset.values[code]
        if not self.looks_around:
            moved = self.moved(float(column[unit]))
            if np.isnan(moved) and self.kind != "missing":
                raise InputError([Problem("problem.change.no_value", unit=unit, code=code, value=self.text)])
            self.possible(moved, Measure.of(dataset.framework, code), column, unit=unit, code=code)
            return moved
        among: Sequence[str] = dataset.units
        if self.kind == "median":
            among = [u for u in peers if u != unit]
        elif self.kind == "unit":
            among = [dataset.unit(self.name)]
        elif self.name:
            among = group_of(dataset, unit, self.name).members
        known = column[list(among)].dropna().to_numpy(float)
        if known.size == 0:
            raise InputError([Problem("problem.change.nobody", unit=unit, code=code, value=self.text)])
        share = {"best": 100.0, "percentile": self.amount}.get(self.kind, 50.0)
        good = int(dataset.framework.table.loc[code, "direction"]) > 0
        aim = float(np.percentile(known, share if good else 100.0 - share))
        better = np.fmax if good else np.fmin
        return aim if self.kind == "unit" else float(better(aim, column[unit]))

    def possible(self, value: float, measure: Measure, known: Iterable[float], **where: str) -> None:
        """Refuse a value outside the scale, with the scale, unless a known one stands as far out."""
        ends = [x for x in known if not np.isnan(x)]
        if measure.outside(value) and not min(ends, default=value + 1) <= value <= max(ends, default=value):
            raise InputError([Problem("problem.value.range", measure.limits, value=self.text, **where)])


def read_change(
    given: Any,
    *,
    unit: str | None = None,
    code: str | None = None,
    measure: Measure = PLAIN,
    known: Iterable[float] = (),
) -> Change:
    """Read a change as people give it.

    Parameters
    ----------
    given : float, str, None or Change
        A number is the new value. Text: ``"+3"``, ``"-2,5"`` add; ``"+20%"`` multiplies;
        ``"1,4"`` is a value; ``"to peer median"``, ``"to best of region"``, ``"to best"``,
        ``"to percentile 75"``, ``"to the value of Huế"`` and the same in Vietnamese;
        :data:`MISSING`, None or ``"not reported"`` take the value away.
    measure : Measure
        The unit of the indicator: ``"0,09 tỷ đồng"`` is 90 where million VND are wanted.
    known : iterable of float
        Values that others have; they may decide how ``"87.654"`` is meant, else it is asked.

    Raises
    ------
    InputError
        If it is not understood, with the place.
    """
    if isinstance(given, Change):
        return given
    if given is None or (isinstance(given, _NUMBERS) and given == MISSING):
        return Change("missing", text="missing")
    if isinstance(given, _NUMBERS) and not isinstance(given, bool):
        change = Change("value", float(given), text=f"{float(given):g}") if np.isfinite(given) else None
    else:
        said = nfc(str(given))
        change = _figure(said, unit, code, measure, known) or _words(said)
    if change is None or isinstance(given, bool):
        raise InputError([Problem("problem.change.unknown", unit=unit, code=code, value=given)])
    return change


def _figure(
    said: str, unit: str | None, code: str | None, measure: Measure, known: Iterable[float]
) -> Change | None:
    """A number, with a sign as an addition, with a sign and % as a percentage."""
    percent, signed = said.endswith("%"), said.startswith(("+", "-", "−"))
    bare = said.removesuffix("%").removeprefix(said[0] if signed else "").strip()
    if percent and not signed:
        bare, percent = said, False
    if not bare[:1].isdigit():
        return None
    span = measure.high - measure.low
    wanted = PLAIN if percent else replace(measure, low=0.0, high=span) if signed else measure
    amount, problems = read_amount(bare, wanted, () if signed else known)
    wrong = [p for p in problems if p.severity == "error" and not (signed and p.key == "problem.value.range")]
    raise_if(replace(p, cell=None, unit=unit, code=code, value=said) for p in wrong)
    kind = "percent" if percent else "add" if signed else "value"
    told = {p.severity for p in problems} - {"error"} or (kind == "value" and _small(said, amount, measure))
    text = _told(said, amount, measure) if told else said
    return Change(kind, -amount if signed and said[0] != "+" else amount, text=text)


def _small(said: str, amount: float, measure: Measure) -> bool:
    """Whether a figure in percent may be a fraction not yet multiplied by 100."""
    return measure.kind == "percent" and 0 < amount <= 1 and "%" not in said


def _told(said: str, amount: float, measure: Measure) -> str:
    """A figure as it was written and as it was read."""
    unit = f" {measure.unit}" if measure.unit else ""
    return f"{said} ({LocalNumber(amount)}{unit})"


def _words(said: str) -> Change | None:
    folded = fold(said)
    for kind, pattern in _WORDS:
        if found := pattern.match(folded):
            parts = found.groupdict()
            percentile = float(parts.get("p", "0").replace(",", "."))
            name = parts.get("name") or ""
            return Change(kind, percentile, name, text=said) if percentile <= 100 else None
    return None


def some(changes: Changes) -> None:
    """Refuse a what-if that changes nothing."""
    if not any(len(c) if isinstance(c, Mapping) else True for c in changes.values()):
        raise InputError([Problem("problem.change.none")])


def by_unit(changes: Changes, unit: str, dataset: Dataset) -> dict[str, dict[str, Change]]:
    """Changes by unit and code, whether given for one unit or for several.

    Raises
    ------
    InputError
        With every change that is not understood, or if there is none.
    UnknownNameError
        For an unknown unit or code.
    """
    some(changes)
    nested = {u: c for u, c in changes.items() if isinstance(c, Mapping)}
    flat = {c: v for c, v in changes.items() if not isinstance(v, Mapping)}
    todo: dict[str, dict[str, Any]] = {unit: dict(flat)} if flat else {}
    for name, cells in nested.items():
        todo.setdefault(dataset.unit(name), {}).update(cells)
    out: dict[str, dict[str, Change]] = {}
    problems: list[Problem] = []
    for name, cells in todo.items():
        for code, given in cells.items():
            found = dataset.framework.check(str(code))
            if found not in dataset.codes:
                raise UnknownNameError("indicator", str(code), dataset.codes)
            try:
                measure, known = Measure.of(dataset.framework, found), dataset.values[found]
                change = read_change(given, unit=name, code=found, measure=measure, known=known)
                out.setdefault(name, {})[found] = change
            except InputError as error:
                problems += error.problems
    raise_if(problems)
    return out
