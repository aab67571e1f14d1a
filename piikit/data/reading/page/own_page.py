"""A province's own page: names, values, national minima and maxima, printed scores."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from ....base.errors import Problem, nearest, raise_if
from ....base.folding import fold, nfc
from ....base.formats import LocalNumber
from ...framework import Framework
from ...paths import raw, rows
from ..table.office_numbers import Reading, decide, read_number

FIELDS = ("value", "minimum", "maximum", "printed", "rank")
COLUMNS = ("name", *FIELDS, *(f"{f}_half" for f in FIELDS[:4]), "place")
_HEADS = {
    "name": ("ten", "name", "chi so", "indicator", "ten chi so", "noi dung", "tieu chi"),
    "code": ("ma", "code", "stt", "ma so", "ma chi so", "no"),
    "value": ("gia tri", "value", "so lieu", "gia tri cua tinh", "gia tri dia phuong", "ket qua"),
    "minimum": ("min", "minimum", "gia tri nho nhat", "nho nhat", "thap nhat", "national min", "gia tri min",
                "gia tri nho nhat toan quoc", "gia tri thap nhat"),
    "maximum": ("max", "maximum", "gia tri lon nhat", "lon nhat", "cao nhat", "national max", "gia tri max",
                "gia tri lon nhat toan quoc", "gia tri cao nhat"),
    "printed": ("diem", "score", "diem so", "points", "printed"),
    "rank": ("hang", "xep hang", "rank", "thu hang"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Page:
    """What a page prints of one province; scores are made by :func:`piikit.index.page.page_result.score_page`.

    Attributes
    ----------
    unit : str
        Official name of the province.
    year : int or None
    framework : Framework
    figures : DataFrame
        Index ``code`` in the order of the framework, one row a node that the page names:
        ``name`` (as printed), ``value, minimum, maximum`` (raw units for indicators; for
        aggregates the national minimum and maximum of the score), ``printed`` (a printed
        score), ``rank``, and ``value_half`` and so on: half of the last printed digit, the
        rounding that a printed figure hides. ``place`` says where it stood.
    problems : tuple of Problem
        Warnings: names that were not known, figures cut off, readings that were decided.
    source, title : str
    """

    unit: str
    year: int | None
    framework: Framework
    figures: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    source: str = ""
    title: str = ""

    def __repr__(self) -> str:
        return f"<Page {self.unit} {self.year}: {len(self.figures)} of {len(self.framework)} codes>"


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    return tuple((r["alias"], r["code"]) for r in rows(raw("pages", "name_aliases.csv")))


@lru_cache(maxsize=32)
def name_keys(framework: Framework) -> dict[str, str]:
    """Folded names and aliases of every code; a key that two codes share is left out."""
    found: dict[str, set[str]] = {}
    for code, row in framework.table.iterrows():
        for name in (row["name_vi"], row["name_en"]):
            for key in _keys(str(name)):
                found.setdefault(key, set()).add(str(code))
    keys = {k: next(iter(c)) for k, c in found.items() if k and len(c) == 1}
    if framework.root == "PII":
        for alias, code in _aliases():
            if code in framework:
                keys.setdefault(fold(alias), code)
    return keys


def match_name(name: str, framework: Framework, keys: dict[str, str] | None = None) -> str | None:
    """The code that a printed name means, by folding and aliases; None if none. Likeness decides nothing."""
    keys = name_keys(framework) if keys is None else keys
    text = nfc(name)
    if text in framework:
        return text
    return next((keys[k] for k in _keys(text) if k in keys), None)


def _keys(name: str) -> list[str]:
    """Keys to try: whole, without a leading code or word, without a unit in brackets at the end."""
    whole = nfc(name).strip(" *:.-–")
    bare = re.sub(
        r"^(?:(?:trụ cột|nhóm|chỉ số|pillar|group)\s+)?\d+(?:\.\d+)*\*?[.)]?\s*[:\-–]?\s+",
        "",
        whole,
        flags=re.I,
    )
    tries = [whole, bare]
    for t in (whole, bare):
        cut = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", t)
        tries += [cut, re.sub(r"\s*,\s*(?:%|điểm|triệu đồng|tỷ đồng)\s*$", "", cut)]
    tries += [re.sub(r"^(?:chỉ số|trụ cột|nhóm)\s*:?\s+", "", bare, flags=re.I)]
    return list(dict.fromkeys(k for t in tries if (k := fold(t))))


def make_page(
    table: Sequence[Sequence[Any]],
    *,
    unit: str,
    framework: Framework,
    year: int | None = None,
    file: str | None = None,
    sheet: str | None = None,
    places: Sequence[str | list[str]] | None = None,
    source: str = "",
) -> Page:
    """Make a page of rows of cells.

    Parameters
    ----------
    table : rows of cells
        With a heading row that names the columns, or without one: then a name (perhaps after a
        code) and up to three figures, which are value, minimum, maximum for an indicator and
        score, minimum, maximum for an aggregate, as the printed pages have it.
    unit : str
        Official name.
    places : sequence of str or list of str, optional
        Where each row, or each cell of it, stands, for reports.

    Raises
    ------
    InputError
        If no row names a known indicator or aggregate.
    """
    where = list(places) if places is not None else [f"#{i}" for i in range(1, len(table) + 1)]
    cell_at: dict[tuple[str, str], str] = {}
    keys, heads = name_keys(framework), None
    found: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    raws: dict[str, dict[str, Any]] = {}
    for spot, cells in zip(where, table, strict=True):
        head = _heads(list(cells))
        if head and not found:
            heads = head
            continue
        read = _row(list(cells), heads, framework, keys)
        if read is None:
            continue
        code, name, name_at, figures = read
        at = spot if isinstance(spot, str) else spot[name_at]
        place: dict[str, Any] = {"file": file, "sheet": sheet, "cell": at}
        if code is None:
            if figures:
                hint = next(iter(nearest(name, [framework.title(c, "vi") for c in framework])), None)
                problems.append(
                    Problem("problem.page.name", value=name, suggestion=hint, severity="warning", **place)
                )
            continue
        if code in found:
            problems.append(Problem("problem.page.twice", code=code, value=name, severity="warning", **place))
            continue
        found[code] = {"name": nfc(name), "place": at}
        raws[code] = {f: cells[k] for f, k in figures.items()}
        cell_at |= {(code, f): spot if isinstance(spot, str) else spot[k] for f, k in figures.items()}
    raise_if([] if found else [Problem("problem.page.nothing", file=file, sheet=sheet)])
    figures, said = _figures(raws, found, cell_at, framework, file, sheet)
    return Page(unit, year, framework, figures, tuple(problems + said), source)


def _heads(row: list[Any]) -> dict[int, str] | None:
    words = {i: fold(str(c)) for i, c in enumerate(row) if c not in (None, "")}
    named = {i: f for i, w in words.items() for f, known in _HEADS.items() if w in known}
    fields = set(named.values())
    return named if len(fields) == len(named) and {"name"} < fields and fields & set(FIELDS) else None


def _row(
    row: list[Any], heads: dict[int, str] | None, framework: Framework, keys: dict[str, str]
) -> tuple[str | None, str, int, dict[str, int]] | None:
    """Code (None if not known), printed name, where the name stands, and where each figure does."""
    if heads:
        at = {f: i for i, f in heads.items() if i < len(row) and row[i] not in (None, "")}
        name_at = at.get("name", at.get("code"))
        if name_at is None:
            return None
        name = str(row[name_at])
        code = match_name(name, framework, keys)
        if code is None and "code" in at and "name" not in at:
            given = str(row[at["code"]]).strip().rstrip("*")
            code = given if given in framework else None
        figures = {f: at[f] for f in FIELDS if f in at}
        if code is not None and code not in framework.indicators and "value" in figures:
            figures.setdefault("printed", figures.pop("value"))
        return code, name, name_at, figures
    held = [i for i, c in enumerate(row) if c not in (None, "")]
    first = next((i for i in held if isinstance(row[i], str) and _is_name(row[i])), None)
    if first is None:
        return None
    code = match_name(str(row[first]), framework, keys)
    raw = ("value", "minimum", "maximum", "printed")
    order = raw if code in framework.indicators else ("printed", "minimum", "maximum", "rank")
    return code, str(row[first]), first, dict(zip(order, [i for i in held if i > first], strict=False))


def _is_name(cell: str) -> bool:
    return read_number(cell).kind == "text" and sum(c.isalpha() for c in cell) >= 2


def _figures(
    raws: dict[str, dict[str, Any]],
    found: dict[str, dict[str, Any]],
    cell_at: dict[tuple[str, str], str],
    framework: Framework,
    file: str | None,
    sheet: str | None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Numbers of all rows: ambiguous ones decided within the page, gaps reported."""
    problems: list[Problem] = []
    cells = {(c, f): read_number(v) for c, by in raws.items() for f, v in by.items()}
    marks = [r.mark for r in cells.values() if r.mark]
    mark = max(sorted(set(marks)), key=marks.count) if marks else ""
    binary = [r for r in cells.values() if r.kind == "number" and r.decimals is None]
    common = max([_decimals(r.value) for r in binary if _decimals(r.value) <= 6], default=0)
    table = {c: dict.fromkeys(COLUMNS, math.nan) | found[c] for c in framework if c in found}
    for code in table:
        own = [cells[code, f] for f in FIELDS if (code, f) in cells]
        settled, rule = decide(own, mark=mark)
        for field, reading in zip([f for f in FIELDS if (code, f) in cells], settled, strict=True):
            said = raws[code][field]
            place = {"file": file, "sheet": sheet, "cell": cell_at[code, field], "code": code, "value": said}
            values = {"field": field}
            if reading.kind != "number":
                problems.append(Problem("problem.page.gap", values, severity="warning", **place))
                continue
            if reading.other is not None:
                taken = {"taken": LocalNumber(reading.value), "other": LocalNumber(reading.other)}
                problems.append(Problem(f"problem.ambiguous.{rule}", taken, severity="warning", **place))
            table[code][field] = reading.value
            if field != "rank":
                table[code][f"{field}_half"] = _half(reading, common)
    frame = pd.DataFrame.from_dict(table, orient="index", columns=list(COLUMNS))
    frame.index.name = "code"
    numeric = [c for c in COLUMNS if c not in ("name", "place")]
    frame[numeric] = frame[numeric].astype(float)
    problems += _check(frame, framework, file, sheet)
    return frame.astype({"name": "str", "place": "str"}), problems


def _check(
    frame: pd.DataFrame, framework: Framework, file: str | None, sheet: str | None
) -> Iterable[Problem]:
    for code, row in frame.iterrows():
        at: dict[str, Any] = {"file": file, "sheet": sheet, "cell": str(row["place"]), "code": str(code)}
        if row["minimum"] > row["maximum"]:
            yield Problem(
                "problem.page.swapped",
                value=f"{row['minimum']:g} > {row['maximum']:g}",
                severity="warning",
                **at,
            )
        own = row["value"] if code in framework.indicators else row["printed"]
        low, high = sorted((row["minimum"], row["maximum"]))
        slack = np.nansum([row["value_half"], row["maximum_half"]])
        if own < low - slack or own > high + slack:
            yield Problem(
                "problem.page.outside",
                {"low": LocalNumber(low), "high": LocalNumber(high)},
                value=f"{own:g}",
                severity="warning",
                **at,
            )


def _decimals(value: float) -> int:
    written = repr(value)
    return len(written.partition(".")[2].rstrip("0")) if "e" not in written else 99


def _half(reading: Reading, common: int) -> float:
    """Half of the last printed digit; a binary number with many decimals was not rounded."""
    decimals = reading.decimals
    if decimals is None:
        own = _decimals(reading.value)
        if own > 6:
            return 0.0
        decimals = max(own, common)
    return 0.5 * 10.0**-decimals
