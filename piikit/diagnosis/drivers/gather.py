"""From datasets, indices and tables to one table of named columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError, Problem, UnknownNameError
from ...base.folding import nfc
from ...base.language import catalogue
from ...data.dataset import Dataset
from ...index.index_result import IndexResult
from .ingredients import ingredients_of, known_composite, short_name
from .variables import Variable, Variables, make, safe_name

UNIT_COLUMNS = ("unit", "province", "uCode")


def variables_of(
    data: Any,
    *,
    names: Mapping[str, str] | None = None,
    covariates: pd.DataFrame | None = None,
    made_of: Mapping[str, Iterable[str]] | None = None,
    divided_by: Mapping[str, str] | None = None,
) -> Variables:
    """Turn what people have into one table of named columns.

    Parameters
    ----------
    data : Dataset, IndexResult, DataFrame, Variables, or a sequence or mapping by year of the first two
        Values stand under short names (``exam``, ``urban_share``) or ``i2_1_1``; scores of an
        index under ``p1`` to ``p7``, ``input``, ``output`` and the root's code in small
        letters. Denominators and ``grdp_per_head`` (million VND) are added.
    names : mapping, optional
        Own short names: code to name.
    covariates : DataFrame, optional
        Further columns by unit (and year, for a panel).
    made_of : mapping, optional
        For columns of a DataFrame: other columns or ingredients that stand inside them.
    divided_by : mapping, optional
        For columns of a DataFrame: the denominator they were divided by.

    Raises
    ------
    InputError, UnknownNameError, MethodError
    """
    made = _read(data, names or {})
    if covariates is not None:
        made = _join(made, _from_frame(covariates, names or {}))
    made = _with_parts(made, made_of or {})
    return _with_denominators(made, divided_by or {})


def _read(data: Any, names: Mapping[str, str]) -> Variables:
    if isinstance(data, Variables):
        return data
    if isinstance(data, pd.DataFrame):
        return _from_frame(data, names)
    if isinstance(data, Mapping | Sequence) and not isinstance(data, str):
        return _from_years(data, names)
    if isinstance(data, IndexResult):
        return _from_dataset(data.dataset, names, _scores(data, names))
    if isinstance(data, Dataset):
        return _from_dataset(data, names, {})
    raise MethodError("error.drivers.data", kind=type(data).__name__)


# A dataset, or an index over it

_COVARIATES = {
    "population": ("Dân số", "Population", "thousand persons", ("population",), ()),
    "grdp": ("GRDP", "GRDP", "billion VND", ("grdp",), ()),
    "grdp_per_head": (
        "GRDP bình quân đầu người",
        "GRDP per head",
        "million VND",
        ("grdp", "grdp_per_head"),
        ("population",),
    ),
}

Columns = dict[Variable, Any]


def _from_dataset(dataset: Any, names: Mapping[str, str], scores: Columns) -> Variables:
    """Scores if there are any, then values, then context and groups whose names are still free."""
    columns = scores | {
        _indicator(dataset, c, names): dataset.values[c].to_numpy(float) for c in dataset.codes
    }
    for found in (_context(dataset), _groups(dataset)):
        taken = {v.name for v in columns}
        columns |= {v: values for v, values in found.items() if v.name not in taken}
    years = () if dataset.year is None else (int(dataset.year),)
    index = pd.Index(dataset.units, name="unit")
    frame = pd.DataFrame({v.name: values for v, values in columns.items()}, index=index)
    return make(frame, columns, titles=(dataset.title_vi, dataset.title_en), years=years)


def _indicator(dataset: Any, code: str, names: Mapping[str, str]) -> Variable:
    row = dataset.framework.table.loc[code]
    parts, below = ingredients_of(dataset.framework, code)
    there = dataset.values[code].notna()
    share = float((dataset.provenance.loc[there, code] == "illustrative").mean()) if there.any() else 0.0
    name = names.get(code) or short_name(row) or safe_name(code)
    titles = str(row["name_vi"]), str(row["name_en"])
    return Variable(name, code, "value", *titles, str(row["unit"]), parts, below, share)


def _context(dataset: Any) -> Columns:
    """Denominators, and GRDP per head where both of its parts are there."""
    context = dataset.denominators.select_dtypes("number")
    if {"population", "grdp"} <= set(context.columns):
        context = context.assign(grdp_per_head=context["grdp"] / context["population"])
    columns: Columns = {}
    for column in map(str, context.columns):
        name = safe_name(column)
        vi, en, unit, parts, below = _COVARIATES.get(name, (column, column, "", (name,), ()))
        made = Variable(name, column, "covariate", vi, en, unit, frozenset(parts), frozenset(below))
        columns[made] = context[column].to_numpy(float)
    return columns


def _groups(dataset: Any) -> Columns:
    groups = dataset.groups
    return {Variable(safe_name(c), c, "group", c, c): groups[c].to_numpy() for c in map(str, groups.columns)}


def _scores(result: Any, names: Mapping[str, str]) -> Columns:
    framework, shares = result.framework, result.share_of("illustrative")
    columns: Columns = {}
    for code in reversed(framework.aggregates):
        row = framework.table.loc[code]
        parts, below = ingredients_of(framework, code)
        share = float(np.nan_to_num(shares[code].to_numpy(float)).mean())
        name = names.get(code) or _score_name(framework, code)
        titles = str(row["name_vi"]), str(row["name_en"])
        made = Variable(name, code, "score", *titles, "", parts, below, share)
        columns[made] = result.scores[code].to_numpy(float)
    return columns


def _score_name(framework: Any, code: str) -> str:
    special = {"IN": "input", "OUT": "output"}
    if code in special:
        return special[code]
    if re.fullmatch(r"[0-9.]+", code):
        kind = "p" if framework.level(code) == 3 or framework.parent(code) in special else "g"
        return kind + code.replace(".", "_")
    return safe_name(code)


# A plain table


def _from_frame(frame: pd.DataFrame, names: Mapping[str, str]) -> Variables:
    table = _by_unit(frame)
    if table.index.has_duplicates:
        raise MethodError("error.drivers.repeated", unit=str(table.index[table.index.duplicated()][0]))
    columns = {}
    for column in table.columns:
        made = _column(str(column), names, numeric=pd.api.types.is_numeric_dtype(table[column]))
        columns[made] = table[column].astype(float) if made.kind == "column" else table[column]
    if isinstance(table.index, pd.MultiIndex):
        years = tuple(sorted({int(y) for y in table.index.get_level_values("year")}))
    else:
        years = (int(frame.attrs["year"]),) if frame.attrs.get("year") else ()
    titles = (str(frame.attrs.get("title_vi", "")), str(frame.attrs.get("title_en", "")))
    made_frame = pd.DataFrame({v.name: values for v, values in columns.items()}, index=table.index)
    return make(made_frame, columns, titles=titles, years=years)


def _by_unit(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with unit, or unit and year, as its index, wherever they stood."""
    table = frame.copy(deep=False)
    if not isinstance(table.index, pd.MultiIndex):
        unit = next((c for c in UNIT_COLUMNS if c in table.columns), None)
        if unit:
            table = table.set_index([unit, "year"] if "year" in table.columns else unit)
    if isinstance(table.index, pd.MultiIndex):
        table.index = table.index.set_names(["unit", "year"])
    else:
        table.index = pd.Index([nfc(str(u)) for u in table.index], name="unit")
    return table


def _column(column: str, names: Mapping[str, str], *, numeric: bool) -> Variable:
    name = names.get(column) or safe_name(column)
    parts, below = known_composite(name)
    said = catalogue().get(f"drivers.title.{name}", {"vi": column, "en": column})
    return Variable(name, column, "column" if numeric else "group", said["vi"], said["en"], "", parts, below)


# Several years


def _from_years(data: Any, names: Mapping[str, str]) -> Variables:
    given = data if isinstance(data, Mapping) else {getattr(d, "dataset", d).year: d for d in data}
    if len(given) < 2 or None in given or len(given) != len(data):
        raise MethodError("error.drivers.years", n=len(data))
    tables = {int(y): variables_of(d, names=names) for y, d in sorted(given.items())}
    units = _common_units(list(tables.values()))
    kept, notes = _common_variables(list(tables.values()))
    stacked = pd.concat({y: t.frame.loc[units, [v.name for v in kept]] for y, t in tables.items()})
    rows = pd.MultiIndex.from_product([units, tables], names=["unit", "year"])
    frame = stacked.swaplevel().reindex(rows)
    vi, en = (
        "; ".join(dict.fromkeys(getattr(t, title) for t in tables.values()))
        for title in ("title_vi", "title_en")
    )
    return make(frame, kept, titles=(vi, en), years=tuple(tables), notes=notes)


def _common_units(tables: list[Variables]) -> list[str]:
    """Units of every year, in the first one's order; refused if fewer than half of a year's are common."""
    common = set(tables[0].units).intersection(*(t.units for t in tables))
    if len(common) < 0.5 * max(len(t.units) for t in tables):
        raise MethodError("error.drivers.units_differ", n=len(common))
    return [u for u in tables[0].units if u in common]


def _common_variables(tables: list[Variables]) -> tuple[list[Variable], tuple[Problem, ...]]:
    """Variables that mean the same in every year, and what must be said of the rest."""

    def meaning(v: Variable | None) -> Any:
        return v and (v.title_vi, v.unit, v.kind, v.denominators)

    kept = [
        v for v in tables[0].known.values() if all(meaning(v) == meaning(t.known.get(v.name)) for t in tables)
    ]
    lost = sorted({name for t in tables for name in t.known} - {v.name for v in kept})
    notes = [Problem("drivers.note.lost", {"names": ", ".join(lost)}, severity="warning")] if lost else []
    if any(v.kind == "score" for v in kept):
        notes.append(Problem("drivers.note.moving", severity="warning"))
    return kept, tuple(notes)


# Further columns, and what is said of columns


def _join(first: Variables, second: Variables) -> Variables:
    added = second.frame
    if not first.panel and not second.panel:
        added = added.rename(index={u: _unit_meant(u, first.frame.index) for u in added.index})
    absent = [str(u) for u in added.index.difference(first.frame.index)]
    if len(absent) == len(added):
        raise MethodError("error.drivers.covariates", units=", ".join(absent[:5]))
    notes = first.notes
    if absent:
        notes += (Problem("drivers.note.absent", {"units": ", ".join(absent)}, severity="warning"),)
    frame = pd.concat([first.frame, added.reindex(first.frame.index)], axis=1)
    known = [*first.known.values(), *second.known.values()]
    return make(frame, known, titles=(first.title_vi, first.title_en), years=first.years, notes=notes)


def _unit_meant(unit: str, units: pd.Index) -> str:
    from ...data.provinces import match_province

    try:
        return unit if unit in units else match_province(unit, units=None)
    except UnknownNameError:
        return unit


def _with_parts(made: Variables, made_of: Mapping[str, Iterable[str]]) -> Variables:
    known = dict(made.known)
    for column, inside in made_of.items():
        v = known[made.resolve(column)]
        given = [inside] if isinstance(inside, str) else inside
        known[v.name] = replace(v, parts=v.parts.union(*(_parts_of(part, made, known) for part in given)))
    return replace(made, known=known)


def _parts_of(part: str, made: Variables, known: Mapping[str, Variable]) -> frozenset[str]:
    """Ingredients of a column, or the word itself where it is no column's name."""
    try:
        name = made.resolve(part)
    except UnknownNameError:
        return frozenset({part})
    return known[name].parts or frozenset({name})


def _with_denominators(made: Variables, divided_by: Mapping[str, str]) -> Variables:
    known = dict(made.known)
    for column, below in divided_by.items():
        v = known[made.resolve(column)]
        known[v.name] = replace(v, denominators=v.denominators | {safe_name(below)})
    return replace(made, known=known)
