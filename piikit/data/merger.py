"""The merger of 2025: values of the 63 provinces carried over to the 34, by a rule per indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import Problem, UnknownNameError, raise_if, suggest
from .dataset import Dataset
from .provinces import Province, listing, match_province, provinces, unit_names

RULES = ("sum", "mean", "simple", "none")
MISSING = ("missing", "available")
LOG_COLUMNS = ("unit", "code", "rule", "parts", "missing", "value", "outcome")


@dataclass(frozen=True)
class MergeResult:
    """What a merger gave.

    Attributes
    ----------
    values : DataFrame, 34 units x codes
        NaN where the rule or a missing part makes a value impossible.
    log : DataFrame
        One row a unit and code: ``unit, code, rule, parts`` (old provinces), ``missing``
        (parts without value or weight), ``value, outcome``. Outcomes: ``unchanged`` (one old
        province), ``merged``, ``partial`` (only with ``missing="available"``), ``missing
        part``, ``not possible`` (rule ``none``).
    dataset : Dataset or None
        The merged dataset, if a dataset was given.
    """

    values: pd.DataFrame
    log: pd.DataFrame
    dataset: Dataset | None = None


def merge_provinces(
    data: Dataset | pd.DataFrame,
    rules: Mapping[str, str] | str | None = None,
    weights: pd.DataFrame | pd.Series | None = None,
    *,
    missing: Literal["missing", "available"] = "missing",
) -> MergeResult:
    """Carry values of the 63 provinces over to the 34.

    Parameters
    ----------
    data : Dataset or DataFrame, 63 units x codes
        A province without a row counts as missing.
    rules : mapping of code to rule, or one rule for all; optional for a Dataset
        ``"sum"`` for counts and shares of the national whole; ``"mean:population"`` for a mean
        weighted by that column of `weights` (``"mean"`` if there is only one), exact for a
        ratio weighted by its denominator; ``"simple"`` for the plain mean, as the Digital
        Transformation Index of 2024 is printed for merged provinces; ``"none"`` where old
        values do not determine the new one. A Dataset takes them from ``merge_rule`` of its
        framework.
    weights : DataFrame or Series of the 63 units, optional
        A Dataset takes its denominators.
    missing : {"missing", "available"}
        With ``"missing"`` one missing part makes the new value missing; with ``"available"``
        means are made of the parts there are (never sums) and marked ``partial``.

    Returns
    -------
    MergeResult
        Merged cells of a dataset are ``derived``; cells of provinces that were not merged keep
        provenance, source and note.

    Raises
    ------
    InputError
        With every problem: unknown provinces, rules or weight columns, codes without rule.

    Notes
    -----
    Which province goes where: Resolution 202/2025/QH15 (``data/raw/published``).

    Examples
    --------
    >>> import piikit as pk
    >>> merged = pk.merge_provinces(pk.load_dataset("open-2022"))
    >>> merged.dataset
    <Dataset open-2022-34: 34 units x 15 indicators, year 2022, 16 gaps>
    >>> merged.log.set_index(["unit", "code"]).loc[("Cần Thơ", "2.2"), ["rule", "outcome"]].to_dict()
    {'rule': 'mean:population', 'outcome': 'merged'}
    """
    table = data.values if isinstance(data, Dataset) else data
    if isinstance(data, Dataset):
        weights = data.denominators if weights is None else weights
        rules = _rules_of(data) if rules is None else rules
    chosen = dict.fromkeys(map(str, table.columns), rules) if isinstance(rules, str) else dict(rules or {})
    under = _weights(weights)
    option = [Problem("problem.merger.missing", value=missing)] if missing not in MISSING else []
    raise_if([*_check_units(table), *_check_rules(table, chosen, under), *option])
    old = table.copy(deep=False)
    old.index = pd.Index([match_province(u, 63) for u in table.index], name="unit")
    old = old.reindex(list(unit_names(63))).astype(float)
    under = under.reindex(old.index)
    log = pd.DataFrame(
        [
            _row(new, str(code), chosen[str(code)], old[code], under, missing)
            for code in table.columns
            for new in listing(34)
        ],
        columns=list(LOG_COLUMNS),
    )
    values = _wide(log["value"], list(map(str, table.columns))).astype(float)
    merged = _dataset(data, values, log) if isinstance(data, Dataset) else None
    return MergeResult(values, log, merged)


def _row(
    new: Province, code: str, rule: str, column: pd.Series, weights: pd.DataFrame, missing: str
) -> dict[str, Any]:
    """One row of the log: a new unit and what its parts give."""
    kind, _, by = rule.partition(":")
    parts = new.parts
    at = [unit_names(63).index(p) for p in parts]
    x, w = column.to_numpy()[at], np.ones(len(parts))
    if kind == "mean" and len(parts) > 1:
        w = weights[by or weights.columns[0]].to_numpy(float)[at]
    there = ~np.isnan(x) & (w > 0)
    found = _merged(kind, x, w, there, missing)
    return {
        "unit": new.name,
        "code": code,
        "rule": rule,
        "parts": "; ".join(parts),
        "missing": "; ".join(p for p, yes in zip(parts, there, strict=True) if not yes),
        "value": found.value,
        "outcome": found.outcome,
    }


class _Merged(NamedTuple):
    value: float
    outcome: str


def _merged(kind: str, x: np.ndarray, w: np.ndarray, there: np.ndarray, missing: str) -> _Merged:
    """Value of a new unit from values and weights of its parts."""
    if len(x) == 1:
        return _Merged(float(x[0]), "unchanged" if there[0] else "missing part")
    if kind == "none":
        return _Merged(np.nan, "not possible")
    enough = there.any() and missing == "available" and kind != "sum"
    if not there.all() and not enough:
        return _Merged(np.nan, "missing part")
    total = float(np.sum(x[there] * w[there]))
    value = total if kind == "sum" else total / float(np.sum(w[there]))
    return _Merged(value, "merged" if there.all() else "partial")


def _dataset(data: Dataset, values: pd.DataFrame, log: pd.DataFrame) -> Dataset:
    renamed = {p.name: p.successor for p in listing(63) if len(_parts(p.successor)) == 1}

    def carried(cells: pd.DataFrame) -> pd.DataFrame:
        cells = cells.copy()
        cells.index = pd.Index([match_province(u, 63) for u in cells.index])
        return cells.loc[[u for u in cells.index if u in renamed]].rename(index=renamed).reindex(values.index)

    codes = list(values.columns)
    made = _wide(log["outcome"].isin(["merged", "partial"]), codes)
    said = _wide(log["rule"] + ": " + log["parts"], codes)
    partial = ("partial, without " + log["missing"]).where(log["outcome"] == "partial", "")
    sums = dict.fromkeys(map(str, data.denominators.columns), "sum")
    return Dataset.from_frame(
        values,
        framework=data.framework,
        year=data.year,
        provenance=carried(data.provenance).where(~made, "derived").fillna(""),
        sources=carried(data.sources).where(~made, said).fillna(""),
        notes=carried(data.notes).where(~made, _wide(partial, codes)).fillna(""),
        groups=provinces(34)[["region", "region_en", "central_city"]],
        denominators=merge_provinces(data.denominators, sums).values if sums else None,
        name=f"{data.name}-34" if data.name else "",
        title_vi=f"{data.title_vi} (gộp về 34 địa phương)" if data.title_vi else "",
        title_en=f"{data.title_en} (merged to 34 units)" if data.title_en else "",
        meta={**data.meta, "units": 34},
    )


def _wide(column: pd.Series, codes: list[str]) -> pd.DataFrame:
    """Units x codes from a column of the log, whose rows run through the 34 units code by code."""
    units = pd.Index(unit_names(34), name="unit")
    cells = column.to_numpy().reshape(len(codes), len(units)).T
    return pd.DataFrame(cells, index=units, columns=pd.Index(codes, name="code"))


def _parts(unit: str) -> tuple[str, ...]:
    return next(p.parts for p in listing(34) if p.name == unit)


def _weights(weights: pd.DataFrame | pd.Series | None) -> pd.DataFrame:
    if weights is None:
        return pd.DataFrame(index=pd.Index([], dtype="str"))
    table = weights.to_frame(weights.name or "weight") if isinstance(weights, pd.Series) else weights
    table = table.copy(deep=False)
    table.columns = table.columns.astype(str)
    table.index = pd.Index([match_province(u, 63) for u in table.index])
    return table


def _rules_of(data: Dataset) -> dict[str, str]:
    table = data.framework.table
    return {c: str(table.at[c, "merge_rule"]) for c in data.codes} if "merge_rule" in table else {}


def _check_units(table: pd.DataFrame) -> Iterator[Problem]:
    seen: set[str] = set()
    for unit in table.index:
        try:
            name = match_province(unit, 63)
        except UnknownNameError as error:
            near = next(iter(error.suggestions), None)
            yield Problem("problem.merger.unit", unit=str(unit), suggestion=near)
            continue
        if name in seen:
            yield Problem("problem.dataset.repeated", unit=name)
        seen.add(name)


def _check_rules(table: pd.DataFrame, rules: Mapping[str, str], weights: pd.DataFrame) -> Iterator[Problem]:
    known = [str(c) for c in weights.columns]
    for code in map(str, table.columns):
        rule = str(rules.get(code) or "")
        kind, _, by = rule.partition(":")
        weighted = by in known if by else len(known) == 1
        if not rule:
            yield Problem("problem.merger.no_rule", code=code)
        elif kind not in RULES or (by and kind != "mean"):
            said = {"rules": ", ".join(RULES)}
            yield Problem("problem.merger.rule", said, code=code, value=rule, suggestion="mean:population")
        elif kind == "mean" and not weighted:
            said = {"known": ", ".join(known) or "–"}
            yield Problem("problem.merger.weight", said, code=code, value=rule, suggestion=suggest(by, known))
