"""Cleaning as pure steps: every change is in the log, nothing disappears silently."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..base.errors import Problem, UnknownNameError, raise_if, suggest
from .framework import Framework
from .provinces import Units, match_province

LOG_COLUMNS = ("step", "unit", "code", "before", "after", "rule")


@dataclass(frozen=True)
class CleanResult:
    """A cleaned table and what was changed.

    Attributes
    ----------
    values : DataFrame, units x codes
    log : DataFrame
        One row a change: ``step, unit, code, before, after, rule``. An empty ``unit`` means
        the whole column, an empty ``code`` the whole row; ``after`` is None where a value was
        removed.
    """

    values: pd.DataFrame
    log: pd.DataFrame

    def then(self, step: Callable[..., CleanResult], *args: Any, **options: Any) -> CleanResult:
        """Apply a further step and append its log: ``start(x).then(denominate, ...)``."""
        after = step(self.values, *args, **options)
        if self.log.empty or after.log.empty:
            return CleanResult(after.values, after.log if self.log.empty else self.log)
        return CleanResult(after.values, pd.concat([self.log, after.log], ignore_index=True))


@dataclass(frozen=True)
class Conversion:
    """A declared change of unit: ``new = old * factor + offset``."""

    factor: float
    from_unit: str
    to_unit: str
    offset: float = 0.0


def start(values: pd.DataFrame) -> CleanResult:
    """Begin a chain of steps with an empty log."""
    return CleanResult(values.copy(), _log("start", []))


def official_units(values: pd.DataFrame, units: Units = 63) -> CleanResult:
    """Give every row its province's official name.

    Raises
    ------
    InputError
        With every name that is not known and the nearest known one.
    """
    names, problems, changes = [], [], []
    for row, given in enumerate(values.index, start=2):
        try:
            names.append(match_province(given, units))
        except UnknownNameError as error:
            near = next(iter(error.suggestions), None)
            problems.append(Problem("problem.clean.unit", cell=f"#{row}", unit=str(given), suggestion=near))
            continue
        if names[-1] != given:
            changes.append((names[-1], "", given, names[-1], "official name"))
    raise_if(problems)
    out = values.copy()
    out.index = pd.Index(names, name="unit")
    return CleanResult(out, _log("official_units", changes))


def merge_duplicates(values: pd.DataFrame) -> CleanResult:
    """Join rows of one unit that say the same or fill each other's gaps.

    Raises
    ------
    InputError
        Where two rows of one unit give different numbers: which is right is not guessed.
    """
    problems: list[Problem] = []
    changes: list[tuple[Any, ...]] = []
    kept: dict[Hashable, pd.Series] = {}
    for unit, rows in values.groupby(level=0, sort=False):
        first = rows.iloc[0].copy()
        for _, row in rows.iloc[1:].iterrows():
            differ = first.notna() & row.notna() & (first != row)
            problems += [
                Problem(
                    "problem.clean.conflict",
                    {"first": first[c], "second": row[c]},
                    unit=str(unit),
                    code=str(c),
                )
                for c in rows.columns[differ]
            ]
            filled = rows.columns[first.isna() & row.notna()]
            changes += [(unit, c, None, row[c], "filled from the unit's other row") for c in filled]
            changes.append((unit, "", "row", None, "repeated row"))
            first = first.where(first.notna(), row)
        kept[unit] = first
    raise_if(problems)
    out = pd.DataFrame.from_dict(kept, orient="index", columns=values.columns)
    out.index.name = values.index.name
    return CleanResult(out.astype(values.dtypes), _log("merge_duplicates", changes))


def convert_units(values: pd.DataFrame, conversions: Mapping[str, Conversion]) -> CleanResult:
    """Apply declared changes of unit to whole columns.

    Raises
    ------
    InputError
        If a code has no column or a factor is zero or not finite.
    """
    problems = list(_unknown(conversions, values.columns))
    for code, c in conversions.items():
        if not np.isfinite(c.factor) or c.factor == 0 or not np.isfinite(c.offset):
            problems.append(Problem("problem.clean.factor", code=code, value=c.factor))
    raise_if(problems)
    out, changes = values.copy(), []
    for code, c in conversions.items():
        after = values[code] * c.factor + c.offset
        shift = f" + {c.offset:.15g}" if c.offset else ""
        rule = f"{c.from_unit} -> {c.to_unit}: x {c.factor:.15g}{shift}"
        changes += _changed(values[code], after, rule)
        out[code] = after
    return CleanResult(out, _log("convert_units", changes))


def limits_of(framework: Framework) -> pd.DataFrame:
    """What a framework says is possible: ``min`` and ``max`` by indicator (NaN: no limit)."""
    return framework.limits


def remove_impossible(
    values: pd.DataFrame, limits: pd.DataFrame, *, action: Literal["remove", "raise"] = "remove"
) -> CleanResult:
    """Find values outside what is possible: negative counts, shares above 100, off the scale.

    Parameters
    ----------
    values : DataFrame, units x codes
    limits : DataFrame
        Index codes, columns ``min`` and ``max``; see :func:`limits_of`.
    action : {"remove", "raise"}
        Make them gaps with a log, or raise with all of them. They are never moved to the limit.

    Raises
    ------
    InputError
        With every impossible cell, if `action` is ``"raise"``.
    """
    if action not in ("remove", "raise"):
        raise UnknownNameError("option", action, ("remove", "raise"))
    out, changes, problems = values.copy(), [], []
    for code in [c for c in values.columns if c in limits.index]:
        low, high = float(limits["min"][code]), float(limits["max"][code])
        bad = (values[code] < low) | (values[code] > high)
        shown = f"[{'-inf' if np.isnan(low) else f'{low:g}'}, {'inf' if np.isnan(high) else f'{high:g}'}]"
        for unit, x in values.loc[bad, code].items():
            problems.append(
                Problem(
                    "problem.clean.impossible", {"limits": shown}, unit=str(unit), code=str(code), value=x
                )
            )
            changes.append((unit, code, x, None, f"outside {shown}"))
        out[code] = values[code].astype(float).where(~bad)
    if action == "raise":
        raise_if(problems)
    return CleanResult(out, _log("remove_impossible", changes))


def denominate(
    values: pd.DataFrame,
    denominators: pd.DataFrame,
    by: Mapping[str, str],
    scale: Mapping[str, float] | float = 1.0,
) -> CleanResult:
    """Divide counts by their denominators: ``x / (d / scale)``.

    Parameters
    ----------
    values : DataFrame, units x codes
        Numerators; columns not in `by` stay as they are.
    denominators : DataFrame, units x names
        Kept apart and never changed.
    by : mapping of code to denominator
    scale : number or mapping of code to number
        ``d`` is divided by it first, as in COINr.

    Returns
    -------
    CleanResult
        A missing, zero or negative denominator makes a gap, with its rule in the log.

    Raises
    ------
    InputError
        With every unknown code, denominator or unusable scale.
    """
    problems = list(_unknown(by, values.columns))
    scales = scale if isinstance(scale, Mapping) else dict.fromkeys(by, scale)
    factor = {c: float(scales.get(c, 1.0)) for c in by}
    for code, name in by.items():
        if name not in denominators.columns:
            near = suggest(name, denominators.columns)
            problems.append(Problem("problem.clean.denominator", code=code, value=name, suggestion=near))
        if not np.isfinite(factor[code]) or factor[code] <= 0:
            problems.append(Problem("problem.clean.factor", code=code, value=factor[code]))
    raise_if(problems)
    out, changes = values.copy(), []
    for code, name in by.items():
        under = denominators[name].reindex(values.index).astype(float)
        usable = under > 0
        after = values[code] / (under.where(usable) / factor[code])
        changes += _changed(values[code].where(usable), after, f"/ ({name} / {factor[code]:g})")
        lost = values.loc[~usable & values[code].notna(), code]
        changes += [(unit, code, x, None, f"{name} missing, zero or negative") for unit, x in lost.items()]
        out[code] = after
    return CleanResult(out, _log("denominate", changes))


def require_coverage(
    values: pd.DataFrame,
    *,
    indicator: float = 0.0,
    unit: float = 0.0,
    group: float = 0.0,
    groups: Mapping[str, str] | Framework | None = None,
) -> CleanResult:
    """Keep what is covered well enough, in this order: indicators, units, units within groups.

    Parameters
    ----------
    values : DataFrame, units x codes
    indicator, unit : float
        Least share of present values of a column (over all units) and of a row (over the
        columns that stay); below it the column or row leaves the table.
    group : float
        Least share of present indicators of a unit in a group of indicators; below it the
        unit's cells of that group become gaps.
    groups : mapping of code to group, or Framework
        Needed for `group`; a framework gives each indicator's parent.

    Raises
    ------
    InputError
        If a threshold is not a share, or groups are missing.
    """
    shares = {"indicator": indicator, "unit": unit, "group": group}
    problems = [
        Problem("problem.clean.share", {"name": n}, value=s) for n, s in shares.items() if not 0 <= s <= 1
    ]
    if group and groups is None:
        problems.append(Problem("problem.clean.groups"))
    raise_if(problems)
    share = values.notna().mean(axis=0)
    changes = [
        ("", code, share[code], None, f"indicator coverage < {indicator:g}")
        for code in values.columns[share < indicator]
    ]
    out = values.loc[:, share >= indicator]
    share = out.notna().mean(axis=1)
    changes += [(u, "", share[u], None, f"unit coverage < {unit:g}") for u in out.index[share < unit]]
    out = out.loc[share >= unit].copy()
    for name, codes in _codes_by_group(groups, out.columns).items() if group else ():
        held = out[codes].notna()
        poor = held.mean(axis=1) < group
        changes += [
            (row, code, out.at[row, code], None, f"group {name} < {group:g}")
            for row in out.index[poor]
            for code in codes
            if held.at[row, code]
        ]
        out.loc[poor, codes] = np.nan
    return CleanResult(out, _log("require_coverage", changes))


def _codes_by_group(
    groups: Mapping[str, str] | Framework | None, columns: pd.Index
) -> dict[str, list[Hashable]]:
    """Columns of every group of indicators; those of no group are left out."""
    if isinstance(groups, Framework):
        groups = {c: groups.parent(c) or "" for c in groups.indicators}
    found: dict[str, list[Hashable]] = {}
    for column in columns:
        if name := (groups or {}).get(str(column), ""):
            found.setdefault(name, []).append(column)
    return found


def _log(step: str, changes: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame([(step, *c) for c in changes], columns=list(LOG_COLUMNS), dtype=object)
    return table.assign(**{c: table[c].map(str).astype("str") for c in ("step", "unit", "code", "rule")})


def _changed(before: pd.Series, after: pd.Series, rule: str) -> list[tuple[Any, ...]]:
    return [(u, before.name, x, after[u], rule) for u, x in before.items() if pd.notna(x)]


def _unknown(codes: Mapping[str, Any], columns: pd.Index) -> Iterator[Problem]:
    for code in codes:
        if code not in columns:
            yield Problem("problem.clean.code", code=str(code), suggestion=suggest(code, columns))
