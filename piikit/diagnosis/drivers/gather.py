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
    if isinstance(data, Variables):
        made = data
    elif isinstance(data, pd.DataFrame):
        made = _from_frame(data, names or {})
    elif isinstance(data, Mapping | Sequence) and not isinstance(data, str):
        made = _from_years(data, names or {})
    elif hasattr(data, "scores") and hasattr(data, "dataset"):
        made = _from_result(data, names or {})
    elif hasattr(data, "denominators") and hasattr(data, "framework"):
        made = _from_dataset(data, names or {})
    else:
        raise MethodError("error.drivers.data", kind=type(data).__name__)
    if covariates is not None:
        made = _join(made, _from_frame(covariates, names or {}))
    return _declare(made, made_of or {}, divided_by or {})


def _indicator(dataset: Any, code: str, names: Mapping[str, str]) -> Variable:
    row = dataset.framework.table.loc[code]
    parts, below = ingredients_of(dataset.framework, code)
    there = dataset.values[code].notna()
    share = float((dataset.provenance.loc[there, code] == "illustrative").mean()) if there.any() else 0.0
    name = names.get(code) or short_name(row) or safe_name(code)
    return Variable(
        name, code, "value", str(row["name_vi"]), str(row["name_en"]), str(row["unit"]), parts, below, share
    )


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


def _from_dataset(dataset: Any, names: Mapping[str, str]) -> Variables:
    frame = pd.DataFrame(index=pd.Index(dataset.units, name="unit"))
    known = []
    for code in dataset.codes:
        v = _indicator(dataset, code, names)
        frame[v.name] = dataset.values[code].to_numpy(float)
        known.append(v)
    return _with_context(dataset, frame, known)


def _with_context(dataset: Any, frame: pd.DataFrame, known: list[Variable]) -> Variables:
    context = dataset.denominators.copy(deep=False)
    if {"population", "grdp"} <= set(context.columns):
        context["grdp_per_head"] = context["grdp"] / context["population"]
    taken = {v.name for v in known}
    for column in context.columns:
        name = safe_name(str(column))
        if name in taken or not pd.api.types.is_numeric_dtype(context[column]):
            continue
        vi, en, unit, parts, below = _COVARIATES.get(name, (str(column), str(column), "", (name,), ()))
        frame[name] = context[column].to_numpy(float)
        known.append(
            Variable(name, str(column), "covariate", vi, en, unit, frozenset(parts), frozenset(below))
        )
    for column in dataset.groups.columns:
        if (name := safe_name(str(column))) not in frame:
            frame[name] = dataset.groups[column].to_numpy()
            known.append(Variable(name, str(column), "group", str(column), str(column)))
    years = () if dataset.year is None else (int(dataset.year),)
    return make(frame, known, titles=(dataset.title_vi, dataset.title_en), years=years)


def _from_result(result: Any, names: Mapping[str, str]) -> Variables:
    dataset, framework = result.dataset, result.framework
    frame = pd.DataFrame(index=pd.Index(result.units, name="unit"))
    known = []
    shares = result.share_of("illustrative")
    for code in reversed(framework.aggregates):
        name = names.get(code) or _score_name(framework, code)
        parts, below = ingredients_of(framework, code)
        row = framework.table.loc[code]
        share = float(np.nan_to_num(shares[code].to_numpy(float)).mean())
        vi, en = str(row["name_vi"]), str(row["name_en"])
        known.append(Variable(name, code, "score", vi, en, "", parts, below, share))
        frame[name] = result.scores[code].to_numpy(float)
    for code in framework.indicators:
        v = _indicator(dataset, code, names)
        frame[v.name] = dataset.values[code].to_numpy(float)
        known.append(v)
    return _with_context(dataset, frame, known)


def _score_name(framework: Any, code: str) -> str:
    special = {"IN": "input", "OUT": "output"}
    if code in special:
        return special[code]
    if re.fullmatch(r"[0-9.]+", code):
        kind = "p" if framework.level(code) == 3 or framework.parent(code) in special else "g"
        return kind + code.replace(".", "_")
    return safe_name(code)


def _from_frame(frame: pd.DataFrame, names: Mapping[str, str]) -> Variables:
    table = frame.copy(deep=False)
    if not isinstance(table.index, pd.MultiIndex):
        unit = next((c for c in UNIT_COLUMNS if c in table.columns), None)
        if unit and "year" in table.columns:
            table = table.set_index([unit, "year"])
        elif unit:
            table = table.set_index(unit)
    if isinstance(table.index, pd.MultiIndex):
        table.index = table.index.set_names(["unit", "year"])
        years = tuple(sorted({int(y) for y in table.index.get_level_values("year")}))
    else:
        table.index = pd.Index([nfc(str(u)) for u in table.index], name="unit")
        years = ()
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise MethodError("error.drivers.repeated", unit=str(twice))
    known, columns = [], {}
    for column in table.columns:
        name = names.get(str(column)) or safe_name(str(column))
        numeric = pd.api.types.is_numeric_dtype(table[column])
        parts, below = known_composite(name)
        kind = "column" if numeric else "group"
        said = catalogue().get(f"drivers.title.{name}", {"vi": str(column), "en": str(column)})
        known.append(Variable(name, str(column), kind, said["vi"], said["en"], "", parts, below))
        columns[name] = table[column].astype(float) if numeric else table[column]
    titles = (str(frame.attrs.get("title_vi", "")), str(frame.attrs.get("title_en", "")))
    if not years and frame.attrs.get("year"):
        years = (int(frame.attrs["year"]),)
    return make(pd.DataFrame(columns, index=table.index), known, titles=titles, years=years)


def _from_years(data: Any, names: Mapping[str, str]) -> Variables:
    given = data if isinstance(data, Mapping) else {getattr(d, "dataset", d).year: d for d in data}
    if len(given) < 2 or None in given or len(given) != len(data):
        raise MethodError("error.drivers.years", n=len(data))
    tables = {int(y): variables_of(d, names=names) for y, d in sorted(given.items())}
    first = next(iter(tables.values()))
    common = set(first.units).intersection(*(t.units for t in tables.values()))
    if len(common) < 0.5 * max(len(t.units) for t in tables.values()):
        raise MethodError("error.drivers.units_differ", n=len(common))
    kept = [v for v in first.known.values() if all(_same(v, t.known.get(v.name)) for t in tables.values())]
    lost = sorted({v.name for t in tables.values() for v in t.known.values()} - {v.name for v in kept})
    units = [u for u in first.units if u in common]
    stacked = pd.concat(
        {y: t.frame.loc[units, [v.name for v in kept]] for y, t in tables.items()}, names=["year", "unit"]
    )
    frame = (
        stacked.swaplevel()
        .sort_index(level="unit", sort_remaining=True)
        .reindex(pd.MultiIndex.from_product([units, tables], names=["unit", "year"]))
    )
    notes = [Problem("drivers.note.lost", {"names": ", ".join(lost)}, severity="warning")] if lost else []
    if any(v.kind == "score" for v in kept):
        notes.append(Problem("drivers.note.moving", severity="warning"))
    titles = tuple(
        "; ".join(dict.fromkeys(getattr(t, f"title_{a}") for t in tables.values())) for a in ("vi", "en")
    )
    return make(frame, kept, titles=(titles[0], titles[1]), years=tuple(tables), notes=tuple(notes))


def _same(a: Variable, b: Variable | None) -> bool:
    return b is not None and (a.title_vi, a.unit, a.kind, a.denominators) == (
        b.title_vi,
        b.unit,
        b.kind,
        b.denominators,
    )


def _join(first: Variables, second: Variables) -> Variables:
    from ...data.provinces import match_province

    added = second.frame
    if not first.panel and not second.panel:
        names = {}
        for u in added.index:
            try:
                names[u] = u if u in first.frame.index else match_province(u, units=None)
            except UnknownNameError:
                names[u] = u
        added = added.rename(index=names)
    absent = [str(u) for u in added.index.difference(first.frame.index)]
    if len(absent) == len(added):
        raise MethodError("error.drivers.covariates", units=", ".join(absent[:5]))
    notes = list(first.notes)
    if absent:
        notes.append(Problem("drivers.note.absent", {"units": ", ".join(absent)}, severity="warning"))
    clash = [n for n in second.known if n in first.known]
    if clash:
        raise MethodError(
            "error.drivers.names", name=clash[0], first=first.known[clash[0]].code, second=clash[0]
        )
    frame = pd.concat([first.frame, added.reindex(first.frame.index)], axis=1)
    known = [*first.known.values(), *second.known.values()]
    titles = (first.title_vi, first.title_en)
    return make(frame, known, titles=titles, years=first.years, notes=tuple(notes))


def _declare(
    made: Variables, made_of: Mapping[str, Iterable[str]], divided_by: Mapping[str, str]
) -> Variables:
    if not made_of and not divided_by:
        return made
    known = dict(made.known)
    for column, inside in made_of.items():
        v = known[made.resolve(column)]
        more: set[str] = set()
        for part in [inside] if isinstance(inside, str) else inside:
            try:
                more |= known[made.resolve(part)].parts or {made.resolve(part)}
            except UnknownNameError:
                more.add(part)
        known[v.name] = replace(v, parts=v.parts | more)
    for column, below in divided_by.items():
        v = known[made.resolve(column)]
        known[v.name] = replace(v, denominators=v.denominators | {safe_name(below)})
    return replace(made, known=known)
