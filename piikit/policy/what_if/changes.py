"""Changes as people say them: a value, ``+x``, ``+x%``, "to peer median", "to the value of Huế".

A change is read once (:func:`read_change`) and resolved against a dataset into a raw value
(:meth:`Change.value`). Both languages are read; what is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.errors import InputError, Problem, UnknownNameError, raise_if
from ...base.folding import fold, nfc
from ...data.peers import group_of
from ..response.scenario_input import MISSING

if TYPE_CHECKING:
    from ...data.dataset import Dataset

Changes = Mapping[str, Any]
KINDS = ("value", "add", "percent", "median", "best", "percentile", "unit", "missing")
_NUMBER = re.compile(r"^[+\-−]?\s*\d[\d.,\s]*$")
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

    def value(self, dataset: Dataset, unit: str, code: str, peers: Sequence[str]) -> float:
        """The raw value that the change leads to; NaN for "not reported".

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
            If the change needs a value that is missing.
        UnknownNameError
            If it names an unknown unit or group.
        """
        column = dataset.values[code]
        own = float(column[unit])
        if self.kind == "missing":
            return float("nan")
        if self.kind == "value":
            return self.amount
        if self.kind in {"add", "percent"}:
            raise_if(
                [Problem("problem.change.no_value", unit=unit, code=code, value=self.text)]
                if np.isnan(own)
                else []
            )
            return own + self.amount if self.kind == "add" else own * (1 + self.amount / 100)
        good = int(dataset.framework.table.loc[code, "direction"]) > 0
        if self.kind == "median":
            among = [u for u in peers if u != unit]
        elif self.kind == "unit":
            among = [dataset.unit(self.name)]
        else:
            among = list(group_of(dataset, unit, self.name).members) if self.name else list(dataset.units)
        known = column[among].dropna().to_numpy(float)
        raise_if(
            [Problem("problem.change.nobody", unit=unit, code=code, value=self.text)]
            if known.size == 0
            else []
        )
        if self.kind == "best":
            return float(known.max() if good else known.min())
        if self.kind == "percentile":
            return float(np.percentile(known, self.amount if good else 100 - self.amount))
        return float(np.median(known))


def read_change(given: Any, *, unit: str | None = None, code: str | None = None) -> Change:
    """Read a change as people give it.

    Parameters
    ----------
    given : float, str, None or Change
        A number is the new value. Text: ``"+3"``, ``"-2,5"`` add; ``"+20%"`` multiplies;
        ``"1,4"`` is a value; ``"to peer median"``, ``"to best of region"``, ``"to best"``,
        ``"to percentile 75"``, ``"to the value of Huế"`` and the same in Vietnamese;
        :data:`MISSING`, None or ``"not reported"`` take the value away.

    Raises
    ------
    InputError
        If it is not understood, with the place.
    """
    if isinstance(given, Change):
        return given
    if given is None:
        return Change("missing", text="missing")
    problem = Problem("problem.change.unknown", unit=unit, code=code, value=given)
    if isinstance(given, bool):
        raise InputError([problem])
    if isinstance(given, int | float | np.integer | np.floating):
        if given == MISSING:
            return Change("missing", text="missing")
        if not np.isfinite(float(given)):
            raise InputError([problem])
        return Change("value", float(given), text=f"{float(given):g}")
    said = nfc(str(given))
    bare = said.removesuffix("%").strip()
    if _NUMBER.match(bare):
        amount = _amount(bare)
        if amount is None:
            raise InputError([problem])
        if said.endswith("%"):
            if bare[0] not in "+-−":
                raise InputError([problem])
            return Change("percent", amount, text=said)
        return Change("add" if bare[0] in "+-−" else "value", amount, text=said)
    folded = fold(said)
    for kind, pattern in _WORDS:
        found = pattern.match(folded)
        if found is None:
            continue
        parts = found.groupdict()
        if kind == "percentile":
            percentile = float(str(parts["p"]).replace(",", "."))
            if percentile > 100:
                raise InputError([problem])
            return Change(kind, percentile, text=said)
        return Change(kind, name=parts.get("name") or "", text=said)
    raise InputError([problem])


def _amount(written: str) -> float | None:
    """A number with a point or a comma for decimals; both only where one of them can be thousands."""
    plain = written.replace(" ", "").replace("−", "-")
    if plain.count(",") + plain.count(".") > 1:
        last = max(plain.rfind(","), plain.rfind("."))
        marks = {c for c in plain if c in ",."}
        groups = re.split(r"[.,]", plain.lstrip("+-"))
        if len(marks) == 1:
            if any(len(g) != 3 for g in groups[1:]):
                return None
            plain = plain.replace(",", "").replace(".", "")
        elif any(len(g) != 3 for g in groups[1:-1]):
            return None
        else:
            plain = plain[:last].replace(",", "").replace(".", "") + "." + plain[last + 1 :]
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def by_unit(changes: Changes, unit: str, dataset: Dataset) -> dict[str, dict[str, Change]]:
    """Changes by unit and code, whether given for one unit or for several.

    Raises
    ------
    InputError
        With every change that is not understood.
    UnknownNameError
        For an unknown unit or code.
    """
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
                out.setdefault(name, {})[found] = read_change(given, unit=name, code=found)
            except InputError as error:
                problems += error.problems
    raise_if(problems)
    return out
