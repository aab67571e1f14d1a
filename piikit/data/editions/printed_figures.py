"""Every printed figure of an edition of PII as an interval, and the readings chosen where print disagrees."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from ..paths import raw, rows
from ..provinces import unit_names
from .edition_table import Edition, edition_of

if TYPE_CHECKING:
    import pandas as pd

HALF = 0.005
_EXACT = {"rank", "rank_band", "region_rank", "leads", "strength", "weakness"}
_CUT = re.compile(r"\(page cut: ([\d.]+)\?\)")
COLUMNS = ("unit", "code", "kind", "value", "low", "high", "among", "source", "note")
_NODES = {"pii": "PII", "input": "IN", "output": "OUT"} | {f"p{k}": str(k) for k in range(1, 8)}


def printed_figures(edition: str | int) -> pd.DataFrame:
    """All printed figures of an edition as intervals.

    Parameters
    ----------
    edition : str or int
        Such as ``"pii-2024"``, or its year.

    Returns
    -------
    DataFrame
        A row a figure: ``unit`` (a region's name for its mean, "" for a national bound), ``code``, ``kind``,
        ``value`` as printed, ``low`` and ``high`` (the rounding interval, ends included, or the
        band), ``among`` (the group of a regional rank), ``source``, ``note``. Kinds:

        - ``score``: of a node, 0-100; ``derived_score`` follows from two printed figures;
        - ``rank`` on a code among all units; ``rank_band``; ``region_rank`` among a group;
        - ``region_mean``: simple mean of the whole over a region's units;
        - ``leads``: number of indicators on which the unit ranks first;
        - ``value``: raw value of an indicator; ``minimum`` and ``maximum``: national ones, raw
          for an indicator and scores for a node;
        - ``strength``, ``weakness``: one of the unit's five best or worst national ranks.

    Notes
    -----
    Where print contradicts itself only the reading chosen stands here; see
    :func:`piikit.data.editions.choices`. Sources stand in the rows.

    Examples
    --------
    >>> import piikit as pk
    >>> printed = pk.printed_figures("pii-2024")
    >>> printed.loc[printed["unit"] == "Cần Thơ", ["code", "kind", "value", "low", "high"]]
       code   kind  value     low    high
    12  PII  score  46.01  46.005  46.015
    13  PII   rank      7   7.000   7.000
    """
    import pandas as pd

    table = pd.DataFrame(_figures(edition_of(edition).name), columns=list(COLUMNS))
    return table.astype({"low": float, "high": float, "value": str})


def choices(edition: str | int | None = None) -> pd.DataFrame:
    """Where print contradicts itself, and the reading chosen.

    Parameters
    ----------
    edition : str or int, optional
        Of all editions if not given.

    Returns
    -------
    DataFrame
        A row a contradiction: ``edition, unit, code, printed, chosen_vi, chosen_en, why_vi, why_en, source_url``.
    """
    import pandas as pd

    table = pd.DataFrame(rows(raw("published", "contradictions.csv")))
    table["edition"] = table["edition"].astype(int)
    return (
        table
        if edition is None
        else table[table["edition"] == edition_of(edition).year].reset_index(drop=True)
    )


@cache
def _figures(name: str) -> tuple[dict[str, Any], ...]:
    edition = edition_of(name)
    found = [*_scores(edition), *_values(edition), *_notes(edition.year), *_marked(edition.year)]
    known = set(unit_names(edition.units))
    for r in found:
        assert r["unit"] in known or r["kind"] in {"region_mean", "minimum", "maximum"}, r
    return tuple(found)


def _row(unit: str, code: str, kind: str, value: str, source: str, **more: Any) -> dict[str, Any]:
    half = 0.0 if kind in _EXACT else HALF
    ends = {} if "low" in more else {"low": float(value) - half, "high": float(value) + half}
    figure = {"unit": unit, "code": code, "kind": kind, "value": value, "source": source}
    return figure | {"among": "", "note": ""} | ends | more


def _of_year(file: str, year: int, column: str = "year") -> list[dict[str, str]]:
    return [r for r in rows(raw("published", file)) if int(r[column]) == year]


def _scores(edition: Edition) -> list[dict[str, Any]]:
    left_out = {(r["unit"], r["column"]) for r in _of_year("not_used.csv", edition.year, "edition")}
    found = []
    for r in rows(raw(*edition.scores.split("/"))):
        for column, code in _NODES.items():
            if r[column] and (r["province"], column) not in left_out:
                found.append(_row(r["province"], code, "score", r[column], r["source_url"]))
        if r["rank"]:
            found.append(_row(r["province"], "PII", "rank", r["rank"], r["source_url"]))
    return found


def _values(edition: Edition) -> list[dict[str, Any]]:
    """Cells, nodes and national bounds of the pages of single provinces."""
    have = {(r["unit"], r["code"]) for r in _scores(edition) if r["kind"] == "score"}
    found = []
    for r in _of_year("indicator_values.csv", edition.year):
        unit, code, source = r["province"], r["code"].rstrip("*"), r["source_url"]
        printed = {"value": r["value"], "rank": r["rank"]}
        if r["kind"].startswith("score") and (unit, code) not in have:
            printed = {"score": r["score"], **printed}
        found += [_row(unit, code, kind, said, source) for kind, said in printed.items() if said]
        found += [
            _bound(code, end, r[f"national_{end[:3]}"], source)
            for end in ("minimum", "maximum")
            if r[f"national_{end[:3]}"]
        ]
    return found


def _bound(code: str, end: str, printed: str, source: str) -> dict[str, Any]:
    """A national minimum or maximum; ``(page cut: 64.0?)`` lacks its last digits."""
    if cut := _CUT.fullmatch(printed):
        low = float(cut[1]) - HALF
        high = low + 10 ** -len(cut[1].partition(".")[2])
        return _row(
            "", code, end, f"{cut[1]}?", source, low=low, high=high, note=f"the page is cut after {cut[1]}"
        )
    return _row("", code, end, printed, source)


def _notes(year: int) -> list[dict[str, Any]]:
    found = []
    for r in _of_year("printed_notes.csv", year, "edition"):
        ends = {"low": float(r["low"]), "high": float(r["high"])} if r["low"] else {}
        more = {"among": r["among"], "note": r["note"]} | ends
        found.append(_row(r["unit"], r["code"], r["kind"], r["value"], r["source_url"], **more))
    return found


def _marked(year: int) -> list[dict[str, Any]]:
    """Printed strengths and weaknesses; the page's order is kept as the value."""
    return [
        _row(r["province"], r["code"], r["kind"], r["n"], r["source_url"], note=r["indicator_as_printed"])
        for r in _of_year("strengths_weaknesses.csv", year)
    ]
